"""How several reports' values of a column become one, as its declaration says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError

from recordkit import declarations, tables
from recordkit.errors import DeclarationError
from recordkit.linkage.merging.survivorship import RULES, newest, summed, values_of
from recordkit.tables import Column, Table

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
    of_summaries = {"most_written", "fullest", "strongest", "none"}
    assert set(RULES) | of_summaries == set(Column.model_fields["merge"].annotation.__args__)  # type: ignore[union-attr]


SUMMARIES = """
table = "things"
row = "one"
doc = "d"
key = ["id"]
facts = { call = { key = ["number"] } }
[columns]
id = { type = "string", stage = "link", personal = "none", doc = "d" }
state = { type = "string", stage = "standardise", personal = "none", values = ["closed", "open"], merge = "strongest", of = "state", doc = "d" }
first_state = { type = "string", stage = "compile", personal = "none", merge = "earliest", of = "state", doc = "d" }
states = { type = "list<string>", stage = "compile", personal = "none", merge = "union", of = "state", doc = "d" }
marks = { type = "list<string>", stage = "compile", personal = "none", merge = "union", of = "marks", doc = "d" }
kinds = { type = "int32", stage = "compile", personal = "none", merge = "distinct", of = "state", doc = "d" }
reports = { type = "int32", stage = "compile", personal = "none", merge = "rows", of = "id", doc = "d" }
note = { type = "string", stage = "standardise", until = "link", personal = "none", merge = "none", doc = "d" }
number = { type = "string", stage = "compile", personal = "none", merge = "most_written", of = "number", fact = "call", doc = "d" }
network = { type = "string", stage = "compile", personal = "none", merge = "most_written", of = "network", fact = "call", doc = "d" }
born = { type = "date", stage = "compile", personal = "none", merge = "fullest", of = "born", doc = "d" }
"""


def declared(folder: Path, text: str = SUMMARIES) -> Table:
    (folder / "tables").mkdir()
    (folder / "tables" / "things.toml").write_text(text)
    return tables.load([declarations.PACKAGED, folder])["things"]


def test_columns_are_made_of_others_as_their_table_declares(tmp_path: Path) -> None:
    table = declared(tmp_path)
    frame = pl.DataFrame({
        "id": ["a", "a", "a", "b"], "state": ["open", "closed", "open", None], "marks": [["x"], None, ["y", "x"], []], "note": ["n"] * 4,
        "number": ["1", "22", None, None], "network": ["p", "q", "r", None],
        "born": [date(1990, 1, 1), date(1990, 1, 1), date(1990, 3, 7), None],
    })  # fmt: skip
    one, other = summed(frame, ["id"], table).sort("id").to_dicts()
    assert one == {
        "id": "a", "state": "closed", "first_state": "open", "states": ["closed", "open"], "marks": ["x", "y"], "kinds": 2,
        "reports": 3, "number": "22", "network": "q", "born": date(1990, 3, 7),
    }  # fmt: skip
    assert (other["states"], other["marks"], other["kinds"], other["state"], other["network"]) == ([], [], 0, None, None)
    assert "note" not in values_of(frame, table)


def test_what_is_made_of_a_personal_column_is_as_personal_unless_it_only_counts(tmp_path: Path) -> None:
    packaged = (declarations.PACKAGED / "tables" / "identities.toml").read_text()
    new = '{} = {{ type = "{}", stage = "compile", personal = "none", merge = "{}", of = "{}", doc = "d" }}\n'
    (tmp_path / "tables").mkdir()
    file = tmp_path / "tables" / "identities.toml"
    for name, rule, of in (("called", "earliest", "name"), ("living", "most_written", "address"), ("where", "newest", "district")):
        file.write_text(packaged + new.format(name, "string", rule, of))
        with pytest.raises(DeclarationError, match=f"what it is made of, '{of}', is"):
            tables.load([declarations.PACKAGED, tmp_path])
    file.write_text(packaged + new.format("addresses", "int32", "distinct", "address"))
    assert tables.load([declarations.PACKAGED, tmp_path])["identities"].column("addresses").of == "address"


@pytest.mark.parametrize(
    ("was", "slip", "told"),
    [
        ('fact = "call", doc', 'fact = "cal", doc', "has no 'cal'"), ('key = ["number"]', 'key = ["numbr"]', "has no 'numbr'"),
        ('merge = "rows", of = "id"', 'merge = "rows"', "what it is made of"), ('values = ["closed", "open"], ', "", "first of `values`"),
    ],
)  # fmt: skip
def test_a_slip_in_what_is_merged_is_told_by_name(tmp_path: Path, was: str, slip: str, told: str) -> None:
    with pytest.raises(DeclarationError, match=told):
        declared(tmp_path, SUMMARIES.replace(was, slip))
