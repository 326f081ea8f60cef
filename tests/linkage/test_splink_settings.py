"""A model in Splink's words says of every pair what the engine says: duckdb is asked the conditions that it is given."""

from __future__ import annotations

import math
import random
from datetime import date
from itertools import combinations
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from recordkit.linkage import engine
from recordkit.linkage.engine import blocking, comparison_levels
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.fitted_model import Model
from recordkit.linkage.engine.model_spec import ModelSpec

TEXTS = pl.List(pl.String)
SCHEMA = {
    "text": pl.String,
    "other": pl.String,
    "words": TEXTS,
    "others": TEXTS,
    "born": pl.Date,
    "number": pl.Int64,
    "note": pl.String,
}
LEVELS: list[dict[str, Any]] = [
    {"test": "equal"}, {"test": "differ"}, {"test": "equal", "not": True}, {"test": "known", "column": "note"},
    {"test": "present", "column": "note"}, {"test": "either", "column": "text", "other": "other"},
    {"test": "crossed", "column": "text", "other": "other"}, {"test": "crossed", "column": "other"},
    {"test": "either", "column": "words", "other": "others"}, {"test": "crossed", "column": "words", "other": "others"},
    {"test": "turned", "column": "born"}, {"test": "parts", "column": "born"}, {"test": "within", "column": "born", "at_most": 3},
    {"test": "within", "column": "number", "at_most": 1.5}, {"test": "within", "column": "number", "at_most": 2, "not": True},
    {"test": "similar", "at_least": 0.8}, {"test": "edits", "at_most": 1}, {"test": "edits", "at_most": 2}, {"test": "swapped"},
    {"test": "contains"}, {"test": "contains", "at_least": 0.5}, {"test": "contains", "column": "words"},
    {"test": "shares", "column": "words"}, {"test": "shares", "column": "words", "at_least": 2},
    {"test": "contradicts", "column": "words"}, {"test": "tokens", "at_least": 0.5}, {"test": "tokens", "column": "words", "at_least": 0.3},
    {"test": "begins", "at_least": 3}, {"test": "begins", "at_least": 5}, {"test": "slip", "at_most": 1},
    {"test": "equal", "and": [{"test": "equal", "column": "note"}, {"test": "differ", "column": "other"}]},
]  # fmt: skip


def some_rows(seed: int, rows: int = 40) -> pl.DataFrame:
    rng = random.Random(seed)
    names = [
        "ali khan",
        "ali",
        "khan ali",
        "ali kahn",
        "al* khan",
        "ala khan",
        "zia",
        "zai",
        "ali khan zia",
        "rasheed",
        None,
    ]
    keyed = ["a\x1e1", "a\x1e2", "b\x1e1", "c\x1e3"]
    days = [date(2026, 3, 7), date(2026, 7, 3), date(2026, 3, 9), date(2025, 3, 7), date(2026, 12, 25), date(2026, 12, 28),
            date(2026, 5, 5), date(2026, 3, 13), None]  # fmt: skip
    data = [
        {"text": rng.choice(names), "other": rng.choice(names), "words": rng.sample(keyed, rng.randrange(1, 4)),
         "others": rng.sample(keyed, rng.randrange(1, 3)), "born": rng.choice(days), "number": rng.choice([1, 2, 3, 5, None]),
         "note": rng.choice(["n", "m", None])}
        for _ in range(rows)
    ]  # fmt: skip
    return pl.DataFrame(data, schema=SCHEMA)


def model_of(levels: list[dict[str, Any]], **more: Any) -> Model:
    one = {
        "name": "the text",
        "column": "text",
        "level": [{"name": f"l{at}"} | level for at, level in enumerate(levels)],
    }
    spec = ModelSpec.model_validate(
        {"block": [{"columns": ["text"]}], "comparison": [one | more.pop("comparison", {})]} | more
    )
    count = len(levels) + 1
    m, u = np.linspace(0.7, 0.1, count), np.linspace(0.1, 0.6, count)
    return Model(spec, (m / m.sum(),), (u / u.sum(),), prior=-3.0)


def asked(frame: pl.DataFrame, condition: str) -> list[bool]:
    """What duckdb says of every pair of rows, in the order of `combinations`."""
    numbered = frame.with_row_index("at")
    sides = ", ".join(f'l."{name}" AS "{name}_l", r."{name}" AS "{name}_r"' for name in numbered.columns)
    with duckdb.connect(config={"threads": 1}) as base:
        base.register("list", numbered.to_arrow())
        query = f"SELECT coalesce({condition}, FALSE) FROM (SELECT {sides} FROM list l JOIN list r ON l.at < r.at) ORDER BY at_l, at_r"
        return [row[0] for row in base.execute(query).fetchall()]


