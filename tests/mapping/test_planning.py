"""Every column of a sheet is mapped, left out with a reason, or a finding."""

from __future__ import annotations

import polars as pl
from paper_files import codes, mapped, only, planned, source

from recordkit.mapping import SheetPlan

SIMPLE = """
[[format]]
id = "f"
unit = "case"
columns = [
  { field = "fir_no", required = true },
  { field = "registered_on", required = true },
  { field = "status", values = { "Done" = "challan_complete" } },
  { field = "remarks" },
  { field = "complainant" },
  { field = "accused" },
  { field = "complainant_phone", headers = ["Cell"], after = "complainant", synonyms = false },
  { field = "accused_phone", headers = ["Cell"], after = "accused", synonyms = false, optional = true },
]
ignore = [{ headers = ["Clerk"], reason = "initials" }]
"""


def test_unknown_missing_doubtful_and_double_columns_are_findings() -> None:
    header = ["FIR No", "Date", "Case Status", "Disposal", "Complainnt", "Clerk", "Weather"]
    _, plan, findings = planned(source([header, ["1/26", "1-7-26"]]), only(SIMPLE))
    found = findings.select("code", "column", "field").rows()
    assert ("RK206", "Disposal", "status") in found
    assert ("RK202", "Weather", None) in found
    assert ("RK204", None, "complainant") in found
    likeness = findings.filter(pl.col("column") == "Complainnt").get_column("suggestion").item()
    assert likeness == "complainant"
    assert plan.headers["status"] == "Case Status"
    assert "Clerk" not in findings.get_column("column").to_list()


def test_a_word_with_two_meanings_is_taken_for_the_one_that_is_free() -> None:
    _, plan, findings = planned(source([["FIR No", "Date", "Status", "کیفیت"], ["1/26"]]), only(SIMPLE))
    both = ["FIR No", "Date", "کیفیت"]
    _, doubtful, said = planned(source([both, ["1/26"]]), only(SIMPLE))
    assert "RK205" not in codes(findings)
    if "remarks" not in plan.headers:  # the general words may know it as a status only
        assert doubtful.headers["status"] == "کیفیت"
    assert {"RK203"} & set(codes(said)) == set()


def test_one_header_twice_is_told_apart_by_the_column_before_it() -> None:
    header = ["FIR No", "Date", "Complainant", "Cell", "Accused", "Cell"]
    file = source([header, ["1/26", "1-7-26", "A", "0300", "B", "0333"]])
    _, plan, _ = planned(file, only(SIMPLE))
    row = mapped(plan, file.sheets[0].head()).rows.row(0, named=True)
    assert (row["complainant_phone"], row["accused_phone"]) == ("0300", "0333")


def test_a_missing_required_column_is_a_reject_of_the_sheet() -> None:
    _, _, findings = planned(source([["FIR No", "Status", "Complainant"], ["1/26"]]), only(SIMPLE), "some")
    assert findings.filter(pl.col("code") == "RK203").get_column("field").to_list() == ["registered_on"]


def test_a_column_without_header_that_holds_values_is_a_finding() -> None:
    file = source([["FIR No", "Date", ""], ["1/26", "1-7-26", "lost"], ["2/26", "1-7-26", "again"]])
    _, plan, _ = planned(file, only(SIMPLE))
    assert codes(mapped(plan, file.sheets[0].head(), 1).issues) == ["RK202"]


def test_a_header_in_two_rows_is_read_as_one() -> None:
    form = SIMPLE.replace('unit = "case"', 'unit = "case"\nheader = { rows = 2 }')
    grid = [["FIR", "FIR", "Present"], ["No", "Dated", "Status"], ["1/26", "1-7-26", "Challan"]]
    match, plan, _ = planned(source(grid), only(form))
    assert match.located.rows == (1, 2)
    assert plan.headers == {"fir_no": "FIR No", "registered_on": "FIR Dated", "status": "Present Status"}


def test_a_plan_survives_a_trip_through_json() -> None:
    _, plan, _ = planned(source([["FIR No", "Date"], ["1/26", "1-7-26"]]), only(SIMPLE))
    assert SheetPlan.model_validate_json(plan.model_dump_json()) == plan
    assert plan.values == {"status": {"Done": "challan_complete"}}


def test_many_unknown_columns_are_drift() -> None:
    header = ["FIR No", "Date", "Status", "Remarks", "Complainant", "Accused", "Alpha", "Beta", "Gamma"]
    _, _, findings = planned(source([header, ["1/26"]]), only(SIMPLE))
    assert codes(findings).count("RK222") == 1


def test_the_month_comes_from_the_first_source_that_names_one() -> None:
    form = SIMPLE.replace('unit = "case"', 'unit = "case"\nperiod = { sources = ["sheet", "letterhead", "file"] }')
    grid = [["Cases of August 2026", None], ["FIR No", "Date"], ["1/26", "1-7-26"]]
    _, by_letterhead, _ = planned(source(grid, "x 2026-01.csv"), only(form))
    _, by_sheet, _ = planned(source(grid, "x 2026-01.csv", name="Jul-26"), only(form))
    assert (by_letterhead.period, by_letterhead.period_source) == ("2026-08", "letterhead")
    assert (by_sheet.period, by_sheet.period_source) == ("2026-07", "sheet")
