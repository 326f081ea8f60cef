"""Header words are compared after folding; months are found as people write them."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit import agencies, declarations
from recordkit.agencies import periods
from recordkit.agencies.header_words import fold, fold_numbered, load_layout, numbered

MONTHS = agencies.load([declarations.PACKAGED]).months


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("F.I.R. No", "FIR No."),
        ("S#", "S.No"),
        ("FIR #", "fir  no"),
        ("Date & Time", "DATE AND TIME"),
        ("شناختی كارڈ نمبر", "شناختي کارڈ‌ نمبر"),
        ("Date\nof FIR", "Date of FIR"),
        ("Date (MM/DD/YYYY)", "Date"),
        ("FIR Date dd-mm-yy", "FIR Date"),
        ("Date (yyyy-dd-mm)", "Date"),
    ],
)
def test_spellings_of_one_header_fold_to_one_word(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""


def test_different_headers_stay_different() -> None:
    assert fold("FIR No") != fold("FIR Date")


def test_a_counted_header_gives_its_number() -> None:
    assert numbered(fold("Accused 2 Name")) == (fold_numbered("Accused {n} Name"), 2)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("Punjab FIR Register July 2026.xlsx", "2026-07"),
        ("Sindh_Crime_Register_Jul26_REVISED.csv", "2026-07"),
        ("CRO_202607.TXT", "2026-07"),
        ("KP_FIR_2026_08_new.csv", "2026-08"),
        ("Crime_Statement_AJK_2026-10.xlsx", "2026-10"),
        ("Sep-26", "2026-09"),
        ("Register of cases (FIRs) for the month of July 2026", "2026-07"),
        ("جولائی ۲۰۲۶", "2026-07"),
        ("07/2026", "2026-07"),
        ("2012", "2012"),
        ("returns 2012 and 2013", None),
        ("Punjab FIR Register Jul-Sep 2026.xlsx", None),
        ("May Ahmed", None),
        ("register 123456.csv", None),
        (None, None),
        ("2021 January", "2021-01"),
        ("2021-January", "2021-01"),
        ("2021January", "2021-01"),
        ("2021 of January", "2021-01"),
        ("2021 January 05", "2021-01"),
        ("2021 1", "2021-01"),
        ("1 2021", "2021-01"),
        ("Farwari 2026", "2026-02"),
        ("Crime Statement KP July 2026 received 05-08-2026.csv", "2026-07"),
        ("Crime Statement KP July 2026 05-08-2026.csv", "2026-07"),
        ("Crime Statement KP received 05-08-2026.csv", None),
        ("KP July 2026 dated 5 August 2026.csv", "2026-07"),
        ("KP جولائی ۲۰۲۶ موصولہ 05-08-2026", "2026-07"),
        ("Crime_Statement_KP_Dec-99.csv", "1999-12"),
        ("Punjab FIR Register Jul-98.csv", "1998-07"),
    ],
)
def test_the_month_that_a_text_names(text: str | None, month: str | None) -> None:
    assert periods.one(text, MONTHS) == month


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Q1 2026", periods.QUARTER),
        ("1st quarter 2026", periods.QUARTER),
        ("سہ ماہی 2026", periods.QUARTER),
        ("Jan-Mar 2026", periods.SEVERAL),
        ("2025-26", periods.FISCAL),
        ("FY 2011-12", periods.FISCAL),
        ("FY26", periods.FISCAL),
        ("2025-2026", periods.FISCAL),
        ("Muharram 1447", periods.HIJRI),
        ("1/15/2021", periods.UNCLEAR),
        ("Register July", periods.YEARLESS),
    ],
)
def test_a_period_that_is_no_month_says_why(text: str, why: str) -> None:
    assert periods.read(text, MONTHS) == periods.Reading(None, why, 7 if why == periods.YEARLESS else None)


@pytest.mark.parametrize(("text", "month"), [("Jun-26", "2026-06"), ("Jul-26", "2026-07"), ("Dec-99", "1999-12")])
def test_a_year_of_two_digits_is_read_up_to_the_month_in_which_it_came(text: str, month: str) -> None:
    assert periods.one(text, MONTHS, received="2026-07") == month


@pytest.mark.parametrize("text", ["Aug-26", "Dec-27", "Jan-30"])
def test_a_year_after_the_month_in_which_it_came_is_never_guessed(text: str) -> None:
    assert periods.read(text, MONTHS, received="2026-07") == periods.Reading(None, periods.LATER)


def test_2011_12_beside_2012_13_is_no_december() -> None:
    read = periods.column(["2011-12", "2012-13"], MONTHS)
    assert {value: one.why for value, one in read.items()} == {"2011-12": periods.FISCAL, "2012-13": periods.FISCAL}
    assert periods.column(["2011-12", "2012-01"], MONTHS)["2011-12"].period == "2011-12"
    assert periods.column(["2011-12"], MONTHS)["2011-12"].period == "2011-12"


def test_a_pattern_limits_what_counts() -> None:
    assert periods.one("2025-01 sent for 2026-07", MONTHS, r"for (?P<value>\S+)") == "2026-07"


def test_periods_of_a_column_are_read_value_by_value() -> None:
    read = periods.clean(pl.Series(["Jul-2026", "2012", None, "soon"]), MONTHS)
    assert read.to_list() == ["2026-07", "2012", None, None]


def test_a_number_that_is_too_long_to_count_columns_is_no_number_of_a_header() -> None:
    assert numbered("accused12name") == ("accused{n}name", 12)
    assert numbered("1" * 20_000) == ("1" * 20_000, None)


def test_a_cell_that_is_longer_than_any_header_means_nothing() -> None:
    words = load_layout([declarations.PACKAGED]).words
    assert words.sense("Number of cases")
    assert words.sense("Number of cases " * 20) == frozenset()
