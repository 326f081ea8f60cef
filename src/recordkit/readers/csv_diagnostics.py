"""The first pass over a text: its shape, and everything that is wrong with it, each with its place."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import polars as pl

from recordkit import details
from recordkit.readers import reader_findings, table_layout
from recordkit.readers.byte_source import Blob
from recordkit.readers.csv_dialect import Shape, sniff
from recordkit.readers.csv_records import BLANKS, LONG, SHORT, Dialect, Records, records
from recordkit.readers.delimited import TextFile, cells
from recordkit.readers.encodings import Decision
from recordkit.readers.errors import Refused
from recordkit.readers.model import RAGGED_SCHEMA, Limits, Sheet
from recordkit.readers.text import LineEnds, Text

KEPT = 300  # rows of head and tail kept from the first pass
PREAMBLE = 60  # lines before the table that may be narrower than it
FOOTERS = 10  # one-cell lines after the table
FOOTER_CHARS = 400
RULER = r"^[\s\-=_+|*~.:\x{2010}-\x{2015}\x{2500}-\x{257f}]{3,}$"  # a line drawn across a printed table
OTHER_ENDS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"  # what some systems end lines with, and no table program
FILE_LEVEL = {"RK110": "flag", "RK115": "flag"}  # the lines are quarantined one by one; the file is read


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
    unseen: list[pl.DataFrame] = field(default_factory=list)
    sound: list[int | None] = field(default_factory=list)
    first: Records | None = None
    last: list[Records] = field(default_factory=list)
    ends: LineEnds = field(default_factory=LineEnds)
    foreign: array[int] = field(default_factory=lambda: array("q"))  # lines in the second encoding of the file
    joined: int | None = None  # the first line with letters in their joined shapes
    headed: bool = False  # the header is narrower than the records

    def take(self, part: Records, width: int, limits: Limits) -> None:
        """Add one chunk."""
        frame = part.frame
        self.first = self.first or part
        self.last = [*self.last, part][-2:]
        self.sound.append(part.height if part.sound else None)
        bad = frame.clear() if part.plain is not None else frame.filter(pl.col("code").is_not_null())
        sound = pl.col("code").is_null() | pl.lit(self.headed) & (pl.col("code") == LONG)
        full = (frame if part.sound else frame.filter(sound & (pl.col("fields") == width))).get_column("row")
        if len(full):
            self.first_full = self.first_full or int(full[0])
            self.last_full = int(full[-1])
        self.height += frame.height - bad.height
        spanned = int(frame.get_column("lines").sum())
        self.lines += spanned
        self.inside += spanned - frame.height
        if bad.height:
            self.apart.append(bad)
            self.apart_bytes += int(bad.get_column("text").str.len_bytes().sum()) + 64 * bad.height
        if len(part.nul):
            self.nul.append(part.nul)
        if part.unseen.height:
            self.unseen.append(part.unseen)
        if self.apart_bytes > limits.apart_bytes:
            raise Refused("RK101", "rows_do_not_fit", count=limits.apart_bytes)
        if self.height * width > limits.text_cells:
            raise Refused("RK101", "more_cells", count=limits.text_cells)


def read(
    blob: Blob, decision: Decision, limits: Limits, delimiter: str | None, sha256: str
) -> tuple[Sheet, str | None, pl.DataFrame]:
    """(sheet, delimiter, findings) of a text. Raises Refused when it is no table at all."""
    shape, drawn = _shape(blob, decision, limits, delimiter)
    if shape.width > limits.columns:
        raise Refused("RK101", "too_many_columns", count=shape.width)
    most = (limits.record_lines, 2 * limits.line_bytes)
    dialect = Dialect(shape.delimiter, shape.width, *most, shape.spaced, shape.wrapped, shape.header)
    file = TextFile(blob, decision, dialect, limits)
    survey = Survey(headed=shape.header is not None)
    text = file.text()
    with blob.open() as stream:
        for part in records(text.chunks(stream), file.dialect):
            survey.take(part, shape.width, limits)
    survey.ends, survey.foreign, survey.joined = text.ends, text.foreign, text.joined
    _refuse_one_line(survey)
    separate = pl.concat(survey.apart) if survey.apart else None
    file = replace(file, padded=_padded(survey, separate, dialect), sound=tuple(survey.sound))
    ragged = separate.filter(~pl.col("row").is_in(list(file.padded))) if separate is not None else None
    sheet = _sheet(file, survey, ragged)
    return (
        table_layout.columns(sheet, drawn) if drawn else sheet,
        shape.delimiter,
        _findings(file, survey, ragged, sha256),
    )


def _shape(blob: Blob, decision: Decision, limits: Limits, delimiter: str | None) -> tuple[Shape, table_layout.Spans]:
    """How a text is cut, and where its columns begin when a line of dashes draws them."""
    with blob.open() as stream:
        text = Text(decision, limits.line_bytes)
        for chunk in text.chunks(stream):
            drawn = table_layout.drawn(chunk) if delimiter is None else ()
            return (Shape(None, 1), drawn) if drawn else (sniff(chunk, delimiter), ())
    return Shape(None, 1), ()


def _refuse_one_line(survey: Survey) -> None:
    """A text of one line that is full of other systems' line ends holds many rows that nobody can see."""
    if survey.lines > 1 or survey.first is None:
        return
    text = "".join(survey.first.slice(0, 1).frame.get_column("text").to_list())
    mark = next((mark for mark in OTHER_ENDS if text.count(mark) >= 2), None)
    if mark:
        raise Refused("RK101", "strange_line_ends", mark=f"U+{ord(mark):04X}")


