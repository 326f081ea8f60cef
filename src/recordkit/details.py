"""What a finding adds to its rule: a text of words.toml (`details`) with values filled in, in English."""

from __future__ import annotations

import polars as pl

from recordkit import words


def text(name: str, /, **values: object) -> str:
    """The text of that name with its {names} filled in: what `detail` of one finding holds."""
    return words.english().words.details[name].en.format(**values)


def column(name: str, /, **values: pl.Expr | str) -> pl.Expr:
    """The text of that name for every row; values are expressions, or names of columns."""
    english = words.english().words.details[name].en
    return pl.format(words.BLANK.sub("{}", english), *(values[one] for one in words.BLANK.findall(english)))
