"""The one rule for years of two digits: they lie in the hundred years that end with the last year believed."""

from __future__ import annotations

import polars as pl

FIRST, LAST = 1947, 2046  # the years that records can have, where nothing narrower is known


def whole(year: pl.Series, last: int = LAST) -> pl.Series:
    """Int32 years of written ones ("26", "2026"); null for what is no number and for a year before FIRST."""
    number = year.cast(pl.Int32, strict=False)
    full = pl.select(pl.when(year.str.len_chars() == 2).then(short(pl.lit(number), last)).otherwise(number)).to_series()
    return pl.select(pl.when(full >= FIRST).then(full).cast(pl.Int32).alias("year")).to_series()


def short(year: pl.Expr, last: int = LAST) -> pl.Expr:
    """The whole year (Int32) of a number below a hundred."""
    here = year + pl.lit(last - last % 100, pl.Int32)
    return pl.when(here > last).then(here - 100).otherwise(here)


def one(digits: str, last: int = LAST) -> int | None:
    """`whole` of one year; None for a year of four digits outside FIRST to `last` is the caller's to judge."""
    return whole(pl.Series("year", [digits]), last).item()  # type: ignore[no-any-return]
