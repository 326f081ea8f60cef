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
# Pairs that are made at once: a working size.
CHUNK = 2_000_000
_SHIFT = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Blocked:
    """pairs: packed (smaller node in the high half), sorted and distinct. report: what every rule gave."""

    pairs: U64
    report: pl.DataFrame


def candidates(table: Table, rule: Block, most: int, new: Bools | None = None) -> tuple[U64, int, int]:
    """Packed pairs of one rule, not yet distinct; the number of values that were left out as too frequent, and of the
    rows with them. `most`: rows of a block, where the rule does not say it; `new`: only pairs of such a row."""
    rows, code = keys(table, rule)
    one_empty = None if rule.when_one_empty is None else table.hashes(rule.when_one_empty) == 0
    if one_empty is not None:
        useful = np.isin(code, code[one_empty[rows]])
        rows, code = rows[useful], code[useful]
    if rule.near is None:
        packed, values, left_out = _equal(rows, code, rule.most or most, new)
    else:
        number = _numbers(table, rule.near)[rows]
        packed, values, left_out = _near(rows, code, number, rule.distance, most=rule.most or most)
    looked_at = [wanted for wanted in (one_empty, new) if wanted is not None]
    if looked_at or len(rows) > table.height or len(rule.parts) > len(rule.columns) or _has_lists(table, rule):
        left, right = unpack(packed)
        chosen = left != right  # a row takes part in several ways
        for wanted in looked_at:
            chosen &= wanted[left] | wanted[right]
        packed = packed[chosen]
    return packed, values, left_out


def _has_lists(table: Table, rule: Block) -> bool:
    """Whether a row takes part once for every element of a list."""
    return any(isinstance(table.frame.schema.get(name), pl.List) for name in rule.agreeing)


def keys(table: Table, block: Block) -> tuple[Ints, U64]:
    """Row and code of every way in which a row takes part in a rule; a list gives one for each of its elements."""
    if not _has_lists(table, block):
        return _flat(codes(table, block))
    lists = [name for name in sorted(block.agreeing) if isinstance(table.frame.schema.get(name), pl.List)]
    row = pl.int_range(pl.len(), dtype=pl.Int64).alias("\x1frow")
    long = table.frame.select(row, *sorted(block.agreeing), *filter(None, [block.when_empty]))
    for name in lists:
        long = long.explode(name).drop_nulls(name)
    rows, code = _flat(codes(Table(long), block))
    return long.get_column("\x1frow").to_numpy()[rows], code


def _flat(code: U64) -> tuple[Ints, U64]:
    """Row and code, where there is one, of codes by row or of one column of them per alternative."""
    flat = code if code.ndim == 1 else code.T.ravel()
    nodes = np.flatnonzero(flat)
    return nodes % max(len(code), 1), flat[nodes]


def _numbers(table: Table, name: str) -> npt.NDArray[np.float64]:
    """The number (a date as days) of every row; not a number where there is none."""
    column = table.column(name)
    return np.append(column.numbers, np.nan)[column.codes]


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
    packed, values, left_out = _equal(*_flat(code), most, new)
    if code.ndim > 1 and code.shape[1] > 1:
        left, right = unpack(packed)
        packed = packed[left != right]
    return packed, values, left_out


def _equal(rows: Ints, code: U64, most: int, new: Bools | None) -> tuple[U64, int, int]:
    """Packed pairs of equal codes: each row with those behind it in its group; new rows stand in front."""
    order = np.argsort(code) if new is None else np.lexsort((~new[rows], code))
    nodes = rows[order]
    starts = group_starts(code[order])
    sizes = np.diff(np.append(starts, len(nodes)))
    capped = sizes > most
    partners = np.repeat(starts + sizes, sizes) - np.arange(len(nodes)) - 1
    partners[np.repeat(capped, sizes)] = 0
    if new is not None:
        partners[~new[nodes]] = 0
    return _upper(nodes, partners), int(capped.sum()), int(sizes[capped].sum())


def _upper(nodes: Ints, partners: Ints) -> U64:
    """Packed pairs of each of `nodes` with so many of those behind it, some millions at a time."""
    ends = np.cumsum(partners)
    made = np.empty(int(ends[-1]) if len(ends) else 0, np.uint64)
    start = 0
    while start < len(nodes):
        done = int(ends[start] - partners[start])
        end = max(int(np.searchsorted(ends, done + CHUNK, side="right")), start + 1)
        mine = partners[start:end]
        first = np.repeat(np.arange(start, end), mine)
        offset = np.arange(done, done + len(first)) - np.repeat(ends[start:end] - mine, mine)
        made[done : done + len(first)] = pack(nodes[first], nodes[first + 1 + offset])
        start = end
    return made


def _near(
    rows: Ints, code: U64, number: npt.NDArray[np.float64], distance: float, *, most: int
) -> tuple[U64, int, int]:
    """Packed pairs of equal codes whose numbers are near: each row looks ahead in the order of code and number. A code
    that more than `most` rows within one distance have gives none."""
    known = np.flatnonzero(~np.isnan(number))
    order = known[np.lexsort((rows[known], number[known], code[known]))]
    rows, code, number = rows[order], code[order], number[order]
    at = np.arange(len(code))
    made, owner = [np.zeros(0, np.uint64)], [at[:0]]
    crowded = code[:0]
    for ahead in range(1, most + 1):
        at = at[at + ahead < len(code)]
        at = at[(code[at] == code[at + ahead]) & (number[at + ahead] - number[at] <= distance)]
        if not len(at):
            break
        made.append(pack(rows[at], rows[at + ahead]))
        owner.append(at)
        crowded = np.unique(code[at]) if ahead == most else crowded
    usable = ~np.isin(code[np.concatenate(owner)], crowded)
    return np.concatenate(made)[usable], len(crowded), int(np.isin(code, crowded).sum())


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
        made, capped, rows_capped = candidates(table, rule, spec.most_in_block, new)
        found.append(made)
        rows.append(("+".join(rule.columns), len(made), capped, rows_capped))
    report = pl.DataFrame(rows, schema=["rule", "pairs", "blocks_capped", "rows_capped"], orient="row")
    return Blocked(_distinct(found), report)


def _distinct(parts: list[U64]) -> U64:
    """The pairs of all parts, sorted, each once. Empties `parts`: there are tens of millions of them."""
    packed = np.empty(sum(len(part) for part in parts), np.uint64)
    at = 0
    while parts:
        part = parts.pop()
        packed[at : at + len(part)] = part
        at += len(part)
    packed.sort()
    keep = np.ones(len(packed), np.bool_)
    np.not_equal(packed[1:], packed[:-1], out=keep[1:])
    return packed[keep]
