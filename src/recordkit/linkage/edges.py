"""Edges between numbered records, each with the reason why, and the `links` table made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

from recordkit import details, stable_ids
from recordkit.linkage import graph
from recordkit.linkage.engine import Constraints, Match, blocking, calibration, match_weights
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.graph import Ints
from recordkit.stable_ids import U64

LINKS: dict[str, pl.DataType | type[pl.DataType]] = {
    "link_id": pl.String, "kind": pl.String, "left_id": pl.String, "right_id": pl.String,
    "match_weight": pl.Float64,
    "probability": pl.Float64, "decision": pl.String, "reasons": pl.List(pl.String),
}  # fmt: skip
HUMAN = "human decision"
# Links whose reasons are written at once: a working size.
CHUNK = 100_000


@dataclass(frozen=True)
class Edges:
    """Parallel arrays: two nodes, the number of the reason, the weight (NaN: certain)."""

    left: Ints
    right: Ints
    reason: npt.NDArray[np.int32]
    weight: npt.NDArray[np.float64]
    reasons: tuple[str, ...]

    @classmethod
    def of(cls, left: Ints, right: Ints, reason: str) -> Self:
        """Certain edges for one reason."""
        low = np.minimum(left, right).astype(np.int64)
        high = np.maximum(left, right).astype(np.int64)
        return cls(low, high, np.zeros(len(low), np.int32), np.full(len(low), np.nan), (reason,))

    @classmethod
    def star(cls, nodes: Ints, codes: U64, reason: str) -> Self:
        """Every node with a code (not 0) to the oldest node with that code."""
        coded = codes != 0
        return cls.of(*graph.star_edges(nodes[coded], codes[coded]), reason)

    @classmethod
    def none(cls) -> Self:
        """No edges."""
        nothing = np.zeros(0, np.int64)
        return cls.of(nothing, nothing, "")

    def select(self, keep: npt.NDArray[np.bool_]) -> Edges:
        """The edges where `keep`."""
        return Edges(self.left[keep], self.right[keep], self.reason[keep], self.weight[keep], self.reasons)

    def strongest_first(self) -> Edges:
        """Human decisions first, then in the order of the reasons, then by weight, then by age."""
        rank = np.array([-1 if text == HUMAN else place for place, text in enumerate(self.reasons)], np.int64)
        order = np.lexsort((self.right, self.left, -np.nan_to_num(self.weight, nan=np.inf), rank[self.reason]))
        return self.select(order)  # type: ignore[arg-type]  # an index array selects as a mask does

    def table(self, records: pl.DataFrame, kind: str, column: str = "record_id") -> pl.DataFrame:
        """The `links` rows of these edges: one per pair of records, with all its reasons."""
        name = records.get_column(column)
        texts = pl.Series(self.reasons, dtype=pl.String)
        rows = pl.DataFrame({
            "left": self.left, "right": self.right, "match_weight": pl.Series(self.weight, nan_to_null=True),
            "reason": texts.gather(pl.Series(self.reason.astype(np.int64))),
        })  # fmt: skip
        grouped = (
            rows.unique()
            .group_by("left", "right")
            .agg(pl.col("match_weight").max(), pl.col("reason").sort().alias("reasons"))
            .sort("left", "right")
        )
        return with_ids(grouped.with_columns(
            kind=pl.lit(kind), left_id=name.gather(grouped.get_column("left")),
            right_id=name.gather(grouped.get_column("right")),
        ))  # fmt: skip


def with_ids(pairs: pl.DataFrame) -> pl.DataFrame:
    """`links` rows from kind, left_id, right_id, match_weight (null: certain), reasons and, where the weight alone does
    not say it, probability."""
    weight = pl.col("match_weight")
    human = pl.col("reasons").list.contains(HUMAN)
    ids = stable_ids.link_ids(pairs.get_column("kind"), pairs.get_column("left_id"), pairs.get_column("right_id"))
    stated = pl.col("probability") if "probability" in pairs.columns else 1 / (1 + pl.lit(2.0).pow(-weight))
    return pairs.with_columns(
        ids,
        probability=pl.when(weight.is_null()).then(1.0).otherwise(stated),
        decision=pl.when(human).then(pl.lit("human")).otherwise(pl.lit("auto")),
    ).select(pl.col(name).cast(dtype) for name, dtype in LINKS.items())


def concat(parts: Sequence[Edges]) -> Edges:
    """All edges, their reasons in the order of the parts."""
    shifts = np.cumsum([0, *(len(part.reasons) for part in parts)])
    return Edges(
        np.concatenate([part.left for part in parts]),
        np.concatenate([part.right for part in parts]),
        np.concatenate([part.reason + shift for part, shift in zip(parts, shifts, strict=False)]).astype(np.int32),
        np.concatenate([part.weight for part in parts]),
        tuple(reason for part in parts for reason in part.reasons),
    )


def settle(count: int, merging: Edges, forbidden: Callable[[Ints], Edges]) -> tuple[Ints, Edges]:
    """Label of every node (the smallest of its cluster), and the edges that were cut.

    `forbidden(label)` gives the pairs that may not be one. In the components that hold such a pair the edges
    are taken again, strongest first, and those that would join a forbidden pair are cut.
    """
    label = graph.components(count, merging.left, merging.right)
    cannot_link = forbidden(label)
    cannot_link = cannot_link.select(label[cannot_link.left] == label[cannot_link.right])
    if not len(cannot_link.left):
        return label, Edges.none()
    bad = np.isin(label, np.unique(label[cannot_link.left]))
    nodes = np.flatnonzero(bad)
    place = np.zeros(count, np.int64)
    place[nodes] = np.arange(len(nodes))
    inside = merging.select(bad[merging.left]).strongest_first()
    parts = graph.constrained(
        len(nodes),
        zip(place[inside.left].tolist(), place[inside.right].tolist(), strict=True),
        zip(place[cannot_link.left].tolist(), place[cannot_link.right].tolist(), strict=True),
    )
    label = label.copy()
    label[nodes] = nodes[parts]
    return label, inside.select(label[inside.left] != label[inside.right])


Bools = npt.NDArray[np.bool_]
# Degrees of collective evidence, by the names of their texts.
COLLECTIVE_EVIDENCE = ("company_unknown", "nobody_in_common", "one_in_common", "more_in_common")


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
        distinct = a != b
        order, a, b = order[distinct], a[distinct], b[distinct]
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
    distinct = label[match.scored.left] != label[match.scored.right]
    looked_at: Bools = ((weight >= lowest) & (weight < highest)) | (distinct & (weight >= highest))
    return looked_at


def unknown(match: Match, label: Ints, asked: Bools, highest: float, limits: Constraints) -> Bools:
    """Of the pairs in `asked` those of which nothing else gives the answer: the strongest pair of every two groups.

    Of one cluster, groups are what certain joins and pairs of `highest` bits hold together anyway; a pair inside such a
    group is not asked about. Of two clusters, they are the clusters; none of which a person has parted.
    """
    left, right = match.scored.left, match.scored.right
    weight = match.scored.weight + match.extra
    one = label[left] == label[right]
    strong = one & (weight >= highest)
    sure = blocking.unpack(limits.same)
    inside = graph.components(
        len(label), np.concatenate([left[strong], sure[0]]), np.concatenate([right[strong], sure[1]])
    )
    groups = blocking.pack(np.where(one, inside[left], label[left]), np.where(one, inside[right], label[right]))
    parted = blocking.unpack(limits.different)
    rows = np.flatnonzero(asked & ~np.isin(groups, blocking.pack(label[parted[0]], label[parted[1]])))
    rows = rows[np.where(one[rows], inside[left[rows]] != inside[right[rows]], True)]
    rows = rows[np.lexsort((right[rows], left[rows], -weight[rows]))]
    found = np.zeros(len(left), np.bool_)
    found[rows[np.unique(groups[rows], return_index=True)[1]]] = True
    return found


def table(match: Match, keep: Bools, frame: pl.DataFrame, names: pl.Series, kind: str) -> pl.DataFrame:
    """`links` rows of the kept pairs. `frame`: the list that was matched; `names`: the id of every row."""
    encoded = match.table or Table(frame)
    chosen = np.flatnonzero(keep)
    parts = [chosen[at : at + CHUNK] for at in range(0, len(chosen), CHUNK)] or [chosen]
    return pl.concat([_part(match, part, encoded, names, kind) for part in parts])


def _part(match: Match, chosen: Ints, encoded: Table, names: pl.Series, kind: str) -> pl.DataFrame:
    """`links` rows of a part of the pairs."""
    scored, extra = match.scored.select(chosen), match.extra[chosen]
    old, young = pl.Series(scored.left), pl.Series(scored.right)
    weight = (scored.weight + extra).astype(np.float64)
    joined = match.label[scored.left] == match.label[scored.right]
    pairs = pl.DataFrame({
        "left_id": names.gather(old), "right_id": names.gather(young),
        "match_weight": weight, "probability": calibration.probability(match.model.spec, weight, joined),
        "reasons": _reasons(match, encoded, scored, extra),
    })  # fmt: skip
    return with_ids(pairs.with_columns(kind=pl.lit(kind)))


def _reasons(match: Match, table: Table, scored: match_weights.Scored, extra: npt.NDArray[np.float32]) -> pl.Series:
    """`comparison: level +1.23` for every comparison that weighs, the prior first."""
    model = match.model
    count = len(scored.left)
    parts = {"prior": pl.Series([f"prior {model.prior:+.2f}"]).new_from_index(0, count)}
    left_over = scored.weight - np.float32(model.prior)
    bits = match_weights.parts(table, model, scored.left, scored.right, scored.levels)
    for place, one in enumerate(model.spec.comparisons):
        level, weight = scored.levels[:, place], bits[:, place]
        left_over = left_over - weight
        texts = pl.Series([f"{one.name}: {name} " for name in one.level_names])
        texts_of_levels = texts.gather(pl.Series(level.astype(np.int64))) + _signed(weight)
        parts[one.name] = texts_of_levels.set(pl.Series(level == 0), None)
    for limit, over in match_weights.beyond(model, bits):
        left_over = left_over + over
        name = details.text("comparisons_together", comparisons=" and ".join(limit.comparisons))
        most = details.text("at_most", most=f"{limit.most:g}")
        texts_of_levels = pl.Series([f"{name}: {most} "]).new_from_index(0, count)
        parts[name] = (texts_of_levels + _signed(-over)).set(pl.Series(over == 0), None)
    # Agreements that often come together by chance, and doubts that the declaration states.
    penalty = pl.Series([f"penalty: {details.text('common_name')} "]).new_from_index(0, count)
    parts["penalty"] = (penalty + _signed(left_over)).set(pl.Series(np.abs(left_over) < 0.005), None)
    if model.company:
        found = np.abs(np.array(model.company, np.float32)[:, None] - extra[None, :]).argmin(axis=0)
        degrees = pl.Series([f"co-offenders: {details.text(name)} " for name in COLLECTIVE_EVIDENCE])
        texts_of_levels = degrees.gather(pl.Series(found)) + _signed(extra)
        parts["co-offenders"] = texts_of_levels.set(pl.Series(extra == 0), None)
    return pl.DataFrame(parts).select(pl.concat_list(pl.all()).list.drop_nulls()).to_series()


def _signed(weight: npt.NDArray[np.float32]) -> pl.Series:
    """`+1.23` or `-1.23`."""
    value = pl.col("w").round(2)
    sign = pl.when(value < 0).then(pl.lit("-")).otherwise(pl.lit("+"))
    return pl.DataFrame({"w": pl.Series(weight).cast(pl.Float64)}).select(
        sign + value.abs().cast(pl.String)
    ).to_series()  # fmt: skip
