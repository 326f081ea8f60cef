"""Chunks of text -> records: one row per record, with its first line, text, width and why it is quarantined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from recordkit import details
from recordkit.readers import csv_dialect, mojibake
from recordkit.readers.text import MARK, MARKS

SHORT, LONG, STRAY, SWALLOWED, BAD_BYTES = "RK111", "RK112", "RK113", "RK114", "RK110"
WRAPPED = re.compile(rb'^"(.*)"[ \t]*$', re.MULTILINE)
SWAPPED = "\ufffe"  # no character: a byte order mark read the wrong way round
BAD = (chr(MARK).encode("utf-8")[:2], SWAPPED.encode("utf-8"))  # how what is no character begins
BLANKS = ' \t"\0\x1a\ufeff'  # besides the delimiter: what a line may hold and still be blank


NOTHING = pl.DataFrame(schema={"row": pl.Int64, "code": pl.String, "detail": pl.String})

Spans = list[tuple[int, int]]


@dataclass(frozen=True)
class Dialect:
    """How lines are cut into cells. `delimiter` None: a line is one cell and a quote is a letter."""

    delimiter: str | None
    width: int
    record_lines: int  # more lines than this, or more bytes than below, are not one record
    record_bytes: int = 1 << 25
    spaced: bool = False  # spaces stand between a delimiter and the opening quote
    wrapped: bool = False  # every line stands in quotes as a whole
    header: int | None = None  # cells of the header where it has fewer than its records

    @property
    def rewritten(self) -> bool:
        """Lines are changed before they are cut."""
        return self.spaced or self.wrapped


@dataclass(frozen=True)
class Records:
    """Records of one chunk.

    `frame`: row (first line, 1-based), lines (how many), text, fields, code (null: well formed and as wide as
    the table, or blank), detail. `plain` is the chunk itself when every record of it is good; it is `sound`
    when besides every line of it is a record, so that a second pass need not look at it again. Of a sound chunk the
    frame may lack `text`: it is the lines of `plain`.
    """

    frame: pl.DataFrame
    plain: bytes | None
    nul: pl.Series  # rows that hold a NUL
    unseen: pl.DataFrame  # row, code, detail of rows that hold characters nobody sees
    sound: bool = False

    @property
    def height(self) -> int:
        """Records, good and quarantined."""
        return self.frame.height

    def slice(self, start: int, length: int) -> Records:
        """Some of the records."""
        frame = self.frame
        if "text" not in frame.columns:
            assert self.plain is not None
            text = self.plain.removesuffix(b"\n").decode("utf-8").split("\n")
            frame = frame.with_columns(pl.Series("text", text))
        return Records(frame.slice(start, length), None, self.nul, self.unseen)


def records(chunks: Iterable[bytes], dialect: Dialect, sound: Sequence[int | None] = ()) -> Iterator[Records]:
    """Cut chunks into records; memory is bounded by the chunk and by the longest record that is believed.

    `sound`, from an earlier pass: the lines of each chunk that was sound.
    """
    carried = b""
    row = 1
    for index, (chunk, final) in enumerate(_and_last(chunks)):
        lines = sound[index] if sound else None
        if lines is not None:
            yield _known(chunk, row, lines)
            row += lines
            continue
        plain = None if carried else _uniform(chunk, row, dialect)
        if plain is not None:
            yield plain
            row += plain.height
            continue
        whole = carried + (_rewritten(chunk, dialect) if dialect.rewritten else chunk)
        believed = dialect if len(carried) <= dialect.record_bytes else replace(dialect, record_lines=0)
        done, left, row = _cut(whole, row, believed, final)
        yield done if not carried and not left and not dialect.rewritten else replace(done, sound=False)
        carried = left


def _and_last(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each chunk, and whether it is the last one."""
    previous: bytes | None = None
    for chunk in chunks:
        if previous is not None:
            yield previous, False
        previous = chunk
    if previous is not None:
        yield previous, True


