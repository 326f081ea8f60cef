"""Balochistan: the police (A area, old workbooks) and the Levies (B area, text with subtotals and gaps)."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from .. import cells
from ..cells import Cell, Item, Row, Skip
from ..facts import MONTHS, stations_of
from ..inbox import Sheet, delimited, html, xls
from ..truth import File
from ..world import Case, register
from . import common
from .common import LONG, Context

POLICE = {
    "serial": "S.No",
    "district": "O:Zila|*:District",
    "division": "A:Range",
    "police_station": "S:Name of PS|*:P.S",
    "area": "Area",
    "fir_no": "O:Case No|*:FIR No.",
    "registered_on": "S:Date of Report|*:Date",
    "occurred_on": "O:Occ. Date|*:Date of Occurrence",
    "sections": "A:Offence U/S|*:Offence",
    "complainant": "Complainant",
    "accused": "Accused",
    "accused_cnic": "A:CNIC|S:CNIC|O:CNIC",
    "victim": "S:Victim|O:Victim",
    "status": "Result",
    "remarks": "O:Remarks",
    "unknown_1": "A:DSR No",
}
LEVIES = {
    "district": "District",
    "police_station": "S:Levies Thana|*:Levies Station",
    "area": "Area",
    "fir_no": "A:FIR No|*:Case No",
    "registered_on": "Date",
    "occurred_on": "Date of Occurrence",
    "sections": "S:U/S|*:Offence",
    "complainant": "Complainant",
    "accused": "Accused",
    "victim": "A:Victim|S:Victim",
    "status": "Status",
    "remarks": "Remarks",
    "ignore_1": "S:Tehsil",
}


def make_cases(context: Context) -> None:
    """The cases of both forces; the Levies had nothing in October."""
    province = "Balochistan"
    for month in MONTHS:
        rng = context.rng(f"balochistan cases {month}")
        register(context.world, rng, "balochistan_police", stations_of(province), month, 58, (5, 120))
        if month != "2026-10":
            register(context.world, rng, "balochistan_levies", stations_of(province, "levies"), month, 44, (2, 40))


def build(context: Context) -> None:
    """Both forces, every month."""
    for month in MONTHS:
        _police(context, month)
        _levies(context, month)


def _police_row(rng: random.Random, case: Case, month: str) -> Row:
    made = Row("case", case, {}, out={"province": "Balochistan"})
    if case.extra.get("typo"):
        made.how = "fuzzy"
    accused = cells.crowd(rng, case.accused, "accused", "plain", case.unknown)
    station = case.station
    name = rng.choice((station.name, *station.aliases))
    made.cells = {
        "serial": Cell(0),
        "division": Cell(station.division),
        "district": Cell(station.district),
        "police_station": Cell(name, common.place(station)),
        "area": Cell(rng.choice(("A", "A Area")), {"area": "A"}),
        "fir_no": cells.fir(rng, case, ("{n}/{s}", "{n}/{y}")),
        "registered_on": _date(case.registered, month, "registered_on"),
        "occurred_on": cells.occurred(case, _slashed(case.occurred, month)),
        "sections": cells.law(rng, case.charges),
        "complainant": cells.crowd(rng, [case.complainant] if case.complainant else [], "complainant", "plain"),
        "accused": accused,
        "accused_cnic": cells.cnics(rng, accused.said, ", ") if month != "2026-07" else Cell(""),
        "victim": cells.crowd(rng, case.victims, "victim", "plain") if month in ("2026-09", "2026-10") else Cell(""),
        "status": common.status(rng, case, month),
        "remarks": Cell(rng.choice(("", "file with SDPO"))),
        "unknown_1": Cell(f"DSR-{rng.randint(1, 200)}"),
    }
    return common.planted(made)


def _slashed(value: date, month: str) -> str:
    """d/m/yy; in August the clerk's machine was American."""
    if month == "2026-08":
        return f"{value.month}/{value.day}/{value:%y}"
    return f"{value.day}/{value.month}/{value:%y}"


def _date(value: date, month: str, column: str) -> Cell:
    return cells.day(value, _slashed(value, month), column, ("RK327",))


