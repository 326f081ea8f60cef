"""The FIA: enquiries, cases and persons on three sheets; enquiries that become cases, police FIRs that it quotes."""

from __future__ import annotations

import random
from datetime import date

from .. import cells
from ..cells import Cell, Item, Row, Said, Skip
from ..facts import MONTHS, Station, stations_of
from ..inbox import Sheet, xlsx
from ..truth import File
from ..world import Case, Person, World, days_of, pick
from . import common
from .common import LONG, Context

ENQUIRIES = {
    "serial": "Sr",
    "enquiry_no": "S:ENQ No|*:Enquiry No",
    "ignore_1": "Zone",
    "registered_on": "Date of Registration",
    "sections": "Under Section",
    "complainant": "Complainant",
    "complainant_cnic": "A:Complainant CNIC|O:Complainant CNIC",
    "status": "Status",
    "remarks": "Remarks",
}
CASES = {
    "serial": "Sr",
    "fir_no": "FIR No",
    "ignore_1": "Zone",
    "registered_on": "S:Date of FIR|*:FIR Date",
    "occurred_on": "Date of Occurrence",
    "sections": "O:Sections|*:U/S",
    "enquiry_no": "Enquiry No",
    "reference": "Police FIR, if any",
    "complainant": "Complainant",
    "status": "Status",
    "remarks": "Brief",
    "unknown_1": "O:Interpol Ref",
}
PERSONS = {
    "serial": "Sr",
    "fir_no": "FIR / Enquiry No",
    "registered_on": "FIR Date",
    "role": "Role",
    "name": "Name",
    "parentage": "Father / Husband Name",
    "cnic": "CNIC",
    "passport": "A:PP No|*:Passport No",
    "nationality": "Nationality",
    "sex": "Sex",
    "age": "Age",
    "date_of_birth": "S:DOB|O:DOB",
    "phone": "Phone",
    "address": "Address",
    "origin": "Origin",
    "transit": "Transit",
    "destination": "Destination",
    "means": "Means",
    "exploitation": "Form of Exploitation",
    "victim_status": "Victim Status",
    "referral": "Referral",
    "person_status": "Person Status",
}
LAW = [
    (6, "PTPA 2018:3(2)"),
    (4, "PTPA 2018:3(1),5"),
    (3, "PTPA 2018:3(1),4"),
    (8, "PSMA 2018:3"),
    (3, "PSMA 2018:3,6"),
    (8, "Emigration Ord. 1979:17,22"),
    (4, "Emigration Ord. 1979:18,22"),
    (3, "Foreigners Act 1946:14"),
    (3, "Passport Act 1974:6"),
    (3, "PPC 1860:419,420,468,471;PSMA 2018:4"),
    (2, "Exit from Pakistan (Control) Ord. 1981:3"),
    (2, "PPC 1860:371-A,371-B"),
    (1, "PPC 1860:374"),
]
ABROAD = {
    "ARE": ("UAE", "Dubai", "United Arab Emirates"),
    "IRN": ("Iran",),
    "LBY": ("Libya",),
    "SAU": ("Saudi Arabia", "KSA"),
    "MYS": ("Malaysia",),
    "TUR": ("Turkey",),
    "GRC": ("Greece",),
    "PAK": ("Pakistan",),
    "AFG": ("Afghanistan",),
    "BGD": ("Bangladesh",),
    "NGA": ("Nigeria",),
    "UZB": ("Uzbekistan",),
}
NATION = {
    "PAK": ("Pakistani", "PAK", "Pakistan"),
    "AFG": ("Afghan", "Afghanistan"),
    "BGD": ("Bangladeshi",),
    "IRN": ("Iranian",),
    "NGA": ("Nigerian",),
    "UZB": ("Uzbek",),
}
MEANS = {
    "deception": ("False promise", "Fake job"),
    "force": ("Force or violence",),
    "debt_bondage": ("Peshgi", "Debt bondage"),
    "threat": ("Threats",),
    "abduction": ("Abduction",),
}
FORMS = {
    "sexual": ("Sexual exploitation", "Forced prostitution"),
    "labour": ("Forced labour", "Bonded labour", "Brick kiln"),
    "begging": ("Forced begging",),
    "domestic_servitude": ("Domestic servitude",),
    "organ_removal": ("Organ removal",),
}
VICTIM = {"presumed": ("Potential VoT", "Presumed victim"), "confirmed": ("Confirmed victim", "Identified")}
REFERRED = {
    "shelter": ("Dar ul Aman", "Shelter"),
    "ngo": ("NGO",),
    "child_protection": ("CPWB",),
    "none": ("Not referred",),
}
ROLE = {
    "accused": ("Accused", "Agent", "Trafficker"),
    "victim": ("Victim", "VoT"),
    "complainant": ("Complainant",),
    "witness": ("Witness", "PW"),
}
STATUS = {"arrested": ("Arrested",), "po": ("PO",), "bail": ("On bail",), "nominated": ("Nominated accused",)}


