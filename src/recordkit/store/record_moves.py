"""Which cases and people of an edition were joined, split or moved since another, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from recordkit.store.reading import Edition

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
    told = [_of_kind(old, new, kind, causes, entries) for kind in KINDS if _named(old, kind) and _named(new, kind)]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *told]).sort("kind", "change", "id", "into")


def _named(edition: Edition, kind: str) -> bool:
    table, _, refs = KINDS[kind]
    return table in edition.tables and refs in edition.scan(table).collect_schema()


def _of_kind(
    old: Edition, new: Edition, kind: str, causes: Sequence[str], entries: Sequence[Mapping[str, Any]]
) -> pl.DataFrame:
    before, after = _members(old, kind, "id"), _members(new, kind, "into")
    went = before.join(after, on="ref").filter(pl.col("id") != pl.col("into")).collect(engine="streaming")
    if went.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    pairs = went.group_by("id", "into").agg(submissions=pl.len().cast(pl.Int64))
    gone = pairs.join(after.select(id="into").unique().collect(engine="streaming"), on="id", how="anti")["id"]
    known = pairs.join(before.select(into="id").unique().collect(engine="streaming"), on="into", how="semi")["into"]
    several = went.select("id", "into").unique().filter(pl.len().over("id") > 1)["id"]
    lost = pl.col("id").is_in(gone.unique().implode())
    change = (
        pl.when(lost & ~pl.col("id").is_in(several.unique().implode())).then(pl.lit("merged"))
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
    said = {
        "human decision": pl.any_horizontal(human),
        "new evidence": pl.col("into").is_in(fresh.implode()) | pl.col("id").is_in(fresh.implode()),
        "rule change": pl.lit(bool(set(RULES) & set(causes))),
    }
    reasons = pl.concat_list([pl.when(holds).then(pl.lit(name)) for name, holds in said.items()]).list.drop_nulls()
    refitted = pl.when(reasons.list.len() == 0).then(pl.lit(["refitted model"])).otherwise(reasons)
    return rows.with_columns(reasons=refitted).select(list(SCHEMA))


def _members(edition: Edition, kind: str, name: str) -> pl.LazyFrame:
    """ref and the id (as `name`) of every submission."""
    table, column, refs = KINDS[kind]
    rows = edition.scan(table).select(pl.col(refs).alias("ref"), pl.col(column).alias(name))
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
    said = [
        (entry[side], change)
        for entry in entries if "left_id" in entry
        for change in (WORD.values() if entry["seq"] in taken else [WORD.get(entry["verdict"], "")])
        for side in ("left_id", "right_id")
    ]  # fmt: skip
    words = pl.LazyFrame(said, schema={"ref": pl.String, "verdict": pl.String}, orient="row")
    found = pl.concat([before.rename({"id": "known"}), after.rename({"into": "known"})]).join(words, on="ref")
    return found.filter(pl.col("known").is_in(ids.implode())).select(id="known", verdict="verdict").unique().collect()
