"""Reference tables: CSV, layered row by row."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from recordkit import details
from recordkit.declarations.loading import refuse_huge
from recordkit.declarations.overlays import layers, nearest
from recordkit.errors import DeclarationError

if TYPE_CHECKING:
    import polars as pl

def read_csv(dirs: Sequence[Path], name: str, key: Sequence[str]) -> pl.DataFrame:
    """A reference table, every column String, empty cells null, layered over all `dirs`.

    A row of a later folder replaces the row with the same `key` in its place; a new one is added at the end.
    Inside one folder a repeated key is an error that names the file and both lines.
    """
    paths = layers(dirs, name)
    base = _read_one(paths[0], key)
    for path in paths[1:]:
        base = _overlay(base, _read_one(path, key), path, key)
    return base


def _read_one(path: Path, key: Sequence[str]) -> pl.DataFrame:
    header, rows, lines = _parse(path)
    for column in key:
        if column not in header:
            hint = details.text("columns_are", names=", ".join(_names(header)))
            raise DeclarationError(details.text("column_is_missing", path=path, column=column), hint)
    data = {column: [row[at] or None for row in rows] for at, column in enumerate(header)}
    import polars as pl  # here: rules are explained without it

    frame = pl.DataFrame(data, schema=dict.fromkeys(header, pl.String))
    _refuse_repeated(frame, lines, path, key)
    return frame


def _names(header: Sequence[str]) -> list[str]:
    """A header as an error shows it: what is no name of a column may be a cell, of a table that is none of ours."""
    names = [name for name in header if re.fullmatch("[a-z][a-z0-9_]*", name)]
    others = len(header) - len(names)
    return [*names, details.text("no_names_of_columns", count=others)] if others else names


def _parse(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows as wide as the header, and the line on which each row ends."""
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        refuse_huge(path)
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.reader(handle, strict=True)
            for row in reader:
                if row:
                    rows.append([cell.strip() for cell in row])
                    lines.append(reader.line_num)
    except UnicodeDecodeError as error:
        raise DeclarationError(
            details.text("is_not_utf8", path=path, byte=error.start), details.text("save_as_utf8")
        ) from error
    except csv.Error as error:
        raise DeclarationError(details.text("at_line", path=path, line=reader.line_num, what=str(error))) from error
    if not rows:
        raise DeclarationError(details.text("has_no_header_row", path=path))
    header = rows[0]
    if len(set(header)) != len(header) or "" in header:
        raise DeclarationError(details.text("header_name_twice", path=path))
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(header):
            cells = details.text("header_has", count=len(row), width=len(header))
            raise DeclarationError(details.text("at_line", path=path, line=line, what=cells))
    return header, rows[1:], lines[1:]


def _refuse_repeated(frame: pl.DataFrame, lines: list[int], path: Path, key: Sequence[str]) -> None:
    if not key:
        return
    import polars as pl  # here: rules are explained without it

    numbered = frame.select(*key, pl.Series("line", lines, dtype=pl.Int64))
    twice = numbered.group_by(key, maintain_order=True).agg("line").filter(pl.col("line").list.len() > 1)
    if twice.height:
        first = twice.row(0, named=True)
        shown = ", ".join(f"{column}={first[column] or ''}" for column in key)
        where = details.listed([str(line) for line in first["line"]], "and_other")
        text = details.text("lines_of_one_key", path=path, lines=where, key=shown)
        raise DeclarationError(text, details.text("keep_one"))


def _overlay(base: pl.DataFrame, over: pl.DataFrame, path: Path, key: Sequence[str]) -> pl.DataFrame:
    for column in over.columns:
        if column not in base.columns:
            guess = nearest(column, base.columns)
            known = details.text("known_columns", names=", ".join(base.columns))
            hint = details.text("did_you_mean", guess=guess) if guess else known
            raise DeclarationError(details.text("unknown_column", path=path, column=column, hint=hint))
    import polars as pl  # here: rules are explained without it

    missing = [pl.lit(None, pl.String).alias(column) for column in base.columns if column not in over.columns]
    over = over.with_columns(missing).select(base.columns)
    if not key:
        return pl.concat([base, over])
    at = [base.columns.index(column) for column in key]
    rows = {tuple(row[place] for place in at): row for row in [*base.rows(), *over.rows()]}
    return pl.DataFrame(list(rows.values()), schema=base.schema, orient="row")
