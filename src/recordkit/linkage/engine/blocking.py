"""Blocking rules: which pairs are compared at all. Those there are stand in schemas/linkage.toml.

Pairs are the upper triangle of sorted groups of equal codes, packed into 64 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.model_spec import Block, ModelSpec
from recordkit.linkage.graph import Ints, group_starts
from recordkit.stable_ids import P1, U64, mix

Bools = npt.NDArray[np.bool_]
_SHIFT = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Blocked:
    """pairs: packed (smaller node in the high half), sorted and distinct. report: what every rule gave."""

    pairs: U64
    report: pl.DataFrame


def codes(table: Table, block: Block) -> U64:
    """Code of every row under one rule, 0 where a part is missing; one column per way to take its alternatives."""
    ways = [_code(table, way) for way in product(*(column.split("|") for column in block.columns))]
    if block.when_empty is not None:
        full = table.hashes(block.when_empty) != 0
        for code in ways:
            code[full] = 0
    return np.stack(ways, axis=1)


def _code(table: Table, columns: Sequence[str]) -> U64:
    total = np.zeros(table.height, np.uint64)
    missing = np.zeros(table.height, np.bool_)
    for place, column in enumerate(columns):
        hashed = table.hashes(column)
        missing |= hashed == 0
        total += mix(hashed + np.uint64((place + 1) * int(P1) & 0xFFFFFFFFFFFFFFFF))
    total[missing] = 0
    return total


def agree(code: U64, left: Ints, right: Ints) -> Bools:
    """Which pairs have a code in common, code as `codes` gives it."""
    found = np.zeros(len(left), np.bool_)
    for a in code.T:
        for b in code.T:
            found |= (a[left] == b[right]) & (a[left] != 0)
    return found


def pairs(code: U64, most: int, new: Bools | None = None) -> tuple[U64, int, int]:
    """Packed pairs of rows with equal codes (not 0); with `new`, only those of a new row. Groups larger than
    `most` give none. Also: the number of groups left out, and of the rows in them.

    code: one code per row, or one column per alternative.
    """
    rows = len(code)
    flat = code if code.ndim == 1 else code.T.ravel()
    nodes = np.flatnonzero(flat)
    age = np.zeros(len(nodes), np.bool_) if new is None else ~new[nodes % rows]
    order = np.lexsort((age, flat[nodes])) if new is not None else np.argsort(flat[nodes])
    nodes = nodes[order]
    starts = group_starts(flat[nodes])
    sizes = np.diff(np.append(starts, len(nodes)))
    capped = sizes > most
    partners = np.repeat(starts + sizes, sizes) - np.arange(len(nodes)) - 1
    partners[np.repeat(capped, sizes)] = 0
    nodes = nodes % rows if rows else nodes
    if new is not None:
        partners[~new[nodes]] = 0
    first = np.repeat(np.arange(len(nodes)), partners)
    offset = np.arange(len(first)) - np.repeat(np.cumsum(partners) - partners, partners)
    left, right = nodes[first], nodes[first + 1 + offset]
    if code.ndim > 1 and code.shape[1] > 1:
        apart = left != right
        left, right = left[apart], right[apart]
    return pack(left, right), int(capped.sum()), int(sizes[capped].sum())


def pack(left: Ints, right: Ints) -> U64:
    """Two nodes in one number, the smaller one first."""
    low, high = np.minimum(left, right).astype(np.uint64), np.maximum(left, right).astype(np.uint64)
    return (low << _SHIFT) | high


def unpack(packed: U64) -> tuple[Ints, Ints]:
    """The two nodes."""
    return (packed >> _SHIFT).astype(np.int64), (packed & _LOW).astype(np.int64)


def block(table: Table, spec: ModelSpec, new: Bools | None = None) -> Blocked:
    """All pairs of all rules, each once."""
    found: list[U64] = []
    rows = []
    for rule in spec.blocks:
        most = rule.most or spec.most_in_block
        made, capped, rows_capped = pairs(codes(table, rule), most, new)
        found.append(made)
        rows.append(("+".join(rule.columns), len(made), capped, rows_capped))
    report = pl.DataFrame(rows, schema=["rule", "pairs", "blocks_capped", "rows_capped"], orient="row")
    packed = np.concatenate(found) if found else np.zeros(0, np.uint64)
    packed.sort()
    keep = np.ones(len(packed), np.bool_)
    keep[1:] = packed[1:] != packed[:-1]
    return Blocked(packed[keep], report)
