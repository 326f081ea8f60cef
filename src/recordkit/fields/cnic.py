"""National identity card numbers: 13 digits, written 5-7-1, without a check digit."""

from __future__ import annotations

import polars as pl

from recordkit.fields import shapes, text
from recordkit.reference import Reference

_CARD = r"nicop|poc|cnic|snic|nic|n\.?i\.?c\.?|id card|i\.d\.? card|شناختی کارڈ"
_LABEL = rf"(?i)^(?:{_CARD})?\s*(?:number|no\b|نمبر)?[\s.:#]*"
_NICOP = r"(?i)^\s*(?:nicop|poc)\b|\b(?:nicop|poc)\s*\)?$"
_TRAILER = r"(?i)\s*\(?(?:nicop|poc)\)?$"
_SEPARATORS = r"[\s\-./_]+"
_EXPONENT = r"^[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,2}$"
_FLOAT = r"^([0-9]{13})\.0*$"
_ALL_DIGITS = r"^([0-9])\.([0-9]{12})[eE]\+?12$"  # an exponent, and no digit lost
# Typed or read as letters; accepted only where nearly all the rest are digits.
_LIKE_DIGITS = {"O": "0", "o": "0", "Q": "0", "I": "1", "l": "1", "|": "1"}
_NEARLY = r"^[0-9OoQIl|]{13}$"
# 13 digits of which the last six or more are zeros: what is left of a number that a spreadsheet rounded.
_ROUNDED = r"^[1-9][0-9]*0{6}$"
_UP = "01234567890123456789012345"
_DOWN = "98765432109876543210987654"


def clean(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`cnic` "35202-1234567-1", `document` ("cnic" or "nicop"), `sex_hint` ("male" or "female"), `codes`.

    RK304 malformed, RK305 digits lost, RK306 dummy: null. RK307 unknown place of registration, RK334 letters
    read as digits: kept.
    """
    written = text.plain(values, reference)
    bare = written.str.replace(_LABEL, "").str.replace(_TRAILER, "").str.replace(_FLOAT, "${1}")
    bare = bare.str.replace(_ALL_DIGITS, "${1}${2}")
    exponent = bare.str.contains(_EXPONENT).fill_null(False)
    compact = bare.str.replace_all(_SEPARATORS, "")
    letters = compact.str.contains(_NEARLY) & ~compact.str.contains("^[0-9]*$")
    letters &= compact.str.count_matches("[0-9]") >= 10
    digits = shapes.where(
        compact, letters, lambda s: s.str.replace_many(list(_LIKE_DIGITS), list(_LIKE_DIGITS.values()))
    )
    whole = digits.str.contains("^[0-9]{13}$").fill_null(False)
    lost = exponent | (whole & digits.str.contains(_ROUNDED) & ~_one_digit(digits))
    dummy = whole & _is_dummy(digits)
    kept = whole & ~lost & ~dummy
    number = pl.select(pl.when(kept).then(digits)).to_series()
    return pl.DataFrame(
        {
            "cnic": number.str.replace("^(.{5})(.{7})(.)$", "${1}-${2}-${3}"),
            "document": pl.select(
                pl.when(kept & written.str.contains(_NICOP)).then(pl.lit("nicop")).when(kept).then(pl.lit("cnic"))
            ).to_series(),
            "sex_hint": number.str.slice(12, 1).replace_strict(
                list("0123456789"), ["female", "male"] * 5, default=None, return_dtype=pl.String
            ),
            "codes": shapes.codes(
                {
                    "RK304": written.is_not_null() & ~whole & ~exponent,
                    "RK305": lost,
                    "RK306": dummy & ~lost,
                    "RK307": kept & number.str.contains("^[09]"),
                    "RK334": kept & letters,
                }
            ),
        }
    )


def _one_digit(digits: pl.Series) -> pl.Series:
    # The pattern language has no back references.
    return digits.str.contains("|".join(f"^{digit}+$" for digit in range(10)))


def _is_dummy(digits: pl.Series) -> pl.Series:
    """All digits the same, the digits in sequence, or the sample number 12345-1234567-x."""
    number = pl.lit(digits)
    run = pl.select(
        pl.lit(_UP).str.contains(number, literal=True) | pl.lit(_DOWN).str.contains(number, literal=True)
    ).to_series()
    return (_one_digit(digits) | run | digits.str.starts_with("123451234567")).fill_null(False)
