"""Words of a file that no vocabulary knows: which known word each may be, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl
from rapidfuzz import fuzz

from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.drafting import reshaping
from recordkit.agencies.drafting.guessing import ColumnGuess
from recordkit.agencies.drafting.merging import Group
from recordkit.agencies.drafting.toml_text import quoted
from recordkit.agencies.words import fold, fold_all
from recordkit.fields import codes, strays

MISSPELT = 92  # rapidfuzz ratio from which on a value is a known word with a slip; below it may be another word


def of_heads(group: Group, catalogue: Catalogue) -> Iterator[str]:
    """Heads that stand in the header under names that no table has."""
    spread = [one.header for one in group.guess.columns if one.spread and not one.total]
    if group.guess.unit != "return" or "head" in group.fields or not spread:
        return
    strange = [
        text for text, word in zip(spread, fold_all(spread), strict=True) if word not in catalogue.known["heads"]
    ]
    if not strange or len(strange) * 2 > len(spread):
        return
    pairs = _near(strange, "head", catalogue)
    known = ", ".join(f"{quoted(text)} = {quoted(code)}" for text, (code, _) in pairs.items() if code)
    nothing = [text for text, (code, _) in pairs.items() if not code]
    if known:
        yield f'  {{ field = "head", synonyms = false, optional = true, values = {{ {known} }} }},  # ? by likeness'
    if nothing:
        yield f"  # ? heads that no table knows: {', '.join(quoted(text) for text in nothing)}"


def _near(values: Sequence[str], vocabulary: str, catalogue: Catalogue) -> dict[str, tuple[str | None, float]]:
    """Value -> the code that it is near to, and how near (0-100); only values that are no known word."""
    series = pl.Series("value", list(values), dtype=pl.String)
    read = codes.clean(series, vocabulary, catalogue.reference).with_columns(series.alias("written"))
    unread = read.filter(pl.col("written").is_not_null() & (pl.col("codes").list.len() > 0))
    guessed = dict(unread.select("written", "suggestion").rows())
    told = [word for word in guessed.values() if word]
    coded = codes.clean(pl.Series(told, dtype=pl.String), vocabulary, catalogue.reference).get_column("value").to_list()
    code_of = dict(zip(told, coded, strict=True))
    return {
        value: (code_of.get(word), fuzz.ratio(fold(value), fold(word))) if word else (None, 0.0)
        for value, word in guessed.items()
    }


@dataclass(frozen=True)
class Aliases:
    """sure: hardly misspelt. doubtful: only like a known word. strange: nothing is near. unsaid: how many more are not
    told, because they may name somebody."""

    sure: Sequence[str] = ()
    doubtful: Sequence[str] = ()
    strange: Sequence[str] = ()
    unsaid: int = 0


def of_values(column: ColumnGuess, vocabulary: str, unit: str, catalogue: Catalogue) -> Aliases:
    """What a draft says of the values of a coded column. One that stands in a single row of a list of cases or people
    may be a name in the wrong column: it is counted."""
    found = _near(column.values[:60], vocabulary, catalogue)
    sure = {value for value, (code, like) in found.items() if code and like >= MISSPELT}
    told = strays.codes(pl.Series(list(found), dtype=pl.String), catalogue.reference).to_list()
    codes_of_theirs = {value for value, one in zip(found, told, strict=True) if one}
    shown = {v for v in found if v in sure or (v in codes_of_theirs and (unit == "return" or v in column.often))}
    pairs = {value: f"{quoted(value)} = {quoted(code)}" for value, (code, _) in found.items() if code}
    years = re.compile(reshaping.YEAR)  # a year alone in a row is a banner, and no value of the column
    strange = [value for value, (code, _) in found.items() if not code and not years.search(value)]
    return Aliases(
        [pairs[value] for value in pairs if value in sure],
        [pairs[value] for value in pairs if value in shown - sure],
        [value for value in strange if value in shown][:12],
        len({*pairs, *strange} - shown),
    )
