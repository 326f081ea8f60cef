"""Columns as codes, degrees of agreement, blocks, and the shares that are fitted from them, each beside plain sums."""

from __future__ import annotations

import math
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest

from recordkit import stable_ids
from recordkit.errors import DeclarationError
from recordkit.linkage.engine import blocking, calibration, comparison_levels, encoded_table, expectation_maximisation
from recordkit.linkage.engine.encoded_table import Table, encode
from recordkit.linkage.engine.fitted_model import MOST, Model
from recordkit.linkage.engine.model_spec import Block, Comparison, ModelSpec
from recordkit.linkage.engine.rule_costs import rule_costs

EQUAL = {"name": "equal", "test": "equal"}


def comparison(column: str, *levels: dict[str, Any], **more: Any) -> Comparison:
    return Comparison.model_validate({"name": column, "column": column, "level": levels or [EQUAL]} | more)


def levels(frame: pl.DataFrame, one: Comparison, pairs: list[tuple[int, int]]) -> list[int]:
    left, right = np.array(pairs).T
    return [int(level) for level in comparison_levels.levels(Table(frame), one, left, right)]


# ----------------------------------------------------------------------------------------------- columns


def test_a_column_is_codes_of_distinct_values_and_how_often_each_occurs() -> None:
    values = ["b", None, "a", "b", None, "c", "b"]
    column = encode(pl.Series(values))
    assert [None if code < 0 else column.values[int(code)] for code in column.codes] == values
    assert {value: int(n) for value, n in zip(column.values, column.counts, strict=True)} == {"a": 1, "b": 3, "c": 1}
    shares = {"a": 0.2, "b": 0.6, "c": 0.2}
    for value, share, rarity in zip(column.values, column.frequency, column.rarity, strict=True):
        assert share == pytest.approx(shares[value])
        assert rarity == pytest.approx(math.log2((0.04 + 0.36 + 0.04) / shares[value]), abs=1e-5)


def test_no_value_is_rarer_than_fifteen_bits_say() -> None:
    column = encode(pl.Series(["common"] * 99_999 + ["rare"]))
    assert sorted(column.rarity.tolist()) == [pytest.approx(0, abs=1e-3), 15.0]


@pytest.mark.parametrize("values", [[], [None, None]])
def test_a_column_of_nothing_has_no_values(values: list[None]) -> None:
    column = encode(pl.Series(values, dtype=pl.String))
    assert (column.codes.tolist(), len(column.values), column.frequency.tolist()) == ([-1] * len(values), 0, [])


def test_lists_are_one_value_whatever_their_order_and_none_when_empty() -> None:
    column = encode(pl.Series([["a", "b"], ["b", "a"], [], None, ["a"]]))
    a, b, *others = column.codes.tolist()
    assert a == b >= 0
    assert others[:2] == [-1, -1]
    assert others[2] not in (a, -1)


def test_a_date_turns_to_the_one_with_its_day_for_the_month_when_the_list_has_it() -> None:
    dates = [date(2026, 3, 7), date(2026, 7, 3), date(2026, 5, 5), date(2026, 3, 13), date(2026, 12, 1), date(2025, 3, 7),
             date(2026, 1, 12)]  # fmt: skip
    column = encode(pl.Series(dates))
    turned = {
        value: None if to < 0 else column.values[int(to)] for value, to in zip(column.values, column.turned, strict=True)
    }
    assert turned[date(2026, 3, 7)] == date(2026, 7, 3)
    assert turned[date(2026, 7, 3)] == date(2026, 3, 7)
    assert turned[date(2026, 12, 1)] == date(2026, 1, 12)
    assert turned[date(2026, 1, 12)] == date(2026, 12, 1)
    assert [turned[one] for one in (date(2026, 5, 5), date(2026, 3, 13), date(2025, 3, 7))] == [None] * 3
    assert set(column.turned.tolist()) & {-1} == set(), "-1 would be the code of a missing date"


