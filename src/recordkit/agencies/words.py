"""Header words and the words of table layout: how they are folded, and what each may mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from rapidfuzz import fuzz, process

from recordkit import declarations
from recordkit.declarations import Declared
from recordkit.fields import text
from recordkit.reference import Reference

MOST_REMEMBERED = 100_000  # folded words: the first rows of a file are compared with many formats
_FOLDED: dict[str, str] = {}

RESEMBLES = 78.0  # rapidfuzz ratio (0-100) above which a header is said to resemble another


class Words(Declared):
    """Labels of rows that are not records."""

    total: tuple[str, ...]
    subtotal: tuple[str, ...]
    neutral: tuple[str, ...]
    footer: tuple[str, ...]


class Choose(Declared):
    """Weights and thresholds of the choice of a format."""

    accept: float
    accept_named: float
    margin: float
    header_share: float
    required_share: float
    expected_share: float
    kind_differs: float
    sheet_name: float
    file_name: float
    places_fit: float
    places_differ: float
    values_fit: float
    values_differ: float
    out_of_date: float


class Drift(Declared):
    """When a file is said to differ from its declaration."""

    missing: float
    unknown: float


class Layout(Declared):
    """schemas/layout.toml."""

    words: Words
    choose: Choose
    drift: Drift


def load_layout(dirs: Sequence[Path]) -> Layout:
    """layout.toml of the last folder that has one."""
    return declarations.read_toml(declarations.files(dirs, "layout.toml")["layout.toml"], Layout)


def fold(word: str) -> str:
    """One header as it is compared: `F.I.R. No` -> `firno`, `S#` -> `sno`, `Date & Time` -> `dateandtime`."""
    return fold_all([word])[0]


def fold_all(words: Sequence[str | None]) -> list[str]:
    """`fold` for many words at once; null and words without a letter or digit give ""."""
    new = [word for word in dict.fromkeys(words) if word and word not in _FOLDED]
    if new:
        if len(_FOLDED) > MOST_REMEMBERED:
            _FOLDED.clear()
        series = pl.Series("word", new, dtype=pl.String).str.replace_all("#", " no", literal=True)
        _FOLDED.update(zip(new, text.fold(series).fill_null("").to_list(), strict=True))
    return [_FOLDED[word] if word else "" for word in words]


def numbered(word: str) -> tuple[str, int | None]:
    """A folded header with its number taken out: `accused2name` -> (`accused{n}name`, 2)."""
    found = re.search(r"\d+", word)
    if not found:
        return word, None
    return word[: found.start()] + "{n}" + word[found.end() :], int(found.group())


def fold_numbered(word: str) -> str:
    """A declared header with {n} as `numbered` gives it; others as `fold` does."""
    if "{n}" not in word:
        return fold(word)
    before, after = word.split("{n}", 1)
    return fold(before) + "{n}" + fold(after)


@dataclass(frozen=True)
class Synonyms:
    """The general header words: field -> words as written, folded word -> fields."""

    words: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, tuple[str, ...]]

    def resembling(self, header: str) -> tuple[str, str, float] | None:
        """(field, word, score 0-100) of the general word most like a header, if any is."""
        found = nearest(fold(header), self.fields)
        return (self.fields[found[0]][0], found[0], found[1]) if found else None


def synonyms_of(tables: Reference) -> Synonyms:
    """The table of header synonyms; the name of a field is a word for it too."""
    table = tables.header_synonyms
    words: dict[str, tuple[str, ...]] = {}
    fields: dict[str, list[str]] = {}
    for name, variants in table.select("field", "variants").iter_rows():
        words[name] = (name, *(part.strip() for part in (variants or "").split(";") if part.strip()))
        for folded in dict.fromkeys(fold_all(words[name])):
            fields.setdefault(folded, []).append(name)
    return Synonyms(words, {word: tuple(names) for word, names in fields.items() if word})


def nearest(word: str, known: Iterable[str]) -> tuple[str, float] | None:
    """The known folded word most like `word` and how like it is (0-100); None when none resembles it."""
    if len(word) < 3:
        return None
    found = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=RESEMBLES)
    return (str(found[0]), float(found[1])) if found else None
