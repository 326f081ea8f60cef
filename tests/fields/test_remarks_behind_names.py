"""What is said of somebody behind a comma or a dash is a status, a finding or a father, and nobody else."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from recordkit.fields import names, people_cells
from recordkit.reference import Reference


def read(cell: str, tables: Reference) -> tuple[list[dict[str, Any]], set[str]]:
    """Every person of a cell, and the codes of the cell and of its entries."""
    split = people_cells.split_people(pl.Series([cell], dtype=pl.String), tables).row(0, named=True)
    found = names.parse(pl.Series(split["people"], dtype=pl.String), tables).to_dicts()
    return found, {*split["codes"], *(code for one in found for code in one["codes"])}


@pytest.mark.parametrize(
    ("remark", "status", "told"),
    [
        ("challaned", "challaned", False), ("absconder", "absconder", False), ("on bail", "bail", False),
        ("P.O.", "po", False), ("judicial lockup", "arrested", False), ("مفرور", "absconder", False),
        ("arrested 3.7.26", "arrested", True), ("arrested on 03-07-2026", "arrested", True),
        ("juvenile", None, True), ("minor", None, True), ("absconders", "absconder", True),
        ("killed in police encounter", None, True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sign", [",", ";", "،", "\n"])
def test_a_remark_behind_a_person_is_nobody_else(
    sign: str, remark: str, status: str | None, told: bool, tables: Reference
) -> None:
    (one,), codes = read(f"Javed Iqbal S/O Rashid{sign} {remark}", tables)
    assert (one["name"], one["relative_name"], one["person_status"]) == ("Javed Iqbal", "Rashid", status)
    assert codes == ({"RK348"} if told else set())


def test_each_of_two_people_has_the_remark_behind_the_own_name(tables: Reference) -> None:
    found, _ = read("Javed S/O Rashid r/o Chak 5, arrested, Nadeem S/O Saleem (late), on bail", tables)
    assert [(one["name"], one["relative_name"], one["address"], one["person_status"]) for one in found] == [
        ("Javed", "Rashid", "Chak 5", "arrested"), ("Nadeem", "Saleem", None, "bail"),
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["Javed S/O Rashid, not known", "Javed S/O Rashid, Nadeem", "Javed, Wahid Khan"])
def test_somebody_behind_a_comma_stays_somebody(cell: str, tables: Reference) -> None:
    assert len(read(cell, tables)[0]) == 2


@pytest.mark.parametrize("cell", ["Javed S/O Rashid, on bail", "Javed S/O Rashid, absconder", "Javed, absconder"])
def test_a_row_of_one_person_has_the_remark_as_status(cell: str, tables: Reference) -> None:
    one = names.parse_one(pl.Series([cell]), tables).row(0, named=True)
    assert (one["name"], one["codes"]) == ("Javed", [])
    assert one["person_status"] in {"bail", "absconder"}


def test_a_status_that_is_kept_in_a_name_is_a_finding(tables: Reference) -> None:
    assert "RK348" in read("Javed S/O Rashid challaned", tables)[1]


@pytest.mark.parametrize("dash", [" - ", " – ", "- "])
@pytest.mark.parametrize("relation", ["son of", "S/O", "ولد"])
def test_a_father_behind_a_dash_is_no_second_person(dash: str, relation: str, tables: Reference) -> None:
    (one,), codes = read(f"Kishore Kumar{dash}{relation} Jairam", tables)
    assert (one["name"], one["relation"], one["relative_name"], codes) == ("Kishore Kumar", "father", "Jairam", set())


@pytest.mark.parametrize("word", ["wghaira", "waghera", "waghairah", "vaghera", "wagayra", "etc", "& others", "وغیرہ"])
@pytest.mark.parametrize("cell", ["Nasreen d/o Gulzar {}", "Gulzar {}"])
def test_others_behind_a_name_or_a_father_are_told_and_kept_in_neither(
    cell: str, word: str, tables: Reference
) -> None:
    (one,), codes = read(cell.format(word), tables)
    assert one["relative_name" if "d/o" in cell else "name"] == "Gulzar"
    assert codes == {"RK347"}


@pytest.mark.parametrize("name", ["Ganga", "Sakinah", "Others", "Gujrat", "Rani"])
@pytest.mark.parametrize("father", ["", " d/o Gulzar"])
def test_a_word_behind_a_title_is_a_name_or_a_finding(name: str, father: str, tables: Reference) -> None:
    (one,), codes = read(f"Mst. {name}{father}", tables)
    assert one["name"] == name or codes
    if name != "Others":
        assert (one["name"], one["honorifics"]) == (name, ["Mst"])
