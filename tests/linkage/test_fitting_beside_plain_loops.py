"""What the linker learns from a list, beside loops over pairs: rounds of EM, priors, what witnesses show, companions."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest

from recordkit.linkage import engine
from recordkit.linkage.engine import (
    Constraints,
    blocking,
    calibration,
    clusters,
    collective_evidence,
    comparison_levels,
    match_weights,
)
from recordkit.linkage.engine import expectation_maximisation as em
from recordkit.linkage.engine.dependence_tree import Nested
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.fitted_model import Model, declared
from recordkit.linkage.engine.model_spec import ModelSpec
from recordkit.linkage.engine.rule_costs import rule_costs

EQUAL = {"name": "equal", "test": "equal"}
NEAR = {"name": "near", "test": "edits", "at_most": 1}


def spec_of(*comparisons: dict[str, Any], **more: Any) -> ModelSpec:
    whole = [{"level": [EQUAL], "column": one["name"]} | one for one in comparisons]
    return ModelSpec.model_validate({"block": [{"columns": ["a"]}], "comparison": whole} | more)


def people(rows: int = 160, seed: int = 5) -> pl.DataFrame:
    """A list in which about every third person stands twice, with slips; households share a place."""
    rng = np.random.default_rng(seed)
    who = rng.integers(0, rows * 2 // 3, rows)
    slip = rng.random((4, rows)) < 0.15
    return pl.DataFrame({
        "a": [None if at % 17 == 0 else f"a{one % 23}{'x' * bool(slip[0][at])}" for at, one in enumerate(who.tolist())],
        "b": [f"b{one % 31}{'x' * bool(slip[1][at])}" for at, one in enumerate(who.tolist())],
        "place": [f"p{one // 3 % 12 if not slip[2][at] else 99}" for at, one in enumerate(who.tolist())],
        "card": [None if (one + at) % 3 == 0 else f"{one + 1000}{'0' if slip[3][at] and at % 2 else '1'}" for at, one in enumerate(who.tolist())],
        "group": [f"g{at // 3}" if at % 7 else None for at in range(rows)],
    })  # fmt: skip


def every_pair(count: int) -> np.ndarray:
    left, right = np.array(list(combinations(range(count), 2))).T
    return blocking.pack(left, right)


# -------------------------------------------------------------------------------------------- rounds of EM


def smooth(counts: list[float], start: list[float], strength: float) -> list[float]:
    total = sum(counts) + strength
    return [max((count + strength * share) / total, 1e-5) for count, share in zip(counts, start, strict=True)]


def em_by_hand(
    rows: list[tuple[int, ...]], m: list[list[float]], u: list[list[float]], shared: list[bool]
) -> tuple[list[list[float]], list[list[float]]]:
    """Expected counts of one person and of one household by comparison and level, pair by pair."""
    kin = [list(one) if common else list(other) for one, other, common in zip(m, u, shared, strict=True)]
    families = any(shared) and not all(shared)
    share = [0.3, 0.3, 0.4] if families else [0.3, 0.0, 0.7]
    for _ in range(em.ROUNDS):
        totals = [[0.0] * len(one) for one in m]
        of_kin = [[0.0] * len(one) for one in m]
        sums = [0.0, 0.0, 0.0]
        for row in rows:
            odds = [part * math.prod(shares[at][level - 1] for at, level in enumerate(row) if level)
                    for part, shares in zip(share, (m, kin, u), strict=True)]  # fmt: skip
            chances = [one / sum(odds) for one in odds]
            sums = [one + chance for one, chance in zip(sums, chances, strict=True)]
            for at, level in enumerate(row):
                if level:
                    totals[at][level - 1] += chances[0]
                    of_kin[at][level - 1] += chances[1]
        share = [min(max(one / len(rows), 1e-6), 1) for one in sums]
        share[1] = share[1] if families else 0.0
        m = [smooth(total, start, 1.0) for total, start in zip(totals, m, strict=True)]
        kin = [smooth(of_kin[at], kin[at], 1.0) if shared[at] else u[at] for at in range(len(m))]
    return totals, of_kin


@pytest.mark.parametrize(
    "shared", [[False, False, False], [False, True, False], [True, True, True], [True, False, True]]
)
def test_rounds_of_expectation_and_maximisation_give_what_a_loop_over_the_pairs_gives(shared: list[bool]) -> None:
    rng = np.random.default_rng(sum(shared))
    one = (rng.random(90) < 0.4)[:, None]
    matrix = np.where(one & (rng.random((90, 3)) < 0.8), 1, rng.integers(0, 4, (90, 3))).astype(np.uint8)
    matrix[:, 1] = np.minimum(matrix[:, 1], 2)
    m = [[0.7, 0.2, 0.1], [0.8, 0.2], [0.6, 0.3, 0.1]]
    u = [[0.1, 0.3, 0.6], [0.3, 0.7], [0.05, 0.15, 0.8]]
    patterns, counts = em._patterns(matrix)
    assert sorted(map(tuple, patterns.tolist())) == sorted(set(map(tuple, matrix.tolist())))
    assert {tuple(row): count for row, count in zip(patterns.tolist(), counts.tolist(), strict=True)} == {
        row: float(matrix.tolist().count(list(row))) for row in set(map(tuple, matrix.tolist()))
    }
    arrays = ([np.array(part) for part in parts] for parts in (m, u))
    totals, of_kin = em._em(patterns, counts, *arrays, shared)
    wanted, wanted_kin = em_by_hand(list(map(tuple, matrix.tolist())), m, u, shared)
    for found, here in zip((*totals, *of_kin), (*wanted, *wanted_kin), strict=True):
        assert found.tolist() == pytest.approx(here, abs=1e-6)


def test_a_share_that_is_never_seen_is_rare_and_not_impossible() -> None:
    assert em._smooth(np.array([0.0, 10.0]), np.array([0.0, 1.0]), 5.0).tolist() == [1e-5, 1.0]


def test_of_too_many_pairs_a_sample_in_their_order_teaches_and_the_same_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(em, "SESSION_PAIRS", 10)
    many, few = np.arange(50, dtype=np.uint64), np.arange(10, dtype=np.uint64)
    assert em._sample(few).tolist() == few.tolist()
    found = em._sample(many).tolist()
    assert len(set(found)) == 10
    assert found == sorted(found) == em._sample(many).tolist()
    assert set(found) <= set(many.tolist())


def test_a_rule_teaches_nothing_of_the_columns_that_it_makes_equal_nor_where_it_has_too_few_pairs() -> None:
    frame = people()
    spec = spec_of({"name": "a"}, {"name": "b", "level": [EQUAL, NEAR]}, {"name": "place", "shared": True})
    u = em._random_shares(Table(frame), spec)

    def session(rows: pl.DataFrame, columns: tuple[str, ...]) -> list[float]:
        block = spec.blocks[0].model_copy(update={"columns": columns})
        counts = em._session(Table(rows), spec, block, u)
        return [float(np.sum(part.get(at, 0.0))) for part in counts for at in range(len(spec.comparisons))]

    found = session(frame, ("a",))
    assert (found[0], found[3]) == (0, 0)
    assert min(found[1], found[2], found[4], found[5]) > 0
    assert session(frame, ("a", "b", "place")) == [0] * 6, "nothing is left to learn of"
    pairs = [pl.DataFrame({"a": ["x", "x"] * 2, "b": ["y"] * 4, "place": ["z"] * 4}), *(
        pl.DataFrame({"a": [f"k{at}"] * 2, "b": ["y"] * 2, "place": ["z"] * 2}) for at in range(40))]  # fmt: skip
    assert session(pl.concat(pairs[: 1 + 13]), ("a",)) == [0] * 6, "nineteen pairs"
    assert session(pl.concat(pairs[: 1 + 14]), ("a",))[1] > 0, "twenty pairs"


def test_shares_are_the_sums_of_all_rules_that_teach() -> None:
    frame = people(400)
    spec = spec_of({"name": "a"}, {"name": "b", "level": [EQUAL, NEAR]}, {"name": "place", "m": [0.8, 0.2]},
                   block=[{"columns": ["a"]}, {"columns": ["b"]}, {"columns": ["place"], "train": False}])  # fmt: skip
    table = Table(frame)
    u = em._random_shares(table, spec)
    sums = [np.zeros(len(one.levels) + 1) for one in spec.comparisons]
    for block in spec.blocks[:2]:
        counts, _ = em._session(table, spec, block, u)
        sums = [total + counts.get(at, 0.0) for at, total in enumerate(sums)]
    model = em.fit(table, spec)
    for one, total, found in zip(spec.comparisons, sums, model.m, strict=True):
        wanted = em._learned(total, spec, one) if total.sum() >= em.FEWEST_MATCHES else em._start(one)
        assert found.tolist() == pytest.approx(wanted.tolist())
    assert sum(total.sum() >= em.FEWEST_MATCHES for total in sums) >= 2
    assert [one.tolist() for one in model.u] == [one.tolist() for one in u]
    assert model.kin == ()


def refined_by_hand(
    model: Model, weight: np.ndarray, kinship: np.ndarray, matrix: np.ndarray, step: int, rows: int
) -> Model:
    """The same by its definition: what no share explains of the bits stays, the shares are counted anew."""
    places = range(len(model.spec.comparisons))
    rest = [
        w - sum(float(model.weights(at)[row[at]]) for at in places)
        for w, row in zip(weight.tolist(), matrix.tolist(), strict=True)
    ]
    kin_rest = [
        k - (sum(float(model.household_weights(at)[row[at]]) for at in places) if model.kin else 0.0)
        for k, row in zip(kinship.tolist(), matrix.tolist(), strict=True)
    ]
    for _ in range(em.REFINEMENTS):
        bits = [
            r + sum(float(model.weights(at)[row[at]]) for at in places)
            for r, row in zip(rest, matrix.tolist(), strict=True)
        ]
        kin_bits = None
        if model.kin:
            kin_bits = np.array([
                r + sum(float(model.household_weights(at)[row[at]]) for at in places)
                for r, row in zip(kin_rest, matrix.tolist(), strict=True)
            ])  # fmt: skip
        odds, kin_odds = em.priors(np.array(bits), kin_bits, rows, step)
        counts = [[0.0] * (len(one.levels) + 1) for one in model.spec.comparisons]
        families = [[0.0] * len(one) for one in counts]
        for at, row in enumerate(matrix.tolist()):
            one = 2 ** (bits[at] + odds)
            two = 2 ** (kin_bits[at] + kin_odds) if kin_bits is not None else 0.0
            for place, level in enumerate(row):
                if level:
                    counts[place][level - 1] += one / (1 + one + two)
                    families[place][level - 1] += two / (1 + one + two)
        m = tuple(
            old if spec.fixed else em._learned(np.array(count), model.spec, spec)
            for spec, old, count in zip(model.spec.comparisons, model.m, counts, strict=True)
        )
        model = replace(model, m=m, prior=odds)
        if model.kin:
            model = replace(
                model, kin=em._kin(model.spec, [np.array(one) for one in families], model.u), kin_prior=kin_odds
            )
    return model


@pytest.mark.parametrize("household", [False, True])
@pytest.mark.parametrize("step", [1, 3])
def test_all_comparisons_together_are_fitted_as_a_loop_over_the_pairs_fits_them(household: bool, step: int) -> None:
    frame = people()
    spec = spec_of({"name": "a", "level": [EQUAL | {"tf": True}, NEAR]}, {"name": "b", "m": [0.9, 0.1], "fixed": True},
                   {"name": "place", "shared": household, "m": [0.8, 0.2]}, {"name": "card", "level": [EQUAL, NEAR]})  # fmt: skip
    table = Table(frame)
    fitted = em.fit(table, spec).with_prior(0.0)
    assert bool(fitted.kin) is household
    sample = match_weights.score(table, fitted, every_pair(frame.height)[::23], None)
    kinship = match_weights.household_weight(table, fitted, sample.left, sample.right, sample.levels)
    found = em.refine(fitted, sample.weight, kinship, sample.levels, step=step, rows=frame.height)
    wanted = refined_by_hand(fitted, sample.weight, kinship, sample.levels, step, frame.height)
    assert found.prior == pytest.approx(wanted.prior, abs=1e-3)
    assert found.kin_prior == pytest.approx(wanted.kin_prior, abs=1e-3)
    for one, other in zip((*found.m, *found.kin), (*wanted.m, *wanted.kin), strict=True):
        assert one.tolist() == pytest.approx(other.tolist(), abs=1e-4)
    assert found.m[1].tolist() == fitted.m[1].tolist(), "held"
    assert found.m[0].tolist() != pytest.approx(fitted.m[0].tolist(), abs=1e-3)


def test_priors_of_person_and_household_make_the_expected_numbers_of_both_come_out_right() -> None:
    rng = np.random.default_rng(8)
    bits, kin = rng.normal(2, 9, 300).astype(np.float32), rng.normal(0, 6, 300).astype(np.float32)
    prior, kin_prior = em.priors(bits, kin, 60, 2)
    one, two = 2.0 ** (bits + prior), 2.0 ** (kin + kin_prior)
    every = 60 * 59 / 2
    for odds, mine in ((prior, one), (kin_prior, two)):
        share = min(2 * (mine / (1 + one + two)).sum() / every, 0.5)
        assert odds == pytest.approx(math.log2(share / (1 - share)), abs=0.02)
    assert prior != pytest.approx(kin_prior, abs=0.1)
    assert em.priors(np.zeros(0, np.float32), None, 1)[0] == pytest.approx(0.0), "of one row there are no pairs"


# -------------------------------------------------------------------------------------------- witnesses


def test_what_evidence_is_worth_is_fitted_to_the_pairs_that_have_a_witness() -> None:
    frame = people(200)
    spec = spec_of({"name": "a", "level": [EQUAL | {"tf": True}]}, {"name": "b"}, {"name": "place", "shared": True, "m": [0.8, 0.2]},
                   {"name": "card", "witness": True, "level": [EQUAL, NEAR]},
                   block=[{"columns": ["a"]}, {"columns": ["card"]}, {"columns": ["b"]}], caution=1.0,
                   together=[{"comparisons": ["a", "b"], "weight": -0.2}, {"comparisons": ["b", "place"]}])  # fmt: skip
    table = Table(frame)
    model = replace(em.fit(table, spec).with_prior(-5.0), kin_prior=-3.0)
    assert model.kin
    pairs = blocking.block(table, spec).pairs
    found = calibration.calibrate(table, model, pairs)
    alike = lambda one, other: one is not None and one == other  # noqa: E731
    wanted = [
        (a, b) for a, b in combinations(range(200), 2) if any(alike(frame[name][a], frame[name][b]) for name in "ab")
    ]
    seen = [(a, b) for a, b in wanted if frame["card"][a] is not None and frame["card"][b] is not None]
    scored = match_weights.score(table, model, blocking.pack(*np.array(seen).T), None)
    weighed = match_weights.parts(table, model, scored.left, scored.right, scored.levels).astype(float).tolist()
    kin = match_weights.household_weight(table, model, scored.left, scored.right, scored.levels)
    base = model.prior - np.log2(1 + 2.0 ** (model.kin_prior + kin))
    features = [[*bits[:3], max(min(bits[0], bits[1]), 0), max(min(bits[1], bits[2]), 0)] for bits in weighed]
    told = [bits[3] for bits in weighed]
    start = np.array([1.0, 1.0, 1.0, -0.2, 0.0])
    shift, slopes = calibration._fit(np.array(features), np.array(told), base, start, 1.0)
    assert len(features) > 40
    assert found.prior == pytest.approx(-5.0 + shift, abs=1e-3)
    assert found.scale == pytest.approx((*slopes[:3], 1.0), abs=1e-3)
    assert found.together == pytest.approx(tuple(slopes[3:]), abs=1e-3)
    blind = frame.with_columns(card=pl.lit(None, pl.String))
    assert calibration.calibrate(Table(blind), model, pairs) is model, "no pair has a witness"


@pytest.mark.parametrize("seed", range(3))
def test_inside_its_bounds_the_fit_is_where_no_step_makes_the_loss_smaller(seed: int) -> None:
    """The last step of a long fit: the derivative of the loss, taken by differences, is none where nothing binds."""
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(200), rng.normal(0, 2, (200, 2))]) * calibration.LN2
    base, match = rng.normal(0, 1, 200), rng.random(200)
    centre, pull = np.array([-1.0, 1.0, 0.0]), np.array([0.15, 6.0, 6.0])
    low, high = np.array([-14.0, 0.25, -0.9]), np.array([4.0, 1.25, 0.0])

    def loss(at: np.ndarray) -> float:
        z = design @ at + base
        chance = 1 / (1 + np.exp(-z))
        return float(
            -(match * np.log(chance) + (1 - match) * np.log(1 - chance)).sum() + 0.5 * (pull * (at - centre) ** 2).sum()
        )

    found = centre.copy()
    before = loss(found)
    for _ in range(8):
        found = calibration._step(design, base, match, found, centre=centre, pull=pull, low=low, high=high)
        assert loss(found) <= before + 1e-9
        before = loss(found)
    for at in range(3):
        for step in (-1e-3, 1e-3):
            tried = found.copy()
            tried[at] = min(max(tried[at] + step, low[at]), high[at])
            assert loss(tried) >= before - 1e-6
    first = calibration._step(design, base, match, centre, centre=centre, pull=pull, low=low - 99, high=high + 99)
    hessian = (
        design.T * ((1 / (1 + np.exp(-(design @ centre + base)))) * (1 - 1 / (1 + np.exp(-(design @ centre + base)))))
    ) @ design + np.diag(pull)
    gradient = design.T @ (1 / (1 + np.exp(-(design @ centre + base))) - match)
    assert first.tolist() == pytest.approx((centre - np.linalg.solve(hessian, gradient)).tolist()), "Newton's own step"


def test_a_slope_at_its_bound_leaves_it_when_the_loss_falls_inward_however_slowly() -> None:
    design = np.array([[0.2], [0.1]])
    at, centre, pull = np.array([0.0]), np.array([0.0]), np.array([1.0])
    for match, low, high in ((np.array([0.9, 0.9]), 0.0, 5.0), (np.array([0.1, 0.1]), -5.0, 0.0)):
        found = calibration._step(design, np.zeros(2), match, at, centre=centre, pull=pull, low=np.array([low]), high=np.array([high]))
        assert 0 < abs(found[0]) < 1
        outward = calibration._step(design, np.zeros(2), 1 - match, at, centre=centre, pull=pull, low=np.array([low]), high=np.array([high]))
        assert outward.tolist() == [0.0]


# ------------------------------------------------------------------------------------------- whole matches

WEIGHED = {"prior": -4.0, "threshold": 1.0, "review": -5.0, "cluster_threshold": 0.0}
SHARES = {"m": [0.9, 0.1], "u": [0.1, 0.9]}


def weighed(**more: Any) -> ModelSpec:
    """Weights that are declared: nothing is fitted, so that every pair can be added up by hand."""
    comparisons = [{"name": name} | SHARES for name in ("a", "b", "card")]
    return spec_of(*comparisons, **({"block": [{"columns": ["a"]}, {"columns": ["b"]}]} | WEIGHED | more))


def bits_of(frame: pl.DataFrame, a: int, b: int) -> float:
    total = -4.0
    for name in ("a", "b", "card"):
        one, other = frame[name][a], frame[name][b]
        if one is not None and other is not None:
            total += 3.17 if one == other else -3.17
    return total


def test_a_declared_model_weighs_every_pair_of_its_rules_to_two_places() -> None:
    frame, spec = people(60), weighed()
    assert declared(spec) is not None
    assert declared(spec_of({"name": "a"})) is None
    done = engine.match(frame, spec)
    compared = {
        (a, b)
        for a, b in combinations(range(60), 2)
        for name in "ab"
        if frame[name][a] is not None and frame[name][a] == frame[name][b]
    }
    wanted = {(a, b): round(bits_of(frame, a, b), 2) for a, b in compared if round(bits_of(frame, a, b), 2) >= -5.0}
    found = {
        (a, b): w
        for a, b, w in zip(
            done.scored.left.tolist(), done.scored.right.tolist(), done.scored.weight.tolist(), strict=True
        )
    }
    assert found == pytest.approx(wanted, abs=1e-4)
    assert done.extra.tolist() == [0.0] * len(found)
    assert done.as_data()["blocks"] == done.blocks.to_dicts()
    assert {name: done.as_data()[name] for name in done.model.as_data()} == done.model.as_data()


@pytest.mark.parametrize("seed", range(3))
def test_of_a_month_that_arrives_only_pairs_with_a_new_row_are_compared_and_old_people_stay(seed: int) -> None:
    frame, spec = people(90, seed), weighed()
    whole = engine.match(frame, spec)
    new = np.arange(90) >= 70
    standing = engine.match(frame.head(70), spec).label
    assert (standing != np.arange(70)).any()
    done = engine.match(frame, spec, new=new, earlier=np.concatenate([standing, np.arange(70, 90)]))
    pairs = set(zip(done.scored.left.tolist(), done.scored.right.tolist(), strict=True))
    assert pairs == {
        (a, b)
        for a, b in zip(whole.scored.left.tolist(), whole.scored.right.tolist(), strict=True)
        if a >= 70 or b >= 70
    }
    untouched = {int(label) for label in done.label[:70]} - {int(label) for label in done.label[70:]}
    for row in range(70):
        if int(done.label[row]) in untouched:
            assert done.label[row] == standing[row]


def test_of_rows_that_arrive_where_nothing_stands_each_old_one_is_a_person_of_its_own() -> None:
    frame, spec = people(60), weighed()
    new = np.arange(60) >= 40
    alone = engine.match(frame, spec, new=new)
    standing = engine.match(frame, spec, new=new, earlier=np.arange(60))
    assert alone.label.tolist() == standing.label.tolist()
    pairs = set(zip(alone.scored.left.tolist(), alone.scored.right.tolist(), strict=True))
    assert pairs == set(zip(standing.scored.left.tolist(), standing.scored.right.tolist(), strict=True))


COMPANY = {"group": "group", "company_weights": [0.0, -1.0, 2.0, 4.0]}


def in_company(frame: pl.DataFrame, spec: ModelSpec, **more: Any) -> engine.Match:
    model = declared(spec)
    assert model is not None
    return engine.match(frame, spec, replace(model, company=spec.company_weights), **more)


@pytest.mark.parametrize("arrived", [None, 30])
def test_pairs_are_weighed_with_the_company_that_the_clusters_of_the_round_before_show(arrived: int | None) -> None:
    """Both rounds by hand: sure clusters, company by them, pairs of the company's rules, and once more."""
    frame = people(60, 2)
    spec = weighed(**COMPANY, company_blocks=["card"])
    table, model = Table(frame), declared(spec)
    assert model is not None
    new = None if arrived is None else np.arange(60) >= arrived
    packed = blocking.block(table, spec, new).pairs
    scored = match_weights.score(table, model, packed, spec.review)
    extra = np.zeros(len(scored.left), np.float32)
    group = table.column("group")
    for margin in engine.SURE:
        label, _ = clusters.cluster(
            table, model, scored, extra, Constraints.none(), threshold=spec.threshold + margin, new=new
        )
        more = set(collective_evidence.pairs(group, label, table.hashes("card"), spec.most_in_block).tolist())
        more -= set(blocking.pack(scored.left, scored.right).tolist())
        fresh = [one for one in sorted(more) if new is None or new[one >> 32] or new[one & 0xFFFFFFFF]]
        scored = match_weights.join(
            scored, match_weights.score(table, model, np.array(fresh, np.uint64), spec.review - 4.0)
        )
        level = collective_evidence.levels(group, label, scored.left, scored.right)
        extra = np.array(spec.company_weights, np.float32)[level]
    wanted = {
        (a, b): (round(w, 3), e) for a, b, w, e in
        zip(scored.left.tolist(), scored.right.tolist(), scored.weight.tolist(), extra.tolist(), strict=True) if w + e >= spec.review
    }  # fmt: skip
    done = in_company(frame, spec, new=new, earlier=None if new is None else np.arange(60))
    found = zip(
        done.scored.left.tolist(),
        done.scored.right.tolist(),
        done.scored.weight.tolist(),
        done.extra.tolist(),
        strict=True,
    )
    assert {(a, b): (round(w, 3), e) for a, b, w, e in found} == wanted
    assert len({e for _, e in wanted.values()}) >= 2


