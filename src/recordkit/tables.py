"""One declaration per table (schemas/tables/*.toml): its columns, and the Polars and Arrow schemas of every stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, Self, TypeVar, get_args

import polars as pl
import pyarrow as pa
from pydantic import Field, model_validator

from recordkit import declarations, details
from recordkit.declarations import Declared
from recordkit.errors import BrokenLaw, DeclarationError
from recordkit.issues import Derived, Rules, Stage

Personal = Literal["none", "indirect", "direct"]
Merge = Literal[
    "newest", "earliest", "most_stated", "most_written", "fullest", "longest", "largest", "smallest", "strongest",
    "union", "distinct", "rows", "none",
]  # fmt: skip
# Of other types a rule makes no sense; union is of lists, or makes one of the values of another column.
_FITS: Mapping[Merge, tuple[str, ...]] = {
    "longest": ("string",), "strongest": ("string",), "fullest": ("date",), "union": ("list<string>",),
    "distinct": ("int32",), "rows": ("int32",),
}  # fmt: skip
Mask = Literal["cnic", "initials", "phone", "passport", "date", "hide"]

STAGES: tuple[Stage, ...] = ("standardise", "link", "compile")

_ROW = pl.Struct({"file_sha256": pl.String, "sheet": pl.String, "row": pl.Int64})
_REFERENCE = pl.Struct({"fir_no": pl.String, "fir_year": pl.Int32, "police_station": pl.String, "district": pl.String})
TYPES: dict[str, pl.DataType] = {
    "string": pl.String(),
    "int32": pl.Int32(),
    "int64": pl.Int64(),
    "float64": pl.Float64(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
    "list<string>": pl.List(pl.String),
    "source_rows": pl.List(_ROW),
    "references": pl.List(_REFERENCE),
    "cells": pl.List(pl.Struct({"column": pl.String, "value": pl.String})),
}

F = TypeVar("F", "TableFile", "OriginFile")

REQUIRED, NOT_ALLOWED, NOT_UNIQUE = "RK518", "RK519", "RK520"  # what a declaration itself forbids


class Column(Declared):
    """One column, as declared; `name` is its key in the file. The keys are explained in tables/cases.toml."""

    name: str = ""  # set by the program: the key of [columns]
    type: str  # string, int32, int64, float64, bool, date, list<string>, source_rows, references or cells
    stage: Stage  # stage that fills it
    until: Stage = "compile"  # last stage at which a working column exists
    required: bool = False  # never empty from its stage on (RK518)
    personal: Personal  # names a person by itself (direct), with others (indirect), or not
    mask: Mask | None = None  # how a direct column is shown
    doc: str  # meaning
    values: tuple[str, ...] = ()  # the only values
    vocabulary: str = ""  # values are codes of this list in reference/codes.csv
    pattern: str = ""  # form of the whole value, from ^ to $
    min: float | None = None  # smallest value
    max: float | None = None  # largest value
    unit: str = ""  # of a number
    raw: bool | str = False  # the sender's cell is kept too: true as NAME_raw, or under this name
    # field of intake.toml that fills it, when it has another name; of a list, the first that says something
    field: str | tuple[str, ...] | None = None
    merge: Merge = "newest"  # how values of several reports become one; newest, unless given
    of: str = ""  # the column of the rows that are merged whose values it is made of, where that is not its own name
    fact: str = ""  # of [facts]: what it is said together with

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.type not in TYPES:
            guess = declarations.nearest(self.type, TYPES) or ", ".join(TYPES)
            raise ValueError(details.text("unknown_type", type=self.type, guess=guess))
        if self.pattern and not (self.pattern.startswith("^") and self.pattern.endswith("$")):
            raise ValueError(details.text("pattern_is_whole"))
        if self.pattern and ("\\d" in self.pattern or ("|" in self.pattern and "(" not in self.pattern)):
            raise ValueError(details.text("pattern_is_plain", digit=r"\d"))
        if (self.personal == "direct") != (self.mask is not None):
            raise ValueError(details.text("mask_if_personal"))
        nested = self.dtype.is_nested() and self.merge not in ("newest", "union", "none")
        if self.type not in _FITS.get(self.merge, (self.type,)) or nested:
            raise ValueError(details.text("type_not_merged_so", type=self.type, merge=self.merge))
        if self.merge in ("distinct", "rows", "most_written", "fullest") and not self.of:
            raise ValueError(details.text("merged_needs_of", merge=self.merge))
        if self.merge == "strongest" and not self.values:
            raise ValueError(details.text("strongest_needs_values"))
        if STAGES.index(self.until) < STAGES.index(self.stage):
            raise ValueError(details.text("filled_and_gone", stage=self.stage, until=self.until))
        return self

    @property
    def sources(self) -> list[tuple[str, str]]:
        """(field of intake.toml, part of what is read of it) that the column is filled from, the first that is there.
        An empty part: the value itself; `raw`: the cell as it stands in the file."""
        field = self.name if self.field is None else self.field
        parts = [one.partition(".") for one in ((field,) if isinstance(field, str) else field)]
        return [(name, part) for name, _, part in parts if name]

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type."""
        return TYPES[self.type]

    def at(self, stage: Stage) -> bool:
        """Does a frame of this stage have the column? The frame of `compile` is the edition's table."""
        return STAGES.index(self.stage) <= STAGES.index(stage) <= STAGES.index(self.until)


