"""Which numbers are one case, which pairs are compared and which joins are shown: each limit from both of its sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest
from linkage_frames import case, cases_frame

from recordkit import declarations, linkage
from recordkit.linkage import cases, edges, engine, graph, person_linkage, quoted_numbers
from recordkit.linkage.edges import HUMAN, Edges
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.match_weights import Scored
from recordkit.linkage.engine.model_spec import Block, ModelSpec
from recordkit.linkage.spec import Cases, Key

SPEC = linkage.load([declarations.PACKAGED])
FIRST = date(2026, 1, 5)
TEXT = pl.String


def grouped(codes: np.ndarray) -> list[int | None]:
    """Every row's group by its first row; None where it has no code."""
    found = codes.tolist()
    return [None if code == 0 else found.index(code) for code in found]


# ---------------------------------------------------------------------------------------- a part is missing


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("D", "1"), (None, "1")], [0, 0]), ([(None, "1"), ("D", "1")], [0, 0]), ([("D", "1"), (None, "2")], [0, None]),
        ([("D", "1"), ("E", "1"), (None, "1")], [0, 1, None]), ([("D", "1"), ("D", "1"), (None, "1")], [0, 0, 0]),
        ([(None, "1"), (None, "1")], [None, None]), ([("D", "1"), (None, None)], [0, None]),
        ([("D", "1"), ("D", None), (None, "1")], [0, None, 0]), ([("D", "1"), ("E", "2"), (None, "2"), (None, "1")], [0, 1, 1, 0]),
    ],
)  # fmt: skip
def test_a_number_with_a_part_missing_is_the_only_full_one_that_fits(
    rows: list[tuple[str | None, str | None]], expected: list[int | None]
) -> None:
    frame = pl.DataFrame(rows, schema={"district": TEXT, "no": TEXT}, orient="row")
    code, loose = graph.codes(frame, ["district", "no"]), graph.codes(frame, ["no"])
    assert grouped(cases._resolve_loose(frame, code, loose, "district")) == expected
    assert np.array_equal(cases._resolve_loose(frame, code, loose, None), code), "no part is said to be missing"


def test_a_full_number_of_a_row_is_never_changed_by_a_loose_key() -> None:
    """A row with the district keeps its own code though its loose key fits another case."""
    frame = pl.DataFrame({"district": ["D", "E", None], "no": ["1", "1", "2"]})
    code = np.array([7, 0, 0], np.uint64)
    assert cases._resolve_loose(frame, code, graph.codes(frame, ["no"]), "district").tolist() == [7, 0, 0]


@pytest.mark.parametrize(
    ("cell", "key"),
    [("City", "city"), ("CITY.", "city"), (" ci ty", "city"), ("", None), (None, None), ("--", None), ("12/26", "1226")],
)
def test_a_key_is_letters_and_figures_in_lower_case(cell: str | None, key: str | None) -> None:
    frame = pl.DataFrame({"a": [cell], "b": ["Kasur"]}, schema={"a": TEXT, "b": TEXT})
    assert frame.select(graph.coalesced("a")).item() == key
    assert frame.select(graph.coalesced("a|b")).item() == (key or "b\x1ekasur"), "a later choice carries its name"
    assert bool(graph.codes(frame, ["a", "b"])[0] == 0) is (key is None)
    assert graph.only_when_empty(frame, "a", np.array([5], np.uint64)).tolist() == [5 if cell is None else 0]
    assert graph.only_when_empty(frame, None, np.array([5], np.uint64)).tolist() == [5]


def primary(rows: list[dict[str, Any]], keys: list[dict[str, Any]], **more: Any) -> tuple[list[int | None], list[str]]:
    spec = Cases.model_validate({"key": keys} | more)
    code, found = cases.primary_codes(quoted_numbers.prepared(cases_frame(rows)), spec)
    return grouped(code), found.get_column("code").to_list()


OFFICE = {"name": "office", "columns": ["agency", "office"], "unique": True}
FIR = {"name": "fir", "columns": ["district", "fir_no"], "unique": True, "contradictions": ["area"]}


def test_the_first_unique_key_that_a_row_has_is_its_number() -> None:
    rows = [case(office="A"), case(office="A", fir_no="9"), case(office=None), case(office=None), case(office=None, district=None)]
    assert primary(rows, [OFFICE, FIR])[0] == [0, 0, 2, 2, None]
    assert primary(rows, [FIR, OFFICE])[0] == [0, 1, 0, 0, None]
    shared = OFFICE | {"unique": False}
    assert primary(rows, [shared, FIR])[0] == [0, 1, 0, 0, None], "a key that is not unique is no number"
    empty = FIR | {"when_empty": "office"}
    assert primary(rows, [empty])[0] == [None, None, 2, 2, None]


