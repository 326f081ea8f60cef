"""Sheets of .xlsx, .xlsb, .xls and .ods as tables of strings. Runs in the child process only."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import asdict

import python_calamine

from recordkit.readers import cells, facts
from recordkit.readers.child import Table
from recordkit.readers.facts import Facts
from recordkit.readers.refused import Refused

WORKSHEET = python_calamine.SheetTypeEnum.WorkSheet
VISIBLE = python_calamine.SheetVisibleEnum.Visible


def tables(data: bytes, kind: str, most: int) -> Iterator[Table]:
    """Worksheets in their order; hidden ones are named and not read. `most`: cells of one sheet."""
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        beside = _beside(data, kind, book)
    except (MemoryError, Refused):
        raise
    except Exception as error:  # calamine and the XML parser have dozens of ways to say "damaged"
        raise Refused("RK103", f"the workbook is cut off or damaged ({type(error).__name__})") from error
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ != WORKSHEET:
            continue
        if meta.visible != VISIBLE:
            yield Table(meta.name, visible=False)
            continue
        try:
            sheet = book.get_sheet_by_index(index)
        except Exception as error:
            raise Refused("RK103", f"a sheet is cut off or damaged ({type(error).__name__})") from error
        yield _table(sheet, beside[index] if index < len(beside) else Facts(), most)


def _beside(data: bytes, kind: str, book: python_calamine.CalamineWorkbook) -> list[Facts]:
    """Facts of every sheet, in the order of the metadata."""
    if kind == "xlsx":
        by_name = facts.xlsx(data)
        return [by_name.get(meta.name, Facts()) for meta in book.sheets_metadata]
    if kind == "xls":
        return facts.xls(data)
    if kind == "ods":
        return facts.ods(data)
    return [_xlsb(data, index) for index in range(len(book.sheets_metadata))]


def _xlsb(data: bytes, index: int) -> Facts:
    """Error cells of a binary workbook."""
    import fastexcel

    sheet = fastexcel.read_excel(data).load_sheet(index, header_row=None, skip_rows=0, dtypes="string")
    _, found = sheet.to_arrow_with_errors()
    errors = [(error.position[0], error.position[1], "#?") for error in (found.errors if found else [])]
    return Facts(errors=errors)


def _table(sheet: python_calamine.CalamineSheet, beside: Facts, most: int) -> Table:
    if sheet.end is None:
        return Table(sheet.name)
    height, width = sheet.end[0] + 1, sheet.end[1] + 1
    if height * width > most:
        raise Refused("RK123", f"a sheet reaches to row {height}, column {width}")
    table, beside.long_numbers = cells.columns(sheet.to_python(skip_empty_area=False))
    _forget(table, beside)
    for row, column, text in beside.texts:
        if column < len(table) and row < len(table[column]):
            table[column][row] = text
    beside.texts = []
    merged = beside.merged or [(top, bottom) for top, bottom in sheet.merged_cell_ranges or ()]
    beside.merged = cells.fill(table, merged, most)
    return Table(sheet.name, columns=table, facts=asdict(beside))


def _forget(table: list[cells.Column], beside: Facts) -> None:
    """A cell in error, or one that nobody computed, has no value."""
    for row, column in [*((row, column) for row, column, _ in beside.errors), *beside.uncomputed]:
        if column < len(table) and row < len(table[column]):
            table[column][row] = None
