"""Findings one by one, for programs: json, jsonl, csv. Written by polars, no object per finding."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from recordkit.issues import Rules

_FORMULA = r"^([=+\-@\t\r])"  # what a spreadsheet would run when it opens the csv
COLUMNS = (
    "file", "sheet", "row", "column", "field", "code", "name", "severity", "value", "detail", "suggestion",
    "file_sha256",
)  # fmt: skip


def render(issues: pl.DataFrame, files: Mapping[str, str], rules: Rules, form: str) -> str:
    """Every finding with COLUMNS, ordered by file, sheet, row, column, code."""
    names = pl.DataFrame({"file_sha256": list(files), "file": list(files.values())}, schema=_NAMES)
    titles = rules.frame().select("code", "name")
    frame = (
        issues.join(names, on="file_sha256", how="left")
        .join(titles, on="code", how="left")
        .select(COLUMNS)
        .sort("file", "sheet", "row", "column", "code", "value", nulls_last=True)
    )
    if form == "jsonl":
        return frame.write_ndjson()
    if form == "json":
        return frame.write_json()
    text = pl.col(pl.String)
    return frame.with_columns(text.str.replace(_FORMULA, "'${1}")).write_csv()


_NAMES = {"file_sha256": pl.String, "file": pl.String}