def test_what_company_is_worth_is_learned_from_the_pairs_of_rules_and_a_sample_of_the_rest() -> None:
    frame = people(200, 4)
    spec = weighed(group="group")
    table, model = Table(frame), declared(spec)
    assert model is not None
    packed = blocking.block(table, spec).pairs
    scored = match_weights.score(table, model, packed, spec.review)
    low = match_weights.score(table, model, packed, None)
    low = low.select(low.weight < spec.review)
    extra = np.zeros(len(scored.left), np.float32)
    group = table.column("group")
    for margin in engine.SURE:
        label, _ = clusters.cluster(table, model, scored, extra, Constraints.none(), threshold=spec.threshold + margin)
        level = collective_evidence.levels(group, label, scored.left, scored.right)
        others = [collective_evidence.levels(group, label, low.left, low.right).tolist().count(at) for at in range(4)]
        weights = collective_evidence.fit(level, scored.weight, np.array(others, np.float64))
        extra = np.array(weights, np.float32)[level]
    assert len(low.left)
    assert engine.match(frame, spec).model.company == pytest.approx(weights)


def test_a_pair_that_a_person_called_different_is_none_whatever_it_weighs_and_one_called_the_same_is_one() -> None:
    frame, spec = people(60), weighed()
    label = engine.match(frame, spec).label
    one, other = next((a, b) for a, b in combinations(range(60), 2) if label[a] == label[b])
    pair = blocking.pack(np.array([one]), np.array([other]))
    nothing = pair[:0]
    apart = engine.match(frame, spec, limits=Constraints(nothing, pair))
    assert apart.label[one] != apart.label[other]
    assert len(apart.split)
    strange, far = next((a, b) for a, b in combinations(range(60), 2) if label[a] != label[b])
    joined = engine.match(
        frame, spec, limits=Constraints(blocking.pack(np.array([strange]), np.array([far])), nothing)
    ).label
    assert joined[strange] == joined[far]


