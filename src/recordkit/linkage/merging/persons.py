"""The edition's persons: one row per mention, the person in one role of one case, from all submissions."""

from __future__ import annotations

import polars as pl

from recordkit.linkage.merging.newest import newest, oldest_first, origin, values_of

_IDS = ("mention_id", "case_id", "person_id")
_WORKING = ("mention_ref", *_IDS, "position", "unknown")


def persons(submissions: pl.DataFrame) -> pl.DataFrame:
    """One row per mention_id, sorted: case_id, person_id, role, newest values, first_seen, last_seen,
    mention_refs, source_rows; `names`: every name that was written of this mention.

    submissions: with the mention_id, case_id and person_id of each, all of those mentions.
    """
    frame = oldest_first(submissions, "mention_id")
    ids = frame.select(_IDS).unique("mention_id", keep="first", maintain_order=True)
    values = values_of(frame, *_WORKING)
    seen = frame.group_by("mention_id").agg(
        pl.col("period").min().alias("first_seen"),
        pl.col("period").max().alias("last_seen"),
        pl.col("agency").drop_nulls().unique().sort().alias("agencies"),
        pl.col("mention_ref").unique().sort().alias("mention_refs"),
    )
    return (
        newest(frame, ["mention_id"], values)
        .join(ids, on="mention_id", how="left", maintain_order="left")
        .join(seen, on="mention_id", how="left", maintain_order="left")
        .join(_written(frame), on="mention_id", how="left", maintain_order="left")
        .join(origin(frame, ["mention_id"]), on="mention_id", how="left", maintain_order="left")
    )


def _written(frame: pl.DataFrame) -> pl.DataFrame:
    """mention_id, names: every name and alias, sorted."""
    said = [frame.select("mention_id", pl.col("name").alias("names"))]
    if "aliases" in frame.columns:
        said.append(frame.select("mention_id", pl.col("aliases").alias("names")).explode("names"))
    distinct = pl.concat(said).drop_nulls().unique()
    return distinct.group_by("mention_id").agg(pl.col("names").sort())
