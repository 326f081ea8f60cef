"""What becomes of every column in an analysts' copy: an allow-list (analysts.toml) that overlays only tighten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field

from recordkit import declarations
from recordkit.analysts.coarsening import PRECISIONS, widest
from recordkit.declarations import Declared
from recordkit.errors import DeclarationError, RecordkitError
from recordkit.tables import Column, Table

Precision = Literal["day", "week", "month", "quarter", "year"]
How = Literal["keep", "coarsen", "pseudonym", "drop"]
_ORDER: tuple[How, ...] = ("keep", "coarsen", "pseudonym", "drop")  # from the loosest to the tightest
_CAN_BE_COARSER = (pl.Date(), pl.Int32(), pl.String())


class Pseudonym(Declared):
    """Values of one `kind` share their pseudonyms; with `within` only where these columns of the row are equal."""

    kind: str = Field(pattern="^[a-z][a-z0-9_]*$")  # values of one kind have the same pseudonym in all tables
    within: tuple[str, ...] = ()  # only where these columns of the row are equal too


class Dropped(Declared):
    """Columns that are left out, and why."""

    columns: tuple[str, ...]  # left out
    why: str  # the reason, in the copy's manifest


class Part(Declared):
    """One table of the file."""

    keep: tuple[str, ...] = ()  # columns kept as they are
    coarsen: tuple[str, ...] = ()  # dates to the week or wider, ages to bands
    pseudonym: Mapping[str, Pseudonym] = Field(default_factory=dict)  # column -> how its values are replaced
    drop: tuple[Dropped, ...] = ()  # columns left out


class File(Declared):
    """The whole of one schemas/analysts.toml; the keys are explained there."""

    precision: Precision | None = None  # of dates when the command gives none
    finest: Precision | None = None  # the finest precision that the command may ask for
    tables: dict[str, Part]  # table -> what becomes of its columns


@dataclass(frozen=True)
class Treatment:
    """What becomes of one column."""

    how: How
    kind: str = ""
    within: tuple[str, ...] = ()
    why: str = ""


Treatments = dict[tuple[str, str], Treatment]  # (table, column) -> what becomes of it


@dataclass(frozen=True)
class Policy:
    """Every column of every table; the precision by default, and the finest that may be asked for."""

    tables: Mapping[str, Mapping[str, Treatment]]
    precision: str
    finest: str

    def by(self, precision: str | None) -> Policy:
        """The policy with the precision that is asked for; an unknown one, or a finer one than may be, is an error."""
        wanted, order = precision or self.precision, list(PRECISIONS)
        if wanted not in order:
            raise RecordkitError(f"There is no precision {wanted!r}.", f"It is one of: {', '.join(order)}.")
        if order.index(wanted) < order.index(self.finest):
            what = f"Dates by the {wanted} are finer than analysts.toml allows."
            raise RecordkitError(what, f"Ask for {self.finest} or wider.")
        return replace(self, precision=wanted)


def load(dirs: Sequence[Path], tables: Mapping[str, Table]) -> Policy:
    """The policy in force: the packaged one, tightened by every overlay in turn.

    Raises DeclarationError for a column that no table has, that is listed twice, in a way that it cannot be treated, or
    looser than in the layer below; and for a declared column that no layer lists.
    """
    paths = declarations.layers(dirs, "analysts.toml")
    merged: Treatments = {}
    precision = finest = "day"
    for at, path in enumerate(paths):
        told = declarations.read_toml(path, File)
        listed = _listed(told, path)
        if at:
            _refuse_unknown(listed, tables, path)
            _refuse_looser(merged, listed, path)
        merged |= listed
        precision = _wider(precision, told.precision, path, "precision")
        finest = _wider(finest, told.finest, path, "finest")
    _check(merged, tables, paths[-1])
    policy = {name: {one.name: merged[name, one.name] for one in table.at("compile")} for name, table in tables.items()}
    return Policy(policy, widest(precision, finest), finest)


def looser(before: Treatment, after: Treatment) -> bool:
    """Would `after` show more of a column than `before`? Two pseudonyms compare by their kind and scope."""
    if before.how == after.how == "pseudonym":
        return before.kind != after.kind or not set(before.within) <= set(after.within)
    return _ORDER.index(after.how) < _ORDER.index(before.how)


def _listed(told: File, path: Path) -> Treatments:
    """Every column of one file with what becomes of it; one that is listed twice is an error."""
    found: Treatments = {}
    for table, column, treatment in _entries(told):
        if (table, column) in found:
            raise DeclarationError(f"{path}: {table}.{column} is listed twice", "keep one of them")
        found[table, column] = treatment
    return found


def _entries(told: File) -> Iterator[tuple[str, str, Treatment]]:
    for name, part in told.tables.items():
        yield from ((name, column, Treatment("keep")) for column in part.keep)
        yield from ((name, column, Treatment("coarsen")) for column in part.coarsen)
        for column, one in part.pseudonym.items():
            yield name, column, Treatment("pseudonym", one.kind, one.within)
        for group in part.drop:
            yield from ((name, column, Treatment("drop", why=group.why)) for column in group.columns)


def _refuse_unknown(listed: Treatments, tables: Mapping[str, Table], path: Path) -> None:
    """Of an overlay's file: the packaged one may list columns of a table that the overlay declares otherwise."""
    for table, column in listed:
        if table not in tables:
            guess = declarations.nearest(table, tables)
            raise DeclarationError(f"{path}: there is no table '{table}'", f"did you mean {guess}?" if guess else "")
        known = tables[table].polars("compile")
        if column not in known:
            guess = declarations.nearest(column, known)
            raise DeclarationError(
                f"{path}: table {table} has no column '{column}'", f"did you mean {guess}?" if guess else ""
            )


