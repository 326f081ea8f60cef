"""The report as a workbook: a sheet for each part and for each long table. Same figures, same bytes."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from recordkit import text_safety
from recordkit.report import model
from recordkit.report.model import Column, Figures, Section, Table
from recordkit.report.words import Words

SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
REFERENCE = re.compile(r"[=!$']")
LONGEST = 32_767  # characters that a cell can hold
LONGEST_OF_A_PAGE = 200  # letters at the head of a printed page, of the 255 that a workbook allows
MOST_ROWS = 1_048_576 - 10
NUMBER_FORMATS = {"count": "#,##0", "change": "+#,##0;-#,##0;0", "share": "0.0"}
LOOKS = {
    "good": {"bg_color": "#E3F2EA", "font_color": "#0B5D3B"},
    "warn": {"bg_color": "#FDF0D5", "font_color": "#7A4B00"},
    "bad": {"bg_color": "#FDE4E1", "font_color": "#9B1C1C"},
}
CHART_KINDS = {"bars": "bar", "columns": "column", "multiples": "column"}


def workbook(figures: Figures, file: BytesIO) -> None:
    """Write the workbook. Text is never a formula or a link, whatever it starts with."""
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"title": figures.title, "subject": figures.edition, "created": _created(figures)})
    sheets = _Sheets(book, figures.words, figures.banner)
    contents = sheets.add(figures.words("contents"))
    places = [(section.title, _section(sheets, section)) for section in figures.sections]
    long = [table for table in figures.tables if table.data_only and table.filled]
    places += [(table.title, _data(sheets, table)) for table in long]
    _contents(sheets, contents, figures, places)
    book.close()


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _created(figures: Figures) -> datetime:
    """A date that the edition fixes: the first day of its month."""
    found = re.match(r"([0-9]{4})-([0-9]{2})", figures.edition)
    return datetime(int(found[1]), min(max(int(found[2]), 1), 12), 1) if found else datetime(2000, 1, 1)


class _Sheets:
    """A workbook with its formats, each made once."""

    def __init__(self, book: Any, words: Words, banner: str) -> None:
        self.book = book
        self.words = words
        self.banner = banner.replace("&", "&&")[:LONGEST_OF_A_PAGE]  # & begins a code there
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._names: set[str] = set()

    def format(self, **look: Any) -> Any:
        """The format of that look."""
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"font_size": 10, "valign": "top", **look})
        return self._formats[key]

    def add(self, title: str) -> Any:
        """A sheet with a name that workbooks allow."""
        base = SHEET_NAME.sub(" ", title)[:31].strip(" '") or self.words("table")
        name, at = base, 1
        while name.casefold() in self._names:
            at += 1
            name = f"{base[:28]} {at}"
        self._names.add(name.casefold())
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(9)
        if self.words.language == "ur":
            sheet.right_to_left()
        sheet.fit_to_pages(1, 0)
        sheet.set_landscape()
        sheet.set_header(f"&C&B{self.banner}")
        sheet.set_footer(f"&C&B{self.banner}&R&P / &N")
        return sheet

    def text(self, sheet: Any, row: int, column: int, value: str, **look: Any) -> None:
        """Write text that stays text, also after somebody edits the cell."""
        if value.startswith(text_safety.FORMULA_STARTS):
            look["quote_prefix"] = True
        sheet.write_string(row, column, value[:LONGEST], self.format(**look))


def _contents(sheets: _Sheets, sheet: Any, figures: Figures, places: list[tuple[str, str]]) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 2, 44)
    sheet.set_row(0, 24)  # as high as its letters: not every program makes room for them by itself
    sheets.text(sheet, 0, 0, figures.title, bold=True, font_size=16, font_color="#0B5D3B")
    sheets.text(sheet, 1, 0, figures.period, bold=True)
    sheets.text(sheet, 1, 1, _upper(figures.words("edition", edition=figures.edition)))
    sheets.text(sheet, 2, 0, figures.banner, bold=True, font_color="#9B1C1C")
    row = 4
    for one in figures.headlines:
        sheets.text(sheet, row, 0, one.label)
        sheets.text(sheet, row, 1, one.value, bold=True, **LOOKS.get(one.state, {}))
        for at, text in enumerate((one.note, *one.changes)):
            sheets.text(sheet, row + at, 2, text, font_color="#55625A")
        row += 1 + len(one.changes)
    row += 1
    for notice in figures.attention:
        sheets.text(sheet, row, 0, notice.text, **LOOKS["warn"])
        row += 1
    row += 1
    for title, name in places:
        target = f"internal:'{name}'!A1"
        look = sheets.format(font_color="#0B5D3B", underline=1)
        sheet.write_url(row, 0, target, look, title)
        row += 1
    for text in (figures.standing, figures.legend):
        row += 1
        sheets.text(sheet, row, 0, text, font_color="#55625A")


def _section(sheets: _Sheets, section: Section) -> str:
    """One sheet: the tables of a section below each other."""
    sheet = sheets.add(section.title)
    sheet.set_row(0, 21)
    sheets.text(sheet, 0, 0, section.title, bold=True, font_size=14, font_color="#0B5D3B")
    sheets.text(sheet, 1, 0, section.intro, font_color="#55625A")
    row = 3
    widths: dict[int, int] = {}
    for group in section.groups:
        if group.title:
            sheets.text(sheet, row, 0, group.title, bold=True, font_size=12)
            sheets.text(sheet, row + 1, 0, group.note, font_color="#55625A")
            row += 3
        for table in group.tables:
            if not table.data_only:
                row = _table(sheets, sheet, table, row)
                for column, width in _widths(table).items():
                    widths[column] = max(widths.get(column, 0), width)
    for column, width in widths.items():
        sheet.set_column(column, column, min(max(width + 2, 9), 46))
    sheet.freeze_panes(3, 1)
    return str(sheet.get_name())


def _widths(table: Table) -> dict[int, int]:
    """How wide each column of a filled table is, in letters; a label is broken into lines."""
    rows = list(table.frame.iter_rows(named=True)) if table.filled else []
    return {
        place: max(*(len(model.text(row[column.name], column)) for row in rows), min(len(column.label), 14))
        for place, column in enumerate(table.columns)
        if rows
    }


def _table(sheets: _Sheets, sheet: Any, table: Table, row: int) -> int:
    """Write a table from `row` on; returns the row after it."""
    sheets.text(sheet, row, 0, table.title, bold=True, font_size=11)
    words = sheets.words
    facts = f"{words('counts')}: {table.unit}. {table.period}. {words('source')}: {table.source}."
    more = " ".join(filter(None, [facts, model.not_known(table, words), table.note]))
    sheets.text(sheet, row + 1, 0, more, font_color="#55625A")
    row += 2
    if not table.filled:
        sheets.text(sheet, row, 0, table.empty, italic=True)
        return row + 3
    head = row
    _header(sheets, sheet, table, head)
    last = table.frame.height - 1
    for at, values in enumerate(table.frame.iter_rows(named=True)):
        row += 1
        total = table.total_row and at == last
        for place, column in enumerate(table.columns):
            state = values.get(f"{column.name}__state")
            _cell(sheets, sheet, row, place, value=values[column.name], column=column, state=state, total=total)
    _chart(sheets, sheet, table, head)
    return max(row + 3, head + 14 if table.chart else 0)


def _header(sheets: _Sheets, sheet: Any, table: Table, row: int) -> None:
    sheet.set_row(row, 28)
    for place, column in enumerate(table.columns):
        align = "right" if column.kind in model.NUMBERS else "left"
        sheets.text(
            sheet,
            row,
            place,
            column.label,
            bold=True,
            bottom=1,
            align=align,
            text_wrap=True,
            bg_color="#EEF2EE",
        )


def _cell(
    sheets: _Sheets,
    sheet: Any,
    row: int,
    place: int,
    *, value: Any,
    column: Column,
    state: str | None,
    total: bool,
) -> None:
    look: dict[str, Any] = dict(LOOKS.get(state or "", {}))
    if total or column.strong:
        look["bold"] = True
    if total:
        look["top"] = 1
    if column.kind not in model.NUMBERS:
        sheets.text(sheet, row, place, model.text(value, column), **look)
    elif value is None:
        sheets.text(sheet, row, place, model.NOTHING, align="right", **look)
    else:
        sheet.write_number(row, place, value, sheets.format(num_format=NUMBER_FORMATS[column.kind], **look))


def _chart(sheets: _Sheets, sheet: Any, table: Table, head: int) -> None:
    """A chart right of the table, of its main column."""
    if table.chart is None:
        return
    names = [column.name for column in table.columns]
    value, first = names.index(table.chart.values[0]), head + 1
    last = head + table.frame.height - (1 if table.total_row else 0)
    if last < first:
        return
    chart = sheets.book.add_chart({"type": CHART_KINDS[table.chart.kind]})
    name = sheet.get_name()
    chart.add_series(
        {
            "name": _literal(table.columns[value].label),
            "categories": [name, first, 0, last, 0],
            "values": [name, first, value, last, value],
            "fill": {"color": "#2F8F65"},
            "points": _points(table, last - first + 1),
            "gap": 60,
        }
    )
    chart.set_title({"name": _literal(table.chart.label), "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    if table.chart.kind == "bars":
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"min": 0})
    else:
        chart.set_y_axis({"min": 0})
    chart.set_size({"width": 420, "height": 240})
    sheet.insert_chart(head, len(table.columns) + 1, chart, {"description": f"{table.title}. {table.unit}"})


def _points(table: Table, count: int) -> list[dict[str, Any] | None]:
    """The marked columns of a chart are hatched, as on the page: months that are incomplete."""
    marked = table.frame[table.chart.marked].to_list() if table.chart and table.chart.marked else []
    hatch = {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#D7EBE1", "bg_color": "#2F8F65"}}
    return [hatch if one else None for one in marked[:count]]


def _literal(text: str) -> str:
    """A name of a chart that cannot be read as a reference to cells."""
    return REFERENCE.sub(" ", text).strip()


def _data(sheets: _Sheets, table: Table) -> str:
    """A long table alone on its sheet, with a filter."""
    sheet = sheets.add(table.title)
    frame = table.shown.head(MOST_ROWS)
    _header(sheets, sheet, table, 0)
    for row, values in enumerate(frame.iter_rows(), start=1):
        for place, (value, column) in enumerate(zip(values, table.columns, strict=True)):
            if value is not None:
                _cell(sheets, sheet, row, place, value=value, column=column, state=None, total=False)
    sheet.autofilter(0, 0, frame.height, len(table.columns) - 1)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, 12 if column.kind in model.NUMBERS else 22)
    return str(sheet.get_name())