@pytest.mark.parametrize(
    ("areas", "expected"),
    [(["A", "A"], [0, 0]), (["A", "B"], [0, 1]), (["A", None], [0, 0]), ([None, "B"], [0, 0]), ([None, None], [0, 0]),
     (["A", "B", "A"], [0, 1, 0])],
)  # fmt: skip
def test_a_number_with_two_areas_is_two_cases(areas: list[str | None], expected: list[int]) -> None:
    found, codes = primary([case(area=area) for area in areas], [FIR])
    assert found == expected
    assert codes == (["RK503"] * len(areas) if len(set(expected)) > 1 else [])


def runs(days: list[int | None], most: int = 10) -> list[int]:
    """By plain sorting: which rows are one run of dates without a gap longer than `most`; no date: the first run."""
    known = sorted({day for day in days if day is not None})
    run, at = {}, 0
    for before, day in zip([known[0], *known], known, strict=False):
        at += day - before > most
        run[day] = at
    names = [0 if day is None else run[day] for day in days]
    return [names.index(name) for name in names]


@pytest.mark.parametrize(
    "days", [[0, 10], [0, 11], [0, 11, 5], [0, 10, 20], [0, 11, 22], [0, None, 30], [None, 30, 0], [40, 0, 20], [0, 0, 30]]
)
def test_a_number_is_split_where_its_dates_have_a_gap_longer_than_declared(days: list[int | None]) -> None:
    rows = [case(registered_on=None if day is None else FIRST + timedelta(days=day)) for day in days]
    assert primary(rows, [FIR], contradiction_days=10)[0] == runs(days)


def test_a_date_whose_day_and_month_changed_places_belongs_with_the_other() -> None:
    turned = [date(2026, 7, 3), date(2026, 3, 7), date(2026, 12, 20)]
    assert primary([case(registered_on=one) for one in turned], [FIR], contradiction_days=10)[0] == [0, 0, 2]
    plain = [date(2026, 7, 13), date(2026, 3, 7)]
    assert primary([case(registered_on=one) for one in plain], [FIR], contradiction_days=10)[0] == [0, 1]


# ------------------------------------------------------------------------------------------ quoted numbers


def quoting(source: dict[str, Any], target: dict[str, Any], **more: Any) -> quoted_numbers.Quoted:
    keys = [{"name": "fir", "columns": ["district", "fir_no"], "unique": True}]
    spec = Cases.model_validate(
        {"key": keys, "reference": [{"name": "r", "columns": ["district", "fir_no"]}], "transfer_statuses": ["moved"],
         "authority": ["office|agency"], "reference_days": 30} | more
    )  # fmt: skip
    quote = {"fir_no": "1", "fir_year": 2026, "police_station": None, "district": "Gujrat"}
    records = quoted_numbers.prepared(cases_frame([case(fir_no="1", **target), case(**{"fir_no": "2", "references": [quote]} | source)]))
    return quoted_numbers.edges(records, cases.primary_codes(records, spec)[0], spec)


FIA = {"agency": "fia"}


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (FIA, {}, (1, 0, 0)), ({}, {}, (0, 0, 1)), ({"status": "moved"}, {}, (1, 1, 0)), ({}, {"status": "moved"}, (1, 1, 0)),
        (FIA | {"status": "moved"}, {}, (1, 0, 0)), ({"office": "A"}, {"office": "B"}, (0, 0, 1)),
        (FIA | {"office": "A"}, {"office": "A"}, (0, 0, 1)), (FIA | {"office": "A"}, {"office": "B"}, (1, 0, 0)),
    ],
)  # fmt: skip
def test_a_quotation_across_authorities_or_of_a_case_that_moved_is_the_same_case(
    source: dict[str, Any], target: dict[str, Any], expected: tuple[int, int, int]
) -> None:
    found = quoting(source, target)
    assert tuple(len(part.left) for part in (found.same, found.transferred, found.related)) == expected
    assert found.dangling.tolist() == []


@pytest.mark.parametrize(("days", "near"), [(30, True), (-30, True), (31, False), (-31, False), (None, True)])
def test_a_case_quotes_another_that_is_at_most_so_much_younger_or_older(days: int | None, near: bool) -> None:
    other = None if days is None else date(2026, 7, 3) + timedelta(days=days)
    assert len(quoting(FIA, {"registered_on": other, "fir_year": 2026}).same.left) == near


