"""Dates, months and ages in wider steps, so that fewer records stand alone with theirs."""

from __future__ import annotations

import polars as pl

# What --precision asks for -> how a date is cut, how many years an age is given in; from the finest to the widest.
PRECISIONS: dict[str, tuple[str, int]] = {
    "day": ("1d", 1),
    "week": ("1w", 5),
    "month": ("1mo", 5),
    "quarter": ("1q", 10),
    "year": ("1y", 10),
}
OLDEST = 85  # from this age on there is one band
_MONTH = "^[0-9]{4}-(?:0[1-9]|1[0-2])$"


def widest(*names: str) -> str:
    """The widest of some precisions."""
    return max(names, key=list(PRECISIONS).index)


def coarse(column: str, dtype: pl.DataType, precision: str) -> pl.Expr:
    """A column in the steps of a precision.

    A date becomes the first day of its step (a week's is its Monday, as in ISO 8601); a whole number the band of years
    that it is in, as text; a month (text) its quarter or year where the precision is wider. Other text becomes null.
    """
    step, years = PRECISIONS[precision]
    here = pl.col(column)
    if dtype == pl.Date:
        return here.dt.truncate(step)
    if dtype.is_integer():
        return _band(here, years)
    month = pl.when(here.str.contains(_MONTH)).then(here)
    if precision == "quarter":
        quarter = (here.str.slice(5, 2).cast(pl.Int32, strict=False) + 2) // 3
        month = pl.when(here.str.contains(_MONTH)).then(pl.format("{}-Q{}", here.str.slice(0, 4), quarter))
    return (month.otherwise(None).str.slice(0, 4) if precision == "year" else month.otherwise(None)).alias(column)


def _band(age: pl.Expr, years: int) -> pl.Expr:
    first = age.floordiv(years) * years
    text = pl.format("{}-{}", first, first + (years - 1)) if years > 1 else age.cast(pl.String)
    return pl.when(age >= OLDEST).then(pl.lit(f"{OLDEST}+")).otherwise(text).name.keep()
