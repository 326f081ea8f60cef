"""What may leave in a release (schemas/release.toml): classes of columns, ladders, public tables, least counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from recordkit import declarations, details
from recordkit.declarations import Declared
from recordkit.errors import DeclarationError
from recordkit.tables import Table
from recordkit.words import Both

FILE = "release.toml"
Class = Literal["safe", "sensitive", "quasi", "identifier"]
Unit = Literal["case", "accused", "victim"]
CLASSES: tuple[Class, ...] = ("safe", "sensitive", "quasi", "identifier")  # from the loosest to the tightest
ABOUT_CHILDREN = "persons.age"  # a table of victims by this divides them into children and others
CHARGES = "charges"  # the sections of a case, as a whole
SHOWN_AS_IT_IS: tuple[Class, ...] = ("safe", "sensitive")  # what microdata may hold outside its ladders
VULNERABLE = ("victim", "child")  # tables about them need a second signature


class Columns(Declared):
    """The columns of one table, by class."""

    identifier: tuple[str, ...] = ()  # never in a release
    quasi: Mapping[str, str] = Field(default_factory=dict)  # column -> its ladder
    sensitive: tuple[str, ...] = ()  # what must not be learned about somebody
    safe: tuple[str, ...] = ()  # tells nothing of anybody


class Step(Declared):
    """One step of a ladder. Without any other key the values of the ladder's column as they are."""

    name: str = Field(pattern="^[a-z][a-z0-9_]*$")  # of the column in a release
    column: str = ""  # another column of the same rows
    signs: int = Field(default=0, ge=0)  # only the first signs of the value
    quarter: bool = False  # the quarter of a month
    first_month: int = Field(default=0, ge=0, le=12)  # the year of twelve months that begins with this one
    bands: tuple[int, ...] = ()  # first numbers of bands of whole numbers, rising

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if any(a >= b for a, b in pairwise(self.bands)):
            raise ValueError(details.text("bands_do_not_rise", name=self.name))
        return self


class Ladder(Declared):
    """How a quasi-identifier gets coarser."""

    of: str = Field(pattern=r"^(cases|persons)\.[a-z][a-z0-9_]*$")  # the column of the counted rows
    steps: tuple[Step, ...] = Field(min_length=1)  # the finest first


class Dimension(Declared):
    """One column of a public table, with its levels."""

    levels: tuple[str, ...] = Field(min_length=1)  # from the widest to the finest
    total: bool = True  # is there a total over all values?
    wider: bool = True  # are there counts of the wider levels as well?


class Public(Declared):
    """One public table."""

    title: Both  # for readers, in both languages
    counts: Unit  # what one of its counts is
    dimensions: tuple[str, ...] = Field(min_length=1)  # names of dimensions
    minimum: int = Field(default=1, ge=1)  # least published count; that of [minimum] when it is higher
    width: int = Field(ge=1)  # how many counts a cell that is not published may have, at least
    largest: float = Field(default=1.0, gt=0, le=1)  # largest share of one case in a published cell
    known: str = ""  # level of which somebody may know all cells of one value
    revised: Literal["shown", "held"] = "held"  # what becomes of a small change of a published figure


class Microdata(Declared):
    """One product of microdata: a row for every case, for each of its people and for each of its sections."""

    title: Both  # for readers, in both languages
    people: Literal["accused", "victim", ""] = ""  # whose rows stand beside those of their cases; none without it
    k: int = Field(ge=2)  # cases, of different people, that have every row in common
    size: int = Field(default=2, ge=2)  # cases of a class, which has all quasi-identifiers in common; k if that is more
    l: int = Field(ge=2)  # noqa: E741  of a class at most one in `l` has the same sensitive value, or as many as of all
    t: float = Field(gt=0, lt=1)  # how far a class may be from all records in a sensitive column
    quasi: tuple[str, ...] = Field(min_length=1)  # names of ladders
    shown: tuple[str, ...] = ()  # other columns (cases.*, persons.*), and charges; the most important first
    charges: tuple[str, ...] = ()  # columns of the sections of a case
    together: int = Field(default=1, ge=1)  # people of one case that stay together; those of a larger case stand alone