def test_a_number_that_nobody_has_dangles_and_ones_own_is_no_quotation() -> None:
    assert len(quoting(FIA, {"district": "Lahore"}).same.left) == 0
    assert len(quoting(FIA, {"district": "Lahore"}).dangling) == 1
    alone = quoting(FIA | {"fir_no": "1"}, FIA)
    assert (len(alone.same.left), len(alone.dangling)) == (0, 0)


# ------------------------------------------------------------------------------------------------- edges


def test_edges_go_from_the_smaller_node_to_the_larger_and_only_rows_with_a_code_have_any() -> None:
    made = Edges.star(np.arange(5), np.array([3, 0, 3, 0, 3], np.uint64), "why")
    assert (made.left.tolist(), made.right.tolist(), made.reasons) == ([0, 0], [2, 4], ("why",))
    assert np.isnan(made.weight).all()
    turned = Edges.of(np.array([4, 1]), np.array([2, 3]), "why")
    assert (turned.left.tolist(), turned.right.tolist()) == ([2, 1], [4, 3])
    assert len(Edges.none().left) == 0


def test_what_a_person_said_is_taken_first_then_the_reasons_in_their_order_then_the_heavier_then_the_older() -> None:
    parts = [Edges.of(np.array([5, 1]), np.array([6, 2]), "rule"), Edges.of(np.array([3]), np.array([4]), HUMAN)]
    weighed = Edges(np.array([0, 1, 0, 2]), np.array([9, 9, 8, 9]), np.zeros(4, np.int32), np.array([1.0, 5.0, 1.0, np.nan]), ("model",))
    order = edges.concat([*parts, weighed]).strongest_first()
    assert list(zip(order.left.tolist(), order.right.tolist(), strict=True)) == [(3, 4), (1, 2), (5, 6), (2, 9), (1, 9), (0, 8), (0, 9)]
    assert [order.reasons[at] for at in order.reason] == [HUMAN, "rule", "rule", *["model"] * 4]


def test_a_link_says_all_its_reasons_its_highest_weight_and_who_decided() -> None:
    records = pl.DataFrame({"record_id": ["R0", "R1", "R2"]})
    plain = Edges.of(np.array([0, 0]), np.array([1, 1]), "same number")
    human = Edges.of(np.array([1]), np.array([2]), HUMAN)
    weighed = Edges(np.array([0, 0]), np.array([2, 2]), np.zeros(2, np.int32), np.array([1.0, 2.0]), ("b",))
    table = edges.concat([plain, Edges.of(np.array([0]), np.array([1]), "a tag"), human, weighed]).table(records, "case")
    assert table.select("left_id", "right_id", "match_weight", "decision", "reasons").rows() == [
        ("R0", "R1", None, "auto", ["a tag", "same number"]), ("R0", "R2", 2.0, "auto", ["b", "b"]), ("R1", "R2", None, "human", [HUMAN]),
    ]  # fmt: skip
    assert table.get_column("probability").to_list() == [1.0, pytest.approx(0.8), 1.0]


@pytest.mark.parametrize("seed", range(5))
def test_settling_joins_all_that_may_be_joined_and_no_pair_that_may_not(seed: int) -> None:
    rng = np.random.default_rng(seed)
    merging = Edges.of(*rng.integers(0, 12, (2, 14)), "rule")
    never = Edges.of(*rng.integers(0, 12, (2, 4)), "different")
    never = never.select(never.left != never.right)
    label, cut = edges.settle(12, merging, lambda _: never)
    assert not (label[never.left] == label[never.right]).any()
    free = graph.components(12, merging.left, merging.right)
    touched = {int(free[node]) for a, b in zip(never.left, never.right, strict=True) if free[a] == free[b] for node in (a, b)}
    for node in range(12):
        if int(free[node]) not in touched:
            assert label[node] == free[node], "a component without a forbidden pair is as it was"
        assert label[label[node]] == label[node] <= node
    assert (label[cut.left] != label[cut.right]).all()
    missing = {(a, b) for a, b in zip(merging.left.tolist(), merging.right.tolist(), strict=True) if label[a] != label[b]}
    assert set(zip(cut.left.tolist(), cut.right.tolist(), strict=True)) == missing


# ------------------------------------------------------------------------------------- compared incidents


