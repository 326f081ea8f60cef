"""How much evidence is worth where it comes together by chance: learned where an identifier tells who is who.

Fellegi and Sunter's weights are sums, as if agreements were independent. They are not: names, fathers and places go
together in a village, and a list is full of namesakes. Pairs that also have an identifier on both sides (a witness:
a card, a day of birth) show what the rest is worth. A logistic model of the rest is fitted to them, drawn towards
what is declared, so that a list without witnesses is judged with the declared caution.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from recordkit.linkage.engine import blocking, match_weights
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.fitted_model import Model
from recordkit.linkage.engine.model_spec import ModelSpec
from recordkit.stable_ids import U64

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
# Pairs with a witness that are used: a working size, not tuned.
SAMPLE = 80_000
# Rounds of Newton's method. By judgement.
ROUNDS = 6
LN2 = float(np.log(2))
# As a prior of ridge regression; by judgement.
PULL, PULL_START = 60.0, 0.15  # how strongly slopes are drawn to what is declared; and the start


def calibrate(table: Table, model: Model, pairs: U64) -> Model:
    """The model with its prior, the scale of every comparison and the weights of `together` as fitted.

    pairs: the candidates. Only those that some rule without a witness's column finds are looked at, so that they
    are of the kind that has no witness.
    """
    spec = model.spec
    witness = np.array([one.witness for one in spec.comparisons])
    if not witness.any():
        return model
    sample = _without_witness_rules(table, spec, pairs)
    scored = match_weights.score(table, model, sample, None)
    seen = (scored.levels[:, witness] != 0).any(axis=1)
    scored = scored.select(seen)
    if not len(scored.left):
        return model
    bits = match_weights.parts(table, model, scored.left, scored.right, scored.levels).astype(np.float64)
    evidence = bits[:, witness].sum(axis=1)
    base = np.full(len(bits), model.prior)
    base -= match_weights.counted_twice(table, model, scored.left, scored.right, scored.levels)
    if model.kin:
        kinship = match_weights.household_weight(table, model, scored.left, scored.right, scored.levels)
        base -= match_weights.household_penalty(model, kinship)
    features = np.column_stack([bits[:, ~witness], match_weights.together(model, bits)])
    start = np.array([*[1.0] * int((~witness).sum()), *(one.weight for one in spec.together)])
    shift, slopes = _fit(features, evidence, base, start, spec.caution)
    scale = np.ones(len(spec.comparisons))
    scale[~witness] = slopes[: int((~witness).sum())]
    return replace(
        model, prior=model.prior + shift, scale=tuple(float(one) for one in scale),
        together=tuple(float(one) for one in slopes[int((~witness).sum()) :]),
    )  # fmt: skip


def _fit(features: Floats, evidence: Floats, prior: Floats, start: Floats, caution: float) -> tuple[float, Floats]:
    """Shift of the prior and slopes: expectation (who is one, all told) and Newton's steps of a logistic model."""
    centre = np.concatenate([[-caution], start])
    pull = np.concatenate([[PULL_START], np.full(len(start), PULL)])
    low = np.concatenate([[-14.0], np.where(start > 0, 0.25, -0.9)])
    high = np.concatenate([[4.0], np.where(start > 0, 1.25, 0.0)])
    design = np.column_stack([np.ones(len(features)), features]) * LN2
    base = prior * LN2
    found = centre.copy()
    for _ in range(ROUNDS):
        match = _sigmoid(design @ found + base + evidence * LN2)
        for _ in range(2):
            found = _step(design, base, match, found, centre=centre, pull=pull, low=low, high=high)
    return float(found[0]), found[1:]


def _step(
    design: Floats, base: Floats, match: Floats, found: Floats,
    *, centre: Floats, pull: Floats, low: Floats, high: Floats,
) -> Floats:  # fmt: skip
    """One of Newton's steps inside the bounds, halved until it is better."""

    def loss(at: Floats) -> float:
        z = np.clip(design @ at + base, -40, 40)
        return float((np.logaddexp(0, z) - match * z).sum() + 0.5 * (pull * (at - centre) ** 2).sum())

    expected = _sigmoid(design @ found + base)
    gradient = design.T @ (expected - match) + pull * (found - centre)
    free = ~(((found <= low) & (gradient > 0)) | ((found >= high) & (gradient < 0)))
    curvature = (design.T * (expected * (1 - expected))) @ design + np.diag(pull)
    step = np.zeros(len(found))
    step[free] = np.linalg.solve(curvature[np.ix_(free, free)], gradient[free])
    now = loss(found)
    for _ in range(12):
        tried = np.clip(found - step, low, high)
        if loss(tried) < now:
            return tried
        step /= 2
    return found


def _sigmoid(x: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(x, -40, 40)))
    return found


def _without_witness_rules(table: Table, spec: ModelSpec, pairs: U64) -> U64:
    """A sample of the pairs that a rule finds which uses no column of a witness."""
    columns = {name for one in spec.comparisons if one.witness for name in one.columns}
    rules = [rule for rule in spec.blocks if not columns & rule.agreeing]
    step = max(len(pairs) // SAMPLE, 1)
    sample = pairs[::step]
    left, right = blocking.unpack(sample)
    found = np.zeros(len(sample), np.bool_)
    for rule in rules:
        found |= blocking.agree(blocking.codes(table, rule), left, right)
    return sample[found]


def probability(spec: ModelSpec, weight: Floats, joined: Bools) -> Floats:
    """That pairs of such a weight are one. joined: whether one cluster holds the pair."""
    known = spec.calibration
    if known is None:
        return _sigmoid(weight * LN2)
    odds = (np.log(share) - np.log1p(-share) for share in (np.array(known.joined), np.array(known.separate)))
    inside, outside = (np.interp(weight, known.bits, one) for one in odds)
    return _sigmoid(np.where(joined, inside, outside))
