"""Why figures moved between two editions: through which files, merges, splits, rules or decisions."""

from __future__ import annotations

import polars as pl

from recordkit.store.figure_records import CELL, counted
from recordkit.store.manifest import Input, Manifest
from recordkit.store.reading import Edition

ROW = ["file_sha256", "sheet", "row"]
INPUTS_SCHEMA = {
    "sha256": pl.String,
    "name": pl.String,
    "agency": pl.String,
    "period": pl.String,
    "change": pl.String,
}


def inputs(old: Manifest, new: Manifest) -> pl.DataFrame:
    """Files on one side only: new, late (for a month already published), corrected, withdrawn."""
    before = {source.sha256 for source in old.inputs}
    after = {source.sha256 for source in new.inputs}
    had = {(source.agency, source.format, source.period) for source in old.inputs}
    told = [(s, _kind(s, had, old.period)) for s in new.inputs if s.sha256 not in before]
    told += [(s, "withdrawn") for s in old.inputs if s.sha256 not in after]
    rows = [(s.sha256, s.name, s.agency, s.period, kind) for s, kind in told]
    return pl.DataFrame(rows, schema=INPUTS_SCHEMA, orient="row").unique("sha256", keep="first", maintain_order=True)


def _kind(source: Input, had: set[tuple[str | None, str | None, str | None]], newest: str) -> str:
    if (source.agency, source.format, source.period) in had:
        return "corrected"
    return "late" if source.period is not None and source.period <= newest else "new"


def by_case(
    old: pl.LazyFrame, new: pl.LazyFrame, changed: pl.DataFrame, files: pl.DataFrame, causes: list[str]
) -> pl.LazyFrame:
    """case_id, reason: one row for each reason of each case that came, went or changed."""
    rule = "rule change" if {"schemas", "code"} & set(causes) else "follow-up"
    judged = "decision" if "decisions" in causes else rule
    rows = _rows(new, "after").join(_rows(old, "before"), on=ROW, how="full", coalesce=True, nulls_equal=True)
    rows = rows.join(files.lazy().select(file_sha256="sha256", file="change"), on="file_sha256", how="left")
    gained = rows.filter(pl.col("before").is_null()).select(case_id="after", reason=pl.col("file").fill_null(rule))
    lost = rows.filter(pl.col("after").is_null()).select(case_id="before", reason=pl.col("file").fill_null(rule))
    known = [gained, lost, *_moved(rows, old, new)]
    told = pl.concat(known).filter(pl.col("case_id").is_not_null()).unique()
    silent = changed.lazy().select("case_id").join(told, on="case_id", how="anti")
    return pl.concat([told, silent.with_columns(reason=pl.lit(judged))])


def _rows(cases: pl.LazyFrame, name: str) -> pl.LazyFrame:
    """One row per source row of each case: where it came from and the case's id under `name`."""
    return (
        cases.select(pl.col("case_id").alias(name), "source_rows")
        .explode("source_rows")
        .unnest("source_rows")
        .select(*ROW, name)
        .filter(pl.col("file_sha256").is_not_null())
        .unique()
    )


def _moved(rows: pl.LazyFrame, old: pl.LazyFrame, new: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Rows that went from one case to another: a merge if their old case is gone, else a split."""
    moved = rows.filter(pl.col("before") != pl.col("after"))
    gone = moved.join(new.select(before="case_id"), on="before", how="anti")
    stays = moved.join(new.select(before="case_id"), on="before", how="semi")
    parts = []
    for frame, reason in ((gone, "merged"), (stays, "split")):
        both = pl.concat([frame.select(case_id="before"), frame.select(case_id="after")])
        parts.append(both.with_columns(reason=pl.lit(reason)))
    return parts


def by_cell(
    old: Edition, new: Edition, changed: pl.DataFrame | None, files: pl.DataFrame, causes: list[str]
) -> pl.LazyFrame:
    """Cell of `counts`, reasons: the reasons of all cases that were or are counted there."""
    if changed is None or "case_id" not in changed.columns:
        return pl.LazyFrame(schema={**dict.fromkeys(CELL, pl.String), "reasons": pl.List(pl.String)})
    told = by_case(old.scan("cases"), new.scan("cases"), changed, files, causes)
    cells = pl.concat([counted(edition).drop("mention_id") for edition in (old, new)]).unique()
    return cells.join(told, on="case_id").group_by(CELL).agg(reasons=pl.col("reason").unique().sort())
