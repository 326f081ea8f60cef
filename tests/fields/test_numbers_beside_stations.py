"""The number that a list gives a station is no part of its name: one station has one name."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import places
from recordkit.reference import Reference

COLUMNS = ("province", "division", "district", "police_station", "on_date")


def station(
    cell: str, tables: Reference, district: str | None = "Lahore", sender: str | None = None
) -> dict[str, object]:
    row = pl.DataFrame([(None, None, district, cell, None)], schema=COLUMNS, orient="row")
    typed = row.with_columns(pl.col(COLUMNS[:4]).cast(pl.String), pl.col("on_date").cast(pl.Date))
    return places.resolve(typed, tables, sender).row(0, named=True)


@pytest.mark.parametrize(
    "cell",
    ["Kot Lakhpat (16)", "29. Kot Lakhpat", "4) Kot Lakhpat", "(07) PS Kot Lakhpat", "PS No. 4 Kot Lakhpat",
     "P.S. 4- Kot Lakhpat", "16 Kot Lakhpat", "PS 16 Kot Lakhpat", "# 3 Kot Lakhpat", "Kot Lakhpat [3]", "تھانہ کوٹ لکھپت (۲۲)",
     "16. Kot Lakhpat, Lahore"],
)  # fmt: skip
def test_a_listed_station_has_no_number_and_the_number_is_told(cell: str, tables: Reference) -> None:
    found = station(cell, tables)
    assert (found["police_station"], found["place_level"]) == ("Kot Lakhpat", "station")
    assert found["police_station_codes"] == ["RK375"]


@pytest.mark.parametrize("cell", ["7. Chung Nau", "Chung Nau (7)", "PS No. 7 Chung Nau", "No.7 Chung Nau"])
def test_a_station_that_is_not_listed_has_no_number_either(cell: str, tables: Reference) -> None:
    found = station(cell, tables)
    assert (found["police_station"], set(found["police_station_codes"])) == ("Chung Nau", {"RK321", "RK375"})  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["City 2", "City-2", "Sector 11", "I-9", "Chak 12", "7 Up Chowk", "Phase 2 (DHA)"])
def test_a_number_that_may_be_part_of_a_name_stays(cell: str, tables: Reference) -> None:
    found = station(cell, tables)
    assert found["police_station"] == cell
    assert "RK375" not in found["police_station_codes"]  # type: ignore[operator]


def test_a_listed_name_with_a_number_is_that_station(tables: Reference) -> None:
    found = station("Korangi No. 4", tables, "Korangi")
    assert (found["police_station"], found["police_station_codes"]) == ("Korangi", [])
