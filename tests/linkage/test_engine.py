"""The probabilistic linker: laws, and a floor under its accuracy."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordkit.errors import DeclarationError
from recordkit.linkage import edges, engine, list_linkage
from recordkit.linkage.engine import Constraints, blocking, clusters
from recordkit.linkage.engine.model_spec import ModelSpec
from tried import examples

NAMES = ["anna", "bilal", "carla", "dawood", "emil", "farid", "gul", "hina", "imran", "javed", "kiran", "lal"]
SPEC = ModelSpec.model_validate({
    "threshold": 2.0, "fit_from": 1,
    "block": [{"columns": ["name"]}, {"columns": ["born"]}, {"columns": ["number"]}],
    "comparison": [
        {"name": "name", "column": "name", "level": [
            {"name": "equal", "test": "equal", "tf": True}, {"name": "near", "test": "similar", "at_least": 0.85}]},
        {"name": "born", "column": "born", "level": [{"name": "equal", "test": "equal"}]},
        {"name": "number", "column": "number", "level": [
            {"name": "equal", "test": "equal"}, {"name": "slip", "test": "edits", "at_most": 1}]},
    ],
})  # fmt: skip


def people(count: int = 300, seed: int = 1) -> tuple[pl.DataFrame, pl.Series]:
    """A list in which every third person stands twice, the second time with a slip; and who they are."""
    rng = random.Random(seed)
    rows, truth = [], []
    for who in range(count):
        name = f"{rng.choice(NAMES)} {rng.choice(NAMES)} {rng.choice(NAMES)}"
        born, number = str(rng.randrange(1950, 2000)), str(rng.randrange(10**7, 10**8))
        rows.append((name, born, number))
        truth.append(who)
        if who % 3 == 0:
            slip = [(name[:-1], born, number), (name, born, "9" + number[1:]), (name, None, number)]
            rows.append(rng.choice(slip))
            truth.append(who)
    return pl.DataFrame(rows, schema=["name", "born", "number"], orient="row"), pl.Series(truth)


def pairs_of(label: pl.Series) -> set[tuple[int, int]]:
    groups = pl.DataFrame({"g": label}).with_row_index("i").group_by("g").agg("i").get_column("i").to_list()
    return {(a, b) for group in groups for a in group for b in group if a < b}


def test_the_linker_keeps_its_floor_on_a_small_list() -> None:
    frame, truth = people()
    found, true = pairs_of(pl.Series(engine.match(frame, SPEC).label)), pairs_of(truth)
    assert len(found & true) / len(found) > 0.97
    assert len(found & true) / len(true) > 0.95


def test_the_order_of_the_list_changes_nothing() -> None:
    frame, _ = people(120)
    once = list_linkage.dedupe(frame, SPEC)
    turned = list_linkage.dedupe(frame.reverse(), SPEC)
    same = ["record_id", "entity_id"]
    assert once.rows.select(same).sort("record_id").equals(turned.rows.select(same).sort("record_id"))
    assert once.links.sort("link_id").equals(turned.links.sort("link_id"))


def test_people_have_the_last_word() -> None:
    frame, truth = people()
    one, other = min(pairs_of(truth))
    apart = Constraints(np.zeros(0, np.uint64), blocking.pack(np.array([one]), np.array([other])))
    label = engine.match(frame, SPEC, limits=apart).label
    assert label[one] != label[other]
    joined = Constraints(blocking.pack(np.array([1]), np.array([5])), np.zeros(0, np.uint64))
    label = engine.match(frame, SPEC, limits=joined).label
    assert label[1] == label[5]


def test_a_month_that_arrives_is_linked_without_comparing_old_with_old() -> None:
    frame, truth = people()
    new = np.zeros(frame.height, bool)
    new[-80:] = True
    before = engine.match(frame.head(frame.height - 80), SPEC)
    standing = np.concatenate([before.label, np.arange(frame.height - 80, frame.height)])
    after = engine.match(frame, SPEC, model=before.model, new=new, earlier=standing)
    assert not np.any(~new[after.scored.left] & ~new[after.scored.right])
    found, true = pairs_of(pl.Series(after.label)), pairs_of(truth)
    assert len(found & true) / len(true) > 0.93


def test_a_saved_model_gives_the_same_result() -> None:
    frame, _ = people()
    first = engine.match(frame, SPEC)
    again = engine.match(frame, SPEC, model=engine.Model.from_data(first.model.as_data(), SPEC))
    assert np.array_equal(first.label, again.label)
    assert np.allclose(first.scored.weight, again.scored.weight, atol=1e-4)


def test_a_chain_of_weak_links_does_not_make_a_giant() -> None:
    weight = np.full((6, 6), -4.0)
    for at in range(5):
        weight[at, at + 1] = weight[at + 1, at] = 3.0
    assert len(set(clusters.agglomerate(weight, 0.0).tolist())) == 3


def test_every_cluster_is_held_by_links_that_explain_their_weight() -> None:
    frame, _ = people()
    found = list_linkage.dedupe(frame, SPEC)
    links = found.links
    sizes = found.rows.group_by("entity_id").len()
    assert links.height >= sizes.select((pl.col("len") - 1).sum()).item() * 0.95
    bits = links.select(
        pl.col("reasons").list.eval(pl.element().str.extract(r"([+-][0-9.]+)$").cast(pl.Float64)).list.sum()
    ).to_series()
    assert ((bits - links.get_column("match_weight")).abs() < 0.05).all()


@examples(50)
@given(st.lists(st.integers(0, 6), min_size=2, max_size=40))
def test_blocking_gives_every_pair_of_a_block_once(codes: list[int]) -> None:
    made, _, _ = blocking.pairs(np.array(codes, np.uint64), 100)
    left, right = blocking.unpack(made)
    wanted = {(a, b) for a in range(len(codes)) for b in range(a + 1, len(codes)) if codes[a] and codes[a] == codes[b]}
    assert sorted(zip(left.tolist(), right.tolist(), strict=True)) == sorted(wanted)


def test_a_block_that_is_too_large_is_left_out_and_reported() -> None:
    made, blocks, rows = blocking.pairs(np.ones(50, np.uint64), 10)
    assert (len(made), blocks, rows) == (0, 1, 50)


def test_a_column_that_the_list_does_not_have_is_named(tmp_path: Path) -> None:
    frame, _ = people(10)
    with pytest.raises(DeclarationError, match="number"):
        engine.match(frame.drop("number"), SPEC)


def test_reasons_are_missing_for_missing_values() -> None:
    frame, _ = people()
    found = engine.match(frame.with_columns(born=pl.lit(None, dtype=pl.String)), SPEC)
    names = pl.Series([str(at) for at in range(frame.height)])
    rows = edges.table(found, edges.joined(found, found.label), frame, names, "person")
    assert not any(reason.startswith("born") for reasons in rows["reasons"] for reason in reasons)


WITNESSED = ModelSpec.model_validate({
    "threshold": 0.0, "fit_from": 1,
    "block": [{"columns": ["name", "father"]}, {"columns": ["card"]}],
    "comparison": [
        {"name": "name", "column": "name", "m": [0.9, 0.1], "level": [{"name": "equal", "test": "equal", "tf": True}]},
        {"name": "father", "column": "father", "m": [0.9, 0.1],
         "level": [{"name": "equal", "test": "equal", "tf": True}]},
        {"name": "card", "column": "card", "m": [0.95, 0.05], "witness": True,
         "level": [{"name": "equal", "test": "equal"}]},
    ],
    "together": [{"comparisons": ["name", "father"]}],
})  # fmt: skip


def village(people: int, twice: int, seed: int = 3) -> tuple[pl.DataFrame, pl.Series]:
    """Names and fathers go together in every village; half the rows have a card; the first `twice` stand twice."""
    rng = random.Random(seed)
    rows, truth = [], []
    for who in range(people):
        village = who % 40
        name, father = f"name{village}-{rng.randrange(6)}", f"father{village}-{rng.randrange(6)}"
        for _ in range(2 if who < twice else 1):
            rows.append((name, father, str(10**6 + who) if rng.random() < 0.5 else None))
            truth.append(who)
    return pl.DataFrame(rows, schema=["name", "father", "card"], orient="row"), pl.Series(truth)


def test_a_list_of_namesakes_without_duplicates_is_not_joined_by_names_alone() -> None:
    frame, _ = village(3000, twice=0)
    label = pl.Series(engine.match(frame, WITNESSED).label)
    assert len(pairs_of(label)) < 10


def test_cards_show_what_a_name_is_worth_and_cards_still_join() -> None:
    frame, truth = village(2000, twice=1000)
    found, true = pairs_of(pl.Series(engine.match(frame, WITNESSED).label)), pairs_of(truth)
    assert len(found & true) / len(found) > 0.85
    carded = frame.get_column("card").is_not_null().to_list()
    wanted = {pair for pair in true if carded[pair[0]] and carded[pair[1]]}
    assert wanted <= found


LOOSE = {"threshold": -8.0, "cluster_threshold": -8.0, "review": -12.0}  # so that only the law keeps them apart


def contradicting_clusters(seed: int, attested: int, *, law: bool) -> int:
    """How many clusters of a list of namesakes hold two numbers, each on `attested` rows or more."""
    rng = random.Random(seed)
    rows = []
    for _ in range(60):
        name = f"{rng.choice(NAMES[:4])} {rng.choice(NAMES[:3])}"
        rows += [(name, "1980", rng.choice([None, "11111111", "55555555", "99999999"])) for _ in range(2)]
    frame = pl.DataFrame(rows, schema=["name", "born", "number"], orient="row")
    rules = [{"comparison": "number", "levels": ["else"], "attested": attested}] if law else []
    spec = ModelSpec.model_validate(SPEC.model_dump(by_alias=True) | LOOSE | {"contradiction": rules})
    found = frame.with_columns(label=pl.Series(engine.match(frame, spec).label)).drop_nulls("number")
    backed = found.group_by("label", "number").len().filter(pl.col("len") >= attested)
    return int(backed.get_column("label").is_duplicated().sum())


@given(st.integers(0, 10_000), st.integers(2, 3))
@examples(30)
def test_no_cluster_holds_two_numbers_that_several_rows_attest(seed: int, attested: int) -> None:
    assert contradicting_clusters(seed, attested, law=True) == 0


def test_without_that_law_there_would_be_such_clusters() -> None:
    assert all(contradicting_clusters(seed, 2, law=False) for seed in range(3))


def test_where_nobody_is_named_with_anybody_company_is_not_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    frame, _ = people(60)
    alone = frame.with_columns(case=pl.int_range(pl.len()).cast(pl.String))
    plain = engine.match(frame, SPEC)
    judged = []
    cluster = clusters.cluster
    monkeypatch.setattr(clusters, "cluster", lambda *given, **named: judged.append(1) or cluster(*given, **named))
    found = engine.match(alone, SPEC.model_copy(update={"group": "case"}))
    assert found.label.tolist() == plain.label.tolist()
    assert not found.extra.any()
    assert len(judged) == 1
    assert found.model.company == (0.0, 0.0, 0.0, 0.0)
