"""Words and marks between the people of a cell, and words that say that somebody has what the one before has."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordkit.fields import names, people_cells
from recordkit.reference import Reference

GIVEN = ["Aslam", "Akram", "Imran", "Bashir", "Rashid", "Tariq"]
MARKS = ["{}. ", "{}) ", "({}) ", "{{{}}} ", "[{}] ", "0{}. ", "{} ", "{}/ ", "{}.", "{})", "{}- "]
SAME = ["-do-", "same", "as above", "ditto", "same as above", "do", "- do -", "--do--"]


def people(cell: str, tables: Reference) -> tuple[list[dict[str, object]], set[str]]:
    split = people_cells.split_people(pl.Series([cell]), tables)
    parsed = names.parse(split["people"].explode(), tables).to_dicts()
    return parsed, {*split["codes"].to_list()[0], *(code for one in parsed for code in one["codes"])}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "cell",
    [
        "A. Aslam B. Akram", "First: Aslam Second: Akram", "1st: Aslam 2nd: Akram", "One: Aslam Two: Akram",
        "Aslam n Akram", "Aslam nd Akram", "Aslam mae Akram", "Aslam ii) Akram", "Aslam b) Akram", "01. Aslam 02. Akram",
        "1 Aslam 2 Akram", "1/ Aslam 2/ Akram", "{1} Aslam {2} Akram", "1.Aslam2.Akram", "1)Aslam2)Akram",
    ],
)  # fmt: skip
def test_every_mark_of_a_list_stands_between_two_people(cell: str, tables: Reference) -> None:
    found, codes = people(cell, tables)
    assert [one["name"] for one in found] == ["Aslam", "Akram"]
    assert codes == {"RK219"}


@pytest.mark.parametrize("cell", ["اکرم معہ اصغر", "1۔اکرم2۔اصغر", "اول: اکرم دوم: اصغر", "۱۔اکرم۲۔اصغر"])
def test_a_list_in_urdu_is_cut_at_its_marks(cell: str, tables: Reference) -> None:
    found, codes = people(cell, tables)
    assert [one["name"] for one in found] == ["اکرم", "اصغر"]
    assert codes == {"RK219"}


@given(mark=st.sampled_from(MARKS), named=st.lists(st.sampled_from(GIVEN), min_size=2, max_size=5))
def test_a_numbered_list_has_as_many_people_as_numbers(mark: str, named: list[str], tables: Reference) -> None:
    cell = " ".join(f"{mark.format(at)}{name}" for at, name in enumerate(named, 1))
    found, codes = people(cell, tables)
    assert [one["name"] for one in found] == named
    assert codes == {"RK219"}


@pytest.mark.parametrize("cell", ["Aslam ... Akram", "Aslam o Akram", "Aslam or Akram", "Aslam..Akram Khan"])
def test_what_perhaps_stands_between_two_people_is_flagged(cell: str, tables: Reference) -> None:
    assert "RK344" in people(cell, tables)[1]


@pytest.mark.parametrize(
    ("cell", "name"), [("A. B. Khan", "A. B. Khan"), ("A. Rahman", "A. Rahman"), ("Muhammad Aslam s/o ........", "Muhammad Aslam")]
)
def test_initials_and_the_blanks_of_a_form_are_no_list(cell: str, name: str, tables: Reference) -> None:
    found, codes = people(cell, tables)
    assert ([one["name"] for one in found], codes) == ([name], set())


@given(same=st.sampled_from(SAME), address=st.booleans())
def test_the_same_father_or_address_is_that_of_the_person_before_or_a_finding(
    same: str, address: bool, tables: Reference
) -> None:
    behind = f" r/o {same}" if address else " r/o Lahore"
    found, codes = people(f"1. Ali s/o Karim r/o Kunjah 2. Umar s/o {same}{behind} 3. Zaid s/o Noor", tables)
    assert [one["name"] for one in found] == ["Ali", "Umar", "Zaid"]
    assert found[1]["relative_name"] == "Karim" or (found[1]["relative_name"] is None and "RK348" in codes)
    assert found[1]["address"] in ("Kunjah" if address else "Lahore", None if "RK348" in codes else "Kunjah")
    assert found[2]["relative_name"] == "Noor"


@pytest.mark.parametrize("same", ["-do-", "same", "as above", "- do -"])
def test_the_same_father_is_handed_down_a_list(same: str, tables: Reference) -> None:
    found, _ = people(f"1. Ali s/o Karim 2. Umar s/o {same} r/o Kunjah 3. Zaid s/o {same} r/o {same}", tables)
    assert [(one["relative_name"], one["address"]) for one in found] == [
        ("Karim", None), ("Karim", "Kunjah"), ("Karim", "Kunjah"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "father", "address"),
    [("Ali s/o same", None, None), ("Ali s/o Karim r/o same", "Karim", None), ("Ali s/o do", None, None),
     ("Ali s/o Karim r/o as above", "Karim", None)],
)  # fmt: skip
def test_the_same_as_nobody_is_null_and_flagged(
    cell: str, father: str | None, address: str | None, tables: Reference
) -> None:
    (found,), codes = people(cell, tables)
    assert (found["relative_name"], found["address"], codes) == (father, address, {"RK348"})


@pytest.mark.parametrize(
    ("cell", "aliases", "father"),
    [("اکرم المعروف اکو ولد نور", ["اکو"], "نور"), ("اکرمولد نور", [], "نور"), ("Aslam al-maroof Billa s/o Noor", ["Billa"], "Noor")],
)
def test_marks_of_an_alias_or_a_father_are_no_part_of_a_name(
    cell: str, aliases: list[str], father: str, tables: Reference
) -> None:
    (found,), codes = people(cell, tables)
    assert (found["name"], found["aliases"], found["relative_name"]) == (cell[:4] if aliases != ["Billa"] else "Aslam", aliases, father)
    assert codes == set()


@pytest.mark.parametrize("cell", ["نامعلوم الاسم و پتہ", "Unknown name and address", "Unknown, address unknown", "نامعلوم نام و پتہ"])
def test_what_else_nobody_knows_of_somebody_unknown_is_nobody(cell: str, tables: Reference) -> None:
    found, codes = people(cell, tables)
    assert [one["name"] for one in found if not one["unknown"]] == []
    assert "RK330" in codes


@pytest.mark.parametrize("cell", ["Unknown (Ali suspected)", "unknown s/o Bashir", "Unknown person, suspected Ali", "نامعلوم ولد نور"])
def test_a_name_beside_somebody_unknown_is_not_lost(cell: str, tables: Reference) -> None:
    found, codes = people(cell, tables)
    assert "RK348" in codes or any(one["name"] for one in found)


@pytest.mark.parametrize("cell", ["Aslam s/o Bashir & Bros", "Aslam s/o Bashir and brothers", "Aslam s/o Bashir & sons"])
def test_brothers_whom_nobody_names_are_no_person(cell: str, tables: Reference) -> None:
    found, codes = people(cell, tables)
    assert ([one["name"] for one in found], codes) == (["Aslam"], {"RK347"})


def test_an_age_in_brackets_is_the_persons_where_the_father_has_one_too(tables: Reference) -> None:
    (found,), codes = people("Waqas (25) s/o Nasir (55)", tables)
    assert (found["name"], found["age"], found["relative_name"]) == ("Waqas", "25", "Nasir")
    assert "RK348" in codes
