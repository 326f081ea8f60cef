"""What people should look at, and what their answers say of the linker. Pure functions of frames; no screen."""

from __future__ import annotations

import math

import polars as pl

from recordkit import stable_ids
from recordkit.linkage import human_decisions

# Probabilities that split the sample for review: narrow near 0 and 1, where most pairs are. By judgement; any bands
# give an unbiased estimate, since every answer is weighted by the size of its band.
BANDS = (0.05, 0.25, 0.5, 0.75, 0.95, 0.999)


def shortlist(review: pl.DataFrame, decisions: pl.DataFrame, most: int) -> tuple[pl.DataFrame, int]:
    """The pairs that nobody has decided, at most `most` of them, most doubtful first; and how many did not fit."""
    open_ = undecided(review, decisions)
    doubt = (pl.col("probability") - 0.5).abs()
    kept = open_.sort(doubt, "link_id").head(most)
    return kept.sort("link_id"), open_.height - kept.height


def undecided(review: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """The rows of `review` (kind, left_id, right_id …) on whose pair, in either order, nobody has answered same or
    different. decisions: human_decisions.DECISIONS."""
    judged = human_decisions.current(decisions).filter(pl.col("verdict") != "unsure")
    pair = ["kind", "left_id", "right_id"]
    both = pl.concat([judged.select(pair), judged.select("kind", left_id="right_id", right_id="left_id")])
    return review.join(both, on=pair, how="anti")


def queue(review: pl.DataFrame, decisions: pl.DataFrame, worth: pl.DataFrame | None = None) -> pl.DataFrame:
    """The pairs that nobody has decided, the most useful first.

    review: `Linked.review`. worth: left_id, right_id, worth (what a join would change in published totals).
    A pair near the threshold, where the linker knows least, comes first; among equals the one worth more.
    """
    open_ = undecided(review, decisions)
    valued = open_.with_columns(worth=pl.lit(1.0))
    if worth is not None:
        valued = open_.join(worth, on=["left_id", "right_id"], how="left", maintain_order="left").with_columns(
            pl.col("worth").fill_null(1.0)
        )
    p = pl.col("probability").clip(1e-9, 1 - 1e-9)
    doubt = -(p * p.log(2) + (1 - p) * (1 - p).log(2))
    ranked = valued.with_columns(priority=doubt * pl.col("worth"))
    return ranked.sort("priority", "link_id", descending=[True, False])


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
    kept = drawn.filter(pl.col("order") <= max(size // bands, 1))
    return kept.with_columns(share=pl.col("size") / pl.len().over("band")).drop("order", "size").sort("link_id")


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
