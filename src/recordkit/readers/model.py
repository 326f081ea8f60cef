"""What reading gives: a source file, its sheets, and the limits that reading keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import polars as pl

GIB = 1024**3
MIB = 1024**2

RAGGED_SCHEMA: dict[str, type[pl.DataType]] = {
    "row": pl.Int64,
    "raw": pl.String,
    "fields_found": pl.Int64,
    "fields_expected": pl.Int64,
    "code": pl.String,
}


@dataclass(frozen=True)
class Limits:
    """What one file may cost. A file that would cost more is refused by name (RK105, RK123, RK101).

    None is larger than its share of the machine's memory (`machine.within`).
    """

    expanded_bytes: int = 16 * GIB  # of one file inside gzip or zip
    ratio: int = 250  # expanded / packed, looked at from `ratio_floor` bytes on
    ratio_floor: int = 64 * MIB
    members: int = 1_000  # files in one zip
    depth: int = 2  # archive in archive
    workbook_bytes: int = 512 * MIB  # a workbook on disk, and after gzip or zip
    workbook_expanded: int = 2 * GIB  # what its parts expand to
    workbook_cells: int = 60_000_000  # of the area in use, one sheet
    workbook_text: int = 2 * GIB  # of the strings in all cells; `ratio` holds for all that cells take, too
    workbook_memory: int = 6 * GIB  # address space of the child process that parses it
    workbook_seconds: int = 300  # of CPU time in that child; wall time is three times as much
    archive_seconds: int = 1_800  # of CPU time for all members of one archive, and `expanded_bytes` for their bytes
    html_bytes: int = 256 * MIB
    line_bytes: int = 16 * MIB  # one line of text
    columns: int = 2_500  # that hold anything; a stray cell far to the right is one
    record_lines: int = 1_000  # lines that one quoted record may span before its quote is not believed
    text_cells: int = 20_000_000_000
    apart_bytes: int = 512 * MIB  # rows quarantined; more than this and the file is no table at all
    of_machine: bool = False  # this machine has less memory than a workbook may take


DEFAULT = Limits()


def no_rows(_rows: int) -> Iterator[pl.DataFrame]:
    """Batches of a sheet that holds nothing (or was not read)."""
    return iter(())


@dataclass(frozen=True)
class Sheet:
    """One table of strings: frames of `row` Int64 (1-based, as a person sees it) and `c1..cN` String."""

    name: str
    width: int
    height: int | None
    visible: bool = True
    filled: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()  # merged: ((row, row), (col, col)), 1-based
    struck_rows: tuple[int, ...] = ()  # rows of which every cell is struck through
    struck: tuple[tuple[int, str, str], ...] = ()  # row, column and whole text of cells in which some of it is
    hidden_columns: tuple[str, ...] = ()
    epoch: int = 1900  # the year from which its days are counted
    source: Callable[[int], Iterator[pl.DataFrame]] = field(default=no_rows, repr=False, compare=False)
    first: pl.DataFrame | None = field(default=None, repr=False, compare=False)  # a head kept from the first pass
    last: pl.DataFrame | None = field(default=None, repr=False, compare=False)
    apart: pl.DataFrame | None = field(default=None, repr=False, compare=False)

    def schema(self) -> dict[str, type[pl.DataType]]:
        """Columns of every frame of this sheet."""
        return {"row": pl.Int64, **{f"c{i}": pl.String for i in range(1, self.width + 1)}}

    def batches(self, rows: int = 250_000) -> Iterator[pl.DataFrame]:
        """The rows in order, at most `rows` at a time; text is read again, in bounded memory."""
        return self.source(rows)

    def head(self, n: int = 60) -> pl.DataFrame:
        """The first n rows."""
        if self.first is not None and (self.first.height >= n or self.first.height == self.height):
            return self.first.head(n)
        for batch in self.batches(n):
            return batch.head(n)
        return pl.DataFrame(schema=self.schema())

    def tail(self, n: int = 10) -> pl.DataFrame:
        """The last n rows."""
        if self.last is not None and (self.last.height >= n or self.last.height == self.height):
            return self.last.tail(n)
        last = pl.DataFrame(schema=self.schema())
        for batch in self.batches():
            last = pl.concat([last, batch]).tail(n)
        return last

    def with_struck_text(self) -> Sheet:
        """The sheet with what is struck through in its cells put back: some offices mark so what is done."""
        if not self.struck:
            return self
        frame = pl.concat(self.batches())
        columns = {name: frame.get_column(name).to_list() for name in {name for _, name, _ in self.struck}}
        for row, name, text in self.struck:
            columns[name][row - 1] = text
        frame = frame.with_columns(pl.Series(name, cells, dtype=pl.String) for name, cells in columns.items())
        return replace(self, source=frame.iter_slices, first=frame, last=frame, struck=())

    def ragged(self) -> pl.DataFrame:
        """Rows quarantined, in no batch: row, raw text, fields_found, fields_expected, code of the reason."""
        return pl.DataFrame(schema=RAGGED_SCHEMA) if self.apart is None else self.apart


@dataclass(frozen=True)
class SourceFile:
    """One file as it arrived. An unreadable one has no sheets and an issue of severity reject."""

    name: str  # base name only
    sha256: str  # of the bytes on disk, also for a member of an archive
    size: int
    kind: str  # delimited xlsx xlsb xls ods html xml unknown; fixed width is "delimited" without a delimiter
    issues: pl.DataFrame = field(repr=False)
    sheets: tuple[Sheet, ...] = ()
    container: str | None = None  # gzip, zip, zip+gzip …
    member: str | None = None  # path inside the zip
    encoding: str | None = None
    delimiter: str | None = None

    @property
    def readable(self) -> bool:
        """Whether anything could be read from it."""
        return bool(self.sheets)

    def sheet_label(self, sheet: Sheet) -> str:
        """How rows of this sheet are labelled: "sheet", or "member" / "member!sheet" inside a zip."""
        return "!".join(part for part in (self.member or "", sheet.name) if part)

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called: by itself, then the letter or archive in which it came."""
        return (PurePath(self.member).name, self.name) if self.member else (self.name,)

    @property
    def suffix(self) -> str:
        """The extension of the innermost name, lower case, without the dot."""
        return PurePath(self.member or self.name).suffix.lower().removeprefix(".")
