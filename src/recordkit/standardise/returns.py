"""Returns: counts that an agency itself reported, one typed row per cell of its statement."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import polars as pl

from recordkit.fields import codes, footnotes, numbers, places, shapes
from recordkit.reference import Reference
from recordkit.standardise.columns import KEYS, Uses, clean, findings, on_distinct, raw, said

TOTAL = "TOTAL"
PLACES = ("province", "division", "district")
LEVELS = ("province", "district")  # whose findings are told


def returns(
    rows: pl.DataFrame, uses: Uses, reference: Reference, source: str
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """One row per reported count: KEYS, province, district, head, count (null where blank), is_total, `_raw` strings.

    `source` is the name of the file: reconciliation names the source of every figure.
    """
    heads = clean(rows, "head", uses, partial(codes.head, reference=reference))
    counted = clean(rows, "count", uses, partial(numbers.count, reference=reference))
    written = {name: said(rows, name) for name in PLACES}
    bare = {name: footnotes.names(values.cast(pl.String)) for name, values in written.items()}
    stated = pl.DataFrame(
        {
            **written,
            "police_station": said(rows, "police_station"),
            "on_date": (rows["period"] + "-01").str.to_date("%Y-%m-%d", strict=False),
        }
    )
    placed = _placed(stated, bare, reference)
    found = [findings(rows, "head", uses, heads), findings(rows, "count", uses, counted)]
    # A national statement has columns for agencies that are no territory: they stand where a province stands.
    whose = places.jurisdiction(stated["province"], reference)
    nation = codes.clean(stated["province"], "country", reference)["value"]
    agency = placed["province"].is_null() & (whose.is_not_null() | nation.is_not_null())
    known = pl.when(pl.lit(agency)).then(pl.lit([], pl.List(pl.String))).otherwise("province_codes")
    placed = placed.with_columns(
        pl.coalesce("province", pl.lit(whose)).alias("province"), known.alias("province_codes")
    )
    for name in ("province", "district"):
        part = placed.select(codes=f"{name}_codes", suggestion=f"{name}_suggestion")
        found.append(findings(rows, name, uses, part))
    found += [_marked(rows, name, uses, marked) for name, (_, marked) in bare.items() if marked.any()]
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
        pl.select(pl.when(~unsure).then(counted["value"])).to_series().alias("count"),
        (marked | (heads["value"] == TOTAL).fill_null(False)).alias("is_total"),
        pl.lit("case").alias("unit"),
        pl.lit(source).alias("source"),
        raw(rows, "head").alias("head_raw"),
        raw(rows, "district").alias("district_raw"),
        raw(rows, "count").alias("count_raw"),
    )
    return frame, found


def _flag(rows: pl.DataFrame, name: str) -> pl.Series:
    return rows[name] if name in rows.columns else pl.repeat(False, rows.height, eager=True)


def _placed(
    stated: pl.DataFrame, bare: Mapping[str, tuple[pl.Series, pl.Series]], reference: Reference
) -> pl.DataFrame:
    """Places as written, and where that is none, without the footnote marks behind the names."""
    resolve = partial(places.resolve, reference=reference)
    placed = on_distinct(stated, stated.columns, resolve)
    marked = pl.select(pl.any_horizontal(pl.lit(some) for _, some in bare.values())).to_series()
    told = placed.select(pl.any_horizontal(pl.col(f"{name}_codes").list.len() > 0 for name in LEVELS)).to_series()
    lost = marked & told
    if not lost.any():
        return placed
    without = stated.with_columns(names.alias(name) for name, (names, _) in bare.items())
    again = on_distinct(without, without.columns, resolve)
    return placed.select(
        pl.when(pl.lit(lost)).then(pl.lit(again[name])).otherwise(pl.col(name)).alias(name) for name in placed.columns
    )


def _marked(rows: pl.DataFrame, name: str, uses: Uses, marked: pl.Series) -> pl.DataFrame:
    """RK242 for every name with the mark of a footnote, once a row."""
    told = marked & rows.select(pl.struct("row", name).is_first_distinct()).to_series()
    return findings(rows, name, uses, shapes.codes({"RK242": told}).to_frame("codes"))
