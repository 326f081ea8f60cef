"""What stands in a cell of people and is nobody, or belongs to the person before it, becomes no person."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import names, people_cells, relatives
from recordkit.reference import Reference


def people(cell: str, tables: Reference) -> list[str]:
    return list(people_cells.split_people(pl.Series([cell]), tables)["people"][0])


def one(cell: str, tables: Reference) -> dict[str, object]:
    return names.parse(pl.Series([cell]), tables).row(0, named=True)


@pytest.mark.parametrize(
    "cell",
    ["Untraced", "Under investigation", "To be traced", "Not yet known", "Not Named", "Nobody", "Nominated none", "Blind FIR",
     "As per FIR", "---do---", "Complainant himself", "Not yet arrested", "NOT KNOWN", "ابھی تک نامعلوم", "زیر تفتیش",
     "zer-e-tafteesh", "Absconder", "As per statement"],
)  # fmt: skip
def test_words_of_procedure_alone_are_nobody(cell: str, tables: Reference) -> None:
    for entry in people(cell, tables):
        found = one(entry, tables)
        assert (found["name"], found["unknown"], found["codes"]) == (None, True, ["RK330"])


def test_a_person_of_a_list_who_is_not_known_is_told(tables: Reference) -> None:
    second = people("1) Aslam S/O Rasool 2) NOT KNOWN", tables)[1]
    assert one(second, tables)["codes"] == ["RK330"]


def test_words_of_procedure_beside_a_name_are_told(tables: Reference) -> None:
    found = one("Aslam S/O Rasool under investigation", tables)
    assert found["name"] == "Aslam"
    assert "RK348" in found["codes"]


@pytest.mark.parametrize(
    "behind",
    ["& Co.", "and gang", "and his companions", "et al", "and company", "& his 3 companions", "with accomplices", "& associates"],
)
def test_company_is_told_and_nobody_is_made_of_it(behind: str, tables: Reference) -> None:
    out = people_cells.split_people(pl.Series([f"Aslam S/O Rasool {behind}"]), tables).row(0, named=True)
    assert (out["people"], "RK347" in out["codes"]) == (["Aslam S/O Rasool"], True)


@pytest.mark.parametrize("behind", ["مع ساتھی", "اور ساتھی", "و ساتھیان", "بمعہ ساتھیوں"])
def test_company_in_urdu_is_told(behind: str, tables: Reference) -> None:
    out = people_cells.split_people(pl.Series([f"اسلم ولد رسول {behind}"]), tables).row(0, named=True)
    assert (out["people"], out["codes"]) == (["اسلم ولد رسول"], ["RK347"])


@pytest.mark.parametrize(
    ("behind", "address"),
    [(", Mohallah Islampura", "Mohallah Islampura"), (" Tehsil Depalpur", "Tehsil Depalpur"), (", Chak 45-GB", "Chak 45-GB"),
     (", Village Kala, Tehsil Okara", "Village Kala, Tehsil Okara"), ("\nHouse 5 Gali 3", "House 5 Gali 3")],
)  # fmt: skip
def test_an_address_without_its_marker_is_no_person_and_no_father(behind: str, address: str, tables: Reference) -> None:
    entries = people(f"Aslam S/O Rasool{behind}", tables)
    assert len(entries) == 1
    found = one(entries[0], tables)
    assert (found["name"], found["relative_name"]) == ("Aslam", "Rasool")
    assert str(found["address"]).replace(", ", " ") == address.replace(", ", " ")


def test_people_with_addresses_stay_people(tables: Reference) -> None:
    assert people("Aslam Chak 45, Imran Chak 46", tables) == ["Aslam Chak 45", "Imran Chak 46"]
    told = people_cells.split_people(pl.Series(["Aslam Chak 45, Imran"]), tables)["codes"][0].to_list()
    assert told == ["RK344"]


def test_a_status_behind_a_dash_is_no_father(tables: Reference) -> None:
    found = one("Aslam S/O Rasool - Arrested", tables)
    assert (found["relative_name"], found["person_status"]) == ("Rasool", "arrested")


@pytest.mark.parametrize(
    "marker", ["h/o", "B/O", "f/o", "M/O", "brother of", "father of", "servant of", "ex-wife of", "sister of", "driver of"]
)
def test_a_relation_that_no_column_has_is_told(marker: str, tables: Reference) -> None:
    found = one(f"Aslam {marker} Rasool", tables)
    assert (found["name"], found["relation"], found["relative_name"]) == ("Aslam", None, None)
    assert "rasool" in found["rest"]
    assert found["codes"] == ["RK348"]
    beside = relatives.parse_relatives(pl.Series([f"{marker} Rasool"]), "father", tables).row(0, named=True)
    assert (beside["relative_name"], beside["codes"]) == (None, ["RK348"])


@pytest.mark.parametrize(
    ("cell", "father"),
    [("Aslam Son/of Rasool", "Rasool"), ("Aslam son / of Rasool", "Rasool"), ("اسلم ولدرسول", "رسول"), ("اسلم ولدبشیر احمد", "بشیر احمد")],
)  # fmt: skip
def test_a_relation_written_oddly_is_read(cell: str, father: str, tables: Reference) -> None:
    entries = people(cell, tables)
    assert [one(entry, tables)["relative_name"] for entry in entries] == [father]


@pytest.mark.parametrize("alias", ['"Acchu"', "'Acchu'", "“Acchu”", "u/f Acchu", '("Acchu")', "urf Acchu"])
def test_a_name_in_quotes_is_an_alias(alias: str, tables: Reference) -> None:
    found = one(f"Aslam {alias} S/O Rasool", tables)
    assert (found["name"], found["aliases"], found["relative_name"]) == ("Aslam", ["Acchu"], "Rasool")


def test_the_officer_through_whom_the_state_complains_is_the_person(tables: Reference) -> None:
    assert one("Sarkar bazaria ASI Anwar Ali", tables)["name"] == "Anwar Ali"
    assert one("Sarkar Khan", tables)["name"] == "Sarkar Khan"
    assert one("Sarkar", tables)["name"] is None


@pytest.mark.parametrize("cell", ["نامعلوم خاتون", "unknown khatoon", "نامعلوم لڑکی", "نا معلوم بچی"])
def test_unknown_women_are_women(cell: str, tables: Reference) -> None:
    assert one(cell, tables)["sex_hint"] == "female"


@pytest.mark.parametrize(
    "name",
    ["Nusrat Khatoon", "D'Souza Peter", "Kotwal Singh", "Noor-ul-Haq", "Chaker Khan", "Basit Ali",
     "ساتھی خان", "ولی محمد ولد نور", "Bilal Ahmad Khan Niazi", "Coral Ann", "Undre Khan", "Sonu S/O Ofa Khan"],
)  # fmt: skip
def test_names_that_look_like_such_words_stay_names(name: str, tables: Reference) -> None:
    entries = people(name, tables)
    assert len(entries) == 1
    assert one(entries[0], tables)["name"]
    assert "RK348" not in one(entries[0], tables)["codes"]


@pytest.mark.parametrize("cell", ["Mu?ammad S/O Rasool", "A$lam S/O Rasool", "Aslam S/O R□sool"])
def test_a_letter_that_was_lost_is_told_and_parts_nobody(cell: str, tables: Reference) -> None:
    entries = people(cell, tables)
    assert len(entries) == 1
    assert "RK346" in one(entries[0], tables)["codes"]


def test_a_telephone_with_spaces_stays_with_its_person(tables: Reference) -> None:
    entries = people("Aslam S/O Rasool +92 301 2345678", tables)
    assert [one(entry, tables)["phone"] for entry in entries] == ["+92 301 2345678"]


def test_boxes_between_people_part_them(tables: Reference) -> None:
    assert people("□ Ali S/O Zain □ Umar S/O Zaid", tables) == ["Ali S/O Zain", "Umar S/O Zaid"]


OFFICES = [
    "DC Gujrat", "AC Kharian", "DPO Swat", "SHO City", "State through SHO City", "D.C. Gujrat", "Deputy Commissioner Gujrat", "DSP City Circle",
    "RPO Bahawalpur", "Tehsildar Kharian", "SP Swat", "SDO Sargodha", "CTD Lahore", "AD FIA Lahore", "ڈی سی گجرات", "ایس ایچ او سٹی",
    "Commissioner Lahore", "SHO Saddar Okara", "XEN WAPDA Gujrat", "EDO Health Okara", "SSP Operations", "SP Investigation Lahore",
]  # fmt: skip


@pytest.mark.parametrize("cell", OFFICES)
def test_an_office_and_its_place_are_no_person(cell: str, tables: Reference) -> None:
    for entry in people(cell, tables):
        found = one(entry, tables)
        assert (found["name"], found["nobody"], found["codes"]) == (None, True, ["RK398"])


@pytest.mark.parametrize(
    ("cell", "name", "title"),
    [
        ("SHO Muhammad Aslam", "Muhammad Aslam", "Sho"), ("DC Kamran Khan", "Kamran Khan", "Dc"), ("AC Akram", "Akram", "Ac"),
        ("ASI Akram PS City", "Akram", "Asi"), ("DPO Haji Aslam", "Aslam", "Dpo"), ("Kamran Khan DC Gujrat", "Kamran Khan", "DC"),
        ("SHO Zarak", "Zarak", "Sho"), ("Inspector Kharal", "Kharal", "Inspector"),
    ],
)  # fmt: skip
def test_an_officer_with_a_name_is_a_person(cell: str, name: str, title: str, tables: Reference) -> None:
    found = one(cell, tables)
    assert (found["name"], found["nobody"]) == (name, False)
    assert title in found["honorifics"]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("A.C. Mehta", "A.C. Mehta"), ("D.C. Khan", "D.C. Khan"), ("AC Xyzabad", "Ac Xyzabad"),
        ("D.C. Mehta S/O R.K. Mehta", "D.C. Mehta"), ("SHO City S/O Bashir", "Sho City"),
    ],
)  # fmt: skip
def test_initials_and_an_office_with_an_unknown_place_stay_a_name_that_is_flagged(
    cell: str, name: str, tables: Reference
) -> None:
    found = one(cell, tables)
    assert (found["name"], found["nobody"], found["codes"]) == (name, False, ["RK397"])


@pytest.mark.parametrize("cell", ["Musmat", "Mst.", "مسماۃ", "Mr.", "Mst. W/O Akbar", "Dr S/O Akbar"])
def test_a_title_alone_is_no_name(cell: str, tables: Reference) -> None:
    found = one(cell, tables)
    assert (found["name"], found["codes"]) == (None, ["RK329"])


@pytest.mark.parametrize("cell", ["Haji", "Begum", "Malik", "Pir S/O Bakhsh"])
def test_a_title_that_somebody_may_be_called_is_a_name(cell: str, tables: Reference) -> None:
    assert one(cell, tables)["name"] == cell.split(" ")[0]


@pytest.mark.parametrize("cell", ["Nazim Ali", "Ali Swat", "City Khan", "Commissioner", "Noor Gujrat"])
def test_a_place_behind_a_name_makes_no_office_of_it(cell: str, tables: Reference) -> None:
    assert one(cell, tables)["codes"] != ["RK398"]


@pytest.mark.parametrize("cell", ["Aslam DSP Okara", "SHO City Aslam Khan", "Karim SHO Zarak"])
def test_a_rank_or_a_place_of_an_office_inside_a_name_is_told(cell: str, tables: Reference) -> None:
    assert "RK348" in one(cell, tables)["codes"]
