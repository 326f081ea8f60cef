"""Small expressions that several steps of mapping share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import polars as pl

from recordkit.fields import text

NUMBER = r"^-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?$"
NUMERIC = r"^[-+0-9۰-۹٠-٩., ]*[0-9۰-۹٠-٩][-+0-9۰-۹٠-٩., ]*$"


def loosely(column: pl.Expr) -> pl.Expr:
    """Normal text for comparing labels: small letters, letters and digits only, single spaces."""
    return column.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()


def loose_cells(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """`rows` with `_l_<name>` for every column named: the text that labels are looked for in."""
    normal = [text.normal(rows.get_column(name)).alias(f"_l_{name}") for name in names]
    return rows.with_columns(normal).with_columns(loosely(pl.col(f"_l_{name}")) for name in names)


def loose(words: Iterable[str]) -> tuple[str, ...]:
    """`loose_cells` for declared words, longest first, each once."""
    frame = pl.DataFrame({"word": list(words)}, schema={"word": pl.String})
    kept = [word for word in loose_cells(frame, ["word"]).get_column("_l_word").to_list() if word]
    return tuple(sorted(dict.fromkeys(kept), key=lambda word: (-len(word), word)))


def numbers(name: str) -> pl.Expr:
    """A column as Float64: thousands commas only where they belong; anything else is null, never a guess."""
    cell = pl.col(name).str.strip_chars()
    plain = pl.when(cell.str.contains(NUMBER)).then(cell.str.replace_all(",", "", literal=True))
    return plain.cast(pl.Float64, strict=False)


def filled(names: Sequence[str]) -> pl.Expr:
    """How many cells of a row are not null."""
    return pl.sum_horizontal(pl.col(name).is_not_null() for name in names)


def lone(names: Sequence[str]) -> pl.Expr:
    """Only one value stands in the row (once, or repeated by a merged cell)."""
    first = pl.coalesce(names)
    return first.is_not_null() & pl.all_horizontal((pl.col(n) == first).fill_null(True) for n in names)


def alternatives(words: Sequence[str]) -> str:
    """A pattern that matches any of the words, and nothing when there is none."""
    return "|".join(re.escape(word) for word in words) or r"\z."
