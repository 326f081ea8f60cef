"""Reads an unknown sheet: where its header stands, what a row is, and which field each column could be."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from recordkit import details
from recordkit.agencies import headers
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.declaration import Unit
from recordkit.agencies.drafting import header_location, stacked_headers, value_shapes
from recordkit.agencies.drafting.column_options import Option, by_words, options
from recordkit.agencies.drafting.value_shapes import Cut, readings_of
from recordkit.agencies.header_words import fold, fold_all
from recordkit.agencies.headers import ColumnMatch, Located
from recordkit.agencies.source import Sheet
from recordkit.source_fields import Intake, IntakeField

SAMPLE_ROWS = 400
LEAST = 0.35  # below this a guess is not made
UNIT_ORDER: tuple[Unit, ...] = ("case", "person", "service", "return")
COUNTER = "_count_of_people"


@dataclass(frozen=True)
class ColumnGuess:
    """One column of an unknown sheet."""

    column: str
    header: str
    field: str | None
    confidence: float
    why: str
    others: tuple[str, ...]  # fields that it could be too
    filled: float  # share of the sample's rows
    serial: bool = False  # it counts the rows
    spread: bool = False  # its header is a value: a head, a place, a month
    total: bool = False
    levels: tuple[str, ...] = ()
    values: Mapping[str, Sequence[int]] = dataclasses.field(default_factory=dict)  # coded: in which rows each is
    cut: Cut | None = None  # its cells hold more than the field
    counted: bool = False  # the header carries {n}: the first of several columns of the same kind
    relative: bool = False  # the father's name beside the accused: the two cells are one person


@dataclass(frozen=True)
class Guess:
    """What an unknown sheet seems to be."""

    sheet: str
    header_rows: tuple[int, ...]
    unit: Unit
    columns: tuple[ColumnGuess, ...]
    sample: pl.DataFrame  # rows below the header

    @property
    def worth(self) -> float:
        """How much of the sheet is understood."""
        return sum(one.confidence for one in self.columns) + sum(one.spread for one in self.columns)

    def one(self, field: str) -> ColumnGuess | None:
        """The column that was taken for a field."""
        return next((one for one in self.columns if one.field == field), None)


def guess(
    sheet: Sheet, catalogue: Catalogue, intake: Intake, units: Sequence[Unit] = UNIT_ORDER, *, singly: bool = False
) -> Guess:
    """The best guess for a sheet: each of `units` is tried, the one that explains most columns is kept.

    `singly`: every column is taken by itself; none is a part of, or a number for, the people of another.
    """
    rows = headers.looked_at(sheet.head(SAMPLE_ROWS))
    return of_rows(sheet.name, rows, catalogue, intake, units=units, singly=singly)


def of_rows(
    name: str, head: pl.DataFrame, catalogue: Catalogue, intake: Intake, *, plain: bool = False,
    units: Sequence[Unit] = UNIT_ORDER, singly: bool = False,
) -> Guess:  # fmt: skip
    """`guess` for the first rows (row, c1..cN) of a sheet; `plain`: they have no header."""
    seen = _Seen(catalogue, {})
    tried = [
        _as_unit(name, head, unit, catalogue=catalogue, intake=intake, seen=seen, plain=plain, singly=singly)
        for unit in units
    ]
    best = max(tried, key=lambda one: (round(_worth(one, catalogue), 1), -UNIT_ORDER.index(one.unit)))
    found = {one.field for one in best.columns}
    enquiry = best.unit == "case" and "enquiry_no" in found and "fir_no" not in found
    return replace(best, unit="enquiry") if enquiry else best


def _worth(one: Guess, catalogue: Catalogue) -> float:
    """What is understood; next to nothing when the rows lack what a row of that unit is about."""
    found = {column.field for column in one.columns if column.confidence >= 0.5}
    if one.unit == "return":
        spread = sum(column.spread for column in one.columns) >= 2
        placed = found & {"head", "district", "province", "period"}
        return one.worth if spread or (placed and one.one("count")) else one.worth / 4
    needs = {"person": catalogue.layout.drafting.person, "service": catalogue.layout.drafting.service}.get(one.unit)
    numbered = bool(found & {"fir_no", "enquiry_no"})
    if COUNTER in found and numbered:
        return one.worth + 1
    lacks = needs is not None and len(found & set(needs.of)) < needs.least
    if one.unit == "person" and not numbered:
        return one.worth * (0.25 if lacks or COUNTER in found else 0.8)  # people of no case: perhaps another unit
    return one.worth / 4 if lacks else one.worth


@dataclass(frozen=True)
class _Seen:
    """What the values of each column look like; the same for every unit that is tried."""

    catalogue: Catalogue
    shares: dict[str, dict[str, float]]

    def of(self, located: Located, below: pl.DataFrame) -> dict[str, dict[str, float]]:
        """Column -> readings of its cells."""
        keys = {one.column: f"{located.rows}{one.column}" for one in located.columns}
        new = {}
        for one in located.columns:
            if keys[one.column] not in self.shares:
                cells = below.get_column(one.column).drop_nulls().to_list()
                new[keys[one.column]] = [cell for cell in cells if cell != one.header]
        self.shares.update(zip(new, readings_of(list(new.values()), self.catalogue), strict=True))
        return {column: self.shares[key] for column, key in keys.items()}


def _as_unit(
    name: str, head: pl.DataFrame, unit: Unit, *, catalogue: Catalogue, intake: Intake, seen: _Seen, plain: bool,
    singly: bool,
) -> Guess:  # fmt: skip
    located = header_location.locate(head, unit, catalogue, intake, plain)
    below = head.filter(pl.col("row") > max(located.rows, default=0))
    shares = seen.of(located, below)
    if unit == "return":
        located = header_location.with_unknown_heads(located, shares, catalogue, intake)
        located = header_location.with_totals(located, below, catalogue.reference)
    elif not singly:
        words = header_location.any_index(unit, catalogue, intake)
        located = stacked_headers.folded(located, words, catalogue.synonyms, intake.fields(unit))
    columns = _assign(located, shares, below, unit, catalogue=catalogue, intake=intake, singly=singly)
    return Guess(name, located.rows, unit, columns, below)


# ---------------------------------------------------------------------------------------- assigning


def _assign(
    located: Located, shares: Mapping[str, Mapping[str, float]], below: pl.DataFrame, unit: Unit,
    *, catalogue: Catalogue, intake: Intake, singly: bool,
) -> tuple[ColumnGuess, ...]:  # fmt: skip
    """Options by falling confidence; a column takes one field, a field goes to one column."""
    fields = dict(intake.fields(unit))
    if located.of("spread"):
        fields.pop("count", None)  # the counts are in the spread columns
    found: list[Option] = []
    role: str | None = None  # of the people in the nearest column on the left
    many = set() if singly else _counters(located, shares, unit, catalogue)
    for one in located.columns:
        if one.column in many:
            found.append(Option(0.75, one.column, COUNTER, details.text("how_many_people")))
        elif one.kind not in ("spread", "spread_total") and (one.header or not located.rows):
            found += options(one, shares[one.column], fields, catalogue, role)
            role = _role(one, found, fields) or role
    if unit == "case":
        found += _row_numbers(found, shares)
    taken: dict[str, Option] = {}
    used: set[str] = set()
    for option in sorted(found, key=lambda one: (-one.confidence, one.column, one.field)):
        if option.column not in taken and option.field not in used and option.confidence >= LEAST:
            taken[option.column] = option
            used.add(option.field)
    made = [_guessed(one, taken.get(one.column), found, below, fields) for one in located.columns]
    made = [replace(one, serial=shares[one.column].get("serial", 0) > 0.8) for one in made]
    if singly:
        return tuple(made)
    made = [
        value_shapes.cut(
            one, shares[one.column], below, fields=fields, used=used, districts=catalogue.known["districts"]
        )
        for one in made
    ]
    return tuple(_with_relatives(made, located, fields, unit, catalogue))


def _row_numbers(found: Sequence[Option], shares: Mapping[str, Mapping[str, float]]) -> list[Option]:
    """Rows without any number or station of their own are named by the number of the row."""
    best = {one.column: one for one in sorted(found, key=lambda one: one.confidence) if one.confidence >= LEAST}
    sure = {option.field for option in best.values()}
    numbers = [column for column, share in shares.items() if share.get("serial", 0.0) > 0.8]
    if sure & {"fir_no", "enquiry_no", "e_tag", "agency_ref", "police_station"} or not numbers:
        return []
    return [Option(0.98, numbers[0], "agency_ref", details.text("number_has_to"))]


def _counters(
    located: Located, shares: Mapping[str, Mapping[str, float]], unit: Unit, catalogue: Catalogue
) -> set[str]:
    """Columns that say how many people a row stands for; only rows of people can be expanded by them."""
    drafting = catalogue.layout.drafting
    words = set(fold_all([*drafting.many_victims, *drafting.many_accused, *drafting.many_people]))
    if unit != "person":
        return set()
    return {
        one.column
        for one in located.columns
        if fold(one.header) in words and shares[one.column].get("count", 0.0) >= 0.8
    }


def _role(one: ColumnMatch, found: Sequence[Option], fields: Mapping[str, IntakeField]) -> str | None:
    """The role of the people that a column seems to hold."""
    ours = [option for option in found if option.column == one.column]
    best = max(ours, key=lambda option: option.confidence, default=None)
    field = fields[best.field] if best and best.field in fields else None
    return field.role if field is not None and field.type == "people" else None


def _with_relatives(
    made: Sequence[ColumnGuess], located: Located, fields: Mapping[str, IntakeField], unit: Unit, catalogue: Catalogue
) -> list[ColumnGuess]:
    """In a register the father's name right of a person is a part of that person's cell."""
    done: list[ColumnGuess] = []
    person: ColumnGuess | None = None
    for one, match in zip(made, located.columns, strict=True):
        below = replace(match, header=match.levels[-1]) if len(match.levels) > 1 else match
        means = by_words(below, catalogue.synonyms) if unit == "case" and not one.field else {}
        if person and "father_name" in means:
            why = details.text("father_of_those", header=person.header)
            one = replace(one, field=person.field, confidence=0.55, why=why, relative=True)
            person = None
        elif one.field and fields.get(one.field) and fields[one.field].type == "people":
            person = one
        done.append(one)
    return done


def _guessed(
    one: ColumnMatch, option: Option | None, found: Sequence[Option], below: pl.DataFrame,
    fields: Mapping[str, IntakeField],
) -> ColumnGuess:  # fmt: skip
    cells = below.get_column(one.column)
    filled = 1 - cells.null_count() / max(1, cells.len())
    others = sorted((o for o in found if o.column == one.column and o is not option), key=lambda o: -o.confidence)
    made = ColumnGuess(
        one.column, one.header, None, 0.0, "", tuple(o.field for o in others), filled,
        spread=one.kind in ("spread", "spread_total"), total=one.kind == "spread_total", levels=one.levels,
        counted=one.number is not None and "{n}" in one.header,
    )  # fmt: skip
    if option is None:
        return made
    coded = option.field in fields and fields[option.field].type == "code"
    guessed = replace(made, field=option.field, confidence=option.confidence, why=option.why)
    if not coded:
        return guessed
    there = below.select(pl.col(one.column).alias("value"), "row").drop_nulls("value")
    return replace(guessed, values=dict(there.group_by("value").agg(pl.col("row").sort()).sort("value").rows()))
