"""What becomes of every column in an analysts' copy: an allow-list (analysts.toml) that overlays only tighten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field

from recordkit import declarations, details
from recordkit.analysts.coarsening import PRECISIONS, widest
from recordkit.declarations import Declared
from recordkit.errors import DeclarationError, RecordkitError
from recordkit.tables import Column, Table

Precision = Literal["day", "week", "month", "quarter", "year"]
How = Literal["keep", "coarsen", "pseudonym", "drop"]
_ORDER: tuple[How, ...] = ("keep", "coarsen", "pseudonym", "drop")  # from the loosest to the tightest
_STEPS = {"day": "by_day", "week": "by_week", "month": "by_month", "quarter": "by_quarter", "year": "by_year"}
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
            raise RecordkitError(
                details.text("no_such_precision", precision=wanted), details.text("is_one_of", names=", ".join(order))
            )
        if order.index(wanted) < order.index(self.finest):
            what = details.text("dates_too_fine", precision=details.text(_STEPS[wanted]))
            raise RecordkitError(what, details.text("ask_for_wider", precision=self.finest))
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
        file = declarations.read_toml(path, File)
        listed = _listed(file, path)
        if at:
            _refuse_unknown(listed, tables, path)
            _refuse_looser(merged, listed, path)
        merged |= listed
        precision = _wider(precision, file.precision, path, "precision")
        finest = _wider(finest, file.finest, path, "finest")
    _check(merged, tables, paths[-1])
    policy = {name: {one.name: merged[name, one.name] for one in table.at("compile")} for name, table in tables.items()}
    return Policy(policy, widest(precision, finest), finest)


def looser(before: Treatment, after: Treatment) -> bool:
    """Would `after` show more of a column than `before`? Two pseudonyms compare by their kind and scope."""
    if before.how == after.how == "pseudonym":
        return before.kind != after.kind or not set(before.within) <= set(after.within)
    return _ORDER.index(after.how) < _ORDER.index(before.how)


def _listed(file: File, path: Path) -> Treatments:
    """Every column of one file with what becomes of it; one that is listed twice is an error."""
    found: Treatments = {}
    for table, column, treatment in _entries(file):
        if (table, column) in found:
            raise DeclarationError(
                details.text("listed_twice", path=path, column=f"{table}.{column}"), details.text("keep_one")
            )
        found[table, column] = treatment
    return found


def _entries(file: File) -> Iterator[tuple[str, str, Treatment]]:
    for name, part in file.tables.items():
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
            raise DeclarationError(
                details.text("no_table_called", path=path, table=table),
                details.text("mean", guess=guess) if guess else "",
            )
        known = tables[table].polars("compile")
        if column not in known:
            guess = declarations.nearest(column, known)
            raise DeclarationError(
                details.text("no_column_in_table", path=path, table=table, column=column),
                details.text("mean", guess=guess) if guess else "",
            )


def _refuse_looser(merged: Treatments, listed: Treatments, path: Path) -> None:
    for (table, column), after in listed.items():
        before = merged.get((table, column))
        if before is not None and looser(before, after):
            raise DeclarationError(
                details.text(
                    "shown_more_of", path=path, column=f"{table}.{column}", before=_words(before), after=_words(after)
                ),
                details.text("overlay_only_tightens_columns"),
            )


def _words(one: Treatment) -> str:
    return " ".join([one.how, one.kind, *(["within", ", ".join(one.within)] if one.within else [])]).strip()


def _wider(before: str, after: str | None, path: Path, what: str) -> str:
    """The precision of a layer, which may only be wider than that of the layer below."""
    order = list(PRECISIONS)
    if after is not None and order.index(after) < order.index(before):
        raise DeclarationError(
            details.text("is_finer", path=path, key=what, after=after, before=before),
            details.text("overlay_only_tightens"),
        )
    return after or before


def _check(merged: Treatments, tables: Mapping[str, Table], path: Path) -> None:
    """Every declared column is listed, and can be treated so."""
    for name, table in tables.items():
        cells = {one.raw if isinstance(one.raw, str) else f"{one.name}_raw" for one in table.columns if one.raw}
        for column in table.at("compile"):
            one = merged.get((name, column.name))
            if one is None:
                raise DeclarationError(
                    details.text("column_not_listed", path=path, column=f"{name}.{column.name}"),
                    details.text("list_the_column", table=name),
                )
            wrong = _wrong(one, column, table, column.name in cells)
            if wrong:
                raise DeclarationError(
                    details.text("column_treated_wrongly", path=path, column=f"{name}.{column.name}", why=wrong),
                    details.text("pseudonym_or_drop"),
                )


def _wrong(one: Treatment, column: Column, table: Table, is_cell: bool) -> str:
    """Why a column cannot be treated so; empty if it can."""
    if one.how in ("keep", "coarsen"):
        if column.personal == "direct":
            return details.text("names_somebody", how=one.how)
        if is_cell:
            return details.text("is_senders_cell", how=one.how)
    if one.how == "coarsen" and column.dtype not in _CAN_BE_COARSER:
        return details.text("cannot_be_coarsened")
    if one.how == "pseudonym":
        if column.type not in ("string", "list<string>"):
            return details.text("no_text_no_pseudonym")
        schema = table.polars("compile")
        strange = [name for name in one.within if name not in schema or schema[name].is_nested()]
        if strange:
            return details.text("within_no_column", column=strange[0])
        if len(set(one.within)) < len(one.within):
            return details.text("within_twice")
    return ""
