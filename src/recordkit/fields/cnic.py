"""The rule of the CNIC, the national identity card's number: 13 digits, written 5-7-1, without a check digit."""

from __future__ import annotations

from functools import lru_cache, partial

import polars as pl

from recordkit.fields import dispatch, particulars, text
from recordkit.reference import Reference

_SEPARATORS = r"[\s\-./_]+"
_EXPONENT = r"^[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,2}$"
_FLOAT = r"^([0-9]{13})\.0*$"
_GROUPED = r"^([0-9]),([0-9]{3}),([0-9]{3}),([0-9]{3}),([0-9]{3})$"  # shown as an amount; no digit is lost
_ALL_DIGITS = r"^([0-9])\.([0-9]{12})[eE]\+?12$"  # an exponent, and no digit lost
# Typed or read as letters; accepted only where nearly all the rest are digits.
_LIKE_DIGITS = {"O": "0", "o": "0", "Q": "0", "I": "1", "l": "1", "|": "1"}
_NEARLY = r"^[0-9OoQIl|]{13}$"
# 13 digits of which the last six or more are zeros: what is left of a number that a spreadsheet rounded.
_ROUNDED = r"^[1-9][0-9]*0{6}$"
_UP = "01234567890123456789012345"
_DOWN = "98765432109876543210987654"
_RUNS = [digits[at : at + 13] for digits in (_UP, _DOWN) for at in range(14)]
# Groups of digits: parted after the fifth and the twelfth, at either or at neither; and those of a line turned round.
_GROUPS = r"^[0-9]{5}[^0-9]*[0-9]{7}[^0-9]*[0-9]$"
_REVERSED = r"^([0-9])[\s\-]([0-9]{7})[\s\-]([0-9]{5})$"
_ONE = r"\b[0-9]{5}-[0-9]{7}-[0-9]\b"
_USUAL = r"^[0-9]{5}-[0-9]{7}-[0-9]$"


@lru_cache(maxsize=8)
def _words(reference: Reference) -> tuple[str, str, str]:
    """Patterns of a label before a number, of a cell that says that the card is one for people abroad, and of what
    says so behind the number."""
    # NICOP before NIC, which begins it.
    card = "|".join(particulars.words(reference, code, "card_word") for code in ("abroad", "card"))
    number = particulars.alone(reference, "fir_word", "number", before=False)
    stands, begins, ends = (
        particulars.alone(reference, "card_word", "abroad", before=before, behind=behind)
        for before, behind in ((False, False), (False, True), (True, False))
    )
    label = rf"(?i)^(?:{card})?\s*{number}?[\s.:#]*"
    return label, rf"(?i)^\s*{begins}|{ends}\s*\)?$", rf"(?i)\s*\(?{stands}\)?$"


