"""How many districts stand behind an agency's month: reporting and expected."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import polars as pl

Frame = pl.DataFrame | pl.LazyFrame

COVERAGE_SCHEMA = pl.Schema(
    {
        "period": pl.String,
        "agency": pl.String,
        "districts_reporting": pl.Int32,
        "districts_expected": pl.Int32,
        "nil": pl.Boolean,
    }
)


class Reporter(Protocol):
    """What counting needs to know of a declared agency."""

    @property
    def province(self) -> str | None:
        """Canonical province, or None when the agency is not a territory (railways, federal)."""

    @property
    def expected_districts(self) -> int | Sequence[str] | None:
        """A number, a list of names, or None: every district of its province valid in the month."""

    @property
    def registers_cases(self) -> bool:
        """Whether its cases are registered ones, which a returned figure is about."""


def month_of_case() -> pl.Expr:
    """The month a case counts in: when it was registered, else the period of the file that brought it."""
    registered = pl.col("registered_on").dt.to_string("%Y-%m")
    return pl.coalesce(registered, pl.col("period").cast(pl.String)).alias("period")


def coverage(cases: Frame, sources: Frame, agencies: Mapping[str, Reporter], districts: pl.DataFrame) -> pl.DataFrame:
    """period, agency, districts_reporting, districts_expected, nil: a row for each agency-month heard of.

    A district reports when at least one accepted row of the agency is from it; a file of no rows is a
    return of nothing, so it speaks for every expected district. An agency that is not a territory
    expects null, unless it declares a number.
    """
    seen, nil = pl.collect_all([_districts_seen(cases), _nil_months(sources)], engine="streaming")
    months = pl.concat([seen.select("period", "agency"), nil.select("period", "agency")]).unique()
    named = _expected_by_name(agencies, districts, months["period"].unique())
    reporting = _reporting(seen, named)
    expected = named.group_by("period", "agency").agg(pl.len().cast(pl.Int32).alias("named"))
    return (
        months.join(reporting, on=["period", "agency"], how="left", nulls_equal=True)
        .join(expected, on=["period", "agency"], how="left", nulls_equal=True)
        .join(_expected_by_number(agencies), on="agency", how="left")
        .join(nil, on=["period", "agency"], how="left", nulls_equal=True)
        .with_columns(districts_expected=pl.coalesce("declared", "named"), nil=pl.col("nil").fill_null(False))
        .with_columns(
            districts_reporting=pl.when("nil")
            .then(pl.coalesce("districts_expected", "districts_reporting"))
            .otherwise("districts_reporting")
            .fill_null(0)
        )
        .select(pl.col(name).cast(dtype) for name, dtype in COVERAGE_SCHEMA.items())
        .sort("period", "agency", nulls_last=True)
    )


def silent_districts(
    cases: Frame, sources: Frame, agencies: Mapping[str, Reporter], districts: pl.DataFrame
) -> pl.DataFrame:
    """period, agency, district: expected by name, not heard, in a month in which the agency was heard."""
    seen, nil = pl.collect_all([_districts_seen(cases), _nil_months(sources)], engine="streaming")
    sent = sources.lazy().filter(pl.col("format").is_not_null()).select("period", "agency").unique().collect()
    named = _expected_by_name(agencies, districts, sent["period"].unique())
    return (
        named.join(sent, on=["period", "agency"], how="semi")
        .join(nil, on=["period", "agency"], how="anti")
        .join(seen, on=["period", "agency", "district"], how="anti")
        .sort("period", "agency", "district")
    )


def valid_in_month(period: str = "period") -> pl.Expr:
    """Whether a reference row's valid_from and valid_to (ISO, whole or a year) hold at the month's end."""
    end = pl.col(period) + "-31"  # text compares: no month ends later, and a year alone compares as its start
    until = pl.col("valid_to").cast(pl.String)
    whole_year = pl.when(until.str.len_chars() == 4).then(until + "-12-31").otherwise(until)
    last_day = (pl.col(period) + "-01").str.to_date(strict=False).dt.month_end().dt.to_string("%Y-%m-%d")
    begun = pl.col("valid_from").cast(pl.String).le(end).fill_null(True)
    return begun & whole_year.ge(last_day).fill_null(True)


def _districts_seen(cases: Frame) -> pl.LazyFrame:
    """period, agency, district of every accepted case or enquiry; every agency that reported it is heard."""
    own = pl.concat_list(pl.col("agency").cast(pl.String))
    named = pl.col("agencies").cast(pl.List(pl.String))
    return (
        cases.lazy()
        .select(
            month_of_case(),
            pl.when(named.list.len().fill_null(0) > 0).then(named).otherwise(own).alias("agency"),
            pl.col("district").cast(pl.String),
        )
        .explode("agency")
        .unique()
    )


def _nil_months(sources: Frame) -> pl.LazyFrame:
    """period, agency, nil: recognised files that hold no record at all."""
    no_rows = (pl.col("rows_accepted").fill_null(0) == 0) & (pl.col("rows_quarantined").fill_null(0) == 0)
    recognised = pl.col("format").is_not_null() & pl.col("duplicate_of").is_null()
    return (
        sources.lazy()
        .filter(no_rows & recognised, pl.col("period").is_not_null())
        .select(pl.col("period", "agency").cast(pl.String), nil=pl.lit(True))
        .unique()
    )


def _expected_by_number(agencies: Mapping[str, Reporter]) -> pl.DataFrame:
    declared = [(name, a.expected_districts) for name, a in agencies.items() if _is_number(a)]
    return pl.DataFrame(declared, schema={"agency": pl.String, "declared": pl.Int32}, orient="row")


def _is_number(agency: Reporter) -> bool:
    return isinstance(agency.expected_districts, int)


def _expected_by_name(agencies: Mapping[str, Reporter], districts: pl.DataFrame, periods: pl.Series) -> pl.DataFrame:
    """period, agency, district: the districts an agency is expected to report in each month."""
    listed = [
        (name, district)
        for name, agency in agencies.items()
        if agency.expected_districts is not None and not isinstance(agency.expected_districts, int)
        for district in agency.expected_districts
    ]
    silent = {name: agency for name, agency in agencies.items() if agency.expected_districts is None}
    whole = [(name, agency.province) for name, agency in silent.items() if agency.province]
    pairs = {"agency": pl.String, "district": pl.String}
    by_list = pl.DataFrame(listed, schema=pairs, orient="row").join(periods.to_frame(), how="cross")
    by_province = (
        pl.DataFrame(whole, schema={"agency": pl.String, "province": pl.String}, orient="row")
        .join(_dated(districts), on="province")
        .join(periods.to_frame(), how="cross")
        .filter(valid_in_month())
    )
    columns = ["period", "agency", "district"]
    return pl.concat([by_list.select(columns), by_province.select(columns)]).drop_nulls().unique()


def _dated(districts: pl.DataFrame) -> pl.DataFrame:
    dates = [name for name in ("valid_from", "valid_to") if name not in districts.columns]
    absent = [pl.lit(None, pl.String).alias(name) for name in dates]
    return districts.with_columns(absent).select("province", "district", "valid_from", "valid_to")


def _reporting(seen: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Distinct districts heard; where names are expected, only those (a stray district fills no gap)."""
    known = seen.drop_nulls("district")
    with_names = known.join(named.select("agency").unique(), on="agency", how="semi")
    expected = with_names.join(named, on=["period", "agency", "district"], how="semi")
    others = known.join(with_names, on="agency", how="anti")
    return (
        pl.concat([expected, others])
        .group_by("period", "agency")
        .agg(pl.col("district").n_unique().cast(pl.Int32).alias("districts_reporting"))
    )
