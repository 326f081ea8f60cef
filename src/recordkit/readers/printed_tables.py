"""Printed tables whose columns are drawn by a line of dashes under the header: `-----  ---------  ---`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import polars as pl

from recordkit.readers.model import Sheet

LINES = 60  # in which the line of dashes is looked for
_RULER = re.compile(r" *(?:-{2,}|={2,})(?: +(?:-{2,}|={2,})){2,} *")


Spans = tuple[tuple[int, int], ...]


def drawn(chunk: bytes) -> Spans:
    """Where the columns begin and end, in characters, of a text that begins with `chunk`; none without such a line."""
    for line in chunk[: 1 << 16].decode("utf-8", "ignore").splitlines()[:LINES]:
        if _RULER.fullmatch(line):
            return tuple(found.span() for found in re.finditer(r"[-=]+", line))
    return ()


def columns(sheet: Sheet, at: Spans) -> Sheet:
    """A sheet of whole lines as one of cells. A line with something between two columns stays whole, in the first."""

    def batches(rows: int) -> Iterator[pl.DataFrame]:
        return (_cut(batch, at) for batch in sheet.source(rows))

    first, last = (None if frame is None else _cut(frame, at) for frame in (sheet.first, sheet.last))
    return replace(sheet, width=len(at), source=batches, first=first, last=last)


def _cut(batch: pl.DataFrame, at: Spans) -> pl.DataFrame:
    line = pl.col("c1")
    firsts = (0, *(start for start, _ in at[1:]))
    ends: tuple[int | None, ...] = (*firsts[1:], None)
    gaps = [line.str.slice(end, start - end).str.strip_chars(" ") for (_, end), (start, _) in pairwise(at)]
    across = pl.any_horizontal(gap != "" for gap in gaps).fill_null(False)
    cells = [
        line.str.slice(start, None if end is None else end - start).str.strip_chars(" ").replace("", None)
        for start, end in zip(firsts, ends, strict=True)
    ]
    whole = [pl.when(across).then(line if n == 0 else None).otherwise(cell) for n, cell in enumerate(cells)]
    return batch.select("row", *(cell.alias(f"c{n}") for n, cell in enumerate(whole, start=1)))
