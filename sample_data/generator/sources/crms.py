"""Punjab's record management system: a person a row, spelt by another clerk, with slips in the CNIC."""

from __future__ import annotations

import random

from .. import cells, names
from ..cells import Cell, Item, Row, Said, Skip
from ..facts import MONTHS, stations_of
from ..inbox import Columns, delimited
from ..truth import File
from ..world import Case, Person, register
from . import common, punjab
from .common import Context

LAYOUT = {
    "serial": "Sr",
    "district": "S:District|O:District|*:Distt",
    "police_station": "O:Police Station|*:PS",
    "fir_no": "S:Case FIR No|*:FIR No",
    "fir_year": "Year",
    "registered_on": "S:Date of FIR|*:FIR Date",
    "sections": "O:Sections|*:Offence",
    "name": "A:Name of Person|*:Name",
    "parentage": "S:S/O D/O W/O|*:Parentage",
    "caste": "J:Caste|A:Caste|O:Caste",
    "cnic": "A:CNIC No|*:CNIC",
    "phone": "O:Mobile|*:Cell No",
    "date_of_birth": "A:DOB|O:DOB|*:Date of Birth",
    "age": "S:Age",
    "sex": "A:Sex|*:Gender",
    "address": "S:R/O|*:Address",
    "role": "Role",
    "person_status": "O:Status of Accused|*:Person Status",
    "ignore_1": "Image Ref",
    "unknown_1": "O:Biometric Verified",
}
ROLE = {"accused": ("Accused", "ACC", "Nominated Accused"), "complainant": ("Complainant",), "victim": ("Victim",)}
PERSON_STATUS = {
    "arrested": ("Arrested", "Judicial"),
    "po": ("P.O", "PO"),
    "absconder": ("Absconder",),
    "bail": ("On bail", "BBA"),
    "discharged": ("Discharged",),
}
SEX = {"male": ("M", "Male"), "female": ("F", "Female")}
VOLUME = 150


def build(context: Context) -> None:
    """The four files, one of them broken and sent again."""
    rng = context.rng("crms own cases")
    for month in MONTHS:  # FIRs that the register never showed
        register(context.world, rng, "punjab_crms", stations_of("Punjab"), month, 14, (1200, 1900))
    for month in MONTHS:
        rows = rows_of(context, month)
        if month == "2026-09":
            rows.sort(key=lambda one: not any("," in str(cell.raw) for cell in one.cells.values()))
            _write(context, month, rows, f"CRMS_Persons_{month.replace('-', '')}.csv", month, broken=True)
            again = rows_of(context, month)
            _write(context, "2026-10", again, "CRMS_Persons_202609_resend.csv", month)
        else:
            _write(context, month, rows, f"CRMS_Persons_{month.replace('-', '')}.csv", month)


def rows_of(context: Context, month: str) -> list[Row]:
    """People of cases registered in the month before, and of a few of this month that only this system has."""
    rng = context.rng(f"crms rows {month}")
    before = [m for m in MONTHS if m < month][-1:]
    shared = [c for c in context.world.cases["punjab"] if c.month in (before or ["2026-07"]) and not c.extra]
    if not before:  # the first file speaks of cases that the register of the same month also has
        shared = shared[:90]
    own = [c for c in context.world.cases["punjab_crms"] if c.month == month]
    pairs = [pair for case in shared for pair in _people(case) if rng.random() < 0.8]
    rng.shuffle(pairs)
    pairs = pairs[: VOLUME - 30] + [pair for case in own for pair in _people(case)][:30]
    return [row(rng, case, person, role, month) for case, person, role in pairs]


def _people(case: Case) -> list[tuple[Case, Person, str]]:
    found = [(case, person, "accused") for person in case.accused]
    return found + [(case, person, "victim") for person in case.victims]


