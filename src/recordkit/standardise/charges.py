"""Charges: the sections of law that one source row names, each a row of its own."""

from __future__ import annotations

from functools import partial

import polars as pl

from recordkit.fields import offences
from recordkit.reference import Reference
from recordkit.standardise.clean_columns import KEYS, Uses, clean, findings, on_distinct, raw


def charges(
    rows: pl.DataFrame, cases: pl.DataFrame, uses: Uses, reference: Reference
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """One row per section of every source row: KEYS, position, act, section, what it is on the date of the offence.

    `cases` has the same height as `rows`; the law in force is that of the occurrence, else of the registration.
    """
    parsed = clean(rows, "sections", uses, partial(offences.parse, reference=reference))
    found = [findings(rows, "sections", uses, parsed)]
    on_date = pl.coalesce(cases["occurred_from"], cases["registered_on"])
    exploded = (
        rows.select(*KEYS)
        .with_columns(
            parsed["charges"],
            on_date.alias("on_date"),
            cases["province"],
            raw(rows, "sections").alias("section_raw"),
        )
        .filter(pl.col("charges").list.len() > 0)
        .with_columns(position=pl.int_ranges(0, pl.col("charges").list.len()).cast(pl.List(pl.Int32)))
        .explode("charges", "position")
        .unnest("charges")
        .rename({"raw": "section_written"})
    )
    known = on_distinct(
        exploded, ["act", "section", "on_date", "province"], lambda d: offences.classify(d, reference)
    )
    found.append(findings(exploded, "sections", uses, known, exploded["section_written"]))
    typed = pl.concat([exploded, known.drop("codes")], how="horizontal")
    return typed, found