class File(Declared):
    """The whole of one schemas/release.toml; the keys are explained there."""

    minimum: Mapping[Literal["case", "accused", "victim", "child"], int] = Field(default_factory=dict)  # least counts
    ladders: Mapping[str, Ladder] = Field(default_factory=dict)  # name -> steps of a quasi-identifier
    dimensions: Mapping[str, Dimension] = Field(default_factory=dict)  # name -> levels of a column of a public table
    tables: Mapping[str, Public] = Field(default_factory=dict)  # public tables, by the names of their files
    microdata: Mapping[str, Microdata] = Field(default_factory=dict)  # name -> a product of microdata
    tells: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)  # column -> columns that follow from it
    columns: Mapping[str, Columns] = Field(default_factory=dict)  # table of the edition -> classes of its columns


@dataclass(frozen=True)
class Policy:
    """All layers of release.toml together, after every check."""

    classes: Mapping[tuple[str, str], Class]  # (table, column) -> its class
    ladder_of: Mapping[tuple[str, str], str]  # (table, column) -> the ladder of a quasi-identifier
    minimum: Mapping[str, int]
    ladders: Mapping[str, Ladder]
    dimensions: Mapping[str, Dimension]
    tables: Mapping[str, Public]
    microdata: Mapping[str, Microdata]
    tells: Mapping[str, tuple[str, ...]]

    @cached_property
    def steps(self) -> Mapping[str, tuple[str, Step]]:
        """Name of a step -> the column (cases.* or persons.*) that its ladder is of, and the step."""
        return {step.name: (one.of, step) for one in self.ladders.values() for step in one.steps}

    def source(self, level: str) -> str:
        """The column, as cases.* or persons.*, from which a level is made."""
        if level in self.steps:
            of, step = self.steps[level]
            return f"{of.partition('.')[0]}.{step.column}" if step.column else of
        found = [f"{table}.{level}" for table in ("cases", "persons") if (table, level) in self.classes]
        return found[0] if found else ""

    def is_place_or_time(self, level: str) -> bool:
        """Is it a quasi-identifier of cases? Something is reported from there, or nothing is known of it."""
        home, column = _column(self.source(level))
        return home == "cases" and self.classes.get((home, column)) == "quasi"

    def levels(self, table: Public) -> list[str]:
        """All levels of a table, in the order of its dimensions."""
        return [level for name in table.dimensions for level in self.dimensions[name].levels]

    def about(self, table: Public) -> str:
        """Whom the counts of a table are about: case, accused, victim or child."""
        by_age = any(self.source(level) == ABOUT_CHILDREN for level in self.levels(table))
        return "child" if table.counts == "victim" and by_age else table.counts

    def least(self, table: Public) -> int:
        """The least count that the table may publish: its own, or that of whom it is about, whichever is higher.

        A table with a sensitive level has that of victims at least: a case of such an offence is its victim.
        """
        sensitive = any(self.classes.get(_column(self.source(level))) == "sensitive" for level in self.levels(table))
        floor = self.minimum["victim"] if sensitive else 1
        return max(table.minimum, self.minimum[self.about(table)], floor)

    def width(self, table: Public) -> int:
        """How many counts an unpublished cell may have, at least: so many that nobody can tell whether it is of few."""
        return max(table.width, self.least(table))

    def k(self, product: Microdata) -> int:
        """How many cases have every row of a product in common: never fewer than the least count of victims, of
        children and of whoever else it is about."""
        return max(product.k, *(self.minimum[who] for who in (*VULNERABLE, product.people or "case")))

    def largest(self, table: Public) -> float:
        """The largest share of one case in a published cell: the smallest of all tables that count the same."""
        return min(one.largest for one in self.tables.values() if one.counts == table.counts)

    def holds(self, table: Public) -> bool:
        """Are small changes of published figures held? About victims always."""
        return table.revised == "held" or self.about(table) in VULNERABLE


def _column(source: str) -> tuple[str, str]:
    table, _, column = source.partition(".")
    return table, column


