"""schemas/linkage.toml as strict, frozen models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from recordkit import declarations
from recordkit.declarations import Declared
from recordkit.linkage.engine.model_spec import ModelSpec


class Key(Declared):
    """Columns that together name one case; `a|b` in a column is a coalesce."""

    name: str  # shown in links
    columns: tuple[str, ...]  # equal in all: the same; `a|b` is a, or b where a is empty
    unique: bool = False  # two different values are two cases, whatever else agrees
    when_empty: str | None = None  # only rows without a value in this column
    contradictions: tuple[str, ...] = ()  # columns whose different values forbid the join


class Cases(Declared):
    """Which rows are one case by what they call themselves."""

    contradiction_days: int = 60  # rows of one number, registered further apart, are two cases (RK503)
    reference_days: int = 1100  # a case quotes another that is at most so many days older or younger
    # columns that name an authority: a number quoted within one is another case
    authority: tuple[str, ...] = ("agency",)
    transfer_statuses: tuple[str, ...] = ()  # statuses with which a quotation within one authority is the same case
    keys: tuple[Key, ...] = Field(alias="key")  # columns that together name a case
    loose: tuple[Key, ...] = ()  # keys with a part missing: used where exactly one case fits
    references: tuple[Key, ...] = Field(alias="reference", default=())  # keys by which a quoted number is looked up


class Pass(Declared):
    """One certain join: equal on `columns` (none empty), not different on `compatible`."""

    name: str  # shown in links
    columns: tuple[str, ...]  # equal in all, none empty
    compatible: tuple[str, ...] = ()  # equal, or empty on one side
    similar_name: bool = False  # the names must be similar too
    # rows of all cases that agree on the columns but the case: a name that more have is that of several people
    most: int | None = None


class Mentions(Declared):
    """Which people of several submissions of one case are one mention."""

    passes: tuple[Pass, ...] = Field(alias="pass")  # joins, tried in order
    # Jaro-Winkler similarity of names from which the same place in a list is the same person
    position_similarity: float = 0.84


class Persons(Declared):
    """Which mentions of different cases are certainly one person."""

    passes: tuple[Pass, ...] = Field(alias="pass")  # joins, tried in order
    cnic_people: int = 6  # a card with more different people than this joins nobody
    weightless: tuple[str, ...] = ()  # words of names that say nothing, such as titles


class Review(Declared):
    """What people are asked."""

    most: int = 100_000  # pairs in the queue of one edition; the least doubtful are left out, and counted


class LinkageSpec(Declared):
    """The whole of linkage.toml."""

    version: Literal[1]  # of this file's format
    cases: Cases  # which rows are one case by their numbers
    mentions: Mentions  # which people in one case are one mention
    persons: Persons  # which mentions of different cases are certainly one person
    people: ModelSpec | None = None  # without it only certain joins are made
    incidents: ModelSpec | None = None  # when cases with different numbers are one; without it numbers decide
    review: Review = Review()  # the queue of doubtful pairs


def load(dirs: Sequence[Path]) -> LinkageSpec:
    """Read linkage.toml from the last folder of `dirs` that has one. Raises DeclarationError."""
    path = declarations.files(dirs, "linkage.toml")["linkage.toml"]
    return declarations.read_toml(path, LinkageSpec)
