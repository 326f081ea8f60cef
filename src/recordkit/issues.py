"""The rules that findings come from, and the issue table: what was found, where, by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from recordkit import conditions, declarations, details, rulebook
from recordkit.errors import BrokenLaw, DeclarationError
from recordkit.rulebook import CODES, LEVELS, Derived, Level, Rule, Severity, Stage

__all__ = [
    "CODES", "ISSUE_SCHEMA", "LEVELS", "Derived", "Level", "Rule", "Rules", "Severity", "Stage", "catalogue", "concat",
    "conform", "count", "empty", "make",
]  # fmt: skip

ISSUE_SCHEMA: dict[str, type[pl.DataType]] = {
    "file_sha256": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,  # null: the whole file, sheet or column
    "column": pl.String,  # as the sender wrote it
    "field": pl.String,  # canonical name
    "code": pl.String,
    "severity": pl.String,
    "value": pl.String,  # raw and personal: never stored in an edition, masked unless asked for on a terminal
    "detail": pl.String,  # never personal
    "suggestion": pl.String,  # as personal as the value
}


ISSUES = pl.Schema(ISSUE_SCHEMA)
FEW = 256  # findings


class Rules(rulebook.Rules):
    """The catalogue as findings use it."""

    def frame(self) -> pl.DataFrame:
        """code, name, level, severity of every rule: for joins."""
        rows = [(rule.code, rule.name, rule.level, rule.severity) for rule in self.by_code.values()]
        schema = dict.fromkeys(("code", "name", "level", "severity"), pl.String)
        return pl.DataFrame(rows, schema=schema, orient="row")

    def rate(self, issues: pl.DataFrame) -> pl.DataFrame:
        """`issues` in ISSUE_SCHEMA, every null severity filled from the catalogue. Keeps order and rows."""
        issues = conform(issues)
        if not issues.height:
            return issues
        codes = _distinct(issues.get_column("code"))
        if strange := {str(code) for code in codes if code not in self.by_code}:
            raise BrokenLaw(details.text("findings_of_unknown_code", codes=", ".join(sorted(strange))))
        if not issues.get_column("severity").has_nulls():
            return issues
        severities = [self.by_code[code].severity for code in codes]
        looked_up = pl.col("code").replace_strict(codes, severities, return_dtype=pl.String)
        return issues.with_columns(pl.coalesce("severity", looked_up).alias("severity"))


def _distinct(codes: pl.Series) -> list[str]:
    """Every code once. Of a few findings without a query, which costs more than they do."""
    return list(dict.fromkeys(codes.to_list())) if len(codes) <= FEW else codes.unique().to_list()


@declarations.read_once("rules.toml")
def catalogue(dirs: Sequence[Path]) -> Rules:
    """`rulebook.catalogue`, with every condition tried as SQL. Raises DeclarationError for one that is not valid."""
    read = rulebook.catalogue(dirs)
    for code, rule in read.by_code.items():
        if rule.level == "cross-field":
            _require_sql(rule.condition, read.files[code], f"rules.{code}")
    for one in read.derived:
        name = f"{one.table}.{one.column}"
        for sql in (one.where, one.empty):
            _require_sql(sql, read.files[name], f"derived {name}")
        _require_sql(one.value, read.files[name], f"derived {name}", aggregate=True)
    return Rules(read.by_code, read.derived, read.files, read.overruled)


def _require_sql(sql: str, path: Path, where: str, *, aggregate: bool = False) -> None:
    try:
        conditions.expression(sql, aggregate=aggregate)
    except ValueError as error:
        raise DeclarationError(details.text("slip_in_place", path=path, place=where, slip=error.args[0])) from error


# ------------------------------------------------------------------------------------------- issues


def empty() -> pl.DataFrame:
    """No issues: zero rows of ISSUE_SCHEMA."""
    return pl.DataFrame(schema=ISSUE_SCHEMA)


def make(
    code: str,
    *,
    file_sha256: str | None = None,
    sheet: str | None = None,
    row: int | None = None,
    column: str | None = None,
    field: str | None = None,
    value: str | None = None,
    detail: str | None = None,
    suggestion: str | None = None,
    severity: str | None = None,
) -> pl.DataFrame:
    """One finding. Severity is filled from the catalogue by `Rules.rate` unless it is given here."""
    cells = {
        "file_sha256": file_sha256,
        "sheet": sheet,
        "row": row,
        "column": column,
        "field": field,
        "code": code,
        "severity": severity,
        "value": value,
        "detail": detail,
        "suggestion": suggestion,
    }
    return pl.DataFrame({name: [cell] for name, cell in cells.items()}, schema=ISSUE_SCHEMA)


def conform(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns of ISSUE_SCHEMA in order: missing ones null, others dropped, types cast."""
    present = frame.schema
    if present == ISSUES and present.names() == ISSUES.names():
        return frame
    return frame.select(
        pl.col(name).cast(kind) if name in present else pl.lit(None, kind).alias(name)
        for name, kind in ISSUE_SCHEMA.items()
    )


def concat(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """All findings in one frame of ISSUE_SCHEMA."""
    filled = [conform(frame) for frame in frames if frame.height]
    return pl.concat(filled) if filled else empty()


def count(issues: pl.DataFrame, severity: Severity) -> int:
    """How many findings have exactly this severity."""
    return int(issues.get_column("severity").eq(severity).sum())
