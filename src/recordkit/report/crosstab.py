"""Long figures laid out as rows by columns, with sums, and with unknown kept apart from zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from recordkit.report.model import Column

Code = str | None


@dataclass(frozen=True)
class Side:
    """The codes of one side of a table, in order, each with what it is called."""

    column: str
    names: Mapping[Code, str]
    heading: str = ""


@dataclass(frozen=True)
class Crossed:
    """A frame of `label`, `v0`, `v1`, … and `total`, with its columns."""

    frame: pl.DataFrame
    columns: tuple[Column, ...]

    @property
    def values(self) -> tuple[str, ...]:
        """Names of the value columns, without the total."""
        return tuple(column.name for column in self.columns[1:-1])


def cross(
    long: pl.DataFrame, down: Side, across: Side, total: str, zero: Literal["row", "column", "no"] = "row"
) -> Crossed:
    """Lay `long` (two columns of codes, count) out, with a total column and a total row.

    zero = "row": an empty cell is 0 when its row has any figure, else it is unknown; "column": when its
    column has any; "no": an empty cell is always unknown.
    """
    names = [f"v{at}" for at in range(len(across.names))]
    rows = pl.LazyFrame(
        {"row": list(down.names), "label": list(down.names.values())},
        schema={"row": pl.String, "label": pl.String},
    )
    cells = long.lazy().group_by(down.column, across.column).agg(pl.col("count").sum())
    of_code = [
        pl.col("count").filter(pl.col(across.column).eq_missing(pl.lit(code, pl.String))).first().alias(name)
        for name, code in zip(names, across.names, strict=True)
    ]
    named = cells.group_by(pl.col(down.column).alias("row")).agg(of_code)
    laid = rows.join(named, on="row", how="left", nulls_equal=True, maintain_order="left")
    wide = _with_zeros(laid, names, zero).with_columns(_sum_across(names)).drop("row").collect()
    if wide.height:
        wide = pl.concat([wide, _sum_down(wide, names, total)])
    values = [Column(name, label) for name, label in zip(names, across.names.values(), strict=True)]
    heading = Column("label", down.heading, "text")
    return Crossed(wide, (heading, *values, Column("total", total, strong=True)))


def _with_zeros(wide: pl.LazyFrame, names: list[str], zero: str) -> pl.LazyFrame:
    if zero == "no" or not names:
        return wide
    reported = pl.any_horizontal(pl.col(names).is_not_null())
    return wide.with_columns(
        pl.when(reported if zero == "row" else pl.col(name).is_not_null().any())
        .then(pl.col(name).fill_null(0))
        .alias(name)
        for name in names
    )


def _sum_across(names: list[str]) -> pl.Expr:
    """The sum of a row: unknown when all of it is unknown."""
    if not names:
        return pl.lit(None, pl.Int64).alias("total")
    known = pl.any_horizontal(pl.col(names).is_not_null())
    return pl.when(known).then(pl.sum_horizontal(names)).alias("total")


def _sum_down(wide: pl.DataFrame, names: list[str], total: str) -> pl.DataFrame:
    """The sum of every column: unknown when all of it is unknown."""
    columns = [*names, "total"]
    sums = [pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in columns]
    return wide.select(pl.lit(total).alias("label"), *sums)
