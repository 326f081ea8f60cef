"""A stranger's file becomes a declaration that loads, and that reads the file it was drafted from."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from paper_files import CATALOGUE, INTAKE, Grid, mapped, planned, source, workbook

from recordkit import agencies, declarations
from recordkit.agencies import Agency, Catalogue
from recordkit.agencies.catalogue import assemble
from recordkit.agencies.source import SourceFile
from recordkit.errors import DeclarationError

REGISTER: Grid = [
    ["CRIME BRANCH", *[None] * 7],
    ["Crime register for July 2026", *[None] * 7],
    ["Sl", "Zila", "Thana", "Docket No", "Written", "Sec. of Law", "Persons", "Seal"],
    *[
        [str(at), "Sukkur" if at % 2 else "Thatta", "City", f"{at}/26", f"{at + 12}/07/2026", "302/34 PPC",
         f"Aslam S/O Bashir {at}", None]
        for at in range(1, 15)
    ],
    ["Total", None, None, "14", None, None, None, None],
]  # fmt: skip


def drafted(file: SourceFile) -> tuple[str, Catalogue]:
    text = agencies.draft(file, CATALOGUE, INTAKE)
    agency = declarations.build(tomllib.loads(text), Agency, Path("draft.toml"))
    return text, assemble({agency.id: agency}, {}, CATALOGUE.reference, CATALOGUE.layout)


def test_a_draft_maps_the_file_it_was_made_from() -> None:
    file = source(REGISTER, "crime_register_july_2026.csv")
    text, catalogue = drafted(file)
    _, plan, _ = planned(file, catalogue)
    done = mapped(plan, file.sheets[0].head())
    assert done.rows.height == 14
    first = done.rows.row(0, named=True)
    assert {"district", "police_station", "fir_no", "registered_on", "sections", "serial", "province"} <= set(first)
    assert (first["fir_no"], first["sections"], first["province"]) == ("1/26", "302/34 PPC", "Sindh")
    assert plan.period == "2026-07"
    assert 'sources = ["letterhead", "file", "folder"]' in text


def test_a_draft_says_how_sure_it_is_and_what_it_could_not_place() -> None:
    text, _ = drafted(source(REGISTER, "x.csv"))
    assert "the header was found in row 3" in text
    assert "14 of 14 known districts" in text
    assert "14 dates can only be day first, 0 only month first" in text
    assert "some files call it so" in text  # "Docket No" is no general word, but a hint
    assert "only its values say so" in text  # "Written" is neither
    assert '# { headers = ["Seal"], reason = "..." }' in text
    assert '("Total")' in text


@pytest.mark.parametrize(
    ("grid", "unit", "field"),
    [
        ([["Name", "Parentage", "Role", "Sex"], *[["A", "S/O B", "Accused", "M"]] * 3], "person", "role"),
        ([["Client Code", "Service Type", "Start Date"], *[["V1", "Medical", "1-7-26"]] * 3], "service", "victim_ref"),
        ([["ENQ No", "Date", "Status"], *[["1/2026", "13-7-26", "Enquiry"]] * 3], "enquiry", "enquiry_no"),
        ([["Crime Head", "Cases Reported"], ["Murder", "3"], ["Robbery", "1"]], "return", "count"),
    ],
)
def test_a_draft_knows_what_a_row_is(grid: Grid, unit: str, field: str) -> None:
    text, catalogue = drafted(source(grid, "x.csv"))
    assert f'unit = "{unit}"' in text
    (agency,) = catalogue.values()
    assert field in agency.formats[0].fields


def test_a_wide_statement_with_years_and_an_unnamed_sum_is_drafted_ready_to_use() -> None:
    grid: Grid = [
        ["Type of Crime", "Punjab", "Sindh", "Nation"],
        ["2018", None, None, None], ["Murder", "4", "2", "6"], ["Robbery", "5", "3", "8"],
        ["2019", None, None, None], ["Murder", "7", "1", "8"], ["Robbery", "9", "1", "10"],
    ]  # fmt: skip
    file = source(grid, "crimes.csv")
    text, catalogue = drafted(file)
    assert "Nation: always the sum of the others" in text
    _, plan, _ = planned(file, catalogue)
    rows = mapped(plan, file.sheets[0].head()).rows
    assert rows.height == 12
    assert rows.filter("is_total").get_column("count").to_list() == ["6", "8", "8", "10"]
    assert rows.get_column("period").unique().sort().to_list() == ["2018", "2019"]


def test_two_tables_below_each_other_are_seen() -> None:
    grid: Grid = [
        ["Year", "Murder", "Dacoity", "Robbery"], ["2010", "1", "2", "9"], ["2011", "4", "5", "6"],
        ["Year", "Burglary", "Cattle Theft", "Others"], ["2010", "1", "2", "9"],
    ]  # fmt: skip
    text, _ = drafted(source(grid, "crimes.csv"))
    assert "tables = true" in text


def test_every_sheet_gets_a_format() -> None:
    file = workbook({"Cases": REGISTER, "Persons": [["Name", "Role"], ["A", "Victim"], ["B", "Accused"]]})
    _, catalogue = drafted(file)
    (agency,) = catalogue.values()
    assert [form.unit for form in agency.formats] == ["case", "person"]


def test_lines_of_one_length_are_cut_where_the_gaps_are() -> None:
    lines: Grid = [[f"{at:05d}2026 {'Sukkur' if at % 2 else 'Larkana':<12}ASLAM {at % 7}    "] for at in range(9)]
    text, catalogue = drafted(source([*lines, ["T000009"]], "old.txt"))
    (agency,) = catalogue.values()
    starts = [column.start for column in agency.formats[0].columns]
    assert {1, 11, 23} <= set(starts)
    assert agency.formats[0].rows.trailer == r"^T\s*(?P<count>[0-9]+)"
    assert "reads as place:district" in text


def test_an_empty_file_cannot_be_drafted_from() -> None:
    with pytest.raises(DeclarationError, match="holds no rows"):
        agencies.draft(source([], "empty.csv"), CATALOGUE, INTAKE)


def test_no_value_of_a_person_stands_in_a_draft() -> None:
    text, _ = drafted(source(REGISTER, "x.csv"))
    assert "Aslam" not in text
    assert "Bashir" not in text