def test_the_hash_of_a_part_is_that_of_its_text_and_0_of_nothing() -> None:
    frame = pl.DataFrame({"name": ["ali khan", "ali", "", None], "born": [date(2026, 7, 3), date(2025, 7, 3), None, None]})
    table = Table(frame)
    assert table.hashes("name.first")[0] == table.hashes("name.first")[1] != 0
    assert table.hashes("name").tolist()[2:] == [0, 0]
    assert table.hashes("name[0:3]").tolist()[:2] == stable_ids.hash_text(pl.Series(["ali", "ali"])).tolist()
    assert table.hashes("born.year").tolist()[:2] == stable_ids.hash_text(pl.Series(["2026", "2025"])).tolist()
    assert table.hashes("born.month_day").tolist() == [*stable_ids.hash_text(pl.Series(["0703", "0703"])).tolist(), 0, 0]
    assert table.hashes("name.rarest").tolist()[2:] == [0, 0]
    for wrong in ("surname", "name.middle", "name[1]", "name["):
        with pytest.raises(DeclarationError):
            table.hashes(wrong)
    with pytest.raises(DeclarationError, match="surname"):
        table.column("surname")


def test_the_rarest_word_is_that_of_the_fewest_rows_and_of_equals_the_first_by_letters() -> None:
    names = ["khan ali", "khan ali", "khan zia", "bilal zia", "khan", None, "omar bano"]
    assert encoded_table.rarest(encode(pl.Series(names))).to_list() == ["ali", "ali", "zia", "bilal", "khan", None, "bano"]


# --------------------------------------------------------------------------------- degrees of agreement


