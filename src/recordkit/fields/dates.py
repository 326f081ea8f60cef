"""Dates as officers write them: day first or month first by evidence, Hijri, serial numbers, nights between
two days.

A date that does not exist is null and a finding; nothing is rolled over. The time behind a date is dropped: the
local day stands as written. Only a time with another zone's offset is told in the sender's zone first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import polars as pl

from recordkit.fields import calendars, date_parts, date_words, dispatch, particulars, text
from recordkit.fields.date_parts import YEARS, Order
from recordkit.fields.own_threads import keeps_patterns
from recordkit.reference import Reference

# Of a year: a larger number is a day.
MONTHS = 12
FEW_TURNED = 2  # distinct real dates below which nothing is concluded
# Share of the dates that must turn out near the others. By judgement.
MOSTLY_TURNED = 0.75
FEW_MIDDLE = 3  # distinct values that can only have the day in the middle, from which on the column is read so
TOLERANCE = 2  # days by which a Hijri date may differ from the Gregorian one: the moon is sighted locally

_HOURS = r"(?:[01][0-9]|2[0-3])[0-5][0-9]"
_TIME = (
    r"(?:(?:T|[ ,@]+(?:at )?)[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?.*"
    rf"|(?i:[ ,@\-]+(?:at )?{_HOURS} ?h(?:ou)?rs?\.?)"
    r"|(?i:[ ,@]+(?:at )?(?:0?[1-9]|1[0-2]) ?[ap]\.?m\.?))?"
)
_SEP = r"\s*[/.\-\\،,؍ _|]\s*"
_YEAR = r"'?([0-9]{4}|[0-9]{2})"
_ERA = r"(?:\s*(?:AD|A\.D\.?|ء|ہجری|ھ|ہ|A\.?H\.?))?"
_OFFSET = r"(?::[0-9]{2}(?:[.,][0-9]+)?)? ?(Z|[+\-][0-9]{2}:?[0-9]{2})"
_ZONED = rf"^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[T ]([0-9]{{2}}:[0-9]{{2}}){_OFFSET}$"
_ISO = rf"^([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}})(?:{_ERA}|{_TIME})$"
_NUMERIC = rf"^([0-9]{{1,2}}){_SEP}([0-9]{{1,2}}){_SEP}{_YEAR}(?:{_ERA}|{_TIME})$"
_COMPACT_ISO = r"^((?:19|20)[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$"
_COMPACT = r"^([0-9]{2})([0-9]{2})([0-9]{4}|[0-9]{2})$"
_SERIAL = r"^([0-9]{5})(?:\.[0-9]+)?$"
_BEFORE = r"^(?:[^0-9]*[^0-9OoQIl|])?"  # a letter that touches a figure may be a digit of it
_WHOLE = date_words.WHOLE
_SPAN = rf"{_BEFORE}({_WHOLE})[^0-9OoQIl|](?:[^0-9]*[^0-9OoQIl|])?({_WHOLE})(?:[^0-9OoQIl|][^0-9]*)?$"
# 13-10-2026 23:00 - 14-10-2026 05:00: the time behind either day, or before the last.
_HOUR = r"(?:[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?(?: ?[ap]\.?m\.?)?|[0-9]{1,2} ?[ap]\.?m\.?|[0-9]{3,4} ?h(?:ou)?rs?)"
_BETWEEN = r"[^0-9OoQIl|](?:[^0-9]{0,29}[^0-9OoQIl|])?"
_TIMED = (
    rf"(?i:{_BEFORE}({_WHOLE})(?:[^0-9OoQIl|][^0-9]{{0,11}}{_HOUR})?(?-i:{_BETWEEN})(?:{_HOUR}[^0-9]{{0,11}}[^0-9OoQIl|])?"
    rf"({_WHOLE})(?:[^0-9OoQIl|][^0-9]{{0,11}}{_HOUR})?(?-i:$|[^0-9OoQIl|][^0-9]*$))"
)
# 03-07-26 2030: figures behind a year of two digits, which one sign parts from the month and the month from the day.
_WITH_HOURS = tuple(rf"^([0-9]{{1,2}}){sep}([0-9]{{1,2}}){sep}([0-9]{{2}})[ ,]+{_HOURS}$" for sep in (r"\.", "-", "/"))
# 30.06/01.07.2026, 30/6-1/7/2026: what parts the two days is not what parts day and month.
_HALVES = tuple(
    rf"{_BEFORE}([0-9]{{1,2}}){sep}([0-9]{{1,2}})\s*{between}\s*([0-9]{{1,2}}{sep}[0-9]{{1,2}}{sep}(?:[0-9]{{4}}|[0-9]{{2}}))"
    for sep, between in ((r"[.\-]", "/"), (r"[/.]", "-"))
)
_REST = r"(?:[^0-9].*)?$"
_WHOLE_YEAR = r"(?:^|[^0-9:.])(?:19|20)[0-9]{2}(?:[^0-9:.]|$)"
_COLONS = r"\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?(?: ?[AaPp]\.?[Mm]\b\.?)?"
_START = r"(?:^|[^0-9OoQIil|])"
_END = r"(?:[^0-9OoQIl|]|$)"
# One or two figures beside it are a part of it that was torn off (1 4-07-2026), unless they are a time.
_CORE = (
    rf"(?:^|[^0-9OoQIl|\s]|[^0-9\s]\s+|[0-9]:[0-9]{{2}}\s+)({_WHOLE})"
    r"(?:$|[^0-9OoQIl|\s]|\s+(?:$|[^0-9\s]|[0-9]{1,2}[:.][0-9]|[0-9]{3}))"
)
_TORN = rf"[OoQIl|][0-9]{{1,2}}\s?[/.\-]|/{_WHOLE}"  # what stands before it belongs to it
_STATED = re.compile(r"(?i)(?<![a-z])(d{1,2}|m{1,3}|y{1,4})\W*(d{1,2}|m{1,3})\W*(d{1,2}|m{1,3}|y{1,4})(?![a-z])")
_LIKE_DIGITS = {"O": "0", "o": "0", "Q": "0", "I": "1", "l": "1", "|": "1"}
_LETTERED = rf"^[0-9OoQIl|]{{1,2}}{_SEP}[0-9OoQIl|]{{1,2}}{_SEP}(?:[0-9OoQIl|]{{4}}|[0-9OoQIl|]{{2}})$"
_GAP = date_words.GAP
_NOTHING = r"[^0-9\p{L}]*"
_SURNAME = date_words.SURNAME


@dataclass(frozen=True)
class DateOrder:
    """How many values of a column can only be day first, only month first, or either."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0
    turned: bool = False  # the real dates beside the texts have day and month exchanged
    year_first: bool = False  # every date can be read with its two-digit year first, and only so do the days vary
    day_middle: int = 0  # distinct dates with the year of four digits first that only year-day-month can be
    day_last: int = 0  # and those that only year-month-day can be

    def __add__(self, other: DateOrder) -> DateOrder:
        return DateOrder(
            self.day_first + other.day_first,
            self.month_first + other.month_first,
            self.either + other.either,
            self.turned or other.turned,
            self.year_first or other.year_first,
            self.day_middle + other.day_middle,
            self.day_last + other.day_last,
        )

    @property
    def middle(self) -> date_parts.Middle:
        """Where the day of 2026-05-07 stands: in the middle when the column says so and nothing speaks against it;
        nobody knows (doubt) when there is only a little evidence for that, or more than for the usual order."""
        if self.day_middle >= FEW_MIDDLE and not self.day_last:
            return "day"
        return "doubt" if self.day_middle > self.day_last else "month"

    @property
    def order(self) -> Order:
        """Day first, unless the evidence for month first or for year first is stronger."""
        if self.year_first:
            return "ymd"
        return "mdy" if self.month_first > self.day_first else "dmy"

    @property
    def known(self) -> bool:
        """Whether there is any evidence, and more of it on one side."""
        return self.year_first or self.day_first != self.month_first

    def contradicts(self, declared: str) -> bool:
        """Whether the column's own dates speak against a declared order of day and month."""
        return declared in ("dmy", "mdy") and self.known and self.order != declared


