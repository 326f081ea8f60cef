"""Forms of a number that are not number/year, written as it: a code of the station before it, the year first, its date
behind it."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from recordkit.fields import calendars, dispatch
from recordkit.reference import Reference

YEAR = r"(?:19|20)[0-9]{2}|[0-9]{2}"
_LETTER = r"(?:\s?[-(]?\s?[A-Za-z]\b(?:\s?\))?)?"
_STROKE = r"\s*[/\\-]{1,2}\s*"
# A year that lost a figure: of 67/206 nobody knows without a date whether it is number 67 of 2026 or 206 of 1967.
CUT_YEAR = r"20[0-9]|[02][0-4][0-9]"
_NO_YEAR = r"(?:[13-9][0-9]|[02][5-9])[0-9]|(?:1[0-8]|2[1-9]|[03-9][0-9])[0-9]{2}|[0-9]{5,6}"  # no year
_END = r"(?:[^0-9].*)?"
_KEYWORD = r"f\.?\s?i\.?\s?r\b|crime\b|case\b|cr\b|مقدمہ|ایف آئی آر"
_DATE_WORD = r"dated|date|dt|on|of|مورخہ|بتاریخ"

_ERA = r"([0-9])\s?ء"
_STROKES = r"([0-9A-Za-z)]\s*)(?:[/\\-]\s?[/\\-]|[/\\])(\s*[0-9])"
_YEAR_WORD = r"([0-9])\s*[/\\-]?\s*(?:سن|سنہ|سال|بابت سال|بابت)\s*([0-9])"
# The code of a station or district: KSR-9104-2026, SDR/3166/26, KSR9104/26; within it: 9104/KSR/2026.
_CODE_WITHIN = rf"^([^0-9]{{0,60}})([0-9]{{1,7}})\s*[/\\-]?\s*(\p{{L}}{{2,8}})\s*[/\\-]\s*([0-9]{{1,6}}{_END})$"
_PAIR = rf"[0-9]{{1,7}}{_LETTER}{_STROKE}[0-9]{{1,6}}{_END}"
_CODE_BEFORE = rf"^([^0-9]{{0,60}}\p{{L}})[.\s]{{0,2}}[\-/_]{{0,2}}\s?({_PAIR})$"
# 3,157/26: of more figures nobody can say whether they are one number or two.
_THOUSANDS = rf"^([^0-9]*[0-9]),([0-9]{{3}}(?:{_LETTER}{_STROKE}(?:{YEAR})){_END})$"
_THOUSANDS_ALONE = r"^([^0-9]*[0-9]),([0-9]{3})$"
_YEAR_FIRST = rf"^([^0-9]{{0,60}})([0-9]{{2}}){_STROKE}({_NO_YEAR})({_END})$"
_YEAR_CUT = rf"^([^0-9]{{0,60}}[0-9]{{2}})\s*/\s*(?:{CUT_YEAR})$"
_POINT = r"^([^0-9]{0,60}[0-9]{1,6})\s?[._|~]\s?((?:20)?[0-4][0-9](?:[^0-9\p{L}].*)?)$"
_SPACE = r"^([^0-9]{0,60}[0-9]{1,6})\s((?:19|20)[0-9]{2}(?:[^0-9./\-].*)?)$"
_MORE_FIGURES = r"^[^0-9]*[0-9]+\s?[.]\s?[0-9]+\s?[.,/\-]\s?[0-9]"
# 9142 14.05.26: of one or two figures before a date nobody knows whether they were torn off it.
_ISO = r"(?:19|20)[0-9]{2}[./\-][0-9]{1,2}[./\-][0-9]{1,2}"
_DATE = rf"[0-9]{{1,2}}\s?[./\-]\s?[0-9]{{1,2}}\s?[./\-]\s?(?:{YEAR})|{_ISO}"
_NUMBER = r"[^0-9]{0,60}[0-9]{3,6}|[^0-9]{0,60}[\p{L}#.:]\s*[0-9]{1,2}"
_THOUSANDS_QUOTED = rf"\b([0-9]),([0-9]{{3}}\s?[/\\-]\s?(?:{YEAR})\b)"
_YEAR_FIRST_QUOTED = rf"(?i)((?:{_KEYWORD})[^0-9/;\n]{{0,15}})([0-9]{{2}})\s?[/\\-]\s?({_NO_YEAR})([^0-9/\\-]|$)"
_WHOLE_YEAR_FIRST_QUOTED = rf"(^|[^0-9/\\-])((?:19|20)[0-9]{{2}})\s?[/\\-]\s?({_NO_YEAR})([^0-9/\\-]|$)"
USUAL = r"^[0-9]{1,7}(?:[/-](?:(?:19|20)[0-9]{2}|[0-9]{2}))?$"


def usual(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`written` in the usual form, every letter and figure of it kept but a year that lost a figure; `unusual`: whether
    it was read from a form that could be meant otherwise: the year of two figures first, a year of three, a point for
    the stroke, a thousands comma."""
    plain = values.str.contains(USUAL).fill_null(True)
    if plain.all():
        return pl.DataFrame({"written": values, "unusual": ~plain})
    here = values.filter(~plain)
    here = here.str.replace_all(_ERA, "${1}").str.replace(_YEAR_WORD, "${1}/${2}").str.replace(_STROKES, "${1}/${2}")
    here = _dated(here, reference)
    here = here.str.replace(_CODE_WITHIN, "${1} ${3} ${2}/${4}").str.replace(f"(?i){_CODE_BEFORE}", "${1} ${2}")
    before = here
    here = here.str.replace(_THOUSANDS, "${1}${2}").str.replace(_THOUSANDS_ALONE, "${1}${2}")
    here = here.str.replace(_YEAR_FIRST, "${1}${3}/${2}${4}").str.replace(_YEAR_CUT, "${1}")
    more = here.str.contains(_MORE_FIGURES)
    here = dispatch.where(here, ~more, lambda s: s.str.replace(_POINT, "${1}/${2}").str.replace(_SPACE, "${1}/${2}"))
    return _put_back(values, plain, here, here != before)


