"""Months and years as people write them: `Jul-26`, `2026_07`, `2021 January`, `CRO_202607.TXT`, `July 2026`, `2012`."""

from __future__ import annotations

import calendar as months_of
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from rapidfuzz.distance import OSA

from recordkit.agencies.header_words import fold, fold_all
from recordkit.fields import calendars
from recordkit.reference import Reference, words

_LONG = r"(?:19|20)\d\d"
_DAY = r"(?:[-_./ ]?(?:0[1-9]|[12]\d|3[01]))?"
_YEAR_MONTH = re.compile(rf"(?<!\d)({_LONG})[-_./ ]?(0[1-9]|1[0-2])({_DAY})(?!\d)")
_MONTH_YEAR = re.compile(rf"(?<!\d)(?:(0?[1-9]|1[0-2])[-_./]({_LONG})|(0[1-9]|1[0-2])(20[0-4]\d))(?!\d)")
_DAY_MONTH_YEAR = re.compile(rf"(?<!\d)\d{{1,2}}[-_./]\d{{1,2}}[-_./]({_LONG}|\d\d)(?!\d)")
_ALONE = re.compile(rf"\W*(?:(?P<first>{_LONG})\W+(?P<month>0?[1-9]|1[0-2])|(?P<m>0?[1-9]|1[0-2])\W+(?P<y>{_LONG}))\W*")
_YEAR = re.compile(rf"(?<!\d)({_LONG})(?!\d)")
_TORN = re.compile(rf"\d[-/.]{_LONG}(?!\d)|(?<!\d){_LONG}[-/.]\d")  # a year beside a number that was not understood
_TWO_YEARS = re.compile(rf"(?<!\d)({_LONG})[-/_–](\d\d(?:\d\d)?)(?!\d)")
_STEP = r"[\s_.\-/,]*"
_NUMBER = r"(?:0?[1-9]|1[0-2])(?:st|nd|rd|th)?"
# A number that may be the month beside the year: Crime 7 2026, Crime 7th month 2026, 2026 7; not 2026 (1).
_BESIDE_NUMBER = re.compile(
    rf"(?<![^\W_]){_NUMBER}{_STEP}(?:[^\W\d_]{{1,5}}{_STEP})?(?<!\d){_LONG}(?!\d)|(?<!\d){_LONG}{_STEP}(?<=\D){_NUMBER}(?![^\W_])"
)
_WITH_STROKE = re.compile(r"(?<![\d/])(?:0?[1-9]|1[0-2])/(\d\d)(?![\d/])")  # 7/26
_SHORT_YEAR = re.compile(r"[\W_]*\d\d(?![\W_]*\d)")
_WORDS = re.compile(r"[^\W\d_]+")
_BEFORE = re.compile(rf"(?<!\d)({_LONG})[^\w]*(?:_|[^\W\d_]{{1,3}}[^\w]+)?$")  # 2021, 2021 of, 2021_ before a month
_BEHIND = re.compile(rf"(?<!\d)(?:{_LONG}|\d\d)(?!\d)")
_ADJACENT = re.compile(rf"[\s\-_./',]*({_LONG})(?!\d)")
_SHORT = re.compile(r"(?<![^\W_])(?:[Qq][1-4]|[Hh][12]|[Ww](?:[0-4]?\d|5[0-3]))(?![^\W_])")  # Q1, H2, W30
_PAIR = re.compile(r"(?<!\d)(?<!\d[-_./])(\d\d)[-_./](\d\d)(?![-_./]?\d)")  # 07-26
_RUN = re.compile(r"(?<![\d])(\d\d)(\d\d)(?!\d)")  # 2607
_ORDINAL = r"(?:st|nd|rd|th)?"
_DAYS = re.compile(
    rf"(?<!\d)(\d{{1,2}}){_ORDINAL}[\W_]*(?:[-–—/]|(?P<to>[^\W\d_]{{1,7}}))[\W_]*(\d{{1,2}}){_ORDINAL}"
    r"[\W_]*(?:[^\W\d_]{1,3}[\W_]+)?(?P<month>[^\W\d_]+)"
)  # 01-15 July, 1st to 15th of July
_DATES = re.compile(rf"(?<!\d)(\d{{1,2}})([-_./])(\d{{1,2}})\2({_LONG}|\d\d)(?!\d)")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

