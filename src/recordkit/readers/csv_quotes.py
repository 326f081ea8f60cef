"""Where quoted cells begin and end: which lines make one record, and which quotes cannot be right.

A line is judged alone by four expressions: read from outside a quoted cell it ends outside, inside, or is
malformed; read from inside it ends outside, inside, or is malformed. Lines without a quote change nothing, so
only the few lines that open a cell over a line end are walked, one step each.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

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
