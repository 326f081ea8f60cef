"""Lists in other hands' manner, with their truth beside them: what the linker meets when it knows nothing of a list.

    python strangers.py FOLDER SEED      an interpreter that has Faker, whose names and their frequencies are used

voters: American voters, 20,000 rows: households, nicknames, initials, women's new names, moves, sons with their
fathers' names. voters-four: their names, city and zip only. voters-once: hardly anybody stands twice. patients: whole
names with a comma, months before days, numbers missing or mistyped, twins with the next number. customers: names, a day
of birth, a city and a mail address, each with slips and often missing.
"""

from __future__ import annotations

import random
import string
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

Row = dict[str, Any]
STREETS = ["Main St", "Oak Ave", "Maple Dr", "Church St", "Mill Rd", "Lake Ct", "Pine Ln", "Hill Rd", "Park Ave", "Elm St", "Cedar Dr",
           "Spring Rd", "River Rd", "Old School Rd", "Forest Ln", "Meadow Way", "Highland Ave", "Ridge Rd", "Washington St", "Hwy 70"]  # fmt: skip
TOWNS = [
    a + b
    for a in ("Ash", "Green", "High", "Wilm", "Fay", "Char", "Gas", "Golds", "Rock", "Hender", "Lex", "Con", "Kin", "Burl", "Salis")
    for b in ("ville", "boro", "ton", "field", "burg")
]
CITIES = ["London", "Birmingham", "Leeds", "Glasgow", "Sheffield", "Bradford", "Liverpool", "Manchester", "Bristol", "Cardiff", "Derby", "York"]
NICKNAMES = {
    "William": "Bill Will Billy", "Robert": "Bob Rob Bobby", "James": "Jim Jimmy", "Michael": "Mike", "Richard": "Rick Dick",
    "Thomas": "Tom", "Charles": "Chuck Charlie", "Christopher": "Chris", "Daniel": "Dan Danny", "Matthew": "Matt",
    "Anthony": "Tony", "Joseph": "Joe", "Steven": "Steve", "Edward": "Ed Ted", "Elizabeth": "Liz Beth Betty",
    "Margaret": "Peggy Maggie", "Patricia": "Pat Patty", "Jennifer": "Jen Jenny", "Rebecca": "Becky", "Deborah": "Debbie",
    "Susan": "Sue", "Barbara": "Barb", "Kimberly": "Kim", "Jessica": "Jess", "Benjamin": "Ben", "Samuel": "Sam",
}  # fmt: skip
SOUNDS = [("ph", "f"), ("ck", "k"), ("ie", "y"), ("ee", "ea"), ("c", "k"), ("s", "z"), ("ll", "l"), ("l", "ll"), ("tt", "t"), ("ey", "y"), ("ai", "ay")]


