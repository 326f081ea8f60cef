"""Names beside unknown people, roles, kin, placeholders and things: each is read as what it is, or told."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from recordkit.fields import names, people_cells, phones, relatives
from recordkit.reference import Reference


def read(cell: str, tables: Reference) -> tuple[list[dict[str, Any]], set[str]]:
    """Every person of a cell, and the codes of the cell and of its entries."""
    split = people_cells.split_people(pl.Series([cell], dtype=pl.String), tables).row(0, named=True)
    found = names.parse(pl.Series(split["people"], dtype=pl.String), tables).to_dicts()
    return found, {*split["codes"], *(code for one in found for code in one["codes"])}


@pytest.mark.parametrize(
    "cell",
    ["Bilal Ahmed bama 2 kas namaloom", "Bilal Ahmed wa 2 kas namaloom", "Bilal Ahmed samet 2 namaloom", "Bilal Ahmed / Unknown",
     "Unknown / Bilal Ahmed", "Bilal Ahmed (arrested) / Unknown", "Bilal Ahmed with 2 unknown"],
)  # fmt: skip
def test_a_name_beside_unknown_people_is_kept_and_they_are_unknown(cell: str, tables: Reference) -> None:
    found, _ = read(cell, tables)
    assert {(one["name"], one["unknown"]) for one in found} == {("Bilal Ahmed", False), (None, True)}


@pytest.mark.parametrize(
    ("cell", "told"),
    [("Bilal Ahmed father name not known", False), ("Bilal Ahmed namaloom", True), ("Bilal Ahmed U/K", True)],
)
def test_a_name_with_words_for_unknown_behind_it_is_no_unknown_person(cell: str, told: bool, tables: Reference) -> None:
    (one,), codes = read(cell, tables)
    assert (one["name"], one["relative_name"], one["unknown"]) == ("Bilal Ahmed", None, False)
    assert ("RK348" in codes) is told


@pytest.mark.parametrize(
    "cell",
    ["Bilal Ahmed(Main accused) Kashif Mehmood(Co-accused)", "Bilal Ahmed (arrested) Kashif Mehmood (absconder)",
     "Bilal Ahmed (A1) Kashif Mehmood (A2)", "Bilal Ahmed alongwith Kashif Mehmood", "Bilal Ahmed with Kashif Mehmood",
     "Bilal Ahmed wa Kashif Mehmood", "Bilal Ahmed, wa Kashif Mehmood", "Bilal Ahmed vs Kashif Mehmood",
     "Bilal Ahmed v/s Kashif Mehmood", "Bilal Ahmed along with his brother Kashif Mehmood"],
)  # fmt: skip
def test_two_people_stay_two(cell: str, tables: Reference) -> None:
    found, _ = read(cell, tables)
    assert [one["name"] for one in found] == ["Bilal Ahmed", "Kashif Mehmood"]


@pytest.mark.parametrize(
    "cell",
    ["Bilal Ahmed through Kashif Mehmood", "Bilal Ahmed wa Qzxy Mehmood", "Bilal Ahmed with Qzxy", "Bilal Ahmed vs Kashif Mehmood",
     "Bilal Ahmed (arrested) Kashif Mehmood"],
)  # fmt: skip
def test_who_may_be_two_people_is_told(cell: str, tables: Reference) -> None:
    assert "RK344" in read(cell, tables)[1]


@pytest.mark.parametrize(
    "name", ["Sarkar Khan", "Mizan", "Shah Alam", "Ghulam Bank", "Noor", "Withal Das", "Nawa Khan", "Baby Noor"]
)
def test_names_like_such_words_stay_names_without_a_finding(name: str, tables: Reference) -> None:
    (one,), codes = read(f"{name} S/O Noor Bank", tables)
    assert (one["name"], one["relative_name"], codes) == (name, "Noor Bank", set())
    assert [one["name"] for one in read(name, tables)[0]] == [name]
    assert not read(name, tables)[1]


def test_the_state_against_somebody_is_somebody(tables: Reference) -> None:
    found, codes = read("State vs Bilal Ahmed", tables)
    assert [one["name"] for one in found if not one["nobody"]] == ["Bilal Ahmed"]
    assert "RK344" in codes


@pytest.mark.parametrize(
    ("cell", "sex"),
    [("Bilal Ahmed, Kashif Mehmood ss/o Ghulam Hussain", "male"), ("Bilal Ahmed & Kashif Mehmood SS/O Ghulam Hussain", "male"),
     ("Shazia Bibi, Samina Bibi ds/o Ghulam Hussain", "female"), ("Bilal Ahmed, Kashif Mehmood both S/O Ghulam Hussain", "male")],
)  # fmt: skip
def test_a_father_of_two_is_the_father_of_both(cell: str, sex: str, tables: Reference) -> None:
    found, _ = read(cell, tables)
    assert [(one["relative_name"], one["sex_hint"]) for one in found] == [("Ghulam Hussain", sex)] * 2


@pytest.mark.parametrize(
    ("cell", "name", "sex"),
    [("Bilal Ahmed S/O Haq & his brother Kashif Mehmood", "Kashif Mehmood", "male"),
     ("Bilal Ahmed and his wife Shazia", "Shazia", "female"), ("Bilal Ahmed and his father Ghulam Hussain", "Ghulam Hussain", "male"),
     ("بلال احمد اور اس کی اہلیہ شازیہ", "شازیہ", "female"), ("Bilal Ahmed aur uska bhai Kashif", "Kashif", "male")],
)  # fmt: skip
def test_a_word_of_kin_before_a_name_says_the_sex_and_is_told(
    cell: str, name: str, sex: str, tables: Reference
) -> None:
    found, codes = read(cell, tables)
    assert (found[1]["name"], found[1]["sex_hint"], "RK348" in codes) == (name, sex, True)


@pytest.mark.parametrize(
    ("cell", "name", "father", "told"),
    [("Bilal Ahmed pisar Ghulam Hussain", "Bilal Ahmed", "Ghulam Hussain", False),
     ("Bilal Ahmed Father Ghulam Hussain", "Bilal Ahmed", "Ghulam Hussain", False),
     ("Bilal Ahmed F/N Ghulam Hussain", "Bilal Ahmed", "Ghulam Hussain", False),
     ("Musammi Bilal Ahmed walad Ghulam Hussain", "Bilal Ahmed", "Ghulam Hussain", False),
     ("مسمی بلال احمد ولد غلام حسین", "بلال احمد", "غلام حسین", False),
     ("Bilal Ahmed S/O N/K", "Bilal Ahmed", None, False), ("Bilal Ahmed S/O XYZ", "Bilal Ahmed", None, False),
     ("Bilal Ahmed adopted son of Haq Nawaz", "Bilal Ahmed", "Haq Nawaz", False),
     ("Bilal Ahmed S/O Ghulam Hussain Nationality Afghan", "Bilal Ahmed", "Ghulam Hussain", True),
     ("Bilal Ahmed, Muslim, S/O Ghulam Hussain", "Bilal Ahmed", "Ghulam Hussain", True),
     ("Bilal Ahmed S\\/O Ghulam Hussain", "Bilal Ahmed", "Ghulam Hussain", False),
     ("Bilal Ahmed S\u2215O Ghulam Hussain", "Bilal Ahmed", "Ghulam Hussain", False),
     ("Bilal Ahmed S\u2044O Ghulam Hussain", "Bilal Ahmed", "Ghulam Hussain", False)],
)  # fmt: skip
def test_name_and_father_are_parted(cell: str, name: str, father: str | None, told: bool, tables: Reference) -> None:
    (one,), codes = read(cell, tables)
    assert (one["name"], one["relative_name"], "RK348" in codes) == (name, father, told)


@pytest.mark.parametrize(
    ("cell", "sex"),
    [("Name withheld", None), ("Identity concealed", None), ("Identity protected", None), ("Confidential", None),
     ("Anonymous", None), ("نام خفیہ", None), ("XYZ", None), ("ABC", None), ("ABCD", None), ("Mst. X", "female"),
     ("Newborn baby", None), ("نومولود بچہ", "male"), ("Foetus", None), ("A transgender", "transgender"),
     ("Khawaja Sira", "transgender"), ("خواجہ سرا", "transgender"), ("UNK", None), ("Unk.", None), ("U/K", None), ("UNK x 2", None),
     ("Name not given", None)],
)  # fmt: skip
def test_a_placeholder_is_somebody_without_a_name(cell: str, sex: str | None, tables: Reference) -> None:
    (one,), _ = read(cell, tables)
    assert (one["name"], one["unknown"], one["nobody"], one["sex_hint"]) == (None, True, False, sex)


@pytest.mark.parametrize(
    "cell",
    ["Buffalo", "2 buffaloes", "Motorcycle", "Shop", "General public", "Society", "HBL Bank Ltd", "Bank Al Habib", "WAPDA",
     "Sui Gas Company", "ریاست", "عوام الناس"],
)  # fmt: skip
def test_things_and_bodies_are_nobody_and_told(cell: str, tables: Reference) -> None:
    (one,), codes = read(cell, tables)
    assert (one["name"], one["nobody"], codes) == (None, True, {"RK398"})


@pytest.mark.parametrize("cell", ["nobody", "No one", "Nobody injured", "koi zakhmi nahi", "کوئی نہیں"])
def test_no_victim_is_nobody(cell: str, tables: Reference) -> None:
    assert all(one["nobody"] for one in read(cell, tables)[0])


@pytest.mark.parametrize(
    "cell", ["Security guard", "Afghan national", "Real brother", "Summit Bank", "Aslam employee Sui Gas Company"]
)
def test_who_is_only_described_is_told(cell: str, tables: Reference) -> None:
    assert "RK397" in read(cell, tables)[1]


@pytest.mark.parametrize(
    ("cell", "code"), [("12345", "RK329"), ("{'name': 'Bilal Ahmed'}", "RK348"), ("Bilal Ahmed & party", "RK347")]
)
def test_what_is_no_name_is_told(cell: str, code: str, tables: Reference) -> None:
    assert code in read(cell, tables)[1]


@pytest.mark.parametrize(
    ("cell", "name"),
    [("mother Shazia Bibi", None), ("uncle Haq Nawaz", None), ("XYZ", None), ("father Haq Nawaz", "Haq Nawaz"), ("Haq Nawaz", "Haq Nawaz")],
)
def test_kin_in_a_column_of_fathers_is_no_father(cell: str, name: str | None, tables: Reference) -> None:
    found = relatives.parse_relatives(pl.Series([cell]), "father", tables).row(0, named=True)
    assert found["relative_name"] == name
    assert ("RK348" in found["codes"]) is (" " in cell and name is None)


def test_company_beside_the_one_name_of_a_row_is_no_part_of_it(tables: Reference) -> None:
    found = names.parse_one(pl.Series(["Bilal Ahmed & Co"]), tables).row(0, named=True)
    assert (found["name"], "RK347" in found["codes"]) == ("Bilal Ahmed", True)


@pytest.mark.parametrize(("cell", "told"), [("0301-2345678?", True), ("0301-2345678", False), ("؟0301-2345678", True)])
def test_a_question_mark_beside_a_telephone_is_told(cell: str, told: bool, tables: Reference) -> None:
    (codes,) = phones.clean(pl.Series([cell]), tables)["codes"]
    assert ("RK384" in codes) is told


@pytest.mark.parametrize(
    ("cell", "address", "count"),
    [
        ("Ali S/O Umar R/O Kunjah, 3 unknown", "Kunjah", 3),
        ("Ali S/O Umar caste Jat, 2 namaloom", None, 2),
        ("علی ولد عمر ساکن گاؤں تہکال بالا، 3 نامعلوم", "گاؤں تہکال بالا", 3),
    ],
)
def test_counted_unknown_people_behind_an_address_or_a_caste_are_people(
    cell: str, address: str | None, count: int, tables: Reference
) -> None:
    known, unknown = read(cell, tables)[0]
    assert (known["address"], known["unknown"]) == (address, False)
    assert (unknown["unknown"], unknown["count"]) == (True, count)


@pytest.mark.parametrize(
    ("cell", "card", "phone"),
    [
        ("Zamir S/O Nabi Bux CNIC No. 44506-2910407-3 waghaira", "44506-2910407-3", None),
        ("Ali S/O Umar Cell 0300-1234567 etc", None, "0300-1234567"),
        ("Ali S/O Umar CNIC 44506-2910407-3 & others", "44506-2910407-3", None),
    ],
)
def test_others_behind_a_number_take_no_digit_of_it(cell: str, card: str | None, phone: str | None, tables: Reference) -> None:
    (one,), codes = read(cell, tables)
    assert (one["card"], one["phone"]) == (card, phone)
    assert "RK347" in codes


@pytest.mark.parametrize("title", ["Musmat", "MUSMAAT", "Musammat", "Mosamat", "مسماہ"])
def test_every_spelling_of_a_womans_title_is_a_title(title: str, tables: Reference) -> None:
    (one,), _ = read(f"{title} Gul Pari D/O Asmat", tables)
    assert (one["name"], one["sex_hint"]) == ("Gul Pari", "female")


@pytest.mark.parametrize("cell", ["Ali S/O Umar etc 3 kas", "ALI S/O UMAR ETC 3 KAS"])
def test_the_count_behind_others_is_no_part_of_a_father(cell: str, tables: Reference) -> None:
    (one,), codes = read(cell, tables)
    assert (one["relative_name"], "RK347" in codes) == ("Umar", True)
