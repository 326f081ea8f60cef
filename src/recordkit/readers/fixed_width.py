"""Cuts lines of a fixed-width file into columns; the widths are declared by the format, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import polars as pl


def split_fixed(batch: pl.DataFrame, widths: Sequence[int]) -> pl.DataFrame:
    """(row, c1 = whole line) -> (row, c1..cN, c(N+1)) by character positions, padding spaces cut off.

    The last column holds what stands beyond the declared widths (null when nothing does), so that a line
    longer than declared is seen and not cut. A blank cut is null; a line shorter than declared gives nulls.
    """
    starts = [0, *accumulate(widths)]
    lengths: list[int | None] = [*widths, None]
    line = pl.col("c1")
    cuts = [
        line.str.slice(start, length).str.strip_chars(" ").alias(f"c{i}")
        for i, (start, length) in enumerate(zip(starts, lengths, strict=True), start=1)
    ]
    cut = batch.select("row", *cuts)
    return cut.with_columns(pl.when(pl.col(f"c{i}") != "").then(pl.col(f"c{i}")) for i in range(1, len(starts) + 1))
