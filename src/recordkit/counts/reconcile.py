"""What an agency returned beside what was compiled: each figure with its source, never averaged."""


from collections.abc import Mapping

import polars as pl

from recordkit import details
from recordkit.counts.coverage import Frame, Reporter

TOTAL = "TOTAL"
CELL = ["level", "period", "province", "district", "unit", "head"]

RECONCILIATION_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "level": pl.String,
    "period": pl.String,
    "province": pl.String,
    "district": pl.String,
    "unit": pl.String,
    "head": pl.String,
    "returned_by": pl.String,
    "source": pl.String,
    "basis": pl.String,
    "returned": pl.Int64,
    "blanks": pl.Int32,
    "compiled": pl.Int64,
    "compiled_by": pl.List(pl.String),
    "difference": pl.Int64,
    "status": pl.String,
}


def reconcile(returns: Frame, counts: Frame, agencies: Mapping[str, Reporter] | None = None) -> pl.DataFrame:
    """A row per returned figure (and per missing one), with the compiled figure of the same cell.

    level      national (a given national total), province, district, other (a place that is none of these)
    basis      given, sum of districts (of one file; `blanks` says how many were blank), none
    compiled   null when nothing was compiled for that place and month, 0 when other heads were
    difference compiled - returned; null unless both are there
    status     agree, differ, blank, no return, not compiled
    With `agencies`, a province is compared with the compiled cases of its own agencies only: a federal or
    railway case in Punjab is not in the Punjab Police statement; and nothing is compared with entries of an
    agency that registers no cases.
    """
    stated = _told(returns)
    made = _compiled(counts.lazy().collect(engine="streaming"), agencies, stated["period"])
    figures = pl.concat([_given(stated), _summed(stated)])
    missing = _missing(figures, made)
    joined = (
        pl.concat([figures, missing])
        .join(made, on=CELL, how="left", nulls_equal=True)
        .join(_heard(made), on=[c for c in CELL if c != "head"], how="left", nulls_equal=True)
    )
    return (
        joined.with_columns(compiled=pl.coalesce("compiled", "floor"))
        .with_columns(difference=pl.col("compiled") - pl.col("returned"))
        .with_columns(_status())
        .select(pl.col(name).cast(dtype) for name, dtype in RECONCILIATION_SCHEMA.items())
        .sort(*CELL, "returned_by", "source", "basis", "returned", nulls_last=True)
    )


def _told(returns: Frame) -> pl.DataFrame:
    """The returns with their level; a cell without a head or a period cannot be compared."""
    text = ["agency", "source", "file_sha256", "period", "province", "district", "unit", "head", "place_level"]
    return (
        _added(returns.lazy())
        .select(pl.col(text).cast(pl.String), pl.col("count").cast(pl.Int64), "is_total")
        .drop_nulls(["head", "period"])
        .with_columns(pl.col("unit").fill_null("case"), level=_level())
        .drop("place_level")
        .collect(engine="streaming")
        .rename({"agency": "returned_by", "count": "returned"})
    )


def _added(returns: pl.LazyFrame) -> pl.LazyFrame:
    """One figure for each district and head of a sheet: parts in one row are added; rows that say the same say it once,
    and of rows that differ nobody knows which is right: blank (RK241)."""
    names = returns.collect_schema().names()
    where = [name for name in ("sheet", "district_raw") if name in names]
    if "row" not in names or "part" not in names:
        return returns
    key = ["agency", "source", "file_sha256", *where, "period", "province", "district", "unit", "head", "is_total"]
    plain = pl.col("district").is_null() | pl.col("is_total").fill_null(False) | pl.col("head").is_null()
    count = pl.when(pl.col("count").is_not_null().all()).then(pl.col("count").cast(pl.Int64).sum())
    in_row = returns.filter(~plain).group_by(*key, "row").agg(count.alias("count"), pl.col("place_level").first())
    stated = pl.col("count").drop_nulls()
    one = in_row.group_by(key).agg(
        pl.when(stated.n_unique() == 1).then(stated.first()).alias("count"), pl.col("place_level").first()
    )
    return pl.concat([returns.filter(plain).select(one.collect_schema().names()), one], how="vertical_relaxed")


def _level() -> pl.Expr:
    """What a cell is about. Where the place was written but has no level, a total is of the whole."""
    known, total = pl.col("place_level"), pl.col("is_total").fill_null(False)
    has_districts = pl.col("district").is_not_null().any().over("file_sha256", "period", "province")
    province = (known == "province").fill_null(total | has_districts.not_())
    country = (known == "country").fill_null(total)
    return (
        pl.when(pl.col("district").is_not_null())
        .then(pl.lit("district"))
        .when(pl.col("province").is_not_null() & province)
        .then(pl.lit("province"))
        .when(pl.col("province").is_null() & country)
        .then(pl.lit("national"))
        .otherwise(pl.lit("other"))
    )


def _given(stated: pl.DataFrame) -> pl.DataFrame:
    """Distinct figures as written: a file sent twice says the same once, a corrected one says another."""
    return (
        stated.select(*CELL, "returned_by", "source", "returned")
        .unique()
        .with_columns(basis=pl.lit("given"), blanks=pl.lit(0, pl.Int32))
    )


