"""Tables as Parquet files whose bytes depend on the rows only.

The same rows in other chunks (another machine, another batch size) would give other pages. So each file
holds a fixed number of rows, and its columns are copied into fresh arrays before they are written. What a file says
of its table and columns is metadata: engines that read Arrow's find it at each column, all others in one JSON text.
"""

from __future__ import annotations

import errno
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from recordkit import details
from recordkit.errors import UnreadableInput
from recordkit.store import disk, encryption
from recordkit.store.encryption import Key
from recordkit.store.errors import is_full, number
from recordkit.store.manifest import FileSum, Table

Frame = pl.LazyFrame | pl.DataFrame | Path

ROWS_PER_FILE = 250_000
ROWS_PER_GROUP = 250_000
COMPRESSION_LEVEL = 3
ENGINE = pl.__version__  # another one may write the same rows as other bytes
COLUMNS = "columns"  # key of the metadata of all columns, as JSON
_ARROW = "ARROW:schema"  # key under which readers of Arrow expect the schema with all metadata


def write_table(
    folder: Path,
    name: str,
    frame: Frame,
    key: Key | None = None,
    *,
    described: pa.Schema | None = None,
    rows_per_file: int = ROWS_PER_FILE,
) -> Table:
    """Write `folder`/`name`/part-00000.parquet … in the frame's own order, and sum what reached the disk.

    A table without rows still has one file, so that its columns can be read. With a key the files are
    encrypted on the disk and summed as they would be without. The metadata of `described`, and of those of its fields
    that are columns of the frame, becomes that of the files.
    """
    lazy = as_lazy(frame)
    schema = lazy.collect_schema()
    pieces = ((None, batch) for batch in batches(lazy, schema, rows_per_file))
    return write_pieces(folder, name, schema, pieces, key, described=described)


def write_pieces(
    folder: Path,
    name: str,
    schema: pl.Schema,
    pieces: Iterable[tuple[str | None, pl.DataFrame]],
    key: Key | None = None,
    *,
    described: pa.Schema | None = None,
) -> Table:
    """Write each piece of a table as one file, named by its month, if it is of one, and its place among those."""
    target = disk.make_folder(folder / name)
    files: list[FileSum] = []
    notes = _metadata(schema, described)
    serials: Counter[str | None] = Counter()
    for month, piece in pieces:
        path = target / f"part-{f'{month}-' if month else ''}{serials[month]:05d}.parquet"
        serials[month] += 1
        fresh = _fresh(piece)
        _write_file(path, fresh, key, notes)
        _count(path, piece.height, key)
        summed = _sum(path, fresh, key, notes)
        files.append(summed.model_copy(update={"path": f"{name}/{path.name}", "month": month}))
    columns = [(column, str(dtype)) for column, dtype in schema.items()]
    return Table(rows=sum(file.rows or 0 for file in files), columns=columns, files=files, key=key.id if key else None)


def in_memory(frame: pl.DataFrame) -> bytes:
    """A frame as the bytes of one Parquet file."""
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=COMPRESSION_LEVEL)
    return buffer.getvalue()


def rewrite(source: Path, was: str | None, target: Path, key: Key) -> str:
    """Write the rows and metadata of one file (encrypted with the key of the id `was`) anew with `key`; read them back.

    Returns the sum that the file has without encryption.
    """
    frame = _fresh(_read(source, was))
    notes = _metadata_of(source, was)
    _write_file(target, frame, key, notes)
    if not _read(target, key.id).equals(frame):
        raise OSError(errno.EIO, details.text("read_back_differs"))
    return _sum(target, frame, key, notes).sha256


def opens(path: Path, key_id: str | None) -> bool:
    """Does the key of this id open a file?"""
    try:
        pl.scan_parquet(path, glob=False, decryption=encryption.for_reading(key_id)).collect_schema()
    except pl.exceptions.ComputeError:
        return False
    return True


def _read(path: Path, key_id: str | None) -> pl.DataFrame:
    return pl.scan_parquet(path, glob=False, decryption=encryption.for_reading(key_id)).collect()


def as_lazy(frame: Frame) -> pl.LazyFrame:
    """A frame, or a Parquet file or folder of such files in the order of their names."""
    if isinstance(frame, Path):
        return pl.scan_parquet(sorted(frame.glob("*.parquet")) if frame.is_dir() else frame, glob=False)
    return frame.lazy()


