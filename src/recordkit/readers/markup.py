"""HTML tables that call themselves workbooks, and Excel's XML of 2003. Runs in the child process only."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser
from xml.etree import ElementTree

from recordkit.readers import cells, encodings
from recordkit.readers.child import Table
from recordkit.readers.facts import Facts, Range
from recordkit.readers.refused import Refused

SILENT = ("script", "style", "comment")  # LibreOffice writes the notes on cells as <comment>
BREAKS = ("br", "p", "div", "tr", "li")
_SHORTENED = re.compile(r"-?[0-9]([.,][0-9]+)?E\+[0-9]+")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
SPAN = 10_000  # more columns or rows than this are not believed


@dataclass
class Grid:
    """A table while it is read: rows of cells, and what spans over cells to come."""

    rows: list[list[str | None]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)
    size: int = 0
    facts: Facts = field(default_factory=Facts)
    nested: bool = False  # a table stands inside a cell of it

    def put(self, text: str | None, columns: int, rows: int, most: int) -> None:
        """Add a cell to the last row."""
        at, row = len(self.rows) - 1, self.rows[-1]
        while (at, len(row)) in self.taken:
            row.append(None)
        left = len(row)
        columns, rows = min(max(columns, 1), SPAN), min(max(rows, 1), SPAN)
        self.size += columns * rows
        if self.size > most:
            raise Refused("RK123", f"more than {most} cells")
        row.extend([text, *[None] * (columns - 1)])
        if rows > 1:
            self.taken.update((at + down, left + right) for down in range(1, rows) for right in range(columns))
        if rows > 1 or columns > 1:
            self.merged.append(((at, left), (at + rows - 1, left + columns - 1)))

    def table(self, name: str, most: int) -> Table:
        """The finished table."""
        width = max((len(row) for row in self.rows), default=0)
        if width * len(self.rows) > most:
            raise Refused("RK123", f"{len(self.rows)} rows of {width} columns")
        columns, _ = cells.columns([row + [None] * (width - len(row)) for row in self.rows])
        self.facts.merged = cells.fill(columns, self.merged, most)
        return Table(name, columns=columns, facts={**asdict(self.facts), "nested": self.nested})


class _Tables(HTMLParser):
    """Collects tables; one inside another counts as text of the cell it stands in."""

    def __init__(self, most: int) -> None:
        super().__init__(convert_charrefs=True)
        self.most = most
        self.grids: list[Grid] = []
        self.depth = 0
        self.text: list[str] | None = None
        self.spans = (1, 1)
        self.whole: str | None = None  # the number behind what a cell shows
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.grids.append(Grid())
            else:
                self.grids[-1].nested = True
        elif self.depth == 1 and tag == "tr":
            self._close()
            self.grids[-1].rows.append([])
        elif self.depth == 1 and tag in ("td", "th"):
            self._close()
            if not self.grids[-1].rows:
                self.grids[-1].rows.append([])
            self.text = []
            found = dict(attrs)
            self.spans = (_whole(found.get("colspan")), _whole(found.get("rowspan")))
            self.whole = found.get("x:num") or found.get("sdval")
        elif tag in BREAKS and self.text:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag == "table" and self.depth:
            if self.depth == 1:
                self._close()
            self.depth -= 1
        elif self.depth == 1 and tag in ("td", "th", "tr"):
            self._close()

    def handle_data(self, data: str) -> None:
        if self.text is not None and not self.silent:
            self.text.append(re.sub(r"[ \t\r\n]+", " ", data))

    def _close(self) -> None:
        if self.text is not None:
            text = re.sub(r" *\n *", "\n", "".join(self.text)).strip(" \n")
            if self.whole and _SHORTENED.fullmatch(text):
                text = _plain(self.whole, text)
            self.grids[-1].put(text or None, *self.spans, self.most)
            self.text = None


def _whole(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,6}", text.strip()) else 1


def _plain(number: str, shown: str) -> str:
    """The number that a spreadsheet noted beside the shortened one that it shows."""
    try:
        return cells.number(float(number))
    except ValueError:
        return shown


def html_tables(data: bytes, most: int) -> Iterator[Table]:
    """Every outermost table with a row, named table 1, table 2 …"""
    parser = _Tables(most)
    parser.feed(_decoded(data))
    parser.close()
    parser._close()
    if parser.depth:
        raise Refused("RK103", "the table is cut off: it is not closed")
    grids = [grid for grid in parser.grids if grid.rows]
    for at, grid in enumerate(grids, start=1):
        yield grid.table("" if len(grids) == 1 else f"table {at}", most)


def _decoded(data: bytes) -> str:
    """The text, by its declared character set where that is possible."""
    declared = _CHARSET.search(data[:4096])
    name = declared.group(1).decode("ascii") if declared else None
    try:
        decision = encodings.decide(encodings.survey(io.BytesIO(data)), name)
        return data[decision.skip :].decode(decision.encoding)
    except (Refused, UnicodeDecodeError) as error:
        raise Refused("RK110", "the table has bytes that are not in its encoding") from error


# ------------------------------------------------------------------------------ Excel's XML of 2003

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"


def xml_tables(data: bytes, most: int) -> Iterator[Table]:
    """Worksheets of a SpreadsheetML file; hidden ones are named and not read."""
    grid, name = Grid(), ""
    try:
        for event, element in ElementTree.iterparse(io.BytesIO(data), events=("start", "end")):  # noqa: S314
            if event == "start" and element.tag == _SS + "Worksheet":
                grid, name = Grid(), element.get(_SS + "Name", "")
            elif event == "end" and element.tag == _SS + "Row":
                _xml_row(element, grid, most)
                element.clear()
            elif event == "end" and element.tag == _SS + "Worksheet":
                hidden = element.findtext(f"{_X}WorksheetOptions/{_X}Visible", "") in ("SheetHidden", "SheetVeryHidden")
                yield Table(name, visible=False) if hidden else grid.table(name, most)
    except ElementTree.ParseError as error:
        raise Refused("RK103", "the workbook is cut off or damaged (ParseError)") from error


def _xml_row(element: ElementTree.Element, grid: Grid, most: int) -> None:
    at = int(element.get(_SS + "Index", len(grid.rows) + 1))
    more = int(element.get(_SS + "Span", 0))  # rows below it that are like it, and empty
    if at + more > most:
        raise Refused("RK123", f"a row says that it is row {at + more}")
    if at <= len(grid.rows):
        raise Refused("RK103", f"a row below row {len(grid.rows)} says that it is row {at}")
    grid.rows.extend([] for _ in range(at - len(grid.rows)))
    if element.get(_SS + "Hidden") == "1":
        grid.facts.hidden_rows.extend(range(at - 1, at + more))
    for cell in element.findall(_SS + "Cell"):
        _xml_cell(cell, grid, most)
    grid.rows.extend([] for _ in range(more))


def _xml_cell(cell: ElementTree.Element, grid: Grid, most: int) -> None:
    row = grid.rows[-1]
    left = int(cell.get(_SS + "Index", len(row) + 1)) - 1
    if left > SPAN * 2:
        raise Refused("RK123", f"a cell says that it is in column {left + 1}")
    if left < len(row):
        raise Refused("RK103", f"two cells of row {len(grid.rows)} say that they are in column {left + 1}")
    row.extend([None] * (left - len(row)))
    found = cell.find(_SS + "Data")
    across, down = int(cell.get(_SS + "MergeAcross", 0)), int(cell.get(_SS + "MergeDown", 0))
    grid.put(_xml_value(found), across + 1, down + 1, most)
    place = (len(grid.rows) - 1, len(row) - 1 - min(across, SPAN - 1))
    if found is not None and found.get(_SS + "Type") == "Error":
        grid.facts.errors.append((*place, "".join(found.itertext())))
    elif found is None and cell.get(_SS + "Formula"):
        grid.facts.uncomputed.append(place)


def _xml_value(data: ElementTree.Element | None) -> str | None:
    if data is None:
        return None
    text = "".join(data.itertext())
    kind = data.get(_SS + "Type")
    if kind == "Error":
        return None
    if kind == "Number" and text:
        return cells.number(float(text))
    if kind == "DateTime":
        day, _, hour = text.partition("T")
        hour = hour.removesuffix(".000")
        return day if hour in ("", "00:00:00") else f"{day} {hour}"
    if kind == "Boolean":
        return "TRUE" if text == "1" else "FALSE"
    return text or None
