"""Match weights of candidate pairs, a chunk at a time; what cannot reach the threshold is dropped before
any string is compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from recordkit.linkage.engine import blocking, comparison_levels, dependence_tree, vetoes
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.fitted_model import MOST, Model
from recordkit.linkage.engine.model_spec import Together
from recordkit.linkage.graph import Ints
from recordkit.stable_ids import U64

# Pairs that are weighed at once: a working size.
CHUNK = 1_000_000
# What a sum of 32-bit weights may differ from itself in another order.
SLIP = 0.001  # bits
# By judgement.
VETOED = -3.0  # bits at most of a pair that a veto keeps from being joined by itself; others may hold it in a cluster
F32 = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Scored:
    """Pairs with their weights (bits, prior included) and the level of every comparison (rows x comparisons)."""

    left: Ints
    right: Ints
    weight: F32
    levels: Matrix

    def select(self, keep: Bools | Ints) -> Scored:
        """The pairs where `keep`, or at these places."""
        return Scored(self.left[keep], self.right[keep], self.weight[keep], self.levels[keep])


def join(first: Scored, second: Scored) -> Scored:
    """The pairs of both."""
    return Scored(
        np.concatenate([first.left, second.left]),
        np.concatenate([first.right, second.right]),
        np.concatenate([first.weight, second.weight]),
        np.concatenate([first.levels, second.levels]),
    )


def score(table: Table, model: Model, packed: U64, least: float | None) -> Scored:
    """Every pair, or with `least` those that reach it and that no veto forbids."""
    parts = [_chunk(table, model, packed[at : at + CHUNK], least) for at in range(0, len(packed), CHUNK)]
    if not parts:
        parts = [_chunk(table, model, packed, least)]
    return Scored(
        np.concatenate([part.left for part in parts]),
        np.concatenate([part.right for part in parts]),
        np.concatenate([part.weight for part in parts]),
        np.concatenate([part.levels for part in parts]),
    )


def _chunk(table: Table, model: Model, packed: U64, least: float | None) -> Scored:
    left, right = blocking.unpack(packed)
    comparisons = model.spec.comparisons
    hoped_for = None if least is None else least - SLIP
    matrix = np.stack([comparison_levels.cheap(table, one, left, right) for one in comparisons], axis=1)
    hopes = [_hope(model, place) for place in range(len(comparisons))]
    if hoped_for is not None:
        bound = np.full(len(left), model.prior, np.float32)
        for place, hope in enumerate(hopes):
            bound += hope[matrix[:, place]]
            bound += frequency(table, model, place, left=left, right=right, level=matrix[:, place])
            bound += _rarest(table, model, place, left=left, right=right, level=matrix[:, place])
        keep = bound >= hoped_for
        left, right, matrix, bound = left[keep], right[keep], matrix[keep], bound[keep]
    for place, one in enumerate(comparisons):
        column = np.ascontiguousarray(matrix[:, place])
        open_ = column == comparison_levels.UNDECIDED
        if not open_.any():
            continue
        hoped = hopes[place][comparison_levels.UNDECIDED] + _rarest(
            table, model, place, left=left, right=right, level=column
        )
        comparison_levels.finish(table, one, left, right, column)
        matrix[:, place] = column
        if hoped_for is not None:
            decided = model.weights(place)[column] + frequency(
                table, model, place, left=left, right=right, level=column
            )
            bound = np.where(open_, bound - hoped + decided, bound)
            keep = bound >= hoped_for
            left, right, matrix, bound = left[keep], right[keep], matrix[keep], bound[keep]
    weight = weigh(table, model, left, right, matrix)
    vetoed = vetoes.forbidden(table, model.spec, left, right, matrix)
    for veto in model.spec.vetoes:
        if veto.most is not None:
            held = vetoes.holds(table, model.spec, veto, left, right, matrix=matrix)
            weight[held] = np.minimum(weight[held], np.float32(veto.most))
    if least is None:
        weight[vetoed] = np.minimum(weight[vetoed], VETOED)
        return Scored(left, right, weight, matrix)
    return Scored(left, right, weight, matrix).select((weight >= least) & ~vetoed)


def _hope(model: Model, place: int) -> F32:
    """The most a pair can weigh by level code; for UNDECIDED, the best of the levels that may still hold."""
    weights = model.weights(place)
    hope = np.zeros(256, np.float32)
    hope[: len(weights)] = weights
    one = model.spec.comparisons[place]
    first = next((at for at, level in enumerate(one.levels) if not level.cheap), None)
    if first is not None:
        best = float(weights[first + 1 :].max())
        foreign = any(level.tf and level.column not in (None, one.column) for level in one.levels[first:])
        hope[comparison_levels.UNDECIDED] = best + (MOST / 2 if foreign else 0.0)
    return hope


def _rarest(table: Table, model: Model, place: int, *, left: Ints, right: Ints, level: npt.NDArray[np.uint8]) -> F32:
    """What term frequency may still add to a pair that is undecided."""
    one = model.spec.comparisons[place]
    added = np.zeros(len(left), np.float32)
    if not any(at.tf and not at.cheap and at.column in (None, one.column) for at in one.levels):
        return added
    column = table.column(one.column)
    rows = np.flatnonzero(level == comparison_levels.UNDECIDED)
    if len(rows):
        rarity = np.minimum(column.rarity[column.codes[left[rows]]], column.rarity[column.codes[right[rows]]])
        added[rows] = np.maximum(rarity, 0) * model.scales[place]
    return added


def weigh(table: Table, model: Model, left: Ints, right: Ints, matrix: Matrix) -> F32:
    """Bits of every pair: prior, levels, how rare the values are on which it agrees, and what goes together."""
    bits = parts(table, model, left, right, matrix)
    weight = model.prior + bits.sum(axis=1, dtype=np.float32)
    if model.nested:
        weight -= counted_twice(table, model, left, right, matrix)
    if model.kin:
        weight -= household_penalty(model, household_weight(table, model, left, right, matrix))
    if model.spec.together:
        plain = bits / np.array(model.scales, np.float32)
        weight += together(model, plain) @ np.array(model.chances, np.float32)
        for _, over in beyond(model, bits):
            weight -= over
    if model.spec.prior is not None:  # of weights to two places the sum has two, and meets a limit exactly
        weight = weight.round(2)
    return np.asarray(weight, np.float32)


def parts(table: Table, model: Model, left: Ints, right: Ints, matrix: Matrix) -> F32:
    """Bits of every comparison (rows x comparisons), rarity included."""
    columns = [
        model.weights(place)[matrix[:, place]]
        + frequency(table, model, place, left=left, right=right, level=matrix[:, place])
        for place in range(len(model.spec.comparisons))
    ]
    return np.stack(columns, axis=1)


def household_weight(table: Table, model: Model, left: Ints, right: Ints, matrix: Matrix) -> F32:
    """Bits by which every pair looks like two people of one household rather than like strangers."""
    bits = np.zeros(len(left), np.float32)
    for place, one in enumerate(model.spec.comparisons):
        if (one.shared or one.namesakes) and model.kin:
            level = matrix[:, place]
            bits += model.household_weights(place)[level]
            bits += frequency(table, model, place, left=left, right=right, level=level) / np.float32(
                model.scales[place]
            )
    return bits - counted_twice(table, model, left, right, matrix)


def counted_twice(table: Table, model: Model, left: Ints, right: Ints, matrix: Matrix) -> F32:
    """Bits of agreements that imply each other by chance, as a postcode does its town: against strangers both say one
    thing."""
    bits = np.zeros(len(left), np.float32)
    for one in model.nested:
        rows = np.flatnonzero((matrix[:, one.first] == 1) & (matrix[:, one.second] == 1))
        bits[rows] += dependence_tree.too_many(table, model.spec, one, left=left, right=right, rows=rows)
    return bits


def household_penalty(model: Model, kinship: F32) -> F32:
    """Bits that a pair loses because two people of one household would agree as well: no more than what they share."""
    return np.asarray(np.logaddexp2(0, np.float32(model.kin_prior) + kinship), np.float32)


def together(model: Model, bits: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """For every declared set of comparisons, the least of their unscaled bits, 0 where one does not agree."""
    places = {one.name: place for place, one in enumerate(model.spec.comparisons)}
    sets = [[places[name] for name in one.comparisons] for one in model.spec.together]
    found = [np.maximum(bits[:, chosen].min(axis=1), 0) for chosen in sets]
    return np.stack(found, axis=1) if found else np.zeros((len(bits), 0), bits.dtype)


def beyond(model: Model, bits: F32) -> Iterator[tuple[Together, F32]]:
    """For every set of comparisons whose weight is limited, the bits of every pair beyond the limit."""
    places = {one.name: place for place, one in enumerate(model.spec.comparisons)}
    for one in model.spec.together:
        if one.most is not None:
            summed = bits[:, [places[name] for name in one.comparisons]].sum(axis=1, dtype=np.float32)
            yield one, np.maximum(summed - np.float32(one.most), 0)


def frequency(table: Table, model: Model, place: int, *, left: Ints, right: Ints, level: npt.NDArray[np.uint8]) -> F32:
    """Bits by which agreeing on a rare value says more, and on a common one less, than agreeing on any."""
    added = np.zeros(len(left), np.float32)
    one = model.spec.comparisons[place]
    for at, declared in enumerate(one.levels, start=1):
        if not declared.tf:
            continue
        rows = np.flatnonzero(level == at)
        column = table.column(declared.column or one.column)
        if not len(rows) or not len(column.values):
            continue
        rarity = np.minimum(column.rarity[column.codes[left[rows]]], column.rarity[column.codes[right[rows]]])
        added[rows] = rarity * model.scales[place]
    return added
