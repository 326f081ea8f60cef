"""Columns that are the sum of the columns beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from recordkit.fields import numbers

LEAST_ROWS = 3
SHARE = 0.8


def unnamed_totals(rows: pl.DataFrame, parts: Sequence[str], others: Iterable[str]) -> list[str]:
    """Those of `others` that are the sum of `parts` in nearly every row that holds a number, and of several of them in
    enough rows: what repeats the only part that is filled may be anything."""
    if len(parts) < 2 or not rows.height:
        return []
    frame = pl.DataFrame([_numbers(rows, name) for name in parts])
    total = frame.select(pl.sum_horizontal(pl.all())).to_series()
    several = frame.select(pl.sum_horizontal((pl.all() > 0).fill_null(False)) > 1).to_series()
    return [name for name in others if _equal(_numbers(rows, name), total, several)]


def _numbers(rows: pl.DataFrame, name: str) -> pl.Series:
    return numbers.count(rows.get_column(name)).get_column("value").alias(name)


def _equal(values: pl.Series, total: pl.Series, several: pl.Series) -> bool:
    told = values.is_not_null() & (values != 0)
    equal = told & (values == total)
    proved = int((equal & several).sum())
    return proved >= LEAST_ROWS and int(equal.sum()) >= SHARE * int(told.sum())
