"""Islamabad: an export of a system, UTF-16 with tabs, time zones, e-tags that become FIRs."""

from __future__ import annotations

import random

from .. import cells
from ..cells import Cell, Item, Row, Skip
from ..facts import MONTHS, stations_of
from ..inbox import delimited
from ..truth import File
from ..world import Case, register
from . import common
from .common import Context

LAYOUT = {
    "agency_ref": "id",
    "stage": "record_type",
    "e_tag": "e_tag",
    "fir_no": "fir_number",
    "fir_year": "A:fir_year|S:fir_year|O:fir_year",
    "registered_on": "registered_at",
    "occurred_on": "occurred_at",
    "police_station": "police_station",
    "ignore_1": "zone",
    "sections": "sections",
    "complainant": "complainant_name",
    "complainant_cnic": "complainant_cnic",
    "complainant_phone": "complainant_phone",
    "accused": "accused_names",
    "accused_cnic": "accused_cnics",
    "victim": "victim_name",
    "victim_age": "victim_age",
    "victim_sex": "victim_sex",
    "status": "status",
    "ignore_2": "created_by",
    "unknown_1": "O:sync_hash",
}
STATUS = {
    "under_investigation": ("under investigation",),
    "challan_complete": ("challan submitted",),
    "challan_incomplete": ("incomplete challan",),
    "untraced": ("untraced",),
    "cancelled": ("cancelled",),
    "transferred": ("transferred",),
    "enquiry": ("enquiry",),
}


def make_cases(context: Context) -> None:
    """FIRs of the four months, each with a tag; a few tags that are not FIRs yet, or never."""
    rng = context.rng("islamabad cases")
    stations = stations_of("Islamabad Capital Territory")
    for month in MONTHS:
        for case in register(context.world, rng, "islamabad", stations, month, 54):
            case.e_tag = f"ICT-{case.registered:%y%m}-{rng.randint(10000, 99999)}"


def build(context: Context) -> None:
    """Four exports, and a second part of October that is empty."""
    for month in MONTHS:
        _write(context, month)
    path = context.inbox.put("2026-10", "ict_fir_export_202610_part2.tsv", b"")
    context.truth.file(File(path, code="RK126"))


def _row(rng: random.Random, case: Case, month: str, tag_only: bool = False) -> Row:
    made = Row("case", case, {}, out={"province": "Islamabad Capital Territory"})
    if tag_only:
        made.how = "conversion"
    elif case.extra.get("typo"):
        made.how = "fuzzy"
    accused = cells.crowd(rng, case.accused, "accused", "pipe", case.unknown)
    complainant = cells.crowd(rng, [case.complainant] if case.complainant else [], "complainant", "pipe")
    asked = complainant.said[0] if complainant.said else None
    victim = cells.crowd(rng, case.victims[:1], "victim", "pipe")
    hour = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:00+05:00"
    number = cells.fir(rng, case, ("{n}/{y}", "{n}/{s}")) if not tag_only else Cell("")
    on = case.registered
    if tag_only and case.extra.get("fir"):  # reported the month before it was registered
        on = cells.shift(on, -31)
    made.cells = {
        "agency_ref": Cell(f"{rng.randint(100000, 999999)}"),
        "stage": Cell("E-TAG" if tag_only else "FIR", {"stage": "enquiry" if tag_only else "case"}),
        "e_tag": Cell(case.e_tag, {"e_tag": case.e_tag}),
        "fir_no": number,
        "fir_year": Cell("" if tag_only else case.year),
        "registered_on": cells.day(on, f"{on}T{hour}", "registered_on"),
        "occurred_on": cells.occurred(case, f"{case.occurred}T{hour}"),
        "police_station": Cell(rng.choice((case.station.name, f"PS {case.station.name}")), common.place(case.station)),
        "ignore_1": Cell(rng.choice(("Saddar", "City", "Rural"))),
        "sections": cells.law(rng, case.charges, "pipe"),
        "complainant": complainant,
        "complainant_phone": cells.phone(rng, asked),
        "accused": accused,
        "accused_cnic": cells.cnics(rng, accused.said, "|"),
        "victim": victim,
        "status": Cell("enquiry", {"status": "enquiry"}) if tag_only else common.status(rng, case, month, STATUS),
        "ignore_2": Cell("op7"),
        "unknown_1": Cell(f"{rng.randrange(16**8):08x}"),
    }
    if asked:
        asked.out["cnic"] = asked.person.cnic
        made.cells["complainant_cnic"] = Cell(asked.person.cnic)
    if victim.said:
        one = victim.said[0]
        one.out["age"], one.out["sex"] = str(one.person.age(case.registered)), one.person.sex
        made.cells["victim_age"] = Cell(int(one.out["age"]))
        made.cells["victim_sex"] = Cell(one.person.sex)
    return common.planted(made)


def _write(context: Context, month: str) -> None:
    rng = context.rng(f"islamabad {month}")
    mine = context.world.cases["islamabad"]
    before = [m for m in MONTHS if m < month][-1:]
    rows = [_row(rng, c, month) for c in mine if c.month == month and not c.extra.get("tag")]
    rows += [_row(rng, c, month) for c in mine if c.month in before and c.status(month) != c.status(before[0])][::4]
    for case in mine:
        if case.extra.get("tag") == month:
            rows.append(_row(rng, case, month, tag_only=True))
        elif case.extra.get("fir") == month:
            rows.append(_row(rng, case, month))
    layout = common.columns(LAYOUT, month, list(LAYOUT), context.rng(f"islamabad layout {month}"))
    items: list[Item] = [Skip("RK208", [header for header, _ in layout]), *rows]
    path = context.inbox.put(
        month, f"ict_fir_export_{month.replace('-', '')}.tsv", delimited(items, layout, "\t", "utf-16-le", "\r\n")
    )
    file = context.truth.file(File(path, "islamabad", "fir_export", "delimited", "utf-16-le", month))
    context.truth.sheet(file, "", items, layout)
    for header, intake in layout:
        if intake.startswith("unknown"):
            context.truth.defect(path, "", "", header, "RK202")
