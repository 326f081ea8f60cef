"""Whether counts are more than chance: exact tests of counts, pairs that are near in time, many tests at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FINE = 99_999  # samples at most, for a place that the permutations of all places found unusual
ENOUGH = 30  # samples that reach what was seen: more would not change the p-value much (Besag and Clifford 1991)
UNUSUAL = 0.02  # such a place
ROOM = 1_000_000  # cells of a matrix of samples


def adjusted(p: Floats, tests: int | None = None) -> Floats:
    """Of each p-value the smallest share of false findings at which it would be one (Benjamini and Hochberg 1995).

    tests: how many there were, where those that could not be small are not in `p`.
    """
    if not len(p):
        return p.copy()
    order = np.argsort(p, kind="stable")
    ranked = p[order] * (tests or len(p)) / np.arange(1, len(p) + 1)
    found = np.empty_like(p)
    found[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return found


def at_least(count: int, of: int, share: float, dispersion: float = 1.0) -> float:
    """P(X >= count) of `of` cases, each with the probability `share`.

    Binomial; with a dispersion above 1 the beta-binomial that negative binomial counts of variance dispersion x mean
    give when their sum is known. Two Poisson counts are compared so (Przyborowski and Wilenski 1940).
    """
    if count <= 0:
        return 1.0
    if not 0 < share < 1:
        return float(share >= 1)
    k = np.arange(of, dtype=np.float64)
    steps = np.log((of - k) / (k + 1))
    if dispersion - 1 < 1e-9:
        steps += np.log(share / (1 - share))
    else:
        size = of / (dispersion - 1)
        steps += np.log((size * share + k) / (size * (1 - share) + of - k - 1))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    weights = np.exp(logs - logs.max())
    return float(min(1.0, weights[count:].sum() / weights.sum()))


def drawn(count: int, of: int, marked: int, every: int) -> float:
    """P(X >= count) of the marked among `of` that are drawn from `every` (Fisher's exact test, one-sided)."""
    k = np.arange(max(0, of + marked - every), min(of, marked), dtype=np.float64)
    steps = np.log((marked - k) * (of - k) / ((k + 1) * (every - marked - of + k + 1)))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    weights = np.exp(logs - logs.max())
    return float(min(1.0, weights[max(0, count - max(0, of + marked - every)) :].sum() / weights.sum()))


def near_pairs(place: Ints, day: Ints, days: int, places: int) -> Ints:
    """How many pairs of each place 0..places-1 are no more than `days` apart. day: 0 or more."""
    if not len(day):
        return np.zeros(places, np.int64)
    key = np.sort(place * (int(day.max()) + days + 1) + day)
    later = np.searchsorted(key, key + days, side="right") - np.arange(len(key)) - 1
    owner = key // (int(day.max()) + days + 1)
    return np.bincount(owner, weights=later, minlength=places).astype(np.int64)


@dataclass(frozen=True)
class Knox:
    """Pairs near in time by place: how many there are, how many chance gives, and how often chance gives as many."""

    pairs: Ints
    expected: Floats
    p: Floats


def knox(place: Ints, stratum: Ints, day: Ints, days: int, *, permutations: int, seed: int) -> Knox:
    """Knox (1964) by place: days are exchanged between the places of a stratum, never between strata.

    So what all places of a stratum share (months that nobody reported, a season, a day of raids) is no nearness. place:
    0..n-1, each in one stratum. The p-value of a place that looks unusual comes from up to FINE samples of its
    stratum's days.
    """
    count = int(place.max()) + 1 if len(place) else 0
    pairs = near_pairs(place, day, days, count)
    rng = np.random.default_rng(seed)
    reached = np.zeros(count)
    home = np.argsort(stratum, kind="stable")
    for _ in range(permutations):
        shuffled = np.empty_like(day)
        shuffled[home] = day[np.lexsort((rng.random(len(day)), stratum))]
        reached += near_pairs(place, shuffled, days, count) >= pairs
    p = (1 + reached) / (1 + permutations)
    for one in np.flatnonzero((p <= UNUSUAL) & (pairs > 0)):
        mine = place == one
        pool = day[stratum == stratum[np.argmax(mine)]]
        p[one] = _finer(pool, int(mine.sum()), int(pairs[one]), days, rng)
    return Knox(pairs, _expected(place, stratum, day, days), p)


def _expected(place: Ints, stratum: Ints, day: Ints, days: int) -> Floats:
    """Near pairs of each place if its days were drawn from its stratum's: its pairs by the near share of all pairs."""
    if not len(place):
        return np.zeros(0)
    size, cases = np.bincount(stratum), np.bincount(place)
    every = np.maximum(size * (size - 1) / 2, 1)
    share = near_pairs(stratum, day, days, len(size)) / every
    home = np.zeros(len(cases), np.int64)
    home[place] = stratum
    return np.asarray(cases * (cases - 1) / 2 * share[home], np.float64)


def _finer(pool: Ints, size: int, pairs: int, days: int, rng: np.random.Generator) -> float:
    """How often `size` days of the pool have as many near pairs."""
    if size >= len(pool):
        return 1.0
    rows, made, reached = max(1, ROOM // len(pool)), 0, 0
    while made < FINE and reached < ENOUGH:
        now = min(rows, FINE - made)
        taken = np.argpartition(rng.random((now, len(pool))), size, axis=1)[:, :size]
        reached += int((_near_in_rows(np.sort(pool[taken], axis=1), days) >= pairs).sum())
        made += now
    return (1 + reached) / (1 + made)


def _near_in_rows(sample: Ints, days: int) -> Ints:
    """Near pairs of each row of sorted days."""
    found = np.zeros(len(sample), np.int64)
    for lag in range(1, sample.shape[1]):
        near = sample[:, lag:] - sample[:, :-lag] <= days
        if not near.any():
            break
        found += near.sum(axis=1)
    return found


def percent(share: float) -> str:
    """A share as a sentence shows it: two figures, and never 0."""
    return f"{100 * share:.2g}" if share >= 1e-6 else "0.0001"