class Names:
    """Names with their frequencies."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.names, self.weights = list(weights), list(weights.values())

    def draw(self, rng: random.Random) -> str:
        return rng.choices(self.names, self.weights)[0]


def falling(values: list[str]) -> Names:
    return Names({value: 1 / (place + 1) ** 0.9 for place, value in enumerate(values)})


def stocks() -> tuple[Names, Names, Names]:
    """Men's, women's and family names of the United States."""
    from faker.providers.person.en_US import Provider

    return Names(Provider.first_names_male), Names(Provider.first_names_female), Names(Provider.last_names)


def slip(rng: random.Random, text: str) -> str:
    """A letter lost, doubled, exchanged with the next one or for another, or a sound written otherwise."""
    if len(text) < 2:
        return text
    at = rng.randrange(len(text) - 1)
    sounds = [(a, b) for a, b in SOUNDS if a in text.lower()[1:]]
    made = [
        text[:at] + text[at + 1 :], text[: at + 1] + text[at:], text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        text[:at] + rng.choice(string.digits if text[at].isdigit() else string.ascii_lowercase) + text[at + 1 :],
    ]  # fmt: skip
    if sounds:
        a, b = rng.choice(sounds)
        place = text.lower().find(a, 1)
        made.append(text[:place] + b + text[place + len(a) :])
    return rng.choice(made)


def maybe(rng: random.Random, chance: float, one: Any, other: Any) -> Any:
    return one if rng.random() < chance else other


def times(rng: random.Random, shares: dict[int, float]) -> int:
    return rng.choices(list(shares), list(shares.values()))[0]


def voters(rng: random.Random, rows: int, often: dict[int, float]) -> list[Row]:
    """True person in `who`; a household has one street, zip and often name and telephone."""
    men, women, families = stocks()
    towns = falling(TOWNS)
    zips = {town: [f"27{rng.randrange(1000):03d}" for _ in range(1 + place % 4)] for place, town in enumerate(TOWNS)}
    found: list[Row] = []
    houses: list[Row] = []
    who = 0
    while len(found) < rows:
        her = rng.random() < 0.53
        given, family = (women if her else men).draw(rng), families.draw(rng)
        town = towns.draw(rng)
        person = {
            "town": town, "zip": rng.choice(zips[town]), "street": f"{rng.randrange(1, 9999)} {rng.choice(STREETS)}",
            "phone": f"919{rng.randrange(10**7):07d}", "family": family, "suffix": "", "born": int(rng.triangular(1925, 2006, 1978)),
        }  # fmt: skip
        if houses and rng.random() < 0.45:
            house = rng.choice(houses[-3000:])
            person |= {key: house[key] for key in ("town", "zip", "street")}
            person["phone"] = maybe(rng, 0.4, house["phone"], person["phone"])
            person["family"] = maybe(rng, 0.8, house["family"], family)
            if not her and house["given"] and rng.random() < 0.06:
                given, person["suffix"], person["born"] = house["given"], "JR", house["born"] + rng.randrange(20, 35)
        houses.append({**person, "given": "" if her else given})
        middle = maybe(rng, 0.85, (women if her else men).draw(rng), "")
        turns = range(times(rng, often))
        found += [{"who": who, **_voter(rng, person, given, middle, her, turn, towns, zips, families)} for turn in turns]
        who += 1
    return found


def _voter(rng: random.Random, person: Row, given: str, middle: str, her: bool, turn: int, towns: Names,
           zips: dict[str, list[str]], families: Names) -> Row:  # fmt: skip
    """One registration of a person."""
    family, town, code, street = (person[key] for key in ("family", "town", "zip", "street"))
    if turn and her and rng.random() < 0.1:
        family = families.draw(rng)
    if turn and rng.random() < 0.22:
        town = towns.draw(rng)
        code, street = rng.choice(zips[town]), f"{rng.randrange(1, 9999)} {rng.choice(STREETS)}"
    if given in NICKNAMES and rng.random() < 0.12:
        given = rng.choice(NICKNAMES[given].split())
    shown = maybe(rng, 0.25, middle[:1], maybe(rng, 0.12, "", middle))
    return {
        "last_name": maybe(rng, 0.06, slip(rng, family), family).upper(),
        "first_name": maybe(rng, 0.06, slip(rng, given), given).upper(),
        "midl_name": shown.upper(), "name_sufx_cd": maybe(rng, 0.3, "", person["suffix"]),
        "sex_code": maybe(rng, 0.06, "U", "F" if her else "M"),
        "birth_year": person["born"] + maybe(rng, 0.03, rng.choice([-1, 1, -10, 10]), 0),
        "res_street_address": maybe(rng, 0.04, slip(rng, street), street).upper(), "res_city_desc": town.upper(),
        "zip_code": maybe(rng, 0.03, slip(rng, code), code), "full_phone_num": maybe(rng, 0.35, "", person["phone"]),
    }  # fmt: skip


def patients(rng: random.Random, rows: int) -> list[Row]:
    """Whole names; one birth in fifty is of twins whose numbers follow each other."""
    men, women, families = stocks()
    found: list[Row] = []
    who = 0
    while len(found) < rows:
        her = rng.random() < 0.55
        family, born, number = families.draw(rng), date(1930, 1, 1) + timedelta(rng.randrange(32_000)), rng.randrange(10**8, 8 * 10**8)
        street, phone = f"{rng.randrange(1, 9999)} {rng.choice(STREETS)}", f"404{rng.randrange(10**7):07d}"
        for twin in range(2 if rng.random() < 0.02 else 1):
            given, middle = (women if her else men).draw(rng), maybe(rng, 0.7, rng.choice(string.ascii_uppercase), "")
            for turn in range(times(rng, {1: 0.65, 2: 0.2, 3: 0.1, 5: 0.05})):
                last = families.draw(rng) if turn and her and rng.random() < 0.08 else maybe(rng, 0.06, slip(rng, family), family)
                first = rng.choice(NICKNAMES[given].split()) if given in NICKNAMES and rng.random() < 0.1 else given
                day = born.strftime("%m/%d/%Y")
                digits = str(number + twin)
                found.append({
                    "who": who, "Patient Name": f"{last.upper()}, {maybe(rng, 0.06, slip(rng, first), first).upper()} {maybe(rng, 0.2, '', middle)}".strip(),
                    "DOB": maybe(rng, 0.02, "01/01/1900", maybe(rng, 0.04, slip(rng, day), day)),
                    "SSN": maybe(rng, 0.35, "", maybe(rng, 0.01, "999-99-9999", maybe(rng, 0.05, slip(rng, digits), digits))),
                    "Sex": "F" if her else "M",
                    "Address": f"{rng.randrange(1, 9999)} {rng.choice(STREETS)}" if turn and rng.random() < 0.25 else street,
                    "Home Phone": maybe(rng, 0.3, "", phone), "MRN": f"H{len(found):07d}",
                })  # fmt: skip
            who += 1
    return found


def customers(rng: random.Random, rows: int) -> list[Row]:
    """Few columns, each with slips and often missing."""
    men, women, families = stocks()
    cities = falling(CITIES)
    found: list[Row] = []
    who = 0
    while len(found) < rows:
        given, family, city = rng.choice([men, women]).draw(rng), families.draw(rng), cities.draw(rng)
        born = date(1940, 1, 1) + timedelta(rng.randrange(24_000))
        mail = f"{given[0]}.{family}{rng.randrange(99)}@{rng.choice(['mail.example', 'post.example', 'home.example'])}".lower()
        for _ in range(times(rng, {1: 0.45, 2: 0.2, 3: 0.13, 4: 0.1, 5: 0.07, 6: 0.05})):
            day = maybe(rng, 0.15, born + timedelta(rng.choice([-1, 1, 30, -31, 365, -365])), born)
            first, last = maybe(rng, 0.15, slip(rng, given), given), maybe(rng, 0.15, slip(rng, family), family)
            first, last = maybe(rng, 0.04, (last, first), (first, last))
            found.append({
                "who": who, "customer": len(found), "first_name": maybe(rng, 0.17, "", first), "surname": maybe(rng, 0.12, "", last),
                "dob": maybe(rng, 0.05, "", day.isoformat()), "city": maybe(rng, 0.2, "", maybe(rng, 0.1, slip(rng, city), city)),
                "email": maybe(rng, 0.2, "", maybe(rng, 0.1, slip(rng, mail), mail)),
            })  # fmt: skip
        who += 1
    return found


USUAL = {1: 0.62, 2: 0.25, 3: 0.09, 4: 0.03, 5: 0.01}
FOUR = ("last_name", "first_name", "res_city_desc", "zip_code")
LISTS: dict[str, Callable[[random.Random], list[Row]]] = {
    "voters": lambda rng: voters(rng, 20_000, USUAL),
    "voters-four": lambda rng: [{key: row[key] for key in ("who", *FOUR)} for row in voters(rng, 20_000, USUAL)],
    "voters-once": lambda rng: voters(rng, 10_000, {1: 0.998, 2: 0.002}),
    "patients": lambda rng: patients(rng, 15_000),
    "customers": lambda rng: customers(rng, 10_000),
}


def write(folder: Path, seed: int) -> None:
    """NAME.csv, and NAME.truth.parquet with the person of every row, in the same order."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in LISTS.items():
        rows = make(random.Random(f"{name} {seed}"))
        random.Random(seed).shuffle(rows)
        frame = pl.DataFrame(rows, infer_schema_length=None)
        frame.drop("who").cast(pl.String).write_csv(folder / f"{name}.csv")
        frame.select("who").write_parquet(folder / f"{name}.truth.parquet")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
