"""Whatever stands in a cell of people: every word of it is in an entry, in what was read of it, or in the rest."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from recordkit.fields import cnic, name_patterns, names, people_cells, phones, text
from recordkit.reference import Reference
from tried import examples

QUICK = examples(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
MARKS = ["•", "~", "*", "##", "–", "—", "//", "۔", "|", ";", "؛", "&", "+", "and", "aur", "و", "اور", "\n", "►", "■", "=", "،"]
PIECES = [
    *MARKS, "Ali", "Umar Khan", "S/O", "s o", "ولد", "زین", "Zain", "r/o Lahore", "caste Jutt", "@", "urf", "Mani", "(late)",
    "(driver)", "etc", "وغیرہ", "3 others", "4 nafar", "unknown", "نامعلوم", "35202-1234567-1", "0300-1234567", "aged 25 years",
    "1)", "2)", "(3)", "1-", "i.", "الف)", "Mst.", ",", "/", "?", "Mu?ammad", "State through", "ﻢﻠﺳﺍ",
]  # fmt: skip
CELLS = st.lists(st.sampled_from(PIECES) | st.text("abkSOXéمدعلیہ.-#*?~'/()123 ", max_size=5), max_size=9).map(" ".join)


def words(value: str | None) -> set[str]:
    return set(re.findall(r"[^\W\d_]+|[0-9]+", (value or "").lower()))


def normal(cell: str, tables: Reference) -> str | None:
    return text.normal(pl.Series([cell], dtype=pl.String), tables, keep_lines=True)[0]


@QUICK
@given(cell=CELLS.filter(lambda one: "ﻢ" not in one and "<" not in one))
def test_every_word_of_a_cell_is_in_an_entry_or_left(cell: str, tables: Reference) -> None:
    out = people_cells.split_people(pl.Series([cell]), tables).row(0, named=True)
    used = words(" ".join([*out["people"], *out["rest"]]))
    assert words(normal(cell, tables)) - used == set()


@QUICK
@given(cell=CELLS.filter(lambda one: "ﻢ" not in one))
def test_every_word_of_an_entry_is_read_or_left_or_stands_around_names(cell: str, tables: Reference) -> None:
    out = names.parse(pl.Series([cell.replace("\n", " ")]), tables).row(0, named=True)
    parts = ("name", "relative_name", "caste", "address", "card", "phone", "age")
    used = words(" ".join(filter(None, (out[part] for part in parts))))
    used |= words(" ".join([*out["aliases"], *out["honorifics"], *out["rest"]]))
    left = words(normal(cell.replace("\n", " "), tables)) - used - set(name_patterns.read_name_patterns(tables).known)
    if not (out["person_status"] or out["age"] or out["card"] or out["phone"] or cell.strip()[:1] in "0123456789([#ixv"):
        assert left == set()


@pytest.mark.parametrize("mark", [*MARKS, "1)", "->", "★", "¦", "⁃", "…", "\\"])
def test_any_mark_between_two_people_parts_them_or_is_told(mark: str, tables: Reference) -> None:
    for between in (f" {mark} ", mark if not mark[0].isalnum() else f" {mark} "):
        out = people_cells.split_people(pl.Series([f"Ali S/O Zain{between}Umar S/O Zaid"]), tables).row(0, named=True)
        assert out["people"] == ["Ali S/O Zain", "Umar S/O Zaid"] or "RK344" in out["codes"], between


@pytest.mark.parametrize(
    "name",
    ["Muhammad-Ali", "Zia-ur-Rehman", "Al-Noor", "Muhammad Ali Khan", "D'Souza Peter", "Ghulam Rasool (late)", "A. Rehman",
     "Mohd. Aslam S/O Mohd. Akram", "Zia ur Rehman S/O Abdul Rehman", "Bilal Khan S/O Karim Bakhsh R/O House # 5, Street # 3",
     "سیف اللہ ولد عبد الرحمان", "Imran @ Mani S/O Bashir caste Jutt r/o Chak 45-GB"],
)  # fmt: skip
def test_one_person_stays_one(name: str, tables: Reference) -> None:
    assert len(people_cells.split_people(pl.Series([name]), tables)["people"][0]) == 1


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        ("1-7654321-20253", ["RK352"]), ("352-0212345671", ["RK351"]), ("35202-1234567-1", []), ("3520212345671", []),
        ("35202-1234567-1 / 0300-1234567", ["RK348"]), ("35202-1234567-1, 35202-7654321-3", ["RK304"]),
    ],
)  # fmt: skip
def test_the_groups_of_a_card_count(raw: str, codes: list[str], tables: Reference) -> None:
    assert cnic.clean(pl.Series([raw]), tables)["codes"].to_list() == [codes]


@QUICK
@given(digits=st.from_regex(r"[0-9]{13}", fullmatch=True) | st.from_regex(r"[1-8][0-9]{5}0{7}", fullmatch=True))
def test_a_card_with_its_dashes_is_judged_like_its_digits(digits: str, tables: Reference) -> None:
    dashed = f"{digits[:5]}-{digits[5:12]}-{digits[12]}"
    assert cnic.clean(pl.Series([dashed]), tables).equals(cnic.clean(pl.Series([digits]), tables))


@pytest.mark.parametrize(
    ("raw", "found", "codes"),
    [
        ("0300123456", [], ["RK309"]), ("0300-12345678", [], ["RK309"]), ("03001234567890", [], ["RK309"]),
        ("+92 300 12345", [], ["RK309"]), ("+44 (0) 7911 123456", ["+447911123456"], []),
        ("0300-1234567, 0300-12345", ["+923001234567"], ["RK309"]), ("+92 42 35761999", ["+924235761999"], []),
    ],
)  # fmt: skip
def test_a_mobile_number_of_another_length_is_no_other_number(
    raw: str, found: list[str], codes: list[str], tables: Reference
) -> None:
    assert phones.clean(pl.Series([raw]), tables).row(0) == (found, codes)


@pytest.mark.parametrize(
    ("raw", "sex", "count"),
    [("Unknown woman", "female", 1), ("نامعلوم عورت", "female", 1), ("unknown male child", "male", 1), ("3 unknown girls", "female", 3),
     ("two unknown boys", "male", 2), ("minor girl", "female", 1), ("Unknown", None, 1), ("unknown man and woman", None, 1),
     ("Unknown aged 25", None, 1)],
)  # fmt: skip
def test_nobody_has_a_name_and_may_have_a_sex(raw: str, sex: str | None, count: int, tables: Reference) -> None:
    found = names.parse(pl.Series([raw]), tables).row(0, named=True)
    assert (found["name"], found["unknown"], found["sex_hint"], found["count"]) == (None, True, sex, count)
