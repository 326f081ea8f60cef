"""Rows that are no records are found by word, by place and by arithmetic."""

from __future__ import annotations

import polars as pl
import pytest
from paper_files import Grid, beside_reasons, codes, frame, mapped, only, planned, source

from senders import WIDE

REGISTER = """
[[format]]
id = "f"
unit = "case"
columns = [
  { field = "district", required = true },
  { field = "fir_no", required = true },
  { field = "registered_on", required = true },
  { field = "accused" },
]
ignore = [{ headers = ["Dead", "Hurt", "Weight"], reason = "counts" }]
"""
HEADER = ["District", "FIR No", "Date", "Accused"]
HEADS = ["District", "Murder", "Robbery", "Burglary", "Others", "Total"]


def skipped(form: str, grid: Grid) -> dict[int, str]:
    file = source(grid)
    _, plan, _ = planned(file, only(form))
    return dict(mapped(plan, file.sheets[0].head()).skipped.rows())


def test_letterhead_header_blank_repeated_header_total_and_footer_are_skipped_by_their_names() -> None:
    record: list[str | None] = ["Kalat", "1/26", "3-7-26", "x"]
    grid: Grid = [
        ["GOVERNMENT"], [], HEADER, record, record, [], HEADER, record, ["Sub Total Kalat", "3"], ["TOTAL", "3"],
        ["Prepared by: the clerk"],
    ]  # fmt: skip
    assert skipped(REGISTER, grid) == {
        1: "RK207", 2: "RK213", 3: "RK208", 6: "RK213", 7: "RK209", 9: "RK211", 10: "RK210", 11: "RK212",
    }  # fmt: skip


@pytest.mark.parametrize("label", ["Total", "TOTAL:", "Grand Total", "G. Total", "میزان", "Total Cases", "TOTAL 3"])
def test_totals_are_known_by_their_word(label: str) -> None:
    assert skipped(REGISTER, [HEADER, ["Kalat", "1/26", "3-7-26", "x"], [label, "1"]])[3] == "RK210"


@pytest.mark.parametrize("label", ["Sub-Total", "Total Kalat", "Lahore Region Total", "Sub Total"])
def test_totals_of_a_part_are_subtotals(label: str) -> None:
    assert skipped(REGISTER, [HEADER, ["Kalat", "1/26", "3-7-26", "x"], [label, "1"]])[3] == "RK211"


@pytest.mark.parametrize(
    "row",
    [
        ["Kalat", "1/26", "3-7-26", "Total Khan S/O Sum Gul"],
        ["Total Abad", "1/26", "3-7-26", "x"],
        ["Kalat", None, "3-7-26", "Note Khan"],
        ["Kalat", None, None, "x"],
    ],
)
def test_a_record_with_such_a_word_in_a_name_stays_a_record(row: list[str | None]) -> None:
    assert 3 not in skipped(REGISTER, [HEADER, ["Kalat", "1/26", "3-7-26", "x"], row])


def test_a_registers_total_that_is_not_the_number_of_its_rows_is_a_finding() -> None:
    record: list[str | None] = ["Kalat", "1/26", "3-7-26", "x"]
    file = source([HEADER, record, record, ["Total", "3"]])
    _, plan, _ = planned(file, only(REGISTER))
    found = beside_reasons(mapped(plan, file.sheets[0].head()).issues)
    assert found.select("code", "row", "detail").rows() == [("RK215", 4, "says 3 rows, there are 2")]


def test_a_last_row_without_a_word_that_sums_its_columns_is_a_total() -> None:
    header = [*HEADER, "Dead", "Hurt", "Weight"]
    grid: Grid = [
        header,
        ["Kalat", "1/26", "3-7-26", "x", "1", "4", "9"],
        ["Kalat", "2/26", "3-7-26", "x", "2", None, "1.5"],
        ["Kalat", "3/26", "3-7-26", "x", "2", "1", "heavy"],
        [None, None, None, None, "5", "5", "10.5"],
    ]
    file = source(grid)
    _, plan, _ = planned(file, only(REGISTER))
    done = mapped(plan, file.sheets[0].head())
    assert done.rows.height == 3
    assert dict(done.skipped.rows())[5] == "RK216"
    assert "RK216" in codes(done.issues)


def test_a_row_of_a_statement_that_is_the_sum_of_those_above_is_found_without_a_word() -> None:
    grid: Grid = [
        HEADS, ["Kalat", "1", "2", "3", "4", "10"], ["Mastung", "2", "2", "2", "2", "8"],
        ["Zone one", "3", "4", "5", "6", "18"], ["Quetta", "9", "9", "9", "9", "36"],
    ]  # fmt: skip
    assert skipped(WIDE, grid)[4] == "RK216"


