"""Dates from their parts: the year in full, the order of day and month, ranges, and what is believed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from recordkit.fields import calendars, dispatch

Middle = Literal["month", "day", "doubt"]  # what stands in the middle of 2026-05-07
Order = Literal["dmy", "mdy", "ymd"]  # ymd: of years of two digits too

# As calendars.FIRST and LAST: from independence on.
YEARS = (1947, 2046)
_SERIAL_EPOCH = -25569  # 1899-12-30, one day before a spreadsheet's day 1, in days since 1970
# Days from 1900 to 1904 in the two date systems of Excel (ECMA-376, part 1, 18.17.4.1).
_DAYS_TO_1904 = 1462


@dataclass(frozen=True)
class Context:
    """The order of a column and the years that are believed: what reading its dates depends on."""

    order: Order
    known: bool
    years: tuple[int, int]
    turned: bool = False  # day and month of real dates may be exchanged
    zone: str | None = None
    epoch: int = 1900  # the year from which the workbook counts its days
    middle: Middle = "month"


def groups(values: pl.Series, pattern: str, *names: str) -> pl.DataFrame:
    """The groups of a pattern as Int32 columns, and `year_text`, the last of them as written."""
    found = values.str.extract_groups(pattern).struct.unnest()
    found.columns = list(names)
    year = found["year"].alias("year_text")
    return found.select(pl.col(name).cast(pl.Int32, strict=False) for name in names).with_columns(year)


def four_digit_year(context: Context) -> pl.Expr:
    """The whole year of a written one: two digits go into the hundred years that end with the last year
    believed.
    """
    last = context.years[1]
    century = last - last % 100
    short = pl.col("year") + pl.lit(century, pl.Int32)
    short = pl.when(short > last).then(short - 100).otherwise(short)
    return pl.when(short_year()).then(short).otherwise(pl.col("year"))


def short_year() -> pl.Expr:
    """Whether the year was written with two digits."""
    return pl.col("year_text").str.len_chars() == 2


def _is_hijri(year: pl.Expr) -> pl.Expr:
    first, last = calendars.HIJRI_YEARS
    return year.is_between(first, last)


def year_first(values: pl.Series, pattern: str, context: Context) -> pl.DataFrame:
    """`2026-07-03` and its like."""
    parts = groups(values, pattern, "year", "month", "day")
    if context.middle != "month" and "[-/.]" in pattern:  # 20260507 has no order but its own
        return _day_middle(parts, context)
    either = (pl.col("day") <= 12) & (pl.col("day") != pl.col("month"))
    doubt = {"RK303": either} if context.turned else {}
    return finish(parts.with_columns(whole=pl.col("year"), **doubt), context)


def _day_middle(parts: pl.DataFrame, context: Context) -> pl.DataFrame:
    """`2026-25-07` and its like; where the order is in doubt, what could be either is no date."""
    middle, last = pl.col("month"), pl.col("day")
    may = middle.is_between(1, 31) & last.is_between(1, 12)  # year-day-month
    either = may & (middle <= 12) & (middle != last)
    lost = either & pl.lit(context.middle == "doubt")
    read = parts.with_columns(
        whole=pl.col("year"),
        month=pl.when(lost).then(None).when(may).then(last).otherwise(middle),
        day=pl.when(may).then(middle).otherwise(last),
    )
    out = finish(read, context)
    codes = dispatch.codes({"RK391": may & (middle != last)}, parts)
    return out.with_columns(dispatch.merge_codes(out["codes"], codes))


def zoned(values: pl.Series, pattern: str, context: Context) -> pl.DataFrame:
    """`2026-07-03T21:30:00Z`: the day that it was where the sender is."""
    day, time, offset = values.str.extract_groups(pattern).struct.unnest().get_columns()
    plain = offset.str.replace("Z", "+0000", literal=True).str.replace(":", "", literal=True)
    moment = (day + "T" + time + plain).str.to_datetime("%Y-%m-%dT%H:%M%z", strict=False, time_zone="UTC")
    local = moment.dt.convert_time_zone(context.zone or "UTC").dt.date()
    return finish(pl.DataFrame({"from": local.cast(pl.Int32)}), context)


def numeric(values: pl.Series, pattern: str, context: Context) -> pl.DataFrame:
    """`3/7/26`: day or month first, by the order of the column."""
    if context.order == "ymd":
        return _short_year_first(values, pattern, context)
    parts = groups(values, pattern, "a", "b", "year").with_columns(whole=four_digit_year(context))
    hijri = _is_hijri(pl.col("whole"))  # the Hijri calendar is always written day first
    a, b = pl.col("a"), pl.col("b")
    month_first = pl.lit(context.order == "mdy") & ~hijri
    fits = pl.when(month_first).then(a <= 12).otherwise(b <= 12)
    swapped = ~fits & ~hijri & pl.when(month_first).then(b <= 12).otherwise(a <= 12)
    by_month = month_first ^ swapped
    ambiguous = a.is_between(1, 12) & b.is_between(1, 12) & (a != b) & ~hijri & pl.lit(not context.known)
    read = parts.with_columns(
        day=pl.when(by_month).then(b).otherwise(a),
        month=pl.when(by_month).then(a).otherwise(b),
        RK303=ambiguous,
        RK327=short_year(),
        RK337=swapped,
    )
    return finish(read, context)


def _short_year_first(values: pl.Series, pattern: str, context: Context) -> pl.DataFrame:
    """`26-03-13` in a column that puts the year first; what cannot be read so is read day first, and told."""
    first = values.str.extract(pattern, 1)
    parts = groups(values, pattern, "a", "b", "year")
    turned = pl.DataFrame({"year": parts["a"], "month": parts["b"], "day": parts["year"], "year_text": first})
    turned = turned.with_columns(whole=four_digit_year(context), RK327=pl.lit(True), RK377=pl.lit(True))
    read = finish(turned, context)
    other = numeric(values, pattern, replace(context, order="dmy"))
    fits = (parts["year_text"].str.len_chars() == 2) & (first.str.len_chars() == 2) & read["date_from"].is_not_null()
    codes = dispatch.merge_codes(other["codes"], dispatch.codes({"RK337": other["date_from"].is_not_null()}))
    other = other.with_columns(codes)
    keep = pl.lit(fits.fill_null(False))
    return pl.select(pl.when(keep).then(read[name]).otherwise(other[name]).alias(name) for name in read.columns)


def serial(values: pl.Series, pattern: str, context: Context) -> pl.DataFrame:
    """A spreadsheet's number of a day."""
    days = values.str.extract(pattern).cast(pl.Int32) + _SERIAL_EPOCH
    days = days + _DAYS_TO_1904 if context.epoch == 1904 else days
    return finish(pl.DataFrame({"from": days}).with_columns(RK328=pl.lit(True)), context)


