"""Marks the sender's own workbook: its styles, widths and merged cells stay, values are what recordkit read.

Formulas and macros do not go back: what stands in a cell is the value that it showed. A text that a spreadsheet
would take for a formula stays text.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from recordkit import text_safety
from recordkit.annotate import guide
from recordkit.annotate.guide import Advice, Line, Where, Words
from recordkit.issues import Rules

COLOURS = {"reject": "F4B6B6", "flag": "FFF2AB"}


def write(
    content: bytes, path: Path, titles: Sequence[str], *, pages: Sequence[Where], lines: Sequence[Line],
    advices: Sequence[Advice], words: Words, rules: Rules,
) -> bool:  # fmt: skip
    """Write `content` (an .xlsx) with its marks to `path` in a working folder; False when it cannot be taken as it is.

    titles: the sheets' names as they are in the file, one for each page.
    """
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
        sheets = [book[title] for title in titles]
    except Exception:  # a workbook that one library reads and another does not: it is written anew instead
        return False
    if words.sheet in book.sheetnames or any(not hasattr(sheet, "cell") for sheet in sheets):
        return False
    left = words.comments
    for sheet, page in zip(sheets, pages, strict=True):
        left = _mark(sheet, page, rules, words, left)
    _guide(book.create_sheet(words.sheet, 0), lines, advices, words)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == words.sheet
    book.active = 0
    _save(book, path)
    return True


def _save(book: Any, path: Path) -> None:
    """Save, with the parts that the library writes first beside `path`, in the working folder: they hold records."""
    before, tempfile.tempdir = tempfile.tempdir, str(path.parent)
    try:
        book.save(path)
    finally:
        tempfile.tempdir = before


def _mark(sheet: Any, page: Where, rules: Rules, words: Words, left: int) -> int:
    """Colour and comment the marked cells of one sheet; how many comments may still be written."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    fills = {name: PatternFill("solid", fgColor=colour) for name, colour in COLOURS.items()}
    merged = {
        cell: (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for cell in ((r, c) for r, c, *_ in _cells(area))
    }
    for mark in page.marks.cells.to_dicts():
        place = (mark["row"], mark["at"] + 1)
        cell = sheet.cell(*merged.get(place, place))
        cell.fill = fills[mark["severity"]]
        if left:
            left -= 1
            comment = guide.comment(mark, rules, words)
            before = f"\n\n{cell.comment.text}" if cell.comment else ""
            cell.comment = Comment(comment + before, "recordkit", width=380, height=220)
    return left


def _cells(area: Any) -> list[tuple[int, int]]:
    """Every cell of a merged area of ordinary size; a whole merged column is left to its first cell."""
    if area.size["rows"] * area.size["columns"] > 10_000:
        return [(area.min_row, area.min_col)]
    rows, columns = range(area.min_row, area.max_row + 1), range(area.min_col, area.max_col + 1)
    return [(row, column) for row in rows for column in columns]


def _guide(sheet: Any, lines: Sequence[Line], advices: Sequence[Advice], words: Words) -> None:
    """The first sheet."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    last = len(guide.WIDTHS)
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for at, width in enumerate(guide.WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    urdu = Alignment(horizontal="right", vertical="top", wrap_text=True, readingOrder=2)
    plain = Alignment(horizontal="left", vertical="top", wrap_text=True)
    row = 0
    for line in lines:
        row += 1
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=last)
        cell = _written(sheet, row, 1, line.text)
        cell.alignment = urdu if line.language == "ur" else plain
        size, colour = (14, None) if line.large else (8, "808080") if line.small else (11, None)
        cell.font = Font(size=size, bold=line.large, color=colour)
        sheet.row_dimensions[row].height = 24 if line.large else 12 if line.small else 20
    row += 2
    for at, head in enumerate(guide.heads(words), start=1):
        cell = _written(sheet, row, at, head)
        cell.font, cell.alignment = Font(bold=True), plain
    sheet.freeze_panes = sheet.cell(row + 1, 1)
    for one in advices:
        row += 1
        sheet.row_dimensions[row].height = one.height
        severity = guide.two(words.of_severity(one.severity))
        values = (severity, one.place, one.count, one.why, one.fix, one.why_ur, one.fix_ur, one.rule)
        for at, value in enumerate(values, start=1):
            cell = _written(sheet, row, at, value)
            cell.alignment = urdu if at in guide.URDU else plain
        sheet.cell(row, 1).fill = PatternFill("solid", fgColor=COLOURS[one.severity])
        if one.target:
            _link(sheet.cell(row, 2), one.target)


def _written(sheet: Any, row: int, column: int, value: Any) -> Any:
    """A cell with a value that never becomes a formula: names of files and sheets are a sender's."""
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(text_safety.FORMULA_STARTS)
    return cell


def _link(cell: Any, target: tuple[str, int, int]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.hyperlink import Hyperlink

    title, row, column = target
    quoted = title.replace("'", "''")
    place = f"'{quoted}'!{get_column_letter(column)}{row}"
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place)
    cell.font = Font(color="0000FF", underline="single")
