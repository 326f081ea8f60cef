"""Ids that stay: a case, a mention and a person keep the id under which the edition before published them.

An id is first made from the oldest submission of its cluster. That is a function of the inputs alone, and nearly
always it is also what was published before. Where it is not (an older submission came late, a file was withdrawn, a
changed declaration gave the rows other record ids), the published id stays with the part of the cluster that holds
the oldest of its submissions; of several ids in one cluster the one with the oldest submission stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from recordkit import stable_ids
from recordkit.linkage import graph

if TYPE_CHECKING:
    from recordkit.linkage import Linked


Lost = Callable[[pl.DataFrame], pl.DataFrame]
ROW = ("file_sha256", "sheet", "row")
_TYPES: graph.Types = {
    "received": pl.String, "period": pl.String, "file_sha256": pl.String, "sheet": pl.String, "row": pl.Int64,
    "role": pl.String, "position": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True)
class PublishedIds:
    """The edition before: cases (case_id, records, source_rows) and persons (mention_id, person_id, mention_refs,
    source_rows), lazily."""

    cases: pl.LazyFrame
    persons: pl.LazyFrame


def carry(linked: Linked, cases: pl.DataFrame, persons: pl.DataFrame, published: PublishedIds | None) -> Linked:
    """`linked` under the ids that were published. cases, persons: the submissions that were linked."""
    if published is None:
        return linked
    case_of = _carried(
        linked.case_members.rename({"record_id": "ref"}), "case_id", _ages(cases, "record_id"),
        _known(published.cases, "case_id", "records"), partial(_by_row, published.cases, "case_id", cases),
    )  # fmt: skip
    members = linked.mention_members.rename({"mention_ref": "ref"})
    ages = _ages(persons, "mention_ref")
    moved = {"case_id": case_of}
    for name in ("mention_id", "person_id"):
        moved[name] = _carried(
            members, name, ages, _known(published.persons, name, "mention_refs"),
            partial(_by_place, published.persons, name, persons),
        )  # fmt: skip
    return replace(
        linked,
        case_members=_renamed(linked.case_members, "case_id", case_of),
        mention_members=_all_renamed(linked.mention_members, moved),
    )


def _all_renamed(members: pl.DataFrame, moved: dict[str, pl.DataFrame]) -> pl.DataFrame:
    for name, ids in moved.items():
        members = _renamed(members, name, ids)
    return members


def _renamed(members: pl.DataFrame, name: str, ids: pl.DataFrame) -> pl.DataFrame:
    if ids.is_empty():
        return members
    renamed = members.join(ids, left_on=name, right_on="made", how="left", maintain_order="left")
    return renamed.with_columns(pl.coalesce("kept", name).alias(name)).drop("kept")


def _known(table: pl.LazyFrame, name: str, refs: str) -> pl.DataFrame:
    """ref, old: the published id of every submission."""
    return table.select(pl.col(refs).alias("ref"), old=name).explode("ref").drop_nulls().unique("ref").collect()


def _ages(frame: pl.DataFrame, ref: str) -> pl.DataFrame:
    """ref and its age: when it was first received, for which month."""
    month = [pl.coalesce("received", "period"), pl.col("period").fill_null("")]
    known = graph.ensure(frame, _TYPES).select(pl.col(ref).alias("ref"), age=pl.concat_str(month, separator=" "))
    return known.group_by("ref").agg(pl.col("age").min())


def _carried(members: pl.DataFrame, name: str, ages: pl.DataFrame, known: pl.DataFrame, lost: Lost) -> pl.DataFrame:
    """made, kept: the ids that were made now and the published ones that take their place; no row where they agree."""
    carried = members.select("ref", made=name).join(known, on="ref")
    gone = known.join(carried.select("old"), on="old", how="anti").select("old").unique()
    if gone.height:  # the rows are there under other ids: a changed declaration
        again = lost(gone)
        carried = pl.concat([carried, members.select("ref", made=name).join(again, on="ref").select(carried.columns)])
    odd = carried.filter(pl.col("made") != pl.col("old"))
    if odd.is_empty():
        return pl.DataFrame(schema={"made": pl.String, "kept": pl.String})
    near = carried.filter(pl.col("made").is_in(odd["made"].implode()) | pl.col("old").is_in(odd["old"].implode()))
    aged = near.join(ages, on="ref", how="left").sort("age", "ref", nulls_last=True)
    claims = aged.unique("old", keep="first", maintain_order=True)
    best = claims.unique("made", keep="first", maintain_order=True).select("made", kept="old")
    used = pl.concat([best["kept"], known["old"], members[name]]).unique()
    return pl.concat([best, _again(near, best, used)]).filter(pl.col("made") != pl.col("kept"))


def _again(near: pl.DataFrame, best: pl.DataFrame, used: pl.Series) -> pl.DataFrame:
    """Clusters that kept no published id, but whose made id stays with another cluster: a new one that nothing has."""
    other = near.select("made").unique().join(best, on="made", how="anti")
    taken = other.filter(pl.col("made").is_in(best["kept"].implode())).sort("made")
    prefix, text = str(used[0])[:1], taken["made"]
    ids = text.rename("kept")
    while (clash := ids.is_in(used.implode())).any():
        text = text + "/again"
        ids = ids.zip_with(~clash, stable_ids.derived("kept", prefix, text))
    return taken.with_columns(ids)


def _by_row(table: pl.LazyFrame, name: str, now: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    """ref, old: the cases whose record ids are all gone, found again by file, sheet and row."""
    rows = table.select("source_rows", old=name).join(gone.lazy(), on="old", how="semi").explode("source_rows")
    places = rows.unnest("source_rows").collect()
    found = graph.ensure(now, _TYPES).select(*ROW, ref="record_id")
    return found.join(places, on=ROW, nulls_equal=True).select("ref", "old").unique("ref", keep="any")


def _by_place(table: pl.LazyFrame, name: str, now: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    """ref, old: the mentions whose refs are all gone, found again by row, role and place in the list. A place that
    two mentions share tells nothing."""
    mine = table.select("mention_refs", "source_rows", old=name).join(gone.lazy(), on="old", how="semi")
    spots = mine.explode("mention_refs").select("source_rows", "old", spot=_spot("mention_refs")).explode("source_rows")
    places = spots.unnest("source_rows").unique().collect()
    alone = places.filter(pl.col("old").n_unique().over(*ROW, "spot") == 1)
    found = graph.ensure(now, _TYPES).select(*ROW, ref="mention_ref", spot=_spot("mention_ref"))
    return found.join(alone, on=[*ROW, "spot"], nulls_equal=True).select("ref", "old").unique("ref", keep="any")


def _spot(ref: str) -> pl.Expr:
    """Role and place of a mention_ref, without its record."""
    return pl.col(ref).str.replace(r"^[^:]*", "")
