"""Ids stay with what was published under them, whatever arrives late or is declared anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from linkage_frames import TABLES, case, cases_frame, person, persons_frame

from recordkit import declarations, linkage
from recordkit.linkage import merging

SPEC = linkage.load([declarations.PACKAGED])
ASLAM = {"name": "Aslam", "name_key": "aslm", "relative_name": "Bashir", "relative_key": "basr"}
CARD = {"cnic": "34201-1234567-1"}


def compiled(
    rows: Sequence[dict[str, Any]], people: Sequence[dict[str, Any]], standing: linkage.PublishedIds | None = None
) -> tuple[linkage.Linked, linkage.PublishedIds]:
    """Linked under kept ids, and what the next edition will find of it."""
    cases, persons = cases_frame(list(rows)), persons_frame(list(people))
    done = linkage.carry(linkage.link(cases, pl.DataFrame(), persons, SPEC), cases, persons, standing)
    made = merging.cases(done.in_cases(cases.lazy()).collect(), TABLES["cases"]), merging.persons(done.as_mentions(persons.lazy()).collect(), TABLES["persons"])
    return done, linkage.PublishedIds(made[0].lazy(), made[1].lazy())


def case_of(done: linkage.Linked, row: dict[str, Any]) -> str:
    return str(dict(done.case_members.iter_rows())[row["record_id"]])


def person_of(done: linkage.Linked, one: dict[str, Any]) -> str:
    rows = done.mention_members.filter(mention_ref=one["mention_ref"])
    return str(rows["person_id"][0])


def test_an_older_report_that_comes_late_does_not_rename_a_published_case_or_person() -> None:
    published = case(received="2026-08", period="2026-08")
    known = person(published, **ASLAM, **CARD)
    first, standing = compiled([published], [known])
    late = case(received="2026-07", period="2026-07")
    older = person(late, **ASLAM, **CARD)
    alone, _ = compiled([published, late], [known, older])
    assert case_of(alone, published) != case_of(first, published)  # by the inputs alone it would have another name
    again, _ = compiled([published, late], [known, older], standing)
    assert case_of(again, published) == case_of(again, late) == case_of(first, published)
    assert person_of(again, known) == person_of(again, older) == person_of(first, known)


def test_when_two_published_people_become_one_the_older_id_stays() -> None:
    rows = [case(fir_no="1", received="2026-07"), case(fir_no="2", received="2026-08"), case(fir_no="3", received="2026-09")]
    people = [person(rows[0], **ASLAM, cnic=None), person(rows[1], name="Aslam", name_key="aslm", **CARD)]
    first, standing = compiled(rows[:2], people)
    assert person_of(first, people[0]) != person_of(first, people[1])
    bridge = person(rows[2], **ASLAM, **CARD, date_of_birth=None)
    people[0] |= CARD
    again, _ = compiled(rows, [*people, bridge], standing)
    assert person_of(again, people[1]) == person_of(again, bridge) == person_of(first, people[0])


def test_when_a_case_falls_apart_its_id_stays_with_its_oldest_report() -> None:
    rows = [case(received="2026-07"), case(received="2026-08"), case(received="2026-09")]
    first, standing = compiled(rows, [])
    apart = [rows[0], rows[1] | {"fir_no": "77"}, rows[2] | {"fir_no": "77"}]
    again, _ = compiled(apart, [], standing)
    assert case_of(again, rows[0]) == case_of(first, rows[0])
    assert case_of(again, rows[1]) == case_of(again, rows[2]) != case_of(first, rows[0])


def test_the_part_that_lost_an_id_does_not_get_the_one_that_stays_elsewhere() -> None:
    """The published id was made from a report that is in the younger part now: both parts must be told apart."""
    early, late = case(received="2026-08", file_sha256="f1", row=1), case(received="2026-07", file_sha256="f2", row=1)
    _, standing = compiled([early], [])
    first, standing = compiled([early, late], [], standing)
    published = case_of(first, early)
    again, _ = compiled([early | {"fir_no": "77"}, late], [], standing)
    assert case_of(again, late) == published
    assert case_of(again, early) != published
    assert case_of(again, early).startswith("C")
    assert len(case_of(again, early)) == 17


def test_the_rest_of_a_case_keeps_its_id_when_the_first_file_is_withdrawn() -> None:
    rows = [case(received="2026-07"), case(received="2026-08", file_sha256="f2")]
    people = [person(row, **ASLAM) for row in rows]
    first, standing = compiled(rows, people)
    again, _ = compiled(rows[1:], people[1:], standing)
    assert case_of(again, rows[1]) == case_of(first, rows[0])
    assert person_of(again, people[1]) == person_of(first, people[0])


def test_rows_that_a_new_declaration_gave_other_record_ids_are_found_by_their_place() -> None:
    rows = [case(file_sha256="f1", row=4), case(file_sha256="f1", row=5, fir_no="77")]
    people = [person(row, at, **(ASLAM | {"name": name, "name_key": name})) for row in rows
              for at, name in enumerate(("aslam", "imran"))]  # fmt: skip
    first, standing = compiled(rows, people)
    renamed = [row | {"record_id": row["record_id"].replace("R", "X")} for row in rows]
    moved = [one | {"record_id": one["record_id"].replace("R", "X"), "mention_ref": one["mention_ref"].replace("R", "X")}
             for one in people]  # fmt: skip
    again, _ = compiled(renamed, moved, standing)
    assert [case_of(again, row) for row in renamed] == [case_of(first, row) for row in rows]
    assert [person_of(again, one) for one in moved] == [person_of(first, one) for one in people]


def test_nothing_new_keeps_everything_as_it_is() -> None:
    rows = [case(fir_no=str(at)) for at in range(5)]
    people = [person(row, **ASLAM, **CARD) for row in rows]
    first, standing = compiled(rows, people)
    again, _ = compiled(rows, people, standing)
    assert again.case_members.equals(first.case_members)
    assert again.mention_members.equals(first.mention_members)
