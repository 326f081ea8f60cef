"""Edges between numbered records, each with the reason why, and the `links` table made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl

from recordkit import stable_ids
from recordkit.linkage import graph
from recordkit.linkage.graph import Ints
from recordkit.stable_ids import U64

LINKS: dict[str, pl.DataType | type[pl.DataType]] = {
    "link_id": pl.String, "kind": pl.String, "left_id": pl.String, "right_id": pl.String,
    "match_weight": pl.Float64,
    "probability": pl.Float64, "decision": pl.String, "reasons": pl.List(pl.String),
}  # fmt: skip
HUMAN = "human decision"


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
    """`links` rows from kind, left_id, right_id, match_weight (null: certain) and reasons."""
    weight = pl.col("match_weight")
    human = pl.col("reasons").list.contains(HUMAN)
    ids = stable_ids.link_ids(pairs.get_column("kind"), pairs.get_column("left_id"), pairs.get_column("right_id"))
    return pairs.with_columns(
        ids,
        probability=pl.when(weight.is_null()).then(1.0).otherwise(1 / (1 + pl.lit(2.0).pow(-weight))),
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
    apart = forbidden(label)
    apart = apart.select(label[apart.left] == label[apart.right])
    if not len(apart.left):
        return label, Edges.none()
    bad = np.isin(label, np.unique(label[apart.left]))
    nodes = np.flatnonzero(bad)
    place = np.zeros(count, np.int64)
    place[nodes] = np.arange(len(nodes))
    inside = merging.select(bad[merging.left]).strongest_first()
    parts = graph.constrained(
        len(nodes),
        zip(place[inside.left].tolist(), place[inside.right].tolist(), strict=True),
        zip(place[apart.left].tolist(), place[apart.right].tolist(), strict=True),
    )
    label = label.copy()
    label[nodes] = nodes[parts]
    return label, inside.select(label[inside.left] != label[inside.right])
