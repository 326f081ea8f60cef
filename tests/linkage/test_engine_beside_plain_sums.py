"""Every array of the linker beside a plain loop that says the same: weights, company, dependences, clusters, graphs."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest

from recordkit.linkage import graph
from recordkit.linkage.engine import blocking, clusters, collective_evidence, dependence_tree, match_weights
from recordkit.linkage.engine.dependence_tree import Nested
from recordkit.linkage.engine.encoded_table import Column, Table, encode
from recordkit.linkage.engine.fitted_model import MOST, Model
from recordkit.linkage.engine.match_weights import Scored
from recordkit.linkage.engine.model_spec import ModelSpec

NOTHING = np.zeros(0, np.uint64)
EQUAL = {"name": "equal", "test": "equal"}


def model_of(comparisons: list[dict[str, Any]], **more: Any) -> Model:
    """Declared shares for every comparison, u from the same numbers turned round."""
    extra = {name: more.pop(name) for name in ("prior", "scale", "kin", "kin_prior", "nested") if name in more}
    spec = ModelSpec.model_validate({"block": [{"columns": ["a"]}], "comparison": comparisons} | more)
    m = [np.array(one.m or [0.8, *[0.1] * (len(one.levels) - 1), 0.1]) for one in spec.comparisons]
    return Model(spec, tuple(m), tuple(shares[::-1] / 2 for shares in m), **extra)


def equality(name: str, **more: Any) -> dict[str, Any]:
    tf = more.pop("tf", False)
    return {"name": name, "column": name, "level": [EQUAL | {"tf": tf}]} | more


def pairs_of(values: np.ndarray) -> set[tuple[int, int]]:
    return set(zip(*(part.tolist() for part in blocking.unpack(values)), strict=True))


# ------------------------------------------------------------------------------------------------ graphs


@pytest.mark.parametrize("seed", range(6))
def test_the_label_of_a_node_is_the_smallest_that_a_path_leads_to(seed: int) -> None:
    rng = np.random.default_rng(seed)
    left, right = rng.integers(0, 30, (2, rng.integers(1, 30)))
    reached = {node: {node} for node in range(30)}
    for a, b in [*zip(left.tolist(), right.tolist(), strict=True)] * 30:
        reached[a] |= reached[b]
        reached[b] |= reached[a]
    assert graph.components(30, left, right).tolist() == [min(reached[node]) for node in range(30)]


def test_nodes_without_an_edge_are_components_of_their_own() -> None:
    nothing = np.zeros(0, np.int64)
    assert graph.components(3, nothing, nothing).tolist() == [0, 1, 2]
    assert graph.group_starts(nothing).tolist() == []


def test_a_star_goes_from_the_smallest_node_of_a_group_to_each_other() -> None:
    left, right = graph.star_edges(np.array([7, 3, 5, 4, 9]), np.array([1, 1, 2, 1, 2]))
    assert sorted(zip(left.tolist(), right.tolist(), strict=True)) == [(3, 4), (3, 7), (5, 9)]


@pytest.mark.parametrize(
    ("edges", "forbidden", "expected"),
    [
        ([(0, 1), (1, 2)], [(0, 2)], [0, 0, 2, 3]),
        ([(1, 2), (0, 1)], [(0, 2)], [0, 1, 1, 3]),
        ([(0, 1), (2, 3), (1, 2)], [(0, 3)], [0, 0, 2, 2]),
        ([(2, 3), (0, 1), (3, 0)], [(1, 2)], [0, 0, 2, 2]),
        ([(0, 1), (1, 2), (2, 3)], [(1, 3)], [0, 0, 0, 3]),
        ([(3, 2), (2, 1), (1, 0), (0, 3)], [], [0, 0, 0, 0]),
    ],
)
def test_edges_are_taken_in_their_order_and_no_forbidden_pair_meets(
    edges: list[tuple[int, int]], forbidden: list[tuple[int, int]], expected: list[int]
) -> None:
    assert graph.constrained(4, edges, forbidden).tolist() == expected


# ------------------------------------------------------------------------------------------------ company


def people_of_cases(seed: int, rows: int = 40) -> tuple[Column, np.ndarray]:
    """Groups (some rows in none) of which no two rows are one person, and who every row is."""
    rng = np.random.default_rng(seed)
    group = rng.integers(-1, 9, rows)
    label = np.full(rows, -1)
    for one in range(-1, 9):
        inside = np.flatnonzero(group == one)
        label[inside] = rng.permutation(14)[: len(inside)] if len(inside) <= 14 else np.arange(len(inside)) % 14
    values = pl.Series([None if one < 0 else f"case {one}" for one in group])
    return encode(values), label.astype(np.int64)


def in_common(group: Column, label: np.ndarray, a: int, b: int) -> int:
    of = [{int(label[row]) for row in np.flatnonzero(group.codes == group.codes[one])} for one in (a, b)]
    return len((of[0] & of[1]) - {int(label[a]), int(label[b])})


@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_company_is_how_many_others_of_both_cases_are_the_same_people(seed: int, twice: bool) -> None:
    group, label = people_of_cases(seed)
    if twice:  # somebody who stands in one case in two rows is one in common
        label = np.random.default_rng(100 + seed).integers(0, 9, len(label))
    every = np.array(list(combinations(range(len(label)), 2)))
    found = collective_evidence.levels(group, label, every[:, 0], every[:, 1]).tolist()
    size = {code: int((group.codes == code).sum()) for code in group.codes.tolist()}
    for (a, b), level in zip(every.tolist(), found, strict=True):
        one, other = int(group.codes[a]), int(group.codes[b])
        silent = min(one, other) < 0 or one == other or min(size[one], size[other]) < 2
        assert level == (0 if silent else 1 + min(in_common(group, label, a, b), 2)), (a, b)
    assert {1, 2, 3} <= set(found)


@pytest.mark.parametrize(("place", "level"), [(28, 2), (29, 2), (30, 1)])
def test_of_a_large_case_the_first_thirty_people_are_looked_at(place: int, level: int) -> None:
    group = encode(pl.Series(["large"] * 32 + ["small"] * 2))
    label = np.arange(34)
    label[33] = place  # the other person of the small case
    assert collective_evidence.levels(group, label, np.array([31]), np.array([32])).tolist() == [level]


@pytest.mark.parametrize("seed", range(5))
def test_rows_of_one_code_are_compared_when_one_third_person_was_beside_both(seed: int) -> None:
    group, label = people_of_cases(seed)
    code = np.random.default_rng(seed).integers(0, 4, len(label)).astype(np.uint64)
    seen = np.bincount(label, minlength=len(label))

    def beside(row: int) -> set[int]:
        if group.codes[row] < 0:
            return set()
        others = {int(label[other]) for other in np.flatnonzero(group.codes == group.codes[row])}
        return {other for other in others if other != label[row] and seen[other] > 1}

    wanted = {
        (a, b) for a, b in combinations(range(len(label)), 2) if code[a] == code[b] != 0 and beside(a) & beside(b)
    }
    assert wanted
    assert pairs_of(collective_evidence.pairs(group, label, code, 1000)) == wanted
    assert pairs_of(collective_evidence.pairs(group, label, code, 1)) == set()


@pytest.mark.parametrize(("place", "found"), [(10, True), (11, True), (12, False)])
def test_of_a_large_case_twelve_people_bring_others_together(place: int, found: bool) -> None:
    group = encode(pl.Series(["large"] * 14 + ["small"] * 2))
    label = np.arange(16)
    label[15] = place
    code = np.zeros(16, np.uint64)
    code[[13, 14]] = 7
    assert pairs_of(collective_evidence.pairs(group, label, code, 99)) == ({(13, 14)} if found else set())


def test_the_weight_of_company_is_how_much_oftener_those_have_it_who_are_one_by_all_else() -> None:
    level = np.array([1] * 40 + [2] * 40 + [3] * 40 + [0] * 30, np.uint8)
    sure = np.array([-9.0] * 36 + [9.0] * 4 + [-9.0] * 20 + [9.0] * 20 + [9.0] * 38 + [-9.0] * 2 + [9.0] * 30, np.float32)
    others = np.array([1e6, 60.0, 4.0, 1.0])
    found = np.array(collective_evidence.fit(level, sure, others))
    match = 1 / (1 + np.exp2(-(sure + found[level])))
    m = np.array([match[level == at].sum() + 1 for at in (1, 2, 3)])
    u = np.array([(1 - match)[level == at].sum() + others[at] + 1 for at in (1, 2, 3)])
    assert found[0] == 0
    assert np.allclose(found[1:], np.clip(np.log2(m / m.sum()) - np.log2(u / u.sum()), -2, 10), atol=1e-3)
    assert found[1] < found[2] < found[3]


@pytest.mark.parametrize(("weight", "others", "expected"), [(20.0, 1e7, 10.0), (-20.0, 0.0, 0.0)])
def test_company_weighs_at_most_ten_bits_and_nothing_where_nobody_is_one(
    weight: float, others: float, expected: float
) -> None:
    level = np.array([3] * 500 + [1] * 3, np.uint8)
    found = collective_evidence.fit(level, np.full(503, weight, np.float32), np.array([0, others, others, 1.0]))
    assert found[0] == 0
    assert min(found) >= -2
    assert found[3] == pytest.approx(expected) if expected else abs(found[3]) < 10


# ------------------------------------------------------------------------------------------- dependences


def rows_of_places(rows: int, codes: int) -> pl.DataFrame:
    """A postcode in one of six towns in one of two counties, and a letter that has to do with nothing."""
    code = np.arange(rows) % codes
    return pl.DataFrame({
        "post": [f"p{one}" for one in code], "town": [f"t{one // 5}" for one in code],
        "county": [f"c{one // 15}" for one in code], "letter": [f"l{(one // codes) % 5}" for one in range(rows)],
    })  # fmt: skip


def chance(values: list[Any]) -> float:
    return sum(a == b for a, b in combinations(values, 2)) / math.comb(len(values), 2)


def test_what_implies_what_is_a_tree_of_the_strongest_dependences() -> None:
    frame = rows_of_places(1800, 30)
    names = ["county", "letter", "post", "town"]
    model = model_of([equality(name, shared=name != "letter") for name in names])
    found = dependence_tree.find_dependences(Table(frame), model.spec)
    assert [(names[one.first], names[one.second]) for one in found] == [("county", "town"), ("post", "town")]
    small = frame.head(360)  # the shares of pairs are those of the whole list, by symmetry, but for the row itself
    for one in dependence_tree.find_dependences(Table(frame), model.spec):
        a, b = (small.get_column(names[place]).to_list() for place in (one.first, one.second))
        bits = math.log2(chance(list(zip(a, b, strict=True))) / (chance(a) * chance(b)))
        assert one.bits == pytest.approx(bits, abs=0.2)


def test_a_dependence_is_measured_on_the_rows_that_have_both() -> None:
    one = ["a", "a", "a", "b", "b", "c", None, "c", "a"]
    other = ["x", "x", "y", "y", "y", "z", "z", None, "x"]
    both = [pair for pair in zip(one, other, strict=True) if None not in pair]
    first, second = zip(*both, strict=True)
    joint, bits = dependence_tree._lift(encode(pl.Series(one)), encode(pl.Series(other)))
    assert joint == pytest.approx(chance(both))
    assert bits == pytest.approx(math.log2(chance(both) / (chance(list(first)) * chance(list(second)))))


@pytest.mark.parametrize(
    ("one", "other"), [(["a", None, "b"], ["x", "y", None]), ([None, None], [None, None]), (["a", "b"], ["x", "y"])]
)
def test_where_no_pair_agrees_nothing_depends(one: list[str | None], other: list[str | None]) -> None:
    kind = pl.String
    lift = dependence_tree._lift(encode(pl.Series(one, dtype=kind)), encode(pl.Series(other, dtype=kind)))
    assert lift == (0, 0)


def test_two_rows_are_one_pair() -> None:
    assert dependence_tree._lift(encode(pl.Series(["a", "a"])), encode(pl.Series(["x", "x"]))) == (1, 0)


@pytest.mark.parametrize(("by_code", "found"), [(51, 1), (50, 0)])
def test_chance_agreements_must_outnumber_a_persons_own_rows(by_code: int, found: int) -> None:
    frame = pl.DataFrame({"a": [f"a{at % 3}" for at in range(3 * by_code)]}).with_columns(b=pl.col("a"))
    spec = model_of([equality("a", shared=True), equality("b", shared=True)]).spec
    assert len(dependence_tree.find_dependences(Table(frame), spec)) == found


def test_what_says_one_value_of_everybody_or_is_no_equality_or_nobodys_in_common_is_left_out() -> None:
    frame = rows_of_places(1800, 30).with_columns(one=pl.lit("same"), again=pl.col("county"))
    near = equality("county", shared=True) | {"level": [{"name": "near", "test": "similar", "at_least": 0.9}]}
    for strange in (equality("one", shared=True), near, equality("county")):
        spec = model_of([equality("town", shared=True), strange]).spec
        assert dependence_tree.find_dependences(Table(frame), spec) == ()
    other = equality("county", shared=True) | {"level": [EQUAL | {"column": "again"}]}
    assert dependence_tree.find_dependences(Table(frame), model_of([equality("town", shared=True), other]).spec) == ()


@pytest.mark.parametrize("weighed", [(), ("a",), ("a", "b")])
def test_bits_counted_twice_are_those_of_each_value_less_those_of_both_together(weighed: tuple[str, ...]) -> None:
    frame = pl.DataFrame({"a": [*"xxxxyyz", None], "b": [*"ppqqqrrp"]})
    table = Table(frame)
    near = {"name": "near", "test": "similar", "at_least": 0.9}
    spec = model_of([  # only the first degree, the equality, says whether rarity counts
        {"name": name, "column": name, "level": [EQUAL | {"tf": name in weighed}, near | {"tf": name not in weighed}]}
        for name in "ab"
    ]).spec  # fmt: skip
    rows = np.array([0, 2, 5])
    found = dependence_tree.too_many(table, spec, Nested(0, 1, 1.5), left=np.arange(8), right=np.arange(8), rows=rows)
    both = [pair for pair in frame.rows() if None not in pair]

    def rarity(values: list[Any], value: Any) -> float:
        share = {one: values.count(one) / len(values) for one in values}
        return math.log2(sum(part**2 for part in share.values()) / share[value])

    for row, bits in zip(rows.tolist(), found.tolist(), strict=True):
        wanted = 1.5 - (rarity(both, frame.row(row)) if weighed else 0)
        wanted += sum(rarity(frame.get_column(one).drop_nulls().to_list(), frame.item(row, one)) for one in weighed)
        assert bits == pytest.approx(wanted, abs=1e-5)


# ----------------------------------------------------------------------------------------------- weights

NAMES = ["anna khan", "anna khann", "bilal", "bilall", "bilal shah", "zoe", None]
COMPARISONS: list[dict[str, Any]] = [
    {"name": "name", "column": "name", "namesakes": 0.1, "m": [0.6, 0.2, 0.1, 0.1], "level": [
        EQUAL | {"tf": True}, {"name": "near", "test": "similar", "at_least": 0.93, "tf": True},
        {"name": "like", "test": "similar", "at_least": 0.7}]},
    {"name": "town", "column": "town", "shared": True, "m": [0.7, 0.3], "level": [EQUAL | {"tf": True}]},
    {"name": "post", "column": "post", "shared": True, "m": [0.6, 0.4], "level": [EQUAL]},
    {"name": "age", "column": "age", "m": [0.5, 0.4, 0.1], "level": [
        EQUAL, {"name": "near", "test": "within", "at_most": 2, "neutral": True}]},
    {"name": "card", "column": "card", "m": [0.9, 0.05, 0.05], "level": [
        EQUAL, {"name": "slip", "test": "edits", "at_most": 1, "most": 1.25}]},
]  # fmt: skip


def some_people(seed: int, rows: int = 40) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    pick = lambda *values: [values[at] for at in rng.integers(0, len(values), rows)]  # noqa: E731
    return pl.DataFrame({
        "name": pick(*NAMES, *["bilal"] * 6), "town": pick("t", "t", "t", "u", None), "post": pick("1", "2", None),
        "age": pick(20, 21, 22, 25, None), "card": pick("1234", "1235", "9999", None),
    })  # fmt: skip


def whole(**more: Any) -> Model:
    kin = tuple(np.array([0.5, *[0.5 / len(one["level"])] * len(one["level"])]) for one in COMPARISONS)
    return model_of(
        COMPARISONS, prior=-3.0, scale=(0.8, 1.1, 1.0, 0.5, 1.0), kin=kin, kin_prior=-2.0, nested=(Nested(1, 2, 0.75),),
        together=[{"comparisons": ["name", "town"], "weight": -0.4}], **more,
    )  # fmt: skip


def every_pair(frame: pl.DataFrame) -> np.ndarray:
    left, right = np.array(list(combinations(range(frame.height), 2))).T
    return blocking.pack(left, right)


def weight_by_hand(model: Model, table: Table, a: int, b: int, levels: list[int]) -> float:
    plain, alike = [], 0.0
    total = model.prior
    for place, (one, level) in enumerate(zip(model.spec.comparisons, levels, strict=True)):
        rare, bits, kin = 0.0, 0.0, 0.0
        if level:
            bits = math.log2(model.m[place][level - 1] / model.u[place][level - 1]) * model.scales[place]
            kin = math.log2(model.kin[place][level - 1] / model.u[place][level - 1]) if model.kin else 0.0
        declared = one.levels[level - 1] if 0 < level <= len(one.levels) else None
        if declared:
            bits, kin = (0.0, 0.0) if declared.neutral else (bits, kin)
            bits = bits if declared.most is None else min(bits, declared.most)
            if declared.tf:
                column = table.column(one.column)
                rare = min(float(column.rarity[column.codes[row]]) for row in (a, b))
        total += bits + rare * model.scales[place]
        plain.append(bits / model.scales[place] + rare)
        alike += kin + rare if one.shared or one.namesakes else 0.0
    twice = 0.0
    for one in model.nested:
        if levels[one.first] == levels[one.second] == 1:
            twice += float(dependence_tree.too_many(table, model.spec, one, left=np.array([a]), right=np.array([b]), rows=np.array([0]))[0])
    total -= twice + (math.log2(1 + 2 ** (model.kin_prior + alike - twice)) if model.kin else 0.0)
    for one, chance_of in zip(model.spec.together, model.chances, strict=True):
        at = [[c.name for c in model.spec.comparisons].index(name) for name in one.comparisons]
        total += chance_of * max(min(plain[place] for place in at), 0.0)
    return total


@pytest.mark.parametrize("seed", range(3))
def test_the_weight_of_a_pair_is_the_sum_of_what_is_said_of_it(seed: int) -> None:
    frame = some_people(seed, 50)
    table, model = Table(frame), whole()
    scored = match_weights.score(table, model, every_pair(frame), None)
    seen = set(map(tuple, scored.levels.tolist()))
    assert len({levels[0] for levels in seen}) == 5
    rows = zip(scored.left.tolist(), scored.right.tolist(), scored.levels.tolist(), scored.weight.tolist(), strict=True)
    for a, b, levels, weight in rows:
        assert weight == pytest.approx(weight_by_hand(model, table, a, b, levels), abs=1e-3), (a, b, levels)


VETOES = [
    {"name": "other card", "when": {"card": ["else"], "town": ["else", "missing"]}},
    {"name": "age", "when": {"age": ["else"]}, "most": -4.0},
]


@pytest.mark.parametrize("least", [-30.0, *(at / 2 - 8 for at in range(30))])
def test_pairs_dropped_before_their_strings_are_compared_are_those_that_weigh_too_little(least: float) -> None:
    frame = some_people(7, 70)
    table = Table(frame)
    model = model_of(COMPARISONS, prior=-3.0, scale=(0.8, 1.1, 1.0, 0.5, 1.0), veto=VETOES)
    every = match_weights.score(table, model, every_pair(frame), None)
    names = [one.name for one in model.spec.comparisons]
    card, town = (every.levels[:, names.index(name)] for name in ("card", "town"))
    never = (card == 3) & ((town == 2) | (town == 0))
    assert never.any()
    assert (every.weight[never] <= match_weights.VETOED).all()
    plain = match_weights.score(table, model_of(COMPARISONS, prior=-3.0, scale=model.scales), every_pair(frame), None)
    far = every.levels[:, names.index("age")] == 3
    limited = np.where(far, np.minimum(plain.weight, -4), plain.weight)
    assert np.allclose(every.weight, np.where(never, np.minimum(limited, match_weights.VETOED), limited), atol=1e-4)
    wanted = every.select((limited >= least) & ~never)
    some = match_weights.score(table, model, every_pair(frame), least)
    assert pairs_of(blocking.pack(some.left, some.right)) == pairs_of(blocking.pack(wanted.left, wanted.right))
    assert np.allclose(some.weight, wanted.weight, atol=1e-4)
    assert np.array_equal(some.levels, wanted.levels)


def test_pairs_scored_in_pieces_are_the_pairs_scored_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = some_people(3)
    once = match_weights.score(Table(frame), whole(), every_pair(frame), -4.0)
    monkeypatch.setattr(match_weights, "CHUNK", 7)
    pieces = match_weights.score(Table(frame), whole(), every_pair(frame), -4.0)
    for name in ("left", "right", "weight", "levels"):
        assert np.array_equal(getattr(once, name), getattr(pieces, name))
    none = match_weights.score(Table(frame), whole(), NOTHING, -4.0)
    assert none.levels.shape == (0, 5)
    both = match_weights.join(once, none)
    assert np.array_equal(both.weight, once.weight)


def test_a_rare_value_of_another_column_is_hoped_for() -> None:
    """A string level that weighs by the rarity of another column must not be dropped before it is looked at."""
    frame = pl.DataFrame({"a": ["anna", "zoe", *[f"p{at}" for at in range(60)]], "b": ["rare", "rare", *["common"] * 60]})
    level = [EQUAL, {"name": "near", "test": "similar", "at_least": 0.9, "column": "a", "tf": True},
             {"name": "b", "test": "contains", "column": "b", "tf": True}]  # fmt: skip
    model = model_of([{"name": "a", "column": "a", "level": level, "m": [0.4, 0.2, 0.2, 0.2]}], prior=-4.0)
    every = match_weights.score(Table(frame), model, every_pair(frame), None)
    some = match_weights.score(Table(frame), model, every_pair(frame), -2.0)
    assert pairs_of(blocking.pack(some.left, some.right)) == pairs_of(
        blocking.pack(every.left[every.weight >= -2], every.right[every.weight >= -2])
    )
    assert (0, 1) in pairs_of(blocking.pack(some.left, some.right))


# ---------------------------------------------------------------------------------------------- clusters


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("least", [0.0, 1.5])
def test_the_two_groups_with_the_highest_mean_are_joined_until_none_is_above_the_least(seed: int, least: float) -> None:
    rng = np.random.default_rng(seed)
    weight = rng.normal(0, 4, (8, 8))
    weight = (weight + weight.T) / 2
    groups = [{node} for node in range(8)]

    def mean(one: set[int], other: set[int]) -> float:
        return float(np.mean([weight[a, b] for a in one for b in other]))

    while len(groups) > 1:
        one, other = max(combinations(groups, 2), key=lambda two: mean(*two))
        if mean(one, other) <= least:
            break
        groups = [group for group in groups if group not in (one, other)] + [one | other]
    label = {node: min(group) for group in groups for node in group}
    assert clusters.agglomerate(weight, least).tolist() == [label[node] for node in range(8)]


def test_groups_whose_mean_is_just_the_least_stay_apart() -> None:
    weight = np.array([[0.0, 2.0], [2.0, 0.0]])
    assert clusters.agglomerate(weight, 2.0).tolist() == [0, 1]
    assert clusters.agglomerate(weight, 1.999).tolist() == [0, 0]


def clustered(
    links: dict[tuple[int, int], float], count: int, same: list[tuple[int, int]] | None = None, **limits: Any
) -> list[int]:
    """Components of `links` cut where they are too large, none of them judged pair by pair."""
    model = model_of([equality("a")], **limits)
    left, right = np.array(list(links)).T
    weight = np.array(list(links.values()), np.float32)
    scored = Scored(left, right, weight, np.zeros((len(left), 1), np.uint8))
    certain = np.array(same or np.zeros((0, 2)), np.int64).T
    strong = weight >= model.spec.threshold
    label = graph.components(
        count, np.concatenate([left[strong], certain[0]]), np.concatenate([right[strong], certain[1]])
    )
    sizes = np.bincount(label, minlength=count)
    cut = clusters._cut_giants(count, scored, weight, label=label, sizes=sizes, certain=(certain[0], certain[1]), model=model, threshold=model.spec.threshold)
    return [int(one) for one in cut]


CHAIN = {(0, 1): 3.0, (1, 2): 9.0, (2, 3): 4.0, (3, 4): 9.0, (4, 5): 3.0}


@pytest.mark.parametrize(
    ("most", "expected"), [(6, [0] * 6), (5, [0, 1, 1, 1, 1, 5]), (4, [0, 1, 1, 1, 1, 5]), (3, [0, 1, 1, 3, 3, 5]),
                           (2, [0, 1, 1, 3, 3, 5]), (1, [0, 1, 2, 3, 4, 5])],
)  # fmt: skip
def test_a_component_that_is_too_large_is_cut_at_its_weakest_links(most: int, expected: list[int]) -> None:
    assert clustered(CHAIN, 6, largest_cluster=most) == expected


def test_only_the_component_that_is_too_large_is_cut() -> None:
    links = CHAIN | {(6, 7): 2.5, (7, 8): 2.5}
    assert clustered(links, 9, largest_cluster=4) == [0, 1, 1, 1, 1, 5, 6, 6, 6]


def test_a_component_of_just_the_largest_size_keeps_its_weak_links() -> None:
    links = CHAIN | {(6, 7): 2.5, (7, 8): 2.5, (8, 9): 2.5}
    assert clustered(links, 10, largest_cluster=4) == [0, 1, 1, 1, 1, 5, 6, 6, 6, 6]


def test_what_is_certain_holds_in_a_component_that_is_cut() -> None:
    assert clustered(CHAIN, 6, [(0, 1), (4, 5)], largest_cluster=3) == [0, 0, 0, 3, 3, 3]


def test_a_component_of_certain_links_alone_is_cut_no_further() -> None:
    assert clustered({(0, 1): 99.0, (1, 2): 99.0}, 3, largest_cluster=2) == [0, 0, 0]


def judged(frame: pl.DataFrame, comparisons: list[dict[str, Any]], same: Any = (), different: Any = (),
           new: list[int] | None = None, **limits: Any) -> tuple[list[int], list[int]]:  # fmt: skip
    model = model_of(comparisons, prior=-1.0, **limits)
    table = Table(frame)
    scored = match_weights.score(table, model, every_pair(frame), -5.0)
    packed = [blocking.pack(*np.array(list(pairs) or np.zeros((0, 2)), np.int64).T) for pairs in (same, different)]
    arrived = None if new is None else np.isin(np.arange(frame.height), new)
    label, split = clusters.cluster(
        table, model, scored, np.zeros(len(scored.left), np.float32), clusters.Constraints(*packed), threshold=0.5, new=arrived
    )
    return label.tolist(), split.tolist()


THREE = pl.DataFrame({"a": ["x"] * 3 + ["y"] * 2, "b": ["1", "1", "2", "3", "4"]})
BOTH = [equality("a", m=[0.9, 0.1]), equality("b", m=[0.6, 0.4])]


def test_equal_rows_are_one_and_what_people_called_different_is_two() -> None:
    assert judged(THREE, BOTH)[0] == [0, 0, 0, 3, 3]
    label, split = judged(THREE, BOTH, different=[(0, 1)])
    assert label[0] != label[1]
    assert split
    assert judged(THREE, BOTH, different=[(3, 4)]) == ([0, 0, 0, 3, 4], [4])
    assert judged(THREE, BOTH, different=[(0, 3)]) == ([0, 0, 0, 3, 3], []), "they were not one"


def test_what_people_called_the_same_is_one_whatever_it_weighs() -> None:
    found = judged(THREE, BOTH, same=[(2, 3)])[0]
    assert found[2] == found[3]


def test_a_component_that_begins_with_the_second_row_is_judged_too() -> None:
    frame = pl.DataFrame({"a": ["w", "x", "x", "x"], "b": ["0", "1", "1", "2"]})
    label, _ = judged(frame, BOTH, different=[(1, 2)])
    assert label[0] == 0
    assert label[1] != label[2]


def test_two_rows_that_are_no_more_than_two_are_judged_by_the_threshold_of_a_pair() -> None:
    frame = pl.DataFrame({"a": ["x", "x", "y", "y", "y"], "b": ["1", "2", "3", "4", "5"]})
    assert judged(frame, BOTH, cluster_threshold=25.0)[0] == [0, 0, 2, 3, 4]


def test_company_joins_and_parts_as_much_as_what_rows_say() -> None:
    table, model = Table(THREE), model_of(BOTH, prior=-1.0)
    scored = match_weights.score(table, model, every_pair(THREE), None)
    for bits, expected in ((-20.0, [0, 1, 2, 3, 4]), (20.0, [0, 0, 0, 0, 0])):
        extra = np.full(len(scored.left), bits, np.float32)
        assert clusters.cluster(table, model, scored, extra, clusters.Constraints.none(), threshold=0.5)[0].tolist() == expected


@pytest.mark.parametrize(("new", "cut"), [(None, True), ([0], True), ([2], True), ([3], False), ([], False)])
def test_with_new_rows_only_their_components_are_judged(new: list[int] | None, cut: bool) -> None:
    frame = pl.DataFrame({"a": ["x", "x", "x", "y"], "b": ["1", "1", "2", "3"]})
    label, split = judged(frame, BOTH, new=new, apart=["a"])
    assert (label[:3] == [0, 1, 2], bool(split)) == (cut, cut)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("attested", [1, 2, 3])
def test_values_contradict_each_other_where_each_stands_on_enough_rows_of_the_component(seed: int, attested: int) -> None:
    rng = np.random.default_rng(seed)
    number = [[None, "1111", "1112", "9999"][at] for at in rng.integers(0, 4, 24)]
    label = np.repeat([0, 8, 16], 8)
    near = {"name": "slip", "test": "edits", "at_most": 1}
    rule = {"comparison": "number", "levels": ["else"], "attested": attested}
    spec = [{"name": "number", "column": "number", "level": [EQUAL, near]}]
    model = model_of(spec, contradiction=[rule])
    rows = np.flatnonzero(label < 16)
    pairs = [(a, b) for a, b in combinations(range(16), 2) if label[a] == label[b]]
    left, right = np.array(pairs).T
    found = clusters._contradicting(Table(pl.DataFrame({"number": number})), model, label=label, rows=rows, left=left, right=right)
    for (a, b), contradicts in zip(pairs, found.tolist(), strict=True):
        of = [one for one, group in zip(number, label, strict=True) if group == label[a]]
        far = number[a] != number[b] and "9999" in (number[a], number[b]) and None not in (number[a], number[b])
        assert contradicts == (far and min(of.count(number[a]), of.count(number[b])) >= attested), (a, b)


def test_a_pair_weighs_as_scored_or_is_scored_now_and_never_more_than_the_most() -> None:
    frame = some_people(5, 12)
    table, model = Table(frame), whole()
    every = match_weights.score(table, model, every_pair(frame), None)
    known = every.select(np.arange(len(every.left)) % 3 == 0)
    extra = np.linspace(-60, 60, len(known.left)).astype(np.float32)
    found = clusters._all_weights(table, model, known, extra, every_pair(frame))
    wanted = every.weight.copy()
    wanted[::3] += extra
    assert np.allclose(found, np.clip(wanted, -MOST, MOST), atol=1e-4)
    none = known.select(np.zeros(len(known.left), np.bool_))
    assert np.allclose(clusters._all_weights(table, model, none, extra[:0], every_pair(frame)), every.weight, atol=1e-4)
