"""Cells of one row that say two things, or of somebody who is no person: one is kept, and every other is a finding."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations, ingest

PERSON = "Name,{},FIR No,PS,District,Date,Role,Sections\n{},1/2026,City,Kasur,03-10-2026,accused,302 PPC\n"
CASE = "FIR No,PS,District,Date,Sections,{}\n1/2026,City,Kasur,03-10-2026,302 PPC,{}\n"


def read(folder: Path, text: str) -> tuple[list[dict[str, object]], set[tuple[str | None, str]]]:
    (folder / "list.csv").write_text(text, encoding="utf-8")
    people: list[dict[str, object]] = []

    def keep(name: str, frame: pl.DataFrame, *_: object) -> None:
        people.extend(frame.to_dicts() if name == "persons" else [])

    (one,) = ingest.receive(folder / "list.csv", ingest.declare(declarations.folders(())), keep=keep)
    return people, set(one.issues.select("column", "code").rows())


@pytest.mark.parametrize(
    ("columns", "cells", "relation", "name", "finding"),
    [
        ("Father Name,Husband Name", "Naila,Zaid,Umar", "father", "Zaid", ("Husband Name", "RK348")),
        ("Parentage,Husband Name", "Naila,Zaid,Umar", None, "Zaid", ("Husband Name", "RK348")),
        ("Parentage,Husband Name", "Naila,Umar,Umar Khan", "husband", "Umar", None),
        ("Father Name,Husband Name", "Naila,,Umar", "husband", "Umar", None),
    ],
)
def test_the_relation_is_that_of_the_relative_who_is_kept(
    columns: str, cells: str, relation: str | None, name: str, finding: tuple[str, str] | None, tmp_path: Path
) -> None:
    ((person,), found) = read(tmp_path, PERSON.format(columns, cells))
    assert (person["relation"], person["relative_name"]) == (relation, name)
    assert {one for one in found if one[1] == "RK348"} == ({finding} if finding else set())


@pytest.mark.parametrize("nobody", ["State", "The State", "Sarkar", "Nil", ""])
def test_a_card_beside_nobody_is_a_finding(nobody: str, tmp_path: Path) -> None:
    people, found = read(tmp_path, CASE.format("Accused,Accused CNIC", f"{nobody},35202-1234567-1"))
    assert people == []
    assert ("Accused CNIC", "RK218") in found


def test_an_age_and_a_sex_beside_the_state_are_findings(tmp_path: Path) -> None:
    people, found = read(tmp_path, CASE.format("Victim,Victim Age,Victim Gender", "State,25,F"))
    assert people == []
    assert {("Victim Age", "RK353"), ("Victim Gender", "RK353")} <= found


@pytest.mark.parametrize(
    ("name", "sex", "flagged"),
    [("Mst. Ali", "M", True), ("Ali D/O Umar", "M", True), ("Aslam S/O Noor", "F", True), ("Mst. Naila", "F", False),
     ("Naila", "M", False), ("Mst. Naila", "", False)],
)  # fmt: skip
def test_a_name_of_the_other_sex_is_a_finding(name: str, sex: str, flagged: bool, tmp_path: Path) -> None:
    _, found = read(tmp_path, PERSON.format("Gender", f"{name},{sex}"))
    assert (("Name", "RK388") in found) is flagged
