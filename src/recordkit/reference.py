"""Loads schemas/reference/*.csv: national facts as frames, and refuses a word that means two things."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import polars as pl

from recordkit import declarations, details
from recordkit.errors import DeclarationError

# Table -> the columns that identify its rows.
KEYS: dict[str, tuple[str, ...]] = {
    "acts": ("act",),
    "codes": ("vocabulary", "code"),
    "districts": ("province", "district"),
    "divisions": ("province", "division"),
    "header_synonyms": ("field",),
    "hijri_months": ("month",),
    "iccs": ("code",),
    "jurisdictions": ("jurisdiction",),
    "months": ("month",),
    "name_variants": ("canonical", "kind"),
    "null_words": ("word",),
    "offences": ("act", "section"),
    "period_words": ("word",),
    "stations": ("province", "district", "station"),
    "tip_tiers": ("act", "section"),
}

# Table -> (what a word means, where a meaning is looked up, the columns that hold words).
WORDS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "acts": ("act", (), ("act", "aliases")),
    "codes": ("code", ("vocabulary",), ("code", "label", "variants")),
    "districts": (
        "district",
        ("province",),
        ("district", "aliases", "local_aliases", "former_names", "urdu_name"),
    ),
    "divisions": ("division", ("province",), ("division", "aliases", "urdu")),
    "hijri_months": ("month", (), ("canonical", "variants")),
    "jurisdictions": ("jurisdiction", (), ("jurisdiction", "aliases", "former_names", "urdu")),
    "months": ("month", (), ("name", "variants")),
    "name_variants": ("canonical", (), ("canonical", "variants", "urdu")),
    "period_words": ("kind", (), ("word",)),
    "stations": ("station", ("province", "district"), ("station", "aliases", "urdu")),
}

_WORDS_OF = "words of "
_LETTERS = str.maketrans("يىےكةۃھهەۂأإآٱؤئں", "یییکہہہہہہاااا  ن")


@dataclass(frozen=True, eq=False)
class Reference:
    """The reference tables, every column String, blank cells null. Compared and hashed by identity."""

    acts: pl.DataFrame
    codes: pl.DataFrame
    districts: pl.DataFrame
    divisions: pl.DataFrame
    header_synonyms: pl.DataFrame
    hijri_months: pl.DataFrame
    iccs: pl.DataFrame
    jurisdictions: pl.DataFrame
    months: pl.DataFrame
    name_variants: pl.DataFrame
    null_words: pl.DataFrame
    offences: pl.DataFrame
    period_words: pl.DataFrame
    stations: pl.DataFrame
    tip_tiers: pl.DataFrame


@declarations.read_once("reference/*.csv")
def load(dirs: Sequence[Path]) -> Reference:
    """Read every table from `dirs` (packaged folder first, overlays after). Raises DeclarationError."""
    frames = {
        field.name: declarations.read_csv(dirs, f"reference/{field.name}.csv", list(KEYS[field.name]))
        for field in fields(Reference)
    }
    for name, (meaning, scope, columns) in WORDS.items():
        _refuse_ambiguous(name, frames[name], meaning, scope, columns)
    return Reference(**frames)


def words(frame: pl.DataFrame, meaning: Sequence[str], columns: Iterable[str]) -> pl.DataFrame:
    """Long form of a table: the `meaning` columns and `word`, one row per word of `columns` (`;` between)."""
    held = [column for column in columns if column in frame.columns]
    columns_of_words = frame.select(*meaning, *(pl.col(column).alias(f"{_WORDS_OF}{column}") for column in held))
    long = columns_of_words.unpivot([f"{_WORDS_OF}{column}" for column in held], index=list(meaning), value_name="word")
    long = long.select(*meaning, pl.col("word").str.split(";")).explode("word")
    long = long.with_columns(pl.col("word").str.strip_chars())
    return long.filter(pl.col("word").str.len_chars() > 0).unique(maintain_order=True)


def _refuse_ambiguous(
    name: str, frame: pl.DataFrame, meaning: str, scope: Sequence[str], columns: Sequence[str]
) -> None:
    """A word may mean one thing inside its scope; the error names the table, the word and both meanings."""
    long = words(frame, list(dict.fromkeys([*scope, meaning])), columns)
    seen: dict[tuple[str | None, ...], str] = {}
    for row in long.iter_rows(named=True):  # reference data: hundreds of words, once
        key = (*(row[column] for column in scope), _fold(row["word"]))
        if seen.setdefault(key, row[meaning]) != row[meaning]:
            raise DeclarationError(
                details.text(
                    "word_means_both", path=f"reference/{name}.csv", word=row["word"], one=seen[key], other=row[meaning]
                ),
                details.text("keep_word_in_one_row"),
            )


def _fold(word: str) -> str:
    """Letters and digits only, in lower case and one form of each Urdu letter; the word itself if none are
    left.
    """
    plain = unicodedata.normalize("NFKD", word).casefold().translate(_LETTERS)
    return re.sub(r"[\W_]+", "", plain) or word
