"""HTML tables that call themselves workbooks, and Excel's XML of 2003. Runs in the child process only.

HTML is cut into tags by libxml2 in one pass that takes time in proportion to the text, whatever stands in it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from xml.etree import ElementTree

from lxml import etree

from recordkit.readers import cell_values, encodings
from recordkit.readers.cell_values import Budget, Facts, Range, Run
from recordkit.readers.errors import Refused
from recordkit.readers.worker import Table

SILENT = ("script", "style", "comment")  # LibreOffice writes the notes on cells as <comment>
BREAKS = ("br", "p", "div", "tr", "li")
_SHORTENED = re.compile(r"-?[0-9]([.,][0-9]+)?E\+[0-9]+")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
SPAN = 10_000  # more columns or rows than this are not believed
PIECE = 1 << 20  # characters that are parsed at once
BREAK = "\uffff"  # no character: stands for the end of a line until white space is made one
STRUCK_TAGS = ("s", "del", "strike")
MOST_NAMES = 10_000  # characters of a style sheet's rule in front of its declarations
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all")
_CLASS = re.compile(r"\.([\w-]+)")
_NO_TABLES = re.compile(r"<!--(?:(?!-->)[\s\S])*+(?:-->)?|<(script|style)\b(?:(?!</\1)[\s\S])*+", re.IGNORECASE)
_NESTING = re.compile(r"<(/?)table(?=[\s>/])", re.IGNORECASE)


@dataclass
class Grid:
    """A table while it is read: rows of cells, and what spans over cells to come."""

    facts: Facts = field(default_factory=Facts)
    rows: list[list[str | None]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)
    size: int = 0
    nested: bool = False  # a table stands inside a cell of it
    described: int = 0  # columns of which something is said before the rows

    def column(self, hidden: bool, span: int) -> None:
        """Something is said of the next columns."""
        span = min(max(span, 1), SPAN)
        if hidden and self.described < SPAN:
            self.facts.hidden_columns.extend(range(self.described, self.described + span))
        self.described += span

    def row(self, hidden: bool) -> None:
        """Begin a row."""
        if hidden:
            self.facts.hidden_rows.append(len(self.rows))
        self.rows.append([])

    def put(self, text: str | None, columns: int, rows: int, budget: Budget) -> tuple[int, int]:
        """Add a cell to the last row; where it stands."""
        at, row = len(self.rows) - 1, self.rows[-1]
        while (at, len(row)) in self.taken:
            row.append(None)
        left = len(row)
        columns, rows = min(max(columns, 1), SPAN), min(max(rows, 1), SPAN)
        self.size += columns * rows
        budget.sheet(self.size, 1)
        budget.charge(columns * rows, columns * rows * len(text or ""))
        row.extend([text, *[None] * (columns - 1)])
        if rows > 1:
            self.taken.update((at + down, left + right) for down in range(1, rows) for right in range(columns))
        if rows > 1 or columns > 1:
            self.merged.append(((at, left), (at + rows - 1, left + columns - 1)))
        return at, left

    def table(self, name: str, budget: Budget) -> Table:
        """The finished table."""
        width = max((len(row) for row in self.rows), default=0)
        budget.sheet(len(self.rows), width)
        columns, _ = cell_values.columns([row + [None] * (width - len(row)) for row in self.rows])
        cell_values.take_out(columns, self.facts)
        self.facts.hidden_columns = [at for at in self.facts.hidden_columns if at < width]
        self.facts.merged = cell_values.fill(columns, self.merged, budget)
        return Table(name, columns=columns, facts={**asdict(self.facts), "nested": self.nested})


@dataclass(frozen=True)
class Look:
    """How the text inside an element looks."""

    struck: bool = False
    raised: bool = False
    hidden: bool = False


class _Tables:
    """Collects tables from the events of a parser; one inside another counts as text of the cell it stands in."""

    def __init__(self, budget: Budget, styles: dict[str, str]) -> None:
        self.budget = budget
        self.styles = styles
        self.grids: list[Grid] = []
        self.depth = 0
        self.runs: list[Run] | None = None
        self.spans = (1, 1)
        self.whole: str | None = None  # the number behind what a cell shows
        self.silent = 0
        self.looks = [Look()]

    def start(self, tag: str, attrs: Mapping[str, str]) -> None:
        """An element opens."""
        look = _look(tag, attrs, self.looks[-1], self.styles)
        self.looks.append(look)
        if tag in SILENT:
            self.silent += 1
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.grids.append(Grid())
            else:
                self.grids[-1].nested = True
        elif self.depth == 1 and tag == "col":
            self.grids[-1].column(look.hidden, _whole(attrs.get("span")))
        elif self.depth == 1 and tag == "tr":
            self._close()
            self.grids[-1].row(look.hidden)
        elif self.depth == 1 and tag in ("td", "th"):
            self._close()
            if not self.grids[-1].rows:
                self.grids[-1].row(hidden=False)
            self.runs = []
            self.spans = (_whole(attrs.get("colspan")), _whole(attrs.get("rowspan")))
            self.whole = attrs.get("x:num") or attrs.get("sdval")
        elif tag in BREAKS and self.runs:
            self.runs.append(Run(BREAK))

    def end(self, tag: str) -> None:
        """An element closes, by its end tag or by what follows it."""
        self.looks.pop()
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag == "table" and self.depth:
            if self.depth == 1:
                self._close()
            self.depth -= 1
        elif self.depth == 1 and tag in ("td", "th", "tr"):
            self._close()

    def data(self, data: str) -> None:
        """Text."""
        if self.runs is not None and not self.silent:
            look = self.looks[-1]
            self.runs.append(Run(data.replace(BREAK, ""), look.struck, look.raised))

    def comment(self, _text: str) -> None:
        """A comment is nobody's text."""

    def close(self) -> list[Grid]:
        """The tables in which a row was found."""
        return [grid for grid in self.grids if grid.rows]

    def _close(self) -> None:
        if self.runs is None:
            return
        text = _shown("".join(run.text for run in self.runs))
        left = cell_values.remaining_text(self.runs)
        if self.whole and _SHORTENED.fullmatch(text):
            text = _plain(self.whole, text)
        grid = self.grids[-1]
        place = grid.put(text or None, *self.spans, self.budget)
        if left and text:
            what, rest = left
            grid.facts.formatted.append((*place, what, _shown(rest or "") or None))
        self.runs = None


