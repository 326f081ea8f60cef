"""Finding a word in a reference table, and the word it most resembles when it is not there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Indel

from recordkit.fields import text

# Of rapidfuzz ratio. By judgement.
CUTOFF = 75.0  # of 100: below it a resemblance is an accident
SHORTEST = 5  # letters of a word in which one wrong letter leaves no doubt; by judgement


@dataclass(frozen=True, eq=False)
class Lookup:
    """Folded words and what they mean."""

    words: list[str]
    meanings: list[str]


@dataclass(frozen=True, eq=False)
class Spellings:
    """Folded words to resemble, and what to suggest for each."""

    words: list[str]
    shown: list[str]


def lookup(long: pl.DataFrame, word: str, meaning: str) -> Lookup:
    """From a frame with a column of words and a column of what they mean; the first meaning of a word
    stands.
    """
    folded = long.select(text.fold(long[word]).alias("word"), pl.col(meaning).alias("meaning"))
    folded = folded.drop_nulls("word").unique("word", keep="first", maintain_order=True)
    return Lookup(folded["word"].to_list(), folded["meaning"].to_list())


def find_meanings(keys: pl.Series, table: Lookup) -> pl.Series:
    """The meaning of every folded word, or null."""
    if not table.words:
        return pl.Series("value", [None], dtype=pl.String).new_from_index(0, len(keys))
    return keys.replace_strict(table.words, table.meanings, default=None, return_dtype=pl.String).alias("value")


def spellings(long: pl.DataFrame, word: str, shown: str) -> Spellings:
    """From a frame with a column of words and a column of what to suggest for them."""
    table = lookup(long, word, shown)
    return Spellings(table.words, table.meanings)


def nearest(values: pl.Series, mask: pl.Series, known: Spellings) -> pl.Series:
    """`suggestion`: where `mask` holds, what the value most resembles; null elsewhere and when nothing does.

    Each distinct unknown value is compared once with the reference: there are few, or the format is wrong.
    """
    folded = pl.select(pl.when(mask).then(text.fold(values)).alias("folded")).to_series()
    distinct = folded.drop_nulls().unique().sort().to_list()
    guesses: dict[str, str] = {}
    for word in distinct if known.words else []:
        best = process.extractOne(word, known.words, scorer=fuzz.ratio, score_cutoff=CUTOFF)
        if best is not None and len(word) > 2:
            guesses[word] = known.shown[best[2]]
    if not guesses:
        return pl.Series("suggestion", [None], dtype=pl.String).new_from_index(0, len(values))
    out = folded.replace_strict(list(guesses), list(guesses.values()), default=None, return_dtype=pl.String)
    return out.alias("suggestion")


def one_letter_away(words: pl.Series, table: Lookup) -> pl.Series:
    """The meaning of every folded word that is one letter away from words of one meaning only: a letter too few, too
    many or wrong, or two that changed places. Null for short words, for those with figures and where two meanings are
    as near."""
    return _near(words, table, OSA.distance)


def one_letter_less(words: pl.Series, table: Lookup) -> pl.Series:
    """`one_letter_away` of a letter too few or too many alone: of names, of which two may differ in one letter."""
    return _near(words, table, Indel.distance)


def _near(words: pl.Series, table: Lookup, distance: Callable[..., int]) -> pl.Series:
    distinct = words.drop_nulls().unique().sort()
    asked = distinct.filter((distinct.str.len_chars() >= SHORTEST) & ~distinct.str.contains("[0-9]")).to_list()
    near: dict[str, str] = {}
    for word in asked if table.words else []:
        hits = process.extract(word, table.words, scorer=distance, score_cutoff=1, limit=None)
        meant = {table.meanings[at] for _, _, at in hits}
        if len(meant) == 1:
            near[word] = meant.pop()
    if not near:
        return pl.Series("value", [None], dtype=pl.String).new_from_index(0, len(words))
    return words.replace_strict(list(near), list(near.values()), default=None, return_dtype=pl.String).alias("value")


def aliased(values: pl.Series, aliases: Mapping[str, str]) -> pl.Series:
    """`values` with the declaration's aliases put in their place; compared as they are, then after folding case and
    letter forms. An alias that is empty says that the cell is blank."""
    if not aliases:
        return values
    exact = {word.strip(): meant for word, meant in aliases.items()}
    words = zip(text.fold(pl.Series(list(aliases), dtype=pl.String)).to_list(), aliases.values(), strict=True)
    meanings = {word: meant for word, meant in words if word}  # a sign such as - has nothing that could be folded
    meant = pl.coalesce(
        pl.lit(values.str.strip_chars()).replace_strict(exact, default=None, return_dtype=pl.String),
        pl.lit(text.fold(values)).replace_strict(meanings, default=None, return_dtype=pl.String),
        pl.lit(values),
    )
    return pl.select(pl.when(meant != "").then(meant).alias(values.name)).to_series()
