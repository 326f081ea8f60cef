"""Entities and their relations, one JSON document a line: what several rows say of one entity is said once.

Every id is keyed: the same value of the same kind has the same id in every export under the key, and nobody without the
key can make it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import polars as pl

from recordkit.exports.declaration import Standard
from recordkit.exports.records import each_of, field_of

ID, SCHEMA, PROPERTY, VALUE = "id", "schema", "property", "value"
Keyed = Callable[[pl.Series, str], pl.Series]  # values and their kind -> a keyed id for each


def entities_of(
    standard: Standard, frames: Mapping[str, pl.DataFrame], home: str, keyed: Keyed, edition: str
) -> pl.Series:
    """All entities as lines of JSON (id, schema, properties, and the edition as their dataset), in the order of ids.

    Raises DeclarationError for a column that the copy does not have.
    """
    parts = []
    for name, rows, fields, frame in each_of(standard, frames):
        if not rows.entity:
            continue
        ids = _ids(standard, name, frame[rows.id], keyed)
        for field in fields:
            if field.reason:
                continue
            values = frame.with_columns(field_of(standard, field, home))[field.name]
            values = _ids(standard, field.to, values, keyed) if field.to else values
            parts.append(_stated(ids, rows.entity, field.name, values))
    return _lines(pl.concat(parts), re.sub("[^a-z0-9]+", "_", f"recordkit {edition}".lower()))


def _ids(standard: Standard, name: str, values: pl.Series, keyed: Keyed) -> pl.Series:
    """The ids of the entities that these values stand for."""
    kind = standard.rows[name].same_as or name
    made = keyed(values.cast(pl.String), f"entity {kind}")
    return (f"{standard.rows[kind].entity.lower()}-" + made).rename(ID)


def _stated(ids: pl.Series, schema: str, name: str, values: pl.Series) -> pl.DataFrame:
    """`id`, `schema`, `property`, `value`: what the rows say of one property."""
    stated = pl.DataFrame([ids, values.cast(pl.String).replace("", None).rename(VALUE)]).drop_nulls().unique()
    return stated.select(ID, pl.lit(schema).alias(SCHEMA), pl.lit(name).alias(PROPERTY), VALUE)


def _lines(stated: pl.DataFrame, dataset: str) -> pl.Series:
    """One document for each id: `{"id": …, "schema": …, "properties": {name: [values]}, "datasets": [edition]}`."""
    lists = stated.unique().group_by(ID, SCHEMA, PROPERTY).agg(pl.col(VALUE).sort()).sort(ID, PROPERTY)
    value = pl.struct(VALUE).struct.json_encode().str.slice(len('{"value":')).str.head(-1)
    pairs = lists.with_columns(pl.format('"{}":{}', PROPERTY, value).alias(VALUE))
    known = pairs.group_by(ID, SCHEMA, maintain_order=True).agg(pl.col(VALUE).str.join(","))
    start = pl.concat_str(pl.lit('{"id":"'), ID, pl.lit('","schema":"'), SCHEMA)
    rest = pl.concat_str(pl.lit('","properties":{'), VALUE, pl.lit('},"datasets":["' + dataset + '"]}'))
    return known.select(pl.concat_str(start, rest).alias("line")).to_series()
