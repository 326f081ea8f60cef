"""People who share a house, a name and a telephone are not taken for one person."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
import pytest

from recordkit import declarations
from recordkit.linkage import engine
from recordkit.linkage.engine import comparison_levels, dependence_tree, encoded_table, expectation_maximisation
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.model_spec import ModelSpec

GIVEN = [a + b for a in ("an", "be", "ca", "do", "el", "fi", "gu", "ha") for b in ("na", "ton", "rin", "lo", "mira", "vid")]
FAMILY = [a + b for a in ("black", "white", "green", "har", "mill", "wood") for b in ("er", "son", "man", "field", "ley")]


def own(name: str, level: str = "near") -> dict[str, object]:
    levels = [{"name": "equal", "test": "equal", "tf": True}, {"name": level, "test": "similar", "at_least": 0.88}]
    return {"name": name, "column": name, "m": [0.85, 0.1, 0.05], "level": levels}


def spec(*, shared: bool) -> ModelSpec:
    return ModelSpec.model_validate({
        "threshold": 2.0, "review": -4.0,
        "block": [{"columns": ["family", "street"]}, {"columns": ["given", "born"]}, {"columns": ["given", "family"]}],
        "comparison": [
            own("given"),
            {**own("family"), "shared": shared},
            {"name": "born", "column": "born", "m": [0.95, 0.05], "level": [{"name": "equal", "test": "equal"}]},
            {**own("street"), "shared": shared},
            {**own("town"), "shared": shared},
            {**own("postcode"), "shared": shared},
        ],
    })  # fmt: skip


def families(duplicates: float, seed: int = 3) -> tuple[pl.DataFrame, pl.Series]:
    """700 households of one to five people who share all but given name and year; some people stand twice."""
    rng = random.Random(seed)
    rows, truth, who = [], [], 0
    for house in range(700):
        family, town = rng.choice(FAMILY), rng.randrange(12)
        place = (f"{rng.randrange(1, 90)} street {house % 150}", f"town {town}", f"{town:02d}{rng.randrange(2)}")
        for _ in range(rng.randrange(1, 6)):
            given, born = rng.choice(GIVEN), str(rng.randrange(1940, 2010))
            rows.append((given, family, born, *place))
            truth.append(who)
            if rng.random() < duplicates:
                rows.append((given[:-1] if rng.random() < 0.2 else given, family, born, *place))
                truth.append(who)
            who += 1
    columns = ["given", "family", "born", "street", "town", "postcode"]
    return pl.DataFrame(rows, schema=columns, orient="row"), pl.Series(truth)


def precision_and_recall(found: engine.Match, truth: pl.Series) -> tuple[float, float]:
    frame = pl.DataFrame({"found": pl.Series(found.label), "truth": truth})

    def pairs(*columns: str) -> float:
        size = pl.col("len").cast(pl.Float64)
        return float(frame.group_by(columns).len().select((size * (size - 1) / 2).sum()).item())

    both = pairs("found", "truth")
    return both / max(pairs("found"), 1.0), both / max(pairs("truth"), 1.0)


@pytest.mark.parametrize(("duplicates", "least"), [(0.02, 0.9), (0.3, 0.98)])
def test_a_family_is_not_one_person(duplicates: float, least: float) -> None:
    frame, truth = families(duplicates)  # of whom some share a given name too, in a stock of 48
    precision, recall = precision_and_recall(engine.match(frame, spec(shared=True)), truth)
    assert precision > least
    assert recall > 0.9


def test_what_households_share_is_worth_declaring() -> None:
    frame, truth = families(0.02)
    without, _ = precision_and_recall(engine.match(frame, spec(shared=False)), truth)
    assert without < 0.8


def test_a_saved_model_of_households_gives_the_same_result() -> None:
    frame, _ = families(0.3)
    declared = spec(shared=True)
    first = engine.match(frame, declared)
    again = engine.match(frame, declared, model=engine.Model.from_data(first.model.as_data(), declared))
    assert first.model.kin
    assert first.model.nested
    assert np.allclose(first.scored.weight, again.scored.weight, atol=1e-4)


def test_a_postcode_says_its_town_once() -> None:
    frame, _ = families(0.0)
    declared = spec(shared=True)
    (found,) = [one for one in dependence_tree.find_dependences(Table(frame), declared) if {one.first, one.second} == {4, 5}]
    # Twelve towns, two postcodes in each: who agrees on the postcode agrees on the town, which is 1 in 12 by chance.
    assert found.bits == pytest.approx(np.log2(12), abs=0.4)
    code = frame.get_column("postcode").to_list()
    left = np.array([0])
    right = np.array([code.index(code[0], 1)])
    model = expectation_maximisation.fit(Table(frame), declared)
    assert dependence_tree.too_many(Table(frame), model.spec, found, left=left, right=right, rows=np.array([0]))[0] > 2.0


def test_the_rarest_word_of_a_name_is_what_tells_it_from_others() -> None:
    frame = pl.DataFrame({"name": ["rana tanveer", "tanveer", "rana saleem", "rana akbar", None]})
    words = encoded_table.rarest(Table(frame).column("name")).to_list()
    assert words[2:] == ["saleem", "akbar", None]
    assert words[0] == words[1] == "tanveer"


def test_an_initial_agrees_with_the_name_that_begins_with_it() -> None:
    declared = ModelSpec.model_validate({
        "block": [{"columns": ["name"]}],
        "comparison": [{"name": "name", "column": "name", "level": [
            {"name": "equal", "test": "equal"}, {"name": "initial", "test": "begins", "at_least": 1}]}],
    })  # fmt: skip
    frame = pl.DataFrame({"name": ["john", "j", "james", "jo", None]})
    left, right = np.array([0, 0, 0, 0, 0]), np.array([0, 1, 2, 3, 4])
    assert comparison_levels.levels(Table(frame), declared.comparisons[0], left, right).tolist() == [1, 2, 3, 2, 0]


def test_the_packaged_list_of_english_names_speaks_of_households() -> None:
    path = declarations.PACKAGED / "lists" / "english.toml"
    declared = declarations.load_toml(path)["people"]["comparison"]
    assert {"surname", "street", "town", "postcode", "phone"} <= {one["name"] for one in declared if one.get("shared")}
