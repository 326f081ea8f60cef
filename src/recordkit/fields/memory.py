"""Remembers what a kernel made of a value: names come back batch after batch and file after file."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import polars as pl

Kernel = Callable[..., pl.DataFrame]

MOST = 200_000  # values that are remembered by one kernel with one set of arguments; the commonest come early


def remembered(kernel: Kernel) -> Kernel:
    """The same kernel (a Series of String, then arguments that can be hashed), which cleans a value only once.

    A kernel looks at one value at a time, so what it gives does not depend on what is remembered.
    """
    known: dict[tuple[Any, ...], tuple[pl.DataFrame, pl.DataFrame]] = {}

    @wraps(kernel)
    def with_memory(values: pl.Series, *arguments: Any, **named: Any) -> pl.DataFrame:
        key = (*arguments, *sorted(named.items()))
        asked = values.alias("value").to_frame()
        words, made = known.get(key) or (asked.clear(), kernel(values.clear(), *arguments, **named))
        fresh = asked.unique(maintain_order=True).join(words, on="value", how="anti", nulls_equal=True)
        if fresh.height:
            if fresh.height == values.len() and fresh.height > MOST:
                return kernel(values, *arguments, **named)
            words = pl.concat([words, fresh], rechunk=True)
            made = pl.concat([made, kernel(fresh["value"], *arguments, **named)], rechunk=True)
        if key not in known or words.height <= MOST:
            known[key] = (words, made) if words.height <= MOST else (words.head(MOST), made.head(MOST))
        place = asked.join(
            words.with_row_index("at"), on="value", how="left", nulls_equal=True, maintain_order="left"
        )
        return made[place["at"]]

    return with_memory
