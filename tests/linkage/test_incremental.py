"""A new month against a standing edition: the same people as when everything is compared, and old with old left alone."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from linkage_frames import TABLES, case, cases_frame, person, persons_frame

from recordkit import declarations, linkage
from recordkit.linkage import engine, human_decisions, merging, models_table

SPEC = linkage.load([declarations.PACKAGED])
NAMES = [("Aslam", "aslm"), ("Imran", "imrn"), ("Nadeem", "ndim"), ("Sajid", "sajd"), ("Kashif", "kasf")]


def month(at: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Ten cases of one month; the five men of `NAMES` come back every month, one of them without his card."""
    name = f"2026-0{at}"
    rows = [case(fir_no=f"{at}{n}", received=name, period=name, file_sha256=f"f{at}", row=n) for n in range(10)]
    people = []
    for n, row in enumerate(rows):
        given, key = NAMES[n % 5]
        card = None if (n + at) % 5 == 4 else f"34201-100000{n % 5}-1"
        people.append(person(row, 0, name=given, name_key=key, relative_name="Bashir", relative_key="basr",
                             sex="male", cnic=card, address=f"Street {n % 5}"))  # fmt: skip
    return rows, people


def together(*months: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows, people = zip(*(month(at) for at in months), strict=True)
    return cases_frame([r for some in rows for r in some]), persons_frame([p for some in people for p in some])


def ids_are_of_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The serial numbers of `case` go on: give the same rows the same record ids in every call."""
    from itertools import count

    import linkage_frames

    monkeypatch.setattr(linkage_frames, "_serial", count())


def since(done: linkage.Linked, persons: pl.DataFrame, reopened: frozenset[str] = frozenset()) -> linkage.Increment:
    merged = merging.persons(done.as_mentions(persons.lazy()).collect(), TABLES["persons"])
    refs = merged.select(pl.col("mention_refs").alias("ref"), person="person_id").explode("ref")
    people = done.links.filter((pl.col("kind") == "person") & pl.col("match_weight").is_not_null())
    return linkage.Increment(refs, people, done.review.filter(kind="person"), done.models, reopened)


def partition(done: linkage.Linked) -> set[frozenset[str]]:
    grouped = done.mention_members.group_by("person_id").agg("mention_ref")
    return {frozenset(refs) for refs in grouped["mention_ref"].to_list()}


def link(frames: tuple[pl.DataFrame, pl.DataFrame], **more: Any) -> linkage.Linked:
    return linkage.link(frames[0], pl.DataFrame(), frames[1], SPEC, **more)


def test_a_new_month_finds_the_same_people_as_comparing_everything_by_the_standing_model(monkeypatch: pytest.MonkeyPatch) -> None:
    ids_are_of_one_run(monkeypatch)
    before = together(7)
    first = link(before)
    ids_are_of_one_run(monkeypatch)
    both = together(7, 8)
    assert SPEC.people is not None
    whole = link(both, model=engine.Model.from_data(models_table.data(first.models, "person"), SPEC.people))
    added = link(both, since=since(first, before[1]))
    assert partition(added) == partition(whole)
    assert added.models.filter(part="level").equals(first.models.filter(part="level"))


def test_what_held_old_people_together_is_still_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    ids_are_of_one_run(monkeypatch)
    before = together(7)
    first = link(before)
    ids_are_of_one_run(monkeypatch)
    added = link(together(7, 8), since=since(first, before[1]))
    old = first.links.filter(kind="person")
    assert old.height
    assert old.join(added.links, on="link_id", how="anti").height == 0


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [("two", "two", True), ("one", "one", True), ("two", "one", False), ("one", "two", True)],
)
def test_a_grey_pair_is_still_asked_unless_its_two_have_become_one(before: str, after: str, kept: bool) -> None:
    def people(are: str, name: str) -> pl.DataFrame:
        return pl.DataFrame({name[0]: ["a", "b"], name[1]: ["P1", "P1" if are == "one" else "P2"]})

    grey = pl.DataFrame({
        "link_id": ["L1"], "kind": ["person"], "left_id": ["a"], "right_id": ["b"], "match_weight": [2.5],
        "probability": [0.85], "decision": ["auto"], "reasons": [["prior -20.00"]],
    })  # fmt: skip
    joined = grey if before == "one" else grey.clear()  # the pair that joins two is a link and a question
    known = linkage.Increment(people(before, ("ref", "person")), joined, grey, pl.DataFrame())
    links, review = known.carried(grey.clear(), grey.clear(), people(after, ("mention_ref", "person_id")))
    assert review.height == kept
    assert links.height == (before == after == "one")


def test_a_persons_word_reopens_an_old_person(monkeypatch: pytest.MonkeyPatch) -> None:
    ids_are_of_one_run(monkeypatch)
    frames = together(7)
    first = link(frames)
    pair = next(sorted(refs)[:2] for refs in partition(first) if len(refs) > 1)
    word = {"seq": 1, "what": "link", "left_id": pair[0], "right_id": pair[1], "verdict": "different", "who": "amina",
            "at": "2026-08-01"}  # fmt: skip
    known = since(first, frames[1])
    told = linkage.reopened(known.persons, [word], 0)
    assert len(told) == 1
    again = link(frames, since=since(first, frames[1], told), decisions=human_decisions.from_entries([word]))
    person_of = dict(again.mention_members.select("mention_ref", "person_id").iter_rows())
    assert person_of[pair[0]] != person_of[pair[1]]


def test_a_mention_with_a_new_report_and_the_rest_of_one_that_lost_some_are_compared_again() -> None:
    known = pl.DataFrame({"ref": ["a", "b", "c", "d"], "person": ["P1", "P1", "P2", "P2"]})
    nothing = pl.DataFrame()
    increment = linkage.Increment(known, nothing, nothing, nothing)
    import numpy as np

    new, standing = increment.rows(pl.Series(["a", "b", "x", "c"]), np.array([0, 1, 1, 2]))
    assert new.tolist() == [False, True, True]  # b was reported again as x; d, a report of P2, is gone
    assert standing.tolist() == [0, 1, 2]


def test_where_nobody_asks_only_the_questions_about_people_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    ids_are_of_one_run(monkeypatch)
    frames = together(7, 8)
    asked, silent = link(frames), link(frames, asks=False)
    assert asked.review.filter(kind="person").height
    assert not silent.review.filter(kind="person").height
    assert silent.links.equals(asked.links)
    assert silent.mention_members.equals(asked.mention_members)
    assert silent.model == asked.model
