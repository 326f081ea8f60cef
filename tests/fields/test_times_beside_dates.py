"""Times, other separators and mistyped months in cells of dates: read right, and a time is never the year."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tried
from recordkit.fields import dates
from recordkit.reference import Reference

FORMS = (
    "%a %b %d %H:%M:%S PKT %Y", "%a %b %d %H:%M:%S %Y", "%B %d %H:%M %Y", "%d %b %H:%M %Y", "%H:%M %d %B %Y", "%d-%m-%Y %H%M hrs",
    "%A, %B %d, %Y %I:%M:%S %p", "%d-%m-%y %H%M", "%d-%m-%y-%H%M hrs", "%d/%m/%y %H%M", "%d-%b-%Y:%H:%M:%S",
)  # fmt: skip
READ = {
    "30.06/01.07.2026": ("2026-06-30", "2026-07-01"), "30-6/1-7-2026": ("2026-06-30", "2026-07-01"),
    "30/6-1/7/2026": ("2026-06-30", "2026-07-01"), "28.6/3.7.26": ("2026-06-28", "2026-07-03"),
    "31/1-8-26": ("2026-07-31", "2026-08-01"), "14 Jully 2026": ("2026-07-14",) * 2, "14-07-'26": ("2026-07-14",) * 2,
    "14_07_2026": ("2026-07-14",) * 2, "14|07|2026": ("2026-07-14",) * 2, "14 جولائ 2026": ("2026-07-14",) * 2,
    "۲۳ جولائی سن ۲۰۲۶": ("2026-07-23",) * 2, "23 July of the year 2026": ("2026-07-23",) * 2,
}  # fmt: skip
NO_DAY = ["30/31-06-2026", "30/31-6-26", "28/29 February 2026", "31/1-7-26", "Fri Jul 03 22:30:00 UTC 2026", "8-7-26 2545 hrs"]


def _read(cell: str, tables: Reference) -> dict[str, object]:
    return dates.clean(pl.Series([cell]), "dmy", tables).row(0, named=True)


@given(
    moment=st.datetimes(datetime(1990, 1, 1), datetime(2030, 12, 31)), form=st.sampled_from(FORMS)
)
@tried.examples(90)
def test_a_time_beside_a_date_is_never_its_year(moment: datetime, form: str, tables: Reference) -> None:
    assert _read(moment.strftime(form), tables)["date_from"] == moment.date()


@pytest.mark.parametrize(("cell", "days"), READ.items())
def test_a_date_is_read_in_the_ways_in_which_clerks_write_it(
    cell: str, days: tuple[str, str], tables: Reference
) -> None:
    found = _read(cell, tables)
    assert (found["date_from"], found["date_to"]) == tuple(map(date.fromisoformat, days))


@pytest.mark.parametrize("cell", NO_DAY)
def test_days_that_do_not_exist_and_times_of_other_zones_are_no_date(cell: str, tables: Reference) -> None:
    found = _read(cell, tables)
    assert found["date_from"] is None
    assert {"RK302", "RK332"} & set(found["codes"])  # type: ignore[call-overload]
