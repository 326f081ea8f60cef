"""Cards, telephones, ages and sexes beside several people: a numbered one belongs to the person of its number."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordkit import declarations, ingest, standardise
from tried import examples

DECLARED = ingest.declare(declarations.folders())
NAMES = ["Aslam", "Imran", "Bashir", "Karim", "Noor"]
MARKS = ["{}) ", "({}) ", "{}. ", "{}- ", "{}: "]


def people(**cells: str) -> tuple[list[dict[str, object]], list[str]]:
    rows = pl.DataFrame([dict.fromkeys(standardise.KEYS, "1") | {"row": 1, "part": 0, "period": "2026-07"} | cells])
    done = standardise.standardise(rows, standardise.Asked("case", {}, "f.csv"), DECLARED)
    typed, found = done.frames["persons"], done.findings
    return typed.select("name", "phone", "age", "sex", "cnic").to_dicts(), [c for one in found for c in one["code"]]


@examples(40)
@given(st.data())
def test_a_numbered_value_belongs_to_the_person_of_its_number_in_whatever_order(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 5))
    order, other = data.draw(st.permutations(range(n))), data.draw(st.permutations(range(n)))
    mark = data.draw(st.sampled_from(MARKS))
    named = " ".join(f"{mark.format(at + 1)}{NAMES[at]}" for at in order)
    aged = " ".join(f"{mark.format(at + 1)}{20 + at}" for at in other)
    found, codes = people(victim=named, victim_age=aged)
    ages = {one["name"]: one["age"] for one in found}
    assert ages == {NAMES[at]: 20 + at for at in range(n)}
    assert "RK353" not in codes


@pytest.mark.parametrize("ages", ["1: 20 2: 21", "1:20 2:21", "1-20, 2-21", "1=20; 2=21", "2: 21 1: 20", "۱: ۲۰ ۲: ۲۱"])
@pytest.mark.parametrize("names", ["Aslam, Imran", "1) Aslam 2) Imran"])
def test_ages_that_are_numbered_with_a_colon_are_those_of_the_people(ages: str, names: str) -> None:
    found, codes = people(accused=names, accused_age=ages)
    assert {one["name"]: one["age"] for one in found} == {"Aslam": 20, "Imran": 21}
    assert "RK353" not in codes


@pytest.mark.parametrize("ages", ["1: 20 2: 21 3: 22", "1: 20 3: 21", "1: 20 1: 21"])
def test_numbers_that_are_those_of_nobody_are_told(ages: str) -> None:
    found, codes = people(accused="Aslam, Imran", accused_age=ages)
    assert {one["name"]: one["age"] for one in found} == {"Aslam": None, "Imran": None}
    assert "RK353" in codes


@pytest.mark.parametrize("marks", [("(i)", "(ii)"), ("i)", "ii)"), ("a)", "b)"), ("a.", "b."), ("[1]", "[2]"), ("۱)", "۲)")])
def test_every_way_of_counting_is_matched(marks: tuple[str, str]) -> None:
    first, second = marks
    found, _ = people(accused=f"{first} Aslam {second} Imran", accused_phone=f"{second} 0302-3456789 {first} 0301-2345678")
    assert {one["name"]: one["phone"] for one in found} == {"Aslam": "+923012345678", "Imran": "+923023456789"}


def test_people_who_stand_out_of_order_are_matched_too() -> None:
    found, codes = people(
        accused="2) Imran S/O Bashir 1) Aslam S/O Rasool", accused_cnic="1) 35202-7654321-5 2) 35202-1111222-3"
    )
    assert {one["name"]: one["cnic"] for one in found} == {"Aslam": "35202-7654321-5", "Imran": "35202-1111222-3"}
    assert "RK218" not in codes


def test_some_of_the_numbers_are_enough() -> None:
    found, codes = people(victim="1) Noor 2) Zainab 3) Ali", victim_age="3) 9 1) 12")
    assert {one["name"]: one["age"] for one in found} == {"Noor": 12, "Zainab": None, "Ali": 9}
    assert "RK353" not in codes


@pytest.mark.parametrize("ages", ["2) 14 2) 12 1) 3", "7) 14 1) 12"])
def test_a_number_that_nobody_has_or_that_stands_twice_is_told_and_given_to_nobody(ages: str) -> None:
    found, codes = people(victim="1) Noor 2) Ali", victim_age=ages)
    assert [one["age"] for one in found] == [None, None]
    assert "RK353" in codes


def test_a_point_inside_an_age_numbers_nothing() -> None:
    found, _ = people(victim="Noor; Ali", victim_age="2.5, 1.5")
    assert [one["age"] for one in found] != [5, 5]
