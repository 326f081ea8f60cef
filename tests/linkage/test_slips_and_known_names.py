"""Levels that tell a slip of the pen from another name: one word differs, and it is no known name's."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
import pytest

from recordkit.linkage import engine
from recordkit.linkage.engine import ModelSpec, comparison_levels
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.model_spec import Comparison, Level

SLIP = Comparison(name="name", column="words", level=(Level(name="one slip", test="slip", at_most=1),))
MODEL = ModelSpec(comparison=(SLIP,), block=({"columns": ("words",)},))
ANOTHER = {"name": "another known name", "test": "differ", "column": "known", "and": [{"test": "equal"}]}
KNOWN = Comparison(
    name="name", column="sound", level=(Level.model_validate(ANOTHER), Level(name="equal", test="equal"))
)


def level(comparison: Comparison, **columns: list[str | None]) -> int:
    table = Table(pl.DataFrame(columns))
    left, right = np.array([0]), np.array([1])
    found = comparison_levels.cheap(table, comparison, left, right)
    comparison_levels.finish(table, comparison, left, right, found)
    return int(found[0])


PAIRS = [
    ("mhmd hn*", "mhmd hrn", True),  # Haoon, Haroon
    ("mhmd hrn", "mhmd hn*", True),
    ("abl*", "abdl", True),
    ("mhmd nm", "mhmd ndm", False),  # Naeem, Nadeem: two known names
    ("glm sjd", "glm mbxr", False),
    ("glm sjd*", "glm mbxr", False),  # more than one letter
    ("hn* jt", "hrn mr", False),  # two words differ
    ("hn*", "hrn jt", False),  # a word more: that is "contains"
    ("hn*", "hn", False),  # no word differs
]


@pytest.mark.parametrize(("one", "other", "slip"), PAIRS)
def test_a_slip_is_one_letter_in_one_word_that_is_no_known_name(one: str, other: str, slip: bool) -> None:
    assert level(SLIP, words=[one, other]) == (1 if slip else 2)


def test_a_name_that_is_missing_is_no_slip() -> None:
    assert level(SLIP, words=["hn*", None]) == comparison_levels.MISSING


def test_another_known_name_has_the_same_sound() -> None:
    assert level(KNOWN, sound=["rxd", "rxd"], known=["rxdai", "rxdaee"]) == 1
    assert level(KNOWN, sound=["rxd", "rxd"], known=["rxdai", "rxdai"]) == 2
    assert level(KNOWN, sound=["znb", "sdk"], known=["znbai", "sdkai"]) == 3
    assert level(KNOWN, sound=["rxd", "rxd"], known=["rxdai", None]) == 2


@pytest.mark.parametrize(("one", "other", "slip"), PAIRS)
def test_splink_is_given_the_same_test_in_duckdbs_words(one: str, other: str, slip: bool) -> None:
    fitted = engine.fit(pl.DataFrame({"words": [one, other]}), MODEL)
    settings = engine.splink_settings(fitted, pl.Schema({"words": pl.String}))
    condition = settings["comparisons"][0]["comparison_levels"][1]["sql_condition"]
    with duckdb.connect() as base:
        rows = base.execute(f'SELECT {condition} FROM (SELECT ? AS "words_l", ? AS "words_r")', [one, other]).fetchall()
    assert rows == [(slip,)]
