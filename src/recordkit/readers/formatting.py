"""Formatting that means something: text struck through is taken back, a raised figure is a footnote's mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recordkit.readers.cell_metadata import Facts

STRUCK, RAISED = "struck", "raised"
_NUMBERS = r"[0-9]{1,2}(?:\s*[,;]\s*[0-9]{1,2})*"
_FOOTNOTE = re.compile(rf"\s*(?:{_NUMBERS}|[*\u2020\u2021\u00a7\u00b6#]{{1,3}}|[a-z]|\([0-9a-z]{{1,2}}\))\s*")
_UNIT = re.compile(r"(?:^|[\s0-9/.])(?:mm|cm|dm|m|km|ft|in|yd|mi|sq)\s*$", re.IGNORECASE)  # raised behind one: a power


@dataclass(frozen=True)
class Run:
    """A stretch of a cell's text."""

    text: str
    struck: bool = False
    raised: bool = False
    own: bool = True  # its look is its own, not its cell's


def kept(runs: Sequence[Run]) -> tuple[str, str | None] | None:
    """(what the text holds, the text without it), or None when its formatting means nothing."""
    struck = any(run.struck and run.text.strip() for run in runs)
    before = ""
    parts: list[str] = []
    raised = False
    alone = all(run.raised for run in runs if run.text.strip())
    for run in runs:
        note = run.raised and not alone and _is_footnote(run.text, before)
        raised = raised or note
        before += run.text
        if not run.struck and not note:
            parts.append(run.text)
    if not struck and not raised:
        return None
    what = " ".join(name for name, is_so in ((STRUCK, struck), (RAISED, raised)) if is_so)
    return what, "".join(parts).strip() or None


def _is_footnote(text: str, before: str) -> bool:
    return bool(before.strip()) and _FOOTNOTE.fullmatch(text) is not None and _UNIT.search(before) is None


def take_out(columns: list[list[str | None]], facts: Facts) -> None:
    """Write into the cells what is left of them, and note what stood there. A row in which everything is struck
    through keeps its cells: it is a record taken back, told by `struck_rows`."""
    inside = [one for one in facts.formatted if one[1] < len(columns) and one[0] < len(columns[one[1]])]
    facts.formatted = []
    gone = {(row, column) for row, column, what, text in inside if text is None and STRUCK in what}
    facts.struck_rows = sorted(_whole_rows(columns, gone))
    whole = set(facts.struck_rows)
    for row, column, what, text in inside:
        original = columns[column][row]
        if row in whole or original is None or original == text:
            continue
        facts.originals.append((row, column, what, original))
        columns[column][row] = text


def _whole_rows(columns: list[list[str | None]], gone: set[tuple[int, int]]) -> Iterable[int]:
    for row in {row for row, _ in gone}:
        filled = [at for at, column in enumerate(columns) if (column[row] or "").strip()]
        if filled and all((row, at) in gone for at in filled):
            yield row
