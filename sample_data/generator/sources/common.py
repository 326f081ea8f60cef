"""What several sources need: place columns, month labels, planted people."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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

    def rng(self, name: str) -> random.Random:
        """A generator of random numbers of its own for one purpose."""
        return random.Random(f"recordkit sample 1:{name}")


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
    word = row.case.extra.get("plant", "") if row.case else ""
    cells = row.cells
    if word == "illegible":
        cells["fir_no"] = Cell("(illegible)")
        row.disposition, row.code = "quarantined", "RK310"
    elif word == "keyless":
        cells["fir_no"], cells["police_station"], row.out = Cell(""), Cell(""), {}
        row.disposition, row.code = "quarantined", "RK408"
    elif word == "cattle":
        cells["sections"] = Cell("")
        cells["crime_head"] = Cell("Cattle Theft", {"crime_head": "Cattle Theft"})
    elif word == "strange_status":
        cells["status"] = Cell("with the reader", codes=("RK322",))
    elif word == "bad_date":
        cells["occurred_on"] = Cell("31-Feb-26", codes=("RK302",))
    elif word == "bad_cnic" and cells["accused"].said:
        cells["accused"].said[0].out.pop("cnic", None)
        cells["accused_cnic"] = Cell("35202-12345-1", codes=("RK304",))
    elif word == "no_year":
        cells["fir_no"] = Cell(row.case.number, {"fir_no": row.case.number, "fir_year": str(row.case.year)})
    return row
