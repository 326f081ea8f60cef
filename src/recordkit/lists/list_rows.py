"""The rows of a list as they were written: any kind of file that can be read, and Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from recordkit import details, readers
from recordkit.errors import UnreadableInput
from recordkit.ingest import file_errors
from recordkit.lists import declared_list
from recordkit.lists.declared_list import ListSpec

PARQUET = b"PAR1"


def rows(paths: Sequence[Path], spec: ListSpec) -> tuple[pl.DataFrame, list[str]]:
    """`file`, `sheet`, `row` and the columns of every file under their header words, all rows of all files below
    each other; and why files could not be read. Raises UnreadableInput when none could."""
    found: list[pl.DataFrame] = []
    refused: list[str] = []
    for path in paths:
        try:
            found += list(_of_file(path, spec))
        except UnreadableInput as error:
            refused.append(str(error))
        except file_errors.FAILURES as error:
            if (other := file_errors.error_to_raise(error, path.name)) is not None:
                raise other from error
            refused.append(f"{path.name}: {file_errors.CODE}, {file_errors.described(error)}")
    if not found:
        what = details.listed(refused) or details.text("no_row_in_files")
        raise UnreadableInput(what, details.text("try_inspect"))
    return pl.concat(found, how="diagonal"), refused


def _of_file(path: Path, spec: ListSpec) -> Iterator[pl.DataFrame]:
    if _is_parquet(path):
        yield _placed(_parquet(path), path.name, "")
        return
    for source in readers.open_all(path):
        name = path.name if source.member is None else f"{path.name}!{source.member}"
        usable = [(sheet, list(sheet.batches())) for sheet in source.sheets if sheet.visible]
        if not any(batch.height for _, batches in usable for batch in batches):
            why = source.issues.get_column("detail").drop_nulls().head(1).to_list()
            what = f"{name}: {why[0]}" if why else details.text("holds_no_rows", file=name)
            raise UnreadableInput(what)
        for sheet, batches in usable:
            if any(batch.height for batch in batches):
                yield _placed(declared_list.rows(batches, spec, name), name, sheet.name)


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as handle:
        return handle.read(len(PARQUET)) == PARQUET


def _parquet(path: Path) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableInput(details.text("parquet_damaged", file=path.name)) from error
    flat = frame.select(pl.exclude(pl.List, pl.Struct, pl.Array, pl.Binary, pl.Object)).drop("row", strict=False)
    return flat.cast(pl.String, strict=False).with_row_index("row", 1).cast({"row": pl.Int64})


def _placed(frame: pl.DataFrame, file: str, sheet: str) -> pl.DataFrame:
    ours = [name for name in ("file", "sheet") if name in frame.columns]
    named = frame.rename({name: details.text("of_the_file", name=name) for name in ours})
    placed = named.with_columns(file=pl.lit(file), sheet=pl.lit(sheet))
    return placed.select("file", "sheet", "row", pl.exclude("file", "sheet", "row"))
