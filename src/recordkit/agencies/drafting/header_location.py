"""Finds the header of a sheet that nobody declared, and the columns whose header is a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from recordkit.agencies import headers, periods
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.declaration import Column, Format, Header, Known, Reshape, Unit, Unpivot
from recordkit.agencies.drafting import stacked_headers
from recordkit.agencies.drafting.column_options import by_words
from recordkit.agencies.header_index import Index, index
from recordkit.agencies.header_words import fold, fold_all
from recordkit.agencies.headers import ColumnMatch, Located, unnamed_totals
from recordkit.reference import Reference
from recordkit.source_fields import Intake

SPREADABLE: tuple[Known, ...] = ("heads", "provinces", "districts", "months", "years")
HEADER_ROWS = 30
COUNTS = 0.8
MONTH = r"^\W*[^\W\d_]{3,9}\W*(?:(?:19|20)?\d\d)\W*$|^\W*(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])\W*$"


def locate(head: pl.DataFrame, unit: Unit, catalogue: Catalogue, intake: Intake, plain: bool) -> Located:
    """The header by known words; else by its shape; else (or when `plain`) none."""
    if plain:
        names = [name for name in head.columns if name != "row"]
        return Located((), tuple(ColumnMatch(name, "", ("",), "blank") for name in names))
    months = _month_cells(head, catalogue)
    words = any_index(unit, catalogue, intake, _months(head, months), _spreadable(head, catalogue, months))
    named = headers.locate(headers.first_rows(head.head(60)), words)
    shaped = _by_shape(head)
    if named is None or (shaped.rows and _few(named) and max(shaped.rows) < min(named.rows)):
        return shaped
    return (
        named
        if unit == "return"
        else stacked_headers.stacked(head, named, unit, words=words, synonyms=catalogue.synonyms, intake=intake)
    )


def _few(found: Located) -> bool:
    """The known words of a row may be those of a record: a district, a head."""
    known = [one for one in found.columns if one.kind not in ("unknown", "blank")]
    return len(known) * 3 < len(found.columns)


def any_index(
    unit: Unit,
    catalogue: Catalogue,
    intake: Intake,
    spread: tuple[str, ...] = (),
    known: tuple[Known, ...] = SPREADABLE,
) -> Index:
    """The words of a format that knows every field of a unit by its general words only; `spread`: values too."""
    columns = tuple(Column(field=name) for name in intake.fields(unit))
    reshape, rows = Reshape(), 1
    if unit == "return":
        reshape, rows = Reshape(unpivot=Unpivot(into=("head",), known=known, headers=spread)), 2
    form = Format(
        id="draft", unit=unit, columns=columns, header=Header(search_rows=HEADER_ROWS, rows=rows), reshape=reshape
    )
    return index(form, catalogue.synonyms, catalogue.layout, catalogue.known, catalogue.head_totals)


def _cells(head: pl.DataFrame) -> list[list[str]]:
    """The filled cells of each of the first rows."""
    names = [name for name in head.columns if name != "row"]
    return [[cell for cell in row if cell] for row in head.head(HEADER_ROWS).select(names).iter_rows()]


def _month_cells(head: pl.DataFrame, catalogue: Catalogue) -> frozenset[str]:
    """Cells of the first rows that are a month with its year."""
    short = dict.fromkeys(cell for row in _cells(head) for cell in row if len(cell) <= 20)
    cells = pl.Series(list(short), dtype=pl.String)  # all at once: a search in one cell costs as much
    shaped = cells.filter(cells.str.contains(MONTH))
    return frozenset(cell for cell in shaped if "-" in (periods.one(cell, catalogue.months) or ""))


def _months(head: pl.DataFrame, months: frozenset[str]) -> tuple[str, ...]:
    """Cells of the first rows that are a month with its year, where a row has at least two of them."""
    found: list[str] = []
    for row in _cells(head):
        cells = [cell for cell in row if cell in months]
        found += cells if len(cells) >= 2 else []
    return tuple(dict.fromkeys(found))


def _spreadable(head: pl.DataFrame, catalogue: Catalogue, months: frozenset[str]) -> tuple[Known, ...]:
    """What columns may be spread by: by months only where a row names two. One alone is `10/2026`, a case's number."""
    words = catalogue.known.get("months", frozenset())
    rows = _cells(head)
    fold_all([cell for row in rows for cell in row])  # at once: one by one would be dear
    for row in rows:
        if sum(cell in months or fold(cell) in words for cell in row) > 1:
            return SPREADABLE
    return tuple(kind for kind in SPREADABLE if kind != "months")


def _by_shape(head: pl.DataFrame) -> Located:
    """No word is known: the first row that is nearly full, holds only words and repeats none is the header."""
    names = [name for name in head.columns if name != "row"]
    rows = list(head.head(HEADER_ROWS).iter_rows())
    widest = max((sum(cell is not None for cell in row[1:]) for row in rows), default=0)
    for row in rows:
        cells = [cell for cell in row[1:] if cell is not None]
        wordy = all(any(char.isalpha() for char in cell) for cell in cells)
        if len(cells) > 1 and len(cells) * 5 >= widest * 3 and wordy and len(set(cells)) == len(cells):
            matches = [
                ColumnMatch(name, cell or "", (cell or "",), "unknown" if cell else "blank")
                for name, cell in zip(names, row[1:], strict=True)
            ]
            return Located((row[0],), tuple(matches))
    return Located((), tuple(ColumnMatch(name, "", ("",), "blank") for name in names))


def with_unknown_heads(
    located: Located, shares: Mapping[str, Mapping[str, float]], catalogue: Catalogue, intake: Intake
) -> Located:
    """Columns of counts between spread ones are spread too: heads that no table knows."""
    at = [number for number, one in enumerate(located.columns) if one.kind == "spread"]
    if len(at) < 2:
        return located
    done = []
    fields = intake.fields("return")
    for number, one in enumerate(located.columns):
        field = any(name in fields for name in by_words(one, catalogue.synonyms))
        counts = shares[one.column].get("count", 0.0) >= COUNTS
        inside = min(at) - 1 <= number <= max(at) + 1 or len(at) >= 4
        worded = any(char.isalpha() for char in one.header) and "%" not in one.header
        new = one.kind == "unknown" and counts and inside and worded and not field
        done.append(replace(one, kind="spread", detail="not known") if new else one)
    return replace(located, columns=tuple(done))


def with_totals(located: Located, below: pl.DataFrame, reference: Reference) -> Located:
    """Columns that are the sum of the spread ones are totals, whatever they are called."""
    parts = [one.column for one in located.of("spread") if not one.detail]
    every = [one.column for one in located.of("spread")]
    others = [one.column for one in located.columns if one.kind not in ("spread", "spread_total")]
    others += [name for name in every if name not in parts]
    totals = {*unnamed_totals(below, parts, others, reference), *unnamed_totals(below, every, others, reference)}
    for name in every:  # a sum under an unknown name looked like one more head
        if name not in parts:
            rest = [one for one in every if one != name]
            totals |= set(unnamed_totals(below, rest, [name], reference))
    marked = [replace(one, kind="spread_total") if one.column in totals else one for one in located.columns]
    return replace(located, columns=tuple(marked))
