"""Footnote marks behind (or before) a figure or a name: `12*`, `12¹`, `12(a)`, `Kasur (1)`, `Okara²`."""

from __future__ import annotations

import re

import polars as pl

_SIGNS = r"[*†‡§¶#]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\^\s*[A-Za-z0-9]"
_LETTER = r"\(\s*(?:[A-Za-z]|[ivxIVX]{1,4})\s*\)|\[\s*[A-Za-z]\s*\]"
_NUMBER = r"\(\s*[0-9]{1,2}\s*\)|\[\s*[0-9]{1,2}\s*\]"
OF_COUNT = rf"(?:\s*(?:{_SIGNS}|{_LETTER}))+\s*$"  # a number in brackets may be a part of the count: it is no mark
OF_NAME = rf"(?:\s*(?:{_SIGNS}|{_LETTER}|{_NUMBER}))+\s*$"
BEFORE = r"^\s*[*†‡§¶]+\s*"
_NAME = re.compile(OF_NAME)


def without_marks(text: str) -> str:
    """A name (a header, a place) without the footnote marks behind it."""
    return re.sub(BEFORE, "", _NAME.sub("", text)) or text


def names(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(names without footnote marks, which of them had some)."""
    return _taken_off(values, OF_NAME)


def counts(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(figures without footnote marks, which of them had some). What is no figure without its mark stays whole."""
    return _taken_off(values, OF_COUNT)


def _taken_off(values: pl.Series, pattern: str) -> tuple[pl.Series, pl.Series]:
    marked = (values.str.contains(pattern) | values.str.contains(BEFORE)).fill_null(False)
    if not marked.any():
        return values, marked
    bare = values.str.replace(pattern, "").str.replace(BEFORE, "")
    some = marked & bare.str.contains(r"[\p{L}\p{N}]").fill_null(False)
    return pl.select(pl.when(some).then(bare).otherwise(values).alias(values.name)).to_series(), some
