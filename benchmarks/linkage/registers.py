"""A second synthetic list of people in police records, with its truth, built otherwise than generate.py.

    python registers.py ROWS SEED FOLDER       people.csv, fir.csv, number.csv (the same rows), truth.parquet

generate.py draws mentions; here a country is drawn, and clerks write it down. Villages hold clans of three generations:
brothers, cousins and wives with their fathers' and husbands' names, who keep one telephone and quarrel with their
neighbours for years, so that a case names brothers and the next case their uncles. Gangs come from several districts,
families move to the cities, women are their fathers' daughters and their husbands' wives. A station has a few clerks, and
errors are theirs: one drops Muhammad, one writes no space behind it, one has no column for the father or for the card,
one rounds ages to fives, one cuts a name off at eighteen letters, one writes Urdu. Names: register_names.py.

people.csv has no column of the case; fir.csv has station, number, year and day; number.csv number and year alone.
Seeds 1 to 9 may be looked at. Any other is held out: it may be measured, and nothing may be chosen by it.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import register_names as names
from register_names import Pair, Stock

# share of the people, stock of names, province, districts from the most populous, first digit of the card
REGIONS = [
    (0.44, names.PUNJAB, "Punjab", "Lahore Faisalabad Gujranwala Sialkot Rawalpindi Sheikhupura Sargodha Gujrat Kasur Okara Jhang Narowal Chakwal Jhelum", 3),
    (0.15, names.SOUTH, "Punjab", "Multan Bahawalpur Rahim_Yar_Khan Muzaffargarh Dera_Ghazi_Khan Vehari Layyah Rajanpur Lodhran", 3),
    (0.19, names.SINDH, "Sindh", "Hyderabad Sukkur Larkana Khairpur Jacobabad Dadu Badin Sanghar Ghotki Umerkot", 4),
    (0.16, names.FRONTIER, "Khyber Pakhtunkhwa", "Peshawar Mardan Swat Charsadda Nowshera Swabi Kohat Bannu Abbottabad Mansehra Karak", 1),
    (0.06, names.BALOCHISTAN, "Balochistan", "Quetta Khuzdar Kalat Sibi Turbat Loralai Chagai", 5),
]  # fmt: skip
CITIES = [("Punjab", "Lahore"), ("Sindh", "Karachi"), ("Punjab", "Rawalpindi"), ("Punjab", "Faisalabad")]
STATIONS = ["City", "Saddar", "Cantt", "Civil Lines", "Model Town", "Industrial Area", "Old Town"]
VILLAGES = ["Chak {n}", "Chak No. {n} GB", "Mauza {x}", "Basti {x}", "Kot {x}", "Goth {x}", "Killi {x}", "Dhok {x}", "Mohalla {x}", "{x} Abad"]
PLACES = ["Rasoolpur", "Islampur", "Sharifpur", "Noorpur", "Jamalpur", "Sultanpur", "Ghazi", "Mianwal", "Gulshan", "Rehmat", "Haideri", "Khanpur", "Mirpur", "Awan", "Sadat", "Miana", "Qadir", "Fateh"]  # fmt: skip
YEARS = (2017, 2024)


@dataclass(slots=True, eq=False)
class Person:
    """Somebody. father, husband: the words of their names. moved: the year and the new home, if they moved."""

    number: int
    words: list[Pair]
    father: list[Pair]
    female: bool
    born: date
    home: Home
    card: int
    phone: str
    husband: list[Pair] = field(default_factory=list)
    alias: Pair | None = None
    moved: tuple[int, Home] | None = None

    def at(self, year: int) -> Home:
        """Where they live in a year."""
        return self.moved[1] if self.moved and year >= self.moved[0] else self.home


@dataclass(slots=True, eq=False)
class Home:
    """A household: where, of which tribe, with which telephone, and who lives there."""

    province: str
    district: str
    village: str
    house: int
    tribe: Pair
    shows_tribe: bool  # as a last name
    phone: str
    number: int
    people: list[Person] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Clerk:
    """The habits of one pen."""

    urdu: bool
    swaps: list[tuple[str, str]]
    muhammad: str
    glued: bool
    joined: bool
    capitals: bool
    relation: int
    no_father: bool
    cards: float
    phones: float
    born: str  # age, fives, date or none
    tribe: str  # column, name or none
    address: float
    cut: int
    slips: float
    wives: float  # share of married women written as wives


FAMILIES = [
    [("ee", "i"), ("oo", "u")], [("ee", "ea"), ("oo", "ou")], [("i(?=[dmrl]$)", "ee"), ("u(?=[dbfr]$)", "oo")], [("y", "i")], [],
]  # fmt: skip
HABITS = [("q", "k"), ("w", "v"), ("ai", "e"), ("z", "zz"), ("sh", "sch"), ("f", "ph"), ("aa", "a"), ("e(?=[hr])", "a"), ("que$", "q"), ("iq$", "ique"),
          ("ss", "s"), ("mm", "m"), ("nn", "n"), ("ll", "l"), ("gh", "g"), ("kh", "k"), ("dh", "d"), ("a$", "ah"), ("ah$", "a"), ("au", "o"), ("^E", "I"), ("^I", "E")]  # fmt: skip
RELATIONS = {False: ["S/O", "s/o", "son of", "S/o.", "Bin"], True: ["D/O", "d/o", "daughter of", "D/o.", "Bint"]}
WIVES = ["W/O", "w/o", "wife of", "W/o.", "Zauja"]


def clerk(rng: random.Random, province: str) -> Clerk:
    """A clerk of a province."""
    habits = rng.choice(FAMILIES) + rng.sample(HABITS, rng.randint(0, 4))
    return Clerk(
        urdu=rng.random() < {"Khyber Pakhtunkhwa": 0.6, "Sindh": 0.2, "Balochistan": 0.4}.get(province, 0.3),
        swaps=habits,
        muhammad=rng.choices(["Muhammad", "Mohammad", "M.", "Mohd", "Muhammed", ""], [34, 18, 14, 10, 10, 14])[0],
        glued=rng.random() < 0.07, joined=rng.random() < 0.4, capitals=rng.random() < 0.35, relation=rng.randint(0, 4),
        no_father=rng.random() < 0.06, cards=rng.choices([0.0, 0.35, 0.6, 0.9], [15, 25, 35, 25])[0],
        phones=rng.choice([0.0, 0.2, 0.5, 0.8]), born=rng.choices(["age", "fives", "date", "none"], [45, 15, 25, 15])[0],
        tribe=rng.choices(["column", "name", "none"], [35, 25, 40])[0], address=rng.choice([0.0, 0.3, 0.7, 0.95]),
        cut=18 if rng.random() < 0.04 else 0, slips=rng.choice([0.005, 0.02, 0.05]), wives=rng.choice([0.95, 0.7, 0.3]),
    )  # fmt: skip


class Country:
    """People in households, and the cases that name them."""

    def __init__(self, rows: int, seed: int) -> None:
        self.rng = random.Random(seed)
        self.people: list[Person] = []
        self.villages: list[list[Home]] = []
        self.homes_of: dict[str, list[Home]] = {}
        self.clerks: dict[tuple[str, str], list[Clerk]] = {}
        self.numbers: dict[tuple[str, str, int], int] = {}
        self.homes = 0
        for _ in range(max(rows // 80, 4)):
            self._village()
        self._move()

    def _village(self) -> None:
        """A few clans of one village: brothers of the oldest generation, their sons and sons' sons."""
        rng = self.rng
        _, stock, province, districts, digit = rng.choices(REGIONS, [one[0] for one in REGIONS])[0]
        known = districts.split()
        district = rng.choices(known, [1 / (place + 2) for place in range(len(known))])[0].replace("_", " ")
        name = rng.choice(VILLAGES).format(n=rng.randint(1, 400), x=rng.choice(PLACES))
        homes: list[Home] = []
        for _ in range(rng.randint(2, 4)):
            tribe, shown = stock.draw(rng, stock.tribes), rng.random() < stock.tribe_in_name
            elder = stock.man(rng, 1915)
            place = (province, district, name, tribe, shown)
            for _ in range(rng.randint(1, 3)):
                born = rng.randint(1940, 1958)
                self._branch(stock, place, (stock.man(rng, born), elder), born, digit, homes)
        self.villages.append(homes)
        self.homes_of.setdefault(district, []).extend(homes)

    def _branch(self, stock: Stock, place: tuple[Any, ...], head: tuple[list[Pair], list[Pair]], born: int, digit: int, homes: list[Home]) -> None:
        """A man, his wife and children; grown sons have households beside his."""
        home = self._home(place, homes)
        words, father = head
        self._person(home, words, father, born, digit)
        self._wife(home, stock, words, born, digit)
        sons: list[list[Pair]] = []
        for _ in range(self.rng.randint(1, 6)):
            year = born + self.rng.randint(20, 38)
            if self.rng.random() < 0.42:
                girl = self._person(home, self._new(stock, year, home, female=True), words, year, digit, female=True)
                if year < 2000 and self.rng.random() < 0.6:
                    girl.husband = stock.man(self.rng, year - 4)
                continue
            son = father if not sons and self.rng.random() < 0.08 else self._new(stock, year, home, sons=sons)
            sons.append(son)
            if year > 1990 or self.rng.random() < 0.3:
                self._person(home, son, words, year, digit)
                continue
            own = self._home(place, homes)
            self._person(own, son, words, year, digit)
            self._wife(own, stock, son, year, digit)
            for _ in range(self.rng.randint(0, 5)):
                young, female = min(year + self.rng.randint(20, 36), 2018), self.rng.random() < 0.45
                child = self._new(stock, young, own, female=female)
                self._person(own, child, son, young, digit, female=female)

    def _new(self, stock: Stock, born: int, home: Home, *, female: bool = False, sons: Sequence[list[Pair]] = ()) -> list[Pair]:
        """A name whose chief word nobody of the household and no brother has: parents name no two children alike."""
        ignored = {"Muhammad", "Ghulam", "Ali", "Ahmad", "Hussain", "Khan", "Bibi", "Mai", "Khatoon", "Begum"}
        taken = {word[0] for words in [*(one.words for one in home.people), *sons] for word in words} - ignored
        while True:
            words = stock.woman(self.rng) if female else stock.man(self.rng, born)
            if not taken & {word[0] for word in words}:
                return words

    def _home(self, place: tuple[Any, ...], homes: list[Home]) -> Home:
        province, district, village, tribe, shown = place
        home = Home(province, district, village, self.rng.randint(1, 300), tribe, shown, self._phone(), self.homes)
        self.homes += 1
        homes.append(home)
        return home

    def _phone(self) -> str:
        return f"03{self.rng.randint(0, 49):02d}{self.rng.randint(0, 9_999_999):07d}"

    def _wife(self, home: Home, stock: Stock, husband: list[Pair], born: int, digit: int) -> None:
        year = born + self.rng.randint(0, 9)
        wife = self._person(home, stock.woman(self.rng), stock.man(self.rng, year - 28), year, digit, female=True)
        wife.husband = husband

    def _person(self, home: Home, words: list[Pair], father: list[Pair], born: int, digit: int, *, female: bool = False) -> Person:
        rng = self.rng
        card = (digit * 10_000 + rng.randint(1_000, 9_999)) * 10**8 + rng.randint(0, 9_999_999) * 10
        card += rng.randrange(0, 9, 2) if female else rng.randrange(1, 10, 2)
        day = date(born, 1, 1) + timedelta(days=0 if rng.random() < 0.3 else rng.randint(0, 364))
        phone = home.phone if rng.random() < 0.4 else self._phone()
        alias = rng.choice(names.ALIASES) if not female and rng.random() < 0.08 else None
        one = Person(len(self.people), words, father, female, day, home, card, phone, alias=alias)
        self.people.append(one)
        home.people.append(one)
        return one

    def _move(self) -> None:
        """Whole households go to a city; so do some men alone."""
        for homes in self.villages:
            for home in homes:
                if self.rng.random() < 0.08:
                    year, new = self.rng.randint(*YEARS), self._city(home)
                    for one in home.people:
                        one.moved = (year, new)
                for one in home.people:
                    if not one.female and one.moved is None and self.rng.random() < 0.04:
                        one.moved = (self.rng.randint(*YEARS), self._city(home))

    def _city(self, home: Home) -> Home:
        province, city = self.rng.choice(CITIES)
        village = f"{self.rng.choice(PLACES)} Colony"
        return Home(province, city, village, self.rng.randint(1, 900), home.tribe, home.shows_tribe, home.phone, home.number)

    def cases(self) -> Iterator[tuple[date, Home, list[tuple[str, Person]]]]:
        """Day, where, and who with which role, without end: feuds, gangs, and what happens once."""
        while True:
            at = self.rng.random()
            yield from self._feud() if at < 0.3 else self._gang() if at < 0.5 else self._single()

    def _day(self) -> date:
        return date(self.rng.randint(*YEARS), 1, 1) + timedelta(days=self.rng.randint(0, 364))

    def _grown(self, homes: list[Home], day: date, male: bool = True) -> list[Person]:
        grown = [one for home in homes for one in home.people if 14 <= day.year - one.born.year <= 80]
        return [one for one in grown if not (male and one.female)] or grown

    def _feud(self) -> Iterator[tuple[date, Home, list[tuple[str, Person]]]]:
        """Two households of a village, in turn accuser and accused, for years."""
        rng, village = self.rng, self.rng.choice(self.villages)
        if len(village) < 2:
            return
        first, second = rng.sample(village, 2)
        day = self._day()
        for _ in range(rng.randint(1, 6)):
            ours, theirs = self._grown([first], day), self._grown([second], day)
            if not ours or not theirs or day.year > YEARS[1]:
                return
            parties = [("complainant", rng.choice(ours))]
            parties += [("accused", one) for one in rng.sample(theirs, min(len(theirs), rng.randint(1, 4)))]
            parties += [("witness", one) for one in rng.sample(ours, min(len(ours), rng.choice([0, 0, 1, 2])))]
            if rng.random() < 0.35:
                parties.append(("victim", rng.choice(first.people)))
            yield day, first, parties
            first, second = (second, first) if rng.random() < 0.5 else (first, second)
            day += timedelta(days=rng.randint(3, 500))

    def _gang(self) -> Iterator[tuple[date, Home, list[tuple[str, Person]]]]:
        """Men of several villages, who steal where they are."""
        rng = self.rng
        homes = [home for village in rng.sample(self.villages, min(len(self.villages), 2)) for home in village]
        day = self._day()
        men = self._grown(homes, day)
        gang = rng.sample(men, min(len(men), rng.randint(2, 6)))
        for _ in range(rng.randint(2, 9)):
            if day.year > YEARS[1]:
                return
            where = rng.choice(rng.choice(self.villages) if rng.random() < 0.3 else homes)
            robbed = self._grown([rng.choice(self.homes_of[where.district])], day, male=False)
            parties = [("accused", one) for one in gang if rng.random() < 0.7]
            parties += [("complainant", rng.choice(robbed))] if robbed else []
            yield day, where, parties
            day += timedelta(days=rng.randint(5, 250))

    def _single(self) -> Iterator[tuple[date, Home, list[tuple[str, Person]]]]:
        rng, day = self.rng, self._day()
        home = rng.choice(rng.choice(self.villages))
        accuser = self._grown([home], day, male=rng.random() < 0.75)
        near = rng.choice(self.homes_of[home.district]) if rng.random() < 0.9 else rng.choice(rng.choice(self.villages))
        accused = self._grown([near], day)
        if accuser and accused:
            child = [("victim", one) for one in home.people if day.year - one.born.year < 18][:1]
            yield day, home, [("complainant", rng.choice(accuser)), ("accused", rng.choice(accused)), *child]

    def station(self, where: Home, year: int) -> tuple[str, list[Clerk]]:
        """A station of the district, and its clerks of these years."""
        name = f"{STATIONS[hash_of(where.village) % 4 if where.district != 'Lahore' else hash_of(where.village) % 7]} {where.district}"
        key = (name, str(year // 3))
        if key not in self.clerks:
            self.clerks[key] = [clerk(self.rng, where.province) for _ in range(self.rng.randint(1, 3))]
        return name, self.clerks[key]

    def fir(self, district: str, station: str, year: int) -> int:
        """The next number of a station's register."""
        self.numbers[district, station, year] = self.numbers.get((district, station, year), 0) + self.rng.randint(1, 3)
        return self.numbers[district, station, year]


def hash_of(text: str) -> int:
    """The same in every process."""
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(text))


def spelt(rng: random.Random, pen: Clerk, words: list[Pair], tribe: Pair | None = None) -> str:
    """A name as the clerk writes it."""
    if pen.urdu:
        text = " ".join(urdu for _, urdu in [*words, *([tribe] if tribe else [])])
        text = text.replace("عبدال", "عبد ال") if not pen.joined else text.replace("اللہ د", "اللہد")
        return slip(rng, text, pen.slips / 2)
    made = []
    for latin, _ in words:
        if latin == "Muhammad":
            made.append(pen.muhammad if len(words) > 1 else "Muhammad")
            continue
        for old, new in pen.swaps:
            latin = " ".join(re.sub(old, new, part) for part in latin.split(" "))
        latin = latin.replace("Abdul ", "Abdul") if pen.joined and rng.random() < 0.6 else latin
        made.append(latin)
    made += [tribe[0]] if tribe else []
    text = " ".join(part for part in made if part)
    text = re.sub(r"^(M\w+d) (?=[A-Z])", r"\1", text) if pen.glued else text
    text = text.replace(" Ullah", "ullah") if pen.joined else text
    if rng.random() < 0.01 and text.count(" ") > 1:  # a word is left out
        at = rng.randrange(text.count(" ") + 1)
        text = " ".join(part for place, part in enumerate(text.split(" ")) if place != at)
    text = slip(rng, text, pen.slips)
    text = text[: pen.cut].strip() if pen.cut else text
    return text.upper() if pen.capitals else text


def slip(rng: random.Random, text: str, share: float) -> str:
    """Two neighbours exchanged, a letter lost, doubled or hit beside, a space lost."""
    if rng.random() >= share or len(text) < 4:
        return text
    at, kind = rng.randint(1, len(text) - 2), rng.randrange(5)
    if kind == 4 and " " in text:
        return text.replace(" ", "", 1)
    middle = [text[at + 1] + text[at], text[at + 1], text[at] * 2 + text[at + 1], chr(ord(text[at]) + 1) + text[at + 1]]
    return text[:at] + middle[min(kind, 3)] + text[at + 2 :]


def written(rng: random.Random, pen: Clerk, one: Person, day: date) -> dict[str, str | None]:
    """The cells of one mention."""
    home, adult = one.at(day.year), day.year - one.born.year >= 18
    in_name = pen.tribe == "name" or (home.shows_tribe and rng.random() < 0.8)
    name = spelt(rng, pen, one.words, home.tribe if in_name else None)
    if one.female and rng.random() < 0.4:
        name = ("مسماۃ " if pen.urdu else "Mst. ") + name
    if one.alias and rng.random() < 0.5:
        name += f" عرف {one.alias[1]}" if pen.urdu else f" @ {one.alias[0]}"
    wife = bool(one.husband) and rng.random() < pen.wives
    relative = spelt(rng, pen, one.husband if wife else one.father)
    urdu = "زوجہ" if wife else "دختر" if one.female else "ولد"
    mark = urdu if pen.urdu else (WIVES if wife else RELATIONS[one.female])[pen.relation]
    return {
        "name": name, "parentage": None if pen.no_father or rng.random() < 0.03 else f"{mark} {relative}",
        "cnic": card(rng, one, home, pen) if adult else None,
        "phone": one.phone if rng.random() < pen.phones * (1.0 if adult else 0.1) else None,
        **births(rng, pen, one, day), "sex": rng.choice(["F", "Female"]) if one.female and rng.random() < 0.8 else None if rng.random() < 0.3 else "F" if one.female else "M",
        "caste": home.tribe[1 if pen.urdu else 0] if pen.tribe == "column" else None,
        "address": home.village if rng.random() < pen.address else None,
        "province": home.province, "district": home.district,
    }  # fmt: skip


def card(rng: random.Random, one: Person, home: Home, pen: Clerk) -> str | None:
    """The number of the card: a brother's now and then, or with a slip."""
    if rng.random() >= pen.cards:
        return None
    number = rng.choice(home.people).card if rng.random() < 0.012 and home.people else one.card
    digits = str(number)
    if rng.random() < 0.03:
        at = rng.randint(5, 11)
        digits = digits[:at] + (str(rng.randint(0, 9)) if rng.random() < 0.6 else digits[at + 1] + digits[at])[:2] + digits[at + 1 :]
        digits = digits[:13]
    return f"{digits[:5]}-{digits[5:12]}-{digits[12:]}" if rng.random() < 0.8 else digits


def births(rng: random.Random, pen: Clerk, one: Person, day: date) -> dict[str, str | None]:
    """An age as people say it, or a date."""
    age = day.year - one.born.year
    said = max(age + round(rng.gauss(0, 1.0 if age < 25 else 2.2)), 1)
    said = max(5 * round(said / 5), 5) if pen.born == "fives" and age > 20 else said
    full = rng.random() < 0.9
    return {
        "age": str(said) if pen.born in ("age", "fives") and full else None,
        "date_of_birth": one.born.strftime("%d-%m-%Y") if pen.born == "date" and full else None,
    }


def generate(rows: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """About `rows` mentions as strings, and the truth of them: row_id, person and what the person is."""
    country = Country(rows, seed)
    rng = country.rng
    made: list[dict[str, Any]] = []
    for day, where, parties in country.cases():
        station, clerks = country.station(where, day.year)
        pen, number = rng.choice(clerks), country.fir(where.district, station, day.year)
        for role, one in parties:
            cells = written(rng, pen, one, day)
            if role != "complainant" and rng.random() < 0.3:  # of the station, not of the home: nobody asked
                cells["district"], cells["province"] = where.district, where.province
            made.append({
                "row_id": len(made) + 1, "province": None, "district": None, "police_station": station, "fir_no": str(number), "fir_year": str(day.year),
                "fir_date": day.strftime("%d-%m-%Y"), "role": role, **cells, "person": one.number, "woman": one.female,
                "child": day.year - one.born.year < 18, "moved": one.moved is not None, "home": one.home.number,
            })  # fmt: skip
        if len(made) >= rows:
            break
    frame = pl.DataFrame(made[:rows], infer_schema_length=None).sample(fraction=1, shuffle=True, seed=seed)
    truth = ["person", "woman", "child", "moved", "home"]
    found = frame.select("row_id", *truth)
    return frame.drop(truth), found.with_columns(card=frame["cnic"].is_not_null(), father=frame["parentage"].is_not_null())


LISTS = {
    "people": ["police_station", "fir_no", "fir_year", "fir_date", "role"],
    "fir": [],
    "number": ["police_station", "fir_date", "role"],
}  # the columns that each list does not have

if __name__ == "__main__":
    folder = Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    mentions, truth = generate(int(sys.argv[1]), int(sys.argv[2]))
    for name, absent in LISTS.items():
        mentions.drop(absent).write_csv(folder / f"{name}.csv")
    truth.write_parquet(folder / "truth.parquet")
