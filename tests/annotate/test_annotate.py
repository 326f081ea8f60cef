"""The sender gets a workbook that says what to do, cell by cell, and that can be corrected and sent back."""

import gzip
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from recordkit import annotate, declarations, ingest, issues, readers
from recordkit.annotate import guide
from recordkit.store import workspace

DIRS = [declarations.PACKAGED]
RULES = issues.catalogue(DIRS)
WORDS = guide.load(DIRS)
REGISTER = (
    "Crime No.,Date of Report,District,PS,Accused CNIC\n"
    "1/2026,03-Jul-26,Sukkur,City,35202-1234567-1\n"
    "2/2026,soon,Sukkur,City,=cmd|' /C calc'!A0\n"
    "3/2026,05-Jul-26,Sukkur\n"
    "4/2026,06-Jul-26,Sukkur,City,\n"
    "5/2026,07-Jul-26,Sukkur,City,35202-123\n"
)


def source(tmp_path: Path, text: str = REGISTER, name: str = "register.csv") -> readers.SourceFile:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return readers.open_file(path)


def finding(
    one: readers.SourceFile, code: str, row: int | None, column: str | None = None, **more: Any
) -> pl.DataFrame:
    return issues.make(code, file_sha256=one.sha256, sheet=more.pop("sheet", ""), row=row, column=column, **more)


def written(one: readers.SourceFile, tmp_path: Path, *found: pl.DataFrame) -> openpyxl.Workbook:
    path = annotate.write(one, issues.concat(found), RULES, WORDS, tmp_path / "out")
    assert path is not None
    return openpyxl.load_workbook(path)


def colour(cell: Any) -> str:
    return str(cell.fill.fgColor.rgb)[2:] if cell.fill.fill_type else ""


RED, YELLOW = "F4B6B6", "FFF2AB"


def test_a_bad_cell_is_coloured_and_says_what_to_do_in_both_languages(tmp_path: Path) -> None:
    one = source(tmp_path)
    book = written(one, tmp_path, finding(one, "RK302", 3, "Date of Report", detail="no month"))
    cell = book["Data"]["B3"]
    assert (cell.value, colour(cell)) == ("soon", YELLOW)
    for text in (RULES["RK302"].why, RULES["RK302"].fix, RULES["RK302"].fix_ur, "no month"):
        assert text in cell.comment.text
    assert colour(book["Data"]["A3"]) == ""


def test_rows_and_columns_stay_where_they_were(tmp_path: Path) -> None:
    one = source(tmp_path)
    sheet = written(one, tmp_path, finding(one, "RK302", 3, "Date of Report"))["Data"]
    assert [cell.value for cell in sheet[1]][:4] == ["Crime No.", "Date of Report", "District", "PS"]
    assert [sheet.cell(row, 1).value for row in (2, 3, 5, 6)] == ["1/2026", "2/2026", "4/2026", "5/2026"]


def test_a_row_that_could_not_be_split_stands_in_its_place_as_it_was_sent(tmp_path: Path) -> None:
    one = source(tmp_path)
    sheet = written(one, tmp_path, one.issues)["Data"]
    assert sheet["A4"].value == "3/2026,05-Jul-26,Sukkur"
    assert colour(sheet["A4"]) == RED
    assert RULES["RK111"].fix_ur in sheet["A4"].comment.text


def test_the_worst_finding_of_a_cell_decides_its_colour(tmp_path: Path) -> None:
    one = source(tmp_path)
    both = [finding(one, code, 3, "Crime No.") for code in ("RK311", "RK310")]
    cell = written(one, tmp_path, *both)["Data"]["A3"]
    assert colour(cell) == RED
    assert "RK310" in cell.comment.text
    assert "RK311" in cell.comment.text


def test_nothing_that_a_sender_writes_becomes_a_formula(tmp_path: Path) -> None:
    one = source(tmp_path)
    cell = written(one, tmp_path, finding(one, "RK302", 3, "Date of Report"))["Data"]["E3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=cmd|' /C calc'!A0", "s", True)


