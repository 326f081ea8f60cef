"""The clean world: people, cases and their registrations, before any clerk has touched them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from . import names
from .facts import Charge, Station

CNIC_DIGIT = {
    "Khyber Pakhtunkhwa": "1",
    "Punjab": "3",
    "Sindh": "4",
    "Balochistan": "5",
    "Islamabad Capital Territory": "6",
}
STREETS = ("Mohallah Islampura", "Chak No. 45", "Gali No. 3", "Basti Malook", "Dhok Hassu", "Goth Umar", "Killi Raheem")


@dataclass(eq=False)
class Person:
    """One real person, with everything that is true of them."""

    pid: str
    name: str
    relative: str
    relation: str
    sex: str
    born: date
    cnic: str = ""
    phones: tuple[str, ...] = ()
    alias: str = ""
    caste: str = ""
    address: str = ""
    nationality: str = "PAK"
    passport: str = ""

    def age(self, on: date) -> int:
        """Whole years on a day."""
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


@dataclass(eq=False)
class Case:
    """One registration of a case. Two registrations of the same real case (a transfer) share `cid`."""

    cid: str
    agency: str
    station: Station
    number: str
    year: int
    registered: date
    occurred: date
    occurred_to: date | None
    charges: list[Charge]
    accused: list[Person] = field(default_factory=list)
    unknown: bool = False
    complainant: Person | None = None
    victims: list[Person] = field(default_factory=list)
    statuses: list[tuple[str, str]] = field(default_factory=list)  # (month from which, status code)
    stage: str = "case"
    office: str = ""
    enquiry: str = ""
    e_tag: str = ""
    reference: str = ""
    related: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def status(self, month: str) -> str:
        """Status as known in a month."""
        known = [code for since, code in self.statuses if since <= month]
        return known[-1] if known else ""

    @property
    def month(self) -> str:
        """Month of registration."""
        return self.registered.strftime("%Y-%m")


POLICE = [
    (14, "PPC 1860:302,34"),
    (10, "PPC 1860:324,34"),
    (9, "PPC 1860:365-B"),
    (4, "PPC 1860:363"),
    (2, "PPC 1860:364-A"),
    (2, "PPC 1860:365-A"),
    (6, "PPC 1860:395"),
    (2, "PPC 1860:396"),
    (12, "PPC 1860:392"),
    (5, "PPC 1860:394,34"),
    (8, "PPC 1860:457,380"),
    (5, "PPC 1860:454,380"),
    (12, "PPC 1860:379"),
    (8, "PPC 1860:381-A"),
    (4, "PPC 1860:379,411"),
    (6, "PPC 1860:420,468,471"),
    (5, "PPC 1860:406"),
    (6, "PPC 1860:489-F"),
    (6, "PPC 1860:337-A(i),337-F(v),34"),
    (4, "PPC 1860:506,148,149"),
    (4, "PPC 1860:376"),
    (2, "PPC 1860:376,511"),
    (1, "PPC 1860:375-A"),
    (6, "CNSA 1997:9(c)"),
    (2, "PPC 1860:353,186;ATA 1997:7"),
    (3, "PPC 1860:302,324,148,149;ATA 1997:7"),
    (3, "PPC 1860:380"),
    (2, "PPC 1860:302,109,34"),
    (2, "PPC 1860:435,427"),
    (2, "PPC 1860:448,511"),
    (1, "CrPC:550"),
    (1, "CrPC:174"),
    (1, "PPC 1860:109"),
    (2, "PPC 1860:371-A,371-B"),
    (1, "PPC 1860:366-A"),
    (1, "PPC 1860:370"),
    (1, "PPC 1860:374"),
    (1, "BLSA 1992:11"),
    (2, "PTPA 2018:3(2)"),
    (1, "PPC 1860:344,34"),
    (1, "PPC 1860:498-B"),
    (1, "PPC 1860:310-A"),
    (1, "PPC 1860:292-C"),
    (1, "PPC 1860:377-B"),
    (1, "PPC 1860:302,34;PTPA 2018:3(2)"),
    (1, "PPC 1860:376,371-A"),
]
LOCAL = {
    "Punjab": [
        (5, "Arms Ordinance 1965:13,20"),
        (4, "Prohibition (Enforcement of Hadd) Order 1979:3,4"),
        (2, "Punjab Destitute & Neglected Children Act 2004:36"),
        (1, "CrPC:107/151"),
    ],
    "Sindh": [(6, "Sindh Arms Act 2013:23(i)(a)"), (3, "Prohibition (Enforcement of Hadd) Order 1979:3,4")],
    "Khyber Pakhtunkhwa": [(7, "KP Arms Act 2013:15")],
    "Balochistan": [(3, "Arms Ordinance 1965:13,20")],
}
TRAFFICKING = {
    "PTPA 2018",
    "PACHTO 2002",
    "BLSA 1992",
    "Punjab Destitute & Neglected Children Act 2004",
}
HAS_VICTIM = {
    "302",
    "324",
    "363",
    "364-A",
    "365-A",
    "365-B",
    "376",
    "375-A",
    "371-A",
    "366-A",
    "370",
    "374",
    "498-B",
    "310-A",
    "292-C",
    "377-B",
    "344",
}
CHILD_VICTIM = {"363", "364-A", "366-A", "292-C", "377-B"}
FEMALE_VICTIM = {"365-B", "376", "375-A", "371-A", "366-A", "498-B", "310-A"}


def sections(text: str) -> list[Charge]:
    """`PPC 1860:302,34;ATA 1997:7` as charges."""
    return [(part.split(":")[0], s) for part in text.split(";") for s in part.split(":")[1].split(",")]


class World:
    """Makes people and cases, each number once. One generator of random numbers per agency keeps sources apart."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self.cases: dict[str, list[Case]] = {}
        self._numbers: dict[tuple[str, str, int], int] = {}
        self._cnics: set[str] = set()
        self._made = 0

    # --- people ---
    def person(
        self, rng: random.Random, province: str, sex: str = "male", child: bool = False, adult: bool = False
    ) -> Person:
        """A new person of a province."""
        del adult
        age = rng.randint(6, 16) if child else rng.randint(19, 62)
        born = date(2026, 1, 1) - timedelta(days=age * 365 + rng.randint(0, 300))
        if rng.random() < 0.25:
            born = born.replace(month=1, day=1)
        wife = sex == "female" and not child and rng.random() < 0.5
        name = names.male(rng) if sex == "male" else names.female(rng)
        relative = names.male(rng)
        while set(relative.split()) & set(name.split()) - {"Muhammad", "Ghulam", "Ali", "Khan"} or relative == name:
            relative = names.male(rng)
        made = Person(
            f"P{len(self.people) + 1:05d}",
            name,
            relative,
            "husband" if wife else "father",
            sex,
            born,
            cnic=self.cnic(rng, province, sex) if not child else "",
            phones=self.phone(rng),
            alias=rng.choice(list(names.ALIASES)) if sex == "male" and rng.random() < 0.08 else "",
            caste=rng.choice(names.CASTES),
            address=f"{rng.choice(STREETS)}",
        )
        self.people.append(made)
        return made

    def foreigner(self, rng: random.Random, country: str) -> Person:
        """A new person of another country, with a passport."""
        name = rng.choice(names.OTHERS[country])
        sex = (
            "female"
            if name.split()[0] in {"Zarmina", "Rahela", "Salma", "Maryam", "Grace", "Dilnoza", "Nodira"}
            else "male"
        )
        born = date(2026, 1, 1) - timedelta(days=rng.randint(19, 45) * 365 + rng.randint(1, 300))
        passport = f"{rng.choice('ABKPRT')}{rng.randint(1000000, 9999999)}"
        relative = rng.choice(names.OTHERS[country]).split()[-1]
        made = Person(
            f"P{len(self.people) + 1:05d}",
            name,
            relative,
            "father",
            sex,
            born,
            phones=self.phone(rng),
            nationality=country,
            passport=passport,
        )
        self.people.append(made)
        return made

    def cnic(self, rng: random.Random, province: str, sex: str) -> str:
        """A CNIC nobody else has; odd last digit for men."""
        while True:
            area = CNIC_DIGIT.get(province) or rng.choice("1345")
            head = f"{area}{rng.randint(1, 7)}{rng.randint(1, 5)}0{rng.randint(1, 6)}"
            last = rng.choice("13579" if sex == "male" else "02468")
            made = f"{head}-{rng.randint(1000000, 9999999)}-{last}"
            if made not in self._cnics:
                self._cnics.add(made)
                return made

    @staticmethod
    def phone(rng: random.Random) -> tuple[str, ...]:
        """One Pakistani mobile number."""
        return (f"+923{rng.randint(0, 4)}{rng.randint(0, 9)}{rng.randint(1000000, 9999999)}",)

    # --- cases ---
    def number(self, rng: random.Random, station: Station, year: int, start: tuple[int, int]) -> str:
        """The next FIR number of a station: they only grow within a year."""
        key = (station.district, station.name, year)
        last = self._numbers.get(key) or rng.randint(*start)
        self._numbers[key] = last + rng.choice((1, 2, 3, 5, 8))
        return str(self._numbers[key])

    def case(
        self,
        rng: random.Random,
        agency: str,
        station: Station,
        registered: date,
        charges: Sequence[Charge],
        start: tuple[int, int] = (60, 900),
    ) -> Case:
        """A new case with its people. People of earlier cases of the province come back now and then."""
        self._made += 1
        delay = rng.choice((0, 0, 0, 1, 1, 2, 3, 5)) if rng.random() > 0.03 else rng.randint(40, 400)
        occurred = registered - timedelta(days=delay)
        upto = occurred + timedelta(days=1) if delay and rng.random() < 0.12 else None
        number = self.number(rng, station, registered.year, start)
        case = Case(
            f"K{self._made:05d}", agency, station, number, registered.year, registered, occurred, upto, list(charges)
        )
        self._people(rng, case)
        return case

    def _people(self, rng: random.Random, case: Case) -> None:
        province = case.station.province or "Punjab"
        known = {section for _, section in case.charges}
        case.unknown = rng.random() < 0.22
        if not case.unknown or rng.random() < 0.15:
            for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
                case.accused.append(self._accused(rng, province, case))
        case.complainant = self.person(rng, province, rng.choice(("male", "male", "male", "female")))
        victim = known & HAS_VICTIM or any(act in TRAFFICKING for act, _ in case.charges)
        if victim:
            female = bool(known & FEMALE_VICTIM) or rng.random() < 0.3
            child = bool(known & CHILD_VICTIM) or (
                any(act in TRAFFICKING for act, _ in case.charges) and rng.random() < 0.4
            )
            person = self.person(rng, province, "female" if female else "male", child)
            if rng.random() < 0.3:
                person.phones = case.complainant.phones
            case.victims.append(person)

    def _accused(self, rng: random.Random, province: str, case: Case) -> Person:
        old = [c for c in self.cases.get(case.agency, [])[-200:] if c.accused]
        if old and rng.random() < 0.12:
            person = rng.choice(rng.choice(old).accused)
            if person not in case.accused and not any(p.name == person.name for p in case.accused):
                return person
        while True:
            person = self.person(rng, province, "male" if rng.random() < 0.94 else "female")
            if not any(p.name == person.name for p in case.accused):
                return person

    def add(self, agency: str, made: Iterable[Case]) -> list[Case]:
        """Keep the cases of an agency in order of registration."""
        kept = list(made)
        self.cases.setdefault(agency, []).extend(kept)
        return kept


