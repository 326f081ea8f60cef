"""Findings of one rule in one column of one file become one line with an exact count and a few examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from recordkit.issues import Rule, Rules
from recordkit.words import Texts

SEVERITIES = ("reject", "flag", "note")
WHOLE = 0.9  # from this share of a file's records on, and at least FEW of them, it is the column and not the rows
FEW = 10
COMMA = {"en": ", ", "ur": "، "}

_PLACE = ("file_sha256", "sheet", "column", "field")
_SHOWN = ("row", "value", "detail", "suggestion")


@dataclass(frozen=True)
class Example:
    """One finding of a group; `row` is None when it is about a whole file, sheet or column."""

    row: int | None
    value: str | None
    detail: str | None
    suggestion: str | None

    def text(self, texts: Texts) -> str:
        """What is known about it, in one line."""
        suggested = texts(texts.words.findings.suggestion, suggestion=self.suggestion) if self.suggestion else None
        detail = texts.words.detail(self.detail, texts.language) if self.detail else None
        parts = [self.value, detail, suggested]
        return " · ".join(" ⏎ ".join(part.splitlines()) for part in parts if part)


@dataclass(frozen=True)
class Group:
    """All findings of one rule in one column of one sheet."""

    rule: Rule
    severity: str
    sha256: str | None
    file: str
    sheet: str
    column: str | None
    field: str | None
    count: int
    rows: int  # distinct rows among them
    whole: bool
    examples: tuple[Example, ...]

    @property
    def routine(self) -> bool:
        """A note that asks nothing of anybody: one line for all of them."""
        return self.rule.routine and self.severity == "note"

    def sheet_of(self, texts: Texts) -> str:
        """File and sheet as a person says it."""
        words = texts.words.findings
        parts = [self.file, texts(words.sheet, sheet=self.sheet) if self.sheet else ""]
        return COMMA[texts.language].join(part for part in parts if part)

    def where(self, texts: Texts) -> str:
        """File, sheet and column as a person says it."""
        words = texts.words.findings
        column = texts(words.column, column=self.column) if self.column else self.field
        parts = [part for part in (self.sheet_of(texts), column) if part]
        return COMMA[texts.language].join(parts) or texts(words.compiled)

    def how_many(self, texts: Texts) -> str:
        """The count in words."""
        words = texts.words.findings
        if self.whole:
            return texts(words.whole_column, rows=self.rows)
        if not self.rows:
            return texts(words.once) if self.count == 1 else texts(words.times, count=self.count)
        rows = texts(words.one_row) if self.rows == 1 else texts(words.rows, rows=self.rows)
        return rows if self.rows == self.count else texts(words.times_in_rows, count=self.count, rows=rows)


@dataclass(frozen=True)
class Groups:
    """Groups, most serious first; every file looked at by SHA-256; findings by severity."""

    groups: Sequence[Group]
    files: Mapping[str, str]
    counts: Mapping[str, int]


def group(
    issues: pl.DataFrame,
    files: Mapping[str, str],
    rows: Mapping[str, int],
    rules: Rules,
    *, limit: int,
    counts: pl.DataFrame | None = None,
) -> Groups:
    """Group findings (ISSUE_SCHEMA, rated, masked) with polars; Python sees groups, never cells.

    counts: file_sha256, sheet, column, field, code, severity, count, rows of all findings where `issues` are only the
    first of each kind.
    """
    summed = (
        issues.with_columns(pl.col("sheet").fill_null(""))
        .group_by("code", "severity", *_PLACE)
        .agg(
            pl.len().alias("count"),
            pl.col("row").drop_nulls().n_unique().alias("rows"),
            pl.struct(_SHOWN).sort_by("row", "value", "detail", nulls_last=True).head(limit).alias("examples"),
        )
    )
    if counts is not None:
        kind = ["code", "severity", *_PLACE]
        exact = counts.with_columns(pl.col("sheet").fill_null("")).group_by(kind).agg(pl.col("count", "rows").sum())
        summed = summed.drop("count", "rows").join(exact, on=kind, how="left", nulls_equal=True)
    order = {severity: at for at, severity in enumerate(SEVERITIES)}
    names = pl.DataFrame(
        {"file_sha256": list(files), "file": list(files.values()), "records": [rows.get(one) for one in files]},
        schema={"file_sha256": pl.String, "file": pl.String, "records": pl.Int64},
    )
    ordered = (
        summed.join(names, on="file_sha256", how="left")
        .with_columns(pl.col("severity").replace_strict(order, return_dtype=pl.Int8).alias("rank"))
        .sort("rank", "code", "file", "sheet", "column", "field", nulls_last=True)
    )
    sums = dict(summed.group_by("severity").agg(pl.col("count").sum()).rows())
    by_severity = {severity: sums.get(severity, 0) for severity in SEVERITIES}
    return Groups([_group(line, rules) for line in ordered.to_dicts()], files, by_severity)


def _group(line: dict[str, object], rules: Rules) -> Group:
    records, rows = line.pop("records"), line["rows"]
    assert isinstance(rows, int)
    whole = isinstance(records, int) and rows >= max(FEW, WHOLE * records) and line["column"] is not None
    examples = line["examples"]
    assert isinstance(examples, list)
    return Group(
        rule=rules[str(line["code"])],
        severity=str(line["severity"]),
        sha256=_text(line["file_sha256"]),
        file=_text(line["file"]) or "",
        sheet=str(line["sheet"]),
        column=_one_line(line["column"]),
        field=_text(line["field"]),
        count=int(str(line["count"])),
        rows=rows,
        whole=whole,
        examples=tuple(Example(**one) for one in examples),
    )


def _one_line(value: object) -> str | None:
    """A header as a sender may write it, over several lines, in one."""
    return None if value is None else " ".join(str(value).split())


def _text(value: object) -> str | None:
    return None if value is None else str(value)
