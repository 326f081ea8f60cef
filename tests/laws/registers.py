"""A sender of every intake field under a header of its own, and files of it: what laws over all field types run on."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

from recordkit import declarations, ingest, issues, source_fields

UNITS = ("case", "person", "service", "return")
FIELDS = source_fields.load_source_fields([declarations.PACKAGED])


def header(field: str) -> str:
    """The header of a field: no word of it means anything else."""
    return f"zz {field.replace('_', ' ')} zz"


def fields(unit: str) -> list[str]:
    """The intake fields of a unit."""
    return list(FIELDS.fields(unit))


def _declaration(unit: str) -> str:
    columns = "".join(
        f'  {{ field = "{name}", headers = ["{header(name)}"], synonyms = false }},\n' for name in fields(unit)
    )
    return (
        f'id = "all_{unit}"\nname = "All fields"\nkind = "police"\ntimezone = "Asia/Karachi"\n[[format]]\n'
        f'id = "all"\nunit = "{unit}"\ncolumns = [\n{columns}]\n'
    )


@cache
def declared(folder: Path) -> ingest.Declarations:
    """The packaged declarations and a sender for every unit."""
    place = folder / "agencies"
    place.mkdir(exist_ok=True)
    for unit in UNITS:
        (place / f"all_{unit}.toml").write_text(_declaration(unit), encoding="utf-8")
    return ingest.declare([declarations.PACKAGED, folder])


def write(path: Path, unit: str, rows: Sequence[Mapping[str, str]]) -> Path:
    """A file with all fields of a unit as its columns: CSV, tabs or a workbook, by its name."""
    table = [[header(name) for name in fields(unit)], *([row.get(name, "") for name in fields(unit)] for row in rows)]
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in table:
            book.active.append([cell or None for cell in row])
        book.save(path)
        return path
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter="\t" if path.suffix == ".tsv" else ",").writerows(table)
    return path


def run(path: Path, unit: str, folder: Path) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, Any]:
    """The tables of a file at submission level, its findings, and what is said of it."""
    kept: dict[str, list[pl.DataFrame]] = {}
    (done,) = ingest.receive(
        path, declared(folder), agency=f"all_{unit}", received="2026-07",
        keep=lambda name, frame: kept.setdefault(name, []).append(frame),
    )  # fmt: skip
    tables = {name: pl.concat(parts, how="diagonal_relaxed") for name, parts in kept.items()}
    return tables, issues.conform(done.issues), done
