"""Dates as officers write them: day first or month first by evidence, Hijri, serial numbers, nights between
two days.

A date that does not exist is null and a finding; nothing is rolled over. Time and offset behind a date are
dropped: the local day stands as written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import polars as pl

from recordkit.fields import calendars, shapes, text
from recordkit.reference import Reference

Order = Literal["dmy", "mdy"]

YEARS = (1947, 2046)
TOLERANCE = 2  # days by which a Hijri date may differ from the Gregorian one: the moon is sighted locally
_SERIAL_EPOCH = -25569  # 1899-12-30, one day before a spreadsheet's day 1, in days since 1970

_TIME = r"(?:(?:T|[ ,@]+(?:at )?)[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?.*)?"
_SEP = r"\s*[/.\-\\،,؍ ]\s*"
_YEAR = r"([0-9]{4}|[0-9]{2})"
_ERA = r"(?:\s*(?:AD|A\.D\.?|ء|ہجری|ھ|ہ|A\.?H\.?))?"
_ISO = rf"^([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}})(?:{_ERA}|{_TIME})$"
_NUMERIC = rf"^([0-9]{{1,2}}){_SEP}([0-9]{{1,2}}){_SEP}{_YEAR}(?:{_ERA}|{_TIME})$"
_COMPACT_ISO = r"^((?:19|20)[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$"
_COMPACT = r"^([0-9]{2})([0-9]{2})([0-9]{4}|[0-9]{2})$"
_SERIAL = r"^([0-9]{5})(?:\.[0-9]+)?$"
_NIGHT = rf"^[^0-9]*([0-9]{{1,2}})\s*(?:/|&|and|-|و)\s*([0-9]{{1,2}}){_SEP}([0-9]{{1,2}}){_SEP}{_YEAR}[^0-9]*$"
_WHOLE = r"[0-9]{1,4}\s?[/.\-]\s?[0-9]{1,2}\s?[/.\-]\s?[0-9]{2,4}"
_SPAN = rf"^[^0-9]*({_WHOLE})[^0-9]+({_WHOLE})[^0-9]*$"
_CORE = rf"(?:^|[^0-9])({_WHOLE})(?:[^0-9]|$)"
_START = r"(?:^|[^0-9])"
_END = r"(?:[^0-9]|$)"
_GAP = r"(?: ?(?:st|nd|rd|th))?(?: of)?[^0-9\p{L}]*"
_NOTHING = r"[^0-9\p{L}]*"
_SURNAME = r"(?: ?(?:ul|al|us|ur|un) [a-z]+| ?ال\p{L}+)?"  # Ramzan-ul-Mubarak


@dataclass(frozen=True)
class DateOrder:
    """How many values of a column can only be day first, only month first, or either."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0

    def __add__(self, other: DateOrder) -> DateOrder:
        return DateOrder(
            self.day_first + other.day_first,
            self.month_first + other.month_first,
            self.either + other.either,
        )

    @property
    def order(self) -> Order:
        """Day first, unless the evidence for month first is stronger."""
        return "mdy" if self.month_first > self.day_first else "dmy"

    @property
    def known(self) -> bool:
        """Whether there is any evidence, and more of it on one side."""
        return self.day_first != self.month_first


@dataclass(frozen=True)
class _Context:
    order: Order
    known: bool
    years: tuple[int, int]


def infer_order(values: pl.Series, counts: pl.Series | None = None) -> DateOrder:
    """Evidence of a column's order from its distinct values, each weighed by how often it occurs (else
    once).
    """
    parts = text.plain(values).str.extract_groups(_NUMERIC).struct.unnest()
    n = pl.lit(counts.cast(pl.Int64)) if counts is not None else pl.lit(1, pl.Int64)
    a, b = pl.col("1").cast(pl.Int32), pl.col("2").cast(pl.Int32)
    small_a, small_b = a.is_between(1, 12), b.is_between(1, 12)
    weighed = parts.with_columns(n=n)
    found = weighed.select(
        day_first=pl.col("n").filter(a.is_between(13, 31) & small_b).sum(),
        month_first=pl.col("n").filter(small_a & b.is_between(13, 31)).sum(),
        either=pl.col("n").filter(small_a & small_b & (a != b)).sum(),
    ).row(0, named=True)
    return DateOrder(**found)


