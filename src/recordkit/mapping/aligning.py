"""A second header that names the columns in another order: the rows below it are read by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from recordkit import issues
from recordkit.agencies.words import fold_all
from recordkit.mapping.model import SheetPlan, Table

EXCHANGED, UNCLEAR = "RK233", "RK234"
SHARE = 0.6  # of the filled cells of a row that are words of the header, for the row to be a header
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
            findings += [_unclear(pieces[-1], turn, plan)] if turn.order is None else []
        last = turns[-1] if turns else last
        yield Aligned(pl.concat(pieces), issues.concat(findings))


def _words(table: Table) -> dict[str, str]:
    """Folded word -> the column of the first header that alone has it."""
    said: dict[str, set[str]] = {}
    for one in table.columns:
        last = next((part for part in reversed(one.levels) if part), one.header)
        for word in fold_all([one.header, last]) if one.header and table.header_rows else ():
            said.setdefault(word, set()).add(one.column)
    return {word: next(iter(columns)) for word, columns in said.items() if word and len(columns) == 1}


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
    if len(set(stands.values())) < max(2, SHARE * sum(bool(word) for word in words.values())):
        return None
    meant = list(stands.values())
    if twice := sorted({column for column in meant if meant.count(column) > 1}):
        return _Turn(row, None, f"two columns mean what {', '.join(own[one][0] for one in twice)} means above")
    strange = [name for name, word in words.items() if word and name not in stands and own.get(name)]
    if not strange and all(name == column for name, column in stands.items()):
        return _Turn(row, {}, "")
    gone = {*stands, *strange}
    order = {name: None if name in gone else name for name in cells} | {column: name for name, column in stands.items()}
    moved = [f"{own[column][0]} stands in {name}" for name, column in sorted(stands.items()) if name != column]
    lost = [f"{cells[name]} ({name}) is new and not used" for name in strange]
    return _Turn(row, order, "; ".join([*moved, *lost]))


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


def _unclear(rows: pl.DataFrame, turn: _Turn, plan: SheetPlan) -> pl.DataFrame:
    """RK234 at every row below a header that is not clear."""
    below = rows.filter(pl.col("row") != turn.row).select("row", code=pl.lit(UNCLEAR))
    return issues.conform(below.with_columns(file_sha256=pl.lit(plan.file_sha256), sheet=pl.lit(plan.sheet)))
