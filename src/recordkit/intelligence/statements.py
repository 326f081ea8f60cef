"""Statements about people and networks, each with the cases and links that it hangs on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from recordkit.intelligence.chains import Link, chains, needed, to_core
from recordkit.intelligence.declaration import Intelligence, Kind
from recordkit.intelligence.networks import Network, betweenness, networks, parts_without
from recordkit.store.reading import Edition

ACCUSED, VICTIM = pl.col("role") == "accused", pl.col("role") == "victim"


@dataclass(frozen=True)
class Statement:
    """One thing that the records say, if the links that it names hold."""

    kind: Kind
    subject: str  # person_id, the number of the network, a place or a route
    people: tuple[str, ...]
    cases: tuple[str, ...]
    links: tuple[Link, ...]  # those that have to hold
    figures: dict[str, Any]  # what its sentence is filled in with
    complete: bool = True  # False: no chain of links joins all of it
    chance: float | None = None  # of a statement about counts: the share of such statements that are chance

    @property
    def weakest(self) -> float | None:
        """The weakest link; None where it hangs on none, 0 where no chain of links joins it."""
        if not self.complete:
            return 0.0
        return min((link.probability for link in self.links), default=None)


@dataclass(frozen=True)
class Found:
    """All statements of an edition, the networks, and how common each kind is."""

    statements: tuple[Statement, ...]
    networks: tuple[Network, ...]
    base: dict[Kind, tuple[int, int]]  # statements of a kind, of how many they could have been
    people: pl.DataFrame  # person_id, role, case_id, mention_id, province, agency
    tested: pl.DataFrame = field(default_factory=pl.DataFrame)  # every place that was compared (places.TESTED)
    not_whole: int = 0  # districts of whose newest month something is missing


def find(edition: Edition, declared: Intelligence) -> Found:
    """Every statement, sorted by kind, then the strongest first."""
    people = _people(edition)
    links = edition.scan("links").filter(pl.col("kind").cast(pl.String) == "person")
    repeated = _repeated(people)
    persons = edition.scan("persons").select("mention_id", "person_id", "mention_refs")
    held = chains(
        persons.filter(pl.col("person_id").is_in(repeated)).collect(),
        links.select("link_id", "left_id", "right_id", "probability").collect(),
    )
    accused = people.filter(ACCUSED)
    made = [*_across(accused, held, "provinces", "province"), *_across(accused, held, "agencies", "agency")]
    made += _recruiters(people, held, declared)
    found = networks(accused, declared.most_in_case)
    large = _large(found, declared)
    labels = _cases_of_each(accused)
    for number, one in enumerate(large, start=1):
        own = {person: labels[person] for person in one.people if person in labels}
        made += _of_network(number, one, own, held, declared)
    return Found(tuple(made), tuple(large), _base(made, accused, found), people)


def networks_of(edition: Edition, declared: Intelligence) -> list[Network]:
    """The networks of an edition that are large enough, the largest first."""
    persons = edition.scan("persons").filter(pl.col("role").cast(pl.String) == "accused")
    accused = persons.select("person_id", "case_id").drop_nulls().collect()
    return _large(networks(accused, declared.most_in_case), declared)


def _large(found: Sequence[Network], declared: Intelligence) -> list[Network]:
    return [one for one in found if len(one.people) >= declared.least_people and len(one.cases) >= declared.least_cases]


def _cases_of_each(accused: pl.DataFrame) -> dict[str, dict[str, str]]:
    """person_id -> mention_id -> case_id, of everybody who is an accused in more than one case."""
    rows = accused.sort("mention_id").group_by("person_id").agg("mention_id", "case_id")
    many = rows.filter(pl.col("case_id").list.n_unique() > 1)
    return {person: dict(zip(mentions, cases, strict=True)) for person, mentions, cases in many.iter_rows()}


def _people(edition: Edition) -> pl.DataFrame:
    cases = edition.scan("cases").select("case_id", pl.col("province", "agency", "tip_tier").cast(pl.String))
    persons = edition.scan("persons").select("mention_id", "case_id", "person_id", pl.col("role").cast(pl.String))
    return persons.join(cases, on="case_id").sort("person_id", "mention_id").collect()


def _repeated(people: pl.DataFrame) -> list[str]:
    """Who is named more than once: only of them any statement hangs on a link."""
    return people.group_by("person_id").len().filter(pl.col("len") > 1)["person_id"].to_list()


def _across(accused: pl.DataFrame, held: dict[str, list[Link]], kind: Kind, column: str) -> list[Statement]:
    """People who are an accused in two or more provinces, or in cases of two or more agencies."""
    labelled = accused.filter(pl.col(column).is_not_null())
    repeated = labelled.group_by("person_id").agg(pl.col(column).n_unique().alias("n")).filter(pl.col("n") > 1)
    made = []
    for rows in _each(labelled.join(repeated, on="person_id")):
        person = rows["person_id"][0]
        label = dict(zip(rows["mention_id"], rows[column], strict=True))
        links = needed(held.get(person, []), label)
        places = sorted(set(label.values()))
        cases = tuple(sorted(set(rows["case_id"])))
        figures = {"cases": len(cases), "places": ", ".join(places), "count": len(places)}
        made.append(Statement(kind, person, (person,), cases, tuple(links or ()), figures, links is not None))
    return sorted(made, key=lambda one: (-one.figures["count"], -len(one.cases), one.subject))


def _each(rows: pl.DataFrame) -> Iterable[pl.DataFrame]:
    return rows.partition_by("person_id", maintain_order=True)


def _recruiters(people: pl.DataFrame, held: dict[str, list[Link]], declared: Intelligence) -> list[Statement]:
    """The accused of trafficking cases by the number of victims, each victim weighted by the links that lead there."""
    inside = people.filter(pl.col("tip_tier").is_in(declared.trafficking))
    victims = inside.filter(VICTIM).group_by("case_id").agg(pl.col("person_id").unique().alias("victims"))
    rows = inside.filter(ACCUSED).join(victims, on="case_id")
    made = []
    for own in _each(rows):
        person, best = own["person_id"][0], dict[str, float]()
        found = own.sort(pl.col("victims").list.len(), "mention_id", descending=[True, False])
        reached = to_core(held.get(person, []), found["mention_id"][0])
        for mention, names in found.select("mention_id", "victims").iter_rows():
            for one in set(names) - {person}:
                best[one] = max(best.get(one, 0.0), reached.get(mention, 0.0))
        if len(best) < declared.least_victims:
            continue
        repeated = found["mention_id"].n_unique() > 1
        complete = all(mention in reached for mention in found["mention_id"])
        links = tuple(held.get(person, ())) if repeated else ()
        cases = tuple(sorted(set(found["case_id"])))
        figures = {"victims": len(best), "weighted": round(sum(best.values()), 2), "cases": len(cases)}
        made.append(Statement("recruiter", person, (person,), cases, links, figures, complete))
    return sorted(made, key=lambda one: (-one.figures["weighted"], -one.figures["victims"], one.subject))


def _of_network(
    number: int,
    one: Network,
    own: Mapping[str, Mapping[str, str]],
    held: Mapping[str, Sequence[Link]],
    declared: Intelligence,
) -> list[Statement]:
    """What a network is, and who holds it together; own: the cases of those who are in more than one."""
    inside = set(one.cases)
    joins = {
        person: {mention: case for mention, case in cases.items() if case in inside} for person, cases in own.items()
    }
    used = {person: _joined(held.get(person, ()), cases) for person, cases in joins.items()}
    links = tuple(link for some in used.values() for link in some or ())
    figures = {"people": len(one.people), "cases": len(one.cases)}
    whole = all(some is not None for some in used.values())
    made = [Statement("network", f"N{number}", one.people, one.cases, links, figures, whole)]
    if len(one.people) > declared.most_in_network:
        return made
    score = betweenness(one.neighbours)
    broker = max(score, key=lambda person: (score[person], person))
    parts = parts_without(one.neighbours, broker)
    if score[broker] > 0 and parts > 1:
        shown = {"network": f"N{number}", "share": round(100 * score[broker]), "parts": parts}
        shared = {case for cases in one.neighbours[broker].values() for case in cases}
        chain = used.get(broker, [])
        links = tuple(chain or ())
        made.append(Statement("broker", broker, (broker,), tuple(sorted(shared)), links, shown, chain is not None))
    return made


def _joined(chain: Sequence[Link], cases: Mapping[str, str]) -> list[Link] | None:
    """The links that have to hold for all these cases to be of one person; none for a single case."""
    count = len(set(cases.values()))
    return needed(chain, cases, count) if count > 1 else []


def _base(made: Sequence[Statement], accused: pl.DataFrame, found: Sequence[Network]) -> dict[Kind, tuple[int, int]]:
    """Statements of each kind, of how many people, or networks of two and more, they could have been about."""
    everybody = accused["person_id"].n_unique()
    of: dict[Kind, int] = {
        "provinces": everybody, "agencies": everybody, "recruiter": everybody, "network": len(found),
        "broker": len(found),
    }  # fmt: skip
    return {kind: (sum(one.kind == kind for one in made), every) for kind, every in of.items()}