def infer_order(values: pl.Series, counts: pl.Series | None = None) -> DateOrder:
    """Evidence of a column's order from its distinct values, each weighed by how often it occurs (else
    once).
    """
    written = text.plain(values)
    parts = written.str.extract_groups(_NUMERIC).struct.unnest()
    n = pl.lit(counts.cast(pl.Int64)) if counts is not None else pl.lit(1, pl.Int64)
    a, b = pl.col("1").cast(pl.Int32), pl.col("2").cast(pl.Int32)
    small_a, small_b = a.is_between(1, 12), b.is_between(1, 12)
    weighed = parts.with_columns(n=n)
    found = weighed.select(
        day_first=pl.col("n").filter(a.is_between(13, 31) & small_b).sum(),
        month_first=pl.col("n").filter(small_a & b.is_between(13, 31)).sum(),
        either=pl.col("n").filter(small_a & small_b & (a != b)).sum(),
    ).row(0, named=True)
    turned = found["day_first"] > 0 == found["month_first"] and _turned(written, parts)
    return DateOrder(**found, turned=turned, year_first=_year_first(parts), **_middles(written))


def _middles(written: pl.Series) -> dict[str, int]:
    """day_middle and day_last of DateOrder."""
    iso = written.str.extract_groups(_ISO).struct.unnest().drop_nulls("1")
    middle, last = pl.col("2").cast(pl.Int32), pl.col("3").cast(pl.Int32)
    days = (MONTHS + 1, 31)
    return iso.select(
        day_middle=(middle.is_between(*days) & last.is_between(1, MONTHS)).sum().cast(pl.Int64),
        day_last=(middle.is_between(1, MONTHS) & last.is_between(*days)).sum().cast(pl.Int64),
    ).row(0, named=True)


