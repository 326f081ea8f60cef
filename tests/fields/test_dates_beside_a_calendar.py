"""Dates beside Python's own calendar: every reading by plain rules, with the last value on each side of a limit."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import polars as pl
import pytest

from recordkit.fields import calendars, date_parts, dates
from recordkit.fields.date_parts import Context
from recordkit.fields.dates import DateOrder
from recordkit.reference import Reference

SOME_YEARS = (0, 1, 4, 1900, 1999, 2000, 2023, 2024, 2100, 9999, 10_000)


def there_is(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read(cells: list[str], order: DateOrder | str | None, tables: Reference, **more: object) -> list[tuple[object, ...]]:
    found = dates.clean(pl.Series(cells, dtype=pl.String), order, tables, **more)  # type: ignore[arg-type]
    return found.select("date_from", "date_to", "codes", "ambiguous", "calendar").rows()


# --------------------------------------------------------------------------------------------- calendars


def test_a_gregorian_day_is_that_of_the_calendar_or_none() -> None:
    rows = list(product(SOME_YEARS, range(14), range(33)))
    frame = pl.DataFrame(rows, schema=["y", "m", "d"], orient="row")
    found = frame.select(calendars.gregorian(pl.col("y"), pl.col("m"), pl.col("d"))).to_series().to_list()
    wanted = [there_is(*row) for row in rows]
    epoch = date(1970, 1, 1)
    assert found == [None if day is None else (day - epoch).days for day in wanted]


def test_hijri_months_follow_each_other_without_a_gap_and_a_thirtieth_is_believed() -> None:
    first, last = calendars.HIJRI_YEARS
    assert (first, last) == (1343, 1500)
    frame = pl.DataFrame([(y, m) for y in range(first, last + 1) for m in range(1, 13)], schema=["y", "m"], orient="row")
    starts = frame.select(calendars.hijri(pl.col("y"), pl.col("m"), pl.lit(1))).to_series()
    assert set(starts.diff().drop_nulls()) <= {28, 29, 30, 31}, "as the tables of Umm al-Qura have them"
    assert date(1970, 1, 1) + timedelta(days=starts[0]) == date(1924, 8, 1)
    strange = [(1342, 12, 1), (1501, 1, 1), (1447, 0, 1), (1447, 13, 1), (1447, 1, 0), (1447, 1, 31), (1447, 1, 30)]
    frame = pl.DataFrame(strange, schema=["y", "m", "d"], orient="row")
    found = frame.select(calendars.hijri(pl.col("y"), pl.col("m"), pl.col("d"))).to_series().to_list()
    assert found[:-1] == [None] * 6
    assert found[-1] == starts[(1447 - 1343) * 12] + 29


@pytest.mark.parametrize(
    ("written", "last", "year"),
    [("46", 2046, 2046), ("47", 2046, 1947), ("00", 2046, 2000), ("99", 2046, 1999), ("26", 2026, 2026), ("27", 2026, 1927),
     ("1946", 2046, None), ("1947", 2046, 1947), ("2026", 2046, 2026), ("2050", 2046, 2050), ("6", 2046, None), ("xx", 2046, None),
     ("00", 2000, 2000), ("01", 2000, 1901)],
)  # fmt: skip
def test_a_year_of_two_digits_ends_with_the_last_that_is_believed(written: str, last: int, year: int | None) -> None:
    if year is not None and year < calendars.FIRST:
        year = None
    assert calendars.four_digit_year(written, last) == year
    assert calendars.four_digit_years(pl.Series([written, None]), last).to_list() == [year, None]


def test_the_years_believed_are_the_hundred_from_independence_on(tables: Reference) -> None:
    cells = ["31-12-1946", "01-01-1947", "31-12-2046", "01-01-2047", "01-01-46", "01-01-47"]
    assert [row[0] for row in read(cells, "dmy", tables)] == [
        None, date(1947, 1, 1), date(2046, 12, 31), None, date(2046, 1, 1), date(1947, 1, 1)
    ]  # fmt: skip
    assert [row[2] for row in read(cells, "dmy", tables)][:4] == [["RK332"], [], [], ["RK332"]]
    assert [row[0] for row in read(cells, "dmy", tables, years=(1946, 2047))] == [
        date(1946, 12, 31), date(1947, 1, 1), date(2046, 12, 31), date(2047, 1, 1), date(2046, 1, 1), date(2047, 1, 1)
    ]  # fmt: skip


def test_a_year_that_is_not_believed_is_told_even_where_the_day_does_not_exist(tables: Reference) -> None:
    assert [row[2] for row in read(["31-02-1912", "31-02-2026", "31-02-1447"], "dmy", tables)] == [["RK332"], ["RK302"], ["RK302"]]


# ------------------------------------------------------------------------------------------ day and month

PARTS = [0, 1, 2, 7, 12, 13, 28, 29, 30, 31, 32]


@pytest.mark.parametrize(("order", "known"), [("dmy", True), ("mdy", True), (None, False)])
@pytest.mark.parametrize("year", ["2024", "2023", "24"])
def test_figures_are_read_in_the_order_of_the_column_or_else_in_the_other_and_that_is_told(
    order: str | None, known: bool, year: str, tables: Reference
) -> None:
    cells = list(product(PARTS, PARTS))
    full = int(year) if len(year) == 4 else 2000 + int(year)
    found = read([f"{a:02}/{b:02}/{year}" for a, b in cells], order, tables)
    for (a, b), (day, to, codes, ambiguous, _) in zip(cells, found, strict=True):
        usual, other = (there_is(full, b, a), there_is(full, a, b))[:: -1 if order == "mdy" else 1]
        turned = (a if order == "mdy" else b) > 12 and (b if order == "mdy" else a) <= 12
        wanted = other if turned else usual
        assert (day, to) == (wanted, wanted), (a, b)
        either = not known and a != b and 1 <= a <= 12 and 1 <= b <= 12
        assert ambiguous is (either and wanted is not None)
        told = {"RK303": either, "RK327": len(year) == 2, "RK337": turned}
        expected = {code for code, holds in told.items() if holds} if wanted else {"RK302"}
        assert set(codes) == expected, (a, b)  # type: ignore[call-overload]


def test_a_hijri_year_is_day_first_whatever_the_column_is(tables: Reference) -> None:
    (row,) = read(["05-01-1447"], "mdy", tables)
    assert row[0] == read(["5 Muharram 1447"], "dmy", tables)[0][0]
    assert (row[2], row[4]) == (["RK326"], "hijri")
    assert read(["01-13-1447"], None, tables)[0][2] == ["RK302"]


@pytest.mark.parametrize("middle", ["month", "day", "doubt"])
@pytest.mark.parametrize("turned", [False, True])
def test_with_the_year_first_the_day_is_last_or_where_the_column_has_it(
    middle: str, turned: bool, tables: Reference
) -> None:
    order = DateOrder(day_middle={"month": 0, "day": 3, "doubt": 1}[middle], turned=turned)
    assert order.middle == middle
    cells = list(product(PARTS, PARTS))
    for (b, c), (day, _, codes, ambiguous, _) in zip(
        cells, read([f"2024-{b:02}-{c:02}" for b, c in cells], order, tables), strict=True
    ):
        may = middle != "month" and 1 <= b <= 31 and 1 <= c <= 12
        lost = may and middle == "doubt" and b <= 12 and b != c
        wanted = None if lost else there_is(2024, c, b) if may else there_is(2024, b, c)
        assert day == wanted, (b, c)
        doubt = turned and middle == "month" and c <= 12 and b != c and wanted is not None
        told = {"RK391": may and b != c, "RK302": wanted is None, "RK303": doubt}
        assert set(codes) == {code for code, holds in told.items() if holds}, (b, c)  # type: ignore[call-overload]
        assert ambiguous is doubt
    compact = read(["20240305"], order, tables)[0]
    assert (compact[0], "RK391" in compact[2]) == (date(2024, 3, 5), False)  # type: ignore[operator]


def test_a_year_of_two_digits_first_is_read_so_where_it_can_be_and_else_day_first(tables: Reference) -> None:
    order = DateOrder(year_first=True)
    cells = ["26-03-13", "26-02-29", "24-02-29", "31-12-26", "26-13-05", "26-03-2013", "1-03-13"]
    assert [(row[0], set(row[2])) for row in read(cells, order, tables)] == [  # type: ignore[call-overload]
        (date(2026, 3, 13), {"RK327", "RK377"}), (date(2029, 2, 26), {"RK327", "RK337"}),
        (date(2024, 2, 29), {"RK327", "RK377"}), (date(2031, 12, 26), {"RK327", "RK377"}), (None, {"RK302"}),
        (date(2013, 3, 26), {"RK337"}), (date(2013, 3, 1), {"RK327", "RK337"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "epoch", "day"),
    [("46206", 1900, date(2026, 7, 3)), ("44744", 1904, date(2026, 7, 3)), ("46206.75", 1900, date(2026, 7, 3)),
     ("17168", 1900, date(1947, 1, 1)), ("17167", 1900, None)],
)  # fmt: skip
def test_a_number_of_a_day_counts_from_the_year_of_its_workbook(
    cell: str, epoch: int, day: date | None, tables: Reference
) -> None:
    (row,) = read([cell], "dmy", tables, epoch=epoch)
    assert (row[0], row[2]) == (day, ["RK328"] if day else ["RK332"])


@pytest.mark.parametrize("first", range(32))
def test_the_first_day_of_a_night_is_the_day_before_its_last_or_earlier_in_its_month(first: int, tables: Reference) -> None:
    last_days = [1, 2, 15, 28, 29, 31]
    for (month, last), row in zip(
        product([1, 3, 5], last_days),
        read([f"night between {first}/{last}-{month}-24" for month, last in product([1, 3, 5], last_days)], "dmy", tables),
        strict=True,
    ):
        end = there_is(2024, month, last)
        begin = there_is(2024, month, first) if first <= last else None
        if end and first > last and (end - timedelta(days=1)).day == first:
            begin = end - timedelta(days=1)
        assert row[:2] == ((begin, end) if begin else (None, None)), (first, last, month)
        assert set(row[2]) == ({"RK327", "RK333"} if begin else {"RK302"})  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("cell", "day"),
    [("2026-07-03T21:30:00Z", date(2026, 7, 4)), ("2026-07-03 18:59Z", date(2026, 7, 3)), ("2026-07-03T19:00+00:00", date(2026, 7, 4)),
     ("2026-07-03T19:00-0100", date(2026, 7, 4)), ("2026-07-04T00:30+06:00", date(2026, 7, 3)), ("2026-07-03T25:30Z", None)],
)  # fmt: skip
def test_a_moment_with_an_offset_falls_on_the_day_that_it_was_there(cell: str, day: date | None, tables: Reference) -> None:
    (row,) = read([cell], "dmy", tables, zone="Asia/Karachi")
    assert row[0] == day
    assert read([cell], "dmy", tables)[0][0] == date(2026, 7, int(cell[8:10])), "without a zone: as written"


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [("03-07-2026 to 05-07-2026", 3, 5), ("03-07-2026 to 35-07-2026", None, None), ("33-07-2026 to 05-07-2026", None, None),
     ("between 01-07 and 05-07-2026", 1, 5), ("3 July 2026 to 5 July 2026", 3, 5), ("33 July 2026 to 5 July 2026", None, None)],
)  # fmt: skip
def test_a_span_needs_both_of_its_days(cell: str, first: int | None, last: int | None, tables: Reference) -> None:
    (row,) = read([cell], "dmy", tables)
    days = tuple(date(2026, 7, day) if day else None for day in (first, last))
    assert row[:3] == (*days, ["RK333"] if first else ["RK302"])
    assert row[4] == ("gregorian" if first else None)


def test_a_span_is_in_doubt_where_one_of_its_days_is(tables: Reference) -> None:
    for cell, doubt in (("03-07-2026 to 15-07-2026", True), ("15-07-2026 to 03-08-2026", True), ("15-07-2026 to 16-07-2026", False)):
        assert read([cell], None, tables)[0][3] is doubt


@pytest.mark.parametrize(
    ("cell", "told"),
    [("14-07-2026 at 14:30", False), ("(14-07-2026) 1430 hrs", False), ("(14-07-2026) 5 pm", False), ("(14-07-2026) FIR 12", True),
     ("14 July 2026", False), ("14 July 2026, 12 men", True), ("July 14, 2026 and 12", True), ("FIR 12 of 14 July 2026", True)],
)  # fmt: skip
def test_figures_beside_a_date_that_are_no_time_are_told(cell: str, told: bool, tables: Reference) -> None:
    (row,) = read([cell], "dmy", tables)
    assert row[0] == date(2026, 7, 14)
    assert ("RK379" in row[2]) is told  # type: ignore[operator]


# ----------------------------------------------------------------------------------------------- evidence


def test_the_evidence_of_a_column_is_counted_by_plain_rules() -> None:
    cells = [(a, b) for a, b in product(PARTS, PARTS)]
    weights = [1 + at % 3 for at in range(len(cells))]
    found = dates.infer_order(pl.Series([f"{a:02}-{b:02}-2024" for a, b in cells]), pl.Series(weights))
    month, day = range(1, 13), range(13, 32)
    rows = list(zip(cells, weights, strict=True))
    assert found.day_first == sum(n for (a, b), n in rows if a in day and b in month)
    assert found.month_first == sum(n for (a, b), n in rows if a in month and b in day)
    assert found.either == sum(n for (a, b), n in rows if a in month and b in month and a != b)
    iso = dates.infer_order(pl.Series([f"2024-{a:02}-{b:02}" for a, b in cells]))
    assert iso.day_middle == sum(a in day and b in month for a, b in cells)
    assert iso.day_last == sum(a in month and b in day for a, b in cells)


@pytest.mark.parametrize(("first", "other"), list(product(range(3), range(3))))
@pytest.mark.parametrize("year_first", [False, True])
def test_the_order_is_that_of_more_evidence(first: int, other: int, year_first: bool) -> None:
    found = DateOrder(day_first=first, month_first=other, year_first=year_first)
    assert found.order == ("ymd" if year_first else "mdy" if other > first else "dmy")
    assert found.known is (year_first or first != other)
    for declared in ("dmy", "mdy", "ymd"):
        assert found.contradicts(declared) is (declared != "ymd" and found.known and found.order != declared)


@pytest.mark.parametrize(("middle", "last"), list(product(range(5), range(5))))
def test_the_day_stands_in_the_middle_where_three_dates_say_so_and_none_speaks_against_it(middle: int, last: int) -> None:
    found = DateOrder(day_middle=middle, day_last=last).middle
    assert found == ("day" if middle >= 3 and last == 0 else "doubt" if middle > last else "month")


def test_evidence_adds_up_in_every_part() -> None:
    one = DateOrder(1, 2, 3, False, True, 4, 5)
    other = DateOrder(10, 20, 30, True, False, 40, 50)
    assert one + other == DateOrder(11, 22, 33, True, True, 44, 55)
    assert DateOrder() + one == one == one + DateOrder()


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["13-03-01", "13-03-02"], True), (["12-03-01", "12-03-02"], False), (["32-03-01"], True), (["31-03-01"], False),
        (["85-01-01", "90-01-01"], True), (["26-12-31", "26-12-30"], True), (["26-13-31", "26-12-30"], False),
        (["26-12-32", "26-12-30"], False), (["26-00-31", "26-12-30"], False), (["26-03-00", "26-03-01"], False),
        (["26-03-01", "27-03-01"], False), (["26-03-01", "27-03-02"], False), (["26-03-01", "soon"], False), (["soon"], False),
    ],
)  # fmt: skip
def test_a_year_of_two_digits_stands_first_where_only_so_all_days_exist_and_differ(cells: list[str], first: bool) -> None:
    assert dates.infer_order(pl.Series(cells)).year_first is first


TEXTS = ["25/07/2026", "13/08/2026"]


@pytest.mark.parametrize(
    ("real", "texts", "turned"),
    [
        (["2026-03-07", "2026-04-08"], TEXTS, True), (["2026-03-07"], TEXTS, False),
        (["2026-03-07", "2026-04-13"], TEXTS, False), (["2026-03-07", "2026-04-12"], [*TEXTS, "25/12/2026"], True),
        (["2026-03-07", "2026-04-08"], [*TEXTS, "12/07/2026"], False), (["2026-03-07", "2026-04-08"], [], False),
        (["2026-03-07", "2026-04-08", "2026-05-07", "2026-06-01"], TEXTS, True),
        (["2026-03-07", "2026-04-08", "2026-05-02", "2026-06-01"], TEXTS, False),
        (["2026-07-07", "2026-08-08"], TEXTS, False), (["2026-07-07", "2026-08-08", "2026-07-07", "2026-01-08"], TEXTS, False),
    ],
)  # fmt: skip
def test_real_dates_are_turned_where_their_days_are_the_months_of_the_texts(
    real: list[str], texts: list[str], turned: bool
) -> None:
    assert dates.infer_order(pl.Series([*real, *texts])).turned is turned


def test_what_a_declaration_and_a_header_say_goes_before_what_the_dates_do() -> None:
    found = DateOrder(5, 6, 7, True, False, 2, 1)
    assert dates.with_declared_order("dmy", found) == DateOrder(1, 0, 0, False, False, 2, 1)
    assert dates.with_declared_order("mdy", found) == DateOrder(0, 1, 0, False, False, 2, 1)
    assert dates.with_declared_order("ymd", found) == DateOrder(0, 0, 0, False, True, 2, 1)
    assert dates.with_header(found, "Date (yyyy-mm-dd)", found) == found
    for last, middle in ((0, "day"), (1, "doubt"), (9, "doubt")):
        seen = DateOrder(day_last=last)
        stated = dates.with_header("dmy", "Date (yyyy-dd-mm)", seen)
        assert isinstance(stated, DateOrder)
        assert (stated.middle, stated.order, stated.day_last) == (middle, "dmy", last)
        assert stated.day_middle == max(3, last + 1)


@pytest.mark.parametrize(
    ("header", "declared", "against"),
    [("Date (mm/dd/yyyy)", "dmy", True), ("Date (mm/dd/yyyy)", "mdy", False), ("Date", "dmy", False),
     ("Date (mm/dd/yyyy)", "infer", False), (None, "dmy", False), ("yyyy-dd-mm", "dmy", False)],
)  # fmt: skip
def test_a_header_speaks_against_a_declaration_only_with_another_order(
    header: str | None, declared: str, against: bool
) -> None:
    assert dates.header_contradicts(header, declared) is against


def test_nothing_known_is_day_first_and_declared_is_known() -> None:
    assert dates.context(None) == Context("dmy", False, (1947, 2046))
    assert dates.context("mdy") == Context("mdy", True, (1947, 2046))
    assert dates.context("infer") == Context("dmy", False, (1947, 2046))
    seen = DateOrder(month_first=2, turned=True, day_middle=3)
    assert dates.context(seen, (1, 2), "UTC", 1904) == Context("mdy", True, (1, 2), True, "UTC", 1904, "day")
    assert date_parts.YEARS == (calendars.FIRST, calendars.LAST)
