"""The Railways police: stations of its own, no district; a transfer cut short and a workbook named .csv."""

from __future__ import annotations

import random

from .. import cells
from ..cells import Cell, Item, Row, Skip
from ..facts import MONTHS, stations_of
from ..inbox import Sheet, xlsx
from ..truth import File
from ..world import Case, register
from . import common
from .common import LONG, Context

LAYOUT = {
    "serial": "S.No",
    "ignore_1": "Railway Division",
    "police_station": "S:Police Station|*:GRP Station",
    "fir_no": "FIR No",
    "registered_on": "FIR Date",
    "occurred_on": "Date of Occurrence",
    "sections": "Offence",
    "place": "Train / Place",
    "complainant": "Complainant",
    "accused": "Accused",
    "accused_cnic": "CNIC",
    "victim": "S:Victim|O:Victim",
    "status": "Status",
}


def make_cases(context: Context) -> None:
    """Twenty cases a month, of the kinds that happen on trains."""
    rng = context.rng("railways cases")
    for month in MONTHS:
        register(context.world, rng, "railways", stations_of("", "railway"), month, 22, (3, 60))


def build(context: Context) -> None:
    """August arrives cut short and comes again in September."""
    for month in MONTHS:
        data, items, layout = _workbook(context, month)
        name = f"Railways_Police_Cases_{LONG[month]}_2026"
        if month == "2026-08":
            path = context.inbox.put(month, f"{name}.xlsx", data[: len(data) * 6 // 10])
            context.truth.file(File(path, code="RK103"))
            path = context.inbox.put("2026-09", f"{name}_resent.xlsx", data)
        else:
            path = context.inbox.put(month, f"{name}.{'csv' if month == '2026-10' else 'xlsx'}", data)
        codes = ("RK104",) if month == "2026-10" else ()
        file = context.truth.file(File(path, "railways", "cases", "xlsx", period=month, codes=codes))
        context.truth.sheet(file, "Crime", items, layout)


def _row(rng: random.Random, case: Case, month: str) -> Row:
    made = Row("case", case, {})
    accused = cells.crowd(rng, case.accused, "accused", "numbered", case.unknown)
    name = rng.choice((case.station.name, case.station.name, *case.station.aliases[:2]))
    made.cells = {
        "serial": Cell(0),
        "ignore_1": Cell(rng.choice(("Lahore", "Karachi", "Sukkur", "Multan"))),
        "police_station": Cell(name, {"police_station": case.station.name}),
        "fir_no": cells.fir(rng, case, ("{n}/{y}", "{n}/{s}")),
        "registered_on": cells.day(case.registered, case.registered, "registered_on"),
        "occurred_on": cells.occurred(case, case.occurred, "to"),
        "sections": cells.law(rng, case.charges),
        "place": Cell(rng.choice(("Karakoram Express", "Tezgam", "Platform 2", "Khyber Mail"))),
        "complainant": cells.crowd(rng, [case.complainant] if case.complainant else [], "complainant", "plain"),
        "accused": accused,
        "accused_cnic": cells.cnics(rng, accused.said, ", ", 0.0, True),
        "victim": cells.crowd(rng, case.victims, "victim", "plain") if month in ("2026-09", "2026-10") else Cell(""),
        "status": common.status(rng, case, month),
    }
    return made


def _workbook(context: Context, month: str) -> tuple[bytes, list[Item], list[tuple[str, str]]]:
    rng = context.rng(f"railways {month}")
    mine = context.world.cases["railways"]
    before = [m for m in MONTHS if m < month][-1:]
    known = [c for c in mine if c.month == month]
    known += [c for c in mine if c.month in before and c.status(month) != c.status(before[0])][::4]
    rows = [_row(rng, case, month) for case in known]
    for place, made in enumerate(rows, 1):
        made.cells["serial"] = Cell(place)
    layout = common.columns(LAYOUT, month, list(LAYOUT), context.rng(f"railways layout {month}"))
    items: list[Item] = [
        Skip("RK207", ["PAKISTAN RAILWAYS POLICE"]),
        Skip("RK207", [f"Crime for the month of {LONG[month]} 2026"]),
        Skip("RK208", [header for header, _ in layout]),
        *rows,
    ]
    return xlsx([Sheet("Crime", layout, items, letterhead=2)]), items, layout