def _shown(text: str) -> str:
    """Text as a browser shows it: runs of white space are one space, elements that break lines do."""
    text = re.sub(r"[ \t\r\n]+", " ", text).replace(BREAK, "\n")
    return re.sub(r" *\n *", "\n", text).strip(" \n")


def _look(tag: str, attrs: Mapping[str, str], outer: Look, styles: dict[str, str]) -> Look:
    """What an element adds to the look of the element around it."""
    named = [styles.get(name, "") for name in attrs.get("class", "").lower().split()] if styles else []
    style = ";".join([*named, attrs.get("style", "")]).lower()
    struck = outer.struck or tag in STRUCK_TAGS or (_STRUCK.search(style) is not None)
    raised = (outer.raised or tag == "sup" or "vertical-align:super" in style.replace(" ", "")) and tag != "sub"
    hidden = _HIDDEN.search(style) is not None or "hidden" in attrs
    return Look(struck, raised, hidden)


def _styles(text: str) -> dict[str, str]:
    """Class -> its declarations, of the style sheets in the text, as far as they strike text through or hide it."""
    found: dict[str, str] = {}
    for sheet in text.lower().split("<style")[1:]:
        for rule in sheet.split("</style", 1)[0].split("}"):
            names, _, body = rule.partition("{")
            if _STRUCK.search(body) or _HIDDEN.search(body) or "super" in body:
                found.update((name, f"{found.get(name, '')};{body}") for name in _CLASS.findall(names[-MOST_NAMES:]))
    return found


def _whole(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,6}", text.strip()) else 1


def _plain(number: str, shown: str) -> str:
    """The number that a spreadsheet noted beside the shortened one that it shows."""
    try:
        return cell_values.number(float(number))
    except ValueError:
        return shown


def html_tables(data: bytes, budget: Budget) -> Iterator[Table]:
    """Every outermost table with a row, named table 1, table 2 …"""
    text = _decoded(data)
    if _is_open(text):
        raise Refused("RK103", "table_not_closed")
    parser = etree.HTMLParser(target=_Tables(budget, _styles(text)), huge_tree=True)
    for at in range(0, len(text), PIECE):
        parser.feed(text[at : at + PIECE])
    grids: list[Grid] = parser.close()
    epoch = 1904 if "<x:date1904" in text[:PIECE].lower() else 1900
    for at, grid in enumerate(grids, start=1):
        grid.facts.epoch = epoch
        yield grid.table("" if len(grids) == 1 else f"table {at}", budget)


def _is_open(text: str) -> bool:
    """Whether a table is not closed. Comments and scripts, closed or not, hold no tables."""
    depth = 0
    for match in _NESTING.finditer(_NO_TABLES.sub("", text)):
        depth = max(0, depth - 1) if match.group(1) else depth + 1
    return depth > 0


def _decoded(data: bytes) -> str:
    """The text, by its declared character set where that is possible."""
    declared = _CHARSET.search(data[:4096])
    name = declared.group(1).decode("ascii") if declared else None
    try:
        decision = encodings.decide(encodings.survey(io.BytesIO(data)), name)
        return data[decision.skip :].decode(decision.encoding)
    except (Refused, UnicodeDecodeError) as error:
        raise Refused("RK110", "table_of_other_encoding") from error


# ------------------------------------------------------------------------------ Excel's XML of 2003

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"


