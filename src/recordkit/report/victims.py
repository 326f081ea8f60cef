"""Victims by age, sex and exploitation, and the services they were given: counts only."""

from __future__ import annotations

from itertools import pairwise

import polars as pl

from recordkit.report.context import Context
from recordkit.report.crosstab import Code, Side, cross
from recordkit.report.model import Chart, Group, Section, Table


def victims(context: Context) -> Section:
    """Victims and services, for the whole country only: a smaller place would point to people."""
    words = context.words.section["victims"]
    counted = _victims(context)
    tables = (_by_age(context, counted), _by_exploitation(context, counted), _services(context))
    return Section("victims", words.title, words.urdu, words.intro, (Group(tables),))


def _victims(context: Context) -> pl.DataFrame:
    """sex, band, exploitation, victim_status, count of the victims in cases of the scope."""
    cases = context.cases.filter(pl.col("period").is_in(context.scope)).select("case_id", "registered_on")
    people = context.edition.scan("persons").filter(pl.col("role").cast(pl.String) == "victim")
    codes = pl.col("sex", "exploitation", "victim_status").cast(pl.String)
    return (
        people.join(cases, on="case_id")
        .select(codes, age_band(context.words.age_bands).alias("band"))
        .group_by("sex", "exploitation", "victim_status", "band")
        .agg(pl.len().cast(pl.Int64).alias("count"))
        .collect(engine="streaming")
    )


def bands(first_years: tuple[int, ...]) -> dict[Code, str]:
    """First year of a band, as text, -> "9-17"; the last band is open."""
    names: dict[Code, str] = {str(low): f"{low}–{high - 1}" for low, high in pairwise(first_years)}
    return names | {str(first_years[-1]): f"{first_years[-1]}+"}


def age_band(first_years: tuple[int, ...]) -> pl.Expr:
    """The first year of the band of each age: as recorded, else from the date of birth. Needs registered_on."""
    born, registered = pl.col("date_of_birth"), pl.col("registered_on")
    before_birthday = registered.dt.ordinal_day() < born.dt.ordinal_day()
    age = pl.coalesce("age", registered.dt.year() - born.dt.year() - before_birthday.cast(pl.Int32))
    band = pl.lit(None, pl.String)
    for year in first_years:
        band = pl.when(age >= year).then(pl.lit(str(year))).otherwise(band)
    return band


def _named(
    context: Context,
    counted: pl.DataFrame,
    column: str,
    vocabulary: str,
    *, heading: str = "",
    absent: str = "unknown",
) -> Side:
    codes = context.order(vocabulary, counted[column].unique().to_list())
    return Side(column, {code: context.label(vocabulary, code, absent) for code in codes}, heading)


def _by_age(context: Context, counted: pl.DataFrame) -> Table:
    unknown: dict[Code, str] = {None: context.word("unknown")}
    down = Side("band", bands(context.words.age_bands) | unknown, context.word("age"))
    across = _named(context, counted, "sex", "sex")
    crossed = cross(counted, down, across, context.word("total"), "column")
    chart = Chart("bars", context.words.table["victims_by_age"].title, ("total",))
    frame = crossed.frame if counted.height else crossed.frame.clear()
    return context.table("victims_by_age", frame, crossed.columns, chart=chart, total_row=True)


def _by_exploitation(context: Context, counted: pl.DataFrame) -> Table:
    known = counted.filter(pl.col("exploitation").is_not_null() | pl.col("victim_status").is_not_null())
    down = _named(context, known, "exploitation", "exploitation", heading=context.word("form"))
    across = _named(context, known, "victim_status", "victim_status")
    crossed = cross(known, down, across, context.word("total"), "column")
    chart = Chart("bars", context.words.table["exploitation"].title, ("total",))
    return context.table("exploitation", crossed.frame, crossed.columns, chart=chart, total_row=True)


def _services(context: Context) -> Table:
    counted = (
        context.edition.scan("services")
        .filter(pl.col("period").cast(pl.String).is_in(context.scope))
        .group_by(pl.col("service", "outcome").cast(pl.String))
        .agg(pl.len().cast(pl.Int64).alias("count"))
        .collect(engine="streaming")
    )
    down = _named(context, counted, "service", "service", heading=context.word("service"))
    across = _named(context, counted, "outcome", "outcome")
    crossed = cross(counted, down, across, context.word("total"), "column")
    chart = Chart("bars", context.words.table["services"].title, ("total",))
    return context.table("services", crossed.frame, crossed.columns, chart=chart, total_row=True)
