"""Further headers of a sheet: rows below the first header that name columns, and may name them otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from recordkit import details, issues
from recordkit.agencies import headers
from recordkit.agencies.header_index import Index, Kind, fold_forms
from recordkit.agencies.header_words import fold_all, fold_cells, nearest
from recordkit.agencies.headers import ColumnMatch
from recordkit.agencies.source import Sheet
from recordkit.mapping.model import SheetPlan, Table

SPREAD: tuple[Kind, ...] = ("spread", "spread_total")
READ: tuple[Kind, ...] = ("field", "ignored", *SPREAD)
NAMED, SHARE, FIGURES = 2, 0.6, r"\p{N}"
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
    headers = {word for one in found for word in fold_all([column.header for column in one.columns]) if word}
    return headers <= own


def _header_like(batch: pl.DataFrame, names: Sequence[str], words: Index, spread: Sequence[str]) -> pl.DataFrame:
    cells = batch.select(names).unpivot().get_column("value").unique()
    texts = _perhaps_known(cells.filter(cells.str.contains(r"\p{L}")), words).to_list()
    fold_forms(texts)
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


def _perhaps_known(cells: pl.Series, words: Index) -> pl.Series:
    """The cells of a large batch that are worth asking for what they mean; where nothing is spread, those that mean
    something are declared words, perhaps with a number."""
    if words.form.reshape.unpivot is not None:
        return cells
    folded = fold_cells(cells)
    counted = folded.str.replace(r"\d+", "{n}").is_in(list(words.counted))
    return cells.filter(folded.is_in(list(words.targets)) | counted)


def _unclear(one: ColumnMatch) -> ColumnMatch:
    return replace(one, kind="unknown", detail=details.text("stacked_headers")) if one.kind in SPREAD else one


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


EXCHANGED, UNCLEAR = "RK233", "RK234"
SHARE_ALIKE = 0.6  # of the filled cells of a row that are words of the header, for the row to be a header
Texts = tuple[str, ...]  # what the first header says of a column
Order = Mapping[str, str | None]  # column of the first header -> where its cells stand below another one


@dataclass(frozen=True)
class Aligned:
    """A batch with its cells under the first header's columns, and what was told of its headers."""

    rows: pl.DataFrame
    findings: pl.DataFrame


@dataclass(frozen=True)
class _Turn:
    """From this row on the columns stand in this order; None: nobody can tell."""

    row: int
    order: Order | None
    detail: str


def aligned(batches: Iterable[pl.DataFrame], plan: SheetPlan) -> Iterator[Aligned]:
    """Every batch with the cells of exchanged columns put back under the columns of the first header.

    Findings: RK233 at a header that exchanges columns, RK234 at every row below one of which two columns mean the
    same. A sheet whose tables are declared, or that has no header, stays as it is.
    """
    table = plan.tables[0]
    known = {} if plan.fixed or plan.reshape.tables or len(plan.tables) > 1 else _words(table)
    last = _Turn(0, {}, "")
    for batch in batches:
        turns = _turns(batch, table, known) if known else []
        if not turns and last.order == {}:
            yield Aligned(batch, issues.empty())
            continue
        starts = [0, *(int(batch.get_column("row").search_sorted(turn.row)) for turn in turns), batch.height]
        pieces, findings = [], []
        for turn, (start, end) in zip([last, *turns], pairwise(starts), strict=True):
            pieces.append(_put(batch[start:end], turn.order))
            findings += [_told(turn, plan)] if turn is not last and turn.order != {} else []
            findings += [_unclear_alignment(pieces[-1], turn, plan)] if turn.order is None else []
        last = turns[-1] if turns else last
        yield Aligned(pl.concat(pieces), issues.concat(findings))


def _words(table: Table) -> dict[str, str]:
    """Folded word -> the column of the first header that alone has it."""
    by_column: dict[str, set[str]] = {}
    for one in table.columns:
        last = next((part for part in reversed(one.levels) if part), one.header)
        for word in fold_all([one.header, last]) if one.header and table.header_rows else ():
            by_column.setdefault(word, set()).add(one.column)
    return {word: next(iter(columns)) for word, columns in by_column.items() if word and len(columns) == 1}


def _turns(batch: pl.DataFrame, table: Table, known: Mapping[str, str]) -> list[_Turn]:
    """The headers of a batch below the first one. Only rows in which two of its texts stand are looked at."""
    names = [name for name in batch.columns if name != "row"]
    own = {one.column: tuple(text for text in (one.header, *one.levels) if text) for one in table.columns}
    texts = sorted({text for mine in own.values() for text in mine})
    hits = pl.sum_horizontal(pl.col(name).str.strip_chars().is_in(texts).fill_null(False) for name in names)
    some = batch.filter((pl.col("row") >= table.first_row) & (hits >= 2))
    rows = ((int(row), [(cell or "").strip() for cell in cells]) for row, *cells in some.select("row", *names).rows())
    found = [_turn(row, dict(zip(names, cells, strict=True)), own, known) for row, cells in rows]
    return [turn for turn in found if turn]


def _turn(row: int, cells: Mapping[str, str], own: Mapping[str, Texts], known: Mapping[str, str]) -> _Turn | None:
    """The order that the cells of a row name, when it is a header."""
    words = dict(zip(cells, fold_all(list(cells.values())), strict=True))
    stands = {name: known[word] for name, word in words.items() if word in known}
    stands |= {name: name for name, cell in cells.items() if cell and cell in own.get(name, ())}
    if len(set(stands.values())) < max(2, SHARE_ALIKE * sum(bool(word) for word in words.values())):
        return None
    meant = list(stands.values())
    if twice := sorted({column for column in meant if meant.count(column) > 1}):
        return _Turn(row, None, details.text("two_columns_mean", header=", ".join(own[one][0] for one in twice)))
    strange = [name for name, word in words.items() if word and name not in stands and own.get(name)]
    if not strange and all(name == column for name, column in stands.items()):
        return _Turn(row, {}, "")
    gone = {*stands, *strange}
    order = {name: None if name in gone else name for name in cells} | {column: name for name, column in stands.items()}
    moved = [(own[column][0], name) for name, column in sorted(stands.items()) if name != column]
    changes = [details.text("column_moved", header=header, column=name) for header, name in moved]
    changes += [details.text("new_column_not_used", header=cells[name], column=name) for name in strange]
    return _Turn(row, order, details.listed(changes))


def _put(rows: pl.DataFrame, order: Order | None) -> pl.DataFrame:
    """The cells of every column of the first header, taken from where they stand."""
    if not order:
        return rows
    blank = pl.lit(None, pl.String)
    taken = {name: order.get(name, name) for name in rows.columns if name != "row"}
    return rows.select("row", *((pl.col(old) if old else blank).alias(name) for name, old in taken.items()))


def _told(turn: _Turn, plan: SheetPlan) -> pl.DataFrame:
    return issues.make(
        EXCHANGED, file_sha256=plan.file_sha256, sheet=plan.sheet, row=turn.row, detail=turn.detail or None
    )


def _unclear_alignment(rows: pl.DataFrame, turn: _Turn, plan: SheetPlan) -> pl.DataFrame:
    """RK234 at every row below a header that is not clear."""
    below = rows.filter(pl.col("row") != turn.row).select("row", code=pl.lit(UNCLEAR))
    return issues.conform(below.with_columns(file_sha256=pl.lit(plan.file_sha256), sheet=pl.lit(plan.sheet)))
