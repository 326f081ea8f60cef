"""All cells of public tables, margins and totals among them, and the sums that hold between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import polars as pl

from recordkit.releases.population import CONTRIBUTOR

# A level that a margin sums over is null in its row. A cell is known by its levels that are not: two tables of one unit
# share every cell whose levels are equal.
Levels = Sequence[Sequence[str]]  # of every dimension, from the widest to the finest


@dataclass(frozen=True)
class Shape:
    """The dimensions of a table: their levels, and from how many levels on there are cells (0: there is a total)."""

    levels: tuple[tuple[str, ...], ...]
    least: tuple[int, ...]

    @property
    def columns(self) -> list[str]:
        """All levels, in order."""
        return [level for one in self.levels for level in one]

    @property
    def depths(self) -> list[tuple[int, ...]]:
        """How many levels of every dimension a kind of cell has: from all totals to the cells within."""
        return list(product(*(range(least, len(one) + 1) for one, least in zip(self.levels, self.least, strict=True))))

    @property
    def every_depth(self) -> list[tuple[int, ...]]:
        """The same with those that the table does not have: another one may."""
        return list(product(*(range(len(one) + 1) for one in self.levels)))

    def named(self, depth: Sequence[int]) -> list[str]:
        """The levels that are not null at this depth."""
        return [level for one, at in zip(self.levels, depth, strict=True) for level in one[:at]]


def all_cells(rows: pl.LazyFrame, shape: Shape, *, shares: bool) -> pl.DataFrame:
    """Every combination of values that occur, at every depth: levels, `count`, `members`, and `largest`.

    members: a sum over the cases that are counted; two cells with another one have others in them, whatever they count.
    largest: the share of one case; 0 without `shares`. Combinations that nobody is in have the count 0.
    """
    keys = [*shape.columns, CONTRIBUTOR] if shares else shape.columns
    atoms = rows.group_by(keys).agg(pl.len().cast(pl.Int64).alias("count"), _members().sum()).collect()
    found = [_at_depth(atoms, shape, depth, shares=shares) for depth in shape.depths]
    return pl.concat(found).sort(shape.columns, nulls_last=False, maintain_order=True)


def _members() -> pl.Expr:
    """A number of 37 bits from the hexadecimal digits of a case: sums of millions have room, and are told apart."""
    halves = [pl.col(CONTRIBUTOR).str.slice(at, 8).str.to_integer(base=16, dtype=pl.Int64) for at in (1, 9)]
    return (halves[0] * 31 + halves[1] * 17).alias("members")


def _at_depth(atoms: pl.DataFrame, shape: Shape, depth: Sequence[int], *, shares: bool) -> pl.DataFrame:
    named = shape.named(depth)
    sums = (pl.sum("count"), pl.sum("members"))
    if shares:
        by_case = atoms.group_by(*named, CONTRIBUTOR).agg(sums)
        counted = _grouped(by_case, named, *sums, (pl.max("count") / pl.sum("count")).alias("largest"))
    else:
        counted = _grouped(atoms, named, *sums, pl.lit(0.0).alias("largest"))
    domain = pl.DataFrame({"one": [1]})
    for levels, at in zip(shape.levels, depth, strict=True):
        if at:
            domain = domain.join(atoms.select(levels[:at]).unique(), how="cross")
    whole = domain.drop("one").join(counted, on=named, how="left") if named else counted
    rest = [pl.lit(None, pl.String).alias(level) for level in shape.columns if level not in named]
    filled = (pl.col("count", "members").fill_null(0), pl.col("largest").fill_null(0.0))
    return whole.with_columns(*filled, *rest).select(*shape.columns, "count", "members", "largest")


def _grouped(frame: pl.DataFrame, named: Sequence[str], *sums: pl.Expr) -> pl.DataFrame:
    return frame.group_by(named).agg(*sums) if named else frame.select(*sums)


def sums_of(cells: pl.DataFrame, every: pl.DataFrame, shape: Shape, key: str) -> pl.DataFrame:
    """`whole`, `part`, `sum`: the cells of a table as parts of the next wider cell of one dimension; those of one sum
    share its number. A whole may be any cell of `every`: what one table leaves out, another may have."""
    columns, found = [name for name in every.columns if name != key], []
    for at, levels in enumerate(shape.levels):
        for depth in range(1, len(levels) + 1):
            level, finer = levels[depth - 1], levels[depth:]
            parts = cells.filter(pl.col(level).is_not_null(), *(pl.col(one).is_null() for one in finer))
            # The next wider cell; where the table has none of that kind, whatever wider one another table has.
            next_one = depth - 1
            for wide in (next_one,) if next_one >= shape.least[at] else range(depth):
                blank = [pl.lit(None, pl.String).alias(one) for one in levels[wide:depth]]
                widened = parts.with_columns(blank).select(*columns, pl.col(key).alias("part"))
                joined = widened.join(every.rename({key: "whole"}), on=columns, nulls_equal=True)
                found.append(joined.select("whole", "part", pl.lit(at * 100 + depth * 10 + wide).alias("way")))
    sums = pl.concat(found)
    return (
        sums.with_columns(pl.struct("whole", "way").rank("dense").alias("sum"))
        .select("whole", "part", "sum")
        .sort("sum", "part")
    )


def together(tables: Mapping[str, tuple[pl.DataFrame, Shape]]) -> pl.DataFrame:
    """The cells of tables that count the same things, each once, with the list of its `tables`.

    Of what the tables say of a cell (`least`, `width`, `largest` and so on) the strictest holds, of true and false
    true.
    """
    columns = list(dict.fromkeys(level for _, shape in tables.values() for level in shape.columns))
    every = [
        frame.with_columns(
            *(pl.lit(None, pl.String).alias(one) for one in columns if one not in shape.columns), table=pl.lit(name)
        )
        for name, (frame, shape) in tables.items()
    ]
    pooled = pl.concat(every, how="diagonal")
    facts = [name for name in pooled.columns if name not in (*columns, "table")]
    return pooled.group_by(columns, maintain_order=True).agg(
        pl.col("table").alias("tables"), *(pl.max(name) for name in facts)
    )
