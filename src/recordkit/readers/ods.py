"""Facts of .ods tables, read from their XML."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from xml.etree import ElementTree

from recordkit.readers import cell_values
from recordkit.readers.cell_values import Budget, Facts, Run

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT, _STYLE = (f"{_OASIS}{name}:1.0}}" for name in ("table", "office", "text", "style"))
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_BREAKS = {_TEXT + "tab": "\t", _TEXT + "line-break": "\n"}
_LONG_TIME = re.compile(r"PT(2[4-9]|[3-9][0-9]|[0-9]{3,})H([0-9]{2})M([0-9]{2})(?:[.,][0-9]+)?S")
FILLER = 10_000  # more repetitions than this only fill a sheet up
_ERROR_TEXT = re.compile(r"#(?:N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d{3}")

Styles = dict[str, tuple[bool, bool]]  # name -> struck through, raised
PLAIN = (False, False)
_SHAPE = {_TABLE + "style-name", _TABLE + "number-columns-repeated"}  # all that a blank cell says


@dataclass
class Reading:
    """What holds while one document is read."""

    budget: Budget
    styles: Styles
    found: list[Facts] = field(default_factory=list)  # a table each
    row: int = 0
    columns: list[tuple[int, str]] = field(default_factory=list)  # up to which column, default style
    width: int = 0
    used: int = 0  # up to which column anything stands
    epoch: int = 1900


def ods(data: bytes, budget: Budget) -> list[Facts]:
    """Facts per table, in order. Refused when its cells, repeated as they say, would be too much."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        reading = Reading(budget, _named_styles(archive))
        with archive.open("content.xml") as stream:
            for event, element in ElementTree.iterparse(stream, events=("start", "end")):  # noqa: S314
                if event == "start":
                    _begin(element, reading)
                else:
                    _end(element, reading)
    for facts in reading.found:
        facts.epoch = reading.epoch
    return reading.found


def _begin(element: ElementTree.Element, reading: Reading) -> None:
    if element.tag == _TABLE + "table":
        reading.found.append(Facts())
        reading.row, reading.columns, reading.width, reading.used = 0, [], 0, 0


def _end(element: ElementTree.Element, reading: Reading) -> None:
    if element.tag == _STYLE + "style":
        _add_style(element, reading.styles)
    elif element.tag == _TABLE + "null-date":
        reading.epoch = 1904 if element.get(_TABLE + "date-value", "").startswith("1904") else 1900
    elif element.tag == _TABLE + "table-column" and reading.found:
        _column(element, reading)
    elif element.tag == _TABLE + "table-row" and reading.found:
        _row(element, reading)
        element.clear()


# ------------------------------------------------------------------------------------------- styles


def _named_styles(archive: zipfile.ZipFile) -> Styles:
    """Styles that the automatic ones of the sheets build on."""
    styles: Styles = {}
    if "styles.xml" in archive.namelist():
        for element in ElementTree.fromstring(archive.read("styles.xml")).iter(_STYLE + "style"):  # noqa: S314
            _add_style(element, styles)
    return styles


def _add_style(element: ElementTree.Element, styles: Styles) -> None:
    struck, raised = styles.get(element.get(_STYLE + "parent-style-name", ""), PLAIN)
    text = element.find(_STYLE + "text-properties")
    if text is not None:
        lines = [text.get(_STYLE + f"text-line-through-{name}") for name in ("style", "type")]
        struck = any(line not in (None, "none") for line in lines) if any(lines) else struck
        position = text.get(_STYLE + "text-position")
        raised = position.startswith(("super", *"123456789")) if position else raised
    styles[element.get(_STYLE + "name", "")] = (struck, raised)


# --------------------------------------------------------------------------------- columns and rows


def _column(element: ElementTree.Element, reading: Reading) -> None:
    span = int(element.get(_TABLE + "number-columns-repeated", "1"))
    if element.get(_TABLE + "visibility") in ("collapse", "filter") and span < FILLER:
        reading.found[-1].hidden_columns.extend(range(reading.width, reading.width + span))
    reading.width += span
    reading.columns.append((reading.width, element.get(_TABLE + "default-cell-style-name", "")))


