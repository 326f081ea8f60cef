"""Days from years, months and days, in the Gregorian and the Hijri calendar; names of months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import polars as pl
from hijridate import Hijri

from recordkit import reference as tables
from recordkit.fields import text
from recordkit.reference import Reference

HIJRI_YEARS = (1343, 1500)  # what the Umm al-Qura tables hold: 1924 to 2077
_EPOCH = date(1970, 1, 1).toordinal()


def gregorian(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Days since 1970 of a Gregorian date; null when there is no such day."""
    year, month, day = (part.cast(pl.Int32) for part in (year, month, day))
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    length = (
        pl.when(month == 2)
        .then(pl.lit(28, pl.Int32) + leap.cast(pl.Int32))
        .when(month.is_in([4, 6, 9, 11]))
        .then(pl.lit(30, pl.Int32))
        .otherwise(pl.lit(31, pl.Int32))
    )
    exists = year.is_between(1, 9999) & month.is_between(1, 12) & (day >= 1) & (day <= length)
    # Years begin in March here, so that the leap day is the last of a year.
    shifted = year - (month <= 2).cast(pl.Int32)
    from_march = (month + 9) % 12
    of_year = (153 * from_march + 2) // 5 + day - 1
    total = 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + of_year - 719468
    return pl.when(exists).then(total.cast(pl.Int32))


@lru_cache(maxsize=1)
def _hijri_months() -> tuple[list[int], list[int]]:
    """Every Hijri month as year * 12 + month, and the days since 1970 of its first day."""
    first, last = HIJRI_YEARS
    keys = [(year, month) for year in range(first, last + 1) for month in range(1, 13)]
    days = [Hijri(year, month, 1).to_gregorian().toordinal() - _EPOCH for year, month in keys]
    return [year * 12 + month for year, month in keys], days


def hijri(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Days since 1970 of a Hijri date by Umm al-Qura; a 30th is believed in any month."""
    keys, starts = _hijri_months()
    year, month, day = (part.cast(pl.Int32) for part in (year, month, day))
    exists = month.is_between(1, 12) & day.is_between(1, 30)
    start = (year * 12 + month).replace_strict(keys, starts, default=None, return_dtype=pl.Int32)
    return pl.when(exists).then(start + day - 1)


@dataclass(frozen=True)
class Months:
    """A pattern that finds the names of one calendar's months (no group), and the number of each name."""

    pattern: str
    numbers: dict[str, int]

    def number(self, name: pl.Expr) -> pl.Expr:
        """1 to 12 for a name found by `pattern`."""
        key = name.str.replace_all(" ", "")
        return key.replace_strict(list(self.numbers), list(self.numbers.values()), default=None, return_dtype=pl.Int32)


@lru_cache(maxsize=8)
def month_names(reference: Reference) -> tuple[Months, Months]:
    """Gregorian and Hijri months, as `spoken` writes them."""
    return (
        _months(tables.words(reference.months, ["month"], ["name", "variants"])),
        _months(tables.words(reference.hijri_months, ["month"], ["canonical", "variants"])),
    )


def _months(words: pl.DataFrame) -> Months:
    names = spoken(text.plain(words["word"])).to_list()
    numbers = {name.replace(" ", ""): int(month) for name, month in zip(names, words["month"], strict=True)}
    longest_first = sorted(set(names), key=lambda name: (-len(name), name))
    pattern = "|".join(re.escape(name).replace(r"\ ", " ?") for name in longest_first)
    return Months(f"(?:{pattern})", numbers)


def spoken(values: pl.Series) -> pl.Series:
    """Text to find months in: lower case, `/` between digits, no points or apostrophes, single spaces."""
    values = values.str.to_lowercase()
    for _ in range(2):  # matches do not overlap: 3.4.24 takes two passes
        values = values.str.replace_all(r"([0-9]) ?[.\-] ?([0-9])", "${1}/${2}")
    values = values.str.replace_all(r"['`.]", "").str.replace_all(r"[\s,،\-_]+", " ")
    return values.str.strip_chars(" ")


# From independence on, and a hundred years.
FIRST, LAST = 1947, 2046  # the years that records can have, where nothing narrower is known


def four_digit_years(year: pl.Series, last: int = LAST) -> pl.Series:
    """Int32 years of written ones ("26", "2026"); null for what is no number and for a year before FIRST."""
    number = year.cast(pl.Int32, strict=False)
    full = pl.select(
        pl.when(year.str.len_chars() == 2).then(short_years(pl.lit(number), last)).otherwise(number)
    ).to_series()
    return pl.select(pl.when(full >= FIRST).then(full).cast(pl.Int32).alias("year")).to_series()


def short_years(year: pl.Expr, last: int = LAST) -> pl.Expr:
    """The whole year (Int32) of a number below a hundred."""
    here = year + pl.lit(last - last % 100, pl.Int32)
    return pl.when(here > last).then(here - 100).otherwise(here)


def four_digit_year(digits: str, last: int = LAST) -> int | None:
    """`whole` of one year; None for a year of four digits outside FIRST to `last` is the caller's to judge."""
    return four_digit_years(pl.Series("year", [digits]), last).item()  # type: ignore[no-any-return]
