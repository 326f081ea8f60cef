"""Which delimiter a text has and how many cells its records have, told from its first lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from recordkit.readers import csv_quotes

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
        head = head.str.replace_all(csv_quotes.grammar(guess.delimiter).quoted_field, "${1}q")
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
    counts = Counter(csv_quotes.widths(records, delimiter).to_list())
    several = {width: count for width, count in counts.items() if width > 1}
    if not several:
        return Guess(delimiter, 1, 0.0, 0)
    width = max(several, key=lambda one: (several[one], one))
    return Guess(delimiter, width, several[width] / (len(records) + impossible), several[width])


def _records(lines: pl.Series, delimiter: str) -> tuple[pl.Series, int]:
    """Records of the sample, and how many lines have quotes that are impossible with this delimiter."""
    if not lines.str.contains('"', literal=True).any():
        return lines, 0
    found = csv_quotes.walk(*csv_quotes.steps(lines, csv_quotes.grammar(delimiter)), LINES, final=True)
    texts = lines.to_list()
    impossible = {*found.stray, *found.malformed}
    gone = impossible | {at for first, last in found.spans for at in range(first, last + 1)}
    joined = ["\n".join(texts[first : last + 1]) for first, last in found.spans]
    kept = [text for at, text in enumerate(texts) if at not in gone]
    return pl.Series(kept + joined, dtype=pl.String), len(impossible)
