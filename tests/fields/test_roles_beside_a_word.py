"""A role that is written with a word beside it, and words beside a role that make somebody else of it."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import vocabularies
from recordkit.reference import Reference

READ = [
    ("Child victim", "victim", ["RK348"]),
    ("Deceased/Injured", "victim", []),
    ("Main Accused (arrested)", "accused", []),
    ("Main Accused (driver)", "accused", ["RK348"]),
    ("Suspected", "accused", []),
    ("Abettor", "accused", []),
    ("Accused absconding", "accused", ["RK348"]),
    ("نابالغ متاثرہ", "victim", ["RK348"]),
    ("Accused", "accused", []),
    ("Witness No. 2", "witness", []),
    ("Complainant/Victim", "victim", ["RK355"]),
    ("Accused and witness", "accused", ["RK355"]),
]
NOT_READ = [
    "Father of victim", "Victim father", "Not accused", "accused counsel", "brother of deceased", "Driver",
    "victim of the said case", "وکیل ملزم",
]  # fmt: skip


@pytest.mark.parametrize(("written", "role", "codes"), READ)
def test_a_role_is_read_from_its_word_and_the_rest_is_told(
    written: str, role: str, codes: list[str], tables: Reference
) -> None:
    row = vocabularies.clean(pl.Series([written]), "role", tables).row(0, named=True)
    assert (row["value"], row["codes"]) == (role, codes)


@pytest.mark.parametrize("written", NOT_READ)
def test_a_word_that_makes_somebody_else_of_it_leaves_no_role(written: str, tables: Reference) -> None:
    row = vocabularies.clean(pl.Series([written]), "role", tables).row(0, named=True)
    assert (row["value"], row["codes"]) == (None, ["RK322"])
