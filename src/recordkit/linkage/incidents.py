"""Cases under different numbers that look like one incident: reported to people, never merged."""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from recordkit import identity
from recordkit.linkage import edges, references
from recordkit.linkage.engine import blocking

MOST = 30  # a day and district that names one person in more cases than this says nothing


def suspected(
    cases: pl.DataFrame, members: pl.DataFrame, people: pl.DataFrame, links: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Findings (RK510) and `links` rows for review of kind case.

    Two cases of one district and day that name the same person, with numbers of one station that differ by one
    slip, or with two people in common. Cases that are related already (a counter-FIR) are left alone.
    """
    known = _one_row_each(cases, members)
    pairs = _pairs(known, people).join(_related(links, members), on=["left", "right"], how="anti")
    if not pairs.height:
        return _findings(pairs.select(pl.lit("").alias("right_id"))), edges.with_ids(_rows(pairs))
    near = _one_slip(pairs.get_column("fir_no"), pairs.get_column("fir_no_right"))
    here = (pl.col("police_station") == pl.col("police_station_right")) & (
        pl.col("fir_year") == pl.col("fir_year_right")
    )
    kept = pairs.with_columns(slip=near).filter((here & pl.col("slip")) | (pl.col("shared") > 1))
    rows = _rows(kept)
    return _findings(rows), edges.with_ids(rows)


def _one_row_each(cases: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """The oldest numbered record of every case, as the case."""
    records = references.prepared(cases).join(members, on="record_id", maintain_order="left")
    numbered = records.filter(pl.col("fir_no").is_not_null() & pl.col("registered_on").is_not_null())
    return numbered.unique("case_id", keep="first", maintain_order=True).select(
        "record_id", "case_id", "district", "registered_on", "police_station", "fir_no", "fir_year"
    ).with_row_index("case")  # fmt: skip


def _pairs(known: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """left and right case_id, number of people in common, and what both are called."""
    named = people.select("case_id", "name_key", "relative_key").drop_nulls().unique()
    placed = named.join(known, on="case_id").sort("case", "name_key", "relative_key")
    key = ["district", "registered_on", "name_key", "relative_key"]
    text = placed.select(pl.concat_str([pl.col(name).cast(pl.String) for name in key], separator="\x1f"))
    code = identity.hash_text(text.to_series())
    code[text.to_series().is_null().to_numpy()] = 0
    left, right = blocking.unpack(blocking.pairs(code, MOST)[0])
    at = placed.get_column("case").to_numpy().astype(np.int64)
    packed, shared = np.unique(blocking.pack(at[left], at[right]), return_counts=True)
    left, right = blocking.unpack(packed)
    names = ["record_id", "case_id", "police_station", "fir_no", "fir_year"]
    one, other = (known.select(names)[side] for side in (left, right))
    both = pl.concat([one, other.rename({name: f"{name}_right" for name in names})], how="horizontal")
    both = both.rename({"case_id": "left", "case_id_right": "right"})
    return both.with_columns(shared=pl.Series(shared, dtype=pl.Int64)).filter(pl.col("left") != pl.col("right"))


def _related(links: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """left and right case_id of the cases that are linked as related, both ways."""
    case_of = members.rename({"case_id": "left"})
    pairs = (
        links.filter(pl.col("kind") == "related")
        .join(case_of, left_on="left_id", right_on="record_id")
        .join(case_of.rename({"left": "right"}), left_on="right_id", right_on="record_id")
        .select("left", "right")
    )
    return pl.concat([pairs, pairs.select(left="right", right="left")]).unique()


def _one_slip(left: pl.Series, right: pl.Series) -> pl.Series:
    """One letter or digit too many, too few, wrong, or two changed places."""
    distance = cpdist(left.to_list(), right.to_list(), scorer=OSA.distance, score_cutoff=2, workers=1)
    return pl.Series(np.asarray(distance) <= 1, dtype=pl.Boolean)


def _rows(pairs: pl.DataFrame) -> pl.DataFrame:
    """kind, left_id, right_id, match_weight and reasons: a weak link for people to judge."""
    if not pairs.height:
        return pl.DataFrame(schema={"kind": pl.String, "left_id": pl.String, "right_id": pl.String,
                                    "match_weight": pl.Float64, "reasons": pl.List(pl.String)})  # fmt: skip
    slip = pl.when("slip").then(pl.lit("number one slip apart")).otherwise(pl.lit("another number"))
    people = pl.col("shared").cast(pl.String) + " people in common on one day in one district"
    return pairs.select(
        kind=pl.lit("case"), left_id="record_id", right_id="record_id_right", match_weight=pl.lit(0.0),
        reasons=pl.concat_list(slip, people),
    )  # fmt: skip


def _findings(rows: pl.DataFrame) -> pl.DataFrame:
    """RK510 on the younger record of every pair."""
    names = rows.select(record_id="right_id").unique().filter(pl.col("record_id") != "").sort("record_id")
    return names.with_columns(
        code=pl.lit("RK510"), field=pl.lit("fir_no"), detail=pl.lit("may be the incident of another number")
    )
