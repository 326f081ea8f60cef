"""Makes workbooks of every kind in memory from the same cells."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

Cells = Sequence[Sequence[Any]]


def xlsx(cells: Cells, **options: Any) -> bytes:
    """By xlsxwriter; None leaves a cell out."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, **options})
    sheet = book.add_worksheet("Sheet")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for row, values in enumerate(cells):
        for column, value in enumerate(values):
            if isinstance(value, date | datetime):
                sheet.write_datetime(row, column, value, day)
            elif isinstance(value, str):
                sheet.write_string(row, column, value)
            elif value is not None:
                sheet.write(row, column, value)
    book.close()
    return out.getvalue()


def big(rows: int, columns: int) -> bytes:
    """An .xlsx full of different texts: its XML is written as text, since a writer of workbooks takes ten times as
    long as a reader.
    """
    letters = [chr(65 + at) if at < 26 else f"{chr(64 + at // 26)}{chr(65 + at % 26)}" for at in range(columns)]
    cells = "".join(f'<c r="{one}@" t="inlineStr"><is><t>@ {one}</t></is></c>' for one in letters)
    made = "".join(f'<row r="{n}">{cells}</row>'.replace("@", str(n)) for n in range(1, rows + 1))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx([["x"]]))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            data = old.read(name).decode()
            if name.endswith("sheet1.xml"):
                data = re.sub("<row .*</row>", lambda _: made, data)
            new.writestr(name, data)
    return out.getvalue()


def openpyxl_book(cells: Cells, change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    """By openpyxl; `change` may do anything to the workbook before it is saved."""
    book = openpyxl.Workbook()
    for values in cells:
        book.active.append(list(values))
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(cells: Cells, change: Callable[[xlwt.Workbook], None] | None = None) -> bytes:
    """By xlwt."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet", cell_overwrite_ok=True)
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for row, values in enumerate(cells):
        for column, value in enumerate(values):
            if isinstance(value, date | datetime):
                sheet.write(row, column, value, day)
            elif value is not None:
                sheet.write(row, column, value)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(cells: Cells, change: Callable[[Table], None] | None = None, password: bool = False) -> bytes:
    """By odfpy."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="Sheet")
    for values in cells:
        row = TableRow()
        for value in values:
            row.addElement(ods_cell(value))
        table.addElement(row)
    if change:
        change(table)
    document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def ods_cell(value: Any, **more: Any) -> TableCell:
    """One cell of an OpenDocument table."""
    if value is None:
        return TableCell(**more)
    if isinstance(value, bool):
        return TableCell(valuetype="boolean", booleanvalue=str(value).lower(), **more)
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=repr(value), **more)
    if isinstance(value, datetime):
        return TableCell(valuetype="date", datevalue=value.isoformat(), **more)
    if isinstance(value, date):
        return TableCell(valuetype="date", datevalue=value.isoformat(), **more)
    cell = TableCell(valuetype="string", **more)
    cell.addElement(P(text=value))
    return cell


WRITERS: dict[str, Callable[[Cells], bytes]] = {"xlsx": xlsx, "xls": xls, "ods": ods}
