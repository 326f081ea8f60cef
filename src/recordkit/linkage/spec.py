"""schemas/linkage.toml as strict, frozen models."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from recordkit import declarations
from recordkit.declarations import Declared
from recordkit.linkage.engine.model_spec import ModelSpec


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


class Degree(Declared):
    """One degree of agreement of two cases: how often it is seen in one incident's pairs, and in others'."""

    name: str
    m: float = Field(gt=0, le=1)
    u: float = Field(gt=0, le=1)

    @property
    def bits(self) -> float:
        """Match weight."""
        return round(math.log2(self.m / self.u), 2)


class Agreement(Declared):
    """What is compared of two cases, with the weights of its degrees; a degree that is not named weighs nothing."""

    name: str
    levels: tuple[Degree, ...] = Field(alias="level")

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = DEGREES.get(self.name)
        if known is None:
            raise ValueError(f"cases are not compared by '{self.name}'; known: {', '.join(DEGREES)}")
        strange = [level.name for level in self.levels if level.name not in known]
        if strange:
            raise ValueError(f"'{self.name}' has no degree '{strange[0]}'; it has: {', '.join(known)}")
        return self


DEGREES: dict[str, tuple[str, ...]] = {
    "number": ("equal", "two digits turned", "neighbours", "one slip", "different"),
    "place": ("the same station", "another agency", "sent elsewhere", "another station"),
    "when": (
        "both days", "one event, registered twice", "day of the event", "another event", "day of registration",
        "within days", "far apart",
    ),
    "charges": ("the same", "one within the other", "some in common", "none in common"),
    "people": ("everybody", "the only one", "one, and more on one side", "two or more", "one of several"),
    "cards": ("two or more", "one", "another card", "none in common"),
    "parties": ("accuser and accused", "several accused", "one accused", "accuser only", "nobody"),
}


class Together(Declared):
    """Comparisons that show one thing in several ways: what they may weigh together, in bits."""

    comparisons: tuple[str, ...]
    most: float


class Incidents(Declared):
    """When two cases with different numbers are one incident."""

    days: int = 45
    most: int = 30
    prior: float = -8.0
    threshold: float = 6.0
    review: float = -2.0
    comparisons: tuple[Agreement, ...] = Field(alias="comparison")
    together: Together | None = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        compared = [one.name for one in self.comparisons]
        for name in self.together.comparisons if self.together else ():
            if name not in compared:
                raise ValueError(f"'together' names '{name}', which is not compared; known: {', '.join(compared)}")
        return self


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
    incidents: Incidents | None = None  # without it a case is what its numbers say
    review: Review = Review()


def load(dirs: Sequence[Path]) -> LinkageSpec:
    """Read linkage.toml from the last folder of `dirs` that has one. Raises DeclarationError."""
    path = declarations.files(dirs, "linkage.toml")["linkage.toml"]
    return declarations.read_toml(path, LinkageSpec)
