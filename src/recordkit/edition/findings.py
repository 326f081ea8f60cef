"""What linking, history and whole tables show, as findings at the rows that they are about."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from recordkit import checks, details, issues, resubmissions, tables
from recordkit.errors import BrokenLaw
from recordkit.ingest import Declarations
from recordkit.linkage import Linked, merging
from recordkit.submissions import Records


def of_linking(linked: Linked, cases: pl.DataFrame, services: pl.DataFrame) -> pl.DataFrame:
    """The findings of linking (issues.ISSUE_SCHEMA), each at the row of its record; RK509, for blocks that were too
    large to compare, at no row.

    cases, services: submissions with record_id, file_sha256, sheet and row.
    """
    place = ("record_id", "file_sha256", "sheet", "row")
    origin = pl.concat([cases.select(place), services.select(place)]).join(linked.findings, on="record_id", how="semi")
    first = origin.unique("record_id", keep="first", maintain_order=True)
    late = linked.findings.join(first, on="record_id", how="left", maintain_order="left")
    capped = [block for block in linked.model.get("blocks", ()) if block["blocks_capped"]]
    parts = [
        issues.make("RK509", detail=details.text("values_and_mentions", rule=one["rule"], count=values, mentions=rows))
        for one in capped
        for values, rows in [(one["blocks_capped"], one["rows_capped"])]
    ]
    return issues.concat([late.drop("record_id"), *parts])


def of_history(placed: pl.DataFrame, table: tables.Table) -> pl.DataFrame:
    """RK502: rows received later than the first report of their case. RK515: the FIR of what was an enquiry. RK523:
    reports of a registration that most others contradict.

    placed: submissions with their case_id, all of those cases.
    """
    first = pl.col("received").min().over("case_id")
    was_enquiry = (pl.col("stage") == "enquiry").any().over("case_id")
    again = placed.filter(pl.col("received") > first)
    converted = placed.filter(was_enquiry & (pl.col("stage") == "case"))
    place = ("file_sha256", "sheet", "row")
    parts = [
        rows.select(*place, code=pl.lit(code)).unique(maintain_order=True)
        for code, rows in (("RK502", again), ("RK515", converted))
    ]
    return issues.concat([*parts, merging.outvoted(placed, table).with_columns(code=pl.lit("RK523"))])


def of_tables(ready: Mapping[str, pl.DataFrame], declared: Declarations) -> pl.DataFrame:
    """What the rules find in whole tables, or in parts that belong together (issues.ISSUE_SCHEMA).

    ready: name of a table -> its rows as they are published. Raises BrokenLaw for a table that breaks its own
    declaration: it is not published.
    """
    found = checks.check(ready, declared.tables, declared.rules, "compile")
    broken = found.filter(severity="reject")
    if broken.height:
        counts = broken.group_by("code", "field").len().sort("code", "field").rows()
        raise BrokenLaw(
            details.listed([details.text("rows_break", count=n, code=code, field=field) for code, field, n in counts])
        )
    return found


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
    named = corrected.join(names, on="by_file", how="left", maintain_order="left")
    detail = details.column("now_row_of", row="by_row", file="name")
    return issues.conform(named.select(*resubmissions.PLACE, code=pl.lit("RK522"), detail=detail))
