"""Rows of a division or province among rows of its districts: their sum, or something counted beside them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from recordkit import issues
from recordkit.mapping.expressions import alternatives, loosely
from recordkit.mapping.model import SheetPlan

SUM, BESIDE = "RK245", "RK246"


def mark(rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str], places: Sequence[str]) -> pl.DataFrame:
    """`rows` with RK245 on every record of a whole area that is the sum of the districts above or below it.

    names: columns that are counted, with `_n_<name>`. places: columns of the place of a row.
    """
    if not names or len(places) != 1 or "areas" in plan.words.off:
        return rows
    record = pl.col("code").is_null()
    told = rows.with_columns(_area(plan, places[0]).alias("_area"))
    if not told.filter(record & pl.col("_area")).height:
        return rows
    total = pl.col("code").is_in(["RK210", "RK211", "RK216"]).fill_null(False)
    told = told.with_columns((pl.col("_area") | total).cum_sum().alias("_block"))
    sums = [pl.col(f"_n_{name}").sum().alias(name) for name in names]
    parts = told.filter(record & ~pl.col("_area"))
    blocks = parts.group_by("_block").agg(pl.len().alias("_of"), *sums)
    whole = parts.select(pl.len().cast(pl.UInt32).alias("_of"), *sums)
    areas = told.filter(record & pl.col("_area")).select("row", "_block", *(f"_n_{name}" for name in names))
    below = areas.join(blocks, on="_block", how="left")
    above = areas.join(blocks.with_columns(pl.col("_block") + 1), on="_block", how="left")
    every = areas.join(whole, how="cross")
    equal = pl.all_horizontal((pl.col(f"_n_{name}").fill_null(0) == pl.col(name)).fill_null(False) for name in names)
    counted = pl.any_horizontal((pl.col(f"_n_{name}") > 0).fill_null(False) for name in names)
    hits = [one.filter(equal & counted & (pl.col("_of") > 0)).get_column("row") for one in (below, above, every)]
    found = pl.concat(hits).unique().implode()
    return rows.with_columns(pl.when(pl.col("row").is_in(found)).then(pl.lit(SUM)).otherwise("code").alias("code"))


def areas_beside_districts(
    rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str], places: Sequence[str]
) -> pl.DataFrame:
    """RK246 for every record of a whole area that is counted beside rows of districts."""
    if not names or len(places) != 1 or "areas" in plan.words.off:
        return issues.empty()
    records = rows.filter(pl.col("code").is_null()).with_columns(_area(plan, places[0]).alias("_area"))
    areas = records.filter(
        pl.col("_area") & pl.any_horizontal((pl.col(f"_n_{name}") > 0).fill_null(False) for name in names)
    )
    if not areas.height or not records.filter(_district(plan, places[0])).height:
        return issues.empty()
    headers = {one.column: one.header for one in plan.tables[0].columns}
    made = areas.select(
        "row", code=pl.lit(BESIDE), field=pl.lit("district"), value=pl.col(places[0]),
        column=pl.lit(headers.get(places[0]), pl.String), file_sha256=pl.lit(plan.file_sha256),
        sheet=pl.lit(plan.sheet),
    )  # fmt: skip
    return issues.conform(made)


def _area(plan: SheetPlan, place: str) -> pl.Expr:
    """The place is a division or a province and no district: by its name, or by a word such as Region beside it."""
    said, words = loosely(pl.col(place)), alternatives(plan.words.several)
    bare = said.str.replace_all(rf"(?:^(?:{words}) | (?:{words})$)", "").str.strip_chars()
    named = (bare != said) & bare.is_in([*plan.words.known, *plan.words.districts])
    return ((named | said.is_in(plan.words.areas)) & ~_district(plan, place)).fill_null(False)


def _district(plan: SheetPlan, place: str) -> pl.Expr:
    return loosely(pl.col(place)).is_in(plan.words.districts).fill_null(False)
