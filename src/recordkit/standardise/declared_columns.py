"""Holds what tables say of their fields against the fields that there are, before any file is read."""

from __future__ import annotations

from collections.abc import Iterator

from recordkit import details
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
        what = details.text("tables_and_fields", slips=details.listed(slips))
        raise DeclarationError(what, details.text("see_intake"))


def _slips(table: Table, known: Known) -> Iterator[str]:
    units = [known.intake.fields(unit) for unit in table.units]
    names = {name for fields in units for name in fields}
    for column in (one for one in table.at("standardise") if units and one.name not in KEYS):
        place = f"{table.name}.{column.name}"
        if column.merge != "newest" and table.name not in MERGED:
            yield details.text("cannot_say_merge", column=place, tables=", ".join(MERGED))
        for name, part in column.sources:
            own = part == "raw" and column.name == f"{name}_raw"
            if column.field is not None and name not in names and not own:
                guess = nearest(name, names)
                what = "no_such_source_guess" if guess else "no_such_source"
                yield details.text(what, column=place, field=name, **({"guess": guess} if guess else {}))
            yield from sorted({slip for one in units if name in one for slip in _unfit(place, column, one[name], part)})


def _unfit(place: str, column: Column, field: IntakeField, part: str) -> Iterator[str]:
    """Why a column cannot be filled from this part of a field of its name or choice."""
    gives, part = field.kind.gives, part or field.kind.value
    if part == "raw":
        given = "string"
    elif part not in gives:
        given = ", ".join(gives) or details.text("no_column")
        yield details.text("cannot_be_filled", column=place, type=field.type, gives=given)
        return
    else:
        given = gives[part]
    if given != column.type and (given, column.type) not in _WIDER:
        yield details.text("other_type", column=place, type=column.type, field=field.type, given=given)
