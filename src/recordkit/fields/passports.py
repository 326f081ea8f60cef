"""Passport numbers of any country: letters and digits, 6 to 9 in all."""

from __future__ import annotations

import polars as pl

from recordkit.fields import dispatch, text
from recordkit.reference import Reference

_LABEL = r"(?i)^(?:passport|ppt?|p\.p\.?)?\s*(?:number|no\b|#)?[\s.:#]*"
_FORM = r"^[A-Z]{0,3}[0-9]{5,9}[A-Z]?$"
# Two letters, then seven signs that are digits but for an O or an I.
_NEARLY = r"^[A-Z]{2}[0-9OI]{7}$"
_ALONE = r"\b[A-Z]{2}[0-9]{7}\b"
_DUMMY = r"^[A-Z]*(?:0+|1+|2+|9+)$"


def clean(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`passport` in capitals without spaces, `codes`: RK308 (malformed: null), RK334 (letters read as
    digits), RK348 (words beside it).
    """
    written = text.plain(values, reference).str.replace(_LABEL, "").str.to_uppercase()
    compact = written.str.replace_all(r"[\s\-./]+", "")
    letters = compact.str.contains(_NEARLY) & ~compact.str.contains(_FORM)
    # One number among words is the number: what else the cell says of it is not used.
    among = written.str.extract_all(_ALONE)
    with_words = ~compact.str.contains(_FORM) & ~letters & (among.list.len() == 1)
    compact = dispatch.coalesce(dispatch.unless(~with_words.fill_null(False), among.list.first()), compact)
    fixed = dispatch.where(compact, letters, _digits_behind_letters)
    whole = fixed.str.contains(_FORM) & (fixed.str.len_chars() >= 6) & (fixed.str.len_chars() <= 9)
    good = whole & ~fixed.str.contains(_DUMMY)
    passport = pl.select(pl.when(good).then(fixed).alias("passport")).to_series()
    flags = {
        "RK308": written.is_not_null() & ~good.fill_null(False), "RK334": good & letters, "RK348": good & with_words,
    }  # fmt: skip
    return pl.DataFrame({"passport": passport, "codes": dispatch.codes(flags)})


def _digits_behind_letters(values: pl.Series) -> pl.Series:
    tail = values.str.slice(2).str.replace_many(["O", "I"], ["0", "1"])
    return values.str.slice(0, 2) + tail
