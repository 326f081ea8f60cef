"""Names as they are written here, through the whole of linking: one person, or two?"""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import polars as pl
import pytest

from recordkit import declarations, linkage, reference
from recordkit.fields import cnic, name_keys, names, relatives

SPEC = linkage.load([declarations.PACKAGED])
REFERENCE = reference.load([declarations.PACKAGED])
CARD, OTHER = "35202-1234567-1", "61101-7654321-5"
GIVEN = ["Waqas", "Faisal", "Adeel", "Kashif", "Umair", "Hamza", "Talha", "Danish", "Junaid", "Sarfraz", "Maqbool",
         "Hanif", "Arshad", "Mukhtar", "Jahangir", "Sikandar", "Punhal", "Khushal", "Zarin", "Hayat"]  # fmt: skip
DISTRICTS = ["Lahore", "Multan", "Gujrat", "Okara", "Quetta", "Swat", "Sukkur", "Kohat"]


def backdrop() -> list[dict[str, Any]]:
    """Four hundred other people, every fourth of them twice: what is usual in a list."""
    rng = random.Random(5)
    rows = []
    for who in range(400):
        one = {
            "name": f"{rng.choice(GIVEN)} {rng.choice(GIVEN)}", "parent": f"S/O {rng.choice(GIVEN)} {rng.choice(GIVEN)}",
            "cnic": f"3{rng.randrange(1000, 9999)}-{rng.randrange(10**6, 10**7)}-{rng.choice('13579')}",
            "born": date(rng.randrange(1950, 2005), rng.randrange(1, 13), rng.randrange(1, 28)),
            "district": rng.choice(DISTRICTS), "sex": "male",
        }  # fmt: skip
        rows += [one] * (2 if who % 4 == 0 else 1)
    return rows


