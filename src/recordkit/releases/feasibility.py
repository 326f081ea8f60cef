"""The check of a release, by its own way: what can a reader of all published tables still make of every other cell?

It shares nothing with the choice of cells but the solver. Its unknowns are the innermost cells alone; every published
margin, of this release and of earlier ones, is a sum of them. An unpublished cell passes when two tables of whole
numbers are found that both give everything published, and in which the cell differs by its declared width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from recordkit.releases.cells import Shape
from recordkit.releases.solver import Numbers, Places, Program, Sparse

Flags = npt.NDArray[np.bool_]

ROUNDS = 16
FAR = 1000  # a count may be this much larger than it is, in a proof


@dataclass(frozen=True)
class Seen:
    """A table as its readers have it: levels, `count`, `published`, `width`. Of unpublished cells the count is only
    used to tell which did not change between releases (a reader may know that), and to start from the true table."""

    name: str
    cells: pl.DataFrame
    shape: Shape
    release: str = ""  # the earlier release that has it


@dataclass(frozen=True)
class Unknowns:
    """The innermost cells that no release published, and every other cell as a sum of them."""

    leaves: pl.DataFrame  # leaf, count, and the levels of all tables
    cells: pl.DataFrame  # cell, width, left (its count less its known parts), public, and the levels
    matrix: Sparse  # cell by leaf


def narrow_cells(tables: Sequence[Seen], known: str = "") -> pl.DataFrame:
    """Unpublished cells that can be told to less than their width: levels, `width`, `low`, `high`, `who`.

    known: a level; for every value of it, also by somebody who knows all cells of that value (`who`).
    """
    found = unknowns_of(tables)
    if found is None:
        return pl.DataFrame()
    who = [None]
    if known in found.leaves.columns:
        who += found.leaves[known].drop_nulls().unique(maintain_order=True).to_list()
    parts = [_narrow(found, known, one) for one in who]
    return pl.concat(parts, how="diagonal")


def unknowns_of(tables: Sequence[Seen]) -> Unknowns | None:
    """The system of what the readers of these tables do not know; None when they know every cell."""
    levels = list(dict.fromkeys(level for one in tables for level in one.shape.columns))
    inner = pl.concat([_innermost(one, levels) for one in tables])
    leaves = (
        inner.group_by("key", *levels, "count", "members", maintain_order=True)
        .agg(pl.col("published").any())
        .filter(~pl.col("published"), pl.col("count") > 0)
        .drop("published")
        .with_row_index("leaf")
    )
    if not leaves.height:
        return None
    pairs, cells = [], []
    for at, one in enumerate(tables):
        readable = _readable([other for other in tables if other.release == one.release], levels)
        for depth in one.shape.every_depth:
            part, pair = _sums_at(one, depth, leaves, readable, at)
            cells.append(part)
            pairs.append(pair)
    every = pl.concat(cells).with_row_index("cell")
    linked = pl.concat(pairs).join(every.select("cell", "of", *levels), on=["of", *levels], nulls_equal=True)
    left = linked.join(leaves.select("leaf", "count"), on="leaf").group_by("cell").agg(pl.sum("count").alias("left"))
    every = every.join(left, on="cell", how="inner", maintain_order="left").drop("cell").with_row_index("cell")
    linked = linked.select("leaf", "of", *levels).join(
        every.select("cell", "of", *levels), on=["of", *levels], nulls_equal=True
    )
    matrix = Sparse(
        linked["cell"].to_numpy().astype(np.int64), linked["leaf"].to_numpy().astype(np.int64), np.ones(linked.height),
        every.height, leaves.height,
    )  # fmt: skip
    return Unknowns(leaves, every, matrix)


def _innermost(one: Seen, levels: Sequence[str]) -> pl.DataFrame:
    """The cells of a table in which no level is summed over; tables of the same levels share them."""
    inner = one.cells.filter(*(pl.col(level).is_not_null() for level in one.shape.columns))
    missing = [pl.lit(None, pl.String).alias(level) for level in levels if level not in one.shape.columns]
    key = pl.lit(" ".join(sorted(one.shape.columns))).alias("key")
    return inner.with_columns(*missing, key).select(
        "key", *levels, pl.col("count").cast(pl.Int64), "members", "published"
    )


def _readable(tables: Sequence[Seen], levels: Sequence[str]) -> pl.DataFrame:
    """All cells of one release, each once; what one table publishes is known in all."""
    padded = [
        one.cells.select(
            *(level if level in one.shape.columns else pl.lit(None, pl.String).alias(level) for level in levels),
            pl.col("count").cast(pl.Int64), "members", "published", pl.col("width").cast(pl.Int64),
        )
        for one in tables
    ]  # fmt: skip
    pooled = pl.concat(padded).group_by(*levels, "count", "members", maintain_order=True)
    return pooled.agg(pl.col("published").any().alias("public"), pl.max("width"))


def _sums_at(
    one: Seen, depth: Sequence[int], leaves: pl.DataFrame, readable: pl.DataFrame, at: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cells of one depth, of whichever table, and which unknown leaves of this one each is a sum of."""
    columns, named = one.shape.columns, one.shape.named(depth)
    levels = [name for name in readable.columns if name not in ("count", "members", "public", "width")]
    others = [level for level in levels if level not in named]
    cells = readable.filter(
        *(pl.col(level).is_not_null() for level in named), *(pl.col(level).is_null() for level in others)
    ).with_columns(of=pl.lit(at))
    inner = one.cells.filter(*(pl.col(level).is_not_null() for level in columns)).select(*columns, "count", "members")
    of_these = leaves.filter(pl.col("key") == " ".join(sorted(columns)))
    own = of_these.join(inner, on=[*columns, "count", "members"], how="semi")
    blank = [pl.lit(None, pl.String).alias(level) for level in others]
    pairs = own.with_columns(*blank, of=pl.lit(at)).select("leaf", "of", *levels)
    return cells.select("of", *levels, "public", "width", "count", "members"), pairs