def load(dirs: Sequence[Path], known: Mapping[str, Table]) -> Policy:
    """The policy in force: the packaged one and what every overlay adds to it or tightens.

    Raises DeclarationError for a column that nobody classified or that is classified in two ways, for whatever is
    looser than the layer below, and for a table that could not be protected.
    """
    paths = declarations.layers(dirs, FILE)
    merged = Policy({}, {}, {}, {}, {}, {}, {}, {})
    for at, path in enumerate(paths):
        file = declarations.read_toml(path, File)
        classes, ladder_of = _classified(file, path)
        if at:
            _refuse_unknown(classes, known, path)
            _refuse_looser(merged, file, classes, path)
        minimum = {str(who): least for who, least in (*merged.minimum.items(), *file.minimum.items())}
        merged = Policy(
            {**merged.classes, **classes}, {**merged.ladder_of, **ladder_of}, minimum,
            {**merged.ladders, **file.ladders}, {**merged.dimensions, **file.dimensions},
            {**merged.tables, **file.tables}, {**merged.microdata, **file.microdata},
            {name: (*merged.tells.get(name, ()), *file.tells.get(name, ())) for name in {**merged.tells, **file.tells}},
        )  # fmt: skip
    _check_columns(merged, known, paths[-1])
    for name, table in merged.tables.items():
        _check_table(merged, name, table, paths[-1])
    for name, product in merged.microdata.items():
        _check_microdata(merged, name, product, paths[-1])
    _refuse_cycles(merged, paths[-1])
    return merged


def _classified(file: File, path: Path) -> tuple[dict[tuple[str, str], Class], dict[tuple[str, str], str]]:
    found: dict[tuple[str, str], Class] = {}
    for table, columns in file.columns.items():
        for kind in CLASSES:
            for column in getattr(columns, kind):
                if (table, column) in found:
                    raise DeclarationError(
                        details.text("classified_twice", path=path, column=f"{table}.{column}"),
                        details.text("keep_one_class"),
                    )
                found[table, column] = kind
    ladders = {(table, column): ladder for table, one in file.columns.items() for column, ladder in one.quasi.items()}
    return found, ladders


def _refuse_unknown(listed: Iterable[tuple[str, str]], known: Mapping[str, Table], path: Path) -> None:
    for table, column in listed:
        columns = known[table].polars("compile") if table in known else {}
        if column not in columns:
            guess = declarations.nearest(column, columns) if table in known else declarations.nearest(table, known)
            raise DeclarationError(
                details.text("no_such_column", path=path, column=f"{table}.{column}"),
                details.text("did_you_mean", guess=guess) if guess else "",
            )


def _refuse_looser(below: Policy, file: File, classes: Mapping[tuple[str, str], Class], path: Path) -> None:
    """Nothing of an overlay shows more than the layers below it."""
    for (table, column), kind in classes.items():
        was = below.classes.get((table, column))
        if was is not None and CLASSES.index(kind) < CLASSES.index(was):
            _loosened(path, f"{table}.{column}", was, kind)
    for who, least in file.minimum.items():
        if least < below.minimum.get(who, 1):
            _loosened(path, f"minimum.{who}", below.minimum[who], least)
    for name in file.ladders:
        if name in below.ladders and file.ladders[name] != below.ladders[name]:
            _loosened(path, f"ladders.{name}", "", "")
    for name in file.dimensions:
        if name in below.dimensions and file.dimensions[name] != below.dimensions[name]:
            _loosened(path, f"dimensions.{name}", "", "")
    for name, after in file.tables.items():
        before = below.tables.get(name)
        if before is not None and not _as_tight(before, after):
            _loosened(path, f"tables.{name}", "", "")
    for name, product in file.microdata.items():
        earlier = below.microdata.get(name)
        if earlier is not None and not _no_more_shown(earlier, product):
            _loosened(path, f"microdata.{name}", "", "")


def _as_tight(before: Public, after: Public) -> bool:
    """Does a table of an overlay protect what the one below protects?"""
    return (
        (before.counts, before.dimensions) == (after.counts, after.dimensions)
        and after.minimum >= before.minimum
        and after.width >= before.width
        and after.largest <= before.largest
        and after.known == (before.known or after.known)
        and (before.revised == "shown" or after.revised == "held")
    )


def _no_more_shown(before: Microdata, after: Microdata) -> bool:
    """Does a product of an overlay show no more than the one below?"""
    return (
        (before.people, before.quasi) == (after.people, after.quasi)
        and set(after.shown) <= set(before.shown)
        and set(after.charges) <= set(before.charges)
        and after.k >= before.k
        and after.size >= before.size
        and after.l >= before.l
        and after.t <= before.t
        and after.together <= before.together
    )


def _loosened(path: Path, key: str, was: object, now: object) -> None:
    shown = details.text("from_to", one=was, other=now) if was or now else details.text("is_changed")
    raise DeclarationError(
        details.text("release_loosened", path=path, key=key, change=shown), details.text("release_only_tightens")
    )


