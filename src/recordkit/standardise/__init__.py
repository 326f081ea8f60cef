"""Canonical strings -> typed frames: a cleaned value beside every raw one, unreadable values null with a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from recordkit.standardise.clean_columns import FINDING_SCHEMA, KEYS, Use, Uses, of_programs
from recordkit.standardise.declared_columns import refuse_wrong_sources
from recordkit.standardise.people import people
from recordkit.standardise.sections import sections_of_law
from recordkit.standardise.source_rows import Asked, Filling, Known, SourceRows
from recordkit.standardise.steps import STEPS

__all__ = ["FINDING_SCHEMA", "KEYS", "Asked", "Known", "Typed", "Use", "Uses", "refuse_wrong_sources", "standardise"]


@dataclass(frozen=True)
class Typed:
    """Typed frames by table (submission level, each row with KEYS) and what was found on the way."""

    frames: Mapping[str, pl.DataFrame]
    findings: Sequence[pl.DataFrame]  # FINDING_SCHEMA, those of one kernel in a frame


def standardise(rows: pl.DataFrame, asked: Asked, known: Known) -> Typed:
    """Type every field of `rows`: a frame for every table that is made of their unit (schemas/tables).

    rows: KEYS and the mapped fields of the unit, all String but `row` Int64 and `part` Int32.
    Row-local: standardise(a ++ b) = standardise(a) ++ standardise(b).
    """
    source = SourceRows(rows, asked, known)
    frames: dict[str, pl.DataFrame] = {}
    for table in known.tables.values():
        if asked.unit in table.units:
            filling = Filling(table, source)
            frames[table.name] = ROWS[table.rows](filling, frames)
    source.found += of_programs(source.rows, asked.uses, source.reference)
    return Typed(_without_unknown(frames, asked.unit), source.found)


def one_each(filling: Filling, _frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A row for every source row: KEYS, what the table's steps make, and all columns that have a field."""
    rows, asked = filling.source.rows, filling.source.asked
    facts = {"unit": asked.unit, "source": asked.source}
    known = {name: pl.repeat(value, rows.height, eager=True) for name, value in facts.items()}
    filling.made |= {name: series for name, series in known.items() if filling.has(name)}
    for step in filling.table.steps:
        filling.made |= STEPS[step](filling)
    every = filling.made | filling.others(filling.made)
    return rows.select(KEYS).with_columns(series.alias(name) for name, series in every.items())


# How the rows of a table are made of source rows: `rows` of its declaration.
ROWS = {"": one_each, "sections_of_law": sections_of_law, "people": people}


def _without_unknown(frames: dict[str, pl.DataFrame], unit: str) -> dict[str, pl.DataFrame]:
    """The frames without the people whom nobody knows; of the accused their case says that there are some. A case of
    which nothing is said of accused says null, and a row about one person says nothing of the others."""
    if "persons" not in frames:
        return frames
    everybody = frames["persons"]
    accused = everybody.filter(pl.col("role") == "accused")
    if unit == "person":
        accused = accused.filter("unknown")
    unknown = accused.group_by("record_id").agg(pl.col("unknown").any().alias("accused_unknown"))
    cases = frames["cases"].join(unknown, on="record_id", how="left", maintain_order="left")
    return frames | {"cases": cases, "persons": everybody.filter(~pl.col("nobody")).drop("unknown", "nobody")}
