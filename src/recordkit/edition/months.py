"""Of which month a row of an edition is: tables are written in files by month, so that old months keep their files.

A case is of the month in which it was registered, and all that belongs to it as well. What is new in an edition is then
in few files, those of the newest months; the month of a row changes only when its report does.
"""

from __future__ import annotations

import polars as pl

from recordkit.store import MONTH


def of_cases(cases: pl.DataFrame) -> pl.DataFrame:
    """Cases of the edition with their month: of registration, else of the first report."""
    registered = pl.col("registered_on").dt.strftime("%Y-%m")
    return cases.with_columns(pl.coalesce(registered, "first_seen").alias(MONTH))


def as_case(frame: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """Rows with a case_id and the month of their case."""
    return frame.join(cases.select("case_id", MONTH), on="case_id", how="left", maintain_order="left")


def by_period(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with the month that their file is about, or that they count."""
    return frame.with_columns(pl.col("period").alias(MONTH))


def by_file(frame: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Rows with a file_sha256 and the month in which that file was received, else the one that it is about."""
    months = sources.group_by("file_sha256").agg(pl.coalesce("received", "period").min().alias(MONTH))
    return frame.join(months, on="file_sha256", how="left", maintain_order="left")


def of_submissions(cases: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """id, MONTH: when each record of a case and each mention was received first."""
    every = pl.concat([
        cases.select("received", id="record_id"), persons.select("received", id="mention_ref")
    ])  # fmt: skip
    return every.group_by("id").agg(pl.col("received").min().alias(MONTH))


def by_younger(links: pl.DataFrame, submissions: pl.DataFrame) -> pl.DataFrame:
    """Links with the month of their younger side: a new report makes links of its own month, whatever it meets."""
    return links.join(submissions, left_on="right_id", right_on="id", how="left", maintain_order="left")
