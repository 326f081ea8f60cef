"""Slips at the marks in a name (S/O), titles that are half of a name, ranks behind a name, words for nobody."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import names, people_cells, relatives
from recordkit.reference import Reference

FATHER = "Rashid"


def people(cell: str, tables: Reference) -> list[dict[str, object]]:
    split = people_cells.split_people(pl.Series([cell]), tables)
    return names.parse(split["people"].explode(), tables).to_dicts()


@pytest.mark.parametrize(
    "cell",
    [
        "Hamid S/ORashid", "Hamid s/oRashid", "HamidS/O Rashid", "Hamids/o Rashid", "Hamid [s/o Rashid]", "Hamid S,O Rashid",
        "Hamid S|O Rashid", "Hamid S//O Rashid", "HAMID S/ORASHID", "Hamid Wld Rashid", "Hamid S;O Rashid",
    ],
)  # fmt: skip
def test_a_slip_in_the_mark_of_a_father_loses_no_father(cell: str, tables: Reference) -> None:
    (one,) = people(cell, tables)
    assert (one["name"], one["relation"], one["relative_name"]) == ("Hamid", "father", FATHER)


def test_a_column_of_fathers_may_begin_with_a_mark_without_a_space(tables: Reference) -> None:
    found = relatives.parse_relatives(pl.Series(["S/OUmar Khan", "D/OUmar Khan"]), None, tables)
    assert found.select("relation", "relative_name").rows() == [("father", "Umar Khan")] * 2


@pytest.mark.parametrize("cell", ["Khalid/O Rashid", "Hamid S/Omar", "Hamid S/orashid", "Hamid + Rashid S/O Noor"])
def test_a_sign_that_is_left_in_a_name_is_flagged(cell: str, tables: Reference) -> None:
    found = people(cell, tables)
    assert len(found) > 1 or found[0]["codes"] == ["RK348"]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("MstNaila D/O Rashid", "Naila"), ("Pir Muhammad S/O Mir Muhammad", "Pir Muhammad"), ("Pir Bakhsh", "Pir Bakhsh"),
        ("PEER BUX S/O ALLAH BUX", "Peer Bux"), ("Haji Khan S/O Hafiz Khan", "Haji Khan"), ("Qari Ullah", "Qari Ullah"),
        ("Syed Wali", "Syed Wali"), ("Haji Aslam", "Aslam"), ("Dr Khan", "Khan"), ("Haji Muhammad Aslam", "Muhammad Aslam"),
        ("Muhammad Arshad ASI PS City", "Muhammad Arshad"), ("Aslam Khan Constable", "Aslam Khan"),
        ("Ch. Ghulam Abbas Adv.", "Ghulam Abbas"), ("DSP Aslam Khan", "Aslam Khan"), ("Lt. Col. (R) Zafar Iqbal", "Zafar Iqbal"),
        ("Muhammad Asi S/O Noor", "Muhammad Asi"), ("محمد ارشد اے ایس آئی", "محمد ارشد"), ("Bin Yamin S/O Yaqoob", "Binyamin"),
        ("Muhammad Bin Qasim", "Muhammad"),
    ],
)  # fmt: skip
def test_titles_and_ranks_are_taken_off_where_a_name_is_left(cell: str, name: str, tables: Reference) -> None:
    (one,) = people(cell, tables)
    assert one["name"] == name


@pytest.mark.parametrize("cell", ["To be ascertained", "NOT YET KNOWN", "Not Known", "not known", "N/K", "Yet to be identified"])
def test_words_that_nobody_is_known_are_somebody_unknown(cell: str, tables: Reference) -> None:
    (one,) = people(cell, tables)
    assert (one["name"], one["unknown"], one["codes"]) == (None, True, ["RK330"])


@pytest.mark.parametrize(
    "cell",
    [
        "Aslam s/o N/A", "Aslam s/o Nil", "Aslam s/o NK", "Aslam s/o blank", "Aslam s/o N.A.", "Aslam s/o Nil r/o N/A caste Nil",
    ],
)  # fmt: skip
def test_a_word_for_nothing_is_no_father_no_address_and_no_caste(cell: str, tables: Reference) -> None:
    (one,) = people(cell, tables)
    assert (one["name"], one["relative_name"], one["address"], one["caste"]) == ("Aslam", None, None, None)
    assert one["codes"] == []


def test_a_word_for_nothing_is_no_alias_and_names_nobody(tables: Reference) -> None:
    assert people("Aslam @ Nil s/o Bashir", tables)[0]["aliases"] == []
    assert [one["unknown"] for one in people("Nil s/o Nil", tables)] == [True]


@pytest.mark.parametrize("empty", ["CNIC Nil", "CNIC No.", "CNIC:", "Cell Nil", "Mob: N/A", "age N/A", "CNIC Nil Cell Nil"])
def test_the_words_of_a_form_that_nothing_was_written_behind_are_no_name(empty: str, tables: Reference) -> None:
    (one,) = people(f"Aslam s/o Bashir {empty}", tables)
    assert (one["relative_name"], one["codes"]) == ("Bashir", [])


def test_a_word_for_an_age_without_its_number_may_be_a_name(tables: Reference) -> None:
    assert people("Aslam s/o Umar", tables)[0]["relative_name"] == "Umar"
    assert people("Ali B/O Umar", tables)[0]["codes"] == ["RK348"]


@pytest.mark.parametrize(
    ("mark", "address"),
    [
        ("R/OKunjah", "Kunjah"), ("r/0 Kunjah", "Kunjah"), ("R-O Kunjah", "Kunjah"), ("R.O Kunjah", "Kunjah"),
        ("VPO Kunjah", "VPO Kunjah"), ("resident Kunjah", "Kunjah"), ("at present Lahore", "at present Lahore"),
    ],
)  # fmt: skip
def test_a_mark_of_an_address_ends_the_name_of_the_father(mark: str, address: str, tables: Reference) -> None:
    (one,) = people(f"Aslam s/o Bashir {mark}", tables)
    assert (one["relative_name"], one["address"]) == ("Bashir", address)


@pytest.mark.parametrize(
    "cell",
    [
        "Ali s/o Karim: PO", "Ali s/o Karim killed", "Ali Afghan National", "Ali from Lahore", "Naila minor d/o Ali", "Ali's wife",
        "Ali S/O Mst. Shazia", "Station Master", "Driver Aslam", "Aslam Patwari", "Ali G/S/O Karim", "Ali Khan Lambardar",
    ],
)  # fmt: skip
def test_words_that_no_name_has_and_a_mother_are_flagged(cell: str, tables: Reference) -> None:
    assert people(cell, tables)[0]["codes"] == ["RK348"]


@pytest.mark.parametrize(
    ("cell", "name", "flagged"),
    [
        ("Nazim S/O Akram", "Nazim", False), ("Qasid Ali", "Qasid Ali", False), ("Muhammad Nazim", "Muhammad Nazim", False),
        ("Chairman S/O Akram", "Chairman", True), ("Asf Ali S/O Noor", "Asf Ali", False), ("Clerk", "Clerk", True),
    ],
)  # fmt: skip
def test_a_word_of_an_office_makes_nobody_of_somebody_who_is_called_so(
    cell: str, name: str, flagged: bool, tables: Reference
) -> None:
    (one,) = people(cell, tables)
    assert (one["name"], one["unknown"], one["codes"]) == (name, False, ["RK348"] if flagged else [])


@pytest.mark.parametrize("cell", ["Aslam s/o Bashir, Kunjah, Gujrat", "Aslam s/o Bashir, Butt", "Aslam s/o Bashir, Swat"])
def test_a_place_or_a_caste_among_people_is_flagged(cell: str, tables: Reference) -> None:
    assert "RK344" in people_cells.split_people(pl.Series([cell]), tables)["codes"][0].to_list()


@pytest.mark.parametrize("cell", ["Inspector FIA Ali Khan", "AD FIA Ali Khan", "Assistant Director Ali Khan", "H.C Ali Khan"])
def test_an_officer_is_called_without_rank_and_office(cell: str, tables: Reference) -> None:
    assert people(cell, tables)[0]["name"] == "Ali Khan"
