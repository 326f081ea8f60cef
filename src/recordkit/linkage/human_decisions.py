"""Human decisions: an append-only table of pairs of records; what holds is the newest word on each pair.

The newest is the one that stands last in the ledger. The clock of the machine that wrote it says nothing: it may have
been set back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from recordkit import accounts, stable_ids
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
    numbered = decisions if "seq" in decisions.columns else decisions.with_columns(place)
    placed = numbered.select(*DECISIONS, "seq").with_columns(left_id=low, right_id=high)
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


# Probabilities that split the sample for review: narrow near 0 and 1, where most pairs are. By judgement; any bands
# give an unbiased estimate, since every answer is weighted by the size of its band.
BANDS = (0.05, 0.25, 0.5, 0.75, 0.95, 0.999)


def shortlist(review: pl.DataFrame, decisions: pl.DataFrame, most: int) -> tuple[pl.DataFrame, int]:
    """The pairs that nobody has decided, at most `most` of them, most doubtful first; and how many did not fit."""
    open_ = undecided(review, decisions)
    doubt = (pl.col("probability") - 0.5).abs()
    asked = open_.sort(doubt, "link_id").head(most)
    return asked.sort("link_id"), open_.height - asked.height


def undecided(review: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """The rows of `review` (kind, left_id, right_id …) on whose pair, in either order, nobody has answered same or
    different. decisions: human_decisions.DECISIONS."""
    judged = current(decisions).filter(pl.col("verdict") != "unsure")
    pair = ["kind", "left_id", "right_id"]
    both = pl.concat([judged.select(pair), judged.select("kind", left_id="right_id", right_id="left_id")])
    return review.join(both, on=pair, how="anti")


STEPS = 10  # in how many steps of its chance the queue goes down; inside a step the pairs of one cluster stand together


def queue(review: pl.DataFrame, decisions: pl.DataFrame, about: pl.DataFrame | None = None) -> pl.DataFrame:
    """The pairs that nobody has decided, the most useful first: those whose answer is likeliest to change a cluster.

    review: `Linked.review`. about: left_id, right_id, worth (published figures that the answer may move) and, where
    they are known, joined (the two are one now) and cluster (the larger of their clusters). `priority` is the chance
    that the answer changes something: that two are one, or of a joined pair, that they are not.
    """
    known = pl.DataFrame(schema={"left_id": pl.String, "right_id": pl.String}) if about is None else about
    absent = {"worth": pl.lit(1.0), "joined": pl.lit(False), "cluster": pl.lit("")}
    known = known.with_columns(value.alias(name) for name, value in absent.items() if name not in known.columns)
    open_ = undecided(review, decisions).join(known, on=["left_id", "right_id"], how="left", maintain_order="left")
    valued = open_.with_columns(pl.col(name).fill_null(value) for name, value in absent.items())
    chance = pl.when("joined").then(1 - pl.col("probability")).otherwise("probability")
    ranked = valued.with_columns(priority=chance).with_columns(step=(pl.col("priority") * STEPS).floor())
    order = {"step": True, "cluster": False, "priority": True, "worth": True, "link_id": False}
    return ranked.sort(list(order), descending=list(order.values())).drop("step", "joined", "cluster")


def sample(links: pl.DataFrame, size: int, seed: int = 1) -> pl.DataFrame:
    """Pairs for labelling, the same for the same links: as many from every band of probability, with the `share`
    of the band's pairs that each stands for."""
    banded = links.drop_nulls("match_weight").with_columns(
        band=pl.sum_horizontal(pl.col("probability") > limit for limit in BANDS)
    )
    bands = max(banded.get_column("band").n_unique(), 1)
    drawn = banded.with_columns(
        pl.Series("order", stable_ids.hash_text(pl.select(pl.lit(f"{seed}:") + banded["link_id"]).to_series())),
        size=pl.len().over("band"),
    ).with_columns(order=pl.col("order").rank("ordinal").over("band"))
    chosen = drawn.filter(pl.col("order") <= max(size // bands, 1))
    return chosen.with_columns(share=pl.col("size") / pl.len().over("band")).drop("order", "size").sort("link_id")


def quality(labelled: pl.DataFrame) -> dict[str, tuple[float, float, float]]:
    """Precision and recall of the linker among sampled pairs, each with a 95 % interval, from people's answers.

    labelled: said (Boolean: the linker joined the two), verdict (same, different; unsure does not count), share
    (pairs that each stands for). Pairs that no blocking rule compared are in no sample: recall is of those seen.
    """
    known = labelled.filter(pl.col("verdict") != "unsure")
    true = pl.col("verdict") == "same"
    return {
        "precision": _weighted(known.filter("said").select("share", hit=true)),
        "recall": _weighted(known.filter(true).select("share", hit="said")),
    }


def _weighted(answers: pl.DataFrame) -> tuple[float, float, float]:
    """The weighted share of hits; the interval counts as many answers as equal weights would have needed."""
    share = answers.get_column("share")
    total = float(share.sum())
    if not total:
        return wilson(0.0, 0)
    hits = float(share.filter(answers.get_column("hit")).sum())
    return wilson(hits / total, total * total / float((share * share).sum()))


def wilson(share: float, count: float) -> tuple[float, float, float]:
    """A share of `count` answers with its 95 % interval (Wilson's score interval)."""
    if not count:
        return (0.0, 0.0, 1.0)
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return (share, max(middle - half, 0.0), min(middle + half, 1.0))
