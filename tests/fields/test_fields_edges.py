"""The edges of what field types decide: the last value on this side of a limit, and the first on the other."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordkit.fields import cnic, dates
from recordkit.fields.dates import DateOrder
from recordkit.reference import Reference

DAY, MONTH, EITHER = "25/12/2026", "12/25/2026", "03/04/2026"


def first_day(raw: str, order: DateOrder, tables: Reference) -> tuple[object, ...]:
    return dates.clean(pl.Series([raw]), order, tables).select("date_from", "ambiguous", "codes").row(0)


def test_as_many_dates_for_one_order_as_for_the_other_are_evidence_of_neither(tables: Reference) -> None:
    tie = dates.infer_order(pl.Series([DAY, MONTH, EITHER]))
    assert (tie.order, tie.known) == ("dmy", False)
    assert first_day(EITHER, tie, tables) == (date(2026, 4, 3), True, ["RK303"])
    assert not tie.contradicts("mdy")


def test_one_date_more_decides_the_order_of_a_column(tables: Reference) -> None:
    for more, order, read in ((DAY, "dmy", date(2026, 4, 3)), (MONTH, "mdy", date(2026, 3, 4))):
        found = dates.infer_order(
            pl.Series([DAY, MONTH, EITHER]), pl.Series([2 - (more == MONTH), 2 - (more == DAY), 1])
        )
        assert (found.order, found.known) == (order, True)
        assert first_day(EITHER, found, tables) == (read, False, [])


def test_a_hijri_date_may_stand_two_days_from_the_one_beside_it_and_not_three(tables: Reference) -> None:
    hijri = "25 Jumada II 1416"
    own = dates.clean(pl.Series([hijri]), "dmy", tables)["date_from"][0]
    told = {}
    for apart in range(-4, 5):
        day = own + timedelta(days=apart)
        found = dates.clean(pl.Series([f"{day:%d-%m-%Y} ({hijri})"]), "dmy", tables)
        assert found["date_from"][0] == day
        told[apart] = found["codes"].to_list()[0]
    assert told == {apart: [] if abs(apart) <= 2 else ["RK338"] for apart in told}


CARDS = st.tuples(st.text("0123456789", min_size=0, max_size=13), st.sampled_from("0123456789")).map(
    lambda made: made[0].ljust(13, made[1])
)


@given(st.lists(CARDS, min_size=1, max_size=20))
def test_a_card_says_the_same_with_its_dashes_and_without_them(tables: Reference, numbers: list[str]) -> None:
    dashed = cnic.clean(pl.Series([f"{one[:5]}-{one[5:12]}-{one[12:]}" for one in numbers]), tables)
    assert dashed.equals(cnic.clean(pl.Series(numbers), tables))


@pytest.mark.parametrize(
    ("raw", "value", "codes"),
    [
        ("35202-1000000-0", None, ["RK305"]),
        ("35202-1200000-0", None, ["RK305"]),
        ("35202-1230000-0", "35202-1230000-0", []),
        ("35202-1200000-1", "35202-1200000-1", []),
        ("05202-1000000-0", "05202-1000000-0", ["RK307"]),
        ("00000-0000000-0", None, ["RK306"]),
        ("99999-9999999-9", None, ["RK306"]),
    ],
)
def test_the_last_six_zeros_of_a_card_are_digits_lost_and_five_are_not(
    raw: str, value: str | None, codes: list[str], tables: Reference
) -> None:
    for written in (raw, raw.replace("-", "")):
        assert cnic.clean(pl.Series([written]), tables).select("cnic", "codes").row(0) == (value, codes)


def test_whether_a_date_could_be_read_either_way_is_never_left_open(tables: Reference) -> None:
    cells = ["03/07/2026", "25/12/2026", "31/02/2026", "25 safar 1423", "soon", "1912-03-04", "46206", "", None]
    for order in (None, "dmy", DateOrder(1, 1)):
        found = dates.clean(pl.Series(cells), order, tables)["ambiguous"]
        assert found.to_list() == [order != "dmy", *[False] * 8]
