"""What a reader of this release and of every earlier one can put together: one system of sums over all their cells.

A cell that is in two releases with the same cases in it is one unknown: who knows that nothing changed there can use
either. So a figure that was published once stays known, and protection never rests on it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from recordkit.releases.cells import Shape, sums_of
from recordkit.releases.solver import Numbers, Places, Sparse

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Earlier:
    """The cells of one unit in an earlier release: levels, `count`, `members`, `published`, `width`, `tables`."""

    release: str
    cells: pl.DataFrame
    shapes: Mapping[str, Shape]


@dataclass(frozen=True)
class System:
    """Unknowns and the sums between them.

    `unknowns`: a row for each, with `unknown` (its number), its levels, `count`, `width`, `now` (a cell of this
    release), `before` (published in an earlier one) and `waiting` (left out of an earlier one and never published).
    """

    unknowns: pl.DataFrame
    levels: tuple[str, ...]
    sums: Sparse  # every sum: its parts, less its whole, is 0
    wholes: Places  # of every sum

    @property
    def counts(self) -> Numbers:
        """The true counts."""
        return self.unknowns["count"].to_numpy().astype(np.float64)

    @property
    def widths(self) -> Numbers:
        """How many counts an unpublished cell may have, at least."""
        return self.unknowns["width"].to_numpy().astype(np.float64)

    def flags(self, column: str) -> Flags:
        """A column of true and false."""
        found: Flags = self.unknowns[column].to_numpy().astype(np.bool_)
        return found

    def groups(self, level: str) -> Places:
        """For every unknown the number of its value of a level; -1 where it is a sum over that level."""
        if not level:
            return np.full(self.unknowns.height, -1)
        return self.unknowns[level].rank("dense").cast(pl.Int64).fill_null(-1).to_numpy()

    def implied(self, known: Flags) -> Flags:
        """`known`, and what follows from it: the only member of a sum that is not known is known as well."""
        known = known.copy()
        while True:
            left = np.bincount(self.sums.row, ~known[self.sums.column], self.sums.rows)
            last = self.sums.column[(left[self.sums.row] == 1) & ~known[self.sums.column]]
            if not len(last):
                return known
            known[last] = True


def build(now: pl.DataFrame, shapes: Mapping[str, Shape], earlier: Sequence[Earlier]) -> System:
    """The system of the cells of this release (as in `Earlier`, without `published`) and of earlier ones."""
    frames = [(now.with_columns(published=pl.lit(None, pl.Boolean)), shapes, True)]
    frames += [(one.cells, one.shapes, False) for one in earlier]
    every_shape = [shape for _, known, _ in frames for shape in known.values()]
    levels = tuple(dict.fromkeys(level for shape in every_shape for level in shape.columns))
    pooled = pl.concat([_widened(frame, levels, at, current=current) for at, (frame, _, current) in enumerate(frames)])
    unknowns = (
        pooled.group_by(*levels, "count", "members", maintain_order=True)
        .agg(
            pl.max("width"), pl.col("current").any().alias("now"),
            (~pl.col("current") & pl.col("published")).any().alias("before"),
            (~pl.col("current") & ~pl.col("published")).any().alias("waiting"),
        )
        .with_row_index("unknown")
        .with_columns(waiting=pl.col("waiting") & ~pl.col("before"))
    )  # fmt: skip
    same = [*levels, "count", "members"]
    numbered = pooled.join(unknowns.select(*same, "unknown"), on=same, nulls_equal=True)
    sums = []
    for at, (_, known, _) in enumerate(frames):
        every = numbered.filter(pl.col("origin") == at)
        for name, shape in known.items():
            own = every.filter(pl.col("tables").list.contains(name))
            found = sums_of(own, every.select(*levels, "unknown"), shape, "unknown")
            own_name = pl.format("{} {} {}", pl.lit(at), pl.lit(name), "sum").alias("sum")
            sums.append(found.select(own_name, "whole", "part"))
    return System(unknowns, levels, *_matrix(pl.concat(sums), unknowns))


def _widened(frame: pl.DataFrame, levels: Sequence[str], origin: int, *, current: bool) -> pl.DataFrame:
    missing = [pl.lit(None, pl.String).alias(level) for level in levels if level not in frame.columns]
    numbers = (pl.col("count").cast(pl.Int64), pl.col("width").cast(pl.Int64))
    marked = frame.with_columns(*missing, origin=pl.lit(origin), current=pl.lit(current))
    return marked.select(*levels, *numbers, "members", "published", "tables", "origin", "current")


def _matrix(sums: pl.DataFrame, unknowns: pl.DataFrame) -> tuple[Sparse, Places]:
    """The sums as a matrix; cells of 0, which are always published, are in none. A sum that stands twice is one."""
    counts = unknowns.select("unknown", "count")
    filled = sums.join(counts.rename({"unknown": "part"}), on="part").filter(pl.col("count") > 0)
    same = filled.group_by("sum", "whole", maintain_order=True).agg(pl.col("part").sort())
    same = same.unique(["whole", "part"], maintain_order=True).with_row_index("row")
    parts = same.select("row", pl.col("part")).explode("part")
    wholes = same["whole"].to_numpy().astype(np.int64)
    row = np.concatenate([parts["row"].to_numpy().astype(np.int64), np.arange(len(wholes))])
    column = np.concatenate([parts["part"].to_numpy().astype(np.int64), wholes])
    value = np.concatenate([np.ones(parts.height), -np.ones(len(wholes))])
    return Sparse(row, column, value, len(wholes), unknowns.height), wholes
