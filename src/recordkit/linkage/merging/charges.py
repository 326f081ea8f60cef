"""The edition's charges: every section of law that any submission of a case named, once."""

from __future__ import annotations

import polars as pl

from recordkit.linkage.merging.survivorship import newest, oldest_first, origin, summed, values_of
from recordkit.tables import Table


def charges(submissions: pl.DataFrame, table: Table) -> pl.DataFrame:
    """One row per case_id, act and section, sorted: the columns as `table` declares them, source_rows.

    submissions: with the case_id of each, all of those cases. A section that could not be read stays as it was
    written, by its own part of the cell.
    """
    unread = pl.col("section").is_null()
    has = "section_written" in submissions.columns
    written = pl.col("section_written") if has else pl.lit(None, pl.String)
    frame = oldest_first(submissions, "case_id").with_columns(unread=pl.when(unread).then(written))
    key = [*table.key, "unread"]
    return (
        newest(frame, key, values_of(frame, table, *key), table.merges)
        .join(summed(frame, key, table), on=key, how="left", nulls_equal=True, maintain_order="left")
        .join(origin(frame, key), on=key, how="left", nulls_equal=True, maintain_order="left")
        .drop("unread")
    )
