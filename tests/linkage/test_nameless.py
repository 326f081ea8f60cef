"""People without a name: told apart inside a case by what is known of them, and linked to nobody outside of it."""

from __future__ import annotations

from typing import Any

import polars as pl
from linkage_frames import case, cases_frame, person, persons_frame

from recordkit import declarations, linkage

SPEC = linkage.load([declarations.PACKAGED])


def ids(cases: list[dict[str, Any]], people: list[dict[str, Any]], column: str) -> list[str]:
    done = linkage.link(cases_frame(cases), pl.DataFrame(), persons_frame(people), SPEC, None)
    members = dict(done.mention_members.select("mention_ref", column).iter_rows())
    return [members[one["mention_ref"]] for one in people]


def victim(record: dict[str, Any], place: int = 0, **cells: Any) -> dict[str, Any]:
    return person(record, place, role="victim", **cells)


def test_victims_without_a_name_in_different_cases_are_different_people_whatever_else_is_alike() -> None:
    one, two = case(fir_no="1"), case(fir_no="2")
    alike = {"sex": "female", "age": 15, "address": "Chak 45 Kasur", "relative_key": "bsr", "relation": "father"}
    people = [victim(one, **alike), victim(two, **alike)]
    assert len(set(ids([one, two], people, "person_id"))) == 2


def test_a_resubmitted_case_has_no_more_victims_without_a_name_than_before() -> None:
    one, two = case(), case(period="2026-08", received="2026-08", file_sha256="f2")
    first = [victim(one, 0, sex="female"), victim(one, 1, sex="male"), victim(one, 2)]
    again = [victim(two, 0, sex="male"), victim(two, 1), victim(two, 2, sex="female", age=14)]
    found = ids([one, two], [*first, *again], "mention_id")
    assert len(set(found)) == 3
    assert (found[0], found[1], found[2]) == (found[5], found[3], found[4])


def test_two_victims_alike_and_without_a_name_stay_two() -> None:
    one = case()
    people = [victim(one, place, sex="female", age=20) for place in range(2)]
    assert len(set(ids([one], people, "mention_id"))) == 2
    assert len(set(ids([one], people, "person_id"))) == 2


def test_a_victim_who_is_named_later_is_the_same_victim() -> None:
    one, two = case(), case(period="2026-08", received="2026-08", file_sha256="f2")
    people = [victim(one, 0, sex="female"), victim(one, 1, name="Sana", name_key="sn")]
    people += [victim(two, 0, name="Noor Jahan", name_key="nr jhn"), victim(two, 1, name="Sana", name_key="sn")]
    found = ids([one, two], people, "mention_id")
    assert found[:2] == found[2:]


def test_a_card_identifies_somebody_whom_nobody_names() -> None:
    one, two = case(fir_no="1"), case(fir_no="2")
    people = [victim(one, cnic="34101-1234567-2"), victim(two, cnic="34101-1234567-2")]
    assert len(set(ids([one, two], people, "person_id"))) == 1
