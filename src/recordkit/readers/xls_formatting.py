"""How the cells of an .xls look, as far as it means something; and what its shared strings would take."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from recordkit.readers import formatting
from recordkit.readers.formatting import Run

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
            left = formatting.kept(list(self._runs(kind, body, form)))
            if left:
                yield row, column, *left
        elif kind == MULRK and len(body) >= 6:
            row, first = struct.unpack_from("<2H", body)
            for at in range((len(body) - 6) // 6):
                if self._font(struct.unpack_from("<H", body, 4 + 6 * at)[0]) in self.struck:
                    yield row, first + at, formatting.STRUCK, None

    def _font(self, form: int) -> int:
        return self.fonts[form] if form < len(self.fonts) else 0

    def _runs(self, kind: int, body: bytes, form: int) -> Iterator[Run]:
        font = self._font(form)
        at = struct.unpack_from("<I", body, 6)[0] if kind == LABELSST and len(body) >= 10 else len(self.strings)
        text, runs = self.strings[at] if at < len(self.strings) else ("value", ())
        starts = [(0, font), *runs, (len(text), font)]
        for (begin, own), (end, _) in pairwise(starts):
            yield Run(text[begin:end], own in self.struck, own in self.raised)


def looks(records: Sequence[tuple[int, bytes]]) -> Looks:
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
