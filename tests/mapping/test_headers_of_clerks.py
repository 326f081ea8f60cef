"""Headers as clerks write them: the words of a declared one in another order, in two rows, with an order of dates."""

from __future__ import annotations

from dataclasses import replace

import pytest
from paper_files import Grid, codes, mapped, only, planned, source

from recordkit import agencies

REGISTER = """
[[format]]
id = "f"
unit = "case"
file = { names = ["ours*"] }
columns = [
  { field = "district", required = true }, { field = "police_station", required = true },
  { field = "fir_no", required = true }, { field = "registered_on", required = true },
  { field = "occurred_on", optional = true }, { field = "accused", required = true },
  { field = "complainant", optional = true }, { field = "complainant_phone", optional = true },
]
"""
ROW: list[str | None] = ["Kasur", "City", "1/26", "03-05-2026", "Aslam S/O Rasool"]
MONTHS = """
[[format]]
id = "f"
unit = "return"
period = { sources = ["column"] }
columns = [{ field = "district", required = true }, { field = "head", required = true }]
reshape = { unpivot = { into = ["period"], known = ["months", "years"] } }
"""
HEADS = """
[[format]]
id = "f"
unit = "return"
columns = [{ field = "district", required = true }]
reshape = { unpivot = { into = ["head"], known = ["heads"] } }
"""


def fields(header: list[str | None], *rows: list[str | None]) -> tuple[dict[str, str], list[str]]:
    """Header -> field of the columns that mean one, and the codes of the findings."""
    _, plan, found = planned(source([header, *(rows or [ROW])]), only(REGISTER), "some")
    return {one.header: one.field or "" for one in plan.tables[0].of("field")}, codes(found)


@pytest.mark.parametrize(
    "header",
    ["Name of the Accused", "Name of Accused & Parentage", "Accused Name & Parentage", "Name and Parentage of Accused",
     "Accused (Name/Parentage)", "Particulars of Accused", "Name & Address of Accused", "Name, Parentage and Caste of Accused", "Accused with Parentage & Address"],
)  # fmt: skip
def test_a_header_with_the_words_of_a_declared_one_is_it_and_that_is_said(header: str) -> None:
    said, found = fields(["District", "Police Station", "FIR No", "Date", header])
    assert said[header] == "accused"
    assert found == ["RK244"]


@pytest.mark.parametrize(
    "header", ["FIR Date & Time", "Date Reported", "Date (Registration)", "FIR Date", "Dt.", "Date & Time of FIR", "Reg. Date",
               "Report Date", "Date of Registration of FIR", "Date of FIR Registration"]
)  # fmt: skip
def test_the_date_of_a_report_has_many_headers(header: str) -> None:
    said, found = fields(["District", "Police Station", "FIR No", header, "Accused"])
    assert said[header] == "registered_on"
    assert set(found) <= {"RK244"}


@pytest.mark.parametrize(
    ("header", "field"),
    [("Crime No & Year", "fir_no"), ("FIR Number with Year", "fir_no"), ("FIR No & Date of Registration", None),
     ("Date of Registration of Case", "registered_on"), ("Date of Lodging of the FIR", "registered_on")],
)  # fmt: skip
def test_what_a_column_holds_beside_what_it_is_about_is_no_part_of_its_meaning(header: str, field: str | None) -> None:
    said, _ = fields(["District", "Police Station", header, "Accused"], ["Kasur", "City", "x", "y"])
    assert said.get(header) == field


def test_the_day_on_which_a_header_was_true_is_no_part_of_its_name() -> None:
    form = REGISTER.strip()[:-1] + '  { field = "status", optional = true },\n]\n'
    _, plan, _ = planned(source([["District", "FIR No", "Date", "Present status of case as on 31.05.2026"], ["Kasur", "1", "x", "y"]]), only(form), "some")
    assert "status" in {one.field for one in plan.tables[0].of("field")}


@pytest.mark.parametrize(
    "header", ["No. of Accused", "Father Name of Accused", "Address of Accused", "Accused 2", "Age of Accused", "Reported By",
               "Date of Arrest of Accused", "Case against Accused", "Complainant or Accused"]
)  # fmt: skip
def test_other_words_beside_those_of_a_declared_header_make_another_header(header: str) -> None:
    said, _ = fields(["District", "Police Station", "FIR No", "Date", "Accused", header], [*ROW, "x"])
    assert said["Accused"] == "accused"
    assert header not in said


def test_a_header_that_is_declared_wins_against_one_that_is_like_it() -> None:
    said, found = fields(["District", "Police Station", "FIR No", "Date", "Name of the Accused", "Accused"], [*ROW, "Imran"])
    assert said["Accused"] == "accused"
    assert found == ["RK206"]


@pytest.mark.parametrize(
    ("header", "order"),
    [("Date [M/D/Y]", "mdy"), ("Date m/d/y", "mdy"), ("Date (DD-MM-YY)", "dmy"), ("Date {Y.M.D}", "ymd"), ("Date [MM/DD/YYYY]", "mdy")],
)  # fmt: skip
def test_the_order_of_dates_in_a_header_is_no_part_of_its_name(header: str, order: str) -> None:
    from recordkit.fields import dates

    said, found = fields(["District", "Police Station", "FIR No", header, "Accused"])
    assert (said[header], found) == ("registered_on", [])
    assert dates.stated_order(header) == order


