"""Columns that are the sum of the columns beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from recordkit.fields import numbers

LEAST_ROWS = 3
SHARE = 0.8


def unnamed_totals(rows: pl.DataFrame, parts: Sequence[str], others: Iterable[str]) -> list[str]:
    """Those of `others` that are the sum of `parts` in nearly every row that holds a number."""
    if len(parts) < 2 or not rows.height:
        return []
    frame = pl.DataFrame([_numbers(rows, name) for name in parts])
    total = frame.select(pl.sum_horizontal(pl.all())).to_series()
    return [name for name in others if _equal(_numbers(rows, name), total)]


def _numbers(rows: pl.DataFrame, name: str) -> pl.Series:
    return numbers.count(rows.get_column(name)).get_column("value").alias(name)


def _equal(values: pl.Series, total: pl.Series) -> bool:
    told = values.is_not_null() & (values != 0)
    equal = int((told & (values == total)).sum())
    return equal >= LEAST_ROWS and equal >= SHARE * int(told.sum())
