"""What changed between two editions: rows by key, counts by cell, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from recordkit import declarations, tables
from recordkit.store import change_reasons, ledger, record_moves
from recordkit.store.figure_records import CELL
from recordkit.store.manifest import Manifest
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
SUMMARY_SCHEMA = {"table": pl.String, "added": pl.Int64, "removed": pl.Int64, "changed": pl.Int64}


@dataclass(frozen=True)
class Diff:
    """The way from edition `a` (None: from nothing) to edition `b`.

    tables: table, added, removed, changed (rows).
    rows: per table its key columns, `change` (added, removed, changed) and `columns` that differ.
    counts: the cell, `before`, `after`, `change`, and `reasons`: why it moved.
    inputs: sha256, name, agency, period, `change` (new, late, corrected, withdrawn).
    causes: what else differs: schemas, code, decisions, options.
    moves: cases and people that were merged, split or moved, and why (store/record_moves.py).
    """

    a: str | None
    b: str
    tables: pl.DataFrame
    rows: dict[str, pl.DataFrame]
    counts: pl.DataFrame
    inputs: pl.DataFrame
    causes: list[str]
    moves: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=record_moves.SCHEMA))


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
    rows = {name: compare_rows(old.scan(name), new.scan(name), list(keyed.get(name, []))) for name in shared}
    files = change_reasons.inputs(old.manifest, new.manifest)
    causes = other_causes(old.manifest, new.manifest)
    counts = _counts(old, new, rows.get("cases"), files, causes)
    moved = record_moves.moves(old, new, causes, decided)
    return Diff(old.id, new.id, _summary(rows, old, new), rows, counts, files, causes, moved)


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
        pl.DataFrame(files, schema=change_reasons.INPUTS_SCHEMA, orient="row"),
        [],
    )


def declared_keys() -> dict[str, tuple[str, ...]]:
    """The key of every declared table."""
    return {name: tuple(table.key) for name, table in tables.load([declarations.PACKAGED]).items()}


def other_causes(old: Manifest, new: Manifest) -> list[str]:
    """What differs besides the files."""
    told = {
        "schemas": old.schemas_sha256 != new.schemas_sha256,
        "code": (old.code.version, old.code.sha256) != (new.code.version, new.code.sha256),
        "decisions": old.decisions != new.decisions,
        "options": old.options != new.options,
    }
    return [name for name, differs in told.items() if differs]


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
    told = [
        {"table": name, **{kind: frame["change"].eq(kind).sum() for kind in ("added", "removed", "changed")}}
        for name, frame in rows.items()
    ]
    for name in set(old.tables) ^ set(new.tables):
        side = new if name in new.tables else old
        size, kind = side.manifest.tables[name].rows, "added" if side is new else "removed"
        told.append({"table": name, "added": 0, "removed": 0, "changed": 0, kind: size})
    return pl.DataFrame(told, schema=SUMMARY_SCHEMA).sort("table")


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
    behind = change_reasons.by_cell(old, new, cases, files, causes)
    fallback = "rule change" if {"schemas", "code"} & set(causes) else "follow-up"
    told = pl.when(pl.col("change") == 0).then(pl.lit(["coverage"])).otherwise(pl.col("reasons"))
    return (
        moved.join(behind, on=CELL, how="left", nulls_equal=True)
        .with_columns(reasons=pl.coalesce(told, pl.lit([fallback])))
        .sort(CELL, nulls_last=True)
        .collect(engine="streaming")
    )
