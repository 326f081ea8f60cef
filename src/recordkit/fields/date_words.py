"""Words and signs beside a date: which of them say another day, or take the day back, and which nobody reads.

Everything beside a date that has no meaning here is a finding: the words with one are `date_word`, `date_range`,
`beside_date` and `weekday` of codes.csv, and the names of months.
"""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import calendars, dispatch, particulars, text
from recordkit.fields.own_threads import keeps_patterns
from recordkit.reference import Reference

WHOLE = r"[0-9]{1,4}\s?[/.\-]\s?[0-9]{1,2}\s?[/.\-]\s?[0-9]{2,4}"
GAP = r"(?: ?(?:st|nd|rd|th))?(?: of)?[^0-9\p{L}]*"
SURNAME = r"(?: ?(?:ul|al|us|ur|un) [a-z]+| ?ال\p{L}+)?"  # Ramzan-ul-Mubarak
CLOCK = (
    r"(?i)[0-9]{1,2}[:/.][0-9]{2}(?:[:/.][0-9]{2})?(?: ?[ap]\.?m)?"
    r"|[0-9]{1,2} ?[ap]\.?m\b|[0-9]{3,4} ?h(?:ou)?rs?\b"
)
_DAYS = ("date_from", "date_to", "calendar")
_SIGNS = r"[*#†‡§¶^%=<>~$!⁰¹²³⁴⁵⁶⁷⁸⁹✓✔✗✘×]"
_ISO_LETTERS = r"([0-9])t([0-9])|([0-9])z\b()"
_OPEN = ("before", "after", "from", "about", "before_behind", "after_behind", "onwards")


def with_words(found: pl.DataFrame, written: pl.Series, reference: Reference) -> pl.DataFrame:
    """`found` (dates that were read) with what the words and signs of their cells say.

    RK361: another day is meant. RK339: the date is taken back or not sure. RK340: the weekday is of another day.
    RK379: something has no meaning here and was not used.
    """
    read = found["date_from"].is_not_null()
    asked = read & written.str.contains(rf"\p{{L}}|:|{_SIGNS}").fill_null(False)
    if not asked.any():
        return found
    some = _of_open_times(found.filter(asked), written.filter(asked), reference)
    some = some.with_columns(_left(some, written.filter(asked), reference))
    place = pl.select(
        pl.when(asked).then(pl.lit(found.height) + asked.cum_sum() - 1).otherwise(pl.int_range(found.height))
    ).to_series()
    return pl.concat([found, some])[place]


@keeps_patterns
def _of_open_times(found: pl.DataFrame, written: pl.Series, reference: Reference) -> pl.DataFrame:
    """RK361 where words beside the only date say that it is not the day itself. Before it or after it: no day is
    known. From it on, or about it: it stays."""
    one = (found["date_from"] == found["date_to"]) & ~found["codes"].list.contains("RK333")
    elsewhere, beginning = _open_words(reference)
    other = one & written.str.contains(elsewhere)
    open_time = other | (one & written.str.contains(beginning))
    out = found.with_columns(dispatch.merge_codes(found["codes"], dispatch.codes({"RK361": open_time})))
    return out.with_columns(pl.when(~pl.lit(other)).then(name).alias(name) for name in _DAYS)


@lru_cache(maxsize=8)
def _open_words(reference: Reference) -> tuple[str, str]:
    """Patterns of a cell that says another day than its date, and of one that says the first of an open time."""
    month = calendars.month_names(reference)[0].pattern
    date = rf"(?:{WHOLE}|[0-9]{{1,2}}{GAP}{month}|{month})"

    def ahead(*codes: str) -> str:
        return rf"(?i:^[^\p{{L}}0-9]*(?:{words(reference, codes)})[^\p{{L}}0-9]*{date})"

    marks = (
        f"{particulars.words(reference, 'ordinal', 'beside_date')}|{particulars.words(reference, 'era', 'beside_date')}"
    )

    def behind(*codes: str) -> str:
        return rf"(?i:[0-9](?: ?(?:{marks}))?[^\p{{L}}0-9]*(?:{words(reference, codes)})[^\p{{L}}0-9]*$)"

    elsewhere = f"{ahead('before', 'after')}|{behind('before_behind', 'after_behind')}"
    return elsewhere, f"{ahead('from', 'about')}|{behind('onwards', 'about')}"


def without_clocks(values: pl.Series, reference: Reference) -> pl.Series:
    """Texts, as `calendars.spoken` writes them, without the times of the day in them."""
    return values.str.replace_all(_known(reference).clock, " ").str.replace_all(CLOCK, " ")


def eras(reference: Reference) -> str:
    """A pattern of the words for a calendar, as `calendars.spoken` writes them."""
    return _spoken(reference, "beside_date", "era")


def times(reference: Reference) -> str:
    """A pattern of the words for a time of the day, as `calendars.spoken` writes them."""
    return _spoken(reference, "beside_date", "time")


def words(reference: Reference, codes: tuple[str, ...]) -> str:
    """A pattern, without a group of its own, of the words of some codes of date_word."""
    return "|".join(particulars.words(reference, code, "date_word") for code in codes)


