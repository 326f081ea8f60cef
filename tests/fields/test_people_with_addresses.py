"""In a list of people with addresses and castes a comma or "and" begins somebody else, or goes on with an address."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import names, people_cells
from recordkit.reference import Reference


def people(cell: str, tables: Reference) -> list[tuple[str | None, str | None, str | None]]:
    """Name, relative's name and address of everybody in a cell."""
    entries = people_cells.split_people(pl.Series([cell]), tables)["people"][0]
    parsed = names.parse(entries, tables).select("name", "relative_name", "address")
    return parsed.rows()


CELLS = {
    "وقاص انجم و رمیش کمار ولد علی گوہر ساکن بستی ملوک، دادو تھانہ صدر و علی گوہر عرف جانی ولد ضمیر حسین": [
        ("وقاص انجم", None, None), ("رمیش کمار", "علی گوہر", "بستی ملوک، دادو تھانہ صدر"), ("علی گوہر", "ضمیر حسین", None),
    ],
    "ضمیر حسین ولد نبی اکبر و غلام مرتضی ساکن محلہ اسلام پورہ، جیکب آباد": [
        ("ضمیر حسین", "نبی اکبر", None), ("غلام مرتضی", None, "محلہ اسلام پورہ، جیکب آباد"),
    ],
    "ناصر عباس ولد مظہر حسین قوم گجر ساکن ڈھوک حسو، رحیم یار خان تھانہ صدر": [
        ("ناصر عباس", "مظہر حسین", "ڈھوک حسو، رحیم یار خان تھانہ صدر"),
    ],
    "محمد انور ولد محمد لطیف سکنہ کلی رحیم گل تھانہ صدر، محمد ایوب سکنہ محلہ عیدگاہ": [
        ("محمد انور", "محمد لطیف", "کلی رحیم گل تھانہ صدر"), ("محمد ایوب", None, "محلہ عیدگاہ"),
    ],
    "پیر جان بن زر ولی سکنہ محلہ عیدگاہ، واشک و مسمات سندس بیوہ میر بخش": [
        ("پیر جان", "زر ولی", "محلہ عیدگاہ، واشک"), ("سندس", "میر بخش", None),
    ],
    "Aslam s/o Noor r/o Mohallah Islampura Taunsa PS Saddar, Muhammad Nawaz Qaum Arain": [
        ("Aslam", "Noor", "Mohallah Islampura Taunsa PS Saddar"), ("Muhammad Nawaz", None, None),
    ],
    "Sohail Iqbal s/o Ghulam Usman, Mian Naveed Mehmood, Khalid Abbas s/o Rafiq Qaum Bhatti": [
        ("Sohail Iqbal", "Ghulam Usman", None), ("Naveed Mehmood", None, None), ("Khalid Abbas", "Rafiq", None),
    ],
    "Fazal Wahid bin Karim Bakhsh, Mst. Asiya Masih R/O Street No. 7 Nai Abadi": [
        ("Fazal Wahid", "Karim Bakhsh", None), ("Asiya Masih", None, "Street No. 7 Nai Abadi"),
    ],
    "Naveed Iqbal Qaum Gujjar, Kashif Ali and Bilal Ahmad r/o Kunjah and 2 unknown": [
        ("Naveed Iqbal", None, None), ("Kashif Ali", None, None), ("Bilal Ahmad", None, "Kunjah"), (None, None, None),
    ],
    "Aslam s/o Noor r/o Chak 45, Tehsil Kharian, Gujrat & Imran r/o Kunjah": [
        ("Aslam", "Noor", "Chak 45, Tehsil Kharian, Gujrat"), ("Imran", None, "Kunjah"),
    ],
    "یوسف مسیح ولد غلام عباس سکنہ کلی اسماعیل و دو نامعلوم": [("یوسف مسیح", "غلام عباس", "کلی اسماعیل"), (None, None, None)],
    "Mst Shazia D/O Abbas R/O Chak No. 12/JB & Ramesh @ Kali": [("Shazia", "Abbas", "Chak No. 12/JB"), ("Ramesh", None, None)],
    "Ali Khan r/o Dera Ismail Khan, Fateh Khan r/o Tank": [("Ali Khan", None, "Dera Ismail Khan"), ("Fateh Khan", None, "Tank")],
    "ملک پیر بخش ولد موہن لال": [("پیر بخش", "موہن لال", None)],
    "Syed Pir Bakhsh S/O Noor": [("Pir Bakhsh", "Noor", None)],
}  # fmt: skip


@pytest.mark.parametrize("cell", CELLS)
def test_everybody_of_a_list_with_addresses_is_somebody(cell: str, tables: Reference) -> None:
    assert people(cell, tables) == CELLS[cell]


@pytest.mark.parametrize(
    ("behind", "doubted"),
    [("Muhammad Bashir, Lahore", True), ("Muhammad Nagar, Lahore", False), ("Rahim Yar Khan", False), ("Street 5", False),
     ("Hasan Town & Muhammad Pura", True)],
)
def test_a_bare_name_in_an_address_may_be_somebody(behind: str, doubted: bool, tables: Reference) -> None:
    cell = pl.Series([f"Aslam S/O Rasool r/o Mohallah Islampura, {behind}"])
    found = people_cells.split_people(cell, tables).row(0, named=True)
    assert (len(found["people"]), "RK344" in found["codes"]) == (1, doubted)


def test_the_lines_of_a_cell_are_read_one_by_one(tables: Reference) -> None:
    cell = "تنویر عباس پسر محمد رمضان ساکن گلشن کالونی، کرم تھانہ صدر\nزر زمان پسر رحمت اللہ"
    assert [name for name, _, _ in people(cell, tables)] == ["تنویر عباس", "زر زمان"]


@pytest.mark.parametrize("before", ["جناب", "محترم", "Janab", "Shri"])
def test_a_courtesy_before_a_name_is_no_part_of_it(before: str, tables: Reference) -> None:
    assert people(f"{before} Aslam Khan S/O Noor", tables) == [("Aslam Khan", "Noor", None)]


@pytest.mark.parametrize("behind", ["sb", "Sb.", "Sahiba"])
def test_a_courtesy_behind_a_name_is_no_part_of_it(behind: str, tables: Reference) -> None:
    assert people(f"Ch. Muhammad Aslam {behind} S/O Noor", tables) == [("Muhammad Aslam", "Noor", None)]