def _known(chunk: bytes, first: int, lines: int) -> Records:
    rows = pl.int_range(first, first + lines, dtype=pl.Int64, eager=True).alias("row")
    return Records(rows.to_frame(), chunk, rows.clear(), NOTHING, sound=True)


def _uniform(chunk: bytes, first: int, dialect: Dialect) -> Records | None:
    """The records of a chunk that is sound by its bytes alone; else None, and it is looked at line by line."""
    if dialect.delimiter is None or dialect.rewritten or (not chunk.isascii() and any(bad in chunk for bad in BAD)):
        return None
    if mojibake.suspicious(chunk):
        return None
    lines = csv_dialect.lines(chunk, dialect.delimiter, dialect.width)
    if lines is None:
        return None
    none = pl.lit(None, pl.String)
    one, width = pl.lit(1, pl.Int64), pl.lit(dialect.width, pl.Int64)
    known = _known(chunk, first, lines)
    shaped = known.frame.with_columns(lines=one, code=none, detail=none, fields=width)
    return replace(known, frame=shaped)


def _rewritten(chunk: bytes, dialect: Dialect) -> bytes:
    if dialect.wrapped:
        chunk = WRAPPED.sub(lambda line: line.group(1).replace(b'""', b'"'), chunk)
    return _without_spaces(chunk, dialect) if dialect.spaced else chunk


def _without_spaces(chunk: bytes, dialect: Dialect) -> bytes:
    """Take out the spaces before opening quotes; a doubled quote inside a cell does not open one."""
    d = re.escape((dialect.delimiter or ",").encode())
    return re.sub(rb"(^|" + d + rb')[ ]+"(?!"(?! *(?:' + d + rb"|$)))", rb'\1"', chunk, flags=re.MULTILINE)


def _cut(text: bytes, first: int, dialect: Dialect, final: bool) -> tuple[Records, bytes, int]:
    """Records of `text`, the bytes of a record that is still open, and the number of their first line."""
    lines = pl.Series("text", [text.removesuffix(b"\n").decode("utf-8")]).str.split("\n").explode()
    frame = pl.DataFrame({"text": lines}).select(
        (pl.int_range(pl.len(), dtype=pl.Int64) + first).alias("row"),
        pl.lit(1, pl.Int64).alias("lines"),
        "text",
        pl.lit(None, pl.String).alias("code"),
        pl.lit(None, pl.String).alias("detail"),
    )
    carried, next_row = b"", first + len(lines)
    if dialect.delimiter is not None and b'"' in text:
        frame, rest = _join_quoted(frame, dialect, final)
        if rest is not None:
            carried = ("\n".join(rest) + "\n").encode("utf-8")
            next_row -= len(rest)
            text = text[: len(text) - len(carried)]
    return _judged(frame, dialect, text, all_lines=frame.height == len(lines)), carried, next_row


def _join_quoted(frame: pl.DataFrame, dialect: Dialect, final: bool) -> tuple[pl.DataFrame, list[str] | None]:
    """Lines -> records where quoted cells hold line ends; also the lines of a record that is still open."""
    assert dialect.delimiter is not None
    texts = frame.get_column("text")
    outside, inside = csv_dialect.steps(texts, csv_dialect.grammar(dialect.delimiter))
    found = csv_dialect.walk(outside, inside, dialect.record_lines, final)
    rest = None
    if found.open_from is not None:
        rest = texts.slice(found.open_from).to_list()
        frame = frame.head(found.open_from)
    frame = _set_code(frame, found.stray, STRAY, "quote_not_closed")
    frame = _set_code(frame, found.malformed, STRAY, "text_beside_quote")
    return _join_spans(frame, found.spans, dialect), rest


def _set_code(frame: pl.DataFrame, at: list[int], code: str, name: str) -> pl.DataFrame:
    if not at:
        return frame
    here = pl.int_range(pl.len()).is_in(at)
    return frame.with_columns(
        pl.when(here).then(pl.lit(code)).otherwise("code").alias("code"),
        pl.when(here).then(details.column(name)).otherwise("detail").alias("detail"),
    )


