"""Lists of a few rows in which one person or two were taken wrongly once; each a kind, with who is who."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import in_process
import recordkit as rk

SMALL = Path(__file__).parent / "small"


def entities(name: str) -> list[str]:
    return rk.dedupe(SMALL / name).entities.sort("row")["entity_id"].to_list()


def among_others(name: str, tmp_path: Path) -> list[str]:
    """The same rows in a list of three hundred others of the same district."""
    rows = pl.read_csv(SMALL / name, infer_schema_length=0)
    other = [
        {"Name": f"{one} {two}", "Parentage": f"S/O {two} {three}", "FIR No": str(200 + at), "Year": "2024",
         "Police Station": "City", "District": "Lahore", "Role": "accused", "Age": str(20 + at % 40)}
        for at, (one, two, three) in enumerate(
            (a, b, c)
            for a in ("Waqas", "Faisal", "Adeel", "Kashif", "Umair", "Hamza")
            for b in ("Talha", "Danish", "Junaid", "Sarfraz", "Maqbool", "Hanif", "Arshad")
            for c in ("Mukhtar", "Jahangir", "Sikandar", "Punhal", "Khushal", "Zarin", "Hayat")
        )
    ]  # fmt: skip
    path = tmp_path / name
    pl.concat([rows, pl.DataFrame(other)], how="diagonal").write_csv(path)
    return rk.dedupe(path).entities.sort("row")["entity_id"].to_list()[: rows.height]


@pytest.mark.parametrize("others", [False, True], ids=["alone", "in a longer list"])
def test_father_and_son_brothers_and_brother_and_sister_are_different_people(others: bool, tmp_path: Path) -> None:
    found = among_others("family.csv", tmp_path) if others else entities("family.csv")
    assert len(set(found)) == 6


def test_rows_of_one_case_and_role_are_different_people_even_when_equal() -> None:
    assert len(set(entities("dup2.csv"))) == 4


def test_equal_rows_of_a_list_without_cases_are_one_person() -> None:
    equal = entities("dup3.csv")
    assert equal[0] == equal[1] == equal[2]


def test_a_list_with_a_column_that_its_likeliest_sender_does_not_know_is_read_as_a_list_of_its_own() -> None:
    found = rk.dedupe(SMALL / "fac.csv")
    assert found.entities["father_name"].to_list() == ["Abdul Rehman", "Allah Ditta", "Abdul Rehman"]
    assert found.entities["entity_id"].n_unique() == 3


def test_a_rank_alone_beside_a_father_and_a_card_is_what_somebody_is_called() -> None:
    asi, asif, *_, unknown = entities("asi.csv")
    assert asi == asif == unknown


def test_an_unknown_accused_with_a_card_is_the_person_of_the_card() -> None:
    assert len(set(entities("pk_asi.csv"))) == 1


def test_the_state_a_thing_and_nobody_are_no_people_whatever_their_row_has(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    head = "FIR No,Year,Police Station,District,Role,Name,Parentage,CNIC,Phone,Address\n"
    rest = "S/O Muhammad Hamza,33882-3162769-5,,\n"
    rows = ("complainant,State", "victim,Buffalo", "complainant,Nobody")
    text = head + "".join(f"{at},2024,City,Lahore,{row},{rest}" for at, row in enumerate(rows, 12))
    path.write_text(text + f"20,2024,City,Lahore,accused,Kashif,{rest}", encoding="utf-8")
    people = rk.validate(path, show_values=True).tables["persons"]
    assert people["name"].to_list() == ["Kashif"]


SENDER = """id = "trial"
name = "Trial mentions"
kind = "other"
timezone = "Asia/Karachi"
[[format]]
id = "persons"
unit = "person"
file = { kinds = ["delimited"], names = ["trial*.csv"], encodings = ["utf-8"], delimiters = [","] }
period = { sources = ["column"] }
columns = [
  { field = "district", headers = ["district"], required = true },
  { field = "fir_no", headers = ["fir_no"], required = true },
  { field = "fir_year", headers = ["fir_year"] },
  { field = "registered_on", headers = ["registered_on"], required = true },
  { field = "role", headers = ["role"] },
  { field = "name", headers = ["name"], required = true },
  { field = "parentage", headers = ["parentage"] },
]
"""
MENTIONS = """district,fir_no,fir_year,registered_on,role,name,parentage
Lahore,1,2024,2024-01-04,accused,Muhammad Aslam,S/O Ghulam Rasool
Lahore,2,2024,2024-02-04,accused,Unknown accused,
Lahore,3,2024,2024-03-04,accused,Namaloom,
Lahore,4,2024,2024-04-04,accused,M. Aslam,S/O Ghulam Rasool
"""


def test_a_declared_list_gives_every_row_back_and_the_unknown_are_nobody_else(tmp_path: Path) -> None:
    (tmp_path / "schemas" / "agencies").mkdir(parents=True)
    (tmp_path / "schemas" / "agencies" / "trial.toml").write_text(SENDER, encoding="utf-8")
    (tmp_path / "trial.csv").write_text(MENTIONS, encoding="utf-8")
    out = tmp_path / "out.parquet"
    done = in_process.run("dedupe", tmp_path / "trial.csv", "-o", out, "--schemas", tmp_path / "schemas", "--agency", "trial")
    assert done.returncode == 0, done.stderr
    rows = pl.read_parquet(out).sort("row")
    assert rows["row"].to_list() == [2, 3, 4, 5]
    who = rows["entity_id"].to_list()
    assert None not in who
    assert len(set(who[:3])) == 3
