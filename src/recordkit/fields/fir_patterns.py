"""The words around the number of a case (FIR, u/s, dated, thana …) as patterns, made from the reference."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, partial

import polars as pl

from recordkit import reference as tables
from recordkit.fields import calendars, particulars, place_patterns, text
from recordkit.fields.particulars import BORDER
from recordkit.reference import Reference

YEAR = r"(?:19|20)[0-9]{2}|[0-9]{2}"
# A number, perhaps a letter behind it, perhaps its year: 123, 0123/2024, 123-A/24, 123 of 2024, 123/24-A. Whether the
# letter is a part of the number is shown by what stands behind it: 602 u/s, 603 P.S. and 604 r/w are words.
LETTER = rf"\s?[-(/]?\s?[A-Za-z]{BORDER}(?:\s?\))?"
NUMBER = rf"([0-9]{{1,7}})(?:\.0+)?({LETTER})?"
SMALL_LETTER = rf"(?:\s?[-(]?\s?[A-Za-z]{BORDER}(?:\s?\))?)?"
STROKE = r"\s*[/\\-]{1,2}\s*"
NO_YEAR = r"(?:[13-9][0-9]|[02][5-9])[0-9]|(?:1[0-8]|2[1-9]|[03-9][0-9])[0-9]{2}|[0-9]{5,6}"  # no year
# 9142 14.05.26: of one or two figures before a date nobody knows whether they were torn off it.
_ISO = r"(?:19|20)[0-9]{2}[./\-][0-9]{1,2}[./\-][0-9]{1,2}"
_DATE = rf"[0-9]{{1,2}}\s?[./\-]\s?[0-9]{{1,2}}\s?[./\-]\s?(?:{YEAR})|{_ISO}"
_BEFORE_DATE = r"[^0-9]{0,60}[0-9]{3,6}|[^0-9]{0,60}[\p{L}#.:]\s*[0-9]{1,2}"


@dataclass(frozen=True, eq=False)
class FirPatterns:
    """Patterns of a reference; those with groups say so."""

    label: str  # how the program itself writes that a number is of a case
    date_label: str  # and that a date follows
    range_label: str  # and what stands between the first and the last number of a range
    # One number.
    form: str  # number before year; with groups: lead, number, letter, year, letter, sign, rest
    year_first: str  # with groups: lead, year, number, letter, sign, rest
    year_or_number: str  # with groups: lead, year or number, number or year, letter
    serial_before: str  # a serial number and what follows, as groups
    no_letter: str  # behind a letter that is no part of the number
    era: str  # behind the figure that is its group
    year_word: str  # between two figures, its groups
    dated_first: str  # with groups: the date, and all behind it
    dated_behind: str  # with groups: number, the rest of it, the date, what follows
    date: str  # a date
    date_behind: str  # a date right behind a number, as a group
    year_first_quoted: str  # with groups: before, year, number, behind
    # Several numbers.
    sections_on: str  # sections and all behind them
    joins: str  # at the start, between two numbers
    pair: str  # two numbers and what joins them, with their last and first figure as groups
    # Numbers and stations that a text quotes.
    quoted: str
    mention: str
    enquiry: str
    listed: str  # nothing but what joins two numbers
    through: str
    joining: str
    words: str  # Latin words that only say that a number is one, or what follows it
    other_words: str  # those of other letters, with groups: the signs around them
    date_at_start: str
    dated_year: str  # with the year as a group
    of_year: str  # the same of a year behind a word
    station: str  # with the name behind the word as a group
    station_before: str  # the same in front of a number
    station_ends: str  # behind the name of a station
    district_word: str  # between a station and its district


@lru_cache(maxsize=8)
def read_fir_patterns(reference: Reference) -> FirPatterns:
    """The patterns of a reference, made once."""
    words = partial(particulars.alone, reference, "fir_word")
    return FirPatterns(
        label=_label(reference, "case"),
        date_label=_label(reference, "date"),
        range_label=_label(reference, "through"),
        **_of_one_number(reference),
        **_of_dates(reference),
        **_of_several(reference),
        **_of_quotes(reference),
        **_of_stations(reference),
        **_of_words(reference),
        mention=rf"(?i)(?:^|[^\p{{L}}]){words('case', before=False)}[^0-9]{{0,15}}\p{{Nd}}",
    )


def _label(reference: Reference, code: str) -> str:
    """The first word of a code."""
    row = reference.codes.filter(vocabulary="fir_word", code=code)
    return str(tables.words(row, ["code"], ["variants"])["word"].first() or "")


def _of_one_number(reference: Reference) -> dict[str, str]:
    words = partial(particulars.alone, reference, "fir_word")
    # Words before it, but not the letters of some other code: LHE-GUL-001234 is no number of a case.
    known = words("case", "enquiry", "number", behind=False)
    lead = rf"(|[^0-9]{{0,60}}?(?:[\s.:#(]|{known}[\-/_]?))"
    of = rf"\s*(?:[/\\]|-|{words('of_year', 'year')})\s*"
    case = words("case", before=False)
    serials, no = (particulars.words(reference, code, "fir_word") for code in ("serial", "number"))
    serial = rf"(?:{serials})\s?(?:{no}|#)?\.?[\s.:#\-]*[0-9]{{1,4}}|[0-9]{{1,4}}\s?\)"
    stroke = r"\s*[/\\-]\s*"
    return {
        "form": rf"(?i)^{lead}{NUMBER}(?:{of}({YEAR})({LETTER})?)?(?:([^0-9])(.*))?$",
        "year_first": rf"(?i)^{lead}((?:19|20)[0-9]{{2}}){stroke}([0-9]{{1,6}})({LETTER})?(?:([^0-9])(.*))?$",
        "year_or_number": rf"(?i)^(?:{lead})((?:19|20)[0-9]{{2}}){stroke}({YEAR})"
        r"(?:\s?[-(/]?\s?([a-z])\s?\)?(?:$|[\s,;()]|[.:](?:\s|$))|[^0-9a-z]|$)",
        "serial_before": rf"(?i)^\s*({serial})[\s,:.)\-]+((?:{case}[^0-9]{{0,15}})?[0-9].*)$",
        "no_letter": rf"(?i)^\s?-?\s?(?:{particulars.words(reference, 'division', 'unit_word')})",
        "year_first_quoted": rf"(?i)({case}[^0-9/;\n]{{0,15}})([0-9]{{2}})\s?[/\\-]\s?({NO_YEAR})([^0-9/\\-]|$)",
    }


def _of_dates(reference: Reference) -> dict[str, str]:
    words = partial(particulars.alone, reference, "fir_word")
    day = words("date", "on_day", "of_year", before=False)
    years = particulars.words(reference, "year", "fir_word")
    month = calendars.month_names(reference)[0].pattern
    ordinal = particulars.words(reference, "ordinal", "beside_date")
    in_words = rf"(?i:[0-9]{{1,2}}(?:{ordinal})?[\s\-]?{month}[\s\-,]*(?:{YEAR}){BORDER})"
    date = rf"(?:{_DATE}|{in_words})"
    case = words("case", before=False)
    number = rf"({_BEFORE_DATE})((?:{STROKE}(?:{YEAR}))?{SMALL_LETTER})"
    return {
        "era": rf"(?i)([0-9])\s?(?:{particulars.words(reference, 'era', 'fir_word')})",
        "year_word": rf"(?i)([0-9])\s*[/\\-]?\s*(?:{years})\s*([0-9])",
        "date": date,
        "dated_first": rf"(?i)^\s*(?:{day}[\s.:]*)?({date})[\s,;:)\-]+({case}.*)$",
        "dated_behind": rf"(?i)^{number}[\s,]*[\s,(]\(?\s?(?:{day}[\s.:\-]*)?({date})(?:$|([^0-9].*)$)",
        "date_behind": rf"(?i)^[\s,(]*{day}[\s.:\-]*({date})(?:[^0-9]|$)",
    }


def _of_several(reference: Reference) -> dict[str, str]:
    words = partial(particulars.alone, reference, "fir_word")
    also = rf"&|\+|;|,|{words('and', 'also')}"
    bare = rf"(?:{words('case')}\s*)?(?:{words('number')}\.?\s*)?"
    return {
        "sections_on": rf"(?is)(?:{words('under', 'section')}|{_cut_short(reference)}).*$",
        "joins": rf"(?i)^(?:\s*(?:{also}|/|-|{words('through')}))+\s*[0-9]",
        "pair": rf"(?i)([0-9])(?:\s*(?:{also})\s*){bare}([0-9])",
    }


def _cut_short(reference: Reference) -> str:
    """The first letter of u/s, at the end: the rest of it stands behind what was found."""
    spelt = particulars.words(reference, "under", "fir_word").split("|")
    letters = sorted({one[0] for one in spelt if "/" in one})
    return rf"{particulars.bordered(letters)}$"


def _of_quotes(reference: Reference) -> dict[str, str]:
    words = partial(particulars.alone, reference, "fir_word")
    case, date = words("case", before=False), words("date", before=False, behind=False)
    dated = rf"[\s,(]*{date}[\s.:\-]*[0-9]{{1,2}}[./\-][0-9]{{1,2}}[./\-]"
    of = words("of_year", "year")
    by_word = (
        rf"{case}[^0-9/;\n]{{0,15}}[0-9]{{1,6}}(?:\s?-\s?[A-Z]{BORDER})?(?:\s*(?:[/\\-]|{of})\s*(?:{YEAR}){BORDER})?"
    )
    by_shape = rf"{BORDER}[0-9]{{1,6}}(?:-[A-Z])?\s?/\s?(?:{YEAR}){BORDER}"
    sections = rf"(?:\s*,?\s*{words('under', before=False)}\s[^;\n]{{0,50}}?[a-z]{{3,}}{BORDER})?"
    enquiry = rf"{words('enquiry')}[^0-9/;\n]{{0,15}}[0-9]{{1,6}}\s*[/\\-]\s*(?:{YEAR}){BORDER}"
    plain = partial(particulars.words, reference, vocabulary="fir_word")
    return {
        # A date between the number and the station.
        "quoted": rf"(?i)(?:{by_word}|{by_shape})(?:{dated}(?:{YEAR}){BORDER}\)?)?{sections}[^0-9;\n|]{{0,60}}",
        "enquiry": rf"(?i){enquiry}",
        # Numbers in a list: 123 & 124/24, 123 to 125/24.
        "listed": rf"(?i)^[\s,]*(?:&|\+|{plain('and')}|{plain('through')})?[\s,]*$",
        "through": rf"(?i)^\s*(?:{plain('through')})\s*$",
        "joining": _between_signs("|".join(map(plain, ("and", "through", "of_year")))),
        "date_at_start": rf"(?i)^{dated}(?:{YEAR}){BORDER}",
        "dated_year": rf"(?i){dated}({YEAR}){BORDER}",
        "of_year": rf"(?i){of}\s+({YEAR}){BORDER}",
    }


def _between_signs(words: str) -> str:
    return rf"(?i)(^|[^\p{{L}}\p{{M}}])(?:{words})([^\p{{L}}\p{{M}}]|$)"


def _of_words(reference: Reference) -> dict[str, str]:
    """The words that only say that a number is one: those of the headers of numbers, and of stations and districts."""
    numbers = reference.header_synonyms.filter(pl.col("field").is_in(["fir_no", "enquiry_no"]))
    columns = [name for name in ("variants", "hints") if name in numbers.columns]
    listed = tables.words(numbers, ["field"], columns)["word"].to_list()
    spelt = text.plain(pl.Series(listed, dtype=pl.String)).drop_nulls().to_list()
    whole = {part.strip(".#&") for word in spelt for part in word.lower().split()}
    longest = sorted({word for word in whole if len(word) > 1}, key=lambda word: (-len(word), word))
    latin, others = ([re.escape(one) for one in longest if one.isascii() is ascii] for ascii in (True, False))
    known = particulars.any_word(reference, "fir_word", "case", "enquiry", "number", "era").split("|")
    around = (
        particulars.alone(reference, "station_word", place_patterns.POLICE),
        particulars.alone(reference, "unit_word", "district", before=False),
    )
    latin += [one for one in known if one.isascii()]
    others += [one for one in known if not one.isascii()]
    return {
        "words": rf"(?i){particulars.bordered(latin)}|{around[0]}|[,\s]+{around[1]}[\s.:]*",
        "other_words": _between_signs("|".join(others) or r"[^\s\S]"),
    }


def _of_stations(reference: Reference) -> dict[str, str]:
    words = partial(particulars.alone, reference, "fir_word")
    named = particulars.words(reference, place_patterns.POLICE, "station_word")
    bare = particulars.words(reference, "station", "unit_word")
    place = rf"(?:{named}|(?:{place_patterns.forces(reference)})\s+(?:{bare}))"
    district = particulars.alone(reference, "unit_word", "district", before=False)
    joined = particulars.words(reference, "and", "fir_word")
    ends = rf"[;(|]|{words('date', 'under', 'case', 'vide')}|{_cut_short(reference)}|\s(?:{joined})(?:\s|$)"
    return {
        "station": rf"(?i)(?:^|[\s,;(]){place}[\s:.\-]+(\p{{L}}[^0-9;()|/]*)",
        "station_before": rf"(?i){place}[\s:.\-]+(\p{{L}}[^0-9;()|/]*?)[\s,]+{words('case', 'number', before=False)}",
        "station_ends": rf"(?i)[\s,]*(?:{ends}).*$",
        "district_word": rf"(?i)[,\s]+{district}[\s.:]*",
    }