def test_the_first_sheet_lists_what_to_do_and_links_to_the_cell(tmp_path: Path) -> None:
    one = source(tmp_path)
    many = [finding(one, "RK304", row, "Accused CNIC") for row in (3, 6)]
    guide = written(one, tmp_path, finding(one, "RK310", 3, "Crime No."), *many).worksheets[0]
    cells = [[cell.value for cell in row] for row in guide.iter_rows()]
    assert guide.title == WORDS.sheet
    assert cells[0][0] == "What has to be corrected in register.csv"
    assert cells[1][0] == WORDS.title.ur.format(file="register.csv")
    first, second = [row for row in cells if row[7] and str(row[7]).startswith("RK")]
    assert first[0] == "quarantined / الگ رکھی گئی"
    assert second[1:3] == ["Accused CNIC, row 3, 6 / سطر 3, 6", 2]
    assert second[5:7] == [RULES["RK304"].why_ur, RULES["RK304"].fix_ur]
    links = [cell.hyperlink.location for row in guide.iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'Data'!A3", "'Data'!E3"]


def test_a_rule_of_an_overlay_without_urdu_gets_the_general_words() -> None:
    silent = RULES["RK311"].model_copy(update={"fix_ur": ""})
    assert WORDS.urdu(silent, "flag") == WORDS.generic.flag
    assert WORDS.urdu(silent, "reject") == WORDS.generic.reject


def test_a_file_that_cannot_be_read_goes_back_with_the_reason_alone(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    one = readers.open_file(path)
    book = written(one, tmp_path, one.issues)
    assert len(book.worksheets) == 1
    assert RULES["RK126"].fix in [cell.value for row in book.worksheets[0].iter_rows() for cell in row]


def test_notes_alone_make_no_workbook(tmp_path: Path) -> None:
    one = source(tmp_path)
    assert annotate.write(one, finding(one, "RK213", 3), RULES, WORDS, tmp_path / "out") is None


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    one = source(tmp_path)
    paths = [annotate.write(one, finding(one, "RK302", 3), RULES, WORDS, tmp_path / "out") for _ in range(2)]
    assert [path.name for path in paths if path] == ["register_marked.xlsx", "register_marked_2.xlsx"]


def test_a_long_file_goes_back_with_its_header_and_marked_rows_only(tmp_path: Path) -> None:
    text = "Crime No.,Date\n" + "".join(f"{at}/2026,03-Jul-26\n" for at in range(1, 40))
    one = source(tmp_path, text)
    short = WORDS.model_copy(update={"rows": 10})
    path = annotate.write(one, finding(one, "RK302", 31, "Date"), RULES, short, tmp_path / "out")
    assert path is not None
    book = openpyxl.load_workbook(path)
    assert [[cell.value for cell in row] for row in book["Data"].iter_rows()] == [
        ["Crime No.", "Date"],
        ["30/2026", "03-Jul-26"],
    ]
    assert colour(book["Data"]["B2"]) == YELLOW
    assert [c.hyperlink.location for row in book.worksheets[0].iter_rows() for c in row if c.hyperlink] == ["'Data'!B2"]


def test_sheets_keep_their_names_as_far_as_a_workbook_allows(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "What to do"
    workbook.create_sheet("x" * 31)
    for sheet in workbook:
        sheet.append(["FIR No", "Date"])
        sheet.append(["1/2026", "soon"])
    workbook.save(tmp_path / "a.xlsx")
    one = readers.open_file(tmp_path / "a.xlsx")
    book = written(one, tmp_path, finding(one, "RK302", 2, "Date", sheet="x" * 31))
    assert book.sheetnames == ["What to do", "What to do 2", "x" * 28]
    assert colour(book["x" * 28]["B2"]) == YELLOW


def test_every_member_of_an_archive_goes_back_as_a_workbook_of_its_own(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "july.zip", "w") as archive:
        archive.writestr("a.csv", REGISTER)
        archive.writestr("b.csv", "FIR No,Date\n1/2026,soon\n")
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(REGISTER.encode()))
    declared = ingest.declare(DIRS)
    found = issues.concat(one.issues for name in ("july.zip", "c.csv.gz") for one in readers.open_all(tmp_path / name))
    paths = annotate.write_all([tmp_path / "july.zip", tmp_path / "c.csv.gz"], found, declared, tmp_path / "out")
    assert sorted(path.name for path in paths) == ["a_marked.xlsx", "c.csv_marked.xlsx"]


@pytest.mark.parametrize("name", ["Sindh_Crime_Register_Jul26.csv", "Punjab FIR Register July 2026.xlsx"])
def test_the_marked_workbook_can_be_sent_back(tmp_path: Path, name: str) -> None:
    path = declarations.PACKAGED.parent / "sample_data" / "inbox" / "2026-07" / name
    if not path.exists():
        pytest.skip("the sample inbox is not there")
    declared = ingest.declare(DIRS)
    (before,) = ingest.receive(path, declared, received="2026-07")
    (marked,) = annotate.write_all([path], before.issues, declared, tmp_path)
    (after,) = ingest.receive(marked, declared, received="2026-07")
    assert (after.agency, after.formats, after.tally.accepted) == (before.agency, before.formats, before.tally.accepted)


def test_a_run_that_dies_leaves_no_half_workbook_and_its_working_folder_goes_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    dead = out / f"{workspace.PREFIX}0123456789abcdef"
    dead.mkdir(parents=True)
    (dead / "marked.xlsx").write_bytes(b"rows of people")
    one = source(tmp_path)
    seen: list[list[str]] = []

    def dying(*_: object, **_named: object) -> None:
        seen.append([entry.name for entry in out.iterdir()])
        raise KeyboardInterrupt

    monkeypatch.setattr(annotate.plain_workbook, "write", dying)
    with pytest.raises(KeyboardInterrupt):
        annotate.write(one, finding(one, "RK302", 3), RULES, WORDS, out)
    assert [all(name.startswith(workspace.PREFIX) for name in names) for names in seen] == [True]
    assert dead.name not in seen[0]
    assert list(out.iterdir()) == []
