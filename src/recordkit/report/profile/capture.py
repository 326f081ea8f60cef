"""How many are in no list: log-linear models of three lists that share people (multiple-systems estimation)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Pair = tuple[int, int]

LISTS = 3
CELLS = tuple(cell for cell in itertools.product((1, 0), repeat=LISTS) if any(cell))  # 111, 110, 101, 100, 011 …
PAIRS: tuple[Pair, ...] = ((0, 1), (0, 2), (1, 2))
HALF_CHI = 3.841458820694124 / 2  # a 95 % interval: half the chi-square of one degree of freedom
STEPS = 200  # at most, of a fit and of a search
FAR = 1e4  # times the people who are in a list: an interval that goes further has no end


@dataclass(frozen=True)
class Model:
    """Which lists are taken to depend on each other, and what then follows."""

    pairs: tuple[Pair, ...]
    deviance: float
    aic: float
    bic: float
    total: float  # people, those who are in no list included
    low: float  # 95 % interval by the likelihood of the total (Cormack 1992)
    high: float | None  # None: no end


def models(counts: Sequence[int]) -> list[Model]:
    """Every model that these counts can carry, the smallest AIC first. counts: people of each of CELLS.

    A Poisson log-linear model with a term for each list and for each pair that depends on each other; the cell of
    nobody's list is what the fit says of it. The term of all three lists is taken to be 0: that cannot be tested.
    """
    seen = np.array(counts, np.float64)
    sets = [pairs for size in range(LISTS + 1) for pairs in itertools.combinations(PAIRS, size)]
    found = [_model(seen, pairs) for pairs in sets if _carries(seen, pairs)]
    return sorted(found, key=lambda one: (one.aic, len(one.pairs), one.pairs))


def shared(counts: Sequence[int], pair: Pair) -> int:
    """How many people are in both lists."""
    return sum(count for cell, count in zip(CELLS, counts, strict=True) if cell[pair[0]] and cell[pair[1]])


def _carries(seen: Floats, pairs: tuple[Pair, ...]) -> bool:
    """Has the estimate an end? The cells whose product it is divided by must not be empty."""
    of = dict[tuple[int, ...], float](zip(CELLS, seen.tolist(), strict=True))
    if len(pairs) == LISTS:
        return bool((seen > 0).all())
    if len(pairs) == LISTS - 1:
        free = next(pair for pair in PAIRS if pair not in pairs)
        return bool(of[tuple(int(at in free) for at in range(LISTS))] > 0)
    return all(shared(seen.astype(int).tolist(), pair) > 0 for pair in PAIRS if pair not in pairs)


def _design(cells: Sequence[tuple[int, ...]], pairs: Sequence[Pair]) -> Floats:
    return np.array([[1.0, *map(float, cell), *(float(cell[a] * cell[b]) for a, b in pairs)] for cell in cells])


def _fit(seen: Floats, design: Floats) -> Floats:
    """Coefficients of a Poisson model with a log link, by iteratively reweighted least squares."""
    mean: Floats = seen + 0.5
    coefficients: Floats = np.zeros(design.shape[1])
    for _ in range(STEPS):
        working = np.log(mean) + (seen - mean) / mean
        weighted = design * mean[:, None]
        now = np.asarray(np.linalg.lstsq(weighted.T @ design, weighted.T @ working, rcond=None)[0], np.float64)
        done = np.abs(now - coefficients).max() < 1e-10
        coefficients, mean = now, np.asarray(np.exp(np.clip(design @ now, -30, 30)), np.float64)
        if done:
            break
    return coefficients


def _model(seen: Floats, pairs: tuple[Pair, ...]) -> Model:
    design = _design(CELLS, pairs)
    coefficients = _fit(seen, design)
    mean = np.exp(design @ coefficients)
    with np.errstate(divide="ignore", invalid="ignore"):
        deviance = 2 * float(np.where(seen > 0, seen * np.log(seen / mean), 0.0).sum() - (seen - mean).sum())
    logs = float((seen * np.log(mean) - mean).sum()) - sum(math.lgamma(one + 1) for one in seen)
    size, terms = float(seen.sum()), design.shape[1]
    total = size + math.exp(coefficients[0])
    low, high = _interval(seen, pairs, total)
    return Model(pairs, max(0.0, deviance), 2 * terms - 2 * logs, terms * math.log(size) - 2 * logs, total, low, high)


def _likelihood(seen: Floats, design: Floats, total: float) -> float:
    """The log-likelihood of a total, the rest of the model being the best for it."""
    every = np.append(seen, total - seen.sum())
    share = np.exp(design @ _fit(every, design))
    logs = np.log(share / share.sum())
    return math.lgamma(total + 1) - math.lgamma(every[-1] + 1) + float((every * logs).sum())


def _interval(seen: Floats, pairs: tuple[Pair, ...], total: float) -> tuple[float, float | None]:
    """The totals whose likelihood is not much worse than the best one's."""
    design, size = _design((*CELLS, (0,) * LISTS), pairs), float(seen.sum())
    best = max(_likelihood(seen, design, one) for one in (total, max(size, total - 1)))

    def inside(one: float) -> bool:
        return _likelihood(seen, design, one) >= best - HALF_CHI

    low = size if inside(size) else _edge(inside, total, size)
    far = total + max(1.0, total - size)
    while inside(far):
        if far > FAR * size:
            return low, None
        far = size + 2 * (far - size)
    return low, _edge(inside, total, far)


def _edge(inside: Callable[[float], bool], within: float, outside: float) -> float:
    """Where an interval ends, to a tenth of a person."""
    while abs(outside - within) > 0.1:
        middle = (within + outside) / 2
        within, outside = (middle, outside) if inside(middle) else (within, middle)
    return within