SEVERAL, QUARTER, FISCAL, HIJRI, UNCLEAR, YEARLESS, LATER, PARTIAL, FAR, DOUBTED = (
    "several_months",
    "quarter_no_month",
    "fiscal_year_no_month",
    "hijri_month",
    "no_month_read",
    "month_without_year",
    "later_two_digit_year",
    "part_of_month",
    "year_too_far",
    "year_beside_unread",
)
_SLIPS = {3: 1, 6: 2}  # letters of a word from which on so many slips of a month's name are believed


@dataclass(frozen=True)
class Calendar(Mapping[str, int]):
    """Folded month name -> 1..12, and the other words of reference/hijri_months.csv and period_words.csv, folded."""

    months: Mapping[str, int]
    hijri: frozenset[str]
    kinds: Mapping[str, str]  # word -> received, dated, quarter, fiscal
    first: int = 0  # the first year that is believed
    ahead: int = 0  # how many years after the month in which a file came are believed

    def __getitem__(self, key: str) -> int:
        return self.months[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.months)

    def __len__(self) -> int:
        return len(self.months)


@dataclass(frozen=True)
class Reading:
    """What a text says of its period: "2026-07", "2012" or None, and why none though something is said; `month` is
    the number of a month that is named without its year.
    """

    period: str | None = None
    why: str | None = None
    month: int | None = None


def calendar(tables: Reference) -> Calendar:
    """The calendar of a reference."""
    months = _folded(words(tables.months, ["month"], ["name", "variants"]), "month")
    hijri = _folded(words(tables.hijri_months, ["month"], ["canonical", "variants"]), "month")
    kinds = _folded(words(tables.period_words, ["kind"], ["word"]), "kind")
    bounds = {kind: int(word) for word, kind in kinds.items() if kind in ("first year", "years ahead")}
    return Calendar(
        {word: int(month) for word, month in months.items()}, frozenset(hijri) - set(months), kinds,
        bounds.get("first year", 0), bounds.get("years ahead", 0),
    )  # fmt: skip


def _folded(long: pl.DataFrame, meaning: str) -> dict[str, str]:
    return dict(zip(fold_all(long["word"].to_list()), long[meaning].to_list(), strict=True))


def read(text: str | None, names: Calendar, pattern: str | None = None, received: str | None = None) -> Reading:
    """The month that a text names, when it names exactly one; else the year, when it names exactly one.

    With `pattern` only the part that matches counts (its group "value", when it has one). `received`: the month in
    which the text came; a year of two digits that would lie after it is not guessed.
    """
    text = _cut(text, pattern)
    if not text:
        return Reading()
    text = _without_received(text.translate(_DIGITS), names)
    partial = _span(text, names) or _days(text, names)
    found = partial or _months(text, names, received) or _counted(text, names) or _year(text, names, received)
    return Reading(why=FAR) if found.period and _far(found.period, names, received) else found


def of_name(
    text: str | None, names: Calendar, pattern: str | None = None, received: str | None = None
) -> Reading:
    """`read` of the name of a file or sheet, in which `07-26` and `2607` may be month and year too."""
    found = read(text, names, pattern, received)
    text = _cut(text, pattern)
    return found if found.period or found.why or not text else _short(text.translate(_DIGITS), received)


def _cut(text: str | None, pattern: str | None) -> str | None:
    """The part of a text that says the period."""
    if not text or not pattern:
        return text
    match = re.search(pattern, text)
    return (match.groupdict().get("value") or match.group()) if match else None


def _far(period: str, names: Calendar, received: str | None) -> bool:
    """The year cannot be meant."""
    year = int(period[:4])
    return year < names.first or (received is not None and year > int(received[:4]) + names.ahead)


def one(
    text: str | None, names: Calendar, pattern: str | None = None, received: str | None = None
) -> str | None:
    """`read`'s period alone."""
    return read(text, names, pattern, received).period


def find(text: str, names: Calendar) -> list[str]:
    """Every month ("2026-07") that a text names, each once; [] when it names none."""
    text = text.translate(_DIGITS)
    named, _ = _named(text, names, None)
    return list(dict.fromkeys(named or [month for month, _ in _numbered(text)]))


