"""Finds the header of a sheet and says what each of its columns is to a format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from recordkit import details
from recordkit.agencies.declaration import Format
from recordkit.agencies.header_index import DECLARED, SPREAD, Index, Kind, Target, fold_forms
from recordkit.fields import numbers
from recordkit.reference import Reference


@dataclass(frozen=True)
class ColumnMatch:
    """One column of a sheet and what became of it."""

    column: str  # c1, c2 ...
    header: str  # as written; stacked rows joined by a space
    levels: tuple[str, ...]  # the header's text row by row, for stacked headers
    kind: Kind
    field: str | None = None
    detail: str = ""
    number: int | None = None  # the n of a header declared with {n}
    strength: int = 0


@dataclass(frozen=True)
class Located:
    """A header: the physical rows it stands in (none for a file without header) and its columns."""

    rows: tuple[int, ...]
    columns: tuple[ColumnMatch, ...]

    def of(self, *kinds: Kind) -> list[ColumnMatch]:
        """The columns of these kinds."""
        return [one for one in self.columns if one.kind in kinds]

    @property
    def fields(self) -> frozenset[str]:
        """Fields that a column was found for."""
        return frozenset(one.field for one in self.columns if one.kind == "field" and one.field)


# ---------------------------------------------------------------------------------------- locating

UNDECLARED = 2  # rows in which a header may stand when one is declared
NEAR = 200  # columns that are always looked at


def looked_at(head: pl.DataFrame) -> pl.DataFrame:
    """A head without the blank columns far to the right: one stray cell in the last column makes thousands."""
    columns = head.get_columns()
    far = [one.name for one in columns[NEAR + 1 :] if one.null_count() < len(one)]
    return head.select([*(one.name for one in columns[: NEAR + 1]), *far])



Row = list[str | None]


@dataclass(frozen=True, eq=False)
class FirstRows:
    """The first rows of a sheet as they may be a header: each stack of them is made once, for all formats."""

    names: tuple[str, ...]
    numbers: tuple[int, ...]
    cells: tuple[Row, ...]
    _stacks: dict[tuple[int, int], list[tuple[str, ...]]] = field(default_factory=dict)

    def stacked(self, start: int, depth: int) -> list[tuple[str, ...]]:
        """`stack` of some rows."""
        if (start, depth) not in self._stacks:
            made = stack(self.cells[start : start + depth])
            fold_forms({header for levels in made for header in _said(levels)})
            self._stacks[start, depth] = made
        return self._stacks[start, depth]


def first_rows(head: pl.DataFrame) -> FirstRows:
    """The first rows of a sheet (row, c1, c2 ...)."""
    names = [name for name in head.columns if name != "row"]
    columns = [head.get_column(name).to_list() for name in names]
    cells = [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in range(head.height)]
    fold_forms({cell.strip() for column in columns for cell in column if cell})
    return FirstRows(tuple(names), tuple(head.get_column("row").to_list()), tuple(cells))


def locate(rows: FirstRows, words: Index) -> Located | None:
    """The header of a sheet: the row (or stacked rows) in which most columns mean something to the format."""
    form = words.form
    if form.header.rows == 0:
        return Located((), positions(form, rows.names))
    cells = rows.cells[: form.header.search_rows + form.header.rows - 1]
    numbers = rows.numbers[: len(cells)]
    best: tuple[tuple[int, int], Located] | None = None
    for start in range(min(len(cells), form.header.search_rows)):
        for depth in range(1, max(form.header.rows, UNDECLARED) + 1):
            if depth > form.header.rows and not in_two_rows(cells[start : start + depth], cells[start + depth :]):
                continue
            stacked = rows.stacked(start, min(depth, len(cells) - start))
            if _most_named(stacked, words) < max(2, best[0][0] if best else 0):
                continue
            found = resolve(rows.names, stacked, words)
            score = (named_things(found), -depth)
            if score[0] > 1 and (best is None or score > best[0]):
                best = (score, Located(numbers[start : start + depth], found))
    return best[1] if best else None


def _most_named(stacked: Sequence[tuple[str, ...]], words: Index) -> int:
    """How many things a row can name at most: most rows of a sheet are records and name none."""
    meaning = sum(any(map(words.may_mean, labels)) for levels in stacked if (labels := _said(levels)))
    return meaning + bool(words.nameless)


def _said(levels: Sequence[str]) -> tuple[str, ...]:
    """What a column's header says: all levels, and the last one alone."""
    written = [part for part in levels if part]
    return tuple(dict.fromkeys((" ".join(dict.fromkeys(written)), written[-1]))) if written else ()


