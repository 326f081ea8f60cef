"""The rows behind a figure: which units are counted, and under what."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from store_frames import case, source, tables

from recordkit import store
from recordkit.store import figure_records

CHARGES = pl.DataFrame(
    {
        "case_id": ["C1"] * 6,
        "npb_head": ["Murder", "Attempt", "Abetment", "Zina", "Procedure", "Unknown"],
        "is_modifier": [False, None, True, False, False, None],
        "is_crime": [True, None, True, True, False, True],
    }
)
PEOPLE = pl.DataFrame(
    {"case_id": ["C1"] * 4, "mention_id": ["M1", "M2", "M3", "M4"], "role": ["victim", "accused", "witness", "victim"]}
)


@pytest.fixture
def counted(tmp_path: Path) -> pl.DataFrame:
    frames = {**tables([case("C1", [("a.csv", 2)])]), "charges": CHARGES, "persons": PEOPLE}
    made = store.publish(tmp_path, frames, inputs=[source("a.csv")], schemas_sha256="s")
    assert made is not None
    return figure_records.counted(made).filter(classification="npb_head").collect()


def test_a_charge_counts_unless_it_only_modifies_another_or_is_no_crime(counted: pl.DataFrame) -> None:
    charges = counted.filter(unit="charge")["code"].sort().to_list()
    assert charges == ["Attempt", "Murder", "Unknown", "Zina"]


def test_victims_and_accused_count_and_witnesses_do_not(counted: pl.DataFrame) -> None:
    people = counted.filter(pl.col("unit").is_in(["victim", "accused", "witness"]))
    assert people.select("unit", "mention_id").sort("mention_id").rows() == [
        ("victim", "M1"), ("accused", "M2"), ("victim", "M4"),
    ]  # fmt: skip


def test_a_case_counts_once_whatever_its_charges(counted: pl.DataFrame) -> None:
    assert counted.filter(unit="case").select("case_id", "code", "mention_id").rows() == [("C1", "Murder", None)]
