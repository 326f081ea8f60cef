"""Files of senders that nobody has declared: invented, seeded, each in a shape of its own."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl

Cells = Sequence[Sequence[object]]
FIRST = ["Rahim", "Karim", "Javed", "Nasir", "Shabana", "Nazia", "Tariq", "Bilal", "Hamid", "Rubina"]
LAST = ["Gul", "Shah", "Mengal", "Baig", "Rana", "Lodhi"]


class Sender:
    """Draws the values of one file."""

    def __init__(self, seed: int = 7) -> None:
        self.draw = random.Random(seed)

    def of(self, *values: object) -> object:
        """One of these."""
        return self.draw.choice(values)

    def name(self) -> str:
        """A person's name."""
        return f"{self.draw.choice(FIRST)} {self.draw.choice(LAST)}"

    def cnic(self) -> str:
        """A number in the form of a CNIC."""
        return f"{self.draw.randint(1, 7)}{self.draw.randint(1000, 9999)}-{self.draw.randint(1000000, 9999999)}-1"

    def day(self, form: str, year: int = 2026, month: int | None = None) -> str:
        """A day as text."""
        return dt.date(year, month or self.draw.randint(1, 9), self.draw.randint(1, 28)).strftime(form)


def text(path: Path, rows: Cells, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """A delimited file."""
    with path.open("w", encoding=encoding, newline="") as handle:
        csv.writer(handle, delimiter=delimiter).writerows(rows)
    return path


def workbook(path: Path, sheets: dict[str, Cells], merged: Sequence[str] = ()) -> Path:
    """A workbook; `merged`: areas of its first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for area in merged:
        book.worksheets[0].merge_cells(area)
    book.save(path)
    return path


def register(folder: Path) -> list[Path]:
    """A register with a letterhead, words of its own, dots in its dates, a total."""
    s = Sender()
    head = ["Ser", "F.I.R Number", "Thana", "Date Reported", "Law & Section", "Complainant with parentage",
            "Nominated person(s)", "Present position"]  # fmt: skip
    rows = [
        [at, f"{at}/2026", s.of("City Gilgit", "Jutial", "Danyore"), s.day("%d.%m.%Y", month=9),
         s.of("302/34 PPC", "379 PPC", "13-AO"), f"{s.name()} S/O {s.name()}", s.of("Unknown", f"{s.name()} S/O {s.name()}"),
         s.of("Under Investigation", "Challaned", "Untrace")]
        for at in range(1, 31)
    ]  # fmt: skip
    top = [["Office of the SSP"] + [""] * 7, ["FIR register for the month of September 2026"] + [""] * 7]
    return [text(folder / "gilgit fir sep 2026.csv", [*top, head, *rows, ["Total", "30"] + [""] * 6])]


def arrested(folder: Path) -> list[Path]:
    """People under roman Urdu headers."""
    s = Sender()
    head = ["Mulzim Name", "Walid Ka Naam", "Shanakhti Card", "Umar", "Jins", "Pata", "Mukadma", "Thana", "Zila", "Tareekh"]
    rows = [
        [s.name(), s.name(), s.cnic(), s.draw.randint(16, 70), s.of("M", "F"), "Mohallah " + str(s.of(*LAST)),
         f"{at}/26", s.of("City", "Saddar"), s.of("Multan", "Khanewal"), s.day("%d-%b-%y")]
        for at in range(1, 31)
    ]  # fmt: skip
    return [text(folder / "arrested persons.csv", [head, *rows], ";")]


def shelter(folder: Path) -> list[Path]:
    """Services of an NGO."""
    s = Sender()
    head = ["Case Code", "Client Initials", "Sex", "Age", "Type of Support", "Facility", "Admitted", "Discharged", "Police ref."]
    rows = [
        [f"DA-{at:03d}", "A.K.", s.of("F", "M"), s.draw.randint(6, 50), s.of("Shelter", "Legal aid", "Medical"),
         "Panah House", s.day("%Y-%m-%d", month=2), s.day("%Y-%m-%d", month=5), s.of("FIR 12/26 PS City", "")]
        for at in range(1, 31)
    ]  # fmt: skip
    return [text(folder / "ngo support.csv", [head, *rows])]


def american(folder: Path) -> list[Path]:
    """Incidents with month-first dates."""
    s = Sender()
    head = ["incident_number", "date_occurred", "date_reported", "area_name", "offense_description", "victim_age",
            "victim_sex", "status_desc", "location", "lat"]  # fmt: skip
    rows = [
        [f"2401{10000 + at}", s.day("%m/%d/%Y", 2024, 3), s.day("%m/%d/%Y", 2024, 4), s.of("Central", "Pacific"),
         s.of("VEHICLE - STOLEN", "BURGLARY", "ROBBERY"), s.draw.randint(1, 90), s.of("M", "F"),
         s.of("Invest Cont", "Adult Arrest"), f"{at} MAIN ST", 34.05]
        for at in range(1, 41)
    ]  # fmt: skip
    return [text(folder / "us incidents.csv", [head, *rows])]


def urdu(folder: Path) -> list[Path]:
    """A register in Urdu; the father's name is a column of its own."""
    s = Sender()
    head = ["نمبر شمار", "مقدمہ نمبر", "تاریخ اندراج", "تھانہ", "ضلع", "جرم", "نام ملزم", "ولدیت", "کیفیت"]
    names = ("محمد رحیم", "کریم بخش", "جاوید اقبال")
    rows = [
        [at, f"{at}/26", s.day("%d-%m-%Y", month=7), s.of("سٹی", "صدر"), s.of("پشاور", "مردان"), s.of("302 ت پ", "380 ت پ"),
         s.of(*names), s.of(*names), s.of("زیر تفتیش", "عدم پتہ")]
        for at in range(1, 31)
    ]  # fmt: skip
    return [text(folder / "register.csv", [head, *rows])]


def yearly(folder: Path) -> list[Path]:
    """A sheet a year; the header moves and its words change."""
    s = Sender()
    heads = {
        "2021": (2, ["FIR No", "Date of FIR", "PS", "District", "U/S", "Accused"]),
        "2022": (5, ["Case No.", "Reg. Date", "Police Stn", "Dist", "Offence U/S", "Name of Accused"]),
        "2023": (3, ["FIR #", "Dated", "Thana", "Zila", "Sections of Law", "Culprit"]),
    }
    sheets: dict[str, Cells] = {}
    for year, (at, head) in heads.items():
        rows = [
            [f"{n}/{year}", s.day("%d/%m/%Y", int(year)), s.of("City", "Cantt"), s.of("Larkana", "Sukkur"),
             s.of("302 PPC", "392 PPC"), s.name()]
            for n in range(1, 21)
        ]  # fmt: skip
        sheets[year] = [*[[f"Annual register {year}"]] * (at - 1), head, *rows, ["Total", 20]]
    return [workbook(folder / "yearly register.xlsx", sheets)]


def fixed(folder: Path) -> list[Path]:
    """Lines of one length, without a header, with a trailer."""
    s = Sender()
    lines = [
        f"{at:06d}{s.of('SADDAR', 'CITY', 'CANTT'):<12}{s.draw.randint(1, 999):04d}{s.of('25', '26')}"
        f"{s.day('%d%m%Y')}{s.of('302 PPC', '379 PPC'):<10}{s.name():<22}{s.cnic():<15}{s.of('M', 'F')}"
        for at in range(1, 41)
    ]
    (folder / "old.txt").write_text("\r\n".join([*lines, "END 000040"]) + "\r\n", encoding="cp1252")
    return [folder / "old.txt"]


def several(folder: Path) -> list[Path]:
    """Three accused side by side in every row."""
    s = Sender()
    head = ["FIR No", "Date", "PS", "District", "Section", *(f"{w} {n}" for n in (1, 2, 3) for w in ("Accused", "CNIC"))]
    rows = []
    for at in range(1, 31):
        many = at % 3 + 1
        people = [cell for n in range(3) for cell in ((s.name(), s.cnic()) if n < many else ("", ""))]
        rows.append([f"{at}/26", s.day("%d-%m-%Y", month=5), s.of("City", "Saddar"), "Attock", "302 PPC", *people])
    return [text(folder / "several.csv", [head, *rows])]


def counted(folder: Path) -> list[Path]:
    """Victims are a number, not names."""
    s = Sender()
    head = ["Sr No", "FIR Number", "FIR Date", "Police Station", "District", "Offence", "No. of victims", "Victim gender"]
    rows = [
        [at, f"{at}/2026", s.day("%d/%m/%Y", month=4), "Civil Lines", "Hyderabad", "3 PTPA 2018", at % 3 + 1, s.of("Female", "Male")]
        for at in range(1, 31)
    ]
    return [text(folder / "victims.csv", [head, *rows])]


def linked(folder: Path) -> list[Path]:
    """Reports in one file, their people in another."""
    s = Sender()
    reports: list[list[object]] = [["ReportID", "FIR_No", "FIR_Date", "PoliceStation", "District", "Sections"]]
    people: list[list[object]] = [["ReportID", "PersonName", "FatherName", "CNIC", "PersonRole", "Gender"]]
    for at in range(1, 31):
        reports.append([f"R{at:05d}", f"{at}/2026", s.day("%d/%m/%Y", month=6), s.of("City", "Saddar"), "Kasur", "379 PPC"])
        for _ in range(at % 3 + 1):
            people.append([f"R{at:05d}", s.name(), s.name(), s.cnic(), s.of("Accused", "Victim"), s.of("Male", "Female")])
    return [text(folder / "reports.csv", reports), text(folder / "persons.csv", people)]


def statement(folder: Path) -> list[Path]:
    """Heads side by side, some of which no table knows."""
    s = Sender()
    heads = ["Murder", "Att. Murder", "Hurt", "Dacoity", "Robbery", "Burglary", "Misc."]
    places = ["Swat", "Buner", "Shangla", "Lower Dir", "Malakand"]
    rows = [[at, place, *(s.draw.randint(0, 30) for _ in heads)] for at, place in enumerate(places, 1)]
    rows = [[*row, sum(int(str(cell)) for cell in row[2:])] for row in rows]
    sums = ["", "G.Total", *(sum(int(str(row[at])) for row in rows) for at in range(2, 10))]
    top: list[list[object]] = [["CRIME STATEMENT"], ["For the month of August 2026"], []]
    return [workbook(folder / "statement.xlsx", {"Aug-26": [*top, ["S.No", "District", *heads, "Total"], *rows, sums]})]


def months(folder: Path) -> list[Path]:
    """Months side by side, another country's places."""
    s = Sender()
    head = ["LGA", "Offence category", *(dt.date(2024, month, 1).strftime("%b %Y") for month in range(1, 13))]
    rows = [[place, crime, *(s.draw.randint(0, 9) for _ in range(12))] for place in ("Albury", "Ballina") for crime in ("Murder", "Robbery")]
    return [text(folder / "lga.csv", [head, *rows], "|", "utf-16")]


def comparison(folder: Path) -> list[Path]:
    """Heads over years: two header rows, merged."""
    s = Sender()
    rows = [[place, *(s.draw.randint(0, 80) for _ in range(4))] for place in ("Rawalpindi", "Attock", "Jhelum")]
    top: list[list[object]] = [["District", "Murder", None, "Robbery", None], [None, "2024", "2025", "2024", "2025"]]
    return [workbook(folder / "comparison.xlsx", {"Region": [*top, *rows]}, ("B1:C1", "D1:E1"))]


def headless(folder: Path) -> list[Path]:
    """No header at all."""
    s = Sender()
    rows = [
        [f"{at}/2026", s.day("%d/%m/%Y", month=3), s.of("Lahore", "Kasur"), s.of("302 PPC", "379 PPC"), f"{s.name()} S/O {s.name()}"]
        for at in range(1, 31)
    ]
    return [text(folder / "list.csv", rows)]


# name -> (files, units of the formats, fields that must be found, records that must be accepted)
STRANGERS: dict[str, tuple[Callable[[Path], list[Path]], list[str], set[str], int]] = {
    "register": (register, ["case"], {"fir_no", "registered_on", "sections", "complainant", "accused", "status"}, 30),
    "arrested": (arrested, ["person"], {"name", "father_name", "cnic", "age", "sex", "address", "fir_no", "district"}, 30),
    "shelter": (shelter, ["service"], {"victim_ref", "service", "provider", "started_on", "ended_on", "reference"}, 30),
    "american": (american, ["case"], {"agency_ref", "occurred_on", "registered_on", "crime_head", "victim_age", "place"}, 40),
    "urdu": (urdu, ["person"], {"fir_no", "registered_on", "police_station", "sections", "name", "father_name", "role"}, 30),
    "yearly": (yearly, ["case"], {"fir_no", "registered_on", "police_station", "district", "sections", "accused"}, 60),
    "fixed": (fixed, ["case"], {"registered_on", "sections", "serial"}, 40),
    "several": (several, ["person"], {"fir_no", "name", "cnic"}, 30),
    "counted": (counted, ["person"], {"fir_no", "sex", "role"}, 30),
    "linked": (linked, ["case", "person"], {"agency_ref", "fir_no", "name", "father_name", "role"}, 90),
    "statement": (statement, ["return"], {"district", "head", "count"}, 6),
    "months": (months, ["return"], {"district", "head", "period", "count"}, 4),
    "comparison": (comparison, ["return"], {"district", "head", "period", "count"}, 3),
    "headless": (headless, ["case"], {"fir_no", "registered_on", "district", "sections"}, 30),
}  # fmt: skip
