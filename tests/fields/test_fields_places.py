"""Places: by context and by date, as far as they go and no further."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_fields_laws import ANY, QUICK

from recordkit import details
from recordkit.fields import gazetteer, places
from recordkit.reference import Reference

SCHEMA = {
    "province": pl.String,
    "division": pl.String,
    "district": pl.String,
    "police_station": pl.String,
    "on_date": pl.Date,
}
KP, ICT = "Khyber Pakhtunkhwa", "Islamabad Capital Territory"
AJK, GB = "Azad Jammu and Kashmir", "Gilgit-Baltistan"


def where(
    tables: Reference,
    district: str | None = None,
    province: str | None = None,
    on: date | None = None,
    station: str | None = None,
    division: str | None = None,
) -> dict[str, object]:
    row = (province, division, district, station, on)
    return places.resolve(pl.DataFrame([row], schema=SCHEMA, orient="row"), tables).row(0, named=True)


@pytest.mark.parametrize(
    ("said", "province", "expected"),
    [
        ("LAHORE", "Punjab", "Lahore"),
        ("District Lahore", "Punjab", "Lahore"),
        ("D.I. Khan", "KPK", "Dera Ismail Khan"),
        ("D. I Khan", None, "Dera Ismail Khan"),
        ("KURRAM AGENCY", "KP", "Kurram"),
        ("Kech/Turbat", "Baluchistan", "Kech"),
        ("Nawabshah", "Sindh", "Shaheed Benazirabad"),
        ("Lyallpur", None, "Faisalabad"),
        ("هري پور", KP, "Haripur"),
        ("ڈیرہ اسماعیل خان", KP, "Dera Ismail Khan"),
        ("ICT", None, "Islamabad"),
        ("Jhelum", None, "Jhelum"),
        ("Tangi, Charsadda District", "KP", "Charsadda"),
        ("East", "Sindh", "Karachi East"),
        ("MIRPURKHAS", None, "Mirpur Khas"),
    ],
)
def test_any_spelling_of_a_district_is_found(said: str, province: str | None, expected: str, tables: Reference) -> None:
    found = where(tables, said, province)
    assert (found["district"], found["place_level"]) == (expected, "district")
    assert "RK318" not in found["codes"]


def test_mirpur_is_what_its_province_says_and_nothing_without_one(tables: Reference) -> None:
    assert where(tables, "Mirpur", "Sindh")["district"] == "Mirpur Khas"
    assert where(tables, "Mirpur", "AJK")["district"] == "Mirpur"
    alone = where(tables, "Mirpur")
    assert (alone["district"], alone["district_codes"]) == (None, ["RK319"])
    assert where(tables, "East")["district_codes"] == ["RK319"]


def test_karachi_goes_to_its_division_only(tables: Reference) -> None:
    found = where(tables, "Karachi", "Sindh")
    assert (found["division"], found["district"], found["place_level"]) == ("Karachi", None, "division")
    assert found["codes"] == ["RK320"]


def test_a_division_that_says_so_is_no_district_of_its_name(tables: Reference) -> None:
    found = where(tables, "Lahore Division", "Punjab")
    assert (found["division"], found["district"], found["place_level"]) == ("Lahore", None, "division")


def test_a_station_of_one_district_tells_which_one_it_is(tables: Reference) -> None:
    found = where(tables, "KARACHI", "Sindh", station="SHAH LATIF TOWN", division="KARACHI RANGE")
    assert (found["district"], found["police_station"]) == ("Malir", "Shah Latif Town")
    assert (found["place_level"], found["codes"]) == ("station", [])


@pytest.mark.parametrize("day", [date(2026, 5, 1), None])
def test_a_split_district_is_never_pushed_into_one_child(day: date | None, tables: Reference) -> None:
    for name, division in (("Chitral", "Malakand"), ("South Waziristan", "Dera Ismail Khan"), ("Kohistan", "Hazara")):
        found = where(tables, name, "KP", day)
        assert (found["division"], found["district"], found["codes"]) == (division, None, ["RK319", "RK320", "RK335"])


@pytest.mark.parametrize("name", ["South Waziristan", "جنوبی وزیرستان", "Dir", "Chitral", "Kohistan"])
@pytest.mark.parametrize("station", ["City", "سٹی", "Cantt", "Saddar"])
def test_a_station_never_pushes_a_split_district_into_its_neighbour(name: str, station: str, tables: Reference) -> None:
    found = where(tables, name, "KP", date(2026, 10, 15), station=station)
    heirs = set(tables.districts.filter(parent=name)["district"])
    assert found["division"] is not None
    assert found["district"] is None or found["district"] in heirs
    assert found["district"] is not None or "RK319" in found["codes"]


def test_before_its_split_a_district_is_itself(tables: Reference) -> None:
    assert where(tables, "Chitral", "KP", date(2017, 5, 1))["district"] == "Chitral"
    assert where(tables, "Hunza-Nagar", "GB", date(2014, 5, 1))["district"] == "Hunza-Nagar"
    assert where(tables, "South Waziristan", "KP", date(2021, 5, 1))["district_pcode"] == "PK530"


@pytest.mark.parametrize(
    ("name", "day", "parent"),
    [("Korangi", date(2010, 1, 1), "Karachi East"), ("Murree", date(2020, 1, 1), "Rawalpindi"),
     ("Kolai-Palas", date(2015, 1, 1), "Lower Kohistan"), ("Kolai-Palas", date(2012, 1, 1), "Kohistan"),
     ("Lehri", date(2020, 1, 1), "Sibi"), ("Darel", date(2018, 6, 1), "Diamer")],
)  # fmt: skip
def test_a_district_outside_its_years_is_its_parent(name: str, day: date, parent: str, tables: Reference) -> None:
    found = where(tables, name, None, day)
    assert (found["district"], found["codes"]) == (parent, ["RK335"])


def test_fata_is_a_province_until_the_merger(tables: Reference) -> None:
    before = where(tables, "Khyber Agency", "FATA", date(2015, 1, 1))
    after = where(tables, "Khyber Agency", "FATA", date(2026, 1, 1))
    assert (before["province"], before["district"]) == ("FATA", "Khyber")
    assert (after["province"], after["district"]) == (KP, "Khyber")
    assert where(tables, "Bajaur", None, date(2015, 1, 1))["province"] == "FATA"
    assert where(tables, "Bajaur", "KP", date(2015, 1, 1))["district"] == "Bajaur"


def test_an_old_name_of_a_province_is_noted(tables: Reference) -> None:
    found = where(tables, "Peshawar", "N.W.F.P")
    assert (found["province"], found["province_codes"]) == (KP, ["RK335"])


def test_a_district_of_another_province_is_marked(tables: Reference) -> None:
    found = where(tables, "Peshawar", "Punjab")
    assert (found["province"], found["district_codes"]) == (KP, ["RK319"])


@pytest.mark.parametrize(
    ("province", "district"),
    [("RAJASTHAN", "TONK"), ("RAJASTHAN", "Tank"), ("JAMMU & KASHMIR", "POONCH"), ("Texas", "Sukkur"),
     ("Sindhh", "Sukkur")],
)  # fmt: skip
def test_a_stated_province_that_nobody_knows_has_no_district_of_ours(
    province: str, district: str, tables: Reference
) -> None:
    found = where(tables, district, province, station="Kot Lakhpat")
    assert (found["province"], found["division"], found["district"], found["place_level"]) == (None, None, None, None)
    assert (found["province_codes"], found["district_codes"]) == (["RK318"], ["RK318"])
    assert found["district_suggestion"] is None


def test_a_stated_district_that_nobody_knows_is_not_replaced_by_that_of_a_station(tables: Reference) -> None:
    assert where(tables, None, "Punjab", station="Kot Lakhpat")["district"] == "Lahore"
    assert where(tables, "Nowhereabad", "Punjab", station="Kot Lakhpat")["district"] is None
    assert where(tables, "Lahroe", "Punjab", station="City")["district"] is None
    misspelt = where(tables, "Lahroe", "Punjab", station="Kot Lakhpat")
    assert (misspelt["district"], misspelt["district_codes"]) == ("Lahore", ["RK376"])


@pytest.mark.parametrize(
    "cell",
    ["Lahore, Kasur", "Kasur / Okara", "Kasur & Okara", "Kasur and Okara", "Kasur - Okara", "قصور، اوکاڑہ",
     "District Kasur; District Okara"],
)  # fmt: skip
def test_two_districts_in_a_cell_are_none_and_told(cell: str, tables: Reference) -> None:
    found = where(tables, cell, "Punjab")
    assert (found["province"], found["district"], found["district_codes"]) == ("Punjab", None, ["RK374"])


@pytest.mark.parametrize("cell", ["Okara²", "Okara (1)", "Okara*", "Okara^a", "Okara #", "OKARA†", "Okara [b]", "Okara1"])
def test_the_mark_of_a_footnote_is_taken_off_and_told(cell: str, tables: Reference) -> None:
    found = where(tables, cell, "Punjab")
    assert (found["district"], found["district_codes"]) == ("Okara", ["RK375"])
    province = where(tables, "Okara", cell.replace("Okara", "Sindh").replace("OKARA", "Sindh"))
    assert "RK375" in province["province_codes"]


@QUICK
@given(more=st.text(alphabet="abcxyz123²*#,/()-& ", min_size=1, max_size=8))
def test_whatever_stands_beside_a_district_is_used_or_told(more: str, tables: Reference) -> None:
    found = where(tables, f"Okara {more}", "Punjab")
    if any(sign.isalnum() or sign in "*#" for sign in more):
        assert found["district_codes"], more
    assert found["district"] in ("Okara", None)


def test_an_unknown_name_is_a_finding_with_the_nearest_one(tables: Reference) -> None:
    found = where(tables, "Gujranvala", "Punjab")
    assert (found["province"], found["district"], found["place_level"]) == ("Punjab", None, "province")
    assert (found["district_codes"], found["district_suggestion"]) == (["RK318"], "Gujranwala")
    assert where(tables, None, "Narnia")["province_codes"] == ["RK318"]


@pytest.mark.parametrize(
    ("district", "said", "expected"),
    [("Lahore", "PS Gulberg", "Gulberg"), ("Lahore", "GULBURG", "Gulberg"), ("Kech", "Turbat PS", "Turbat"),
     ("Dera Ismail Khan", "تھانہ سٹی", "City"), ("Lahore", "P.S. Model Town", "Model Town")],
)  # fmt: skip
def test_a_station_is_found_inside_its_district(district: str, said: str, expected: str, tables: Reference) -> None:
    found = where(tables, district, station=said)
    assert (found["police_station"], found["place_level"], found["codes"]) == (expected, "station", [])


def test_a_station_that_is_not_listed_is_kept_and_noted(tables: Reference) -> None:
    found = where(tables, "Lahore", station="PS GULBARG")
    assert (found["police_station"], found["place_level"]) == ("Gulbarg", "district")
    assert (found["police_station_codes"], found["police_station_suggestion"]) == (["RK321"], "Gulberg")


def test_an_agency_is_no_territory_and_its_stations_have_no_district(tables: Reference) -> None:
    found = where(tables, None, "Railways", station="GRP LAHORE")
    assert (found["province"], found["district"], found["police_station"]) == (None, None, "GRP Lahore")
    assert (found["place_level"], found["codes"]) == (None, [])
    assert where(tables, station="AHTC, Gujranwala")["police_station"] == "AHTC Gujranwala"


def test_a_blank_row_raises_nothing(tables: Reference) -> None:
    for row in (where(tables), where(tables, "-", "N/A", station="nil")):
        assert (row["province"], row["district"], row["police_station"], row["codes"]) == (None, None, None, [])


def test_every_district_and_station_of_the_reference_is_found_as_itself(tables: Reference) -> None:
    now = tables.districts.filter(pl.col("valid_to").is_null())
    asked = now.select(
        "province", "division", "district", police_station=pl.lit(None, pl.String), on_date=pl.lit(None, pl.Date)
    )
    out = places.resolve(asked, tables)
    assert out["district"].to_list() == now["district"].to_list()
    stations = tables.stations.drop_nulls("district")
    asked = stations.select(
        "province",
        "district",
        division=pl.lit(None, pl.String),
        police_station="station",
        on_date=pl.lit(None, pl.Date),
    ).select(list(SCHEMA))
    assert places.resolve(asked, tables)["police_station"].to_list() == stations["station"].to_list()


def test_a_route_is_a_country_or_a_place_at_home(tables: Reference) -> None:
    said = ["Dubai", "Gujrat", "Karachi", "Pakistan", "Iran", "Narnia", None]
    out = places.country_or_place(pl.Series(said), tables)
    assert out["value"].to_list() == ["ARE", "Gujrat", "Karachi", "PAK", "IRN", None, None]
    assert out["codes"].to_list() == [[], [], [], [], [], ["RK322"], []]


ROWS = st.lists(st.tuples(ANY, ANY, ANY, ANY, st.none() | st.dates(date(1990, 1, 1), date(2040, 1, 1))), max_size=6)


@QUICK
@given(a=ROWS, b=ROWS)
def test_places_of_a_batch_do_not_depend_on_the_batch(
    a: list[tuple[object, ...]], b: list[tuple[object, ...]], tables: Reference
) -> None:
    whole, *parts = (places.resolve(pl.DataFrame(rows, schema=SCHEMA, orient="row"), tables) for rows in (a + b, a, b))
    assert whole.equals(pl.concat(parts))


def test_a_district_younger_than_the_day_whose_parent_is_not_known_says_so_and_not_its_own_name(
    tables: Reference,
) -> None:
    orphan = pl.when(pl.col("district") == "Kot Addu").then(None).otherwise("parent").alias("parent")
    lone = replace(tables, districts=tables.districts.with_columns(orphan))
    found = where(lone, "Kot Addu", "Punjab", date(2020, 5, 1))
    assert (found["district"], found["district_codes"]) == (None, ["RK318"])
    assert (found["district_suggestion"], found["district_detail"]) == (None, details.text("no_district_then"))
    assert where(lone, "Kot Adduu", "Punjab", date(2026, 5, 1))["district_detail"] is None
    assert where(tables, "Kot Addu", "Punjab", date(2020, 5, 1))["district"] == "Muzaffargarh"


def test_the_year_in_the_cell_of_a_place_is_another_only_when_it_is_not_the_rows() -> None:
    cells = pl.Series(["Kasur 2025", "Kasur 2026", "Kasur", "Kasur 2025 2026"])
    found = gazetteer.of_other_year(cells, pl.Series(["2026-07"] * 4))
    assert found.to_list() == [True, False, False, True]


@pytest.mark.parametrize(
    ("said", "district", "codes"),
    [
        ("City Lahore", "Lahore", ["RK375"]), ("CCPO Peshawar", "Peshawar", ["RK375"]), ("DPO Office Okara", "Okara", ["RK375"]),
        ("Larkana Sindh", "Larkana", ["RK375"]), ("Swat, KPK", "Swat", ["RK375"]), ("Lahore Punjab Pakistan", "Lahore", ["RK375"]),
        ("Gujrat/Punjab", "Gujrat", ["RK375"]), ("Mirpur, Sindh", "Mirpur Khas", ["RK375"]), ("Mirpur AJK", "Mirpur", []),
        ("SBA @ Nawabshah", "Shaheed Benazirabad", ["RK375"]), ("Thar @ Mithi", "Tharparkar", ["RK375"]),
        ("Lahore, Sindh", "Lahore", ["RK375", "RK319"]), ("Kasur / Okara", None, ["RK374"]), ("Gujrat India", None, ["RK318"]),
        ("Gujrat Gujranwala", None, ["RK318"]), ("Punjab", None, ["RK320"]), ("Police", None, ["RK318"]),
    ],
)  # fmt: skip
def test_a_wider_place_another_name_or_an_office_beside_a_district_does_not_hide_it(
    said: str, district: str | None, codes: list[str], tables: Reference
) -> None:
    found = where(tables, said)
    assert (found["district"], found["district_codes"]) == (district, codes)


@pytest.mark.parametrize(
    ("said", "station"),
    [
        ("P/S Kunjah", "Kunjah"), ("PS City Gujrat", "City"), ("City, Gujrat", "City"), ("Kunjah (Gujrat)", "Kunjah"),
        ("Kunjah, Distt Gujrat", "Kunjah"), ("Saddar Gujrat", "Saddar"), ("تھانہ کنجاہ گجرات", "Kunjah"),
        ("New Gujrat", "New Gujrat"), ("Gujrat", "Gujrat"), ("City Lahore", "City Lahore"), ("Nowhere (Gujrat)", "Nowhere"),
    ],
)  # fmt: skip
def test_the_name_of_the_own_district_is_no_part_of_a_station(said: str, station: str, tables: Reference) -> None:
    assert where(tables, "Gujrat", station=said)["police_station"] == station


@pytest.mark.parametrize("district", ["Central Dir", "Quetta East", "Wadh"])
def test_a_district_that_was_only_seen_listed_is_itself_before_that_day(district: str, tables: Reference) -> None:
    """Its counts would go to its neighbour, which the same statement names beside it."""
    row = tables.districts.filter(district=district)
    assert row["first_seen"].item() == "yes"
    asked = pl.DataFrame({
        "province": row["province"], "division": [None], "district": [district], "police_station": [None],
        "on_date": [date(2026, 1, 1)],
    }, schema_overrides={"division": pl.String, "police_station": pl.String})  # fmt: skip
    found = places.resolve(asked, tables)
    assert (found["district"].item(), found["district_codes"].to_list()) == (district, [[]])
