"""Whole numbers, ages and counts. A blank is null and never zero."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from recordkit.fields import dispatch, footnotes, particulars, text, value_cache
from recordkit.reference import Reference

_PLAIN = r"^[+-]?[0-9]{1,18}(?:\.0+)?$"
# 12,345,678 and the South Asian 1,23,45,678.
_GROUPED = r"^[+-]?[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.0+)?$"
_SPACED = r"^[+-]?[1-9][0-9]{0,2}(?: [0-9]{3})+(?:\.0+)?$"  # 12 345; `plain` makes every kind of space one
_CLOSED = r"^([+-]?[0-9](?:[0-9, ]*[0-9])?) ?/ ?[-=]$"  # 1,234/-: nothing can be added behind it
# What a machine's arithmetic leaves of a whole number: 5.0000000001, 4.9999999999.
_NEARLY = r"^[+-]?[0-9]{1,15}\.(?:0{6,}|9{6,})[0-9]*$"
# A thousands mark with fewer than three digits behind it: a spreadsheet read 673,750 as a decimal and dropped
# zeros.
_LOST = r"^[0-9]{1,3}(?:,[0-9]{3})*[.,][0-9]{1,2}$"
_ZERO = r"(?i)^(?:nill?|zero|صفر)\.?$"
_NO_WORD = r"[^\s\S]"  # without a reference no word is known
# Years of age that are believed: the oldest age that has been proven is 122.
OLDEST = 120
MOST = 9_999_999  # no office counts as many in a month; a longer number is that of a card or a telephone


def integer(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`value` Int64; `codes`: RK325 (trailing zeros lost), RK331 (unreadable)."""
    return _whole(text.plain(values, reference), "RK331")


@value_cache.remembered
def count(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`value` Int64, from 0 to MOST; a stated nil is 0; `codes`: RK325 (trailing zeros lost), RK324
    (unreadable), RK242 (read without the mark of a footnote).
    """
    values, marked = footnotes.counts(values.cast(pl.String))
    value = text.plain(values, reference)
    nil = text.plain(values).str.contains(_ZERO)  # elsewhere a null word
    value = pl.select(pl.when(nil).then(pl.lit("0")).otherwise(value)).to_series()
    out = _whole(value, "RK324")
    wrong = (~out["value"].is_between(0, MOST)).fill_null(False)
    read = marked & out["value"].is_not_null()
    codes = dispatch.merge_codes(out["codes"], dispatch.codes({"RK324": wrong, "RK242": read}))
    number = pl.select(pl.when(~wrong).then(out["value"])).to_series()
    return pl.DataFrame({"value": number, "codes": codes})


@value_cache.remembered
def age(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`value` Int64, whole years from 0 to 120; months and days are 0 years and up; `codes`: RK323
    (unreadable).
    """
    value = text.plain(values, reference)
    in_years, in_months, in_days = _ages(reference)
    months = value.str.extract(in_months).cast(pl.Int64) // 12
    young = pl.select(pl.when(value.str.contains(in_days)).then(pl.lit(0, pl.Int64))).to_series()
    years = value.str.extract(in_years).cast(pl.Int64)
    found = pl.select(pl.coalesce(years, months, young).alias("value")).to_series()
    found = pl.select(pl.when(found.is_between(0, OLDEST)).then(found)).to_series()
    return pl.DataFrame({"value": found, "codes": dispatch.codes({"RK323": value.is_not_null() & found.is_null()})})


@lru_cache(maxsize=8)
def _ages(reference: Reference | None) -> tuple[str, str, str]:
    """Patterns of an age in years, in months and in days; each has the number as its group."""
    codes = ("years", "months", "days", "old", "about")
    years, months, days, old, about = (
        particulars.words(reference, code, "age_word") if reference is not None else _NO_WORD for code in codes
    )
    behind = rf"\.?(?:\s*(?:{old}))?$"
    before = rf"(?i)^(?:{about})?[\s:.~]*"
    return (
        rf"{before}([0-9]{{1,3}})(?:\.[05]0*)?\s*[/-]?\s*(?:{years})?{behind}",
        rf"(?i)^([0-9]{{1,2}})\s*(?:{months}){behind}",
        rf"(?i)^([0-9]{{1,3}})\s*(?:{days}){behind}",
    )


def _whole(value: pl.Series, unreadable: str) -> pl.DataFrame:
    figure = value.str.replace(_CLOSED, "${1}")
    grouped = figure.str.contains(_GROUPED) | figure.str.contains(_SPACED)
    digits = pl.select(
        pl.when(figure.str.contains(_PLAIN)).then(figure).when(grouped).then(figure.str.replace_all("[, ]", ""))
    ).to_series()
    number = digits.str.replace(r"\.0+$", "").str.strip_prefix("+").cast(pl.Int64, strict=False)
    nearly = pl.select(pl.when(figure.str.contains(_NEARLY)).then(figure)).to_series()
    number = pl.select(pl.coalesce(number, nearly.cast(pl.Float64).round(0).cast(pl.Int64)).alias("value")).to_series()
    lost = value.str.contains(_LOST) & number.is_null()
    bad = value.is_not_null() & number.is_null() & ~lost
    return pl.DataFrame({"value": number, "codes": dispatch.codes({"RK325": lost, unreadable: bad})})