def _padded(survey: Survey, separate: pl.DataFrame | None, dialect: Dialect) -> frozenset[int]:
    """Rows of another width because they are not of the table: before it, one cell after it, or drawn across it."""
    if separate is None or dialect.delimiter is None:
        return frozenset()
    first = survey.first_full or 0
    row, text, short = pl.col("row"), pl.col("text"), pl.col("code") == SHORT
    trimmed = text.str.strip_chars_end(dialect.delimiter)
    fits = trimmed.str.count_matches(dialect.delimiter, literal=True) < dialect.width
    blank_end = (pl.col("code") == LONG) & ~text.str.contains('"', literal=True) & fits
    before = (row < first) & (row <= PREAMBLE) & (short | blank_end)
    sentence = text.str.contains(r"\pL") & (text.str.len_chars() <= FOOTER_CHARS)
    after = separate.filter((row > survey.last_full) & short & (pl.col("fields") == 1) & sentence)
    rows = set(separate.filter(before | (short & text.str.contains(RULER))).get_column("row").to_list())
    if survey.first_full and 0 < after.height <= FOOTERS and not _cut_off(survey, separate):
        rows |= set(after.get_column("row").to_list())
    return frozenset(rows)


def _cut_off(survey: Survey, separate: pl.DataFrame) -> bool:
    """The last line has no end, every other one does, and it is no sentence of its own."""
    last = separate.tail(1)
    if survey.ends.final or last.get_column("row").item() + last.get_column("lines").item() <= survey.lines:
        return False
    sentence = last.select((pl.col("fields") == 1) & pl.col("text").str.contains(r"\pL\S*[\s:*=-]")).item()
    return not sentence


def _sheet(file: TextFile, survey: Survey, separate: pl.DataFrame | None) -> Sheet:
    height = survey.height + len(file.padded)
    first = [] if survey.first is None else [survey.first.slice(0, KEPT)]
    last = [part.slice(-KEPT, KEPT) for part in survey.last]
    return Sheet(
        name="",
        width=file.dialect.width,
        height=height,
        source=file.batches,
        first=_together(first, file).head(KEPT),
        last=_together(last, file).tail(KEPT),
        apart=None if separate is None else _ragged(separate, file.dialect.width),
    )


