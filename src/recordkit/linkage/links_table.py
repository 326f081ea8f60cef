"""Links of a probabilistic match as rows of the `links` table: every comparison with its weight as a reason."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from recordkit.linkage import edges, graph
from recordkit.linkage.engine import Match, match_weights
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.graph import Ints

Bools = npt.NDArray[np.bool_]
COLLECTIVE_EVIDENCE = ("unknown", "nobody in common", "one in common", "more in common")


def joined(match: Match, label: Ints) -> Bools:
    """The strongest scored pairs that hold the clusters of `label` together: one for every row but the first."""
    left, right = match.scored.left, match.scored.right
    weight = match.scored.weight + match.extra
    inside = np.flatnonzero(label[left] == label[right])
    keep = np.zeros(len(left), np.bool_)
    if not len(inside):
        return keep
    order = inside[np.lexsort((right[inside], left[inside], -weight[inside]))]
    # A row's strongest pair is always one of those that hold its cluster together: a forest in a few rounds.
    at = np.arange(len(label), dtype=np.int64)
    while True:
        a, b = at[left[order]], at[right[order]]
        apart = a != b
        order, a, b = order[apart], a[apart], b[apart]
        if not len(order):
            return keep
        place = np.arange(len(order))
        first = np.full(len(label), len(order), np.int64)
        np.minimum.at(first, a, place)
        np.minimum.at(first, b, place)
        chosen = np.unique(first[first < len(order)])
        keep[order[chosen]] = True
        at = graph.components(len(label), at[left[order[chosen]]], at[right[order[chosen]]])[at]


def grey(match: Match, label: Ints, lowest: float, highest: float) -> Bools:
    """The scored pairs that a person should look at."""
    weight = match.scored.weight + match.extra
    apart = label[match.scored.left] != label[match.scored.right]
    looked_at: Bools = ((weight >= lowest) & (weight < highest)) | (apart & (weight >= highest))
    return looked_at


def table(match: Match, keep: Bools, frame: pl.DataFrame, names: pl.Series, kind: str) -> pl.DataFrame:
    """`links` rows of the kept pairs. `frame`: the list that was matched; `names`: the id of every row."""
    scored = match.scored.select(keep)
    extra = match.extra[keep]
    reasons = _reasons(match, Table(frame), scored, extra)
    old, young = pl.Series(scored.left), pl.Series(scored.right)
    pairs = pl.DataFrame({
        "left_id": names.gather(old), "right_id": names.gather(young),
        "match_weight": pl.Series(scored.weight + extra).cast(pl.Float64), "reasons": reasons,
    })  # fmt: skip
    return edges.with_ids(pairs.with_columns(kind=pl.lit(kind)))


def _reasons(match: Match, table: Table, scored: match_weights.Scored, extra: npt.NDArray[np.float32]) -> pl.Series:
    """`comparison: level +1.23` for every comparison that weighs, the prior first."""
    model = match.model
    count = len(scored.left)
    parts = {"prior": pl.Series([f"prior {model.prior:+.2f}"]).new_from_index(0, count)}
    left_over = scored.weight - np.float32(model.prior)
    for place, one in enumerate(model.spec.comparisons):
        level = scored.levels[:, place]
        rare = match_weights.frequency(table, model, place, scored.left, scored.right, level)
        weight = model.weights(place)[level] + rare
        left_over = left_over - weight
        texts = pl.Series([f"{one.name}: {name} " for name in model.level_names(place)])
        said = texts.gather(pl.Series(level.astype(np.int64))) + _signed(weight)
        parts[one.name] = said.set(pl.Series(level == 0), None)
    # Agreements that often come together by chance, and doubts that the declaration states.
    held_back = pl.Series(["held back: could be chance "]).new_from_index(0, count) + _signed(left_over)
    parts["held back"] = held_back.set(pl.Series(np.abs(left_over) < 0.005), None)
    if model.company:
        found = np.abs(np.array(model.company, np.float32)[:, None] - extra[None, :]).argmin(axis=0)
        said = pl.Series([f"company: {name} " for name in COLLECTIVE_EVIDENCE]).gather(pl.Series(found)) + _signed(
            extra
        )
        parts["company"] = said.set(pl.Series(extra == 0), None)
    return pl.DataFrame(parts).select(pl.concat_list(pl.all()).list.drop_nulls()).to_series()


def _signed(weight: npt.NDArray[np.float32]) -> pl.Series:
    """`+1.23` or `-1.23`."""
    value = pl.col("w").round(2)
    sign = pl.when(value < 0).then(pl.lit("-")).otherwise(pl.lit("+"))
    return pl.DataFrame({"w": pl.Series(weight).cast(pl.Float64)}).select(
        sign + value.abs().cast(pl.String)
    ).to_series()  # fmt: skip