class Fact(Declared):
    """What is said together, and so stands or falls as a whole: by what most say."""

    key: tuple[str, ...]  # columns whose values are compared; none: each column by itself, the newest stands
    moves: bool = False  # it may change, and is judged anew where it does: what the newest report says stands


class TableFile(Declared):
    """The whole of one schemas/tables/*.toml."""

    table: str  # name
    row: str  # what a row is
    doc: str  # what the table is for
    origin: bool = False  # rows carry the columns of origin.toml until they are linked
    key: tuple[str, ...]  # columns that name a row of the edition; rows are sorted by them
    record_key: tuple[str, ...] = ()  # columns that name a row of one file
    units: tuple[str, ...] = ()  # source rows of which the table is made
    rows: str = ""  # function of standardise that makes its rows
    steps: tuple[str, ...] = ()  # functions of standardise that fill what no field alone gives
    facts: dict[str, Fact] = Field(default_factory=dict)  # name -> what is said together, in the order they are judged
    columns: dict[str, Column]  # name -> column


class OriginFile(Declared):
    """The whole of schemas/origin.toml."""

    columns: dict[str, Column]


@dataclass(frozen=True, eq=False)  # two are one if they are the same object: what is made of one is kept by it
class Table:
    """A canonical table: columns of all stages in order; `key` of the edition, `record_key` of a batch.

    units: of the source rows that it is made of; rows, steps: the named functions of standardise that make its rows,
    and those columns that no field alone gives.
    """

    name: str
    row: str
    doc: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    record_key: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    rows: str = ""
    steps: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def at(self, stage: Stage) -> list[Column]:
        """The columns of a frame of this stage, in order."""
        return [column for column in self.columns if column.at(stage)]

    def polars(self, stage: Stage = "compile") -> pl.Schema:
        """Polars schema of a frame of this stage: names and types in the order of `at`."""
        return self._schemas[stage]

    @cached_property
    def _schemas(self) -> Mapping[Stage, pl.Schema]:
        """The schema of every stage: it is asked for with every batch."""
        return {stage: pl.Schema({one.name: one.dtype for one in self.at(stage)}) for stage in STAGES}

    def arrow(self, stage: Stage = "compile") -> pa.Schema:
        """Arrow schema, each field with its `doc`, `personal` class, `unit` and `vocabulary` as metadata.

        That of the schema: `table`, its name; `row`, what a row is; `doc`, what the table is for.
        """
        fields = []
        plain = self.polars(stage).to_arrow(compat_level=pl.CompatLevel.oldest())
        for plain_field, column in zip(plain, self.at(stage), strict=True):
            notes = {name: str(getattr(column, name)) for name in ("doc", "personal", "unit", "vocabulary")}
            fields.append(plain_field.with_metadata({name: text for name, text in notes.items() if text}))
        return pa.schema(fields, metadata={"table": self.name, "row": self.row, "doc": self.doc})

    def derived(self, stage: Stage, rules: Rules) -> list[Derived]:
        """Columns summed up from other tables, which the rules of this stage may use."""
        return [one for one in rules.derived if one.table == self.name and one.stage == stage]

    @cached_property
    def merges(self) -> Mapping[str, Merge]:
        """How several rows' values of a column become one, where it is not the newest and the column is their own."""
        return {column.name: column.merge for column in self.columns if column.merge != "newest" and not column.of}

    @cached_property
    def summaries(self) -> tuple[Column, ...]:
        """The columns that are made of another one of the rows that are merged."""
        return tuple(column for column in self.columns if column.of)

    def merged_together(self, fact: str) -> list[str]:
        """The columns of one of `facts`, the sender's own cells among them."""
        return [column.name for column in self.columns if column.fact == fact]

    def keys(self, stage: Stage) -> tuple[str, ...]:
        """The columns that identify a row of a frame of this stage."""
        return self.record_key if stage == "standardise" else self.key

    def column(self, name: str) -> Column:
        """The declared column; raises DeclarationError with the nearest name."""
        found = {column.name: column for column in self.columns}
        if name not in found:
            guess = declarations.nearest(name, found)
            what = details.text("table_has_no_column", table=self.name, column=name)
            raise DeclarationError(what, details.text("nearest_is", guess=guess) if guess else "")
        return found[name]


