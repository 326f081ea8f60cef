"""The number of a vehicle in a cell of sections is no section, and it is told."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import offences
from recordkit.reference import Reference


def sections(cell: str, tables: Reference) -> tuple[list[str], list[str]]:
    row = offences.parse(pl.Series([cell]), tables).row(0, named=True)
    return [one["section"] for one in row["charges"]], row["codes"]


@pytest.mark.parametrize(
    "vehicle",
    ["Car No. LEA-7734", "car LEA 7734", "(Vehicle No LEB-12-4567)", "Motorcycle No. 8877", "M/Cycle LEL 887", "M/C No. 1234",
     "Suzuki Mehran AJK-302", "truck 5567", "Reg No. RIM-550", "Chassis No 302456", "Engine No. 3044", "Honda CD-70 bike",
     "گاڑی نمبر LEA-7734", "vehicle bearing registration number RIZ 302"],
)  # fmt: skip
@pytest.mark.parametrize("cell", ["381-A PPC {}", "{} 381-A PPC", "381-A PPC, {}"])
def test_the_number_of_a_vehicle_is_no_section(cell: str, vehicle: str, tables: Reference) -> None:
    assert sections(cell.format(vehicle), tables) == (["381-A"], ["RK371"])


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("car theft u/s 381-A PPC", ["381-A"]), ("car PPC 381-A", ["381-A"]), ("car theft sec 381-A PPC", ["381-A"]),
        ("bus 302 PPC", ["302"]), ("carjacking 392 PPC", ["392"]), ("Motor Vehicle Ordinance 1965 s 99", ["99"]),
        ("MVO 97/98", ["97", "98"]), ("vehicle ATA-7", ["7"]),
    ],
)  # fmt: skip
def test_a_section_behind_a_vehicle_stays_a_section(cell: str, found: list[str], tables: Reference) -> None:
    assert sections(cell, tables)[0] == found