def _check_columns(policy: Policy, known: Mapping[str, Table], path: Path) -> None:
    """Every declared column has a class that it may have; every ladder is there."""
    for name, table in known.items():
        cells = {one.raw if isinstance(one.raw, str) else f"{one.name}_raw" for one in table.columns if one.raw}
        for column in table.at("compile"):
            kind = policy.classes.get((name, column.name))
            full = f"{name}.{column.name}"
            if kind is None:
                raise DeclarationError(
                    details.text("not_classified", path=path, column=full),
                    details.text("classify_column", table=name, file=FILE),
                )
            if kind != "identifier" and (column.personal == "direct" or column.name in cells):
                raise DeclarationError(
                    details.text("must_be_identifier", path=path, column=full), details.text("write_as_identifier")
                )
    for (name, column_name), ladder in policy.ladder_of.items():
        if ladder not in policy.ladders:
            _unknown(path, f"columns.{name}.quasi.{column_name}", ladder, policy.ladders)


def _check_table(policy: Policy, name: str, table: Public, path: Path) -> None:
    """Its dimensions are there, no level is an identifier or of people where cases are counted, none stands twice."""
    for one in table.dimensions:
        if one not in policy.dimensions:
            _unknown(path, f"tables.{name}.dimensions", one, policy.dimensions)
    levels = policy.levels(table)
    for level in levels:
        source = policy.source(level)
        if not source:
            _unknown(path, f"tables.{name}: level", level, [*policy.steps, *(column for _, column in policy.classes)])
        home, _, column = source.partition(".")
        kind = policy.classes.get((home, column), "identifier")
        of_people = home == "persons" and table.counts == "case"
        if kind == "identifier" or (kind == "quasi" and level not in policy.steps) or of_people:
            raise DeclarationError(
                details.text("level_not_allowed", path=path, table=name, level=level, source=source),
                details.text("level_must_be"),
            )
    if len(set(levels)) < len(levels) or (table.known and table.known not in levels):
        raise DeclarationError(details.text("levels_wrong", path=path, table=name), details.text("levels_once"))


def _check_microdata(policy: Policy, name: str, product: Microdata, path: Path) -> None:
    """Its ladders are there; what it shows besides is safe or sensitive, and of people only where it has their rows."""
    for one in product.quasi:
        if one not in policy.ladders:
            _unknown(path, f"microdata.{name}.quasi", one, policy.ladders)
    listed = [f"{CHARGES}.{one}" for one in product.charges]
    for full in [*(one for one in product.shown if one != CHARGES), *listed]:
        home, column = _column(full)
        kind = policy.classes.get((home, column), "identifier")
        if kind not in SHOWN_AS_IT_IS or home not in ("cases", "persons", CHARGES):
            raise DeclarationError(
                details.text("not_in_microdata", path=path, product=name, column=full),
                details.text("microdata_columns"),
            )
    homes = {_column(policy.ladders[one].of)[0] for one in product.quasi} | {_column(one)[0] for one in product.shown}
    if ("persons" in homes and not product.people) or (CHARGES in product.shown) != bool(product.charges):
        raise DeclarationError(
            details.text("microdata_incomplete", path=path, product=name), details.text("microdata_columns")
        )


def _unknown(path: Path, key: str, name: str, known: Iterable[str]) -> None:
    guess = declarations.nearest(name, known)
    raise DeclarationError(
        details.text("release_unknown", path=path, key=key, name=name),
        details.text("did_you_mean", guess=guess) if guess else "",
    )


def _refuse_cycles(policy: Policy, path: Path) -> None:
    """Tables that count the same things and close a ring (A by B, B by C, C by A) say more together than their sums.

    What the protection is computed from is exact for tables without such a ring only (an acyclic hypergraph: take away
    levels of one table, and tables inside another one, until nothing is left).
    """
    for unit in {one.counts for one in policy.tables.values()}:
        edges = {name: set(policy.levels(one)) for name, one in policy.tables.items() if one.counts == unit}
        while True:
            single = {
                level for level in set().union(*edges.values()) if sum(level in one for one in edges.values()) == 1
            }
            inside = next((a for a, b in _pairs(edges) if edges[a] <= edges[b]), None)
            if single:
                edges = {name: one - single for name, one in edges.items()}
            elif inside is not None:
                del edges[inside]
            else:
                break
        if len(edges) > 1:
            raise DeclarationError(
                details.text("tables_in_a_ring", path=path, tables=", ".join(sorted(edges))),
                details.text("take_one_table_out"),
            )


def _pairs(edges: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    yield from ((a, b) for a in edges for b in edges if a != b)
