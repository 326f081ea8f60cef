"""Texts of words.toml (`details` of findings, `messages` of errors and commands) with values filled in, in English."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from recordkit import words


def text(name: str, /, **values: object) -> str:
    """The text of that name with its {names} filled in: a finding's `detail`, or what an error says."""
    return words.fill(words.english().words.texts[name].en, values)


def listed(texts: Sequence[str]) -> str:
    """Several texts as one; none gives ""."""
    *before, last = texts or [""]
    for one in reversed(before):
        last = text("both", one=one, other=last)
    return last


def column(name: str, /, **values: pl.Expr | str) -> pl.Expr:
    """The text of that name for every row; values are expressions, or names of columns."""
    english = words.english().words.texts[name].en
    return pl.format(words.BLANK.sub("{}", english), *(values[one] for one in words.BLANK.findall(english)))
