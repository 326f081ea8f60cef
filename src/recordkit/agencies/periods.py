"""Months and years as people write them: `Jul-26`, `2026_07`, `2021 January`, `CRO_202607.TXT`, `July 2026`, `2012`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from recordkit.agencies.words import fold, fold_all
from recordkit.fields import centuries
from recordkit.reference import Reference, words

FIRST, LAST = 1947, 2099  # years outside are numbers of something else
_LONG = r"(?:19|20)\d\d"
_DAY = r"(?:[-_./ ]?(?:0[1-9]|[12]\d|3[01]))?"
_YEAR_MONTH = re.compile(rf"(?<!\d)({_LONG})[-_./ ]?(0[1-9]|1[0-2])({_DAY})(?!\d)")
_MONTH_YEAR = re.compile(rf"(?<!\d)(?:(0?[1-9]|1[0-2])[-_./]({_LONG})|(0[1-9]|1[0-2])(20[0-4]\d))(?!\d)")
_DAY_MONTH_YEAR = re.compile(rf"(?<!\d)\d{{1,2}}[-_./]\d{{1,2}}[-_./]({_LONG}|\d\d)(?!\d)")
_ALONE = re.compile(rf"\W*(?:(?P<first>{_LONG})\W+(?P<month>0?[1-9]|1[0-2])|(?P<m>0?[1-9]|1[0-2])\W+(?P<y>{_LONG}))\W*")
_YEAR = re.compile(rf"(?<!\d)({_LONG})(?!\d)")
_TORN = re.compile(rf"\d[-/.]{_LONG}(?!\d)|(?<!\d){_LONG}[-/.]\d")  # a year beside a number that was not understood
_TWO_YEARS = re.compile(rf"(?<!\d)({_LONG})[-/_–](\d\d(?:\d\d)?)(?!\d)")
_WORDS = re.compile(r"[^\W\d_]+")
_BEFORE = re.compile(rf"(?<!\d)({_LONG})[^\w]*(?:_|[^\W\d_]{{1,3}}[^\w]+)?$")  # 2021, 2021 of, 2021_ before a month
_BEHIND = re.compile(rf"(?<!\d)(?:{_LONG}|\d\d)(?!\d)")
_ADJACENT = re.compile(rf"[\s\-_./',]*({_LONG})(?!\d)")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

SEVERAL, QUARTER, FISCAL, HIJRI, UNCLEAR, YEARLESS, LATER, PARTIAL, FAR = (
    "several months are named",
    "a quarter, a half or a week is no month",
    "a year that does not begin in January is no month",
    "a month of the Hijri calendar lies in two months",
    "no month or year can be read",
    "a month is named without its year",
    "a year of two digits that would lie after the month in which the file came is not guessed",
    "days of a month, or all up to one, are no whole month",
    "the year lies before 1947, or more than one after the month in which the file came",
)


@dataclass(frozen=True)
class Calendar(Mapping[str, int]):
    """Folded month name -> 1..12, and the other words of reference/hijri_months.csv and period_words.csv, folded."""

    months: Mapping[str, int]
    hijri: frozenset[str]
    kinds: Mapping[str, str]  # word -> received, dated, quarter, fiscal

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
    return Calendar({word: int(month) for word, month in months.items()}, frozenset(hijri) - set(months), kinds)


def _folded(long: pl.DataFrame, meaning: str) -> dict[str, str]:
    return dict(zip(fold_all(long["word"].to_list()), long[meaning].to_list(), strict=True))


def read(text: str | None, names: Calendar, pattern: str | None = None, received: str | None = None) -> Reading:
    """The month that a text names, when it names exactly one; else the year, when it names exactly one.

    With `pattern` only the part that matches counts (its group "value", when it has one). `received`: the month in
    which the text came; a year of two digits that would lie after it is not guessed.
    """
    if text and pattern:
        match = re.search(pattern, text)
        text = (match.groupdict().get("value") or match.group()) if match else None
    if not text:
        return Reading()
    text = _without_received(text.translate(_DIGITS), names)
    return _span(text, names) or _months(text, names, received) or _year(text, names)


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
        for word in reversed(list(_phrases(text, names, kind))):
            behind = text[word[1] :]
            date = re.match(rf"[\W_]*(?:{_DAY_MONTH_YEAR.pattern}|{_YEAR_MONTH.pattern}|{_MONTH_YEAR.pattern})", behind)
            date = date or _spelt(behind, names)
            cut = cut[: word[0]] + " " + (cut[word[1] + (date.end() if date else 0) :])
        if kind == "received" or any(character.isdigit() for character in cut):
            text = cut
    return text


def _spelt(behind: str, names: Calendar) -> re.Match[str] | None:
    """A date with the name of its month at the beginning of a text: `5 Aug 2026`, `Aug 5, 2026`."""
    day, year = r"(?:\d{1,2}(?:st|nd|rd|th)?[\W_]*)?", rf"(?:{_LONG}|\d\d)(?!\d)"
    found = re.match(rf"[\W_]*{day}([^\W\d_]+)[\W_]*(?:\d{{1,2}}[\W_]+)?{year}", behind)
    return found if found and fold(found.group(1)) in names else None


def _phrases(text: str, names: Calendar, kind: str) -> Iterable[tuple[int, int]]:
    """Where the words of a kind stand, two words together too (`as on`)."""
    found = list(_WORDS.finditer(text))
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
    if re.search(r"(?<![^\W_])(?:[Qq][1-4]|[Hh][12])(?![^\W_])", text) or any(_phrases(text, names, "quarter")):
        return Reading(why=QUARTER)
    fiscal = any(_phrases(text, names, "fiscal"))
    for first, last in _TWO_YEARS.findall(text):
        if _follows(first, last) and (fiscal or len(last) == 4 or int(last) > 12):
            return Reading(why=FISCAL)
    if fiscal:
        return Reading(why=FISCAL)
    return Reading(why=HIJRI) if any(fold(word) in names.hijri for word in _WORDS.findall(text)) else None


def _months(text: str, names: Calendar, received: str | None) -> Reading | None:
    """The months named by words, before those in figures; a whole date beside a named month is only a date."""
    named, later = _named(text, names, received)
    numbered = _numbered(text)
    alone = _ALONE.fullmatch(text)
    if alone and not named and not numbered:
        found = alone.groupdict()
        numbered = [(f"{found['first'] or found['y']}-{int(found['month'] or found['m']):02d}", False)]
    figures = [month for month, dated in numbered if not (dated and named)]
    found_months = list(dict.fromkeys([*named, *figures]))
    if later and not found_months:
        return Reading(why=LATER)
    if len(found_months) > 1:
        return Reading(why=SEVERAL)
    return Reading(found_months[0]) if found_months else None


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
        beside = _ADJACENT.match(text, match.end()) or _BEFORE.search(text[: match.start()])
        year = beside.group(1) if beside else None
        if year is None:
            behind = _BEHIND.search(text[match.end() :])
            year = behind.group() if behind else None
        if year is None:
            continue
        whole = int(year) if len(year) == 4 else centuries.one(year, _last(received))
        period = f"{whole}-{month:02d}" if whole else None
        if period is None or (len(year) == 2 and received is not None and period > received):
            later = True
        else:
            named.append(period)
    return named, later


def _last(received: str | None) -> int:
    return int(received[:4]) if received else centuries.LAST


def _year(text: str, names: Calendar) -> Reading:
    """The only year of a text that names no month; what else its figures say must not touch it."""
    years = list(dict.fromkeys(_YEAR.findall(text)))
    said = [word for word in _WORDS.findall(text) if fold(word) in names and len(fold(word)) > 2]
    if len(years) == 1 and not said and not _TORN.search(text):
        return Reading(years[0])
    if years:
        return Reading(why=UNCLEAR)
    numbers = {names[fold(word)] for word in said}
    return Reading(why=YEARLESS, month=numbers.pop()) if len(numbers) == 1 else Reading(why=SEVERAL if said else None)


def column(values: Iterable[str], names: Calendar, received: str | None = None) -> dict[str, Reading]:
    """Every distinct value of a column and what it says. 2011-12 beside 2012-13 is a year that begins in July, not
    December of 2011; so it is where every value of several has that form.
    """
    found = {value: read(value, names, None, received) for value in values}
    found = {value: _doubted(value, one, names, received) for value, one in found.items()}
    joined = [value for value in found if (two := _TWO_YEARS.search(value)) and _follows(*two.groups())]
    fiscal = any(found[value].why == FISCAL for value in joined) or (len(joined) == len(found) > 1)
    return found | ({value: Reading(why=FISCAL) for value in joined} if fiscal else {})


def _doubted(value: str, found: Reading, names: Calendar, received: str | None) -> Reading:
    """The reading of a row's own period; none where it says a part of a month, a word that no calendar knows beside a
    year (Mai 2026), or a year that cannot be meant.
    """
    if found.period is None:
        return found
    if any(any(_phrases(value, names, kind)) for kind in ("until", "partial")):
        return Reading(why=PARTIAL)
    year = int(found.period[:4])
    if year < FIRST or (received is not None and year > int(received[:4]) + 1):
        return Reading(why=FAR)
    strange = len(found.period) == 4 and re.search(r"[^\W\d_]", value) and not any(_phrases(value, names, "year"))
    return Reading(why=UNCLEAR) if strange else found


def _follows(first: str, last: str) -> bool:
    """Whether the second of two years is the next one: 2025-26."""
    return int(last[-2:]) == (int(first[-2:]) + 1) % 100


def clean(values: pl.Series, names: Calendar) -> pl.Series:
    """Period of each value ("2026-07" or "2012"; null when it names none); the work is per distinct value."""
    distinct = values.drop_nulls().unique().to_list()
    table = {value: one(value, names) for value in distinct}
    return values.replace_strict(table, default=None, return_dtype=pl.String)
