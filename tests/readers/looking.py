"""How tests look at a file that was read."""

from __future__ import annotations

import polars as pl

from recordkit.readers import SourceFile


def table(file: SourceFile, sheet: int = 0, rows: int = 250_000) -> pl.DataFrame:
    """All rows of one sheet."""
    found = file.sheets[sheet]
    return pl.concat([pl.DataFrame(schema=found.schema()), *found.batches(rows)])


def rows(file: SourceFile, sheet: int = 0) -> list[tuple[int | str | None, ...]]:
    """All rows of one sheet as tuples, the row number first."""
    return table(file, sheet).rows()


def cells(file: SourceFile, sheet: int = 0) -> list[list[str | None]]:
    """All cells of one sheet."""
    return [list(row[1:]) for row in rows(file, sheet)]


def codes(file: SourceFile) -> list[tuple[int | None, str]]:
    """(row, code) of every finding."""
    return [(row, code) for row, code in file.issues.select("row", "code").rows()]


def names(file: SourceFile) -> set[str]:
    """The codes found."""
    return set(file.issues.get_column("code"))


def refusal(file: SourceFile) -> str:
    """The code for which a file was refused; fails when it was read."""
    assert not file.sheets
    rejects = file.issues.filter(pl.col("severity") == "reject")
    assert rejects.height == 1
    return str(rejects.get_column("code").item())