def in_two_rows(rows: Sequence[Sequence[str | None]], below: Sequence[Sequence[str | None]]) -> bool:
    """Whether a header may go on in the row under it although only one row is declared: both hold words and no
    figures, the upper one names several columns, all of them with something below."""
    cells = [cell for row in rows for cell in row if cell]
    if len(rows) != UNDECLARED or any(char.isdigit() for cell in cells for char in cell):
        return False
    upper, lower = rows
    alone = [at for at, (above, under) in enumerate(zip(upper, lower, strict=True)) if above and not under]
    filled = all(any(row[at] for row in below) for at in alone)
    return filled and sum(bool(cell) for cell in upper) > 1 and any(lower)


def positions(form: Format, names: Sequence[str]) -> tuple[ColumnMatch, ...]:
    """The columns of a file without a header row: by declared order, or by position in the line."""
    fields = [c.field for c in form.columns] if form.fixed else list(form.header.positions)
    columns = [f"c{at}" for at in range(1, len(fields) + 1)]
    extra = [] if form.fixed else names[len(fields) :]
    found = [
        ColumnMatch(column, name, (name,), "field" if name else "ignored", name or None, strength=DECLARED)
        for column, name in zip(columns, fields, strict=True)
    ]
    return (*found, *(ColumnMatch(name, "", ("",), "unknown") for name in extra))


def stack(rows: Sequence[Sequence[str | None]]) -> list[tuple[str, ...]]:
    """Per column the header's text row by row; "" where a row is blank. A group's word that stands in its first cell
    alone goes for all columns of the group: they have no word of their own above the one below it."""
    cells = [[(cell or "").strip() for cell in row] for row in rows]
    for at, row in enumerate(cells[:-1]):
        group = ""
        for column, cell in enumerate(row):
            below = next((one[column] for one in cells[at + 1 :] if one[column]), "")
            group = (cell or group) if below and below != cell else ""
            row[column] = cell or group
    return list(zip(*cells, strict=True))


def named_things(columns: Sequence[ColumnMatch]) -> int:
    """How many different things a row names: fields count once, each spread column counts."""
    fields = {one.field for one in columns if one.kind in ("field", "duplicate", "ambiguous")}
    others = {one.header for one in columns if one.kind in ("spread", "spread_total", "ignored")}
    return len(fields) + len(others)


# --------------------------------------------------------------------------------------- resolving


def resolve(
    names: Sequence[str], stacked: Sequence[tuple[str, ...]], words: Index
) -> tuple[ColumnMatch, ...]:
    """What every column is, from its header text. Never guesses: doubt is said by the kind of the match."""
    found: list[ColumnMatch] = []
    anchor: str | None = None
    for name, levels in zip(names, stacked, strict=True):
        match = _one(name, levels, words, anchor)
        anchor = match.field if match.field in words.anchors else anchor
        found.append(match)
    return tuple(_without_duplicates(_decided(found), words))


def _one(name: str, levels: tuple[str, ...], words: Index, anchor: str | None) -> ColumnMatch:
    labels = _said(levels)
    if not labels:
        return ColumnMatch(name, "", levels, "ignored" if words.nameless else "blank", detail=words.nameless)
    header = labels[0]
    for text in labels:
        targets, number = words.candidates(text)
        fitting = [target for target in targets if target.after in (None, anchor)]
        closest = [target for target in fitting if target.after] or fitting
        counts = [target for target in closest if target.kind in SPREAD or target.field == "count"]
        if counts and words.no_count(header):
            return ColumnMatch(name, header, levels, "unknown", detail=details.text("no_count"))
        if closest:
            # the word of the group above a head (Crimes against persons) is no part of its name; a head above its
            # years (Murder over 2024 and 2025) is
            spread = all(target.kind in SPREAD for target in closest)
            own = text if spread and not _is_value(levels, text, words) else header
            return _matched(name, own, levels, closest, number)
    likewise = [target for target in words.likewise(header) if target.after in (None, anchor)]
    if likewise and not any(target.field == "count" for target in likewise):  # a figure is declared word for word
        return _matched(name, header, levels, likewise, None)
    return ColumnMatch(name, header, levels, "unknown")


