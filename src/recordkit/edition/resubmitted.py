"""Rows that were quarantined and came back corrected, as the edition tells of them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from recordkit import issues, resubmissions
from recordkit.ingest import Declarations
from recordkit.submissions import Records


def quarantined_rows(
    records: Records, frames: Mapping[str, pl.LazyFrame], declared: Declarations
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(quarantined rows that nobody has corrected yet, those that were: corrections.SCHEMA)."""
    every = records.frames["quarantine"].collect()
    units = {(agency.id, form.id): form.unit for agency in declared.agencies.values() for form in agency.formats}
    corrected = resubmissions.find_resubmissions(every, frames, records.sources, units)
    return every.join(corrected, on=resubmissions.PLACE, how="anti", maintain_order="left"), corrected


def with_corrected(sources: pl.DataFrame, corrected: pl.DataFrame) -> pl.DataFrame:
    """`rows_corrected` of every file; a row of an archive's member is told by its sheet."""
    member = pl.col("sheet").str.split("!").list.first()
    archived = sources.drop_nulls("member").select("file_sha256").unique()
    inside = corrected.join(archived, on="file_sha256", how="semi").with_columns(member=member)
    plain = corrected.join(archived, on="file_sha256", how="anti").with_columns(member=pl.lit(None, pl.String))
    every = pl.concat([inside, plain]).group_by("file_sha256", "member")
    counted = every.agg(pl.len().cast(pl.Int64).alias("rows_corrected"))
    joined = sources.join(counted, on=["file_sha256", "member"], how="left", nulls_equal=True, maintain_order="left")
    first = pl.col("duplicate_of").is_null()
    return joined.with_columns(pl.when(first).then("rows_corrected").fill_null(0).alias("rows_corrected"))


def of_corrections(corrected: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """RK522 at every row that was quarantined and came back corrected (issues.ISSUE_SCHEMA).

    corrected: resubmissions.PLACE of the old row, by_file and by_row of the new one. sources: the table of files.
    """
    read = sources.filter(pl.col("duplicate_of").is_null())
    names = read.select(by_file="file_sha256", name="name").unique("by_file")
    told = corrected.join(names, on="by_file", how="left", maintain_order="left")
    detail = pl.format("now row {} of {}", "by_row", "name")
    return issues.conform(told.select(*resubmissions.PLACE, code=pl.lit("RK522"), detail=detail))