def with_declared_order(order: str, found: DateOrder) -> DateOrder:
    """A declared order of day and month, beside what the column's own dates say of those with the year first."""
    return DateOrder(
        day_first=int(order == "dmy"), month_first=int(order == "mdy"), year_first=order == "ymd",
        day_middle=found.day_middle, day_last=found.day_last,
    )  # fmt: skip


def _year_first(parts: pl.DataFrame) -> bool:
    """Whether two-digit years stand first: 26-03-13, 26-03-14. Read so, all days exist and differ where the years do
    not; read day first, a column of one day would be of many years.
    """
    short = parts.drop_nulls()
    if short.is_empty() or (short["3"].str.len_chars() != 2).any() or (short["1"].str.len_chars() != 2).any():
        return False
    year, month, day = (short[name].cast(pl.Int32) for name in ("1", "2", "3"))
    fits = bool(month.is_between(1, MONTHS).all() and day.is_between(1, 31).all())
    plain = bool((year > MONTHS).all())  # 01-02-03: any order, and nobody can say
    return fits and plain and (bool((year > 31).any()) or year.n_unique() < day.n_unique())


def stated_order(header: str | None) -> Order | None:
    """The order that a header states: `Date (mm/dd/yyyy)`, `DD-MM-YY`, `yyyy-mm-dd`; None when it states none."""
    letters = _stated_letters(header)
    return letters if letters in ("dmy", "mdy", "ymd") else None  # type: ignore[return-value]


def _stated_letters(header: str | None) -> str:
    found = _STATED.search(header or "")
    return "".join(part[0].lower() for part in found.groups()) if found else ""


def with_header(order: DateOrder | str, header: str | None, found: DateOrder) -> DateOrder | str:
    """The order of a column, and that its header states the day in the middle (`yyyy-dd-mm`): it is read so where none
    of its dates speaks against it; else nobody knows. `found` is what its dates say."""
    if _stated_letters(header) != "ydm":
        return order
    known = order if isinstance(order, DateOrder) else with_declared_order(order, found)
    sure = max(FEW_MIDDLE, found.day_middle, found.day_last + 1)
    return replace(known, day_middle=sure, day_last=found.day_last)


