"""Small expressions that several steps of mapping share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from recordkit.agencies.words import FORMS

# Letters and digits that are written with several code points; headers are folded with the same table.
_FORMS = [chr(point) for point in FORMS]
_PLAIN = [chr(int(point)) for point in FORMS.values()]
NUMBER = r"^-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?$"
NUMERIC = r"^[-+0-9., ]*[0-9][-+0-9., ]*$"


def loosely(column: pl.Expr) -> pl.Expr:
    """Text for comparing labels: small letters, letters and digits only, single spaces. Null stays null."""
    return (
        column.str.to_lowercase()
        .str.replace_many(_FORMS, _PLAIN)
        .str.replace_all(r"[^\p{L}\p{N}]+", " ")
        .str.strip_chars()
    )


def loose(words: Iterable[str]) -> tuple[str, ...]:
    """`loosely` for declared words, longest first, each once."""
    frame = pl.DataFrame({"word": list(words)}, schema={"word": pl.String})
    kept = [word for word in frame.select(loosely(pl.col("word"))).to_series().to_list() if word]
    return tuple(sorted(dict.fromkeys(kept), key=lambda word: (-len(word), word)))


def numbers(name: str) -> pl.Expr:
    """A column as Float64: thousands commas only where they belong; anything else is null, never a guess."""
    text = pl.col(name).str.strip_chars().str.replace_many(_FORMS, _PLAIN)
    plain = pl.when(text.str.contains(NUMBER)).then(text.str.replace_all(",", "", literal=True))
    return plain.cast(pl.Float64, strict=False)


def unreadable(name: str) -> pl.Expr:
    """Cells that are filled and are no number (a dash is a blank)."""
    text = pl.col(name).str.strip_chars("- ")
    return (text.str.len_chars() > 0) & numbers(name).is_null()


def filled(names: Sequence[str]) -> pl.Expr:
    """How many cells of a row are not null."""
    return pl.sum_horizontal(pl.col(name).is_not_null() for name in names)
