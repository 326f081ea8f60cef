"""schemas/linkage.toml as strict, frozen models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from recordkit import declarations
from recordkit.declarations import Declared
from recordkit.linkage.engine.declared import ModelSpec


class Key(Declared):
    """Columns that together name one case; `a|b` in a column is a coalesce."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    when_empty: str | None = None
    contradictions: tuple[str, ...] = ()


class Cases(Declared):
    """Which rows are one case by what they call themselves."""

    contradiction_days: int = 60
    reference_days: int = 1100
    authority: tuple[str, ...] = ("agency",)
    transfer_statuses: tuple[str, ...] = ()
    keys: tuple[Key, ...] = Field(alias="key")
    loose: tuple[Key, ...] = ()
    references: tuple[Key, ...] = Field(alias="reference", default=())


class Pass(Declared):
    """One certain join: equal on `columns` (none empty), not different on `compatible`."""

    name: str
    columns: tuple[str, ...]
    compatible: tuple[str, ...] = ()
    similar_name: bool = False


class Mentions(Declared):
    """Which people of several submissions of one case are one mention."""

    passes: tuple[Pass, ...] = Field(alias="pass")
    position_similarity: float = 0.84


class Persons(Declared):
    """Which mentions of different cases are certainly one person."""

    passes: tuple[Pass, ...] = Field(alias="pass")
    cnic_people: int = 6
    weightless: tuple[str, ...] = ()


class Review(Declared):
    """What people are asked."""

    most: int = 100_000  # pairs in the queue of one edition; the least doubtful are left out, and counted


class LinkageSpec(Declared):
    """The whole of linkage.toml."""

    version: Literal[1]
    cases: Cases
    mentions: Mentions
    persons: Persons
    people: ModelSpec | None = None  # without it only certain joins are made
    review: Review = Review()


def load(dirs: Sequence[Path]) -> LinkageSpec:
    """Read linkage.toml from the last folder of `dirs` that has one. Raises DeclarationError."""
    path = declarations.files(dirs, "linkage.toml")["linkage.toml"]
    return declarations.read_toml(path, LinkageSpec)
