"""Punjab: a workbook with letterhead, merged places, dates of three kinds in one column and crowds in one cell."""

from __future__ import annotations

import random
from datetime import date

from .. import cells
from ..cells import Cell, Item, Row, Skip
from ..facts import MONTHS, stations_of
from ..inbox import Columns, Sheet, xlsx
from ..truth import File
from ..world import Case, register
from . import common
from .common import LONG, SHORT, Context

VOLUME = {"2026-07": 225, "2026-08": 230, "2026-09": 235, "2026-10": 220}
LAYOUT = {
    "serial": "Sr. No",
    "division": "Region",
    "district": "A:Distt|*:District",
    "police_station": "J:Police Station|A:PS|S:Police Station|O:Thana",
    "fir_no": "A:FIR No.|S:FIR #|*:FIR No",
    "registered_on": "A:Dated|O:Reg. Date|*:Date of FIR",
    "occurred_on": "O:DOO|*:Date of Occurrence",
    "sections": "A:U/S|O:Section of Law|*:Offence U/S",
    "complainant": "S:Name of Complainant|*:Complainant",
    "complainant_phone": "A:Complainant Contact|S:Complainant Contact|O:Complainant Contact",
    "accused": "S:Name of Accused|*:Accused",
    "accused_cnic": "A:Accused CNIC|*:CNIC of Accused",
    "victim": "S:Name of Victim / Deceased|*:Victim",
    "status": "A:Status|O:Present Status|*:Case Status",
    "reference": "S:Ref. FIR|O:Ref. FIR",
    "remarks": "J:Remarks|O:Remarks",
    "officer": "A:IO",
    "crime_head": "O:Crime Head",
    "unknown_1": "S:Beat Code|O:Checked By",
}
FIR = ("{n}/{s}", "{z}/{y}", "FIR No. {n}/{y}", "{n}-{s}", "{n}/{y}")
OFFICERS = ("ASI Bashir", "SI Rafiq", "Inspector Anwar")


def build(context: Context) -> None:
    """All files of the Punjab police."""
    july = _single(context, "2026-07", 4)
    _copy(context, july)
    _single(context, "2026-08", 5, hidden=True)
    _cumulative(context)
    _single(context, "2026-10", 5)


def make_cases(context: Context) -> None:
    """The cases of the four months."""
    rng = context.rng("punjab cases")
    for month in MONTHS:
        register(context.world, rng, "punjab", stations_of("Punjab"), month, VOLUME[month])


def rows_of(context: Context, month: str, seen_in: str) -> list[Row]:
    """The rows of one month's sheet as sent in a month; those of the month before come again when they changed."""
    rng = context.rng(f"punjab rows {month} {seen_in}")
    mine = context.world.cases["punjab"]
    known = [case for case in mine if case.month == month]
    if month == seen_in:
        before = [m for m in MONTHS if m < month][-1:]
        known += [
            c for c in mine if c.month in before and c.status(month) != c.status(before[0]) and rng.random() < 0.3
        ]
    known.sort(key=lambda c: (c.station.division, c.station.district, c.station.name, c.registered, c.number))
    return [row(rng, case, seen_in) for case in known]


def row(rng: random.Random, case: Case, month: str) -> Row:
    """One FIR as Punjab writes it."""
    station = case.station
    made = Row("case", case, {}, out={"province": "Punjab"})
    style = "dotted" if month == "2026-10" else "numbered"
    accused = cells.crowd(rng, case.accused, "accused", style, case.unknown)
    if case.extra.get("typo"):
        made.how = "fuzzy"
    victim = cells.crowd(rng, case.victims, "victim", style)
    complainant = cells.crowd(rng, [case.complainant] if case.complainant else [], "complainant", style)
    asked = complainant.said[0] if complainant.said else None
    made.cells = {
        "serial": Cell(0),
        "division": Cell(f"{station.division} Region"),
        "district": Cell(station.district),
        "police_station": Cell(_station(rng, case), common.place(station)),
        "fir_no": cells.fir(rng, case, FIR),
        "registered_on": _date(rng, case.registered, "registered_on"),
        "occurred_on": cells.occurred(case, _raw_date(rng, case.occurred)[0], rng.choice(("night", "to"))),
        "sections": cells.law(rng, case.charges),
        "complainant": complainant,
        "complainant_phone": cells.phone(rng, asked) if month != "2026-07" else Cell(""),
        "accused": accused,
        "accused_cnic": cells.cnics(rng, accused.said, rng.choice((", ", "\n")), 0.07, True),
        "victim": victim,
        "status": common.status(rng, case, month),
        "officer": Cell(rng.choice(OFFICERS)),
        "remarks": Cell(""),
        "reference": Cell(case.reference or case.related),
        "crime_head": Cell(""),
        "unknown_1": Cell(f"B-{rng.randint(1, 40)}" if month == "2026-09" else rng.choice(("HC", "MHC", ""))),
    }
    return common.planted(made)


