"""Frames on the disk between two stages of one run, cut into ranges of an id: no stage holds a whole table.

An id is a letter and hexadecimal digits of a hash, so its ranges are of about one size. The parts in their order hold
ids in their order: however many parts there are, the same rows come out of them in the same order.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from recordkit import details
from recordkit.store import disk, encryption
from recordkit.store.encryption import Key
from recordkit.store.errors import writes_to
from recordkit.store.layout import Layout
from recordkit.store.parquet import write_error

BATCH = 400_000  # rows in memory while a table is cut
_RANGES = 256  # of the first two digits


def range_of(column: str, parts: int, skip: int = 1) -> pl.Expr:
    """The part, 0 to parts - 1, to which an id belongs: by its first digits after `skip` letters; null: the last."""
    digits = pl.col(column).str.slice(skip, 2).str.to_integer(base=16, dtype=pl.UInt32, strict=False)
    return (digits.fill_null(_RANGES - 1) * parts // _RANGES).cast(pl.UInt32)


@dataclass(frozen=True)
class Spool:
    """A private folder of Parquet files, encrypted with `secret`; gone when the work is done.

    A flipped bit in Parquet is read without an error, and a lost file is not missed by its neighbours: what was
    written is remembered with its sum, and compared before it is read.
    """

    folder: Path
    secret: Key | None = None
    most: int = 200_000  # rows of a part, about
    written: dict[str, dict[Path, str]] = field(default_factory=dict, repr=False, compare=False)

    def parts_for(self, rows: int) -> int:
        """How many parts so many rows are cut into: a power of two, at most the number of ranges."""
        parts = 1
        while parts < _RANGES and rows > parts * self.most:
            parts *= 2
        return parts

    def cut(self, name: str, frame: pl.LazyFrame, column: str, parts: int, skip: int = 1) -> int:
        """Write a frame, a batch at a time, into `parts` ranges of the ids in `column`; how many rows it has."""
        rows = 0
        self._declare(name, frame.collect_schema())
        for batch in frame.collect_batches(chunk_size=BATCH, maintain_order=True):
            rows += batch.height
            self.deal(name, batch, column, parts, skip)
        return rows

    def deal(self, name: str, frame: pl.DataFrame, column: str, parts: int, skip: int = 1) -> None:
        """Add the rows of one batch to the ranges of the ids in `column`."""
        self._declare(name, frame.schema)
        dealt = frame.with_columns(range_of(column, parts, skip).alias("_part")).partition_by(
            "_part", as_dict=True, include_key=False
        )
        for (part,), rows in dealt.items():
            self.add(name, int(part), rows)

    def add(self, name: str, part: int, frame: pl.DataFrame) -> None:
        """Add rows to a part, after those that are there."""
        self._declare(name, frame.schema)
        serial = len(self._files(name, f"{part:03d}-"))
        self._write(name, f"{part:03d}-{serial:05d}.parquet", frame)

    def part(self, name: str, part: int) -> pl.DataFrame:
        """The rows of one part, in the order in which they were added."""
        return self.scan_part(name, part).collect()

    def scan_part(self, name: str, part: int) -> pl.LazyFrame:
        """The same, not yet read."""
        return self._scan(name, f"{part:03d}-")

    def scan(self, name: str) -> pl.LazyFrame:
        """All parts in their order."""
        return self._scan(name)

    def drop(self, name: str) -> None:
        """Forget a table that is needed no more."""
        self.written.pop(name, None)
        disk.discard(self.folder / name)

    def _declare(self, name: str, schema: pl.Schema) -> None:
        if name not in self.written:
            disk.make_folder(self.folder / name, durable=False)
            self.written[name] = {}
            self._write(name, _COLUMNS, schema.to_frame())

    def _files(self, name: str, start: str) -> list[Path]:
        return sorted(path for path in self.written[name] if path.name.startswith(start) and path.name != _COLUMNS)

    def _write(self, name: str, file: str, frame: pl.DataFrame) -> None:
        path = self.folder / name / file
        try:
            with disk.private_umask():
                frame.lazy().sink_parquet(path, compression="lz4", encryption=encryption.for_writing(self.secret))
        except pl.exceptions.ComputeError as error:
            raise write_error(error) from None
        self.written[name][path] = disk.sha256_file(path)

    def _scan(self, name: str, start: str = "") -> pl.LazyFrame:
        """The files with, before them, the one without rows: a table of no rows has its columns all the same."""
        secret = encryption.for_reading(self.secret.id if self.secret else None)
        every = [self.folder / name / _COLUMNS, *self._files(name, start)]
        for path in every:
            _compare(path, self.written[name][path])
        return pl.scan_parquet(every, glob=False, decryption=secret)


_COLUMNS = "columns.parquet"


def _compare(path: Path, expected: str) -> None:
    found = None
    with suppress(OSError):
        found = disk.sha256_file(path)
    if found != expected:
        raise OSError(errno.EIO, details.text("changed_on_disk", name=path.name))


@contextmanager
def spool(root: Path) -> Iterator[Spool]:
    """A spool in the store's place for intermediate results, which keeps nothing after the block."""
    with writes_to(root):
        folder = disk.temp_folder(disk.make_folder(Layout(root).cache))
    try:
        with writes_to(root):
            yield Spool(folder, encryption.find_key(encryption.STORE))
    finally:
        disk.discard(folder)
