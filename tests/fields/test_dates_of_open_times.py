"""Dates that are not the day itself, ranges with their times, and two days for what happens on one."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from recordkit.fields import dates
from recordkit.reference import Reference

DAY = date(2026, 10, 14)
OPEN = [
    ("before 14-10-2026", None), ("after 14-10-2026", None), ("Prior to 14/10/26", None), ("till 14-10-2026", None),
    ("after 14th October 2026", None), ("before October 14, 2026", None), ("14-10-2026 سے پہلے", None),
    ("14-10-2026 کے بعد", None), ("14-10-2026 ke baad", None), ("14.10.2026 se pehle", None), ("on or before 14-10-2026", None),
    ("14-10-2026 onwards", DAY), ("since 14-10-2026", DAY), ("from 14-10-2026", DAY), ("14-10-2026 سے", DAY),
    ("w.e.f. 14-10-2026", DAY), ("about 14-10-2026", DAY), ("تقریباً 14-10-2026", DAY), ("14 Oct 2026 onwards", DAY),
]  # fmt: skip
THE_DAY = ["14-10-2026", "14-10-2026 after Isha", "around 11 PM on 14-10-2026", "on 14-10-2026", "dated 14-10-2026", "14-10-2026 afternoon"]


@pytest.mark.parametrize(("written", "day"), OPEN)
def test_a_word_that_says_another_day_is_told(written: str, day: date | None, tables: Reference) -> None:
    row = dates.clean(pl.Series([written]), "dmy", tables).row(0, named=True)
    assert (row["date_from"], row["date_to"]) == (day, day)
    assert "RK361" in row["codes"]


@pytest.mark.parametrize("written", THE_DAY)
def test_a_word_that_says_the_time_of_the_day_is_none(written: str, tables: Reference) -> None:
    row = dates.clean(pl.Series([written]), "dmy", tables).row(0, named=True)
    assert (row["date_from"], row["date_to"], "RK361" in row["codes"]) == (DAY, DAY, False)


@pytest.mark.parametrize(
    "written",
    [
        "13-10-2026 23:00 - 14-10-2026 05:00", "13-10-2026 23:00 to 14-10-2026 05:00", "13.10.2026 11 PM till 14.10.2026 5 AM",
        "13/10/2026 at 2300 hrs to 14/10/2026 at 0500 hrs", "13-10-2026 (23:00) تا 14-10-2026 (05:00)", "2026-10-13 23:00 - 2026-10-14 05:00",
        "from 13-10-2026 23:00 to 05:00 14-10-2026", "13 Oct 2026 11 PM to 14 Oct 2026 5 AM", "13-10-2026 - 14-10-2026 05:00",
    ],
)  # fmt: skip
def test_a_range_with_times_keeps_its_end(written: str, tables: Reference) -> None:
    row = dates.clean(pl.Series([written]), "dmy", tables).row(0, named=True)
    assert (row["date_from"], row["date_to"]) == (date(2026, 10, 13), DAY)
    assert "RK333" in row["codes"]


@pytest.mark.parametrize("written", ["16-10-2026 / 18-10-2026", "16/17-10-2026", "16-10-2026 10:00 - 18-10-2026 11:00"])
def test_two_days_of_what_happens_on_one_are_told(written: str, tables: Reference) -> None:
    row = dates.read_one_day(pl.Series([written]), dates.context("dmy"), tables).row(0, named=True)
    assert row["date_from"] == date(2026, 10, 16)
    assert "RK362" in row["codes"]
