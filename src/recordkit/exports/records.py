"""Records in the fields of a standard: the rows of an analysts' copy, with its pseudonyms and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from recordkit import details
from recordkit.errors import DeclarationError
from recordkit.exports.declaration import RecordField, Rows, Standard

TYPE, EACH = "each.type", "each.value"
COUNTRY = "^[A-Z]{3}$"  # ISO 3166-1 alpha-3; any other place is at home
UNMAPPED = dict.fromkeys(("what", "item", "reason", "reason_ur"), pl.String)


def tables_of(standard: Standard) -> list[str]:
    """The tables of the copy that the records are made of."""
    return sorted({"cases", *(one.table for one in standard.rows.values())}) if standard.rows else []


def records_of(
    standard: Standard, frames: Mapping[str, pl.DataFrame], home: str
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Name of a file -> its rows, all fields as text; and our values that the standard has no word for.

    Raises DeclarationError for a column that the copy does not have.
    """
    made, unknown = {}, []
    for name, rows, fields, frame in each_of(standard, frames):
        for one in fields:
            unknown += _without_word(standard, one, frame, home)
        if rows.entity:
            continue
        ids = [pl.col(column).cast(pl.String).alias(theirs) for theirs, column in rows.ids.items()]
        made[name] = frame.select(*ids, *(field_of(standard, one, home) for one in fields))
    return made, pl.DataFrame(unknown, schema=UNMAPPED, orient="row").unique(maintain_order=True)


def each_of(
    standard: Standard, frames: Mapping[str, pl.DataFrame]
) -> Iterator[tuple[str, Rows, list[RecordField], pl.DataFrame]]:
    """For all `rows` their name, declaration, fields, and the rows with their columns, called table.column.

    Raises DeclarationError for a column that the copy does not have.
    """
    for name, rows in standard.rows.items():
        frame = _rows_of(rows, frames)
        fields = [one for one in standard.fields if one.file == name]
        own = (rows.id,) if rows.id else ()
        for column in (*own, *rows.ids.values(), *(one.source for one in fields if one.source)):
            if column not in frame.columns:
                raise DeclarationError(details.text("no_column_in_copy", name=name, column=column))
        yield name, rows, fields, frame


def released_of(standard: Standard, rows: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The people of released microdata, each with its case, in the standard's fields.

    What is withheld or not stated is empty. Raises DeclarationError for a column that the microdata do not have.
    """
    people = next(frame for name, frame in rows.items() if name not in ("cases", "charges"))
    named = [
        frame.rename({column: f"{table}.{column}" for column in frame.columns if column != "record"})
        for table, frame in (("persons", people), ("cases", rows["cases"]))
    ]
    joined = named[0].join(named[1], on="record", maintain_order="left")
    stated = pl.col(pl.String).replace(details.text("not_stated"), None)
    for one in standard.fields:
        if one.source and one.source not in joined.columns:
            raise DeclarationError(details.text("no_column_in_copy", name=standard.microdata, column=one.source))
    return joined.with_columns(stated).select(field_of(standard, one, "") for one in standard.fields)


def _rows_of(rows: Rows, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The rows of a file with the columns of their case, and of services those of the victim."""
    own = frames[rows.table].filter(*(pl.col(column).is_in(list(values)) for column, values in rows.where.items()))
    joined = _named(own, rows.table)
    if rows.table != "cases":
        joined = _beside(joined, _named(frames["cases"], "cases"), f"{rows.table}.case_id", "cases.case_id")
    if rows.table == "services" and "persons" in frames:
        people = _named(frames["persons"], "persons")
        joined = _beside(joined, people, "services.mention_id", "persons.mention_id")
    if rows.each:
        parts = [
            joined.with_columns(pl.lit(kind).alias(TYPE), pl.col(column).cast(pl.String).alias(EACH))
            for kind, column in rows.each.items()
        ]
        joined = pl.concat(parts).drop_nulls(EACH)
    return joined.drop_nulls([*rows.needs]) if rows.needs else joined


def _named(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    return frame.select(pl.all().name.map(lambda column: f"{table}.{column}"))


def _beside(frame: pl.DataFrame, other: pl.DataFrame, key: str, theirs: str) -> pl.DataFrame:
    return frame.join(other, left_on=key, right_on=theirs, how="left", coalesce=False, maintain_order="left")


def _words(standard: Standard, field: RecordField) -> dict[str, str] | None:
    """Our value -> the standard's, where the field has a crosswalk."""
    walks = standard.crosswalks
    walk = walks.get(field.words) or walks.get(field.name) or walks.get(field.source)
    return None if walk is None else {value: row.to for row in walk.rows for value in row.values}


def field_of(standard: Standard, field: RecordField, home: str) -> pl.Expr:
    """What a field of the standard holds; home: the country of places at home."""
    if not field.source:
        return pl.lit(field.value or None, pl.String).alias(field.name)
    value, words = _part(field, home), _words(standard, field)
    if words is not None:
        value = value.replace_strict(words, default=None, return_dtype=pl.String)
    return value.alias(field.name)


def _part(field: RecordField, home: str) -> pl.Expr:
    """Our value, or the part of it that the field is about."""
    value = pl.col(field.source).cast(pl.String)
    if field.part == "first":
        return value.str.extract("^([0-9]+)")
    abroad = value.str.contains(COUNTRY)
    if field.part == "country":
        return pl.when(abroad).then(value).when(value.is_not_null()).then(pl.lit(home))
    return pl.when(~abroad).then(value) if field.part == "place" else value


def _without_word(
    standard: Standard, field: RecordField, frame: pl.DataFrame, home: str
) -> list[tuple[str, str, str, str]]:
    words = _words(standard, field)
    if words is None or not field.source:
        return []
    values = frame.select(_part(field, home)).to_series().drop_nulls().unique().sort()
    reason = details.text("no_word_in_standard")
    return [("value", f"{field.source}: {value}", reason, "") for value in values if value not in words]


def empty_fields(standard: Standard) -> pl.DataFrame:
    """The fields of the standard that stay empty, with the reason."""
    rows = [
        ("field", one.name, standard.reasons[one.reason].en, standard.reasons[one.reason].ur)
        for one in standard.fields
        if one.reason
    ]
    return pl.DataFrame(rows, schema=UNMAPPED, orient="row")


def mapping_of_fields(standard: Standard) -> pl.DataFrame:
    """Every field that is filled, from what, and how well: as `figures.mapping_of`."""
    rows = [
        (one.file, one.source or one.value, one.name, "", one.quality, one.note)
        for one in standard.fields
        if not one.reason
    ]
    names = ("column", "ours", "theirs", "label", "quality", "note")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