def header_contradicts(header: str | None, declared: str) -> bool:
    """Whether a header states another order of its dates than the declaration."""
    stated = stated_order(header)
    return stated is not None and declared in ("dmy", "mdy", "ymd") and stated != declared


def _turned(written: pl.Series, parts: pl.DataFrame) -> bool:
    """Whether a machine that puts the month first has read dates that put the day first: what it could read became a
    real date with day and month exchanged, the rest stayed a text. Then no text could be read with the month first,
    no real date has a day above twelve, and the days of those are the months of the texts.
    """
    texts = parts.select(a=pl.col("1").cast(pl.Int32), b=pl.col("2").cast(pl.Int32)).drop_nulls()
    iso = written.str.extract_groups(_ISO).struct.unnest().drop_nulls("1")
    real = iso.select(month=pl.col("2").cast(pl.Int32), day=pl.col("3").cast(pl.Int32))
    if real.height < FEW_TURNED or (texts["a"] <= MONTHS).any() or (real["day"] > MONTHS).any():
        return False
    months = texts["b"].unique()
    as_days = real["day"].is_in(months.implode()).mean()
    as_months = real["month"].is_in(months.implode()).mean()
    return isinstance(as_days, float) and isinstance(as_months, float) and as_days >= MOSTLY_TURNED > as_months


def clean(
    values: pl.Series,
    order: DateOrder | str | None,
    reference: Reference,
    *,
    years: tuple[int, int] = YEARS,
    zone: str | None = None,
    epoch: int = 1900,
) -> pl.DataFrame:
    """`date_from`, `date_to` (the same day unless a range is written), `calendar`, `ambiguous`, `codes`.

    `order`: the column's evidence, or "dmy" or "mdy" when it is declared, or None when nothing is known: then
    day first, and what could be either is marked. `years`: the first and last year that are believed; a two-
    digit year is put into the hundred years that end with the last one. `zone`: the sender's time zone; a time that
    is written with an offset falls on the day that it was there. None: the day as written. `epoch`: 1904 when
    the workbook counts its days from there.

    RK302 unreadable, RK303 ambiguous, RK326 Hijri, RK327 two-digit year, RK328 serial, RK332 out of range,
    RK333 a range, RK337 contradicts the column's order, RK338 the Hijri and the Gregorian date of one cell
    differ, RK391 the day stands in the middle, RK377 a two-digit year first, RK379 something beside the date that
    is not used, RK361 a day before or after it, RK339 a date that is not sure, RK340 the weekday of another day.
    """
    return read(values, context=context(order, years, zone, epoch), reference=reference)


def context(
    order: DateOrder | str | None, years: tuple[int, int] = YEARS, zone: str | None = None, epoch: int = 1900
) -> date_parts.Context:
    """What `read` must know of a column: see `clean`."""
    evidence = order if isinstance(order, DateOrder) else None
    name: Order = evidence.order if evidence else (order if order in ("mdy", "ymd") else "dmy")  # type: ignore[assignment]
    known = evidence.known if evidence else order in ("dmy", "mdy", "ymd")
    turned, middle = (evidence.turned, evidence.middle) if evidence else (False, "month")
    return date_parts.Context(name, known, years, turned, zone, epoch, middle)


@dispatch.remembered
def read(values: pl.Series, context: date_parts.Context, reference: Reference) -> pl.DataFrame:
    """`clean` for a column of which the order is settled."""
    written = text.plain(values, reference)
    found = _read(written, context, reference, partial(_in_words, context=context, reference=reference))
    return date_words.with_words(found, written, reference)


