"""The rows of a sheet, read field by field as their declaration says, with what is found in them."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import polars as pl

from recordkit.fields.kinds import Kernel, Setting
from recordkit.reference import Reference
from recordkit.source_fields import Intake, IntakeField
from recordkit.standardise import clean_columns
from recordkit.standardise.clean_columns import Use, Uses
from recordkit.tables import Column, Table


@dataclass(frozen=True)
class Asked:
    """What the rows of a sheet are: their unit, how the file says each field, the name of the file, the kind of agency
    that sent it."""

    unit: str
    uses: Uses
    source: str
    sender: str | None = None


class Known(Protocol):
    """The declarations that standardising needs."""

    @property
    def tables(self) -> Mapping[str, Table]: ...
    @property
    def intake(self) -> Intake: ...
    @property
    def reference(self) -> Reference: ...


class SourceRows:
    """`rows`: KEYS and the mapped fields of the unit. What is found in them is collected in `found`."""

    def __init__(self, rows: pl.DataFrame, asked: Asked, known: Known) -> None:
        self.asked, self.reference = asked, known.reference
        self.fields: Mapping[str, IntakeField] = known.intake.fields(asked.unit)
        read = clean_columns.declared(rows, asked.uses)
        doubted = [name for name, one in self.fields.items() if one.kind.doubted and name in read.columns]
        self.rows, self.found = clean_columns.without_doubts(read, doubted, asked.uses)
        self._read: dict[str, pl.DataFrame] = {}

    def has(self, name: str) -> bool:
        """Whether the rows have a field that can be read."""
        return name in self.fields and name in self.rows.columns

    def raw(self, name: str) -> pl.Series:
        """The cells of a field as they stand in the file; null where there is no such field."""
        return clean_columns.raw(self.rows, name)

    def strings(self, name: str) -> pl.Series:
        """The cells of a field as the declaration reads them; null where there is no such field."""
        return clean_columns.declared_strings(self.rows, name)

    def kernel(self, name: str) -> Kernel:
        """What reads a field of this unit in this file."""
        field, use = self.fields[name], self.asked.uses.get(name) or Use(name)
        setting = Setting(
            self.reference, field.vocabulary, field.several, field.relation, use.date_order, use.zone, use.epoch,
            self._years(field), use.verbatim, use.pattern, field.range,
        )  # fmt: skip
        return field.kind.read(setting)

    def read(self, name: str, kernel: Kernel | None = None) -> pl.DataFrame:
        """What a field's kernel (or this one) gives for every row; who reads it says what is wrong with it (`tell`)."""
        reader = kernel or self.kernel(name)
        cells = self.strings(name).alias("value")
        if cells.null_count() == self.rows.height:
            return clean_columns.of_nothing(name, reader, self.rows.height)
        return clean_columns.each(cells, reader)

    def read_together(self, fields: Sequence[str], kernel: Callable[..., pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """What one kernel of the reference gives for the rows of each field, asked once for all of their cells: one
        with long patterns costs the same for a few cells as for many."""
        height, reader = self.rows.height, partial(kernel, reference=self.reference)
        there = [name for name in fields if self.strings(name).null_count() < height]
        found = {name: clean_columns.of_nothing(name, reader, height) for name in fields if name not in there}
        if there:
            cells = pl.concat([self.strings(name).alias("value") for name in there])
            made = clean_columns.each(cells, reader)
            found |= {name: made.slice(at * height, height) for at, name in enumerate(there)}
        return found

    def tell(self, name: str, cleaned: pl.DataFrame) -> None:
        """Collect the findings of a field: a row for every code in `cleaned`."""
        self.found.append(clean_columns.findings(self.rows, name, self.asked.uses, cleaned))

    def take(self, name: str, read: pl.DataFrame) -> None:
        """What is read of a field, from a step that judges it with others, before anything asks for it; it is told."""
        self._read[name] = read
        self.tell(name, read)

    def part(self, name: str, part: str = "") -> pl.Series:
        """A part of what is read of a field (empty: the value; `raw`: the cell). What is wrong with it is told once."""
        if part == "raw":
            return self.raw(name)
        if name not in self._read:
            self._read[name] = self.read(name)
            self.tell(name, self._read[name])
        return self._read[name].get_column(part or self.fields[name].kind.value)

    def _years(self, field: IntakeField) -> tuple[int, int]:
        """The years that are believed of a date. Where the field has an earliest one, it is of the past: the month of
        the file is the last, and settles years of two digits."""
        usual = Setting.years
        if field.earliest is None:
            return usual
        month = self.rows["period"].max()
        return field.earliest, int(month[:4]) if isinstance(month, str) else usual[1]


class Filling:
    """The columns of one table for the rows, made as they are asked for: by a step, else from their fields."""

    def __init__(self, table: Table, source: SourceRows) -> None:
        self.table, self.source = table, source
        self.made: dict[str, pl.Series] = {}
        self._columns: dict[str, Column] = {one.name: one for one in table.at("standardise")}

    def has(self, name: str) -> bool:
        """Whether the table has the column while files are read."""
        return name in self._columns

    def column(self, name: str) -> pl.Series:
        """A column of the table, null where the rows have none of its fields."""
        if name not in self.made:
            column, height = self._columns[name], self.source.rows.height
            filled = self._filled(column)
            none = pl.repeat(None, height, dtype=column.dtype, eager=True)
            self.made[name] = none if filled is None else filled
        return self.made[name]

    def parts(self, name: str) -> dict[str, pl.Series]:
        """What each field of a column gives for it, of those that the rows have, in their order."""
        sources = self._columns[name].sources
        return {field: self.source.part(field, part) for field, part in sources if self.source.has(field)}

    def others(self, made: Container[str]) -> dict[str, pl.Series]:
        """Every declared column that is not `made` and that the rows have a field for."""
        left = (one for name, one in self._columns.items() if name not in made and name not in clean_columns.KEYS)
        filled = {one.name: self._filled(one) for one in left}
        return {name: series for name, series in filled.items() if series is not None}

    def _filled(self, column: Column) -> pl.Series | None:
        parts = [self.source.part(name, part) for name, part in column.sources if self.source.has(name)]
        if len(parts) < 2:
            return parts[0] if parts else None
        return pl.select(pl.coalesce(parts)).to_series()
