"""Small tables for the tests of the store."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from recordkit import store

CASE = {
    "case_id": pl.String, "agency": pl.String, "province": pl.String, "district": pl.String,
    "registered_on": pl.Date, "period": pl.String, "npb_head": pl.String, "iccs_code": pl.String,
    "tip_tier": pl.String, "stage": pl.String,
    "source_rows": pl.List(pl.Struct({"file_sha256": pl.String, "sheet": pl.String, "row": pl.Int64})),
}  # fmt: skip
CELL = ["period", "agency", "province", "district", "unit", "classification", "code"]


def sha(name: str) -> str:
    """The sum that a file of this name has in these tests."""
    return hashlib.sha256(name.encode()).hexdigest()


def source(name: str, period: str = "2026-06", rows: int = 1, **more: object) -> store.Input:
    """One input, all rows accepted."""
    fields = {"agency": "punjab_police", "format": "fir", "period": period, "received": period, **more}
    return store.Input(sha256=sha(name), name=name, rows=store.Rows(read=rows, accepted=rows), **fields)


def case(
    case_id: str, files: Sequence[tuple[str, int]], *, head: str = "Murder", period: str = "2026-06"
) -> dict[str, object]:
    """One case made of rows of files."""
    rows = [{"file_sha256": sha(name), "sheet": "", "row": row} for name, row in files]
    year, month = (int(part) for part in period.split("-"))
    return {
        "case_id": case_id, "agency": "punjab_police", "province": "Punjab", "district": "Kasur",
        "registered_on": date(year, month, 3), "period": period, "npb_head": head, "iccs_code": None,
        "tip_tier": None, "stage": "case", "source_rows": rows,
    }  # fmt: skip


def tables(cases: Sequence[dict[str, object]], reporting: int = 1) -> dict[str, pl.DataFrame]:
    """cases, and the counts that they give."""
    frame = pl.DataFrame(list(cases), schema=CASE).sort("case_id")
    counts = frame.group_by("period", "agency", "province", "district", code="npb_head").agg(
        count=pl.len().cast(pl.Int64)
    )
    counts = counts.select(
        pl.col("period", "agency", "province", "district"), unit=pl.lit("case"),
        classification=pl.lit("npb_head"), code="code", count="count",
        districts_reporting=pl.lit(reporting, dtype=pl.Int32), districts_expected=pl.lit(3, dtype=pl.Int32),
    ).sort(CELL)  # fmt: skip
    return {"cases": frame, "counts": counts}


def publish(
    root: Path, cases: Sequence[dict[str, object]], inputs: Sequence[store.Input], **more: object
) -> store.Edition:
    """Publish; something must be new."""
    made = store.publish(root, tables(cases), inputs=inputs, **{"schemas_sha256": "s1", **more})
    assert made is not None
    return made
