"""What a workbook says beside its values: errors, formulas nobody computed, hidden rows, formatting, merged cells.

The spreadsheet library gives values only, and an empty text for all of these. Positions are 0-based.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Range = tuple[tuple[int, int], tuple[int, int]]  # (first row, first column), (last row, last column)


@dataclass
class Facts:
    """Of one sheet."""

    errors: list[tuple[int, int, str]] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    long_numbers: list[tuple[int, int]] = field(default_factory=list)  # more digits than a spreadsheet keeps
    texts: list[tuple[int, int, str]] = field(default_factory=list)  # what the library reads wrongly
    formatted: list[tuple[int, int, str, str | None]] = field(default_factory=list)  # what, and the text without it
    originals: list[tuple[int, int, str, str]] = field(default_factory=list)  # what, and the text as it stood there
    struck_rows: list[int] = field(default_factory=list)  # every cell of them is struck through
    hidden_columns: list[int] = field(default_factory=list)
    epoch: int = 1900  # the year from which the workbook counts days
