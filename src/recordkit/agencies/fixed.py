"""Files of fixed width: does a file look like one, and where could its columns begin?"""

from __future__ import annotations

import polars as pl

from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.source import Sheet
from recordkit.agencies.values import readings

LEAST_WIDTH = 20
ALIKE = 0.8  # share of lines that have the commonest length


def looks_fixed(head: pl.DataFrame) -> bool:
    """One column whose lines are nearly all of one length."""
    if head.width != 2 or head.height < 3:
        return False
    lengths = head.get_column("c1").drop_nulls().str.len_chars()
    top = lengths.mode().sort()[0] if lengths.len() else 0
    return int(top) >= LEAST_WIDTH and int((lengths == top).sum()) >= ALIKE * lengths.len()


def boundaries(lines: list[str]) -> list[int]:
    """1-based starts of columns: where text begins behind a gap in all lines, or its kind changes."""
    width = max(len(line) for line in lines)
    padded = [line.ljust(width) for line in lines]
    kinds = [_kind([line[at] for line in padded]) for at in range(width)]
    starts = [1]
    for at in range(1, width):
        before, here = kinds[at - 1], kinds[at]
        if here != before and here != "space" and (before == "space" or "mixed" not in (before, here)):
            starts.append(at + 1)
    return starts


def _kind(chars: list[str]) -> str:
    """What stands in one position of nearly all lines."""
    count = len(chars)
    if sum(char == " " for char in chars) >= 0.98 * count:
        return "space"
    if sum(char.isdigit() for char in chars) >= 0.95 * count:
        return "digit"
    return "letter" if sum(char.isalpha() for char in chars) >= 0.95 * count else "mixed"


def draft(sheet: Sheet, head: str, catalogue: Catalogue) -> str:
    """A declaration with the columns that the gaps suggest; their fields are open questions."""
    lines = [line for line in sheet.head(400).get_column("c1").to_list() if line]
    commonest = max({len(line) for line in lines}, key=lambda n: sum(len(line) == n for line in lines))
    whole = [line for line in lines if len(line) == commonest]
    starts = boundaries(whole)
    ends = [*(start - 1 for start in starts[1:]), commonest]
    last = sheet.tail(1).get_column("c1").to_list()
    trailer = bool(last and last[0] and len(last[0].strip()) < commonest // 2)
    body = [head, "", "[[format]]", 'id = "draft"', 'unit = "case"  # ? what a line is']
    body.append(f'file = {{ kinds = ["delimited"], widths = [{commonest}] }}')
    body.append("header = { rows = 0 }")
    if trailer:
        body.append("# ? the last line is short. If it is a trailer: rows = { trailer = '^T(?P<count>[0-9]+)' }")
    body.append("# ? Columns as the gaps suggest them: name each field, join or cut where that is wrong.")
    body.append("columns = [")
    for at, (start, end) in enumerate(zip(starts, ends, strict=True), start=1):
        cells = [cell for line in whole if (cell := line[start - 1 : end].strip())]
        shares = readings(cells, catalogue)
        fits = sorted((name for name in shares if shares[name] >= 0.8), key=lambda name: (-shares[name], name))
        told = f"reads as {', '.join(fits[:4])}" if fits else "text" if cells else "blank"
        field = f'field = "_{at}", start = {start}, length = {end - start + 1}'
        body.append(f"  {{ {field} }},  # ? {len(cells) / len(whole):.0%} filled; {told}")
    return "\n".join([*body, "]"]) + "\n"
