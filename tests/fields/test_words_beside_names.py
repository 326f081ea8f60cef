"""Words that stand beside names: what somebody is in the case, ages, doubts, letters of other scripts."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from recordkit import declarations, reference
from recordkit.fields import names, people_cells, relatives, text

REFERENCE = reference.load(declarations.folders())
ROLES = ["Accused", "Mulzim", "Co-accused", "Suspect", "Victim", "Complainant", "Witness"]


def one(cell: str) -> dict[str, Any]:
    (people,) = people_cells.split_people(pl.Series([cell]), REFERENCE)["people"]
    assert len(people) == 1
    return names.parse(people, REFERENCE).row(0, named=True)


@pytest.mark.parametrize("name", ["Aslam", "Imran Khan", "Noor Bibi"])
def test_what_somebody_is_in_the_case_is_no_part_of_the_name(name: str) -> None:
    cells = [f"{role}{sign}{name} S/O Rasool" for role in ROLES for sign in (" ", ": ", " - ")]
    people = people_cells.split_people(pl.Series(cells), REFERENCE)["people"]
    assert people.list.len().to_list() == [1] * len(cells)
    for cell, found in zip(cells, names.parse(people.explode(), REFERENCE).to_dicts(), strict=True):
        assert (found["name"], found["relative_name"]) == (name, "Rasool"), cell
        assert "RK383" in found["codes"], cell


@pytest.mark.parametrize("cell", ["Bilal Victim", "Aslam Mulzim"])
def test_one_word_behind_a_name_stays_in_it_and_is_told(cell: str) -> None:
    found = one(cell)
    assert found["name"] == cell
    assert "RK348" in found["codes"]


@pytest.mark.parametrize("cell", ["Aslam (accused)", "Aslam main accused", "Aslam - victim"])
def test_a_word_set_off_behind_a_name_is_no_part_of_it(cell: str) -> None:
    found = one(cell)
    assert found["name"] == "Aslam"
    assert "RK383" in found["codes"]


@pytest.mark.parametrize("cell", ["Aslam?", "Aslam? S/O Rasool", "Aslam S/O Rasool?"])
def test_a_question_mark_behind_a_name_is_a_doubt_and_loses_no_name(cell: str) -> None:
    found = one(cell)
    assert found["name"] == "Aslam"
    assert "RK384" in found["codes"]


@pytest.mark.parametrize(
    ("cell", "name", "father", "age"),
    [
        ("Aslam S/O Rasool umar 25 saal", "Aslam", "Rasool", "25"),
        ("Aslam S/O Rasool aged 25", "Aslam", "Rasool", "25"),
        ("Aslam S/O Umar 25 years", "Aslam", "Umar", "25"),
        ("Umar 25 years", "Umar", None, "25"),
        ("اسلم ولد عمر ۲۵ سال", "اسلم", "عمر", "25"),
    ],
)
def test_a_word_for_an_age_is_a_name_where_a_name_must_stand(
    cell: str, name: str, father: str | None, age: str
) -> None:
    found = one(cell)
    assert (found["name"], found["relative_name"], found["age"]) == (name, father, age)


@pytest.mark.parametrize("cell", ["Aslam S/O Rasool of Okara", "Aslam S/O Rasool - Okara", "Owner of Ali Traders"])
def test_words_that_no_name_has_are_told(cell: str) -> None:
    assert "RK348" in one(cell)["codes"]


@pytest.mark.parametrize(("cell", "code"), [("\u0410slam S/O Rasool", "RK385"), ("ÇÓáã æáÏ ÑÓæá", "RK386")])
def test_letters_of_another_script_and_of_a_wrong_encoding_are_told(cell: str, code: str) -> None:
    assert code in one(cell)["codes"]


@pytest.mark.parametrize("cell", ["Nil", "none", "nahi", "koi nahi", "#BEZUG!", "undefined", "[object Object]"])
def test_a_word_for_nothing_makes_nobody(cell: str) -> None:
    assert people_cells.split_people(pl.Series([cell]), REFERENCE)["people"].to_list() == [[]]


def test_every_word_of_a_program_is_blank() -> None:
    words = REFERENCE.null_words.filter(kind="program")["word"]
    assert text.normal(words, REFERENCE).null_count() == len(words)


@pytest.mark.parametrize(("cell", "told"), [("Aslam, Imran", True), ("Khan, Imran", False), ("3 women", True)])
def test_several_people_in_a_row_of_one_are_told(cell: str, told: bool) -> None:
    (codes,) = names.parse_one(pl.Series([cell]), REFERENCE)["codes"]
    assert ("RK345" in codes) is told


@pytest.mark.parametrize("cell", ["Rasool/Karim", "Rasool and Karim", "Rasool & Karim"])
def test_two_fathers_in_a_cell_are_told(cell: str) -> None:
    (codes,) = relatives.parse_relatives(pl.Series([cell]), "father", REFERENCE)["codes"]
    assert "RK345" in codes


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Unknown, Ali suspected", "Ali"), ("Unknown; Ali Raza suspected", "Ali Raza"), ("Unknown accused, Ali is suspected", "Ali"),
        ("Unknown, suspect Ali", "Ali"), ("Unknown, suspicion on Ali S/O Bashir", "Ali"), ("نامعلوم، علی مشتبہ", "علی"),
        ("Na maloom / Ali par shak", "Ali"),
    ],
)  # fmt: skip
def test_somebody_who_is_suspected_beside_unknown_people_is_called_by_the_name_alone(cell: str, name: str) -> None:
    (people,) = people_cells.split_people(pl.Series([cell]), REFERENCE)["people"]
    found = names.parse(people, REFERENCE)
    assert found["unknown"].to_list() == [True, False]
    assert found["name"].to_list() == [None, name]
    assert "RK383" in found["codes"][1]


@pytest.mark.parametrize("cell", ["Unknown (Ali suspected)", "Unknown but Ali suspected", "shak Ali par"])
def test_other_words_of_suspicion_are_told(cell: str) -> None:
    assert "RK348" in one(cell)["codes"]


@pytest.mark.parametrize(
    ("cell", "name"),
    [("One Ali S/O Bashir", "Ali"), ("one Ali", "Ali"), ("One Mst. Nasreen", "Nasreen"), ("One person", None), ("one unknown", None), ("One lady", None)],
)  # fmt: skip
def test_one_before_a_name_is_a_certain_person(cell: str, name: str | None) -> None:
    assert names.parse(pl.Series([cell]), REFERENCE)["name"].to_list() == [name]