@dispatch.remembered
def read_one_day(values: pl.Series, context: date_parts.Context, reference: Reference) -> pl.DataFrame:
    """`read` for what happens on one day: RK362 where the cell has two; the first stays."""
    found = read(values, context=context, reference=reference)
    two = (found["date_from"] != found["date_to"]).fill_null(False)
    return found.with_columns(dispatch.merge_codes(found["codes"], dispatch.codes({"RK362": two})))


def _read(
    written: pl.Series, context: date_parts.Context, reference: Reference, other: dispatch.Parser
) -> pl.DataFrame:
    two = partial(_half_span, context=context, reference=reference)
    night, half_span = _with_words(reference)
    return dispatch.by_shape(
        written,
        [
            *([(_ZONED, partial(date_parts.zoned, pattern=_ZONED, context=context))] if context.zone else []),
            (_TIMED, partial(_span, pattern=_TIMED, context=context, reference=reference)),
            (_ISO, partial(date_parts.year_first, pattern=_ISO, context=context)),
            (_NUMERIC, partial(date_parts.numeric, pattern=_NUMERIC, context=context)),
            *((form, partial(date_parts.numeric, pattern=form, context=context)) for form in _WITH_HOURS),
            (_SERIAL, partial(date_parts.serial, pattern=_SERIAL, context=context)),
            (_COMPACT_ISO, partial(date_parts.year_first, pattern=_COMPACT_ISO, context=context)),
            (_COMPACT, partial(date_parts.numeric, pattern=_COMPACT, context=context)),
            (night, partial(date_parts.night, pattern=night, context=context)),
            *(
                (f"{half}{_REST}", _used_up(partial(two, pattern=f"{half}{_REST}"), half, reference))
                for half in (half_span, *_HALVES)
            ),
            (_SPAN, partial(_span, pattern=_SPAN, context=context, reference=reference)),
            (_LETTERED, partial(_lettered, context=context)),
        ],
        other,
    )


@lru_cache(maxsize=8)
def _with_words(reference: Reference) -> tuple[str, str]:
    """Patterns of a night (3/4-5-24, 3 and 4-5-24) and of two days of which the last has the year."""
    joined = particulars.words(reference, "joined", "code_detail")
    between = particulars.words(reference, "between", "date_range")
    night = (
        rf"(?i:{_BEFORE}([0-9]{{1,2}})\s*(?:/|&|-|{joined})\s*)([0-9]{{1,2}}){_SEP}([0-9]{{1,2}}){_SEP}{_YEAR}[^0-9]*$"
    )
    half = (
        rf"(?i){_BEFORE}([0-9]{{1,2}})\s?[/.\-]\s?([0-9]{{1,2}})\s*(?:&|{between})\s*"
        r"([0-9]{1,2}\s?[/.\-]\s?[0-9]{1,2}\s?[/.\-]\s?(?:[0-9]{4}|[0-9]{2}))"
    )
    return night, half


def _lettered(values: pl.Series, context: date_parts.Context) -> pl.DataFrame:
    """A date with letters that look like digits among its figures: O3-07-2026."""
    figures = values.str.replace_many(list(_LIKE_DIGITS), list(_LIKE_DIGITS.values()))
    found = date_parts.numeric(figures, pattern=_NUMERIC, context=context)
    read = found["date_from"].is_not_null()
    return found.with_columns(dispatch.merge_codes(found["codes"], dispatch.codes({"RK334": read})))


def _span(values: pl.Series, pattern: str, context: date_parts.Context, reference: Reference) -> pl.DataFrame:
    """Two whole dates in a cell: from the first to the second."""
    parts = values.str.extract_groups(pattern).struct.unnest()
    return date_parts.span(*(_read(parts[name], context, reference, date_parts.unreadable) for name in ("1", "2")))