def _without_received(text: str, names: Calendar) -> str:
    """The text without the date behind a word for its arrival; a date of writing goes too where another is left."""
    for kind in ("received", "dated", "until"):
        cut = text
        for word in reversed(list(phrases(text, names, kind))):
            behind = text[word[1] :]
            date = re.match(rf"[\W_]*(?:{_DAY_MONTH_YEAR.pattern}|{_YEAR_MONTH.pattern}|{_MONTH_YEAR.pattern})", behind)
            date = date or _spelt(behind, names)
            if kind == "until" and not date and _month_behind(behind, names):
                continue  # up to July: the text says nothing else of its months
            cut = cut[: word[0]] + " " + (cut[word[1] + (date.end() if date else 0) :])
        other = _months(cut, names, None) is not None if kind == "until" else any(map(str.isdigit, cut))
        if kind == "received" or other:
            text = cut
    return text


def _month_behind(behind: str, names: Calendar) -> bool:
    """A month stands next, by its name."""
    found = re.match(r"[\W_]*([^\W\d_]+)", behind)
    return bool(found and fold(found.group(1)) in names)


def _spelt(behind: str, names: Calendar) -> re.Match[str] | None:
    """A date with the name of its month at the beginning of a text: `5 Aug 2026`, `Aug 5, 2026`."""
    day, year = r"(?:\d{1,2}(?:st|nd|rd|th)?[\W_]*)?", rf"(?:{_LONG}|\d\d)(?!\d)"
    found = re.match(rf"[\W_]*{day}([^\W\d_]+)[\W_]*(?:\d{{1,2}}[\W_]+)?{year}", behind)
    return found if found and fold(found.group(1)) in names else None


def phrases(text: str, names: Calendar, kind: str) -> Iterable[tuple[int, int]]:
    """Where the words of a kind stand, two words together too (`as on`)."""
    found = list(_WORDS.finditer(text))
    fold_all([text[one.start() : last.end()] for at, one in enumerate(found) for last in found[at : at + 2]])
    at = 0
    while at < len(found):
        for length in (2, 1):
            part = found[at : at + length]
            if len(part) == length and names.kinds.get(fold(text[part[0].start() : part[-1].end()])) == kind:
                yield part[0].start(), part[-1].end()
                at += length - 1
                break
        at += 1


def _span(text: str, names: Calendar) -> Reading | None:
    """A quarter, a year that begins in July, a Hijri month: more than a month, or none."""
    if _SHORT.search(text) or any(phrases(text, names, "quarter")):
        return Reading(why=QUARTER)
    fiscal = any(phrases(text, names, "fiscal"))
    for first, last in _TWO_YEARS.findall(text):
        if _follows(first, last) and (fiscal or len(last) == 4 or int(last) > 12):
            return Reading(why=FISCAL)
    if fiscal:
        return Reading(why=FISCAL)
    return Reading(why=HIJRI) if any(fold(word) in names.hijri for word in _WORDS.findall(text)) else None


def _days(text: str, names: Calendar) -> Reading | None:
    """Days of a month, or all up to one: `01-15 July 2026`, `upto July`; none when they are all days of a month."""
    for _, end in phrases(text, names, "until"):
        behind = text[end:]
        dated = _DATES.match(behind.lstrip(" _-.")) or _YEAR_MONTH.match(behind.lstrip(" _-."))
        if dated or _spelt(behind, names) or _month_behind(behind, names):
            return Reading(why=PARTIAL)
    for match in _DAYS.finditer(text):
        month = names.get(fold(match["month"]))
        word = match["to"]
        if month and (word is None or names.kinds.get(fold(word)) in ("to", "until")):
            year = _YEAR.search(text)
            if not whole_month(int(match[1]), int(match[3]), int(year[0]) if year else 2024, month):
                return Reading(why=PARTIAL)
    dates = list(dict.fromkeys(match.groups() for match in _DATES.finditer(text)))
    if len(dates) == 2 and dates[0][2:] == dates[1][2:] and int(dates[0][2]) <= 12:
        (first, _, month_text, year_text), last = dates[0], dates[1][0]
        if not whole_month(int(first), int(last), int(year_text) % 100 + 2000, int(month_text)):
            return Reading(why=PARTIAL)
    return None


