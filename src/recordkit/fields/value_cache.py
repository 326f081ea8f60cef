"""Remembers what a kernel made of a value: words come back batch after batch and file after file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

import polars as pl

Kernel = Callable[..., pl.DataFrame]

MOST = 50_000  # values that are remembered by one kernel with one set of arguments; the commonest come early
LONGEST = 200  # bytes of a value that is remembered: longer ones hardly come twice
MEMORIES = 200  # sets of arguments of one kernel; the oldest is forgotten

_REMEMBERED: set[object] = set()


@dataclass(frozen=True)
class _Known:
    """`value`, `at` of every value that is known, and, at that place, what was made of it."""

    values: pl.DataFrame
    made: pl.DataFrame


def remembered(kernel: Kernel) -> Kernel:
    """The same kernel (a Series of String, then arguments that can be hashed), which cleans a value only once.

    A kernel looks at one value at a time, so what it gives does not depend on what is remembered.
    """
    memories: dict[tuple[Any, ...], _Known] = {}

    @wraps(kernel)
    def with_memory(values: pl.Series, *arguments: Any, **named: Any) -> pl.DataFrame:
        key = (*arguments, *sorted(named.items()))
        asked = values.alias("value").to_frame()
        known = memories.get(key) or _Known(_numbered(asked.clear(), 0), kernel(values.clear(), *arguments, **named))
        place = _places(asked, known.values)
        unknown = place.is_null()
        if not unknown.any():
            return known.made[place]
        left = asked.filter(unknown)
        fresh = _numbered(left.unique(maintain_order=True), known.values.height)
        new = kernel(fresh["value"], *arguments, **named)
        if known.values.height < MOST or key not in memories:
            memories[key] = _more(known, fresh.select("value"), new)
            while len(memories) > MEMORIES:
                memories.pop(next(iter(memories)))
        return pl.concat([known.made, new])[place.scatter(unknown.arg_true(), _places(left, fresh))]

    _REMEMBERED.add(with_memory)
    return with_memory


def remembers(kernel: Callable[[pl.Series], pl.DataFrame]) -> bool:
    """Whether a kernel, perhaps with some of its arguments given, is a remembered one."""
    return (kernel.func if isinstance(kernel, partial) else kernel) in _REMEMBERED


def _more(known: _Known, values: pl.DataFrame, made: pl.DataFrame) -> _Known:
    """What is known and as much of this as there is room for."""
    short = (values["value"].str.len_bytes() <= LONGEST).fill_null(True)
    room, first = MOST - known.values.height, known.values.height
    values, made = copied(values.filter(short).head(room)), copied(made.filter(short).head(room))
    return _Known(
        pl.concat([known.values, _numbered(values, first)], rechunk=True), pl.concat([known.made, made], rechunk=True)
    )


def _numbered(values: pl.DataFrame, first: int) -> pl.DataFrame:
    return values.with_row_index("at", first)


def _places(asked: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    """The `at` of every value that is asked for; null where it is not known."""
    return asked.join(known, on="value", how="left", nulls_equal=True, maintain_order="left")["at"]


def copied(frame: pl.DataFrame) -> pl.DataFrame:
    """The same frame with bytes of its own: a selection keeps alive all that it was selected from."""
    copy = pl.from_arrow(frame.to_arrow(compat_level=pl.CompatLevel.oldest()), schema=frame.schema)
    assert isinstance(copy, pl.DataFrame)
    return copy
