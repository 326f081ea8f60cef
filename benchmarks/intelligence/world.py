"""A planted world: the tables of an edition with rings, routes, victims' paths and places, and the truth of each.

Independent of the sample inbox: other places, other rates, other crimes. Linking is not run here (benchmarks/linkage measures
it): the identities have its errors, with the probabilities that their links would carry. Planted:

- places: hot spots (one offence is a larger share, month after month), risen places (the newest month alone), near-repeats
  (a case brings another within days); and what looks like them: districts that did not report a month, a month in which the
  whole country has more, days of raids on which all stations of a district register, stations that are large;
- rings: a leader who recruits in three provinces and is with the FIA, helpers who meet only through the leader, each ring
  with a route of its own; aliases and other scripts (weaker or missed links), borrowed cards (certain links that are wrong);
- victims: at a shelter, complainant, witness, victim again, booked as accused; and accused who come back alone.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import polars as pl

MONTHS = [f"2025-{month:02}" for month in (10, 11, 12)] + [f"2026-{month:02}" for month in range(1, 11)]
PROVINCES = ("Punjab", "Sindh", "Khyber Pakhtunkhwa", "Balochistan")
RATES = {"Other Theft": 3.0, "Burglary": 1.4, "Robbery": 0.9, "Murder": 0.5, "Kidnapping/Abduction": 0.9, "Others": 5.0}
OFFENCE = {"Other Theft": "theft", "Burglary": "burglary", "Robbery": "robbery", "Murder": "murder", "Kidnapping/Abduction": "kidnapping"}
LEAST = 1.5  # times the share elsewhere: a hot spot is one whose true rates are so far above it
TIP, FIA = "A_statutory_tip", "fia"
ENDS = (("Multan", "Swat", "Sukkur", "Zhob", "Sialkot", "Mardan"), (None, "Karachi", "Quetta"), ("ARE", "IRN", "TUR", "MYS", "Lahore", "Karachi"))
SERVICE = ("service_id", "case_id", "mention_id", "victim_ref", "service", "provider", "started_on", "ended_on", "outcome", "follow_up_on", "period")


@dataclass(frozen=True)
class Sizes:
    """How large the world is and how strong what is planted is."""

    districts: int = 6  # of each province
    stations: int = 8  # of each district
    planted: int = 8  # of each kind of place
    usual: float = 0.8  # something is planted where there are at least as many cases in a usual month
    hot: float = 4.0  # times the usual rate
    risen: float = 8.0
    follows: float = 0.6  # probability that a case brings another
    unreported: float = 0.06  # of the months of districts
    surge: float = 1.8  # burglary in the newest month, everywhere
    rings: int = 8
    ring_cases: int = 9
    loose_cases: int = 60  # of trafficking, without a ring
    returning: float = 0.04  # of accused who were accused before
    missed: float = 0.05  # of true links
    borrowed: int = 5  # pairs of people on one card


@dataclass(frozen=True)
class Police:
    """What counting needs to know of an agency."""

    province: str | None
    expected_districts: int | None = None
    registers_cases: bool = True


@dataclass(frozen=True)
class World:
    """An edition as products read it, and what was planted. truth: kind -> what a perfect product would state."""

    tables: dict[str, pl.DataFrame]
    truth: dict[str, set]
    agencies: dict[str, Police]
    districts: pl.DataFrame
    person: dict[str, str]  # mention_id -> who it truly is
    id: str = "2026-10-r1-0123abcd"

    def scan(self, table: str) -> pl.LazyFrame:
        """A table of the edition."""
        return self.tables[table].lazy()


@dataclass
class Making:
    """Rows as they are made."""

    rng: np.random.Generator
    sizes: Sizes
    cases: list[dict] = field(default_factory=list)
    people: list[tuple] = field(default_factory=list)  # mention, case, true person, role, origin, transit, destination
    services: list[dict] = field(default_factory=list)
    truth: dict[str, set] = field(default_factory=dict)
    fresh: int = 0

    def person(self) -> str:
        """Somebody new."""
        self.fresh += 1
        return f"T{self.fresh}"

    def mention(self, case: str, person: str, role: str, route: tuple = (None, None, None)) -> str:
        """One mention of somebody in a case."""
        name = f"M{len(self.people):06}"
        self.people.append((name, case, person, role, *route))
        return name

    def case(self, station: tuple[str, str, str], day: date, head: str, tier: str | None = None, agency: str | None = None) -> str:
        """A registered case."""
        name, sender = f"C{len(self.cases):06}", agency or station[0]
        self.cases.append({
            "case_id": name, "agency": sender, "agencies": [sender], "stage": "case", "province": station[0],
            "district": station[1], "police_station": station[2], "registered_on": day, "occurred_from": day,
            "occurred_to": day, "npb_head": head, "tip_tier": tier, "period": f"{day:%Y-%m}", "status": "under_investigation",
            "last_changed": f"{day:%Y-%m}",
        })  # fmt: skip
        return name


def make(seed: int, sizes: Sizes | None = None) -> World:
    """The same world for the same seed and sizes."""
    made = Making(np.random.default_rng(seed), sizes or Sizes())
    stations = [
        (province, f"{province} D{d}", f"{province[0]}{d} Station {s}")
        for province in PROVINCES for d in range(made.sizes.districts) for s in range(made.sizes.stations)
    ]  # fmt: skip
    gone = _unreported(made, stations)
    _background(made, stations, gone)
    _rings(made, stations, gone)
    _accused(made)
    persons, links = _linked(made)
    return World(
        _tables(made, stations, gone, persons, links), made.truth,
        {**{province: Police(province) for province in PROVINCES}, FIA: Police(None)},
        pl.DataFrame([one[:2] for one in dict.fromkeys(s[:2] for s in stations)], schema=["province", "district"], orient="row"),
        {row[0]: row[2] for row in made.people},
    )  # fmt: skip


def lists(rng: np.random.Generator, people: int, shares: tuple[float, float, float], together: float) -> dict[tuple[int, ...], int]:
    """How many of so many people are in each combination of three lists, those of nobody's list included.

    together: the odds that who is in the first list is in the third, beside the odds of who is not; 1 is independent.
    """
    first, second = rng.random(people) < shares[0], rng.random(people) < shares[1]
    odds = shares[2] / (1 - shares[2]) * np.where(first, together, 1.0)
    third = rng.random(people) < odds / (1 + odds)
    cells, counts = np.unique(np.column_stack([first, second, third]).astype(int), axis=0, return_counts=True)
    return {tuple(int(one) for one in cell): int(count) for cell, count in zip(cells, counts, strict=True)}


def _unreported(made: Making, stations: list[tuple]) -> set[tuple[str, str]]:
    """district, month: what no file tells of."""
    districts = list(dict.fromkeys(one[1] for one in stations))
    return {(d, m) for d in districts for m in MONTHS if made.rng.random() < made.sizes.unreported}


def _days(month: str) -> tuple[date, int]:
    first = date.fromisoformat(f"{month}-01")
    return first, ((first + timedelta(days=32)).replace(day=1) - first).days


def _background(made: Making, stations: list[tuple], gone: set) -> None:
    """Cases of every station, offence and month, with what is planted in places."""
    rng, sizes = made.rng, made.sizes
    size = rng.gamma(6, 1 / 6, len(stations))
    own = {head: rng.lognormal(0, 0.15, len(stations)) for head in RATES}
    usual = {(head, month): rng.lognormal(0, 0.1) for head in RATES for month in MONTHS}
    kinds = [head for head in RATES if head != "Others"]
    usual_at = [(s, head) for s in range(len(stations)) for head in kinds if size[s] * own[head][s] * RATES[head] >= sizes.usual]
    at = [usual_at[int(one)] for one in rng.choice(len(usual_at), 3 * sizes.planted, replace=False)]
    hot, risen, near = (set(at[n * sizes.planted : (n + 1) * sizes.planted]) for n in range(3))
    raids = set(rng.choice(list(dict.fromkeys(one[1] for one in stations)), 4, replace=False))
    rate = {
        (s, head): size[s] * own[head][s] * RATES[head] * (sizes.hot if (s, head) in hot else 1) / (1 - sizes.follows * ((s, head) in near))
        for s in range(len(stations)) for head in RATES
    }  # fmt: skip
    for s, station in enumerate(stations):
        for head in RATES:
            for month in MONTHS:
                if (station[1], month) in gone:
                    continue
                factor = usual[head, month] * (sizes.surge if head == "Burglary" and month == MONTHS[-1] else 1)
                factor *= sizes.risen if (s, head) in risen and month == MONTHS[-1] else 1
                factor *= 1 - sizes.follows * ((s, head) in near)
                _month(made, station, head, month, rng.poisson(rate[s, head] * factor), (s, head) in near, station[1] in raids)
    made.truth["emerging"] = {(OFFENCE[h], *stations[s]) for s, h in risen if (stations[s][1], MONTHS[-1]) not in gone}
    made.truth["near_repeat"] = {(OFFENCE[h], *stations[s]) for s, h in near}
    made.truth["hot_spot"] = _truly_hot(stations, rate)
    made.truth["planted_hot"] = {(OFFENCE[h], *stations[s]) for s, h in hot}


def _truly_hot(stations: list[tuple], rate: dict) -> set:
    """Places of which the true rates say that an offence has LEAST times the share that it has elsewhere in the province."""
    found = set()
    for s, station in enumerate(stations):
        others = [o for o, one in enumerate(stations) if one[0] == station[0] and o != s]
        total, every = sum(rate[s, h] for h in RATES), sum(rate[o, h] for o in others for h in RATES)
        for head, name in OFFENCE.items():
            if rate[s, head] / total >= LEAST * sum(rate[o, head] for o in others) / every:
                found.add((name, *station))
    return found


def _month(made: Making, station: tuple, head: str, month: str, count: int, follows: bool, raid: bool) -> None:
    first, length = _days(month)
    waiting = [int(day) for day in made.rng.choice([3, 11, 12, 24] if raid else np.arange(length), count)]
    while waiting:
        day = waiting.pop()
        made.case(station, first + timedelta(days=day), head)
        if follows and made.rng.random() < made.sizes.follows:
            later = day + int(made.rng.geometric(0.35))
            waiting += [later] if later < length else []


def _rings(made: Making, stations: list[tuple], gone: set) -> None:
    """Rings with a route each, victims with their paths, and trafficking without a ring."""
    rng, victims = made.rng, []
    cases_of: dict[str, set] = {}
    for ring in range(made.sizes.rings):
        leader, helpers = made.person(), [made.person() for _ in range(int(rng.integers(2, 5)))]
        route = tuple(one[(ring * step + ring) % len(one)] for one, step in zip(ENDS, (1, 1, 2), strict=True))
        made.truth.setdefault("route", set()).add(route)
        homes = rng.choice(PROVINCES, 3, replace=False)
        for at in range(made.sizes.ring_cases):
            station = _station(made, stations, gone, str(homes[at % 3]))
            case = made.case(*station, "Others", TIP, FIA if at % 4 == 3 else None)
            for person in (leader, *rng.choice(helpers, int(rng.integers(1, 3)), replace=False)):
                made.mention(case, str(person), "accused")
            victims += _victims(made, case, route if rng.random() < 0.85 else _loose_route(rng), cases_of, victims)
    for _ in range(made.sizes.loose_cases):
        case = made.case(*_station(made, stations, gone, str(rng.choice(PROVINCES))), "Others", TIP)
        made.mention(case, made.person(), "accused")
        victims += _victims(made, case, _loose_route(rng), cases_of, victims)
    made.truth["repeat"] = {one for one, cases in cases_of.items() if len(cases) > 1}


def _loose_route(rng: np.random.Generator) -> tuple:
    return tuple(one[int(rng.integers(len(one)))] for one in ENDS)


def _station(made: Making, stations: list[tuple], gone: set, province: str) -> tuple[tuple, date]:
    own = [one for one in stations if one[0] == province]
    while True:
        station, month = own[int(made.rng.integers(len(own)))], MONTHS[int(made.rng.integers(len(MONTHS)))]
        if (station[1], month) not in gone:
            return station, _days(month)[0] + timedelta(days=int(made.rng.integers(28)))


def _victims(made: Making, case: str, route: tuple, cases_of: dict, known: list[str]) -> list[str]:
    """One to four victims of a case; some were victims before, some are booked, complain or are at a shelter."""
    found, rng = [], made.rng
    day = made.cases[-1]["registered_on"]
    for _ in range(int(rng.integers(1, 5))):
        again = bool(known) and rng.random() < 0.06
        person = str(rng.choice(known)) if again else made.person()
        if case in cases_of.get(person, ()):
            continue
        mention = made.mention(case, person, "victim", route)
        cases_of.setdefault(person, set()).add(case)
        found += [] if again else [person]
        if rng.random() < 0.3:
            made.mention(case, person, "complainant")
        if rng.random() < 0.15:
            made.mention(made.cases[int(rng.integers(len(made.cases)))]["case_id"], person, "witness")
        if rng.random() < 0.08:
            made.mention(case, person, "accused")
            made.truth.setdefault("booked", set()).add(person)
        if rng.random() < 0.4:
            made.services.append(dict.fromkeys(SERVICE) | {
                "service_id": f"S{len(made.services):05}", "case_id": case, "mention_id": mention, "service": "shelter",
                "victim_ref": person, "provider": "Shelter", "started_on": day, "outcome": "ongoing", "period": f"{day:%Y-%m}",
            })  # fmt: skip
    return found


def _accused(made: Making) -> None:
    """One or two accused of half of the other cases; some were accused before, in the same district."""
    before: dict[str, list[str]] = {}
    for case in [one for one in made.cases if one["tip_tier"] is None]:
        if made.rng.random() < 0.5:
            continue
        own = before.setdefault(case["district"], [])
        for _ in range(int(made.rng.integers(1, 3))):
            person = own[int(made.rng.integers(len(own)))] if own and made.rng.random() < made.sizes.returning else made.person()
            made.mention(case["case_id"], person, "accused")
            own.append(person)


def _linked(made: Making) -> tuple[pl.DataFrame, pl.DataFrame]:
    """persons with the person_id that linking would give, and the links: some missed, some wrong."""
    rng, mentions, links = made.rng, dict[str, list[str]](), []
    for row in made.people:
        mentions.setdefault(row[2], []).append(row[0])
    person = {}
    for true, own in mentions.items():
        at = f"P{true}"
        person[own[0]] = at
        for number, (left, right) in enumerate(itertools.pairwise(own)):
            if rng.random() < made.sizes.missed:
                at = f"P{true}x{number}"
            else:
                hard = rng.random() < 0.3  # an alias, or another script
                links.append((left, right, float(rng.uniform(0.85, 0.99)) if hard else float(rng.uniform(0.99, 1))))
            person[right] = at
    accused = sorted({row[2] for row in made.people if row[3] == "accused"})
    for _ in range(made.sizes.borrowed):
        one, other = (str(name) for name in rng.choice(accused, 2, replace=False))
        kept, given = person[mentions[one][0]], person[mentions[other][0]]
        links.append((mentions[one][0], mentions[other][0], None))
        person = {mention: kept if at == given else at for mention, at in person.items()}
    names = ["mention_id", "case_id", "true", "role", "origin", "transit", "destination"]
    persons = pl.DataFrame(made.people, schema=dict.fromkeys(names, pl.String), orient="row").with_columns(
        pl.col("mention_id").replace(person).alias("person_id"), pl.concat_list("mention_id").alias("mention_refs")
    )
    rows = [(f"L{at}", "person", *one) for at, one in enumerate(links)]
    schema = {**dict.fromkeys(["link_id", "kind", "left_id", "right_id"], pl.String), "probability": pl.Float64}
    return persons.drop("true"), pl.DataFrame(rows, schema=schema, orient="row")


def _tables(made: Making, stations: list[tuple], gone: set, persons: pl.DataFrame, links: pl.DataFrame) -> dict[str, pl.DataFrame]:
    files = [(agency, month) for month in MONTHS for agency in (*PROVINCES, FIA)]
    sources = pl.DataFrame(files, schema=["agency", "period"], orient="row").with_columns(
        format=pl.lit("list"), rows_accepted=pl.lit(1), rows_quarantined=pl.lit(0), duplicate_of=pl.lit(None, pl.String)
    )
    charges = pl.DataFrame(schema={"case_id": pl.String, "is_modifier": pl.Boolean, "is_crime": pl.Boolean})
    dated = {"started_on": pl.Date, "ended_on": pl.Date, "follow_up_on": pl.Date}
    services = pl.DataFrame(made.services, schema={name: dated.get(name, pl.String) for name in SERVICE})
    return {
        "cases": pl.DataFrame(made.cases, infer_schema_length=None), "charges": charges, "persons": persons, "links": links, "sources": sources,
        "services": services,
    }  # fmt: skip