@declarations.read_once("origin.toml", "tables/*.toml")
def load(dirs: Sequence[Path]) -> dict[str, Table]:
    """Every table declared in tables/*.toml of `dirs`, by name, with the columns of origin.toml where it asks for them.

    A later folder's file of the same name replaces the earlier one. Raises DeclarationError (file, place, nearest known
    word) for an unknown key, a column that contradicts itself, a table declared twice, a key that is no column, and an
    overlay that changes what the program relies on (FIXED_OF_COLUMNS, FIXED_OF_FILES).
    """
    origin = _layered(dirs, "origin.toml", OriginFile)[1]
    found = dict(_layered(dirs, name, TableFile) for name in declarations.files(dirs, "tables/*.toml"))
    declarations.unique(((parsed.table, path) for path, parsed in found.items()), "kind_table")
    tables = {parsed.table: _table(parsed, origin, path) for path, parsed in found.items()}
    for path, parsed in found.items():
        _refuse_exposed(tables[parsed.table], tables, path)
    return tables


def _refuse_exposed(table: Table, every: Mapping[str, Table], path: Path) -> None:
    """A column that is made of another is never less personal than that one is in any table, unless it only counts."""
    classes = get_args(Personal)
    for one in table.summaries:
        made_of = [column.personal for other in every.values() for column in other.columns if column.name == one.of]
        least = max(made_of, key=classes.index, default="none")
        if one.merge not in ("distinct", "rows") and classes.index(one.personal) < classes.index(least):
            values = {"column": one.name, "personal": one.personal, "of": one.of, "least": least}
            how = "declare_it_with_mask" if least == "direct" else "declare_it"
            raise DeclarationError(
                details.text("less_personal_than_source", path=path, **values), details.text(how, least=least)
            )


def _layered(dirs: Sequence[Path], name: str, model: type[F]) -> tuple[Path, F]:
    """The file of the last folder that has one, and its path. Raises DeclarationError if it changes the shape that the
    first one gives: the program fills and reads the columns by it, and would fail in the middle of a run."""
    paths = declarations.layers(dirs, name)
    last = declarations.read_toml(paths[-1], model)
    slips = list(_other_shape(declarations.read_toml(paths[0], model), last)) if len(paths) > 1 else []
    if slips:
        raise DeclarationError(
            details.text("slips_in", path=paths[-1], slips=details.listed(slips)), details.text("columns_of_ours_keep")
        )
    return paths[-1], last


# Keys that the program relies on: of a file about columns, and of a column.
FIXED_OF_FILES = ("table", "origin", "key", "record_key", "units", "rows", "steps", "facts")
FIXED_OF_COLUMNS = ("type", "stage", "until", "raw", "field", "merge", "of", "fact")


def _other_shape(first: TableFile | OriginFile, last: TableFile | OriginFile) -> Iterator[str]:
    """What a file about columns says otherwise than the packaged one of its name, though the program relies on it."""
    for key in FIXED_OF_FILES if isinstance(first, TableFile) else ():
        if getattr(first, key) != getattr(last, key):
            yield details.text("key_must_stay", key=key, was=repr(getattr(first, key)))
    for name, column in first.columns.items():
        if name not in last.columns:
            yield details.text("column_of_ours_gone", column=name)
            continue
        for key in FIXED_OF_COLUMNS:
            was, now = getattr(column, key), getattr(last.columns[name], key)
            if was != now:
                yield details.text("column_must_stay", column=name, key=key, now=repr(now), was=repr(was))


