"""Findings one by one, for programs: json, jsonl, csv. Written by polars, no object per finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from recordkit import text_safety
from recordkit.issues import ISSUE_SCHEMA, Rules

COLUMNS = (
    "file", "sheet", "row", "column", "field", "code", "name", "severity", "value", "detail", "suggestion",
    "file_sha256",
)  # fmt: skip


def pieces(parts: Iterable[pl.DataFrame], files: Mapping[str, str], rules: Rules, form: str) -> Iterator[str]:
    """Every finding with COLUMNS as one text in pieces; each part is put in order by file, sheet, row, column, code."""
    frames = (_listed(part, files, rules) for part in parts)
    if form == "jsonl":
        yield from (frame.write_ndjson() for frame in frames)
    elif form == "json":
        yield "["
        listed = (frame.write_json()[1:-1] for frame in frames)
        for at, text in enumerate(text for text in listed if text):
            yield ("," if at else "") + text
        yield "]\n"
    else:
        yield ",".join(COLUMNS) + "\n"
        inert = text_safety.cell_column(pl.col(pl.String))
        yield from (frame.with_columns(inert).write_csv(include_header=False) for frame in frames)


def render(issues: pl.DataFrame, files: Mapping[str, str], rules: Rules, form: str) -> str:
    """`pieces` of one frame together."""
    return "".join(pieces([issues], files, rules, form))


def _listed(issues: pl.DataFrame, files: Mapping[str, str], rules: Rules) -> pl.DataFrame:
    names = pl.DataFrame({"file_sha256": list(files), "file": list(files.values())}, schema=_NAMES)
    titles = rules.frame().select("code", "name")
    return (
        issues.select(*ISSUE_SCHEMA)
        .join(names, on="file_sha256", how="left")
        .join(titles, on="code", how="left")
        .select(COLUMNS)
        .sort("file", "sheet", "row", "column", "code", "value", nulls_last=True)
    )


_NAMES = {"file_sha256": pl.String, "file": pl.String}