def same(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether two mentions of different cases become one person in a list of others."""
    rows = [*backdrop(), first, second]
    cases = pl.DataFrame({
        "record_id": [f"R{at:04d}" for at in range(len(rows))],
        "district": [row.get("district", "Gujrat") for row in rows],
        "registered_on": [date(2026, 7, 1)] * len(rows),
    })  # fmt: skip
    text = {key: pl.Series(key, [row.get(key) for row in rows], dtype=pl.String) for key in ("name", "parent", "cnic")}
    parsed = names.parse(text["name"], REFERENCE)
    related = relatives.parse_relatives(text["parent"], None, REFERENCE)
    stated = pl.Series("sex", [row.get("sex") for row in rows], dtype=pl.String)
    people = pl.DataFrame({
        "record_id": cases["record_id"], "mention_ref": cases["record_id"] + ":accused:0", "role": "accused",
        "position": 0, "file_sha256": "f", "sheet": "", "agency": "punjab", "period": "2026-07",
        "name": parsed["name"], "aliases": parsed["aliases"], "unknown": parsed["unknown"],
        "relation": related["relation"], "relative_name": related["relative_name"],
        "name_key": name_keys.keys(parsed["name"], REFERENCE)["key"],
        "alias_key": name_keys.keys(parsed["aliases"].list.first(), REFERENCE)["key"],
        "relative_key": name_keys.keys(related["relative_name"], REFERENCE)["key"],
        "cnic": cnic.clean(text["cnic"], REFERENCE)["cnic"],
        "date_of_birth": pl.Series([row.get("born") for row in rows], dtype=pl.Date),
        "age": pl.Series([row.get("age") for row in rows], dtype=pl.Int64),
        "sex": pl.select(pl.coalesce(stated, parsed["sex_hint"])).to_series(),
        "phones": [[row["phone"]] if row.get("phone") else [] for row in rows],
        "address": pl.Series([row.get("address") for row in rows], dtype=pl.String),
    })  # fmt: skip
    done = linkage.link(cases, pl.DataFrame(), people, SPEC)
    who = dict(done.mention_members.select("mention_ref", "person_id").rows())
    refs = [f"R{len(rows) - at:04d}:accused:0" for at in (2, 1)]
    return refs[0] in who and refs[1] in who and who[refs[0]] == who[refs[1]]


ASLAM = {"name": "Muhammad Aslam", "parent": "S/O Ghulam Rasool", "born": date(1980, 5, 14), "phone": "+923001234567"}
SHAZIA = {"name": "Mst. Shazia Bibi", "parent": "D/O Nazir Ahmed", "born": date(1990, 2, 3), "address": "Basti Noor 4"}


@pytest.mark.parametrize("spelling", ["M. Aslam", "Mohd. Aslem", "Aslam", "MUHAMMAD ASLAM", "محمد اسلم", "Aslam Jutt"])
def test_a_prefix_a_caste_a_script_and_a_spelling_make_no_other_person(spelling: str) -> None:
    assert same(ASLAM, ASLAM | {"name": spelling})


@pytest.mark.parametrize("spelling", ["Abdurrehman", "Abdul Rahman", "عبدالرحمن", "Abd-ur-Rehman"])
def test_compound_names_join_and_split(spelling: str) -> None:
    assert same(ASLAM | {"name": "Abdul Rehman"}, ASLAM | {"name": spelling})


def test_a_woman_named_by_her_father_and_by_her_husband_is_one_if_the_rest_agrees() -> None:
    assert same(SHAZIA, SHAZIA | {"parent": "W/O Imran Khan", "age": 36})


def test_a_father_is_not_a_husband() -> None:
    first = {"name": "Shazia Bibi", "parent": "D/O Imran Khan"}
    assert not same(first, {"name": "Shazia Bibi", "parent": "W/O Imran Khan"})


def test_an_alias_is_an_alternative_name() -> None:
    known = {"parent": "S/O Ghulam Rasool", "born": date(1980, 5, 14), "address": "Kot Lakhpat 12"}
    assert same({"name": "Imran @ Mani"} | known, {"name": "Mani"} | known)


def test_a_name_and_a_father_that_changed_places_are_still_the_same() -> None:
    rest = {"born": date(1980, 5, 14), "phone": "+923001234567"}
    first = {"name": "Shahbaz Akhtar", "parent": "S/O Lateef Anjum"}
    assert same(first | rest, {"name": "Lateef Anjum", "parent": "S/O Shahbaz Akhtar"} | rest)


def test_a_father_and_his_son_with_one_telephone_are_two() -> None:
    rest = {"phone": "+923001234567", "address": "Kot Lakhpat 12"}
    first = {"name": "Shahbaz Akhtar", "parent": "S/O Lateef Anjum"}
    assert not same(first | rest, {"name": "Lateef Anjum", "parent": "S/O Shahbaz Akhtar"} | rest)


def test_namesakes_with_different_fathers_are_two() -> None:
    assert not same(
        {"name": "Muhammad Aslam", "parent": "S/O Bashir"}, {"name": "Muhammad Aslam", "parent": "S/O Nazir"}
    )


def test_brothers_who_share_father_phone_and_street_are_two() -> None:
    home = {"parent": "S/O Ghulam Rasool", "phone": "+923001234567", "address": "Kot Lakhpat 12"}
    assert not same({"name": "Muhammad Aslam"} | home, {"name": "Muhammad Akram"} | home)


def test_a_brother_with_the_lent_card_is_not_the_owner() -> None:
    home = {"parent": "S/O Ghulam Rasool", "cnic": CARD}
    first = {"name": "Muhammad Aslam", "born": date(1980, 5, 14)}
    assert not same(first | home, {"name": "Muhammad Shoaib", "born": date(1991, 1, 30)} | home)


@pytest.mark.parametrize("card", ["35202-1234567-1", "35202-1234657-1", "35202-1234561-1"])
def test_a_slip_or_two_turned_digits_in_a_card_are_forgiven_when_the_rest_agrees(card: str) -> None:
    assert same(ASLAM | {"cnic": CARD}, ASLAM | {"cnic": card, "phone": None})


def test_another_card_keeps_namesakes_apart() -> None:
    first = {"name": "Muhammad Aslam", "parent": "S/O Ghulam Rasool", "age": 40}
    assert not same(first | {"cnic": CARD}, first | {"cnic": OTHER})


def test_a_dummy_card_joins_nobody() -> None:
    dummy = {"cnic": "11111-1111111-1"}
    assert not same({"name": "Muhammad Aslam"} | dummy, {"name": "Aslam Khan", "parent": "S/O Nazir"} | dummy)


def test_a_card_with_everything_else_against_is_no_join() -> None:
    first = {"name": "Imran Khan", "parent": "S/O Bashir", "born": date(1990, 1, 1), "sex": "male", "cnic": CARD}
    second = {"name": "Shazia Bibi", "parent": "D/O Nazir", "born": date(1961, 5, 5), "sex": "female", "cnic": CARD}
    assert not same(first, second)


def test_rashid_and_rasheed_are_different_names() -> None:
    rest = {"parent": "S/O Ghulam Rasool", "age": 40}
    assert not same({"name": "Muhammad Rashid"} | rest, {"name": "Muhammad Rasheed"} | rest)


def test_the_unknown_are_never_one() -> None:
    assert not same({"name": "Na-maloom"}, {"name": "نامعلوم"})