@pytest.mark.parametrize(
    ("test", "values", "same"),
    [
        ({"test": "equal"}, ("a", "a"), True), ({"test": "equal"}, ("a", "b"), False),
        ({"test": "differ"}, ("a", "b"), True), ({"test": "differ"}, ("a", "a"), False),
        ({"test": "within", "at_most": 2}, (3, 5), True), ({"test": "within", "at_most": 2}, (3, 6), False),
        ({"test": "within", "at_most": 2}, (5, 3), True), ({"test": "within", "at_most": 0}, (5, 5), True),
        ({"test": "within", "at_most": 3}, (date(2026, 7, 1), date(2026, 7, 4)), True),
        ({"test": "within", "at_most": 3}, (date(2026, 7, 1), date(2026, 7, 5)), False),
        ({"test": "turned"}, (date(2026, 3, 7), date(2026, 7, 3)), True),
        ({"test": "turned"}, (date(2026, 3, 7), date(2026, 7, 4)), False),
        ({"test": "turned"}, (date(2026, 3, 7), date(2026, 3, 7)), False),
        ({"test": "parts"}, (date(2026, 3, 7), date(2026, 3, 9)), True),
        ({"test": "parts"}, (date(2026, 3, 7), date(2026, 4, 7)), True),
        ({"test": "parts"}, (date(2026, 3, 7), date(2025, 3, 7)), True),
        ({"test": "parts"}, (date(2026, 3, 7), date(2026, 4, 8)), False),
        ({"test": "parts"}, (date(2026, 3, 7), date(2025, 3, 8)), False),
        ({"test": "parts"}, (date(2026, 3, 7), date(2025, 4, 7)), False),
        ({"test": "edits", "at_most": 1}, ("1234", "1235"), True), ({"test": "edits", "at_most": 1}, ("1234", "1243"), True),
        ({"test": "edits", "at_most": 1}, ("1234", "2143"), False), ({"test": "edits", "at_most": 2}, ("1234", "2143"), True),
        ({"test": "edits", "at_most": 4}, ("1234", "5678"), True), ({"test": "edits", "at_most": 4}, ("12345", "67890"), False),
        ({"test": "edits"}, ("1234", "1235"), False),
        ({"test": "similar", "at_least": 0.9}, ("martha", "marhta"), True),
        ({"test": "similar", "at_least": 0.97}, ("martha", "marhta"), False),
        ({"test": "similar"}, ("martha", "marhta"), False), ({"test": "similar"}, ("martha", "martha"), True),
        ({"test": "contains"}, ("ali khan", "khan zia ali"), True), ({"test": "contains"}, ("ali khan", "khan zia"), False),
        ({"test": "contains", "at_least": 0.5}, ("ali khan", "khan zia"), True),
        ({"test": "contains"}, ("ali ali", "ali zia"), True),
        ({"test": "tokens", "at_least": 0.34}, ("ali khan", "khan zia"), False),
        ({"test": "tokens", "at_least": 0.33}, ("ali khan", "khan zia"), True),
        ({"test": "tokens"}, ("ali khan", "khan ali"), True),
        ({"test": "shares", "at_least": 2}, (["a", "b"], ["b", "c", "a"]), True),
        ({"test": "shares", "at_least": 2}, (["a", "b"], ["b", "c"]), False),
        ({"test": "shares"}, (["a", "b"], ["b", "c"]), True), ({"test": "shares"}, (["a"], ["c"]), False),
        ({"test": "begins", "at_least": 1}, ("j", "john"), True), ({"test": "begins", "at_least": 2}, ("j", "john"), False),
        ({"test": "begins", "at_least": 2}, ("john", "jo"), True), ({"test": "begins"}, ("ohn", "john"), False),
        ({"test": "swapped"}, ("1234", "1324"), True), ({"test": "swapped"}, ("1234", "1235"), False),
        ({"test": "swapped"}, ("1234", "1234"), False), ({"test": "swapped"}, ("1234", "2143"), False),
        ({"test": "contains"}, (["a", "b"], ["b", "c", "a"]), True), ({"test": "contains"}, (["a", "b"], ["b", "c"]), False),
        ({"test": "contradicts"}, (["a\x1e1", "b\x1e1"], ["a\x1e2"]), True),
        ({"test": "contradicts"}, (["a\x1e1", "b\x1e1"], ["a\x1e1", "c\x1e2"]), False),
        ({"test": "differ", "not": True}, ("a", "a"), True), ({"test": "shares", "not": True}, (["a"], ["c"]), True),
        ({"test": "within", "at_most": 2, "not": True}, (3, 6), True), ({"test": "equal", "not": True}, ("a", "a"), False),
        ({"test": "equal", "and": [{"test": "differ"}]}, ("a", "a"), False),
        ({"test": "contains", "and": [{"test": "shares", "at_least": 2}]}, (["a", "b"], ["a", "b"]), True),
        ({"test": "contains", "and": [{"test": "shares", "at_least": 2}]}, (["a"], ["a", "b"]), False),
    ],
)  # fmt: skip
def test_a_degree_holds_up_to_its_bound_and_no_further(test: dict[str, Any], values: tuple[Any, Any], same: bool) -> None:
    frame = pl.DataFrame({"a": pl.Series([*values, None], strict=False), "text": ["p", "q", "r"]})
    one = comparison("a", {"name": "it"} | test)
    expected = 1 if same else 2
    assert levels(frame, one, [(0, 1), (1, 0), (0, 2), (2, 1), (2, 2)]) == [expected, expected, 0, 0, 0]
    later = comparison("a", {"name": "never", "test": "similar", "at_least": 2.0, "column": "text"}, {"name": "it"} | test)
    assert levels(frame, later, [(0, 1), (2, 0)]) == [expected + 1, 0], "the same behind a test of strings"
    first = comparison("a", {"name": "it"} | test, {"name": "else equal", "test": "contains", "at_least": -1})
    if frame.schema["a"] == pl.String:
        assert levels(frame, first, [(0, 1)]) == [expected], "the first degree that holds is the one"


def test_two_columns_changed_places_or_one_is_the_others() -> None:
    frame = pl.DataFrame({
        "a": ["ali", "zia", "zia", "zia", None, "x", "ali"], "b": ["zia", "ali", "bilal", None, "ali", None, "ali"],
    })  # fmt: skip
    crossed = comparison("a", {"name": "crossed", "test": "crossed", "other": "b"})
    either = comparison("a", {"name": "either", "test": "either", "other": "b"})
    pairs = [(0, 1), (0, 2), (0, 3), (1, 6), (3, 5), (2, 5)]
    assert levels(frame, crossed, pairs) == [1, 2, 2, 2, 2, 2]
    assert levels(frame, either, pairs) == [1, 1, 1, 1, 2, 2]
    backward = comparison("b", {"name": "either", "test": "either", "column": "a"})
    assert levels(frame, backward, [(0, 1), (0, 2)]) == [1, 1], "without `other` it is the comparison's own column"


