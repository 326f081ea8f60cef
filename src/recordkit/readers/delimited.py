"""Text files: one pass that finds everything that is wrong with them, then batches of cells on demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from recordkit.errors import BrokenLaw
from recordkit.readers import refusal
from recordkit.readers.blob import Blob
from recordkit.readers.encodings import Decision
from recordkit.readers.model import RAGGED_SCHEMA, Limits, Sheet
from recordkit.readers.records import LONG, SHORT, Dialect, Records, records
from recordkit.readers.refusal import Refused
from recordkit.readers.sniff import sniff
from recordkit.readers.text import LineEnds, Text

KEPT = 300  # rows of head and tail kept from the first pass
PREAMBLE = 60  # lines before the table that may be narrower than it
FOOTERS = 10  # one-cell lines after the table
CUT_OFF = "RK103"
FILE_LEVEL = {"RK110": "flag", "RK115": "flag"}  # the lines are set apart one by one; the file is read


@dataclass(frozen=True)
class TextFile:
    """A text that has been surveyed: how to read it, and what is kept apart."""

    blob: Blob
    decision: Decision
    dialect: Dialect
    limits: Limits
    padded: frozenset[int] = frozenset()  # rows narrower than the table that are no records: letterhead, footer

    def text(self) -> Text:
        """A fresh pass."""
        return Text(self.decision.encoding, self.decision.skip, self.limits.line_bytes)

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """Frames of at most `rows` rows, in order."""
        held: list[pl.DataFrame] = []
        height = 0
        with self.blob.open() as stream:
            for part in records(self.text().chunks(stream), self.dialect):
                frame = cells(part, self.dialect, self.padded)
                held.append(frame)
                height += frame.height
                while height >= rows:
                    whole = pl.concat(held)
                    yield whole.head(rows)
                    held, height = [whole.slice(rows)], height - rows
        if height:
            yield pl.concat(held)


def cells(part: Records, dialect: Dialect, padded: frozenset[int]) -> pl.DataFrame:
    """Records of one chunk -> row, c1..cN. Set-apart records are left out, padded ones filled up."""
    if dialect.delimiter is None:
        kept = part.frame.filter(pl.col("code").is_null())
        return kept.select("row", pl.when(pl.col("text") != "").then("text").alias("c1"))
    if part.plain:
        return _parse(part.plain, part.frame.get_column("row"), dialect)
    kept = _kept(part.frame, dialect.delimiter, dialect.width, padded)
    if not kept.height:
        return pl.DataFrame(schema={"row": pl.Int64, **dict.fromkeys(_names(dialect.width), pl.String)})
    text = kept.select(pl.col("text").str.join("\n")).item().encode("utf-8") + b"\n"
    return _parse(text, kept.get_column("row"), dialect)


def _kept(frame: pl.DataFrame, delimiter: str, width: int, padded: frozenset[int]) -> pl.DataFrame:
    """Records that go into batches, every one as wide as the table."""
    allowed = pl.col("row").is_in(list(padded))
    kept = frame.filter(pl.col("code").is_null() | allowed)
    blank = (pl.col("fields") != width) & ~allowed
    cut = pl.col("text").str.strip_chars_end(delimiter)  # of padded rows that are too long by blank cells only
    missing = pl.lit(width) - pl.col("fields")
    cut_missing = pl.lit(width - 1) - cut.str.count_matches(delimiter, literal=True).cast(pl.Int64)
    filler = pl.lit(delimiter * width)
    return kept.with_columns(
        text=pl.when(blank)
        .then(pl.lit(delimiter * (width - 1)))
        .when(missing > 0)
        .then(pl.col("text") + filler.str.slice(0, missing.clip(lower_bound=0)))
        .when(missing < 0)
        .then(cut + filler.str.slice(0, cut_missing.clip(lower_bound=0)))
        .otherwise("text")
    )


def _names(width: int) -> list[str]:
    return [f"c{i}" for i in range(1, width + 1)]


def _parse(text: bytes, rows: pl.Series, dialect: Dialect) -> pl.DataFrame:
    """Cut well-formed records of one width into cells; an empty cell is null."""
    names = _names(dialect.width)
    table = pc.read_csv(
        pa.py_buffer(text),
        read_options=pc.ReadOptions(column_names=names, use_threads=False, block_size=len(text) + 1),
        parse_options=pc.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pc.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()), null_values=[""], strings_can_be_null=True
        ),
    )
    if table.num_rows != len(rows):
        raise BrokenLaw(f"{len(rows)} records gave {table.num_rows} rows of cells")
    frame = pl.from_arrow(table, rechunk=False)
    assert isinstance(frame, pl.DataFrame)
    return frame.select(rows.alias("row"), *names)


# ------------------------------------------------------------------------------------------- survey


@dataclass
class Survey:
    """What the first pass gathers."""

    height: int = 0  # records that go into batches (padded ones are counted later)
    lines: int = 0
    inside: int = 0  # line ends inside quoted cells
    first_full: int | None = None
    last_full: int = 0
    apart: list[pl.DataFrame] = field(default_factory=list)
    apart_bytes: int = 0
    nul: list[pl.Series] = field(default_factory=list)
    first: Records | None = None
    last: list[Records] = field(default_factory=list)
    ends: LineEnds = field(default_factory=LineEnds)

    def take(self, part: Records, width: int, limits: Limits) -> None:
        """Add one chunk."""
        frame = part.frame
        self.first = self.first or part
        self.last = [*self.last, part][-2:]
        good = frame if part.plain is not None else frame.filter(pl.col("code").is_null())
        bad = frame.filter(pl.col("code").is_not_null()) if part.plain is None else frame.clear()
        full = good.filter(pl.col("fields") == width).get_column("row")
        if len(full):
            self.first_full = self.first_full or int(full[0])
            self.last_full = int(full[-1])
        self.height += good.height
        spanned = int(frame.get_column("lines").sum())
        self.lines += spanned
        self.inside += spanned - frame.height
        if bad.height:
            self.apart.append(bad)
            self.apart_bytes += int(bad.get_column("text").str.len_bytes().sum())
        if len(part.nul):
            self.nul.append(part.nul)
        if self.apart_bytes > limits.apart_bytes:
            raise Refused("RK101", f"more than {limits.apart_bytes} bytes of rows do not fit the table")


def read(
    blob: Blob, decision: Decision, limits: Limits, delimiter: str | None, sha256: str
) -> tuple[Sheet, str | None, pl.DataFrame]:
    """(sheet, delimiter, findings) of a text. Raises Refused when it is no table at all."""
    found, width = _shape(blob, decision, limits, delimiter)
    if width > limits.columns:
        raise Refused("RK101", f"{width} columns: this is no table")
    file = TextFile(blob, decision, Dialect(found, width, limits.record_lines), limits)
    survey = Survey()
    text = file.text()
    with blob.open() as stream:
        for part in records(text.chunks(stream), file.dialect):
            survey.take(part, width, limits)
    survey.ends = text.ends
    apart = pl.concat(survey.apart) if survey.apart else None
    padded = _padded(survey, apart, file.dialect)
    file = TextFile(blob, decision, file.dialect, limits, padded)
    return _sheet(file, survey, apart), found, _findings(file, survey, apart, sha256)


def _shape(blob: Blob, decision: Decision, limits: Limits, delimiter: str | None) -> tuple[str | None, int]:
    with blob.open() as stream:
        text = Text(decision.encoding, decision.skip, limits.line_bytes)
        for chunk in text.chunks(stream):
            return sniff(chunk, delimiter)
    return None, 1


def _padded(survey: Survey, apart: pl.DataFrame | None, dialect: Dialect) -> frozenset[int]:
    """Rows of another width because they are not of the table: before it, or one cell after it."""
    if apart is None or dialect.delimiter is None:
        return frozenset()
    first = survey.first_full or 0
    row, fields, text, short = pl.col("row"), pl.col("fields"), pl.col("text"), pl.col("code") == SHORT
    cells_without_end = (
        text.str.strip_chars_end(dialect.delimiter).str.count_matches(dialect.delimiter, literal=True) + 1
    )
    blank_end = (pl.col("code") == LONG) & ~text.str.contains('"', literal=True) & (cells_without_end <= dialect.width)
    before = (row < first) & (row <= PREAMBLE) & (short | blank_end)
    after = apart.filter((row > survey.last_full) & short & (fields == 1) & text.str.contains(r"\pL"))
    rows = set(apart.filter(before).get_column("row").to_list())
    if survey.first_full and 0 < after.height <= FOOTERS and not _cut_off(survey, apart):
        rows |= set(after.get_column("row").to_list())
    return frozenset(rows)


def _cut_off(survey: Survey, apart: pl.DataFrame) -> bool:
    """The last line has no end, every other one does, and it is not a whole record of letters and spaces."""
    last = apart.tail(1)
    if survey.ends.final or last.get_column("row").item() + last.get_column("lines").item() <= survey.lines:
        return False
    sentence = last.select((pl.col("fields") == 1) & pl.col("text").str.contains(r"\pL\S*[\s:*=-]")).item()
    return not sentence


def _sheet(file: TextFile, survey: Survey, apart: pl.DataFrame | None) -> Sheet:
    width = file.dialect.width
    height = survey.height + len(file.padded)
    first = cells(survey.first, file.dialect, file.padded).head(KEPT) if survey.first else None
    tails = [cells(part, file.dialect, file.padded) for part in survey.last]
    kept = apart.filter(~pl.col("row").is_in(list(file.padded))) if apart is not None else None
    return Sheet(
        name="",
        width=width,
        height=height,
        source=file.batches,
        first=first,
        last=pl.concat(tails).tail(KEPT) if tails else None,
        apart=None if kept is None else _ragged(kept, width),
    )


def _ragged(apart: pl.DataFrame, width: int) -> pl.DataFrame:
    return apart.select(
        "row", pl.col("text").alias("raw"), pl.col("fields").alias("fields_found"),
        pl.lit(width, pl.Int64).alias("fields_expected"), "code",
    ).select(pl.col(name).cast(kind) for name, kind in RAGGED_SCHEMA.items())  # fmt: skip


def _findings(file: TextFile, survey: Survey, apart: pl.DataFrame | None, sha256: str) -> pl.DataFrame:
    """Everything that the survey found, as issues."""
    found = [
        refusal.of_file(code, sha256, detail, severity=FILE_LEVEL.get(code)) for code, detail in file.decision.found
    ]
    found += _line_ends(survey, sha256)
    if survey.nul:
        rows = pl.concat(survey.nul).alias("row").to_frame()
        found.append(
            refusal.of_rows(
                rows.with_columns(code=pl.lit("RK108"), detail=pl.lit("the line holds a NUL byte")),
                sha256,
                "",
            )
        )
    if apart is not None:
        kept = apart.filter(~pl.col("row").is_in(list(file.padded)))
        found.append(refusal.of_rows(kept.with_columns(severity=pl.lit(refusal.REJECT)).drop("text"), sha256, ""))
        if kept.height and _cut_off(survey, apart):
            row = kept.tail(1).select("row", code=pl.lit(CUT_OFF), detail=pl.lit("the file ends inside this row"))
            found.append(refusal.of_rows(row, sha256, ""))
    return refusal.together(found)


def _line_ends(survey: Survey, sha256: str) -> list[pl.DataFrame]:
    ends = survey.ends
    counts = {"CR LF": ends.crlf, "LF": ends.lf, "CR": ends.cr}
    kinds = [f"{count} lines end in {name}" for name, count in counts.items() if count]
    if ends.cr and not (ends.crlf or ends.lf):
        return [refusal.of_file("RK116", sha256, f"{ends.cr} lines end in CR alone")]
    if len(kinds) > 1 and sum(counts.values()) - max(counts.values()) > survey.inside:
        return [refusal.of_file("RK124", sha256, ", ".join(kinds))]
    return []