def quoted(values: pl.Series) -> pl.Series:
    """Free text with the numbers that it quotes in the usual form."""
    values = values.str.replace_all(_THOUSANDS_QUOTED, "${1}${2}")
    values = values.str.replace_all(_WHOLE_YEAR_FIRST_QUOTED, "${1}${3}/${2}${4}")
    return values.str.replace_all(_YEAR_FIRST_QUOTED, "${1}${3}/${2}${4}")


def _put_back(values: pl.Series, plain: pl.Series, here: pl.Series, unusual: pl.Series) -> pl.DataFrame:
    at = pl.select(pl.when(~plain).then((~plain).cast(pl.Int64).cum_sum() - 1)).to_series()
    found = pl.DataFrame({"written": here.gather(at), "unusual": unusual.gather(at)})
    return found.select(
        pl.when(pl.lit(plain)).then(pl.lit(values)).otherwise("written").alias("written"),
        pl.col("unusual").fill_null(False),
    )


def _dated(values: pl.Series, reference: Reference | None) -> pl.Series:
    """A date beside the number stands behind the word for one: 9142 14.05.26, 14.05.26 FIR 9142."""
    date = _date(reference)
    some = values.str.contains(date).fill_null(False)
    first = rf"(?i)^\s*(?:(?:{_DATE_WORD})[\s.:]*)?({date})[\s,;:)\-]+((?:{_KEYWORD}).*)$"
    number = rf"({_NUMBER})((?:{_STROKE}(?:{YEAR}))?{_LETTER})"
    behind = rf"(?i)^{number}[\s,]*[\s,(]\(?\s?(?:(?:{_DATE_WORD})\b[\s.:\-]*)?({date})(?:$|([^0-9].*)$)"
    return dispatch.where(
        values, some, lambda s: s.str.replace(first, "${2} ${1}").str.replace(behind, "${1}${2} dated ${3} ${4}")
    )


@lru_cache(maxsize=8)
def _date(reference: Reference | None) -> str:
    if reference is None:
        return f"(?:{_DATE})"
    month = calendars.month_names(reference)[0].pattern
    return rf"(?:{_DATE}|(?i:[0-9]{{1,2}}(?:st|nd|rd|th)?[\s\-]?{month}[\s\-,]*(?:{YEAR})\b))"


def year_of_date(rest: pl.Series, reference: Reference | None = None) -> pl.Series:
    """The year (Int32) of the date that stands right behind a number."""
    date = rest.str.extract(rf"(?i)^[\s,(]*(?:{_DATE_WORD})\b[\s.:\-]*({_date(reference)})(?:[^0-9]|$)")
    last, first = "([0-9]{2,4})$", "^((?:19|20)[0-9]{2})[^0-9]"
    year = pl.coalesce(pl.col("date").str.extract(first), pl.col("date").str.extract(last))
    return calendars.four_digit_years(date.to_frame("date").select(year).to_series())