def _station(rng: random.Random, case: Case) -> str:
    station = case.station
    if station.aliases and rng.random() < 0.15:
        return rng.choice(station.aliases)
    return rng.choice((station.name, station.name, f"PS {station.name}"))


def _raw_date(rng: random.Random, value: date) -> tuple[cells.Raw, tuple[str, ...]]:
    kind = rng.random()
    if kind < 0.6:
        return value, ()
    if kind < 0.72:
        return cells.serial(value), ("RK328",)
    return f"{value:%d-%m-%Y}", ()


def _date(rng: random.Random, value: date, column: str) -> Cell:
    raw, codes = _raw_date(rng, value)
    return cells.day(value, raw, column, codes)


def sheet(context: Context, month: str, seen_in: str, header_row: int, extra_total: int = 0) -> Sheet:
    """One month's sheet: letterhead, header, rows, TOTAL."""
    rng = context.rng(f"punjab layout {month} {seen_in}")
    layout = common.columns(LAYOUT, seen_in, list(LAYOUT), rng)
    rows = rows_of(context, month, seen_in)
    for place, made in enumerate(rows, 1):
        made.cells["serial"] = Cell(place)
    items: list[Item] = [
        Skip("RK207", ["GOVERNMENT OF THE PUNJAB"]),
        Skip("RK207", ["OFFICE OF THE INSPECTOR GENERAL OF POLICE"]),
        Skip("RK207", [f"Register of cases (FIRs) for the month of {LONG[month]} 2026"]),
    ]
    if header_row == 5:
        items.append(Skip("RK213", []))
    items.append(Skip("RK208", [header for header, _ in layout]))
    items += rows
    total: list[cells.Raw] = ["TOTAL"] + [""] * (len(layout) - 1)
    total[[name for _, name in layout].index("fir_no")] = len(rows) + extra_total
    items.append(Skip("RK210", total))
    return Sheet(f"{SHORT[month]}-26", layout, items, ("division", "district"), 3)


def _note(context: Context, file: File, sheets: list[Sheet]) -> None:
    for one in sheets:
        period = f"2026-{ {v: k for k, v in SHORT.items()}[one.name[:3]][5:] }"
        context.truth.sheet(file, one.name, one.items, one.columns, period)


def _single(context: Context, month: str, header_row: int, hidden: bool = False) -> bytes:
    sheets = [sheet(context, month, month, header_row)]
    if hidden:
        notes: Columns = [("working", "x")]
        sheets.append(Sheet("Working", notes, [Skip("", ["pending 14"]), Skip("", ["check Kasur"])], hidden=True))
    data = xlsx(sheets)
    path = context.inbox.put(month, f"Punjab FIR Register {LONG[month]} 2026.xlsx", data)
    codes = ("RK117", "RK220") if hidden else ("RK220",)
    file = context.truth.file(File(path, "punjab", "fir_register", "xlsx", period=month, codes=codes))
    _note(context, file, sheets[:1])
    _unknown(context, file, sheets[0])
    return data


def _unknown(context: Context, file: File, one: Sheet) -> None:
    for header, name in one.columns:
        if name.startswith("unknown"):
            context.truth.defect(file.path, one.name, "", header, "RK202")


def _copy(context: Context, data: bytes) -> None:
    path = context.inbox.put("2026-08", "Copy of Punjab FIR Register July 2026 (1).xlsx", data)
    original = "2026-07/Punjab FIR Register July 2026.xlsx"
    context.truth.file(File(path, "punjab", kind="xlsx", period="2026-07", duplicate_of=original, codes=("RK122",)))


def _cumulative(context: Context) -> None:
    sheets = [sheet(context, month, "2026-09", 4, int(month == "2026-09")) for month in MONTHS[:3]]
    path = context.inbox.put("2026-09", "Punjab FIR Register Jul-Sep 2026.xlsx", xlsx(sheets))
    file = context.truth.file(File(path, "punjab", "fir_register", "xlsx", period="2026-09", codes=("RK220",)))
    _note(context, file, sheets)
    _unknown(context, file, sheets[0])
    context.truth.defect(path, "Sep-26", "", "", "RK215")
