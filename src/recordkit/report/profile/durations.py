"""How long it takes from one event of a case to the next, with the cases that have not got there yet."""

from __future__ import annotations

import polars as pl

from recordkit.report.profile.declaration import Duration
from recordkit.report.profile.survival import kaplan_meier

BY_DAYS = (30, 90, 180)  # columns of the table: the share that has got there by then
SCHEMA = {
    "cases": pl.Int64, "reached": pl.Int64, "waiting": pl.Int64, "no_day": pl.Int64, "median": pl.Float64,
    "low": pl.Float64, "high": pl.Float64, **{f"by_{days}": pl.Float64 for days in BY_DAYS},
}  # fmt: skip


def measured(cases: pl.DataFrame, one: Duration) -> dict[str, float | int | None]:
    """A row of SCHEMA. A case of which a day is missing, or whose days run backwards, is counted as not known."""
    days = spans(cases, one)
    known = days.filter(pl.col("days").is_not_null())
    curve = kaplan_meier(known["days"], known["reached"])
    reached = int(known["reached"].sum())
    row: dict[str, float | int | None] = {
        "cases": cases.height, "reached": reached, "waiting": known.height - reached,
        "no_day": cases.height - known.height,
    }  # fmt: skip
    row |= {"median": curve.quantile(), "low": curve.quantile(of="low"), "high": curve.quantile(of="high")}
    longest = float(str(known["days"].max())) if known.height else 0.0
    for limit in BY_DAYS:
        seen = known.height and (longest >= limit or reached == known.height)
        row[f"by_{limit}"] = round(100 * (1 - curve.waiting(limit)), 1) if seen else None
    return row


def spans(cases: pl.DataFrame, one: Duration) -> pl.DataFrame:
    """days, reached of every case: to the second event, or to the last month in which a file told of the case.

    A state that says that the event has happened is dated by the last day of the month of the report that last changed
    the case: the true day may be earlier, so the time is at most this.
    """
    nothing = pl.lit(None, pl.Date)
    day = pl.col(one.end) if one.end and one.end in cases.columns else nothing
    says = pl.col("status").is_in(one.reached).fill_null(False) if one.reached else pl.lit(False)
    by_state = pl.when(says).then(_last_day("last_changed")).otherwise(nothing)
    event = pl.coalesce(day, by_state)
    seen = pl.coalesce(_last_day("reported"), _last_day("last_changed")) if one.reached else nothing
    days = (pl.coalesce(event, seen) - pl.col(one.start)).dt.total_days()
    return cases.select(pl.when(days >= 0).then(days).alias("days"), event.is_not_null().alias("reached"))


def _last_day(month: str) -> pl.Expr:
    return (pl.col(month) + "-01").str.to_date("%Y-%m-%d", strict=False).dt.month_end()