def pick(rng: random.Random, weighted: Sequence[tuple[int, str]]) -> list[Charge]:
    """A set of charges by weight."""
    return sections(rng.choices([text for _, text in weighted], [weight for weight, _ in weighted])[0])


def days_of(month: str) -> tuple[date, int]:
    """First day and number of days of a month."""
    first = date(int(month[:4]), int(month[5:]), 1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first, (following - first).days


def register(
    world: World,
    rng: random.Random,
    agency: str,
    stations: Sequence[Station],
    month: str,
    count: int,
    start: tuple[int, int] = (60, 900),
) -> list[Case]:
    """`count` new cases of one agency in one month, oldest first, statuses included."""
    first, length = days_of(month)
    offsets = sorted(rng.randrange(length) for _ in range(count))
    made = []
    for offset in offsets:
        station = rng.choice(stations)
        charges = pick(rng, POLICE + LOCAL.get(station.province, []))
        case = world.case(rng, agency, station, first + timedelta(days=offset), charges, start)
        case.statuses = lifecycle(rng, case, month)
        world.add(agency, [case])
        made.append(case)
    return made


def lifecycle(rng: random.Random, case: Case, month: str) -> list[tuple[str, str]]:
    """Status by month: under investigation first, then by chance a challan, a cancellation, or nothing found."""
    states = [(month, "under_investigation")]
    later = [m for m in ("2026-08", "2026-09", "2026-10") if m > month]
    if later and rng.random() < 0.5:
        when = rng.choice(later)
        after = (
            "untraced"
            if case.unknown and not case.accused
            else rng.choice(("challan_complete", "challan_complete", "challan_incomplete", "cancelled"))
        )
        states.append((when, after))
    return states