def _is_value(levels: tuple[str, ...], text: str, words: Index) -> bool:
    """Whether a level above `text` is a value too: one that the format spreads over columns."""
    above = [part for part in levels if part and part != text]
    return any(target.kind in SPREAD for part in above for target in words.candidates(part)[0])


def _matched(
    name: str, header: str, levels: tuple[str, ...], targets: Sequence[Target], number: int | None
) -> ColumnMatch:
    top = max(target.strength for target in targets)
    best = [target for target in targets if target.strength == top]
    if len(best) > 1:
        options = ";".join(target.field or "ignored" for target in best)
        return ColumnMatch(name, header, levels, "ambiguous", None, options, number=number, strength=top)
    return ColumnMatch(name, header, levels, best[0].kind, best[0].field, best[0].reason, number, top)


def _decided(columns: Sequence[ColumnMatch]) -> list[ColumnMatch]:
    """An ambiguous column takes the one of its fields that no other column has; else it stays ambiguous."""
    taken = {one.field for one in columns if one.kind == "field"}
    decided: list[ColumnMatch] = []
    for one in columns:
        options = one.detail.split(";") if one.kind == "ambiguous" else []
        free = [name for name in options if name not in taken]
        if len(free) == 1 and free[0] != "ignored":
            taken.add(free[0])
            decided.append(replace(one, kind="field", field=free[0], detail=""))
        else:
            decided.append(one)
    return decided


def _without_duplicates(columns: Sequence[ColumnMatch], words: Index) -> list[ColumnMatch]:
    """Of several columns for one field the strongest, then the first, stays; unless the format joins them."""
    repeatable = {c.field for c in words.form.columns if c.joined is not None} | set(words.form.reshape.records)
    best: dict[str, ColumnMatch] = {}
    for one in columns:
        if one.kind == "field" and one.field and one.field not in repeatable:
            chosen = best.get(one.field)
            best[one.field] = one if chosen is None or one.strength > chosen.strength else chosen
    return [
        replace(one, kind="duplicate", detail=details.text("is_used", other=best[one.field].header))
        if one.kind == "field" and one.field in best and best[one.field] is not one
        else one
        for one in columns
    ]


LEAST_ROWS = 3
SHARE = 0.8


def unnamed_totals(
    rows: pl.DataFrame, parts: Sequence[str], others: Iterable[str], reference: Reference
) -> list[str]:
    """Those of `others` that are the sum of `parts` in nearly every row that holds a number, and of several of them in
    enough rows: what repeats the only part that is filled may be anything."""
    if len(parts) < 2 or not rows.height:
        return []
    frame = pl.DataFrame([_numbers(rows, name, reference) for name in parts])
    total = frame.select(pl.sum_horizontal(pl.all())).to_series()
    two_or_more = frame.select(pl.sum_horizontal((pl.all() > 0).fill_null(False)) > 1).to_series()
    return [name for name in others if _equal(_numbers(rows, name, reference), total, two_or_more)]


def _numbers(rows: pl.DataFrame, name: str, reference: Reference) -> pl.Series:
    return numbers.count(rows.get_column(name), reference).get_column("value").alias(name)


def _equal(values: pl.Series, total: pl.Series, two_or_more: pl.Series) -> bool:
    counted = values.is_not_null() & (values != 0)
    equal = counted & (values == total)
    proved = int((equal & two_or_more).sum())
    return proved >= LEAST_ROWS and int(equal.sum()) >= SHARE * int(counted.sum())
