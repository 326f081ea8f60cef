"""Turns the record rows of one table into records: select, split, join, several in a row, expand, spread."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from recordkit.agencies.declaration import Split
from recordkit.fields import numbers
from recordkit.mapping.joining import Sides, joined
from recordkit.mapping.model import MOST_COPIES, PlannedColumn, SheetPlan, Table

UNCOUNTED = "RK231"
TWIN = "twin"  # the detail of a spread column that says the same as another one
FLAGS = ("of_heads", "unsure")  # of a return's cell: a sum of some heads; one of two that say the same


def records(
    rows: pl.DataFrame, plan: SheetPlan, table: Table, sides: Sides
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(row, part, the plan's fields (and is_total for returns) of the record rows of one table; what got lost).

    Lost: row, code, detail of joins that found nothing or too much, and of multiplicities that cannot be believed.
    """
    found = select(rows, plan, table)
    found = _split(found, plan.reshape.split)
    found, lost = joined(found, plan.reshape.join, sides)
    found = _several(found, plan, table)
    found, uncounted = _expanded(found, plan.reshape.expand)
    found = _spread(found, plan, table)
    given = {name: pl.lit(value, pl.String) for name, value in plan.constants.items()}
    own = {name: pl.col(name) for name in given if name in found.columns}
    constants = [pl.coalesce(own.get(name, value), value).alias(name) for name, value in given.items()]
    return _numbered(found.with_columns(constants), plan), pl.concat([lost, uncounted])


def select(rows: pl.DataFrame, plan: SheetPlan, table: Table) -> pl.DataFrame:
    """The sheet's columns under their fields' names; counted and spread columns keep their own for now."""
    by_field: dict[str, list[PlannedColumn]] = {}
    for one in table.of("field"):
        if one.field and one.column in rows.columns and one.number is None:
            by_field.setdefault(one.field, []).append(one)
    named = [_one_field(name, columns, plan) for name, columns in by_field.items()]
    kept = [one.column for one in table.of("spread", "spread_total") if one.column in rows.columns]
    kept += [one.column for one in table.of("field") if one.number is not None and one.column in rows.columns]
    made = [name for name in rows.columns if name.startswith("_f_")]
    banners = [pl.col(name).alias(name.removeprefix("_f_")) for name in made]
    banners = [column for column in banners if column.meta.output_name() not in by_field]
    return rows.select("row", "is_total", *kept, *named, *banners)


def _one_field(name: str, columns: Sequence[PlannedColumn], plan: SheetPlan) -> pl.Expr:
    cells = [pl.col(one.column) for one in columns]
    value = cells[0]
    if len(cells) > 1:
        filled = pl.any_horizontal(cell.is_not_null() for cell in cells)
        text = pl.concat_str(cells, separator=plan.joins.get(name, " "), ignore_nulls=True)
        value = pl.when(filled).then(text)
    if name in plan.places:  # the label of a total that is kept is no place
        value = pl.when(~(pl.col("is_total") & pl.col("_labelled").eq(columns[0].column))).then(value)
    return value.alias(name)


# --------------------------------------------------------------------------------------- single ops


def _split(rows: pl.DataFrame, splits: Sequence[Split]) -> pl.DataFrame:
    """Named groups of a pattern become fields; a cell that does not match goes to `otherwise`, whole."""
    for split in splits:
        cell = pl.col(split.field) if split.field in rows.columns else pl.lit(None, pl.String)
        groups = list(re.compile(split.pattern).groupindex.items())
        taken = {name: cell.str.extract(split.pattern, at) for name, at in groups}
        if split.otherwise:
            unmatched = pl.when(~cell.str.contains(split.pattern)).then(cell)
            matched = taken.get(split.otherwise)
            taken[split.otherwise] = unmatched if matched is None else pl.coalesce(matched, unmatched)
        rows = rows.with_columns(value.alias(name) for name, value in taken.items())
    return rows


def _several(rows: pl.DataFrame, plan: SheetPlan, table: Table) -> pl.DataFrame:
    """Column groups "accused 1 ...", "accused 2 ...": one record per filled group, the first always."""
    counted = [one for one in table.of("field") if one.number is not None and one.column in rows.columns]
    if not counted:
        return rows
    columns = [one.column for one in counted]
    shared = [name for name in rows.columns if name not in columns]
    numbers = sorted({one.number for one in counted if one.number is not None})
    groups = []
    for at, number in enumerate(numbers):
        own = {one.field: one.column for one in counted if one.number == number and one.field}
        renamed = [pl.col(column).alias(name) for name, column in own.items()]
        group = rows.select(*shared, *renamed, pl.lit(at).alias("_group"))
        filled = pl.lit(at == 0) | pl.any_horizontal(pl.col(list(own)).is_not_null())
        groups.append(group.filter(filled))
    return pl.concat(groups, how="diagonal").sort("row", "_group", maintain_order=True).drop("_group")