def _summed(stated: pl.DataFrame) -> pl.DataFrame:
    """The districts of one file added up; blanks are counted, not taken for zero.

    A part of a province that is no district (a division, a railway circle) is added with them.
    """
    parts = pl.col("level").is_in(["district", "other"]) & pl.col("province").is_not_null()
    districts = stated.filter(parts)
    by = ["file_sha256", "period", "province", "unit", "head", "returned_by", "source"]
    given = pl.col("returned").is_not_null().any()
    basis = pl.lit(details.text("sum_of_districts"))
    return (
        districts.group_by(by)
        .agg(
            returned=pl.when(given).then(pl.col("returned").sum()),
            blanks=pl.col("returned").null_count().cast(pl.Int32),
        )
        .with_columns(level=pl.lit("province"), district=pl.lit(None, pl.String), basis=basis)
        .drop_nulls("province")
        .select(*CELL, "returned_by", "source", "returned", "basis", "blanks")
        .unique()
    )


def _compiled(counts: pl.DataFrame, agencies: Mapping[str, Reporter] | None, periods: pl.Series) -> pl.DataFrame:
    """Cell, compiled, compiled_by: the atoms of the national heads rolled up to each level."""
    unregistered = [name for name, agency in (agencies or {}).items() if not agency.registers_cases]
    atoms = counts.filter(
        pl.col("classification") == "npb_head", pl.col("agency").is_in(unregistered).not_().fill_null(True)
    ).rename({"code": "head"})
    years = periods.filter(periods.str.len_chars() == 4).unique()
    yearly = atoms.with_columns(pl.col("period").str.slice(0, 4)).filter(pl.col("period").is_in(years.implode()))
    every = pl.concat([atoms, yearly])
    every = pl.concat([every, every.with_columns(head=pl.lit(TOTAL))]).drop_nulls("head")
    own = _own_province(every, agencies)
    none = pl.lit(None, pl.String)
    levels = {
        "district": own.drop_nulls("district"),
        "province": own.drop_nulls("province").with_columns(district=none),
        "national": every.with_columns(province=none, district=none),
    }
    return pl.concat(
        frame.with_columns(level=pl.lit(level))
        .group_by(CELL)
        .agg(compiled=pl.col("count").sum(), compiled_by=pl.col("agency").unique().sort())
        for level, frame in levels.items()
    )


def _own_province(atoms: pl.DataFrame, agencies: Mapping[str, Reporter] | None) -> pl.DataFrame:
    if agencies is None:
        return atoms
    rows = [(name, agency.province) for name, agency in agencies.items() if agency.province]
    own = pl.DataFrame(rows, schema={"agency": pl.String, "province": pl.String}, orient="row")
    return atoms.join(own, on=["agency", "province"], how="semi")


def _heard(made: pl.DataFrame) -> pl.DataFrame:
    """Cells of which something was compiled: a head that is not there is then 0, not unknown."""
    return made.select(c for c in CELL if c != "head").unique().with_columns(floor=pl.lit(0, pl.Int64))


def _missing(figures: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    """Provinces and months that should stand in the table and were not returned."""
    returned = figures.filter(pl.col("level") == "province", pl.col("period").str.len_chars() == 7)
    months = _months(returned["period"])
    senders = returned.select("returned_by", "province", "unit", "head").unique()
    silent = (
        made.filter(pl.col("level") == "province", pl.col("period").is_in(months.implode()))
        .select("province", "unit", "head")
        .unique()
        .join(senders, on="province", how="anti")
        .filter(pl.col("unit") == "case")
        .with_columns(returned_by=pl.lit(None, pl.String))
    )
    wanted = pl.concat([senders, silent.select(senders.columns)]).join(months.to_frame("period"), how="cross")
    gone = wanted.join(returned, on=["returned_by", "province", "unit", "head", "period"], how="anti", nulls_equal=True)
    return gone.with_columns(
        level=pl.lit("province"),
        district=pl.lit(None, pl.String),
        source=pl.lit(None, pl.String),
        basis=pl.lit("none"),
        returned=pl.lit(None, pl.Int64),
        blanks=pl.lit(0, pl.Int32),
    ).select(figures.columns)


def _months(periods: pl.Series) -> pl.Series:
    """Every month from the first to the last period given."""
    days = (periods + "-01").str.to_date(strict=False).drop_nulls()
    if days.is_empty():
        return pl.Series("period", [], dtype=pl.String)
    span = pl.select(pl.date_range(pl.lit(days.min()), pl.lit(days.max()), "1mo").alias("period"))
    return span["period"].dt.to_string("%Y-%m")


def _status() -> pl.Expr:
    returned, compiled = pl.col("returned"), pl.col("compiled")
    return (
        pl.when(pl.col("basis") == "none")
        .then(pl.lit("no return"))
        .when(returned.is_null())
        .then(pl.lit("blank"))
        .when(compiled.is_null())
        .then(pl.lit("not compiled"))
        .when(returned == compiled)
        .then(pl.lit("agree"))
        .otherwise(pl.lit("differ"))
        .alias("status")
    )
