"""What a problem profile shows (schemas/profiles/*.toml), and the words of its tables (schemas/profile.toml).

To add a profile: one file in schemas/profiles; TOML alone. Its name without the ending is what `--profile` takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field

from recordkit import declarations, details
from recordkit.declarations import Declared, files, nearest, read_csv, read_toml
from recordkit.errors import DeclarationError
from recordkit.report.words import SectionWords, TableWords, Words
from recordkit.tables import Column, Table
from recordkit.words import Both

TABLE_WORDS = "profile.toml"
# Tables that every profile can have: their words are in TABLE_WORDS.
TABLES = (
    "profile_groups", "profile_months", "profile_people", "profile_routes", "profile_districts", "profile_durations",
    "profile_outcomes", "profile_path", "profile_booked", "profile_definitions", "profile_hidden_lists",
    "profile_hidden_models",
)  # fmt: skip
KEY = r"^[A-Za-z][A-Za-z0-9_]*$"  # it is a part of anchors and of names in data
BAND = "age_band"  # made of the age, or of the date of birth: no column of an edition


class Group(Declared):
    """Cases that are shown together, and never added to those of another group."""

    key: str = Field(pattern=KEY)  # its name in anchors, in CSV and in JSON
    codes: tuple[str, ...] = ()  # values of the profile's column; none: every case that no other group takes
    title: Both  # heading
    note: Both  # what it is, and what it is not


class Only(Declared):
    """Which cases a profile is about at all."""

    column: str  # a column of the table of cases
    codes: tuple[str, ...] = Field(min_length=1)  # its values


class People(Declared):
    """A table of people: the values of one column down, those of another across."""

    key: str = Field(pattern=KEY)  # its name in anchors, in CSV and in JSON
    role: Literal["victim", "accused"] = "victim"  # who is counted, once in each case
    down: str  # a column of the table of persons, or `age_band`
    across: str = ""  # another one; none: the number alone
    vocabulary: Mapping[str, str] = {}  # column -> vocabulary of its codes, where it has another name
    awaited: bool = False  # no table has this column yet: everything is shown as not known
    title: Both  # heading
    note: Both | None = None  # text below the table


class Duration(Declared):
    """A time from one event to another, for cases that have got there and for those that have not yet."""

    key: str = Field(pattern=KEY)  # its name in CSV and in JSON
    title: Both  # from what to what
    start: str  # a date column of the table of cases
    end: str = ""  # the date column of the second event, where an edition has it
    # states of a case that say that it happened; dated by the month of the report that last changed the case
    reached: tuple[str, ...] = ()


class Outcome(Declared):
    """A line of the outcome funnel."""

    key: str = Field(pattern=KEY)  # its name in CSV and in JSON
    title: Both  # what these cases have come to
    status: tuple[str, ...] = ()  # states of a case that are counted; none: all cases


class Step(Declared):
    """A step of a victim's path: the victims of whom one column says one of these codes."""

    key: str = Field(pattern=KEY)  # its name in CSV and in JSON
    title: Both  # what has happened to them
    table: Literal["persons", "services"] = "persons"  # where it is recorded
    column: str = ""  # the column; none: every victim (persons), every victim with a service (services)
    codes: tuple[str, ...] = ()  # its values; none: any
    but: tuple[str, ...] = ()  # values that do not count
    newest: bool = False  # of services: only the newest one of each victim counts


class OneList(Declared):
    """One of the three lists in which victims of the hidden population can be."""

    key: str = Field(pattern=KEY)  # its name
    kinds: tuple[str, ...] = ()  # everybody in a case that an agency of these kinds reported
    services: bool = False  # instead of it: everybody who received a service
    unlinked: bool = False  # services that lead to no case count as people of this list alone
    title: Both  # what it is called


class Hidden(Declared):
    """Estimate of the victims who are in no list (multiple-systems estimation)."""

    groups: tuple[str, ...] = Field(min_length=1)  # keys of the groups whose victims are one population
    list: tuple[OneList, OneList, OneList]  # three lists
    least_people: int = Field(ge=1)  # with fewer people in any list nothing is estimated
    least_shared: int = Field(ge=1)  # nor with two lists that share fewer
    criterion: Literal["aic", "bic"]  # the model with the smallest is chosen
    within: float = Field(ge=0)  # models whose criterion is no more above it are as good: the interval holds theirs too


class Definition(Declared):
    """How something is counted, in words."""

    term: Both  # what
    text: Both  # how


class Profile(Declared):
    """A problem profile: one kind of crime seen from all sides."""

    title: Both  # heading of the page
    intro: Both  # text below it
    column: str  # the column of the table of cases that makes the groups
    only: Only | None = None  # the cases that the profile is about; without it those of the groups
    group: tuple[Group, ...] = Field(min_length=1)  # groups of cases, each shown by itself
    people: tuple[People, ...] = ()  # tables of people
    routes: bool = False  # a table of origin, transit and destination
    duration: tuple[Duration, ...] = ()  # times between events
    outcome: tuple[Outcome, ...] = ()  # lines of the outcome funnel
    path: tuple[Step, ...] = ()  # steps of a victim's path
    hidden: Hidden | None = None  # an estimate of the victims who are in no list
    definition: tuple[Definition, ...] = ()  # how the figures are made


