"""What people answered, which pairs they are asked and what their answers say of the linker, beside plain loops."""

from __future__ import annotations

import math
import random
from itertools import product
from typing import Any

import polars as pl
import pytest

from recordkit.linkage import human_decisions
from recordkit.linkage.edges import HUMAN
from recordkit.linkage.human_decisions import BANDS

PAIR = ["kind", "left_id", "right_id"]


def decisions(*rows: tuple[str, str, str, str, str]) -> pl.DataFrame:
    return pl.DataFrame([(*row, "2026-11-25") for row in rows], schema=human_decisions.DECISIONS, orient="row")


def review(count: int, seed: int = 1) -> pl.DataFrame:
    rng = random.Random(seed)
    odds = [0.0, 1.0, 0.5, 0.5, 0.05, 0.25, 0.999, *(rng.random() for _ in range(count))][:count]
    rows = [
        {"link_id": f"L{at:03}", "kind": "case" if at % 3 else "person", "left_id": f"a{at}", "right_id": f"b{at}",
         "match_weight": float(at), "probability": one}
        for at, one in enumerate(rng.sample(odds, len(odds)))
    ]  # fmt: skip
    return pl.DataFrame(rows)


# ------------------------------------------------------------------------------------------------ answers


def test_an_entry_of_the_ledger_is_a_decision_of_the_kind_that_its_ids_tell() -> None:
    at, by = "2026-11-25T10:00:00+00:00", {"verdict": "same", "who": "amina"}
    entries = [
        {"what": "note", "at": at, "who": "amina"},
        {"what": "link", "left_id": "R1:accused:0", "right_id": "R2:accused:0", "at": at} | by,
        {"what": "link", "left_id": "R1", "right_id": "R2", "at": at, "seq": 9} | by,
        {"what": "link", "left_id": "R1", "right_id": "R3", "at": at, "kind": "person"} | by,
        {"what": "undo", "undoes": 4, "at": at, "who": "amina"},
    ]
    found = human_decisions.from_entries(entries)
    assert found.select(*PAIR, "verdict", "decided_by", "decided_at", "seq").rows() == [
        ("person", "R1:accused:0", "R2:accused:0", "same", "amina", at, 2), ("case", "R1", "R2", "same", "amina", at, 9),
    ]  # fmt: skip
    assert human_decisions.from_entries([]).schema == pl.Schema({**human_decisions.DECISIONS, "seq": pl.Int64()})
    assert human_decisions.empty().schema == pl.Schema(human_decisions.DECISIONS)


def test_rows_without_a_number_count_from_one_in_their_order() -> None:
    told = human_decisions.ordered(
        decisions(
            (
                "case",
                "b",
                "a",
                "same",
                "x",
            ),
            ("case", "a", "c", "unsure", "y"),
        )
    )
    assert told.select("left_id", "right_id", "seq").rows() == [("a", "b", 1), ("a", "c", 2)]


@pytest.mark.parametrize("seed", range(4))
def test_the_word_on_a_pair_is_its_last_and_people_disagree_by_the_last_of_each(seed: int) -> None:
    rng = random.Random(seed)
    log: list[Any] = [
        (
            rng.choice(["case", "person"]),
            *rng.sample("abc", 2),
            rng.choice(["same", "different", "unsure"]),
            rng.choice("xyz"),
        )
        for _ in range(25)
    ]
    last: dict[Any, str] = {}
    of_each: dict[Any, dict[str, str]] = {}
    for kind, one, other, verdict, who in log:
        pair = (kind, *sorted([one, other]))
        last[pair] = verdict
        of_each.setdefault(pair, {})[who] = verdict
    assert human_decisions.current(decisions(*log)).select(*PAIR, "verdict").rows() == [
        (*pair, last[pair]) for pair in sorted(last)
    ]
    wanted = [
        (*pair, [said[who] for who in sorted(said)], sorted(said))
        for pair, said in sorted(of_each.items()) if len(set(said.values())) > 1
    ]  # fmt: skip
    assert human_decisions.disagreements(decisions(*log)).rows() == wanted


