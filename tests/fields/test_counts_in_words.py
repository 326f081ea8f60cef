"""Counts that a clerk writes with words, and cells that only look like one."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tried
from recordkit.fields import numbers
from recordkit.reference import Reference

READ = {
    "3 cases": 3, "03 Cases": 3, "2 (two)": 2, "1(one)": 1, "One (1)": 1, "01 (One) case": 1, "three": 3, "5 FIRs": 5,
    "3 Nos.": 3, "3 no.": 3, "12 cases only": 12, "1,234 cases": 1234, "Three-3": 3, "No case": 0, "Nil cases": 0, "0 (Nil)": 0,
    "۳ مقدمات": 3, "تین": 3, "دو (2)": 2, "کوئی مقدمہ نہیں": 0,
}  # fmt: skip
REFUSED = [
    "2 (three)", "3 persons", "3 accused", "3 cases, 5 accused", "2 lac", "3 pending", "3-4 cases", "-3 cases", "FIR No. 3",
    "case 12", "No. 3", "FIR 3/26", "1.5 cases", "10 dozen", "twenty one", "No", "approx 5",
]  # fmt: skip


@pytest.mark.parametrize(("cell", "count"), READ.items())
def test_a_count_with_words_is_its_number(cell: str, count: int, tables: Reference) -> None:
    row = numbers.count(pl.Series([cell]), reference=tables).row(0, named=True)
    assert row == {"value": count, "codes": []}


@pytest.mark.parametrize("cell", REFUSED)
def test_what_is_another_number_or_counts_other_things_is_no_count(cell: str, tables: Reference) -> None:
    row = numbers.count(pl.Series([cell]), reference=tables).row(0, named=True)
    assert row == {"value": None, "codes": ["RK324"]}


@given(count=st.integers(0, 999_999), other=st.integers(0, 20), word=st.sampled_from(["cases", "Cases", "FIRs", "مقدمات"]))
@tried.examples(30)
def test_a_figure_and_a_number_in_words_are_read_only_where_they_agree(
    count: int, other: int, word: str, tables: Reference
) -> None:
    spelt = tables.codes.filter(pl.col("vocabulary") == "number_word", pl.col("code") == str(other))["label"][0]
    cells = pl.Series([f"{count} {word}", f"{other} ({spelt})", f"{count} ({spelt})"])
    assert numbers.count(cells, reference=tables)["value"].to_list() == [count, other, other if other == count else None]
