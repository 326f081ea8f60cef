"""Columns and cells of statements: what is no count, what says the same twice, what has a footnote's mark."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_files import CATALOGUE, Grid, codes, mapped, only, planned, source

from recordkit.fields import numbers
from recordkit.mapping import return_totals
from tried import examples

STATEMENT = """
[[format]]
id = "f"
unit = "return"
columns = [{ field = "district", required = true }]
"""
HEADS = STATEMENT + 'reshape = { unpivot = { into = ["head"], known = ["heads"] } }\n'
ROWS: list[list[str | None]] = [["Lahore", "5", "6", "50"], ["Kasur", "1", "2", "10"], ["Okara", "4", "8", "40"]]


def columns(header: str, form: str = HEADS) -> tuple[str, list[str]]:
    """What the last of four columns is, and the codes of the findings about the header."""
    file = source([["District", "Murder", "Robbery", header], *ROWS])
    _, plan, findings = planned(file, only(form), "some")
    return next(one.kind for one in plan.tables[0].columns if one.column == "c4"), codes(findings)


@pytest.mark.parametrize(
    "header",
    ["Murder %", "% Murder", "Murder (%age)", "Murder per cent", "Percentage of Murder", "Murder Rate",
     "Murder per 100,000", "Murder cumulative", "Progressive Murder", "Murder upto July", "Murder up to date", "Murder Jan to Mar",
     "Murder (Jan-Mar)", "Murder January - June 2026", "قتل فیصد", "قتل (جنوری تا مارچ)", "Total %", "Share of Total"],
)  # fmt: skip
def test_a_share_a_rate_or_a_sum_of_months_is_no_count(header: str) -> None:
    assert columns(header) == ("unknown", ["RK202"])


@pytest.mark.parametrize("header", ["Burglary", "Burglary*", "Burglary¹", "Burglary (a)", "Burglary (457)", "Burglary [1]"])
def test_a_head_is_a_count_with_or_without_the_mark_of_a_footnote(header: str) -> None:
    assert columns(header) == ("spread", [])


def test_a_header_that_is_declared_as_a_count_is_one_whatever_it_says() -> None:
    form = STATEMENT + 'reshape = { unpivot = { into = ["head"], known = ["heads"], headers = ["Murder upto July"] } }\n'
    assert columns("Murder upto July", form)[0] == "spread"


@pytest.mark.parametrize("header", ["Murder", "Homicide", "Murder (302)", "قتل", "murders*"])
def test_two_columns_of_one_head_are_told_and_neither_counts(header: str) -> None:
    file = source([["District", "Murder", "Robbery", header], *ROWS])
    _, plan, findings = planned(file, only(HEADS), "some")
    rows = mapped(plan, file.sheets[0].head()).rows
    assert codes(findings) == ["RK240", "RK240"]
    assert rows.filter("unsure").select("row", "count").rows() == [
        (row, cells[at]) for row, cells in enumerate(ROWS, start=2) for at in (1, 3)
    ]


def test_two_columns_of_one_head_that_are_declared_as_parts_both_count() -> None:
    form = STATEMENT + 'reshape = { unpivot = { into = ["head"], known = ["heads"], add = ["Murder"] } }\n'
    file = source([["District", "Murder", "Robbery", "Homicide"], *ROWS])
    _, plan, findings = planned(file, only(form), "some")
    assert codes(findings) == []
    assert not mapped(plan, file.sheets[0].head()).rows.get_column("unsure").any()


@pytest.mark.parametrize("label", ["Share %", "Percentage", "Rate per 100,000", "Increase/Decrease", "فیصد"])
def test_a_row_of_shares_or_rates_is_skipped(label: str) -> None:
    file = source([["District", "Murder", "Robbery", "Burglary"], *ROWS, [label, "50", "40", "10"]])
    _, plan, _ = planned(file, only(HEADS), "some")
    assert dict(mapped(plan, file.sheets[0].head()).skipped.rows())[5] == "RK243"


MARKS = st.sampled_from(["*", "**", " *", "†", "#", "¹", "²", "^a", " (a)", "(b)", " (iv)", "[c]", "*¹"])


@examples(80)
@given(figure=st.integers(0, 999_999), mark=MARKS)
def test_a_count_with_the_mark_of_a_footnote_is_the_count_and_that_is_told(figure: int, mark: str) -> None:
    read = numbers.count(pl.Series("value", [f"{figure}{mark}", f"{figure:,}{mark}"]), CATALOGUE.reference)
    assert read["value"].to_list() == [figure, figure]
    assert read["codes"].to_list() == [["RK242"], ["RK242"]]


@pytest.mark.parametrize("cell", ["12 (3)", "12[4]", "*", "(a)", "12a", "1*2", "12%"])
def test_what_may_be_another_figure_is_not_read(cell: str) -> None:
    assert numbers.count(pl.Series("value", [cell]), CATALOGUE.reference)["value"].to_list() == [None]


def table(*cells: tuple[int, int, str | None, str, int, bool]) -> pl.DataFrame:
    """Cells of one statement: row, part, district, head, count, is_total."""
    rows = pl.DataFrame(cells, schema=["row", "part", "district", "head", "count", "is_total"], orient="row")
    place = {"file_sha256": "f", "sheet": "", "agency": "a", "format": "f", "period": "2026-07", "province": "Punjab"}
    return rows.with_columns(pl.lit(text).alias(name) for name, text in place.items())


def test_two_rows_that_say_different_counts_of_one_place_and_head_are_told() -> None:
    again = table((2, 0, "Lahore", "Murder", 5, False), (3, 0, "Kasur", "Murder", 1, False), (4, 0, "Lahore", "Murder", 6, False))
    found = return_totals.check(again)
    assert found.filter(pl.col("code") == "RK241").get_column("row").to_list() == [2, 4]


def test_declared_totals_of_some_heads_are_no_parts_of_the_whole() -> None:
    form = STATEMENT + """
rows = { keep_totals = true }
reshape = { unpivot = { into = ["head"], headers = ["Murder", "Cattle Theft", "Other Theft"], totals = ["Theft", "Total"] } }
"""
    grid: Grid = [["District", "Murder", "Theft", "Cattle Theft", "Other Theft", "Total"], ["Sukkur", "1", "5", "2", "3", "6"]]
    file = source(grid)
    _, plan, _ = planned(file, only(form), "some")
    rows = mapped(plan, file.sheets[0].head()).rows
    assert rows.filter("of_heads").get_column("head").to_list() == ["Theft", "Total"]
