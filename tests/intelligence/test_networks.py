"""Networks of people accused together, and who holds them together, against what brute force finds."""

import itertools

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tried
from recordkit.intelligence.networks import betweenness, edges, grown, networks, parts_without


def accused(**cases: str) -> pl.DataFrame:
    rows = [{"case_id": case, "person_id": person} for case, people in cases.items() for person in people]
    return pl.DataFrame(rows, schema={"case_id": pl.String, "person_id": pl.String})


def beside(*pairs: str) -> dict:
    found = {}
    for one, other in pairs:
        found.setdefault(one, {})[other] = frozenset({"C"})
        found.setdefault(other, {})[one] = frozenset({"C"})
    return found


def test_people_of_cases_that_share_somebody_are_one_network():
    found = networks(accused(C1="ab", C2="bc", C3="xy"), 12)
    assert [(one.people, one.cases) for one in found] == [(("a", "b", "c"), ("C1", "C2")), (("x", "y"), ("C3",))]


def test_a_raid_joins_nobody():
    assert networks(accused(C1="abcdef"), 5) == []


def test_somebody_alone_is_in_no_network():
    assert networks(accused(C1="a", C2="a"), 12) == []


def test_every_pair_is_one_edge_with_the_cases_that_it_shares():
    assert edges(networks(accused(C1="ab", C2="ab", C3="bc"), 12)) == [("a", "b", ("C1", "C2")), ("b", "c", ("C3",))]


def test_who_stands_in_the_middle_is_the_broker():
    star = beside("ma", "mb", "mc")
    assert betweenness(star) == {"m": 1.0, "a": 0, "b": 0, "c": 0}
    assert parts_without(star, "m") == 3
    assert parts_without(star, "a") == 1


def test_two_equal_ways_count_half_each():
    ring = betweenness(beside("ab", "bc", "cd", "da"))
    assert ring["a"] == pytest.approx(1 / 6)


@tried.examples(30)
@given(st.sets(st.sampled_from([a + b for a, b in itertools.combinations("abcdef", 2)]), min_size=1))
def test_betweenness_is_the_share_of_shortest_ways(pairs):
    graph = beside(*sorted(pairs))
    score = betweenness(graph)
    others = len(graph) - 1
    for one in graph:
        total = 0.0
        for a, b in itertools.permutations([other for other in graph if other != one], 2):
            ways = _shortest(graph, a, b)
            total += sum(one in way[1:-1] for way in ways) / len(ways) if ways else 0
        pairs_of = others * (others - 1)
        assert score[one] == pytest.approx(total / pairs_of if pairs_of else 0)


def _shortest(graph, start, end):
    for length in range(2, len(graph) + 1):
        ways = [
            way for way in itertools.permutations(graph, length)
            if way[0] == start and way[-1] == end and all(b in graph[a] for a, b in itertools.pairwise(way))
        ]  # fmt: skip
        if ways:
            return ways
    return []


def test_a_network_has_grown_by_those_who_were_in_none_of_its_earlier_parts():
    before = networks(accused(C1="abc", C2="xy"), 12)
    now = networks(accused(C1="abc", C2="xy", C3="cx", C4="yz", C5="pq"), 12)
    (one,) = grown(now, before, 1)
    assert (one.at, one.joined, one.people_before, one.cases_before) == (0, 2, 5, 2)
    assert (one.people, one.cases) == (("z",), ("C3", "C4"))
    assert grown(now, before, 2) == []


def test_a_network_that_was_not_there_has_not_grown():
    assert grown(networks(accused(C1="ab"), 12), networks(accused(C2="xy"), 12), 1) == []
