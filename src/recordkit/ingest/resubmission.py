"""A workbook that went back to a sender with marked cells, and came back: which file it corrects, whose it is.

The list of what is to be corrected is no data of the sender's; the line in it that tells all this is written by
`recordkit.annotate`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import polars as pl

from recordkit.readers import SourceFile

LINE = "recordkit-marked {sha256} {agency}"  # one cell of the first sheet
_LINE = re.compile(r"^recordkit-marked ([0-9a-f]{64}) ([a-z][a-z0-9_]*|-)\s*$")
LOOK = 6  # rows of the first sheet in which the line may stand


@dataclass(frozen=True)
class Returned:
    """What the line says: SHA-256 of the file that was marked, and the agency that sent it (None: unknown)."""

    corrects: str
    agency: str | None


def opened(source: SourceFile) -> tuple[SourceFile, Returned | None]:
    """The file without the sheet that was added for the sender, and what that sheet says; any other file as it is."""
    if source.kind not in ("xlsx", "xls", "ods") or len(source.sheets) < 2:
        return source, None
    for guide in source.sheets[:3]:
        told = next((found for cell in _cells(guide.head(LOOK)) if (found := _LINE.match(cell))), None)
        if told:
            rest = tuple(sheet for sheet in source.sheets if sheet is not guide)
            agency = None if told.group(2) == "-" else told.group(2)
            return replace(source, sheets=rest), Returned(told.group(1), agency)
    return source, None


def _cells(head: pl.DataFrame) -> list[str]:
    return [cell for name in head.columns if name != "row" for cell in head[name].drop_nulls().to_list()]
