"""Kaplan-Meier against a published example and against what it must be without censoring."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tried
from recordkit.report.profile.survival import kaplan_meier

# Weeks in remission of 42 children with leukaemia (Freireich and others 1963; Gehan 1965): 21 got the drug 6-MP, 21
# got none. The shares and the medians with their log-log intervals are in most textbooks of survival analysis.
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_the_published_example_comes_out():
    curve = kaplan_meier(TREATED, [bool(one) for one in RELAPSED])
    assert curve.steps["time"].to_list() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.steps["share"].round(3).to_list() == [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448]
    assert (curve.quantile(), curve.quantile(of="low"), curve.quantile(of="high")) == (23, 13, None)


def test_the_published_example_without_censoring_comes_out():
    curve = kaplan_meier(PLACEBO, [True] * len(PLACEBO))
    assert (curve.quantile(), curve.quantile(of="low"), curve.quantile(of="high")) == (8, 4, 11)
    assert curve.waiting(8) == pytest.approx(8 / 21)
    assert curve.waiting(23) == 0


@tried.examples(30)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_without_censoring_the_curve_is_the_share_of_longer_times(times):
    curve = kaplan_meier(times, [True] * len(times))
    for limit in range(0, 41, 5):
        assert curve.waiting(limit) == pytest.approx(sum(one > limit for one in times) / len(times))


@tried.examples(30)
@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=60))
def test_shares_fall_and_lie_in_their_interval(pairs):
    steps = kaplan_meier([time for time, _ in pairs], [happened for _, happened in pairs]).steps
    assert steps["share"].to_list() == sorted(steps["share"], reverse=True)
    for low, share, high in steps.select("low", "share", "high").iter_rows():
        assert -1e-9 <= low <= share + 1e-9 <= high + 2e-9 <= 1 + 3e-9


def test_where_nothing_has_happened_no_median_is_known():
    curve = kaplan_meier([3, 5, 9], [False] * 3)
    assert curve.quantile() is None
    assert curve.waiting(9) == 1
    assert kaplan_meier([], []).quantile() is None
