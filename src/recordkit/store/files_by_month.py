"""Tables cut into files by month: the files of a month in which nothing changed have the same bytes in every edition.

A table says by a column of its own, which is not written, of which month each row is. Months of few rows share one
file with the rows of no month: a small store has one file for each table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import polars as pl
import pyarrow as pa

from recordkit.store.encryption import Key
from recordkit.store.manifest import Table
from recordkit.store.parquet import ROWS_PER_FILE, Frame, as_lazy, batches, write_pieces, write_table
from recordkit.store.spooling import BATCH, Spool

MONTH = "_month"  # the column that says of which month a row is: 2026-07
LEAST = 1_000  # rows of a month that is worth a file
HELD = BATCH  # fewer rows of a table are cut in memory
_AS_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")

Piece = tuple[str | None, pl.DataFrame]  # the month that a file is of, and its rows
Spooling = Callable[[], AbstractContextManager[Spool]]


def write(
    folder: Path, name: str, frame: Frame, key: Key | None, spooling: Spooling, *, described: pa.Schema | None = None
) -> Table:
    """Write a table as `parquet.write_table` does, by months if it has the column MONTH; rows keep their order in each.

    spooling: opens a place on the disk for a table that is too large to be cut in memory.
    """
    lazy = as_lazy(frame)
    schema = lazy.collect_schema()
    if MONTH not in schema:
        return write_table(folder, name, lazy, key, described=described)
    plain = pl.Schema({column: kind for column, kind in schema.items() if column != MONTH})
    first = next(batches(lazy, schema, HELD))
    if first.height < HELD:
        return write_pieces(folder, name, plain, _cut(first, plain), key, described=described)
    del first
    with spooling() as spool:
        return write_pieces(folder, name, plain, _dealt(lazy, plain, spool, name), key, described=described)


def _own(months: pl.Series) -> list[str]:
    """The months that get files of their own. Only a month as file names have it: no cell of a sender names a file."""
    if months.len() < LEAST:
        return []
    sizes = months.value_counts(name="rows").filter(pl.col("rows") >= LEAST)
    return sorted(month for month in sizes[MONTH] if month is not None and _AS_MONTH.fullmatch(month))


def _cut(held: pl.DataFrame, schema: pl.Schema) -> Iterator[Piece]:
    """The pieces of a table in memory: what is of no month of its own first."""
    own = _own(held[MONTH])
    if not own:
        held.drop_in_place(MONTH)
        small = held.height <= ROWS_PER_FILE
        yield from ((None, piece) for piece in ([held] if small else batches(held.lazy(), schema, ROWS_PER_FILE)))
        return
    dealt = _by_month(held, own)
    for month in _in_order(own, None in dealt):
        rows = dealt.get(month, schema.to_frame())
        yield from ((month, piece) for piece in batches(rows.lazy(), schema, ROWS_PER_FILE))


def _dealt(lazy: pl.LazyFrame, schema: pl.Schema, spool: Spool, name: str) -> Iterator[Piece]:
    """The same of a table that is too large: dealt on the disk first, a batch at a time."""
    own = _own(lazy.select(MONTH).collect(engine="streaming")[MONTH])
    places = {month: at for at, month in enumerate([None, *own])}
    met: set[str | None] = set()
    for batch in batches(lazy, lazy.collect_schema(), HELD):
        for month, rows in _by_month(batch, own).items():
            spool.add(name, places[month], rows)
            met.add(month)
    for month in _in_order(own, None in met):
        yield from ((month, piece) for piece in batches(spool.scan_part(name, places[month]), schema, ROWS_PER_FILE))


def _by_month(frame: pl.DataFrame, own: list[str]) -> dict[str | None, pl.DataFrame]:
    """Rows by the month whose files they go to, in their order; None: of no month of its own."""
    marked = frame.with_columns(pl.when(pl.col(MONTH).is_in(own)).then(MONTH))
    dealt = marked.partition_by(MONTH, as_dict=True, include_key=False, maintain_order=True)
    return {month: rows for (month,), rows in dealt.items()}


def _in_order(own: list[str], others: bool) -> list[str | None]:
    """The files in their order; a table without rows still has one."""
    return [*([None] if others or not own else []), *own]
