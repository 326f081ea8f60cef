"""What the rows of an edition hold."""

from __future__ import annotations

from datetime import date

import polars as pl
from linkage_frames import TABLES, case, cases_frame, person, persons_frame

from recordkit import declarations, linkage
from recordkit.edition import findings
from recordkit.linkage import merging, quoted_numbers

SPEC = linkage.load([declarations.PACKAGED])
OLD = case(status="under_investigation", unit="case", row=4)
NEW = case(status="challan_complete", unit="case", period="2026-08", received="2026-08", file_sha256="f2", row=9)
FIA = case(
    agency="fia", fir_no="45", office="AHTC Gujranwala", police_station=None, district=None, unit="case",
    period="2026-09", received="2026-09", file_sha256="f3", registered_on=date(2026, 9, 9),
    references=[{"fir_no": "12", "fir_year": 2026, "police_station": "City", "district": "Gujrat"}],
)  # fmt: skip
VICTIM = {"role": "victim", "name": "Ayesha Bibi", "name_key": "ays"}


def submissions() -> tuple[pl.DataFrame, pl.DataFrame, linkage.Linked]:
    cases = cases_frame([OLD, NEW, FIA])
    texts = pl.DataFrame({"status": ["under_investigation", "challan_complete", None], "unit": ["case"] * 3})
    cases = cases.drop("status", strict=False).with_columns(texts)
    people = persons_frame([person(OLD, **VICTIM), person(FIA, age=17, **VICTIM)])
    return cases, people, linkage.link(cases, pl.DataFrame(), people, SPEC, None)


def merged_cases(cases: pl.DataFrame, done: linkage.Linked) -> pl.DataFrame:
    return merging.cases(done.in_cases(cases.lazy()).collect(), TABLES["cases"], merging.related(done))


def merged_persons(people: pl.DataFrame, done: linkage.Linked) -> pl.DataFrame:
    return merging.persons(done.as_mentions(people.lazy()).collect(), TABLES["persons"])


def test_the_newest_value_wins_and_the_first_agency_keeps_its_number() -> None:
    cases, _, done = submissions()
    [row] = merged_cases(cases, done).to_dicts()
    assert (row["fir_no"], row["agency"], row["agencies"]) == ("12", "punjab", ["fia", "punjab"])
    assert row["status"] == "challan_complete"
    assert row["registered_on"] == date(2026, 7, 3)
    assert (row["submissions"], row["first_seen"], row["last_changed"]) == (3, "2026-07", "2026-09")
    assert [cell["row"] for cell in row["source_rows"]] == [4, 9, 1]


def reports(*said: dict[str, object], superseded: tuple[int, ...] = ()) -> pl.DataFrame:
    """Submissions of one case in the months from July on."""
    rows = [
        case(unit="case", period=f"2026-{7 + at:02}", received=f"2026-{7 + at:02}", file_sha256=f"f{at}", **cells)
        for at, cells in enumerate(said)
    ]
    frame = cases_frame(rows).with_columns(case_id=pl.lit("C1"), superseded=pl.Series([at in superseded for at in range(len(rows))]))
    return frame.with_columns(occurred_from=pl.lit(None, pl.Date), occurred_to=pl.lit(None, pl.Date))


def test_the_number_that_most_reports_give_stands_and_the_slip_of_the_newest_is_told() -> None:
    frame = reports({"fir_no": "12"}, {"fir_no": "12"}, {"fir_no": "21"})
    assert merging.cases(frame, TABLES["cases"]).row(0, named=True)["fir_no"] == "12"
    assert merging.outvoted(frame, TABLES["cases"]).rows() == [("f2", "", frame["row"][2], "fir_no")]


def test_a_report_that_says_nothing_of_a_number_is_not_outvoted() -> None:
    frame = reports({"fir_no": "21"}, {"fir_no": "12"}, {"fir_no": "12"}, {"fir_no": None, "fir_year": None})
    assert merging.outvoted(frame, TABLES["cases"]).get_column("file_sha256").to_list() == ["f0"]


def test_the_report_that_is_left_out_is_a_finding_at_its_row_and_one_that_agrees_is_none() -> None:
    frame = reports({"fir_no": "12"}, {"fir_no": "12"}, {"fir_no": "21"})
    told = findings.of_history(frame, TABLES["cases"]).filter(code="RK523")
    assert told.select("file_sha256", "field").rows() == [("f2", "fir_no")]
    assert findings.of_history(frame.head(2), TABLES["cases"]).filter(code="RK523").is_empty()


def test_of_equally_many_reports_the_newest_stands() -> None:
    frame = reports({"fir_no": "12", "registered_on": date(2026, 7, 3)}, {"fir_no": "21", "registered_on": date(2026, 7, 4)})
    row = merging.cases(frame, TABLES["cases"]).row(0, named=True)
    assert (row["fir_no"], row["registered_on"]) == ("21", date(2026, 7, 4))
    assert merging.outvoted(frame, TABLES["cases"]).get_column("field").to_list() == ["fir_no", "registered_on"]