def _left(found: pl.DataFrame, written: pl.Series, reference: Reference) -> pl.Series:
    """`codes` of dates that were read or taken back, with those of what is left in their cells."""
    open_time = found["codes"].list.contains("RK361")
    span = found["codes"].list.contains("RK333")
    figures = found["codes"].list.contains("RK334")  # letters that were read as figures
    known = _known(reference)
    spoken = calendars.spoken(written)
    numeric = spoken.str.contains(WHOLE)
    left = spoken.str.replace_all(_ISO_LETTERS, "${1}${3} ${2}${4}").str.replace_all(known.year, " ")
    left = left.str.replace_all(known.hour, " ").str.replace_all("[0-9]+", " ")
    left = dispatch.where(left, open_time, dispatch.replace_all(known.open, " "))
    left = dispatch.where(left, span, dispatch.replace_all(f"{known.month}|{known.between}", " "))
    left = dispatch.where(left, ~span & ~numeric, lambda some: some.str.replace(known.month, " "))
    left = left.str.replace_all(known.hijri, " ").str.replace_all(known.plain, " ").str.replace_all(known.weekday, " ")
    doubtful = left.str.contains(known.doubtful)
    left = dispatch.where(left, doubtful, dispatch.replace_all(known.doubtful, " "))
    behind = without_clocks(spoken.str.extract(rf"^{WHOLE}[ t](.*)$").fill_null(""), reference)
    one = ~span & ~spoken.str.contains(known.hijri)
    rest = left.str.contains(r"\p{L}") | written.str.contains(_SIGNS) | (one & behind.str.contains("[0-9]"))
    flags = {
        "RK339": doubtful,
        "RK340": _of_another_day(found, spoken, reference),
        "RK379": rest & ~figures,
    }
    return dispatch.merge_codes(found["codes"], dispatch.codes(flags))


def _of_another_day(found: pl.DataFrame, spoken: pl.Series, reference: Reference) -> pl.Series:
    """Whether the only weekday in a cell is neither that of its first day nor that of its last one."""
    none = pl.zeros(len(spoken), dtype=pl.Int8, eager=True)
    days = _weekdays(reference)
    named = {number: spoken.str.contains(pattern) for number, pattern in days.items()}
    count = sum((one.cast(pl.Int8) for one in named.values()), none)
    fits = [
        one & ((found["date_from"].dt.weekday() == number) | (found["date_to"].dt.weekday() == number))
        for number, one in named.items()
    ]
    right = sum((one.fill_null(True).cast(pl.Int8) for one in fits), none)
    sure = found["calendar"] == "gregorian"
    return (count == 1) & (right == 0) & sure


class _Known:
    """Patterns of the words that have a meaning beside a date, as `calendars.spoken` writes them."""

    def __init__(self, reference: Reference) -> None:
        hours = times(reference)
        fraction = r"(?:[/.,][0-9]+)?(?: ?[+/][0-9]{2}:?[0-9]{2}\b)?"
        clock = rf"{CLOCK[4:]}|[0-9]{{1,4}} ?(?:{hours})\b|[0-9]{{3,4}}\b|(?:{hours})\b"
        when = _spoken(reference, "date_word", "before", "after", "about", "from")
        between = _spoken(reference, "date_range")
        gregorian, hijri = calendars.month_names(reference)
        self.year = rf"\b(?:{_spoken(reference, 'date_word', 'year')})\b[\s:]*((?:19|20)[0-9]{{2}}(?:\s|$)|[0-9]{{2}}$)"
        self.clock = (
            rf"{CLOCK[4:].split('|')[0]}{fraction}|[0-9]{{1,4}} ?(?:{hours})\b"
            rf"|\b(?:{hours}|{when}|{between}) ?[0-9]{{3,4}}\b"
        )
        self.hour = rf"\b(?:at )?(?:{when}|{between}) ?(?:{clock})"
        self.open = rf"\b(?:{_spoken(reference, 'date_word', *_OPEN)})\b"
        self.between = rf"\b(?:{between})\b"
        self.month = rf"\b{gregorian.pattern}\b"
        self.hijri = rf"\b{hijri.pattern}{SURNAME}\b"
        named = _spoken(reference, "beside_date", "beside", "time", "ordinal", "era")
        self.plain = rf"\b(?:{named}|{_spoken(reference, 'date_word', 'zone')})\b"
        self.weekday = "|".join(_weekdays(reference).values())
        self.doubtful = rf"\b(?:{_spoken(reference, 'beside_date', 'doubtful')})\b"


@lru_cache(maxsize=8)
def _known(reference: Reference) -> _Known:
    return _Known(reference)


@lru_cache(maxsize=8)
def _weekdays(reference: Reference) -> dict[int, str]:
    """The pattern of the names of every weekday; 1 is Monday."""
    rows = reference.codes.filter(pl.col("vocabulary") == "weekday")
    return {int(code): rf"\b(?:{_pattern(rows.filter(pl.col('code') == code))})\b" for code in rows["code"].unique()}


@lru_cache(maxsize=64)
def _spoken(reference: Reference, vocabulary: str, *codes: str) -> str:
    """The pattern of the words of some codes of a vocabulary; of all its codes where none is named."""
    rows = reference.codes.filter(pl.col("vocabulary") == vocabulary)
    return _pattern(rows.filter(pl.col("code").is_in(codes)) if codes else rows)


def _pattern(rows: pl.DataFrame) -> str:
    """The words of some codes, longest first; of nothing where there are none."""
    listed = calendars.spoken(text.plain(tables.words(rows, ["code"], ["variants"])["word"])).unique().to_list()
    longest_first = sorted((word for word in listed if word), key=lambda word: (-len(word), word))
    return "|".join(word.replace(" ", " ?") for word in longest_first) or r"[^\s\S]"