def _expanded(rows: pl.DataFrame, helper: str | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A row that stands for n equal records becomes n records: they are real, each one is kept.

    Where no such number stands, the row is one record, and that is told (row, code, detail).
    """
    if helper is None or helper not in rows.columns:
        return rows, pl.DataFrame(schema={"row": pl.Int64, "code": pl.String, "detail": pl.String})
    count = numbers.count(rows.get_column(helper))["value"]
    believed = count.is_between(1, MOST_COPIES).fill_null(False)
    why = (
        pl.when(pl.lit(count) > MOST_COPIES).then(pl.lit(f"more than {MOST_COPIES}"))
        .when(pl.lit(count) == 0).then(pl.lit("it is zero"))
        .when(pl.col(helper).is_null()).then(pl.lit("it is blank"))
        .otherwise(pl.lit("it is no whole number"))
    )  # fmt: skip
    told = rows.select("row", code=pl.lit(UNCOUNTED), detail=why)
    copies = pl.select(pl.when(believed).then(count).otherwise(1).alias("_copies")).to_series()
    listed = rows.with_columns(pl.int_ranges(0, copies).alias("_copy"))
    return listed.explode("_copy").drop("_copy"), told.filter(~believed)


def _spread(rows: pl.DataFrame, plan: SheetPlan, table: Table) -> pl.DataFrame:
    """Columns that are values become rows, in the order of the columns. A blank cell stays a blank count."""
    unpivot = plan.reshape.unpivot
    columns = [one for one in table.of("spread", "spread_total") if one.column in rows.columns]
    if unpivot is None or not columns:
        return rows
    names = [one.column for one in columns]
    others = [name for name in rows.columns if name not in names]
    numbered = rows.with_row_index("_at")
    long = numbered.unpivot(names, index=["_at", *others], variable_name="_column", value_name=unpivot.value)
    order = {name: at for at, name in enumerate(names)}
    long = long.with_columns(pl.col("_column").replace_strict(order, return_dtype=pl.Int32).alias("_order"))
    totals = [one.column for one in columns if one.kind == "spread_total"]
    twins = [one.column for one in columns if one.kind == "spread" and one.detail == TWIN]
    long = long.with_columns(
        *(_level(at, name, columns, plan) for at, name in enumerate(unpivot.into)),
        (pl.col("is_total") | pl.col("_column").is_in(totals)).alias("is_total"),
        (pl.col("_column").is_in(totals) & pl.lit(unpivot.into == ("head",))).alias("of_heads"),
        pl.col("_column").is_in(twins).alias("unsure"),
    )
    return long.sort("_at", "_order").drop("_at", "_order", "_column")


def _level(at: int, name: str, columns: Sequence[PlannedColumn], plan: SheetPlan) -> pl.Expr:
    """The header text of one level as a value; a total column's own words are given by `total_value`."""
    unpivot = plan.reshape.unpivot
    assert unpivot is not None
    several = len(unpivot.into) > 1
    texts: dict[str, str | None] = {}
    for one in columns:
        text = one.levels[at] if several and at < len(one.levels) else one.header
        if one.kind == "spread_total" and at == 0 and unpivot.total_value is not None:
            text = unpivot.total_value
        texts[one.column] = text or None
    return pl.col("_column").replace_strict(texts, default=None, return_dtype=pl.String).alias(name)


def _numbered(rows: pl.DataFrame, plan: SheetPlan) -> pl.DataFrame:
    """The plan's columns in order, and `part` counting the records of one source row from 0."""
    missing = [pl.lit(None, pl.String).alias(name) for name in plan.fields if name not in rows.columns]
    several = plan.reshape.unpivot or plan.reshape.records or plan.reshape.expand
    part = (pl.int_range(pl.len()).over("row") if several else pl.lit(0)).cast(pl.Int32).alias("part")
    flag = ["is_total", *FLAGS] if plan.unit == "return" else []
    missing += [pl.lit(False).alias(name) for name in FLAGS if name not in rows.columns]
    return rows.with_columns(missing).with_columns(part).select("row", "part", *plan.fields, *flag)
