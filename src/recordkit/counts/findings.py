"""Findings that only the whole can show: volumes, silent districts, returns that differ from what was compiled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import polars as pl

from recordkit import details, issues
from recordkit.counts.coverage import Frame, Reporter, silent_districts
from recordkit.counts.reconcile import reconcile


class Volume(Protocol):
    """Rows that a usual month brings."""

    @property
    def least(self) -> int: ...
    @property
    def most(self) -> int: ...


class Sender(Reporter, Protocol):
    """A reporter that may say how much it sends."""

    @property
    def expected_volume(self) -> Volume | None: ...


def findings(
    cases: Frame,
    sources: Frame,
    returns: Frame,
    counts: pl.DataFrame,
    *, agencies: Mapping[str, Sender],
    districts: pl.DataFrame,
) -> pl.DataFrame:
    """RK507, RK508 and RK511 in ISSUE_SCHEMA; the severity is left to the catalogue.

    A finding about an agency's month has no file, unless one file is the whole month; a return that differs
    names its own file, sheet and row.
    """
    parts = [
        _volumes(sources, agencies),
        _silent(cases, sources, agencies, districts),
        _differing(returns, counts, agencies),
    ]
    return issues.concat(parts).sort("code", "file_sha256", "sheet", "row", "detail", nulls_last=True)


def _volumes(sources: Frame, agencies: Mapping[str, Sender]) -> pl.DataFrame:
    """RK507: the month brought fewer or more rows than the agency declares."""
    declared = [
        (key, a.expected_volume.least, a.expected_volume.most) for key, a in agencies.items() if a.expected_volume
    ]
    schema = {"agency": pl.String, "least": pl.Int64, "most": pl.Int64}
    usual = pl.DataFrame(declared, schema=schema, orient="row")
    rows = pl.col("rows_accepted", "rows_quarantined").fill_null(0).sum()
    months = (
        sources.lazy()
        .filter(pl.col("duplicate_of").is_null(), pl.col("format").is_not_null(), pl.col("period").is_not_null())
        .group_by(pl.col("agency", "period").cast(pl.String))
        .agg(rows, pl.col("file_sha256").unique())
        .collect()
        .with_columns(rows=pl.col("rows_accepted") + pl.col("rows_quarantined"))
        .join(usual, on="agency")
    )
    # No row at all in files that are understood is a return of nothing, which RK121 tells.
    odd = months.filter(~pl.col("rows").is_between("least", "most"), pl.col("rows") > 0)
    one_file = pl.when(pl.col("file_sha256").list.len() == 1).then(pl.col("file_sha256").list.first())
    detail = details.column(
        "unusual_rows", agency="agency", period="period", count="rows", least="least", most="most"
    )
    return odd.select(one_file.alias("file_sha256"), code=pl.lit("RK507"), detail=detail)


def _silent(cases: Frame, sources: Frame, agencies: Mapping[str, Reporter], districts: pl.DataFrame) -> pl.DataFrame:
    """RK508: an agency was heard in a month, and one of its districts was not."""
    quiet = silent_districts(cases, sources, agencies, districts)
    detail = details.column("nothing_from", agency="agency", period="period", district="district")
    return quiet.select(field=pl.lit("district"), code=pl.lit("RK508"), detail=detail)


def _differing(returns: Frame, counts: pl.DataFrame, agencies: Mapping[str, Reporter]) -> pl.DataFrame:
    """RK511: a count as returned is not the count as compiled."""
    compared = reconcile(returns, counts, agencies)
    differ = compared.filter(pl.col("status") == "differ", pl.col("basis") == "given")
    cell = ["period", "province", "district", "head", "source"]
    rows = returns.lazy().select("file_sha256", "sheet", "row", pl.col(cell).cast(pl.String), "count").collect()
    found = rows.join(
        differ.select(*cell, "compiled", count="returned"), on=[*cell, "count"], nulls_equal=True
    ).unique()
    detail = details.column(
        "returned_and_compiled", period="period", place=pl.coalesce("district", "province", pl.lit("country")),
        head="head", returned="count", compiled="compiled",
    )  # fmt: skip
    return found.select("file_sha256", "sheet", "row", field=pl.lit("count"), code=pl.lit("RK511"), detail=detail)
