"""Khyber Pakhtunkhwa: Urdu headers, names and digits, Hijri dates, agencies of the former tribal areas."""

from __future__ import annotations

import random

from .. import cells
from ..cells import Cell, Item, Row, Skip
from ..facts import MONTHS, districts, stations_of
from ..inbox import delimited
from ..truth import File
from ..world import Case, register
from . import common
from .common import Context

LAYOUT = {
    "serial": "نمبر شمار",
    "district": "ضلع",
    "police_station": "تھانہ",
    "fir_no": "A:ایف آئی آر نمبر|O:نمبر مقدمہ|*:مقدمہ نمبر",
    "registered_on": "A:تاریخ رپورٹ|*:تاریخ اندراج",
    "occurred_on": "تاریخ وقوعہ",
    "sections": "A:دفعات|O:زیر دفعہ|*:بجرم",
    "complainant": "S:مستغیث|*:مدعی",
    "complainant_phone": "S:مدعی فون|O:مدعی فون",
    "accused": "A:ملزم|*:ملزمان",
    "accused_cnic": "شناختی کارڈ نمبر",
    "victim": "S:متاثرہ|O:متاثرہ|*:مقتول",
    "status": "حالت",
    "reference": "S:سابقہ مقدمہ|O:سابقہ مقدمہ",
    "remarks": "A:مختصر حالات",
    "ignore_1": "J:دستخط محرر",
    "unknown_1": "S:موسم",
}
FILES = {
    "2026-07": ("KP_FIR_2026_07.csv", "utf-8", ";"),
    "2026-08": ("KP_FIR_2026_08.csv", "cp1256", "\t"),
    "2026-09": ("KP_FIR_2026_08_new.csv", "utf-8", ";"),
    "2026-10": ("KP_FIR_2026_10.txt", "cp1256", "\t"),
}
BANNER = "خیبر پختونخوا پولیس — ماہانہ گوشوارہ مقدمات"
OLD = {"Khyber": "خیبر ایجنسی", "Mohmand": "مہمند ایجنسی", "Kurram": "کرم ایجنسی", "Bajaur": "باجوڑ ایجنسی"}
STATUS = {
    "under_investigation": ("زیر تفتیش",),
    "challan_complete": ("چالان",),
    "challan_incomplete": ("نامکمل چالان",),
    "untraced": ("عدم پتہ",),
    "cancelled": ("خارج",),
    "transferred": ("منتقل",),
}
TO_CP1256 = str.maketrans("ی۰۱۲۳۴۵۶۷۸۹۔", "ي0123456789.")


def make_cases(context: Context) -> None:
    """The cases of the four months."""
    rng = context.rng("kp cases")
    for month in MONTHS:
        register(context.world, rng, "kp", stations_of("Khyber Pakhtunkhwa"), month, 125)


def build(context: Context) -> None:
    """Four files; the name of the third says August and its dates say September."""
    mine = context.world.cases["kp"]
    for month in MONTHS:
        fresh = [c for c in mine if c.month == month]
        before = [m for m in MONTHS if m < month][-1:]
        again = [c for c in mine if c.month in before and c.status(month) != c.status(before[0])][::4]
        _write(context, month, fresh + again)


def _row(rng: random.Random, case: Case, month: str) -> Row:
    made = Row("case", case, {}, out={"province": "Khyber Pakhtunkhwa"})
    if case.extra.get("typo"):
        made.how = "fuzzy"
    accused = cells.crowd(rng, case.accused, "accused", "urdu", case.unknown)
    complainant = cells.crowd(rng, [case.complainant] if case.complainant else [], "complainant", "urdu")
    asked = complainant.said[0] if complainant.said else None
    number = cells.fir(rng, case, ("{n}/{s}", "{n}/{s}", "مقدمہ نمبر {n}/{s}"))
    if rng.random() < 0.5:
        number.raw = str(number.raw).translate(cells.URDU_DIGITS)
    cnic = cells.cnics(rng, accused.said, "، ")
    if rng.random() < 0.3:
        cnic.raw = str(cnic.raw).translate(cells.URDU_DIGITS)
    day = case.registered
    shown = rng.choice((f"{day:%d/%m/%Y}".translate(cells.URDU_DIGITS), f"{day:%d-%m-%Y}"))
    codes: tuple[str, ...] = ()
    if rng.random() < 0.12:
        shown, codes = cells.hijri(day, rng), ("RK326",)
    made.cells = {
        "serial": Cell(0),
        **_place(rng, case),
        "fir_no": number,
        "registered_on": cells.day(day, shown, "registered_on", codes),
        "occurred_on": cells.occurred(case, f"{case.occurred:%d/%m/%Y}"),
        "sections": cells.law(rng, case.charges, "urdu"),
        "complainant": complainant,
        "complainant_phone": cells.phone(rng, asked) if month in ("2026-09", "2026-10") else Cell(""),
        "accused": accused,
        "accused_cnic": cnic,
        "victim": cells.crowd(rng, case.victims, "victim", "urdu"),
        "status": common.status(rng, case, month, STATUS),
        "reference": Cell(case.reference or case.related),
        "remarks": Cell(rng.choice(("", "حسب درخواست مدعی", "بوجہ سابقہ دشمنی"))),
        "ignore_1": Cell(rng.choice(("", "محرر"))),
        "unknown_1": Cell(rng.choice(("گرم", "خشک"))),
    }
    return common.planted(made)


def _place(rng: random.Random, case: Case) -> dict[str, Cell]:
    station = case.station
    urdu = districts()[station.province, station.district]["urdu_name"]
    shown = OLD[station.district] if station.district in OLD and rng.random() < 0.5 else urdu or station.district
    out = common.place(station)
    if station.district in {"Lower South Waziristan", "Upper South Waziristan"}:
        shown = "جنوبی وزیرستان"  # the parent, split in 2022: only the station tells which half
    return {"district": Cell(shown), "police_station": Cell(station.urdu, out)}


def _write(context: Context, month: str, known: list[Case]) -> None:
    rng = context.rng(f"kp {month}")
    name, encoding, delimiter = FILES[month]
    layout = common.columns(LAYOUT, month, list(LAYOUT), context.rng(f"kp layout {month}"))
    rows = [_row(rng, case, month) for case in known]
    for place, made in enumerate(rows, 1):
        made.cells["serial"] = Cell(place)
    items: list[Item] = [Skip("RK208", [header for header, _ in layout]), *rows]
    if month in {"2026-07", "2026-09"}:
        items.insert(0, Skip("RK207", [BANNER]))
    if encoding == "cp1256":
        _to_cp1256(items)
        layout = [(header.translate(TO_CP1256), intake) for header, intake in layout]
    data = delimited(items, layout, delimiter, encoding)
    path = context.inbox.put(month, name, data)
    codes = ("RK217",) if month == "2026-09" else ()
    file = context.truth.file(File(path, "kp", "fir", "delimited", encoding, month, codes=codes))
    context.truth.sheet(file, "", items, layout)
    for header, intake in layout:
        if intake.startswith("unknown"):
            context.truth.defect(path, "", "", header, "RK202")


def _to_cp1256(items: list[Item]) -> None:
    """What the old code page cannot hold is written with its nearest letter."""
    for item in items:
        if isinstance(item, Skip):
            item.values = [str(value).translate(TO_CP1256) for value in item.values]
            continue
        for cell in item.cells.values():
            if isinstance(cell.raw, str):
                cell.raw = cell.raw.translate(TO_CP1256)
