"""Dates: one line per written form, and the order of a column."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from recordkit.fields import dates
from recordkit.fields.dates import DateOrder
from recordkit.reference import Reference

D = date

SINGLE = [
    ("2026-07-03", D(2026, 7, 3), []),
    ("2026-07-03 14:05:00", D(2026, 7, 3), []),
    ("2026-07-03T23:30:00+05:00", D(2026, 7, 3), []),
    ("2026-07-03T00:10:00Z", D(2026, 7, 3), []),
    ("03-07-2026", D(2026, 7, 3), []),
    ("03/07/2026 2:05 PM", D(2026, 7, 3), []),
    ("3.4.24", D(2024, 4, 3), ["RK327"]),
    ("03/07/99", D(1999, 7, 3), ["RK327"]),
    ("03-Oct-26", D(2026, 10, 3), ["RK327"]),
    ("3rd of July, 2026", D(2026, 7, 3), []),
    ("Jul 3, 2026", D(2026, 7, 3), []),
    ("2026-Jul-03", D(2026, 7, 3), []),
    ("03Jul2026", D(2026, 7, 3), []),
    ("Sunday-November 19-1995", D(1995, 11, 19), []),
    ("Friday, June 18, 2004", D(2004, 6, 18), []),
    ("Dated 03-07-2026", D(2026, 7, 3), []),
    ("3-7-2026 (Friday)", D(2026, 7, 3), []),
    ("۳ جولائی ۲۰۲۶", D(2026, 7, 3), []),
    ("۰۳/۰۷/۲۰۲۶", D(2026, 7, 3), []),
    ("20260703", D(2026, 7, 3), []),
    ("03072026", D(2026, 7, 3), []),
    ("46206", D(2026, 7, 3), ["RK328"]),
    ("46206.5", D(2026, 7, 3), ["RK328"]),
    ("29/02/2024", D(2024, 2, 29), []),
]

HIJRI = [
    ("25 Jumaada al-THaany 1416 A.H", D(1995, 11, 19)),
    ("10 SHa`baan 1421 A.H", D(2000, 11, 6)),
    ("25 safar 1423 A.H", D(2002, 5, 8)),
    ("3 Raby` al-THaany 1423 A.H", D(2002, 6, 14)),
    ("۱۰ محرم الحرام ۱۴۴۷ھ", D(2025, 7, 6)),
    ("29 Ramzan-ul-Mubarak 1447", D(2026, 3, 19)),
    ("15-01-1447", D(2025, 7, 10)),
    ("30 صفر 1447", D(2025, 8, 24)),
]

UNREADABLE = [
    ("31/02/2026", "RK302"),
    ("29/02/2026", "RK302"),
    ("31-Apr-2026", "RK302"),
    ("2026-13-45", "RK302"),
    ("13/20/65", "RK302"),
    ("2026", "RK302"),
    ("Jul-26", "RK302"),
    ("soon", "RK302"),
    ("03/04/0024", "RK332"),
    ("1912-03-04", "RK332"),
    ("03-07-2126", "RK332"),
]

RANGES = [
    ("night between 3/4-5-2024", D(2024, 5, 3), D(2024, 5, 4)),
    ("شب درمیانی 3/4-5-2024", D(2024, 5, 3), D(2024, 5, 4)),
    ("night between 30/1-5-2026", D(2026, 4, 30), D(2026, 5, 1)),
    ("night between 31/1-1-2026", D(2025, 12, 31), D(2026, 1, 1)),
    ("3/4 July 2026", D(2026, 7, 3), D(2026, 7, 4)),
    ("03-07-2026 to 05-07-2026", D(2026, 7, 3), D(2026, 7, 5)),
    ("from 3.4.2024 to 5.4.2024", D(2024, 4, 3), D(2024, 4, 5)),
    ("3 July 2026 to 5 July 2026", D(2026, 7, 3), D(2026, 7, 5)),
]


def one(raw: str | None, tables: Reference, order: DateOrder | str | None = "dmy") -> dict[str, object]:
    return dates.clean(pl.Series([raw], dtype=pl.String), order, tables).row(0, named=True)


@pytest.mark.parametrize(("raw", "expected", "codes"), SINGLE)
def test_a_written_form_becomes_its_day(raw: str, expected: date, codes: list[str], tables: Reference) -> None:
    found = one(raw, tables)
    assert (found["date_from"], found["date_to"], found["codes"]) == (expected, expected, codes)


@pytest.mark.parametrize(("raw", "near"), HIJRI)
def test_a_hijri_date_is_within_two_days_of_the_gregorian_one(raw: str, near: date, tables: Reference) -> None:
    found = one(raw, tables)
    assert isinstance(found["date_from"], date)
    assert abs((found["date_from"] - near).days) <= dates.TOLERANCE
    assert (found["calendar"], found["codes"]) == ("hijri", ["RK326"])


@pytest.mark.parametrize(("raw", "code"), UNREADABLE)
def test_a_date_that_does_not_exist_is_never_rolled_over(raw: str, code: str, tables: Reference) -> None:
    found = one(raw, tables)
    assert (found["date_from"], found["codes"]) == (None, [code])


@pytest.mark.parametrize(("raw", "first", "last"), RANGES)
def test_a_range_gives_its_first_and_last_day(raw: str, first: date, last: date, tables: Reference) -> None:
    found = one(raw, tables)
    assert (found["date_from"], found["date_to"], found["codes"]) == (first, last, ["RK333"])


def test_a_day_that_fits_only_the_other_order_is_read_and_marked(tables: Reference) -> None:
    assert one("12/25/2026", tables)["codes"] == ["RK337"]
    assert one("25/12/2026", tables, "mdy")["date_from"] == D(2026, 12, 25)


def test_without_evidence_what_could_be_either_stays_marked(tables: Reference) -> None:
    found = one("03/07/2026", tables, None)
    assert (found["date_from"], found["ambiguous"], found["codes"]) == (D(2026, 7, 3), True, ["RK303"])
    assert one("07/07/2026", tables, None)["ambiguous"] is False


def test_a_month_first_column_is_read_month_first(tables: Reference) -> None:
    column = pl.Series(["07/03/2026", "07/25/2026", "03/04/2026"])
    order = dates.infer_order(column)
    assert (order.order, order.known) == ("mdy", True)
    assert dates.clean(column, order, tables)["date_from"].to_list() == [
        D(2026, 7, 3),
        D(2026, 7, 25),
        D(2026, 3, 4),
    ]


def test_evidence_of_two_batches_adds_up() -> None:
    a, b = pl.Series(["25/12/2026", "03/04/2026"]), pl.Series(["12/25/2026", "13/01/2026", None])
    together = dates.infer_order(pl.concat([a, b]))
    assert dates.infer_order(a) + dates.infer_order(b) == together == DateOrder(2, 1, 1)


def test_evidence_is_weighed_by_how_often_a_value_occurs() -> None:
    column = pl.Series(["25/12/2026", "12/25/2026"])
    assert dates.infer_order(column, pl.Series([1, 9])).order == "mdy"


def test_a_gregorian_date_beside_a_hijri_one_is_kept(tables: Reference) -> None:
    agreed = one("19-11-1995 (25 Jumada II 1416)", tables)
    assert (agreed["date_from"], agreed["calendar"], agreed["codes"]) == (D(1995, 11, 19), "gregorian", [])
    apart = one("25 Jumada II 1416 / 29 November 1995", tables)
    assert (apart["date_from"], apart["codes"]) == (D(1995, 11, 29), ["RK338"])


def test_two_digit_years_end_with_the_last_year_believed(tables: Reference) -> None:
    born = dates.clean(pl.Series(["01/01/40", "01/01/20"]), "dmy", tables, years=(1900, 2026))
    assert born["date_from"].to_list() == [D(1940, 1, 1), D(2020, 1, 1)]


@pytest.mark.parametrize("raw", [None, "", "-", "N/A", "nil"])
def test_a_blank_raises_nothing(raw: str | None, tables: Reference) -> None:
    found = one(raw, tables)
    assert (found["date_from"], found["codes"]) == (None, [])


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("l4-07-2026", D(2026, 7, 14)),
        ("O3-07-2026", D(2026, 7, 3)),
        ("14-07-2O26", D(2026, 7, 14)),
    ],
)
def test_a_letter_for_a_digit_is_read_as_the_digit_and_told(raw: str, expected: date, tables: Reference) -> None:
    found = one(raw, tables)
    assert (found["date_from"], found["codes"]) == (expected, ["RK334"])


@pytest.mark.parametrize(
    "raw",
    ["l4 July 2026", "14 July 202l", "1 4-07-2026", "14-07-20 26", "l4/15-07-2026", "14-07-2026 to l6-07-2026"],
)
def test_a_date_of_which_a_digit_stands_apart_is_not_read_without_it(raw: str, tables: Reference) -> None:
    found = one(raw, tables)
    assert (found["date_from"], found["codes"]) == (None, ["RK302"])


@pytest.mark.parametrize("raw", ["dated 14-07-2026", "14:30 14-07-2026", "14-07-2026 at 1430 hrs", "PS14-07-2026"])
def test_words_and_times_beside_a_date_do_not_hide_it(raw: str, tables: Reference) -> None:
    assert one(raw, tables)["date_from"] == D(2026, 7, 14)


@pytest.mark.parametrize(
    ("header", "order"),
    [("Date (mm/dd/yyyy)", "mdy"), ("Date MM/DD/YY", "mdy"), ("dd-mm-yyyy", "dmy"), ("Date (DD.MM.YY)", "dmy"),
     ("yyyy-mm-dd", "ymd"), ("Date yy/mm/dd", "ymd"), ("Date", None), ("Comments", None), ("Days", None), (None, None)],
)  # fmt: skip
def test_a_header_may_state_the_order_of_its_dates(header: str | None, order: str | None) -> None:
    assert dates.stated_order(header) == order


def test_a_column_with_years_of_two_digits_first_is_read_so_and_told(tables: Reference) -> None:
    column = pl.Series(["26-03-13", "26-03-14", "26/04/02"])
    order = dates.infer_order(column)
    out = dates.clean(column, order, tables)
    assert (order.order, order.known) == ("ymd", True)
    assert out["date_from"].to_list() == [D(2026, 3, 13), D(2026, 3, 14), D(2026, 4, 2)]
    assert out["codes"].to_list() == [["RK327", "RK377"]] * 3
    assert dates.clean(pl.Series(["31-03-26", "26-03-13"]), "ymd", tables)["codes"].to_list()[1] == ["RK327", "RK377"]


@pytest.mark.parametrize(
    "column",
    [["13-03-26", "14-03-26"], ["26-03-13"], ["01-01-85", "01-01-90"], ["15-06-85", "15-01-90"], ["26-03-2013", "26-03-14"],
     ["01-02-03", "01-02-04"]],
)  # fmt: skip
def test_a_column_that_need_not_put_the_year_first_does_not(column: list[str]) -> None:
    assert dates.infer_order(pl.Series(column)).order == "dmy"


def test_equal_evidence_for_both_orders_is_none(tables: Reference) -> None:
    """A tie decides nothing: what could be either stays marked, whichever order breaks it."""
    column = pl.Series(["25/12/2026", "12/25/2026", "03/07/2026"])
    order = dates.infer_order(column)
    assert (order.day_first, order.month_first, order.order, order.known) == (1, 1, "dmy", False)
    assert not order.contradicts("mdy")
    assert not order.contradicts("dmy")
    out = dates.clean(column, order, tables)
    assert out["date_from"].to_list() == [D(2026, 12, 25), D(2026, 12, 25), D(2026, 7, 3)]
    assert out["ambiguous"].to_list() == [False, False, True]


@pytest.mark.parametrize(("day", "agrees"), [(15, False), (16, True), (18, True), (20, True), (21, False)])
def test_a_hijri_date_may_differ_by_two_days_and_no_more(day: int, agrees: bool, tables: Reference) -> None:
    """25 Jumada II 1416 is 18 November 1995 by Umm al-Qura."""
    found = one(f"{day}-11-1995 (25 Jumada II 1416)", tables)
    assert (found["date_from"], found["codes"]) == (D(1995, 11, day), [] if agrees else ["RK338"])


@pytest.mark.parametrize(
    "raw",
    ["night between 3rd and 4th March", "from 3/4 to 5/4", "between 01-03 and 05-03-2026", "3 تا 5 اپریل",
     "3 to 5 April 2026", "3 تا 5 اپریل 2026", "night between 3rd and 4th March 2026", "from 3/4 to 5/4/2026"],
)  # fmt: skip
def test_a_range_in_words_is_right_or_told(raw: str, tables: Reference) -> None:
    found = one(raw, tables)
    assert found["codes"]
    if found["date_from"] is not None:
        assert found["date_from"] != found["date_to"], "one end of a range is not its day"