def xml_tables(data: bytes, budget: Budget) -> Iterator[Table]:
    """Worksheets of a SpreadsheetML file; hidden ones are named and not read."""
    grid, name, struck, epoch = Grid(), "", frozenset[str](), 1900
    try:
        for event, element in ElementTree.iterparse(io.BytesIO(data), events=("start", "end")):  # noqa: S314
            if event == "start" and element.tag == _SS + "Worksheet":
                grid, name = Grid(Facts(epoch=epoch)), element.get(_SS + "Name", "")
            elif event == "end" and element.tag == _SS + "Styles":
                struck = frozenset(_xml_struck(element))
            elif event == "end" and element.tag == _X + "Date1904":
                epoch = 1904
            elif event == "end" and element.tag == _SS + "Column":
                grid.described = int(element.get(_SS + "Index", grid.described + 1)) - 1
                grid.column(element.get(_SS + "Hidden") == "1", int(element.get(_SS + "Span", 0)) + 1)
            elif event == "end" and element.tag == _SS + "Row":
                _xml_row(element, grid, budget, struck)
                element.clear()
            elif event == "end" and element.tag == _SS + "Worksheet":
                hidden = element.findtext(f"{_X}WorksheetOptions/{_X}Visible", "") in ("SheetHidden", "SheetVeryHidden")
                yield Table(name, visible=False) if hidden else grid.table(name, budget)
    except ElementTree.ParseError as error:
        raise Refused("RK103", "damaged_workbook", error="ParseError") from error


def _xml_struck(styles: ElementTree.Element) -> Iterator[str]:
    """The styles whose font is struck through."""
    for style in styles.findall(_SS + "Style"):
        font = style.find(_SS + "Font")
        if font is not None and font.get(_SS + "StrikeThrough") == "1":
            yield style.get(_SS + "ID", "")


def _xml_row(element: ElementTree.Element, grid: Grid, budget: Budget, struck: frozenset[str]) -> None:
    at = int(element.get(_SS + "Index", len(grid.rows) + 1))
    more = int(element.get(_SS + "Span", 0))  # rows below it that are like it, and empty
    if at + more > budget.cells:
        raise Refused("RK123", "row_far_below", row=at + more)
    if at <= len(grid.rows):
        raise Refused("RK103", "row_above_itself", row=len(grid.rows), said=at)
    budget.charge(at + more - len(grid.rows), 0)
    grid.rows.extend([] for _ in range(at - len(grid.rows)))
    if element.get(_SS + "Hidden") == "1":
        grid.facts.hidden_rows.extend(range(at - 1, at + more))
    for cell in element.findall(_SS + "Cell"):
        _xml_cell(cell, grid, budget, cell.get(_SS + "StyleID", element.get(_SS + "StyleID", "")) in struck)
    grid.rows.extend([] for _ in range(more))


def _xml_cell(cell: ElementTree.Element, grid: Grid, budget: Budget, struck: bool) -> None:
    row = grid.rows[-1]
    left = int(cell.get(_SS + "Index", len(row) + 1)) - 1
    if left > SPAN * 2:
        raise Refused("RK123", "cell_far_right", column=left + 1)
    if left < len(row):
        raise Refused("RK103", "two_cells_of_a_column", row=len(grid.rows), column=left + 1)
    row.extend([None] * (left - len(row)))
    found = cell.find(_SS + "Data")
    across, down = int(cell.get(_SS + "MergeAcross", 0)), int(cell.get(_SS + "MergeDown", 0))
    place = grid.put(_xml_value(found), across + 1, down + 1, budget)
    if found is not None and found.get(_SS + "Type") == "Error":
        grid.facts.errors.append((*place, "".join(found.itertext())))
    elif found is None and cell.get(_SS + "Formula"):
        grid.facts.uncomputed.append(place)
    elif found is not None and (left_over := cell_values.remaining_text(list(_xml_runs(found, Look(struck))))):
        grid.facts.formatted.append((*place, *left_over))


def _xml_runs(element: ElementTree.Element, look: Look) -> Iterator[Run]:
    """The text of a cell by how it looks; parts of it may be marked up as in HTML."""
    yield Run(element.text or "", look.struck, look.raised)
    for one in element:
        tag = one.tag.rpartition("}")[2].lower()
        yield from _xml_runs(one, _look(tag, {}, look, {}))
        yield Run(one.tail or "", look.struck, look.raised)


def _xml_value(data: ElementTree.Element | None) -> str | None:
    if data is None:
        return None
    text = "".join(data.itertext())
    kind = data.get(_SS + "Type")
    if kind == "Error":
        return None
    if kind == "Number" and text:
        return cell_values.number(float(text))
    if kind == "DateTime":
        day, _, hour = text.partition("T")
        hour = hour.removesuffix(".000")
        return day if hour in ("", "00:00:00") else f"{day} {hour}"
    if kind == "Boolean":
        return "TRUE" if text == "1" else "FALSE"
    return text or None