def test_of_lists_elements_change_places_and_one_value_or_both_may_be_there() -> None:
    frame = pl.DataFrame({"a": [["x", "p"], ["y"], ["y"], None], "b": [["y"], ["x", "q"], ["z"], ["x"]]})
    pairs = [(0, 1), (0, 2), (1, 3), (2, 3)]
    crossed = comparison("b", {"name": "it", "test": "crossed", "column": "a", "other": "b"})
    either = comparison("b", {"name": "it", "test": "either", "column": "a", "other": "b"})
    assert levels(frame, crossed, pairs) == [1, 2, 2, 2]
    assert levels(frame, either, pairs) == [1, 1, 2, 2]
    assert levels(frame, comparison("b", {"name": "it", "test": "known", "column": "a"}), pairs) == [1, 1, 2, 2]
    assert levels(frame, comparison("b", {"name": "it", "test": "present", "column": "a"}), pairs) == [1, 1, 1, 1]


def test_a_comparison_says_nothing_where_its_conditions_do_not_hold() -> None:
    frame = pl.DataFrame({"a": ["x", "x", "x", None], "town": ["t", "t", "u", "t"]})
    one = Comparison.model_validate({
        "name": "it", "column": "a", "where": [{"test": "equal", "column": "town"}], "level": [{"name": "same", "test": "equal"}],
    })  # fmt: skip
    assert levels(frame, one, [(0, 1), (0, 2), (0, 3)]) == [1, 0, 0]
    assert one.columns == {"a", "town"}


def test_a_degree_of_another_column_needs_both_of_its_values() -> None:
    frame = pl.DataFrame({"a": ["x", "y", "z", "w"], "b": ["1", "1", None, None], "c": ["ali", "alii", None, None]})
    one = comparison("a", EQUAL, {"name": "b", "test": "equal", "column": "b"},
                     {"name": "c", "test": "similar", "at_least": 0.8, "column": "c"})  # fmt: skip
    assert levels(frame, one, [(0, 1), (0, 2), (2, 3)]) == [2, 4, 4]
    apart = frame.with_columns(b=pl.Series(["1", "2", None, None]))
    assert levels(apart, one, [(0, 1), (0, 2), (2, 3)]) == [3, 4, 4]
    nothing = pl.DataFrame({"a": ["x", "y"], "b": pl.Series([None, None], dtype=pl.String)})
    assert levels(nothing, comparison("a", EQUAL, {"name": "b", "test": "equal", "column": "b"}), [(0, 1)]) == [3]


# ------------------------------------------------------------------------------------------------ blocks


def agreeing(code: np.ndarray) -> set[tuple[int, int]]:
    packed = blocking.pairs(code, 100)[0]
    assert len(np.unique(packed)) == len(packed) or code.shape[1] > 1
    return set(zip(*(side.tolist() for side in blocking.unpack(packed)), strict=True))


def test_rows_meet_where_every_column_of_a_rule_agrees_and_with_a_choice_each_counts() -> None:
    frame = pl.DataFrame({
        "name": ["ali", "ali", "zia", None, "bilal"], "alias": [None, "zia", None, "ali", "ali"],
        "town": ["t", "t", "t", "t", "u"],
    })  # fmt: skip
    table = Table(frame)
    assert agreeing(blocking.codes(table, Block(columns=("name", "town")))) == {(0, 1)}
    choice = blocking.codes(table, Block(columns=("name|alias", "town")))
    assert agreeing(choice) == {(0, 1), (1, 2), (0, 3), (1, 3)}
    empty = blocking.codes(table, Block(columns=("town",), when_empty="alias"))
    assert agreeing(empty) == {(0, 2)}
    swapped = pl.DataFrame({"a": ["x", "y"], "b": ["y", "x"]})
    assert agreeing(blocking.codes(Table(swapped), Block(columns=("a", "b")))) == set(), "the order of columns counts"
    same = Table(pl.DataFrame({"name": ["ali"], "alias": ["ali"]}))
    assert agreeing(blocking.codes(same, Block(columns=("name|alias",)))) == set(), "nobody meets himself"
    left, right = np.array(list(combinations(range(5), 2))).T
    found = blocking.agree(choice, left, right)
    assert set(zip(left[found].tolist(), right[found].tolist(), strict=True)) == {(0, 1), (1, 2), (0, 3), (1, 3)}