# ------------------------------------------------------------------------------------------------- two tables


def _narrow(found: Unknowns, known: str, who: str | None) -> pl.DataFrame:
    """The cells not shown to be wide enough, for a reader who knows all of one value of a level (or nothing more)."""
    truth = found.leaves["count"].to_numpy().astype(np.float64)
    # A margin that one release published is known in another where nothing changed: its equal has the same members.
    same = [*_levels(found), "count", "members"]
    equal = found.cells.group_by(same).agg(pl.col("public").any().alias("told"))
    cells = found.cells.join(equal, on=same, nulls_equal=True, maintain_order="left", how="left")
    stated = np.asarray(cells["told"].to_numpy(), np.bool_)
    program = _programme(found, stated, cells, truth, _held(found, known, who))
    hidden = cells.filter(~pl.col("told"))
    if who is not None:  # of a sum over all values the rest alone is new, and that is no cell: its parts are looked at
        hidden = hidden.filter(pl.col(known).is_not_null(), pl.col(known) != who)
    targets = hidden["cell"].to_numpy().astype(np.int64)
    widths = found.cells["width"].to_numpy().astype(np.float64)
    every = np.arange(len(truth))
    low = found.matrix.times(truth)
    high = low.copy()
    for cost in _objectives(found.matrix, targets, low, high, widths):
        program.cost(every, cost)
        solution = program.smallest_whole()
        if solution is not None:
            sums = found.matrix.times(solution)
            np.minimum(low, sums, out=low)
            np.maximum(high, sums, out=high)
    short = targets[high[targets] - low[targets] < widths[targets]]
    return cells.select(pl.all().gather(short)).with_columns(
        low=low[short], high=high[short], who=pl.lit(who, pl.String)
    )


def _levels(found: Unknowns) -> list[str]:
    return [name for name in found.leaves.columns if name not in ("leaf", "key", "count", "members")]