@pytest.mark.parametrize("seed", range(6))
def test_cases_with_one_person_within_the_days_are_compared_unless_too_many_name_him(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rule = Block(columns=("names",), near="registered_on", distance=10, most=3)
    day, name = rng.integers(0, 40, 14), rng.integers(0, 4, 14)
    placed = pl.DataFrame({
        "registered_on": [FIRST + timedelta(days=int(one)) for one in day], "names": [[f"n{one}"] if one else [] for one in name],
    })  # fmt: skip
    rows = {one: sorted((int(day[at]), at) for at in range(14) if name[at] == one) for one in range(1, 4)}
    wanted, crowded, in_them = set(), 0, 0
    for group in rows.values():
        if any(group[at + 3][0] - group[at][0] <= 10 for at in range(len(group) - 3)):
            crowded += 1
            in_them += len(group)
            continue  # more than three cases within ten days: an office
        wanted |= {(min(a, b), max(a, b)) for (one, a), (two, b) in combinations(group, 2) if two - one <= 10}
    packed, *left_out = engine.blocking.candidates(Table(placed), rule, 100)
    assert {tuple(sorted(pair)) for pair in zip(*engine.blocking.unpack(packed), strict=True)} == wanted
    assert left_out == [crowded, in_them]


def compared(rows: dict[str, list[Any]], number: int | None = None) -> set[tuple[int, int]]:
    """The pairs that the blocking rules of incidents give, or one of them."""
    assert SPEC.incidents is not None
    blank = {"people": [], "cards": [], "district": None, "station": None, "year": None, "all_sections": None, "named": None}
    types = {**dict.fromkeys(blank, TEXT), "people": pl.List(TEXT), "cards": pl.List(TEXT), "registered_on": pl.Date}
    count = len(next(iter(rows.values())))
    whole = {name: [value] * count for name, value in (blank | {"registered_on": FIRST}).items()} | rows
    table = Table(pl.DataFrame(whole, schema=types))
    rules = [*SPEC.incidents.blocks] if number is None else [SPEC.incidents.blocks[number]]
    packed = np.concatenate([engine.blocking.candidates(table, rule, 100)[0] for rule in rules])
    return set(zip(*(side.tolist() for side in engine.blocking.unpack(packed)), strict=True))


def test_a_case_without_a_district_is_compared_with_those_of_any() -> None:
    people = [["k"], ["k", "z"], ["k"]]
    assert compared({"people": people, "district": ["X", "Y", None]}) == {(0, 2), (1, 2)}
    assert compared({"people": [*people, ["q"], ["q"]], "district": ["X", "Y", None, None, None]}) == {(0, 2), (1, 2), (3, 4)}
    assert compared({"people": people, "district": ["X", "X", "Y"]}) == {(0, 1)}
    assert compared({"people": [[]] * 3, "cards": [["1"], ["1", "2"], []]}) == {(0, 1)}


def test_a_case_that_names_nobody_is_compared_with_those_of_its_station_day_and_sections() -> None:
    same = {"station": ["S"] * 4, "year": ["2026"] * 4, "all_sections": ["302", "302", "302", "379"]}
    assert compared({**same, "named": ["yes", None, "yes", None]}) == {(0, 1), (1, 2)}
    assert compared({**same, "named": ["yes"] * 4}) == set(), "cases that name people are compared by them"
    later = [FIRST, FIRST + timedelta(days=1), FIRST, FIRST]
    assert compared({**same, "named": ["yes", None, "yes", None], "registered_on": later}) == set()


# ----------------------------------------------------------------------------------------- joins that are shown


def matched(weights: dict[tuple[int, int], float], rows: int, extra: float = 0.0) -> engine.Match:
    left, right = np.array(list(weights)).T
    weight = np.array(list(weights.values()), np.float32)
    scored = Scored(left, right, weight, np.zeros((len(left), 1), np.uint8))
    spec = ModelSpec.model_validate({"block": [{"columns": ["a"]}], "comparison": [{"name": "a", "column": "a", "level": [{"name": "e", "test": "equal"}]}]})
    model = engine.Model(spec, (np.array([0.5, 0.5]),), (np.array([0.5, 0.5]),))
    return engine.Match(np.arange(rows), scored, np.full(len(left), extra, np.float32), model, np.zeros(0, np.int64), pl.DataFrame())


@pytest.mark.parametrize("seed", range(5))
def test_the_joins_shown_are_the_strongest_that_hold_each_cluster_together(seed: int) -> None:
    rng = np.random.default_rng(seed)
    every = list(combinations(range(10), 2))
    chosen = [every[at] for at in rng.choice(len(every), 30, replace=False)]
    weights = {pair: float(one) for pair, one in zip(chosen, rng.permutation(30), strict=True)}
    label = np.array([0, 0, 0, 0, 4, 4, 4, 7, 7, 9])
    tree: set[tuple[int, int]] = set()
    root = {node: node for node in range(10)}
    for (a, b), _ in sorted(weights.items(), key=lambda one: -one[1]):
        if label[a] == label[b] and root[a] != root[b]:
            tree.add((a, b))
            root = {node: root[a] if of == root[b] else of for node, of in root.items()}
    match = matched(weights, 10)
    keep = edges.joined(match, label)
    assert set(zip(match.scored.left[keep].tolist(), match.scored.right[keep].tolist(), strict=True)) == tree
    assert not edges.joined(match, np.arange(10)).any()


def test_a_person_is_asked_about_pairs_between_the_two_thresholds_and_strong_ones_kept_apart() -> None:
    match = matched({(0, 1): 5.0, (0, 2): 4.9, (1, 2): -2.0, (3, 4): -2.1, (3, 5): 5.0, (4, 5): 9.0}, 6)
    label = np.array([0, 0, 2, 3, 4, 3])
    asked = edges.grey(match, label, -2.0, 5.0)
    assert asked.tolist() == [False, True, True, False, False, True]
    assert edges.grey(matched({(0, 1): 4.0}, 2, extra=1.0), np.array([0, 1]), 4.5, 5.5).tolist() == [True]


def packed(*pairs: tuple[int, int]) -> np.ndarray:
    return np.sort(np.array([(a << 32) | b for a, b in pairs], np.uint64))


@pytest.mark.parametrize(
    ("same", "different", "wanted"),
    [
        ((), (), {(0, 1), (2, 5)}),  # what joins 0 to the rest, and the strongest of two clusters
        (((0, 1),), (), {(2, 5)}),  # a certain join: nothing to ask
        ((), ((3, 6),), {(0, 1)}),  # a person has said that the two clusters are two
    ],
)  # fmt: skip
def test_one_pair_is_asked_of_every_two_groups_that_nothing_else_joins_or_parts(
    same: tuple[tuple[int, int], ...], different: tuple[tuple[int, int], ...], wanted: set[tuple[int, int]]
) -> None:
    weights = {(0, 1): 3.0, (0, 2): 2.5, (1, 2): 9.0, (1, 3): 8.0, (2, 3): 3.5, (2, 5): 1.0, (3, 6): 0.5, (5, 6): 9.0}
    match, label = matched(weights, 7), np.array([0, 0, 0, 0, 4, 5, 5])
    grey = edges.grey(match, label, -2.0, 5.0)
    limits = engine.Constraints(packed(*same), packed(*different))
    keep = edges.unknown(match, label, grey, 5.0, limits)
    assert set(zip(match.scored.left[keep].tolist(), match.scored.right[keep].tolist(), strict=True)) == wanted


@pytest.mark.parametrize(
    ("bits", "reason"),
    [(0.0, None), (-1.5, "co-offenders: nobody in common -1.5"), (2.0, "co-offenders: one in common +2.0"), (4.25, "co-offenders: more in common +4.25")],
)
def test_a_join_says_what_company_its_two_have_and_what_is_held_back(bits: float, reason: str | None) -> None:
    match = matched({(0, 1): 3.0}, 2, extra=bits)
    told = replace(match, model=replace(match.model, prior=1.0, company=(0.0, -1.5, 2.0, 4.25)))
    names, frame = pl.Series(["A", "B"]), pl.DataFrame({"a": ["x", "x"]})
    row = edges.table(told, np.array([True]), frame, names, "person").row(0, named=True)
    assert row["reasons"] == ["prior +1.00", "penalty: common name +2.0", *([reason] if reason else [])]
    assert (row["left_id"], row["right_id"], row["match_weight"], row["kind"]) == ("A", "B", 3.0 + bits, "person")
    silent = replace(told, model=replace(told.model, prior=3.0))
    assert edges.table(silent, np.array([True]), frame, names, "person")["reasons"].to_list()[0][1:] == ([reason] if reason else [])


def test_a_key_of_a_declaration_is_neither_unique_nor_bound_unless_it_says_so() -> None:
    assert Key(name="k", columns=("a",)).model_dump() == {
        "name": "k", "columns": ("a",), "unique": False, "when_empty": None, "contradictions": ()
    }  # fmt: skip


def test_the_telephone_of_a_person_is_the_first_of_several_unless_one_is_given() -> None:
    people = pl.DataFrame({"record_id": ["R", "S"], "phones": [["2", "3"], []], "phone": ["1", None]}, schema_overrides={"phone": TEXT})
    reported = pl.DataFrame({"record_id": ["R", "S"]})
    alone = np.arange(2)
    assert person_linkage.one_row_each(people, alone, reported)["phone"].to_list() == ["1", None]
    assert person_linkage.one_row_each(people.drop("phone"), alone, reported)["phone"].to_list() == ["2", None]
    assert person_linkage.one_row_each(people.drop("phones"), alone, reported)["phone"].to_list() == ["1", None]
