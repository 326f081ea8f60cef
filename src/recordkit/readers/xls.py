"""Facts of .xls sheets (BIFF8), read from their records."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import olefile  # type: ignore[import-untyped,unused-ignore]

from recordkit.readers import cell_values
from recordkit.readers.cell_values import Budget, Facts, Run
from recordkit.readers.errors import Refused

BOUNDSHEET, ROW, FORMULA, BOOLERR, EOF = 0x0085, 0x0208, 0x0006, 0x0205, 0x000A
COLINFO, SHARED = 0x007D, 0x00FD
FILLER = 200  # more columns than this only fill the sheet up
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def xls(data: bytes, budget: Budget) -> list[Facts]:
    """Facts per sheet in the order of the workbook, sheets that are no worksheets too.

    Programs that cannot compute write an empty or zero result for every formula; so when no formula of the
    workbook has another result, none of them is believed.
    """
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        name = next(name for name in ("Workbook", "Book") if ole.exists(name))
        if ole.get_size(name) > len(data):  # a chain of sectors that bites its tail
            raise Refused("RK103", "workbook_larger_than_file")
        stream = ole.openstream(name).read()
    looks = read_formatting(list(_records(stream, 0)))
    starts = [struct.unpack_from("<I", body)[0] for kind, body in _records(stream, 0) if kind == BOUNDSHEET]
    sheets = [_xls_sheet(stream, start, looks, budget) for start in starts]
    nobody_computed = not any(computed for _, _, computed in sheets)
    for facts, empty, _ in sheets:
        facts.uncomputed = empty if nobody_computed else []
        facts.epoch = looks.epoch
    return [facts for facts, _, _ in sheets]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records from `at` to the end of the substream."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        if kind == EOF:
            return
        at += 4 + length


def _xls_sheet(stream: bytes, start: int, looks: Looks, budget: Budget) -> tuple[Facts, list[tuple[int, int]], int]:
    """Facts of a sheet, its formulas with an empty or zero result, and how many have another result."""
    facts = Facts()
    empty: list[tuple[int, int]] = []
    computed = height = width = 0
    for kind, body in _records(stream, start):
        if kind == ROW and len(body) >= 14 and body[12] & 0x20:
            facts.hidden_rows.append(struct.unpack_from("<H", body)[0])
        elif kind == COLINFO and len(body) >= 10:
            first, last, width, _, flags = struct.unpack_from("<5H", body)
            if (flags & 1 or not width) and last - first < FILLER:
                facts.hidden_columns.extend(range(first, last + 1))
        elif kind == SHARED and len(body) >= 10:
            budget.charge(1, looks.size(struct.unpack_from("<I", body, 6)[0]))
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
        facts.formatted.extend(looks.formatted(kind, body))
        if kind in SINGLE and len(body) >= 6:
            row, column = struct.unpack_from("<2H", body)
            height, width = max(height, row + 1), max(width, column + 1)
    budget.sheet(height, width)
    return facts, empty, computed


FONT, XF, SST, CONTINUE, DATEMODE = 0x0031, 0x00E0, 0x00FC, 0x003C, 0x0022
LABELSST, MULRK = 0x00FD, 0x00BD
SINGLE = {0x0203, 0x0204, LABELSST, 0x027E, 0x0006, 0x0205}  # records of one cell: row, column, format
WIDE, ASIAN, RICH = 1, 4, 8  # flags of a string

Text = tuple[str, tuple[tuple[int, int], ...]]  # and (first character, font) of each of its runs


@dataclass(frozen=True)
class Looks:
    """Of one workbook: the shared strings with their runs, fonts and formats that are struck through or raised."""

    strings: Sequence[Text] = ()
    struck: frozenset[int] = frozenset()  # fonts
    raised: frozenset[int] = frozenset()
    fonts: Sequence[int] = ()  # of each cell format
    epoch: int = 1900

    def size(self, at: int) -> int:
        """Bytes of a shared string."""
        return len(self.strings[at][0]) if at < len(self.strings) else 0

    def formatted(self, kind: int, body: bytes) -> Iterator[tuple[int, int, str, str | None]]:
        """(row, column, what, the text without it) of the cells of one record whose formatting means something."""
        if not (self.struck or self.raised):
            return
        if kind in SINGLE and len(body) >= 6:
            row, column, form = struct.unpack_from("<3H", body)
            left = cell_values.remaining_text(list(self._runs(kind, body, form)))
            if left:
                yield row, column, *left
        elif kind == MULRK and len(body) >= 6:
            row, first = struct.unpack_from("<2H", body)
            for at in range((len(body) - 6) // 6):
                if self._font(struct.unpack_from("<H", body, 4 + 6 * at)[0]) in self.struck:
                    yield row, first + at, cell_values.STRUCK, None

    def _font(self, form: int) -> int:
        return self.fonts[form] if form < len(self.fonts) else 0

    def _runs(self, kind: int, body: bytes, form: int) -> Iterator[Run]:
        font = self._font(form)
        at = struct.unpack_from("<I", body, 6)[0] if kind == LABELSST and len(body) >= 10 else len(self.strings)
        text, runs = self.strings[at] if at < len(self.strings) else ("value", ())
        starts = [(0, font), *runs, (len(text), font)]
        for (begin, own), (end, _) in pairwise(starts):
            yield Run(text[begin:end], own in self.struck, own in self.raised)


def read_formatting(records: Sequence[tuple[int, bytes]]) -> Looks:
    """Read the records of the workbook as a whole (those before the first sheet)."""
    fonts = [body for kind, body in records if kind == FONT and len(body) >= 10]
    struck, raised = set(), set()
    for at, body in enumerate(fonts):
        number = at if at < 4 else at + 1  # there is no font 4
        if struct.unpack_from("<H", body, 2)[0] & 8:
            struck.add(number)
        if struct.unpack_from("<H", body, 8)[0] == 1:
            raised.add(number)
    formats = [struct.unpack_from("<H", body)[0] for kind, body in records if kind == XF and len(body) >= 2]
    epoch = next((1904 for kind, body in records if kind == DATEMODE and body[:1] == b"\x01"), 1900)
    return Looks(_strings(records), frozenset(struck), frozenset(raised), formats, epoch)


def _strings(records: Sequence[tuple[int, bytes]]) -> list[Text]:
    """The shared strings: one record, continued in others; a string cut by the end of one says its width again."""
    start = next((at for at, (kind, _) in enumerate(records) if kind == SST), None)
    if start is None:
        return []
    blocks = [records[start][1][8:]]
    for kind, body in records[start + 1 :]:
        if kind != CONTINUE:
            break
        blocks.append(body)
    return list(_each(_Blocks(blocks)))


class _Blocks:
    """Bytes of several records, read one after the other."""

    def __init__(self, blocks: Sequence[bytes]) -> None:
        self.blocks = blocks
        self.block = 0
        self.at = 0

    def left(self) -> int:
        """Bytes left of this block, of the next one when this one is used up."""
        while self.block < len(self.blocks) and self.at >= len(self.blocks[self.block]):
            self.block, self.at = self.block + 1, 0
        return len(self.blocks[self.block]) - self.at if self.block < len(self.blocks) else 0

    def take(self, size: int) -> bytes:
        """The next bytes, over the ends of blocks."""
        parts = []
        while size and (here := min(size, self.left())):
            parts.append(self.blocks[self.block][self.at : self.at + here])
            self.at += here
            size -= here
        return b"".join(parts)

    def text(self, characters: int, wide: bool) -> str:
        """So many characters; in a new block a flag says anew how wide they are."""
        parts = []
        while characters > 0:
            fresh = self.block
            left = self.left()
            if self.block != fresh:
                wide = self.take(1) == b"\x01"
                left = self.left()
            here = min(characters, left // (2 if wide else 1))
            if not here:
                break
            data = self.take(here * (2 if wide else 1))
            parts.append(data.decode("utf-16-le" if wide else "latin-1", "replace"))
            characters -= here
        return "".join(parts)


def _each(blocks: _Blocks) -> Iterator[Text]:
    while blocks.left() >= 3:
        characters, flags = struct.unpack("<HB", blocks.take(3))
        runs = struct.unpack("<H", blocks.take(2))[0] if flags & RICH else 0
        asian = struct.unpack("<I", blocks.take(4))[0] if flags & ASIAN else 0
        text = blocks.text(characters, bool(flags & WIDE))
        marks = blocks.take(4 * runs)
        blocks.take(asian)
        yield text, tuple(struct.unpack_from("<2H", marks, 4 * at) for at in range(len(marks) // 4))
