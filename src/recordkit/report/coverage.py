"""Who reported: agency by month, with districts reporting and expected, nil returns and missing months."""

from __future__ import annotations

import polars as pl

from recordkit.report.context import Context, span
from recordkit.report.model import Column, Group, Section, Table

EXPECTED = pl.col("expected")


def coverage(context: Context) -> Section:
    """The section: one grid."""
    words = context.words.section["coverage"]
    return Section("coverage", words.title, words.urdu, words.intro, (Group((_grid_table(context),)),))


def grid(context: Context) -> pl.DataFrame:
    """period, agency, reporting, expected, nil, files, state: every agency ever heard, in every month shown.

    `expected` is what the agency's other months say when this month has no figure at all, so that a month
    nobody sent still counts as districts that are missing.
    """
    return context.once(_grid)


def _grid(context: Context) -> pl.DataFrame:
    counted = context.cube.group_by("period", "agency").agg(
        pl.col("districts_reporting").max().alias("reporting"),
        pl.col("districts_expected").max().alias("own"),
    )
    usual = counted.sort("period").group_by("agency").agg(pl.col("own").drop_nulls().last().alias("usual"))
    keys = {"period": context.months, "agency": _agencies(context)}
    months, agencies = (pl.DataFrame({key: values}, schema={key: pl.String}) for key, values in keys.items())
    return (
        agencies.join(months, how="cross")
        .join(counted, on=["period", "agency"], how="left", maintain_order="left")
        .join(usual, on="agency", how="left", maintain_order="left")
        .join(_files(context.sources), on=["period", "agency"], how="left", maintain_order="left")
        .with_columns(pl.coalesce("own", "usual").alias("expected"), pl.col("files").fill_null(0))
        .with_columns(pl.col("nil").fill_null(False))
        .with_columns(_state())
        .select("period", "agency", "reporting", "expected", "nil", "files", "state")
    )


def complete_months(context: Context) -> list[str]:
    """Months in which every agency with expected districts heard from all of them."""
    return context.once(_complete_months)


def _complete_months(context: Context) -> list[str]:
    expecting = grid(context).filter(EXPECTED.is_not_null())
    whole = pl.col("nil") | (pl.col("reporting").fill_null(0) >= EXPECTED)
    months = expecting.group_by("period").agg(whole.all().alias("whole")).filter("whole")
    return sorted(months["period"])


def nil_months(context: Context) -> pl.DataFrame:
    """period, province: months of which an agency of the province said that there was nothing."""
    provinces = {key: agency.province for key, agency in context.agencies.items() if agency.province}
    owner = pl.DataFrame(
        {"agency": list(provinces), "province": list(provinces.values())},
        schema={"agency": pl.String, "province": pl.String},
    )
    return _files(context.sources).filter("nil").join(owner, on="agency").select("period", "province").unique()


def districts_reporting_of(context: Context, period: str) -> tuple[int, int]:
    """Districts reporting and expected of one month, summed over agencies with expected districts."""
    rows = grid(context).filter(EXPECTED.is_not_null(), pl.col("period") == period)
    districts = pl.when("nil").then(EXPECTED).otherwise(pl.min_horizontal(pl.col("reporting").fill_null(0), EXPECTED))
    reporting, expected = rows.select(districts.sum().alias("reporting"), EXPECTED.sum()).row(0)
    return int(reporting), int(expected)


def never_reported(context: Context) -> list[str]:
    """Declared agencies of which no month has a file or a case, by name; not those from which nothing is expected (the
    least of their usual month is 0)."""
    reporting = set(_agencies(context))
    expected = {key for key, one in context.agencies.items() if not one.expected_volume or one.expected_volume.least}
    return sorted(context.agency(key) for key in expected - reporting)


def missing(context: Context) -> pl.DataFrame:
    """agency, months (list): what was expected in the scope and did not come at all."""
    gone = grid(context).filter(pl.col("state") == "missing", pl.col("period").is_in(context.scope))
    return gone.group_by("agency", maintain_order=True).agg(pl.col("period").sort().alias("months"))


def incomplete(context: Context) -> list[tuple[str, str]]:
    """agency, "36/41": who reported only in part in the last month of the scope."""
    rows = grid(context).filter(pl.col("state") == "part", pl.col("period").is_in(context.scope[-1:]))
    return rows.select("agency", _fraction()).rows()


def _fraction() -> pl.Expr:
    return pl.format("{}/{}", pl.col("reporting").fill_null(0), EXPECTED)


def _agencies(context: Context) -> list[str]:
    """Agencies that were ever heard, by name."""
    reporting = {*context.cube["agency"].drop_nulls(), *context.sources["agency"].drop_nulls()}
    return sorted(reporting, key=lambda key: (context.agency(key).casefold(), key))


def _files(sources: pl.DataFrame) -> pl.DataFrame:
    """period, agency, files, nil: recognised files, each once."""
    first = sources.filter(pl.col("duplicate_of").is_null(), pl.col("format").is_not_null())
    no_rows = (pl.col("rows_accepted").fill_null(0) + pl.col("rows_quarantined").fill_null(0)) == 0
    text = pl.col("period", "agency").cast(pl.String)
    return (
        first.with_columns(text).group_by("period", "agency").agg(pl.len().alias("files"), no_rows.any().alias("nil"))
    )


def _state() -> pl.Expr:
    """How an agency-month stands: full, part, nil, received, missing."""
    reporting = pl.col("reporting").is_not_null()
    return (
        pl.when(EXPECTED.is_null() & (pl.col("files") > 0) & ~pl.col("nil"))
        .then(pl.lit("received"))
        .when(EXPECTED.is_not_null() & reporting & (pl.col("reporting") >= EXPECTED))
        .then(pl.lit("full"))
        .when(pl.col("nil"))
        .then(pl.lit("nil"))
        .when(EXPECTED.is_not_null() & (reporting | (pl.col("files") > 0)))
        .then(pl.lit("part"))
        .otherwise(pl.lit("missing"))
        .alias("state")
    )


def _grid_table(context: Context) -> Table:
    rows = grid(context)
    text = (
        pl.when(pl.col("state").is_in(["full", "part"]))
        .then(_fraction())
        .otherwise(pl.col("state").replace({key: context.word(key) for key in ("nil", "received", "missing")}))
    )
    looks = {"full": "good", "nil": "good", "part": "warn", "missing": "bad", "received": "plain"}
    rows = rows.with_columns(text=text, look=pl.col("state").replace(looks))
    months = context.months[-context.words.months_across :]
    columns = [context.column("label", "text", "agency")]
    columns += [Column(f"v{at}", context.month_name(month), "code") for at, month in enumerate(months)]
    frame = rows.group_by("agency", maintain_order=True).agg(
        pl.col(column).filter(pl.col("period") == month).first().alias(f"v{at}{suffix}")
        for at, month in enumerate(months)
        for column, suffix in (("text", ""), ("look", "__state"))
    )
    names = [context.agency(key) for key in frame["agency"]]
    frame = frame.with_columns(pl.Series("label", names, dtype=pl.String))
    return context.table("coverage", frame, columns, period=span(context.words, months))
