"""What changed since the last edition, as a comparison of two editions tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import polars as pl

from recordkit.report.context import COMMA, Context, month_name, month_names
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
    def steps(self) -> pl.DataFrame: ...  # period … code, step, reason, cases
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
        _told(context, compared),
        _files(context, compared.inputs),
        _cases(context, compared.counts),
        _rows(context, compared.tables),
        _long(context, compared.counts),
    )
    return Section("changes", words.title, words.urdu, intro, (Group(tables),))


def _told(context: Context, compared: Compared) -> Table:
    """ "Murder, Lahore, Jul 2026: +3: 2 late FIRs, 1 merged case parted", the largest changes first."""
    cell = ["period", "province", "district", "code"]
    of_reason = compared.steps.group_by(*cell, "step", "reason").agg(pl.col("cases").sum())
    order = [*[False] * len(cell), True, True, False]
    of_reason = of_reason.sort(*cell, "step", "cases", "reason", descending=order, nulls_last=True)
    texts = [_step(context, *row) for row in of_reason.select("step", "reason", "cases").iter_rows()]
    comma = COMMA[context.words.language]
    cells = (
        of_reason.with_columns(pl.Series("text", texts, dtype=pl.String))
        .group_by(cell, maintain_order=True)
        .agg(
            (pl.col("step") * pl.col("cases")).sum().alias("change"),
            pl.col("cases").sum(),
            pl.col("text").str.join(comma),
        )
        .sort(pl.col("change").abs(), "cases", *cell, descending=[True, True, *[False] * 4], nulls_last=True)
    )
    shown = cells.head(context.words.differences_shown)
    lines = [_sentence(context, row) for row in shown.to_dicts()]
    frame = pl.DataFrame({"sentence": pl.Series(lines, dtype=pl.String)})
    left = cells.height - shown.height
    note = context.word("changes_left", count=left) if left else ""
    heading = Column("sentence", context.word("what_changed", edition=compared.a), "text")
    return context.table(
        "changes_told", frame, (heading,), note=note,
        period=context.word("all_months"),
    )  # fmt: skip


def _sentence(context: Context, row: dict[str, Any]) -> str:
    """One cell of cases, its change, and why; a cell that lost as many as it gained has changed by 0."""
    month = month_name(context.words, row["period"]) if row["period"] else context.word("undated")
    place = row["district"] or (context.province(row["province"]) if row["province"] else context.word("no_province"))
    head = context.label("head", row["code"], "unclassified")
    change = f"{row['change']:+,}".replace("-", "−") if row["change"] else "±0"
    return context.word("change_told", head=head, place=place, month=month, change=change, why=row["text"])


def _step(context: Context, step: int, reason: str, cases: int) -> str:
    """ "2 late FIRs", or what left with a minus."""
    key = f"{'came' if step > 0 else 'left'}_{reason.replace(' ', '_').replace('-', '_')}"
    return context.word(f"{key}_one" if cases == 1 else key, count=cases)


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
