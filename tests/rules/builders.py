"""Makes the files that the examples of reading and mapping rules name by `build`."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from typing import Any

import msoffcrypto.format.ooxml as ooxml
import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

ROWS = [["FIR No", "Date"], ["1/2026", "03-07-2026"], ["2/2026", "04-07-2026"]]
HEAD = ["FIR No", "Date", "District", "Police Station", "Sections"]
REGISTER = [HEAD, *([f"{at}/2026", f"{at + 12}-07-2026", "Lahore", "Raiwind", "302 PPC"] for at in range(1, 7))]
URDU = "FIR No,تھانہ\n1/2026,صدر\n"
Change = Callable[[Any], None]


def book(rows: list[list[str]], change: Change | None = None) -> bytes:
    """A workbook with one sheet, changed before it is saved."""
    made = openpyxl.Workbook()
    made.active.title = "Register"
    for row in rows:
        made.active.append(row)
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def changed(change: Change, rows: list[list[str]] = ROWS) -> Callable[[], bytes]:
    """A builder of a changed workbook."""
    return lambda: book(rows, change)


def _locked() -> bytes:
    out = io.BytesIO()
    ooxml.OOXMLFile(io.BytesIO(book(ROWS))).encrypt("secret", out)
    return out.getvalue()


def _zip(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def _text(rows: list[list[str]] = ROWS) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows).encode()


def _hidden_sheet(made: Any) -> None:
    made.create_sheet("Draft").append(["x"])
    made["Draft"].sheet_state = "hidden"


def _hidden_row(made: Any) -> None:
    made.active.row_dimensions[3].hidden = True


def _error_cell(made: Any) -> None:
    made.active["B2"] = "#N/A"
    made.active["B2"].data_type = "e"


def _formula(made: Any) -> None:
    made.active["B2"] = "=1+1"


def _long_number(made: Any) -> None:
    made.active["B2"] = 35202123456712345


STRUCK = InlineFont(strike=True)


def _struck_text(made: Any) -> None:
    made.active["A2"] = CellRichText(TextBlock(STRUCK, "7/2026"), " 1/2026")


def _footnote(made: Any) -> None:
    made.active["A2"] = CellRichText("1/2026", TextBlock(InlineFont(vertAlign="superscript"), "1"))


def _hidden_column(made: Any) -> None:
    made.active.column_dimensions["B"].hidden = True


def _epoch(made: Any) -> None:
    made.epoch = CALENDAR_MAC_1904


def _struck_row(made: Any) -> None:
    for cell in made.active[3]:
        cell.font = Font(strike=True)


def _far_cell(made: Any) -> None:
    made.active["XFD1048576"] = "x"


def _side_by_side(made: Any) -> None:
    for at in range(1, 7):
        for offset in (0, 4):
            for column, text in enumerate(REGISTER[at - 1][:3], start=1):
                made.active.cell(at, column + offset, text)


def _merged(made: Any) -> None:
    made.active.merge_cells("C2:C7")


def _notes(made: Any) -> None:
    sheet = made.create_sheet("Notes")
    for row in (["Item", "Shelf"], ["Paper", "3"], ["Ink", "4"]):
        sheet.append(row)


def _linked(*of_people: str, again: str = "A2", cases: bool = True) -> bytes:
    """A sheet of cases under references, and one of people who point to them."""
    made = openpyxl.Workbook()
    made.active.title = "People"
    people = [[ref, f"Aslam {ref}"] for ref in of_people]
    for row in (["Ref", "Name"], *people):
        made.active.append(row)
    if cases:
        sheet = made.create_sheet("Cases")
        rows = [[ref, *row] for ref, row in zip(("A1", again), REGISTER[1:3], strict=True)]
        for row in (["Ref", *HEAD], *rows):
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _swallowed() -> bytes:
    lines = ["no;name;place;year", *(f"{at};Person {at};Lahore;2026" for at in range(1, 20))]
    lines[5] = '5;"Person 5;Lahore;2026'
    lines[15] = '15;Person 15";Lahore;2026'
    return "\n".join(lines).encode() + b"\n"


def _mixed_encoding() -> bytes:
    first = "".join(f"{at}/2026,صدر تھانہ\n" for at in range(1, 40))
    return ("FIR No,تھانہ\n" + first).encode() + first.replace("ہ", "ه").replace("ی", "ي").encode("cp1256")


def _bad_bytes() -> bytes:
    lines = URDU + "".join(f"{at}/2026,صدر\n" for at in range(2, 60))
    return lines.encode() + b"60/2026,\xff\xfe\n"


def _cro(count: int) -> bytes:
    widths = (8, 5, 4, 8, 20, 25, 30, 30, 30, 13, 8, 1, 15, 15, 2)
    values = ("7", "12", "2026", "03072026", "Lahore", "Raiwind", "302 PPC", "Aslam", "S/O Bashir", "3520212345671",
              "02021990", "M", "Arain", "", "AR")  # fmt: skip
    line = "".join(value.ljust(width) for value, width in zip(values, widths, strict=True))
    return f"{line}\r\n{line.replace('12   ', '13   ', 1)}\r\nT{count:07d}\r\n".encode()


BUILDERS: dict[str, Callable[[], bytes]] = {
    "workbook": lambda: book(ROWS),
    "password": _locked,
    "truncated-workbook": lambda: book(ROWS)[:-400],
    "gzip": lambda: gzip.compress(_text()),
    "truncated-gzip": lambda: gzip.compress(_text(ROWS * 500))[:-20],
    "zip": lambda: _zip(("july.csv", _text())),
    "bomb": lambda: _zip(("july.csv", b"0" * 200_000_000)),
    "path-traversal": lambda: _zip(("../../july.csv", _text())),
    "bad-bytes": _bad_bytes,
    "swallowed-rows": _swallowed,
    "mixed-encoding": _mixed_encoding,
    "cp1256": lambda: (URDU + "2/2026,چوک\n3/2026,گوجرانوالہ\n").replace("ہ", "ه").encode("cp1256"),
    "one-word-cp1256": lambda: "FIR No,Accused\n1/2026,محمد\n".encode("cp1256"),
    "cp720": lambda: "FIR No,PS\n1/2026,محمد عثمان\n2/2026,سلمان علي\n".encode("cp720"),
    "hidden-sheet": changed(_hidden_sheet),
    "hidden-rows": changed(_hidden_row),
    "error-cell": changed(_error_cell),
    "formula": changed(_formula),
    "long-number": changed(_long_number),
    "struck-text": changed(_struck_text),
    "footnote-mark": changed(_footnote),
    "hidden-column": changed(_hidden_column),
    "epoch-1904": changed(_epoch),
    "struck-row": changed(_struck_row, REGISTER),
    "far-cell": changed(_far_cell),
    "side-by-side": changed(_side_by_side, []),
    "fixed-width": lambda: _cro(2),
    "fixed-width-short": lambda: _cro(3),
    "register": lambda: book(REGISTER),
    "merged-register": changed(_merged, REGISTER),
    "register-and-notes": changed(_notes, REGISTER),
    "linked": lambda: _linked("A1", "A2"),
    "linked-missing": lambda: _linked("A1", "A9"),
    "linked-twice": lambda: _linked("A1", "A1", again="A1"),
    "linked-alone": lambda: _linked("A1", "A2", cases=False),
}
