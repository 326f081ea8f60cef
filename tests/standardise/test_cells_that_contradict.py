"""Cells of one row that say two things, or of somebody who is no person: one is kept, and every other is a finding."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations, ingest

FORM = """
id = "some"
name = "Some"
kind = "police"
[[format]]
id = "f"
unit = "{unit}"
columns = [
  {{ field = "district" }}, {{ field = "police_station" }}, {{ field = "fir_no", required = true }},
  {{ field = "registered_on" }}, {{ field = "sections" }}, {{ field = "{fields}" }},
]
"""
CASE = "District,Police Station,FIR No,Date,U/S"
CELLS = "Kasur,City,1/2026,03-10-2026,302 PPC"


def read(
    folder: Path, unit: str, fields: str, cells: str, table: str = "persons"
) -> tuple[list[dict[str, object]], set[tuple[str, str]]]:
    """The people (or another table) of one row, and the findings as fields and codes."""
    if unit == "person":
        fields, cells = f"{fields},role", f"{cells},accused"
    names = fields.split(",")
    (folder / "agencies").mkdir()
    form = FORM.format(unit=unit, fields='" }, { field = "'.join(names))
    (folder / "agencies" / "some.toml").write_text(form, encoding="utf-8")
    header = [name.replace("_", " ").title() for name in names]
    (folder / "list.csv").write_text(f"{CASE},{','.join(header)}\n{CELLS},{cells}\n", encoding="utf-8")
    people: list[dict[str, object]] = []

    def keep(name: str, frame: pl.DataFrame) -> None:
        people.extend(frame.to_dicts() if name == table else [])

    declared = ingest.declare(declarations.folders([folder]))
    (one,) = ingest.receive(folder / "list.csv", declared, agency="some", keep=keep)
    found = one.issues.select("field", "code").drop_nulls().rows()
    return people, set(found)


@pytest.mark.parametrize(
    ("columns", "cells", "relation", "name", "finding"),
    [
        ("name,father_name,husband_name", "Naila,Zaid,Umar", "father", "Zaid", ("husband_name", "RK348")),
        ("name,parentage,husband_name", "Naila,Zaid,Umar", None, "Zaid", ("husband_name", "RK348")),
        ("name,parentage,husband_name", "Naila,Umar,Umar Khan", "husband", "Umar", None),
        ("name,father_name,husband_name", "Naila,,Umar", "husband", "Umar", None),
    ],
)
def test_the_relation_is_that_of_the_relative_who_is_kept(
    columns: str, cells: str, relation: str | None, name: str, finding: tuple[str, str] | None, tmp_path: Path
) -> None:
    ((person,), found) = read(tmp_path, "person", columns, cells)
    assert (person["relation"], person["relative_name"]) == (relation, name)
    assert {one for one in found if one[1] == "RK348"} == ({finding} if finding else set())


@pytest.mark.parametrize("nobody", ["State", "The State", "Sarkar", "Nil", ""])
def test_a_card_beside_nobody_is_a_finding(nobody: str, tmp_path: Path) -> None:
    people, found = read(tmp_path, "case", "accused,accused_cnic", f"{nobody},35202-1234567-1")
    assert people == []
    assert ("accused_cnic", "RK218") in found


def test_an_age_and_a_sex_beside_the_state_are_findings(tmp_path: Path) -> None:
    people, found = read(tmp_path, "case", "victim,victim_age,victim_sex", "State,25,F")
    assert people == []
    assert {("victim_age", "RK353"), ("victim_sex", "RK353")} <= found


@pytest.mark.parametrize(
    ("name", "sex", "flagged"),
    [("Mst. Ali", "M", True), ("Ali D/O Umar", "M", True), ("Aslam S/O Noor", "F", True), ("Mst. Naila", "F", False),
     ("Naila", "M", False), ("Mst. Naila", "", False)],
)  # fmt: skip
def test_a_name_of_the_other_sex_is_a_finding(name: str, sex: str, flagged: bool, tmp_path: Path) -> None:
    _, found = read(tmp_path, "person", "name,sex", f"{name},{sex}")
    assert (("name", "RK388") in found) is flagged


@pytest.mark.parametrize(
    ("status", "becomes"), [("", "cancelled"), ("-", "cancelled"), ("As per file", None), ("Convicted", "convicted")]
)
def test_a_class_stands_for_a_status_that_is_not_given_alone(
    status: str, becomes: str | None, tmp_path: Path
) -> None:
    (case,), found = read(tmp_path, "case", "class,status", f"C,{status}", "cases")
    assert case["status"] == becomes
    assert (("status", "RK322") in found) is (status == "As per file")


@pytest.mark.parametrize("nothing", ["nil", "N.K", "-", "Not Known"])
@pytest.mark.parametrize("unit", ["case", "person"])
def test_a_word_for_nothing_in_a_column_takes_no_card_telephone_or_age_away_from_the_names_cell(
    unit: str, nothing: str, tmp_path: Path
) -> None:
    cell = "Adnan s/o Umar Farooq aged 31 years CNIC 36201-2906372-3 Cell 0333-7854488"
    fields = "accused,accused_cnic,accused_phone" if unit == "case" else "name,cnic,phone"
    people, found = read(tmp_path, unit, fields, f"{cell},{nothing},{nothing}")
    (one,) = [one for one in people if one["role"] == "accused"]
    assert (one["cnic"], one["phone"], one["age"]) == ("36201-2906372-3", "+923337854488", 31)
    assert {code for _, code in found} & {"RK348", "RK301"} == set()


@pytest.mark.parametrize("cell", ["same day", "Same Date", "اسی روز", "(usi din)"])
def test_an_occurrence_of_the_same_day_is_that_of_the_report(cell: str, tmp_path: Path) -> None:
    (case,), found = read(tmp_path, "case", "occurred_on,status", f"{cell},U/I", "cases")
    assert (case["occurred_from"], case["occurred_to"]) == (date(2026, 10, 3), date(2026, 10, 3))
    assert case["occurred_on_raw"] == cell
    assert {code for field, code in found if field == "occurred_on"} == {"RK369"}