def _join_spans(frame: pl.DataFrame, spans: Spans, dialect: Dialect) -> pl.DataFrame:
    """Join the lines of each span into one record, unless the span has swallowed records."""
    if not spans:
        return frame
    joined = _joined(frame, spans)
    swallowed = _swallowed(frame, joined, dialect)
    if not swallowed:
        return joined
    rows = frame.get_column("row").to_list()
    eaten = [span for span in spans if rows[span[0]] in swallowed]
    named = pl.DataFrame(
        [(rows[at], rows[first], rows[last]) for first, last in eaten for at in range(first, last + 1)],
        schema={"row": pl.Int64, "opened": pl.Int64, "closed": pl.Int64},
        orient="row",
    )
    detail = details.column("quote_swallows", first="opened", last="closed")
    here = pl.col("opened").is_not_null()
    marked = frame.join(named, on="row", how="left", maintain_order="left").with_columns(
        code=pl.when(here).then(pl.lit(SWALLOWED)).otherwise("code"),
        detail=pl.when(here).then(detail).otherwise("detail"),
    )
    return _joined(marked.select(frame.columns), [span for span in spans if rows[span[0]] not in swallowed])


def _joined(frame: pl.DataFrame, spans: Spans) -> pl.DataFrame:
    """One row per record. Lines are written one after the other and cut again at the ends of records only."""
    inside = np.zeros(frame.height + 1, dtype=np.int32)
    if spans:
        firsts, lasts = np.array(spans).T
        np.add.at(inside, firsts + 1, 1)
        np.add.at(inside, lasts + 1, -1)
    continues = pl.Series("continues", np.cumsum(inside)[:-1] > 0)
    follows = continues.shift(-1, fill_value=False)
    ends = pl.when(follows).then(pl.lit("\n")).otherwise(pl.lit("\r"))  # no text has a CR any more
    text = frame.select((pl.col("text") + ends).str.join("")).item().removesuffix("\r")
    heads = frame.filter(~continues)
    after = heads.get_column("row").shift(-1, fill_value=frame.item(-1, "row") + 1)
    return heads.with_columns(
        pl.Series("text", [text]).str.split("\r").explode(), (after - heads.get_column("row")).alias("lines")
    )


def _swallowed(frame: pl.DataFrame, joined: pl.DataFrame, dialect: Dialect) -> set[int]:
    """First rows of records whose quoted cell holds records: about a row's worth of delimiters per line end in it.

    In a narrow table an address has as many commas as a row: there, lines must also begin like the first.
    """
    delimiter, gaps = dialect.delimiter or ",", dialect.width - 1
    long = joined.filter(pl.col("lines") > 1)
    first = pl.col("text").str.strip_chars_start(' "').str.slice(0, 1)
    kind = pl.when(first.str.contains(r"^\d")).then(0).when(first.str.contains(r"^\pL")).then(1).otherwise(2)
    starts = long.select(start="row", breaks=pl.col("lines") - 1)
    looked = (
        frame.join_asof(starts, left_on="row", right_on="start")
        .filter(pl.col("row") <= pl.col("start") + pl.col("breaks"))
        .with_columns(found=pl.col("text").str.count_matches(delimiter, literal=True).cast(pl.Int64), kind=kind)
        .with_columns(
            head=pl.col("row") == pl.col("start"),
            middle=(pl.col("row") > pl.col("start")) & (pl.col("row") < pl.col("start") + pl.col("breaks")),
            alike=pl.col("kind") == pl.col("kind").first().over("start"),
        )
        .group_by("start", maintain_order=True)
        .agg(
            pl.col("found").sum(),
            pl.col("breaks").first(),
            alike=(pl.col("alike").sum() - 1) * 2 > pl.col("breaks").first(),
            rows_inside=(pl.col("middle").sum() > 0)
            & ((pl.col("middle") & (pl.col("found") == gaps)).sum() * 2 >= pl.col("middle").sum()),
        )
    )
    quoted = pl.col("found") - (csv_dialect.widths(long.get_column("text"), delimiter) - 1)
    many = quoted >= pl.col("breaks") * max(1.0, 0.7 * gaps)
    certain = (quoted >= pl.col("breaks") * max(5.0, 0.9 * gaps)) | (pl.lit(gaps >= 5) & pl.col("rows_inside"))
    return set(
        looked.filter((many | pl.col("rows_inside")) & (pl.col("alike") | certain)).get_column("start").to_list()
    )


