"""A floor under the accuracy of linking people, on a small list of the benchmark's generator and a held-out seed."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations, linkage
from recordkit.linkage import engine, person_linkage

BENCHMARKS = Path(__file__).parents[2] / "benchmarks" / "linkage"


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    """Measures of 6,000 mentions of seed 11; thresholds and shares were chosen on seed 7."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        generate, standard, measures = (importlib.import_module(name) for name in ("generate", "standard", "measures"))
    finally:
        sys.path.remove(str(BENCHMARKS))
    spec = linkage.load([declarations.PACKAGED])
    assert spec.people is not None
    raw = generate.generate(6_000, seed=11)
    frame = person_linkage.prepare(standard.standardise(raw), spec.persons.weightless).with_columns(role=pl.lit("accused"))
    assert "true_person" not in frame.columns
    found = engine.match(frame, spec.people)
    result: dict[str, float] = measures.measures(pl.Series(found.label), raw["true_person"])
    return result


def test_hardly_any_pair_is_joined_that_is_not_one_person(measured: dict[str, float]) -> None:
    assert measured["pair_p"] >= 0.985


def test_nearly_all_pairs_that_are_one_person_are_joined(measured: dict[str, float]) -> None:
    assert measured["pair_f1"] >= 0.97
    assert measured["bcubed_f1"] >= 0.98


def test_most_clusters_are_exactly_right(measured: dict[str, float]) -> None:
    assert measured["group_f1"] >= 0.93
