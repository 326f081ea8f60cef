"""Typed cells of a spreadsheet -> the strings a person would see, exactly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from recordkit.readers.cell_budget import Budget
from recordkit.readers.cell_metadata import Range

Column = list[str | None]
EXACT = 2**53  # beyond it not every whole number can be kept
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # ECMA-376, ST_Xstring
_ESCAPED_BREAK = re.compile(r"\r\n?")
KEPT_DIGITS = 10**15  # a spreadsheet keeps fifteen digits of a number


def number(value: float) -> str:
    """Plain decimals, never an exponent; a whole number has no decimal point (3520212345671)."""
    if value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    return format(Decimal(repr(value)), "f") if value == value else "nan"


def moment(value: datetime) -> str:
    """ISO; the thousandths of a second that come from storing days as fractions are rounded away, never into
    another day: no spreadsheet shows the last moment of a day as the next one.
    """
    if value.time() == time():
        return value.date().isoformat()
    rounded = value + timedelta(milliseconds=1)
    if rounded.microsecond < 2_000 and rounded.date() == value.date():
        value = rounded.replace(microsecond=0)
    return value.isoformat(" ")


def duration(value: timedelta) -> str:
    """Hours, minutes, seconds: 36:00:00."""
    seconds = round(value.total_seconds())
    sign = "-" if seconds < 0 else ""
    minutes, second = divmod(abs(seconds), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{second:02}"


RENDER: dict[type, Callable[[Any], str | None]] = {
    str: lambda value: value or None,
    float: number,
    int: str,
    bool: lambda value: "TRUE" if value else "FALSE",
    datetime: moment,
    date: lambda value: value.isoformat(),
    time: lambda value: value.replace(microsecond=0).isoformat(),
    timedelta: duration,
    type(None): lambda _: None,
}


def column(values: Sequence[Any]) -> tuple[Column, list[int]]:
    """One column as strings, and the positions of numbers with more digits than a spreadsheet keeps.

    Each distinct value is written once; its type is part of what it is.
    """
    if values.count("") == len(values):
        return [None] * len(values), []
    typed = list(zip(map(type, values), values, strict=True))
    distinct = set(typed)
    written = {key: RENDER.get(key[0], str)(key[1]) for key in distinct}
    long = {key for key in distinct if key[0] in (float, int) and abs(key[1]) >= KEPT_DIGITS}
    return list(map(written.__getitem__, typed)), [at for at, key in enumerate(typed) if key in long] if long else []


def plain(text: str) -> str:
    """A text of an .xlsx as it is shown: _x000D_ is a character, and a line break that is written twice is one."""
    whole = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    return _ESCAPED_BREAK.sub("\n", whole)


def columns(rows: Sequence[Sequence[Any]]) -> tuple[list[Column], list[tuple[int, int]]]:
    """Rows of one width -> columns of strings, and the places (row, column) of numbers that are too long."""
    made = [column(values) for values in zip(*rows, strict=True)]
    return [one for one, _ in made], [(row, at) for at, (_, long) in enumerate(made) for row in long]


def fill(table: list[Column], merged: Iterable[Range], budget: Budget) -> list[Range]:
    """Repeat the value of each merged range over its empty cells; gives the ranges that hold a value.

    Positions outside of the table are ignored. What is repeated counts as if it had been written.
    """
    most = budget.cells
    height = len(table[0]) if table else 0
    filled: list[Range] = []
    for (top, left), (bottom, right) in merged:
        bottom, right = min(bottom, height - 1), min(right, len(table) - 1)
        if top > bottom or left > right or table[left][top] is None:
            continue
        most -= (bottom - top + 1) * (right - left + 1)
        if most < 0:
            break
        budget.charge(0, (bottom - top + 1) * (right - left + 1) * len(table[left][top] or ""))
        for at in range(left, right + 1):
            target = table[at]
            target[top : bottom + 1] = [cell or table[left][top] for cell in target[top : bottom + 1]]
        filled.append(((top, left), (bottom, right)))
    return filled
