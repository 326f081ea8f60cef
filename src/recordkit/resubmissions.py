"""Rows that were quarantined and came back corrected: which accepted row of a later file stands in whose place.

A file that is sent again holds most of its rows unchanged. They show which row of the new file stands where a
quarantined row stood: the one between the same neighbours. Only where nothing but quarantined rows is left of a
sheet do row numbers count alone, and only when the new file says whose correction it is or has the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import polars as pl

from recordkit import stable_ids

PLACE = ("file_sha256", "sheet", "row")
SCHEMA = {
    "file_sha256": pl.String, "sheet": pl.String, "row": pl.Int64,  # the quarantined row
    "by_file": pl.String, "by_sheet": pl.String, "by_row": pl.Int64,  # the row that supersedes it
}  # fmt: skip
RECORDS = ("cases", "persons", "services", "returns")
SAME = 0.5  # share of the accepted rows of a sheet that another has too, to be the same sheet sent again
_AGENCY = ("agency", "format")
_PAIR = ("file_sha256", "sheet", "by_file", "by_sheet")


def find_resubmissions(
    quarantine: pl.DataFrame, frames: Mapping[str, pl.LazyFrame], sources: pl.DataFrame,
    units: Mapping[tuple[str, str], str],
) -> pl.DataFrame:  # fmt: skip
    """SCHEMA rows, one for every quarantined row that a later file of the same sender and format brings corrected.

    frames: accepted rows by table; sources: one row per file, with `corrects`; units: (agency, format) -> unit.
    """
    quarantined = quarantine.drop_nulls("agency").select(*PLACE, *_AGENCY)
    if quarantined.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    accepted = _accepted(frames, quarantined.select(_AGENCY).unique(), units)
    order = _order(sources)
    placed = pl.concat([_between_neighbours(quarantined, accepted, order), _by_number(quarantined, accepted, order)])
    ranked = placed.join(order.select(by_file="file_sha256", at="at"), on="by_file", how="left")
    newest = ranked.sort("at", "by_file", "by_row").unique(PLACE, keep="last", maintain_order=True)
    return newest.select(list(SCHEMA)).sort(PLACE)


def _accepted(
    frames: Mapping[str, pl.LazyFrame], formats: pl.DataFrame, units: Mapping[tuple[str, str], str]
) -> pl.DataFrame:
    """PLACE, agency, format, content (UInt64) of the accepted rows of these formats."""
    wanted = [*PLACE, *_AGENCY, "period"]
    known_as = formats.lazy()
    parts = [frames[name].select(*wanted, "record_id").join(known_as, on=_AGENCY, how="semi") for name in RECORDS]
    rows = pl.concat(pl.collect_all(parts)).unique(PLACE, keep="first", maintain_order=True)
    known = []
    for (agency, form, period), group in rows.group_by("agency", "format", "period", maintain_order=True):
        unit = units.get((str(agency), str(form)), "")
        content = stable_ids.contents(group["record_id"], agency=str(agency), unit=unit, period=str(period or ""))
        known.append(group.with_columns(content))
    empty = rows.clear().with_columns(pl.lit(None, pl.UInt64).alias("content"))
    return pl.concat([empty, *known]).drop("period", "record_id")


def _order(sources: pl.DataFrame) -> pl.DataFrame:
    """file_sha256, at (when it came, as a rank), stem (of its name) and corrects of every file that was read."""
    read = sources.filter(pl.col("duplicate_of").is_null()).unique("file_sha256", keep="first", maintain_order=True)
    stems = [PurePath(name).stem.casefold() for name in read["name"].to_list()]
    return read.select(
        "file_sha256", "corrects", pl.col("received").fill_null("").rank("dense").alias("at"), pl.Series("stem", stems)
    )


def _between_neighbours(quarantined: pl.DataFrame, accepted: pl.DataFrame, order: pl.DataFrame) -> pl.DataFrame:
    """SCHEMA rows: the new row that stands between the rows that both sheets have."""
    both = _shared(quarantined, accepted, order)
    moved = both.with_columns((pl.col("new") - pl.col("row")).alias("moved")).sort("row")
    pairs = both.select(*_PAIR).unique(maintain_order=True)
    wanted = quarantined.join(pairs, on=["file_sha256", "sheet"]).sort("row")
    near = moved.select(*_PAIR, "row", "moved")
    placed = (
        wanted.join_asof(
            near.rename({"moved": "above"}), on="row", by=list(_PAIR), strategy="backward", check_sortedness=False
        )
        .join_asof(
            near.rename({"moved": "below"}), on="row", by=list(_PAIR), strategy="forward", check_sortedness=False
        )
        .filter(pl.col("above").eq_missing(pl.col("below")) | pl.col("above").is_null() | pl.col("below").is_null())
        .with_columns((pl.col("row") + pl.coalesce("above", "below")).alias("by_row"))
    )
    known = both.select(*_PAIR, by_row="new")
    new = placed.join(known, on=[*_PAIR, "by_row"], how="anti")
    return _stands(new, accepted)


def _shared(quarantined: pl.DataFrame, accepted: pl.DataFrame, order: pl.DataFrame) -> pl.DataFrame:
    """_PAIR, row, new: rows of a sheet with quarantined rows that a later file has too, where it has most of them."""
    alone = accepted.drop_nulls("content").filter(pl.len().over("file_sha256", "sheet", "content") == 1)
    ours = alone.join(quarantined.select("file_sha256", "sheet").unique(), on=["file_sha256", "sheet"], how="semi")
    theirs = alone.rename({"file_sha256": "by_file", "sheet": "by_sheet", "row": "new"})
    came = order.select("file_sha256", "at")
    both = (
        ours.join(theirs, on=[*_AGENCY, "content"])
        .filter(pl.col("by_file") != pl.col("file_sha256"))
        .join(came, on="file_sha256")
        .join(came.rename({"file_sha256": "by_file", "at": "since"}), on="by_file")
        .filter(pl.col("since") >= pl.col("at"))
    )
    height = accepted.group_by("file_sha256", "sheet").agg(pl.len().alias("height"))
    counted = both.group_by(_PAIR).agg(pl.len().alias("same")).join(height, on=["file_sha256", "sheet"])
    enough = counted.filter(pl.col("same") >= SAME * pl.col("height"))
    return both.join(enough.select(_PAIR), on=_PAIR, how="semi").select(*_PAIR, "row", "new")


def _by_number(quarantined: pl.DataFrame, accepted: pl.DataFrame, order: pl.DataFrame) -> pl.DataFrame:
    """SCHEMA rows for sheets of which no row was accepted: the same row number, in a later file that says that it
    corrects this one, or that has its name."""
    bare = quarantined.join(accepted, on=["file_sha256", "sheet"], how="anti")
    old = order.select("file_sha256", "at", "stem")
    new = order.select(by_file="file_sha256", since="at", by_stem="stem", corrects="corrects")
    pairs = old.join(bare.select("file_sha256").unique(), on="file_sha256", how="semi").join(new, how="cross")
    named = (pl.col("corrects") == pl.col("file_sha256")).fill_null(False) | (pl.col("stem") == pl.col("by_stem"))
    pairs = pairs.filter(named, pl.col("by_file") != pl.col("file_sha256"), pl.col("since") >= pl.col("at"))
    rows = accepted.select(*_AGENCY, by_file="file_sha256", by_sheet="sheet", by_row="row")
    placed = bare.with_columns(by_row=pl.col("row")).join(pairs.select("file_sha256", "by_file"), on="file_sha256")
    return placed.join(rows, on=[*_AGENCY, "by_file", "by_row"]).select(list(SCHEMA))


def _stands(placed: pl.DataFrame, accepted: pl.DataFrame) -> pl.DataFrame:
    """Only those whose new row was accepted, under the same sender and format."""
    rows = accepted.select(*_AGENCY, by_file="file_sha256", by_sheet="sheet", by_row="row")
    return placed.join(rows, on=[*_AGENCY, "by_file", "by_sheet", "by_row"], how="semi").select(list(SCHEMA))