def clean(
    values: pl.Series,
    order: DateOrder | str | None,
    reference: Reference,
    years: tuple[int, int] = YEARS,
) -> pl.DataFrame:
    """`date_from`, `date_to` (the same day unless a range is written), `calendar`, `ambiguous`, `codes`.

    `order`: the column's evidence, or "dmy" or "mdy" when it is declared, or None when nothing is known: then
    day first, and what could be either is marked. `years`: the first and last year that are believed; a two-
    digit year is put into the hundred years that end with the last one.

    RK302 unreadable, RK303 ambiguous, RK326 Hijri, RK327 two-digit year, RK328 serial, RK332 out of range,
    RK333 a range, RK337 contradicts the column's order, RK338 the Hijri and the Gregorian date of one cell
    differ.
    """
    evidence = order if isinstance(order, DateOrder) else None
    name: Order = evidence.order if evidence else ("mdy" if order == "mdy" else "dmy")
    known = evidence.known if evidence else order in ("dmy", "mdy")
    context = _Context(name, known, years)
    return _read(text.plain(values, reference), context, partial(_in_words, context=context, reference=reference))


def _read(written: pl.Series, context: _Context, other: shapes.Parser) -> pl.DataFrame:
    return shapes.by_shape(
        written,
        [
            (_ISO, partial(_year_first, pattern=_ISO, context=context)),
            (_NUMERIC, partial(_numeric, pattern=_NUMERIC, context=context)),
            (_SERIAL, partial(_serial, context=context)),
            (_COMPACT_ISO, partial(_year_first, pattern=_COMPACT_ISO, context=context)),
            (_COMPACT, partial(_numeric, pattern=_COMPACT, context=context)),
            (_NIGHT, partial(_night, context=context)),
            (_SPAN, partial(_span, context=context)),
        ],
        other,
    )


def _groups(values: pl.Series, pattern: str, *names: str) -> pl.DataFrame:
    """The groups of a pattern as Int32 columns, and `year_text`, the last of them as written."""
    found = values.str.extract_groups(pattern).struct.unnest()
    found.columns = list(names)
    year = found["year"].alias("year_text")
    return found.select(pl.col(name).cast(pl.Int32, strict=False) for name in names).with_columns(year)


def _year(context: _Context) -> pl.Expr:
    """The whole year of a written one: two digits go into the hundred years that end with the last year
    believed.
    """
    last = context.years[1]
    century = last - last % 100
    short = pl.col("year") + pl.lit(century, pl.Int32)
    short = pl.when(short > last).then(short - 100).otherwise(short)
    return pl.when(_short_year()).then(short).otherwise(pl.col("year"))


def _short_year() -> pl.Expr:
    return pl.col("year_text").str.len_chars() == 2


def _is_hijri(year: pl.Expr) -> pl.Expr:
    first, last = calendars.HIJRI_YEARS
    return year.is_between(first, last)


def _year_first(values: pl.Series, pattern: str, context: _Context) -> pl.DataFrame:
    parts = _groups(values, pattern, "year", "month", "day")
    return _finish(parts.with_columns(whole=pl.col("year")), context)


def _numeric(values: pl.Series, pattern: str, context: _Context) -> pl.DataFrame:
    parts = _groups(values, pattern, "a", "b", "year").with_columns(whole=_year(context))
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
        RK327=_short_year(),
        RK337=swapped,
    )
    return _finish(read, context)


def _serial(values: pl.Series, context: _Context) -> pl.DataFrame:
    days = values.str.extract(_SERIAL).cast(pl.Int32) + _SERIAL_EPOCH
    return _finish(pl.DataFrame({"from": days}).with_columns(RK328=pl.lit(True)), context)


