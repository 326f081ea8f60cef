"""Reads and checks files, and publishes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from recordkit import declarations, findings, ingest, tables
from recordkit.ingest import Declarations, Received
from recordkit.ingest.file_rows import FILES, file_row
from recordkit.issues import ISSUE_SCHEMA
from recordkit.plurals import counted

Paths = str | Path | Sequence[str | Path]
RECORD_TABLES = ("cases", "charges", "persons", "services", "returns")


def declared_in(schemas: Paths) -> Declarations:
    """The declarations of the packaged folder and of folders laid over it."""
    return ingest.declare(declarations.folders(as_paths(schemas)))


def as_paths(given: Paths) -> list[Path]:
    """One path or some, as a list."""
    return [Path(one) for one in ([given] if isinstance(given, str | Path) else given)]


@dataclass(frozen=True)
class Validation:
    """The result of reading and checking some files. Nothing was published.

    files: one row per file, or per member of an archive: name, member, kind, encoding, agency, format, period
    (YYYY-MM), readable, rows_read = rows_accepted + rows_quarantined + rows_skipped, file_sha256.
    tables: cases, charges, persons, services and returns -> the accepted records, cleaned values next to raw ones, with
    `record_id`, `file_sha256`, `sheet` and `row` (as a spreadsheet numbers it).
    quarantined: file_sha256, sheet, row, agency, format, codes and the raw cells.
    findings: file_sha256, name, sheet, row, column, field, code, severity, value, detail, suggestion, message, fix.
    skipped: (name, reason) of files that were not read at all.

    The tables and the quarantine hold personal data as it was sent; `findings.value` is masked unless asked for.
    """

    files: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]
    quarantined: pl.DataFrame
    findings: pl.DataFrame
    skipped: tuple[tuple[str, str], ...] = ()

    @property
    def ok(self) -> bool:
        """True when every file could be read and no row was quarantined."""
        rejected = (self.findings.get_column("severity") == "reject").any()
        return bool(self.files.get_column("readable").all()) and not rejected

    def __repr__(self) -> str:
        return f"<recordkit.Validation: {self._summary()}; {counted(self.findings.height, 'finding')}>"

    def _repr_html_(self) -> str:
        """The findings by rule, for a notebook."""
        by_rule = self.findings.group_by("code", "severity", "message").len("rows").sort("rows", descending=True)
        return f"<p>{self._summary()}</p>{by_rule._repr_html_()}"

    def _summary(self) -> str:
        rows = self.files.select(pl.col("^rows_.*$").sum()).row(0) if self.files.height else (0, 0, 0, 0)
        read, accepted, quarantined, skipped = (f"{count or 0:,}" for count in rows)
        return (
            f"{counted(self.files.height, 'file')}, {read} rows = {accepted} accepted + {quarantined} quarantined"
            f" + {skipped} skipped"
        )


def validate(paths: Paths, *, schemas: Paths = (), agency: str | None = None, show_values: bool = False) -> Validation:
    """Read, map, standardise and check files or folders of files; publish nothing.

    schemas: folders of declarations laid over the packaged ones. agency: read every file as this agency's.
    show_values: do not mask personal values in `findings`.
    Raises UnreadableInput when there is nothing at a path, DeclarationError for a mistake in a declaration.

    >>> result = validate("inbox/2026-07")
    >>> result
    <recordkit.Validation: 2 files, 203 rows = 201 accepted + 0 quarantined + 2 skipped; ... findings>
    >>> result.ok
    True
    >>> result.tables["cases"].columns[:4]
    ['record_id', 'file_sha256', 'sheet', 'row']
    >>> result.findings.columns[:6]
    ['file_sha256', 'name', 'sheet', 'row', 'column', 'field']
    """
    declared = declared_in(schemas)
    by_path: dict[Path, list[tuple[str, pl.DataFrame]]] = {}

    def keeps(path: Path) -> ingest.Keep:
        own: list[tuple[str, pl.DataFrame]] = []
        by_path[path] = own
        return lambda name, frame: own.append((name, frame))

    done, skipped = ingest.receive_files(as_paths(paths), declared, agency, lambda _name: None, keeps=keeps)
    frames = [one for many in by_path.values() for one in many]
    return Validation(
        files=pl.DataFrame([file_row(one) for one in done], schema=FILES, orient="row"),
        tables={name: _together(name, frames, declared) for name in RECORD_TABLES},
        quarantined=_joined("quarantine", frames, pl.DataFrame(schema=ingest.QUARANTINE)),
        findings=_findings(done, declared, show_values),
        skipped=tuple((one.name, one.reason) for one in skipped),
    )


def _together(name: str, frames: Sequence[tuple[str, pl.DataFrame]], declared: Declarations) -> pl.DataFrame:
    return _joined(name, frames, tables.empty(declared.tables[name], "standardise"))


def _joined(name: str, frames: Sequence[tuple[str, pl.DataFrame]], empty: pl.DataFrame) -> pl.DataFrame:
    parts = [frame for table, frame in frames if table == name]
    return pl.concat([empty, *parts], how="diagonal_relaxed")


def _findings(done: Sequence[Received], declared: Declarations, show_values: bool) -> pl.DataFrame:
    masks = findings.masks(declared.tables, declared.intake, declared.agencies)
    shown = findings.shown(declared.rules, masks, show_values)
    found = pl.concat([pl.DataFrame(schema=ISSUE_SCHEMA), *(shown(one.issues) for one in done)])
    return explained(found, {one.sha256: one.name for one in done}, declared)


def explained(found: pl.DataFrame, names: Mapping[str, str], declared: Declarations) -> pl.DataFrame:
    """Findings with the name of their file and what their rule says."""
    rules = [(rule.code, rule.why, rule.fix) for rule in declared.rules.by_code.values()]
    texts = pl.DataFrame(rules, schema=dict.fromkeys(("code", "message", "fix"), pl.String), orient="row")
    named = pl.DataFrame(
        {"file_sha256": list(names), "name": list(names.values())},
        schema={"file_sha256": pl.String, "name": pl.String},
    )
    return (
        found.join(texts, on="code", how="left", maintain_order="left")
        .join(named, on="file_sha256", how="left", maintain_order="left")
        .select("file_sha256", "name", pl.exclude("file_sha256", "name"))
    )
