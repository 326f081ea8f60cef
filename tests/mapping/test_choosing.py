"""The format of a sheet is chosen by what stands in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from paper_files import CATALOGUE, Grid, codes, only, planned, source, workbook

from recordkit import agencies

FIR = ["District", "PS", "FIR No", "Date", "Date of Occurrence", "Offence", "Complainant", "Accused", "Result"]


def fir(district: str, area: str | None = None) -> list[str | None]:
    return [district, "City", "1/26", "3/7/26", "2/7/26", "302 PPC", "x", "y", "Challan", area]


def test_the_same_headers_go_to_the_sender_whose_districts_they_name() -> None:
    header = ["Area" if name == "x" else name for name in [*FIR, "x"]]
    grid: Grid = [header, fir("Quetta", "A"), fir("Pishin", "A")]
    choice = agencies.choose(source(grid, "data.xls", "xls", "Sheet1"), CATALOGUE)
    assert [match.agency.id for match in choice.matches] == ["balochistan_police"]


@pytest.mark.parametrize(
    ("districts", "form"),
    [
        (["Lahore", "Kasur"], "punjab_by_head"), (["Sukkur", "Dadu"], "sindh"), (["Quetta", "Kech"], "balochistan"),
        (["Peshawar", "Swat"], "kp_by_head"), (["Gilgit", "Skardu"], "gilgit_baltistan_by_head"),
    ],
)  # fmt: skip
def test_a_statement_is_of_the_province_whose_districts_stand_across_its_header(
    districts: list[str], form: str
) -> None:
    grid: Grid = [["Crime Head", *districts, "Total"], ["Murder", "1", "2", "3"], ["Robbery", "0", "2", "2"]]
    for name in ("a.csv", "Crime_Statement_2027-03.csv"):
        assert [one.format.id for one in agencies.choose(source(grid, name), CATALOGUE).matches] == [form]


@pytest.mark.parametrize(
    ("district", "form"), [("Lahore", "punjab"), ("Sukkur", "sindh_by_district"), ("Mirpur", "azad_kashmir_by_district")]
)
def test_a_statement_may_stand_on_its_side(district: str, form: str) -> None:
    grid: Grid = [["Region", "District", "Murder", "Robbery", "Total"], ["x", district, "1", "2", "3"]]
    named = f"Statement {form.split('_')[0].replace('azad', 'AJK')} March 2027.xlsx"
    assert [one.format.id for one in agencies.choose(source(grid, named), CATALOGUE).matches] == [form]


def test_the_area_column_tells_police_from_levies() -> None:
    header = [*FIR[:8], "Status", "Area"]
    for area, agency in (("A", "balochistan_police"), ("B", "balochistan_levies")):
        file = source([header, fir("Kalat", area), fir("Khuzdar", area)], "data.csv")
        assert agencies.choose(file, CATALOGUE).matches[0].agency.id == agency


def test_a_file_that_fits_nothing_is_named_with_the_nearest_and_what_it_lacks() -> None:
    choice = agencies.choose(source([["Item", "Price", "Victim Code"], ["Pen", "3", "V1"]]), CATALOGUE)
    assert choice.matches == ()
    assert codes(choice.issues) == ["RK201"]


def test_two_senders_that_fit_equally_well_are_not_told_apart() -> None:
    header = ["Crime Head", "Cases"]
    grid: Grid = [header, ["Murder", "3"]]  # of the capital, or of the railways?
    assert codes(agencies.choose(source(grid), CATALOGUE).issues) == ["RK224"]
    assert agencies.choose(source(grid), CATALOGUE).matches == ()
    named = agencies.choose(source(grid, "Crime_Statement_ICT_2026-07.csv"), CATALOGUE)
    assert [match.format.id for match in named.matches] == ["islamabad"]
    twins = only(
        '[[format]]\nid = "a"\nunit = "case"\ncolumns = [{ field = "fir_no", required = true }, { field = "status" }]\n'
    )
    twin = twins["some"].model_copy(update={"id": "other"})
    both = agencies.catalogue.assemble(
        {"some": twins["some"], "other": twin}, {}, CATALOGUE.reference, CATALOGUE.layout
    )
    file = source([["FIR No", "Status"], ["1/26", "Challan"]])
    assert codes(agencies.choose(file, both).issues) == ["RK224"]
    assert agencies.choose(file, both, "other").matches[0].agency.id == "other"


def test_a_file_for_whom_only_its_headers_speak_is_flagged_when_another_sender_knows_them_too() -> None:
    header = ["Sr No", "FIR No", "Date of FIR", "PS", "U/S", "Complainant", "Accused", "Accused CNIC", "Status"]
    row = ["1", "12/26", "3/7/26", "Chak Kambo", "302 PPC", "x", "y", None, "Challan"]
    grid: Grid = [header, row]
    choice = agencies.choose(source(grid), CATALOGUE)
    assert [(one["code"], one["severity"]) for one in choice.issues.iter_rows(named=True)] == [("RK224", "flag")]
    assert len(choice.matches) == 1
    here: Grid = [[*header, "District"], [*row, "Swat"]]
    assert codes(agencies.choose(source(here), CATALOGUE).issues) == []
    assert codes(agencies.choose(source(grid), CATALOGUE, "kp").issues) == []


def test_the_header_is_found_below_a_letterhead_of_any_length() -> None:
    for lines in range(9):
        grid: Grid = [*[["GOVERNMENT OF BALOCHISTAN"] * 9] * lines, FIR, fir("Quetta")]
        match, _, _ = planned(source(grid, "balochistan police.xls", "xls"))
        assert match.located.rows == (lines + 1,)


def test_each_sheet_of_a_workbook_gets_its_own_format_and_strange_sheets_are_named() -> None:
    persons = ["FIR / Enquiry No", "Role", "Name", "CNIC", "Nationality", "Sex", "Age", "Origin", "Means", "Referral"]
    cases = ["FIR No", "FIR Date", "U/S", "Enquiry No", "Police FIR, if any", "Complainant", "Status", "Brief"]
    file = workbook(
        {
            "Cases": [cases, ["1/2026 AHTC Lahore", "1-7-26", "3 PTPA", None, None, "x", "Challan", None]],
            "Persons": [persons, ["1/2026 AHTC Lahore", "Accused", "x", None, "Pakistani"]],
            "Lunch": [["Dish", "Price"], ["Daal", "3"]],
        },
        "fia.xlsx",
    )
    choice = agencies.choose(file, CATALOGUE)
    assert {match.sheet: match.format.id for match in choice.matches} == {"Cases": "cases", "Persons": "persons"}
    assert codes(choice.issues) == ["RK221"]


def test_a_fixed_width_file_is_known_by_its_lines() -> None:
    line = "CR000001001232026030720" + "26" + "Lahore".ljust(20) + "Model Town".ljust(25) + "302 PPC".ljust(30)
    line = (line + "ASLAM".ljust(30) + "S/O X".ljust(30) + "3520212345671" + "01011990" + "M").ljust(212) + "AR"
    match, plan, _ = planned(source([[line], [line], ["T0000002"]], "unknown.txt"))
    assert (match.agency.id, plan.cuts[0].field) == ("cro", "agency_ref")


@pytest.mark.parametrize("kind", ["xlsx", "delimited"])
def test_the_kind_of_file_is_evidence_and_no_condition(kind: str) -> None:
    choice = agencies.choose(source([FIR, fir("Quetta")], "x", kind), CATALOGUE, "balochistan_police")
    assert len(choice.matches) == 1


def test_a_sheet_that_is_declared_as_unread_is_not_read() -> None:
    form = """
