"""Who was accused together: networks, who holds them together, and how they have grown."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from recordkit.linkage.graph import components

Neighbours = Mapping[str, Mapping[str, frozenset[str]]]  # person -> person -> the cases that they share


@dataclass(frozen=True)
class Network:
    """People joined by cases that they share, directly or by way of others."""

    people: tuple[str, ...]
    cases: tuple[str, ...]
    neighbours: Neighbours


def networks(accused: pl.DataFrame, most_in_case: int) -> list[Network]:
    """Networks of at least two people, the largest first.

    accused: person_id, case_id. A case with more accused than `most_in_case` (a riot, a raid) joins nobody: that all of
    them know each other is not what it says.
    """
    pairs = _pairs(accused.select("person_id", "case_id").unique(), most_in_case)
    everybody = pl.concat([pairs["person_id"], pairs["other"]]).unique().sort().alias("person_id").to_frame()
    coded = everybody.with_row_index("code")
    left, right = (
        pairs.join(coded, left_on=name, right_on="person_id", maintain_order="left")["code"].cast(pl.Int64).to_numpy()
        for name in ("person_id", "other")
    )
    neighbours: dict[str, dict[str, set[str]]] = {}
    for one, other, cases in pairs.iter_rows():
        neighbours.setdefault(one, {})[other] = set(cases)
        neighbours.setdefault(other, {})[one] = set(cases)
    labels = pl.Series("label", components(everybody.height, left, right))
    groups = everybody.with_columns(labels).group_by("label", maintain_order=True).agg("person_id")
    made = [_network(members, neighbours) for members in groups["person_id"].to_list()]
    return sorted(made, key=lambda one: (-len(one.people), -len(one.cases), one.people))


def _pairs(people: pl.DataFrame, most_in_case: int) -> pl.DataFrame:
    """person_id, other, case_id (list): everybody who shares a case, each pair once."""
    sizes = people.group_by("case_id").len().filter(pl.col("len").is_between(2, most_in_case))
    inside = people.join(sizes.select("case_id"), on="case_id")
    pairs = inside.join(inside.rename({"person_id": "other"}), on="case_id")
    pairs = pairs.filter(pl.col("person_id") < pl.col("other"))
    return pairs.group_by("person_id", "other").agg("case_id").sort("person_id", "other")


def _network(members: list[str], neighbours: Mapping[str, Mapping[str, set[str]]]) -> Network:
    own = {one: {other: frozenset(cases) for other, cases in neighbours[one].items()} for one in members}
    cases = sorted({case for others in own.values() for shared in others.values() for case in shared})
    return Network(tuple(members), tuple(cases), own)


def betweenness(neighbours: Neighbours) -> dict[str, float]:
    """The share of shortest ways between two others that lead over each person, 0 to 1 (Brandes 2001, unweighted)."""
    score = dict.fromkeys(sorted(neighbours), 0.0)
    for start in score:
        order, before, ways = _shortest(start, neighbours)
        carried = dict.fromkeys(order, 0.0)
        for one in reversed(order):
            for nearer in before[one]:
                carried[nearer] += ways[nearer] / ways[one] * (1 + carried[one])
            if one != start:
                score[one] += carried[one]
    pairs = (len(score) - 1) * (len(score) - 2)  # each way is walked in both directions
    return {one: value / pairs if pairs else 0.0 for one, value in score.items()}


def _shortest(start: str, neighbours: Neighbours) -> tuple[list[str], dict[str, list[str]], dict[str, int]]:
    """People by their distance from a start, who is before each on the shortest ways, and how many ways there are."""
    far, ways, before = {start: 0}, {start: 1}, {start: list[str]()}
    order, waiting = list[str](), deque([start])
    while waiting:
        here = waiting.popleft()
        order.append(here)
        for there in neighbours[here]:
            if there not in far:
                far[there], ways[there], before[there] = far[here] + 1, 0, []
                waiting.append(there)
            if far[there] == far[here] + 1:
                ways[there] += ways[here]
                before[there].append(here)
    return order, before, ways


def parts_without(neighbours: Neighbours, person: str) -> int:
    """Into how many parts the others fall when one person is taken away."""
    code = {one: at for at, one in enumerate(one for one in neighbours if one != person)}
    pairs = [(code[one], code[other]) for one in code for other in neighbours[one] if other != person]
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    return len(np.unique(components(len(code), ends[:, 0], ends[:, 1])))


@dataclass(frozen=True)
class Growth:
    """A network beside what it was in an earlier edition."""

    at: int  # place of the network among those of now
    people_before: int
    cases_before: int
    joined: int  # earlier networks that it holds
    people: tuple[str, ...]  # who is new in it
    cases: tuple[str, ...]  # which cases are


def grown(now: Sequence[Network], before: Sequence[Network], least: int) -> list[Growth]:
    """The networks that have at least so many people more than those of the earlier edition that share somebody."""
    home = {person: at for at, one in enumerate(before) for person in one.people}
    found = []
    for at, one in enumerate(now):
        earlier = sorted({home[person] for person in one.people if person in home})
        people = {person for number in earlier for person in before[number].people}
        cases = {case for number in earlier for case in before[number].cases}
        new = tuple(person for person in one.people if person not in people)
        if earlier and len(new) >= least:
            own = tuple(case for case in one.cases if case not in cases)
            found.append(Growth(at, len(people), len(cases), len(earlier), new, own))
    return found


def edges(found: Iterable[Network]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each pair of people once, with the cases that they share."""
    return [
        (one, other, tuple(sorted(cases)))
        for network in found
        for one, others in network.neighbours.items()
        for other, cases in sorted(others.items())
        if one < other
    ]
