"""Cuts a batch of rows so that no piece becomes more records than the memory is meant for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import polars as pl

from recordkit.fields import numbers
from recordkit.mapping.model import MOST_COPIES, SheetPlan


def pieces(batch: pl.DataFrame, plan: SheetPlan, most: int) -> Iterator[pl.DataFrame]:
    """The rows in their order; a piece becomes about `most` records at most, or is one row."""
    width = _width(plan)
    if batch.is_empty() or (width == 1 and plan.reshape.expand is None):
        yield batch
        return
    weights = batch.select("row", weight=_copies(batch, plan) * width)["weight"]
    at = (weights.cum_sum() - weights) // most
    starts = [*at.rle().struct.field("len").cum_sum().shift(1, fill_value=0), batch.height]
    for start, end in pairwise(starts):
        yield batch.slice(start, end - start)


def _width(plan: SheetPlan) -> int:
    """Into how many records the columns of a row may spread."""
    spread = [len(table.of("spread", "spread_total")) for table in plan.tables]
    groups = [len({one.number for one in table.of("field")}) for table in plan.tables]
    return max([1, *spread, *groups])


def _copies(batch: pl.DataFrame, plan: SheetPlan) -> pl.Expr:
    """For how many records a row stands; the most that is believed where no column of its own says so."""
    helper = plan.reshape.expand
    if helper is None:
        return pl.lit(1, pl.Int64)
    given = {one.column for table in plan.tables for one in table.of("field") if one.field == helper}
    cells = [batch.get_column(name) for name in batch.columns if name in given]
    if not cells:
        return pl.lit(MOST_COPIES, pl.Int64)
    counts = [pl.lit(numbers.count(cell)["value"].cast(pl.Int64)) for cell in cells]
    believed = [pl.when(count.is_between(1, MOST_COPIES)).then(count).otherwise(1) for count in counts]
    return pl.max_horizontal(believed)
