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


class Degree(Declared):
    """One degree of agreement of two cases: how often it is seen in one incident's pairs, and in others'."""

    name: str  # one of the degrees that the program knows for the comparison
    m: float = Field(gt=0, le=1)  # share of pairs of one incident that show it
    u: float = Field(gt=0, le=1)  # share of other compared pairs that show it

    @property
    def bits(self) -> float:
        """Match weight."""
        return round(math.log2(self.m / self.u), 2)


class Agreement(Declared):
    """What is compared of two cases, with the weights of its degrees; a degree that is not named weighs nothing."""

    name: str  # number, place, when, charges, people, cards or parties
    levels: tuple[Degree, ...] = Field(alias="level")  # the degrees and their shares

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

    comparisons: tuple[str, ...]  # their names
    most: float  # bits that they weigh together at most


class Incidents(Declared):
    """When two cases with different numbers are one incident."""

    days: int = 45  # cases registered further apart are not compared
    most: int = 30  # a person named in more cases brings no pairs
    prior: float = -8.0  # bits: log2 odds that a compared pair is one incident
    threshold: float = 6.0  # bits from which cases are merged (RK521)
    review: float = -2.0  # bits from which people are asked (RK510)
    comparisons: tuple[Agreement, ...] = Field(alias="comparison")  # what is compared
    together: Together | None = None  # comparisons whose weight is limited in sum

    @model_validator(mode="after")
    def _known(self) -> Self:
        compared = [one.name for one in self.comparisons]
        for name in self.together.comparisons if self.together else ():
            if name not in compared:
                raise ValueError(f"'together' names '{name}', which is not compared; known: {', '.join(compared)}")
        return self


class Pass(Declared):
    """One certain join: equal on `columns` (none empty), not different on `compatible`."""

    name: str  # shown in links
    columns: tuple[str, ...]  # equal in all, none empty
    compatible: tuple[str, ...] = ()  # equal, or empty on one side
    similar_name: bool = False  # the names must be similar too


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
    incidents: Incidents | None = None  # without it a case is what its numbers say
    review: Review = Review()  # the queue of doubtful pairs


def load(dirs: Sequence[Path]) -> LinkageSpec:
    """Read linkage.toml from the last folder of `dirs` that has one. Raises DeclarationError."""
    path = declarations.files(dirs, "linkage.toml")["linkage.toml"]
    return declarations.read_toml(path, LinkageSpec)
