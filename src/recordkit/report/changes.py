"""What changed since the last edition, as a comparison of two editions tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import polars as pl

from recordkit.report.context import Context, month_names
from recordkit.report.model import Column, Group, Section, Table

CELL = ["period", "agency", "province", "district", "unit", "classification", "code"]
CAUSES = ("schemas", "code", "decisions", "options")
CHANGES = ("new", "late", "corrected", "withdrawn")


class Compared(Protocol):
    """Two editions compared (`store.diff`): from `a` to the one that is reported."""

    @property
    def a(self) -> str | None: ...
    @property
    def tables(self) -> pl.DataFrame: ...  # table, added, removed, changed
    @property
    def counts(self) -> pl.DataFrame: ...  # the cell, before, after, change, reasons
    @property
    def inputs(self) -> pl.DataFrame: ...  # sha256, name, agency, period, change
    @property
    def causes(self) -> Sequence[str]: ...


def changes(context: Context, compared: Compared) -> Section:
    """Files that came, cases by month before and after, rows by table; and every figure, long."""
    words = context.words.section["changes"]
    causes = [context.word(f"cause_{cause}") if cause in CAUSES else cause for cause in compared.causes]
    parts = [words.intro, context.word("previous", edition=compared.a)]
    parts += [context.word("besides", causes=context.word("and").join(causes))] if causes else []
    intro = " ".join(parts)
    tables = (
        _files(context, compared.inputs),
        _cases(context, compared.counts),
        _rows(context, compared.tables),
        _long(context, compared.counts),
    )
    return Section("changes", words.title, words.urdu, intro, (Group(tables),))


def _files(context: Context, inputs: pl.DataFrame) -> Table:
    ordered = inputs.sort("period", "agency", "name", nulls_last=True)
    frame = ordered.with_columns(_names(context, inputs), month_names(context.words, inputs["period"]))
    columns = (
        context.column("change", "code"),
        context.column("name", "text", "file"),
        context.column("agency", "text"),
        context.column("period", "text", "month"),
    )
    looks = {"corrected": "warn", "withdrawn": "bad"}
    names = {one: context.word(f"change_{one}") for one in CHANGES}
    state = pl.col("change").replace_strict(looks, default="plain", return_dtype=pl.String)
    return context.table(
        "changes_files",
        frame.with_columns(state.alias("change__state"), pl.col("change").replace(names)),
        columns,
        period=context.word("all_months"),
        terminal=False,
    )


def _cases(context: Context, counts: pl.DataFrame) -> Table:
    """Months and agencies whose number of cases moved, and why."""
    cases = counts.filter(pl.col("unit") == "case", pl.col("classification") == "npb_head")
    moved = (
        cases.group_by("period", "agency")
        .agg(pl.col("before", "after").sum(), _why())
        .filter(pl.col("before") != pl.col("after"))
        .sort("period", "agency", nulls_last=True)
    )
    frame = moved.with_columns(
        month_names(context.words, moved["period"]).fill_null(context.word("undated")),
        _names(context, moved),
        (pl.col("after") - pl.col("before")).alias("change"),
        pl.col("reasons").list.join(", "),
    )
    columns = (
        context.column("period", "text", "month"),
        context.column("agency", "text"),
        context.column("before"),
        context.column("after", word="after_change"),
        context.column("change", "change", strong=True),
        context.column("reasons", "text", "why"),
    )
    return context.table("changes_cases", frame, columns, period=context.word("all_months"))


def _why() -> pl.Expr:
    """The reasons of the cells that moved; of the others only the coverage did."""
    moved = pl.col("reasons").filter(pl.col("before") != pl.col("after"))
    return moved.list.explode().drop_nulls().unique().sort()


def _rows(context: Context, tables: pl.DataFrame) -> Table:
    columns = [context.column("table", "text", "table_name")]
    columns += [context.column(name) for name in ("added", "removed", "changed")]
    moved = tables.filter(pl.any_horizontal(pl.col("added", "removed", "changed") != 0))
    return context.table("changes_rows", moved, columns, period=context.word("all_months"))


def _long(context: Context, counts: pl.DataFrame) -> Table:
    frame = counts.select(*CELL, "before", "after", "change", pl.col("reasons").list.join(", "))
    columns = [Column(name, name, "text") for name in CELL]
    columns += [Column("before", "before"), Column("after", "after"), Column("change", "change", "change")]
    columns.append(Column("reasons", "reasons", "text"))
    return context.table("changes_long", frame, columns, period=context.word("all_months"), data_only=True)


def _names(context: Context, frame: pl.DataFrame) -> pl.Expr:
    names = {key: context.agency(key) for key in frame["agency"].drop_nulls().unique()}
    return pl.col("agency").replace(names)
