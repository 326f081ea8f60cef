"""Human decisions: an append-only table of pairs of records; what holds is the newest word on each pair.

The newest is the one that stands last in the ledger. The clock of the machine that wrote it says nothing: it may have
been set back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from recordkit import accounts
from recordkit.linkage.edges import HUMAN, Edges

DECISIONS: dict[str, pl.DataType | type[pl.DataType]] = {
    "kind": pl.String,        # case: record_id pairs; person: mention_ref pairs
    "left_id": pl.String,
    "right_id": pl.String,
    "verdict": pl.String,     # same | different | unsure
    "decided_by": pl.String,
    "decided_at": pl.String,  # ISO 8601, UTC
}  # fmt: skip


def empty() -> pl.DataFrame:
    """No decisions: a DECISIONS frame without rows."""
    return pl.DataFrame(schema=DECISIONS)


def from_entries(entries: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """The store's ledger of decisions, in its order, as a DECISIONS frame with `seq`; undone entries are left out.

    An entry {"what": "undo", "undoes": seq} takes one back: what was said of the pair before holds again.
    """
    undone = {entry["undoes"] for entry in entries if entry.get("what") == "undo"}
    rows = [
        (
            entry.get("kind") or ("person" if ":" in entry["left_id"] else "case"),
            entry["left_id"], entry["right_id"], entry["verdict"], _decider(entry), entry["at"],
            entry.get("seq", place),
        )
        for place, entry in enumerate(entries, start=1)
        if "left_id" in entry and entry.get("seq", place) not in undone
    ]  # fmt: skip
    return pl.DataFrame(rows, schema={**DECISIONS, "seq": pl.Int64}, orient="row")


def _decider(entry: Mapping[str, Any]) -> str:
    """The reviewer who was named, else the person who ran the program: with and without sudo the same."""
    return str(entry.get("by") or accounts.person(str(entry["who"])))


def ordered(decisions: pl.DataFrame) -> pl.DataFrame:
    """The decisions by their place in the ledger (`seq`, else the row), the two records of every pair in one order."""
    low, high = pl.min_horizontal("left_id", "right_id"), pl.max_horizontal("left_id", "right_id")
    place = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("seq")
    kept = decisions if "seq" in decisions.columns else decisions.with_columns(place)
    placed = kept.select(*DECISIONS, "seq").with_columns(left_id=low, right_id=high)
    return placed.sort("seq", maintain_order=True)


def current(decisions: pl.DataFrame) -> pl.DataFrame:
    """One row per pair: the decision that stands last in the ledger."""
    return (
        ordered(decisions)
        .unique(["kind", "left_id", "right_id"], keep="last", maintain_order=True)
        .drop("seq")
        .sort("kind", "left_id", "right_id")
    )


def disagreements(decisions: pl.DataFrame) -> pl.DataFrame:
    """Pairs on which the last words of two reviewers differ: kind, left_id, right_id, verdicts, reviewers."""
    last = (
        ordered(decisions)
        .unique(["kind", "left_id", "right_id", "decided_by"], keep="last", maintain_order=True)
        .sort("decided_by")
    )
    return (
        last.group_by("kind", "left_id", "right_id")
        .agg(pl.col("verdict").alias("verdicts"), pl.col("decided_by").alias("reviewers"))
        .filter(pl.col("verdicts").list.n_unique() > 1)
        .sort("kind", "left_id", "right_id")
    )


def decided_edges(decisions: pl.DataFrame, kind: str, verdict: str, names: pl.Series) -> Edges:
    """The pairs of `kind` judged `verdict`, as edges between the places of their ids in `names`."""
    wanted = current(decisions).filter((pl.col("kind") == kind) & (pl.col("verdict") == verdict))
    if not wanted.height:
        return Edges.none()
    places = pl.DataFrame({"id": names}).with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias("place"))
    pairs = wanted.join(places.rename({"id": "left_id", "place": "left"}), on="left_id").join(
        places.rename({"id": "right_id", "place": "right"}), on="right_id"
    )
    pairs = pairs.filter(pl.col("left") != pl.col("right")).unique(["left", "right"]).sort("left", "right")
    left, right = (pairs.get_column(side).to_numpy().astype(np.int64) for side in ("left", "right"))
    return Edges.of(left, right, HUMAN)
