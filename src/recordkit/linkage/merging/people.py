"""The edition's persons: one row per mention, the person in one role of one case, from all submissions."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from recordkit.linkage import graph
from recordkit.linkage.merging.survivorship import NEWEST, newest, oldest_first, origin, values_of

_IDS = ("mention_id", "case_id", "person_id")
_WORKING = ("mention_ref", *_IDS, "position", "unknown")


def persons(submissions: pl.DataFrame, merges: Mapping[str, str] = NEWEST) -> pl.DataFrame:
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
        newest(frame, ["mention_id"], values, merges)
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


OPTIONAL: graph.Types = {
    "relation": pl.String, "relative_name": pl.String, "sex": pl.String, "date_of_birth": pl.Date,
    "cnic": pl.String, "passport": pl.String, "phone": pl.String, "role": pl.String, "province": pl.String,
    "names": pl.List(pl.String), "agencies": pl.List(pl.String),
}  # fmt: skip


def identities(persons: pl.DataFrame) -> pl.DataFrame:
    """One row per person_id, sorted. A value is the one most often written; of equals, the longer.

    persons: merged, with the province of their case; all mentions of those people.
    """
    frame = graph.ensure(persons, OPTIONAL)
    if "phone" not in persons.columns and "phones" in persons.columns:
        frame = frame.with_columns(phone=pl.col("phones").list.first())
    counted = frame.group_by("person_id").agg(
        pl.len().cast(pl.Int32).alias("mentions"),
        pl.col("case_id").n_unique().cast(pl.Int32).alias("cases"),
        pl.col("province").drop_nulls().unique().sort().alias("provinces"),
        pl.col("role").drop_nulls().unique().sort().alias("roles"),
        pl.col("cnic").drop_nulls().unique().sort().alias("cnics"),
        pl.col("first_seen").min(),
        pl.col("last_seen").max(),
    )
    parts = [
        counted,
        *(_flattened(frame, name) for name in ("names", "agencies")),
        *(_most_written(frame, [name]) for name in ("name", "sex", "cnic", "passport", "phone")),
        _most_written(frame, ["relative_name", "relation"]),
        _birth(frame),
    ]
    found = parts[0].sort("person_id")
    for part in parts[1:]:
        found = found.join(part, on="person_id", how="left", maintain_order="left")
    return found.with_columns(pl.col("names", "agencies").fill_null([]))


def _flattened(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Every distinct element of a list column, sorted."""
    flat = frame.select("person_id", name).explode(name).drop_nulls(name).unique()
    return flat.group_by("person_id").agg(pl.col(name).sort())


def _most_written(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The most frequent value of the first column, with what stands beside it."""
    first = columns[0]
    counted = frame.drop_nulls(first).group_by("person_id", *columns).len()
    return (
        counted.with_columns(pl.col(first).cast(pl.String).str.len_chars().alias("long"))
        .sort("person_id", "len", "long", *columns, descending=[False, True, True, *[False] * len(columns)])
        .unique("person_id", keep="first", maintain_order=True)
        .select("person_id", *columns)
    )


def _birth(frame: pl.DataFrame) -> pl.DataFrame:
    """A full date of birth before a first of January, which often means that only the year was known."""
    born = pl.col("date_of_birth")
    rough = (born.dt.month() == 1) & (born.dt.day() == 1)
    counted = frame.drop_nulls("date_of_birth").group_by("person_id", "date_of_birth").len()
    return (
        counted.with_columns(rough.alias("rough"))
        .sort("person_id", "rough", "len", "date_of_birth", descending=[False, False, True, False])
        .unique("person_id", keep="first", maintain_order=True)
        .select("person_id", "date_of_birth")
    )
