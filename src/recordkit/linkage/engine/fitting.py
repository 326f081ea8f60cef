"""m by expectation-maximisation on counts of level patterns, u from random pairs and frequencies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from recordkit.identity import U64
from recordkit.linkage.engine import blocking, comparing
from recordkit.linkage.engine.declared import Block, Comparison, ModelSpec
from recordkit.linkage.engine.model import Model, Shares
from recordkit.linkage.engine.table import Table
from recordkit.linkage.graph import Ints

SEED = 20260703
RANDOM_PAIRS = 400_000
SESSION_PAIRS = 120_000
FEWEST_MATCHES = 20.0
DECLARED_MATCHES = 200.0  # declared shares weigh as much as so many matches
WITNESS_SLACK = 4.0  # how many times the declared share of matches may differ on an identifier
ROUNDS = 40
REFINEMENTS = 6

Matrix = npt.NDArray[np.uint8]


def fit(table: Table, spec: ModelSpec) -> Model:
    """A model without its prior, the same for the same rows."""
    u = _random_shares(table, spec)
    sums = [_start(one) * 0.0 for one in spec.comparisons]
    for block in spec.blocks:
        if block.train:
            _session(table, spec, block, u, sums)
    m = []
    for one, total, other in zip(spec.comparisons, sums, u, strict=True):
        start = _start(one)
        learned = total.sum() >= FEWEST_MATCHES and not one.fixed
        m.append(_learned(total, start, one) if learned else np.where(start > 0, start, other))
    return Model(spec, tuple(m), u)


def _start(one: Comparison) -> Shares:
    """Declared starting shares of matches; else most at the first level, falling by the level."""
    count = len(one.levels) + 1
    given = np.array(one.m) if one.m else np.array([0.75, *([0.2 / max(count - 2, 1)] * (count - 2)), 0.05])
    shares: Shares = given / given.sum()
    return shares


def _smooth(counts: Shares, start: Shares, strength: float) -> Shares:
    """Shares of counts with a little of the starting shares."""
    shares: Shares = (counts + strength * start) / (counts.sum() + strength)
    return np.maximum(shares, 1e-5)


def _random_shares(table: Table, spec: ModelSpec) -> tuple[Shares, ...]:
    """u: levels of random pairs; of an equality of values, exactly, from the values' frequencies."""
    random = np.random.default_rng(SEED)
    count = min(RANDOM_PAIRS, 50 * table.height)
    left, right = random.integers(0, table.height, (2, count))
    apart = left != right
    left, right = left[apart], right[apart]
    shares = []
    for one in spec.comparisons:
        counts = _counts(levels(table, one, left, right), one)
        floor = 0.5 / max(counts.sum(), 1.0)
        share = np.maximum(counts / max(counts.sum(), 1.0), floor)
        first = one.levels[0]
        if first.test == "equal" and first.column in (None, one.column):
            n = float(table.column(one.column).counts.sum())
            same = float((table.column(one.column).counts.astype(np.float64) ** 2).sum()) - n
            share[0] = max(same / max(n * (n - 1), 1.0), 1e-9)
        shares.append(share / share.sum())
    return tuple(shares)


def levels(table: Table, one: Comparison, left: Ints, right: Ints) -> comparing.Levels:
    """Levels of every pair, strings included."""
    level = comparing.cheap(table, one, left, right)
    comparing.finish(table, one, left, right, level)
    return level


def _counts(level: comparing.Levels, one: Comparison) -> Shares:
    found: Shares = np.bincount(level, minlength=len(one.levels) + 2)[1:].astype(np.float64)
    return found


def _session(table: Table, spec: ModelSpec, block: Block, u: tuple[Shares, ...], sums: list[Shares]) -> None:
    """One run of EM on the pairs of one rule; its expected counts of matches are added to `sums`.

    Comparisons of the columns that the rule makes equal learn nothing from it and take no part.
    """
    pairs = _sample(blocking.pairs(blocking.codes(table, block), block.most or spec.most_in_block)[0])
    used = {one.split("[")[0].split(".")[0] for column in block.columns for one in column.split("|")}
    free = [place for place, one in enumerate(spec.comparisons) if not used & _columns(one)]
    if not free or len(pairs) < FEWEST_MATCHES:
        return
    left, right = blocking.unpack(pairs)
    matrix = np.stack([levels(table, spec.comparisons[place], left, right) for place in free], axis=1)
    patterns, counts = _patterns(matrix)
    found = _em(patterns, counts, [_start(spec.comparisons[p]) for p in free], [u[p] for p in free])
    for place, total in zip(free, found, strict=True):
        sums[place] += total


