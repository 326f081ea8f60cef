"""People in a cell, what an entry says of one person, and keys that are equal for the spellings of a name."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit import reference
from recordkit.fields import name_keys, names, people_cells, relatives
from recordkit.reference import Reference


def people(raw: str | None, tables: Reference) -> list[str]:
    return people_cells.split_people(pl.Series([raw], dtype=pl.String), tables)["people"].to_list()[0]


def parsed(raw: str, tables: Reference) -> dict[str, object]:
    return names.parse(pl.Series([raw]), tables).row(0, named=True)


def key(raw: str, tables: Reference) -> str | None:
    return name_keys.keys(pl.Series([raw]), tables)["key"].to_list()[0]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            "1) Muhammad Aslam S/O Ghulam Rasool 2) Imran @ Mani S/O Bashir",
            ["Muhammad Aslam S/O Ghulam Rasool", "Imran @ Mani S/O Bashir"],
        ),
        ("1. Iqbal Shah S/O Arshad\n2. Mushtaq S/O Kamran", ["Iqbal Shah S/O Arshad", "Mushtaq S/O Kamran"]),
        ("UMAR S/O SHAFIQ; UNKNOWN ACCUSED", ["UMAR S/O SHAFIQ", "UNKNOWN ACCUSED"]),
        ("Nadir S/O Adnan, Ghulam Riaz S/O Hassan", ["Nadir S/O Adnan", "Ghulam Riaz S/O Hassan"]),
        ("Aslam|Akram", ["Aslam", "Akram"]),
        ("Aslam\nS/O Ali\nR/O Daska\nAkram\nS/O Noor", ["Aslam S/O Ali R/O Daska", "Akram S/O Noor"]),
        ("علی\nولد نور\nعمران ولد بشیر", ["علی ولد نور", "عمران ولد بشیر"]),
        ("۱۔ عمران خان ولد بشیر ۲۔ راشد علی ولد کریم", ["عمران خان ولد بشیر", "راشد علی ولد کریم"]),
        ("[1] Aslam S/O Ali [2] Akram", ["Aslam S/O Ali", "Akram"]),
        ("Aslam S/O Ali alongwith Akram S/O Noor", ["Aslam S/O Ali", "Akram S/O Noor"]),
        ("Aslam S/O Ali along with a pistol", ["Aslam S/O Ali along with a pistol"]),
        ("Aslam & Akram", ["Aslam", "Akram"]),
        ("محمد طارق ولد وسیم خان، محمد اشرف ولد رفیق", ["محمد طارق ولد وسیم خان", "محمد اشرف ولد رفیق"]),
        ("محمد اسلم و محمد اکرم", ["محمد اسلم", "محمد اکرم"]),
        ("Aslam and 2 unknown", ["Aslam", "2 unknown"]),
        ("Imran etc", ["Imran"]),
        ("Imran alias Mani, Billa urf Shani S/O Khan", ["Imran alias Mani", "Billa urf Shani S/O Khan"]),
        (
            "Aslam S/O Bashir R/O Chak 45, Tehsil Kasur, Imran S/O Ali r/o Lahore",
            ["Aslam S/O Bashir R/O Chak 45, Tehsil Kasur", "Imran S/O Ali r/o Lahore"],
        ),
        ("", []),
        ("N/A", []),
        (None, []),
    ],
)
def test_a_cell_is_cut_into_its_people(raw: str | None, expected: list[str], tables: Reference) -> None:
    assert people(raw, tables) == expected


def test_several_people_in_a_cell_are_noted(tables: Reference) -> None:
    out = people_cells.split_people(pl.Series(["Aslam", "Aslam; Akram"]), tables)
    assert out["codes"].to_list() == [[], ["RK219"]]


@pytest.mark.parametrize(
    ("raw", "name", "relation", "relative", "aliases", "sex"),
    [
        ("Muhammad Aslam S/O Ghulam Rasool", "Muhammad Aslam", "father", "Ghulam Rasool", [], "male"),
        ("MUHAMMAD ASLAM SO BASHIR", "Muhammad Aslam", "father", "Bashir", [], "male"),
        ("Imran @ Mani S/O Bashir", "Imran", "father", "Bashir", ["Mani"], "male"),
        ("Imran alias Mani alias Billa", "Imran", None, None, ["Mani", "Billa"], None),
        ("MST. FATIMA BIBI W/O MUHAMMAD ASLAM", "Fatima Bibi", "husband", "Muhammad Aslam", [], "female"),
        ("Ayesha D/o Imran Khan", "Ayesha", "father", "Imran Khan", [], "female"),
        ("Samina widow of Akram", "Samina", "husband", "Akram", [], "female"),
        ("محمد سرور عرف بھولا ولد محمد منظور", "محمد سرور", "father", "محمد منظور", ["بھولا"], "male"),
        ("مسماة شبانہ خاتون دختر عمران", "شبانہ خاتون", "father", "عمران", [], "female"),
        ("زینب بی بی زوجہ اسلم", "زینب بی بی", "husband", "اسلم", [], "female"),
        ("2) Aslam (late) S/O Haji Rasool (Late)", "Aslam", "father", "Rasool", [], "male"),
        ("Zia ur Rehman", "Zia Ur Rehman", None, None, [], None),
        ("Malik", "Malik", None, None, [], None),
        ("Sohail Woods", "Sohail Woods", None, None, [], None),
    ],
)
def test_an_entry_says_who_someone_is(
    raw: str,
    name: str,
    relation: str | None,
    relative: str | None,
    aliases: list[str],
    sex: str | None,
    tables: Reference,
) -> None:
    found = parsed(raw, tables)
    assert (found["name"], found["relation"], found["relative_name"]) == (name, relation, relative)
    assert (found["aliases"], found["sex_hint"], found["unknown"]) == (aliases, sex, False)
    assert found["codes"] == []


def test_titles_caste_and_address_are_no_part_of_a_name(tables: Reference) -> None:
    found = parsed("Ch. Muhammad Ali s/o Ch. Nawaz caste Gujjar r/o Chak No. 45, Gujrat", tables)
    assert (found["name"], found["relative_name"], found["honorifics"]) == ("Muhammad Ali", "Nawaz", ["Ch"])
    assert (found["caste"], found["address"]) == ("Gujjar", "Chak No. 45, Gujrat")
    found = parsed("محمد اسلم ولد رسول قوم آرائیں سکنہ چک نمبر 45", tables)
    assert (found["name"], found["caste"], found["address"]) == ("محمد اسلم", "آرائیں", "چک نمبر 45")


@pytest.mark.parametrize(
    ("raw", "count"),
    [("Unknown", 1), ("3 UNKNOWN ACCUSED", 3), ("na-maloom", 1), ("2 na-maloom", 2), ("نامعلوم افراد", 1)],
)
def test_unknown_people_are_nobody(raw: str, count: int, tables: Reference) -> None:
    found = parsed(raw, tables)
    assert (found["name"], found["unknown"], found["count"], found["codes"]) == (None, True, count, ["RK330"])


def test_the_state_is_nobody_and_the_officer_who_reports_is_somebody(tables: Reference) -> None:
    assert (parsed("State", tables)["name"], parsed("State", tables)["unknown"]) == (None, True)
    found = parsed("State through SI Imran Khan", tables)
    assert (found["name"], found["unknown"]) == ("Imran Khan", False)


def test_an_entry_without_a_name_is_a_finding(tables: Reference) -> None:
    assert parsed("12345", tables)["codes"] == ["RK329"]
    assert parsed("-", tables)["codes"] == []


def test_a_column_of_parents_gives_the_relation(tables: Reference) -> None:
    column = pl.Series(["S/O Ghulam Rasool", "Ghulam Rasool", "W/O Aslam", "ولد محمد اسلم", "-", "unknown"])
    out = relatives.parse_relatives(column, None, tables)
    assert out["relation"].to_list() == ["father", None, "husband", "father", None, None]
    assert out["relative_name"].to_list() == ["Ghulam Rasool", "Ghulam Rasool", "Aslam", "محمد اسلم", None, None]
    assert relatives.parse_relatives(column, "father", tables)["relation"].to_list()[:3] == ["father", "father", "husband"]


def test_every_spelling_of_a_listed_name_has_one_key(tables: Reference) -> None:
    rows = tables.name_variants.filter(pl.col("kind").str.contains("^(?:given|compound|suffix|caste|tribe|title)"))
    long = reference.words(rows, ["canonical"], ["canonical", "variants", "urdu"])
    keyed = long.with_columns(name_keys.keys(long["word"], tables)["key"])
    apart = keyed.group_by("canonical").agg(pl.col("key").n_unique(), "word").filter(pl.col("key") > 1)
    assert apart.height == 0, apart


def test_different_listed_names_have_different_keys(tables: Reference) -> None:
    rows = tables.name_variants.filter(pl.col("kind").is_in(["given", "given(f)"]))
    keyed = rows.with_columns(name_keys.keys(rows["canonical"], tables)["key"])
    assert keyed["key"].n_unique() == keyed.height


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Muhammad Aslam", "MOHD ASLEM"), ("Muhammad Aslam", "محمد اسلم"), ("M. Aslam", "Md. Aslam"),
        ("Abdul Rehman", "Abdurrehman"), ("Abdul Rehman", "عبدالرحمن"), ("Abdul Ghani", "Abdulghani"),
        ("Abdul Sattar", "عبدالستار"), ("Zia-ur-Rehman", "ضیاء الرحمن"), ("Saifullah", "Saif Ullah"),
        ("Shafeeque Ahmed", "Shafiq Ahmad"), ("Fatima Bibi", "فاطمہ بی بی"), ("Qamruddeen", "Kamruddin"),
        ("Parwaiz Mehmood", "Pervez Mahmud"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_have_one_key(a: str, b: str, tables: Reference) -> None:
    assert key(a, tables) == key(b, tables)


@pytest.mark.parametrize(
    ("a", "b"),
    [("Rashid", "Rasheed"), ("راشد", "رشید"), ("Aslam", "Islam"), ("Jan", "Khan"), ("Sadiq", "Siddique"),
     ("Hussain", "Husnain"), ("Shahid", "Shaheed"), ("Butt", "Bhutto"), ("Nazir", "Nadir")],
)  # fmt: skip
def test_different_names_have_different_keys(a: str, b: str, tables: Reference) -> None:
    assert key(a, tables) != key(b, tables)


def test_an_officer_whom_nobody_names_is_nobody(tables: Reference) -> None:
    assert [parsed(raw, tables)["name"] for raw in ("State through ASI", "SI/SHO", "State through ASI Akram")] == [
        None, None, "Akram",
    ]  # fmt: skip


def test_a_number_word_that_looks_like_a_relation_makes_nobody_a_father(tables: Reference) -> None:
    found = parsed("do namaloom afraad", tables)
    assert (found["unknown"], found["relation"], found["relative_name"]) == (True, None, None)


@pytest.mark.parametrize(
    ("raw", "address", "caste"),
    [
        ("Aslam S/O Ali R/O House No 5 Street 3 Lahore", "House No 5 Street 3 Lahore", None),
        ("Aslam S/O Ali r/o H.No 12 P/O Daska", "H.No 12 P/O Daska", None),
        ("Aslam S/O Ali R/O Chak 45 caste Jutt", "Chak 45", "Jutt"),
        ("Aslam, House No 5, Lahore", "House No 5, Lahore", None),
    ],
)
def test_an_address_goes_on_to_its_end(raw: str, address: str, caste: str | None, tables: Reference) -> None:
    found = parsed(raw, tables)
    assert (found["name"], found["address"], found["caste"]) == ("Aslam", address, caste)


def test_a_column_of_addresses_loses_the_word_that_starts_them(tables: Reference) -> None:
    written = pl.Series(["r/o Chak 45", "سکنہ لاہور", "Sakina Town", "House No 3", None])
    assert names.address(written, tables).to_list() == ["Chak 45", "لاہور", "Sakina Town", "House No 3", None]


def test_a_column_of_aliases_is_cut_and_written_like_those_in_a_name(tables: Reference) -> None:
    written = pl.Series(["KALU @ billa", "urf Mani, JOJI", "-", None])
    assert names.parse_aliases(written, tables)["aliases"].to_list() == [["Kalu", "Billa"], ["Mani", "Joji"], [], []]


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        ("Ali Raza and Noor Khan", ["RK345"]),
        ("1) Ali S/O Karim 2) Noor S/O Zaid", ["RK345"]),
        ("Ali Raza, Noor Khan", ["RK345"]),
        ("Khan, Imran", []),
        ("Aslam s/o Ali, Lahore", ["RK348"]),  # kept nowhere: it may be the place or the grandfather
        ("Aslam and others", ["RK347"]),
    ],
)
def test_several_people_in_the_name_of_one_are_told(raw: str, codes: list[str], tables: Reference) -> None:
    assert names.parse_one(pl.Series([raw]), tables)["codes"].to_list() == [codes]


def test_a_parent_behind_the_word_for_parentage_is_the_parent(tables: Reference) -> None:
    found = relatives.parse_relatives(pl.Series(["ولدیت: غلام رسول"]), "father", tables)
    assert found["relative_name"].to_list() == ["غلام رسول"]
