"""Of which months a district is whole: every agency that reports it sent a file, and the district was in it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from recordkit.counts import Reporter
from recordkit.counts.coverage import silent_districts

KEY = ["province", "district"]
TEXT = ["agency", "period"]


def whole_months(
    cases: pl.DataFrame, sources: pl.DataFrame, agencies: Mapping[str, Reporter], districts: pl.DataFrame
) -> pl.DataFrame:
    """province, district, period: the months in which nothing is known to be missing.

    cases: agency, agencies, province, district, registered_on, period. An agency reports a district of which it ever
    sent a case; a month of which it sent nothing, or in which an expected district is not in its file, is not whole.
    """
    sources = sources.with_columns(pl.col(*TEXT, "format").cast(pl.String))
    sent = sources.filter(pl.col("format").is_not_null(), pl.col("period").str.len_chars() == 7)
    months = sent.select("period").unique()
    reporters = _reporters(cases)
    silent = silent_districts(cases, sources, agencies, districts).select("period", "agency", "district")
    due = reporters.join(months, how="cross")
    missing = pl.concat([
        due.join(sent.select("agency", "period").unique(), on=["agency", "period"], how="anti"),
        due.join(silent, on=["period", "agency", "district"], how="semi").select(due.columns),
    ])  # fmt: skip
    return reporters.select(KEY).unique().join(months, how="cross").join(missing, on=[*KEY, "period"], how="anti")


def _reporters(cases: pl.DataFrame) -> pl.DataFrame:
    """agency, province, district of every case."""
    named = pl.when(pl.col("agencies").list.len() > 0).then("agencies").otherwise(pl.concat_list("agency"))
    rows = cases.select(named.alias("agency"), *KEY).drop_nulls().explode("agency")
    return rows.unique()
