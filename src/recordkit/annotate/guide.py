"""What the first sheet says, whoever writes it: what to do in both languages, then a line for every kind of finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field

from recordkit import declarations
from recordkit.declarations import Declared
from recordkit.details import fill
from recordkit.findings import Groups
from recordkit.findings.grouping import Group
from recordkit.ingest.source_file import LINE
from recordkit.issues import Rule, Rules
from recordkit.words import Both

WIDTHS = (22, 44, 14, 44, 44, 44, 44, 26)
URDU = (6, 7)  # columns of the list that run from right to left, from 1
MARKED = ("reject", "flag")
LINE_HEIGHT = 15  # points
Language = Literal["en", "ur"]


@dataclass(frozen=True)
class Line:
    """One line above the list."""

    text: str
    language: Language
    large: bool = False
    small: bool = False


@dataclass(frozen=True)
class Advice:
    """One line of the list; `target` is the sheet, row and column (from 1) of the first marked cell."""

    severity: str
    place: str
    target: tuple[str, int, int] | None
    count: int
    why: str
    fix: str
    why_ur: str
    fix_ur: str
    rule: str

    @property
    def height(self) -> int:
        """Points that the row needs so that every text in it can be read."""
        texts = (self.severity, self.place, "", self.why, self.fix, self.why_ur, self.fix_ur, self.rule)
        lines = max(-(-len(text) * 11 // (width * 10)) for text, width in zip(texts, WIDTHS, strict=True))
        return LINE_HEIGHT * max(2, lines)


@dataclass(frozen=True)
class Where:
    """A page of the workbook: how findings call it, its title, its marks, and rows that moved."""

    label: str
    title: str
    marks: Marks
    lines: Mapping[int, int]


def opening(file: str, corrects: str, agency: str | None, words: Words) -> list[Line]:
    """The lines above the list. The small one is what tells the workbook when it comes back."""
    found = [
        Line(fill(words.title.en, {"file": file}), "en", large=True),
        Line(fill(words.title.ur, {"file": file}), "ur", large=True),
        Line(LINE.format(sha256=corrects, agency=agency or "-"), "en", small=True),
    ]
    for english, urdu in zip(words.steps.en, words.steps.ur, strict=True):
        found += [Line(english, "en"), Line(urdu, "ur")]
    return found


def heads(words: Words) -> list[str]:
    """The heads of the list's columns."""
    heads = words.heads
    every = (heads.severity, heads.place, heads.count, heads.why, heads.fix, heads.why_ur, heads.fix_ur, heads.rule)
    return [two(one) for one in every]


def advice(groups: Groups, pages: Sequence[Where], words: Words) -> list[Advice]:
    """A line for every group of findings that is to be corrected."""
    return [_advice(group, pages, words) for group in groups.groups if group.severity in MARKED]


def _advice(group: Group, pages: Sequence[Where], words: Words) -> Advice:
    rows = [one.row for one in group.examples if one.row is not None]
    shown = ", ".join(map(str, rows)) + (" …" if group.rows > len(rows) else "")
    of_rows = Both(en=fill(words.row.en, {"rows": shown}), ur=fill(words.row.ur, {"rows": shown}))
    place = of_rows if rows else words.whole
    parts = (group.sheet, group.column, two(place))
    detail = next((one.detail for one in group.examples if one.detail), None) if not rows else None
    return Advice(
        severity=group.severity,
        place=", ".join(part for part in parts if part)[:255],
        target=_target(group, pages),
        count=group.count,
        why=group.rule.why + (f" ({detail})" if detail else ""),
        fix=group.rule.fix,
        why_ur=group.rule.why_ur,
        fix_ur=words.urdu(group.rule, group.severity),
        rule=f"{group.rule.code} {group.rule.name}",
    )


def _target(group: Group, pages: Sequence[Where]) -> tuple[str, int, int] | None:
    page = next((one for one in pages if one.label == group.sheet), None)
    row = next((one.row for one in group.examples if one.row is not None), None)
    if page is None or row is None:
        return None
    return page.title, page.lines.get(row, row), page.marks.columns.get(group.column or "", 0) + 1


def comment(mark: Mapping[str, object], rules: Rules, words: Words) -> str:
    """What the comment on a marked cell says."""
    parts: list[str] = []
    for code in _texts(mark["codes"]):
        rule = rules[code]
        parts += [f"{rule.code} {rule.name}", rule.why, rule.fix, rule.why_ur, words.urdu(rule, str(mark["severity"]))]
    parts += _texts(mark["details"])
    parts += [f"{one} ?" for one in _texts(mark["suggestions"])]
    return "\n".join(part for part in parts if part)[:32_000]


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def two(both: Both) -> str:
    """A text in both languages, in one line."""
    return " / ".join(part for part in (both.en, both.ur) if part)


