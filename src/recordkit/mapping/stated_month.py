"""What the lines above a statement say of its months, beside the one month that its name or folder gives."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recordkit.agencies import periods
from recordkit.agencies.header_words import fold

OTHER = "other_month_stated"
_ORDINAL = r"(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_SEPARATOR = r"[-–—/]"
_DAY_FIGURES = r"(?<!\d)(?:\d{1,2}([-_./])\d{1,2}\1(?:(?:19|20)\d\d|\d\d)|(?:19|20)\d\d([-_./])\d{1,2}\2\d{1,2})(?!\d)"
MOST = 120  # characters of a line that describes a statement; longer ones are prose
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def unlike(lines: Sequence[str], period: str | None, names: periods.Calendar) -> str | None:
    """Why the figures are none of `period`, by the first line that says more or less than one month, or another one;
    None when none does. `period`: "2026-10". Lines that begin with a word for a letter's number say nothing of months.
    """
    if period is None or len(period) != 7:
        return None
    periods_stated = [text for line in lines if (text := _told(line, names))]
    for line in periods_stated:
        why = _several(line, names, period[:4])
        if why:
            return why
    named = [month for line in periods_stated if (month := _month(line, names, period))]
    if named:
        return None if period in named else OTHER
    return periods.SEVERAL if any(_whole_year(line, names) for line in periods_stated) else None


def _told(line: str, names: periods.Calendar) -> str | None:
    """A line in plain figures; None for prose, and for the number of a letter."""
    line = _WORD.sub(lambda word: fold(word.group()) or word.group(), " ".join(line.translate(_DIGITS).split()))
    first = next(iter(periods.phrases(line, names, "letter")), None)
    letter = first is not None and not re.search(r"[^\W_]", line[: first[0]])
    return None if not line or len(line) > MOST or letter else line


def _several(line: str, names: periods.Calendar, year: str) -> str | None:
    """Why a line says a span that is not one whole month."""
    line = _in_figures(line, names)
    span = _span(line, names)
    if span is not None:
        return span or None
    why = periods.read(line, names).why
    if why in (periods.QUARTER, periods.FISCAL, periods.SEVERAL, periods.PARTIAL):
        return why
    dated = _dated(line, names)
    if (dated and _open(line, names, year)) or any(periods.phrases(line, names, "months")):
        return periods.SEVERAL
    counted = rf"(?<!\d)(?:[2-9]|1[0-2])\s*{_either(names, 'month')}"
    if dated and re.search(f"(?i){counted}", line):
        return periods.SEVERAL
    return periods.PARTIAL if dated and any(periods.phrases(line, names, "partial")) else None


def _in_figures(line: str, names: periods.Calendar) -> str:
    """The words for the first day of a month as a 1."""
    for start, end in reversed(list(periods.phrases(line, names, "first day"))):
        line = f"{line[:start]}1{line[end:]}"
    return line


def _either(names: periods.Calendar, *kinds: str) -> str:
    """A pattern of the words of some kinds, alone."""
    words = sorted((word for word, kind in names.kinds.items() if kind in kinds), key=len, reverse=True)
    spelt = "|".join(r"[.\s]{0,2}".join(map(re.escape, word)) for word in words)
    return rf"(?<![^\W_])(?:{spelt})(?![^\W_])" if words else "(?!)"


def _months(names: periods.Calendar) -> str:
    words = sorted((word for word in names if len(word) > 2), key=lambda word: (-len(word), word))
    return rf"(?<![^\W_])({'|'.join(map(re.escape, words))})(?![^\W_])"


def _span(line: str, names: periods.Calendar) -> str | None:
    """Why the days or months from one to the other are no month; "" where they are one, None where none are said."""
    month, day = _months(names), rf"(?:(?<!\d)(\d{{1,2}}){_ORDINAL}[\W_]*(?:of[\W_]+)?)"
    year = rf"(?:[\W_]*({_YEAR}|(?<=['’-])\d\d(?!\d)))?"
    until = rf"[\W_]*(?:{_SEPARATOR}|{_either(names, 'to', 'until')})[\W_]*"
    behind = rf"[\W_]*(?<!\d)(\d{{1,2}}){_ORDINAL}"
    found = re.search(rf"(?i){month}{behind}{until}{month}{behind}{year}", line)
    if found and names[fold(found[1])] == names[fold(found[3])]:
        return _days(found[2], found[4], names[fold(found[1])], found[5])
    found = re.search(rf"(?i){day}?{month}{year}{until}{day}?{month}{year}", line)
    if found:
        first, one, its_year, last, other, year_of = found.groups()
        if names[fold(one)] != names[fold(other)] or (its_year and year_of and its_year[-2:] != year_of[-2:]):
            return periods.SEVERAL
        return _days(first, last, names[fold(one)], year_of)
    found = re.search(rf"(?i){day}{until}{day}{month}{year}", line)
    if found:
        return _days(found[1], found[2], names[fold(found[3])], found[4])
    found = re.search(rf"(?i){month}{behind}{until}(\d{{1,2}}){_ORDINAL}{year}", line)
    return _days(found[2], found[3], names[fold(found[1])], found[4]) if found else None


def _days(first: str | None, last: str | None, month: int, year: str | None) -> str:
    if first is None or last is None:
        return periods.PARTIAL
    of_year = int(year[-2:]) + 2000 if year else 2024
    return "" if periods.whole_month(int(first), int(last), of_year, month) else periods.PARTIAL


def _dated(line: str, names: periods.Calendar) -> bool:
    """A year, a month or a date stands in the line."""
    return bool(re.search(_YEAR, line) or re.search(f"(?i){_months(names)}|{_DAY_FIGURES}", line))


def _open(line: str, names: periods.Calendar, year: str) -> bool:
    """A word for "since" before a date, a month or the year, or one for "until" behind it."""
    date = rf"(?:\d{{1,2}}[-_./]\d{{1,2}}[-_./]\d|(?:\d{{1,2}}{_ORDINAL}[\W_]*)?{_months(names)}|{year})"
    since = rf"{_either(names, 'since')}[\W_]*{date}"
    until = rf"(?:{_months(names)}|\d)[\W_]*{_either(names, 'until')}\W*(?:\d{{1,2}}{_ORDINAL})?\W*$"
    return bool(re.search(f"(?i){since}|{until}", line))


def _month(line: str, names: periods.Calendar, period: str) -> str | None:
    """The one month that a line says without a day; a name alone is of the year of `period`."""
    month = _months(names)
    day = rf"(?<!\d)\d{{1,2}}{_ORDINAL}[\W_]*(?:of[\W_]+)?{month}(?:[\W_]*{_YEAR})?"
    day_behind = rf"{month}[\W_]*(?<!\d)\d{{1,2}}{_ORDINAL}[\W_]+{_YEAR}"
    bare = re.sub(rf"(?i){_DAY_FIGURES}|{day}|{day_behind}", " ", line)
    whole = _span(line, names) == "" or len(re.findall(_DAY_FIGURES, line)) == 2
    if whole or any(periods.phrases(line, names, "ending")):
        last = rf"[\W_]*(?:{_SEPARATOR}|{_either(names, 'to', 'until')})[\W_]*(?<!\d)\d{{1,2}}{_ORDINAL}"
        bare = re.sub(rf"(?i){month}[\W_]*(?<!\d)\d{{1,2}}{_ORDINAL}(?:{last})?(?=\W)", r"\1", line)
    found = periods.read(bare, names)
    if found.period and len(found.period) == 7:
        return found.period
    if found.why == periods.YEARLESS and found.month:
        alone = re.fullmatch(rf"(?i)\W*{month}\W*", bare)
        named = alone or any(periods.phrases(bare, names, "month"))
        return f"{period[:4]}-{found.month:02d}" if named else None
    return None


def _whole_year(line: str, names: periods.Calendar) -> bool:
    """A line that says a year as what its figures are of, and no month: `during the year 2026`, not `Year: 2026`."""
    found = periods.read(line, names)
    if not found.period or len(found.period) != 4:
        return False
    year = len(_WORD.findall(line)) > 1 and any(periods.phrases(line, names, "year"))
    return year or any(periods.phrases(line, names, "during"))