@pytest.mark.parametrize("level", LEVELS, ids=str)
def test_a_level_holds_in_duckdb_of_the_pairs_of_which_it_holds_here(level: dict[str, Any]) -> None:
    frame = some_rows(len(str(level)))
    model = model_of([level])
    told = engine.splink_settings(model, frame.schema)["comparisons"][0]["comparison_levels"]
    left, right = np.array(list(combinations(range(frame.height), 2))).T
    here = comparison_levels.levels(Table(frame), model.spec.comparisons[0], left, right)
    missing = asked(frame, told[0]["sql_condition"])
    assert missing == [code == 0 for code in here.tolist()]
    there = [not gone and holds for gone, holds in zip(missing, asked(frame, told[1]["sql_condition"]), strict=True)]
    assert there == [code == 1 for code in here.tolist()]
    assert True in there


def test_where_a_comparison_says_nothing_splink_takes_it_for_missing() -> None:
    frame = some_rows(3)
    where = [{"test": "equal", "column": "note"}, {"test": "differ", "column": "other", "not": True}]
    model = model_of([{"test": "equal"}], comparison={"where": where})
    condition = engine.splink_settings(model, frame.schema)["comparisons"][0]["comparison_levels"][0]["sql_condition"]
    left, right = np.array(list(combinations(range(frame.height), 2))).T
    here = comparison_levels.levels(Table(frame), model.spec.comparisons[0], left, right)
    assert asked(frame, condition) == [code == 0 for code in here.tolist()]


BLOCKS: list[dict[str, Any]] = [
    {"columns": ["text"]}, {"columns": ["text", "note"]}, {"columns": ["text|other"]}, {"columns": ["text|other", "note"]},
    {"columns": ["words"]}, {"columns": ["text.first"]}, {"columns": ["text.last"]}, {"columns": ["text[1:3]"]}, {"columns": ["text[:2]"]},
    {"columns": ["text[2:]"]}, {"columns": ["born.year"]}, {"columns": ["born.month_day"]},
    {"columns": ["born.year"], "when_empty": "note"}, {"columns": ["born.year"], "when_one_empty": "note"},
    {"columns": ["note"], "near": "number", "distance": 1},
]  # fmt: skip


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_blocking_rule_joins_in_duckdb_the_pairs_that_are_compared_here(block: dict[str, Any]) -> None:
    frame = some_rows(11)
    model = model_of([{"test": "equal"}], block=[block], most_in_block=1000)
    (rule,) = engine.splink_settings(model, frame.schema)["blocking_rules_to_generate_predictions"]
    assert rule["sql_dialect"] == "duckdb"
    packed, *_ = blocking.candidates(Table(frame), model.spec.blocks[0], 1000)
    here = set(zip(*(side.tolist() for side in blocking.unpack(packed)), strict=True))
    with duckdb.connect(config={"threads": 1}) as base:
        base.register("list", frame.with_row_index("at").to_arrow())
        found = base.execute(
            f"SELECT l.at, r.at FROM list l JOIN list r ON l.at < r.at AND {rule['blocking_rule']}"
        ).fetchall()
    assert set(found) == here
    assert here


def test_splink_knows_no_rarest_word_and_is_given_the_whole_name() -> None:
    model = model_of([{"test": "equal"}], block=[{"columns": ["text.rarest"]}])
    rules = engine.splink_settings(model, pl.Schema(SCHEMA))["blocking_rules_to_generate_predictions"]
    assert rules == [{"blocking_rule": 'l."text" = r."text"', "sql_dialect": "duckdb"}]


def test_the_shares_weigh_what_the_model_weighs_and_both_are_shares() -> None:
    levels = [{"test": "equal", "tf": True}, {"test": "equal", "column": "other", "tf": True}, {"test": "similar", "at_least": 0.9, "neutral": True},
              {"test": "similar", "at_least": 0.8, "most": -1.5}]  # fmt: skip
    model = model_of(levels)
    settings = engine.splink_settings(model, pl.Schema(SCHEMA), "id")
    (one,) = settings["comparisons"]
    missing, *told = one["comparison_levels"]
    assert missing["is_null_level"] is True
    assert missing["label_for_charts"] == "missing"
    assert one["output_column_name"] == "the_text"
    assert [level["label_for_charts"] for level in told] == ["l0", "l1", "l2", "l3", "else"]
    weights = model.weights(0)[1:].tolist()
    for level, m, u, bits in zip(told, model.m[0], model.u[0], weights, strict=True):
        assert math.log2(level["m_probability"] / level["u_probability"]) == pytest.approx(bits, abs=1e-6)
        assert 0 < level["m_probability"] <= 1
        assert 0 < level["u_probability"] <= 1
        assert level["m_probability"] == pytest.approx(m) if bits > 0 else level["u_probability"] == pytest.approx(u)
    assert min(weights) < 0 < max(weights)
    assert [level.get("tf_adjustment_column") for level in told] == ["text", "other", None, None, None]
    assert [level.get("tf_adjustment_weight") for level in told] == [1.0, 1.0, None, None, None]
    assert told[-1]["sql_condition"] == "ELSE"
    assert settings["probability_two_random_records_match"] == pytest.approx(1 / 9)
    assert settings["unique_id_column_name"] == "id"
    assert engine.splink_settings(model, pl.Schema(SCHEMA))["unique_id_column_name"] == "record_id"
    assert (settings["link_type"], settings["sql_dialect"]) == ("dedupe_only", "duckdb")
    assert settings["retain_intermediate_calculation_columns"] is True
