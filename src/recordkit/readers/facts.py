"""What a workbook says beside its values: errors, formulas nobody computed, hidden rows, merged cells.

The spreadsheet library gives values only, and an empty text for all of these. Positions are 0-based.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from xml.etree import ElementTree

import olefile  # type: ignore[import-untyped,unused-ignore]

from recordkit.readers.refused import Refused

Range = tuple[tuple[int, int], tuple[int, int]]  # (first row, first column), (last row, last column)


@dataclass
class Facts:
    """Of one sheet."""

    errors: list[tuple[int, int, str]] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    long_numbers: list[tuple[int, int]] = field(default_factory=list)  # more digits than a spreadsheet keeps
    texts: list[tuple[int, int, str]] = field(default_factory=list)  # what the library reads wrongly


# --------------------------------------------------------------------------------------------- xlsx

_P = rb"(?:\w+:)?"  # some programs write a namespace prefix
_Q = rb"[\"']"
_HIDDEN = re.compile(rb"<" + _P + rb"row\b([^>]*\bhidden=" + _Q + rb"(?:1|true)" + _Q + rb"[^>]*)>")
_CELL_REF = re.compile(rb"\br=" + _Q + rb"([A-Z]{1,3})([0-9]{1,7})" + _Q)
_ROW_REF = re.compile(rb"\br=" + _Q + rb"([0-9]{1,7})" + _Q)
_TOO_FAR = re.compile(rb"\br=" + _Q + rb"(?:[A-Z]{4}|[A-Z]{0,3}[0-9]{8})")
_ROW = re.compile(rb"<" + _P + rb"row\b[^>]*\sr=" + _Q + rb"([0-9]+)" + _Q)
_CELL = re.compile(rb"<" + _P + rb"c\b[^>]*\sr=" + _Q + rb"([A-Z]+[0-9]+)" + _Q)
_CELLS = re.compile(rb"<" + _P + rb"sheetData\b")
_CDATA = re.compile(rb"v>\s*<!\[CDATA\[")
_ERROR = re.compile(
    rb"<" + _P + rb"c\b([^>]*\bt=" + _Q + rb"e" + _Q + rb"[^>]*)>"
    rb"(?:(?!</" + _P + rb"c>).)*?<" + _P + rb"v>([^<]*)<",
    re.S,
)
_FORMULA = re.compile(
    rb"<" + _P + rb"c\b([^>]*)>\s*<" + _P + rb"f\b(?:[^>]*/>|[^>]*>[^<]*</" + _P + rb"f>)\s*"
    rb"(<" + _P + rb"v\s*/>|<" + _P + rb"v>\s*</" + _P + rb"v>|<" + _P + rb"v>0</" + _P + rb"v>)?\s*</" + _P + rb"c>"
)
_ROW_OR_CELL = re.compile(rb"<(" + _P + rb"(?:row|c))((?:\s[^>]*)?/?>)")
_UNPLACED = re.compile(rb"<" + _P + rb"c(?![^>]*\sr=)[\s/>]")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def xlsx(data: bytes) -> dict[str, Facts]:
    """Sheet name -> facts. Merged cells come from the spreadsheet library. Refused: what it would read wrongly."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        known = _parts_by_name(archive)
        workbook = archive.read(known["xl/workbook.xml"])
        doubtful = re.search(rb"fullCalcOnLoad=[\"'](?:1|true)", workbook) is not None
        return {name: _xlsx_sheet(archive.read(part), doubtful) for name, part in _parts(archive, workbook, known)}


def _parts_by_name(archive: zipfile.ZipFile) -> dict[str, str]:
    """Every part by the name that programs compare: small letters, forward slashes."""
    names = archive.namelist()
    known = {name.replace("\\", "/").lower(): name for name in names}
    if len(known) < len(names):
        raise Refused("RK103", "two parts of the workbook have the same name")
    return known


