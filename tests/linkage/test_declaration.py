"""What schemas/linkage.toml says agrees with the rest of recordkit."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit import declarations, linkage, reference
from recordkit.fields import name_keys
from recordkit.linkage import person_linkage
from recordkit.linkage.engine.model_spec import Block

SPEC = linkage.load([declarations.PACKAGED])
WEIGHTLESS = ["Muhammad", "Syed", "Haji", "Mst.", "Bibi", "Begum", "Khatoon", "Bano", "Mai", "Mian"]


def test_the_weightless_words_are_the_keys_of_the_names_meant() -> None:
    known = name_keys.keys(pl.Series(WEIGHTLESS), reference.load([declarations.PACKAGED]))["key"].to_list()
    assert set(known) == set(SPEC.persons.weightless)


def test_weightless_words_are_left_out_unless_there_are_no_others() -> None:
    frame = person_linkage.prepare(pl.DataFrame({"name_key": ["mhmduaa aslm", "mhmduaa", None]}), SPEC.persons.weightless)
    assert frame.get_column("name_key").to_list() == ["aslm", "mhmduaa", None]


def test_every_comparison_has_starting_shares_for_short_lists() -> None:
    assert SPEC.people is not None
    for one in SPEC.people.comparisons:
        assert len(one.m) == len(one.levels) + 1, one.name


def test_a_husband_is_never_compared_with_a_father() -> None:
    frame = person_linkage.prepare(pl.DataFrame({"relation": ["father", "husband"], "relative_key": ["aslm", "aslm"]}))
    assert frame.select("father_key", "husband_key").rows() == [("aslm", None), (None, "aslm")]


@pytest.mark.parametrize("most", [0, -5, 1_000_000_000])
def test_a_block_of_everybody_with_everybody_is_refused(most: int) -> None:
    with pytest.raises(ValueError, match="equal to"):
        Block(columns=("name",), most=most)
