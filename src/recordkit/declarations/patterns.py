"""Regular expressions that people declare: none that takes for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from recordkit import details

MOST_REPEATS = 16  # more than so many times, and it counts as a repeat without end
# What Python and polars read alike, and neither finds too large: short, of letters, digits, plain signs, classes of
# these, groups, and small counts of anything but a group (of a class larger ones).
SHORT = 120  # characters
_CLASS = r"\[\^?(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9 .:/])+-?\]"
_ONE = rf"(?:[A-Za-z0-9 ,:/_-]|\\[sdwbSDWB.()+*?|/-]|\.|{_CLASS})"
_COUNTED = rf"{_ONE}(?:\{{[0-9](?:,[0-9])?\}})?|{_CLASS}\{{[0-9]{{1,2}},[0-9]{{1,2}}\}}"
_PLAIN = re.compile(rf"(?:\(\?i\))?(?:{_COUNTED}|\((?:\?:|\?P<[a-z_]+>)?|\)|[?*+|^$])*")


def safe_pattern(text: str) -> str:
    """A regular expression that cannot take for ever: ValueError for one with a repeat inside a repeat, as (a+)+.

    Python's matcher tries all ways to split a text among such repeats: 30 letters take hours.
    """
    try:
        parsed = re._parser.parse(text)  # type: ignore[attr-defined]  # the standard library's own, without a public name
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(details.text("no_regular_expression", error=error)) from error
    if _repeats_repeat(parsed, inside=False):
        raise ValueError(details.text("repeat_inside_repeat", pattern=text))
    if len(text) <= SHORT and _PLAIN.fullmatch(text):
        return text
    import polars as pl  # here: rules are explained, and senders listed, without it

    try:
        pl.select(pl.lit("").str.contains(text))
    except pl.exceptions.ComputeError as error:  # polars' matcher knows no look-around and no back references
        raise ValueError(details.text("no_search_expression", pattern=text)) from error
    return text


def _repeats_repeat(parsed: Any, *, inside: bool) -> bool:
    for operation, argument in parsed:
        repeats = str(operation) in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] > MOST_REPEATS
        if repeats and inside:
            return True
        if any(_repeats_repeat(part, inside=inside or repeats) for part in _parts(argument)):
            return True
    return False


def _parts(argument: Any) -> Iterator[Any]:
    """The patterns inside one element of a parsed pattern."""
    if isinstance(argument, re._parser.SubPattern):  # type: ignore[attr-defined]
        yield argument
    elif isinstance(argument, (tuple, list)):
        for part in argument:
            yield from _parts(part)