@pytest.mark.parametrize("seed", range(4))
def test_of_rows_that_arrived_every_pair_is_made_and_of_old_rows_none(seed: int) -> None:
    rng = np.random.default_rng(seed)
    code, new = rng.integers(0, 5, 25).astype(np.uint64), rng.random(25) < 0.3
    found = blocking.unpack(blocking.pairs(code, 100, new)[0])
    wanted = {(a, b) for a, b in combinations(range(25), 2) if code[a] == code[b] != 0 and (new[a] or new[b])}
    assert sorted(zip(found[0].tolist(), found[1].tolist(), strict=True)) == sorted(wanted)


@pytest.mark.parametrize(("most", "expected"), [(3, (3, 0, 0)), (2, (0, 1, 3))])
def test_a_block_of_just_the_most_rows_is_compared(most: int, expected: tuple[int, int, int]) -> None:
    made, capped, rows = blocking.pairs(np.array([7, 7, 0, 7, 9], np.uint64), most)
    assert (len(made), capped, rows) == expected


def test_every_pair_of_all_rules_is_given_once_and_every_rule_reports_its_own() -> None:
    frame = pl.DataFrame({"a": ["x", "x", "y", "y"], "b": ["1", "1", "1", None]})
    spec = ModelSpec.model_validate({
        "block": [{"columns": ["a"]}, {"columns": ["b"]}, {"columns": ["b"], "most": 2}], "most_in_block": 3,
        "comparison": [{"name": "a", "column": "a", "level": [EQUAL]}],
    })  # fmt: skip
    done = blocking.block(Table(frame), spec)
    assert list(zip(*(side.tolist() for side in blocking.unpack(done.pairs)), strict=True)) == [(0, 1), (0, 2), (1, 2), (2, 3)]
    assert done.report.rows() == [("a", 2, 0, 0), ("b", 3, 0, 0), ("b", 0, 1, 3)]
    model = Model(spec, (np.array([0.9, 0.1]),), (np.array([0.1, 0.9]),), prior=-1.0)
    costs = rule_costs(Table(frame), spec, model)
    assert costs.select("rule", "pairs", "largest", "blocks_capped", "rows_capped", "alone").rows() == [
        ("a", 2, 2, 0, 0, 1), ("b", 3, 3, 0, 0, 2), ("b", 0, 3, 1, 3, 0),
    ]  # fmt: skip
    same, other = 1 / (1 + 2 ** (1 - math.log2(9))), 1 / (1 + 2 ** (1 + math.log2(9)))
    assert costs.get_column("matches").to_list() == [round(2 * same, 1), round(same + 2 * other, 1), 0.0]
    assert costs.get_column("matches_alone").to_list() == [round(same, 1), round(2 * other, 1), 0.0]


# ------------------------------------------------------------------------------------------------ shares


def spec_of(*comparisons: Comparison, **more: Any) -> ModelSpec:
    data = [one.model_dump(by_alias=True) for one in comparisons]
    return ModelSpec.model_validate({"block": [{"columns": ["a"]}], "comparison": data} | more)


@pytest.mark.parametrize(("count", "shares"), [(1, [0.9375, 0.0625]), (2, [0.75, 0.2, 0.05]), (3, [0.75, 0.1, 0.1, 0.05])])
def test_without_declared_shares_most_matches_are_at_the_first_degree(count: int, shares: list[float]) -> None:
    one = comparison("a", *({"name": f"l{at}", "test": "similar", "at_least": 0.9 - at / 10} for at in range(count)))
    assert expectation_maximisation._start(one).tolist() == pytest.approx(shares)
    declared = one.model_copy(update={"m": tuple(range(1, count + 2))})
    total = sum(range(1, count + 2))
    assert expectation_maximisation._start(declared).tolist() == pytest.approx([at / total for at in range(1, count + 2)])


