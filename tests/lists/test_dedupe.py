"""Lists of people that nobody declared, and foreign ones with a declaration of their own, through `recordkit dedupe`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import in_process

LIST = """id,Name,Father Name,CNIC,Mobile No,DOB,Gender,District
1,Muhammad Aslam,Ghulam Rasool,35202-1234567-1,0300-1234567,01-02-1980,Male,Lahore
2,M. Aslam,Ghulam Rasul,35202-1234567-1,,01-02-1980,M,Lahore
3,Imran Khan,Bashir Ahmed,35202-7654321-3,0301-1234567,13-3-1990,Male,Lahore
4,عمران خان,بشیر احمد,,0301-1234567,,M,Lahore
5,Shazia Bibi,Nazir Hussain,,,1985-05-05,F,Multan
6,Na-maloom,,,,,,Multan
7,نامعلوم,,,,,,Multan
"""
CENSUS = """version = 1
[list]
column = [
  { name = "given", kind = "name", headers = ["First Name"], required = true },
  { name = "usual", kind = "nickname", of = "given" },
  { name = "surname", kind = "name", headers = ["Last Name"], required = true },
  { name = "sound", kind = "sound", of = "surname" },
  { name = "born", kind = "date", headers = ["DOB"] },
]
nicknames = "nicknames.csv"
[people]
threshold = 2.0
[[people.block]]
columns = ["born"]
[[people.block]]
columns = ["sound", "usual"]
[[people.comparison]]
name = "given"
column = "usual"
m = [0.6, 0.3, 0.1]
level = [{ name = "equal", test = "equal", column = "given", tf = true }, { name = "nickname", test = "equal" }]
[[people.comparison]]
name = "surname"
column = "sound"
m = [0.8, 0.15, 0.05]
level = [{ name = "equal", test = "equal", column = "surname", tf = true }, { name = "sound", test = "equal" }]
[[people.comparison]]
name = "born"
column = "born"
m = [0.9, 0.1]
level = [{ name = "same day", test = "equal" }]
"""


def dedupe(*arguments: object) -> subprocess.CompletedProcess[str]:
    return in_process.run("dedupe", *arguments)


def test_a_list_that_nobody_declared_keeps_every_row_and_its_own_columns(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    done = dedupe(tmp_path / "list.csv", "-o", tmp_path / "out.parquet")
    assert done.returncode == 0, done.stderr
    rows = pl.read_parquet(tmp_path / "out.parquet").sort("row")
    assert rows["id"].to_list() == list("1234567")
    assert rows["Name"].to_list()[3] == "عمران خان"
    who = rows["entity_id"].to_list()
    assert who[0] == who[1]
    assert who[2] == who[3]
    assert len(set(who)) == 5  # Shazia is nobody else, and two unknown people are never one
    links = pl.read_parquet(tmp_path / "out.links.parquet")
    assert set(links["left_id"]) | set(links["right_id"]) <= set(rows["record_id"])
    assert "column 'Father Name' is taken for father_name" in done.stderr
    assert "Aslam" not in done.stderr


def test_a_file_that_tells_no_names_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("colour,weight\nred,1\nblue,2\n", encoding="utf-8")
    done = dedupe(tmp_path / "list.csv", "-o", tmp_path / "out.parquet")
    assert done.returncode == 3
    assert "no column can be taken for a name" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def census(tmp_path: Path) -> Path:
    (tmp_path / "census.toml").write_text(CENSUS, encoding="utf-8")
    (tmp_path / "nicknames.csv").write_text("canonical,variants\nWilliam,Bill;Will;Billy\n", encoding="utf-8")
    rows = ["First Name,Last Name,DOB,Parish", "William,Smith,13/04/1851,Ely", "Bill,Smyth,13/04/1851,Ely"]
    rows += [f"Person{chr(97 + at)},Other{chr(98 + at)},{at + 1}/0{at % 9 + 1}/18{50 + at},Ely" for at in range(20)]
    (tmp_path / "census.csv").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


def test_a_foreign_list_needs_only_a_declaration(census: Path) -> None:
    done = dedupe(census / "census.csv", "--linkage", census / "census.toml", "-o", census / "out.parquet")
    assert done.returncode == 0, done.stderr
    rows = pl.read_parquet(census / "out.parquet").sort("row")
    assert rows["Parish"].to_list() == ["Ely"] * 22
    assert rows["entity_id"].n_unique() == 21
    assert rows["entity_id"][0] == rows["entity_id"][1]
    (link,) = pl.read_parquet(census / "out.links.parquet").to_dicts()
    assert any(reason.startswith("given: nickname +") for reason in link["reasons"])


def test_the_model_is_offered_in_splinks_terms(census: Path) -> None:
    done = dedupe(census / "census.csv", "--linkage", census / "census.toml", "--splink", census / "splink")
    assert done.returncode == 0, done.stderr
    settings = json.loads((census / "splink" / "settings.json").read_text(encoding="utf-8"))
    given = settings["comparisons"][0]["comparison_levels"]
    assert [level["sql_condition"] for level in given[1:]] == [
        '"given_l" = "given_r"', '"usual_l" = "usual_r"', "ELSE",
    ]  # fmt: skip
    assert all(0 < level["m_probability"] < 1 for level in given[1:])
    assert settings["blocking_rules_to_generate_predictions"][0]["blocking_rule"] == 'l."born" = r."born"'
    compared = pl.read_parquet(census / "splink" / "rows.parquet")
    assert {"record_id", "given", "usual", "surname", "sound", "born"} <= set(compared.columns)


def test_every_blocking_rule_says_what_it_costs_and_brings(census: Path) -> None:
    done = dedupe(census / "census.csv", "--linkage", census / "census.toml", "--blocks", "--format", "json")
    assert done.returncode == 0, done.stderr
    by_rule = {row["rule"]: row for row in json.loads(done.stdout)}
    assert by_rule["born"]["pairs"] == 1
    assert by_rule["born"]["alone"] == 0
    assert by_rule["sound+usual"]["largest"] == 2


def test_an_unknown_declaration_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    done = dedupe(tmp_path / "list.csv", "--linkage", "englsh", "-o", tmp_path / "out.parquet")
    assert done.returncode == 2
    assert "did you mean 'english'?" in done.stderr


def test_links_and_pipes_are_named_not_read_and_make_the_exit_3(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "people.csv").write_text(LIST, encoding="utf-8")
    (folder / "linked.csv").symlink_to(tmp_path / "elsewhere.csv")
    (tmp_path / "elsewhere.csv").write_text(LIST, encoding="utf-8")
    os.mkfifo(folder / "pipe.csv")
    command = [sys.executable, "-m", "recordkit", "dedupe", str(folder), "-o", str(tmp_path / "out.parquet"), "-q"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 3
    assert "skipped: linked.csv: a symbolic link" in done.stderr
    assert "skipped: pipe.csv: not a plain file" in done.stderr
    assert pl.read_parquet(tmp_path / "out.parquet").height == 7


def test_a_declaration_says_what_every_column_is_read_as(census: Path) -> None:
    done = dedupe(census / "census.csv", "--linkage", census / "census.toml", "-o", census / "out.parquet")
    assert "column 'First Name' is read as given" in done.stderr
    assert "column 'Parish' is not looked at" in done.stderr
    assert "Smith" not in done.stderr


def test_shares_that_do_not_fit_the_levels_are_refused_with_their_number(census: Path) -> None:
    text = (census / "census.toml").read_text(encoding="utf-8").replace("m = [0.9, 0.1]", "m = [0.9, 0.05, 0.05]")
    (census / "census.toml").write_text(text, encoding="utf-8")
    done = dedupe(census / "census.csv", "--linkage", census / "census.toml", "-o", census / "out.parquet")
    assert done.returncode == 2
    assert "'born' has 1 levels: m takes 2 shares" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_column_that_the_list_does_not_have_is_named_with_the_nearest(census: Path) -> None:
    text = (census / "census.toml").read_text(encoding="utf-8").replace('columns = ["born"]', 'columns = ["bron"]')
    (census / "census.toml").write_text(text, encoding="utf-8")
    done = dedupe(census / "census.csv", "--linkage", census / "census.toml", "-o", census / "out.parquet")
    assert done.returncode == 2
    assert "block ['bron'] names the column 'bron'" in done.stderr
    assert "did you mean 'born'?" in done.stderr


WHOLE = """Patient Name,DOB,Home Phone
"SMITH, JOHN A",03/25/1951,4045551234
"Smith, Jon",03/25/1951,4045551234
"SMITH, MARY",03/25/1951,4045551234
"""


def test_whole_names_are_taken_apart_and_twins_are_not_joined(tmp_path: Path) -> None:
    others = [f'"OTHER{chr(97 + at)}, PERSON{chr(98 + at)}",0{at % 9 + 1}/{at + 1}/19{50 + at},40455{at:05d}' for at in range(24)]
    (tmp_path / "patients.csv").write_text(WHOLE + "\n".join(others), encoding="utf-8")
    done = dedupe(tmp_path / "patients.csv", "--linkage", "english", "-o", tmp_path / "out.parquet")
    assert done.returncode == 0, done.stderr
    who = pl.read_parquet(tmp_path / "out.parquet").sort("row")["entity_id"].to_list()
    assert who[0] == who[1]
    assert who[2] != who[0]
    assert len(set(who)) == 26


@pytest.mark.parametrize("named", ["../secret.csv", "/etc/passwd", "..", "a\\\\b.csv", "gone.csv", "noise.csv", "folder"])
def test_a_declaration_leads_to_no_file_but_a_list_of_nicknames_beside_it(tmp_path: Path, named: str) -> None:
    """And what is in another file is not shown."""
    place = tmp_path / "declared"
    (place / "folder").mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("canonical,variants\nzqsecret,x\n", encoding="utf-8")
    (place / "noise.csv").write_text("zqsecret,35202-1234567-1\nzqsecret\n", encoding="utf-8")
    (place / "list.toml").write_text(CENSUS.replace('"nicknames.csv"', f'"{named}"'), encoding="utf-8")
    (tmp_path / "people.csv").write_text("First Name,Last Name,DOB\nBob,Low,1990-01-01\n", encoding="utf-8")
    asked = ["dedupe", "people.csv", "-o", "out.parquet", "--linkage", place / "list.toml"]
    done = in_process.run(*asked, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "zqsecret" not in done.stderr
    assert "fix:" in done.stderr or "nicknames" in done.stderr


def test_the_result_is_for_its_owner_alone_also_where_others_could_read_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    for name in ("out.parquet", "out.links.parquet"):
        (tmp_path / name).write_text("old")
        (tmp_path / name).chmod(0o644)
    assert dedupe(tmp_path / "list.csv", "-o", tmp_path / "out.parquet").returncode == 0
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("out.*parquet")} == {0o600}


def test_a_result_that_is_named_csv_is_csv_and_no_cell_of_it_a_formula(tmp_path: Path) -> None:
    text = LIST.replace("Ghulam Rasul,", "Ghulam Rasool,").replace("Bashir Ahmed", "=cmd|' /C calc'!A0").replace("Nazir Hussain", "\u202eNazir")
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    done = dedupe(tmp_path / "list.csv", "-o", tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    rows = pl.read_csv(tmp_path / "out.csv", infer_schema=False).sort(pl.col("row").cast(pl.Int64))
    assert rows["Father Name"].to_list()[2:5] == ["'=cmd|' /C calc'!A0", "بشیر احمد", "\ufffdNazir"]
    assert rows["entity_id"][0] == rows["entity_id"][1]
    links = pl.read_csv(tmp_path / "out.links.csv", infer_schema=False)
    assert set(links["left_id"]) <= set(rows["record_id"])
    assert any(";" in reasons for reasons in links["reasons"])
    assert {oct((tmp_path / name).stat().st_mode & 0o777) for name in ("out.csv", "out.links.csv")} == {"0o600"}


@pytest.mark.parametrize("name", ["out.xlsx", "out.json", "out.txt", "out.csv.gz"])
def test_a_result_of_another_kind_is_refused_before_anything_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    done = dedupe(tmp_path / "list.csv", "-o", tmp_path / name)
    assert (done.returncode, [path.name for path in tmp_path.iterdir()]) == (2, ["list.csv"])
    assert "end the name with .parquet or .csv" in done.stderr
