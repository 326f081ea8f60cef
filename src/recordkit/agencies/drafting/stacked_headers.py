"""Two header rows, one on the other: `Accused` over `Name, Father's Name, CNIC`, then `Victim` over the same words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from recordkit.agencies import headers
from recordkit.agencies.declaration import Unit
from recordkit.agencies.drafting.column_options import by_words
from recordkit.agencies.header_index import DECLARED, Index
from recordkit.agencies.header_words import Synonyms, fold, numbered
from recordkit.agencies.headers import ColumnMatch, Located
from recordkit.source_fields import Intake, IntakeField


@dataclass(frozen=True)
class People:
    """What is known of the words that speak of people."""

    ours: Mapping[str, IntakeField]  # fields of the unit
    alone: Mapping[str, IntakeField]  # fields of a row that is one person
    synonyms: Synonyms

    def role(self, word: str) -> str | None:
        """Whose columns stand below a group's word."""
        means = by_words(_named(word), self.synonyms)
        roles = {how[0]: self.ours[name].role for name, how in means.items() if self._is_people(name)}
        return roles[max(roles)] if roles else None

    def _is_people(self, name: str) -> bool:
        return name in self.ours and self.ours[name].type == "people" and self.ours[name].role is not None

    def field(self, word: str, role: str) -> str | None:
        """The field of that role's people that a word below the group means, if there is exactly one."""
        means = by_words(_named(word), self.synonyms)
        best = max((how[0] for how in means.values()), default=0.0)
        alone = [name for name, how in means.items() if how[0] == best and name in self.alone]
        kinds = {self._kind(self.alone[name], name) for name in alone}
        found = [
            name
            for name, field in self.ours.items()
            if field.role == role and (name in means or self._kind(field, name.removeprefix(f"{role}_")) in kinds)
        ]
        return found[0] if len(found) == 1 else None

    @staticmethod
    def _kind(field: IntakeField, name: str) -> tuple[str, str | None]:
        """What makes a field of people in a case the same as one of a person: texts go by their names."""
        return (field.type, name if field.type == "text" else field.vocabulary)


def _named(word: str) -> ColumnMatch:
    return ColumnMatch("", word, (word,), "unknown")


def stacked(
    head: pl.DataFrame, found: Located, unit: Unit, *, words: Index, synonyms: Synonyms, intake: Intake
) -> Located:
    """The header with the row above or below it, where the two name more than one does; else as it was found."""
    if len(found.rows) != 1:
        return found
    people = People(intake.fields(unit), intake.fields("person"), synonyms)
    best = found
    for pair in ((found.rows[0] - 1, found.rows[0]), (found.rows[0], found.rows[0] + 1)):
        two = head.filter(pl.col("row").is_in(pair))
        if two.height == 2:
            tried = _together(two, pair, words, people)
            best = tried if tried and headers.named_things(tried.columns) > headers.named_things(best.columns) else best
    return best


def _together(two: pl.DataFrame, pair: tuple[int, int], words: Index, people: People) -> Located | None:
    """Two rows as one header; none when no group of people stands in it."""
    names = [name for name in two.columns if name != "row"]
    levels = headers.stack([list(row) for row in two.select(names).iter_rows()])
    placed = [_placed(one, people) for one in headers.resolve(names, levels, words)]
    groups = {one.levels[0] for one, own in placed if own}
    return Located(pair, tuple(one for one, _ in placed)) if groups else None


def _placed(one: ColumnMatch, people: People) -> tuple[ColumnMatch, bool]:
    """The column as what it is to the people of its group, and whether it is anything to them."""
    upper, lower = one.levels
    role = people.role(upper) if upper and lower and upper != lower else None
    if role is None:
        return one, False
    field = people.field(lower, role)
    if field:
        return replace(one, kind="field", field=field, detail="", strength=DECLARED), True
    return replace(one, kind="unknown", field=None, detail=""), False


NUMBER = re.compile(r"\d+")


def folded(
    located: Located, words: Index, synonyms: Synonyms, fields: Mapping[str, IntakeField]
) -> Located:
    """One column for each repeated kind, its header with {n} for the number; the others of it are left out.

    Only where people repeat: two lines of an address are one address.
    """
    stems: dict[str, dict[int, ColumnMatch]] = {}
    for one in located.columns:
        stem, number = numbered(fold(one.header))
        if number is not None and stem != "{n}":
            stems.setdefault(stem, {})[number] = one
    groups = [found for found in stems.values() if sorted(found) == list(range(1, len(found) + 1)) and len(found) > 1]
    bare = {found[1].column: _first(found[1], words) for found in groups}
    many = {len(found) for found in groups if _is_person(bare[found[1].column], synonyms, fields)}
    groups = [found for found in groups if len(found) in many]
    first = {found[1].column for found in groups}
    rest = {one.column for found in groups for number, one in found.items() if number > 1}
    columns = [bare[one.column] if one.column in first else one for one in located.columns if one.column not in rest]
    return replace(located, columns=tuple(columns))


def _is_person(one: ColumnMatch, synonyms: Synonyms, fields: Mapping[str, IntakeField]) -> bool:
    """The header without its number means people."""
    means = by_words(replace(one, header=one.header.replace("{n}", " ")), synonyms)
    return any(name in fields and fields[name].type == "people" for name in means)


def _first(one: ColumnMatch, words: Index) -> ColumnMatch:
    """What the column is without its number; the header keeps {n} in its place."""
    bare = " ".join(NUMBER.sub(" ", one.header, count=1).split()).strip(" .-_#")
    (match,) = headers.resolve([one.column], [(bare,)], words)
    return replace(match, header=NUMBER.sub("{n}", one.header, count=1), number=1)
