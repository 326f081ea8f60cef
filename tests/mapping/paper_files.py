"""Files in memory for the tests of choosing and mapping: what a reader would give for a grid of cells."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from recordkit import agencies, declarations, issues, mapping, source_fields
from recordkit.agencies import Agency, Catalogue, SheetMatch
from recordkit.agencies.catalogue import assemble
from recordkit.mapping import Carry, Mapped, SheetPlan
from recordkit.readers import Sheet, SourceFile

Grid = Sequence[Sequence[str | None]]

CATALOGUE = agencies.load([declarations.PACKAGED])
INTAKE = source_fields.load_source_fields([declarations.PACKAGED])


def only(toml: str) -> Catalogue:
    """A catalogue of one agency: its head is given, `toml` holds the formats."""
    head = 'id = "some"\nname = "Some"\nkind = "police"\n'
    agency = declarations.build(tomllib.loads(head + toml), Agency, Path("some.toml"))
    return assemble({agency.id: agency}, {}, CATALOGUE.reference, CATALOGUE.layout)


def frame(grid: Grid, start: int = 1) -> pl.DataFrame:
    """row, c1..cN; short rows are padded, "" is null."""
    width = max((len(row) for row in grid), default=1)
    cells = [[*row, *[None] * (width - len(row))] for row in grid]
    data = {f"c{i + 1}": [row[i] or None for row in cells] for i in range(width)}
    columns = pl.DataFrame(data, schema=dict.fromkeys(data, pl.String))
    return columns.select(pl.int_range(start, start + len(grid), dtype=pl.Int64).alias("row"), pl.all())


def sheet(grid: Grid, name: str = "", visible: bool = True) -> Sheet:
    """A sheet that holds a grid."""
    table = frame(grid)

    def batches(rows: int) -> Iterator[pl.DataFrame]:
        return iter([table[at : at + rows] for at in range(0, max(1, table.height), rows)])

    return Sheet(name, table.width - 1, table.height, visible, source=batches)


def source(grid: Grid, file: str = "file.csv", kind: str = "delimited", name: str = "") -> SourceFile:
    """A file with one sheet."""
    return workbook({name: grid}, file, kind)


def workbook(grids: dict[str, Grid], file: str = "file.xlsx", kind: str = "xlsx") -> SourceFile:
    """A file with several sheets."""
    sheets = tuple(sheet(grid, name) for name, grid in grids.items())
    return SourceFile(file, "f" * 64, 1, kind, issues.empty(), sheets)


def planned(
    file: SourceFile, catalogue: Catalogue = CATALOGUE, agency: str | None = None
) -> tuple[SheetMatch, SheetPlan, pl.DataFrame]:
    """The match and the plan of the only sheet of a file, and every finding so far."""
    choice = agencies.choose(file, catalogue, agency)
    (match,) = choice.matches
    (found,) = [one for one in file.sheets if one.name == match.sheet]
    plan, findings = mapping.plan(found, match, catalogue, INTAKE)
    return match, plan, issues.concat([choice.issues, findings])


def mapped(plan: SheetPlan, batch: pl.DataFrame, size: int | None = None) -> Mapped:
    """A whole frame mapped, in one batch or in batches of `size` rows."""
    carry = Carry()
    parts = []
    for at in range(0, batch.height, size or max(1, batch.height)):
        part = mapping.map_batch(batch[at : at + (size or batch.height)], plan, carry)
        carry = part.carry
        parts.append(part)
    return Mapped(
        pl.concat([one.rows for one in parts]),
        pl.concat([one.skipped for one in parts]),
        issues.concat([*(one.issues for one in parts), mapping.finish(plan, carry)]),
        carry,
        tuple(dict.fromkeys(name for one in parts for name in one.ditto)),
        pl.concat([one.marks for one in parts]),
    )


REASONS = ["RK207", "RK208", "RK209", "RK210", "RK211", "RK212", "RK213", "RK214", "RK223"]


def beside_reasons(findings: pl.DataFrame) -> pl.DataFrame:
    """Some findings without the plain reasons of skipped rows."""
    return findings.filter(~pl.col("code").is_in(REASONS))


def codes(findings: pl.DataFrame) -> list[str]:
    """The codes of some findings, sorted, without the plain reasons of skipped rows."""
    return sorted(beside_reasons(findings).get_column("code").to_list())