def _parts(archive: zipfile.ZipFile, workbook: bytes, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Name and part of every worksheet."""
    relations = ElementTree.fromstring(archive.read(known["xl/_rels/workbook.xml.rels"]))  # noqa: S314  expat limits entities
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    for element in ElementTree.fromstring(workbook).iter():  # noqa: S314
        if not element.tag.endswith("}sheet"):
            continue
        ids = [value for key, value in element.items() if key.endswith("}id")]
        target = targets.get(ids[0] if ids else element.get(_RELATION), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if part.lower() in known:
            yield element.get("name", ""), known[part.lower()]


def _xlsx_sheet(xml: bytes, doubtful: bool) -> Facts:
    """`doubtful`: whoever wrote the file did not compute it (it asks to be computed on loading)."""
    _refuse_odd(xml)
    facts = Facts()
    if _UNPLACED.search(xml):
        xml = _placed(xml)
    for match in _HIDDEN.finditer(xml):
        if row := _ROW_REF.search(match.group(1)):
            facts.hidden_rows.append(int(row.group(1)) - 1)
    for match in _ERROR.finditer(xml):
        if at := _position(match.group(1)):
            facts.errors.append((*at, match.group(2).decode("utf-8", "replace")))
    if b"<f" in xml or b":f" in xml:
        facts.uncomputed.extend(_uncomputed(xml, doubtful))
    return facts


def _refuse_odd(xml: bytes) -> None:
    """Refuse a sheet that the spreadsheet library reads without a word, and wrongly."""
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("RK101", "a sheet is written in UTF-16, which workbooks are not")
    if b"worksheet" in xml[:4096] and len(_CELLS.findall(xml)) != 1:
        raise Refused("RK103", "a sheet has no list of cells, or several")
    if _TOO_FAR.search(xml):
        raise Refused("RK123", "a cell says that it is beyond the last row or column that a sheet can have")
    if _CDATA.search(xml):
        raise Refused("RK101", "values of a sheet are written as CDATA, which workbooks do not use")
    rows = _ROW.findall(xml)
    if len(set(rows)) < len(rows):
        cells = _CELL.findall(xml)
        if len(set(cells)) < len(cells):
            raise Refused("RK103", "two cells of a sheet have the same place")


def _uncomputed(xml: bytes, doubtful: bool) -> Iterator[tuple[int, int]]:
    """Formula cells without a value, or with the 0 of a program that does not compute."""
    for match in _FORMULA.finditer(xml):
        value = match.group(2) or b""
        zero = b">0<" in value
        if zero and not doubtful:
            continue
        if b't="str"' in match.group(1) and value and not zero:
            continue  # the formula gives an empty text
        if at := _position(match.group(1)):
            yield at


def _placed(xml: bytes) -> bytes:
    """Write into every row and cell the place that it has by its order: some programs leave that out."""
    row, column = 0, 0

    def place(match: re.Match[bytes]) -> bytes:
        nonlocal row, column
        tag, attributes = match.groups()
        if tag.endswith(b"row"):
            said = _ROW_REF.search(attributes)
            row, column = int(said.group(1)) if said else row + 1, 0
            return match.group(0) if said else b"<" + tag + b' r="%d"' % row + attributes
        at = _position(attributes)
        column = at[1] + 1 if at else column + 1
        return match.group(0) if at else b"<" + tag + b' r="%s%d"' % (_letters(column), row) + attributes

    return _ROW_OR_CELL.sub(place, xml)


def _letters(column: int) -> bytes:
    """1 -> A, 27 -> AA."""
    name = b""
    while column:
        column, rest = divmod(column - 1, 26)
        name = bytes([65 + rest]) + name
    return name


def _position(attributes: bytes) -> tuple[int, int] | None:
    match = _CELL_REF.search(attributes)
    if match is None:
        return None
    column = 0
    for letter in match.group(1):
        column = column * 26 + letter - 64
    return int(match.group(2)) - 1, column - 1


# ---------------------------------------------------------------------------------------------- xls

BOUNDSHEET, ROW, FORMULA, BOOLERR, EOF = 0x0085, 0x0208, 0x0006, 0x0205, 0x000A
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def xls(data: bytes) -> list[Facts]:
    """Facts per sheet in the order of the workbook, sheets that are no worksheets too.

    Programs that cannot compute write an empty or zero result for every formula; so when no formula of the
    workbook has another result, none of them is believed.
    """
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        name = next(name for name in ("Workbook", "Book") if ole.exists(name))
        if ole.get_size(name) > len(data):  # a chain of sectors that bites its tail
            raise Refused("RK103", "the workbook says that it is larger than its file")
        stream = ole.openstream(name).read()
    starts = [struct.unpack_from("<I", body)[0] for kind, body in _records(stream, 0) if kind == BOUNDSHEET]
    sheets = [_xls_sheet(stream, start) for start in starts]
    nobody_computed = not any(computed for _, _, computed in sheets)
    for facts, empty, _ in sheets:
        facts.uncomputed = empty if nobody_computed else []
    return [facts for facts, _, _ in sheets]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records from `at` to the end of the substream."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        if kind == EOF:
            return
        at += 4 + length


def _xls_sheet(stream: bytes, start: int) -> tuple[Facts, list[tuple[int, int]], int]:
    """Facts of a sheet, its formulas with an empty or zero result, and how many have another result."""
    facts = Facts()
    empty: list[tuple[int, int]] = []
    computed = 0
    for kind, body in _records(stream, start):
        if kind == ROW and len(body) >= 14 and body[12] & 0x20:
            facts.hidden_rows.append(struct.unpack_from("<H", body)[0])
        elif kind == BOOLERR and len(body) >= 8 and body[7]:
            facts.errors.append((*struct.unpack_from("<HH", body), _ERRORS.get(body[6], "#?")))
        elif kind == FORMULA and len(body) >= 16:
            row, column = struct.unpack_from("<HH", body)
            result, special = body[6:14], body[12:14] == b"\xff\xff"
            if special and result[0] == 2:
                facts.errors.append((row, column, _ERRORS.get(result[2], "#?")))
            if (special and result[0] == 3) or result == bytes(8):
                empty.append((row, column))
            else:
                computed += 1
    return facts, empty, computed


# ---------------------------------------------------------------------------------------------- ods

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_BREAKS = {_TEXT + "tab": "\t", _TEXT + "line-break": "\n"}
_LONG_TIME = re.compile(r"PT(2[4-9]|[3-9][0-9]|[0-9]{3,})H([0-9]{2})M([0-9]{2})(?:[.,][0-9]+)?S")
FILLER = 10_000  # more repetitions than this only fill a sheet up
_ERROR_TEXT = re.compile(r"#(?:N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d{3}")


def ods(data: bytes) -> list[Facts]:
    """Facts per table, in order."""
    found: list[Facts] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as stream:
        row = 0
        for event, element in ElementTree.iterparse(stream, events=("start", "end")):  # noqa: S314
            if event == "start" and element.tag == _TABLE + "table":
                found.append(Facts())
                row = 0
            elif event == "end" and element.tag == _TABLE + "table-row" and found:
                row += _ods_row(element, row, found[-1])
                element.clear()
    return found


def _ods_row(element: ElementTree.Element, row: int, facts: Facts) -> int:
    """Note what one row says; how many rows it stands for."""
    repeated = int(element.get(_TABLE + "number-rows-repeated", "1"))
    rows = range(row, row + (repeated if repeated < FILLER else 1))
    if element.get(_TABLE + "visibility") in ("collapse", "filter") and repeated < FILLER:
        facts.hidden_rows.extend(rows)
    column = 0
    for cell in element:
        if cell.tag not in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            continue
        columns = int(cell.get(_TABLE + "number-columns-repeated", "1"))
        _ods_cell(cell, rows, range(column, column + (columns if columns < FILLER else 1)), facts)
        column += columns
    return repeated


def _ods_cell(cell: ElementTree.Element, rows: range, columns: range, facts: Facts) -> None:
    """One cell, or the same cell repeated over rows and columns."""
    down = int(cell.get(_TABLE + "number-rows-spanned", "1"))
    right = int(cell.get(_TABLE + "number-columns-spanned", "1"))
    if down > 1 or right > 1:
        top, left = rows[0], columns[0]
        facts.merged.append(((top, left), (top + down - 1, left + right - 1)))
    kind = cell.get(_OFFICE + "value-type")
    if kind == "string" and cell.get(_OFFICE + "string-value") is None and any(len(one) for one in cell):
        text = _ods_text(cell)
        if "\t" in text or "\n" in text:
            facts.texts.extend((*place, text) for place in product(rows, columns))
    elif kind == "time" and (hours := _LONG_TIME.fullmatch(cell.get(_OFFICE + "time-value", ""))):
        facts.texts.extend((*place, ":".join(hours.groups())) for place in product(rows, columns))
    if cell.get(_TABLE + "formula") is None:
        return
    text = "".join(cell.itertext())
    if cell.get(_CALCEXT + "value-type") == "error" or _ERROR_TEXT.fullmatch(text):
        facts.errors.extend((*place, text) for place in product(rows, columns))
    elif kind is None:
        facts.uncomputed.extend(product(rows, columns))


def _ods_text(cell: ElementTree.Element) -> str:
    """The paragraphs of a cell; the library forgets tabs and line breaks inside them."""
    return "\n".join(_ods_inline(one) for one in cell if one.tag in (_TEXT + "p", _TEXT + "h"))


def _ods_inline(element: ElementTree.Element) -> str:
    parts = [element.text or ""]
    for one in element:
        if one.tag == _TEXT + "s":
            parts.append(" " * min(int(one.get(_TEXT + "c", "1")), FILLER))
        elif one.tag in _BREAKS:
            parts.append(_BREAKS[one.tag])
        elif one.tag != _OFFICE + "annotation":
            parts.append(_ods_inline(one))
        parts.append(one.tail or "")
    return "".join(parts)
