"""How many people live where: the newest count of reference/population.csv, for every district that cases may name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from recordkit import details
from recordkit.declarations import read_csv, read_once
from recordkit.errors import DeclarationError

SCHEMA = {
    "province": pl.String, "district": pl.String, "counted_as": pl.String, "people": pl.Int64, "counted_on": pl.String,
}  # fmt: skip
NAME, KEY = "reference/population.csv", ["province", "district", "counted_on"]
MOST_SPLITS = 5  # of a district of a district …


def unknown() -> pl.DataFrame:
    """No count at all: every rate is a dash."""
    return pl.DataFrame(schema=SCHEMA)


@read_once(NAME, "reference/districts.csv")
def load(dirs: Sequence[Path]) -> pl.DataFrame:
    """SCHEMA: a row for every province (district is null) and for every district that was counted, or split from one.

    A district that was not counted by itself was split from another one since: its people are counted there, so its
    cases belong there too (`counted_as`). Raises DeclarationError for a count that is no number.
    """
    counted = read_csv(dirs, NAME, KEY).with_columns(pl.col("population").str.to_integer(strict=False).alias("people"))
    wrong = counted.filter(pl.col("people").is_null() | (pl.col("people") <= 0))
    if wrong.height:
        place = " ".join(filter(None, wrong.select("province", "district").row(0)))
        raise DeclarationError(details.text("no_population", file=NAME, place=place), details.text("write_population"))
    newest = counted.sort("counted_on").group_by("province", "district").last()
    provinces = newest.filter(pl.col("district").is_null()).with_columns(pl.lit(None, pl.String).alias("counted_as"))
    own = newest.filter(pl.col("district").is_not_null()).select("province", "district", "people", "counted_on")
    districts = _counted_as(read_csv(dirs, "reference/districts.csv", ["province", "district"]), own)
    return pl.concat([provinces.select(list(SCHEMA)), districts.select(list(SCHEMA))]).sort("province", "district")


def _counted_as(districts: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Every district with the counted one that its people belong to, by way of its parents."""
    places = districts.select("province", "district", "parent").with_columns(pl.col("district").alias("counted_as"))
    parents = places.select("province", pl.col("district").alias("counted_as"), pl.col("parent").alias("above"))
    known = own.rename({"district": "counted_as"})
    for _ in range(MOST_SPLITS):
        places = places.join(known, on=["province", "counted_as"], how="left")
        places = places.join(parents, on=["province", "counted_as"], how="left")
        up = pl.when(pl.col("people").is_null()).then(pl.coalesce("above", "counted_as")).otherwise("counted_as")
        places = places.select("province", "district", up.alias("counted_as"))
    return places.join(known, on=["province", "counted_as"])
