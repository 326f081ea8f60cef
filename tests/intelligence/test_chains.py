"""The strongest chain of links between the records of one person, and what has to hold for a statement."""

import itertools

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

import tried
from recordkit.intelligence.chains import Link, chains, needed, to_core


def persons(**of: str) -> pl.DataFrame:
    """mention -> person; a mention's only record is called like it."""
    rows = [{"mention_id": mention, "person_id": person, "mention_refs": [f"r{mention}"]} for mention, person in of.items()]
    return pl.DataFrame(rows)


def links(*pairs: tuple[str, str, float | None]) -> pl.DataFrame:
    rows = [{"link_id": f"L{at}", "left_id": f"r{a}", "right_id": f"r{b}", "probability": p} for at, (a, b, p) in enumerate(pairs)]
    return pl.DataFrame(rows, schema={"link_id": pl.String, "left_id": pl.String, "right_id": pl.String, "probability": pl.Float64})


def test_a_detour_of_strong_links_is_stronger_than_a_weak_link():
    found = chains(persons(a="P", b="P", c="P"), links(("a", "b", 0.5), ("a", "c", 0.99), ("b", "c", 0.98)))["P"]
    assert [link.probability for link in found] == [0.99, 0.98]


def test_a_link_that_a_key_or_a_human_decided_is_certain():
    found = chains(persons(a="P", b="P"), links(("a", "b", None)))["P"]
    assert found[0].probability == 1


def test_a_link_to_another_person_or_inside_one_mention_holds_nothing():
    people = persons(a="P", b="P", x="Q").with_columns(
        pl.when(pl.col("mention_id") == "a").then(pl.lit(["ra", "ra2"])).otherwise("mention_refs").alias("mention_refs")
    )
    within = pl.DataFrame([{"link_id": "L", "left_id": "ra", "right_id": "ra2", "probability": 0.1}])
    assert chains(people, pl.concat([within, links(("a", "x", 0.9))])) == {}


def test_only_the_links_that_are_needed_are_named():
    chain = [Link(0.999, "L1", "a", "b"), Link(0.95, "L2", "b", "c"), Link(0.6, "L3", "c", "d")]
    label = {"a": "Punjab", "b": "Punjab", "c": "Sindh", "d": "Balochistan"}
    assert [link.id for link in needed(chain, label)] == ["L1", "L2"]
    assert needed(chain, label, 3)[-1].id == "L3"
    assert needed(chain, label, 4) is None


def test_a_record_without_a_label_can_lie_on_the_way():
    chain = [Link(0.9, "L1", "a", "x"), Link(0.8, "L2", "x", "b")]
    assert [link.id for link in needed(chain, {"a": "Punjab", "b": "Sindh"})] == ["L1", "L2"]


def test_a_chain_is_as_strong_as_its_weakest_link():
    chain = [Link(0.99, "L1", "a", "b"), Link(0.7, "L2", "b", "c"), Link(0.9, "L3", "c", "d")]
    assert to_core(chain, "a") == {"a": 1.0, "b": 0.99, "c": 0.7, "d": 0.7}


@tried.examples(30)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from([0.1, 0.5, 0.9, 0.99])), max_size=9))
def test_no_other_way_between_two_records_has_a_stronger_weakest_link(pairs):
    names = "abcde"
    given_pairs = [(names[a], names[b], p) for a, b, p in pairs if a != b]
    found = chains(persons(**dict.fromkeys(names, "P")), links(*given_pairs)).get("P", [])
    best = {one: dict.fromkeys(names, 0.0) for one in names}
    for a, b, p in given_pairs:
        best[a][b] = best[b][a] = max(best[a][b], p)
    for middle, a, b in itertools.product(names, repeat=3):  # widest ways (Floyd and Warshall)
        best[a][b] = max(best[a][b], min(best[a][middle], best[middle][b]))
    for one in names:
        reached = to_core(found, one)
        assert all(reached.get(other, 0.0) == best[one][other] for other in names if other != one)