def _table(parsed: TableFile, origin: OriginFile, path: Path) -> Table:
    declared = dict(parsed.columns)
    shared = origin.columns if parsed.origin else {}
    named = {**{name: column for name, column in shared.items() if name not in declared}, **declared}
    columns = [column.model_copy(update={"name": name}) for name, column in named.items()]
    raw = list({one.name: one for one in (_raw(column) for column in reversed(columns) if column.raw)}.values())[::-1]
    last = [column for column in columns if column.type == "source_rows"]
    ordered = [column for column in columns if column not in last] + raw + last
    names = [column.name for column in ordered]
    for key in (*parsed.key, *parsed.record_key):
        if key not in names:
            guess = declarations.nearest(key, names)
            raise DeclarationError(
                details.text("key_is_no_column", path=path, key=key), details.text("nearest_is", guess=guess)
            )
    for name, known in (*((one.fact, parsed.facts) for one in columns if one.fact), *_keys(parsed.facts, names)):
        if name not in known:
            guess = declarations.nearest(name, known)
            raise DeclarationError(
                details.text("facts_lack", path=path, name=name), details.text("nearest_is", guess=guess)
            )
    if len(set(names)) != len(names):
        raise DeclarationError(details.text("two_columns_one_name", path=path))
    how = {
        name: getattr(parsed, name) for name in ("row", "doc", "key", "record_key", "units", "rows", "steps", "facts")
    }
    return Table(parsed.table, columns=tuple(ordered), **how)


def _keys(facts: Mapping[str, Fact], names: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Every column by which a fact is compared, with those that there are."""
    return ((name, names) for fact in facts.values() for name in fact.key)


def _raw(column: Column) -> Column:
    """The sender's own cell beside a cleaned column: nobody checked it, so it is never less than indirect."""
    name = column.raw if isinstance(column.raw, str) else f"{column.name}_raw"
    fields = dict.fromkeys(one for one, _ in column.sources) or [column.name]
    return Column(
        name=name,
        type="string",
        stage="standardise",
        personal="direct" if column.personal == "direct" else "indirect",
        mask=column.mask,
        field=tuple(f"{one}.raw" for one in fields),
        merge="earliest" if column.merge == "earliest" else "newest",
        fact=column.fact,
        doc=f"`{column.name}` as the sender wrote it",
    )


def conform(frame: pl.DataFrame, table: Table, stage: Stage = "compile") -> pl.DataFrame:
    """`frame` with exactly the table's columns of this stage (`table.polars(stage)`): missing ones null, ordered, cast.

    Raises BrokenLaw for a column that the table does not have at this stage (nothing is dropped in silence), and
    polars' InvalidOperationError for a value that does not fit its type (none becomes null in silence).
    """
    schema = table.polars(stage)
    strange = [name for name in frame.columns if name not in schema]
    if strange:
        raise BrokenLaw(details.text("no_column_at_stage", table=table.name, columns=", ".join(strange), stage=stage))
    return frame.select(
        pl.col(name).cast(kind, strict=True) if name in frame.columns else pl.lit(None, kind).alias(name)
        for name, kind in schema.items()
    )


def empty(table: Table, stage: Stage = "compile") -> pl.DataFrame:
    """Zero rows with the table's columns and types of this stage."""
    return pl.DataFrame(schema=table.polars(stage))


def naming_people(tables: Mapping[str, Table]) -> frozenset[str]:
    """The tables of an edition that name or reach somebody by themselves: those with a directly personal column."""
    return frozenset(
        name for name, table in tables.items() if any(column.personal == "direct" for column in table.at("compile"))
    )


def masks(tables: Mapping[str, Table]) -> dict[str, Mask]:
    """Column name -> mask, of every directly personal column of every stage, raw ones included.

    Raises DeclarationError for a name that is masked in two ways: what is shown must not depend on the table.
    """
    found: dict[str, Mask] = {}
    for column in (column for table in tables.values() for column in table.columns):
        if column.mask and found.setdefault(column.name, column.mask) != column.mask:
            what = details.text("masked_in_two_ways", column=column.name)
            raise DeclarationError(what, details.text("use_one_mask"))
    return found