def _row(element: ElementTree.Element, reading: Reading) -> None:
    """Note what one row says; it may stand for many."""
    facts = reading.found[-1]
    repeated = int(element.get(_TABLE + "number-rows-repeated", "1"))
    rows = range(reading.row, reading.row + (repeated if repeated < FILLER else 1))
    if element.get(_TABLE + "visibility") in ("collapse", "filter") and repeated < FILLER:
        facts.hidden_rows.extend(rows)
    column, last = 0, 0
    style = element.get(_TABLE + "default-cell-style-name", "")
    for cell in element:
        if cell.tag not in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            continue
        columns = int(cell.get(_TABLE + "number-columns-repeated", "1"))
        if len(cell) or cell.attrib.keys() - _SHAPE:
            last = column + columns if _charged(cell, repeated * columns, reading.budget) else last
            look = reading.styles.get(cell.get(_TABLE + "style-name") or style or _default(column, reading), PLAIN)
            places = range(column, column + (columns if columns < FILLER else 1))
            _cell(cell, rows, places, facts)
            runs = list(_runs(cell, look, reading.styles)) if cell.get(_OFFICE + "value-type") else []
            if runs and (left := cell_values.remaining_text(runs)):
                facts.formatted.extend((*place, *left) for place in product(rows, places))
        column += columns
    reading.row += repeated
    reading.used = max(reading.used, last)
    if last:
        reading.budget.sheet(reading.row, reading.used)


def _default(column: int, reading: Reading) -> str:
    return next((style for end, style in reading.columns if column < end), "")


def _charged(cell: ElementTree.Element, times: int, budget: Budget) -> bool:
    """Whether the cell holds anything; what it holds is counted as often as it is repeated."""
    if cell.get(_OFFICE + "value-type") is None and not any(child.tag != _OFFICE + "annotation" for child in cell):
        return False
    size = len(cell.get(_OFFICE + "string-value", ""))
    for element in cell.iter():
        size += len(element.text or "") + len(element.tail or "")
        if element.tag == _TEXT + "s":
            size += int(element.get(_TEXT + "c", "1"))
    budget.charge(times, times * size)
    return True


def _cell(cell: ElementTree.Element, rows: range, columns: range, facts: Facts) -> None:
    """One cell, or the same cell repeated over rows and columns."""
    down = int(cell.get(_TABLE + "number-rows-spanned", "1"))
    right = int(cell.get(_TABLE + "number-columns-spanned", "1"))
    if down > 1 or right > 1:
        top, left = rows[0], columns[0]
        facts.merged.append(((top, left), (top + down - 1, left + right - 1)))
    kind = cell.get(_OFFICE + "value-type")
    if kind == "string" and cell.get(_OFFICE + "string-value") is None and any(len(one) for one in cell):
        text = "".join(run.text for run in _runs(cell, PLAIN, {}))
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


def _runs(cell: ElementTree.Element, look: tuple[bool, bool], styles: Styles) -> Iterator[Run]:
    """The paragraphs of a cell by how they look; the library forgets tabs and line breaks inside them."""
    paragraphs = [one for one in cell if one.tag in (_TEXT + "p", _TEXT + "h")]
    for at, one in enumerate(paragraphs):
        if at:
            yield Run("\n", *look)
        yield from _inline(one, look, styles)


def _inline(element: ElementTree.Element, look: tuple[bool, bool], styles: Styles) -> Iterator[Run]:
    own = styles.get(element.get(_TEXT + "style-name", ""))
    look = (look[0] or own[0], look[1] or own[1]) if own else look
    yield Run(element.text or "", *look)
    for one in element:
        if one.tag == _TEXT + "s":
            yield Run(" " * min(int(one.get(_TEXT + "c", "1")), FILLER), *look)
        elif one.tag in _BREAKS:
            yield Run(_BREAKS[one.tag], *look)
        elif one.tag != _OFFICE + "annotation":
            yield from _inline(one, look, styles)
        yield Run(one.tail or "", *look)