def make_cases(context: Context) -> None:
    """Enquiries, a third of which become cases later; cases of its own; cases that the police have too."""
    world = context.world
    circles = stations_of("", "circle")
    for month in MONTHS:
        rng = context.rng(f"fia cases {month}")
        first, length = days_of(month)
        for offset in sorted(rng.randrange(length) for _ in range(26)):
            case = _case(world, rng, rng.choice(circles), cells.shift(first, offset))
            case.stage, case.enquiry, case.number = "enquiry", case.number, ""
            case.statuses = [(month, "enquiry")]
            later = [m for m in MONTHS if m > month]
            if later and rng.random() < 0.35:
                case.extra["converted"] = rng.choice(later)
        for offset in sorted(rng.randrange(length) for _ in range(22)):
            case = _case(world, rng, rng.choice(circles), cells.shift(first, offset))
            case.statuses = [(month, "under_investigation")]
        for old in [c for c in world.cases["fia"] if c.extra.get("converted") == month]:
            _convert(world, rng, old, first, length)


def _case(world: World, rng: random.Random, circle: Station, on: date) -> Case:
    case = world.case(rng, "fia", circle, on, pick(rng, LAW), (20, 90))
    case.office = circle.name
    case.accused = case.accused or [world.person(rng, "Punjab")]
    case.unknown = False
    if rng.random() < 0.4:
        case.victims = [world.foreigner(rng, rng.choice(("AFG", "BGD", "IRN", "NGA", "UZB")))]
    elif not case.victims:
        case.victims = [world.person(rng, "Punjab", rng.choice(("male", "female")), rng.random() < 0.3)]
    world.add("fia", [case])
    return case


def _convert(world: World, rng: random.Random, old: Case, first: date, length: int) -> None:
    """The FIR into which an enquiry was converted: the same case."""
    on = cells.shift(first, rng.randrange(length))
    number = world.number(rng, old.station, on.year, (20, 90))
    made = Case(
        old.cid,
        "fia",
        old.station,
        number,
        on.year,
        on,
        old.occurred,
        None,
        old.charges,
        old.accused,
        False,
        old.complainant,
        old.victims,
        [(on.strftime("%Y-%m"), "under_investigation")],
        office=old.office,
        enquiry=old.enquiry,
        extra={"conversion": "1"},
    )
    world.add("fia", [made])


def build(context: Context) -> None:
    """One workbook a month."""
    for month in MONTHS:
        _write(context, month)


