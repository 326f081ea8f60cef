"""Months and years as people write them: `Jul-26`, `2026_07`, `CRO_202607.TXT`, `July 2026`, `2012`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import polars as pl

from recordkit.agencies.words import fold

FIRST, LAST = 1947, 2099  # years outside are numbers of something else
_DAY = r"(?:[-_./ ]?(?:0[1-9]|[12]\d|3[01]))?"
_YEAR_MONTH = re.compile(rf"(?<!\d)((?:19|20)\d\d)[-_./ ]?(0[1-9]|1[0-2]){_DAY}(?!\d)")
_MONTH_YEAR = re.compile(r"(?<!\d)(?:(0?[1-9]|1[0-2])[-_./]((?:19|20)\d\d)|(0[1-9]|1[0-2])(20[0-4]\d))(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_WORDS = re.compile(r"[^\W\d_]+")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def find(text: str, months: Mapping[str, int]) -> list[str]:
    """Every month ("2026-07") that a text names, in order, each once; [] when it names none."""
    text = text.translate(_DIGITS)
    found = [f"{year}-{month}" for year, month in _YEAR_MONTH.findall(text)]
    found += [f"{year or run}-{int(month or first):02d}" for month, year, first, run in _MONTH_YEAR.findall(text)]
    return list(dict.fromkeys(found or _named(text, months)))


def _named(text: str, months: Mapping[str, int]) -> list[str]:
    """Months given by name: the year is the one that follows it; `Jul-Sep 2026` shares one year."""
    found: list[tuple[int, int]] = [
        (match.end(), months[fold(match.group())])
        for match in _WORDS.finditer(text)
        if fold(match.group()) in months
    ]
    named: list[str] = []
    for end, month in found:
        year = re.search(r"(?<!\d)(?:(?:19|20)\d\d|\d\d)(?!\d)", text[end:])
        if year:
            digits = year.group()
            named.append(f"{digits if len(digits) == 4 else f'20{digits}'}-{month:02d}")
    return named


def one(text: str | None, months: Mapping[str, int], pattern: str | None = None) -> str | None:
    """The month that a text names, when it names exactly one; else the year, when it names exactly one.

    With `pattern` only the part that matches counts (its group "value", when it has one).
    """
    if text and pattern:
        match = re.search(pattern, text)
        text = (match.groupdict().get("value") or match.group()) if match else None
    if not text:
        return None
    found = find(text, months)
    if found:
        return found[0] if len(found) == 1 else None
    years = list(dict.fromkeys(_YEAR.findall(text.translate(_DIGITS))))
    named = [word for word in _WORDS.findall(text) if fold(word) in months and len(fold(word)) > 2]
    return years[0] if len(years) == 1 and not named else None


def clean(values: pl.Series, months: Mapping[str, int]) -> pl.Series:
    """Period of each value ("2026-07" or "2012"; null when it names none); the work is per distinct value."""
    distinct = values.drop_nulls().unique().to_list()
    table = {value: one(value, months) for value in distinct}
    return values.replace_strict(table, default=None, return_dtype=pl.String)


def settle(
    declared: str | None, seen: Iterable[str | None], share: float = 0.6
) -> tuple[str | None, str | None]:
    """(period, disagreement): the months of the dates inside a file against the month that it names.

    The dates win when more than `share` of them lie in one other month; the second element says so.
    """
    months = pl.Series("month", list(seen), dtype=pl.String).drop_nulls()
    if not months.len():
        return declared, None
    top = months.value_counts(sort=True).sort(["count", "month"], descending=[True, False]).row(0)
    if top[0] == declared or top[1] <= share * months.len():
        return declared or top[0], None
    if declared is None:
        return top[0], None
    if not top[0].startswith(declared):  # a year names all its months
        return top[0], f"named {declared}, but {top[1]} of {months.len()} dates are in {top[0]}"
    return declared, None
