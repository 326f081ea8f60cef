"""Ditto marks: cells that say "as above" are written out, and every one of them is told."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from recordkit import issues
from recordkit.mapping.model import Carry, SheetPlan

MARK = "RK230"


def columns(rows: pl.DataFrame, plan: SheetPlan) -> tuple[str, ...]:
    """The columns that mean something and in which a ditto mark stands."""
    if plan.fixed or not plan.words.ditto:
        return ()
    names = [name for name in _named(plan) if name in rows.columns]
    marks = list(plan.words.ditto)
    some = rows.select(pl.col(name).is_in(marks).any() for name in names).row(0) if names else ()
    return tuple(name for name, found in zip(names, some, strict=True) if found)


def _named(plan: SheetPlan) -> list[str]:
    return list(dict.fromkeys(one.column for table in plan.tables for one in table.of("field")))


def written_out(
    rows: pl.DataFrame, plan: SheetPlan, repeated: Sequence[str], carry: Carry
) -> tuple[pl.DataFrame, Carry]:
    """Records with the cell of the record above in place of every mark; below nothing it becomes blank.

    The carry keeps the last cell of each column for the next batch.
    """
    marks = list(plan.words.ditto)
    named = [name for name in _named(plan) if name in rows.columns] if plan.words.ditto and not plan.fixed else []
    for name in repeated:
        marked = pl.col(name).is_in(marks)
        cell = pl.when(~marked.fill_null(False)).then(pl.col(name).fill_null(""))
        above = cell.forward_fill().fill_null(pl.lit(carry.above.get(name) or ""))
        rows = rows.with_columns(pl.when(above != "").then(above).alias(name))
    last = dict(zip(named, rows.select(named).row(-1), strict=True)) if named and rows.height else {}
    return rows, carry.model_copy(update={"above": {**carry.above, **last}})


def findings(records: pl.DataFrame, plan: SheetPlan, repeated: Sequence[str]) -> list[pl.DataFrame]:
    """RK230 for every mark."""
    headers = {one.column: one for table in plan.tables for one in table.columns}
    marks = list(plan.words.ditto)
    return [
        issues.conform(
            records.filter(pl.col(name).is_in(marks)).select(
                "row",
                code=pl.lit(MARK),
                file_sha256=pl.lit(plan.file_sha256),
                sheet=pl.lit(plan.sheet),
                column=pl.lit(headers[name].header),
                field=pl.lit(headers[name].field, pl.String),
                value=pl.col(name),
            )
        )
        for name in repeated
    ]