def _enquiry(rng: random.Random, case: Case, month: str) -> Row:
    made = Row("enquiry", case, {}, out={"stage": "enquiry"})
    complainant = cells.crowd(rng, [case.complainant] if case.complainant else [], "complainant", "plain")
    if complainant.said and month in ("2026-08", "2026-10"):
        complainant.said[0].out["cnic"] = complainant.said[0].person.cnic
        made.cells["complainant_cnic"] = Cell(complainant.said[0].person.cnic)
    made.cells |= {
        "serial": Cell(0),
        "ignore_1": Cell(case.office.removeprefix("AHTC ")),
        "enquiry_no": Cell(
            f"{case.enquiry}/{case.year} {case.office}",
            {
                "enquiry_no": case.enquiry,
                "police_station": case.office,
            },
        ),
        "registered_on": cells.day(case.registered, case.registered, "registered_on"),
        "sections": cells.law(rng, case.charges),
        "complainant": complainant,
        "status": common.status(rng, case, month),
        "remarks": Cell(""),
    }
    made.unit = "case"
    return made


def _case_row(rng: random.Random, case: Case, month: str) -> Row:
    made = Row("case", case, {}, out={"stage": "case"})
    made.how = "conversion" if case.enquiry else "reference" if case.reference else "key"
    short = rng.random() < 0.3
    office = case.office
    enquiry = f"{case.enquiry}/{case.year}" + ("" if short else f" {office}") if case.enquiry else ""
    made.cells = {
        "serial": Cell(0),
        "ignore_1": Cell(office.removeprefix("AHTC ")),
        "fir_no": Cell(
            f"{case.number}/{case.year} {office}",
            {
                "fir_no": case.number,
                "fir_year": str(case.year),
                "police_station": office,
            },
        ),
        "registered_on": cells.day(case.registered, case.registered, "registered_on"),
        "occurred_on": cells.occurred(case, case.occurred),
        "sections": cells.law(rng, case.charges),
        "enquiry_no": Cell(enquiry, {"enquiry_no": case.enquiry} if enquiry else {}),
        "reference": Cell(case.reference),
        "complainant": cells.crowd(rng, [case.complainant] if case.complainant else [], "complainant", "plain"),
        "status": common.status(rng, case, month),
        "remarks": Cell(rng.choice(("", "Raid conducted, passports recovered"))),
        "unknown_1": Cell(rng.choice(("", "A-22/2026"))),
    }
    return made


def _person(rng: random.Random, case: Case, person: Person, role: str, month: str) -> Row:
    marker = "W/O " if person.relation == "husband" else "D/O "
    if person.sex == "male":
        marker = rng.choice(("S/O ", ""))  # a bare name may be a father or a husband: nobody can know
    said = Said(
        person,
        role,
        {
            "name": person.name,
            "relation": person.relation if marker else "",
            "relative_name": person.relative,
            "sex": person.sex,
            "nationality": person.nationality,
            "passport": person.passport,
            "cnic": person.cnic,
            "age": str(person.age(case.registered)),
            "address": person.address,
        },
    )
    made = Row("person", case, {}, said=[said], out={"stage": case.stage})
    made.how = "conversion" if case.enquiry else "reference" if case.reference else "key"
    born = person.born if month in ("2026-09", "2026-10") else None
    if born:
        said.out["date_of_birth"] = born.isoformat()
    victim = role == "victim"
    age, passport = Cell(person.age(case.registered)), Cell(person.passport)
    if rng.random() < 0.04:
        age, said.out["age"] = Cell("adult", codes=("RK323",)), ""
    if person.passport and rng.random() < 0.08:
        passport, said.out["passport"] = Cell(person.passport[:3], codes=("RK308",)), ""
    made.cells = {
        "serial": Cell(0),
        "fir_no": _number(case),
        "registered_on": cells.day(case.registered, case.registered, "registered_on"),
        "role": Cell(rng.choice(ROLE[role])),
        "name": Cell(person.name),
        "parentage": Cell(marker + person.relative),
        "cnic": Cell(person.cnic),
        "passport": passport,
        "nationality": Cell(rng.choice(NATION[person.nationality])),
        "sex": Cell(rng.choice((person.sex.title(), person.sex[0].upper()))),
        "age": age,
        "date_of_birth": Cell(born),
        "phone": cells.phone(rng, said, two=True),
        "address": Cell(person.address),
        "origin": _code(rng, said, "origin", {person.nationality: ABROAD[person.nationality]}) if victim else Cell(""),
        "transit": _code(rng, said, "transit", {"IRN": ABROAD["IRN"], "TUR": ABROAD["TUR"]})
        if victim and rng.random() < 0.4
        else Cell(""),
        "destination": _code(rng, said, "destination", {k: ABROAD[k] for k in ("ARE", "SAU", "MYS", "GRC", "LBY")})
        if victim
        else Cell(""),
        "means": _code(rng, said, "means", MEANS) if victim and rng.random() < 0.85 else Cell(""),
        "exploitation": _code(rng, said, "exploitation", FORMS) if victim else Cell(""),
        "victim_status": _code(rng, said, "victim_status", VICTIM) if victim else Cell(""),
        "referral": _code(rng, said, "referral", REFERRED) if victim else Cell(""),
        "person_status": _code(rng, said, "person_status", STATUS) if role == "accused" else Cell(""),
    }
    return made


