"""Products on a planted world whose truth is known (benchmarks/intelligence), small, of a seed that chose nothing."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from recordkit import declarations
from recordkit import intelligence as products

HERE = Path(__file__).parents[2] / "benchmarks" / "intelligence"


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def world() -> ModuleType:
    return module("world")


@pytest.fixture(scope="module")
def measured(world: ModuleType) -> dict[str, tuple[int, int, int]]:
    before = sys.modules.get("world")
    sys.modules["world"] = world
    try:
        run = module("run")
    finally:
        sys.modules.pop("world") if before is None else sys.modules.update(world=before)
    sizes = world.Sizes(districts=3, stations=6, planted=4, rings=5, loose_cases=40)
    rows: dict[str, tuple[int, int, int]] = run.measured(world.make(11, sizes))
    return rows


def precision(row: tuple[int, int, int]) -> float:
    return row[0] / max(row[1], 1)


def recall(row: tuple[int, int, int]) -> float:
    return row[0] / max(row[2], 1)


@pytest.mark.parametrize("kind", ["provinces", "agencies", "recruiter", "network", "broker", "repeat victim"])
def test_people_and_networks_are_found_in_spite_of_errors_of_linking(measured: dict[str, tuple[int, int, int]], kind: str) -> None:
    assert recall(measured[kind]) >= 0.85
    assert precision(measured[kind]) >= 0.75


@pytest.mark.parametrize("kind", ["route", "hot_spot", "emerging", "near_repeat"])
def test_hardly_anything_is_stated_of_places_and_routes_that_is_chance(measured: dict[str, tuple[int, int, int]], kind: str) -> None:
    right, stated, _ = measured[kind]
    assert stated - right <= 1


@pytest.mark.parametrize(("kind", "least"), [("route", 0.5), ("hot_spot, planted", 0.5), ("emerging", 0.5)])
def test_most_of_what_is_planted_in_places_and_routes_is_found(measured: dict[str, tuple[int, int, int]], kind: str, least: float) -> None:
    assert recall(measured[kind]) >= least


def test_what_has_grown_since_the_edition_before_is_stated_in_both_languages(world: ModuleType) -> None:
    sizes = world.Sizes(districts=2, stations=3, planted=1, rings=3, loose_cases=20)
    now, rules = world.make(11, sizes), products.load([declarations.PACKAGED])
    before = replace(now, id="before", tables={**now.tables, "persons": now.tables["persons"].join(
        now.tables["cases"].filter(pl.col("period") < "2026-06").select("case_id"), on="case_id")})  # fmt: skip
    found = products.everything.find(now, rules, now.agencies, now.districts, before)
    grown = [one for one in found.statements if one.kind == "growth"]
    assert grown
    assert found.base["growth"][0] == len(grown) <= found.base["growth"][1]
    for one in grown:
        assert one.figures["people"] == one.figures["before"] + one.figures["new"] == one.figures["before"] + len(one.people)
    for language in ("en", "ur"):
        made = products.Product(found, rules, language, {})
        assert all("{" not in row["says"] for row in made.rows())
        assert len(made.bases()) == len(rules.says)
    written = products.products.files(with_identities(now), made)
    assert written["places.csv"].count(b"\n") == found.tested.height + 1
    assert products.everything.find(now, rules, now.agencies, now.districts).base["growth"] == (0, 0)


def with_identities(world: Any) -> Any:
    known = world.tables["persons"].select("person_id").unique()
    absent = {name: pl.lit(None, pl.String) for name in ("name", "mentions", "cases", "agencies", "provinces", "roles")}
    return replace(world, tables={**world.tables, "identities": known.with_columns(**absent)})
