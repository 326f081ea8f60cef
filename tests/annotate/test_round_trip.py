"""Marked, corrected and sent back: the sender's own workbook, or one made from a text file."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from recordkit import annotate, declarations, ingest, pipeline
from recordkit.ingest import Declarations, declare

DECLARATION = """
id = "styled"
name = "Styled Police"
kind = "police"
province = "Sindh"

[[format]]
id = "register"
unit = "case"
file = { kinds = ["KIND"], names = ["register*"] }
period = { sources = ["folder"] }
columns = [
  { field = "fir_no", required = true },
  { field = "registered_on", required = true, date_order = "dmy" },
  { field = "district", required = true },
  { field = "police_station", required = true },
  { field = "sections", required = true },
  { field = "accused" },
]
"""
HEAD = ["FIR No", "Date", "District", "PS", "U/S", "Accused"]
ROWS = [[f"{at}/2026", f"{at + 2:02d}-07-2026", "Sukkur", "City", "302 PPC", f"Karim {at} S/O Rahim"] for at in range(1, 11)]
BAD_ROW = 5  # in the file: two rows of letterhead, the header, then records


def declared(folder: Path, kind: str) -> Declarations:
    home = folder / "mine" / "agencies"
    home.mkdir(parents=True)
    (home / "styled.toml").write_text(DECLARATION.replace("KIND", kind), encoding="utf-8")
    return declare([declarations.PACKAGED, folder / "mine"])


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "July"
    sheet["A1"] = "OFFICE OF THE SSP"
    sheet.merge_cells("A1:F1")
    sheet["A2"] = None  # a row of its own
    for row in (HEAD, *ROWS):
        sheet.append(row)
    sheet["A3"].font = Font(bold=True, color="FF00AA")
    sheet.column_dimensions["F"].width = 41
    sheet["A5"] = "no number"
    sheet["F6"] = "=1+1"
    book.save(path)


def text(path: Path) -> None:
    rows = [["OFFICE OF THE SSP"] + [""] * 5, [""] * 6, HEAD, *ROWS]
    rows[4] = ["no number", *rows[4][1:]]
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")


def compiled(folder: Path, known: Declarations) -> pipeline.Outcome:
    return pipeline.compile([folder / "inbox"], folder / "store", known, through=None, starting=lambda _: lambda _: None)


@pytest.mark.parametrize("kind", ["xlsx", "delimited"])
def test_a_marked_workbook_that_comes_back_corrected_empties_the_quarantine(tmp_path: Path, kind: str) -> None:
    known = declared(tmp_path, kind)
    inbox = tmp_path / "inbox" / "2026-08"
    inbox.mkdir(parents=True)
    sent = inbox / ("register.xlsx" if kind == "xlsx" else "register.csv")
    (workbook if kind == "xlsx" else text)(sent)
    done, _ = ingest.receive_files([sent], known, None, lambda _: None)
    (marked,) = annotate.write_all([sent], done[0].issues, known, tmp_path / "out", senders={done[0].sha256: done[0].agency})
    first = compiled(tmp_path, known)
    assert first.edition is not None
    apart = first.edition.scan_quarantine().select("row").collect()["row"].to_list()
    assert BAD_ROW in apart

    book = openpyxl.load_workbook(marked)
    assert book.sheetnames[0] == "What to do"
    sheet = book.worksheets[1]
    assert str(sheet.cell(BAD_ROW, 1).fill.fgColor.rgb)[2:] == "F4B6B6"
    assert "RK310" in sheet.cell(BAD_ROW, 1).comment.text
    sheet.cell(BAD_ROW, 1).value = "2/2026"
    back = tmp_path / "inbox" / "2026-09"
    back.mkdir()
    book.save(back / marked.name)

    second = compiled(tmp_path, known)
    assert second.edition is not None
    left = second.edition.scan_quarantine().select("row").collect()["row"].to_list()
    assert (second.corrected, left) == (1, [row for row in apart if row != BAD_ROW])
    cases = second.edition.scan("cases").select("fir_no").collect()["fir_no"].to_list()
    assert sorted(cases, key=int) == [str(at) for at in range(1, 11)]
    sources = second.edition.scan("sources").collect().sort("received")
    assert sources["corrects"].to_list() == [None, done[0].sha256]
    assert sources["agency"].to_list() == ["styled", "styled"]
    issues = second.edition.scan("issues").collect()
    assert not issues.filter(code="RK221").height  # the list of what to do is no sheet of the sender's
    html = (second.edition.path / "reports" / "summary.html").read_text(encoding="utf-8")
    assert "corrected since" in html


def test_the_senders_own_workbook_keeps_its_looks(tmp_path: Path) -> None:
    known = declared(tmp_path, "xlsx")
    sent = tmp_path / "register.xlsx"
    workbook(sent)
    done, _ = ingest.receive_files([sent], known, None, lambda _: None)
    (marked,) = annotate.write_all([sent], done[0].issues, known, tmp_path / "out")
    sheet = openpyxl.load_workbook(marked)["July"]
    assert sheet["A3"].font.bold
    assert sheet["A3"].font.color.rgb == "00FF00AA"
    assert sheet.column_dimensions["F"].width == 41
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:F1"]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]  # no formula goes back
    assert sheet["B5"].fill.fill_type is None


def test_a_workbook_that_is_marked_twice_has_one_list(tmp_path: Path) -> None:
    known = declared(tmp_path, "xlsx")
    sent = tmp_path / "register.xlsx"
    workbook(sent)
    done, _ = ingest.receive_files([sent], known, None, lambda _: None)
    (marked,) = annotate.write_all([sent], done[0].issues, known, tmp_path / "out")
    again, _ = ingest.receive_files([marked], known, None, lambda _: None)
    assert again[0].tally.quarantined == done[0].tally.quarantined
    (twice,) = annotate.write_all([marked], again[0].issues, known, tmp_path / "more")
    assert twice.name == "register_marked.xlsx"
    assert openpyxl.load_workbook(twice).sheetnames == ["What to do", "July"]


def test_neither_the_name_of_a_file_nor_of_a_sheet_becomes_a_formula_in_the_senders_own_workbook(tmp_path: Path) -> None:
    known = declared(tmp_path, "xlsx")
    sent = tmp_path / "=1+1 register.xlsx"
    workbook(sent)
    made = openpyxl.load_workbook(sent)
    made["July"].title = "=1+1"
    made.save(sent)
    done, _ = ingest.receive_files([sent], known, None, lambda _: None)
    (marked,) = annotate.write_all([sent], done[0].issues, known, tmp_path / "out")
    cells = [cell for sheet in openpyxl.load_workbook(marked) for row in sheet.iter_rows() for cell in row]
    texts = [cell for cell in cells if str(cell.value).startswith("=")]
    assert any(str(cell.value).startswith("=1+1 register") for cell in texts)
    assert any(str(cell.value).startswith("=1+1, ") for cell in texts)
    assert {(cell.data_type, cell.quotePrefix) for cell in texts} == {("s", True)}