def _number(case: Case) -> Cell:
    """The FIR of a person's case; while it is an enquiry, that number."""
    if case.stage == "enquiry":
        text = f"ENQ {case.enquiry}/{case.year} {case.office}"
        return Cell(text, {"enquiry_no": case.enquiry, "police_station": case.office})
    out = {"fir_no": case.number, "fir_year": str(case.year), "police_station": case.office}
    return Cell(f"{case.number}/{case.year} {case.office}", out)


def _code(rng: random.Random, said: Said, column: str, words: dict[str, tuple[str, ...]]) -> Cell:
    code = rng.choice(list(words))
    said.out[column] = code
    return Cell(rng.choice(words[code]))


def _write(context: Context, month: str) -> None:
    rng = context.rng(f"fia {month}")
    mine = context.world.cases["fia"]
    enquiries = [c for c in mine if c.stage == "enquiry" and c.month == month]
    fresh = [c for c in mine if c.stage == "case" and c.month == month]
    people = [(c, p, "accused") for c in fresh for p in c.accused] + [
        (c, p, "victim") for c in fresh for p in c.victims
    ]
    if month == "2026-10":
        people += [(c, p, "accused") for c in enquiries[:6] for p in c.accused]
    people += [(c, c.victims[0], "accused") for c in fresh if c.extra.get("victim_charged")]
    sheets = [
        _sheet("Enquiries", ENQUIRIES, month, [_enquiry(rng, c, month) for c in enquiries], context),
        _sheet("Cases", CASES, month, [_case_row(rng, c, month) for c in fresh], context),
        _sheet("Persons", PERSONS, month, [_person(rng, *pair, month) for pair in people], context),
    ]
    path = context.inbox.put(month, f"FIA_AHTC_Monthly_{LONG[month]}_2026.xlsx", xlsx(sheets))
    file = context.truth.file(File(path, "fia", "monthly", "xlsx", period=month))
    for sheet in sheets:
        context.truth.sheet(file, sheet.name, sheet.items, sheet.columns)
        for header, intake in sheet.columns:
            if intake.startswith("unknown"):
                context.truth.defect(path, sheet.name, "", header, "RK202")


def _sheet(name: str, spec: dict[str, str], month: str, rows: list[Row], context: Context) -> Sheet:
    layout = common.columns(spec, month, list(spec), context.rng(f"fia layout {name} {month}"))
    for place, made in enumerate(rows, 1):
        made.cells["serial"] = Cell(place)
    items: list[Item] = [
        Skip("RK207", [f"FIA ANTI HUMAN TRAFFICKING CIRCLES: {name.upper()}, {LONG[month].upper()} 2026"]),
        Skip("RK208", [header for header, _ in layout]),
        *rows,
    ]
    return Sheet(name, layout, items, letterhead=1)
