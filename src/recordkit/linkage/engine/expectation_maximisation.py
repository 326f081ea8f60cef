"""m by expectation-maximisation on counts of level patterns, u from random pairs and frequencies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from recordkit.linkage.engine import blocking, comparison_levels, dependence_tree
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.fitted_model import Model, Shares
from recordkit.linkage.engine.model_spec import Block, Comparison, ModelSpec
from recordkit.stable_ids import U64

# Any number: the same one each time gives the same model.
SEED = 20260703
# Pairs drawn at random for the shares among others (u). Working size: the standard error of a share of 0.01 is 0.0002.
RANDOM_PAIRS = 400_000
# Pairs of one blocking rule by which m is fitted. Working size, likewise.
SESSION_PAIRS = 120_000
# Expected matches of a blocking rule below which nothing is learned from it. By judgement.
FEWEST_MATCHES = 20.0
DECLARED_MATCHES = 200.0  # declared shares weigh as much as so many matches
# By judgement.
SLACK = 4.0  # how many times the declared share of matches may differ where that is a bound: see _anchored
# Rounds of expectation and maximisation. By judgement.
ROUNDS = 40
# Passes over all blocking rules. By judgement.
REFINEMENTS = 6

Matrix = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]


def fit(table: Table, spec: ModelSpec) -> Model:
    """A model without its prior, the same for the same rows."""
    u = _random_shares(table, spec)
    none = [_start(one) * 0.0 for one in spec.comparisons]
    sums, kin_sums = none, none
    for counts, kin_counts in (_session(table, spec, block, u) for block in spec.blocks if block.train):
        sums = [total + counts.get(place, 0.0) for place, total in enumerate(sums)]
        kin_sums = [total + kin_counts.get(place, 0.0) for place, total in enumerate(kin_sums)]
    m = []
    for one, total in zip(spec.comparisons, sums, strict=True):
        learned = total.sum() >= FEWEST_MATCHES and not one.fixed
        m.append(_learned(total, spec, one) if learned else _start(one))
    return Model(spec, tuple(m), u, kin=_kin(spec, kin_sums, u), nested=dependence_tree.find_dependences(table, spec))


def _kin(spec: ModelSpec, counts: list[Shares], u: tuple[Shares, ...]) -> tuple[Shares, ...]:
    """Shares of pairs of one household: as strangers' in all that they do not share; none when nothing is shared."""
    if not any(one.shared for one in spec.comparisons):
        return ()
    return tuple(
        _smooth(count, _start(one), DECLARED_MATCHES) if one.shared else _namesakes(one, other)
        for one, count, other in zip(spec.comparisons, counts, u, strict=True)
    )


def _anchored(spec: ModelSpec, one: Comparison) -> bool:
    """The declared share of matches that differ is a bound: of an identifier, and of all where households are
    spoken of, because the class of matches must not become that of people who have only a house in common."""
    return bool(one.m) and (one.witness or any(other.shared for other in spec.comparisons))


def _namesakes(one: Comparison, u: Shares) -> Shares:
    """Shares of strangers, but for the declared share that agrees as one person's do: a son named after his father, the
    birthday of twins, numbers given out one after the other."""
    return u * (1 - one.namesakes) + _start(one) * one.namesakes


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
    distinct = left != right
    left, right = left[distinct], right[distinct]
    shares = []
    for one in spec.comparisons:
        counts = _counts(comparison_levels.levels(table, one, left, right), one)
        floor = 0.5 / max(counts.sum(), 1.0)
        share = np.maximum(counts / max(counts.sum(), 1.0), floor)
        first = one.levels[0]
        if first.test == "equal" and first.column in (None, one.column):
            n = float(table.column(one.column).counts.sum())
            same = float((table.column(one.column).counts.astype(np.float64) ** 2).sum()) - n
            share[0] = max(same / max(n * (n - 1), 1.0), 1e-9)
        shares.append(share / share.sum())
    return tuple(shares)


def _counts(level: comparison_levels.Levels, one: Comparison) -> Shares:
    found: Shares = np.bincount(level, minlength=len(one.levels) + 2)[1:].astype(np.float64)
    return found


def _session(
    table: Table, spec: ModelSpec, block: Block, u: tuple[Shares, ...]
) -> tuple[dict[int, Shares], dict[int, Shares]]:
    """One run of EM on the pairs of one rule: the expected counts of matches, and of two people of one household, by
    the place of the comparison.

    Comparisons of the columns that the rule makes equal learn nothing from it and take no part.
    """
    pairs = _sample(blocking.candidates(table, block, spec.most_in_block)[0])
    free = [place for place, one in enumerate(spec.comparisons) if not block.agreeing & one.columns]
    if not free or len(pairs) < FEWEST_MATCHES:
        return {}, {}
    left, right = blocking.unpack(pairs)
    matrix = np.stack([comparison_levels.levels(table, spec.comparisons[place], left, right) for place in free], axis=1)
    patterns, counts = _patterns(matrix)
    shared = [spec.comparisons[place].shared for place in free]
    found, kin = _em(patterns, counts, [_start(spec.comparisons[p]) for p in free], [u[p] for p in free], shared)
    return dict(zip(free, found, strict=True)), dict(zip(free, kin, strict=True))


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


