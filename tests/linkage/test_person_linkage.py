"""Which mentions are one mention, and one person."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from linkage_frames import case, cases_frame, person, persons_frame

from recordkit import declarations, linkage
from recordkit.linkage import human_decisions
from tried import examples

SPEC = linkage.load([declarations.PACKAGED])
ASLAM = {
    "name": "Muhammad Aslam",
    "name_key": "aslm",
    "relative_name": "Ghulam Rasool",
    "relative_key": "rsl",
}
IMRAN = {"name": "Imran", "name_key": "amrn", "relative_name": "Bashir", "relative_key": "bsr"}
CARD = "34101-1234567-1"


def linked(
    cases: list[dict[str, Any]], people: list[dict[str, Any]], decisions: pl.DataFrame | None = None
) -> linkage.Linked:
    return linkage.link(cases_frame(cases), pl.DataFrame(), persons_frame(people), SPEC, decisions)


def ids(done: linkage.Linked, column: str, people: list[dict[str, Any]]) -> list[str]:
    members = dict(done.mention_members.select("mention_ref", column).iter_rows())
    return [members[one["mention_ref"]] for one in people]


def test_people_of_a_resubmitted_case_are_the_same_mentions() -> None:
    one, two = case(), case(period="2026-08", received="2026-08", file_sha256="f2")
    people = [person(record, place, **who) for record in (one, two) for place, who in enumerate((ASLAM, IMRAN))]
    found = ids(linked([one, two], people), "mention_id", people)
    assert found[:2] == found[2:]
    assert len(set(found)) == 2


def test_the_order_of_the_list_does_not_matter() -> None:
    one, two = case(), case(period="2026-08")
    people = [
        person(one, 0, **ASLAM),
        person(one, 1, **IMRAN),
        person(two, 0, **IMRAN),
        person(two, 1, **ASLAM),
    ]
    found = ids(linked([one, two], people), "mention_id", people)
    assert found == [found[0], found[1], found[1], found[0]]


def test_two_people_of_one_name_in_one_submission_stay_two() -> None:
    one, two = case(), case(period="2026-08")
    people = [person(record, place, **ASLAM) for record in (one, two) for place in range(2)]
    found = ids(linked([one, two], people), "mention_id", people)
    assert len(set(found)) == 2
    assert len(set(ids(linked([one, two], people), "person_id", people))) == 2


def test_a_corrected_name_in_the_same_place_is_the_same_person() -> None:
    one, two = case(), case(period="2026-08")
    people = [person(one, 0, **ASLAM), person(one, 1, **IMRAN)]
    people += [
        person(two, 0, **ASLAM | {"name": "Muhammad Aslem", "name_key": "aslmm"}),
        person(two, 1, **IMRAN),
    ]
    assert len(set(ids(linked([one, two], people), "mention_id", people))) == 2


def test_one_person_in_two_roles_is_two_mentions_of_one_person() -> None:
    one = case()
    people = [person(one, 0, **ASLAM), person(one, 0, role="complainant", **ASLAM)]
    done = linked([one], people)
    assert len(set(ids(done, "mention_id", people))) == 2
    assert len(set(ids(done, "person_id", people))) == 1


def two_cases() -> tuple[dict[str, Any], dict[str, Any]]:
    return case(), case(fir_no="77", police_station="Saddar")


def test_a_cnic_with_the_same_name_is_one_person() -> None:
    cases = two_cases()
    people = [person(record, cnic=CARD, **ASLAM) for record in cases]
    assert len(set(ids(linked(list(cases), people), "person_id", people))) == 1


def test_a_cnic_with_another_name_is_a_finding() -> None:
    cases = two_cases()
    people = [person(cases[0], cnic=CARD, **ASLAM), person(cases[1], cnic=CARD, **IMRAN)]
    done = linked(list(cases), people)
    assert len(set(ids(done, "person_id", people))) == 2
    assert "RK504" in set(done.findings.get_column("code"))


def test_a_family_sharing_a_cnic_is_noted_and_not_one_person() -> None:
    cases = two_cases()
    son = IMRAN | {"relative_name": ASLAM["name"], "relative_key": ASLAM["name_key"]}
    people = [person(cases[0], cnic=CARD, **ASLAM), person(cases[1], cnic=CARD, **son)]
    done = linked(list(cases), people)
    assert len(set(ids(done, "person_id", people))) == 2
    assert "RK505" in set(done.findings.get_column("code"))


def test_name_relative_and_date_of_birth_are_one_person_unless_the_cnic_differs() -> None:
    cases = two_cases()
    who = ASLAM | {"date_of_birth": date(1990, 5, 4)}
    people = [person(record, **who) for record in cases]
    assert len(set(ids(linked(list(cases), people), "person_id", people))) == 1
    people = [person(cases[0], cnic=CARD, **who), person(cases[1], cnic="61101-7654321-3", **who)]
    assert len(set(ids(linked(list(cases), people), "person_id", people))) == 2


def test_a_name_alone_is_nobody() -> None:
    cases = two_cases()
    people = [person(record, name="Muhammad Aslam", name_key="aslm") for record in cases]
    assert len(set(ids(linked(list(cases), people), "person_id", people))) == 2


def test_people_have_the_last_word_on_people() -> None:
    cases = two_cases()
    people = [person(record, cnic=CARD, **ASLAM) for record in cases]
    row = ["person", people[0]["mention_ref"], people[1]["mention_ref"], "different", "amina", "2026-08-01"]
    apart = pl.DataFrame([row], schema=human_decisions.DECISIONS, orient="row")
    assert len(set(ids(linked(list(cases), people, apart), "person_id", people))) == 2


def test_two_reviewers_who_disagree_are_visible() -> None:
    rows = [["person", "a", "b", "same", "amina", "1"], ["person", "b", "a", "different", "bilal", "2"]]
    log = pl.DataFrame(rows, schema=human_decisions.DECISIONS, orient="row")
    assert human_decisions.disagreements(log).get_column("reviewers").to_list() == [["amina", "bilal"]]


NAMES = st.sampled_from([ASLAM, IMRAN, {"name": None}])


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    cases = [
        case(fir_no=draw(st.sampled_from(["1", "2"])), period=month, received=month)
        for month in draw(st.lists(st.sampled_from(["2026-07", "2026-08"]), min_size=1, max_size=5))
    ]
    people = []
    for record in cases:
        for place in range(draw(st.integers(0, 3))):
            cells = draw(NAMES) | {"cnic": draw(st.sampled_from([None, CARD]))}
            people.append(person(record, place, **cells))
    return cases, people


@examples(25)
@given(lists(), st.randoms())
def test_the_order_of_the_rows_does_not_matter(
    frames: tuple[list[dict[str, Any]], list[dict[str, Any]]], random: Any
) -> None:
    cases, people = frames
    left = linked(cases, people)
    right = linked(random.sample(cases, len(cases)), random.sample(people, len(people)))
    assert left.mention_members.equals(right.mention_members)
    assert left.links.equals(right.links)
    assert left.findings.equals(right.findings)


@examples(25)
@given(lists())
def test_two_people_of_one_list_are_never_one(
    frames: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    cases, people = frames
    done = linked(cases, people)
    for record in cases:
        mine = [one for one in people if one["record_id"] == record["record_id"]]
        assert len(set(ids(done, "mention_id", mine))) == len(mine)
        assert len(set(ids(done, "person_id", mine))) == len(mine)


def test_a_mistyped_number_is_reported_and_not_merged() -> None:
    one, slip, other = case(fir_no="123"), case(fir_no="132"), case(fir_no="977")
    people = [person(record, **ASLAM) for record in (one, slip, other)]
    done = linked([one, slip, other], people)
    assert done.case_members.get_column("case_id").n_unique() == 3
    flagged = done.findings.filter(pl.col("code") == "RK510").get_column("record_id").to_list()
    assert len(flagged) == 1
    assert flagged[0] in (one["record_id"], slip["record_id"])
    assert "case" in set(done.review.get_column("kind"))
