"""Facts of .xlsx sheets, read from their XML."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from recordkit.readers import xlsx_formatting
from recordkit.readers.cell_budget import Budget
from recordkit.readers.cell_metadata import Facts
from recordkit.readers.errors import Refused

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
_EPOCH = re.compile(rb"date1904=" + _Q + rb"(?:1|true)" + _Q)
_COLUMN = re.compile(rb"<" + _P + rb"col\b([^>]*)>")
_FIRST, _LAST = re.compile(rb"\bmin=" + _Q + rb"([0-9]{1,5})" + _Q), re.compile(rb"\bmax=" + _Q + rb"([0-9]{1,5})" + _Q)
_OUT_OF_SIGHT = re.compile(rb"\bhidden=" + _Q + rb"(?:1|true)" + _Q + rb"|\bwidth=" + _Q + rb"0(?:\.0*)?" + _Q)
FAR = 100_000  # rows; and columns with three letters
_FAR_COLUMN = re.compile(rb"\br=" + _Q + rb"[A-Z]{3}[0-9]")
_FILLED = re.compile(rb"<" + _P + rb"c(\s[^>]*[^/])>\s*<")
FILLER = 1_000  # more columns than this only fill the sheet up
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def xlsx(data: bytes, budget: Budget) -> dict[str, Facts]:
    """Sheet name -> facts. Merged cells come from the spreadsheet library.

    Refused: what it would read wrongly, and shared strings that are shown more often than memory allows.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        known = _parts_by_name(archive)
        workbook = archive.read(known["xl/workbook.xml"])
        doubtful = re.search(rb"fullCalcOnLoad=[\"'](?:1|true)", workbook) is not None
        looks = xlsx_formatting.looks(archive, known)
        found: dict[str, Facts] = {}
        for name, part in _parts(archive, workbook, known):
            xml = archive.read(part)
            looks.charge(xml, budget)
            facts, placed = _xlsx_sheet(xml, doubtful)
            budget.sheet(*_area(placed))
            facts.epoch = 1904 if _EPOCH.search(workbook) else 1900
            facts.hidden_columns = list(_hidden_columns(xml))
            facts.formatted = list(looks.formatted(placed))
            found[name] = facts
        return found


def _area(xml: bytes) -> tuple[int, int]:
    """How far down and to the right something stands; looked at only where it may be far."""
    last = max((int(row) for row in _ROW.findall(xml)[-1:]), default=0)
    if last < FAR and not _FAR_COLUMN.search(xml):
        return last, 0
    filled = [_position(one) for one in _FILLED.findall(xml)]
    return max((at[0] + 1 for at in filled if at), default=0), max((at[1] + 1 for at in filled if at), default=0)


def _hidden_columns(xml: bytes) -> Iterator[int]:
    """Columns that are hidden, or nothing wide; what is hidden without end only fills the sheet up."""
    for attributes in _COLUMN.findall(xml[: max(xml.find(b"sheetData"), 0)]):
        first, last = _FIRST.search(attributes), _LAST.search(attributes)
        if first and last and _OUT_OF_SIGHT.search(attributes) and int(last.group(1)) - int(first.group(1)) < FILLER:
            yield from range(int(first.group(1)) - 1, int(last.group(1)))


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


def _xlsx_sheet(xml: bytes, doubtful: bool) -> tuple[Facts, bytes]:
    """Facts, and the XML with every cell's place in it.

    `doubtful`: whoever wrote the file did not compute it (it asks to be computed on loading).
    """
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
    return facts, xml


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