def test_decisions_are_edges_between_the_places_of_their_ids() -> None:
    log = decisions(
        ("case", "d", "a", "same", "x"), ("case", "a", "b", "different", "x"), ("person", "a", "c", "same", "x"),
        ("case", "b", "z", "same", "x"), ("case", "c", "b", "same", "x"), ("case", "c", "b", "same", "y"),
        ("case", "c", "d", "same", "x"), ("case", "a", "a", "same", "x"),
    )  # fmt: skip
    found = human_decisions.decided_edges(log, "case", "same", pl.Series(["a", "b", "c", "d"]))
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 3), (1, 2), (2, 3)]
    assert set(found.reasons) == {HUMAN}
    again = human_decisions.decided_edges(log, "case", "same", pl.Series(["b", "c", "b"]))
    assert sorted(zip(again.left.tolist(), again.right.tolist(), strict=True)) == [(0, 1), (1, 2)], (
        "an id in two places"
    )
    assert len(human_decisions.decided_edges(log, "person", "different", pl.Series(["a", "b"])).left) == 0


# -------------------------------------------------------------------------------------------------- queue


def test_nobody_is_asked_again_of_a_pair_that_was_answered_whichever_side_came_first() -> None:
    rows = review(12)
    log = decisions(
        ("case", "a1", "b1", "same", "x"), ("case", "b2", "a2", "different", "x"), ("case", "a4", "b4", "unsure", "x"),
        ("person", "a5", "b5", "same", "x"), ("person", "b3", "a3", "different", "x"), ("case", "a7", "b8", "same", "x"),
    )  # fmt: skip
    turned = pl.concat(
        [
            rows,
            rows.select(
                "link_id", "kind", "match_weight", "probability", left_id="right_id", right_id="left_id"
            ).select(rows.columns),
        ]
    )
    left = human_decisions.undecided(turned, log)
    assert set(left["left_id"]) == {f"{side}{at}" for side in "ab" for at in range(12) if at not in (1, 2, 3)}
    assert left.height == 18


@pytest.mark.parametrize("most", [0, 1, 7, 12, 30])
def test_of_too_many_pairs_the_most_doubtful_are_asked_and_the_rest_is_counted(most: int) -> None:
    rows = review(12)
    odds = dict(rows.select("link_id", "probability").rows())
    kept, left_out = human_decisions.shortlist(rows, human_decisions.empty(), most)
    wanted = sorted(sorted(odds, key=lambda one: (abs(odds[one] - 0.5), one))[:most])
    assert (kept["link_id"].to_list(), left_out) == (wanted, max(12 - most, 0))


ABOUT = {"left_id": pl.String, "right_id": pl.String, "worth": pl.Float64, "joined": pl.Boolean, "cluster": pl.String}


@pytest.mark.parametrize("known", [False, True])
def test_the_pair_whose_answer_is_likeliest_to_change_something_comes_first(known: bool) -> None:
    rows = review(20)
    about = [(f"a{at}", f"b{at}", float(at % 4), at % 2 == 0, f"P{at % 3}") for at in range(20)] if known else []
    told = pl.DataFrame(about, schema=ABOUT, orient="row")
    found = human_decisions.queue(rows, human_decisions.empty(), told if known else None)
    joined = {name: one for name, _, _, one, _ in about}
    for row in found.iter_rows(named=True):
        chance = 1 - row["probability"] if joined.get(row["left_id"]) else row["probability"]
        assert row["priority"] == pytest.approx(chance, abs=1e-12)
    assert found.height == 20
    steps = [int(row["priority"] * 10) for row in found.iter_rows(named=True)]
    assert steps == sorted(steps, reverse=True)
    cluster = {name: one for name, _, _, _, one in about}
    keys = [(-step, cluster.get(row["left_id"], ""), -row["priority"]) for step, row in zip(steps, found.iter_rows(named=True), strict=True)]
    assert keys == sorted(keys)  # in a step of the chance the pairs of one cluster stand together
    asked = human_decisions.queue(rows, decisions(("case", "a1", "b1", "same", "x")))
    assert set(rows["link_id"]) - set(asked["link_id"]) == {"L001"}


