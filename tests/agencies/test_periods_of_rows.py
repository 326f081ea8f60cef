"""What a row says of its own period: one month or one year, or nothing and why."""

from __future__ import annotations

import pytest

from recordkit import declarations, reference
from recordkit.agencies import periods

CALENDAR = periods.calendar(reference.load(declarations.folders()))


@pytest.mark.parametrize(
    "said",
    [
        "upto May 2026", "till May 2026", "10 days May 2026", "May 2026 to date", "Mai 2026", "Juin 2026", "Mayy 2026",
        "M5 2026", "2026H1", "H1 2026", "2nd half of May 2026", "May 1926", "May 2062",
    ],
)  # fmt: skip
def test_a_part_of_a_month_a_strange_word_or_a_far_year_is_no_period_and_told(said: str) -> None:
    found = periods.column([said], CALENDAR, "2026-08")[said]
    assert found.period is None
    assert found.why


@pytest.mark.parametrize(
    ("said", "period"),
    [("May 2026", "2026-05"), ("2026", "2026"), ("Year 2026", "2026"), ("سال 2026", "2026"), ("Jul-26", "2026-07")],
)
def test_a_whole_month_or_year_is_read(said: str, period: str) -> None:
    assert periods.column([said], CALENDAR, "2026-08")[said].period == period
