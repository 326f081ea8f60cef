"""Amounts of money: Rs. 1,50,000/-, 1.5 lakh, 2 crore 50 lakh; the words are the vocabulary `money`."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import dispatch, text
from recordkit.reference import Reference

_UNIT = "unit"  # the code of what money is called; every other code is what its words multiply by
_FIGURE = r"[0-9]{1,15}(?:\.[0-9]+)?"
_MARKS = r"(?:[/.]?\s*[-=]+)"  # 500/-


@dispatch.remembered
def clean(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`value` Float64, in the currency's unit; `codes`: RK331 (not readable as one amount: null)."""
    factors, units = _words(reference)
    written = text.plain(values, reference)
    figures = written.str.to_lowercase().str.replace_all(r"([0-9]),([0-9])", "${1}${2}")
    figures = figures.str.replace_all(r"([0-9]),([0-9])", "${1}${2}")  # matches do not overlap: 1,2,3
    bare = figures.str.replace_all(rf"(?:{units})\.?|{_MARKS}\s*$", " ").str.strip_chars(" .,:")
    known = "|".join(factors)
    shaped = rf"^(?:{_FIGURE}\s*(?:{known})\.?(?:\s+|$))*(?:{_FIGURE}(?:\s*(?:{known}))?)?$"
    good = bare.str.contains(shaped) & bare.str.contains("[0-9]")
    table = pl.DataFrame({"bare": bare, "good": good.fill_null(False)}).with_row_index("at")
    parts = table.filter("good").select("at", part=pl.col("bare").str.extract_all(rf"{_FIGURE}\s*(?:{known})?"))
    factor = pl.col("part").str.extract(r"([^0-9.\s]+)$").replace_strict(factors, default=1.0, return_dtype=pl.Float64)
    amount = pl.col("part").str.extract(rf"^({_FIGURE})").cast(pl.Float64) * factor
    sums = parts.explode("part").group_by("at").agg(amount.sum().alias("value"))
    value = table.select("at").join(sums, on="at", how="left", maintain_order="left")["value"]
    return pl.DataFrame({"value": value, "codes": dispatch.codes({"RK331": written.is_not_null() & value.is_null()})})


@lru_cache(maxsize=8)
def _words(reference: Reference) -> tuple[dict[str, float], str]:
    """What every word of size multiplies by, longest first, and a pattern of what the money is called."""
    rows = reference.codes.filter(pl.col("vocabulary") == "money")
    spelt = tables.words(rows, ["code"], ["label", "variants"]).with_columns(pl.col("word").str.to_lowercase())
    ordered = spelt.sort(pl.col("word").str.len_chars(), "word", descending=[True, False])
    sizes = ordered.filter(pl.col("code") != _UNIT)
    names = ordered.filter(pl.col("code") == _UNIT)["word"].str.escape_regex()
    return dict(zip(sizes["word"], sizes["code"].cast(pl.Float64), strict=True)), "|".join(names)
