"""Plumbing of the kernels: do the dear work only where a value's shape asks for it."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

import polars as pl

Parser = Callable[[pl.Series], pl.DataFrame]

CODES = pl.List(pl.String)
_NO_CODES = pl.Series("codes", [[]], dtype=CODES)


def codes(flags: Mapping[str, pl.Series | pl.Expr], frame: pl.DataFrame | None = None) -> pl.Series:
    """`codes` of every row: the names of the flags that are true, in their order; null counts as false."""
    source = frame if frame is not None else pl.DataFrame()
    table = source.select(
        (flag if isinstance(flag, pl.Expr) else pl.lit(flag)).fill_null(False).alias(code)
        for code, flag in flags.items()
    )
    raised = functools.reduce(operator.or_, table.get_columns())
    if not raised.any():
        return no_codes(len(raised))
    named = table.filter(raised).select(
        pl.concat_list(pl.when(pl.col(code)).then(pl.lit(code)).otherwise(pl.lit(None, pl.String)) for code in flags)
        .list.drop_nulls()
        .alias("codes")
    )
    every = pl.concat([no_codes(1), named.to_series().cast(CODES)])
    place = pl.select(pl.when(raised).then(raised.cum_sum()).otherwise(0)).to_series()
    return every.gather(place).alias("codes")


def no_codes(height: int) -> pl.Series:
    """An empty list of codes for every row."""
    return _NO_CODES.new_from_index(0, height)


def merge_codes(*parts: pl.Series) -> pl.Series:
    """The codes of several outputs of the same rows as one list each."""
    return pl.select(pl.concat_list(*parts).list.unique(maintain_order=True).alias("codes")).to_series()


def where(values: pl.Series, mask: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`values` with `change` applied only where `mask` is true; `change` sees just those values."""
    if not mask.any():  # a null is none; most columns have nothing to change
        return values
    changed = change(values.filter(mask))
    if len(changed) == len(values):
        return changed.alias(values.name)
    return values.clone().scatter(mask.arg_true(), changed.cast(values.dtype))


def coalesce(*series: pl.Series) -> pl.Series:
    """The first value that is not null, place by place; the name of the first."""
    return pl.select(pl.coalesce(series)).to_series()


def unless(mask: pl.Series, values: pl.Series) -> pl.Series:
    """The values, but null where `mask` is true."""
    return pl.select(pl.when(~mask).then(values).alias(values.name)).to_series()


def replace_all(pattern: str, by: str) -> Callable[[pl.Series], pl.Series]:
    """A change for `where`: every match of a pattern replaced."""
    return lambda values: values.str.replace_all(pattern, by)


def asked(values: pl.Series, mask: pl.Series, has: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Whether values have something that only those of `mask` can have; null is no."""
    found = pl.zeros(len(values), dtype=pl.Boolean, eager=True)
    return found.scatter(mask.arg_true(), has(values.filter(mask)).fill_null(False)) if mask.any() else found


SHORT = 256  # values of a short Series: it costs as many queries as a long one, whatever is in it


def untouched(values: pl.Series, *patterns: str) -> bool:
    """Whether no value of a short Series has any of these patterns: one query instead of one for each step. A long
    one is not asked: there the patterns cost more than the queries."""
    if len(values) > SHORT:
        return False
    hits = pl.any_horizontal(pl.col("value").str.contains(pattern).any() for pattern in patterns)
    return not values.to_frame("value").select(hits).item()


def by_shape(values: pl.Series, shapes: Sequence[tuple[str, Parser]], other: Parser) -> pl.DataFrame:
    """Each value parsed by the first shape whose pattern it has; the rest (and nulls) by `other`.

    All parsers give the same columns. The pattern is searched for: anchor it.
    """
    left = values
    index = pl.int_range(0, len(values), eager=True)
    parts: list[pl.DataFrame] = []
    order: list[pl.Series] = []
    for pattern, parse in shapes:
        hit = left.str.contains(pattern)
        if hit.any():
            hit = hit.fill_null(False)
            parts.append(parse(left.filter(hit)))
            order.append(index.filter(hit))
            left, index = left.filter(~hit), index.filter(~hit)
    if len(left) or not parts:
        parts.append(other(left))
        order.append(index)
    return pl.concat(parts)[pl.concat(order).arg_sort()] if len(parts) > 1 else parts[0]


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
        known = memories.get(key)
        numbered = known.values if known else _numbered(asked.clear(), 0)
        place = _places(asked, numbered)
        unknown = place.is_null()
        if known and not unknown.any():
            return known.made[place]
        left = asked.filter(unknown)
        fresh = _numbered(left.unique(maintain_order=True), numbered.height)
        new = kernel(fresh["value"], *arguments, **named)
        known = known or _Known(numbered, new.clear())
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


class Cleaned:
    """What a kernel makes of some values and of a blank one: each distinct one cleaned once, for whoever asks later."""

    def __init__(self, values: pl.Series, kernel: Parser) -> None:
        every = pl.concat([pl.Series("value", [None], dtype=values.dtype), values.alias("value")])
        self._values = _numbered(every.to_frame().unique(maintain_order=True), 0)
        self._made = kernel(self._values["value"])

    def of(self, values: pl.Series) -> pl.DataFrame:
        """The kernel's columns for any of the values, as often as they are asked for."""
        return self._made[_places(values.alias("value").to_frame(), self._values)]


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
