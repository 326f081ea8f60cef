"""FIR and enquiry numbers, alone and quoted; and coded words."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from recordkit import details
from recordkit.fields import fir, fir_quotes, vocabularies
from recordkit.reference import Reference
from tried import examples

NUMBERS = [
    ("123/24", "123", 2024, None),
    ("0123/2024", "123", 2024, None),
    ("123-24", "123", 2024, None),
    ("123/99", "123", 1999, None),
    ("123 of 2024", "123", 2024, None),
    ("2024/123", "123", 2024, None),
    ("FIR No. 123/2024", "123", 2024, None),
    ("FIR#123/2024", "123", 2024, None),
    ("F.I.R. No: 123/2024", "123", 2024, None),
    ("Crime No. 123/2024", "123", 2024, None),
    ("123-a/2024", "123-A", 2024, None),
    ("مقدمہ نمبر 123/24", "123", 2024, None),
    ("مقدمہ نمبر ۱۲۳/۲۴", "123", 2024, None),
    ("45/2026 AHTC Gujranwala", "45", 2026, "AHTC Gujranwala"),
    ("RE No. 12/2026 AHTC Lahore", "12", 2026, "AHTC Lahore"),
    ("ENQ-45/2026", "45", 2026, None),
]

# What stands beside the number and is not used is said: RK366.
BESIDE = [
    ("FIR No. 123/2024 u/s 302/34 PPC", "123", 2024, None),
    ("Crime No. 45/2023 U/S 365-B PPC PS Saddar", "45", 2023, "Saddar"),
    ("123/2024 dated 03-04-2024", "123", 2024, None),
    ("602/26 u/s 302 PPC", "602", 2026, None),
    ("604/26 R/o Kasur", "604", 2026, None),
    ("S.No 7 FIR 609/26", "609", 2026, None),
    ("7) FIR 609/26", "609", 2026, None),
    ("12/26 (cancelled)", "12", 2026, None),
    ("12/26 (1)", "12", 2026, None),
    ("abc 12/26", "12", 2026, None),
]

SUFFIXED = [
    ("123-A/24", "123-A", 2024),
    ("123(A)/24", "123-A", 2024),
    ("123A/24", "123-A", 2024),
    ("511/26-A", "511-A", 2026),
    ("511/26A", "511-A", 2026),
    ("511/26 (A)", "511-A", 2026),
    ("511/26 a", "511-A", 2026),
    ("511/2026 - B.", "511-B", 2026),
    ("511/26-اے", "511-A", 2026),
    ("2026/511-A", "511-A", 2026),
]

WORDS = ["u/s", "U/S", "-U/S", "P.S.", "P.S", "PS", "r/w", "R/o", "c/o", "A Division", "A-Division", "s/o"]

SEVERAL = [
    ("11/2026 12/2026", [("11", 2026), ("12", 2026)]),
    ("13/2026 & 14/2026", [("13", 2026), ("14", 2026)]),
    ("606 & 607", [("606", None), ("607", None)]),
    ("604 r/w 605", [("604", None), ("605", None)]),
    ("123, 124/26", [("123", 2026), ("124", 2026)]),
    ("123-125/24", [("123", 2024), ("124", 2024), ("125", 2024)]),
    ("12 to 14/26", [("12", 2026), ("13", 2026), ("14", 2026)]),
    ("12/26; 13/25", [("12", 2026), ("13", 2025)]),
    ("مقدمہ نمبر 123/24 و 124/24", [("123", 2024), ("124", 2024)]),
]


@pytest.mark.parametrize(("raw", "number", "year", "office"), NUMBERS)
def test_every_written_form_is_one_number(
    raw: str, number: str, year: int, office: str | None, tables: Reference
) -> None:
    found = fir.clean(pl.Series([raw]), tables).row(0)[:4]
    assert found == (number, year, office, [])


@pytest.mark.parametrize("raw", ["123", "123.0", "FIR No. 123", "0123 "])
def test_a_number_without_a_year_is_kept_and_marked(raw: str, tables: Reference) -> None:
    assert fir.clean(pl.Series([raw]), tables).row(0)[:4] == ("123", None, None, ["RK311"])


@pytest.mark.parametrize("raw", ["Dec-24", "2024-12-01", "12/3/2024", "123/2", "LHE-GUL-001234", "abc", "000/24"])
def test_what_is_no_number_is_rejected(raw: str, tables: Reference) -> None:
    found = fir.clean(pl.Series([raw]), tables).row(0, named=True)
    assert (found["fir_no"], found["codes"]) == (None, ["RK310"])


@pytest.mark.parametrize(("raw", "number", "year", "office"), BESIDE)
def test_what_stands_beside_a_number_and_is_not_used_is_a_finding(
    raw: str, number: str, year: int, office: str | None, tables: Reference
) -> None:
    found = fir.clean(pl.Series([raw]), tables).row(0)[:4]
    assert found == (number, year, office, ["RK366"])


@pytest.mark.parametrize(("raw", "number", "year"), SUFFIXED)
def test_a_letter_before_or_behind_the_year_is_a_part_of_the_number(
    raw: str, number: str, year: int, tables: Reference
) -> None:
    assert fir.clean(pl.Series([raw]), tables).row(0)[:4] == (number, year, None, [])


@pytest.mark.parametrize("word", WORDS)
def test_the_letter_of_a_word_is_no_part_of_the_number(word: str, tables: Reference) -> None:
    cells = pl.Series([f"602 {word} 302 PPC", f"602/26 {word} Kasur", f"602 {word} City"])
    assert fir.clean(cells, tables)["fir_no"].to_list() == ["602", "602", "602"]


@pytest.mark.parametrize(("raw", "numbers"), SEVERAL)
def test_every_number_of_a_cell_is_kept_and_told(
    raw: str, numbers: list[tuple[str, int | None]], tables: Reference
) -> None:
    found = fir.clean(pl.Series([raw]), tables).row(0, named=True)
    others = [(one["fir_no"], one["fir_year"]) for one in found["others"]]
    assert [(found["fir_no"], found["fir_year"]), *others] == numbers
    assert "RK367" in found["codes"]
    assert "RK366" not in found["codes"]


@examples(200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.integers(1, 99_999),
    more=st.text(alphabet="0123456789AXQZkvwjbgh /&,.-()", min_size=1, max_size=12),
    before=st.booleans(),
)
def test_whatever_stands_beside_a_number_is_used_or_told(
    number: int, more: str, before: bool, tables: Reference
) -> None:
    cell = f"{more} {number}/2026" if before else f"{number}/2026 {more}"
    found = fir.clean(pl.Series([cell]), tables).row(0, named=True)
    left = re.sub(r"[^A-Za-z0-9]", "", more)
    used = found["office"] is not None or "-" in (found["fir_no"] or "")
    assert not left or used or found["codes"], cell


@pytest.mark.parametrize(
    ("raw", "proposed"),
    [("Jan-26", "1/26"), ("Dec-26", "12/26"), ("26-Jan", "1/26"), ("2026-12-01", "12/26"), ("2026-01-26", "1/26"),
     ("03-Apr", None)],
)  # fmt: skip
def test_a_number_that_a_spreadsheet_took_for_a_date_says_so(
    raw: str, proposed: str | None, tables: Reference
) -> None:
    found = fir.clean(pl.Series([raw, "under process", "12/26"]), tables)
    assert found["codes"].to_list() == [["RK310"], ["RK310"], []]
    assert found["suggestion"].to_list() == [proposed, None, None]
    assert found["detail"].to_list() == [details.text("taken_for_date"), None, None]


def test_a_declared_identifier_is_kept_as_it_is_written(tables: Reference) -> None:
    cells = pl.Series(["JC123456", "169180023", "0012/26", "JC1"])
    found = fir.clean(cells, tables, "[A-Z]{2}[0-9]{6}|[0-9]{7,9}")
    assert found["fir_no"].to_list() == ["JC123456", "169180023", "12", None]
    assert found["codes"].to_list() == [[], [], [], ["RK310"]]


def test_a_year_in_the_number_against_the_column_of_years_is_a_finding(tables: Reference) -> None:
    cleaned = fir.clean(pl.Series(["608/25", "609/26", "610", "611/26"]), tables)
    found = fir.with_stated_year(cleaned, pl.Series([2026, 2026, 2026, None], dtype=pl.Int32))
    assert found["codes"].to_list() == [["RK368"], [], [], []]


def test_a_column_of_years_is_read_as_years(tables: Reference) -> None:
    out = fir.years(pl.Series(["2026", "26", "2026.0", "۲۰۲۶", "FY", None]), tables)
    assert out["year"].to_list() == [2026, 2026, 2026, 2026, None, None]
    assert out["codes"].to_list() == [[], [], [], [], ["RK331"], []]


QUOTES = [
    ("FIR 123/26 PS City Gujrat", [("123", 2026, "City", "Gujrat")]),
    ("FIR No. 45/2026 AHTC Gujranwala", [("45", 2026, "AHTC Gujranwala", None)]),
    ("PS Saddar FIR # 9/26", [("9", 2026, "Saddar", None)]),
    ("مقدمہ نمبر 123/24 تھانہ سٹی گجرات", [("123", 2024, "City", "Gujrat")]),
    ("vide FIR No 12/2026 u/s 371-A PPC PS Model Town", [("12", 2026, "Model Town", None)]),
    ("FIR No. 12/2026 P.S Saddar Kasur u/s 302", [("12", 2026, "Saddar", "Kasur")]),
    ("case no 55/25 PS Cantt, Distt D.G. Khan", [("55", 2025, "Cantt", "Dera Ghazi Khan")]),
    (
        "FIR 12/2026 PS Saddar Lahore and FIR 13/2026 PS City Gujrat",
        [("12", 2026, "Saddar", "Lahore"), ("13", 2026, "City", "Gujrat")],
    ),
    ("FIR No 123/24 dt 3.4.24 PS City A-Div Gujrat u/s 3 PTPA", [("123", 2024, "City A-Div", "Gujrat")]),
    ("FIR No. 123/2024 dated 03-04-2024 u/s 3 PTPA PS Saddar, District Gujrat", [("123", 2024, "Saddar", "Gujrat")]),
    ("مقدمہ نمبر ۱۲۳/۲۴ مورخہ ۳.۴.۲۴ تھانہ صدر گجرات بجرم ۳۰۲ ت پ", [("123", 2024, "Saddar", "Gujrat")]),
    ("vide FIR No 123 dated 3.4.24 PS City Gujrat", [("123", 2024, "City", "Gujrat")]),
    ("FIR Nos 123 & 124/24 PS Saddar Gujrat", [("123", 2024, "Saddar", "Gujrat"), ("124", 2024, "Saddar", "Gujrat")]),
    ("FIR 123/23 and 7/24 PS Saddar Gujrat", [("123", 2023, "Saddar", "Gujrat"), ("7", 2024, "Saddar", "Gujrat")]),
    ("FIR No. 123-125/24 PS City Gujrat", [(str(n), 2024, "City", "Gujrat") for n in (123, 124, 125)]),
    ("FIR 9 to 10/24 PS City Gujrat", [("9", 2024, "City", "Gujrat"), ("10", 2024, "City", "Gujrat")]),
    ("FIR 100 to 900/24 PS City Gujrat", [("100", 2024, "City", "Gujrat"), ("900", 2024, "City", "Gujrat")]),
    ("Enq 45/23 & FIR 123/24 PS City Gujrat", [("123", 2024, "City", "Gujrat")]),
]


@pytest.mark.parametrize(("raw", "expected"), QUOTES)
def test_every_number_that_a_text_quotes_is_found(
    raw: str, expected: list[tuple[str, int, str, str | None]], tables: Reference
) -> None:
    out = fir_quotes.references(pl.Series([raw]), tables)
    names = ("fir_no", "fir_year", "police_station", "district")
    assert out["refs"].to_list()[0] == [dict(zip(names, ref, strict=True)) for ref in expected]
    beside = any(sign in raw.lower() for sign in ("u/s", "dt", "dated", "vide", "مورخہ", "enq"))
    assert out["codes"].to_list() == [["RK396"] if beside else []]


@pytest.mark.parametrize(
    ("remark", "quoted"),
    [
        ("Also registered as FIR 23/27 PS Civil Lines Gujrat", [("23", 2027, "Civil Lines", "Gujrat")]),
        ("مقدمہ نمبر ۱۲/۲۶ تھانہ صدر", [("12", 2026, "Saddar", None)]),
        ("Raid on 03/04/2026, passports recovered", []),
        ("see FIR 12/26", []),  # of which station?
        ("wanted in FIR 12/26 PS City", []),
        ("previously nominated in FIR 1/25 PS City", []),
        (None, []),
    ],
)
def test_remarks_quote_only_whole_numbers_of_the_same_case(
    remark: str | None, quoted: list[tuple[str, int, str, str | None]], tables: Reference
) -> None:
    out = fir_quotes.quoted(pl.Series([remark], dtype=pl.String), tables)
    names = ("fir_no", "fir_year", "police_station", "district")
    assert out["refs"].to_list()[0] == [dict(zip(names, ref, strict=True)) for ref in quoted]
    assert out["codes"].to_list() == [[]]


@pytest.mark.parametrize("raw", ["Enq. 45/2023 AHTC Gujranwala", "Inquiry No 45-23", "انکوائری نمبر ۴۵/۲۳"])
def test_the_number_of_an_enquiry_is_not_taken_for_an_fir_of_that_office(raw: str, tables: Reference) -> None:
    out = fir_quotes.references(pl.Series([raw]), tables)
    assert (out["refs"].to_list(), out["codes"].to_list()) == ([[]], [["RK336"]])


@pytest.mark.parametrize(
    ("raw", "number", "year", "either"),
    [
        ("FIR No. 2015/26 dated 3.4.26 PS Saddar", "2015", 2026, False),
        ("FIR No. 2015/26 dated 3.4.15 PS Saddar", "26", 2015, False),
        ("FIR No. 2015/26 PS Saddar", "26", 2015, True),
        ("FIR 26/2015 PS Saddar", "26", 2015, False),
        ("FIR 2026/115 PS Saddar", "115", 2026, False),
        ("FIR 2026-0115 PS Saddar", "115", 2026, False),
    ],
)
def test_which_part_of_a_quoted_number_is_its_year_is_told_by_its_date_or_flagged(
    raw: str, number: str, year: int, either: bool, tables: Reference
) -> None:
    out = fir_quotes.references(pl.Series([raw]), tables)
    assert [(ref["fir_no"], ref["fir_year"]) for ref in out["refs"].to_list()[0]] == [(number, year)]
    assert ("RK360" in out["codes"].to_list()[0]) == either


def test_a_remark_whose_number_can_be_read_in_two_ways_quotes_nothing(tables: Reference) -> None:
    out = fir_quotes.quoted(pl.Series(["FIR 2015/26 PS City Gujrat", "FIR 15/26 PS City Gujrat"]), tables)
    assert [len(refs) for refs in out["refs"].to_list()] == [0, 1]


def test_an_incomplete_reference_says_so(tables: Reference) -> None:
    out = fir_quotes.references(pl.Series(["FIR 123", "to be traced", None, "-"]), tables)
    assert out["codes"].to_list() == [["RK311"], ["RK336"], [], []]


@pytest.mark.parametrize(
    ("vocabulary", "raw", "code"),
    [
        ("status", "Challan", "challan_complete"),
        ("status", "u/i", "under_investigation"),
        ("status", "زير تفتيش", "under_investigation"),
        ("status", "A-Class", "untraced"),
        ("sex", "F", "female"),
        ("sex", "خاتون", "female"),
        ("role", "Mulzim", "accused"),
        ("head", "Dacocity", "Dacoity"),
        ("head", "Kidnapping /Abduction", "Kidnapping/Abduction"),
        ("head", "TOTAL RECORDED CRIME", "TOTAL"),
        ("country", "Afghani", "AFG"),
        ("country", "پاکستانی", "PAK"),
        ("country", "Türkiye", "TUR"),
        ("country", "U.A.E", "ARE"),
        ("area", "Levies", "B"),
        ("exploitation", "Brick kiln", "labour"),
        ("victim_status", "VoT", None),
    ],
)
def test_a_word_in_any_spelling_becomes_its_code(
    vocabulary: str, raw: str, code: str | None, tables: Reference
) -> None:
    assert vocabularies.clean(pl.Series([raw]), vocabulary, tables)["value"].to_list() == [code]


def test_an_unknown_word_is_a_finding_with_the_nearest_one(tables: Reference) -> None:
    out = vocabularies.clean(pl.Series(["Chalaneed", "qqqq", "-"]), "status", tables)
    assert out["codes"].to_list() == [["RK322"], ["RK322"], []]
    assert out["suggestion"].to_list() == ["Challan complete", None, None]


def test_a_cell_of_several_words_gives_every_code(tables: Reference) -> None:
    out = vocabularies.clean_list(
        pl.Series(["sex; begging", "kidney/organ", "Others, xyzzy", None]), "exploitation", tables
    )
    assert out["value"].to_list() == ["begging;sexual", "organ_removal", "other", None]
    assert out["codes"].to_list() == [[], [], ["RK322"], []]


def test_a_class_of_report_stands_for_a_status(tables: Reference) -> None:
    out = vocabularies.status_of_class(pl.Series(["A", "B", "C", None]), tables)
    assert out.to_list() == ["untraced", "false", "cancelled", None]


@pytest.mark.parametrize("raw", ["2026-9121", "2026/9121", "FIR No. 2026-9121", "2026 - 9121"])
def test_the_year_may_stand_before_the_number_with_a_dash_too(raw: str, tables: Reference) -> None:
    (found,) = fir.clean(pl.Series([raw]), tables).select("fir_no", "fir_year", "codes").rows()
    assert found == ("9121", 2026, [])


@pytest.mark.parametrize("cell", ["NA", "Nil", "N/A", "-", "نامعلوم"])
def test_a_word_for_nothing_is_no_number_and_no_finding(cell: str, tables: Reference) -> None:
    found = fir.clean(pl.Series([cell]), tables).row(0, named=True)
    assert found["fir_no"] is None
    assert ("RK310" in found["codes"]) == (cell == "نامعلوم")


@pytest.mark.parametrize("cell", ["96/'24", "96/’24", "96/ '24"])
def test_an_apostrophe_before_a_short_year_is_none_of_it(cell: str, tables: Reference) -> None:
    found = fir.clean(pl.Series([cell]), tables).row(0, named=True)
    assert (found["fir_no"], found["fir_year"], found["codes"]) == ("96", 2024, [])
