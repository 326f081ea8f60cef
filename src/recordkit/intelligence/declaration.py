"""What intelligence products say and how they are graded (schemas/intelligence.toml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from recordkit.declarations import Declared, files, read_toml
from recordkit.words import Both

Kind = Literal["provinces", "agencies", "recruiter", "network", "broker"]


class Grade(Declared):
    """How far a statement can be relied on, by the weakest link that it hangs on."""

    grade: str  # its sign
    least: float = Field(ge=0, le=1)  # the weakest link is at least as probable as this
    meaning: Both  # what it means


class Says(Declared):
    """A kind of statement."""

    text: Both  # the sentence; {names} are filled in
    base: Both  # how common such a statement is among all who could have been in one


class Victims(Declared):
    """What the follow-up of victims goes by."""

    lost: tuple[str, ...]  # outcomes of a service that say that the victim is lost to follow-up
    over: tuple[str, ...]  # outcomes after which no follow-up is due
    silent_days: int = Field(ge=1)  # a service that goes on is asked about when nothing came of it for so long
    what: Mapping[str, Both]  # what the lines of the files are called


class Intelligence(Declared):
    """All of intelligence.toml."""

    version: Literal[1]  # of the keys of this file
    weak: float = Field(ge=0, le=1)  # a link that is less probable is weak
    trafficking: tuple[str, ...]  # tiers of cases whose accused are counted by their victims
    least_victims: int = Field(ge=1)  # a recruiter has at least as many
    least_people: int = Field(ge=2)  # a network has at least as many
    least_cases: int = Field(ge=1)  # a network shares at least as many cases
    most_in_case: int = Field(ge=2)  # a case with more accused joins nobody
    most_in_network: int = Field(ge=3)  # brokers are sought in networks that are no larger
    grades: tuple[Grade, ...] = Field(min_length=1)  # from the best on
    says: Mapping[Kind, Says]  # kinds of statements
    notice: Both  # for whom the folder is
    victims: Victims  # follow-up of victims

    def grade(self, weakest: float | None) -> str:
        """The grade of a statement that hangs on a link of that probability; None: on no link, the best grade."""
        sure = 1.0 if weakest is None else weakest
        return next((one.grade for one in self.grades if sure >= one.least), self.grades[-1].grade)


def load(dirs: Sequence[Path]) -> Intelligence:
    """intelligence.toml of the last folder that has one. Raises DeclarationError."""
    return read_toml(files(dirs, "intelligence.toml")["intelligence.toml"], Intelligence)
