"""Sindh: upper case, crime numbers, A/B/C classes, Karachi as one word, line breaks inside quotes."""

from __future__ import annotations

import random
from datetime import date

from .. import cells
from ..cells import Cell, Item, Row, Skip
from ..facts import MONTHS, stations_of
from ..inbox import delimited
from ..truth import File
from ..world import Case, register
from . import common
from .common import Context

LAYOUT = {
    "serial": "S#",
    "division": "J:RANGE|A:RANGE",
    "district": "DISTRICT",
    "police_station": "S:NAME OF PS|*:P.S",
    "fir_no": "O:Crime No|*:CRIME NO.",
    "sections": "A:OFFENCE|*:U/S",
    "registered_on": "S:Date|*:DATE OF REPORT",
    "occurred_on": "A:DATE OF INCIDENT|O:DATE OF INCIDENT|*:D/O OCCURRENCE",
    "complainant": "COMPLAINANT",
    "complainant_phone": "A:CONTACT|O:CONTACT",
    "accused": "ACCUSED",
    "accused_cnic": "ACCUSED CNIC",
    "victim": "J:VICTIM|S:VICTIM|O:VICTIM",
    "class": "CLASS",
    "challan_no": "CHALLAN NO.",
    "challan_on": "A:CHALLAN DATE|O:CHALLAN DATE",
    "status": "S:DISPOSAL|*:STATUS",
    "remarks": "BRIEF FACTS",
    "ignore_1": "S:ENTERED BY",
    "unknown_1": "O:HOTSPOT",
}
ENCODING = {"2026-07": "cp1252", "2026-08": "utf-8-sig", "2026-09": "cp1252", "2026-10": "utf-8-sig"}
KARACHI = {"Karachi East": "EAST", "Karachi South": "DISTT SOUTH", "Korangi": "KORANGI KARACHI", "Keamari": "KEMARI"}
OTHER = {"Mirpur Khas": "MIRPURKHAS", "Shaheed Benazirabad": "NAWABSHAH", "Kashmore": "KANDHKOT"}
CLASS = {"untraced": "A", "false": "B", "cancelled": "C"}
FACTS = (
    "Complainant went to market;\nthe culprits came on motorcycle",
    "Snatched cash & mobile – near “Tower” chowk",
    "as per FIR",
    "",
    "Accused’s party attacked\nwith hatchets",
)


def make_cases(context: Context) -> None:
    """The cases of the four months; a tenth of the untraced ones are closed as false."""
    rng = context.rng("sindh cases")
    for month in MONTHS:
        for case in register(context.world, rng, "sindh", stations_of("Sindh"), month, 150):
            case.statuses = [(m, "false" if s == "cancelled" and rng.random() < 0.4 else s) for m, s in case.statuses]


def build(context: Context) -> None:
    """Four months, and July again with corrections."""
    mine = context.world.cases["sindh"]
    for month in MONTHS:
        fresh = [c for c in mine if c.month == month]
        before = [m for m in MONTHS if m < month][-1:]
        again = [c for c in mine if c.month in before and c.status(month) != c.status(before[0])][::3]
        short = f"{common.SHORT[month]}26"
        _write(context, month, f"Sindh_Crime_Register_{short}.csv", month, fresh + again)
    july = [c for c in mine if c.month == "2026-07"]
    for case in july[::12]:
        case.extra["corrected"] = "1"
        case.charges = [*case.charges, ("PPC 1860", "109")] if ("PPC 1860", "109") not in case.charges else case.charges
    _write(context, "2026-09", "Sindh_Crime_Register_Jul26_REVISED.csv", "2026-07", july, "utf-8-sig")


def _row(rng: random.Random, case: Case, received: str) -> Row:
    made = Row("case", case, {}, out={"province": "Sindh"})
    if case.extra.get("typo"):
        made.how = "fuzzy"
    accused = cells.crowd(rng, case.accused, "accused", "semicolon", case.unknown)
    complainant = cells.crowd(rng, [case.complainant] if case.complainant else [], "complainant", "semicolon")
    asked = complainant.said[0] if complainant.said else None
    code = case.status(received)
    klass = CLASS.get(code, "")
    challan = code.startswith("challan")
    occurred = f"{case.occurred:%d-%b-%y}"
    made.cells = {
        "serial": Cell(0),
        "division": Cell(f"{case.station.division} RANGE".upper()),
        **_place(rng, case),
        "fir_no": cells.fir(rng, case, ("{n}/{y}", "Crime No. {n}/{y}", "{n}/{s}")),
        "sections": cells.law(rng, case.charges, "upper"),
        "registered_on": _date(case.registered, "registered_on"),
        "occurred_on": cells.occurred(case, occurred, "to"),
        "complainant": complainant,
        "complainant_phone": cells.phone(rng, asked) if received[5:] in {"08", "10"} else Cell(""),
        "accused": accused,
        "accused_cnic": cells.cnics(rng, accused.said, ";"),
        "victim": cells.crowd(rng, case.victims, "victim", "semicolon") if received[5:] != "08" else Cell(""),
        "class": Cell(rng.choice((klass, f"{klass}-CLASS")) if klass else "", {"class": klass} if klass else {}),
        "challan_no": Cell(f"{rng.randint(1, 300)}/26" if challan else ""),
        "challan_on": Cell(f"{cells.shift(case.registered, 17):%d-%b-%y}" if challan else ""),
        "status": _status(rng, case, received),
        "remarks": Cell(rng.choice(FACTS)),
        "ignore_1": Cell(rng.choice(("MHC ALI", "WHC"))),
        "unknown_1": Cell(rng.choice(("Y", "N"))),
    }
    return common.planted(made)


def _place(rng: random.Random, case: Case) -> dict[str, Cell]:
    station = case.station
    name = rng.choice((station.name, station.name, *station.aliases)).upper()
    if station.division == "Karachi":
        shown = KARACHI[station.district] if station.district in KARACHI and rng.random() < 0.25 else "KARACHI"
    else:
        shown = OTHER.get(station.district, station.district.upper())
    return {"district": Cell(shown), "police_station": Cell(name, common.place(station))}


def _status(rng: random.Random, case: Case, month: str) -> Cell:
    made = common.status(rng, case, month)
    return Cell(str(made.raw).upper(), made.out)


def _date(value: date, column: str) -> Cell:
    return cells.day(value, f"{value:%d-%b-%y}", column, ("RK327",))


def _write(context: Context, received: str, name: str, period: str, known: list[Case], encoding: str = "") -> None:
    rng = context.rng(f"sindh {name}")
    layout = common.columns(LAYOUT, period, list(LAYOUT), context.rng(f"sindh layout {period}"))
    rows = [_row(rng, case, received) for case in known]
    for place, made in enumerate(rows, 1):
        made.cells["serial"] = Cell(place)
        if place == 1 and encoding == "":  # at least one byte that tells the code page
            made.cells["remarks"] = Cell(FACTS[1])
    items: list[Item] = [Skip("RK208", [header for header, _ in layout]), *rows]
    encoding = encoding or ENCODING[received]
    data = delimited(items, layout, ",", encoding, "\r\n")
    codes: tuple[str, ...] = ()
    if received == "2026-08":
        data = data.replace(b"as per FIR", b"as per\x00 FIR", 1)
        codes = ("RK108",)
    path = context.inbox.put(received, name, data)
    file = context.truth.file(File(path, "sindh", "crime_register", "delimited", encoding, period, codes=codes))
    context.truth.sheet(file, "", items, layout)
    for header, intake in layout:
        if intake.startswith("unknown"):
            context.truth.defect(path, "", "", header, "RK202")