def _night(values: pl.Series, context: _Context) -> pl.DataFrame:
    """`3/4-5-24`: from the third to the fourth of May. The first day of `30/1-5-24` is the last of April."""
    parts = _groups(values, _NIGHT, "first", "a", "b", "year").with_columns(whole=_year(context))
    return _finish_night(parts.rename({"a": "day", "b": "month"}), context)


def _finish_night(parts: pl.DataFrame, context: _Context) -> pl.DataFrame:
    last = calendars.gregorian(pl.col("whole"), pl.col("month"), pl.col("day"))
    same_month = calendars.gregorian(pl.col("whole"), pl.col("month"), pl.col("first"))
    day_before = (last - 1).cast(pl.Date)
    turned = pl.when(day_before.dt.day() == pl.col("first")).then(last - 1)
    read = parts.with_columns(last.alias("to")).with_columns(
        pl.when(pl.col("first") <= pl.col("day")).then(same_month).otherwise(turned).alias("from"),
        RK327=_short_year(),
        RK333=pl.lit(True),
    )
    return _finish(read.with_columns(pl.when(pl.col("from").is_not_null()).then(pl.col("to"))), context)


def _span(values: pl.Series, context: _Context) -> pl.DataFrame:
    """Two whole dates in a cell: from the first to the second."""
    parts = values.str.extract_groups(_SPAN).struct.unnest()
    return _range(*(_read(parts[name], context, _unreadable) for name in ("1", "2")))


