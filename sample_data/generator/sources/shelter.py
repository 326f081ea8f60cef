"""Services to victims: a shelter of an NGO and the social welfare department, with case references of every quality."""

from __future__ import annotations

import random
from datetime import date

from .. import cells
from ..cells import Cell, Item, Row, Said, Skip
from ..facts import MONTHS
from ..inbox import delimited
from ..truth import File
from ..world import Case, Person, days_of
from . import common
from .common import Context

NGO = {
    "victim_ref": "Victim Code",
    "name": "J:Name|A:Name",
    "sex": "Sex",
    "age": "Age",
    "nationality": "Nationality",
    "reference": "S:Case Reference|*:Case Ref",
    "service": "Service",
    "provider": "Shelter",
    "started_on": "O:From|*:Start Date",
    "ended_on": "O:To|*:End Date",
    "follow_up_on": "A:Next Follow Up|*:Follow-up",
    "outcome": "Outcome",
    "ignore_1": "Donor Code",
    "unknown_1": "S:Room",
}
SWD = {
    "serial": "Sr",
    "victim_ref": "Client ID",
    "sex": "Gender",
    "age": "Age",
    "reference": "FIR / Case",
    "service": "Service Provided",
    "provider": "Institution",
    "district": "District",
    "started_on": "Date of Admission",
    "ended_on": "Date of Discharge",
    "follow_up_on": "Follow up date",
    "outcome": "Result",
    "remarks": "Remarks",
}
SERVICES = {
    "shelter": ("Shelter", "Accommodation", "Safe house"),
    "medical": ("Medical Aid", "Medical care"),
    "legal": ("Legal aid", "Legal Assistance"),
    "psychosocial": ("Counselling", "Psychosocial support"),
    "repatriation": ("Repatriation",),
    "vocational": ("Vocational training", "Skill training"),
    "family_reunification": ("Family reunification", "Family Reunion"),
}
OUTCOMES = {
    "ongoing": ("Ongoing", "In progress"),
    "completed": ("Completed", "Done"),
    "left": ("Withdrew", "Self discharge"),
    "reunified": ("Reunited with family",),
    "repatriated": ("Sent back",),
    "absconded": ("Ran away",),
}
NATION = {
    "PAK": "Pakistani",
    "AFG": "Afghan",
    "BGD": "Bangladeshi",
    "IRN": "Iranian",
    "NGA": "Nigerian",
    "UZB": "Uzbek",
}


def build(context: Context) -> None:
    """Two files a month."""
    for month in MONTHS:
        known = [c for c in context.world.cases["fia"] if c.stage == "case" and c.victims and c.month <= month]
        police = [c for c in context.world.cases["punjab"] if c.victims and c.month <= month and not c.extra]
        _ngo(context, month, known)
        _welfare(context, month, police)


def _row(rng: random.Random, case: Case, person: Person, month: str, american: bool = False) -> Row:
    said = Said(person, "victim", {"sex": person.sex, "age": str(person.age(case.registered))})
    made = Row("service", case, {}, said=[said])
    start = days_of(month)[0]
    begun = cells.shift(start, rng.randrange(25))
    ended = cells.shift(begun, rng.randint(5, 60)) if rng.random() < 0.5 else None
    slip = rng.random() < 0.04
    if slip:
        ended = cells.shift(begun, -3)
    seen = cells.shift(begun, 30) if rng.random() < 0.6 else None
    service, outcome = rng.choice(list(SERVICES)), rng.choice(list(OUTCOMES))
    made.cells = {
        "serial": Cell(0),
        "victim_ref": Cell(f"VC-{person.pid[1:]}", {"victim_ref": f"VC-{person.pid[1:]}"}),
        "sex": Cell(person.sex[0].upper()),
        "age": Cell(person.age(case.registered)),
        "nationality": Cell(NATION[person.nationality]),
        "service": Cell(rng.choice(SERVICES[service]), {"service": service}),
        "provider": Cell("Panah Gah Lahore", {"provider": "Panah Gah Lahore"}),
        "started_on": _date(begun, "started_on", american),
        "ended_on": _date(ended, "ended_on", american),
        "follow_up_on": _date(seen, "follow_up_on", american),
        "outcome": Cell(rng.choice(OUTCOMES[outcome]), {"outcome": outcome}),
        "ignore_1": Cell(f"D{rng.randint(1, 9)}"),
        "unknown_1": Cell(rng.randint(1, 20)),
        "remarks": Cell(""),
    }
    if slip:
        made.codes = ("RK407",)
    return made


def _date(value: date | None, column: str, american: bool) -> Cell:
    shown = "" if value is None else f"{value.month}/{value.day}/{value.year}" if american else f"{value:%d/%m/%Y}"
    return cells.day(value, shown, column)


def _ngo(context: Context, month: str, known: list[Case]) -> None:
    rng = context.rng(f"shelter ngo {month}")
    rows = []
    for case in (rng.choice(known) for _ in range(20)):
        person = case.victims[0]
        row = _row(rng, case, person, month, month == "2026-09")
        kind = rng.random()
        if kind < 0.6:
            text = f"FIR {case.number}/{str(case.year)[2:]} {case.office}"
        elif kind < 0.8:
            text, row.found, row.how = f"FIR {case.number}", "?", "none"
        else:
            text, row.found, row.how = "", "?", "none"
        row.cells["reference"] = Cell(text)
        if month in ("2026-07", "2026-08"):
            row.cells["name"] = Cell(person.name)
            row.said[0].out["name"] = person.name
        row.said[0].out["nationality"] = person.nationality
        rows.append(row)
    _write(context, month, rows, NGO, f"shelter_panahgah_{month}.csv", "utf-8", "services_ngo")


def _welfare(context: Context, month: str, known: list[Case]) -> None:
    rng = context.rng(f"shelter welfare {month}")
    rows = []
    for case in (rng.choice(known) for _ in range(18)):
        row = _row(rng, case, case.victims[0], month)
        station = case.station
        row.cells["provider"] = Cell(f"Dar-ul-Aman {station.district}", {"provider": f"Dar-ul-Aman {station.district}"})
        row.cells["district"] = Cell(station.district)
        kind = rng.random()
        if kind < 0.55:
            text = f"FIR {case.number}/{str(case.year)[2:]} PS {station.name} {station.district}"
        elif kind < 0.75:
            text, row.found, row.how = f"FIR No. {case.number}/{case.year}", "?", "none"
        else:
            text, row.found, row.how = rng.choice(("", "court order")), "?", "none"
        row.cells["reference"] = Cell(text)
        rows.append(row)
    name = f"SWD_Dar_ul_Aman_{month.replace('-', '_')}.csv"
    _write(context, month, rows, SWD, name, "cp1252", "services_welfare")


def _write(
    context: Context, month: str, rows: list[Row], spec: dict[str, str], name: str, encoding: str, form: str
) -> None:
    layout = common.columns(spec, month, list(spec), context.rng(f"shelter layout {form} {month}"))
    for place, made in enumerate(rows, 1):
        made.cells["serial"] = Cell(place)
    items: list[Item] = [Skip("RK208", [header for header, _ in layout]), *rows]
    path = context.inbox.put(month, name, delimited(items, layout, ",", encoding))
    file = context.truth.file(File(path, "shelter", form, "delimited", encoding, month))
    context.truth.sheet(file, "", items, layout)
    for header, intake in layout:
        if intake.startswith("unknown"):
            context.truth.defect(path, "", "", header, "RK202")