def test_the_share_of_strangers_who_agree_is_that_of_two_different_rows() -> None:
    frame = pl.DataFrame({"a": [*"xxxxyyz", None, "w", "v"]})
    near = comparison("a", EQUAL, {"name": "near", "test": "edits", "at_most": 1})
    shares, again = (expectation_maximisation._random_shares(Table(frame), spec_of(one))[0] for one in (comparison("a"), near))
    equal = sum(a == b for a, b in combinations("xxxxyyzwv", 2)) / math.comb(9, 2)
    assert shares.sum() == pytest.approx(1)
    other = shares[1] / shares[0] * equal  # as counted, before both were made to sum up to 1
    assert other == pytest.approx(1 - equal, abs=0.06)
    assert again[2] == pytest.approx(0.5 / 300, rel=1), "what was never seen among random pairs is rare, not impossible"
    assert again[2] > 0


def test_no_stranger_agrees_where_every_value_stands_once() -> None:
    shares = expectation_maximisation._random_shares(Table(pl.DataFrame({"a": list("abcdef")})), spec_of(comparison("a")))[0]
    assert shares[0] == pytest.approx(1e-9, rel=0.01)


@pytest.mark.parametrize(("declared", "strength"), [((0.6, 0.4), 200.0), ((), 5.0)])
def test_learned_shares_are_drawn_to_the_declared_ones(declared: tuple[float, ...], strength: float) -> None:
    one = comparison("a", m=declared)
    start = expectation_maximisation._start(one)
    found = expectation_maximisation._learned(np.array([30.0, 10.0]), spec_of(one), one)
    assert found.tolist() == pytest.approx(((np.array([30.0, 10.0]) + strength * start) / (40 + strength)).tolist())


@pytest.mark.parametrize(
    ("more", "beside", "bound"),
    [({"m": (0.9, 0.1), "witness": True}, {}, True), ({"m": (0.9, 0.1)}, {"shared": True}, True),
     ({"m": (0.9, 0.1)}, {}, False), ({"witness": True}, {}, False)],
)  # fmt: skip
def test_the_declared_share_of_an_identifier_that_differs_is_a_bound(
    more: dict[str, Any], beside: dict[str, Any], bound: bool
) -> None:
    one = comparison("a", **more)
    found = expectation_maximisation._learned(np.array([0.0, 10_000.0]), spec_of(one, comparison("b", **beside)), one)
    assert bool(found[1] > 0.9) is not bound
    assert not bound or found[1] == pytest.approx(4 * expectation_maximisation._start(one)[1])


def test_the_bound_is_the_declared_share_of_those_that_differ_in_all() -> None:
    near = {"name": "near", "test": "similar", "at_least": 0.9}
    one = comparison("a", EQUAL, near, m=(0.75, 0.2, 0.05), witness=True)
    found = expectation_maximisation._learned(np.array([0.0, 0.0, 10_000.0]), spec_of(one), one)
    assert found[2] == pytest.approx(4 * 0.05)


def test_of_one_household_what_is_shared_agrees_as_learned_and_the_rest_as_strangers_do() -> None:
    shared, other = comparison("a", shared=True, m=(0.7, 0.3)), comparison("b", namesakes=0.25, m=(0.9, 0.1))
    u = (np.array([0.1, 0.9]), np.array([0.2, 0.8]))
    counts = [np.array([50.0, 50.0]), np.array([1.0, 1.0])]
    kin = expectation_maximisation._kin(spec_of(shared, other), counts, u)
    assert kin[0].tolist() == pytest.approx([(50 + 200 * 0.7) / 300, (50 + 200 * 0.3) / 300])
    assert kin[1].tolist() == pytest.approx([0.2 * 0.75 + 0.9 * 0.25, 0.8 * 0.75 + 0.1 * 0.25])
    assert expectation_maximisation._kin(spec_of(comparison("a")), counts[:1], u[:1]) == ()


