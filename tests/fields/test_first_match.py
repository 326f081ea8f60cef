"""Short cuts past slow patterns give what the patterns give."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

import tried
from recordkit.fields import name_text, particulars
from recordkit.fields.name_patterns import read_name_patterns
from recordkit.reference import Reference

PIECES = [
    "Aslam", "محمد", " ", " s/o ", "S/O", " ولد ", "\n", ", ", "son\\of", "s / o", "daughter/of", "Father ", "CNIC", " cell ",
    "Nil", "عمر", "age", "aged", "card", "12", "é", "(",
]  # fmt: skip
TEXTS = st.lists(st.lists(st.sampled_from(PIECES), max_size=7).map("".join), min_size=1, max_size=6)


@given(TEXTS)
@tried.examples(60)
def test_a_text_is_parted_as_by_groups_of_one_pattern(tables: Reference, texts: list[str]) -> None:
    pattern = read_name_patterns(tables).relation
    values = pl.Series(texts)
    values = values.filter(values.str.contains(pattern))
    found = name_text._first_match(values, pattern)
    groups = values.str.extract_groups(rf"^(.*?)({pattern})(.*)$").struct.unnest()
    assert found.rows() == groups.rows()


@given(TEXTS)
@tried.examples(60)
def test_a_word_of_a_form_and_a_stroked_relation_are_found_as_by_the_patterns_alone(
    tables: Reference, texts: list[str]
) -> None:
    values, found, markers = pl.Series(texts), particulars.patterns(tables), read_name_patterns(tables)
    plain = values
    for _ in range(2):
        has = values.str.contains(found.word)
        plain = pl.select(pl.when(has).then(plain.str.replace_all(found.empty, " ")).otherwise(plain)).to_series()
    assert particulars.without_empty(values, tables).to_list() == plain.to_list()
    unstroked = values.filter(~values.str.contains(r"[/\\]"))
    assert not unstroked.str.contains(markers.stroked).any()
