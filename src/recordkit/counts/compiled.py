"""Counts compiled from merged records: atoms by month, agency, place, unit and classification."""

from collections.abc import Mapping

import polars as pl

from recordkit.counts.coverage import Frame, Reporter, coverage, month_of_case

PLACE = ["period", "agency", "province", "district"]
CLASSES = ["npb_head", "iccs_code", "tip_tier"]
CLASSIFICATIONS = {"npb_head": "npb_head", "iccs_code": "iccs", "tip_tier": "tip_tier"}
COUNTED_ROLES = ["victim", "accused"]
NOT_A_CASE = "enquiry"

COUNTS_SCHEMA = pl.Schema(
    {
        "period": pl.String,
        "agency": pl.String,
        "province": pl.String,
        "district": pl.String,
        "unit": pl.String,
        "classification": pl.String,
        "code": pl.String,
        "count": pl.Int64,
        "districts_reporting": pl.Int32,
        "districts_expected": pl.Int32,
    }
)


def compile(
    cases: Frame,
    charges: Frame,
    persons: Frame,
    sources: Frame,
    *, agencies: Mapping[str, Reporter],
    districts: pl.DataFrame,
) -> pl.DataFrame:
    """The counts table: only atoms, each at least 1, every row with its coverage.

    cases, charges, persons, sources are edition tables (lazy is fine: everything here is a join or a
    group-by). `districts` is the reference table (province, district and, if it has them, valid_from and
    valid_to). A null district was resolved only to its province or division; a null code under npb_head
    or iccs could not be classified, so the codes of a unit always add up to the unit; tip_tier has rows
    only for offences that are in a tier.
    """
    counted = _counted_cases(cases, charges)
    units = [_cases(counted), _charges(charges, counted), _people(persons, counted)]
    pooled = pl.concat(pl.collect_all(units, engine="streaming"))
    covered = coverage(cases, sources, agencies, districts).drop("nil")
    return (
        pl.concat([_atoms(pooled, column) for column in CLASSES])
        .join(covered, on=["period", "agency"], how="left", nulls_equal=True)
        .select(pl.col(name).cast(dtype) for name, dtype in COUNTS_SCHEMA.items())
        .sort(*PLACE, "unit", "classification", "code", nulls_last=True)
    )


def countable(cases: Frame, charges: Frame) -> pl.LazyFrame:
    """The rows of `cases` that are counted.

    An enquiry is not a case. An entry whose every charge is no crime (preventive arrest, inquest) is
    registered like a case and is none either; with no readable charge it stays, unclassified.
    """
    crime = pl.col("is_crime").fill_null(True)
    named = charges.lazy().filter(pl.col("is_modifier").fill_null(False).not_())
    no_crime = named.group_by("case_id").agg(crime.any().alias("crime")).filter(pl.col("crime").not_())
    registered = cases.lazy().filter(pl.col("stage").cast(pl.String).ne_missing(NOT_A_CASE))
    return registered.join(no_crime, on="case_id", how="anti")


def _counted_cases(cases: Frame, charges: Frame) -> pl.LazyFrame:
    """case_id, place and classes of the principal offence."""
    counted = countable(cases, charges)
    return counted.select("case_id", month_of_case(), pl.col(*PLACE[1:], *CLASSES).cast(pl.String))


def _cases(counted: pl.LazyFrame) -> pl.LazyFrame:
    return _pool(counted.with_columns(unit=pl.lit("case")))


def _charges(charges: Frame, counted: pl.LazyFrame) -> pl.LazyFrame:
    """Every charge by its own classes; common intention, abetment alone and inquests are no offence."""
    own = charges.lazy().filter(pl.col("is_modifier").fill_null(False).not_(), pl.col("is_crime").fill_null(True))
    placed = own.select("case_id", pl.col(*CLASSES).cast(pl.String)).join(
        counted.select("case_id", *PLACE), on="case_id"
    )
    return _pool(placed.with_columns(unit=pl.lit("charge")))


def _people(persons: Frame, counted: pl.LazyFrame) -> pl.LazyFrame:
    """Merged mentions of victims and accused, under the principal offence of their case."""
    role = pl.col("role").cast(pl.String)
    people = persons.lazy().filter(role.is_in(COUNTED_ROLES)).select("case_id", unit=role)
    return _pool(people.join(counted, on="case_id"))


def _pool(rows: pl.LazyFrame) -> pl.LazyFrame:
    """One small frame per unit: the three classifications are then counted from it, not from the rows."""
    keys = [*PLACE, "unit", *CLASSES]
    return rows.group_by(keys).agg(pl.len().cast(pl.Int64).alias("count")).select(*keys, "count")


def _atoms(pooled: pl.DataFrame, column: str) -> pl.DataFrame:
    counted = pooled.drop_nulls(column) if column == "tip_tier" else pooled
    return (
        counted.group_by(*PLACE, "unit", pl.col(column).alias("code"))
        .agg(pl.col("count").sum())
        .with_columns(classification=pl.lit(CLASSIFICATIONS[column]))
    )
