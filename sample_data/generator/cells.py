"""A cell is what a clerk typed and, beside it, what it should have become. Everything that dirties a value is here."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from hijridate import Gregorian

from . import names
from .facts import Charge
from .world import Case, Person

Raw = str | int | float | date | None
URDU_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
UNKNOWN = ("Unknown", "unknown accused", "Na-maloom", "3 unknown accused", "Unknown persons")
UNKNOWN_URDU = ("نامعلوم", "نامعلوم ملزمان", "نامعلوم افراد")
HIJRI = [
    "محرم",
    "صفر",
    "ربیع الاول",
    "ربیع الثانی",
    "جمادی الاول",
    "جمادی الثانی",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذوالقعدہ",
    "ذوالحجہ",
]
HIJRI_LATIN = [
    "Muharram",
    "Safar",
    "Rabi al-awwal",
    "Rabi al-thani",
    "Jumada al-awwal",
    "Jumada al-thani",
    "Rajab",
    "Shaban",
    "Ramadan",
    "Shawwal",
    "Dhu al-Qadah",
    "Dhu al-Hijjah",
]


@dataclass
class Said:
    """A person as one row speaks of them."""

    person: Person
    role: str
    out: dict[str, str]


@dataclass
class Cell:
    """`raw` goes into the file; `out` holds the typed columns it should become; `codes` are planted defects."""

    raw: Raw
    out: dict[str, str] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    said: list[Said] = field(default_factory=list)


@dataclass
class Row:
    """One source row: its cells by intake field, the case it speaks of and how that can be found."""

    unit: str
    case: Case | None
    cells: dict[str, Cell]
    found: str = ""
    how: str = "key"
    out: dict[str, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    disposition: str = "accepted"
    code: str = ""
    codes: tuple[str, ...] = ()
    line: int = 0
    wide: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)

    def values(self) -> dict[str, str]:
        """All typed columns of the row: those of its cells, then those that follow from them."""
        merged: dict[str, str] = {}
        for cell in self.cells.values():
            merged.update(cell.out)
        return {**merged, **self.out}

    def people(self) -> list[Said]:
        """Everybody the row names."""
        return [*(said for cell in self.cells.values() for said in cell.said), *self.said]


@dataclass
class Skip:
    """A line of a file that is not a record."""

    code: str
    values: list[Raw]
    line: int = 0


Item = Row | Skip


# --- numbers of cases ---
def fir(rng: random.Random, case: Case, styles: Sequence[str]) -> Cell:
    """FIR number in one of the written forms: {n} number, {z} zero padded, {y} year, {s} short year."""
    shown = rng.choice(styles).format(n=case.number, z=case.number.zfill(4), y=case.year, s=str(case.year)[2:])
    return Cell(shown, {"fir_no": case.number, "fir_year": str(case.year)})


# --- dates ---
def day(value: date | None, raw: Raw, column: str, codes: tuple[str, ...] = ()) -> Cell:
    """A date under one column of the typed row."""
    return Cell(raw, {column: value.isoformat() if value else ""}, codes)


def serial(value: date) -> int:
    """The number by which a spreadsheet knows a day."""
    return (value - date(1899, 12, 30)).days


def hijri(value: date, rng: random.Random) -> str:
    """The day in the Hijri calendar, as KP writes it."""
    h = Gregorian(value.year, value.month, value.day).to_hijri()
    return rng.choice(
        (
            f"{h.day} {HIJRI[h.month - 1]} {h.year} ہجری".translate(URDU_DIGITS),
            f"{h.day} {HIJRI_LATIN[h.month - 1]} {h.year} A.H",
        )
    )


def occurred(case: Case, raw: Raw, ranged: str = "") -> Cell:
    """Occurrence: one day, or a night between two."""
    out = {"occurred_from": case.occurred.isoformat(), "occurred_to": case.occurred.isoformat()}
    if case.occurred_to and ranged:
        out["occurred_to"] = case.occurred_to.isoformat()
        first, last = case.occurred, case.occurred_to
        written = f"night between {first.day}/{last.day}-{last.month}-{last.year}"
        if first.month != last.month or ranged == "to":
            written = f"{first:%d-%m-%Y} to {last:%d-%m-%Y}"
        return Cell(written, out)
    return Cell(raw, out)


# --- sections of law ---
SHORT = {
    "PPC 1860": "PPC",
    "ATA 1997": "ATA",
    "CNSA 1997": "CNSA",
    "Arms Ordinance 1965": "AO",
    "CrPC": "CrPC",
    "Prohibition (Enforcement of Hadd) Order 1979": "PO",
    "KP Arms Act 2013": "AA",
    "Sindh Arms Act 2013": "SAA",
    "BLSA 1992": "BLSA",
    "PTPA 2018": "PTPA",
    "PSMA 2018": "PSMA",
    "Emigration Ord. 1979": "EO",
    "PACHTO 2002": "PACHTO",
    "Punjab Destitute & Neglected Children Act 2004": "PDNCA",
    "Foreigners Act 1946": "Foreigners Act",
    "Passport Act 1974": "Passport Act",
    "Railways Act 1890": "Railways Act",
    "Exit from Pakistan (Control) Ord. 1981": "Exit Control Ordinance",
}


ODD = {("PPC 1860", "3694"): "RK314", ("PPC 1860", "549"): "RK314"}  # the penal code ends at 511


def law(rng: random.Random, charges: Sequence[Charge], style: str = "plain") -> Cell:
    """Sections as an agency writes them."""
    groups: dict[str, list[str]] = {}
    for act, section in charges:
        groups.setdefault(act, []).append(section)
    out = {"charges": ";".join(f"{act} {section}" for act, section in charges)}
    codes = tuple(code for charge, code in ODD.items() if charge in charges)
    if style == "pipe":
        return Cell("|".join(f"{SHORT[act]}:{section}" for act, section in charges), out, codes)
    parts = [_group(rng, act, found, style) for act, found in groups.items()]
    return Cell(("، " if style == "urdu" and len(parts) > 1 else ", ").join(parts), out, codes)


def _group(rng: random.Random, act: str, found: list[str], style: str) -> str:
    joined = "/".join(found)
    if act == "Arms Ordinance 1965":
        return f"{joined}/65 AO"
    if act == "CNSA 1997":
        return "9-C CNSA" if found == ["9(c)"] else f"{joined} CNSA"
    if act == "PPC 1860" and style == "urdu":
        return f"{joined.translate(URDU_DIGITS) if rng.random() < 0.5 else joined} ت پ"
    separator = rng.choice((" ", " ", "-")) if act in {"PPC 1860", "ATA 1997", "KP Arms Act 2013"} else " "
    text = f"{joined}{separator}{SHORT[act]}"
    return text.upper() if style == "upper" and act != "CrPC" else text


# --- people ---
def said(person: Person, role: str, name: str = "", **out: str) -> Said:
    """A mention with the columns that any people cell gives."""
    return Said(person, role, {"name": name or person.name, **out})


def written(rng: random.Random, person: Person, role: str, style: str, spelt: float = 0.0) -> tuple[str, Said]:
    """One person in one cell: `Mst. Fatima Bibi W/O Aslam`, `Imran @ Mani S/O Bashir`, `محمد اسلم ولد بشیر`."""
    name = names.respelt(person.name, rng, spelt)
    relative = names.respelt(person.relative, rng, spelt)
    alias = person.alias
    if style == "urdu":
        name, relative = names.urdu(person.name), names.urdu(person.relative)
        alias = names.ALIASES.get(person.alias, "")
    out = {"relation": person.relation, "relative_name": relative, "aliases": alias, "sex": person.sex}
    said_of = said(person, role, name, **out)
    if style == "urdu":
        marker = "زوجہ" if person.relation == "husband" else "ولد" if person.sex == "male" else "دختر"
        title = "مسماة " if person.sex == "female" else ""
        return f"{title}{name}{f' عرف {alias}' if alias else ''} {marker} {relative}", said_of
    marker = "W/O" if person.relation == "husband" else "S/O" if person.sex == "male" else "D/O"
    title = "Mst. " if person.sex == "female" else ""
    shown_alias = f" {rng.choice(('@', 'alias', '@'))} {alias}" if alias else ""
    text = f"{title}{name}{shown_alias} {marker} {relative}"
    return (text.upper() if style == "upper" else text), said_of


def crowd(rng: random.Random, people: Sequence[Person], role: str, style: str, unknown: bool = False) -> Cell:
    """All people of one role in one cell, or the word for unknown ones."""
    script = {"urdu": "urdu", "semicolon": "upper"}.get(style, "plain")
    pairs = [written(rng, person, role, script, 0.1) for person in people]
    texts = [text for text, _ in pairs]
    if unknown:
        word = rng.choice(UNKNOWN_URDU if style == "urdu" else UNKNOWN)
        texts.append(word.upper() if style == "semicolon" else word)
    out = {"accused_unknown": "true" if unknown else "false"} if role == "accused" else {}
    return Cell(_joined(texts, style), out, said=[one for _, one in pairs])


def _joined(texts: list[str], style: str) -> str:
    if style == "numbered" and len(texts) > 1:
        return " ".join(f"{place}) {text}" for place, text in enumerate(texts, 1))
    if style == "dotted" and len(texts) > 1:
        return "\n".join(f"{place}. {text}" for place, text in enumerate(texts, 1))
    return {"semicolon": "; ", "urdu": "، ", "pipe": "|"}.get(style, ", ").join(texts)


def cnics(
    rng: random.Random, people: Sequence[Said], separator: str, lossy: float = 0.0, as_number: bool = False
) -> Cell:
    """The CNICs of a people cell in the same order, `-` for one that is missing. May lose its digits on the way."""
    if not people:
        return Cell("")
    shown = [one.person.cnic for one in people]
    if len(shown) == 1 and shown[0]:
        digits = shown[0].replace("-", "")
        if rng.random() < lossy:
            return Cell(f"{digits[0]}.{digits[1:6]}E+12", codes=("RK305",))
        people[0].out["cnic"] = shown[0]
        if as_number and rng.random() < 0.4:
            return Cell(int(digits))
        return Cell(rng.choice((shown[0], digits, shown[0])))
    if rng.random() < 0.04 and len(shown) > 2:
        return Cell(separator.join(shown[:-1]), codes=("RK218",))
    for one in people:
        one.out["cnic"] = one.person.cnic
    return Cell(separator.join(number or "-" for number in shown) if any(shown) else "")


def phone(rng: random.Random, one: Said | None, two: bool = False) -> Cell:
    """Mobile numbers as clerks write them; two in a cell are normal."""
    if one is None or not one.person.phones:
        return Cell("")
    numbers = list(one.person.phones)
    if two and rng.random() < 0.3:
        numbers.append(f"+9235{numbers[0][5:]}")
    texts = []
    for number in numbers:
        local = "0" + number[3:]
        texts.append(rng.choice((local, f"{local[:4]}-{local[4:]}", f"+92 {local[1:4]} {local[4:]}", f"92{local[1:]}")))
    one.out["phones"] = ";".join(numbers)
    return Cell(rng.choice((", ", " / ")).join(texts))


def blank(rng: random.Random, cell: Cell, chance: float, words: Sequence[str] = ("", "", "-", "N/A", "nil")) -> Cell:
    """By chance a word for nothing in place of the cell; what the cell said is then not said."""
    return Cell(rng.choice(words)) if rng.random() < chance else cell


def shift(value: date, days: int) -> date:
    """A day later or earlier."""
    return value + timedelta(days=days)
