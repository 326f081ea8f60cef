"""Multiple-systems estimation against a published example of which the answer is known, closed forms, and thin cells."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tried
from recordkit.report.profile.capture import CELLS, PAIRS, models, shared

# Hepatitis A at a college in Taiwan in 1995, three lists of 135, 122 and 126 people, 271 in all: Chao, Tsay, Lin, Shau and
# Chao (2001), The applications of capture-recapture models to epidemiological data, Statistics in Medicine 20, 3123-3157.
# A serum test of everybody later found about 545 who had been infected.
HAV = {(1, 1, 1): 28, (1, 1, 0): 21, (1, 0, 1): 17, (1, 0, 0): 69, (0, 1, 1): 18, (0, 1, 0): 55, (0, 0, 1): 63}


def counts(of):
    return [of[cell] for cell in CELLS]


@pytest.fixture(scope="module")
def found():
    return {one.pairs: one for one in models(counts(HAV))}


def test_the_lists_are_those_of_the_publication():
    assert [sum(n for cell, n in HAV.items() if cell[at]) for at in range(3)] == [135, 122, 126]


def test_the_published_estimates_are_found(found):
    assert round(found[()].total) == 388  # independent lists
    assert round(found[PAIRS].total) == 1313  # every pair dependent


def test_with_every_pair_dependent_the_estimate_is_the_ratio_of_products(found):
    one = HAV
    hidden = one[1, 1, 1] * one[1, 0, 0] * one[0, 1, 0] * one[0, 0, 1] / (one[1, 1, 0] * one[1, 0, 1] * one[0, 1, 1])
    assert found[PAIRS].total == pytest.approx(271 + hidden)
    assert found[PAIRS].deviance == pytest.approx(0, abs=1e-9)


def test_with_one_independent_pair_the_estimate_is_that_of_the_two_outside_the_third(found):
    hidden = HAV[1, 0, 0] * HAV[0, 0, 1] / HAV[1, 0, 1]  # 0 and 2 are independent for those who are not in 1
    assert found[(0, 1), (1, 2)].total == pytest.approx(271 + hidden)


def test_with_one_dependent_pair_the_two_are_one_list_beside_the_third(found):
    together = {either: sum(n for cell, n in HAV.items() if (cell[0] or cell[1]) and cell[2] == either) for either in (0, 1)}
    hidden = together[0] * HAV[0, 0, 1] / together[1]
    assert found[((0, 1),)].total == pytest.approx(271 + hidden)


def test_of_the_models_that_can_be_tested_the_smallest_aic_has_the_true_number_in_its_interval(found):
    best = min((one for one in found.values() if one.pairs != PAIRS), key=lambda one: one.aic)
    assert best.low < 545 < best.high
    assert not found[()].low < 545 < found[()].high  # which lists that are taken as independent miss


def test_an_interval_ends_where_the_likelihood_has_fallen_by_half_a_chi_square(found):
    for one in found.values():
        assert 271 <= one.low < one.total < one.high
    assert (found[()].high - found[()].low) < (found[PAIRS].high - found[PAIRS].low)


@tried.examples(12)
@given(st.integers(300, 2000), st.lists(st.floats(0.2, 0.6), min_size=3, max_size=3))
def test_independent_lists_of_known_shares_give_the_number_back(total, shares):
    expected = []
    for cell in CELLS:
        chance = np.prod([share if there else 1 - share for share, there in zip(shares, cell, strict=True)])
        expected.append(round(total * chance))
    found = {one.pairs: one for one in models(expected)} if min(expected) > 2 else {}
    if found:
        assert found[()].total == pytest.approx(total, rel=0.05)
        assert found[()].low <= found[()].total <= found[()].high


def test_a_model_whose_estimate_has_no_end_is_left_out():
    nobody_in_two = [0, 0, 0, 50, 0, 40, 30]
    assert models(nobody_in_two) == []
    no_third = models([5, 20, 0, 50, 0, 40, 0])
    assert PAIRS not in [one.pairs for one in no_third]


def test_shared_counts_the_people_of_both_lists():
    assert [shared(counts(HAV), pair) for pair in PAIRS] == [49, 45, 46]
    assert sum(counts(HAV)) == 271


def test_the_smallest_aic_is_first(found):
    order = [one.aic for one in models(counts(HAV))]
    assert order == sorted(order)
    assert len(order) == len(list(itertools.product((0, 1), repeat=3)))
