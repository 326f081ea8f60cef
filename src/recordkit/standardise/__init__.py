"""Canonical strings -> typed frames: a cleaned value beside every raw one, unreadable values null with a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from recordkit.reference import Reference
from recordkit.source_fields import Intake
from recordkit.standardise.cases import cases
from recordkit.standardise.charges import charges
from recordkit.standardise.clean_columns import FINDING_SCHEMA, KEYS, Use, Uses, declared, of_programs
from recordkit.standardise.people import persons, victim_of_service
from recordkit.standardise.returns import returns
from recordkit.standardise.services import services

__all__ = ["FINDING_SCHEMA", "KEYS", "Typed", "Use", "Uses", "standardise"]


@dataclass(frozen=True)
class Typed:
    """Typed frames by table (submission level, each row with KEYS) and what was found on the way."""

    frames: Mapping[str, pl.DataFrame]
    findings: Sequence[pl.DataFrame]  # FINDING_SCHEMA, those of one kernel in a frame


def standardise(
    rows: pl.DataFrame, unit: str, uses: Uses, intake: Intake, reference: Reference, source: str
) -> Typed:
    """Type every field of `rows`.

    rows: KEYS and the mapped intake fields of the unit, all String but `row` Int64 and `part` Int32.
    Frames by unit: case, enquiry, person -> cases, charges, persons; service -> services; return -> returns.
    Row-local: standardise(a ++ b) = standardise(a) ++ standardise(b).
    """
    rows = declared(rows, uses)
    programs = of_programs(rows, uses, reference)
    if unit == "return":
        frame, found = returns(rows, uses, reference, source)
        return Typed({"returns": frame}, found + programs)
    if unit == "service":
        frame, found = services(rows, uses, reference)
        victim, issues = victim_of_service(rows, uses, reference)
        return Typed({"services": pl.concat([frame, victim], how="horizontal")}, found + issues + programs)
    typed, found = cases(rows, unit, uses, reference)
    charged, from_charges = charges(rows, typed, uses, reference)
    people, from_people = persons(rows, unit, uses, intake.fields(unit), reference)
    typed = typed.with_columns(accused_unknown=_accused_unknown(typed, people, unit))
    known = people.filter(~pl.col("nobody")).drop("unknown", "nobody")
    frames = {"cases": typed, "charges": charged, "persons": known}
    return Typed(frames, found + from_charges + from_people + programs)


def _accused_unknown(typed: pl.DataFrame, people: pl.DataFrame, unit: str) -> pl.Series:
    """Whether a row says that its accused are not known; null when it says nothing of them, and a row about one
    person says nothing of the others."""
    accused = people.filter(pl.col("role") == "accused")
    if unit == "person":
        accused = accused.filter("unknown")
    said = accused.group_by("record_id").agg(pl.col("unknown").any().alias("accused_unknown"))
    return typed.select("record_id").join(said, on="record_id", how="left", maintain_order="left")["accused_unknown"]