[[format]]
id = "f"
unit = "case"
file = { skip_sheets = ["old*"] }
columns = [{ field = "fir_no", required = true }, { field = "status" }]
"""
    grid: Grid = [["FIR No", "Status"], ["1/26", "Challan"]]
    choice = agencies.choose(workbook({"Old 2025": grid, "2026": grid}), only(form))
    assert [match.sheet for match in choice.matches] == ["2026"]
    assert choice.issues.select("code", "sheet").rows() == [("RK221", "Old 2025")]


@pytest.mark.parametrize(
    ("found", "again"), [("cp1252", "cp1256"), ("utf-8", None), ("cp1256", None), ("utf-16-le", None), (None, "cp1256")]
)
def test_a_guessed_encoding_gives_way_to_the_declared_one_and_unicode_does_not(
    found: str | None, again: str | None
) -> None:
    form = """
[[format]]
id = "f"
unit = "case"
file = { encodings = ["utf-8", "cp1256"] }
columns = [{ field = "fir_no", required = true }, { field = "status" }]
"""
    file = replace(source([["FIR No", "Status"], ["1/26", "Challan"]]), encoding=found)
    assert agencies.declared_encoding(file, agencies.choose(file, only(form))) == again


def test_a_file_without_rows_gets_no_second_finding() -> None:
    choice = agencies.choose(replace(source([]), sheets=()), CATALOGUE)
    assert choice.matches == ()
    assert choice.issues.height == 0


def test_a_file_whose_headers_are_all_misspelt_is_told_which_they_may_be() -> None:
    header = ["Distrct", "Polce Staton", "FIR Nmber", "Date of Ocurrence", "Acused"]
    choice = agencies.choose(source([header, ["Kasur", "City", "1/26", "03-05-2026", "x"]], "punjab_fir.csv"), CATALOGUE)
    (told,) = choice.issues.rows(named=True)
    assert (told["code"], told["suggestion"]) == ("RK201", "punjab")
    assert "row 1 may be its header, misspelt: Distrct may be district, Polce Staton may be police_station" in told["detail"]
