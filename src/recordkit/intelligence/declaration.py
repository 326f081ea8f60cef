"""What intelligence products say and how they are graded (schemas/intelligence.toml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from recordkit.declarations import Declared, files, read_toml
from recordkit.words import Both

Kind = Literal[
    "provinces", "agencies", "recruiter", "network", "broker", "route", "growth", "hot_spot", "emerging", "near_repeat"
]


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


class Offence(Declared):
    """Cases whose places are looked at together."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")  # its name in places.csv
    column: Literal["npb_head", "tip_tier"]  # the column of cases that says so
    codes: tuple[str, ...] = Field(min_length=1)  # its values
    title: Both  # what they are called in a sentence


class ChanceGrade(Declared):
    """How far a statement about counts can be relied on: by the share of such statements that are chance."""

    grade: str  # its sign
    most: float = Field(ge=0, le=1)  # the share is at most this
    meaning: Both  # what it means


class Places(Declared):
    """How places are compared with themselves and with each other."""

    months: int = Field(ge=1)  # months before the newest that are looked at
    least_months: int = Field(ge=1)  # with fewer whole months before it nothing is called new
    least_cases: int = Field(ge=2)  # a place with fewer cases is not tested, and a statement has as many
    least_ratio: float = Field(ge=1)  # a hot spot has at least so many times the share of the cases
    steady: float = Field(ge=0, le=1)  # and cases in at least this share of its whole months
    near_days: int = Field(ge=1)  # cases that are no more days apart are near
    permutations: int = Field(ge=99)  # exchanges of days
    seed: int = Field(ge=0)  # of the exchanges: the same edition gives the same figures
    false_share: float = Field(gt=0, lt=1)  # of the statements of a kind this share may be chance
    offence: tuple[Offence, ...] = Field(min_length=1)  # what is looked at


class Routes(Declared):
    """Which ways of victims are named."""

    least_victims: int = Field(ge=2)  # a route has at least as many victims
    least_cases: int = Field(ge=2)  # in at least as many cases
    least_ratio: float = Field(ge=1)  # and at least so many times what its two ends by themselves give
    false_share: float = Field(gt=0, lt=1)  # of the statements this share may be chance


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
    least_growth: int = Field(ge=1)  # a network that has grown has at least as many people more
    grades: tuple[Grade, ...] = Field(min_length=1)  # from the best on
    chance: tuple[ChanceGrade, ...] = Field(min_length=1)  # of statements about counts, from the best on
    says: Mapping[Kind, Says]  # kinds of statements
    notice: Both  # for whom the folder is
    victims: Victims  # follow-up of victims
    places: Places  # hot spots, emerging places, near-repeats
    routes: Routes  # origin, transit and destination of victims

    def grade(self, weakest: float | None) -> str:
        """The grade of a statement that hangs on a link of that probability; None: on no link, the best grade."""
        sure = 1.0 if weakest is None else weakest
        return next((one.grade for one in self.grades if sure >= one.least), self.grades[-1].grade)

    def chance_grade(self, share: float) -> str:
        """The grade of a statement about counts, of whose like this share is chance."""
        return next((one.grade for one in self.chance if share <= one.most), self.chance[-1].grade)


def load(dirs: Sequence[Path]) -> Intelligence:
    """intelligence.toml of the last folder that has one. Raises DeclarationError."""
    return read_toml(files(dirs, "intelligence.toml")["intelligence.toml"], Intelligence)
