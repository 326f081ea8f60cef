"""Holds what tables say of their fields against the fields that there are, before any file is read."""

from __future__ import annotations

from collections.abc import Iterator

from recordkit.declarations import nearest
from recordkit.errors import DeclarationError
from recordkit.source_fields import IntakeField
from recordkit.standardise.clean_columns import KEYS
from recordkit.standardise.source_rows import Known
from recordkit.tables import Column, Table

_WIDER = {("int32", "int64")}  # (what a field gives, the column that may hold it too)
MERGED = ("cases", "charges", "persons")  # whose rows are made of several reports, column by column


def refuse_wrong_sources(known: Known) -> None:
    """Raise DeclarationError for every column whose field does not exist, or gives what the column cannot hold."""
    slips = [slip for table in known.tables.values() for slip in _slips(table, known)]
    if slips:
        raise DeclarationError("tables/*.toml: " + "; ".join(slips), "intake.toml has the fields and their types")


def _slips(table: Table, known: Known) -> Iterator[str]:
    units = [known.intake.fields(unit) for unit in table.units]
    names = {name for fields in units for name in fields}
    for column in (one for one in table.at("standardise") if units and one.name not in KEYS):
        if column.merge != "newest" and table.name not in MERGED:
            yield f"{table.name}.{column.name}: only columns of {', '.join(MERGED)} say how they are merged"
        for name, part in column.sources:
            own = part == "raw" and column.name == f"{name}_raw"
            if column.field is not None and name not in names and not own:
                guess = nearest(name, names)
                hint = f"; did you mean '{guess}'?" if guess else ""
                yield f"{table.name}.{column.name} is filled from '{name}', which is no field of its rows{hint}"
            given = {slip for fields in units if name in fields for slip in _unfit(column, fields[name], part)}
            yield from (f"{table.name}.{column.name} {slip}" for slip in sorted(given))


def _unfit(column: Column, field: IntakeField, part: str) -> Iterator[str]:
    """Why a column cannot be filled from this part of a field of its name or choice."""
    gives, part = field.kind.gives, part or field.kind.value
    if part == "raw":
        given = "string"
    elif part not in gives:
        yield f"cannot be filled from a field of type {field.type}: it gives {', '.join(gives) or 'no column'}"
        return
    else:
        given = gives[part]
    if given != column.type and (given, column.type) not in _WIDER:
        yield f"is of type {column.type}, and a field of type {field.type} gives {given}: change one of them"
