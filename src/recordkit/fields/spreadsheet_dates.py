"""Numbers that a spreadsheet took for dates: 12/26 is shown as Dec-26, 3/4 as 03-Apr, and saved as such."""

from __future__ import annotations

from typing import Literal

import polars as pl

from recordkit import details
from recordkit.fields import dispatch

Second = Literal["year", "number"]

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"({'|'.join(_NAMES)})[a-z]*"
# What spreadsheets show in English, whatever the sheet is written in, and the dates as they are stored.
_DAY_MONTH = rf"(?i)^([0-9]{{1,2}})[-/ ]{_MONTH}$"
_MONTH_YEAR = rf"(?i)^{_MONTH}[-/ ]?(?:19|20)?([0-9]{{2}})$"
_STORED = r"^(?:19|20)([0-9]{2})-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00)?)?$"
# These, and whole dates.
LOOKS = rf"(?i)^[0-9]{{1,2}}[-/ ]{_MONTH}|^{_MONTH}[-/ ]?[0-9]{{2,4}}$|^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"
SHAPES = rf"{_DAY_MONTH}|{_MONTH_YEAR}|{_STORED}"


def cause(written: pl.Series) -> pl.Series:
    """`detail`: what happened where a cell has the look of such a date, else null."""
    looks = written.str.contains(SHAPES)
    return pl.select(pl.when(looks).then(details.column("taken_for_date")).alias("detail")).to_series()


def proposed(written: pl.Series, second: Second) -> pl.Series:
    """`suggestion`: what was probably typed, as `first/second`; null where that cannot be told.

    The second number is a `year` of two digits (an FIR) or any other `number` (sections).
    """
    month = {name: str(at) for at, name in enumerate(_NAMES, 1)}
    dm = written.str.extract_groups(_DAY_MONTH).struct.unnest()
    my = written.str.extract_groups(_MONTH_YEAR).struct.unnest()
    stored = written.str.extract_groups(_STORED).struct.unnest()
    named = [frame[at].str.to_lowercase().replace_strict(month, default=None, return_dtype=pl.String)
             for frame, at in ((dm, "2"), (my, "1"))]  # fmt: skip
    day, year = dm["1"].str.strip_chars_start("0"), my["2"]
    frame = pl.DataFrame({
        "day": day, "day_month": named[0], "month": named[1], "year": year, "stored_year": stored["1"],
        "stored_month": stored["2"].str.strip_chars_start("0"), "stored_day": stored["3"].str.strip_chars_start("0"),
    })  # fmt: skip
    late = pl.col("day").cast(pl.Int32, strict=False) > 12
    stored_late = pl.col("stored_day").cast(pl.Int32, strict=False) > 12
    as_number = pl.format("{}/{}", "day", "day_month")
    return frame.select(
        pl.when(pl.col("month").is_not_null())
        .then(pl.format("{}/{}", "month", "year"))
        .when(pl.lit(second == "number") & pl.col("day").is_not_null())
        .then(as_number)
        # A year of two digits is no month: 26-Jan was 1/26.
        .when(late)
        .then(pl.format("{}/{}", "day_month", "day"))
        .when(pl.col("stored_day") == "1")
        .then(pl.format("{}/{}", "stored_month", "stored_year"))
        .when(stored_late)
        .then(pl.format("{}/{}", "stored_month", "stored_day"))
        .alias("suggestion")
    )["suggestion"]


def noted(frame: pl.DataFrame, written: pl.Series, unread: pl.Series, second: Second) -> pl.DataFrame:
    """`frame` with `detail` and `suggestion` for the cells that are unread because of it."""
    notes = pl.DataFrame({"detail": cause(written), "suggestion": proposed(written, second)})
    return frame.with_columns(
        dispatch.where(one, ~unread.fill_null(False), lambda s: s.clear(len(s))) for one in notes.get_columns()
    )