def _held(found: Unknowns, known: str, who: str | None) -> Places:
    if who is None:
        return np.zeros(0, np.int64)
    return found.leaves.filter(pl.col(known) == who)["leaf"].to_numpy().astype(np.int64)


def _programme(found: Unknowns, stated: Flags, cells: pl.DataFrame, truth: Numbers, held: Places) -> Program:
    """Every known cell is the sum of its leaves; tables that share an unknown one agree on it; a leaf is at least 1."""
    matrix = found.matrix
    use = stated[matrix.row]
    rows, row = np.unique(matrix.row[use], return_inverse=True)
    shared = _agreements(cells, matrix)
    parts = Sparse(
        np.concatenate([row, shared.row + len(rows)]), np.concatenate([matrix.column[use], shared.column]),
        np.concatenate([matrix.value[use], shared.value]), len(rows) + shared.rows, matrix.columns,
    )  # fmt: skip
    lower, upper = np.ones(len(truth)), truth + FAR
    lower[held] = upper[held] = truth[held]
    return Program(parts, parts.times(truth), lower, upper)


def _agreements(cells: pl.DataFrame, matrix: Sparse) -> Sparse:
    """Cells that are unpublished in two tables: their sums of leaves are equal, but for what is known of either."""
    facts = ("cell", "of", "public", "width", "count", "members", "left", "told")
    levels = [name for name in cells.columns if name not in facts]
    # The known parts of both are taken off: what is left of one and of the other differ by a constant.
    same = (
        cells.filter(~pl.col("told"))
        .group_by(*levels, "count", "members")
        .agg(pl.col("cell").sort())
        .filter(pl.col("cell").list.len() > 1)
    )
    first = (
        same.with_columns(first=pl.col("cell").list.first()).explode("cell").filter(pl.col("cell") != pl.col("first"))
    )
    if not first.height:
        return Sparse(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), 0, matrix.columns)
    pairs = first.select("first", "cell").unique().sort("first", "cell").with_row_index("agreement")
    entries = pl.DataFrame({"cell": matrix.row, "leaf": matrix.column, "value": matrix.value})
    plus = pairs.join(entries.with_columns(pl.col("cell").cast(pairs["first"].dtype)), left_on="first", right_on="cell")
    minus = pairs.join(entries.with_columns(pl.col("cell").cast(pairs["cell"].dtype)), on="cell").with_columns(
        -pl.col("value")
    )
    # A leaf of both, as of one table in two releases, is on both sides and goes.
    both = pl.concat([plus.select("agreement", "leaf", "value"), minus.select("agreement", "leaf", "value")])
    both = both.group_by("agreement", "leaf").agg(pl.sum("value")).filter(pl.col("value") != 0)
    both = both.sort("agreement", "leaf")
    return Sparse(
        both["agreement"].to_numpy().astype(np.int64), both["leaf"].to_numpy().astype(np.int64),
        both["value"].to_numpy(), pairs.height, matrix.columns,
    )  # fmt: skip


def _objectives(matrix: Sparse, targets: Places, low: Numbers, high: Numbers, widths: Numbers) -> Iterator[Numbers]:
    """Many narrow cells at once in chance directions, then one by one; `low` and `high` are learnt in between."""
    chance = np.random.default_rng(2)

    def left() -> Places:
        return targets[high[targets] - low[targets] < widths[targets]]

    for _ in range(ROUNDS):
        if not len(left()):
            return
        weight = np.zeros(matrix.rows)
        weight[left()] = chance.uniform(0.5, 1.5, len(left())) * chance.choice([-1.0, 1.0], len(left()))
        yield np.bincount(matrix.column, weight[matrix.row] * matrix.value, matrix.columns).astype(np.float64)
    for one in left():
        for sign in (-1.0, 1.0):
            if high[one] - low[one] < widths[one]:
                yield np.bincount(matrix.column, sign * (matrix.row == one), matrix.columns).astype(np.float64)