def _judged(frame: pl.DataFrame, dialect: Dialect, text: bytes, all_lines: bool) -> Records:
    """Give every record its width, and the code of what is wrong with it."""
    if not text.isascii() and any(bad in text for bad in BAD):
        frame = _bad_bytes(frame)
    odd = mojibake.suspicious(text) or len(text.translate(None, mojibake.CONTROLS)) < len(text)
    hidden = mojibake.findings(frame) if odd else NOTHING
    nul = frame.filter(pl.col("text").str.contains("\0", literal=True)) if b"\0" in text else frame.clear()
    if dialect.delimiter is None:
        frame = frame.with_columns(fields=pl.lit(1, pl.Int64))
    else:
        frame = frame.with_columns(fields=csv_dialect.widths(frame.get_column("text"), dialect.delimiter))
        frame = _misfits(frame, dialect)
    untouched = frame.get_column("code").null_count() == frame.height
    full = untouched and bool((frame.get_column("fields") == dialect.width).all())
    return Records(frame, text if full else None, nul.get_column("row"), hidden, sound=full and all_lines)


def _bad_bytes(frame: pl.DataFrame) -> pl.DataFrame:
    """Set apart the lines with bytes that are not in the encoding, and write those bytes as \\xNN."""
    every = f"{MARKS[:-1]}{SWAPPED}]"
    at = pl.col("text").str.find(every)
    bad = at.is_not_null()
    found = frame.filter(bad)
    if not found.height:
        return frame
    marks = {chr(MARK + byte): f"\\x{byte:02x}" for byte in range(0x100)}
    marks[SWAPPED] = "\\ufffe"
    before = pl.col("text").str.extract(f"(?s)^([^{every[1:-1]}]*)").str.len_chars()
    what = pl.col("text").str.extract(f"({every})").replace_strict(marks, default="?", return_dtype=pl.String)
    return frame.with_columns(
        code=pl.when(bad).then(pl.lit(BAD_BYTES)).otherwise("code"),
        detail=pl.when(bad)
        .then(details.column("byte_not_in_encoding", byte=what, place=before + 1))
        .otherwise("detail"),
        text=pl.when(bad).then(pl.col("text").str.replace_many(marks)).otherwise("text"),
    )


def _misfits(frame: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """RK111 or RK112 for records of another width; a blank record of any width is merely blank."""
    blank = pl.col("text").str.strip_chars(BLANKS + (dialect.delimiter or "")) == ""
    good, expected = pl.col("fields") == dialect.width, dialect.width
    if dialect.header:  # a cell that the header does not name: it, or another one, stands in the wrong place
        beyond = rf'(?:{re.escape(dialect.delimiter or ",")}[ \t"]*){{{dialect.width - dialect.header}}}$'
        good, expected = good & pl.col("text").str.contains(beyond), dialect.header
    other = pl.col("code").is_null() & ~good
    if not frame.select(other.any()).item():
        return frame
    wrong = other & ~blank
    code = pl.when(pl.col("fields") < dialect.width).then(pl.lit(SHORT)).otherwise(pl.lit(LONG))
    name = "header_has" if dialect.header else "table_has"
    detail = details.column(name, count="fields", width=pl.lit(expected))
    return frame.with_columns(
        code=pl.when(wrong).then(code).otherwise("code"),
        detail=pl.when(wrong).then(detail).otherwise("detail"),
    )