def _refuse_looser(merged: Treatments, listed: Treatments, path: Path) -> None:
    for (table, column), after in listed.items():
        before = merged.get((table, column))
        if before is not None and looser(before, after):
            raise DeclarationError(
                f"{path}: {table}.{column} would be shown more of than before ({_words(before)} -> {_words(after)})",
                "an overlay may only tighten: keep < coarsen < pseudonym < drop; a pseudonym keeps its kind and all"
                " columns of `within`",
            )


def _words(one: Treatment) -> str:
    return " ".join([one.how, one.kind, *(["within", ", ".join(one.within)] if one.within else [])]).strip()


def _wider(before: str, after: str | None, path: Path, what: str) -> str:
    """The precision of a layer, which may only be wider than that of the layer below."""
    order = list(PRECISIONS)
    if after is not None and order.index(after) < order.index(before):
        raise DeclarationError(f"{path}: {what} {after} is finer than {before}", "an overlay may only tighten")
    return after or before


def _check(merged: Treatments, tables: Mapping[str, Table], path: Path) -> None:
    """Every declared column is listed, and can be treated so."""
    for name, table in tables.items():
        cells = {one.raw if isinstance(one.raw, str) else f"{one.name}_raw" for one in table.columns if one.raw}
        for column in table.at("compile"):
            one = merged.get((name, column.name))
            if one is None:
                raise DeclarationError(
                    f"{path}: nobody lists what becomes of {name}.{column.name} in an analysts' copy",
                    f"add it in [tables.{name}] of an analysts.toml: keep, coarsen, pseudonym or drop",
                )
            wrong = _wrong(one, column, table, column.name in cells)
            if wrong:
                raise DeclarationError(f"{path}: {name}.{column.name} {wrong}", "pseudonym or drop, as fits")


def _wrong(one: Treatment, column: Column, table: Table, is_cell: bool) -> str:
    """Why a column cannot be treated so; empty if it can."""
    if one.how in ("keep", "coarsen"):
        if column.personal == "direct":
            return f"names or reaches somebody: it cannot be {one.how}"
        if is_cell:
            return f"is a cell as the sender wrote it: it cannot be {one.how}"
    if one.how == "coarsen" and column.dtype not in _CAN_BE_COARSER:
        return "is no date, no age and no month: it cannot be coarsened"
    if one.how == "pseudonym":
        if column.type not in ("string", "list<string>"):
            return "is no text: it can be dropped, but not be a pseudonym"
        schema = table.polars("compile")
        strange = [name for name in one.within if name not in schema or schema[name].is_nested()]
        if strange:
            return f"is to have pseudonyms within '{strange[0]}', which is no column of one value"
        if len(set(one.within)) < len(one.within):
            return "is to have pseudonyms within one column twice"
    return ""
