"""Clusters that hold: no chain of weak links, no contradiction, at most what the declaration allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recordkit.linkage import graph
from recordkit.linkage.engine import blocking, comparison_levels, match_weights
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.fitted_model import MOST, Model
from recordkit.linkage.engine.match_weights import Scored
from recordkit.linkage.graph import Ints
from recordkit.stable_ids import U64

Bools = npt.NDArray[np.bool_]
F32 = npt.NDArray[np.float32]
IMPOSSIBLE = -1e7  # no mean over a cluster of the largest size makes up for it
# Bits of a pair that a person called the same: more than any evidence can weigh.
CERTAIN = 1000.0


@dataclass(frozen=True)
class Constraints:
    """Packed pairs that must and must not be one (human decisions, certain joins)."""

    same: U64
    different: U64

    @classmethod
    def none(cls) -> Constraints:
        """Nothing was decided."""
        nothing = np.zeros(0, np.uint64)
        return cls(nothing, nothing)


def cluster(
    table: Table, model: Model, scored: Scored, extra: F32, limits: Constraints, *, threshold: float,
    new: npt.NDArray[np.bool_] | None = None,
) -> tuple[Ints, Ints]:  # fmt: skip
    """Label of every row (its cluster's smallest row), and the rows of components that were split.

    `extra`: bits of collective evidence by scored pair. Components of more than two rows are judged with all
    their pairs, also those that no rule blocked: groups join as long as the evidence between them is positive.
    With `new` (rows that have arrived) only components that hold one of them, or that a person spoke of, are judged.
    """
    weight = scored.weight + extra
    strong = weight >= threshold
    certain = blocking.unpack(limits.same)
    left = np.concatenate([scored.left[strong], certain[0]])
    right = np.concatenate([scored.right[strong], certain[1]])
    label = graph.components(table.height, left, right)
    sizes = np.bincount(label, minlength=table.height)
    label = _cut_giants(
        table.height, scored, weight, label=label, sizes=sizes, certain=certain, model=model, threshold=threshold
    )
    sizes = np.bincount(label, minlength=table.height)
    cannot_link = _apart(table, model)
    doubtful = sizes[label] > 2 if cannot_link is None else sizes[label] > 1
    if new is not None:
        touched = np.zeros(table.height, np.bool_)
        touched[label[new]] = True
        doubtful &= touched[label]
    doubtful |= np.isin(label, label[blocking.unpack(limits.different)[0]])
    rows = np.flatnonzero(doubtful)
    return _clean(table, model, scored, extra, limits, label=label, rows=rows, cannot_link=cannot_link)


def _cut_giants(
    count: int, scored: Scored, weight: F32, *, label: Ints, sizes: Ints, certain: tuple[Ints, Ints],
    model: Model, threshold: float,
) -> Ints:  # fmt: skip
    """Raise the threshold inside components that are too large to judge pair by pair, until they are not."""
    while int(sizes.max(initial=0)) > model.spec.largest_cluster and threshold < 60:
        threshold += 2.0
        giant = sizes[label] > model.spec.largest_cluster
        strong = (weight >= threshold) & giant[scored.left]
        inside = giant[certain[0]]
        finer = graph.components(
            count,
            np.concatenate([scored.left[strong], certain[0][inside]]),
            np.concatenate([scored.right[strong], certain[1][inside]]),
        )
        label = np.where(giant, finer, label)
        sizes = np.bincount(label, minlength=count)
    return label


def _apart(table: Table, model: Model) -> U64 | None:
    """Code of the columns on which two rows of one cluster may not agree (0: none)."""
    spec = model.spec
    columns = spec.apart or ((spec.one_to_one,) if spec.one_to_one else ())
    if not columns:
        return None
    total = np.zeros(table.height, np.uint64)
    missing = np.zeros(table.height, np.bool_)
    for column in columns:
        hashed = table.hashes(column)
        missing |= hashed == 0
        total = total * np.uint64(31) + hashed
    total[missing] = 0
    return total


def _clean(
    table: Table, model: Model, scored: Scored, extra: F32, limits: Constraints, *, label: Ints, rows: Ints,
    cannot_link: U64 | None,
) -> tuple[Ints, Ints]:  # fmt: skip
    """Judge the components of `rows` with all their pairs; split those whose pairs do not all agree."""
    if not len(rows):
        return label, rows
    order = rows[np.argsort(label[rows], kind="stable")]
    packed = blocking.pairs(label.astype(np.uint64)[order] + np.uint64(1), 1 << 30)[0]
    a, b = blocking.unpack(packed)
    pairs = blocking.pack(order[a], order[b])
    pairs.sort()
    weight = _all_weights(table, model, scored, extra, pairs)
    left, right = blocking.unpack(pairs)
    if cannot_link is not None:
        weight[(cannot_link[left] == cannot_link[right]) & (cannot_link[left] != 0)] = IMPOSSIBLE
    weight[_contradicting(table, model, label=label, rows=rows, left=left, right=right)] = IMPOSSIBLE
    weight[np.isin(pairs, limits.same)] = CERTAIN
    weight[np.isin(pairs, limits.different)] = IMPOSSIBLE
    bad = np.unique(label[left[weight < model.spec.cluster_threshold]])
    inside = np.isin(label[left], bad)
    made = label.copy()
    _split(made, label, left=left[inside], right=right[inside], weight=weight[inside].astype(np.float64), model=model)
    return made, rows[made[rows] != label[rows]]


def _contradicting(table: Table, model: Model, *, label: Ints, rows: Ints, left: Ints, right: Ints) -> Bools:
    """Pairs of two well-attested values of one component that contradict each other."""
    found = np.zeros(len(left), np.bool_)
    comparisons = {one.name: one for one in model.spec.comparisons}
    for rule in model.spec.contradictions:
        one = comparisons[rule.comparison]
        code = table.column(one.column).codes
        known = rows[code[rows] >= 0]
        packed = (label[known].astype(np.uint64) << np.uint64(32)) | code[known].astype(np.uint64)
        _, place, counts = np.unique(packed, return_inverse=True, return_counts=True)
        attested = np.zeros(table.height, np.bool_)
        attested[known[counts[place] >= rule.attested]] = True
        looked = np.flatnonzero(attested[left] & attested[right] & (code[left] != code[right]))
        bad = [one.level_names.index(level) for level in rule.levels]
        level = comparison_levels.levels(table, one, left[looked], right[looked])
        found[looked[np.isin(level, bad)]] = True
    return found


def _all_weights(table: Table, model: Model, scored: Scored, extra: F32, pairs: U64) -> F32:
    """Bits of `pairs`: as scored where they were, else scored now."""
    known = blocking.pack(scored.left, scored.right)
    order = np.argsort(known)
    place = np.minimum(np.searchsorted(known, pairs, sorter=order), max(len(known) - 1, 0))
    found = known[order[place]] == pairs if len(known) else np.zeros(len(pairs), np.bool_)
    weight = np.zeros(len(pairs), np.float32)
    hits = order[place[found]] if len(known) else np.zeros(0, np.int64)
    weight[found] = scored.weight[hits] + extra[hits]
    weight[~found] = match_weights.score(table, model, pairs[~found], None).weight
    return np.clip(weight, -MOST, MOST)


def _split(made: Ints, label: Ints, *, left: Ints, right: Ints, weight: npt.NDArray[np.float64], model: Model) -> None:
    """Agglomerate each doubtful component anew; a loop over doubtful components only."""
    if not len(left):
        return
    order = np.argsort(label[left], kind="stable")
    left, right, weight = left[order], right[order], weight[order]
    starts = graph.group_starts(label[left])
    ends = np.append(starts[1:], len(left))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        nodes = np.unique(np.concatenate([left[start:end], right[start:end]]))
        a, b = np.searchsorted(nodes, left[start:end]), np.searchsorted(nodes, right[start:end])
        table = np.zeros((len(nodes), len(nodes)))
        table[a, b] = table[b, a] = weight[start:end]
        parts = agglomerate(table, model.spec.cluster_threshold)
        made[nodes] = nodes[parts]


def agglomerate(weight: npt.NDArray[np.float64], least: float) -> Ints:
    """Join the two groups with the highest mean weight between them, while it is above `least`.

    weight: symmetric, the bits between every two rows. Gives the smallest row of the group of every row.
    """
    count = len(weight)
    total = weight.copy()
    size = np.ones(count)
    label = np.arange(count)
    np.fill_diagonal(total, -np.inf)
    while True:
        mean = total / np.outer(size, size)
        best = int(mean.argmax())
        a, b = divmod(best, count)
        if mean[a, b] <= least:
            return label
        a, b = min(a, b), max(a, b)
        total[a] += total[b]
        total[:, a] = total[a]
        total[a, a] = total[b] = total[:, b] = -np.inf
        size[a] += size[b]
        label[label == b] = a
