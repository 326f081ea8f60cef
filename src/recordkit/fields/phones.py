"""Telephone numbers: +92 and ten digits for a Pakistani mobile; several in a cell are normal."""

from __future__ import annotations

from functools import partial

import polars as pl

from recordkit.fields import dispatch, particulars, text
from recordkit.reference import Reference

_GAP = r"[\s.\-()]*"
_MOBILE = rf"(?:(?:\+|\b00){_GAP}92|\b92|\b0|\b){_GAP}\(?0?\)?{_GAP}3(?:{_GAP}[0-9]){{9}}\b"
_FOREIGN = r"(?:\+|\b00)[1-9](?:[\s.\-()]{0,3}[0-9]){7,13}\b"
_LANDLINE = rf"\b0[124-9][0-9]{{1,3}}{_GAP}[0-9]{{3,4}}{_GAP}[0-9]{{3,4}}\b"
_SHORT = r"^(?:(?:\+|00)92|0)0?3"
_ANY = rf"(?:{_MOBILE}|{_FOREIGN}|{_LANDLINE})"
_USUAL = r"^03[0-9]{2}-?[0-9]{7}$"
_LETTER_O = r"([0-9])[Oo]"


def clean(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`phones` List(String) in E.164 form and in the order written, `codes`.

    RK309: nothing readable, or digits left over that are no number. RK334: letters read as digits. RK348: words or
    figures beside a number that are not used. RK384: a question mark.
    """
    return dispatch.by_shape(values.cast(pl.String), [(_USUAL, _usual)], partial(_any, reference=reference))


def with_first(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`clean` and `phone`, the first of the numbers."""
    return clean(values, reference).with_columns(pl.col("phones").list.first().alias("phone"))


def _usual(values: pl.Series) -> pl.DataFrame:
    """One mobile number, written as most are."""
    digits = values.str.slice(1).str.replace("-", "", literal=True)
    numbers = pl.select(pl.concat_list(pl.lit("+92") + pl.lit(digits)).alias("phones")).to_series()
    return pl.DataFrame({"phones": numbers, "codes": dispatch.no_codes(len(values))})


def _any(values: pl.Series, reference: Reference | None) -> pl.DataFrame:
    written = text.plain(values, reference)
    letters = written.str.contains(r"[0-9][Oo]|\b[Oo]3[0-9]")
    read = dispatch.where(written, letters, _digits_for_letters)
    read = read.str.replace(r"^([0-9]{10,12})\.0$", "${1}")
    found = read.str.extract_all(_ANY)
    digits = pl.element().str.count_matches("[0-9]")
    used = found.list.eval(pl.when(_e164().is_not_null()).then(digits)).list.sum()
    left = read.str.count_matches("[0-9]") - used.fill_null(0)
    numbers = found.list.eval(_e164()).list.drop_nulls().list.unique(maintain_order=True)
    numbers = pl.select(pl.coalesce(numbers, pl.lit([], pl.List(pl.String))).alias("phones")).to_series()
    some = numbers.list.len() > 0
    bad = written.is_not_null() & (~some | (left >= 5))
    others = some & ~bad & _beside(read, reference)
    doubt = some & written.str.contains(r"[?\x{fffd}؟]").fill_null(False)
    codes = dispatch.codes({"RK309": bad, "RK334": some & letters, "RK348": others, "RK384": doubt})
    return pl.DataFrame({"phones": numbers, "codes": codes})


def _beside(read: pl.Series, reference: Reference | None) -> pl.Series:
    """Whether words or figures are left beside the numbers, but for those that only say what they are, and numbers of
    a list."""
    words = particulars.phone_words(reference) if reference is not None else r"[^\s\S]"
    left = read.str.replace_all(_ANY, " ").str.replace_all(rf"(?i)\b(?:{words})\b", " ")
    return left.str.replace_all(r"(?:^|\s)\(?[0-9]{1,2}[).:\-]", " ").str.contains(r"[\p{L}\p{N}]").fill_null(False)


def _e164() -> pl.Expr:
    digits = pl.element().str.replace_all(r"[^0-9+]", "")
    mobile = digits.str.extract(r"(3[0-9]{9})$")
    is_mobile = digits.str.contains(r"^(?:(?:\+|00)?92|0)?0?3[0-9]{9}$")
    foreign = pl.element().str.replace(r"\(0\)", "").str.replace_all(r"[^0-9+]", "").str.replace("^00", "+")
    return (
        pl.when(is_mobile)
        .then(pl.lit("+92") + mobile)
        .when(digits.str.contains(_SHORT))  # a mobile with a digit too few or too many is no other country's number
        .then(None)
        .when(foreign.str.starts_with("+"))
        .then(foreign)
        .otherwise(digits.str.replace("^0", "+92"))
    )


def _digits_for_letters(values: pl.Series) -> pl.Series:
    values = values.str.replace_all(r"\b[Oo]3", "03")
    for _ in range(3):  # matches do not overlap: a run of letters takes a pass each
        values = values.str.replace_all(_LETTER_O, "${1}0")
    return values
