"""Plumbing of the kernels: do the dear work only where a value's shape asks for it."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping, Sequence

import polars as pl

Parser = Callable[[pl.Series], pl.DataFrame]

CODES = pl.List(pl.String)
_NO_CODES = pl.Series("codes", [[]], dtype=CODES)


def codes(flags: Mapping[str, pl.Series | pl.Expr], frame: pl.DataFrame | None = None) -> pl.Series:
    """`codes` of every row: the names of the flags that are true, in their order; null counts as false."""
    source = frame if frame is not None else pl.DataFrame()
    table = source.select(
        (flag if isinstance(flag, pl.Expr) else pl.lit(flag)).fill_null(False).alias(code)
        for code, flag in flags.items()
    )
    raised = functools.reduce(operator.or_, table.get_columns())
    if not raised.any():
        return no_codes(len(raised))
    named = table.filter(raised).select(
        pl.concat_list(pl.when(pl.col(code)).then(pl.lit(code)).otherwise(pl.lit(None, pl.String)) for code in flags)
        .list.drop_nulls()
        .alias("codes")
    )
    every = pl.concat([no_codes(1), named.to_series().cast(CODES)])
    place = pl.select(pl.when(raised).then(raised.cum_sum()).otherwise(0)).to_series()
    return every.gather(place).alias("codes")


def no_codes(height: int) -> pl.Series:
    """An empty list of codes for every row."""
    return _NO_CODES.new_from_index(0, height)


def merge_codes(*parts: pl.Series) -> pl.Series:
    """The codes of several outputs of the same rows as one list each."""
    return pl.select(pl.concat_list(*parts).list.unique(maintain_order=True).alias("codes")).to_series()


def where(values: pl.Series, mask: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`values` with `change` applied only where `mask` is true; `change` sees just those values."""
    if not mask.any():  # a null is none; most columns have nothing to change
        return values
    changed = change(values.filter(mask))
    if len(changed) == len(values):
        return changed.alias(values.name)
    return values.clone().scatter(mask.arg_true(), changed.cast(values.dtype))


def by_shape(values: pl.Series, shapes: Sequence[tuple[str, Parser]], other: Parser) -> pl.DataFrame:
    """Each value parsed by the first shape whose pattern it has; the rest (and nulls) by `other`.

    All parsers give the same columns. The pattern is searched for: anchor it.
    """
    left = values
    index = pl.int_range(0, len(values), eager=True)
    parts: list[pl.DataFrame] = []
    order: list[pl.Series] = []
    for pattern, parse in shapes:
        hit = left.str.contains(pattern)
        if hit.any():
            hit = hit.fill_null(False)
            parts.append(parse(left.filter(hit)))
            order.append(index.filter(hit))
            left, index = left.filter(~hit), index.filter(~hit)
    if len(left) or not parts:
        parts.append(other(left))
        order.append(index)
    return pl.concat(parts)[pl.concat(order).arg_sort()] if len(parts) > 1 else parts[0]
