"""What may have strayed into a text that should name nobody: a name, the number of a card or of a telephone."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from recordkit import reference
from recordkit.reference import Reference

WORD = r"\p{L}[\p{L}\p{M}'’]*"  # letters that belong together
# Digits of a card or a telephone: together, or in parts. Two dates, or a date and a time, have as many of the latter.
_LONG, _IN_PARTS = r"\p{Nd}{7,}", r"\p{Nd}(?:[-\s.]?\p{Nd}){10,}"
_DATE = r"\b(?:[0-3]\d[-.][01]\d[-.](?:19|20)\d\d|(?:19|20)\d\d[-.][01]\d[-.][0-3]\d)(?:\s[0-2]\d[.:][0-5]\d)?\b"
# A day, with digits or with a month's name: of a person it is most often the date of birth.
_DAY = (
    r"\b(?:\p{Nd}{1,4}[-./ ]\p{Nd}{1,2}[-./ ]\p{Nd}{2,4}|\p{Nd}{1,2}[-./ ]*\p{L}{3,}[-./, ]*\p{Nd}{2,4}"
    r"|\p{L}{3,}[-./, ]*\p{Nd}{1,2}[-./, ]+\p{Nd}{2,4})\b"
)
# Kinds of name_variants that people are called by; the others are the words around a name: relations, ranks, markers.
_CALLED = r"^(?:given|compound|caste$|tribe|title|prefix|suffix)"
_PLACES = ("stations", "districts", "divisions", "jurisdictions")
_MORE = {"header_synonyms": ("variants", "hints"), "null_words": ("word",), "offences": ("offence", "aliases")}


@lru_cache(maxsize=8)
def names(known: Reference) -> pl.Series:
    """Every word, in lower case, that people are called by."""
    called = known.name_variants.filter(pl.col("kind").str.contains(_CALLED))
    return _single(called, reference.WORDS["name_variants"][2])


@lru_cache(maxsize=8)
def words(known: Reference) -> pl.Series:
    """Every word, in lower case, of the tables that name no person, but those that people are called by too."""
    read = {name: columns for name, (_, _, columns) in reference.WORDS.items() if name != "name_variants"} | _MORE
    plain = pl.concat([_single(getattr(known, name), columns) for name, columns in read.items()]).unique()
    return plain.filter(plain.is_in(names(known).implode()).not_()).sort()


@lru_cache(maxsize=8)
def places(known: Reference) -> pl.Series:
    """Every name of a place, whole, in lower case."""
    named = [reference.words(getattr(known, table), [], reference.WORDS[table][2]) for table in _PLACES]
    return pl.concat(named)["word"].str.to_lowercase().unique().sort()


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


def unstrayed(value: pl.Expr, words: pl.Series, places: pl.Series) -> pl.Expr:
    """The name of a place as it is, for it may have a word in it that people are called by; other text as `unnamed`."""
    return pl.when(value.str.to_lowercase().is_in(places.implode())).then(value).otherwise(unnamed(value, words))


def unnumbered(value: pl.Expr) -> pl.Expr:
    """Text without the number of a card or a telephone."""
    short = value.str.replace_all(_LONG, "*******").str.replace_all(r"\p{Nd}{5}-\*{7}", "*****-*******")
    dates = short.str.replace_all(_DATE, "").str.contains(r"\p{Nd}").not_()
    return pl.when(dates).then(short).otherwise(short.str.replace_all(_IN_PARTS, "*******"))


def undated(value: pl.Expr) -> pl.Expr:
    """Text in which a day stands only by its shape: for columns that hold none, where it is somebody's birth."""
    shape = value.str.replace_all(r"\p{Nd}", "*").str.replace_all(r"\p{L}", "x")
    return pl.when(value.str.contains(_DAY)).then(shape).otherwise(value)


def slip(value: pl.Expr, suggestion: pl.Expr) -> pl.Expr:
    """Whether a value that resembles a known word has as many words as it: then none of them is somebody's name."""
    return (value.str.count_matches(WORD) == suggestion.str.count_matches(WORD)).fill_null(False)


def codes(values: pl.DataFrame, known: Reference) -> pl.Series:
    """Which `value` may be a code of a sender's: it stands `often`, has only words that the tables know or is a slip
    of what is suggested; in one line, without a long number and a word that people are called by."""
    value = pl.col("value")
    called = value.str.extract_all(WORD).list.eval(pl.element().str.to_lowercase().is_in(names(known).implode()).any())
    bare = ~called.list.first().fill_null(False) & (unnumbered(value) == value) & ~value.str.contains(r"[\r\n]")
    plain = unnamed(value, words(known)) == value
    return values.select(bare & (pl.col("often") | plain | slip(value, pl.col("suggestion")))).to_series()
