"""What a diff finds does not depend on which files two editions share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_frames import case, source, tables

from recordkit import store
from recordkit.store import files_by_month, reading

MONTHS = ("2026-05", "2026-06", "2026-07")
HEADS = ("Murder", "Robbery")
Made = Mapping[str, tuple[int, int]]  # name of a case -> its month and head

cases = st.dictionaries(st.sampled_from("ABCDEFGH"), st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1)


def publish(root: Path, made: Made, name: str) -> store.Edition:
    rows = [
        case(f"C{letter}", [("a.csv", ord(letter))], head=HEADS[head], period=MONTHS[month])
        for letter, (month, head) in sorted(made.items())
    ]
    frames = tables(rows)
    frames = {kind: frame.with_columns(pl.col("period").alias(store.MONTH)) for kind, frame in frames.items()}
    ready = store.publish(root, frames, inputs=[source(name)], schemas_sha256="s")
    assert ready is not None
    return ready


@settings(max_examples=25, deadline=None)
@given(before=cases, after=cases)
def test_rows_counts_and_reasons_are_those_of_whole_tables(
    before: Made, after: Made, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("diff") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files_by_month, "LEAST", 2)
        editions = [publish(root, made, f"{at}.csv") for at, made in enumerate((before, after))]
        found = store.compare(*editions)
        patch.setattr(reading.Edition, "scan_changed", lambda edition, table, _other: edition.scan(table))
        whole = store.compare(*editions)
    assert found.tables.equals(whole.tables)
    assert found.counts.equals(whole.counts)
    assert {name: rows.to_dicts() for name, rows in found.rows.items()} == {
        name: rows.to_dicts() for name, rows in whole.rows.items()
    }
    assert found.moves.equals(whole.moves)


def test_only_files_that_the_other_edition_does_not_have_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_by_month, "LEAST", 2)
    old = {"A": (0, 0), "B": (0, 1), "C": (1, 0), "D": (1, 1)}
    first = publish(tmp_path, old, "a.csv")
    second = publish(tmp_path, {**old, "D": (1, 0)}, "b.csv")
    assert first.scan_changed("cases", second).collect()["case_id"].to_list() == ["CC", "CD"]
    assert second.scan_changed("cases", first).collect()["case_id"].to_list() == ["CC", "CD"]
    assert first.scan_changed("cases", first).collect().is_empty()
    assert first.scan_changed("cases", first).collect_schema() == first.scan("cases").collect_schema()
