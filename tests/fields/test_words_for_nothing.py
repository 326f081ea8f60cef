"""A word for nothing is one whatever points, strokes and spaces are in it, and in every kind of value."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import kinds, names, people_cells, text
from recordkit.reference import Reference

SPELT = [
    "N/A", "n.a.", "N.A", "N . A", "N / A", "N-A", "N. A.", "N\\A", "(N/A)", "N/A/", "na", "N/K", "N/K.", "N.K", "N.K.", "n k", "n.k",
    "N.K/", "Nil", "Nil.", "NIL -", "-nil-", "[nil]", "nil/-", "N.I.L", "n/m", "N.M", "Not Known.", "not  known", "not-known",
]  # fmt: skip
UNKNOWN = ["N/K", "N/K.", "N.K", "N.K.", "n k", "N.K/", "nk", "Not Known.", "not  known", "not-known"]
# A number of a case is asked for (RK310), and in a count nil is zero.
OTHERS = ("ignore", "period", "fir", "count")


@pytest.mark.parametrize("kind", [name for name in kinds.KINDS if name not in OTHERS])
def test_a_word_for_nothing_is_nothing_in_every_kind_of_value(kind: str, tables: Reference) -> None:
    vocabularies = ["status", "country", "head", "outcome"] if kind == "code" else [None]
    for vocabulary in vocabularies:
        read = kinds.KINDS[kind].read(kinds.Setting(tables, vocabulary=vocabulary))(pl.Series(SPELT))
        value = kinds.KINDS[kind].value
        for cell, row in zip(SPELT, read.to_dicts(), strict=True):
            assert not row["codes"], (cell, row)
            assert not value or not row[value], (cell, row)


@pytest.mark.parametrize("form", ["Aslam S/O {}", "Aslam @ {}", "Aslam S/O {} r/o {}", "Aslam caste {}", "Aslam CNIC {}", "Aslam CNIC {} Cell {}"])
def test_a_word_for_nothing_behind_a_mark_is_no_part_of_anybody(form: str, tables: Reference) -> None:
    words = [word for word in SPELT if word != "NIL -"]  # its dash may stand between two people
    cells = [form.replace("{}", word) for word in words]
    people = people_cells.split_people(pl.Series(cells), tables)["people"]
    assert people.list.len().to_list() == [1] * len(cells)
    for cell, one in zip(cells, names.parse(people.explode(), tables).to_dicts(), strict=True):
        found = one["name"], one["relative_name"], one["aliases"], one["caste"], one["address"]
        assert found == ("Aslam", None, [], None, None), cell


def test_words_for_not_known_are_an_unknown_person_however_they_are_spelt(tables: Reference) -> None:
    people = people_cells.split_people(pl.Series(UNKNOWN), tables)["people"]
    assert people.list.len().to_list() == [1] * len(UNKNOWN)
    assert names.parse(people.explode(), tables)["unknown"].all()


@pytest.mark.parametrize("cell", ["N/K S/O Rasool", "N.A S/O Rasool", "nil s/o Rasool"])
def test_a_word_for_nothing_in_the_place_of_a_name_is_somebody_unknown(cell: str, tables: Reference) -> None:
    row = names.parse(pl.Series([cell]), tables).row(0, named=True)
    assert (row["name"], row["unknown"], row["codes"]) == (None, True, ["RK330", "RK348"])


@pytest.mark.parametrize(("cell", "blank"), [("#REF!", True), ("#AD?", True), ("#naam?", True), ("Ref", False), ("AD", False), ("Naam", False)])
def test_letters_of_an_error_are_a_word_without_its_signs(cell: str, blank: bool, tables: Reference) -> None:
    for values in (pl.Series([cell]), pl.Series([cell] * 300)):
        assert (text.normal(values, tables)[0] is None) is blank
