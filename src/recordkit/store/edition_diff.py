"""What changed between two editions: rows by key, counts by cell, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import declarations, tables
from recordkit.store import ledger
from recordkit.store.figure_records import CELL, counted
from recordkit.store.manifest import Input, Manifest
from recordkit.store.reading import Edition, open_edition, understood

MEASURES = ["count", "districts_reporting", "districts_expected"]
COUNTS_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(CELL, pl.String),
    "before": pl.Int64,
    "after": pl.Int64,
    "change": pl.Int64,
    "districts_reporting": pl.Int32,
    "districts_reporting_before": pl.Int32,
    "reasons": pl.List(pl.String),
}
STEP = ["period", "agency", "province", "district", "code"]
STEPS_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(STEP, pl.String), "step": pl.Int64, "reason": pl.String, "cases": pl.Int64,
}  # fmt: skip
# What says most of why a case came into a cell or left it; "moved": it is in another cell of the other edition.
STRONGEST = (
    "moved", "split", "merged", "withdrawn", "corrected", "late", "new", "decision", "rule change", "follow-up",
)  # fmt: skip
SUMMARY_SCHEMA = {"table": pl.String, "added": pl.Int64, "removed": pl.Int64, "changed": pl.Int64}


@dataclass(frozen=True)
class Diff:
    """The way from edition `a` (None: from nothing) to edition `b`.

    tables: table, added, removed, changed (rows).
    rows: per table its key columns, `change` (added, removed, changed) and `columns` that differ.
    counts: the cell, `before`, `after`, `change`, and `reasons`: why it moved.
    inputs: sha256, name, agency, period, `change` (new, late, corrected, withdrawn).
    causes: what else differs: schemas, code, decisions, options.
    moves: cases and people that were merged, split or moved, and why (store/edition_diff.py).
    steps: of cases by national head, how many came into a cell (step 1) or left it (-1), each for one `reason`.
    """

    a: str | None
    b: str
    tables: pl.DataFrame
    rows: dict[str, pl.DataFrame]
    counts: pl.DataFrame
    inputs: pl.DataFrame
    causes: list[str]
    moves: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMA))
    steps: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=STEPS_SCHEMA))


def diff(
    root: Path,
    a: str | None = None,
    b: str | None = None,
    keys: Mapping[str, Sequence[str]] | None = None,
) -> Diff:
    """Compare two editions; by default the current one with the one that it follows."""
    new = understood(open_edition(root, b))
    wanted = a if a is not None else _predecessor(new)
    old = understood(open_edition(root, wanted)) if wanted else None
    return compare(old, new, keys, _since(root, old, new))


def _since(root: Path, old: Edition | None, new: Edition) -> list[ledger.Entry]:
    """The decisions that are in force in one of the two editions and not in the other."""
    if old is None:
        return []
    first, last = sorted((old.manifest.decisions.entries, new.manifest.decisions.entries))
    every = ledger.decisions(root)[0]
    taken_back = {entry.get("undoes") for entry in every[first:last]}
    return [entry for at, entry in enumerate(every[:last]) if at >= first or entry["seq"] in taken_back]


def compare(
    old: Edition | None,
    new: Edition,
    keys: Mapping[str, Sequence[str]] | None = None,
    decided: Sequence[ledger.Entry] = (),
) -> Diff:
    """Compare two opened editions, published or not yet; None is the edition of nothing. decided: the ledger's
    decisions between the two, which are reasons."""
    if old is None:
        return _from_nothing(new)
    keyed = keys if keys is not None else declared_keys()
    shared = [name for name in new.tables if name in old.tables and name != "counts"]
    rows = {
        name: compare_rows(old.scan_changed(name, new), new.scan_changed(name, old), list(keyed.get(name, [])))
        for name in shared
    }  # a file that both have holds the same rows in both
    files = inputs(old.manifest, new.manifest)
    causes = other_causes(old.manifest, new.manifest)
    counts = _counts(old, new, rows.get("cases"), files, causes)
    moved = moves(old, new, causes, decided)
    went = steps(old, new, rows.get("cases"), files, causes) if counts.height else pl.DataFrame(schema=STEPS_SCHEMA)
    return Diff(old.id, new.id, _summary(rows, old, new), rows, counts, files, causes, moved, went)


def _predecessor(edition: Edition) -> str | None:
    return edition.manifest.previous.id if edition.manifest.previous else None


def _from_nothing(new: Edition) -> Diff:
    """The first edition: all is new."""
    rows = [(name, table.rows, 0, 0) for name, table in sorted(new.manifest.tables.items())]
    counts = pl.DataFrame(schema=COUNTS_SCHEMA)
    if "counts" in new.tables:
        counts = (
            new.scan("counts")
            .with_columns(before=pl.lit(0, dtype=pl.Int64), after="count", change="count")
            .with_columns(districts_reporting_before=pl.lit(None, dtype=pl.Int32), reasons=pl.lit(["new"]))
            .select(*COUNTS_SCHEMA)
            .collect()
        )
    files = [(s.sha256, s.name, s.agency, s.period, "new") for s in new.manifest.inputs]
    return Diff(
        None,
        new.id,
        pl.DataFrame(rows, schema=SUMMARY_SCHEMA, orient="row"),
        {},
        counts,
        pl.DataFrame(files, schema=INPUTS_SCHEMA, orient="row"),
        [],
    )


def declared_keys() -> dict[str, tuple[str, ...]]:
    """The key of every declared table."""
    return {name: tuple(table.key) for name, table in tables.load([declarations.PACKAGED]).items()}


def other_causes(old: Manifest, new: Manifest) -> list[str]:
    """What differs besides the files."""
    causes = {
        "schemas": old.schemas_sha256 != new.schemas_sha256,
        "code": (old.code.version, old.code.sha256) != (new.code.version, new.code.sha256),
        "decisions": old.decisions != new.decisions,
        "options": old.options != new.options,
    }
    return [name for name, differs in causes.items() if differs]


def compare_rows(old: pl.LazyFrame, new: pl.LazyFrame, key: list[str]) -> pl.DataFrame:
    """Key columns, change, columns. Without a unique key, whole rows are compared and counted."""
    old_schema, new_schema = old.collect_schema(), new.collect_schema()
    shared = [name for name in new_schema if old_schema.get(name) == new_schema[name]]
    if not key or not set(key) <= set(shared) or _repeats(old, key) or _repeats(new, key):
        return _compare_whole(old.select(shared), new.select(shared))
    added = new.join(old, on=key, how="anti", nulls_equal=True).select(*key, change=pl.lit("added"))
    removed = old.join(new, on=key, how="anti", nulls_equal=True).select(*key, change=pl.lit("removed"))
    values = [name for name in shared if name not in key]
    pairs = new.select(shared).join(old.select(shared), on=key, how="inner", nulls_equal=True, suffix="\0")
    differs = [pl.col(name).ne_missing(pl.col(f"{name}\0")).alias(name) for name in values]
    changed = (
        pairs.select(*key, *differs)
        .filter(pl.any_horizontal(values) if values else pl.lit(False))
        .select(*key, change=pl.lit("changed"), columns=_names_of_true(values))
    )
    none = pl.lit([], dtype=pl.List(pl.String)).alias("columns")
    parts = [added.with_columns(none), removed.with_columns(none), changed]
    return pl.concat(parts).sort("change", *key).collect(engine="streaming")


def _names_of_true(values: list[str]) -> pl.Expr:
    if not values:
        return pl.lit([], dtype=pl.List(pl.String))
    return pl.concat_list(
        [pl.when(pl.col(name)).then(pl.lit(name)).otherwise(None) for name in values]
    ).list.drop_nulls()


def _repeats(frame: pl.LazyFrame, key: list[str]) -> bool:
    counted = frame.select(rows=pl.len(), keys=pl.struct(key).n_unique()).collect(engine="streaming")
    rows, unique = counted.row(0)
    return bool(rows) and rows != unique


def _compare_whole(old: pl.LazyFrame, new: pl.LazyFrame) -> pl.DataFrame:
    """One row per row that appears more often on one side than on the other."""
    columns = list(new.collect_schema())
    more = (
        pl.concat([new.with_columns(side=pl.lit(1)), old.with_columns(side=pl.lit(-1))])
        .group_by(columns)
        .agg(pl.col("side").sum())
        .filter(pl.col("side") != 0)
        .with_columns(change=pl.when(pl.col("side") > 0).then(pl.lit("added")).otherwise(pl.lit("removed")))
        .with_columns(pl.int_ranges(0, pl.col("side").abs()).alias("side"))
        .explode("side")
        .drop("side")
    )
    return more.with_columns(columns=pl.lit([], dtype=pl.List(pl.String))).collect(engine="streaming")


def _summary(rows: dict[str, pl.DataFrame], old: Edition, new: Edition) -> pl.DataFrame:
    """Rows added, removed and changed per table; a table on one side only counts as a whole."""
    summary = [
        {"table": name, **{kind: frame["change"].eq(kind).sum() for kind in ("added", "removed", "changed")}}
        for name, frame in rows.items()
    ]
    for name in set(old.tables) ^ set(new.tables):
        side = new if name in new.tables else old
        size, kind = side.manifest.tables[name].rows, "added" if side is new else "removed"
        summary.append({"table": name, "added": 0, "removed": 0, "changed": 0, kind: size})
    return pl.DataFrame(summary, schema=SUMMARY_SCHEMA).sort("table")


def _counts(
    old: Edition, new: Edition, cases: pl.DataFrame | None, files: pl.DataFrame, causes: list[str]
) -> pl.DataFrame:
    """Cells whose figure or coverage moved, with the reasons of the cases behind them."""
    if "counts" not in old.tables or "counts" not in new.tables:
        return pl.DataFrame(schema=COUNTS_SCHEMA)
    moved = (
        new.scan("counts")
        .join(old.scan("counts"), on=CELL, how="full", coalesce=True, nulls_equal=True, suffix="_before")
        .filter(pl.any_horizontal([pl.col(n).ne_missing(pl.col(f"{n}_before")) for n in MEASURES]))
        .with_columns(before=pl.col("count_before").fill_null(0), after=pl.col("count").fill_null(0))
        .with_columns(change=pl.col("after") - pl.col("before"))
        .select(*CELL, "before", "after", "change", "districts_reporting", "districts_reporting_before")
    )
    behind = by_cell(old, new, cases, files, causes)
    fallback = "rule change" if {"schemas", "code"} & set(causes) else "follow-up"
    reasons = pl.when(pl.col("change") == 0).then(pl.lit(["coverage"])).otherwise(pl.col("reasons"))
    return (
        moved.join(behind, on=CELL, how="left", nulls_equal=True)
        .with_columns(reasons=pl.coalesce(reasons, pl.lit([fallback])))
        .sort(CELL, nulls_last=True)
        .collect(engine="streaming")
    )


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
    changed = [(s, _kind(s, had, old.period)) for s in new.inputs if s.sha256 not in before]
    changed += [(s, "withdrawn") for s in old.inputs if s.sha256 not in after]
    rows = [(s.sha256, s.name, s.agency, s.period, kind) for s, kind in changed]
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
    cases = pl.concat(known).filter(pl.col("case_id").is_not_null()).unique()
    silent = changed.lazy().select("case_id").join(cases, on="case_id", how="anti")
    return pl.concat([cases, silent.with_columns(reason=pl.lit(judged))])


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
    reasons = by_case(old.scan("cases"), new.scan("cases"), changed, files, causes).collect(engine="streaming").lazy()
    cells = pl.concat([counted(edition, reasons).drop("mention_id") for edition in (old, new)]).unique()
    return cells.join(reasons, on="case_id").group_by(CELL).agg(reasons=pl.col("reason").unique().sort())


def steps(
    old: Edition, new: Edition, changed: pl.DataFrame | None, files: pl.DataFrame, causes: list[str]
) -> pl.DataFrame:
    """STEPS_SCHEMA: the cases that came into each cell of cases by national head, and those that left it.

    A cell's steps add up to the change of its figure. Each case has one reason, the first of STRONGEST that holds.
    """
    if changed is None or "case_id" not in changed.columns:
        return pl.DataFrame(schema=STEPS_SCHEMA)
    mine = (pl.col("unit") == "case") & (pl.col("classification") == "npb_head")
    before, after = (counted(one).filter(mine).select("case_id", *STEP).unique() for one in (old, new))
    key = ["case_id", *STEP]
    came = after.join(before, on=key, how="anti", nulls_equal=True).with_columns(step=pl.lit(1, pl.Int64))
    left = before.join(after, on=key, how="anti", nulls_equal=True).with_columns(step=pl.lit(-1, pl.Int64))
    order = {reason: at for at, reason in enumerate(STRONGEST)}
    known = by_case(old.scan("cases"), new.scan("cases"), changed, files, causes).with_columns(
        pl.col("reason").replace_strict(order, default=len(order), return_dtype=pl.Int64).alias("at")
    )
    best = known.sort("at").group_by("case_id").agg(pl.col("reason").first())
    moved = came.select("case_id").join(left.select("case_id"), on="case_id", how="semi").unique()
    whole = pl.concat([came, left]).join(best, on="case_id", how="left")
    whole = whole.join(moved.with_columns(moved=pl.lit(True)), on="case_id", how="left")
    reason = pl.when("moved").then(pl.lit(STRONGEST[0])).otherwise(pl.col("reason").fill_null(STRONGEST[-1]))
    cells = whole.with_columns(reason=reason).group_by(*STEP, "step", "reason")
    counts = cells.agg(pl.len().cast(pl.Int64).alias("cases"))
    return counts.select(list(STEPS_SCHEMA)).sort(*STEP, "step", "reason", nulls_last=True).collect(engine="streaming")


SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "kind": pl.String, "change": pl.String, "id": pl.String, "into": pl.String, "submissions": pl.Int64,
    "reasons": pl.List(pl.String),
}  # fmt: skip
KINDS = {"case": ("cases", "case_id", "records"), "person": ("persons", "person_id", "mention_refs")}
WORD = {"same": "merged", "different": "split"}
RULES = ("schemas", "code", "options")


def moves(old: Edition, new: Edition, causes: Sequence[str], entries: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """SCHEMA, one row per published id and id to which some of its submissions went.

    change: merged (the id is gone, all it held is part of `into`), split (`into` is new and was part of `id`), moved
    (from one to another that both were there before). reasons: human decision, new evidence (the two hold submissions
    that the older edition did not have), rule change, refitted model (none of them: the weights were fitted anew).
    entries: the ledger's decisions since the older edition.
    """
    parts = [_of_kind(old, new, kind, causes, entries) for kind in KINDS if _named(old, kind) and _named(new, kind)]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *parts]).sort("kind", "change", "id", "into")


def _named(edition: Edition, kind: str) -> bool:
    table, _, refs = KINDS[kind]
    return table in edition.tables and refs in edition.scan(table).collect_schema()


def _of_kind(
    old: Edition, new: Edition, kind: str, causes: Sequence[str], entries: Sequence[Mapping[str, Any]]
) -> pl.DataFrame:
    before, after = _members(old, kind, "id", new), _members(new, kind, "into", old)
    went = before.join(after, on="ref").filter(pl.col("id") != pl.col("into")).collect(engine="streaming")
    if went.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    before, after = _members(old, kind, "id"), _members(new, kind, "into")
    pairs = went.group_by("id", "into").agg(submissions=pl.len().cast(pl.Int64))
    gone = pairs.join(after.select(id="into").unique().collect(engine="streaming"), on="id", how="anti")["id"]
    known = pairs.join(before.select(into="id").unique().collect(engine="streaming"), on="into", how="semi")["into"]
    split = went.select("id", "into").unique().filter(pl.len().over("id") > 1)["id"]
    lost = pl.col("id").is_in(gone.unique().implode())
    change = (
        pl.when(lost & ~pl.col("id").is_in(split.unique().implode())).then(pl.lit("merged"))
        .when(pl.col("into").is_in(known.unique().implode())).then(pl.lit("moved"))
        .otherwise(pl.lit("split"))
    )  # fmt: skip
    ids = pl.concat([pairs["id"], pairs["into"]]).unique()
    fresh = _fresh(before, after, ids)
    judged = _judged(before, after, ids, entries)
    rows = pairs.with_columns(change=change, kind=pl.lit(kind))
    human = [
        pl.struct("id", "change").is_in(judged.select(pl.struct(id="id", change="verdict")).to_series().implode()),
        pl.struct("into", "change").is_in(judged.select(pl.struct(into="id", change="verdict")).to_series().implode()),
    ]
    changes = {
        "human decision": pl.any_horizontal(human),
        "new evidence": pl.col("into").is_in(fresh.implode()) | pl.col("id").is_in(fresh.implode()),
        "rule change": pl.lit(bool(set(RULES) & set(causes))),
    }
    reasons = pl.concat_list([pl.when(holds).then(pl.lit(name)) for name, holds in changes.items()]).list.drop_nulls()
    refitted = pl.when(reasons.list.len() == 0).then(pl.lit(["refitted model"])).otherwise(reasons)
    return rows.with_columns(reasons=refitted).select(list(SCHEMA))


def _members(edition: Edition, kind: str, name: str, other: Edition | None = None) -> pl.LazyFrame:
    """ref and the id (as `name`) of every submission; of those in files that `other` does not have, if it is given."""
    table, column, refs = KINDS[kind]
    every = edition.scan(table) if other is None else edition.scan_changed(table, other)
    rows = every.select(pl.col(refs).alias("ref"), pl.col(column).alias(name))
    return rows.explode("ref").drop_nulls("ref")


def _fresh(before: pl.LazyFrame, after: pl.LazyFrame, ids: pl.Series) -> pl.Series:
    """Of `ids`, those that hold submissions which the older edition did not have."""
    mine = after.filter(pl.col("into").is_in(ids.implode()))
    return mine.join(before, on="ref", how="anti").select("into").unique().collect(engine="streaming")["into"]


def _judged(
    before: pl.LazyFrame, after: pl.LazyFrame, ids: pl.Series, entries: Sequence[Mapping[str, Any]]
) -> pl.DataFrame:
    """id and the change that a person's word, or its being taken back, may have made to it."""
    taken = {entry["undoes"] for entry in entries if entry.get("what") == "undo"}
    changes = [
        (entry[side], change)
        for entry in entries if "left_id" in entry
        for change in (WORD.values() if entry["seq"] in taken else [WORD.get(entry["verdict"], "")])
        for side in ("left_id", "right_id")
    ]  # fmt: skip
    words = pl.LazyFrame(changes, schema={"ref": pl.String, "verdict": pl.String}, orient="row")
    found = pl.concat([before.rename({"id": "known"}), after.rename({"into": "known"})]).join(words, on="ref")
    return found.filter(pl.col("known").is_in(ids.implode())).select(id="known", verdict="verdict").unique().collect()