def test_the_prior_makes_the_expected_matches_among_candidates_come_out_right() -> None:
    bits = np.array([20.0] * 30 + [-5.0] * 70, np.float32)
    prior, kin = expectation_maximisation.priors(bits, None, 100)
    assert prior == kin
    assert prior == expectation_maximisation.priors(bits, None, 100, 1)[0]
    for step in (1, 3):
        prior, _ = expectation_maximisation.priors(bits, None, 100, step)
        expected = step * (1 / (1 + np.exp2(-(bits + prior)))).sum() / 4950
        assert prior == pytest.approx(math.log2(expected / (1 - expected)), abs=1e-3)
    none, _ = expectation_maximisation.priors(np.full(10, -50, np.float32), None, 100)
    assert none == pytest.approx(math.log2(1 / 4949), abs=1e-6), "one match at the least"
    every, _ = expectation_maximisation.priors(np.full(4950, 60, np.float32), None, 100)
    assert every == pytest.approx(0, abs=1e-6), "half of all pairs at the most"


def test_a_pair_is_one_person_two_of_one_household_or_two_strangers() -> None:
    one, two = np.array([3.0, -4.0, 0.0]), np.array([1.0, 2.0, -70.0])
    match, family = expectation_maximisation._classes(one.astype(np.float32), two.astype(np.float32))
    odds = 2.0 ** np.array([one, np.maximum(two, -60)])
    assert match.tolist() == pytest.approx((odds[0] / (1 + odds.sum(axis=0))).tolist())
    assert family is not None
    assert family.tolist() == pytest.approx((odds[1] / (1 + odds.sum(axis=0))).tolist())
    alone, nobody = expectation_maximisation._classes(one.astype(np.float32), None)
    assert nobody is None
    assert alone.tolist() == pytest.approx((odds[0] / (1 + odds[0])).tolist())


def test_rows_that_stand_twice_teach_how_often_one_person_agrees() -> None:
    """A hundred people twice: the name always the same, the town in four of five, the year in half."""
    rows = [(f"n{who}", f"t{(who * 7 + (turn if who % 5 == 0 else 0)) % 40}", f"y{(who * 3 + (turn if who % 2 else 0)) % 30}")
            for who in range(400) for turn in range(2)]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["a", "town", "year"], orient="row")
    spec = spec_of(comparison("a"), comparison("town"), comparison("year"), fit_from=1)
    model = expectation_maximisation.fit(Table(frame), spec)
    assert model.m[1][0] == pytest.approx(0.8, abs=0.03)
    assert model.m[2][0] == pytest.approx(0.5, abs=0.03)
    assert model.m[0].tolist() == expectation_maximisation._start(spec.comparisons[0]).tolist(), "its own rule teaches nothing"
    assert model.u[1][0] == pytest.approx(1 / 40, abs=0.01)
    silent = spec_of(comparison("a"), comparison("town"), block=[{"columns": ["a"], "train": False}])
    assert expectation_maximisation.fit(Table(frame), silent).m[1][0] == expectation_maximisation._start(spec.comparisons[1])[0]
    fixed = spec_of(comparison("a"), comparison("town", m=(0.6, 0.4), fixed=True))
    assert expectation_maximisation.fit(Table(frame), fixed).m[1].tolist() == [0.6, 0.4]
    few = expectation_maximisation.fit(Table(frame.head(38)), spec)
    assert few.m[1].tolist() == expectation_maximisation._start(spec.comparisons[1]).tolist(), "nineteen pairs are too few"


def test_a_weight_is_clipped_scaled_and_held_by_what_is_declared() -> None:
    one = comparison("a", {"name": "l1", "test": "similar", "at_least": 0.9},
                     {"name": "l2", "test": "similar", "at_least": 0.8, "neutral": True},
                     {"name": "l3", "test": "similar", "at_least": 0.7, "most": -1.0},
                     {"name": "l4", "test": "similar", "at_least": 0.6, "most": 2.0})  # fmt: skip
    m = np.array([1.0, 0.5, 0.25, 0.25, 1e-12])
    u = np.array([1e-12, 0.1, 0.125, 0.125, 1.0])
    model = Model(spec_of(one), (m,), (u,), scale=(0.5,), kin=(m,), kin_prior=-2.0)
    assert model.weights(0).tolist() == [0.0, MOST / 2, 0.0, -1.0, 0.5, -MOST / 2]
    assert model.household_weights(0).tolist() == [0.0, MOST, 0.0, 1.0, 1.0, -MOST]
    assert Model(spec_of(one), (m,), (u,)).scales == (1.0,)


