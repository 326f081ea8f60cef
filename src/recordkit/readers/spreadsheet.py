"""Sheets of .xlsx, .xlsb, .xls and .ods as tables of strings. Runs in the child process only."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import asdict

import python_calamine

from recordkit.readers import cell_values, ods, xls, xlsb, xlsx
from recordkit.readers.cell_values import Budget, Facts
from recordkit.readers.errors import Refused
from recordkit.readers.worker import Table

WORKSHEET = python_calamine.SheetTypeEnum.WorkSheet
VISIBLE = python_calamine.SheetVisibleEnum.Visible


def tables(data: bytes, kind: str, budget: Budget) -> Iterator[Table]:
    """Worksheets in their order; hidden ones are named and not read. What they would take is looked at first."""
    try:
        facts = _beside(data, kind, budget)
        book = python_calamine.load_workbook(io.BytesIO(data))
    except (MemoryError, Refused):
        raise
    except Exception as error:  # calamine and the XML parser have dozens of ways to say "damaged"
        raise Refused("RK103", "damaged_workbook", error=type(error).__name__) from error
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ != WORKSHEET:
            continue
        if meta.visible != VISIBLE:
            yield Table(meta.name, visible=False)
            continue
        try:
            sheet = book.get_sheet_by_index(index)
        except Exception as error:
            raise Refused("RK103", "damaged_sheet", error=type(error).__name__) from error
        found = facts.get(meta.name) if isinstance(facts, dict) else facts[index] if index < len(facts) else None
        yield _table(sheet, found or _xlsb(data, kind, index), budget)


def _beside(data: bytes, kind: str, budget: Budget) -> dict[str, Facts] | list[Facts]:
    """Facts of every sheet, by its name or in the order of the metadata."""
    if kind == "xlsx":
        return xlsx.xlsx(data, budget)
    if kind == "xls":
        return xls.xls(data, budget)
    if kind == "ods":
        return ods.ods(data, budget)
    xlsb.measure(data, budget)
    return []


def _xlsb(data: bytes, kind: str, index: int) -> Facts:
    """Error cells of a binary workbook; nothing is known of a sheet of another kind."""
    if kind != "xlsb":
        return Facts()
    import fastexcel

    sheet = fastexcel.read_excel(data).load_sheet(index, header_row=None, skip_rows=0, dtypes="string")
    _, found = sheet.to_arrow_with_errors()
    errors = [(error.position[0], error.position[1], "#?") for error in (found.errors if found else [])]
    return Facts(errors=errors)


def _table(sheet: python_calamine.CalamineSheet, facts: Facts, budget: Budget) -> Table:
    if sheet.end is None:
        return Table(sheet.name)
    height, width = sheet.end[0] + 1, sheet.end[1] + 1
    budget.sheet(height, width)
    table, facts.long_numbers = cell_values.columns(sheet.to_python(skip_empty_area=False))
    _forget(table, facts)
    for row, column, text in facts.texts:
        if column < len(table) and row < len(table[column]):
            table[column][row] = text
    facts.texts = []
    cell_values.take_out(table, facts)
    facts.hidden_columns = [at for at in facts.hidden_columns if at < width]
    merged = facts.merged or [(top, bottom) for top, bottom in sheet.merged_cell_ranges or ()]
    facts.merged = cell_values.fill(table, merged, budget)
    return Table(sheet.name, columns=table, facts=asdict(facts))


def _forget(table: list[cell_values.Column], facts: Facts) -> None:
    """A cell in error, or one that nobody computed, has no value."""
    for row, column in [*((row, column) for row, column, _ in facts.errors), *facts.uncomputed]:
        if column < len(table) and row < len(table[column]):
            table[column][row] = None
