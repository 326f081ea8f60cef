"""One number of an FIR or an enquiry as it is written: the number, its letter, its year, and the texts around it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import polars as pl

from recordkit.fields import calendars, dispatch, fir_forms, spreadsheet_dates, text
from recordkit.fields.fir_patterns import YEAR, FirPatterns, read_fir_patterns
from recordkit.fields.particulars import BORDER
from recordkit.reference import Reference

_YEAR_FIRST = ("lead", "year", "number", "letter", "sign", "rest")
_NUMBER_FIRST = ("lead", "number", "letter", "year", "behind", "sign", "rest")
_CUT_YEAR_OR_NUMBER = rf"^[^0-9]{{0,60}}([0-9]{{2}})\s*/\s*({fir_forms.CUT_YEAR})$"
_ENDS_NUMBER = r"^(?:$|[\s,;()]|[.:](?:\s|$))"  # what may follow a letter that is a part of the number
_LIKE_DIGITS = {"[Oo]": "0", "[Il|]": "1"}
_SHORT_YEAR = r"/\s?['’‘`]([0-9]{2})"  # 96/'24
_STROKES = "[؍∕⁄／╱⧸÷]"
_FROM_TO = rf"{BORDER}([0-9]{{3,6}})\s*-\s*([0-9]{{3,6}}\s*/\s*(?:{YEAR}){BORDER})"


def parse_number(written: pl.Series, reference: Reference) -> pl.DataFrame:
    """fir_no, fir_year, `lead` and `rest`, the texts before and behind them; all null when there is no number or it is
    a date. A serial number before the number is a part of `lead`. `unusual` as of `fir_forms`.
    """
    known = read_fir_patterns(reference)
    counted = dispatch.where(written, _not_ascii(written), _latin_suffix)
    forms = fir_forms.usual(counted.str.replace(known.serial_before, "${2}"), known)
    counted = forms["written"].str.replace(_FROM_TO, "${1} to ${2}")
    parts = dispatch.by_shape(
        counted,
        [
            (spreadsheet_dates.LOOKS, _nothing),
            (known.year_first, partial(_grouped, pattern=known.year_first, names=_YEAR_FIRST, known=known)),
            (known.form, partial(_grouped, pattern=known.form, names=_NUMBER_FIRST, known=known)),
        ],
        _nothing,
    )
    serial = pl.lit(written.str.extract(known.serial_before, 1))
    both = pl.when(serial.is_not_null() & pl.col("fir_no").is_not_null()).then(serial + " " + pl.col("lead"))
    dated = pl.lit(fir_forms.year_of_date(parts["rest"], known))
    return parts.with_columns(
        lead=both.otherwise("lead"),
        fir_year=pl.coalesce("fir_year", dated),
        unusual=pl.lit(forms["unusual"]) & pl.col("fir_no").is_not_null(),
    )


def _not_ascii(written: pl.Series) -> pl.Series:
    return written.str.len_bytes() != written.str.len_chars()


def with_figures(written: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The cells with a plain stroke for signs that stand for it, and with figures for the letters that look like them
    inside a number (545/2O26); and where those were read."""
    written = dispatch.where(written, _not_ascii(written), lambda s: s.str.replace_all(_STROKES, "/"))
    written = dispatch.where(written, written.str.contains(_SHORT_YEAR), dispatch.replace_all(_SHORT_YEAR, "/${1}"))
    figures = written
    for _ in range(2):  # a figure is the end of one pair and the beginning of the next
        for letter, digit in _LIKE_DIGITS.items():
            figures = figures.str.replace_all(rf"([0-9]){letter}([0-9]|\s?/\s?[0-9])", f"${{1}}{digit}${{2}}")
            last = rf"(/[0-9{letter}]{{0,3}}[0-9]){letter}($|[\s,;)])"
            figures = figures.str.replace_all(last, f"${{1}}{digit}${{2}}")
            figures = figures.str.replace_all(rf"(/\s?){letter}([0-9])", f"${{1}}{digit}${{2}}")
    changed = (figures != written).fill_null(False)
    return figures, changed


