"""The generator's raw strings standardised by recordkit's own field types: the columns of schemas/linkage.toml."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from recordkit import declarations, linkage, reference
from recordkit.fields import cnic, name_keys, names, phones, relatives
from recordkit.linkage import person_linkage


def on_distinct(values: pl.Series, clean) -> pl.DataFrame:
    """Clean every distinct value once; one row per value of `values`."""
    distinct = values.unique(maintain_order=True).rename("raw")
    cleaned = pl.concat([distinct.to_frame(), clean(distinct)], how="horizontal")
    return values.rename("raw").to_frame().join(cleaned, on="raw", how="left", nulls_equal=True, maintain_order="left")


def standardise(raw: pl.DataFrame) -> pl.DataFrame:
    """row_id, case_id and the fields of `recordkit.linkage.person_linkage.FIELDS`. The truth is not passed on."""
    known = reference.load([declarations.PACKAGED])
    named = on_distinct(raw["name"], lambda s: names.parse(s, known))
    relative = on_distinct(raw["parentage"], lambda s: relatives.parse_relatives(s, None, known))
    card = on_distinct(raw["cnic"], lambda s: cnic.clean(s, known))
    phone = on_distinct(raw["phone"], lambda s: phones.clean(s))
    frame = raw.select(
        "row_id", "case_id", "district", "address", registered_on="case_date",
        sex=pl.col("sex").replace_strict({"M": "male", "F": "female"}, default=None),
        age=pl.col("age").cast(pl.Int64),
        date_of_birth=pl.col("date_of_birth").str.to_date("%d-%m-%Y", strict=False),
    ).with_columns(
        name=named["name"], relation=relative["relation"], relative_name=relative["relative_name"],
        cnic=card["cnic"], phone=phone["phones"].list.first(),
    )  # fmt: skip
    keys = {
        part: on_distinct(values, lambda s: name_keys.keys(s, known).drop("tokens"))
        for part, values in {"name": frame["name"], "relative": frame["relative_name"]}.items()
    }
    return frame.with_columns(
        *(keys[part]["key"].alias(f"{part}_key") for part in keys),
        *(keys[part]["words"].alias(f"{part}_words") for part in keys),
        caste_key=keys["name"]["caste"],
        alias_key=on_distinct(named["aliases"].list.first(), lambda s: name_keys.keys(s, known).select("key"))["key"],
    )


if __name__ == "__main__":
    spec = linkage.load([declarations.PACKAGED])
    rows = person_linkage.prepare(standardise(pl.read_parquet(sys.argv[1])), spec.persons.weightless)
    rows.write_parquet(Path(sys.argv[2]))
