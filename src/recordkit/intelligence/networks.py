"""Who was accused together: networks, and the people without whom they would fall apart."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from recordkit.intelligence.chains import Groups

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
    people = accused.select("person_id", "case_id").unique()
    sizes = people.group_by("case_id").len().filter(pl.col("len").is_between(2, most_in_case))
    cases = people.join(sizes, on="case_id").group_by("case_id").agg(pl.col("person_id").sort()).sort("case_id")
    neighbours: dict[str, dict[str, set[str]]] = {}
    joined = Groups()
    for case, members in cases.iter_rows():
        for at, one in enumerate(members):
            for other in members[at + 1 :]:
                neighbours.setdefault(one, {}).setdefault(other, set()).add(case)
                neighbours.setdefault(other, {}).setdefault(one, set()).add(case)
                joined.join(one, other)
    groups: dict[object, list[str]] = {}
    for one in sorted(neighbours):
        groups.setdefault(joined.of(one), []).append(one)
    made = [_network(members, neighbours) for members in groups.values()]
    return sorted(made, key=lambda one: (-len(one.people), -len(one.cases), one.people))


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
    others = [one for one in neighbours if one != person]
    joined = Groups()
    for one in others:
        for other in neighbours[one]:
            if other != person:
                joined.join(one, other)
    return len({joined.of(one) for one in others})


def edges(found: Iterable[Network]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each pair of people once, with the cases that they share."""
    return [
        (one, other, tuple(sorted(cases)))
        for network in found
        for one, others in network.neighbours.items()
        for other, cases in sorted(others.items())
        if one < other
    ]
