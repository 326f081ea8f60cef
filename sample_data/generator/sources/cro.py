"""The record office: fixed positions, no header, a trailer that counts; old convictions under old laws."""

from __future__ import annotations

import random
from datetime import date

from .. import cells, names
from ..cells import Cell, Item, Row, Said, Skip
from ..facts import MONTHS, stations_of
from ..truth import File
from ..world import Case, Person, sections
from . import common
from .common import Context

# field, first position, last position (1-based)
FIELDS = (
    ("agency_ref", 1, 8),
    ("fir_no", 9, 13),
    ("fir_year", 14, 17),
    ("registered_on", 18, 25),
    ("district", 26, 45),
    ("police_station", 46, 70),
    ("sections", 71, 100),
    ("name", 101, 130),
    ("parentage", 131, 160),
    ("cnic", 161, 173),
    ("date_of_birth", 174, 181),
    ("sex", 182, 182),
    ("caste", 183, 197),
    ("alias", 198, 212),
    ("person_status", 213, 214),
)
STATUS = {"arrested": "AR", "convicted": "CV", "acquitted": "AQ", "po": "PO", "discharged": "DI"}
OLD = ("PPC 1860:302,34", "PPC 1860:369-A", "PACHTO 2002:3", "PPC 1860:395", "PPC 1860:379,411", "PPC 1860:365-B")


def make_cases(context: Context) -> None:
    """A dozen old cases a month that no register of this year shows."""
    world = context.world
    rng = context.rng("cro cases")
    stations = [s for s in stations_of("Punjab") if s.name != "City"]
    for month in MONTHS:
        for _ in range(10):
            text = rng.choice(OLD)
            on = date(rng.randint(2019, 2025), rng.randint(1, 12), rng.randint(1, 28))
            if "369-A" in text:
                on = date(2017, rng.randint(1, 12), rng.randint(1, 28))
            if "PACHTO" in text:
                on = date(rng.randint(2012, 2016), rng.randint(1, 12), rng.randint(1, 28))
            case = world.case(rng, "cro", rng.choice(stations), on, sections(text), (100, 700))
            case.accused = case.accused or [world.person(rng, "Punjab")]
            case.extra["cro"] = month
            world.add("cro", [case])


def build(context: Context) -> None:
    """Four files: one with a record cut short, one whose trailer counts one too many."""
    for month in MONTHS:
        rng = context.rng(f"cro {month}")
        old = [c for c in context.world.cases["cro"] if c.extra["cro"] == month]
        before = [m for m in MONTHS if m < month][-1:] or ["2026-07"]
        known = [c for c in context.world.cases["punjab"] if c.month in before and c.accused and not c.extra]
        pairs = [(c, p) for c in rng.sample(known, 26) for p in c.accused]
        pairs = pairs[:38] + [(c, p) for c in old for p in c.accused][:12]
        _write(context, month, [_row(rng, c, p, month) for c, p in pairs])


def _row(rng: random.Random, case: Case, person: Person, month: str) -> Row:
    status = rng.choice(list(STATUS))
    urdu = month in ("2026-09", "2026-10")
    alias = names.ALIASES[person.alias] if person.alias and urdu else person.alias
    said = Said(
        person,
        "accused",
        {
            "name": person.name,
            "relation": person.relation,
            "relative_name": person.relative,
            "sex": person.sex,
            "cnic": person.cnic,
            "date_of_birth": person.born.isoformat(),
            "caste": person.caste,
            "aliases": alias,
            "person_status": status,
        },
    )
    made = Row("person", case, {}, out={"province": case.station.province}, said=[said])
    marker = "W/O" if person.relation == "husband" else "S/O" if person.sex == "male" else "D/O"
    law = cells.law(rng, case.charges)
    if len(str(law.raw)) > 30:
        law = cells.law(rng, case.charges[:1])
    made.cells = {
        "agency_ref": Cell(f"{rng.randint(10000000, 99999999)}"),
        "fir_no": Cell(case.number.zfill(5), {"fir_no": case.number}),
        "fir_year": Cell(str(case.year), {"fir_year": str(case.year)}),
        "registered_on": cells.day(case.registered, f"{case.registered:%d%m%Y}", "registered_on"),
        "district": Cell(case.station.district.upper()),
        "police_station": Cell(case.station.name.upper(), common.place(case.station)),
        "sections": law,
        "name": Cell(person.name.upper()),
        "parentage": Cell(f"{marker} {person.relative}".upper()),
        "cnic": Cell(person.cnic.replace("-", "") or "0" * 13),
        "date_of_birth": Cell(f"{person.born:%d%m%Y}"),
        "sex": Cell(person.sex[0].upper()),
        "caste": Cell(person.caste.upper()),
        "alias": Cell(alias),
        "person_status": Cell(STATUS[status]),
    }
    return made


def _line(row: Row) -> str:
    text = ""
    for name, first, last in FIELDS:
        text += str(row.cells[name].raw)[: last - first + 1].ljust(last - first + 1)
    return text


def _write(context: Context, month: str, rows: list[Row]) -> None:
    lines = []
    for place, row in enumerate(rows, 1):
        line = _line(row)
        if month == "2026-08" and place == 12:
            line, row.disposition, row.code = line[:110], "quarantined", "RK111"
        row.line = place
        lines.append(line)
    said = len(rows) + (month == "2026-09")
    trailer = Skip("RK214", [], len(rows) + 1)
    lines.append(f"T{said:07}".ljust(214))
    text = "".join(f"{line}\r\n" for line in lines).translate(str.maketrans("ی", "ي"))
    path = context.inbox.put(month, f"CRO_{month.replace('-', '')}.TXT", text.encode("cp1256"))
    codes = ("RK127",) if month == "2026-09" else ()
    file = context.truth.file(File(path, "cro", "record", "fixed", "cp1256", month, codes=codes))
    items: list[Item] = [*rows, trailer]
    context.truth.sheet(file, "", items, [(name, name) for name, _, _ in FIELDS])
