"""Columns of relatives, aliases, castes and addresses: what stands in a cell is read right or flagged."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import names, relatives
from recordkit.reference import Reference


def relative(cell: str, tables: Reference, relation: str | None = None) -> tuple[str | None, str | None, list[str]]:
    found = relatives.parse_relatives(pl.Series([cell]), relation, tables).row(0, named=True)
    return found["relation"], found["relative_name"], found["codes"]


@pytest.mark.parametrize("cell", ["Umar S/O Zaid", "Umar (late) s/o Zaid", "Umar @ Billa S/O Zaid", "Umar W/O Zaid"])
def test_the_relative_of_a_column_is_not_the_relative_of_that_relative(cell: str, tables: Reference) -> None:
    assert relative(cell, tables, "father") == ("father", "Umar", ["RK348"])
    assert relative("عمر ولد زید", tables, "father") == ("father", "عمر", ["RK348"])


@pytest.mark.parametrize("cell", ["Late S/O Umar", "Mr. S/O Umar", "S/O Umar", "Haji S/O Umar"])
def test_a_title_before_a_marker_is_no_relative(cell: str, tables: Reference) -> None:
    assert relative(cell, tables)[:2] == ("father", "Umar")


@pytest.mark.parametrize(
    ("cell", "relation", "name"),
    [
        ("F: Umar", "father", "Umar"), ("F/Name Umar", "father", "Umar"), ("Father Name: Umar", "father", "Umar"),
        ("والد: عمر خان", "father", "عمر خان"), ("H: Umar", "husband", "Umar"), ("Husband Name - Umar", "husband", "Umar"),
        ("شوہر: عمر", "husband", "عمر"), ("F. Rahman", None, "F. Rahman"), ("adopted by Umar", "guardian", "Umar"),
        ("S/O D/O W/O Umar Khan", None, "Umar Khan"), ("S/O, D/O, W/O Umar", None, "Umar"), ("s/o / d/o Umar", None, "Umar"),
    ],
)  # fmt: skip
def test_the_words_of_a_form_before_a_relative_are_no_part_of_the_name(
    cell: str, relation: str | None, name: str, tables: Reference
) -> None:
    assert relative(cell, tables) == (relation, name, [])


@pytest.mark.parametrize("cell", ["Orphan", "Unknown", "No", "0", "یتیم", "Nil", "not known"])
def test_words_for_nothing_are_no_relative_no_caste_no_alias_and_no_address(cell: str, tables: Reference) -> None:
    column = pl.Series([cell, "Jat"])
    assert relative(cell, tables) == (None, None, [])
    plain = pl.Series([None if cell == "Nil" else cell, "Jat"])  # a null word is blank before it comes here
    assert names.caste(plain, tables).to_list() == [None, "Jat"]
    assert names.address(column, tables).to_list() == [None, "Jat"]
    assert names.parse_aliases(column, tables)["aliases"].to_list() == [[], ["Jat"]]


@pytest.mark.parametrize("cell", ["same", "as above", "same as complainant", "-do-", "ditto", "ایضاً"])
def test_the_same_as_somebody_else_is_no_name_and_is_flagged(cell: str, tables: Reference) -> None:
    assert relative(cell, tables)[1] is None
    assert relative(cell, tables)[2]
    assert names.address(pl.Series([cell, f"r/o {cell}"]), tables).to_list() == [None, None]
    assert names.address_is_ditto(pl.Series([cell, f"r/o {cell}", "Kunjah"]), tables).to_list() == [True, True, False]


@pytest.mark.parametrize("cell", ["by caste Jat", "Caste Jat", "Qaum: Jat", "JAT", "Jat caste", "Jat (caste)", "(Jat)"])
def test_the_word_for_a_caste_is_no_part_of_it(cell: str, tables: Reference) -> None:
    assert names.caste(pl.Series([cell, "قوم جٹ"]), tables).to_list() == ["Jat", "جٹ"]


@pytest.mark.parametrize("cell", ["Billa & Kala", "Billa and Kala", "Billa, Kala", "Billa @ Kala", "1. Billa 2. Kala", "Billa اور Kala"])
def test_every_alias_of_a_cell_is_one(cell: str, tables: Reference) -> None:
    found = names.parse_aliases(pl.Series([cell]), tables).row(0, named=True)
    assert (found["aliases"], found["codes"]) == (["Billa", "Kala"], [])
