"""Graphs of records as integer arrays: components, groups by code, joins under constraints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from polars.datatypes import DataType, DataTypeClass

from recordkit import stable_ids
from recordkit.stable_ids import U64

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[Any]


def components(count: int, left: Ints, right: Ints) -> Ints:
    """Label of every node 0..count-1: the smallest node of its connected component."""
    parent = np.arange(count, dtype=np.int64)
    while len(left):
        a, b = parent[left], parent[right]
        distinct = a != b
        left, right, a, b = left[distinct], right[distinct], a[distinct], b[distinct]
        if not len(left):
            break
        np.minimum.at(parent, np.maximum(a, b), np.minimum(a, b))
        while True:
            above = parent[parent]
            if np.array_equal(above, parent):
                break
            parent = above
    return parent


def group_starts(sorted_codes: Codes) -> Ints:
    """Positions at which a new value begins in a sorted array."""
    if not len(sorted_codes):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.concatenate([[True], sorted_codes[1:] != sorted_codes[:-1]])).astype(np.int64)


def star_edges(nodes: Ints, codes: Codes) -> tuple[Ints, Ints]:
    """Edges from the smallest node of every group of equal codes to the others of the group."""
    order = np.lexsort((nodes, codes))
    ordered, grouped = nodes[order], codes[order]
    starts = group_starts(grouped)
    first = np.repeat(ordered[starts], np.diff(np.append(starts, len(ordered))))
    other = first != ordered
    return first[other], ordered[other]


def constrained(count: int, edges: Iterable[tuple[int, int]], forbidden: Iterable[tuple[int, int]]) -> Ints:
    """Join along `edges` in their order, strongest first, but never so that a forbidden pair meets.

    For the few components that a human or a contradiction forbids to be one; a loop over their edges.
    """
    parent = list(range(count))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    against: list[set[int]] = [set() for _ in range(count)]
    for a, b in forbidden:
        against[a].add(b)
        against[b].add(a)
    for a, b in edges:
        low, high = sorted((root(a), root(b)))
        if low == high or any(root(node) == low for node in against[high]):
            continue
        parent[high] = low
        against[low] |= against[high]
    return np.array([root(node) for node in range(count)], np.int64)


Types = Mapping[str, DataType | DataTypeClass]
_NOT_LETTERS = r"[^\p{L}\p{N}\p{M}]+"


def ensure(frame: pl.DataFrame, types: Types) -> pl.DataFrame:
    """`frame` with every column of `types`, null where the source did not have it."""
    absent = {name: dtype for name, dtype in types.items() if name not in frame.columns}
    if not absent:
        return frame
    return frame.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in absent.items())


def coalesced(column: str, folded: bool = True) -> pl.Expr:
    """The first of `a|b|c` that is not empty, as text; folded: letters and digits in lower case only.

    A later choice carries its name: the district of Lahore is not the division of Lahore.
    """
    choices = []
    for place, name in enumerate(column.split("|")):
        text = pl.col(name).cast(pl.String)
        if folded:
            text = text.str.to_lowercase().str.replace_all(_NOT_LETTERS, "")
        choices.append(pl.when(text != "").then(text if place == 0 else pl.lit(f"{name}\x1e") + text))
    return pl.coalesce(choices)


def codes(frame: pl.DataFrame, columns: Iterable[str], folded: bool = True) -> U64:
    """64-bit code of the values of `columns` in every row; 0 where one of them is empty."""
    parts = [coalesced(column, folded) for column in columns]
    return stable_ids.hash_text(frame.select(pl.concat_str(parts, separator="\x1f")).to_series())


def only_when_empty(frame: pl.DataFrame, column: str | None, found: U64) -> U64:
    """`found`, but 0 in the rows where `column` has a value."""
    if column is None:
        return found
    return np.where(frame.get_column(column).is_null().to_numpy(), found, np.uint64(0))
