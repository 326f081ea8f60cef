"""Which standards there are to export to, and how our values become theirs (schemas/exports/*.toml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from recordkit import declarations, details
from recordkit.declarations import Declared
from recordkit.errors import DeclarationError, RecordkitError
from recordkit.releases import Policy
from recordkit.releases.declaration import Dimension, Ladder, Public
from recordkit.words import Both

FOLDER = "exports"
Quality = Literal["exact", "narrower", "broader"]
QUALITIES: tuple[Quality, ...] = ("exact", "narrower", "broader")  # from the best to the worst


class Row(Declared):
    """What some of our values are in the standard."""

    values: tuple[str, ...] = Field(min_length=1)  # ours
    to: str  # the standard's
    label: str = ""  # what the standard calls it
    quality: Quality = "exact"  # ours is exactly that, narrower, or broader
    note: str = ""  # why it is not exact


class Crosswalk(Declared):
    """How the values of one column become those of the standard."""

    column: str = ""  # the standard's name of the column
    prefix: bool = False  # our values begin with these: 0204 holds 02041
    rows: tuple[Row, ...] = ()  # all that can be mapped


class Figure(Declared):
    """One table of counts by the standard."""

    title: Both  # for readers
    table: str  # a public table of release.toml, or one of this file
    where: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)  # level -> the values that are counted
    by: tuple[str, ...] = Field(min_length=1)  # levels that divide it; over all others it sums


class Missing(Declared):
    """Something that the standard asks for, and that nobody can say."""

    item: str  # in the standard's words
    reason: Both  # why not


class Rows(Declared):
    """One file of records, or one kind of entity."""

    table: Literal["cases", "persons", "services"]  # of the analysts' copy, each row with its case
    where: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)  # column -> the values whose rows are taken
    needs: tuple[str, ...] = ()  # columns without which a row is not taken
    entity: str = ""  # what the standard calls such an entity
    id: str = ""  # the column whose values are one entity each
    same_as: str = ""  # other rows whose entities these are: a value is one entity in both
    ids: Mapping[str, str] = Field(default_factory=dict)  # the standard's name -> our pseudonym
    each: Mapping[str, str] = Field(default_factory=dict)  # type -> column: a row for every one that is filled


class RecordField(Declared):
    """One field of the standard, in records."""

    name: str  # as the standard calls it
    file: str = "victims"  # of `rows`
    core: bool = False  # does the standard ask it of everybody?
    source: str = ""  # our column
    value: str = ""  # the same for all, instead
    part: Literal["", "country", "place", "first"] = ""  # of a place abroad or at home, or the first number of a band
    quality: Quality = "exact"  # of the mapping
    note: str = ""  # why it is not exact
    reason: str = ""  # why it stays empty, of `reasons`
    to: str = ""  # the value is the id of an entity: of these `rows`
    words: str = ""  # its crosswalk, where that is called otherwise than the field or the column

    @model_validator(mode="after")
    def _filled_or_not(self) -> Self:
        if sum(map(bool, (self.source, self.value, self.reason))) != 1:
            raise ValueError(details.text("field_needs_one", name=self.name))
        return self


class Standard(Declared):
    """The whole of one schemas/exports/NAME.toml; the keys are explained in iccs.toml and htcds.toml."""

    title: Both  # of the standard
    version: str  # which edition of it
    url: str = ""  # where it stands
    coverage: Both  # what the figures cover, and what not
    house_only: Both | None = None  # why its own tables are not given away
    figures: Mapping[str, Figure] = Field(default_factory=dict)  # name of a file -> what it holds
    crosswalks: Mapping[str, Crosswalk] = Field(default_factory=dict)  # level -> the standard's values
    microdata: str = ""  # the released microdata whose people are its records, instead of `rows`
    rows: Mapping[str, Rows] = Field(default_factory=dict)  # name of a file of records -> what its rows are
    entities: str = ""  # the file of all entities, one a line: `rows` with an `entity`
    fields: tuple[RecordField, ...] = ()  # fields of records, in the standard's order
    reasons: Mapping[str, Both] = Field(default_factory=dict)  # why fields stay empty
    missing: tuple[Missing, ...] = ()  # what the standard asks for and nobody can say
    ladders: Mapping[str, Ladder] = Field(default_factory=dict)  # of its own tables, as in release.toml
    dimensions: Mapping[str, Dimension] = Field(default_factory=dict)  # the same
    tables: Mapping[str, Public] = Field(default_factory=dict)  # tables for the house alone

    def policy(self, released: Policy) -> Policy:
        """The policy of releases, with the tables of this file as well: for the house."""
        return replace(
            released,
            ladders={**self.ladders, **released.ladders},
            dimensions={**self.dimensions, **released.dimensions},
            tables={**self.tables, **released.tables},
        )


def names(dirs: Sequence[Path]) -> list[str]:
    """All standards that are declared."""
    return sorted({path.stem for folder in dirs for path in (folder / FOLDER).glob("*.toml")})


def load(dirs: Sequence[Path], name: str, released: Policy) -> Standard:
    """The declaration of a standard; an overlay's file of the same name replaces ours.

    Raises RecordkitError for a name that is not declared, DeclarationError for a table or level that is not there.
    """
    known = names(dirs)
    if name not in known:
        guess = declarations.nearest(name, known)
        raise RecordkitError(
            details.text("no_standard", name=name),
            details.text("did_you_mean", guess=guess) if guess else ", ".join(known),
        )
    path = declarations.layers(dirs, f"{FOLDER}/{name}.toml")[-1]
    standard = declarations.read_toml(path, Standard)
    policy = standard.policy(released)
    for figure in standard.figures.values():
        if figure.table not in policy.tables:
            _unknown(path, figure.table, policy.tables)
        levels = policy.levels(policy.tables[figure.table])
        for level in (*figure.by, *figure.where):
            if level not in levels:
                _unknown(path, level, levels)
    if standard.microdata and standard.microdata not in released.microdata:
        _unknown(path, standard.microdata, released.microdata)
    for one in standard.fields:
        if one.file not in standard.rows and not standard.microdata:
            _unknown(path, one.file, standard.rows)
        if one.reason and one.reason not in standard.reasons:
            _unknown(path, one.reason, standard.reasons)
        if one.to and one.to not in standard.rows:
            _unknown(path, one.to, standard.rows)
        if one.words and one.words not in standard.crosswalks:
            _unknown(path, one.words, standard.crosswalks)
    for rows in standard.rows.values():
        if rows.same_as and rows.same_as not in standard.rows:
            _unknown(path, rows.same_as, standard.rows)
    return standard


def _unknown(path: Path, name: str, known: object) -> None:
    guess = declarations.nearest(name, known)  # type: ignore[arg-type]
    raise DeclarationError(
        details.text("release_unknown", path=path, key="figures", name=name),
        details.text("did_you_mean", guess=guess) if guess else "",
    )