@pytest.mark.parametrize(
    ("first", "second"),
    [("Jan 2026", "Feb 2026"), ("January-26", "February-26"), ("2026-01", "2026-02"), ("01/2026", "02/2026"),
     ("2026 January", "2026 February"), ("2026-01-01 00:00:00", "2026-02-01 00:00:00"), ("جنوری 2026", "فروری 2026")],
)  # fmt: skip
def test_columns_of_months_with_their_year_are_counts_of_those_months(first: str, second: str) -> None:
    grid: Grid = [["District", "Crime Head", first, second], ["Kasur", "Murder", "3", "4"]]
    file = source(grid)
    _, plan, found = planned(file, only(MONTHS), "some")
    made = mapped(plan, file.sheets[0].head())
    assert made.rows.select("period", "count").rows() == [(first, "3"), (second, "4")]
    assert codes(found) == []


def test_a_header_in_two_rows_is_read_although_one_is_declared() -> None:
    grid: Grid = [
        ["District", "Crimes against Persons", None, "Crimes against Property", None],
        [None, "Murder", "Kidnapping", "Robbery", "Dacoity"],
        ["Kasur", "3", "5", "1", "2"], ["Okara", "4", "1", "0", "2"],
    ]  # fmt: skip
    file = source(grid)
    _, plan, found = planned(file, only(HEADS), "some")
    made = mapped(plan, file.sheets[0].head())
    assert made.rows.select("district", "head", "count").rows()[:3] == [
        ("Kasur", "Murder", "3"), ("Kasur", "Kidnapping", "5"), ("Kasur", "Robbery", "1"),
    ]  # fmt: skip
    assert codes(found) == []


def test_a_row_of_words_below_a_header_is_a_record_and_not_its_second_row() -> None:
    said, _ = fields(["District", "Police Station", "FIR No", "Date", "Accused"], ["Kasur", "City", "one", "May", "Complainant"])
    assert said["Accused"] == "accused"


def test_the_declared_name_of_a_file_tells_two_senders_apart_that_its_table_does_not() -> None:
    grid: Grid = [["District", "Police Station", "FIR No", "Date", "Accused"], ROW]
    catalogue = only(REGISTER)
    twin = catalogue["some"].model_copy(update={"id": "twin", "formats": tuple(
        one.model_copy(update={"file": one.file.model_copy(update={"names": ("theirs*",)})}) for one in catalogue["some"].formats
    )})  # fmt: skip
    both = agencies.catalogue.assemble({"some": catalogue["some"], "twin": twin}, {}, catalogue.reference, catalogue.layout)
    close = replace(both, layout=both.layout.model_copy(update={"choose": both.layout.choose.model_copy(update={"margin": 0.2})}))
    for name, ids in {"ours.csv": ["some"], "theirs.csv": ["twin"], "x.csv": []}.items():
        assert [one.agency.id for one in agencies.choose(source(grid, name), close).matches] == ids


def test_the_name_of_a_file_in_an_archive_counts_before_that_of_the_archive() -> None:
    grid: Grid = [["District", "Murder"], ["Kasur", "3"]]
    form = HEADS.replace('unit = "return"', 'unit = "return"\nfile = { names = ["ours*"] }\nperiod = { sources = ["file"] }')
    file = replace(source(grid, "letter of August 2026.zip"), member="to/ours July 2026.csv", container="zip")
    match, plan, _ = planned(file, only(form), "some")
    assert "file name as declared" in match.evidence
    assert plan.period == "2026-07"


ROLES = ("accused", "victim", "complainant")
BESIDE = [f"{role}_{thing}" for role in ROLES for thing in ("cnic", "phone")]
BESIDE += ["accused_age", "victim_age", "accused_sex", "victim_sex", "accused_address"]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("شناختی کارڈ نمبر ملزم", "accused_cnic"), ("شناختی کارڈ ملزمان", "accused_cnic"), ("ملزمہ کا شناختی کارڈ نمبر", "accused_cnic"),
        ("ملزمان کے شناختی کارڈ نمبر", "accused_cnic"), ("قومی شناختی کارڈ نمبر مدعی", "complainant_cnic"),
        ("مدعیہ کا فون نمبر", "complainant_phone"), ("موبائل نمبر متاثرہ", "victim_phone"), ("متاثرین کے فون نمبر", "victim_phone"),
        ("ملزم کی عمر", "accused_age"), ("عمر ملزمان", "accused_age"), ("مقتول کی عمر", "victim_age"),
        ("ملزم کا پتہ", "accused_address"), ("سکونت ملزم", "accused_address"), ("جنس مضروب", "victim_sex"),
        ("Mulzim ka Shanakhti Card", "accused_cnic"), ("Mulziman Mobile No", "accused_phone"), ("NIC No. of Deceased", "victim_cnic"),
        ("Residence of Accused", "accused_address"), ("Mudai ka Raabta No", "complainant_phone"), ("Gender (Suspect)", "accused_sex"),
    ],
)  # fmt: skip
def test_a_word_for_a_thing_and_one_for_a_role_are_the_column_of_both(header: str, field: str) -> None:
    columns = "".join(f'  {{ field = "{one}", optional = true }},\n' for one in ("victim", *BESIDE))
    form = REGISTER.replace('{ field = "complainant_phone", optional = true },\n', f"\n{columns}")
    head: list[str | None] = ["District", "Police Station", "FIR No", "Date", "Accused", header]
    _, plan, found = planned(source([head, [*ROW, "x"]]), only(form), "some")
    assert {one.header: one.field for one in plan.tables[0].of("field")}[header] == field
    assert set(codes(found)) <= {"RK244"}


def test_a_thing_of_somebody_for_whom_the_format_has_no_column_is_unknown() -> None:
    said, _ = fields(["District", "Police Station", "FIR No", "Date", "Accused", "متاثرہ کا شناختی کارڈ"], [*ROW, "x"])
    assert "متاثرہ کا شناختی کارڈ" not in said
