"""Returns: counts that an agency itself reported, one typed row per cell of its statement."""

from __future__ import annotations

from functools import partial

import polars as pl

from recordkit.fields import dispatch, numbers, place_cells, places, vocabularies
from recordkit.reference import Reference
from recordkit.standardise.clean_columns import KEYS, Uses, clean, declared_strings, findings, on_distinct, raw

TOTAL = "TOTAL"
PLACES = ("province", "division", "district")


def returns(
    rows: pl.DataFrame, uses: Uses, reference: Reference, source: str
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """One row per reported count: KEYS, province, district, head, count (null where blank), is_total, `_raw` strings.

    `source` is the name of the file: reconciliation names the source of every figure.
    """
    heads = clean(rows, "head", uses, partial(vocabularies.head, reference=reference))
    counted = clean(rows, "count", uses, partial(numbers.count, reference=reference))
    written = {name: declared_strings(rows, name) for name in PLACES}
    stated = pl.DataFrame(
        {
            **written,
            "police_station": declared_strings(rows, "police_station"),
            "on_date": (rows["period"] + "-01").str.to_date("%Y-%m-%d", strict=False),
        }
    )
    placed = on_distinct(stated, stated.columns, lambda d: places.resolve(d, reference))
    found = [findings(rows, "head", uses, heads), findings(rows, "count", uses, counted)]
    # A national statement has columns for agencies that are no territory: they stand where a province stands.
    whose = places.jurisdiction(stated["province"], reference)
    nation = vocabularies.clean(stated["province"], "country", reference)["value"]
    agency = placed["province"].is_null() & (whose.is_not_null() | nation.is_not_null())
    known = pl.when(pl.lit(agency)).then(pl.lit([], pl.List(pl.String))).otherwise("province_codes")
    placed = placed.with_columns(
        pl.coalesce("province", pl.lit(whose)).alias("province"), known.alias("province_codes")
    )
    for name in ("province", "division", "district"):
        told = {part: f"{name}_{part}" for part in ("codes", "suggestion", "detail") if f"{name}_{part}" in placed}
        part = placed.select(**told)
        found.append(findings(rows, name, uses, part))
    other_year = _of_other_year(rows, uses, found)
    of_heads, unsure = _flag(rows, "of_heads") & (heads["value"] != TOTAL).fill_null(True), _flag(rows, "unsure")
    marked = rows["is_total"] if "is_total" in rows.columns else pl.repeat(False, rows.height, eager=True)
    frame = rows.select(KEYS).with_columns(
        placed["province"],
        placed["division"],
        placed["district"],
        placed["place_level"],
        raw(rows, "province").alias("province_raw"),
        # The sum of some heads is none of the national heads, whatever it is called: its parts are.
        pl.select(pl.when(~of_heads).then(heads["value"])).to_series().alias("head"),
        pl.select(pl.when(~unsure & ~other_year).then(counted["value"])).to_series().alias("count"),
        (marked | (heads["value"] == TOTAL).fill_null(False)).alias("is_total"),
        pl.lit("case").alias("unit"),
        pl.lit(source).alias("source"),
        raw(rows, "head").alias("head_raw"),
        raw(rows, "district").alias("district_raw"),
        raw(rows, "count").alias("count_raw"),
    )
    return frame, found


def _of_other_year(rows: pl.DataFrame, uses: Uses, found: list[pl.DataFrame]) -> pl.Series:
    """Whether a place of the row states another year than the statement: RK393; its figures are none of the month."""
    other = pl.repeat(False, rows.height, eager=True)
    for name in (*PLACES, "police_station"):
        if name in rows.columns:
            told = place_cells.of_other_year(declared_strings(rows, name), rows["period"])
            found.append(findings(rows, name, uses, pl.DataFrame({"codes": dispatch.codes({"RK393": told})})))
            other |= told
    return other


def _flag(rows: pl.DataFrame, name: str) -> pl.Series:
    return rows[name] if name in rows.columns else pl.repeat(False, rows.height, eager=True)