def _police(context: Context, month: str) -> None:
    rng = context.rng(f"balochistan police {month}")
    mine = context.world.cases["balochistan_police"]
    before = [m for m in MONTHS if m < month][-1:]
    again = [c for c in mine if c.month in before and c.status(month) != c.status(before[0])][::4]
    known = sorted([c for c in mine if c.month == month] + again, key=lambda c: (c.station.district, c.registered))
    rows = [_police_row(rng, case, month) for case in known]
    for place, made in enumerate(rows, 1):
        made.cells["serial"] = Cell(place)
    layout = common.columns(POLICE, month, list(POLICE), context.rng(f"balochistan layout {month}"))
    total: list[cells.Raw] = ["Total"] + [""] * (len(layout) - 1)
    total[[name for _, name in layout].index("fir_no")] = len(rows)
    banner = f"MONTHLY STATEMENT OF CASES REGISTERED BY BALOCHISTAN POLICE (A AREA) - {LONG[month].upper()} 2026"
    items: list[Item] = [
        Skip("RK207", [banner]),
        Skip("RK208", [h for h, _ in layout]),
        *rows,
        Skip("RK210", total),
    ]
    sheet = Sheet("Sheet1", layout, items)
    is_html = month == "2026-09"
    path = context.inbox.put(
        month, f"Balochistan Police FIRs {LONG[month]} 2026.xls", html(sheet) if is_html else xls(sheet)
    )
    codes = ("RK107",) if is_html else ()
    kind = "html" if is_html else "xls"
    file = context.truth.file(File(path, "balochistan_police", "fir", kind, period=month, codes=codes))
    context.truth.sheet(file, sheet.name, items, layout)
    for header, intake in layout:
        if intake.startswith("unknown"):
            context.truth.defect(path, sheet.name, "", header, "RK202")


def _levies_row(rng: random.Random, case: Case, month: str) -> Row:
    made = Row("case", case, {}, out={"province": "Balochistan"})
    station = case.station
    full = rng.random() < 0.55
    named = [station.name, *(a for a in station.aliases if full)]
    number = cells.fir(rng, case, ("{n}/{y}", "{n}/{s}"))
    made.cells = {
        "district": Cell(station.district),
        "police_station": Cell(rng.choice(named), common.place(station)),
        "area": Cell("B", {"area": "B"}) if full else Cell(""),
        "fir_no": number,
        "registered_on": _dotted(rng, case.registered, "registered_on"),
        "occurred_on": cells.occurred(case, f"{case.occurred:%d.%m.%Y}") if full else Cell(""),
        "sections": cells.law(rng, case.charges),
        "complainant": cells.crowd(rng, [case.complainant] if case.complainant else [], "complainant", "plain")
        if full
        else Cell(""),
        "accused": cells.crowd(rng, case.accused, "accused", "plain", case.unknown) if full else Cell(""),
        "victim": cells.crowd(rng, case.victims, "victim", "plain")
        if full and month in ("2026-08", "2026-09")
        else Cell(""),
        "status": common.status(rng, case, month) if full else Cell(""),
        "remarks": Cell(""),
        "ignore_1": Cell(rng.choice(("Sadar", ""))),
    }
    made.out["area"] = "B"
    return common.planted(made)


def _nameless(rng: random.Random, first: Case, count: int) -> list[Row]:
    """Identical rows without a number: each of them is a real case of its own."""
    text = f"{first.registered:%d.%m.%Y}"
    made = []
    for place in range(count):
        own = replace(first, cid=f"{first.cid}n{place}")
        row = Row("case", own, {}, "", "none", {"province": "Balochistan", "area": "B"})
        row.cells = {
            "district": Cell(first.station.district),
            "police_station": Cell(first.station.name, common.place(first.station)),
            "registered_on": cells.day(first.registered, text, "registered_on"),
            "sections": Cell("379 PPC", {"charges": "PPC 1860 379"}),
            "area": Cell(""),
            "fir_no": Cell(""),
        }
        row.codes = ("RK501",) if place else ()
        made.append(row)
    return made


def _dotted(rng: random.Random, value: date, column: str) -> Cell:
    if rng.random() < 0.5:
        return cells.day(value, f"{value:%d.%m.%Y}", column)
    return cells.day(value, f"{value.day}.{value.month}.{value:%y}", column, ("RK327",))


def _levies(context: Context, month: str) -> None:
    rng = context.rng(f"levies {month}")
    mine = [c for c in context.world.cases["balochistan_levies"] if c.month == month]
    layout = common.columns(LEVIES, month, list(LEVIES), context.rng(f"levies layout {month}"))
    at = [name for _, name in layout].index("fir_no")
    items: list[Item] = [Skip("RK208", [header for header, _ in layout])]
    whole = 0
    for district in sorted({c.station.district for c in mine}):
        known = [c for c in mine if c.station.district == district]
        rows = [_levies_row(rng, case, month) for case in known]
        if district == "Kalat":
            rows[-1:] = _nameless(rng, known[-1], 3)
        total: list[cells.Raw] = [f"Sub Total {district}"] + [""] * (len(layout) - 1)
        total[at] = len(rows)
        whole += len(rows)
        items += [*rows, Skip("RK211", total)]
    if mine:
        grand: list[cells.Raw] = ["Grand Total"] + [""] * (len(layout) - 1)
        grand[at] = whole
        items.append(Skip("RK210", grand))
    data = delimited(items, layout, ";")
    path = context.inbox.put(month, f"levies_cases_{month}.csv", data)
    codes = () if mine else ("RK121",)
    file = context.truth.file(File(path, "balochistan_levies", "fir", "delimited", "utf-8", month, codes=codes))
    context.truth.sheet(file, "", items, layout)