def whole_month(first: int, last: int, year: int, month: int) -> bool:
    """Whether two days are the first and the last of a month."""
    return first == 1 and last == months_of.monthrange(year, month)[1]


def _counted(text: str, names: Calendar) -> Reading | None:
    """`month 7 of 2026`: the number of a month behind a word for month, and no other number but the year."""
    for _, end in phrases(text, names, "month"):
        match = re.match(r"[\W_]*(\d{1,2})(?!\d)", text[end:])
        if not match or not 1 <= int(match[1]) <= 12:
            continue
        numbers = re.findall(r"\d+", text)
        years = [number for number in numbers if _YEAR.fullmatch(number)]
        if len(numbers) > 1 + len(years) or len(years) > 1:
            return Reading(why=UNCLEAR)
        number = int(match[1])
        return Reading(f"{years[0]}-{number:02d}") if years else Reading(why=YEARLESS, month=number)
    return None


def _short(text: str, received: str | None) -> Reading:
    """`07-26`: the one month not after the month of receipt, nor more than a year before it, that the two may be.

    What has no separator may be a number of anything: where it could be such a month, nothing is certain.
    """
    pairs, runs = _PAIR.findall(text), _RUN.findall(text)
    months = {month for pair in pairs for month in _recent(pair, received)}
    if len(pairs) == len(months) == 1:
        return Reading(months.pop())
    may = any(1 <= int(part) <= 12 for pair in pairs for part in pair)
    unclear = may or any(_recent(run, received) for run in runs)
    return Reading(why=UNCLEAR) if unclear else Reading()


def _recent(pair: tuple[str, str], received: str | None) -> set[str]:
    """The months of this year and the last that two numbers may be, one of them the year, not after `received`."""
    if received is None:
        return set()
    years = (int(received[:4]), int(received[:4]) - 1)
    found = {f"{year}-{month}" for month, short in (pair, pair[::-1]) for year in years if year % 100 == int(short)}
    return {period for period in found if 1 <= int(period[5:]) <= 12 and period <= received}


def _months(text: str, names: Calendar, received: str | None) -> Reading | None:
    """The months named by words, before those in figures; a whole date beside a named month is only a date."""
    named, later = _named(text, names, received)
    numbered = _numbered(text)
    alone = _ALONE.fullmatch(text)
    if alone and not named and not numbered:
        found = alone.groupdict()
        numbered = [(f"{found['first'] or found['y']}-{int(found['month'] or found['m']):02d}", False)]
    numbered += _short_dates(text, received)
    figures = [month for month, dated in numbered if not (dated and named)]
    found_months = list(dict.fromkeys([*named, *figures]))
    if later and not found_months:
        return Reading(why=LATER)
    if len(found_months) > 1:
        return Reading(why=SEVERAL)
    return Reading(found_months[0]) if found_months else None


def _short_dates(text: str, received: str | None) -> list[tuple[str, bool]]:
    """The months of whole dates with a year of two digits (31.7.26), which no later than the text came."""
    found = []
    for day, _, month, short in _DATES.findall(text):
        year = calendars.four_digit_year(short, _last(received)) if len(short) == 2 else None
        period = f"{year}-{int(month):02d}" if year and 1 <= int(month) <= 12 and 1 <= int(day) <= 31 else None
        if period and (received is None or period <= received):
            found.append((period, True))
    return found


def _numbered(text: str) -> list[tuple[str, bool]]:
    """(month, whether a day stands with it) for every month in figures."""
    dated = [match.span() for match in _DAY_MONTH_YEAR.finditer(text)]
    found = [(f"{year}-{month}", bool(day)) for year, month, day in _YEAR_MONTH.findall(text)]
    for match in _MONTH_YEAR.finditer(text):
        month, year, first, run = match.groups()
        inside = any(start < match.start() < end for start, end in dated)
        found.append((f"{year or run}-{int(month or first):02d}", inside))
    return found


