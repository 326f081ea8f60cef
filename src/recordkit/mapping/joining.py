"""Fields of another table by a key: the other sheet of a workbook, or the other file of the same sender.

The key must name one row of the other table. Where it names several that differ, nothing is taken and the row
is a finding: which of them is meant, nobody can say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import polars as pl

from recordkit import issues
from recordkit.agencies.declaration import Join
from recordkit.mapping.model import SheetPlan

Sides = Mapping[str, pl.DataFrame]  # format -> its mapped rows, with the fields that others take
NO_SIDES: Sides = {}
MISSING, AMBIGUOUS = "RK225", "RK226"
NORMAL = "_key_{}"


def joined(rows: pl.DataFrame, joins: Sequence[Join], sides: Sides) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows with the fields of every join, findings: row, code, detail). What a row itself says wins.

    A join whose side is not there leaves the rows as they are: RK227 is said of the sheet, not of its rows.
    """
    found = []
    for join in joins:
        if join.format in sides:
            rows, lost = _one(rows, join, sides[join.format])
            found.append(lost)
    empty = pl.DataFrame(schema={"row": pl.Int64, "code": pl.String, "detail": pl.String})
    return rows, pl.concat([empty, *found])


def _one(rows: pl.DataFrame, join: Join, other: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    present = [name for name in join.fields if name in other.columns]
    keys = [NORMAL.format(name) for name in join.key]
    unique = _by_key(other, join.key, keys, present)
    keyed = rows.with_columns(_normal(rows, name).alias(key) for name, key in zip(join.key, keys, strict=True))
    both = keyed.join(unique, on=keys, how="left", maintain_order="left")
    said = pl.all_horizontal(pl.col(key).is_not_null() for key in keys)
    missing = pl.when(said & pl.col("_rows").is_null()).then(pl.lit(MISSING))
    code = missing.when(pl.col("_rows") > 1).then(pl.lit(AMBIGUOUS))
    where = pl.format("{} of {}", pl.lit(" + ".join(join.key)), pl.lit(join.format))
    lost = both.select("row", code.alias("code"), where.alias("detail")).drop_nulls("code").unique(maintain_order=True)
    values = [
        pl.coalesce(*([name] if name in rows.columns else []), f"_j_{name}").alias(name) for name in present
    ]
    return both.with_columns(values).drop([*keys, "_rows", *(f"_j_{name}" for name in present)]), lost


def _by_key(other: pl.DataFrame, key: Sequence[str], keys: Sequence[str], present: Sequence[str]) -> pl.DataFrame:
    """One row for every key: `_j_<field>`, and in `_rows` how many different rows it names; several give nulls."""
    named = other.with_columns(_normal(other, name).alias(new) for name, new in zip(key, keys, strict=True))
    several = named.select(*keys, *(pl.col(name).alias(f"_j_{name}") for name in present)).drop_nulls(keys).unique(
        maintain_order=True
    )
    taken = [pl.when(pl.len() == 1).then(pl.col(f"_j_{name}").first()).alias(f"_j_{name}") for name in present]
    return several.group_by(keys, maintain_order=True).agg(*taken, pl.len().alias("_rows"))


def _normal(rows: pl.DataFrame, name: str) -> pl.Expr:
    """A key as it is compared: small letters, no blanks around it."""
    if name not in rows.columns:
        return pl.lit(None, pl.String)
    cell = pl.col(name).str.strip_chars().str.to_lowercase()
    return pl.when(cell != "").then(cell)


def findings(lost: pl.DataFrame, plan: SheetPlan) -> pl.DataFrame:
    """ISSUE_SCHEMA rows for what got lost in reshaping: at the key of a join, or at the column of a multiplicity."""
    key = plan.reshape.join[0].key[0] if plan.reshape.join else None
    of_join = pl.col("code").is_in([MISSING, AMBIGUOUS])
    field = pl.when(of_join).then(pl.lit(key, pl.String)).otherwise(pl.lit(plan.reshape.expand, pl.String))
    headers = {name: plan.headers.get(name, name) for name in (key, plan.reshape.expand) if name}
    return issues.conform(
        lost.with_columns(
            field.replace(headers).alias("column"),
            field.alias("field"),
            pl.lit(plan.file_sha256).alias("file_sha256"),
            pl.lit(plan.sheet).alias("sheet"),
        )
    )


def without(plan: SheetPlan, sides: Sides) -> pl.DataFrame:
    """RK227 for every join of the sheet whose other table has not come."""
    say = partial(issues.make, "RK227", file_sha256=plan.file_sha256, sheet=plan.sheet)
    missing = [join for join in plan.reshape.join if join.format not in sides]
    return issues.concat(
        [say(field=one.key[0], detail=f"no table of {one.format} came ({_place(one)})") for one in missing]
    )


def _place(join: Join) -> str:
    where = {"file": "in this file", "month": "in this file or month", "sender": "from this sender"}
    return where[join.within]
