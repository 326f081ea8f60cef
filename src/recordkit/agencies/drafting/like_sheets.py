"""Sheets and files that are one kind of table, whatever their years call the columns, become one format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from recordkit import details
from recordkit.agencies.drafting.sheet_guess import ColumnGuess, Guess
from recordkit.agencies.header_words import fold
from recordkit.agencies.source import Sheet, SourceFile

ALIKE = 0.6  # share of the fields that two tables have in common
STRANGE = 0.4  # share of columns without a place of which the other table knows nothing
BY_PLACE = 0.50


@dataclass(frozen=True)
class Part:
    """One sheet of one file and what it seems to be."""

    source: SourceFile
    sheet: Sheet
    guess: Guess

    @property
    def called(self) -> str:
        """How a person would name it among the others."""
        return (
            str(details.text("sheet_of", file=self.source.name, sheet=self.sheet.name))
            if self.sheet.name
            else self.source.name
        )


@dataclass(frozen=True)
class Merged:
    """One column of a format: the best guess, and every header that it has in some part."""

    best: ColumnGuess
    headers: tuple[str, ...]
    also: tuple[str, ...]  # why the other headers are here
    parts: int  # how many parts have it
    called: str  # the part that the best guess is of


@dataclass(frozen=True)
class Group:
    """Parts that one format describes; the first is the one that is understood best."""

    parts: tuple[Part, ...]
    columns: tuple[Merged, ...] = field(default=())
    left: tuple[ColumnGuess, ...] = ()  # columns of any part that have no place

    @property
    def guess(self) -> Guess:
        """The guess of the part that is understood best."""
        return self.parts[0].guess

    @property
    def fields(self) -> set[str]:
        """The fields that columns were found for."""
        return {one.best.field for one in self.columns if one.best.field}


def grouped(parts: Sequence[Part]) -> list[Group]:
    """Parts that are alike, together; in the order in which they came."""
    found: list[list[Part]] = []
    for part in parts:
        home = next((group for group in found if all(_alike(part, one) for one in group[:1])), None)
        if home is None:
            found.append([part])
        else:
            home.append(part)
    return [_group(sorted(one, key=lambda part: -part.guess.worth)) for one in found]


def _alike(one: Part, other: Part) -> bool:
    """The same unit, the same way of spreading, most fields in common."""
    a, b = one.guess, other.guess
    if a.unit != b.unit or bool(_spread(a)) != bool(_spread(b)) or bool(a.header_rows) != bool(b.header_rows):
        return False
    if one.source.kind != other.source.kind or one.source.delimiter != other.source.delimiter:
        return False
    mine, theirs = _fields(a), _fields(b)
    if _strange(a, b) > STRANGE or _strange(b, a) > STRANGE:
        return False
    if _spread(a) and not _overlap(_spread(a), _spread(b)):
        return False
    return len(mine & theirs) >= ALIKE * len(mine | theirs)


def _fields(one: Guess) -> set[str]:
    return {column.field for column in one.columns if column.field}


def _strange(one: Guess, other: Guess) -> float:
    """Share of the columns that have no place, and that the other does not have."""
    known = {fold(column.header) for column in other.columns}
    named = [column for column in one.columns if column.header]
    left = [c for c in named if not c.field and not c.spread and not c.serial and fold(c.header) not in known]
    return len(left) / max(1, len(named))


def _spread(one: Guess) -> set[str]:
    return {fold(column.header) for column in one.columns if column.spread}


def _overlap(a: set[str], b: set[str]) -> bool:
    return len(a & b) * 2 >= min(len(a), len(b))


def _group(parts: Sequence[Part]) -> Group:
    merged: dict[str, list[tuple[Part, ColumnGuess]]] = {}
    left: dict[str, ColumnGuess] = {}
    for part in parts:
        for at, one in enumerate(part.guess.columns):
            sure = one.spread or one.confidence >= BY_PLACE
            placed = one if sure else _by_place(at, one, part, parts[0])
            if placed.field:
                merged.setdefault(_key(placed), []).append((part, placed))
            elif not placed.spread and (placed.header or placed.filled):
                left.setdefault(fold(placed.header), placed)
    columns = tuple(_merged(found) for found in merged.values())
    known = {fold(header) for one in columns for header in one.headers}
    return Group(tuple(parts), columns, tuple(one for word, one in left.items() if word not in known or not word))


def _key(one: ColumnGuess) -> str:
    return f"{one.field}+" if one.relative else str(one.field)


def _by_place(at: int, one: ColumnGuess, part: Part, model: Part) -> ColumnGuess:
    """A column that says nothing stands where another year has a field that this one lacks."""
    others = model.guess.columns
    if part is model or len(others) != len(part.guess.columns) or not others[at].field or one.serial:
        return one
    if others[at].field in _fields(part.guess) or others[at].counted:
        return one
    why = details.text("stands_where", header=others[at].header, name=model.called)
    return replace(one, field=others[at].field, confidence=BY_PLACE, why=why)


def _merged(found: Sequence[tuple[Part, ColumnGuess]]) -> Merged:
    ordered = sorted(found, key=lambda pair: -pair[1].confidence)
    headers: dict[str, str] = {}
    also = []
    for part, one in ordered:
        if fold(one.header) not in headers or not one.header:
            if headers and one.header:
                also.append(
                    str(
                        details.text(
                            "header_in",
                            header=one.header,
                            name=part.called,
                            confidence=f"{one.confidence:.2f}",
                            why=one.why,
                        )
                    )
                )
            headers.setdefault(fold(one.header), one.header)
    return Merged(ordered[0][1], tuple(headers.values()), tuple(also), len(found), ordered[0][0].called)
