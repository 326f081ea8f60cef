"""Writes the annotated workbook: a first sheet that says what to do, then the sender's sheets with marked cells.

Every cell is written as text. A text that a spreadsheet would take for a formula carries the quote prefix, so that
it stays text also when somebody edits it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import text_safety
from recordkit.annotate import guide
from recordkit.annotate.guide import Advice, Line, Marks, Where, Words
from recordkit.issues import Rules

_CELL = 32_767  # characters that a cell of a workbook can hold
_COLOURS = {"reject": "#F4B6B6", "flag": "#FFF2AB"}
_UNSPLIT: dict[str, Any] = {"severity": "reject", "codes": [], "details": [], "suggestions": []}
_BAD_NAME = re.compile(r"[\[\]:*?/\\]")


@dataclass
class Page:
    """One sheet to write: `batches` of row, c1..cN in order, and what is marked in it."""

    label: str  # as findings call the sheet
    title: str  # as the workbook calls it
    batches: Iterator[pl.DataFrame]
    ragged: pl.DataFrame
    marks: Marks
    only_marked: bool = False
    lines: dict[int, int] = field(default_factory=dict)  # source row -> row of the workbook, where they differ

    @property
    def where(self) -> Where:
        """The page as the list sees it."""
        return Where(self.label, self.title, self.marks, self.lines)


def titles(labels: Sequence[str], taken: str) -> list[str]:
    """A sheet name that a workbook accepts for every label: at most 31 characters, all different."""
    used = {taken.casefold()}
    found = []
    for label in labels:
        base = _BAD_NAME.sub(" ", text_safety.printable(label)).strip("' ")[:28] or "Data"
        name, at = base, 2
        while name.casefold() in used:
            name, at = f"{base} {at}"[:31], at + 1
        used.add(name.casefold())
        found.append(name)
    return found


def write(
    path: Path, lines: Sequence[Line], advices: Callable[[Sequence[Where]], Sequence[Advice]], pages: Sequence[Page],
    *, words: Words, rules: Rules,
) -> None:  # fmt: skip
    """One workbook at `path` (its temporary files beside it). advices: the list, once it is known where rows stand."""
    import xlsxwriter

    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "tmpdir": str(path.parent),
    }  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        writer = _Writer(book, words, rules)
        first = book.add_worksheet(words.sheet)
        sheets = [book.add_worksheet(page.title) for page in pages]
        for page in pages:
            page.lines.update(_lines(page))
        writer.guide(first, lines, advices([page.where for page in pages]))
        for page, sheet in zip(pages, sheets, strict=True):
            writer.page(sheet, page)


def _in_order(page: Page) -> Iterator[tuple[int, str | tuple[str | None, ...]]]:
    """Every row with its cells, or with its text where it could not be split; a workbook is written downwards."""
    ragged = page.ragged.sort("row").select("row", "raw").rows()
    at = 0
    for batch in page.batches:
        for row, *cells in batch.iter_rows():
            while at < len(ragged) and ragged[at][0] < row:
                yield ragged[at]
                at += 1
            yield row, tuple(cells)
    yield from ragged[at:]


def _lines(page: Page) -> dict[int, int]:
    """Where marked rows stand when only they (and the rows above the first record) are written; else nothing."""
    if not page.only_marked:
        return {}
    last = max(page.marks.header_row.values(), default=1)
    rows = sorted({*range(1, last + 1), *page.marks.cells.get_column("row").to_list()})
    return {row: at for at, row in enumerate(rows, start=1)}


class _Writer:
    """Formats and counters of one workbook."""

    def __init__(self, book: Any, words: Words, rules: Rules) -> None:
        self.words, self.rules = words, rules
        self.comments_left = words.comments
        self.formats = {
            (severity, quoted): book.add_format(
                {"quote_prefix": quoted} | ({"bg_color": _COLOURS[severity], "border": 1} if severity else {})
            )
            for severity in ("", "reject", "flag")
            for quoted in (False, True)
        }
        top = {"text_wrap": True, "valign": "top"}
        right = {"reading_order": 2, "align": "right"}
        self.bold = book.add_format(top | {"bold": True})
        self.lines = {
            (language, size): book.add_format(top | (right if language == "ur" else {}) | look)
            for language in ("en", "ur")
            for size, look in (
                ("large", {"bold": True, "font_size": 14}),
                ("small", {"font_size": 8, "font_color": "#808080"}),
                ("", {}),
            )
        }
        self.wrapped = book.add_format(top)
        self.wrapped_ur = book.add_format(top | right)
        self.link = book.add_format(top | {"font_color": "blue", "underline": 1})
        self.marked = {one: book.add_format(top | {"bg_color": colour}) for one, colour in _COLOURS.items()}

    def text(self, sheet: Any, row: int, at: int, value: str | None, severity: str = "") -> None:
        """One cell as text."""
        value = (value or "")[:_CELL]
        form = self.formats[(severity, value.startswith(text_safety.FORMULA_STARTS))]
        if value:
            sheet.write_string(row, at, value, form)
        elif severity:
            sheet.write_blank(row, at, None, form)

    def guide(self, sheet: Any, lines: Sequence[Line], advices: Sequence[Advice]) -> None:
        """The first sheet."""
        last = len(guide.WIDTHS) - 1
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for at, width in enumerate(guide.WIDTHS):
            sheet.set_column(at, at, width)
        for at, line in enumerate(lines):
            form = self.lines[line.language, "large" if line.large else "small" if line.small else ""]
            sheet.set_row(at, 24 if line.large else 12 if line.small else 20)
            sheet.merge_range(at, 0, at, last, line.text, form)
        row = len(lines) + 1
        for at, head in enumerate(guide.heads(self.words)):
            sheet.write_string(row, at, head, self.bold)
        sheet.freeze_panes(row + 1, 0)
        for at, one in enumerate(advices, start=row + 1):
            self._advice(sheet, at, one)

    def _advice(self, sheet: Any, line: int, one: Advice) -> None:
        """One line of the list: how serious, where (a link), how many, why, what to do."""
        sheet.set_row(line, one.height)
        sheet.write_string(line, 0, guide.two(self.words.of_severity(one.severity)), self.marked[one.severity])
        if one.target:
            sheet.write_url(line, 1, _link(one.target), self.link, one.place)
        else:
            sheet.write_string(line, 1, one.place, self.wrapped)
        sheet.write_number(line, 2, one.count, self.wrapped)
        sheet.write_string(line, 3, one.why, self.wrapped)
        sheet.write_string(line, 4, one.fix, self.wrapped)
        sheet.write_string(line, 5, one.why_ur, self.wrapped_ur)
        sheet.write_string(line, 6, one.fix_ur, self.wrapped_ur)
        sheet.write_string(line, 7, one.rule, self.wrapped)

    def page(self, sheet: Any, page: Page) -> None:
        """One sheet of the sender, row numbers kept."""
        marks: dict[int, dict[int, dict[str, Any]]] = {}
        for mark in page.marks.cells.to_dicts():
            marks.setdefault(mark["row"], {})[mark["at"]] = mark
        for row, cells in _in_order(page):
            known = marks.get(row, {})
            if isinstance(cells, str):  # a row that could not be split: one cell, whatever column was meant
                known = {0: next(iter(known.values()), _UNSPLIT)}
                cells = (cells,)
            self._row(sheet, page, row, cells, known)

    def _row(self, sheet: Any, page: Page, row: int, cells: Sequence[str | None], marks: dict[int, Any]) -> None:
        line = page.lines.get(row) if page.only_marked else row
        if line is None:
            return
        width = max(len(cells), max(marks, default=0) + 1)
        for at in range(width):
            mark = marks.get(at)
            value = cells[at] if at < len(cells) else None
            self.text(sheet, line - 1, at, value, mark["severity"] if mark else "")
            if mark and self.comments_left:
                self.comments_left -= 1
                comment = guide.comment(mark, self.rules, self.words)
                sheet.write_comment(line - 1, at, comment, {"x_scale": 2, "y_scale": 2})


def _link(target: tuple[str, int, int]) -> str:
    """An address inside the workbook."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    title, row, column = target
    quoted = title.replace("'", "''")
    return f"internal:'{quoted}'!{xl_rowcol_to_cell(row - 1, column - 1)}"