# ------------------------------------------------------------------------------------------- calibration


def test_slopes_are_drawn_to_what_is_declared_and_stay_inside_their_bounds() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(0, 3, (400, 2))
    start = np.array([1.0, 0.0])
    for told, sign in ((60.0, 1), (-60.0, -1)):
        shift, slopes = calibration._fit(features, np.full(400, told), np.zeros(400), start, 1.5)
        assert (shift > 0) is (sign > 0)
        assert -14 <= shift <= 4
        assert 0.25 <= slopes[0] <= 1.25
        assert -0.9 <= slopes[1] <= 0.0
    shift, slopes = calibration._fit(np.zeros((0, 2)), np.zeros(0), np.zeros(0), start, 1.5)
    assert (shift, slopes.tolist()) == (-1.5, [1.0, 0.0]), "without witnesses: as declared"


def test_where_witnesses_say_that_evidence_is_worth_half_its_slope_is_a_half() -> None:
    rng = np.random.default_rng(2)
    bits = rng.normal(0, 4, 20_000)
    one = rng.random(20_000) < 1 / (1 + 2.0 ** -(0.5 * bits - 1))
    shift, slopes = calibration._fit(bits[:, None], np.where(one, 40.0, -40.0), np.zeros(20_000), np.array([1.0]), 0.0)
    assert slopes[0] == pytest.approx(0.5, abs=0.04)
    assert shift == pytest.approx(-1, abs=0.1)


@pytest.mark.parametrize(
    ("true", "expected"),
    [((-1.0, 0.7, -0.5), (-1.0, 0.7, -0.5)), ((-1.0, 1.6, -0.5), (None, 1.25, None)), ((-1.0, 0.02, -0.5), (None, 0.25, None)),
     ((-1.0, 0.7, -2.0), (None, None, -0.9)), ((-1.0, 0.7, 0.8), (None, None, 0.0)), ((-20.0, 0.7, 0.0), (-14.0, None, None)),
     ((9.0, 0.7, 0.0), (4.0, None, None))],
)  # fmt: skip
def test_evidence_is_worth_what_witnesses_say_as_far_as_its_bounds(
    true: tuple[float, ...], expected: tuple[float | None, ...]
) -> None:
    rng = np.random.default_rng(3)
    bits = rng.normal(0, 4, (12_000, 2))
    one = rng.random(12_000) < 1 / (1 + 2.0 ** -(true[0] + bits @ np.array(true[1:])))
    shift, slopes = calibration._fit(bits, np.where(one, 40.0, -40.0), np.zeros(12_000), np.array([1.0, 0.0]), 0.0)
    for found, wanted in zip((shift, *slopes), expected, strict=True):
        assert wanted is None or found == pytest.approx(wanted, abs=0.15)


def test_only_pairs_that_a_rule_without_a_witness_finds_are_looked_at() -> None:
    frame = pl.DataFrame({"a": ["x", "x", "y", "z"], "card": ["1", "2", "1", "1"]})
    spec = spec_of(comparison("a"), comparison("card", witness=True), block=[{"columns": ["a"]}, {"columns": ["card"]},
                   {"columns": ["a|card[0:1]"]}])  # fmt: skip
    every = blocking.pack(*np.array(list(combinations(range(4), 2))).T)
    kept = blocking.unpack(calibration._without_witness_rules(Table(frame), spec, every))
    assert list(zip(kept[0].tolist(), kept[1].tolist(), strict=True)) == [(0, 1)]
    plain = Model(spec_of(comparison("a")), (np.array([0.9, 0.1]),), (np.array([0.1, 0.9]),))
    assert calibration.calibrate(Table(frame), plain, every) is plain, "nobody is a witness"


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_pairs_are_the_same_however_many_are_made_at_once(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    code = np.array([5, 0, 5, 7, 7, 5, 7, 9, 5], np.uint64)
    whole = blocking.pairs(code, 100)
    monkeypatch.setattr(blocking, "CHUNK", size)
    assert np.array_equal(blocking.pairs(code, 100)[0], whole[0])
    assert len(whole[0]) == 6 + 3
