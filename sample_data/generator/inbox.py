"""Writes files the way the agencies do, with the same bytes on every run, and notes the line of every row."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
import xlwt

from .cells import Item, Raw, Row

CREATED = datetime(2026, 11, 1, 9, 0, 0)
Columns = Sequence[tuple[str, str]]  # header, intake field


@dataclass
class Sheet:
    """One sheet: its lines in order, its columns, and how it looks."""

    name: str
    columns: Columns
    items: list[Item]
    merged: tuple[str, ...] = ()  # fields merged downwards where the value repeats
    letterhead: int = 0  # first lines, each merged over the width
    hidden: bool = False
    plain_dates: set[int] = field(default_factory=set)


class Inbox:
    """The folder of received months."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, month: str, name: str, data: bytes) -> str:
        """Write one file; gives its path under the inbox."""
        path = self.root / month / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return f"{month}/{name}"


def line_values(item: Item, columns: Columns) -> list[Raw]:
    """The cells of one line, in the order of the columns."""
    if isinstance(item, Row):
        return [item.cells[name].raw if name in item.cells else "" for _, name in columns]
    return item.values + [""] * (len(columns) - len(item.values))


def delimited(
    items: Sequence[Item], columns: Columns, delimiter: str = ",", encoding: str = "utf-8", end: str = "\n"
) -> bytes:
    """Delimited text. A record's line is the one on which it starts."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end)
    for item in items:
        item.line = buffer.getvalue().count("\n") + 1
        writer.writerow(["" if v is None else v for v in line_values(item, columns)])
    text = buffer.getvalue()
    if encoding == "utf-16-le":
        return b"\xff\xfe" + text.encode(encoding)
    return text.encode(encoding)


def xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook. Dates become date cells unless the raw value is text or a number."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    book.set_properties({"created": CREATED})
    formats = {"date": book.add_format({"num_format": "dd-mmm-yyyy"}), "head": book.add_format({"bold": True})}
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.hidden:
            page.hide()
        _fill(page, sheet, formats)
    book.close()
    return buffer.getvalue()


def _fill(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, formats: dict[str, object]) -> None:
    grid = [line_values(item, sheet.columns) for item in sheet.items]
    width = len(sheet.columns)
    spans = _spans(sheet, grid)
    inside = {(row, col) for col, first, last in spans for row in range(first, last + 1)}
    for row, values in enumerate(grid):
        sheet.items[row].line = row + 1
        if row < sheet.letterhead and values[0]:
            page.merge_range(row, 0, row, width - 1, values[0], formats["head"])
            continue
        for col, value in enumerate(values):
            if value in ("", None) or (row, col) in inside:
                continue
            if isinstance(value, date):
                page.write_datetime(row, col, datetime(value.year, value.month, value.day), formats["date"])
            else:
                page.write(row, col, value)
    for col, first, last in spans:
        page.merge_range(first, col, last, col, grid[first][col])


def _spans(sheet: Sheet, grid: list[list[Raw]]) -> list[tuple[int, int, int]]:
    """Column, first and last row of every run of one value in the merged columns."""
    spans = []
    for col, (_, name) in enumerate(sheet.columns):
        if name not in sheet.merged:
            continue
        start = 0
        for row in range(1, len(grid) + 1):
            same = (
                row < len(grid)
                and isinstance(sheet.items[row], Row)
                and isinstance(sheet.items[start], Row)
                and grid[row][col] == grid[start][col]
            )
            if not same:
                if row - start > 1 and isinstance(sheet.items[start], Row):
                    spans.append((col, start, row - 1))
                start = row
    return spans


def xls(sheet: Sheet) -> bytes:
    """An old binary workbook; everything is text or a number."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet.name)
    for row, item in enumerate(sheet.items):
        item.line = row + 1
        for col, value in enumerate(line_values(item, sheet.columns)):
            if value not in ("", None):
                page.write(row, col, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def html(sheet: Sheet) -> bytes:
    """What a web system calls a workbook: one HTML table."""
    lines = ["<html><head><meta charset='utf-8'></head><body><table border=1>"]
    for row, item in enumerate(sheet.items):
        item.line = row + 1
        cells = "".join(f"<td>{'' if v is None else v}</td>" for v in line_values(item, sheet.columns))
        lines.append(f"<tr>{cells}</tr>")
    lines.append("</table></body></html>")
    return "\r\n".join(lines).encode("utf-8")
