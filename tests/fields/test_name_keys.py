"""The key of a name, the caste behind it, and the words that are no known name's."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit import declarations, reference
from recordkit.fields import name_keys

REFERENCE = reference.load([declarations.PACKAGED])


def keys(name: str | None) -> dict[str, object]:
    return name_keys.keys(pl.Series([name], dtype=pl.String), REFERENCE).row(0, named=True)


@pytest.mark.parametrize("name", ["Muhammad Ali Panhwar", "Mohd Aly Panhwer", "محمد علی پنہور"])
def test_a_caste_behind_a_name_is_no_part_of_its_key_and_is_kept_beside_it(name: str) -> None:
    assert keys(name)["key"] == keys("Muhammad Ali")["key"]
    assert keys(name)["caste"] == keys("Nazir Panhwar")["caste"] is not None


def test_a_caste_that_is_all_that_follows_muhammad_is_the_name() -> None:
    found = keys("Muhammad Siddiqui")
    assert found["caste"] is None
    assert found["key"] != keys("Muhammad")["key"]


def test_two_castes_behind_one_name_differ() -> None:
    assert keys("Yasir Butt")["caste"] != keys("Yasir Shinwari")["caste"]


@pytest.mark.parametrize("name", ["MuhammadEijaz", "Mohammadejaz", "Muhammad Eijaz", "MOHD EJAZ"])
def test_a_space_that_was_lost_behind_muhammad_is_found(name: str) -> None:
    words = str(keys(name)["key"]).split(" ")
    assert words[0] == keys("Muhammad")["key"]
    assert words[1].strip("aeiou") in (str(keys("Ijaz")["key"]).strip("aeiou"), "jz")


def test_mohammadi_is_a_name_of_its_own() -> None:
    assert " " not in str(keys("Mohammadi")["key"])


def test_a_word_that_no_known_name_has_gets_a_star() -> None:
    assert keys("Muhammad Haoon")["words"] == f"{keys('Muhammad')['key']} hn*"
    assert "*" not in str(keys("Muhammad Haroon")["words"])


def test_the_words_without_their_stars_are_the_key() -> None:
    for name in ("Abullah Marri", "Zxcv", "محمد علی", "Gjulam Ishaq Mirza"):
        found = keys(name)
        assert str(found["words"]).replace("*", "") == found["key"]


def test_no_name_has_no_key() -> None:
    assert keys(None) == {"key": None, "tokens": [], "caste": None, "words": None}
    assert keys("12/3")["key"] is None
    assert keys("12/3")["words"] is None


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Hasaan", "Hassan"), ("Anver", "Anwar"), ("Asalam", "Aslam"), ("Raoof", "Rauf"), ("Khaleed", "Khalid"),
        ("Haroun", "Haroon"), ("Feisal", "Faisal"), ("Hayder", "Haider"), ("Zahur", "Zahoor"), ("Tarique", "Tariq"),
        ("Ansary", "Ansari"), ("Bibbi", "Bibi"),
    ],
)  # fmt: skip
def test_a_spelling_that_no_table_lists_is_the_one_known_name_that_it_sounds_like(spelling: str, name: str) -> None:
    assert keys(spelling) == keys(name)
    assert "*" not in str(keys(spelling)["words"])


@pytest.mark.parametrize("one", ["Hussina", "Karam", "Rashied", "Saleema", "Jamila", "Muhammda"])
@pytest.mark.parametrize("other", ["Hussain", "Karim", "Rashid", "Rasheed", "Salma", "Jamil", "Muhammad"])
def test_another_vowel_or_another_ending_is_another_name_or_none(one: str, other: str) -> None:
    assert keys(one)["key"] != keys(other)["key"]


@pytest.mark.parametrize(
    ("latin", "urdu"),
    [("Talha", "طلحہ"), ("Talhah", "طلحہ"), ("Zahoor", "ظہور"), ("Azhar", "اظہر"), ("Saleh", "صالح"), ("Fateh", "فاتح"),
     ("Shah", "شاہ"), ("Mehwish", "مہوش")],
)  # fmt: skip
def test_a_name_with_an_aspirate_has_one_key_in_both_scripts(latin: str, urdu: str) -> None:
    assert keys(latin)["key"] == keys(urdu)["key"]


@pytest.mark.parametrize(("one", "other"), [("Zahoor", "Zaheer"), ("Zain", "Zeeshan"), ("Sobia", "Sana"), ("Noreen", "Nasreen")])
def test_two_known_names_are_never_a_slip_of_each_other(one: str, other: str) -> None:
    assert keys(one)["key"] != keys(other)["key"]
    assert "*" not in f"{keys(one)['words']}{keys(other)['words']}"