def _named(text: str, names: Calendar, received: str | None) -> tuple[list[str], bool]:
    """Months given by name, and whether one has a year that is not guessed.

    The year is the whole one beside it, behind or before; else the next behind it: `Jul-Sep 2026` shares one year.
    """
    named: list[str] = []
    later = False
    for match in _WORDS.finditer(text):
        month = names.get(fold(match.group()))
        if month is None:
            continue
        adjacent = _ADJACENT.match(text, match.end()) or _BEFORE.search(text[: match.start()])
        year = adjacent.group(1) if adjacent else None
        if year is None:
            behind = _BEHIND.search(text[match.end() :])
            year = behind.group() if behind else None
        if year is None:
            continue
        whole = int(year) if len(year) == 4 else calendars.four_digit_year(year, _last(received))
        period = f"{whole}-{month:02d}" if whole else None
        if period is None or (len(year) == 2 and received is not None and period > received):
            later = True
        else:
            named.append(period)
    return named, later


def _last(received: str | None) -> int:
    return int(received[:4]) if received else calendars.LAST


def _year(text: str, names: Calendar, received: str | None) -> Reading:
    """The only year of a text that names no month; what else it says must be no month that was not understood."""
    years = list(dict.fromkeys(_YEAR.findall(text)))
    months = [word for word in _WORDS.findall(text) if fold(word) in names and len(fold(word)) > 2]
    stroke = _WITH_STROKE.search(text)
    if stroke and not years and (received is None or int(received[2:4]) - int(stroke[1]) in (0, 1)):
        return Reading(why=DOUBTED)
    slips = [] if months or len(years) > 1 else list(_mistyped(text, names))
    short = not years and any(_SHORT_YEAR.match(text[end:]) for end in slips)
    if short or (len(years) == 1 and not months and (slips or _BESIDE_NUMBER.search(text))):
        return Reading(why=DOUBTED)
    if len(years) == 1 and not months and not _TORN.search(text):
        return Reading(years[0])
    if years:
        return Reading(why=UNCLEAR)
    numbers = {names[fold(word)] for word in months}
    return Reading(why=YEARLESS, month=numbers.pop()) if len(numbers) == 1 else Reading(why=SEVERAL if months else None)


def _mistyped(text: str, names: Calendar) -> Iterator[int]:
    """Where words end that are nearly the name of a month, from the same first letter on: Jly, Juli, Agust, Setpember.
    """
    for found in _WORDS.finditer(text):
        word = fold(found.group())
        most = max((slips for length, slips in _SLIPS.items() if len(word) >= length), default=0)
        likely = (name for name in names if name[:1] == word[:1] and len(name) > 2)
        if word not in names.kinds and any(OSA.distance(word, name, score_cutoff=most) <= most for name in likely):
            yield found.end()


def column(values: Iterable[str], names: Calendar, received: str | None = None) -> dict[str, Reading]:
    """Every distinct value of a column and what it says. 2011-12 beside 2012-13 is a year that begins in July, not
    December of 2011; so it is where every value of several has that form.
    """
    found = {value: read(value, names, None, received) for value in values}
    found = {value: _doubted(value, one, names) for value, one in found.items()}
    joined = [value for value in found if (two := _TWO_YEARS.search(value)) and _follows(*two.groups())]
    fiscal = any(found[value].why == FISCAL for value in joined) or (len(joined) == len(found) > 1)
    return found | ({value: Reading(why=FISCAL) for value in joined} if fiscal else {})


def _doubted(value: str, found: Reading, names: Calendar) -> Reading:
    """The reading of a row's own period; none where it says a part of a month, or a word that no calendar knows beside
    a year (Mai 2026).
    """
    if found.period is None:
        return found
    if any(any(phrases(value, names, kind)) for kind in ("until", "partial")):
        return Reading(why=PARTIAL)
    strange = len(found.period) == 4 and re.search(r"[^\W\d_]", value) and not any(phrases(value, names, "year"))
    return Reading(why=UNCLEAR) if strange else found


def _follows(first: str, last: str) -> bool:
    """Whether the second of two years is the next one: 2025-26."""
    return int(last[-2:]) == (int(first[-2:]) + 1) % 100


def clean(values: pl.Series, names: Calendar) -> pl.Series:
    """Period of each value ("2026-07" or "2012"; null when it names none); the work is per distinct value."""
    distinct = values.drop_nulls().unique().to_list()
    table = {value: one(value, names) for value in distinct}
    return values.replace_strict(table, default=None, return_dtype=pl.String)
