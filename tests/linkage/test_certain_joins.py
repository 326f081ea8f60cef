"""Which joins are certain, and what must be left to the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from linkage_frames import case, person, persons_frame

from recordkit import declarations, linkage
from recordkit.linkage import deterministic, human_decisions, mentions, string_similarity

SPEC = linkage.load([declarations.PACKAGED]).persons
ALI = {"name": "Muhammad Ali", "name_key": "mhmduaa al", "relative_name": "Aslam", "relative_key": "aslm"}


def certain(people: list[dict[str, Any]]) -> list[int]:
    """Label of every row, by certain joins alone."""
    rows = persons_frame(people)
    frame = mentions.distinct(rows, rows.select("record_id", case_id="record_id").unique())
    every = np.arange(frame.height, dtype=np.int64)
    label = deterministic.link(frame, every, SPEC, human_decisions.empty())[0]
    found = dict(zip(frame["mention_ref"].to_list(), label.tolist(), strict=True))
    order = [found[ref] for ref in rows["mention_ref"].to_list()]
    return [order.index(one) for one in order]


def in_two_roles(**other: Any) -> list[dict[str, Any]]:
    one = case()
    return [person(one, 0, **ALI), person(one, 0, role="witness", **(ALI | other))]


def test_a_name_and_father_in_two_roles_of_one_case_are_one_person() -> None:
    assert certain(in_two_roles()) == [0, 0]


@pytest.mark.parametrize("other", [{"age": 22}, {"caste_key": "butt"}, {"cnic": "34101-1234567-1"}])
def test_they_are_not_where_an_age_a_caste_or_a_card_differs(other: dict[str, Any]) -> None:
    known = {"age": 60, "caste_key": "awan", "cnic": "61101-7654321-5"}
    people = in_two_roles(**other)
    people[0] |= {key: known[key] for key in other}
    assert certain(people) == [0, 1]


def test_they_are_not_where_many_people_of_the_list_have_that_name_and_father() -> None:
    namesakes = [person(case(fir_no=f"9{n}"), 0, **ALI) for n in range(60)]
    found = certain([*in_two_roles(), *namesakes])
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("glm ndm", "glm rhmt", False), ("glm ndm", "glm ndmr", True), ("glm ndm", "ndm", True), ("aslm", "aslam", True),
        ("glm ndm", "glm ndm", True), ("aslm", "imrn", False), ("glm ndm", None, True),
    ],
)  # fmt: skip
def test_names_are_alike_by_the_words_that_only_one_of_them_has(one: str, other: str | None, alike: bool) -> None:
    people = pl.DataFrame({"name_key": pl.Series([one, other], dtype=pl.String)})
    zero, first = np.array([0]), np.array([1])
    assert string_similarity.cores(people, zero, first, (), deterministic.NAME_SIMILARITY).tolist() == [alike]