def clean(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`cnic` "35202-1234567-1", `document` ("cnic" or "nicop"), `sex_hint` ("male" or "female"), `codes`.

    RK304 malformed, RK305 digits lost, RK306 dummy, RK352 written backwards: null. RK307 unknown place of registration,
    RK334 letters read as digits, RK348 something beside the number, RK351 digits in other groups: kept. `suggestion`:
    what a number that was written backwards was.
    """
    return dispatch.by_shape(values.cast(pl.String), [(_USUAL, _usual)], partial(_any, reference=reference))


def _usual(values: pl.Series) -> pl.DataFrame:
    """Numbers written as they should be: only what they say is left to look at."""
    digits = values.str.replace_all("-", "", literal=True)
    dummy = _is_dummy(digits)
    lost = digits.str.ends_with("000000") & ~digits.str.starts_with("0") & ~_one_digit(digits)
    valid = ~lost & ~dummy
    number = pl.select(pl.when(valid).then(values)).to_series()
    return pl.DataFrame(
        {
            "cnic": number,
            "document": pl.select(pl.when(valid).then(pl.lit("cnic"))).to_series(),
            "sex_hint": _sex(number),
            "codes": dispatch.codes(
                {"RK305": lost, "RK306": dummy & ~lost, "RK307": valid & digits.str.contains("^[09]")}
            ),
            "suggestion": pl.Series("suggestion", [None], dtype=pl.String).new_from_index(0, len(values)),
        }
    )


def _sex(number: pl.Series) -> pl.Series:
    """The last of 13 digits, dashes among them or not, is odd for men."""
    odd = pl.lit(number).str.tail(1).is_in(["1", "3", "5", "7", "9"])
    return pl.select(pl.when(odd).then(pl.lit("male")).when(~odd).then(pl.lit("female"))).to_series()


def _any(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """Numbers written in any way."""
    written = text.plain(values, reference)
    label, abroad, behind = _words(reference)
    bare = written.str.replace(label, "").str.replace(behind, "").str.replace(_FLOAT, "${1}")
    bare = bare.str.replace(_ALL_DIGITS, "${1}${2}").str.replace(_GROUPED, "${1}${2}${3}${4}${5}")
    # One card among other things is the card; what stands beside it is said. Of two nobody knows whose is whose.
    among = (bare.str.count_matches(_ONE) == 1) & ~bare.str.contains(rf"^{_ONE}$")
    bare = dispatch.where(bare, among, lambda s: s.str.extract(f"({_ONE})"))
    turned = bare.str.contains(_REVERSED).fill_null(False)
    exponent = bare.str.contains(_EXPONENT).fill_null(False)
    compact = bare.str.replace_all(_SEPARATORS, "")
    letters = compact.str.contains(_NEARLY) & ~compact.str.contains("^[0-9]*$")
    letters &= compact.str.count_matches("[0-9]") >= 10
    digits = dispatch.where(
        compact, letters, lambda s: s.str.replace_many(list(_LIKE_DIGITS), list(_LIKE_DIGITS.values()))
    )
    whole = digits.str.contains("^[0-9]{13}$").fill_null(False)
    lost = exponent | (whole & digits.str.contains(_ROUNDED) & ~_one_digit(digits))
    dummy = whole & _is_dummy(digits)
    valid = whole & ~lost & ~dummy & ~turned
    number = pl.select(pl.when(valid).then(digits)).to_series()
    grouped = bare.str.contains(_GROUPS) | exponent | bare.str.contains(r"^[0-9.,eE+]*$")
    return pl.DataFrame(
        {
            "cnic": number.str.replace("^(.{5})(.{7})(.)$", "${1}-${2}-${3}"),
            "document": pl.select(
                pl.when(valid & written.str.contains(abroad)).then(pl.lit("nicop")).when(valid).then(pl.lit("cnic"))
            ).to_series(),
            "sex_hint": _sex(number),
            "codes": dispatch.codes(
                {
                    "RK304": written.is_not_null() & ~whole & ~exponent,
                    "RK305": lost,
                    "RK306": dummy & ~lost,
                    "RK307": valid & number.str.contains("^[09]"),
                    "RK334": valid & letters,
                    "RK348": valid & among,
                    "RK351": valid & ~letters & ~grouped,
                    "RK352": turned,
                }
            ),
            "suggestion": dispatch.where(bare, turned, lambda s: s.str.reverse())
            .alias("suggestion")
            .to_frame()
            .select(pl.when(pl.lit(turned)).then("suggestion"))
            .to_series(),
        }
    )


def _one_digit(digits: pl.Series) -> pl.Series:
    # The pattern language has no back references.
    return digits.str.contains("|".join(f"^{digit}+$" for digit in range(10)))


def _is_dummy(digits: pl.Series) -> pl.Series:
    """All digits the same, the digits in sequence, or the sample number 12345-1234567-x."""
    return (_one_digit(digits) | digits.is_in(_RUNS) | digits.str.starts_with("123451234567")).fill_null(False)
