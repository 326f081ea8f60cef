"""A month that the sample's generator did not write, compiled and looked at cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import month
import polars as pl
import pytest

import in_process
import shared

Find = Callable[..., pl.DataFrame]


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def compiled(root: Path) -> None:
        month.write(root / "inbox")
        done = in_process.run("compile", "inbox", "--to", "store", "--no-progress", cwd=root)
        assert done.returncode == 0, done.stdout + done.stderr

    root = shared.once(tmp_path_factory, "stranger", compiled)
    return root / "store" / "editions" / (root / "store" / "current").read_text().strip()


@pytest.fixture(scope="module")
def find(edition: Path) -> Find:
    def of(table: str, *columns: str, **where: Any) -> pl.DataFrame:
        frame = pl.read_parquet(edition / table / "*.parquet").filter(**where)
        return frame.select(columns) if columns else frame

    return of


def test_every_file_is_known_by_what_stands_in_it(find: Find) -> None:
    found = dict(find("sources", "name", pl.concat_str("agency", pl.lit("/"), "format")).rows())
    assert found == {
        "IGP Punjab FIR Jan 27.xlsx": "punjab/register", "Punjab CRMS export Jan 2027.csv": "punjab_crms/persons",
        "Sindh crime register JAN27.csv": "sindh/register", "Khyber FIRs Jan 2027.csv": "kp/register",
        "balochistan police jan 2027.xls": "balochistan_police/register", "CRO_202701.TXT": "cro/records",
        "Levies January 2027.csv": "balochistan_levies/register", "islamabad export 2027-01.tsv": "islamabad/export",
        "Railways Police Jan 2027.xlsx": "railways/register", "Panah shelter January 2027.csv": "shelter/charity",
        "FIA monthly January 2027.xlsx": "fia/enquiries+cases+persons",
        "Statement Punjab Jan 2027.xlsx": "statement/punjab", "Statement January.csv": "statement/sindh",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("agency", "fir_no", "expected"),
    [
        ("punjab", "12", ("Gulberg", "Lahore", "302", "Murder", date(2027, 1, 5), date(2027, 1, 3), date(2027, 1, 4))),
        ("punjab", "13", ("Gulberg", "Lahore", "13", "Others", date(2027, 1, 13), date(2027, 1, 12), date(2027, 1, 12))),
        ("punjab", "14", ("Shahdara", "Lahore", "9(c)", "Others", date(2027, 1, 14), date(2027, 1, 14), date(2027, 1, 14))),
        ("punjab", "20", ("City", "Gujrat", "395", "Dacoity", date(2027, 1, 20), date(2027, 1, 19), date(2027, 1, 19))),
        ("punjab", "21", ("City", "Gujrat", None, None, date(2027, 1, 21), date(2027, 1, 21), date(2027, 1, 21))),
        ("sindh", "45", ("Ferozabad", "Karachi East", "392", "Robbery", date(2027, 1, 3), date(2027, 1, 2), date(2027, 1, 2))),
        ("sindh", "47", ("City", None, "380", "Other Theft", date(2027, 1, 5), date(2027, 1, 5), date(2027, 1, 5))),
        ("kp", "13", ("صدر", "Kurram", "15", "Others", date(2027, 1, 5), date(2027, 1, 5), date(2027, 1, 5))),
        ("kp", "15", ("داسو", None, "379", "Other Theft", date(2027, 1, 18), date(2027, 1, 18), date(2027, 1, 18))),
        ("islamabad", "5", ("Shalimar", "Islamabad", "392", "Robbery", date(2027, 1, 3), date(2027, 1, 2), date(2027, 1, 2))),
    ],
)  # fmt: skip
def test_a_case_is_what_its_row_says(find: Find, agency: str, fir_no: str, expected: tuple[Any, ...]) -> None:
    columns = ("police_station", "district", "principal_section", "npb_head", "registered_on", "occurred_from", "occurred_to")
    assert find("cases", *columns, agency=agency, fir_no=fir_no, stage="case").rows() == [expected]


def test_one_case_that_several_report_is_one(find: Find) -> None:
    murder = find("cases", agency="punjab", fir_no="12").row(0, named=True)
    assert murder["agencies"] == ["cro", "punjab", "punjab_crms"]
    tag = find("cases", agency="islamabad").rows(named=True)
    assert [(one["e_tag"], one["stage"], one["submissions"]) for one in tag] == [("TAG-2027-77", "case", 2)]


def test_the_police_fir_that_a_brief_of_the_fia_quotes_is_the_same_case(find: Find) -> None:
    (case,) = find("cases").filter(pl.col("agencies").list.contains("fia"), stage="case").rows(named=True)
    assert (case["agencies"], case["tip_tier"]) == (["fia", "punjab"], "A_statutory_tip")
    served = find("services", "case_id", "service", "started_on").row(0)
    assert served == (case["case_id"], "legal", date(2027, 1, 21))
    assert find("cases", "enquiry_no", stage="enquiry").rows() == [("46",)]


def test_people_are_cleaned_and_what_is_lost_is_said_to_be_lost(find: Find) -> None:
    case = find("cases", "case_id", agency="punjab", fir_no="12").item()
    aslam = find("persons", case_id=case, cnic="35202-1234567-1").row(0, named=True)
    assert (aslam["aliases"], aslam["address"]) == (["Achhu"], "House No 5, Chak 45 GB")
    assert (aslam["date_of_birth"], aslam["phones"]) == (date(1990, 1, 1), ["+923001234567", "+923217654321"])
    named = set(find("persons", "name")["name"])
    assert {"Md. Yousaf", "Rasheed", "Rashid", "اسلم خان"} <= named
    assert not {"Asi", "State", "Unknown", "Na-Maloom"} & named


@pytest.mark.parametrize(
    ("code", "places"),
    [
        ("RK202", {("Jan-27", "Weapon Used"), ("", "shift"), ("Sheet1", "NIC No")}),
        ("RK215", {("Statement", "Total")}),
        ("RK305", {("Jan-27", "CNICs of Accused")}),
        ("RK306", {("", "NIC No")}),
        ("RK307", {("", "NIC No")}),
        ("RK314", {("Jan-27", "Jurm")}),
        ("RK317", {("Jan-27", "Jurm")}),
        ("RK320", {("", "Distt"), ("", "ضلع")}),
        ("RK326", {("", "تاریخ اندراج"), ("", "تاریخ وقوعہ")}),
        ("RK411", {("Jan-27", "Jurm")}),
    ],
)
def test_what_is_wrong_is_found_where_it_stands(find: Find, code: str, places: set[tuple[str, str]]) -> None:
    found = find("issues", "sheet", "column", code=code).fill_null("")
    assert places <= set(found.rows())


def test_inquests_and_enquiries_are_kept_and_not_counted(find: Find) -> None:
    counted = find("counts", unit="case", classification="npb_head")["count"].sum()
    cases = find("cases", stage="case").height
    assert counted == cases - 1  # the inquest under 174 of the Code


def test_blank_is_not_zero_and_a_turned_statement_knows_its_province(find: Find) -> None:
    rows = find("returns", "district", "head", "count", province="Punjab", is_total=False)
    assert {("Lahore", "Robbery", None), ("Kasur", "Attempt to Murder", 0), ("Gujrat", "Murder", 4)} <= set(rows.rows())
    turned = find("returns", "district", "head", "count", province="Sindh").rows()
    assert {("Karachi East", "Robbery", 40), (None, "Murder", 6)} <= set(turned)
