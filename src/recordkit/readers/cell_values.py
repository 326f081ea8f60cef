"""Typed cells of a spreadsheet -> the strings a person would see, exactly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from recordkit.readers.errors import Refused

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


Range = tuple[tuple[int, int], tuple[int, int]]  # (first row, first column), (last row, last column)


@dataclass
class Facts:
    """Of one sheet."""

    errors: list[tuple[int, int, str]] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    long_numbers: list[tuple[int, int]] = field(default_factory=list)  # more digits than a spreadsheet keeps
    texts: list[tuple[int, int, str]] = field(default_factory=list)  # what the library reads wrongly
    formatted: list[tuple[int, int, str, str | None]] = field(default_factory=list)  # what, and the text without it
    originals: list[tuple[int, int, str, str]] = field(default_factory=list)  # what, and the text as it stood there
    struck_rows: list[int] = field(default_factory=list)  # every cell of them is struck through
    hidden_columns: list[int] = field(default_factory=list)
    epoch: int = 1900  # the year from which the workbook counts days


STRUCK, RAISED = "struck", "raised"
_NUMBERS = r"[0-9]{1,2}(?:\s*[,;]\s*[0-9]{1,2})*"
_FOOTNOTE = re.compile(rf"\s*(?:{_NUMBERS}|[*\u2020\u2021\u00a7\u00b6#]{{1,3}}|[a-z]|\([0-9a-z]{{1,2}}\))\s*")
_UNIT = re.compile(r"(?:^|[\s0-9/.])(?:mm|cm|dm|m|km|ft|in|yd|mi|sq)\s*$", re.IGNORECASE)  # raised behind one: a power


@dataclass(frozen=True)
class Run:
    """A stretch of a cell's text."""

    text: str
    struck: bool = False
    raised: bool = False
    own: bool = True  # its look is its own, not its cell's


def remaining_text(runs: Sequence[Run]) -> tuple[str, str | None] | None:
    """(what the text holds, the text without it), or None when its formatting means nothing."""
    struck = any(run.struck and run.text.strip() for run in runs)
    before = ""
    parts: list[str] = []
    raised = False
    alone = all(run.raised for run in runs if run.text.strip())
    for run in runs:
        note = run.raised and not alone and _is_footnote(run.text, before)
        raised = raised or note
        before += run.text
        if not run.struck and not note:
            parts.append(run.text)
    if not struck and not raised:
        return None
    what = " ".join(name for name, is_so in ((STRUCK, struck), (RAISED, raised)) if is_so)
    return what, "".join(parts).strip() or None


def _is_footnote(text: str, before: str) -> bool:
    return bool(before.strip()) and _FOOTNOTE.fullmatch(text) is not None and _UNIT.search(before) is None


def take_out(columns: list[list[str | None]], facts: Facts) -> None:
    """Write into the cells what is left of them, and note what stood there. A row in which everything is struck
    through keeps its cells: it is a record taken back, told by `struck_rows`."""
    inside = [one for one in facts.formatted if one[1] < len(columns) and one[0] < len(columns[one[1]])]
    facts.formatted = []
    gone = {(row, column) for row, column, what, text in inside if text is None and STRUCK in what}
    facts.struck_rows = sorted(_whole_rows(columns, gone))
    whole = set(facts.struck_rows)
    for row, column, what, text in inside:
        original = columns[column][row]
        if row in whole or original is None or original == text:
            continue
        facts.originals.append((row, column, what, original))
        columns[column][row] = text


def _whole_rows(columns: list[list[str | None]], gone: set[tuple[int, int]]) -> Iterable[int]:
    for row in {row for row, _ in gone}:
        filled = [at for at, column in enumerate(columns) if (column[row] or "").strip()]
        if filled and all((row, at) in gone for at in filled):
            yield row


CELL = 32  # bytes that a cell costs whatever stands in it
AREA = 4  # counted for a cell of the area in use that is empty


@dataclass
class Budget:
    """`cells` of one sheet; `text` bytes of strings in all sheets; `spread`: what all cells may take for a file of
    this size, their text counted once for every cell that shows it."""

    cells: int
    text: int
    spread: int
    used_text: int = 0
    used: int = 0

    def charge(self, cells: int, text: int) -> None:
        """Count cells and the bytes of the text that they hold together; Refused RK123 when it is too much."""
        self.used_text += text
        self.used += cells * CELL + text
        if self.used_text > self.text:
            raise Refused("RK123", "cells_hold_more_text", count=self.text)
        if self.used > self.spread:
            raise Refused("RK123", "cells_take_more", count=self.spread)

    def sheet(self, rows: int, columns: int) -> None:
        """Look at the area of a sheet: cells that are empty are made, too."""
        if rows * columns > self.cells or rows * columns * AREA > self.spread:
            raise Refused("RK123", "sheet_reaches_to", row=rows, column=columns)
