"""What changed between two editions, and why."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from store_frames import case, publish, sha, source

from recordkit import store

JUNE, JULY = source("june.csv", rows=4), source("july.csv", "2026-07", rows=2)
A, B = case("C1", [("june.csv", 2)]), case("C2", [("june.csv", 3)])


def reasons(found: store.Diff, code: str = "Murder", period: str = "2026-06") -> list[str]:
    cell = found.counts.filter(code=code, period=period)
    assert cell.height == 1, found.counts
    return cell["reasons"][0].to_list()


def test_the_first_edition_came_from_nothing(tmp_path: Path) -> None:
    publish(tmp_path, [A, B], [JUNE])
    found = store.diff(tmp_path)
    assert found.a is None
    assert found.tables.filter(table="cases")["added"].item() == 2
    assert found.counts.select("before", "after", "change").row(0) == (0, 2, 2)
    assert found.inputs["change"].to_list() == ["new"]


def test_a_new_month_adds_cases_for_a_new_file(tmp_path: Path) -> None:
    publish(tmp_path, [A], [JUNE])
    publish(tmp_path, [A, case("C3", [("july.csv", 2)], period="2026-07")], [JUNE, JULY])
    found = store.diff(tmp_path)
    assert found.tables.filter(table="cases").row(0) == ("cases", 1, 0, 0)
    assert found.counts.height == 1
    assert reasons(found, period="2026-07") == ["new"]
    assert found.rows["cases"].select("case_id", "change").rows() == [("C3", "added")]


def test_a_late_file_moves_a_published_month(tmp_path: Path) -> None:
    publish(tmp_path, [A], [JUNE, JULY])
    late = source("late.csv", "2026-05", rows=1)
    publish(tmp_path, [A, case("C4", [("late.csv", 2)])], [JUNE, JULY, late])
    assert reasons(store.diff(tmp_path)) == ["late"]


def test_a_corrected_and_withdrawn_file_says_so(tmp_path: Path) -> None:
    publish(tmp_path, [A, B], [JUNE])
    fixed = source("june2.csv", rows=1)
    publish(tmp_path, [case("C1", [("june2.csv", 2)])], [fixed])
    found = store.diff(tmp_path)
    assert found.inputs.sort("name").select("name", "change").rows() == [
        ("june.csv", "withdrawn"), ("june2.csv", "corrected")
    ]  # fmt: skip
    assert reasons(found) == ["corrected", "withdrawn"]


def test_two_cases_that_become_one_are_merged(tmp_path: Path) -> None:
    publish(tmp_path, [A, B], [JUNE])
    publish(tmp_path, [case("C1", [("june.csv", 2), ("june.csv", 3)])], [JUNE], schemas_sha256="s2")
    found = store.diff(tmp_path)
    assert found.causes == ["schemas"]
    assert reasons(found) == ["merged"]
    assert found.rows["cases"].select("case_id", "change").rows() == [("C1", "changed"), ("C2", "removed")]
    assert found.rows["cases"].filter(case_id="C1")["columns"].to_list() == [["source_rows"]]


def test_one_case_that_becomes_two_is_split(tmp_path: Path) -> None:
    publish(tmp_path, [case("C1", [("june.csv", 2), ("june.csv", 3)])], [JUNE])
    store.ledger.decide(tmp_path, "C1", "C2", "different", "two women")
    publish(tmp_path, [A, B], [JUNE])
    found = store.diff(tmp_path)
    assert found.causes == ["decisions"]
    assert reasons(found) == ["split"]


def test_a_case_judged_anew_by_a_changed_rule_says_so(tmp_path: Path) -> None:
    publish(tmp_path, [A], [JUNE])
    publish(tmp_path, [{**A, "npb_head": "Robbery"}], [JUNE], schemas_sha256="s2")
    found = store.diff(tmp_path)
    assert reasons(found, "Murder") == ["rule change"]
    assert reasons(found, "Robbery") == ["rule change"]
    assert found.counts["change"].to_list() == [-1, 1]


def test_rows_out_of_quarantine_by_a_changed_rule_are_no_new_file(tmp_path: Path) -> None:
    publish(tmp_path, [A], [JUNE])
    publish(tmp_path, [A, B], [JUNE], schemas_sha256="s2")
    assert reasons(store.diff(tmp_path)) == ["rule change"]


def steps(found: store.Diff) -> list[tuple[str, str, int, str, int]]:
    return found.steps.select("period", "code", "step", "reason", "cases").rows()


def test_each_case_that_came_into_a_figure_or_left_it_has_one_reason(tmp_path: Path) -> None:
    """Two late cases, and one that was merged with another and is parted now: +3."""
    publish(tmp_path, [case("C1", [("june.csv", 2), ("june.csv", 3)])], [JUNE, JULY])
    store.ledger.decide(tmp_path, "C1", "C2", "different", "two women")
    late = source("late.csv", "2026-05", rows=2)
    publish(tmp_path, [A, B, case("C3", [("late.csv", 2)]), case("C4", [("late.csv", 3)])], [JUNE, JULY, late])
    found = store.diff(tmp_path)
    assert steps(found) == [("2026-06", "Murder", 1, "late", 2), ("2026-06", "Murder", 1, "split", 1)]
    assert found.counts["change"].to_list() == [3]


def test_a_case_that_changes_its_head_leaves_one_figure_and_comes_into_another(tmp_path: Path) -> None:
    publish(tmp_path, [A, B], [JUNE])
    publish(tmp_path, [{**A, "npb_head": "Robbery"}], [JUNE], schemas_sha256="s2")
    found = store.diff(tmp_path)
    assert steps(found) == [
        ("2026-06", "Murder", -1, "moved", 1), ("2026-06", "Murder", -1, "rule change", 1),
        ("2026-06", "Robbery", 1, "moved", 1),
    ]  # fmt: skip
    whole = found.steps.group_by("code").agg((pl.col("step") * pl.col("cases")).sum().alias("change")).sort("code")
    assert whole.rows() == found.counts.select("code", "change").sort("code").rows()


def test_a_merged_case_has_left(tmp_path: Path) -> None:
    publish(tmp_path, [A, B], [JUNE])
    publish(tmp_path, [case("C1", [("june.csv", 2), ("june.csv", 3)])], [JUNE], schemas_sha256="s2")
    assert steps(store.diff(tmp_path)) == [("2026-06", "Murder", -1, "merged", 1)]


def test_equal_editions_have_no_difference(tmp_path: Path) -> None:
    publish(tmp_path, [A, B], [JUNE])
    publish(tmp_path, [A, B], [JUNE], options={"through": "2026-06"})
    found = store.diff(tmp_path)
    assert found.tables.select("added", "removed", "changed").sum().row(0) == (0, 0, 0)
    assert found.counts.height == 0
    assert found.causes == ["options"]


def test_going_back_is_the_mirror_of_going_on(tmp_path: Path) -> None:
    first = publish(tmp_path, [A], [JUNE])
    second = publish(tmp_path, [A, B], [JUNE, JULY])
    on, back = store.diff(tmp_path, first.id, second.id), store.diff(tmp_path, second.id, first.id)
    assert on.counts["change"].to_list() == [-change for change in back.counts["change"]]
    assert on.tables["added"].to_list() == back.tables["removed"].to_list()


@pytest.mark.parametrize("key", [["k"], [], ["nothing"]])
def test_added_and_removed_rows_balance_the_row_counts(key: list[str]) -> None:
    from recordkit.store.edition_diff import compare_rows

    old = pl.LazyFrame({"k": [1, 2, 2, 3], "v": ["a", "b", "b", None]})
    new = pl.LazyFrame({"k": [2, 3, 4], "v": ["b", "c", "d"]})
    kinds = compare_rows(old, new, key)["change"].value_counts()
    told = dict(kinds.iter_rows())
    assert 4 + told.get("added", 0) - told.get("removed", 0) == 3


def test_sums_of_files_are_the_identity_of_inputs(tmp_path: Path) -> None:
    publish(tmp_path, [A], [JUNE])
    assert store.diff(tmp_path).inputs["sha256"].to_list() == [sha("june.csv")]