def _in_words(values: pl.Series, context: date_parts.Context, reference: Reference) -> pl.DataFrame:
    """Dates with the name of a month, or with words around them."""
    hijri = calendars.month_names(reference)[1].pattern
    era = rf"(?: ?(?:h|{date_words.eras(reference)}))?"
    day_first = rf"{_START}([0-9]{{1,2}}){_GAP}({hijri}){_SURNAME}{_NOTHING}([0-9]{{4}}){era}"
    month_first = rf"(?:^|[^\p{{L}}])({hijri}){_SURNAME} ?([0-9]{{1,2}})[ /]+([0-9]{{4}}){era}"
    read = partial(_hijri_named, context=context, reference=reference)
    return dispatch.by_shape(
        _without_times(calendars.spoken(values), reference),
        [
            (day_first, partial(read, pattern=day_first, names=("day", "month", "year"))),
            (month_first, partial(read, pattern=month_first, names=("month", "day", "year"))),
        ],
        partial(_gregorian_in_words, context=context, reference=reference),
    )


def _without_times(values: pl.Series, reference: Reference) -> pl.Series:
    """Cells with a whole year without the times in them, which are never the year (`Fri Jul 03 22:30:00 PKT 2026`),
    and without the words for a year in front of it."""
    zone, year = date_words.words(reference, ("zone",)), date_words.words(reference, ("year",))
    timed = (values.str.contains(_WHOLE_YEAR) & values.str.contains(_COLONS)).fill_null(False)
    time = rf"{_COLONS}(?:\s+(?i:{zone})\b)?"
    values = dispatch.where(values, timed, lambda some: some.str.replace_all(time, " ").str.strip_chars(" "))
    hours = rf"({_WHOLE}[^0-9]+)(?:0?[1-9]|1[0-2]) ?(?:{date_words.times(reference)})\b"
    values = dispatch.where(values, values.str.contains(hours), dispatch.replace_all(hours, "${1} "))
    called = rf"(?i)[\s,]+(?:{year})[\s.:]*([0-9]{{2,4}})"
    return dispatch.where(values, values.str.contains(called), dispatch.replace_all(called, " ${1}"))


@keeps_patterns
def _gregorian_in_words(values: pl.Series, context: date_parts.Context, reference: Reference) -> pl.DataFrame:
    name = calendars.month_names(reference)[0].pattern
    day_first = rf"([0-9]{{1,2}}){_GAP}({name}){_NOTHING}{_YEAR}"
    to = particulars.words(reference, "between", "date_range")
    clock = rf"(?:[^0-9]{{1,12}}(?i:{_HOUR}))?"
    span = rf"{_START}{day_first}{clock}[^0-9]+{day_first}{_END}"
    night = rf"{_START}([0-9]{{1,2}})(?:st|nd|rd|th)? ?(?:/|&|{to}| ) ?{day_first}{_END}"
    one = rf"{_START}{day_first}{_END}"
    month_first = rf"(?:^|[^\p{{L}}])({name}){_NOTHING}([0-9]{{1,2}})(?: ?(?:st|nd|rd|th))?[^0-9\p{{L}}]+{_YEAR}{_END}"
    year_first = rf"{_START}([0-9]{{4}}){_NOTHING}({name}){_NOTHING}([0-9]{{1,2}}){_END}"
    read = partial(_named, context=context, reference=reference)
    used_up = partial(_used_up, reference=reference)
    return dispatch.by_shape(
        values,
        [
            (span, used_up(partial(_named_span, pattern=span, context=context, reference=reference), span)),
            (night, used_up(partial(read, pattern=night, names=("first", "day", "month", "year")), night)),
            (one, used_up(partial(read, pattern=one, names=("day", "month", "year")), one)),
            (month_first, used_up(partial(read, pattern=month_first, names=("month", "day", "year")), month_first)),
            (year_first, used_up(partial(read, pattern=year_first, names=("year", "month", "day")), year_first)),
            (_TORN, date_parts.unreadable),
            (_CORE, used_up(lambda s: _read(s.str.extract(_CORE), context, reference, date_parts.unreadable), _WHOLE)),
        ],
        date_parts.unreadable,
    )


