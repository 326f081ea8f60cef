"""Which delimiter a text has and how many cells its records have, told from its first lines."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import polars as pl

from recordkit.readers import quotes

CANDIDATES = ("\t", "|", ";", ",")  # where two fit equally well, the one that is rarer inside text wins
LINES = 2_000
DIRECTIVE = re.compile(r"^\ufeff?sep=(.)\s*$", re.IGNORECASE)  # Excel's first line that names the delimiter


@dataclass(frozen=True)
class Shape:
    """How a text is cut: no delimiter when a line is one cell; `spaced` when spaces precede opening quotes."""

    delimiter: str | None
    width: int
    spaced: bool = False


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
    if delimiter:
        best, spaced = _shaped(sample, delimiter)
        return Shape(best.delimiter, best.width, spaced)
    guesses = [pair for pair in (_shaped(sample, one) for one in CANDIDATES) if pair[0].plausible]
    if not guesses:
        return Shape(None, 1)
    best, spaced = max(guesses, key=lambda pair: (round(pair[0].share, 1), -CANDIDATES.index(pair[0].delimiter)))
    return Shape(best.delimiter, best.width, spaced)


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
    counts = Counter(quotes.widths(records, delimiter).to_list())
    several = {width: count for width, count in counts.items() if width > 1}
    if not several:
        return Guess(delimiter, 1, 0.0, 0)
    width = max(several, key=lambda one: (several[one], one))
    return Guess(delimiter, width, several[width] / (len(records) + impossible), several[width])


def _records(lines: pl.Series, delimiter: str) -> tuple[pl.Series, int]:
    """Records of the sample, and how many lines have quotes that are impossible with this delimiter."""
    if not lines.str.contains('"', literal=True).any():
        return lines, 0
    found = quotes.walk(*quotes.steps(lines, quotes.grammar(delimiter)), LINES, final=True)
    texts = lines.to_list()
    impossible = {*found.stray, *found.malformed}
    gone = impossible | {at for first, last in found.spans for at in range(first, last + 1)}
    joined = ["\n".join(texts[first : last + 1]) for first, last in found.spans]
    kept = [text for at, text in enumerate(texts) if at not in gone]
    return pl.Series(kept + joined, dtype=pl.String), len(impossible)
