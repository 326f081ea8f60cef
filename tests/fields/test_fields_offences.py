"""Sections of law: every written form, what a section is, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_fields_laws import QUICK

from recordkit.fields import offences
from recordkit.reference import Reference

PPC, ATA, CRPC = "PPC 1860", "ATA 1997", "CrPC"
AO, CNSA, PO = "Arms Ordinance 1965", "CNSA 1997", "Prohibition (Enforcement of Hadd) Order 1979"
OAP = "Offences against Property (Enforcement of Hudood) Ord. 1979"
SAA, AA, PTPA = "Sindh Arms Act 2013", "KP Arms Act 2013", "PTPA 2018"

FORMS = [
    ("302/34 PPC", [(PPC, "302"), (PPC, "34")]),
    ("365-B PPC", [(PPC, "365-B")]),
    ("365B PPC", [(PPC, "365-B")]),
    ("365 B P.P.C.", [(PPC, "365-B")]),
    ("302/324/148/149-PPC, 7-ATA", [(PPC, "302"), (PPC, "324"), (PPC, "148"), (PPC, "149"), (ATA, "7")]),
    ("13/20/65 AO", [(AO, "13"), (AO, "20")]),
    ("13-2A/20/65 AO", [(AO, "13"), (AO, "20")]),
    ("9-C CNSA", [(CNSA, "9(c)")]),
    ("9(c)CNSA", [(CNSA, "9(c)")]),
    ("9(1)3-C CNSA", [(CNSA, "9(1)(3)(c)")]),
    ("302 PPC, 9 (1) 6b CNSA", [(PPC, "302"), (CNSA, "9(1)(6)(b)")]),
    ("392 PPC 17(3) Haraba", [(PPC, "392"), (OAP, "17(3)")]),
    ("3/4 PO", [(PO, "3"), (PO, "4")]),
    ("PPC:392|PPC:34", [(PPC, "392"), (PPC, "34")]),
    ("PPC 302/34, ATA 7", [(PPC, "302"), (PPC, "34"), (ATA, "7")]),
    ("بجرم 302/34 ت پ", [(PPC, "302"), (PPC, "34")]),
    ("۳۶۵ بی ت پ", [(PPC, "365-B")]),
    ("۴۸۹-F ت پ", [(PPC, "489-F")]),
    ("302/109/ 34 ت پ، 7 انسداد دہشت گردی ایکٹ", [(PPC, "302"), (PPC, "109"), (PPC, "34"), (ATA, "7")]),
    ("3(1) PTPA 2018", [(PTPA, "3(1)")]),
    ("3(1)/4 PTPA", [(PTPA, "3(1)"), (PTPA, "4")]),
    ("337-A(i)/337-F(v)/34 PPC", [(PPC, "337-A(i)"), (PPC, "337-F(v)"), (PPC, "34")]),
    ("337A(i)/F(ii)/L2 PPC", [(PPC, "337-A(i)"), (PPC, "337-F(ii)"), (PPC, "337-L(2)")]),
    ("337-A1/F1 PPC", [(PPC, "337-A(i)"), (PPC, "337-F(i)")]),
    ("506-B PPC", [(PPC, "506(ii)")]),
    ("506/2 PPC", [(PPC, "506(ii)")]),
    ("506/II/34 PPC", [(PPC, "506(ii)"), (PPC, "34")]),
    ("337 H 2 PPC", [(PPC, "337-H(2)")]),
    ("337 A 1 337 F 1 PPC", [(PPC, "337-A(i)"), (PPC, "337-F(i)")]),
    ("337-F/V, 34 PPC", [(PPC, "337-F(v)"), (PPC, "34")]),
    ("337-L/2, 148 PPC", [(PPC, "337-L(2)"), (PPC, "148")]),
    ("337 A-i, F-i, L-ii PPC", [(PPC, "337-A(i)"), (PPC, "337-F(i)"), (PPC, "337-L(2)")]),
    ("6(1)(a),(j) PA", [("Passport Act 1974", "6(1)(a)"), ("Passport Act 1974", "6(1)(j)")]),
    ("3/4 PSOM & 17/22 EO", [
        ("PSMA 2018", "3"), ("PSMA 2018", "4"), ("Emigration Ord. 1979", "17"), ("Emigration Ord. 1979", "22"),
    ]),
    ("9 C 3 CNSA", [(CNSA, "9(c)"), (CNSA, "3")]),  # no such clause is listed: 3 is what it says, and RK313 names it
    ("23(I)(A) SAA", [(SAA, "23(i)(a)")]),
    ("15-AA", [(AA, "15")]),
    ("15AA", [(AA, "15")]),
    ("11-EE ATA", [(ATA, "11-EE")]),
    ("20 PECA Act 2016", [("PECA 2016", "20")]),
    ("14 Foreigners Act, 1946", [("Foreigners Act 1946", "14")]),
    ("9 سی این ایس اے", [(CNSA, "9")]),
    ("107/151 CrPC", [(CRPC, "107/151")]),
    ("CrPC:107/151", [(CRPC, "107/151")]),
    ("174 CrPC", [(CRPC, "174")]),
    ("302 r/w 34 P.P.C", [(PPC, "302"), (PPC, "34")]),
    ("420/468/471 PPC R/W 6 Passport Act 1974",
     [(PPC, "420"), (PPC, "468"), (PPC, "471"), ("Passport Act 1974", "6")]),
    ("FIR No. 123/2024 u/s 302/34 PPC", [(PPC, "302"), (PPC, "34")]),
    ("Crime No. 45/2023 U/S 365-B PPC PS Saddar", [(PPC, "365-B")]),
    ("مقدمہ نمبر 123/24 بجرم 302/34 ت پ", [(PPC, "302"), (PPC, "34")]),
    ("34/302 PPC 302", [(PPC, "34"), (PPC, "302")]),
]  # fmt: skip


def charges(raw: str, tables: Reference) -> tuple[list[tuple[str | None, str]], list[str]]:
    out = offences.parse(pl.Series([raw]), tables).row(0, named=True)
    return [(charge["act"], charge["section"]) for charge in out["charges"]], out["codes"]


@pytest.mark.parametrize(("raw", "expected"), FORMS)
def test_every_written_form_gives_its_sections(raw: str, expected: list[tuple[str, str]], tables: Reference) -> None:
    assert charges(raw, tables) == (expected, [])


@pytest.mark.parametrize(
    ("raw", "expected", "codes"),
    [
        ("302/34", [(PPC, "302"), (PPC, "34")], ["RK316"]),
        ("3694 PPC", [(PPC, "3694")], ["RK314"]),
        ("549", [(PPC, "549")], ["RK314", "RK316"]),
        ("14 XYZ Act", [(None, "14")], ["RK315"]),
        ("murder", [], ["RK312"]),
        ("N/A", [], []),
        ("", [], []),
    ],
)
def test_what_is_missing_or_impossible_is_a_finding(
    raw: str, expected: list[tuple[str | None, str]], codes: list[str], tables: Reference
) -> None:
    assert charges(raw, tables) == (expected, codes)


def test_a_declared_act_is_not_an_assumption(tables: Reference) -> None:
    out = offences.parse(pl.Series(["3/4"]), tables, default_act=PTPA).row(0, named=True)
    assert [charge["act"] for charge in out["charges"]] == [PTPA, PTPA]
    assert out["codes"] == []


def classified(act: str | None, section: str, on: date | None, tables: Reference) -> dict[str, object]:
    schema = {"act": pl.String, "section": pl.String, "on_date": pl.Date}
    return offences.classify(pl.DataFrame([(act, section, on)], schema=schema, orient="row"), tables).row(0, named=True)


def test_murder_is_murder_and_common_intention_is_a_modifier(tables: Reference) -> None:
    murder = classified(PPC, "302", None, tables)
    assert (murder["npb_head"], murder["iccs_code"], murder["is_modifier"]) == ("Murder", "0101", False)
    for section in ("34", "109", "149"):
        assert classified(PPC, section, None, tables)["is_modifier"] is True


def test_a_section_is_what_it_is_only_while_it_is_in_force(tables: Reference) -> None:
    assert classified(PPC, "369-A", date(2017, 1, 1), tables)["codes"] == []
    for day in (date(2016, 3, 21), date(2018, 6, 1)):
        assert classified(PPC, "369-A", day, tables)["codes"] == ["RK317"]
    assert classified(PPC, "376(2)", date(2021, 12, 31), tables)["codes"] == []


def test_174_of_the_penal_code_is_not_174_of_the_procedure(tables: Reference) -> None:
    assert classified(PPC, "174", None, tables)["is_crime"] is True
    for section in ("174", "107/151", "145", "550", "55"):
        found = classified(CRPC, section, None, tables)
        assert (found["is_crime"], found["codes"], found["npb_head"]) == (False, [], None)


def test_a_sub_section_that_is_not_listed_is_what_its_section_is(tables: Reference) -> None:
    assert classified(PPC, "302(b)", None, tables)["npb_head"] == "Murder"
    assert classified(PTPA, "3(1)(a)", None, tables)["tip_tier"] == "A_statutory_tip"
    assert classified(PPC, "365-C", None, tables)["codes"] == ["RK313"]


def test_a_charge_without_an_act_is_not_classified(tables: Reference) -> None:
    found = classified(None, "14", None, tables)
    assert (found["offence"], found["codes"]) == (None, [])


def test_every_section_of_the_reference_is_read_as_itself(tables: Reference) -> None:
    shorts = dict(zip(tables.acts["act"], tables.acts["short"], strict=True))
    rows = tables.offences.select("act", "section").rows()
    read = offences.parse(pl.Series([f"{section} {shorts[act]}" for act, section in rows]), tables)["charges"].to_list()
    for (act, section), found in zip(rows, read, strict=True):
        assert [(one["act"], one["section"]) for one in found] == [(act, section)]


@pytest.mark.parametrize(
    ("cell", "stands"),
    [
        ("302 PPC deleted 324 PPC", ["324"]),
        ("302 PPC (deleted) 324 PPC added", ["324"]),
        ("302/34 PPC converted to 324/34 PPC", ["324", "34"]),
        ("302/34 PPC altered into 324 PPC", ["324"]),
        ("302 PPC deleted", []),
        ("302/324 PPC (302 deleted)", ["324"]),
        ("302, 34 PPC deleted, 324 PPC added", ["324"]),
        ("302/34 PPC, 324 omitted", ["302", "34"]),
        ("deleted 302 PPC added 324 PPC", ["324"]),
        ("324 PPC in place of 302/34 PPC", ["324"]),
        ("302 ت پ حذف 324 ت پ ایزاد", ["324"]),
    ],
)
def test_only_the_sections_that_stand_are_charges_and_the_rest_is_told(
    cell: str, stands: list[str], tables: Reference
) -> None:
    found = offences.parse(pl.Series([cell]), tables).row(0, named=True)
    assert ([one["section"] for one in found["charges"]], found["codes"]) == (stands, ["RK370"])


def test_sections_that_were_added_stand_and_nothing_is_told(tables: Reference) -> None:
    found = offences.parse(pl.Series(["302/34 PPC, 7-ATA added"]), tables).row(0, named=True)
    assert ([one["section"] for one in found["charges"]], found["codes"]) == (["302", "34", "7"], [])


@pytest.mark.parametrize(
    "cell",
    ["2 Ley 26364", "2 Ley 26.364", "Art. 2 Ley 26364", "Ley 26364 art. 2", "2 Ley No. 26.364", "2 Ley N° 26364"],
)
def test_the_number_of_an_act_is_no_section(cell: str, tables: Reference) -> None:
    act = {"act": "Ley 26364", "short": "Ley 26364", "aliases": "Ley 26.364", "max_section": "30", "kind": "crime"}
    more = pl.DataFrame(act).select(pl.lit(act.get(name), pl.String).alias(name) for name in tables.acts.columns)
    known = replace(tables, acts=pl.concat([tables.acts, more]))
    found = offences.parse(pl.Series([cell]), known).row(0, named=True)
    assert ([(one["act"], one["section"]) for one in found["charges"]], found["codes"]) == ([("Ley 26364", "2")], [])


@pytest.mark.parametrize("cell", ["3 XYZ ACT 2019", "3 XYZ Act No. 12 of 2019", "3 XYZ Ordinance of 2001"])
def test_number_and_year_of_an_act_that_nobody_knows_are_no_sections(cell: str, tables: Reference) -> None:
    found = offences.parse(pl.Series([cell]), tables).row(0, named=True)
    assert ([one["section"] for one in found["charges"]], found["codes"]) == (["3"], ["RK315"])


@pytest.mark.parametrize(("cell", "proposed"), [("03-Apr", "3/4"), ("09-Jun", "9/6"), ("2026-04-03", None)])
def test_sections_that_a_spreadsheet_took_for_a_date_say_so(cell: str, proposed: str | None, tables: Reference) -> None:
    found = offences.parse(pl.Series([cell]), tables).row(0, named=True)
    assert (found["charges"], found["codes"], found["suggestion"]) == ([], ["RK312"], proposed)
    assert found["detail"]


@QUICK
@given(more=st.text(alphabet="qxzvwk", min_size=2, max_size=8), before=st.booleans())
def test_words_beside_sections_are_used_or_told(more: str, before: bool, tables: Reference) -> None:
    cell = f"{more} 302/34 PPC" if before else f"302/34 PPC {more}"
    found = offences.parse(pl.Series([cell]), tables).row(0, named=True)
    assert [one["section"] for one in found["charges"]] == ["302", "34"]
    assert found["codes"] or len(more) < 5, cell  # a short word may be an act that nobody knows, and then has no section


@pytest.mark.parametrize(
    ("cell", "stand"),
    [
        ("324→302 PPC", ["302"]),
        ("324 => 302 PPC", ["302"]),
        ("302 PPC not 324 PPC", ["302"]),
        ("354 PPC (376 not proved)", ["354"]),
        ("376 PPC cancelled 354 PPC", ["354"]),
        ("324 PPC substituted with 302 PPC", ["302"]),
        ("Offence 324 PPC changed as 302 PPC", ["302"]),
        ("324 PPC altered 302 PPC", ["302"]),
        ("302 PPC except 34 PPC", ["302"]),
        ("302 PPC 324 PPC (D)", ["302"]),
        ("302 PPC, 324 PPC quashed", ["302"]),
        ("302 PPC/324 PPC (کاٹا گیا)", ["302"]),
        ("302 ت پ 324 ت پ خارج", ["302"]),
        ("302 PPC converted from 324 PPC", ["302"]),
        ("not 302", []),
    ],
)
def test_a_section_that_the_cell_takes_back_is_no_charge_and_is_told(cell: str, stand: list[str], tables: Reference) -> None:
    (found,) = offences.parse(pl.Series([cell]), tables).to_dicts()
    assert [charge["section"] for charge in found["charges"]] == stand
    assert "RK370" in found["codes"]


@pytest.mark.parametrize("cell", ["Earlier 324 PPC, later 302 PPC", "-324 +302 PPC", "302 PPC added 324 PPC deleted 34 PPC"])
def test_sections_that_changed_in_a_way_nobody_can_tell_are_all_kept_and_told(cell: str, tables: Reference) -> None:
    (found,) = offences.parse(pl.Series([cell]), tables).to_dicts()
    assert {charge["section"] for charge in found["charges"]} >= {"302", "324"}
    assert "RK380" in found["codes"]


def test_a_sub_section_in_brackets_is_not_taken_for_a_deletion(tables: Reference) -> None:
    (found,) = offences.parse(pl.Series(["9(d) CNSA"]), tables).to_dicts()
    assert len(found["charges"]) == 1
    assert "RK370" not in found["codes"]


SHARED_NUMBERS = [
    ("365/B", ["365-B"]),
    ("9/C CNSA", ["9(c)"]),
    ("365/B/34 PPC", ["365-B", "34"]),
    ("371 A,B PPC", ["371-A", "371-B"]),
    ("371-A/B PPC", ["371-A", "371-B"]),
    ("371 A & B PPC", ["371-A", "371-B"]),
    ("371-A, B, C PPC", ["371-A", "371-B", "371-C"]),
    ("365-B, A PPC", ["365-B", "365-A"]),
    ("337 A i, F i PPC", ["337-A(i)", "337-F(i)"]),
    ("337-F(i)(v)(vi) PPC", ["337-F(i)", "337-F(v)", "337-F(vi)"]),
    ("22-A(6) CRPC", ["22-A(6)"]),
    ("302/34 PPC", ["302", "34"]),
]


@pytest.mark.parametrize(("written", "sections"), SHARED_NUMBERS)
def test_letters_and_clauses_that_share_a_number_are_all_read(
    written: str, sections: list[str], tables: Reference
) -> None:
    row = offences.parse(pl.Series([written]), tables).row(0, named=True)
    assert [charge["section"] for charge in row["charges"]] == sections
    assert "RK371" not in row["codes"]


@given(sections=st.sampled_from(["302", "302/34", "3", "9(c)"]), acts=st.permutations(["PPC", "PTPA", "PSMA", "ATA", "AO"]))
@QUICK
def test_a_law_that_is_named_without_a_section_is_told(sections: str, acts: list[str], tables: Reference) -> None:
    first, second, third = acts[:3]
    joined = [f"{sections} {first}{sign}{second}" for sign in (" & ", "/", ", ", " and ", " r/w ")]
    joined += [f"{sections} {first}, 7 {second} & {third}", f"{first} {sections} / {second}"]
    found = offences.parse(pl.Series(joined), reference=tables)
    assert found["codes"].list.contains("RK312").all()
    whole = offences.parse(pl.Series([f"{sections} {first}", f"{sections} {first}, 7 {second}"]), reference=tables)
    assert not whole["codes"].list.contains("RK312").any()


def test_a_word_in_front_of_a_law_does_not_hide_it(tables: Reference) -> None:
    assert charges("3 trafficking PTPA", tables) == ([(PTPA, "3")], ["RK371"])


@pytest.mark.parametrize("cell", ["9(c) CNSA, A", "302 PPC x", "292ABC PPC", "302 PZOM & 17/22 EO"])
def test_a_letter_or_a_law_that_is_not_used_is_a_flag(cell: str, tables: Reference) -> None:
    codes = offences.parse(pl.Series([cell]), reference=tables)["codes"][0].to_list()
    assert {"RK312", "RK315"} & set(codes)


@pytest.mark.parametrize(
    ("cell", "charges"),
    [
        ("تعزیرات پاکستان 324/353، 15 اسلحہ ایکٹ", ["PPC 1860 324", "PPC 1860 353", "KP Arms Act 2013 15"]),
        ("CNSA 9(c)، 13/20/65 AO", ["CNSA 1997 9(c)", "Arms Ordinance 1965 13", "Arms Ordinance 1965 20"]),
        ("PPC 302, 34, ATA 7, 13/20/65 AO",
         ["PPC 1860 302", "PPC 1860 34", "ATA 1997 7", "Arms Ordinance 1965 13", "Arms Ordinance 1965 20"]),
        ("302/34 PPC, 13/20/65 AO", ["PPC 1860 302", "PPC 1860 34", "Arms Ordinance 1965 13", "Arms Ordinance 1965 20"]),
    ],
)  # fmt: skip
def test_a_section_is_of_the_act_that_its_own_clause_names(cell: str, charges: list[str], tables: Reference) -> None:
    found = offences.parse(pl.Series([cell]), tables).row(0, named=True)
    assert [f"{one['act']} {one['section']}" for one in found["charges"]] == charges
    assert found["codes"] == []