def batches(lazy: pl.LazyFrame, schema: pl.Schema, rows: int) -> Iterator[pl.DataFrame]:
    """Pieces of exactly `rows` rows (the last may be shorter), whatever pieces the engine hands over."""
    pending: list[pl.DataFrame] = []
    height = 0
    written = False
    for batch in _collected(lazy, rows):
        pending.append(batch)
        height += batch.height
        while height >= rows:
            whole = pl.concat(pending, rechunk=False)
            yield whole.head(rows)
            written = True
            pending, height = [whole.slice(rows)], height - rows
    if height or not written:
        yield pl.concat([schema.to_frame(), *pending], rechunk=False)


def _collected(lazy: pl.LazyFrame, rows: int) -> Iterator[pl.DataFrame]:
    """The engine's pieces; a file that vanished while the frame was read is the input's fault, not ours."""
    try:
        yield from lazy.collect_batches(chunk_size=rows, maintain_order=True)
    except OSError as error:
        if is_full(error):  # an engine may need room to read
            raise
        name = Path(str(error.filename)).name if error.filename else "A file"
        raise UnreadableInput(details.text("not_read_to_end", name=name), details.text("run_same_command")) from None


def _fresh(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows in new arrays: a slice of a list column keeps offsets that show in the bytes."""
    if frame.height < 2:
        return frame.select(pl.all().gather(pl.int_range(pl.len())))
    return pl.concat([frame.head(1), frame.slice(1)], rechunk=True)


_SHAPE: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": COMPRESSION_LEVEL,
    "statistics": True,
    "row_group_size": ROWS_PER_GROUP,
    "maintain_order": True,
}


def _metadata(schema: pl.Schema, described: pa.Schema | None) -> dict[str, str] | None:
    """The metadata of a file with these columns; None without a description.

    The Arrow schema is made here: of a table with lists, polars writes the fields' metadata but not the schema's. All
    stands in the order of the keys, because that order shows in the bytes.
    """
    table = _texts(described.metadata) if described is not None else {}
    given = {field.name: _texts(field.metadata) for field in described or () if field.metadata}
    columns = {name: given[name] for name in schema if name in given}
    if not table and not columns:
        return None
    plain = schema.to_arrow(compat_level=pl.CompatLevel.oldest())  # types that every reader knows
    arrow = pa.schema([field.with_metadata(columns.get(field.name)) for field in plain], table)
    made = {**table, _ARROW: b64encode(arrow.serialize()).decode(), COLUMNS: json.dumps(columns, ensure_ascii=False)}
    return dict(sorted(made.items()))


def _metadata_of(path: Path, key_id: str | None) -> dict[str, str]:
    """The metadata of a file as it stands there, so that one written anew has the same bytes."""
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path, decryption_properties=encryption.for_arrow(key_id)) as file:
        return _texts(file.metadata.metadata)


def _texts(metadata: dict[bytes, bytes] | None) -> dict[str, str]:
    return {key.decode(): text.decode() for key, text in sorted((metadata or {}).items())}


def _write_file(path: Path, frame: pl.DataFrame, key: Key | None, notes: dict[str, str] | None = None) -> None:
    """One file, flushed; the engine's own words for a failed write become an OSError."""
    try:
        secret = encryption.for_writing(key)
        frame.lazy().sink_parquet(path, sync_on_close="all", encryption=secret, metadata=notes, **_SHAPE)
    except pl.exceptions.ComputeError as error:
        raise write_error(error) from None


def write_error(error: BaseException) -> OSError:
    """The engine's own words for a failed write as an OSError: without a number where they hold none."""
    code = number(error)
    return OSError(code, details.text("write_failed")) if code else OSError(details.text("write_failed"))


def _count(path: Path, rows: int, key: Key | None) -> None:
    """Count the rows on the disk: what is summed next is what can be read."""
    decryption = encryption.for_reading(key.id if key else None)
    counted = pl.scan_parquet(path, glob=False, decryption=decryption).select(pl.len()).collect().item()
    if counted != rows:
        raise OSError(errno.EIO, details.text("read_back_differs"))


def _sum(path: Path, frame: pl.DataFrame, key: Key | None, notes: dict[str, str] | None) -> FileSum:
    """The sum of a file on the disk; of an encrypted one, of the bytes that it would have without."""
    if key is None:
        return FileSum(path=path.name, bytes=path.stat().st_size, sha256=disk.sha256_file(path), rows=frame.height)
    plain = BytesIO()
    frame.lazy().sink_parquet(plain, metadata=notes, **_SHAPE)
    data = plain.getvalue()
    return FileSum(path=path.name, bytes=len(data), sha256=disk.sha256_bytes(data), rows=frame.height)
