"""The age and sex of the accused of a case row are kept, whoever they are."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from recordkit import declarations, ingest

FORM = """
id = "some"
name = "Some"
kind = "police"
[[format]]
id = "f"
unit = "case"
columns = [
  { field = "district" }, { field = "police_station" }, { field = "fir_no", required = true }, { field = "registered_on" },
  { field = "sections" }, { field = "accused" }, { field = "accused_age" }, { field = "accused_sex" },
]
"""
FILE = """District,Police Station,FIR No,Date,U/S,Accused,Accused Age,Sex of Accused
Kasur,City,1/2026,03-10-2026,302 PPC,Aslam S/O Rasool,25,M
Kasur,City,2/2026,03-10-2026,302 PPC,1) Aslam S/O Rasool 2) Sana D/O Karim,"25, 19","M, F"
Kasur,City,3/2026,03-10-2026,302 PPC,1) Aslam S/O Rasool 2) Sana D/O Karim,"25, N/A","N/A, F"
Kasur,City,4/2026,03-10-2026,302 PPC,1) Aslam S/O Rasool 2) Sana D/O Karim,"N/A, 19",N/A
"""


def test_each_accused_has_the_age_and_sex_that_stand_beside_the_name(tmp_path: Path) -> None:
    (tmp_path / "agencies").mkdir()
    (tmp_path / "agencies" / "some.toml").write_text(FORM, encoding="utf-8")
    (tmp_path / "register.csv").write_text(FILE, encoding="utf-8")
    people: list[pl.DataFrame] = []

    def keep(name: str, frame: pl.DataFrame) -> None:
        people.extend([frame] if name == "persons" else [])

    declared = ingest.declare(declarations.folders([tmp_path]))
    ingest.receive(tmp_path / "register.csv", declared, agency="some", keep=keep)
    found = pl.concat(people).sort("row", "position").select("row", "name", "age", "sex").rows()
    assert found == [(2, "Aslam", 25, "male"), (3, "Aslam", 25, "male"), (3, "Sana", 19, "female"),
                     (4, "Aslam", 25, "male"), (4, "Sana", None, "female"),
                     (5, "Aslam", None, "male"), (5, "Sana", 19, "female")]  # fmt: skip
