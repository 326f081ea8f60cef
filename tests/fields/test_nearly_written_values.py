"""Values that are sure although they are not written as they should be: read, and told."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import numbers, places, vocabularies
from recordkit.reference import Reference


def code(vocabulary: str, cell: str, tables: Reference) -> tuple[str | None, list[str]]:
    found = vocabularies.clean(pl.Series([cell]), vocabulary, tables).row(0, named=True)
    return found["value"], found["codes"]


@pytest.mark.parametrize(
    ("vocabulary", "cell", "value"),
    [
        ("status", "Chalan submited", "challan_complete"), ("status", "Under Investigtion", "under_investigation"),
        ("status", "Cancled", "cancelled"), ("person_status", "Arrestd", "arrested"),
        ("person_status", "absconderr", "absconder"), ("person_status", "On bial", "bail"),
    ],
)  # fmt: skip
def test_a_word_of_one_wrong_letter_is_the_only_word_that_it_can_be(
    vocabulary: str, cell: str, value: str, tables: Reference
) -> None:
    assert code(vocabulary, cell, tables) == (value, ["RK363"])


@pytest.mark.parametrize(
    ("vocabulary", "cell"),
    [
        ("person_status", "No bail"), ("person_status", "Tailed"), ("status", "F class"), ("status", "Chalann submitet"),
        ("sex", "Mail"), ("country", "Germanny"),
    ],
)  # fmt: skip
def test_what_a_wrong_letter_may_have_been_is_not_guessed(vocabulary: str, cell: str, tables: Reference) -> None:
    assert code(vocabulary, cell, tables) == (None, ["RK322"])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Challan submitted in court on 05.10.2026", "challan_complete"), ("U/I - FSL report awaited", "under_investigation"),
        ("U/I, accused absconding", "under_investigation"), ("Untraced - A class", "untraced"),
        ("Under investigation (report not yet received)", "under_investigation"),
    ],
)  # fmt: skip
def test_a_status_before_a_remark_is_that_status_and_the_remark_is_told(
    cell: str, value: str, tables: Reference
) -> None:
    assert code("status", cell, tables) == (value, ["RK348"])


@pytest.mark.parametrize(
    "cell",
    ["Challan - not submitted", "Challan, returned with objection", "Challan - submission awaited", "Convicted, appeal pending",
     "U/I - challan awaited", "Acquitted, set aside"],
)  # fmt: skip
def test_a_remark_that_may_undo_the_status_leaves_none(cell: str, tables: Reference) -> None:
    assert code("status", cell, tables) == (None, ["RK322"])


@pytest.mark.parametrize("cell", ["Challan jama", "Chalan jama ho gaya", "challan adalat mein jama", "چالان جمع"])
def test_a_challan_that_was_handed_in_is_one(cell: str, tables: Reference) -> None:
    assert code("status", cell, tables) == ("challan_complete", [])


@pytest.mark.parametrize(("cell", "sex"), [("Mle", "male"), ("Males", "male"), ("Femle", "female"), ("Females", "female")])
def test_a_sex_in_the_plural_or_without_a_letter_is_that_sex(cell: str, sex: str, tables: Reference) -> None:
    assert code("sex", cell, tables) == (sex, [])


@pytest.mark.parametrize(
    ("cell", "years", "codes"),
    [
        ("56/M", 56, ["RK348"]), ("F-30", 30, ["RK348"]), ("25 (M)", 25, ["RK348"]), ("Male 25", 25, ["RK348"]),
        ("30 years (F)", 30, ["RK348"]), ("2 1/2 yrs", 2, []), ("2½ years", 2, []), ("3O", 30, ["RK365"]),
        ("l8 years", 18, ["RK365"]), ("I8", 18, ["RK365"]), ("56/5", None, ["RK323"]), ("6 M", None, ["RK323"]),
        ("21/2", None, ["RK323"]), ("25-30", None, ["RK323"]), ("OI", None, ["RK323"]),
    ],
)  # fmt: skip
def test_an_age_beside_a_sex_a_half_or_a_letter(
    cell: str, years: int | None, codes: list[str], tables: Reference
) -> None:
    found = numbers.age(pl.Series([cell]), tables).row(0, named=True)
    assert (found["value"], found["codes"]) == (years, codes)


@pytest.mark.parametrize(
    ("cell", "value"), [("via Mauritania", "MRT"), ("Libya via Egypt", "LBY"), ("to Italy", "ITA"), ("enroute Iran", "IRN")]
)
def test_a_word_for_a_way_beside_a_country_is_told(cell: str, value: str, tables: Reference) -> None:
    found = places.country_or_place(pl.Series([cell]), tables).row(0, named=True)
    assert (found["value"], found["codes"]) == (value, ["RK348"])


@pytest.mark.parametrize(
    ("province", "cell", "district", "codes"),
    [
        ("Sindh", "Hyderbad", "Hyderabad", ["RK364"]), ("Sindh", "Sukkkur", "Sukkur", ["RK364"]),
        ("Punjab", "S/Pura", "Sheikhupura", []), ("Punjab", "Lahroe", None, ["RK318"]),
        (None, "Hyderbad", None, ["RK318"]), ("Punjab", "Hyderbad", None, ["RK318"]),
    ],
)  # fmt: skip
def test_a_district_of_one_letter_more_or_less_is_the_only_one_of_its_province(
    province: str | None, cell: str, district: str | None, codes: list[str], tables: Reference
) -> None:
    schema = dict.fromkeys(("province", "division", "district", "police_station"), pl.String)
    row = pl.DataFrame([(province, None, cell, None, None)], schema={**schema, "on_date": pl.Date}, orient="row")
    found = places.resolve(row, tables).row(0, named=True)
    assert (found["district"], found["district_codes"]) == (district, codes)
