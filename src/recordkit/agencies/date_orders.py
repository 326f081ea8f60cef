"""Whether the dates of a sheet still stand in the order that its declaration gives them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from recordkit import details
from recordkit.agencies.format_match import SheetMatch
from recordkit.agencies.source import Sheet
from recordkit.fields import dates
from recordkit.source_fields import Intake


def contradicted(match: SheetMatch, sheet: Sheet, intake: Intake) -> Iterator[tuple[str, str, str]]:
    """(header, order of its dates, evidence) of every date column whose own dates contradict the declared order.

    The columns of one field are judged together, as they are when its rows are read.
    """
    columns = _declared(match, intake)
    if not columns:
        return
    cells = _cells(match, columns)
    distinct = pl.DataFrame(schema={"field": pl.String, "value": pl.String, "n": pl.UInt32})
    last = max(match.located.rows, default=0)
    for batch in sheet.batches():
        below = batch.filter(pl.col("row") > last)
        counted = [_counted(below.select(value=cell), field) for field, cell in cells]
        grouped = pl.concat([distinct, *counted]).group_by("field", "value", maintain_order=True)
        distinct = grouped.agg(pl.col("n").sum())
    for field, order in columns.items():
        seen = distinct.filter(pl.col("field") == field)
        found = dates.infer_order(seen["value"], seen["n"])
        if found.contradicts(order):
            headers = [one.header or field for one in match.located.columns if one.field == field]
            yield ", ".join(dict.fromkeys(headers)), found.order, details.text(
                "both", one=details.text("declared_order", order=order), other=_evidence(found)
            )


def _declared(match: SheetMatch, intake: Intake) -> dict[str, str]:
    """Date field -> its order, where the declaration gives one."""
    kinds, form = intake.fields(match.format.unit), match.format
    dated = [one for one in form.columns if one.field in kinds and kinds[one.field].type == "date"]
    orders = {one.field: one.date_order or form.date_order for one in dated}
    return {field: order for field, order in orders.items() if order != "infer"}


def _cells(match: SheetMatch, columns: dict[str, str]) -> list[tuple[str, pl.Expr]]:
    """(field, its cells); those of a file of fixed width are cut out of its lines."""
    if match.format.fixed:
        cut = [one for one in match.format.columns if one.field in columns and one.start is not None]
        return [(one.field, pl.col("c1").str.slice((one.start or 1) - 1, one.length)) for one in cut]
    return [(one.field, pl.col(one.column)) for one in match.located.columns if one.field in columns and one.field]


def _counted(values: pl.DataFrame, field: str) -> pl.DataFrame:
    counted = values.drop_nulls().group_by("value", maintain_order=True).agg(n=pl.len())
    return counted.select(pl.lit(field).alias("field"), "value", pl.col("n").cast(pl.UInt32))


def _evidence(found: dates.DateOrder) -> str:
    return details.text(
        "orders_of_dates", day_first=found.day_first, month_first=found.month_first, either=found.either
    )
