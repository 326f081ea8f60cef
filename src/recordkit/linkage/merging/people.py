"""The edition's persons: one row per mention, the person in one role of one case, from all submissions."""

from __future__ import annotations

import polars as pl

from recordkit.linkage.merging.survivorship import newest, oldest_first, origin, summed, values_of
from recordkit.tables import Table

_IDS = ("mention_id", "case_id", "person_id")


def persons(submissions: pl.DataFrame, table: Table) -> pl.DataFrame:
    """One row per mention_id, sorted: the columns as `table` declares them, source_rows, and what identities are made
    of: first_seen, last_seen, agencies, `names` (every one that was written of this mention).

    submissions: with the mention_id, case_id and person_id of each, all of those mentions.
    """
    frame = oldest_first(submissions, "mention_id")
    ids = frame.select(_IDS).unique("mention_id", keep="first", maintain_order=True)
    values = values_of(frame, table, *_IDS, "unknown")
    seen = frame.group_by("mention_id").agg(
        pl.col("period").min().alias("first_seen"),
        pl.col("period").max().alias("last_seen"),
        pl.col("agency").drop_nulls().unique().sort().alias("agencies"),
    )
    return (
        newest(frame, ["mention_id"], values, table.merges)
        .join(ids, on="mention_id", how="left", maintain_order="left")
        .join(seen, on="mention_id", how="left", maintain_order="left")
        .join(summed(frame, ["mention_id"], table), on="mention_id", how="left", maintain_order="left")
        .join(_written(frame), on="mention_id", how="left", maintain_order="left")
        .join(origin(frame, ["mention_id"]), on="mention_id", how="left", maintain_order="left")
    )


def _written(frame: pl.DataFrame) -> pl.DataFrame:
    """mention_id, names: every name and alias, sorted."""
    parts = [frame.select("mention_id", pl.col("name").alias("names"))]
    if "aliases" in frame.columns:
        parts.append(frame.select("mention_id", pl.col("aliases").alias("names")).explode("names"))
    distinct = pl.concat(parts).drop_nulls().unique()
    return distinct.group_by("mention_id").agg(pl.col("names").sort())


def identities(persons: pl.DataFrame, table: Table) -> pl.DataFrame:
    """One row per person_id, sorted, with the columns as `table` makes them of those of `persons`.

    persons: merged, with the province of their case; all mentions of those people.
    """
    return summed(persons, ["person_id"], table).sort("person_id")