def _range(first: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    """One output of two: from the first date to the second; null when one of them is unreadable."""
    both = first["date_from"].is_not_null() & last["date_from"].is_not_null()
    codes = shapes.merge_codes(first["codes"], last["codes"], shapes.codes({"RK333": both, "RK302": ~both}))
    frame = pl.DataFrame({"a": first["date_from"], "b": last["date_from"], "ok": both, "cal": first["calendar"]})
    return frame.select(
        pl.when("ok").then("a").alias("date_from"),
        pl.when("ok").then("b").alias("date_to"),
        pl.when("ok").then("cal").alias("calendar"),
        (first["ambiguous"] | last["ambiguous"]).alias("ambiguous"),
        codes,
    )


def _unreadable(values: pl.Series) -> pl.DataFrame:
    nothing = pl.Series("from", [None], dtype=pl.Int32).new_from_index(0, len(values))
    return _finish(pl.DataFrame({"from": nothing, "blank": values.is_null()}), None)


def _finish(parts: pl.DataFrame, context: _Context | None) -> pl.DataFrame:
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


def _bounded(parts: pl.DataFrame, context: _Context | None) -> pl.DataFrame:
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
    noted = [code for code in ("RK327", "RK328", "RK333", "RK337", "RK338") if code in parts.columns]
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
    return out.with_columns(shapes.codes(flags, parts))


def _in_words(values: pl.Series, context: _Context, reference: Reference) -> pl.DataFrame:
    """Dates with the name of a month, or with words around them."""
    hijri = calendars.month_names(reference)[1].pattern
    day_first = rf"{_START}([0-9]{{1,2}}){_GAP}({hijri}){_SURNAME}{_NOTHING}([0-9]{{4}})(?: ?(?:ah|h|ھ|ہ|ہجری))?"
    month_first = rf"(?:^|[^\p{{L}}])({hijri}){_SURNAME} ?([0-9]{{1,2}})[ /]+([0-9]{{4}})(?: ?(?:ah|h|ھ|ہ|ہجری))?"
    read = partial(_hijri_named, context=context, reference=reference)
    return shapes.by_shape(
        calendars.spoken(values),
        [
            (day_first, partial(read, pattern=day_first, names=("day", "month", "year"))),
            (month_first, partial(read, pattern=month_first, names=("month", "day", "year"))),
        ],
        partial(_gregorian_in_words, context=context, reference=reference),
    )


def _gregorian_in_words(values: pl.Series, context: _Context, reference: Reference) -> pl.DataFrame:
    name = calendars.month_names(reference)[0].pattern
    day_first = rf"([0-9]{{1,2}}){_GAP}({name}){_NOTHING}{_YEAR}"
    span = rf"{_START}{day_first}[^0-9]+{day_first}{_END}"
    night = rf"{_START}([0-9]{{1,2}}) ?(?:/|&|and|و| ) ?{day_first}{_END}"
    one = rf"{_START}{day_first}{_END}"
    month_first = rf"(?:^|[^\p{{L}}])({name}){_NOTHING}([0-9]{{1,2}})(?: ?(?:st|nd|rd|th))?[^0-9\p{{L}}]+{_YEAR}{_END}"
    year_first = rf"{_START}([0-9]{{4}}){_NOTHING}({name}){_NOTHING}([0-9]{{1,2}}){_END}"
    read = partial(_named, context=context, reference=reference)
    return shapes.by_shape(
        values,
        [
            (span, partial(_named_span, pattern=span, context=context, reference=reference)),
            (night, partial(read, pattern=night, names=("first", "day", "month", "year"))),
            (one, partial(read, pattern=one, names=("day", "month", "year"))),
            (month_first, partial(read, pattern=month_first, names=("month", "day", "year"))),
            (year_first, partial(read, pattern=year_first, names=("year", "month", "day"))),
            (_CORE, lambda s: _read(s.str.extract(_CORE), context, _unreadable)),
        ],
        _unreadable,
    )


def _named_parts(
    values: pl.Series, pattern: str, names: tuple[str, ...], months: calendars.Months, context: _Context
) -> pl.DataFrame:
    """The groups of a pattern with a month's name as whole numbers, the year in full."""
    found = values.str.extract_groups(pattern).struct.unnest()
    found.columns = list(names)
    parts = found.select(
        months.number(pl.col(name)).alias(name) if name == "month" else pl.col(name).cast(pl.Int32) for name in names
    ).with_columns(found["year"].alias("year_text"))
    return parts.with_columns(whole=_year(context), RK327=_short_year())


def _named(
    values: pl.Series, pattern: str, names: tuple[str, ...], context: _Context, reference: Reference
) -> pl.DataFrame:
    parts = _named_parts(values, pattern, names, calendars.month_names(reference)[0], context)
    return _finish_night(parts, context) if "first" in names else _finish(parts, context)


def _named_span(values: pl.Series, pattern: str, context: _Context, reference: Reference) -> pl.DataFrame:
    months = calendars.month_names(reference)[0]
    groups = values.str.extract_groups(pattern).struct.unnest()
    ends = []
    for columns in (groups.columns[:3], groups.columns[3:]):
        parts = groups.select(columns)
        parts.columns = ["day", "month", "year"]
        number = months.number(pl.col("month"))
        short = pl.col("year").alias("year_text")
        parts = parts.select(pl.col("day").cast(pl.Int32), number, pl.col("year").cast(pl.Int32), short)
        ends.append(_finish(parts.with_columns(whole=_year(context), RK327=_short_year()), context))
    return _range(*ends)


def _hijri_named(
    values: pl.Series, pattern: str, names: tuple[str, ...], context: _Context, reference: Reference
) -> pl.DataFrame:
    """A Hijri date; a Gregorian one beside it in the same cell goes first, and they should agree."""
    months = calendars.month_names(reference)[1]
    parts = _named_parts(values, pattern, names, months, context)
    hijri = _finish(parts, context)
    rest = values.str.replace(pattern, " ")
    beside = _gregorian_in_words(
        pl.select(pl.when(rest.str.count_matches("[0-9]") >= 4).then(rest)).to_series(), context, reference
    )
    stated = beside["date_from"].is_not_null()
    apart = (beside["date_from"] - hijri["date_from"]).dt.total_days().abs() > TOLERANCE
    beside = beside.with_columns(shapes.merge_codes(beside["codes"], shapes.codes({"RK338": apart & stated})))
    return pl.select(pl.when(stated).then(beside[name]).otherwise(hijri[name]).alias(name) for name in hijri.columns)
