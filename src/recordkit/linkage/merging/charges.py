"""The edition's charges: every section of law that any submission of a case named, once."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from recordkit.linkage.merging.survivorship import NEWEST, newest, oldest_first, origin, values_of

KEY = ["case_id", "act", "section"]


def charges(submissions: pl.DataFrame, merges: Mapping[str, str] = NEWEST) -> pl.DataFrame:
    """One row per case_id, act and section, sorted: newest values, first_seen, source_rows.

    submissions: with the case_id of each, all of those cases. A section that could not be read stays as it was
    written, by its own part of the cell.
    """
    unread = pl.col("section").is_null()
    has = "section_written" in submissions.columns
    written = pl.col("section_written") if has else pl.lit(None, pl.String)
    frame = oldest_first(submissions, "case_id").with_columns(unread=pl.when(unread).then(written))
    key = [*KEY, "unread"]
    values = [name for name in values_of(frame, *key) if name not in ("position", "section_written")]
    seen = frame.group_by(key).agg(pl.col("period").min().alias("first_seen"))
    return (
        newest(frame, key, values, merges)
        .join(seen, on=key, how="left", nulls_equal=True, maintain_order="left")
        .join(origin(frame, key), on=key, how="left", nulls_equal=True, maintain_order="left")
        .drop("unread")
    )
