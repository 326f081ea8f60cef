"""Slips at the marks in a name (S/O), titles that are half of a name, ranks behind a name, words for nobody."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import names, people_cells
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
