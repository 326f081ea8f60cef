"""How several reports' values of a column become one, as its declaration says."""

from __future__ import annotations

import polars as pl
import pytest
from pydantic import ValidationError

from recordkit.linkage.merging.survivorship import RULES, newest
from recordkit.tables import Column

REPORTS = ["Aslam", None, "Muhammad Aslam", "Aslam", "Akram"]


@pytest.mark.parametrize(
    ("rule", "one"),
    [
        ("newest", "Akram"), ("earliest", "Aslam"), ("most_stated", "Aslam"), ("longest", "Muhammad Aslam"), ("largest", "Muhammad Aslam"),
        ("smallest", "Akram"),
    ],
)  # fmt: skip
def test_several_values_become_one_by_the_rule_of_their_column(rule: str, one: str) -> None:
    frame = pl.DataFrame({"id": ["a"] * 5 + ["b"], "said": [*REPORTS, "Noor"]})
    assert newest(frame, ["id"], ["said"], {"said": rule}).rows() == [("a", one), ("b", "Noor")]


def test_lists_are_joined_where_their_column_says_so() -> None:
    frame = pl.DataFrame({"id": ["a", "a", "a"], "said": [["x", "b"], None, ["b", "a"]]})
    assert newest(frame, ["id"], ["said"], {"said": "union"})["said"].to_list() == [["a", "b", "x"]]
    assert newest(frame, ["id"], ["said"])["said"].to_list() == [["b", "a"]]


def test_a_rule_that_does_not_fit_the_type_of_its_column_is_an_error() -> None:
    for kind, rule in (("date", "longest"), ("string", "union"), ("list<string>", "earliest"), ("string", "newset")):
        with pytest.raises(ValidationError):
            Column.model_validate({"type": kind, "stage": "standardise", "personal": "none", "doc": "x", "merge": rule})


def test_every_rule_that_can_be_declared_is_there() -> None:
    assert set(RULES) == set(Column.model_fields["merge"].annotation.__args__)  # type: ignore[union-attr]
