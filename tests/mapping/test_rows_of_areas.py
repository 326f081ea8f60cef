"""Rows of a division or province in a statement of districts are counted once, or said."""

from __future__ import annotations

import pytest
from paper_files import Grid, codes, mapped, only, planned, source

FORM = """
[[format]]
id = "f"
unit = "return"
columns = [{ field = "district", required = true }]
reshape = { unpivot = { into = ["head"], known = ["heads"] } }
"""
HEADER = ["District", "Murder", "Robbery"]
LAHORE, KASUR, MULTAN = ["Lahore", "3", "5"], ["Kasur", "4", "1"], ["Multan", "5", "0"]


def counted(*rows: list[str], form: str = FORM) -> tuple[list[str], list[str]]:
    """The places that are counted, and the codes of the findings beside the reasons of skipped rows."""
    grid: Grid = [HEADER, *rows]
    file = source(grid)
    _, plan, _ = planned(file, only(form), "some")
    made = mapped(plan, file.sheets[0].head())
    return list(dict.fromkeys(made.rows["district"].to_list())), codes(made.issues)


@pytest.mark.parametrize("label", ["Lahore Region", "LAHORE DIVISION", "Lahore Range", "Region Lahore", "لاہور ریجن", "Sheikhupura Region"])
@pytest.mark.parametrize("place", ["above", "below"])
def test_the_sum_of_a_region_is_no_place_of_its_own(label: str, place: str) -> None:
    rows = [[label, "7", "6"], LAHORE, KASUR] if place == "above" else [LAHORE, KASUR, [label, "7", "6"]]
    assert counted(*rows, ["Total", "7", "6"]) == (["Lahore", "Kasur"], ["RK245"])


def test_every_region_and_the_province_are_sums_of_their_districts() -> None:
    rows = [LAHORE, KASUR, ["Lahore Region", "7", "6"], MULTAN, ["Multan Region", "5", "0"], ["Punjab", "12", "6"]]
    assert counted(*rows) == (["Lahore", "Kasur", "Multan"], ["RK245"] * 3)
    above = [["Lahore Region", "7", "6"], LAHORE, KASUR, ["Multan Region", "5", "0"], MULTAN, ["Total", "12", "6"]]
    assert counted(*above) == (["Lahore", "Kasur", "Multan"], ["RK245"] * 2)


def test_a_region_that_is_not_the_sum_of_its_districts_is_counted_and_said() -> None:
    assert counted(LAHORE, KASUR, ["Lahore Region", "9", "6"]) == (["Lahore", "Kasur", "Lahore Region"], ["RK246"])


def test_a_statement_of_regions_alone_is_no_sum_of_anything() -> None:
    rows = [["Lahore Region", "7", "6"], ["Multan Region", "5", "0"]]
    assert counted(*rows) == (["Lahore Region", "Multan Region"], [])


def test_a_district_that_is_called_like_its_division_is_a_district() -> None:
    assert counted(["Kasur", "3", "5"], ["Lahore", "3", "5"]) == (["Kasur", "Lahore"], [])


def test_a_declaration_may_want_regions_counted() -> None:
    off = FORM + 'rows = { off = ["areas", "unnamed_totals"] }\n'
    rows = [LAHORE, KASUR, ["Lahore Region", "7", "6"]]
    assert counted(*rows, form=off) == (["Lahore", "Kasur", "Lahore Region"], [])
