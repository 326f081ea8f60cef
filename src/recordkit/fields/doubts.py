"""A question mark beside a value: whoever wrote it was not sure, and the value is read without the mark."""

from __future__ import annotations

import polars as pl

from recordkit.fields import dispatch, text

MARK = "[?؟]"  # a value without it is not doubted
_MARKS = r"[(\[{]?\s?[?؟]+\s?[)\]}]?"
_END = rf"\s*{_MARKS}\s*$"
_START = r"^\s*(?:[(\[{]\s?[?؟]+\s?[)\]}]\s*|[?؟]+\s+)"  # one that touches a figure may stand for a figure
_INSIDE = rf"\s*{_MARKS}([\s,;،؛])"
_LOST = r"\?\?|\?\p{L}"  # letters that were lost: the reader finds them (RK145)


def without_marks(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(values without the marks of doubt beside them, which of them have such a mark).

    A mark in the place of a figure (`1?/07/2026`) stays where it is: no field type reads it as a value. Lost letters
    and web addresses have no doubt in them, and a mark alone in its cell is beside nothing.
    """
    doubted = values.str.contains(MARK).fill_null(False)
    if not doubted.any():
        return values, doubted
    doubted &= ~values.str.contains(_LOST) & ~values.str.contains(text.WEB_ADDRESS)
    doubted &= values.str.contains(r"[\p{L}\p{N}]")
    return dispatch.where(values, doubted, _bare), doubted


def _bare(values: pl.Series) -> pl.Series:
    return values.str.replace(_END, "").str.replace(_START, "").str.replace_all(_INSIDE, "${1}")
