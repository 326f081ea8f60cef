"""How the cells of an .xlsx look, as far as it means something; and what its shared strings would take."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from recordkit.readers import formatting
from recordkit.readers.cell_budget import CELL, Budget
from recordkit.readers.cell_text import plain
from recordkit.readers.formatting import Run

_P = rb"(?:\w+:)?"  # some programs write a namespace prefix
_Q = rb"[\"']"
_MEANT = re.compile(rb"<" + _P + rb"strike\b|superscript")
_ITEM_END = re.compile(rb"</" + _P + rb"si>")
_EMPTY_ITEM = re.compile(rb"<" + _P + rb"si\s*/>")
_SHOWN = re.compile(rb"\bt=" + _Q + rb"s" + _Q + rb"[^>]*>\s*<" + _P + rb"v>\s*([0-9]{1,9})\s*</")
_VALUE = re.compile(rb"<" + _P + rb"v>([^<]*)</")
_CELL = re.compile(rb"<" + _P + rb"c(\s[^>]*)>")
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
        cells = list(_CELL.finditer(xml))
        for cell, after in zip(cells, [*cells[1:], None], strict=True):
            attributes = cell.group(1)
            place = _REF.search(attributes)
            if place is None or attributes.endswith(b"/"):
                continue
            body = xml[cell.end() : after.start() if after else cell.end() + (1 << 16)]
            left = formatting.kept(list(self._runs(attributes, body)))
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


def looks(archive: zipfile.ZipFile, known: Mapping[str, str]) -> Looks:
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
