"""Which rows are one case."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from linkage_frames import case, cases_frame, persons_frame

from recordkit import declarations, linkage
from recordkit.linkage import cases as linking
from recordkit.linkage import human_decisions
from tried import examples

SPEC = linkage.load([declarations.PACKAGED])
FIA = {
    "agency": "fia",
    "police_station": None,
    "district": None,
    "division": None,
    "office": "AHTC Gujranwala",
}


def linked(rows: list[dict[str, Any]], decisions: pl.DataFrame | None = None) -> linkage.Linked:
    return linkage.link(cases_frame(rows), pl.DataFrame(), persons_frame([]), SPEC, decisions)


def case_ids(rows: list[dict[str, Any]], decisions: pl.DataFrame | None = None) -> list[str]:
    members = dict(linked(rows, decisions).case_members.iter_rows())
    return [members[row["record_id"]] for row in rows]


def decision(left: dict[str, Any], right: dict[str, Any], verdict: str, at: str = "2026-08-01") -> pl.DataFrame:
    row = ["case", left["record_id"], right["record_id"], verdict, "amina", at]
    return pl.DataFrame([row], schema=human_decisions.DECISIONS, orient="row")


def quote(no: str = "12", station: str | None = "City", district: str | None = "Gujrat") -> list[dict[str, Any]]:
    return [{"fir_no": no, "fir_year": 2026, "police_station": station, "district": district}]


def test_a_case_sent_again_next_month_is_one_case() -> None:
    first, later = case(), case(period="2026-08", received="2026-08", status="challan_complete")
    assert len(set(case_ids([first, later]))) == 1


def test_spelling_of_the_station_does_not_matter_but_the_number_does() -> None:
    assert len(set(case_ids([case(), case(police_station="CITY "), case(fir_no="13")]))) == 2


def test_one_number_in_two_districts_or_years_is_two_cases() -> None:
    rows = [case(), case(district="Lahore"), case(fir_year=2025, registered_on=date(2025, 7, 3))]
    assert len(set(case_ids(rows))) == 3


def test_a_station_known_only_to_the_division_finds_the_only_case_that_fits() -> None:
    rows = [case(), case(district=None)]
    assert len(set(case_ids(rows))) == 1
    assert len(set(case_ids([*rows, case(district="Lahore")]))) == 3


def test_one_number_with_dates_far_apart_is_kept_apart_and_reported() -> None:
    rows = [case(), case(registered_on=date(2026, 12, 20))]
    done = linked(rows)
    assert done.case_members.get_column("case_id").n_unique() == 2
    assert set(done.findings.get_column("code")) == {"RK503"}


def test_day_and_month_that_changed_places_are_no_contradiction() -> None:
    assert len(set(case_ids([case(), case(registered_on=date(2026, 3, 7))]))) == 1


def test_an_area_a_and_an_area_b_case_of_one_number_are_two() -> None:
    assert len(set(case_ids([case(area="A"), case(area="B")]))) == 2


def test_rows_without_any_number_stay_apart() -> None:
    assert len(set(case_ids([case(fir_no=None), case(fir_no=None)]))) == 2


def test_one_record_received_twice_is_one_member() -> None:
    row = case()
    again = row | {"file_sha256": "f2", "received": "2026-08"}
    assert linked([row, again]).case_members.height == 1


def test_the_fia_quoting_a_police_number_is_the_same_case() -> None:
    rows = [case(), case(**FIA, fir_no="45", references=quote())]
    assert len(set(case_ids(rows))) == 1


def test_a_quotation_without_the_district_counts_only_when_one_case_fits() -> None:
    fia = case(**FIA, fir_no="45", references=quote(district=None))
    assert len(set(case_ids([case(), fia]))) == 1
    assert len(set(case_ids([case(), case(district="Lahore"), fia]))) == 3


def test_a_counter_fir_is_related_and_not_merged() -> None:
    done = linked([case(), case(fir_no="13", references=quote())])
    assert done.case_members.get_column("case_id").n_unique() == 2
    assert done.links.get_column("kind").to_list() == ["related"]
    assert "RK512" in set(done.findings.get_column("code"))


def test_a_transferred_case_is_counted_once() -> None:
    moved = case(status="transferred")
    new = case(police_station="Saddar", fir_no="99", references=quote())
    done = linked([moved, new])
    assert done.case_members.get_column("case_id").n_unique() == 1
    assert "RK514" in set(done.findings.get_column("code"))


def test_an_enquiry_becomes_the_case_that_carries_its_number() -> None:
    enquiry = case(**FIA, stage="enquiry", fir_no=None, fir_year=None, enquiry_no="7", enquiry_year=2026)
    converted = case(**FIA, fir_no="45", enquiry_no="7", enquiry_year=2026, period="2026-08")
    assert len(set(case_ids([enquiry, converted]))) == 1


def test_two_firs_of_one_enquiry_stay_two_cases() -> None:
    parts = {"enquiry_no": "7", "enquiry_year": 2026}
    done = linked([case(**FIA, fir_no="45") | parts, case(**FIA, fir_no="46") | parts])
    assert done.case_members.get_column("case_id").n_unique() == 2
    assert "related" in set(done.links.get_column("kind"))


def test_people_have_the_last_word() -> None:
    one, other = case(fir_no="12"), case(fir_no="21")
    assert len(set(case_ids([one, other], decision(one, other, "same")))) == 1
    one, other = case(), case(period="2026-08")
    assert len(set(case_ids([one, other], decision(one, other, "different")))) == 2
    both = pl.concat([decision(one, other, "different"), decision(other, one, "same", "2026-09-01")])
    assert len(set(case_ids([one, other], both))) == 1


def test_every_join_gives_its_reason() -> None:
    links = linked([case(), case(period="2026-08")]).links
    assert links.get_column("reasons").to_list() == [["same number"]]
    assert links.get_column("decision").to_list() == ["auto"]


SUBMISSIONS = st.lists(
    st.builds(
        lambda no, station, when, period, refs: case(
            fir_no=no,
            police_station=station,
            registered_on=when,
            period=period,
            received=period,
            references=refs,
        ),
        st.sampled_from(["1", "2", "3", None]),
        st.sampled_from(["City", "Saddar", None]),
        st.sampled_from([date(2026, 7, 3), date(2026, 3, 7), date(2026, 12, 1), None]),
        st.sampled_from(["2026-07", "2026-08"]),
        st.sampled_from([[], quote("1"), quote("2", None), quote("3", "Saddar", None)]),
    ),
    max_size=12,
)


@examples(60)
@given(SUBMISSIONS, st.randoms())
def test_the_order_of_the_rows_does_not_matter(rows: list[dict[str, Any]], random: Any) -> None:
    shuffled = random.sample(rows, len(rows))
    left, right = linked(rows), linked(shuffled)
    assert left.case_members.equals(right.case_members)
    assert left.links.equals(right.links)
    assert left.findings.equals(right.findings)


@examples(60)
@given(SUBMISSIONS, st.data())
def test_no_case_ever_holds_two_records_that_people_called_different(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    if len(rows) < 2:
        return
    one, other = data.draw(st.permutations(rows))[:2]
    ids = dict(linked(rows, decision(one, other, "different")).case_members.iter_rows())
    assert ids[one["record_id"]] != ids[other["record_id"]]


def test_a_case_keeps_its_id_when_later_months_arrive_and_when_an_older_month_comes_late() -> None:
    first = case()
    later = case(period="2026-08", received="2026-08")
    late = case(period="2026-05", received="2026-09")
    before = case_ids([first])
    assert case_ids([first, later, late]) == before * 3


@pytest.mark.parametrize("missing", ["references", "e_tag", "enquiry_no", "office", "area"])
def test_a_frame_without_some_columns_still_links(missing: str) -> None:
    frame = cases_frame([case(), case(period="2026-08")])
    frame = frame.drop(missing, strict=False)
    done = linkage.link(frame, pl.DataFrame(), persons_frame([]), SPEC, None)
    assert done.case_members.get_column("case_id").n_unique() == 1


def test_rows_without_any_number_are_each_a_case_as_they_are_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = {"fir_no": None, "fir_year": None, "enquiry_no": None, "e_tag": None, "registered_on": None}
    rows = [case(**empty, record_id=name) for name in ("r2", "r1", "r3")]
    frame, columns = cases_frame(rows), ["record_id", "case_id"]
    assert linking.numberless(frame, SPEC.cases)
    short = linking.link(frame, SPEC.cases, human_decisions.empty())
    monkeypatch.setattr(linking, "numberless", lambda _cases, _spec: False)
    long = linking.link(frame, SPEC.cases, human_decisions.empty())
    assert short.members.select(columns).sort("record_id").equals(long.members.select(columns).sort("record_id"))
    assert short.links.equals(long.links)
    assert short.findings.schema == long.findings.schema
    assert short.findings.height == long.findings.height == 0


@pytest.mark.parametrize("number", [{"fir_no": "1", "fir_year": 2026}, {"e_tag": "E1"}, {"enquiry_no": "4", "enquiry_year": 2026}])
def test_one_number_is_enough_to_look_for_cases(number: dict[str, Any]) -> None:
    rows = [case(**({"fir_no": None, "fir_year": None, "registered_on": None} | number)), case(fir_no=None, fir_year=None)]
    assert not linking.numberless(cases_frame(rows), SPEC.cases)