class ProfileWords(Declared):
    """The words that all profiles share."""

    word: Mapping[str, Both]  # small texts
    section: Mapping[str, SectionWords]  # headings of sections
    table: Mapping[str, TableWords]  # headings of tables
    label: Mapping[str, Mapping[str, str]] = {}  # vocabulary -> code -> its name in Urdu


@dataclass(frozen=True)
class Profiles:
    """Every declared profile by name, with what they share."""

    by_name: Mapping[str, Profile]
    words: ProfileWords
    home: frozenset[str] = field(default_factory=frozenset)  # codes of the home country

    def named(self, name: str) -> Profile:
        """The profile of that name. Raises RecordkitError that names the nearest one."""
        if name in self.by_name:
            return self.by_name[name]
        like = nearest(name, self.by_name)
        known = details.text("profiles_there_are", names=", ".join(sorted(self.by_name)))
        raise DeclarationError(
            details.text("no_such_profile", name=name),
            details.text("mean_and", guess=like, hint=known) if like else known,
        )

    def spoken(self, words: Words, profile: Profile) -> Words:
        """The words of a report with those of a profile laid over them, in the same language."""
        language, own = words.language, self.words
        labels = {**words.label, **{name: {**words.label.get(name, {}), **more} for name, more in own.label.items()}}
        update = {
            "title": profile.title.of(language),
            "urdu": None if language == "ur" else profile.title.ur,
            "word": {**words.word, **own.word},
            "section": {**words.section, **{key: one.of(language) for key, one in own.section.items()}},
            "table": {**words.table, **{key: one.of(language) for key, one in own.table.items()}},
            "label": labels,
        }
        return words.model_copy(update=update)


def load(dirs: Sequence[Path], tables: Mapping[str, Table]) -> Profiles:
    """Every profile of these folders. Raises DeclarationError for a column that no table has."""
    found = {Path(name).stem: path for name, path in files(dirs, "profiles/*.toml").items()}
    profiles = {name: read_toml(path, Profile) for name, path in sorted(found.items())}
    for name, profile in profiles.items():
        _refuse_strange_columns(profile, tables, found[name])
        _refuse_repeated_keys(profile, found[name])
        _refuse_strange_groups(profile, found[name])
    codes = read_csv(dirs, "reference/codes.csv", ["vocabulary", "code"])
    home = codes.filter((codes["vocabulary"] == "country") & codes["note"].fill_null("").str.contains(r"\bhome\b"))
    words = files(dirs, TABLE_WORDS)[TABLE_WORDS]
    return Profiles(profiles, read_toml(words, ProfileWords), frozenset(home["code"]))


def _refuse_strange_columns(profile: Profile, tables: Mapping[str, Table], path: Path) -> None:
    """A column that there is not, or whose values can name somebody: a count of each would be a list of people."""
    coded = [("cases", profile.column), *(("cases", one.column) for one in filter(None, [profile.only]))]
    coded += [("persons", name) for one in profile.people if not one.awaited for name in (one.down, one.across)]
    coded += [(one.table, one.column) for one in profile.path]
    dates = [("cases", name) for one in profile.duration for name in (one.start, one.end)]
    for table, name in (*coded, *dates):
        if not name or (table, name) == ("persons", BAND):
            continue
        known = {one.name: one for one in tables[table].columns}
        if name not in known:
            raise DeclarationError(
                details.text("no_column_of_table", file=path, table=table, column=name),
                details.text("mean", guess=nearest(name, known) or ", ".join(sorted(known)[:8])),
            )
        if known[name].dtype != pl.Date if (table, name) in dates else not _is_coded(known[name]):
            text = "no_day_column" if (table, name) in dates else "no_coded_column"
            raise DeclarationError(
                details.text(text, file=path, table=table, column=name), details.text("take_another_column")
            )


def _is_coded(column: Column) -> bool:
    """Does it hold a few words that a declaration lists, or nothing about a person?"""
    listed = bool(column.vocabulary or column.values)
    return column.dtype == pl.String and (column.personal == "none" or (column.personal == "indirect" and listed))


def _refuse_strange_groups(profile: Profile, path: Path) -> None:
    known = [one.key for one in profile.group]
    for name in profile.hidden.groups if profile.hidden else ():
        if name not in known:
            guess = nearest(name, known) or ", ".join(known)
            raise DeclarationError(details.text("no_group", file=path, group=name), details.text("mean", guess=guess))


def _refuse_repeated_keys(profile: Profile, path: Path) -> None:
    parts = (profile.group, profile.people, profile.duration, profile.outcome, profile.path)
    for keys in ([one.key for one in part] for part in parts):
        declarations.unique(((key, path) for key in keys), "kind_key")
    own = sorted({one.key for one in profile.people} & set(TABLES))
    if own:
        what = details.text("declared_twice", what=details.text("kind_key"), key=own[0], first=TABLE_WORDS, second=path)
        raise DeclarationError(what, details.text("rename_or_replace"))