def _columns(one: Comparison) -> set[str]:
    return {one.column, *(name for level in one.levels for name in (level.column, level.other) if name)}


def _sample(pairs: U64) -> U64:
    if len(pairs) <= SESSION_PAIRS:
        return pairs
    return pairs[np.sort(np.random.default_rng(SEED).choice(len(pairs), SESSION_PAIRS, replace=False))]


def _patterns(matrix: Matrix) -> tuple[Matrix, Shares]:
    """Distinct rows of levels and how often each occurs."""
    packed = np.zeros(len(matrix), np.uint64)
    for column in matrix.T:
        packed = packed * np.uint64(16) + column
    _, first, counts = np.unique(packed, return_index=True, return_counts=True)
    return matrix[first], counts.astype(np.float64)


def _em(patterns: Matrix, counts: Shares, m: list[Shares], u: list[Shares]) -> list[Shares]:
    """Expected counts of matches by comparison and level; u stays as it is."""
    share = 0.3
    other = sum(_log(u[place], patterns[:, place]) for place in range(len(m)))
    for _ in range(ROUNDS):
        ours = sum(_log(m[place], patterns[:, place]) for place in range(len(m)))
        odds = np.clip(np.log(share / (1 - share)) + ours - other, -500, 500)
        match = counts / (1 + np.exp(-odds))
        share = float(np.clip(match.sum() / counts.sum(), 1e-6, 1 - 1e-6))
        totals = [
            np.bincount(patterns[:, place], weights=match, minlength=len(one) + 1)[1:].astype(np.float64)
            for place, one in enumerate(m)
        ]
        m = [_smooth(total, start, 1.0) for total, start in zip(totals, m, strict=True)]
    return totals


def _log(shares: Shares, level: Matrix) -> Shares:
    """Natural logarithm of the share of every level; 0 for missing."""
    found: Shares = np.concatenate([[0.0], np.log(shares)])[level]
    return found


def prior(weights: npt.NDArray[np.float32], rows: int, step: int = 1) -> float:
    """log2 odds that two random rows match, such that the expected matches among candidates come out right.

    `weights`: bits of every `step`-th candidate pair without a prior.
    """
    every = max(rows * (rows - 1) / 2, 1.0)
    guess = float(np.log2(max(rows, 2) / every))
    for _ in range(25):
        expected = step * float(np.sum(1 / (1 + np.exp2(-np.clip(weights + guess, -60, 60)))))
        share = min(max(expected, 1.0) / every, 0.5)
        guess = float(np.log2(share / (1 - share)))
    return guess


def refine(model: Model, weight: npt.NDArray[np.float32], matrix: Matrix, step: int, rows: int) -> Model:
    """EM on candidate pairs with all comparisons together, the prior included.

    One run per rule can mistake a family for a person; all the evidence at once does not.
    weight, matrix: bits without a prior and levels of every `step`-th candidate pair.
    """
    places = range(len(model.spec.comparisons))
    rare = weight - sum(model.weights(place)[matrix[:, place]] for place in places)
    held = [one.fixed for one in model.spec.comparisons]
    for _ in range(REFINEMENTS):
        bits = rare + sum(model.weights(place)[matrix[:, place]] for place in places)
        odds = prior(bits, rows, step)
        match = 1 / (1 + np.exp2(-np.clip(bits + odds, -60, 60)))
        m = [
            shares if held[place] else _learned(_shared(matrix[:, place], match, shares), _start(one), one)
            for place, (one, shares) in enumerate(zip(model.spec.comparisons, model.m, strict=True))
        ]
        model = replace(model, m=tuple(m), prior=odds)
    return model


def _shared(level: Matrix, match: npt.NDArray[np.float64], shares: Shares) -> Shares:
    """Expected matches at every level but missing."""
    return np.bincount(level, weights=match, minlength=len(shares) + 1)[1:].astype(np.float64)


def _learned(counts: Shares, start: Shares, one: Comparison) -> Shares:
    """Shares of counts, drawn to what is declared; an identifier never loses what makes it one.

    In a list with hardly any matches EM would take namesakes for matches, whose cards and birthdays differ.
    """
    shares = _smooth(counts, start, DECLARED_MATCHES if one.m else 5.0)
    if one.witness and one.m:
        shares = np.minimum(shares, np.append(np.ones(len(start) - 1), WITNESS_SLACK * start[-1]))
    return shares
