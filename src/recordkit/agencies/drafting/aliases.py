"""Words of a file that no vocabulary knows: which known word each may be, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl
from rapidfuzz import fuzz

from recordkit import details
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.drafting import reshaping
from recordkit.agencies.drafting.like_sheets import Group
from recordkit.agencies.drafting.sheet_guess import ColumnGuess
from recordkit.agencies.header_words import fold, fold_all
from recordkit.fields import pii_scan, vocabularies
from recordkit.text_safety import toml_string

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
    known = ", ".join(f"{toml_string(text)} = {toml_string(code)}" for text, (_, code, _) in pairs.items() if code)
    nothing = [text for text, (_, code, _) in pairs.items() if not code]
    if known:
        keys = f'field = "head", synonyms = false, optional = true, values = {{ {known} }}'
        yield f"  {{ {keys} }},  # ? {details.text('by_likeness')}"
    if nothing:
        yield f"  # ? {details.text('heads_no_table_knows', heads=', '.join(toml_string(text) for text in nothing))}"


class Near(NamedTuple):
    """The known word that a value resembles, if any, its code, and how much it does (0-100)."""

    word: str | None
    code: str | None
    like: float


def _near(values: Sequence[str], vocabulary: str, catalogue: Catalogue) -> dict[str, Near]:
    """What each value is near to that is no known word itself."""
    series = pl.Series("value", list(values), dtype=pl.String)
    read = vocabularies.clean(series, vocabulary, catalogue.reference).with_columns(series.alias("written"))
    unread = read.filter(pl.col("written").is_not_null() & (pl.col("codes").list.len() > 0))
    guessed = dict(unread.select("written", "suggestion").rows())
    words = [word for word in guessed.values() if word]
    coded = (
        vocabularies.clean(pl.Series(words, dtype=pl.String), vocabulary, catalogue.reference)
        .get_column("value")
        .to_list()
    )
    code_of = dict(zip(words, coded, strict=True))
    return {
        value: Near(word, code_of.get(word), fuzz.ratio(fold(value), fold(word))) if word else Near(None, None, 0.0)
        for value, word in guessed.items()
    }


@dataclass(frozen=True)
class Aliases:
    """sure: hardly misspelt. doubtful: only like a known word. strange: nothing is near. unsaid: the rows of more that
    are not quoted, because they may name somebody."""

    sure: Sequence[str] = ()
    doubtful: Sequence[str] = ()
    strange: Sequence[str] = ()
    unsaid: Sequence[int] = ()


def of_values(column: ColumnGuess, vocabulary: str, catalogue: Catalogue) -> Aliases:
    """What a draft says of the values of a coded column. What may be a name is told by its place."""
    years = re.compile(reshaping.YEAR)  # a year alone in a row is a banner, and no value of the column
    near = _near(list(column.values)[:60], vocabulary, catalogue)
    found = {value: one for value, one in near.items() if one.code or not years.search(value)}
    often = [len(column.values[value]) > 1 for value in found]
    texts = {"value": list(found), "suggestion": [one.word for one in found.values()], "often": often}
    frame = pl.DataFrame(texts, schema={"value": pl.String, "suggestion": pl.String, "often": pl.Boolean})
    shown = frame.filter(pii_scan.codes(frame, catalogue.reference))["value"].to_list()
    pairs = {value: f"{toml_string(value)} = {toml_string(code)}" for value in shown if (code := found[value].code)}
    sure = [value for value in pairs if found[value].like >= MISSPELT]
    return Aliases(
        [pairs[value] for value in sure],
        [pairs[value] for value in pairs if value not in sure],
        [value for value in shown if value not in pairs][:12],
        sorted(row for value in found.keys() - set(shown) for row in column.values[value]),
    )
