"""Text files: records of one width -> cells, in batches of bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from recordkit import details
from recordkit.errors import BrokenLaw
from recordkit.readers.byte_source import Blob
from recordkit.readers.csv_records import Dialect, Records, records
from recordkit.readers.encodings import Decision
from recordkit.readers.model import Limits
from recordkit.readers.text import Text

CELLS = 8_000_000  # cells that are cut at once


@dataclass(frozen=True)
class TextFile:
    """A text that has been surveyed: how to read it, and what is kept apart."""

    blob: Blob
    decision: Decision
    dialect: Dialect
    limits: Limits
    padded: frozenset[int] = frozenset()  # rows narrower than the table that are no records: letterhead, footer
    sound: tuple[int | None, ...] = ()  # by chunk: its lines, when each is one good record

    def text(self) -> Text:
        """A fresh pass."""
        return Text(self.decision, self.limits.line_bytes)

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """Frames of at most `rows` rows, in order."""
        held: list[pl.DataFrame] = []
        height = 0
        with self.blob.open() as stream:
            for part in records(self.text().chunks(stream), self.dialect, self.sound):
                for frame in cells(part, self.dialect, self.padded):
                    held.append(frame)
                    height += frame.height
                    while height >= rows:
                        whole = pl.concat(held)
                        yield whole.head(rows)
                        held, height = [whole.slice(rows)], height - rows
        if height:
            yield pl.concat(held)


def cells(part: Records, dialect: Dialect, padded: frozenset[int]) -> Iterator[pl.DataFrame]:
    """Records of one chunk -> frames of row, c1..cN. Set-apart records are left out, padded ones filled up."""
    if part.plain and part.height * dialect.width <= CELLS:
        yield _parse(part.plain, part.frame.get_column("row"), dialect)
        return
    for piece in part.frame.iter_slices(max(1, CELLS // dialect.width)):
        allowed = _kept(piece, dialect, padded)
        if allowed.height:
            text = allowed.select(pl.col("text").str.join("\n")).item().encode("utf-8") + b"\n"
            yield _parse(text, allowed.get_column("row"), dialect)


def _kept(frame: pl.DataFrame, dialect: Dialect, padded: frozenset[int]) -> pl.DataFrame:
    """Records that go into batches, every one as wide as the table."""
    allowed = pl.col("row").is_in(list(padded))
    allowed_rows = frame.filter(pl.col("code").is_null() | allowed)
    delimiter, width = dialect.delimiter, dialect.width
    if delimiter is None:
        return allowed_rows
    blank = (pl.col("fields") != width) & ~allowed
    cut = pl.col("text").str.strip_chars_end(delimiter)  # of padded rows that are too long by blank cells only
    missing = pl.lit(width) - pl.col("fields")
    cut_missing = pl.lit(width - 1) - cut.str.count_matches(delimiter, literal=True).cast(pl.Int64)
    filler = pl.lit(delimiter * width)
    return allowed_rows.with_columns(
        text=pl.when(blank)
        .then(pl.lit(delimiter * (width - 1)))
        .when(missing > 0)
        .then(pl.col("text") + filler.str.slice(0, missing.clip(lower_bound=0)))
        .when(missing < 0)
        .then(cut + filler.str.slice(0, cut_missing.clip(lower_bound=0)))
        .otherwise("text")
    )


def _parse(text: bytes, rows: pl.Series, dialect: Dialect) -> pl.DataFrame:
    """Cut well-formed records of one width into cells; an empty cell is null."""
    names = [f"c{i}" for i in range(1, dialect.width + 1)]
    if dialect.delimiter is None:
        lines = pl.Series([text.removesuffix(b"\n").decode("utf-8")]).str.split("\n").explode()
        frame = lines.alias("c1").to_frame().select(pl.when(pl.col("c1") != "").then("c1"))
    else:
        read = pc.ReadOptions(column_names=names, use_threads=False, block_size=len(text) + 1)
        cut = pc.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=True, ignore_empty_lines=False)
        kinds = dict.fromkeys(names, pa.large_string())
        convert = pc.ConvertOptions(column_types=kinds, null_values=[""], strings_can_be_null=True)
        table = pc.read_csv(pa.py_buffer(text), read_options=read, parse_options=cut, convert_options=convert)
        frame = pl.DataFrame(pl.from_arrow(table, rechunk=False))
    if frame.height != len(rows):
        raise BrokenLaw(details.text("records_gave_rows", count=len(rows), rows=frame.height))
    return frame.select(rows.alias("row"), *names)


def split_fixed(batch: pl.DataFrame, widths: Sequence[int]) -> pl.DataFrame:
    """(row, c1 = whole line) -> (row, c1..cN, c(N+1)) by character positions, padding spaces cut off.

    The last column holds what stands beyond the declared widths (null when nothing does), so that a line
    longer than declared is seen and not cut. A blank cut is null; a line shorter than declared gives nulls.
    """
    starts = [0, *accumulate(widths)]
    lengths: list[int | None] = [*widths, None]
    line = pl.col("c1")
    cuts = [
        line.str.slice(start, length).str.strip_chars(" ").alias(f"c{i}")
        for i, (start, length) in enumerate(zip(starts, lengths, strict=True), start=1)
    ]
    cut = batch.select("row", *cuts)
    return cut.with_columns(pl.when(pl.col(f"c{i}") != "").then(pl.col(f"c{i}")) for i in range(1, len(starts) + 1))
