"""Tests of counts against closed forms and published figures; near pairs against counting them one by one."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tried
from recordkit.intelligence import chance


@tried.examples(30)
@given(st.integers(1, 40), st.integers(0, 40), st.floats(0.01, 0.99))
def test_without_more_spread_than_chance_it_is_the_binomial(of, count, share):
    whole = sum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(min(count, of + 1), of + 1))
    assert chance.at_least(min(count, of + 1), of, share) == pytest.approx(whole, abs=1e-12)


def test_with_more_spread_it_is_the_beta_binomial():
    of, share, spread = 9, 0.3, 2.5
    a, b = share * of / (spread - 1), (1 - share) * of / (spread - 1)

    def beta(x, y):
        return math.gamma(x) * math.gamma(y) / math.gamma(x + y)

    whole = sum(math.comb(of, k) * beta(k + a, of - k + b) / beta(a, b) for k in range(6, of + 1))
    assert chance.at_least(6, of, share, spread) == pytest.approx(whole)
    assert chance.at_least(6, of, share, spread) > chance.at_least(6, of, share)


def test_a_share_of_nothing_or_of_everything_has_no_chance_in_it():
    assert chance.at_least(0, 5, 0.0) == 1
    assert chance.at_least(1, 5, 0.0) == 0
    assert chance.at_least(5, 5, 1.0) == 1


def test_the_lady_tasting_tea():
    assert chance.drawn(3, 4, 4, 8) == pytest.approx(17 / 70)  # Fisher (1935), The Design of Experiments, chapter 2
    assert chance.drawn(4, 4, 4, 8) == pytest.approx(1 / 70)


@tried.examples(30)
@given(st.integers(1, 12), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_drawing_is_the_hypergeometric(every, marked, of, count):
    marked, of = min(marked, every), min(of, every)
    low, high = max(0, of + marked - every), min(of, marked)
    count = min(max(count, low), high)
    ways = [math.comb(marked, k) * math.comb(every - marked, of - k) for k in range(low, high + 1)]
    assert chance.drawn(count, of, marked, every) == pytest.approx(sum(ways[count - low :]) / sum(ways))


def test_the_published_example_of_false_discoveries():
    """Benjamini and Hochberg (1995), section 4.1: of these 15 tests four are significant at .05."""
    p = [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1.0]
    found = chance.adjusted(np.array(p))
    assert (found <= 0.05).sum() == 4
    assert found[3] == pytest.approx(0.0095 * 15 / 4)


def test_tests_that_could_not_be_small_count_too():
    assert chance.adjusted(np.array([0.01, 0.2]), 10).tolist() == pytest.approx([0.1, 1.0])


@tried.examples(30)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30)), max_size=20), st.integers(1, 9))
def test_near_pairs_are_those_that_counting_finds(events, days):
    place, day = (np.array([one[at] for one in events], np.int64) for at in (0, 1))
    found = chance.near_pairs(place, day, days, 4).tolist()
    pairs = [a for (a, x), (b, y) in itertools.combinations(events, 2) if a == b and abs(x - y) <= days]
    assert found == [pairs.count(at) for at in range(4)]


def test_what_all_places_of_a_stratum_share_is_no_nearness():
    """Raids: every station registers on the same two days. Without strata each of them would look near."""
    place = np.repeat(np.arange(8), 6)
    day = np.tile([10, 10, 10, 50, 50, 50], 8)
    raided = chance.knox(place, np.zeros(48, np.int64), day, 3, permutations=199, seed=1)
    assert raided.p.min() > 0.05
    elsewhere = np.arange(48) * 7 % 97
    both = chance.knox(np.r_[place, place + 8], np.r_[np.zeros(48), np.ones(48)].astype(np.int64), np.r_[day, elsewhere], 3, permutations=199, seed=1)
    assert both.p[:8].min() > 0.05


def test_cases_that_follow_each_other_at_one_place_are_near():
    rng = np.random.default_rng(7)
    calm = rng.integers(0, 300, 90)
    burst = np.r_[np.arange(40, 48), np.arange(200, 204)]
    place = np.r_[np.repeat(np.arange(9), 10), np.full(12, 9)]
    found = chance.knox(place, np.zeros(102, np.int64), np.r_[calm, burst], 5, permutations=199, seed=1)
    assert found.p[9] < 0.001
    assert found.pairs[9] > 4 * found.expected[9]
    assert chance.adjusted(found.p)[:9].min() > 0.05


def test_what_chance_gives_is_what_permutations_give_on_average():
    rng = np.random.default_rng(5)
    place, day = np.repeat(np.arange(6), [3, 5, 8, 4, 4, 6]), rng.integers(0, 60, 30)
    stratum = (place > 2).astype(np.int64)
    total = np.zeros(6)
    for _ in range(3000):
        mixed = day.copy()
        for one in (0, 1):
            mixed[stratum == one] = rng.permutation(day[stratum == one])
        total += chance.near_pairs(place, mixed, 5, 6)
    assert chance.knox(place, stratum, day, 5, permutations=99, seed=1).expected == pytest.approx(total / 3000, rel=0.06)


def test_the_same_seed_gives_the_same_figures():
    place, day = np.arange(40) % 4, np.arange(40) * 13 % 61
    one, other = (chance.knox(place, place // 2, day, 4, permutations=99, seed=3) for _ in range(2))
    assert one.p.tolist() == other.p.tolist()
    assert one.expected.tolist() == other.expected.tolist()


def test_no_cases_are_no_pairs():
    nothing = np.zeros(0, np.int64)
    assert len(chance.knox(nothing, nothing, nothing, 7, permutations=99, seed=1).p) == 0
    assert len(chance.adjusted(np.zeros(0))) == 0
