"""What may have strayed into a text that should name nobody: a name, the number of a card or of a telephone."""

from __future__ import annotations

import polars as pl

from recordkit import reference
from recordkit.reference import Reference

WORD = r"\p{L}[\p{L}\p{M}'’]*"  # letters that belong together
# Digits of a card or a telephone: together, or in parts. No date and no time has as many of the latter.
_LONG, _IN_PARTS = r"\p{Nd}{7,}", r"\p{Nd}(?:[-\s.]?\p{Nd}){10,}"
# Kinds of name_variants that people are called by; the others are the words around a name: relations, ranks, markers.
_CALLED = r"^(?:given|compound|caste$|tribe|title|prefix|suffix)"
_MORE = {"header_synonyms": ("variants", "hints"), "null_words": ("word",), "offences": ("offence", "aliases")}


def names(known: Reference) -> pl.Series:
    """Every word, in lower case, that people are called by."""
    called = known.name_variants.filter(pl.col("kind").str.contains(_CALLED))
    return _single(called, reference.WORDS["name_variants"][2])


def words(known: Reference) -> pl.Series:
    """Every word, in lower case, of the tables that name no person, but those that people are called by too."""
    read = {name: columns for name, (_, _, columns) in reference.WORDS.items() if name != "name_variants"} | _MORE
    plain = pl.concat([_single(getattr(known, name), columns) for name, columns in read.items()]).unique()
    return plain.filter(plain.is_in(names(known).implode()).not_()).sort()


def _single(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.Series:
    """Every run of letters in some columns, once, in lower case."""
    text = pl.concat_str(columns, separator=" ", ignore_nulls=True)
    return frame.select(text.str.extract_all(WORD).explode().str.to_lowercase().unique().alias("word")).to_series()


def initials(value: pl.Expr) -> pl.Expr:
    """Of every word its first letter."""
    return value.str.replace_all(r"(\p{L})[\p{L}\p{M}'’]*", "${1}.")


def unnamed(value: pl.Expr, words: pl.Series) -> pl.Expr:
    """Text in which only `words` stay as they are; of other words their initials, and no long number."""
    parts = value.str.extract_all(rf"{WORD}|\P{{L}}+")
    here = pl.element()
    known = here.str.contains(r"^\p{L}\p{L}").not_() | here.str.to_lowercase().is_in(words.implode())
    return unnumbered(parts.list.eval(pl.when(known).then(here).otherwise(initials(here))).list.join(""))


def unnumbered(value: pl.Expr) -> pl.Expr:
    """Text without the number of a card or a telephone."""
    short = value.str.replace_all(_LONG, "*******").str.replace_all(r"\p{Nd}{5}-\*{7}", "*****-*******")
    return short.str.replace_all(_IN_PARTS, "*******")


def codes(values: pl.Series, known: Reference) -> pl.Series:
    """Which of them may be a code of somebody's: no word that people are called by, no long number."""
    told = pl.element().str.to_lowercase().is_in(names(known).implode()).any()
    asked = pl.col("value").str.extract_all(WORD).list.eval(told).list.first().fill_null(False)
    frame = values.alias("value").to_frame()
    return frame.select(~asked & (unnumbered(pl.col("value")) == pl.col("value"))).to_series()
