"""How a new month's file differs from its declaration, and which of its words nobody uses; facts for inspect."""

from __future__ import annotations

import polars as pl
from paper_files import CATALOGUE, INTAKE, only, source, workbook

from recordkit import agencies
from recordkit.readers import Sheet

FORM = """
[[format]]
id = "f"
unit = "case"
file = { kinds = ["delimited"] }
columns = [
  { field = "fir_no", required = true, headers = ["Mukadma"] },
  { field = "registered_on", required = true },
  { field = "status", values = { "Done" = "challan_complete", "Gone" = "untraced" } },
  { field = "accused" },
]
ignore = [{ headers = ["Clerk"], reason = "initials" }]

[[format]]
id = "old"
unit = "case"
columns = [{ field = "e_tag", required = true }, { field = "officer", required = true }]
"""
HEADER = ["FIR No", "Date", "Status", "Accused", "Clerk"]


def what(frame: pl.DataFrame, differs: bool) -> list[tuple[str, str]]:
    return frame.filter(pl.col("differs") == differs).select("what", "subject").rows()


def test_a_file_as_declared_differs_in_nothing() -> None:
    told = agencies.check([source([HEADER, ["1/26", "1-7-26", "done", "x"]])], only(FORM), INTAKE)
    assert what(told, True) == []
    assert what(told, False) == [
        ("unused header", "Mukadma"), ("unused value", "Gone"), ("unused format", "old"),
    ]  # fmt: skip


def test_new_and_missing_columns_and_another_kind_of_file_are_named() -> None:
    grid = [["FIR No", "Date", "Status", "Acused", "Weather"], ["1/26", "1-7-26"]]
    told = agencies.check([source(grid, "x.xlsx", "xlsx")], only(FORM), INTAKE)
    assert what(told, True) == [
        ("new column", "Acused"), ("new column", "Weather"), ("missing column", "accused"), ("kind of file", "xlsx"),
    ]  # fmt: skip
    assert told.filter(pl.col("subject") == "Acused").get_column("detail").item() == "resembles a header of accused"


ORDERED = FORM.replace('"registered_on", required = true', '"registered_on", required = true, date_order = "dmy"')
FIXED = """
[[format]]
id = "f"
unit = "case"
date_order = "mdy"
header = { rows = 0 }
columns = [
  { field = "fir_no", start = 1, length = 8, pattern = "^[0-9/]+$" },
  { field = "registered_on", start = 9, length = 10 },
]
"""


def test_a_changed_order_of_dates_is_told_with_its_column_and_its_evidence() -> None:
    months = [["1/26", f"07/{day}/2026", "done", "x"] for day in (3, 13, 14)]
    told = agencies.check([source([HEADER, *months])], only(ORDERED), INTAKE).filter("differs")
    assert told.select("what", "subject", "detail").rows() == [
        ("date order", "Date",
         "mdy; declared: dmy; 0 dates can only be day first, 2 only month first, 1 either"),
    ]  # fmt: skip


def test_dates_that_do_not_contradict_their_order_differ_in_nothing() -> None:
    for dates in (["13/07/2026", "07/13/2026"], ["03/07/2026", "04/07/2026"], ["13/07/2026", "2026-07-14"]):
        grid = [HEADER, *[["1/26", day, "done", "x"] for day in dates]]
        assert what(agencies.check([source(grid)], only(ORDERED), INTAKE), True) == []


def test_a_changed_order_of_dates_is_told_of_a_file_of_fixed_width() -> None:
    lines = [[f"{at}/2026".ljust(8) + f"{at}/07/2026"] for at in range(13, 20)]
    told = agencies.check([source(lines, "x.txt", "fixed")], only(FIXED), INTAKE)
    assert ("date order", "registered_on") in what(told, True)


def test_a_file_that_fits_nothing_is_a_difference() -> None:
    told = agencies.check([source([["Dish", "Price"], ["Daal", "3"]])], only(FORM), INTAKE)
    assert what(told, True) == [("no format", "")]


def test_no_files_no_remarks() -> None:
    assert agencies.check([], CATALOGUE, INTAKE).height == 0


def test_inspect_tells_a_known_file_by_its_declaration() -> None:
    told = agencies.inspect(source([[*HEADER, "Weather"], ["1/26"]], "x 2026-07.csv"), only(FORM), INTAKE)
    (sheet,) = told["sheets"]
    assert (told["period"], sheet["header_row"], sheet["likely"][0]["agency"]) == ("2026-07", [1], "some")
    assert sheet["mapped"]["FIR No"] == "fir_no"
    assert sheet["ignored"] == {"Clerk": "initials"}
    assert sheet["unknown"] == {"Weather": "resembles nothing declared"}


def test_inspect_guesses_at_an_unknown_file_and_shows_no_values() -> None:
    grid = [["Nr", "Murdered man"], *[[f"{at}/26", f"Aslam S/O Bashir {at}"] for at in range(1, 9)]]
    told = agencies.inspect(source(grid), only(FORM), INTAKE)
    (sheet,) = told["sheets"]
    assert "fir_no" in sheet["resembles"]["Nr"]
    assert "Aslam" not in repr(told)


def test_inspect_reads_no_hidden_sheet() -> None:
    file = workbook({"Working": [["a"], ["b"]]})
    hidden = Sheet("Working", 1, 2, visible=False)
    told = agencies.inspect(type(file)(file.name, file.sha256, 1, "xlsx", file.issues, (hidden,)), CATALOGUE, INTAKE)
    assert set(told["sheets"][0]) == {"name", "visible", "columns", "rows"}


def test_a_name_of_two_numbers_says_the_month_when_the_folder_says_when_it_came() -> None:
    file = source([HEADER, ["1/26"]], "register 07-26.csv")
    assert agencies.inspect(file, only(FORM), INTAKE, "2026-08")["period"] == "2026-07"
    assert agencies.inspect(file, only(FORM), INTAKE)["period"] is None
