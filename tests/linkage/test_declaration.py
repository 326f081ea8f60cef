"""What schemas/linkage.toml says agrees with the rest of recordkit."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from recordkit import declarations, linkage, reference
from recordkit.fields import name_keys
from recordkit.linkage import person_linkage
from recordkit.linkage.engine import calibration
from recordkit.linkage.engine.model_spec import Block, Calibration

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


@pytest.mark.parametrize(
    "wrong",
    [{"bits": [1.0, 0.0]}, {"bits": [1.0, 1.0]}, {"joined": [0.9, 0.8]}, {"joined": [0.0, 0.9]}, {"separate": [0.1]}, {"separate": [0.1, 1.0]}],
)
def test_a_calibration_rises_and_has_a_share_for_every_weight(wrong: dict[str, list[float]]) -> None:
    right = {"bits": [0.0, 1.0], "joined": [0.5, 0.9], "separate": [0.1, 0.1], "source": "a test"}
    Calibration.model_validate(right)
    with pytest.raises(ValueError, match="calibration"):
        Calibration.model_validate(right | wrong)


def test_a_weight_means_what_it_has_meant_for_joined_pairs_and_for_others() -> None:
    known = {"bits": [0.0, 2.0], "joined": [0.5, 0.8], "separate": [0.2, 0.5], "source": "a test"}
    people = linkage.load([declarations.PACKAGED]).people
    assert people is not None
    spec = people.model_copy(update={"calibration": Calibration.model_validate(known)})
    weight, joined = np.array([-9.0, 0.0, 1.0, 2.0, 9.0] * 2), np.repeat([True, False], 5)
    found = calibration.probability(spec, weight, joined)
    assert found.tolist() == pytest.approx([0.5, 0.5, 2 / 3, 0.8, 0.8, 0.2, 0.2, 1 / 3, 0.5, 0.5])
    plain = people.model_copy(update={"calibration": None})
    assert calibration.probability(plain, weight, joined).tolist() == pytest.approx((1 / (1 + 2.0**-weight)).tolist())
