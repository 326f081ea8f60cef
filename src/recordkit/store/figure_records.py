"""Which records stand behind which figure: one row for each thing that `counts` counts."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from recordkit.counts.compiled import CLASSES, CLASSIFICATIONS, PLACE, countable
from recordkit.counts.coverage import month_of_case
from recordkit.store.reading import Edition

CELL = [*PLACE, "unit", "classification", "code"]
_CHARGES = {
    "case_id": pl.String,
    **dict.fromkeys(CLASSES, pl.String),
    "is_modifier": pl.Boolean,
    "is_crime": pl.Boolean,
}
_PERSONS = {"case_id": pl.String, "mention_id": pl.String, "role": pl.String}


def counted(edition: Edition, of: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """case_id, mention_id (people only) and the cell: a row for every unit under every classification.

    of: only units of the cases in its column case_id.
    """
    charges = _table(edition, "charges", _CHARGES, of)
    cases = countable(_only(edition.scan("cases"), of), charges).select(
        "case_id", month_of_case(), pl.col(*PLACE[1:], *CLASSES).cast(pl.String)
    )
    named = charges.filter(pl.col("is_modifier").fill_null(False).not_(), pl.col("is_crime").fill_null(True)).select(
        "case_id", pl.col(*CLASSES).cast(pl.String)
    )
    people = _table(edition, "persons", _PERSONS, of).select(
        "case_id", "mention_id", unit=pl.col("role").cast(pl.String)
    )
    units = [
        cases.with_columns(unit=pl.lit("case")),
        named.join(cases.drop(CLASSES), on="case_id").with_columns(unit=pl.lit("charge")),
        people.filter(pl.col("unit").is_in(["victim", "accused"])).join(cases, on="case_id"),
    ]
    rows = pl.concat(units, how="diagonal")
    classed = [
        (rows.drop_nulls(column) if column == "tip_tier" else rows).select(
            "case_id", "mention_id", *PLACE, "unit", classification=pl.lit(name), code=pl.col(column)
        )
        for column, name in CLASSIFICATIONS.items()
    ]
    return pl.concat(classed)


def _only(frame: pl.LazyFrame, of: pl.LazyFrame | None) -> pl.LazyFrame:
    return frame if of is None else frame.join(of, on="case_id", how="semi")


def _table(
    edition: Edition, name: str, schema: Mapping[str, type[pl.DataType]], of: pl.LazyFrame | None
) -> pl.LazyFrame:
    """The columns needed of a table; one that is not there has no rows, a column that is not there no values."""
    if name not in edition.tables:
        return pl.LazyFrame(schema=schema)
    frame = edition.scan(name)
    have = frame.collect_schema()
    known = frame.select(
        pl.col(column) if column in have else pl.lit(None, dtype=kind).alias(column) for column, kind in schema.items()
    )
    return _only(known, of)
