"""Which cells of a sheet are to be marked: findings name a header, a workbook needs a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

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