def _latin_suffix(values: pl.Series) -> pl.Series:
    """The letter behind a number in Latin letters: 511/26-اے."""
    for latin, urdu in text.URDU_LETTERS.items():
        values = values.str.replace_all(rf"([0-9])\s?[-(/]\s?(?:{urdu})\s?\)?($|\s*/)", f"${{1}}-{latin}${{2}}")
    return values


def number_first(written: pl.Series, reference: Reference) -> pl.DataFrame:
    """`number`, `letter` ("-A", or nothing) and `year` (Int32) of a number whose first part is read as its year,
    the other way round: 2021/26 as number 2021 of 2026; and of one whose second part is read as a year that lost a
    figure: 26/206 as number 206 of 2026. Null where that cannot be."""
    latin = dispatch.where(written, _not_ascii(written), _latin_suffix)
    parts = latin.str.extract_groups(read_fir_patterns(reference).year_or_number).struct.unnest()
    cut = written.str.extract_groups(_CUT_YEAR_OR_NUMBER).struct.unnest()
    parts = parts.with_columns(pl.coalesce("2", cut["2"]).alias("2"), pl.coalesce("3", cut["1"]).alias("3"))
    letter = pl.concat_str(pl.lit("-"), pl.col("4").str.to_uppercase()).fill_null("")
    return parts.select(number="2", letter=letter).with_columns(year=calendars.four_digit_years(parts["3"]))


def _nothing(values: pl.Series) -> pl.DataFrame:
    none = pl.Series([None], dtype=pl.String).new_from_index(0, len(values))
    return pl.DataFrame({"fir_no": none, "fir_year": none.cast(pl.Int32), "lead": none, "rest": none})


def _grouped(values: pl.Series, pattern: str, names: Sequence[str], known: FirPatterns) -> pl.DataFrame:
    found = values.str.extract_groups(pattern).struct.unnest()
    found.columns = list(names)
    if "behind" not in names:
        found = found.with_columns(behind=pl.lit(None, pl.String))
    found = found.with_columns(tail=pl.concat_str(pl.col("sign").fill_null(""), pl.col("rest").fill_null("")))
    found = _suffixed(found, known)
    number = pl.col("number").str.strip_chars_start("0")
    # More digits behind a stroke are a date or a list of sections, not a number and its year.
    joined = pl.col("tail").str.contains(r"^[/\\.\-][0-9]") | (
        pl.col("tail").str.contains("^[^0-9][0-9]") & pl.col("year").is_null()
    )
    real = (number.str.len_chars() > 0) & ~joined.fill_null(False)
    whole = pl.concat_str(number, pl.col("suffix"))
    return found.select(
        pl.when(real).then(whole).alias("fir_no"),
        pl.when(real).then(calendars.four_digit_years(found["year"])).alias("fir_year"),
        pl.when(real).then("lead").alias("lead"),
        pl.when(real).then("tail").alias("rest"),
    )


def _suffixed(found: pl.DataFrame, known: FirPatterns) -> pl.DataFrame:
    """`suffix` ("-A", or nothing) of a number, and in `tail` what is none: a letter that begins a word goes there."""
    tail = pl.col("tail")
    ends = tail.str.contains(_ENDS_NUMBER) & ~tail.str.contains(known.no_letter)
    alone = {name: pl.col(name).str.contains(r"^\s[A-Za-z]") & (tail != "") for name in ("letter", "behind")}
    before = pl.col("year").is_not_null() | (ends & ~alone["letter"])
    after = ends & ~alone["behind"]
    # 602 -U, the letter of a word: the letter and all behind it are the rest. With a year between it is the number's.
    spilt = [pl.when(~keep).then(pl.col(name)).fill_null("") for name, keep in (("letter", before), ("behind", after))]
    letters = [
        pl.when(keep).then("-" + pl.col(name).str.extract("([A-Za-z])").str.to_uppercase()).fill_null("")
        for name, keep in (("letter", before), ("behind", after))
    ]
    return found.with_columns(suffix=pl.concat_str(*letters), tail=pl.concat_str(*spilt, tail))
