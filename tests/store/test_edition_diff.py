"""Merged, split or moved, and for which reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from store_frames import source

from recordkit import store

CASES = {"case_id": pl.String, "records": pl.List(pl.String)}
JUNE, JULY = source("june.csv", rows=4), source("july.csv", "2026-07", rows=2)


def publish(root: Path, cases: dict[str, list[str]], *inputs: store.Input, **more: Any) -> None:
    frame = pl.DataFrame(list(cases.items()), schema=CASES, orient="row").sort("case_id")
    made = store.publish(root, {"cases": frame}, inputs=inputs, **{"schemas_sha256": "s1", **more})
    assert made is not None


def moves(root: Path) -> list[tuple[Any, ...]]:
    return store.diff(root).moves.drop("kind").rows()


def test_what_a_new_submission_bridges_is_merged_by_new_evidence(tmp_path: Path) -> None:
    publish(tmp_path, {"C1": ["R1"], "C2": ["R2", "R3"]}, JUNE)
    publish(tmp_path, {"C1": ["R1", "R2", "R3", "R9"]}, JUNE, JULY)
    assert moves(tmp_path) == [("merged", "C2", "C1", 2, ["new evidence"])]


def test_without_new_submissions_or_rules_it_was_the_model(tmp_path: Path) -> None:
    publish(tmp_path, {"C1": ["R1"], "C2": ["R2"]}, JUNE)
    publish(tmp_path, {"C1": ["R1", "R2"], "C3": ["R9"]}, JUNE, JULY)
    assert moves(tmp_path) == [("merged", "C2", "C1", 1, ["refitted model"])]


def test_a_submission_that_goes_to_a_case_that_was_there_is_moved(tmp_path: Path) -> None:
    publish(tmp_path, {"C1": ["R1", "R2"], "C2": ["R3"]}, JUNE)
    publish(tmp_path, {"C1": ["R1"], "C2": ["R2", "R3"]}, JUNE, schemas_sha256="s2")
    assert moves(tmp_path) == [("moved", "C1", "C2", 1, ["rule change"])]


def test_a_case_of_which_nothing_is_left_under_its_id_is_split_into_all_its_parts(tmp_path: Path) -> None:
    publish(tmp_path, {"C1": ["R1", "R2"]}, JUNE)
    publish(tmp_path, {"C5": ["R1"], "C6": ["R2"]}, JUNE, schemas_sha256="s2")
    assert [(change, into) for change, _, into, *_ in moves(tmp_path)] == [("split", "C5"), ("split", "C6")]


def test_several_reasons_are_all_named(tmp_path: Path) -> None:
    publish(tmp_path, {"C1": ["R1"], "C2": ["R2"]}, JUNE)
    store.ledger.decide(tmp_path, "R1", "R2", "same", "one register entry")
    publish(tmp_path, {"C1": ["R1", "R2", "R9"]}, JUNE, JULY, schemas_sha256="s2")
    assert moves(tmp_path)[0][-1] == ["human decision", "new evidence", "rule change"]


def test_an_edition_that_does_not_name_its_submissions_has_no_moves(tmp_path: Path) -> None:
    publish(tmp_path, {"C1": ["R1"]}, JUNE)
    frame = pl.DataFrame({"case_id": ["C1"]})
    store.publish(tmp_path, {"cases": frame}, inputs=[JUNE, JULY], schemas_sha256="s1")
    assert moves(tmp_path) == []
