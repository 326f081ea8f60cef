"""Which delimiter a text has and how many cells its records have, told from its first lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import polars as pl
from numpy.typing import NDArray

from recordkit.readers.mojibake import CONTROLS

RARE = ("~", "^")  # looked for when no other one fits
CANDIDATES = ("\t", "|", ";", ",")  # where two fit equally well, the one that is rarer inside text wins
LINES = 2_000
PREAMBLE = 60
DIRECTIVE = re.compile(r'^\ufeff?"?sep=(.)"?\s*$', re.IGNORECASE)  # Excel's first line that names the delimiter


@dataclass(frozen=True)
class Shape:
    """How a text is cut: no delimiter when a line is one cell; the rest as in `records.Dialect`."""

    delimiter: str | None
    width: int
    spaced: bool = False
    wrapped: bool = False
    header: int | None = None


@dataclass(frozen=True)
class Guess:
    """How well one delimiter explains the sample."""

    delimiter: str
    width: int
    share: float  # of lines that are not blank and have this width
    support: int

    @property
    def plausible(self) -> bool:
        """Half of the lines agree; or fewer do, on so many delimiters that it is no accident."""
        return self.share >= 0.5 or (self.width >= 4 and self.support >= 2 and self.share >= 0.2)


def sniff(chunk: bytes, delimiter: str | None) -> Shape:
    """The shape of a text that begins with `chunk`.

    `delimiter` is the declared one; "" declares that there is none (fixed width).
    """
    if delimiter == "":
        return Shape(None, 1)
    lines = chunk[: 1 << 20].decode("utf-8", "ignore").split("\n")[:LINES]
    named = DIRECTIVE.match(lines[0])
    delimiter = delimiter or (named.group(1) if named else None)
    lines = lines[1 if named else 0 :]
    sample = pl.Series([line for line in lines if line.strip(' \t"\0\x1a;,|')], dtype=pl.String)
    if not len(sample):
        return Shape(delimiter, 1)
    shape = _shape(sample, (delimiter,) if delimiter else CANDIDATES)
    if shape.width > 1:
        return shape
    unwrapped = _unwrapped(sample)
    inside = _shape(unwrapped, (delimiter,) if delimiter else CANDIDATES) if len(unwrapped) else shape
    if inside.width > 2:
        return replace(inside, wrapped=True)
    rare = shape if delimiter else _shape(sample, RARE)
    return rare if rare.width > 2 else shape


def _shape(sample: pl.Series, delimiters: Sequence[str]) -> Shape:
    """The delimiter that explains the sample best; one that is declared need not explain it well."""
    guesses = [_shaped(sample, one) for one in delimiters]
    guesses = [pair for pair in guesses if pair[0].plausible or len(delimiters) == 1]
    if not guesses:
        return Shape(None, 1)
    best, spaced = max(guesses, key=lambda pair: (round(pair[0].share, 1), -delimiters.index(pair[0].delimiter)))
    return Shape(best.delimiter, best.width, spaced, header=_narrow_header(sample, best))


def _unwrapped(lines: pl.Series) -> pl.Series:
    """The lines without the quotes around each of them; none unless nearly all have them."""
    inner = lines.str.extract(r'^"(.*)"\s*$')
    whole = inner.drop_nulls().str.replace_all('""', '"', literal=True)
    return whole if len(whole) >= max(2, 0.9 * len(lines)) else lines.clear()


def _narrow_header(lines: pl.Series, guess: Guess) -> int | None:
    """Cells of the line above the first record when that is a header and narrower than its records.

    A header has words, and fewer figures than the record below it; a letterhead above a header is followed by
    a row with fewer figures than the one after it.
    """
    head = lines.head(PREAMBLE)
    if head.str.contains('"', literal=True).any():
        head = head.str.replace_all(grammar(guess.delimiter).quoted_field, "${1}q")
    rows = [line.split(guess.delimiter) for line in head.to_list()]
    first = next((at for at, row in enumerate(rows) if len(row) == guess.width), 0)
    if not first or first + 1 >= len(rows):
        return None
    above, record, after = ([cell.strip() for cell in row] for row in rows[first - 1 : first + 2])
    cells = len(above)
    if not 2 <= cells < guess.width or cells * 5 < guess.width * 3 or not all(above) or len(set(above)) < cells:
        return None
    headed = _figures(above) * 4 <= cells and _figures(above) < _figures(record)
    return cells if headed and _figures(record) * 5 >= _figures(after) * 3 else None


def _figures(row: Sequence[str]) -> int:
    return sum(any(char.isdigit() for char in cell) for cell in row)


def _shaped(lines: pl.Series, delimiter: str) -> tuple[Guess, bool]:
    """The guess for one delimiter, and whether it takes spaces before opening quotes to be so good."""
    plain = _guess(lines, delimiter)
    d = re.escape(delimiter)
    opened = lines.str.contains(f'(^|{d}) +"').sum()
    if delimiter == "\t" or 2 * opened < lines.str.contains('"', literal=True).sum() or not opened:
        return plain, False
    closed = _guess(lines.str.replace_all(f'(^|{d}) +"', '${1}"'), delimiter)
    return (closed, True) if closed.share >= plain.share else (plain, False)


def _guess(lines: pl.Series, delimiter: str) -> Guess:
    """The most frequent number of cells (the larger of equals) over the records of the sample."""
    records, impossible = _records(lines, delimiter)
    counts = Counter(widths(records, delimiter).to_list())
    wide = {width: count for width, count in counts.items() if width > 1}
    if not wide:
        return Guess(delimiter, 1, 0.0, 0)
    width = max(wide, key=lambda one: (wide[one], one))
    return Guess(delimiter, width, wide[width] / (len(records) + impossible), wide[width])


def _records(lines: pl.Series, delimiter: str) -> tuple[pl.Series, int]:
    """Records of the sample, and how many lines have quotes that are impossible with this delimiter."""
    if not lines.str.contains('"', literal=True).any():
        return lines, 0
    found = walk(*steps(lines, grammar(delimiter)), LINES, final=True)
    texts = lines.to_list()
    impossible = {*found.stray, *found.malformed}
    gone = impossible | {at for first, last in found.spans for at in range(first, last + 1)}
    joined = ["\n".join(texts[first : last + 1]) for first, last in found.spans]
    left = [text for at, text in enumerate(texts) if at not in gone]
    return pl.Series(left + joined, dtype=pl.String), len(impossible)


OUTSIDE, INSIDE, MALFORMED = 0, 1, 2
ESCAPED = {"\t": r"\t"}  # Rust's expressions know no escaped tab character
Steps = NDArray[np.int8]


@dataclass(frozen=True)
class Grammar:
    """The expressions of one delimiter."""

    delimiter: str
    outside_outside: str
    outside_inside: str
    inside_outside: str
    inside_inside: str
    quoted_field: str


def grammar(delimiter: str) -> Grammar:
    """RFC 4180, and spaces allowed after a closing quote; a quote inside an unquoted cell is a letter."""
    d = ESCAPED.get(delimiter) or re.escape(delimiter)
    inner = '(?:[^"]|"")*'
    cell = f'(?:"{inner}" *|(?:[^"{d}][^{d}]*)?)'
    return Grammar(
        delimiter,
        outside_outside=f"^{cell}(?:{d}{cell})*$",
        outside_inside=f'^(?:{cell}{d})*"{inner}$',
        inside_outside=f'^{inner}" *(?:{d}{cell})*$',
        inside_inside=f'^(?:{inner}|{inner}" *(?:{d}{cell})*{d}"{inner})$',
        quoted_field=f'(^|{d}|\n)"{inner}"',
    )


def steps(lines: pl.Series, rules: Grammar) -> tuple[Steps, Steps]:
    """Where each line ends when read from outside a quoted cell, and when read from inside one."""
    quoted = lines.str.contains('"', literal=True).arg_true()
    few = lines.gather(quoted)
    from_outside = np.full(len(lines), OUTSIDE, dtype=np.int8)
    from_inside = np.full(len(lines), INSIDE, dtype=np.int8)
    at = quoted.to_numpy()
    from_outside[at] = _ends(few, rules.outside_outside, rules.outside_inside)
    from_inside[at] = _ends(few, rules.inside_outside, rules.inside_inside)
    return from_outside, from_inside


def _ends(lines: pl.Series, outside: str, inside: str) -> Steps:
    ends = np.full(len(lines), MALFORMED, dtype=np.int8)
    ends[lines.str.contains(inside).to_numpy()] = INSIDE
    ends[lines.str.contains(outside).to_numpy()] = OUTSIDE
    return ends


@dataclass
class Walk:
    """What the walk over the lines of one chunk found, as positions in the chunk."""

    spans: list[tuple[int, int]] = field(default_factory=list)  # first and last line of a record of several
    stray: list[int] = field(default_factory=list)  # a quote opens here and never closes where it could
    malformed: list[int] = field(default_factory=list)  # text beside a closing quote
    open_from: int | None = None  # the record that is still open at the end of the chunk


def walk(from_outside: Steps, from_inside: Steps, longest: int, final: bool) -> Walk:
    """Group lines into records. A quote that does not close within `longest` lines is not believed.

    After a quote that is not believed, reading goes on with the next line, outside of quotes.
    """
    found = Walk()
    leaving: list[int] = np.flatnonzero(from_outside != OUTSIDE).tolist()
    returning: list[int] = np.flatnonzero(from_inside != INSIDE).tolist()
    total = len(from_outside)
    line = 0
    while (at := bisect_left(leaving, line)) < len(leaving):
        start = leaving[at]
        line = start + 1
        if from_outside[start] == MALFORMED:
            found.malformed.append(start)
            continue
        after = bisect_left(returning, start + 1)
        end = returning[after] if after < len(returning) else None
        if end is None and not final and total - start <= longest:
            found.open_from = start
            break
        if end is None or end - start >= longest or from_inside[end] == MALFORMED:
            found.stray.append(start)
        else:
            found.spans.append((start, end))
            line = end + 1
    return found


def widths(texts: pl.Series, delimiter: str) -> pl.Series:
    """Cells per well-formed record: delimiters outside of quoted cells, plus one."""
    quoted = texts.str.contains('"', literal=True)
    if quoted.any():
        bare = texts.str.replace_all(grammar(delimiter).quoted_field, "${1}")
        texts = bare.zip_with(quoted, texts)
    return texts.str.count_matches(delimiter, literal=True).cast(pl.Int64) + 1


Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.intp]

LINE_END, QUOTE = 10, 34
SIGNS = np.frombuffer(CONTROLS, np.uint8)


def lines(chunk: bytes, delimiter: str, width: int) -> int | None:
    """How many lines the chunk has, when each is a record of `width` cells; None when that is not sure."""
    if width < 2 or len(delimiter) != 1 or not delimiter.isascii() or not chunk.endswith(b"\n") or b"\0" in chunk:
        return None
    data = np.frombuffer(chunk, np.uint8)
    counted = np.zeros(256, bool)
    counted[SIGNS] = True
    counted[[LINE_END, QUOTE, ord(delimiter)]] = True
    places = np.flatnonzero(counted[data])
    signs = data[places]
    if ((signs != LINE_END) & (signs != QUOTE) & (signs != ord(delimiter))).any():
        return None  # a control character
    if b'"' in chunk:
        quoted = signs == QUOTE
        inside = np.logical_xor.accumulate(quoted)
        if inside[-1] or not _at_borders(data, places[quoted], delimiter) or (inside & (signs == LINE_END)).any():
            return None
        signs = signs[~(quoted | inside)]
    if len(signs) % width:
        return None
    records = signs.reshape(-1, width)
    if (records[:, -1] != LINE_END).any() or (records[:, :-1] == LINE_END).any():
        return None
    return len(records)


def _at_borders(data: Bytes, quotes: Places, delimiter: str) -> bool:
    """Every other quote opens behind a delimiter or line end, and every one between closes before one."""
    border = np.zeros(256, bool)
    border[[LINE_END, ord(delimiter)]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    before = border[data[opening - 1]]
    before[opening == 0] = True
    return bool(before.all() and border[data[closing + 1]].all())
