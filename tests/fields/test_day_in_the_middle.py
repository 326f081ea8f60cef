"""Dates with the day in the middle are recognised from the column, or are none; never exchanged in silence."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from recordkit import declarations, reference
from recordkit.fields import dates

TABLES = reference.load(declarations.folders())
SURE = ["2026-25-07", "2026-13-07", "2026-30-06"]


def _read(values: list[str], order: dates.DateOrder | str | None = None) -> list[tuple[dt.date | None, list[str]]]:
    column = pl.Series("value", values)
    found = dates.clean(column, order or dates.infer_order(column), TABLES)
    return list(zip(found["date_from"].to_list(), found["codes"].to_list(), strict=True))


def test_a_column_that_can_only_have_the_day_in_the_middle_is_read_so_and_told() -> None:
    (either, codes), *rest = _read(["2026-05-07", *SURE])
    assert (either, codes) == (dt.date(2026, 7, 5), ["RK391"])
    assert [day for day, _ in rest] == [dt.date(2026, 7, 25), dt.date(2026, 7, 13), dt.date(2026, 6, 30)]


@pytest.mark.parametrize("column", [SURE[:1], [*SURE, "2026-07-28"]])
def test_a_date_of_which_the_order_is_in_doubt_is_none_and_told(column: list[str]) -> None:
    day, codes = _read(["2026/05/07", *column])[0]
    assert day is None
    assert set(codes) == {"RK302", "RK391"}


def test_one_slip_does_not_turn_a_column_of_plain_dates() -> None:
    assert _read(["2026-05-07", "2026-25-07", "2026-07-25"])[0] == (dt.date(2026, 5, 7), [])


@pytest.mark.parametrize("order", ["dmy", "mdy", "ymd"])
def test_a_declared_order_of_other_dates_does_not_hide_it(order: str) -> None:
    column = pl.Series("value", ["2026-05-07", *SURE])
    found = dates.with_declared_order(order, dates.infer_order(column))
    assert found.order == order
    assert _read(column.to_list(), found)[0] == (dt.date(2026, 7, 5), ["RK391"])


@pytest.mark.parametrize("written", ["30-6-2026 9pm", "30/06/2026 at 9 PM", "30.06.2026, 12 a.m.", "2026-06-30 9pm"])
def test_an_hour_without_minutes_behind_a_date_is_a_time(written: str) -> None:
    assert _read([written], "dmy")[0][0] == dt.date(2026, 6, 30)


@pytest.mark.parametrize("written", ["30-6-2026 13pm", "30-6-2026 9", "30-6-2026 0 pm"])
def test_figures_behind_a_date_that_are_no_hour_are_told(written: str) -> None:
    assert _read([written], "dmy")[0][1]