def _em(
    patterns: Matrix, counts: Shares, m: list[Shares], u: list[Shares], shared: list[bool]
) -> tuple[list[Shares], list[Shares]]:
    """Expected counts of matches, and of pairs of one household, by comparison and level; u stays as it is."""
    places = range(len(m))
    kin = [one if common else other for one, other, common in zip(m, u, shared, strict=True)]
    families = any(shared) and not all(shared)  # else nothing tells them from one person, or from strangers
    share = np.array([0.3, 0.3, 0.4] if families else [0.3, 0.0, 0.7])
    strangers = sum(_log(u[place], patterns[:, place]) for place in places)
    for _ in range(ROUNDS):
        ours = sum(_log(m[place], patterns[:, place]) for place in places)
        theirs = sum(_log(kin[place], patterns[:, place]) for place in places)
        chance = np.stack([ours, theirs, strangers]) + np.log(np.maximum(share, 1e-300))[:, None]
        chance = np.exp(chance - chance.max(axis=0))
        match, family, other = counts * chance / chance.sum(axis=0)
        share = np.array([match.sum(), family.sum(), other.sum()]) / counts.sum()
        share = np.where([True, families, True], np.clip(share, 1e-6, 1), 0)
        totals = [_shared(patterns[:, place], match, one) for place, one in enumerate(m)]
        of_kin = [_shared(patterns[:, place], family, one) for place, one in enumerate(m)]
        m = [_smooth(total, start, 1.0) for total, start in zip(totals, m, strict=True)]
        kin = [_smooth(of_kin[at], kin[at], 1.0) if shared[at] else u[at] for at in places]
    return totals, of_kin


def _log(shares: Shares, level: Matrix) -> Shares:
    """Natural logarithm of the share of every level; 0 for missing."""
    found: Shares = np.concatenate([[0.0], np.log(shares)])[level]
    return found


def priors(bits: F32, kin_bits: F32 | None, rows: int, step: int = 1) -> tuple[float, float]:
    """log2 odds that two random rows are one person, and that they are two of one household, such that the expected
    numbers among candidates come out right.

    bits, kin_bits: of every `step`-th candidate pair without a prior.
    """
    every = max(rows * (rows - 1) / 2, 1.0)
    guess = kin_guess = float(np.log2(max(rows, 2) / every))
    for _ in range(25):
        match, family = _classes(bits + guess, None if kin_bits is None else kin_bits + kin_guess)
        guess = _odds(step * float(match.sum()), every)
        kin_guess = guess if family is None else _odds(step * float(family.sum()), every)
    return guess, kin_guess


def _odds(expected: float, every: float) -> float:
    share = min(max(expected, 1.0) / every, 0.5)
    return float(np.log2(share / (1 - share)))


def refine(model: Model, weight: F32, kinship: F32, matrix: Matrix, *, step: int, rows: int) -> Model:
    """EM on candidate pairs with all comparisons together, the priors included.

    One run per rule can mistake a family for a person; all the evidence at once does not.
    weight, kinship, matrix: bits without a prior for one person and for one household, and levels, of every
    `step`-th candidate pair.
    """
    spec = model.spec
    places = range(len(spec.comparisons))
    rare = weight - sum(model.weights(place)[matrix[:, place]] for place in places)
    kin_rare = kinship - (sum(model.household_weights(place)[matrix[:, place]] for place in places) if model.kin else 0)
    held = [one.fixed for one in spec.comparisons]
    for _ in range(REFINEMENTS):
        bits = rare + sum(model.weights(place)[matrix[:, place]] for place in places)
        kin_bits = None
        if model.kin:
            kin_bits = kin_rare + sum(model.household_weights(place)[matrix[:, place]] for place in places)
        odds, kin_odds = priors(bits, kin_bits, rows, step)
        match, family = _classes(bits + odds, None if kin_bits is None else kin_bits + kin_odds)
        m = [
            shares if held[place] else _learned(_shared(matrix[:, place], match, shares), spec, one)
            for place, (one, shares) in enumerate(zip(model.spec.comparisons, model.m, strict=True))
        ]
        model = replace(model, m=tuple(m), prior=odds)
        if family is not None:
            counts = [_shared(matrix[:, place], family, shares) for place, shares in enumerate(model.kin)]
            model = replace(model, kin=_kin(spec, counts, model.u), kin_prior=kin_odds)
    return model


def _classes(bits: F32, kin_bits: F32 | None) -> tuple[Shares, Shares | None]:
    """Chance of every pair to be one person, and to be two of one household; bits with their priors."""
    one = np.clip(bits, -60, 60).astype(np.float64)
    if kin_bits is None:
        return 1 / (1 + np.exp2(-one)), None
    two = np.clip(kin_bits, -60, 60).astype(np.float64)
    every = np.logaddexp2(np.logaddexp2(one, two), 0)
    return np.exp2(one - every), np.exp2(two - every)


def _shared(level: Matrix, match: npt.NDArray[np.float64], shares: Shares) -> Shares:
    """Expected matches at every level but missing."""
    return np.bincount(level, weights=match, minlength=len(shares) + 1)[1:].astype(np.float64)


def _learned(counts: Shares, spec: ModelSpec, one: Comparison) -> Shares:
    """Shares of counts, drawn to what is declared; an anchored comparison never loses what makes it one.

    In a list with hardly any matches EM would take namesakes for matches, whose cards and birthdays differ, or
    families, whose given names do.
    """
    start = _start(one)
    shares = _smooth(counts, start, DECLARED_MATCHES if one.m else 5.0)
    if _anchored(spec, one):
        shares = np.minimum(shares, np.append(np.ones(len(start) - 1), SLACK * start[-1]))
    return shares