def _together(parts: Iterable[Records], file: TextFile) -> pl.DataFrame:
    schema = {"row": pl.Int64, **{f"c{i}": pl.String for i in range(1, file.dialect.width + 1)}}
    frames = [frame for part in parts for frame in cells(part, file.dialect, file.padded)]
    return pl.concat([pl.DataFrame(schema=schema), *frames])


def _ragged(separate: pl.DataFrame, width: int) -> pl.DataFrame:
    columns = {"raw": pl.col("text"), "fields_found": pl.col("fields"), "fields_expected": pl.lit(width)}
    shape = RAGGED_SCHEMA.items()
    return separate.select(columns.get(name, pl.col(name)).cast(kind).alias(name) for name, kind in shape)


def _findings(file: TextFile, survey: Survey, separate: pl.DataFrame | None, sha256: str) -> pl.DataFrame:
    """Everything that the survey found, as issues."""
    found = [
        reader_findings.of_file(
            one.code, sha256, details.text(one.name, **one.values), severity=FILE_LEVEL.get(one.code)
        )
        for one in file.decision.found
    ]
    if file.dialect.wrapped:
        found.append(reader_findings.of_file("RK133", sha256, details.text("wrapped_lines")))
    found += _letters(file.decision, survey, sha256)
    found += _line_ends(survey, sha256)
    found += _last_line(survey, sha256)
    if survey.nul:
        rows = pl.concat(survey.nul).alias("row").to_frame()
        nul = rows.with_columns(code=pl.lit("RK108"), detail=details.column("nul_byte"))
        found.append(reader_findings.of_rows(nul, sha256, ""))
    if survey.unseen:
        found.append(reader_findings.of_rows(pl.concat(survey.unseen), sha256, ""))
    if separate is not None and separate.height:
        found.append(
            reader_findings.of_rows(
                separate.with_columns(severity=pl.lit(reader_findings.REJECT)).drop("text"), sha256, ""
            )
        )
        if _cut_off(survey, separate):
            cut = separate.tail(1).select("row", code=pl.lit("RK103"), detail=details.column("ends_inside_row"))
            found.append(reader_findings.of_rows(cut, sha256, ""))
    return reader_findings.together(found)


def _letters(decision: Decision, survey: Survey, sha256: str) -> list[pl.DataFrame]:
    """RK115 for every line of the second encoding of a file; RK148 where letters stand in their joined shapes."""
    found = []
    if survey.foreign:
        rows = pl.DataFrame({"row": pl.Series(survey.foreign, dtype=pl.Int64)})
        detail = pl.lit(details.text("line_of_other_encoding", encoding=decision.legacy))
        found.append(reader_findings.of_rows(rows.with_columns(code=pl.lit("RK115"), detail=detail), sha256, ""))
    if survey.joined:
        found.append(reader_findings.of_file("RK148", sha256, details.text("first_in_line", row=survey.joined)))
    return found


def _last_line(survey: Survey, sha256: str) -> list[pl.DataFrame]:
    """RK131 when the last line has no end: what is missing in its last cell cannot be seen."""
    if survey.ends.final or survey.lines < 2 or not survey.last:
        return []
    last = survey.last[-1].slice(-1, 1).frame.filter(pl.col("code").is_null())
    last = last.filter(pl.col("text").str.strip_chars(BLANKS) != "")
    detail = details.column("no_last_line_end")
    return (
        [reader_findings.of_rows(last.select("row", code=pl.lit("RK131"), detail=detail), sha256, "")]
        if last.height
        else []
    )


def _line_ends(survey: Survey, sha256: str) -> list[pl.DataFrame]:
    ends = survey.ends
    counts = {"CR LF": ends.crlf, "LF": ends.lf, "CR": ends.cr}
    kinds = [details.text("lines_end_in", count=count, end=name) for name, count in counts.items() if count]
    if ends.cr and not (ends.crlf or ends.lf):
        return [reader_findings.of_file("RK116", sha256, details.text("lines_end_in_cr", count=ends.cr))]
    if len(kinds) > 1 and sum(counts.values()) - max(counts.values()) > survey.inside:
        return [reader_findings.of_file("RK124", sha256, ", ".join(kinds))]
    return []
