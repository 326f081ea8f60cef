"""Several tables in one sheet, told by the empty bands between them. A flag: mapping decides what to use."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

Filled = tuple[tuple[tuple[int, int], tuple[int, int]], ...]
FEW = 3  # rows that make a table


def several_tables(frame: pl.DataFrame, filled: Filled) -> Iterator[tuple[str, str]]:
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
        places = " and ".join(f"columns {first + 1} to {last + 1}" for first, last in dense)
        yield "RK125", f"{len(dense)} tables side by side: {places}"


def _blocks(counts: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """Runs of columns that hold anything."""
    start: int | None = None
    for at, count in enumerate((*counts, 0)):
        if count and start is None:
            start = at
        elif not count and start is not None:
            yield start, at - 1
            start = None