__all__ = ["Both", "Words", "load"]


class Steps(Declared):
    """The same steps in both languages."""

    en: tuple[str, ...]  # in English
    ur: tuple[str, ...]  # in Urdu


class Heads(Declared):
    """Column heads of the list."""

    severity: Both
    place: Both
    count: Both
    why: Both
    fix: Both
    why_ur: Both
    fix_ur: Both
    rule: Both


class BySeverity(Declared):
    """A word for each severity that is marked."""

    reject: Both
    flag: Both


class Generic(Declared):
    """What to do, in Urdu, for a rule that does not say it."""

    reject: str
    flag: str


class Words(Declared):
    """All of annotate.toml."""

    sheet: str  # name of the first sheet
    sheet_ur: str  # the same in Urdu
    suffix: str = Field(pattern=r"^[\w .()-]+$")  # a part of a file's name, which leads nowhere else
    comments: int = Field(ge=0)  # cells of a workbook that get a comment, at most
    rows: int = Field(ge=1, le=1_000_000)  # a larger file goes back with its marked rows only
    title: Both  # first line
    steps: Steps  # what the sender does
    heads: Heads  # heads of the list of findings
    severity: BySeverity  # words for red and yellow
    generic: Generic  # advice in Urdu for rules that have none
    whole: Both  # text for a finding about the whole file
    row: Both  # text for a finding about a row
    missing: Both  # text for a finding about a missing column

    def urdu(self, rule: Rule, severity: str) -> str:
        """What to do, in Urdu."""
        return rule.fix_ur or (self.generic.reject if severity == "reject" else self.generic.flag)

    def of_severity(self, severity: str) -> Both:
        """The word for a severity."""
        return self.severity.reject if severity == "reject" else self.severity.flag


def load(dirs: Sequence[Path]) -> Words:
    """annotate.toml of the last folder that has one."""
    return declarations.read_toml(declarations.files(dirs, "annotate.toml")["annotate.toml"], Words)


HEAD = 60  # rows in which a header is looked for, as formats do


@dataclass(frozen=True)
class Marks:
    """Marks of one sheet: row, at (0-based column), severity, codes, detail; one per cell, the worst severity."""

    cells: pl.DataFrame
    columns: Mapping[str, int]  # header -> 0-based column
    header_row: Mapping[str, int]


def of_sheet(found: pl.DataFrame, head: pl.DataFrame) -> Marks:
    """found: rejects and flags of this sheet with a row; head: its first rows (row, c1..cN)."""
    headers = found.get_column("column").drop_nulls().unique().to_list()
    places = _places(headers, head)
    columns = {header: at for header, (_, at) in places.items()}
    cells = (
        found.filter(pl.col("row").is_not_null())
        .with_columns(pl.col("column").replace_strict(columns, default=0, return_dtype=pl.Int64).alias("at"))
        .group_by("row", "at")
        .agg(
            pl.when((pl.col("severity") == "reject").any()).then(pl.lit("reject")).otherwise(pl.lit("flag"))
            .first().alias("severity"),
            pl.col("code").unique().sort().alias("codes"),
            pl.col("detail").drop_nulls().unique().sort().alias("details"),
            pl.col("suggestion").drop_nulls().unique().sort().alias("suggestions"),
        )
        .sort("row", "at")
    )  # fmt: skip
    return Marks(cells, columns, {header: row for header, (row, _) in places.items()})


def _places(headers: Sequence[str], head: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """Header -> (row, 0-based column) of the first cell that reads like it, or like its last part."""
    cells = head.head(HEAD).drop("row")
    texts = [[_folded(cell) for cell in cells.get_column(name).to_list()] for name in cells.columns]
    rows = head.get_column("row").to_list()
    found = {}
    for header in headers:
        wanted = _folded(header)
        hits = [(rows[i], at) for at, column in enumerate(texts) for i, cell in enumerate(column) if cell == wanted]
        partial = [
            (rows[i], at)
            for at, column in enumerate(texts)
            for i, cell in enumerate(column)
            if len(cell) > 3 and wanted.endswith(cell)
        ]
        if hits or partial:
            found[header] = min(hits or partial)
    return found


def _folded(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()
