"""Rows that were put aside and came back corrected: which accepted row of a later file stands in whose place.

A file that is sent again holds most of its rows unchanged. They show which row of the new file stands where a
quarantined row stood: the one between the same neighbours. Only where nothing but quarantined rows is left of a
sheet do row numbers count alone, and only when the new file says whose correction it is or has the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

import polars as pl

from recordkit import identity

PLACE = ("file_sha256", "sheet", "row")
SCHEMA = {
    "file_sha256": pl.String, "sheet": pl.String, "row": pl.Int64,  # the quarantined row
    "by_file": pl.String, "by_sheet": pl.String, "by_row": pl.Int64,  # the row that supersedes it
}  # fmt: skip
RECORDS = ("cases", "persons", "services", "returns")
SAME = 0.5  # share of the accepted rows of a sheet that another has too, to be the same sheet sent again
_AGENCY = ("agency", "format")


def find(
    quarantine: pl.DataFrame, frames: Mapping[str, pl.DataFrame], sources: pl.DataFrame,
    units: Mapping[tuple[str, str], str],
) -> pl.DataFrame:  # fmt: skip
    """SCHEMA rows, one for every quarantined row that a later file of the same sender and format brings corrected.

    frames: accepted rows by table; sources: one row per file, with `corrects`; units: (agency, format) -> unit.
    """
    apart = quarantine.drop_nulls("agency").select(*PLACE, *_AGENCY)
    if apart.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    accepted = _accepted(frames, apart.select(_AGENCY).unique(), units)
    order = _order(sources)
    found = [pl.DataFrame(schema=SCHEMA)]
    for (sha, sheet), rows in apart.group_by("file_sha256", "sheet", maintain_order=True):
        ours = accepted.filter(file_sha256=sha, sheet=sheet)
        later = _later(accepted, rows, order, str(sha))
        for (by_file, by_sheet), theirs in later.group_by("file_sha256", "sheet", maintain_order=True):
            placed = _aligned(rows, ours, theirs) if ours.height else _by_number(rows, theirs, order, str(sha), by_file)
            by = {"by_file": pl.lit(by_file, pl.String), "by_sheet": pl.lit(by_sheet, pl.String)}
            found.append(placed.with_columns(**by).select(list(SCHEMA)))
    ranked = pl.concat(found).join(order.select(by_file="file_sha256", at="at"), on="by_file", how="left")
    newest = ranked.sort("at", "by_row").unique(PLACE, keep="last", maintain_order=True)
    return newest.select(list(SCHEMA)).sort(PLACE)


def _accepted(
    frames: Mapping[str, pl.DataFrame], formats: pl.DataFrame, units: Mapping[tuple[str, str], str]
) -> pl.DataFrame:
    """PLACE, agency, format, content (UInt64) of the accepted rows of these formats."""
    wanted = [*PLACE, *_AGENCY, "period"]
    parts = [
        frames[name].join(formats, on=_AGENCY, how="semi").select(*wanted, "record_id") for name in RECORDS
    ]
    rows = pl.concat(parts).unique(PLACE, keep="first", maintain_order=True)
    known = []
    for (agency, form, period), group in rows.group_by("agency", "format", "period", maintain_order=True):
        unit = units.get((str(agency), str(form)), "")
        content = identity.contents(group["record_id"], agency=str(agency), unit=unit, period=str(period or ""))
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


def _later(accepted: pl.DataFrame, rows: pl.DataFrame, order: pl.DataFrame, sha: str) -> pl.DataFrame:
    """Accepted rows of the same sender and format in files that came in the same month or later."""
    came = order.filter(file_sha256=sha)["at"].to_list()
    since = order.filter((pl.col("at") >= (came[0] if came else 0)) & (pl.col("file_sha256") != sha))
    same = accepted.join(rows.select(_AGENCY).unique(), on=_AGENCY, how="semi")
    return same.join(since.select("file_sha256"), on="file_sha256", how="semi")


def _aligned(rows: pl.DataFrame, ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Quarantined rows with `by_row`: the new row between the rows that are in both sheets."""
    alone = [
        part.drop_nulls("content").filter(pl.col("content").is_unique()).select("row", "content")
        for part in (ours, theirs)
    ]
    both = alone[0].join(alone[1].rename({"row": "new"}), on="content").select("row", "new").sort("row")
    if both.height < SAME * ours.height or both.is_empty():
        return rows.clear().with_columns(pl.lit(None, pl.Int64).alias("by_row"))
    near = both.with_columns((pl.col("new") - pl.col("row")).alias("moved")).drop("new")
    placed = (
        rows.sort("row")
        .join_asof(near.rename({"moved": "above"}), on="row", strategy="backward")
        .join_asof(near.rename({"moved": "below"}), on="row", strategy="forward")
        .filter(pl.col("above").eq_missing(pl.col("below")) | pl.col("above").is_null() | pl.col("below").is_null())
        .with_columns((pl.col("row") + pl.coalesce("above", "below")).alias("by_row"))
    )
    new = theirs.filter(~pl.col("row").is_in(both["new"].implode()))
    return placed.join(new.select(by_row="row"), on="by_row", how="semi")


def _by_number(
    rows: pl.DataFrame, theirs: pl.DataFrame, order: pl.DataFrame, sha: str, by_file: object
) -> pl.DataFrame:
    """The same row number, in a file that says that it corrects this one or that has its name."""
    ours, new = (order.filter(file_sha256=one).to_dicts() for one in (sha, by_file))
    told = bool(ours and new) and (new[0]["corrects"] == sha or new[0]["stem"] == ours[0]["stem"])
    placed = rows.with_columns(pl.col("row").alias("by_row"))
    return placed.join(theirs.select(by_row="row"), on="by_row", how="semi") if told else placed.clear()
