"""Facts of .xlsx sheets, read from their XML."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from recordkit.readers import cell_values
from recordkit.readers.cell_values import CELL, Budget, Facts, Run, plain
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
        looks = read_formatting(archive, known)
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
        raise Refused("RK103", "two_parts_of_a_name")
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
        raise Refused("RK101", "sheet_in_utf16")
    if b"worksheet" in xml[:4096] and len(_CELLS.findall(xml)) != 1:
        raise Refused("RK103", "no_list_of_cells")
    if _TOO_FAR.search(xml):
        raise Refused("RK123", "cell_beyond_sheet")
    if _CDATA.search(xml):
        raise Refused("RK101", "cdata")
    rows = _ROW.findall(xml)
    if len(set(rows)) < len(rows):
        cells = _CELL.findall(xml)
        if len(set(cells)) < len(cells):
            raise Refused("RK103", "two_cells_of_a_place")


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
            reference = _ROW_REF.search(attributes)
            row, column = int(reference.group(1)) if reference else row + 1, 0
            return match.group(0) if reference else b"<" + tag + b' r="%d"' % row + attributes
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


_MEANT = re.compile(rb"<" + _P + rb"strike\b|superscript")
_ITEM_END = re.compile(rb"</" + _P + rb"si>")
_EMPTY_ITEM = re.compile(rb"<" + _P + rb"si\s*/>")
_SHOWN = re.compile(rb"\bt=" + _Q + rb"s" + _Q + rb"[^>]*>\s*<" + _P + rb"v>\s*([0-9]{1,9})\s*</")
_VALUE = re.compile(rb"<" + _P + rb"v>([^<]*)</")
_FORMATTED_CELL = re.compile(rb"<" + _P + rb"c(\s[^>]*)>")
_STYLE = re.compile(rb"\bs=" + _Q + rb"([0-9]{1,6})" + _Q)
_KIND = re.compile(rb"\bt=" + _Q + rb"(\w+)" + _Q)
_REF = re.compile(rb"\br=" + _Q + rb"([A-Z]{1,3})([0-9]{1,7})" + _Q)
_ATTRIBUTE = re.compile(rb"\s[\w:]+=(?:\"[^\"]*\"|'[^']*')")
_INLINE = re.compile(rb"<" + _P + rb"is\b")


@dataclass(frozen=True)
class Looks:
    """Of one workbook: the bytes of each shared string, the runs of formatted ones, the styles struck through."""

    sizes: list[int] = field(default_factory=list)
    shared: Mapping[int, tuple[Run, ...]] = field(default_factory=dict)
    struck: frozenset[int] = frozenset()

    def charge(self, xml: bytes, budget: Budget) -> None:
        """Count the strings that a sheet shows; only where they could be too much is it done one by one."""
        cells = xml.count(b"<v>") + xml.count(b":v>") // 2
        longest = max(self.sizes, default=0)
        if cells * (longest + CELL) <= budget.spread - budget.used:
            budget.charge(cells, 0)
            return
        shown = [int(one) for one in _SHOWN.findall(xml)]
        budget.charge(cells, sum(self.sizes[one] for one in shown if one < len(self.sizes)))

    def formatted(self, xml: bytes) -> Iterator[tuple[int, int, str, str | None]]:
        """(row, column, what, the text without it) of the cells of a sheet whose formatting means something."""
        inline = _MEANT.search(xml) is not None
        if not (self.shared or self.struck or inline):
            return
        cells = list(_FORMATTED_CELL.finditer(xml))
        for cell, after in zip(cells, [*cells[1:], None], strict=True):
            attributes = cell.group(1)
            place = _REF.search(attributes)
            if place is None or attributes.endswith(b"/"):
                continue
            body = xml[cell.end() : after.start() if after else cell.end() + (1 << 16)]
            left = cell_values.remaining_text(list(self._runs(attributes, body)))
            if left:
                what, text = left
                yield int(place.group(2)) - 1, _number(place.group(1)), what, plain(text) if text else None

    def _runs(self, attributes: bytes, body: bytes) -> Iterator[Run]:
        style, kind = _STYLE.search(attributes), _KIND.search(attributes)
        struck = style is not None and int(style.group(1)) in self.struck
        if _INLINE.search(body) and (struck or _MEANT.search(body)):
            yield from _inherit(_inline_runs(body), struck)
            return
        value = _VALUE.search(body)
        if value is None:
            return
        if kind is not None and kind.group(1) == b"s" and value.group(1).strip().isdigit():
            at = int(value.group(1))
            if at in self.shared:
                yield from _inherit(self.shared[at], struck)
                return
        if struck:
            yield Run("struck", struck=True)  # all of it is: what it says does not matter


def _inherit(runs: tuple[Run, ...], struck: bool) -> Iterator[Run]:
    """A run without properties of its own looks like its cell."""
    for run in runs:
        yield Run(run.text, run.struck or (struck and not run.own), run.raised, run.own)


def _number(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1


def read_formatting(archive: zipfile.ZipFile, known: Mapping[str, str]) -> Looks:
    """Read the styles and the shared strings. `known`: the parts by their names in small letters."""
    styles = archive.read(known["xl/styles.xml"]) if "xl/styles.xml" in known else b""
    strings = archive.read(known["xl/sharedstrings.xml"]) if "xl/sharedstrings.xml" in known else b""
    sizes = [len(one) for one in _ITEM_END.split(strings)]  # with its markup: never less than the text
    if _EMPTY_ITEM.search(strings):  # the order would not be right
        sizes = [max(sizes)] * (len(sizes) + strings.count(b"si/>") + strings.count(b"si />"))
    shared = dict(_shared_runs(strings)) if _MEANT.search(strings) else {}
    return Looks(sizes if strings else [], shared, frozenset(_struck_styles(styles)))


def _struck_styles(styles: bytes) -> Iterator[int]:
    """Cell formats whose font is struck through."""
    if not _MEANT.search(styles):
        return
    root = ElementTree.fromstring(styles)  # noqa: S314  expat limits entities
    fonts = next((one for one in root if _tag(one) == "fonts"), ())
    struck = {str(at) for at, font in enumerate(fonts) if _is_on(font, "strike")}
    formats = next((one for one in root if _tag(one) == "cellXfs"), ())
    for at, one in enumerate(formats):
        if one.get("fontId") in struck:
            yield at


def _shared_runs(strings: bytes) -> Iterator[tuple[int, tuple[Run, ...]]]:
    """Number and runs of the shared strings of which a part is struck through or raised."""
    at = 0
    for _, element in ElementTree.iterparse(io.BytesIO(strings)):  # noqa: S314
        if _tag(element) != "si":
            continue
        runs = tuple(_runs(element))
        if any(run.struck or run.raised for run in runs):
            yield at, runs
        at += 1
        element.clear()


def _inline_runs(body: bytes) -> tuple[Run, ...]:
    """Runs of an inline string. Its XML is cut out of a sheet: prefixes are taken off, they are declared elsewhere."""
    start = _INLINE.search(body)
    assert start is not None
    xml = _ATTRIBUTE.sub(_without_prefix, body[start.start() :])
    xml = re.sub(rb"<(/?)\w+:", rb"<\1", xml)
    end = xml.rfind(b"</is>")
    return tuple(_runs(ElementTree.fromstring(xml[: end + 5]))) if end > 0 else ()  # noqa: S314


def _without_prefix(attribute: re.Match[bytes]) -> bytes:
    name = attribute.group(0).strip().split(b"=", 1)[0]
    return b"" if b":" in name else attribute.group(0)


def _runs(item: ElementTree.Element) -> Iterator[Run]:
    for part in item:
        if _tag(part) == "t":
            yield Run(part.text or "", own=False)
        elif _tag(part) == "r":
            look = next((one for one in part if _tag(one) == "rPr"), None)
            text = "".join(one.text or "" for one in part if _tag(one) == "t")
            if look is None:
                yield Run(text, own=False)
                continue
            raised = any(_tag(one) == "vertAlign" and one.get("val") == "superscript" for one in look)
            yield Run(text, _is_on(look, "strike"), raised)


def _is_on(font: ElementTree.Element, name: str) -> bool:
    return any(_tag(one) == name and one.get("val", "1") not in ("0", "false") for one in font)


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
