"""Text that a sender controls, made safe to show anywhere.

Every output escapes what is special to it (markup, formulas). Control characters and marks that turn the
direction of text are special to all of them, so they go here, once, before anything is shown.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import polars as pl

UNSAFE = "[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
_UNSAFE = re.compile(UNSAFE)

T = TypeVar("T")


def safe(value: T) -> T:
    """The same value with every text in it cleaned: dataclasses, tuples and frames are walked through."""
    return _safe(value)  # type: ignore[no-any-return]


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSAFE.sub(" ", value)
    if isinstance(value, tuple):
        return tuple(_safe(part) for part in value)
    if isinstance(value, pl.DataFrame):
        return value.with_columns(pl.col(pl.String).str.replace_all(UNSAFE, " "))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _safe(getattr(value, field.name)) for field in fields(value)})
    return value
