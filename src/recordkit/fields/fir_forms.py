"""Forms of a number that are not number/year, written as it: a code of the station before it, the year first, its date
behind it."""

from __future__ import annotations

import polars as pl

from recordkit.fields import calendars, dispatch
from recordkit.fields.fir_patterns import NO_YEAR, SMALL_LETTER, STROKE, YEAR, FirPatterns
from recordkit.fields.particulars import BORDER

_STROKES = r"([0-9A-Za-z)]\s*)(?:[/\\-]\s?[/\\-]|[/\\])(\s*[0-9])"
# A year that lost a figure: of 67/206 nobody knows without a date whether it is number 67 of 2026 or 206 of 1967.
CUT_YEAR = r"20[0-9]|[02][0-4][0-9]"
_END = r"(?:[^0-9].*)?"
# The code of a station or district: KSR-9104-2026, SDR/3166/26, KSR9104/26; within it: 9104/KSR/2026.
_CODE_WITHIN = rf"^([^0-9]{{0,60}})([0-9]{{1,7}})\s*[/\\-]?\s*(\p{{L}}{{2,8}})\s*[/\\-]\s*([0-9]{{1,6}}{_END})$"
_PAIR = rf"[0-9]{{1,7}}{SMALL_LETTER}{STROKE}[0-9]{{1,6}}{_END}"
_CODE_BEFORE = rf"^([^0-9]{{0,60}}\p{{L}})[.\s]{{0,2}}[\-/_]{{0,2}}\s?({_PAIR})$"
# 3,157/26: of more figures nobody can say whether they are one number or two.
_THOUSANDS = rf"^([^0-9]*[0-9]),([0-9]{{3}}(?:{SMALL_LETTER}{STROKE}(?:{YEAR})){_END})$"
_THOUSANDS_ALONE = r"^([^0-9]*[0-9]),([0-9]{3})$"
_YEAR_FIRST = rf"^([^0-9]{{0,60}})([0-9]{{2}}){STROKE}({NO_YEAR})({_END})$"
_YEAR_CUT = rf"^([^0-9]{{0,60}}[0-9]{{2}})\s*/\s*(?:{CUT_YEAR})$"
_POINT = r"^([^0-9]{0,60}[0-9]{1,6})\s?[._|~]\s?((?:20)?[0-4][0-9](?:[^0-9\p{L}].*)?)$"
_SPACE = r"^([^0-9]{0,60}[0-9]{1,6})\s((?:19|20)[0-9]{2}(?:[^0-9./\-].*)?)$"
_MORE_FIGURES = r"^[^0-9]*[0-9]+\s?[.]\s?[0-9]+\s?[.,/\-]\s?[0-9]"
_THOUSANDS_QUOTED = rf"{BORDER}([0-9]),([0-9]{{3}}\s?[/\\-]\s?(?:{YEAR}){BORDER})"
_WHOLE_YEAR_FIRST_QUOTED = rf"(^|[^0-9/\\-])((?:19|20)[0-9]{{2}})\s?[/\\-]\s?({NO_YEAR})([^0-9/\\-]|$)"
USUAL = r"^[0-9]{1,7}(?:[/-](?:(?:19|20)[0-9]{2}|[0-9]{2}))?$"


def usual(values: pl.Series, patterns: FirPatterns) -> pl.DataFrame:
    """`written` in the usual form, every letter and figure of it kept but a year that lost a figure; `unusual`: whether
    it was read from a form that could be meant otherwise: the year of two figures first, a year of three, a point for
    the stroke, a thousands comma."""
    plain = values.str.contains(USUAL).fill_null(True)
    if plain.all():
        return pl.DataFrame({"written": values, "unusual": ~plain})
    here = values.filter(~plain)
    here = here.str.replace_all(patterns.era, "${1}").str.replace(patterns.year_word, "${1}/${2}")
    here = _dated(here.str.replace(_STROKES, "${1}/${2}"), patterns)
    here = here.str.replace(_CODE_WITHIN, "${1} ${3} ${2}/${4}").str.replace(f"(?i){_CODE_BEFORE}", "${1} ${2}")
    before = here
    here = here.str.replace(_THOUSANDS, "${1}${2}").str.replace(_THOUSANDS_ALONE, "${1}${2}")
    here = here.str.replace(_YEAR_FIRST, "${1}${3}/${2}${4}").str.replace(_YEAR_CUT, "${1}")
    more = here.str.contains(_MORE_FIGURES)
    here = dispatch.where(here, ~more, lambda s: s.str.replace(_POINT, "${1}/${2}").str.replace(_SPACE, "${1}/${2}"))
    return _put_back(values, plain, here, here != before)


def quoted(values: pl.Series, patterns: FirPatterns) -> pl.Series:
    """Free text with the numbers that it quotes in the usual form."""
    values = values.str.replace_all(_THOUSANDS_QUOTED, "${1}${2}")
    values = values.str.replace_all(_WHOLE_YEAR_FIRST_QUOTED, "${1}${3}/${2}${4}")
    return values.str.replace_all(patterns.year_first_quoted, "${1}${3}/${2}${4}")


def _put_back(values: pl.Series, plain: pl.Series, here: pl.Series, unusual: pl.Series) -> pl.DataFrame:
    at = pl.select(pl.when(~plain).then((~plain).cast(pl.Int64).cum_sum() - 1)).to_series()
    found = pl.DataFrame({"written": here.gather(at), "unusual": unusual.gather(at)})
    return found.select(
        pl.when(pl.lit(plain)).then(pl.lit(values)).otherwise("written").alias("written"),
        pl.col("unusual").fill_null(False),
    )


def _dated(values: pl.Series, patterns: FirPatterns) -> pl.Series:
    """A date beside the number stands behind the word for one: 9142 14.05.26, 14.05.26 FIR 9142."""
    first, behind = patterns.dated_first, patterns.dated_behind
    some = values.str.contains(patterns.date).fill_null(False)
    to = f"${{1}}${{2}} {patterns.date_label} ${{3}} ${{4}}"
    return dispatch.where(values, some, lambda s: s.str.replace(first, "${2} ${1}").str.replace(behind, to))


def year_of_date(rest: pl.Series, patterns: FirPatterns) -> pl.Series:
    """The year (Int32) of the date that stands right behind a number."""
    date = rest.str.extract(patterns.date_behind)
    last, first = "([0-9]{2,4})$", "^((?:19|20)[0-9]{2})[^0-9]"
    year = pl.coalesce(pl.col("date").str.extract(first), pl.col("date").str.extract(last))
    return calendars.four_digit_years(date.to_frame("date").select(year).to_series())