def row(rng: random.Random, case: Case, person: Person, role: str, month: str) -> Row:
    """One person in a case."""
    name = names.respelt(person.name, rng, 0.25)
    relative = names.respelt(person.relative, rng, 0.25)
    with_caste = rng.random() < 0.2 and person.nationality == "PAK"
    shown_name = f"{name} {person.caste}" if with_caste else name
    alias = f" @ {person.alias}" if person.alias and rng.random() < 0.5 else ""
    marker = "W/O" if person.relation == "husband" else "S/O" if person.sex == "male" else "D/O"
    one = Said(
        person,
        role,
        {
            "name": shown_name,
            "relation": person.relation,
            "relative_name": relative,
            "aliases": person.alias if alias else "",
            "sex": person.sex,
        },
    )
    made = Row("person", case, {}, out={"province": "Punjab"}, said=[one])
    born = person.born
    status = rng.choice(list(PERSON_STATUS)) if role == "accused" else ""
    shows = {name for name, header in LAYOUT.items() if common.columns({name: header}, month, [name], rng)}
    made.cells = {
        "serial": Cell(rng.randint(1, 999)),
        "district": Cell(case.station.district),
        "police_station": Cell(punjab._station(rng, case), common.place(case.station)),
        "fir_no": Cell(case.number, {"fir_no": case.number}),
        "fir_year": Cell(case.year, {"fir_year": str(case.year)}),
        "registered_on": cells.day(case.registered, f"{case.registered:%d/%m/%Y}", "registered_on"),
        "sections": cells.law(rng, case.charges),
        "name": Cell(shown_name + alias),
        "parentage": Cell(f"{marker} {relative}"),
        "caste": Cell(person.caste),
        "cnic": _cnic(rng, person, one),
        "phone": _phone(rng, one),
        "date_of_birth": Cell(f"{born:%d/%m/%Y}"),
        "age": Cell(person.age(case.registered)),
        "sex": Cell(rng.choice(SEX[person.sex])),
        "address": Cell(f"{person.address} {case.station.district}"),
        "role": Cell(rng.choice(ROLE[role])),
        "person_status": Cell(rng.choice(PERSON_STATUS[status]) if status else ""),
        "ignore_1": Cell(f"img{rng.randint(10000, 99999)}.jpg"),
        "unknown_1": Cell(rng.choice(("Y", "N"))),
    }
    if "date_of_birth" in shows:
        one.out["date_of_birth"] = born.isoformat()
    if "age" in shows:
        one.out["age"] = str(person.age(case.registered))
        if rng.random() < 0.03:  # the age of another person
            one.out["age"] = str(person.age(case.registered) + 11)
            made.cells["age"] = Cell(person.age(case.registered) + 11, codes=("RK405",))
    if person.sex == "male" and rng.random() < 0.01:
        one.out["relation"] = "husband"
        made.cells["parentage"] = Cell(f"W/O {relative}", codes=("RK424",))
    if "caste" in shows:
        one.out["caste"] = person.caste
    one.out["address"] = f"{person.address} {case.station.district}"
    one.out["person_status"] = status
    return made


def _phone(rng: random.Random, one: Said) -> Cell:
    chance = rng.random()
    if chance < 0.01:
        return Cell("0300-12345", codes=("RK309",))
    return cells.phone(rng, one, two=True) if chance < 0.6 else Cell("")


def _cnic(rng: random.Random, person: Person, one: Said) -> Cell:
    """The CNIC, one digit of it wrong now and then: nobody can know that from the row."""
    number = person.cnic
    if not number or rng.random() < 0.12:
        return Cell(rng.choice(("", "-", "nil")))
    if rng.random() < 0.05:
        place = rng.choice((7, 8, 9, 10))
        number = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    if rng.random() < 0.02:
        return rng.choice((Cell("11111-1111111-1", codes=("RK306",)), Cell(number[:-4], codes=("RK304",))))
    if rng.random() < 0.015 and "0" in number:  # a letter for a digit: only one number can be meant
        one.out["cnic"] = number
        return Cell(number.replace("0", "O", 1), codes=("RK334",))
    if rng.random() < 0.01:
        one.out["cnic"] = f"9{number[1:]}"
        return Cell(one.out["cnic"], codes=("RK307",))
    one.out["cnic"] = number
    return Cell(rng.choice((number, number.replace("-", ""))))


def _write(context: Context, received: str, rows: list[Row], name: str, month: str, broken: bool = False) -> None:
    rng = context.rng(f"crms layout {month}")
    layout: Columns = common.columns(LAYOUT, month, list(LAYOUT), rng)
    for place, made in enumerate(rows, 1):
        made.cells["serial"] = Cell(place)
    items: list[Item] = [Skip("RK208", [header for header, _ in layout]), *rows]
    data = delimited(items, layout)
    if month == "2026-08":
        data = _swallow(data, items, layout)
    if broken:
        data = _open_quote(data, items)
    path = context.inbox.put(received, name, data)
    file = context.truth.file(File(path, "punjab_crms", "persons", "delimited", "utf-8", month))
    context.truth.sheet(file, "", items, layout)
    for header, intake in layout:
        if intake.startswith("unknown"):
            context.truth.defect(path, "", "", header, "RK202")


def _lose(item: Item, code: str) -> None:
    if isinstance(item, Row):
        item.disposition, item.code = "quarantined", code


def _swallow(data: bytes, items: list[Item], layout: Columns) -> bytes:
    """A quote that opens in one row and closes ten rows later: one record of the right width."""
    lines = data.decode().split("\n")
    address = [name for _, name in layout].index("address")
    at = next(n for n in range(20, len(lines)) if not any('"' in line for line in lines[n : n + 11]))
    first, last = lines[at].split(","), lines[at + 10].split(",")
    first[address], last[address] = '"' + first[address], last[address] + '"'
    lines[at], lines[at + 10] = ",".join(first), ",".join(last)
    for item in items[at : at + 11]:  # none of them can be trusted: all are quarantined
        _lose(item, "RK114")
    return "\n".join(lines).encode()


def _open_quote(data: bytes, items: list[Item]) -> bytes:
    """A quote that opens near the end and never closes; the rows after it are whole."""
    lines = data.decode().split("\n")
    end = len(lines) - 1
    at = end - 3
    lines[at] = lines[at].replace(",", ',"', 1)
    _lose(items[at], "RK113")
    return "\n".join(lines).encode()
