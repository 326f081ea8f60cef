"""What several sources need: place columns, month labels, planted people."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ..cells import Cell, Row
from ..facts import Station
from ..inbox import Inbox
from ..truth import Truth
from ..world import Case, World

LONG = {"2026-07": "July", "2026-08": "August", "2026-09": "September", "2026-10": "October"}
SHORT = {month: name[:3] for month, name in LONG.items()}
STATUS = {
    "under_investigation": ("Under investigation", "U/I", "Pending", "under inv."),
    "challan_complete": ("Challaned", "Challan", "Challan submitted", "Complete challan"),
    "challan_incomplete": ("Incomplete challan", "Interim challan"),
    "untraced": ("Untraced", "Un-traced"),
    "cancelled": ("Cancelled", "Canceled"),
    "transferred": ("Transferred",),
    "false": ("False case",),
    "enquiry": ("Enquiry", "Inquiry"),
    "enquiry_closed": ("Enquiry closed",),
    "enquiry_converted": ("Converted into case",),
    "convicted": ("Convicted",),
}


@dataclass
class Context:
    """Everything a source writes to."""

    world: World
    inbox: Inbox
    truth: Truth
    seed: int = 1

    def rng(self, name: str) -> random.Random:
        """A generator of random numbers of its own for one purpose."""
        return random.Random(f"recordkit sample {self.seed}:{name}")


def place(station: Station) -> dict[str, str]:
    """The place columns that a station resolves to."""
    return {
        "province": station.province,
        "division": station.division,
        "district": station.district,
        "district_pcode": station.pcode,
        "place_level": "station",
        "police_station": station.name,
    }


def status(rng: random.Random, case: Case, month: str, words: dict[str, tuple[str, ...]] = STATUS) -> Cell:
    """The status of a case as known in a month."""
    code = case.status(month)
    return Cell(rng.choice(words[code]) if code else "", {"status": code} if code else {})


def columns(layout: dict[str, str], month: str, order: Sequence[str], rng: random.Random) -> list[tuple[str, str]]:
    """Headers of one month. `layout`: field -> `Header` or `J:Header|A:Other|*:Rest`; a month without one lacks it."""
    letter = LONG[month][0]
    made = []
    for name in order:
        chosen = _header(layout[name], letter)
        if chosen:
            made.append((chosen, name))
    fixed = [pair for pair in made if pair[1] in {"serial", "division", "district", "police_station"}]
    rest = [pair for pair in made if pair not in fixed]
    if letter != "J":
        rng.shuffle(rest)
    return fixed + rest


def _header(spec: str, letter: str) -> str:
    if ":" not in spec:
        return spec
    options = dict(part.split(":", 1) for part in spec.split("|"))
    return options.get(letter, options.get("*", ""))


def numbered(make: Callable[[int], Cell], count: int) -> list[Cell]:
    """Serial number cells."""
    return [make(place) for place in range(1, count + 1)]


def planted(row: Row) -> Row:
    """Spoil one cell of a row as its case's `plant` says. Called last, when all cells are there."""
    case = row.case
    word = case.extra.get("plant", "") if case else ""
    if not case or not word:
        return row
    cells = row.cells
    later = case.registered.replace(month=12)
    before = case.registered - timedelta(days=2)
    turned = {"occurred_from": case.registered.isoformat(), "occurred_to": before.isoformat()}
    made: dict[str, dict[str, Cell]] = {
        "illegible": {"fir_no": Cell("(illegible)")},
        "keyless": {"fir_no": Cell(""), "police_station": Cell("")},
        "cattle": {"sections": Cell(""), "crime_head": Cell("Cattle Theft", {"crime_head": "Cattle Theft"})},
        "strange_status": {"status": Cell("with the reader", codes=("RK322",))},
        "bad_date": {"occurred_on": Cell("31-Feb-26", codes=("RK302",))},
        "no_year": {"fir_no": Cell(case.number, {"fir_no": case.number, "fir_year": str(case.year)})},
        "future": {"registered_on": Cell(f"{later:%d-%m-%Y}", {"registered_on": later.isoformat()}, ("RK402",))},
        "reversed": {
            "occurred_on": Cell(f"{case.registered:%d-%m-%Y} to {before:%d-%m-%Y}", turned, ("RK418",)),
        },
        "year_slip": {
            "fir_no": Cell(
                f"{case.number}/{case.year - 1}", {"fir_no": case.number, "fir_year": str(case.year - 1)}, ("RK403",)
            ),
        },
        "unknown_station": {
            "police_station": Cell(
                "Chowki Naya Pull",
                {**place(case.station), "police_station": "Chowki Naya Pull", "place_level": "district"},
                ("RK321",),
            ),
        },
        "somewhere_in_karachi": {
            "district": Cell("KARACHI"),
            "police_station": Cell(
                "NOORPUR",
                {
                    "province": "Sindh",
                    "division": "Karachi",
                    "place_level": "division",
                    "police_station": "Noorpur",
                },
                ("RK321",),
            ),
        },
        "lost_district": {"district": Cell(f"{case.station.district[:-1]}la")},
    }
    cells.update(made.get(word, {}))
    if word == "illegible":
        row.disposition, row.code = "quarantined", "RK310"
    elif word == "keyless":
        row.disposition, row.code, row.out = "quarantined", "RK408", {}
    elif word == "bad_cnic" and cells["accused"].said:
        cells["accused"].said[0].out.pop("cnic", None)
        cells["accused_cnic"] = Cell("35202-12345-1", codes=("RK304",))
    return row