# ------------------------------------------------------------------------------------------------- samples


@pytest.mark.parametrize("size", [1, 12, 40, 400])
def test_a_sample_has_as_many_of_every_band_and_says_for_how_many_each_stands(size: int) -> None:
    links = pl.concat(
        [review(90, seed=4), review(1).with_columns(link_id=pl.lit("rule"), match_weight=pl.lit(None, pl.Float64))]
    )
    bands: dict[int, list[str]] = {}
    for row in links.drop_nulls("match_weight").iter_rows(named=True):
        bands.setdefault(sum(row["probability"] > limit for limit in BANDS), []).append(row["link_id"])
    found = human_decisions.sample(links, size)
    most = max(size // len(bands), 1)
    assert found["link_id"].to_list() == sorted(found["link_id"])
    assert len(bands) == len(BANDS) + 1
    for band, ids in bands.items():
        mine = found.filter(pl.col("link_id").is_in(ids))
        assert mine.height == min(most, len(ids))
        assert set(mine["band"]) == {band}
        assert mine["share"].to_list() == pytest.approx([len(ids) / mine.height] * mine.height)
    assert found.equals(human_decisions.sample(links.reverse(), size)), "the order of the links says nothing"
    assert set(found.columns) == {*links.columns, "band", "share"}
    if size == 40:
        assert set(human_decisions.sample(links, size, seed=2)["link_id"]) != set(found["link_id"])
    assert found.equals(human_decisions.sample(links, size, seed=1))
    assert human_decisions.sample(links.clear(), size).height == 0
    assert human_decisions.sample(links.filter(pl.col("probability") > 0.999), 3).height == min(
        3, len(bands[len(BANDS)])
    )


def interval(share: float, count: float) -> tuple[float, float, float]:
    """The roots of (share - x)^2 = z^2 x (1 - x) / count: Wilson's interval as it is defined."""
    z2 = 1.96**2
    a, b, c = 1 + z2 / count, -(2 * share + z2 / count), share * share
    root = math.sqrt(max(b * b - 4 * a * c, 0))
    return share, (-b - root) / (2 * a), (-b + root) / (2 * a)


@pytest.mark.parametrize(("share", "count"), [(0.5, 10), (0.9, 40), (0.0, 5), (1.0, 5), (0.25, 1), (0.97, 1234.5)])
def test_a_share_has_the_interval_that_wilson_gave_it(share: float, count: float) -> None:
    assert human_decisions.wilson(share, count) == pytest.approx(interval(share, count), abs=1e-12)
    assert 0 <= human_decisions.wilson(share, count)[1] <= human_decisions.wilson(share, count)[2] <= 1
    assert human_decisions.wilson(share, 0) == (0.0, 0.0, 1.0)


def test_precision_and_recall_are_weighted_by_the_pairs_that_each_answer_stands_for() -> None:
    answers = [*product([True, False], ["same", "different", "unsure"], [1.0, 2.5])]
    answers += [(True, "same", 4.0), (False, "same", 3.0), (True, "different", 0.5)]
    labelled = pl.DataFrame(answers, schema=["said", "verdict", "share"], orient="row")
    known = [one for one in answers if one[1] != "unsure"]
    found = human_decisions.quality(labelled)
    for name, these, hit in (
        ("precision", [one for one in known if one[0]], lambda one: one[1] == "same"),
        ("recall", [one for one in known if one[1] == "same"], lambda one: one[0]),
    ):
        weights = [one[2] for one in these]
        hits = sum(one[2] for one in these if hit(one))
        count = sum(weights) ** 2 / sum(one * one for one in weights)
        assert found[name] == pytest.approx(interval(hits / sum(weights), count))
    assert human_decisions.quality(labelled.clear()) == {"precision": (0.0, 0.0, 1.0), "recall": (0.0, 0.0, 1.0)}
