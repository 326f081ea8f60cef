"""The sections of law that one source row names, each a row of its own."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from recordkit.fields import offences
from recordkit.standardise.clean_columns import KEYS, findings, on_distinct
from recordkit.standardise.source_rows import Filling


def sections_of_law(filling: Filling, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """KEYS, position, act, section, what it is on the date of the offence: a row for every section.

    The law in force is that of the day on which the row's case occurred, else of its registration.
    """
    source, reference, cases = filling.source, filling.source.reference, frames["cases"]
    parsed = source.read("sections")
    source.tell("sections", parsed)
    known = {name: cases[name] for name in ("occurred_from", "registered_on", "province") if name in cases.columns}
    dates = [known[name] for name in ("occurred_from", "registered_on") if name in known]
    written = source.rows.select(*KEYS).with_columns(
        parsed["charges"],
        (pl.coalesce(dates) if dates else pl.lit(None, pl.Date)).alias("on_date"),
        known.get("province", pl.lit(None, pl.String)).alias("province"),
        source.raw("sections").alias("section_raw"),
    )
    written = written.with_columns(one.alias(name) for name, one in filling.others(written.columns).items())
    exploded = (
        written.filter(pl.col("charges").list.len() > 0)
        .with_columns(position=pl.int_ranges(0, pl.col("charges").list.len()).cast(pl.List(pl.Int32)))
        .explode("charges", "position")
        .unnest("charges")
        .rename({"raw": "section_written"})
    )
    asked = ["act", "section", "on_date", "province"]
    classes = on_distinct(exploded, asked, lambda frame: offences.classify(frame, reference))
    source.found.append(findings(exploded, "sections", source.asked.uses, classes, exploded["section_written"]))
    return pl.concat([exploded, classes.drop("codes")], how="horizontal")
