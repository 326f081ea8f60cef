"""A new agency costs one TOML file, and no Python."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from in_process import run

DECLARATION = """
id = "coast_guard"
name = "Coast guard"
kind = "other"
province = "Balochistan"

[[format]]
id = "seizures"
unit = "case"
file = { kinds = ["delimited"], delimiters = [","] }
columns = [
  { field = "fir_no", required = true, headers = ["Seizure Memo"], synonyms = false },
  { field = "registered_on", required = true, headers = ["Memo Day"], date_order = "dmy" },
  { field = "district", headers = ["Shore"] },
  { field = "police_station", headers = ["Post"] },
  { field = "sections", headers = ["Law"] },
  { field = "accused", headers = ["Held"] },
]
ignore = [{ headers = ["Boat"], reason = "no place in a case" }]
"""

REGISTER = """Seizure Memo,Memo Day,Shore,Post,Law,Held,Boat
7/2026,05/10/2026,Gwadar,Jiwani Post,3 PSMA 2018,Dad Karim S/O Murad,Al Noor
8/2026,31/02/2026,Gwadar,Jiwani Post,3 PSMA 2018,Unknown,Al Noor
"""


def _inbox(folder: Path) -> tuple[Path, Path]:
    overlay = folder / "mine" / "agencies"
    overlay.mkdir(parents=True)
    (overlay / "coast_guard.toml").write_text(DECLARATION, encoding="utf-8")
    month = folder / "inbox" / "2026-10"
    month.mkdir(parents=True)
    (month / "seizures oct.csv").write_text(REGISTER, encoding="utf-8")
    return folder / "mine", folder / "inbox"


def test_a_file_of_an_undeclared_agency_is_refused_by_name_and_nothing_is_lost(tmp_path: Path) -> None:
    _, inbox = _inbox(tmp_path)
    done = run("validate", inbox, "--format", "json")
    assert done.returncode == 3
    assert "RK201" in done.stdout
    assert "3 rows read = 0 accepted + 3 quarantined" in done.stderr


def test_one_toml_file_is_all_that_a_new_agency_takes(tmp_path: Path) -> None:
    overlay, inbox = _inbox(tmp_path)
    done = run("compile", inbox, "--to", tmp_path / "store", "--schemas", overlay)
    assert done.returncode == 0, done.stderr
    edition = tmp_path / "store" / "editions" / (tmp_path / "store" / "current").read_text().strip()
    cases = pl.read_parquet(edition / "cases" / "*.parquet").sort("fir_no")
    assert cases.select("agency", "fir_no", "fir_year", "district", "tip_tier").rows() == [
        ("coast_guard", "7", 2026, "Gwadar", "D_smuggling"),
        ("coast_guard", "8", 2026, "Gwadar", "D_smuggling"),
    ]
    assert [str(day) for day in cases["registered_on"]] == ["2026-10-05", "None"]
    assert cases["registered_on_raw"].to_list() == ["05/10/2026", "31/02/2026"]
    issues = pl.read_parquet(edition / "issues" / "*.parquet")
    assert issues.filter(code="RK302").select("row", "column").rows() == [(3, "Memo Day")]
    people = pl.read_parquet(edition / "persons" / "*.parquet")
    assert people.select("name", "relation", "relative_name").rows() == [("Dad Karim", "father", "Murad")]
