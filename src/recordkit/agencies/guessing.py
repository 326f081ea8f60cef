"""Reads an unknown sheet: where its header stands, what a row is, and which field each column could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from recordkit.agencies import headers
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.declaration import Column, Format, Header, Known, Reshape, Unit, Unpivot
from recordkit.agencies.headers import ColumnMatch, Located
from recordkit.agencies.index import Index, index
from recordkit.agencies.source import Sheet
from recordkit.agencies.sums import unnamed_totals
from recordkit.agencies.values import reading, readings
from recordkit.agencies.words import fold, nearest
from recordkit.intake import Intake, IntakeField

SAMPLE_ROWS = 400
BY_WORD, BY_ONE_OF_TWO, BY_LIKENESS, BY_VALUES = 0.90, 0.60, 0.45, 0.40
BESIDE = 0.05  # values of people stand right of the people they are of
NAMED = 0.10  # the header has the role's name in it
AGREES, CONTRADICTS = 0.07, -0.45
LEAST = 0.35  # below this a guess is not made
TELLING = {"date", "cnics", "phones", "fir", "sections", "passport", "people", "year", "count", "period", "serial"}
SPREADABLE: tuple[Known, ...] = ("heads", "provinces", "districts", "months", "years")
UNIT_ORDER: tuple[Unit, ...] = ("case", "person", "service", "return")


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
    values: tuple[str, ...] = ()  # distinct values, for coded fields only


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


def guess(
    sheet: Sheet, catalogue: Catalogue, intake: Intake, units: Sequence[Unit] = UNIT_ORDER
) -> Guess:
    """The best guess for a sheet: each of `units` is tried, the one that explains most columns is kept."""
    head = sheet.head(SAMPLE_ROWS)
    shares: dict[str, dict[str, float]] = {}
    tried = [_as_unit(sheet.name, head, unit, catalogue, intake, shares) for unit in units]
    best = max(tried, key=lambda one: (round(one.worth, 1), -UNIT_ORDER.index(one.unit)))
    found = {one.field for one in best.columns}
    enquiry = best.unit == "case" and "enquiry_no" in found and "fir_no" not in found
    return replace(best, unit="enquiry") if enquiry else best


def _as_unit(
    name: str, head: pl.DataFrame, unit: Unit, catalogue: Catalogue, intake: Intake,
    shares: dict[str, dict[str, float]],
) -> Guess:  # fmt: skip
    words = any_index(unit, catalogue, intake)
    located = headers.locate(head.head(60), words) or _by_shape(head)
    below = head.filter(pl.col("row") > max(located.rows, default=0))
    located = _with_totals(located, below)
    for one in located.columns:
        cells = [cell for cell in below.get_column(one.column).drop_nulls().to_list() if cell != one.header]
        key = f"{located.rows}{one.column}"
        if key not in shares:
            shares[key] = readings(cells, catalogue)
    own = {one.column: shares[f"{located.rows}{one.column}"] for one in located.columns}
    columns = _assign(located, own, below, unit, catalogue, intake)
    return Guess(name, located.rows, unit, columns, below)


def _with_totals(located: Located, below: pl.DataFrame) -> Located:
    """Columns that are the sum of the spread ones are totals, whatever they are called."""
    parts = [one.column for one in located.of("spread")]
    others = [one.column for one in located.columns if one.kind not in ("spread", "spread_total")]
    totals = unnamed_totals(below, parts, others)
    marked = [replace(one, kind="spread_total") if one.column in totals else one for one in located.columns]
    return replace(located, columns=tuple(marked))


def any_index(unit: Unit, catalogue: Catalogue, intake: Intake) -> Index:
    """The words of a format that knows every field of a unit by its general words only."""
    columns = tuple(Column(field=name) for name in intake.fields(unit))
    reshape = Reshape()
    if unit == "return":
        reshape = Reshape(unpivot=Unpivot(into=("head",), known=SPREADABLE))
    form = Format(id="draft", unit=unit, columns=columns, header=Header(search_rows=30), reshape=reshape)
    return index(form, catalogue.synonyms, catalogue.layout, catalogue.known, catalogue.head_totals)


def _by_shape(head: pl.DataFrame) -> Located:
    """No word is known: the first row that is nearly full, holds only words and repeats none is the header."""
    names = [name for name in head.columns if name != "row"]
    rows = list(head.head(30).iter_rows())
    widest = max((sum(cell is not None for cell in row[1:]) for row in rows), default=0)
    for row in rows:
        cells = [cell for cell in row[1:] if cell is not None]
        wordy = all(any(char.isalpha() for char in cell) for cell in cells)
        if len(cells) * 5 >= widest * 3 and wordy and len(set(cells)) == len(cells):
            matches = [
                ColumnMatch(name, cell or "", (cell or "",), "unknown" if cell else "blank")
                for name, cell in zip(names, row[1:], strict=True)
            ]
            return Located((row[0],), tuple(matches))
    return Located((), tuple(ColumnMatch(name, "", ("",), "blank") for name in names))


# ---------------------------------------------------------------------------------------- assigning


@dataclass(frozen=True)
class _Option:
    confidence: float
    column: str
    field: str
    why: str


def _assign(
    located: Located, shares: dict[str, dict[str, float]], below: pl.DataFrame, unit: Unit,
    catalogue: Catalogue, intake: Intake,
) -> tuple[ColumnGuess, ...]:  # fmt: skip
    """Options by falling confidence; a column takes one field, a field goes to one column."""
    fields = dict(intake.fields(unit))
    if located.of("spread"):
        fields.pop("count", None)  # the counts are in the spread columns
    options: list[_Option] = []
    role: str | None = None  # of the people in the nearest column on the left
    for one in located.columns:
        if one.kind not in ("spread", "spread_total"):
            options += _options(one, shares[one.column], fields, catalogue, role)
        told = fields.get(one.field or "")
        if told is not None and told.type == "people":
            role = told.role
    taken: dict[str, _Option] = {}
    used: set[str] = set()
    for option in sorted(options, key=lambda one: (-one.confidence, one.column, one.field)):
        if option.column not in taken and option.field not in used and option.confidence >= LEAST:
            taken[option.column] = option
            used.add(option.field)
    made = [_guessed(one, taken.get(one.column), options, below, fields) for one in located.columns]
    return tuple(replace(one, serial=shares[one.column].get("serial", 0) > 0.8) for one in made)


def _options(
    one: ColumnMatch, shares: dict[str, float], fields: Mapping[str, IntakeField], catalogue: Catalogue,
    role: str | None,
) -> list[_Option]:  # fmt: skip
    found: dict[str, tuple[float, str]] = {}
    if one.kind in ("field", "duplicate") and one.field:
        found[one.field] = (BY_WORD, "the header is a general word for it")
    for name in one.detail.split(";") if one.kind == "ambiguous" else ():
        found[name] = (BY_ONE_OF_TWO, f"the header means {one.detail.replace(';', ' or ')}")
    like = nearest(fold(one.header), catalogue.synonyms.fields) if shares and not found else None
    for name in catalogue.synonyms.fields.get(like[0], ()) if like else ():
        if name in fields and like:
            found[name] = (BY_LIKENESS + (like[1] - 78) / 100, f"the header is like '{like[0]}'")
    for at, (name, field) in enumerate(fields.items()):
        share = shares.get(reading(name, field), 0.0)
        special = reading(name, field) in TELLING or ":" in reading(name, field)
        if name not in found and special and share >= 0.8:
            near = BESIDE if field.role and field.role == role else 0.0
            near += NAMED if field.role and field.role in fold(one.header) else 0.0
            found[name] = (BY_VALUES + near - at / 1000, "only its values say so")
    return [_judged(one, name, how, shares, fields[name]) for name, how in found.items() if name in fields]


def _judged(
    one: ColumnMatch, name: str, how: tuple[float, str], shares: dict[str, float], field: IntakeField
) -> _Option:
    """Confidence by the header, raised or lowered by what the values look like."""
    kind = reading(name, field)
    share = shares.get(kind, 0.0)
    confidence, why = how
    if share >= 0.8:
        raised = min(0.99, confidence + AGREES)
        return _Option(raised, one.column, name, f"{why}; {share:.0%} of its values fit")
    if kind in TELLING - {"people", "sections"} and shares and share < 0.3:
        lowered = confidence + CONTRADICTS
        return _Option(lowered, one.column, name, f"{why}; but only {share:.0%} of its values fit")
    told = f"; {share:.0%} of its values fit" if share else ""
    return _Option(confidence, one.column, name, why + told)


def _guessed(
    one: ColumnMatch, option: _Option | None, options: Sequence[_Option], below: pl.DataFrame,
    fields: Mapping[str, IntakeField],
) -> ColumnGuess:  # fmt: skip
    cells = below.get_column(one.column)
    filled = 1 - cells.null_count() / max(1, cells.len())
    spread = one.kind in ("spread", "spread_total")
    others = [o.field for o in options if o.column == one.column and o is not option]
    made = ColumnGuess(
        one.column, one.header, None, 0.0, "", tuple(others), filled, False, spread, one.kind == "spread_total"
    )  # fmt: skip
    if option is None:
        return made
    coded = fields[option.field].type == "code"
    values = tuple(sorted(cells.drop_nulls().unique().to_list())) if coded else ()
    return replace(made, field=option.field, confidence=option.confidence, why=option.why, values=values)
