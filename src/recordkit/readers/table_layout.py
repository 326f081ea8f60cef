"""Several tables in one sheet, told by the empty bands between them. A flag: mapping decides what to use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import polars as pl

from recordkit import details
from recordkit.readers.model import Sheet

Filled = tuple[tuple[tuple[int, int], tuple[int, int]], ...]
FEW = 3  # rows that make a table


def side_by_side_tables(frame: pl.DataFrame, filled: Filled) -> Iterator[tuple[str, str]]:
    """(code, detail) when tables stand side by side. `frame` is a whole sheet, row and c1..cN."""
    names = frame.columns[1:]
    if len(names) < 3 or frame.height < FEW:
        return
    wide = {top for (top, bottom), (left, right) in filled for top in range(top, bottom + 1) if right - left >= 2}
    body = frame.filter(~pl.col("row").is_in(list(wide)))
    counts = body.select(pl.col(name).is_not_null().sum() for name in names).row(0)
    blocks = list(_blocks(counts))
    dense = [block for block in blocks if max(counts[block[0] : block[1] + 1]) >= FEW and block[1] > block[0]]
    if len(dense) > 1:
        *others, (first, last) = dense
        places = details.text("columns_from_to", first=first + 1, last=last + 1)
        for first, last in reversed(others):
            places = details.text("columns_from_to_and", first=first + 1, last=last + 1, others=places)
        yield "RK125", details.text("tables_side_by_side", count=len(dense), places=places)


def _blocks(counts: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Runs of columns that hold anything."""
    start: int | None = None
    for at, count in enumerate((*counts, 0)):
        if count and start is None:
            start = at
        elif not count and start is not None:
            yield start, at - 1
            start = None


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