def night(values: pl.Series, pattern: str, context: Context) -> pl.DataFrame:
    """`3/4-5-24`: from the third to the fourth of May. The first day of `30/1-5-24` is the last of April."""
    parts = groups(values, pattern, "first", "a", "b", "year").with_columns(whole=four_digit_year(context))
    return finish_night(parts.rename({"a": "day", "b": "month"}), context)


def finish_night(parts: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Both days of a night, from the parts of its last day and the number of its first."""
    last = calendars.gregorian(pl.col("whole"), pl.col("month"), pl.col("day"))
    same_month = calendars.gregorian(pl.col("whole"), pl.col("month"), pl.col("first"))
    day_before = (last - 1).cast(pl.Date)
    turned = pl.when(day_before.dt.day() == pl.col("first")).then(last - 1)
    read = parts.with_columns(last.alias("to")).with_columns(
        pl.when(last.is_null())
        .then(None)
        .when(pl.col("first") <= pl.col("day"))
        .then(same_month)
        .otherwise(turned)
        .alias("from"),
        RK327=short_year(),
        RK333=pl.lit(True),
    )
    return finish(read.with_columns(pl.when(pl.col("from").is_not_null()).then(pl.col("to"))), context)


def span(first: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    """One output of two: from the first date to the second; null when one of them is unreadable."""
    both = first["date_from"].is_not_null() & last["date_from"].is_not_null()
    codes = dispatch.merge_codes(first["codes"], last["codes"], dispatch.codes({"RK333": both, "RK302": ~both}))
    frame = pl.DataFrame({"a": first["date_from"], "b": last["date_from"], "ok": both, "cal": first["calendar"]})
    return frame.select(
        pl.when("ok").then("a").alias("date_from"),
        pl.when("ok").then("b").alias("date_to"),
        pl.when("ok").then("cal").alias("calendar"),
        (first["ambiguous"] | last["ambiguous"]).alias("ambiguous"),
        codes,
    )


def unreadable(values: pl.Series) -> pl.DataFrame:
    """The output for cells that no shape fits: no date, and RK302 where something is written."""
    nothing = pl.Series("from", [None], dtype=pl.Int32).new_from_index(0, len(values))
    return finish(pl.DataFrame({"from": nothing, "blank": values.is_null()}), None)


def finish(parts: pl.DataFrame, context: Context | None) -> pl.DataFrame:
    """The output of rows with `from` (days), or `whole`, `month`, `day`; and the codes that are columns
    already.
    """
    hijri = pl.lit(False)
    if "from" not in parts.columns:
        year, month, day = pl.col("whole"), pl.col("month"), pl.col("day")
        hijri = _is_hijri(year)
        days = pl.when(hijri).then(calendars.hijri(year, month, day)).otherwise(calendars.gregorian(year, month, day))
        parts = parts.with_columns(days.alias("from"), hijri.fill_null(False).alias("hijri"))
    else:
        parts = parts.with_columns(hijri=pl.lit(False))
    if "to" not in parts.columns:
        parts = parts.with_columns(to=pl.lit(None, pl.Int32))
    return _bounded(parts, context)


def _bounded(parts: pl.DataFrame, context: Context | None) -> pl.DataFrame:
    first, last = context.years if context else YEARS
    day = pl.col("from").cast(pl.Int32).cast(pl.Date)
    outside = ~day.dt.year().is_between(first, last)
    if "whole" in parts.columns:
        stated = pl.col("whole")
        outside = outside.fill_null(~(stated.is_between(first, last) | _is_hijri(stated)))
    parts = parts.with_columns(outside=outside.fill_null(False))
    if "blank" not in parts.columns:
        parts = parts.with_columns(blank=pl.lit(False))
    good = pl.col("from").is_not_null() & ~pl.col("outside")
    noted = [code for code in ("RK327", "RK328", "RK333", "RK337", "RK338", "RK377") if code in parts.columns]
    ambiguous = (pl.col("RK303") & good) if "RK303" in parts.columns else pl.lit(False)
    flags: dict[str, pl.Expr | pl.Series] = {
        "RK302": pl.col("from").is_null() & ~pl.col("outside") & ~pl.col("blank"),
        "RK332": pl.col("outside"),
        "RK303": ambiguous,
        "RK326": pl.col("hijri") & good,
        **{code: pl.col(code) & good for code in noted},
    }
    out = parts.select(
        pl.when(good).then(day).alias("date_from"),
        pl.when(good).then(pl.coalesce("to", "from").cast(pl.Int32).cast(pl.Date)).alias("date_to"),
        pl.when(good & pl.col("hijri")).then(pl.lit("hijri")).when(good).then(pl.lit("gregorian")).alias("calendar"),
        ambiguous.fill_null(False).alias("ambiguous"),
    )
    return out.with_columns(dispatch.codes(flags, parts))
