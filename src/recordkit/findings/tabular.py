"""Findings one by one, for programs: json, jsonl, csv. Written by polars, no object per finding."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from recordkit import text_safety
from recordkit.issues import ISSUE_SCHEMA, Rules

Totals = Sequence[Mapping[str, Any]]  # of every file: its name, where its rows went, its findings by severity
COLUMNS = (
    "file", "sheet", "row", "column", "field", "code", "name", "severity", "value", "detail", "suggestion",
    "file_sha256",
)  # fmt: skip


def pieces(
    parts: Iterable[pl.DataFrame], files: Mapping[str, str], rules: Rules, form: str, totals: Totals = ()
) -> Iterator[str]:
    """Every finding with COLUMNS as one text in pieces; each part is put in order by file, sheet, row, column, code.

    json is one object: `files` (the totals of each), `findings`, and `rules`: code -> name, message, fix, fix_ur and
    url of those that were broken, once each.
    """
    frames = (_listed(part, files, rules) for part in parts)
    if form == "jsonl":
        yield from (frame.write_ndjson() for frame in frames)
    elif form == "json":
        codes: set[str] = set()
        yield f'{{"files":{_json(list(totals))},"findings":['
        first = True
        for frame in frames:
            codes |= set(frame.get_column("code").unique())
            if frame.height:
                yield ("" if first else ",") + frame.write_json()[1:-1]
                first = False
        yield f'],"rules":{_json({code: _documented(rules, code) for code in sorted(codes)})}}}\n'
    else:
        yield ",".join(COLUMNS) + "\n"
        inert = text_safety.cell_column(pl.col(pl.String))
        yield from (frame.with_columns(inert).write_csv(include_header=False) for frame in frames)


def render(
    issues: pl.DataFrame, files: Mapping[str, str], rules: Rules, form: str, totals: Totals = ()
) -> str:
    """`pieces` of one frame together."""
    return "".join(pieces([issues], files, rules, form, totals))


def _documented(rules: Rules, code: str) -> dict[str, str]:
    rule = rules[code]
    return {"name": rule.name, "message": rule.why, "fix": rule.fix, "fix_ur": rule.fix_ur, "url": rule.url}


def _json(value: Any) -> str:
    return text_safety.json_text(json.dumps(value, ensure_ascii=False, default=str))


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