def _used_up(parse: dispatch.Parser, pattern: str, reference: Reference) -> dispatch.Parser:
    """The same parser; RK379 where figures stand beside the date that are no time."""

    def parsed(values: pl.Series) -> pl.DataFrame:
        out = parse(values)
        rest = calendars.spoken(values.str.replace(pattern, " "))
        left = date_words.without_clocks(rest, reference).str.contains("[0-9]")
        codes = dispatch.codes({"RK379": left & out["date_from"].is_not_null()})
        return out.with_columns(dispatch.merge_codes(out["codes"], codes))

    return parsed


def _half_span(values: pl.Series, pattern: str, context: date_parts.Context, reference: Reference) -> pl.DataFrame:
    """Two days of which the last has the year: between 01-03 and 05-03-2026."""
    parts = values.str.extract_groups(pattern).struct.unnest()
    year = parts["3"].str.extract(r"([0-9]{2,4})$")
    first = parts["1"] + "/" + parts["2"] + "/" + year
    return date_parts.span(*(_read(one, context, reference, date_parts.unreadable) for one in (first, parts["3"])))


def _named_parts(
    values: pl.Series, pattern: str, names: tuple[str, ...], months: calendars.Months, context: date_parts.Context
) -> pl.DataFrame:
    """The groups of a pattern with a month's name as whole numbers, the year in full."""
    found = values.str.extract_groups(pattern).struct.unnest()
    found.columns = list(names)
    parts = found.select(
        months.number(pl.col(name)).alias(name) if name == "month" else pl.col(name).cast(pl.Int32) for name in names
    ).with_columns(found["year"].alias("year_text"))
    return parts.with_columns(whole=date_parts.four_digit_year(context), RK327=date_parts.short_year())


def _named(
    values: pl.Series, pattern: str, names: tuple[str, ...], context: date_parts.Context, reference: Reference
) -> pl.DataFrame:
    parts = _named_parts(values, pattern, names, calendars.month_names(reference)[0], context)
    return date_parts.finish_night(parts, context) if "first" in names else date_parts.finish(parts, context)


def _named_span(values: pl.Series, pattern: str, context: date_parts.Context, reference: Reference) -> pl.DataFrame:
    months = calendars.month_names(reference)[0]
    groups = values.str.extract_groups(pattern).struct.unnest()
    ends = []
    for columns in (groups.columns[:3], groups.columns[3:]):
        parts = groups.select(columns)
        parts.columns = ["day", "month", "year"]
        number = months.number(pl.col("month"))
        short = pl.col("year").alias("year_text")
        parts = parts.select(pl.col("day").cast(pl.Int32), number, pl.col("year").cast(pl.Int32), short)
        ends.append(
            date_parts.finish(
                parts.with_columns(whole=date_parts.four_digit_year(context), RK327=date_parts.short_year()), context
            )
        )
    return date_parts.span(*ends)


def _hijri_named(
    values: pl.Series, pattern: str, names: tuple[str, ...], context: date_parts.Context, reference: Reference
) -> pl.DataFrame:
    """A Hijri date; a Gregorian one beside it in the same cell goes first, and they should agree."""
    months = calendars.month_names(reference)[1]
    parts = _named_parts(values, pattern, names, months, context)
    hijri = date_parts.finish(parts, context)
    rest = values.str.replace(pattern, " ")
    gregorian = _gregorian_in_words(
        pl.select(pl.when(rest.str.count_matches("[0-9]") >= 4).then(rest)).to_series(), context, reference
    )
    stated = gregorian["date_from"].is_not_null()
    differ = (gregorian["date_from"] - hijri["date_from"]).dt.total_days().abs() > TOLERANCE
    differing = dispatch.codes({"RK338": differ & stated})
    gregorian = gregorian.with_columns(dispatch.merge_codes(gregorian["codes"], differing))
    figures = date_words.without_clocks(rest, reference).str.contains("[0-9]") & hijri["date_from"].is_not_null()
    hijri = hijri.with_columns(dispatch.merge_codes(hijri["codes"], dispatch.codes({"RK379": figures})))
    return pl.select(pl.when(stated).then(gregorian[name]).otherwise(hijri[name]).alias(name) for name in hijri.columns)
