"""Reports in one file, their people in another: joined by a key, from end to end."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from recordkit import declarations, ingest, pipeline, store
from recordkit.ingest import Declarations, declare

DECLARATION = """
id = "linked"
name = "Linked files"
kind = "police"
province = "Punjab"

[[format]]
id = "reports"
unit = "case"
file = { kinds = ["delimited"], names = ["reports*"] }
columns = [
  { field = "_key", headers = ["Report"], required = true, synonyms = false },
  { field = "fir_no", required = true },
  { field = "registered_on", required = true, date_order = "dmy" },
  { field = "police_station", required = true },
  { field = "district", required = true },
  { field = "sections", required = true },
]

[[format]]
id = "people"
unit = "person"
file = { kinds = ["delimited"], names = ["people*"] }
columns = [
  { field = "_key", headers = ["Report"], required = true, synonyms = false },
  { field = "name", required = true },
  { field = "role", required = true },
]
[format.reshape]
join = [{ format = "reports", key = ["_key"], fields = ["fir_no", "registered_on", "police_station", "district"]WITHIN }]
"""
REPORTS = """Report,FIR No,Date,PS,District,Sections
R1,11/2026,03-10-2026,City,Kasur,379 PPC
R2,12/2026,04-10-2026,City,Kasur,302 PPC
"""
PEOPLE = """Report,Name,Role
R1,Dad Karim,Accused
r2 ,Allah Ditta,Accused
R2,Noor Jahan,Victim
R9,Nobody Known,Accused
"""


def declared(folder: Path, within: str = "") -> Declarations:
    home = folder / "mine" / "agencies"
    home.mkdir(parents=True, exist_ok=True)
    (home / "linked.toml").write_text(DECLARATION.replace("WITHIN", within), encoding="utf-8")
    return declare([declarations.PACKAGED, folder / "mine"])


def put(folder: Path, month: str, **files: str) -> Path:
    home = folder / "inbox" / month
    home.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (home / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder / "inbox"


def compiled(folder: Path, known: Declarations) -> store.Edition | None:
    return pipeline.compile([folder / "inbox"], folder / "store", known, through=None, starting=lambda _: lambda _: None).edition


def people(edition: store.Edition | None) -> list[tuple[object, ...]]:
    assert edition is not None
    cases = edition.scan("cases").select("case_id", "fir_no")
    rows = edition.scan("persons").join(cases, on="case_id").select("name", "role", "fir_no").collect()
    return sorted(rows.rows())


JOINED = [("Allah Ditta", "accused", "12"), ("Dad Karim", "accused", "11"), ("Noor Jahan", "victim", "12")]


def test_people_find_their_case_in_the_other_file(tmp_path: Path) -> None:
    known = declared(tmp_path)
    put(tmp_path, "2026-10", reports=REPORTS, people_a=PEOPLE)  # people come first by name
    edition = compiled(tmp_path, known)
    assert people(edition) == JOINED
    assert edition is not None
    issues = edition.scan("issues").collect()
    assert issues.filter(code="RK225").select("row", "column").rows() == [(5, "Report")]
    apart = pl.read_parquet(tmp_path / "store" / "quarantine" / edition.id / "**/*.parquet")
    assert apart.select("row", "codes").rows() == [(5, ["RK408"])]
    assert compiled(tmp_path, known) is None  # nothing new


def test_validation_of_both_files_joins_them_and_of_one_alone_says_what_lacks(tmp_path: Path) -> None:
    known = declared(tmp_path)
    inbox = put(tmp_path, "2026-10", reports=REPORTS, people=PEOPLE)
    done, _ = ingest.receive_files([inbox], known, None, lambda _: None)
    assert [(one.tally.accepted, one.tally.quarantined) for one in done] == [(3, 1), (2, 0)]
    done, _ = ingest.receive_files([inbox / "2026-10" / "people.csv"], known, None, lambda _: None)
    found = pl.concat([one.issues for one in done])
    assert found.filter(code="RK227").get_column("detail").to_list() == [
        "no table of reports came (in this file or month)"
    ]
    assert [(one.tally.accepted, one.tally.quarantined) for one in done] == [(0, 4)]


def test_a_corrected_report_reaches_the_people_who_were_read_before(tmp_path: Path) -> None:
    known = declared(tmp_path)
    put(tmp_path, "2026-10", people=PEOPLE)
    assert people(compiled(tmp_path, known)) == []
    put(tmp_path, "2026-10", reports=REPORTS)
    assert people(compiled(tmp_path, known)) == JOINED


def test_reports_of_another_month_are_joined_only_where_that_is_declared(tmp_path: Path) -> None:
    for name, within, found in (("a", "", []), ("b", ', within = "sender"', JOINED), ("c", ', within = "file"', [])):
        home = tmp_path / name
        put(home, "2026-09", reports=REPORTS)
        put(home, "2026-10", people=PEOPLE)
        assert people(compiled(home, declared(home, within))) == found


def test_a_key_that_names_two_different_reports_gives_nothing(tmp_path: Path) -> None:
    known = declared(tmp_path)
    inbox = put(tmp_path, "2026-10", reports=REPORTS.replace("R2,12", "R1,12"), people=PEOPLE)
    done, _ = ingest.receive_files([inbox], known, None, lambda _: None)
    codes = pl.concat([one.issues for one in done]).filter(pl.col("code").is_in(["RK225", "RK226"]))
    assert codes.sort("row").select("row", "code").rows() == [(2, "RK226"), (3, "RK225"), (4, "RK225"), (5, "RK225")]
