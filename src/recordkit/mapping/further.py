"""Further headers of a sheet: rows below the first header that name columns, and may name them otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from recordkit.agencies import headers
from recordkit.agencies.headers import ColumnMatch
from recordkit.agencies.index import Index, Kind
from recordkit.agencies.source import Sheet
from recordkit.agencies.words import fold_all, nearest
from recordkit.mapping.model import Table

SPREAD: tuple[Kind, ...] = ("spread", "spread_total")
READ: tuple[Kind, ...] = ("field", "ignored", *SPREAD)
NAMED, SHARE, FIGURES = 2, 0.6, r"\p{N}"
STACKED = "the headers of this sheet stand in several rows, this one in a single row"
_WORD = r"^\P{N}*\p{L}{2}\P{N}*$"


@dataclass(frozen=True)
class Further:
    """A row that reads as a header, and what each column is from it on."""

    row: int
    columns: tuple[ColumnMatch, ...]


def tables(sheet: Sheet, words: Index, first: Table) -> list[Further]:
    """The headers below the first that say something else than the one above them.

    Declared (`reshape.tables`): rows most of whose cells are header words. Else rows without a figure: of a table
    that is spread also those that name one column that is known, and words alone where the others have counts.
    """
    found: list[Further] = []
    spread = [one.column for one in first.of(*SPREAD)]
    meant = {one.column: (one.kind, one.field, one.header) for one in first.columns}
    for batch in sheet.batches():
        names = [name for name in batch.columns if name != "row"]
        below = batch.filter(pl.col("row") >= first.first_row)
        for row, *cells in _header_like(below, names, words, [name for name in spread if name in names]).iter_rows():
            texts = [(cell or "").strip() for cell in cells]
            columns = headers.resolve(names, [(text,) for text in texts], words)
            if not _names_columns(columns, words) or _repeats(columns, meant, first):
                continue
            if len(first.header_rows) > 1 and not words.form.reshape.tables:
                columns = tuple(_unclear(one) for one in columns)
            found.append(Further(row, columns))
            meant = {one.column: (one.kind, one.field, one.header) for one in columns}
    return found


def only_exchanged(found: Sequence[Further], first: Table) -> bool:
    """Whether the headers have the words of the first one and no others: `aligning` puts their cells in its order."""
    own = {word for one in first.columns for word in fold_all([one.header, *one.levels]) if word}
    said = {word for one in found for word in fold_all([column.header for column in one.columns]) if word}
    return said <= own


def _header_like(batch: pl.DataFrame, names: Sequence[str], words: Index, spread: Sequence[str]) -> pl.DataFrame:
    cells = batch.select(names).unpivot().get_column("value").drop_nulls().unique()
    texts = [cell for cell in cells.to_list() if any(letter.isalpha() for letter in cell)]
    known = [cell for cell in texts if words.candidates(cell)[0]]
    if not known:
        return batch.select("row", *names).clear()
    hits = pl.sum_horizontal(pl.col(name).is_in(known).fill_null(False) for name in names)
    filled = pl.sum_horizontal(pl.col(name).is_not_null() for name in names)
    like = (hits >= NAMED) & (hits >= filled * SHARE)
    if not words.form.reshape.tables:
        figure = pl.any_horizontal(pl.col(name).str.contains(FIGURES).fill_null(False) for name in names)
        like &= (hits > NAMED) | pl.lit(bool(spread))
        if len(spread) >= NAMED:
            spoken = pl.all_horizontal(pl.col(name).str.contains(_WORD).fill_null(False) for name in spread)
            different = pl.concat_list(spread).list.n_unique() == len(spread)
            like |= (hits >= 1) & spoken & different & ~figure
    return batch.filter(like).select("row", *names)


def _unclear(one: ColumnMatch) -> ColumnMatch:
    return replace(one, kind="unknown", detail=STACKED) if one.kind in SPREAD else one


def _names_columns(columns: Sequence[ColumnMatch], words: Index) -> bool:
    """Two columns are known; or one, where the table is not declared and its rows are spread."""
    known = sum(one.kind in ("field", "spread") for one in columns)
    return known >= (NAMED if words.form.reshape.tables else 1)


def _repeats(columns: Sequence[ColumnMatch], meant: dict[str, tuple[Kind, str | None, str]], first: Table) -> bool:
    """Every column means what it meant above; a word that nobody knows may be the one above with a slip."""
    levels = {one.column: {part for part in (*one.levels, one.header) if part} for one in first.columns}
    for one in columns:
        kind, field, header = meant.get(one.column, ("blank", None, ""))
        if one.kind == "blank" or one.header == header or one.header in levels.get(one.column, ()):
            continue
        same = (one.kind, one.field) == (kind, field) and one.kind != "spread"
        slip = one.kind == "unknown" and bool(nearest(fold_all([one.header])[0], fold_all([header])))
        if not same and not slip:
            return False
    return True
