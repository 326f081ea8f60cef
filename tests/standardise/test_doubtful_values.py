"""A question mark beside a value of any type: the value is read as without it, and the doubt is a finding."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tried
from recordkit import api
from recordkit.fields import doubts

VALUES = {
    "District": "Kasur", "Police Station": "City", "FIR No": "12/2026", "Date": "13-07-2026", "Date of Occurrence": "12 July 2026",
    "U/S": "302/34 PPC", "Crime Head": "Murder", "Status": "Challaned", "Accused": "Aslam S/O Rasool", "Accused Age": "25",
    "Sex of Accused": "M", "Accused CNIC": "35202-1234563-1",
}  # fmt: skip
MARKS = ("{}?", "{} ?", "{} (?)", "{}؟", "? {}", "[?] {}")
FORM = """
id = "some"
name = "Some"
kind = "police"
[[format]]
id = "f"
unit = "case"
columns = [
  { field = "district" }, { field = "police_station" }, { field = "fir_no", required = true }, { field = "registered_on" },
  { field = "occurred_on" }, { field = "sections" }, { field = "crime_head" }, { field = "status" }, { field = "accused" },
  { field = "accused_age" }, { field = "accused_sex" }, { field = "accused_cnic" },
]
"""
READ = {
    "cases": ("district", "police_station", "fir_no", "fir_year", "registered_on", "occurred_from", "crime_head", "status"),
    "charges": ("act", "section"),
    "persons": ("name", "age", "sex", "cnic"),
}
SURE = [name for name in VALUES if name != "Accused"]  # a name's doubt has tests of its own


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> api.Validation:
    folder = tmp_path_factory.mktemp("doubts")
    (folder / "agencies").mkdir()
    (folder / "agencies" / "some.toml").write_text(FORM, encoding="utf-8")
    rows = [VALUES] + [VALUES | {name: mark.format(VALUES[name])} for mark in MARKS for name in SURE]
    pl.DataFrame(rows).write_csv(folder / "register.csv")
    return api.validate([folder / "register.csv"], schemas=[folder], agency="some")


def test_every_type_of_value_is_read_as_without_its_question_mark(result: api.Validation) -> None:
    for table, columns in READ.items():
        rows = result.tables[table].sort("row").select("row", *columns)
        by_row = rows.group_by("row", maintain_order=True).agg(pl.all())
        assert by_row.height == 1 + len(MARKS) * len(SURE)
        assert by_row.drop("row").n_unique() == 1, table


def test_every_question_mark_beside_a_value_is_a_finding_at_its_cell(result: api.Validation) -> None:
    found = result.findings.filter(pl.col("code") == "RK384").sort("row")
    assert found["row"].to_list() == list(range(3, 3 + len(MARKS) * len(SURE)))
    assert found["column"].to_list() == SURE * len(MARKS)


@given(value=st.from_regex(r"[a-z0-9][a-z0-9/ -]{0,8}[a-z0-9]", fullmatch=True), mark=st.sampled_from(MARKS))
@tried.examples(60)
def test_a_mark_of_doubt_is_taken_off_whatever_the_value(value: str, mark: str) -> None:
    bare, doubted = doubts.without_marks(pl.Series([mark.format(value), value]))
    assert bare.to_list() == [value, value]
    assert doubted.to_list() == [True, False]


@pytest.mark.parametrize("cell", ["1?/07/2026", "?03/26", "21/?/2026"])
def test_a_question_mark_in_the_place_of_a_figure_stays_and_is_told(cell: str) -> None:
    bare, doubted = doubts.without_marks(pl.Series([cell]))
    assert (bare.to_list(), doubted.to_list()) == ([cell], [True])


@pytest.mark.parametrize("cell", ["?", "(?)", "Kas?r", "??", "https://a.pk/view?id=3", None])
def test_lost_letters_and_marks_beside_nothing_are_no_doubt(cell: str | None) -> None:
    bare, doubted = doubts.without_marks(pl.Series([cell], dtype=pl.String))
    assert (bare.to_list(), doubted.to_list()) == ([cell], [False])