def test_the_sum_of_a_whole_sheet_is_found_without_a_word_below_a_sum_of_its_part() -> None:
    grid: Grid = [
        HEADS, ["Kalat", "1", "2", "3", "4", "10"], ["Mastung", "2", "2", "2", "2", "8"],
        [None, "3", "4", "5", "6", "18"], ["Quetta", "9", "9", "9", "9", "36"], [None, "12", "13", "14", "15", "54"],
    ]  # fmt: skip
    file = source(grid)
    _, plan, _ = planned(file, only(WIDE))
    result = mapped(plan, file.sheets[0].head())
    assert {row: code for row, code in result.skipped.rows() if code == "RK216"} == {4: "RK216", 6: "RK216"}
    assert set(codes(result.issues)) == {"RK216"}


def test_statement_totals_are_compared_with_their_block_and_with_everything() -> None:
    grid: Grid = [
        HEADS,
        ["Kalat", "1", "2", "3", "4", "10"],
        ["Sub Total", "1", "2", "3", "5", "11"],
        ["Quetta", "9", "9", "1,009", None, "36"],
        ["Sub Total", "9", "9", "1009", None, "36"],
        ["Grand Total", "10", "11", "1012", "4", "46"],
    ]
    file = source(grid)
    _, plan, _ = planned(file, only(WIDE))
    found = beside_reasons(mapped(plan, file.sheets[0].head()).issues).select("row", "column", "code")
    assert found.rows() == [(3, "Others", "RK215"), (3, "Total", "RK215")]


def test_a_column_that_nobody_named_total_is_one_by_arithmetic() -> None:
    grid: Grid = [
        [*HEADS[:5], "Jumla"],
        *[[name, "1", "2", "3", str(at), str(6 + at)] for at, name in enumerate(["Kalat", "Quetta", "Zhob", "Sibi"])],
    ]
    file = source(grid)
    _, plan, findings = planned(file, only(WIDE))
    done = mapped(plan, file.sheets[0].head())
    assert codes(findings) == ["RK216"]
    assert done.rows.filter("is_total").get_column("count").to_list() == ["6", "7", "8", "9"]


def test_a_trailer_that_counts_wrongly_or_is_missing_is_a_finding() -> None:
    form = """
[[format]]
id = "f"
unit = "person"
header = { rows = 0 }
rows = { trailer = "^T(?P<count>[0-9]+)" }
columns = [{ field = "fir_no", start = 1, length = 4 }, { field = "name", start = 6, length = 5 }]
"""
    lines: Grid = [["0001 ASLAM"], ["0002 BABAR"]]
    for last, code in ((["T2"], []), (["T3"], ["RK127"]), (["0003 DAUD "], ["RK127"])):
        file = source([*lines, last])
        _, plan, _ = planned(file, only(form), "some")
        done = mapped(plan, file.sheets[0].head(), 2)
        assert codes(done.issues) == code
    assert done.rows.select("fir_no", "name").row(0) == ("0001", "ASLAM")


def test_a_line_of_the_wrong_length_is_named_by_its_row() -> None:
    form = """
[[format]]
id = "f"
unit = "person"
header = { rows = 0 }
columns = [{ field = "fir_no", start = 1, length = 4 }, { field = "name", start = 5, length = 5 }]
"""
    _, plan, _ = planned(source([["0001ASLAM"]] * 9), only(form), "some")
    done = mapped(plan, frame([["0001ASLAM"], ["0002BA"], ["0003DAUD.X"]]))
    assert done.issues.select("row", "code").rows() == [(2, "RK111"), (3, "RK112")]
    assert done.rows.height == 3
    assert done.rows.filter(pl.col("row") == 2).get_column("name").item() == "BA"


def test_counts_without_a_head_are_put_aside_where_the_other_rows_have_one() -> None:
    form = """
[[format]]
id = "f"
unit = "return"
columns = [{ field = "district", required = true }, { field = "head", required = true }, { field = "count", headers = ["Cases"] }]
"""
    grid: Grid = [
        ["District", "Crime Head", "Cases"],
        ["Lahore", "Murder", "4"], ["Lahore", "Robbery", "6"], ["Lahore", None, "11"], ["Kasur", "Murder", "1"],
    ]  # fmt: skip
    file = source(grid)
    _, plan, _ = planned(file, only(form))
    found = mapped(plan, file.sheets[0].head()).issues
    assert found.filter(pl.col("code") == "RK228").get_column("row").to_list() == [4]