def test_a_list_that_is_fitted_is_fitted_from_a_sample_of_its_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model of every second pair counts each of them twice; of all pairs, once."""
    frame = people(300)
    spec = spec_of({"name": "a"}, {"name": "b"}, {"name": "card"}, block=[{"columns": ["a"]}, {"columns": ["b"]}])
    table = Table(frame)
    pairs = blocking.block(table, spec).pairs
    for step in (1, 2):
        monkeypatch.setattr(engine, "SAMPLE", len(pairs) // step)
        plain = em.fit(table, spec).with_prior(0.0)
        sample = match_weights.score(table, plain, pairs[::step], None)
        nothing = np.zeros(len(sample.left), np.float32)
        wanted = em.refine(plain, sample.weight, nothing, sample.levels, step=step, rows=300)
        found = engine.fit(frame, spec)
        assert found.prior == pytest.approx(wanted.prior)
        for one, two in zip(found.m, wanted.m, strict=True):
            assert one.tolist() == pytest.approx(two.tolist())
    costs = engine.advice(frame, spec)
    assert costs.equals(rule_costs(table, spec, engine.fit(frame, spec)))
    assert rule_costs(table, spec.model_copy(update={"blocks": ()}), found).height == 0


def test_levels_of_a_saved_model_are_those_of_the_model_and_households_and_dependences_with_them() -> None:
    frame = people(300)
    spec = spec_of({"name": "a"}, {"name": "b", "level": [EQUAL, NEAR], "shared": True}, {"name": "place", "shared": True}, {"name": "card", "witness": True},
                   together=[{"comparisons": ["a", "b"]}])  # fmt: skip
    model = replace(
        engine.fit(frame, spec), nested=(Nested(1, 2, 0.5), Nested(0, 2, 1.25)), company=(0.0, -1.0, 2.0, 3.0)
    )
    again = Model.from_data(model.as_data(), spec)
    assert (again.prior, again.company, again.scale, again.together, again.kin_prior, again.nested) == (
        model.prior, model.company, model.scale, model.together, model.kin_prior, model.nested,
    )  # fmt: skip
    for one, other in zip((*model.m, *model.u, *model.kin), (*again.m, *again.u, *again.kin), strict=True):
        assert one.tolist() == pytest.approx(other.tolist())
    assert len(again.kin) == 4
    plain = Model.from_data(spec_model := engine.fit(frame, spec_of({"name": "a"})).as_data(), spec_of({"name": "a"}))
    assert (plain.kin, plain.kin_prior, plain.nested) == ((), -math.inf, ())
    assert spec_model["kin"] == []
    told = model.as_data()["comparisons"][1]
    assert (told["comparison"], told["column"], [one["level"] for one in told["levels"]]) == (
        "b",
        "b",
        ["equal", "near", "else"],
    )
    assert [one["match_weight"] for one in told["levels"]] == pytest.approx(model.weights(1)[1:].tolist())


def test_of_rules_without_any_pair_nothing_is_compared() -> None:
    frame = pl.DataFrame({"a": ["x", "y"], "b": ["1", "2"], "card": ["3", "4"]})
    done = engine.match(frame, weighed())
    assert (done.label.tolist(), len(done.scored.left), len(done.split)) == ([0, 1], 0, 0)
    assert (
        comparison_levels.levels(
            Table(frame), weighed().comparisons[0], np.zeros(0, np.int64), np.zeros(0, np.int64)
        ).tolist()
        == []
    )


def test_a_contradiction_may_name_every_level_of_its_comparison_and_no_other() -> None:
    every = ("missing", "equal", "else")
    assert spec_of({"name": "a"}, contradiction=[{"comparison": "a", "levels": every}]).contradictions[0].levels == every
    for wrong in ({"comparison": "a", "levels": ["near"]}, {"comparison": "b", "levels": ["else"]}):
        with pytest.raises(ValueError, match=wrong["comparison"]):
            spec_of({"name": "a"}, contradiction=[wrong])