def test_a_place_is_taken_whole_and_half_a_place_outvotes_nobody() -> None:
    frame = reports(
        {"district": "Gujrat", "police_station": "City"}, {"district": "Gujranwala", "police_station": None},
        {"district": "Gujranwala", "police_station": None},
    )  # fmt: skip
    row = merging.cases(frame, TABLES["cases"]).row(0, named=True)
    assert (row["district"], row["police_station"]) == ("Gujrat", "City")


def test_a_case_that_moved_is_where_it_is_now_with_the_number_it_has_there() -> None:
    old, new = {"district": "Gujrat", "fir_no": "12"}, {"district": "Gujranwala", "fir_no": "7"}
    slip = {"district": "Gujranwala", "fir_no": "1"}
    row = merging.cases(reports(old, old, old, new, slip, new), TABLES["cases"]).row(0, named=True)
    assert (row["district"], row["fir_no"]) == ("Gujranwala", "7")
    assert merging.outvoted(reports(old, new), TABLES["cases"]).is_empty()  # it was right at its time
    assert merging.outvoted(reports(old, old, old, new, slip, new), TABLES["cases"]).get_column("file_sha256").to_list() == ["f4"]


def test_a_case_is_registered_on_the_day_of_its_fir_however_often_the_enquiry_was_reported() -> None:
    enquiry = {"stage": "enquiry", "fir_no": None, "registered_on": date(2026, 5, 1)}
    frame = reports(enquiry, enquiry, {"registered_on": date(2026, 7, 3)})
    assert merging.cases(frame, TABLES["cases"])["registered_on"].to_list() == [date(2026, 7, 3)]
    assert merging.outvoted(frame, TABLES["cases"]).is_empty()


def test_a_file_that_came_back_corrected_has_no_vote_against_its_correction() -> None:
    said = ({"fir_no": "21"}, {"fir_no": "21"}, {"fir_no": "12"})
    assert merging.cases(reports(*said), TABLES["cases"])["fir_no"].to_list() == ["21"]
    assert merging.cases(reports(*said, superseded=(0, 1)), TABLES["cases"])["fir_no"].to_list() == ["12"]


def test_reports_that_agree_are_left_alone() -> None:
    frame = reports({"fir_no": "12"}, {"fir_no": "12", "district": None})
    assert merging.outvoted(frame, TABLES["cases"]).is_empty()


def test_mentions_gather_what_every_agency_knew() -> None:
    cases, people, done = submissions()
    persons = merged_persons(people, done)
    [row] = persons.to_dicts()
    assert (row["name"], row["age"], row["agencies"]) == ("Ayesha Bibi", 17, ["fia", "punjab"])
    province = merged_cases(cases, done).select("case_id", "province")
    [who] = merging.identities(persons.join(province, on="case_id"), TABLES["identities"]).to_dicts()
    assert (who["mentions"], who["cases"], who["provinces"]) == (1, 1, ["Punjab"])


def test_a_section_named_twice_is_one_charge_with_the_period_of_its_first_report() -> None:
    _, _, done = submissions()
    rows = [
        {name: record[name] for name in ("record_id", "file_sha256", "sheet", "row", "agency", "period")}
        | {"act": "PPC 1860", "section": section, "is_principal": section == "302"}
        for record, section in ((OLD, "302"), (NEW, "302"), (NEW, "411"))
    ]
    merged = merging.charges(done.in_cases(pl.LazyFrame(rows)).collect(), TABLES["charges"])
    assert merged.select("section", "first_seen").rows() == [("302", "2026-07"), ("411", "2026-08")]


def test_a_service_finds_its_case_and_victim_and_the_next_row_follows_the_code() -> None:
    cases, people, done = submissions()
    base = {name: OLD[name] for name in ("file_sha256", "sheet", "row", "period")} | {"agency": "shelter"}
    rows = [
        base | {"record_id": "S1", "victim_ref": "V-1", "service": "shelter", "references": FIA["references"]},
        base | {"record_id": "S2", "victim_ref": "V-1", "service": "legal", "references": []},
        base | {"record_id": "S3", "victim_ref": "V-2", "service": "legal", "references": []},
    ]
    frame = pl.DataFrame(rows, schema_overrides={"references": quoted_numbers.TYPE})
    merged = merging.services(merging.placed_services(frame, cases, done, SPEC), merged_persons(people, done))
    found = dict(merged.select("service_id", "case_id").iter_rows())
    assert sorted(value is None for value in found.values()) == [False, False, True]
    assert merged.get_column("mention_id").n_unique() == 2
