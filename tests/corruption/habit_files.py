"""What people type and machines turn: ditto marks, numbered lists, numbers without a person, dates read month first."""

from __future__ import annotations

import books
from mapped import MappedCase
from mapped_files import HEAD, meant, row, text
from suite import LOUD

CNIC = [*HEAD, "Accused CNIC"]


def _ditto() -> list[MappedCase]:
    """Every mark means the cell above, wherever it stands, and is told."""
    cases = []
    for mark in ('"', "//", "〃", "-do-", "Do", "DITTO", "ایضاً", "same as above", "-ditto-"):
        cells = mark if mark != '"' else '""""'
        rows = [HEAD, row(1), row(2), row(3)]
        for at in (2, 3):
            rows[at] = [rows[at][0], rows[at][1], cells, cells, cells, cells, cells, cells]
        first = {**meant(1), "police_station_raw": "Raiwind", "names": "Ali"}
        cases.append(
            MappedCase(
                f"ditto {mark}", text(rows),
                {2: first, 3: {**first, "fir_no": "2"}, 4: {**first, "fir_no": "3"}}, found=frozenset({"RK230@3", "RK230@4"}),
            )
        )  # fmt: skip
    blank = row(2, accused="")
    below = [HEAD, row(1), blank, [*row(3)[:6], "-do-", row(3)[7]]]
    return [
        *cases,
        MappedCase("ditto below a blank cell", text(below), {2: meant(1, names="Ali"), 3: meant(2), 4: meant(3)}, found=frozenset({"RK230@4"})),
        MappedCase("ditto in the first row", text([HEAD, row(1, accused="do"), row(2)]),
                   {2: meant(1, names=None), 3: meant(2)}, found=frozenset({"RK230@2"})),
        MappedCase("names that hold a mark", text([HEAD, row(1, accused="Dodo Khan S/O Same Khan"), row(2)]),
                   {2: meant(1, names="Dodo Khan"), 3: meant(2)}),
    ]  # fmt: skip


def _people() -> list[MappedCase]:
    def listed(name: str, cell: str, names: str) -> MappedCase:
        quoted = f'"{cell}"'
        return MappedCase(name, text([HEAD, row(1, accused=quoted), row(2)]), {2: meant(1, names=names), 3: meant(2)})

    nobody = [cells[:6] + cells[7:] for cells in (HEAD, row(1), row(2))]
    numbers = [[*line, number] for line, number in zip(nobody, ("Accused CNIC", "35202-1234567-1", ""), strict=True)]
    return [
        listed("people in Roman numbers", "i) Ali Raza ii) Bashir Ahmad iii) Zain", "Ali Raza;Bashir Ahmad;Zain"),
        listed("people in Roman numbers in brackets", "(i) Ali Raza (ii) Bashir Ahmad", "Ali Raza;Bashir Ahmad"),
        listed("people in letters", "a) Ali Raza b) Bashir Ahmad", "Ali Raza;Bashir Ahmad"),
        listed("people parted by a stroke", "Ali Raza S/O Noor / Bashir Ahmad S/O Noor", "Ali Raza;Bashir Ahmad"),
        listed("names parted by a stroke", "Ali Raza/Bashir Ahmad", "Ali Raza;Bashir Ahmad"),
        listed("a short name with a stroke", "Kala/Kalu", "Kala Kalu"),
        MappedCase("people with nothing between them", text([HEAD, row(1, accused="Ali Raza S/O Noor Din Bashir Ahmad S/O Karim"), row(2)]),
                   {2: meant(1, names="Ali Raza;Bashir Ahmad"), 3: meant(2)}, found=frozenset({"RK344@2"}), want=LOUD),
        listed("a grandfather", "Ali Raza S/O Noor Din S/O Karim", "Ali Raza"),
        listed("people numbered in Urdu", "۱۔ علی رضا ولد نور دین ۲۔ بشیر احمد ولد کریم", "علی رضا;بشیر احمد"),
        listed("people numbered in square brackets", "[1] Ali Raza S/O Noor [2] Bashir Ahmad S/O Karim", "Ali Raza;Bashir Ahmad"),
        MappedCase("a father on the line below", text([HEAD, row(1, accused='"Ali Raza\nS/O Noor Din\nBashir Ahmad\nS/O Karim"'), row(2)]),
                   {2: meant(1, names="Ali Raza;Bashir Ahmad"), 6: meant(2)}),
        listed("people parted by alongwith", "Ali Raza S/O Noor alongwith Bashir Ahmad S/O Karim", "Ali Raza;Bashir Ahmad"),
        MappedCase("a CNIC shown as an amount", text([[*HEAD, "Accused CNIC"], [*row(1), '"3,520,212,345,671"'], [*row(2), ""]]),
                   {2: meant(1, cnics="35202-1234567-1"), 3: meant(2)}),
        listed("an initial is no number", "I. Hussain S/O Karim", "I. Hussain"),
        MappedCase("CNICs without a column of names", text(numbers), {2: meant(1, cnics="35202-1234567-1"), 3: meant(2)},
                   found=frozenset({"RK218@2"}), want=LOUD),
    ]  # fmt: skip


def _dates() -> list[MappedCase]:
    """A machine that puts the month first turned what it could: 1/7, 4/7 and 7/7 of 13/7, 16/7, 19/7 ..."""
    turned = ["2026-01-07", "2026-04-07", "2026-05-07", "13/07/2026", "16/07/2026", "19/07/2026"]
    days = ["2026-07-01", "2026-07-04", "2026-07-05", "2026-07-13", "2026-07-16", "2026-07-19"]
    kept = ["2026-07-01", "2026-07-04", "2026-07-25", "13/07/2026", "16/07/2026", "19/07/2026"]
    utc = ["2026-07-03T21:30:00Z", "2026-07-03T21:30:00+05:00", "2026-07-03 18:59:59 +0000", "2026-07-04T01:30:00.250+05:30"]
    local = ["2026-07-04", "2026-07-03", "2026-07-03", "2026-07-04"]

    def dated(name: str, cells: list[str], meant_on: list[str], **options: object) -> MappedCase:
        rows = [HEAD, *[row(n, date) for n, date in enumerate(cells, start=1)]]
        records = {n + 1: meant(n, registered_on=date) for n, date in enumerate(meant_on, start=1)}
        return MappedCase(name, text(rows), records, **options)  # type: ignore[arg-type]

    return [
        dated("dates that a machine turned", turned, days, found=frozenset({"RK303@2", "RK303@3", "RK303@4"}), want=LOUD),
        dated("dates and texts that nobody turned", kept, [*days[:2], "2026-07-25", *days[3:]]),
        dated("times with the offset of another zone", utc, local),
        dated("letters for digits in dates", ["l3-07-2026", "O4-07-2026", "15-O7-2026"], ["2026-07-13", "2026-07-04", "2026-07-15"],
              found=frozenset({"RK334@2", "RK334@3", "RK334@4"})),
        dated("digits torn off", ["1 3-07-2026", "14-07-20 26"], ["2026-07-13", "2026-07-14"],
              found=frozenset({"RK302@2", "RK302@3"}), want=LOUD),
    ]


def _numbers() -> list[MappedCase]:
    high = [["1", "2021/26", *row(1)[2:]], ["2", "2022/2026", *row(2)[2:]], ["3", "1950/26", *row(3)[2:]], ["4", "2026/17", *row(4)[2:]]]
    below = [["", "", "", "", "", "", "", ""], ["Head", "Cases", "", "", "", "", "", ""], ["Murder", "2", "", "", "", "", "", ""]]
    return [
        MappedCase("numbers that look like years", text([HEAD, *high]),
                   {2: meant(1, fir_no="2021"), 3: meant(2, fir_no="2022"), 4: meant(3, fir_no="1950"), 5: meant(4, fir_no="17")}),
        MappedCase("an abstract below the register", text([HEAD, *[row(n) for n in range(1, 4)], *below]),
                   {2: meant(1), 3: meant(2), 4: meant(3)}, found=frozenset({"RK408@7"})),
    ]  # fmt: skip


def _unseen() -> list[MappedCase]:
    rows = [HEAD, row(1), row(2, accused="Bash\x0cir"), row(3, accused="Bash\x07ir")]
    twice = "تھانہ صدر".encode().decode("cp1252", "replace")
    return [
        MappedCase("characters that nobody sees", text(rows), {2: meant(1, names="Ali"), 3: meant(2), 4: meant(3, names="Bashir")},
                   found=frozenset({"RK301@3", "RK301@4"})),
        MappedCase("codes of web pages", text([HEAD, row(1, accused="Ali&nbsp;Raza"), row(2)]), {2: meant(1, names="Ali Raza"), 3: meant(2)},
                   found=frozenset({"RK135@2"}), want=LOUD),
        MappedCase("Urdu that was encoded twice", text([HEAD, row(1), row(2, accused=twice)]), {2: meant(1), 3: meant(2)},
                   found=frozenset({"RK134@3"})),
        MappedCase("Urdu that was encoded twice, in a workbook", books.xlsx([HEAD, row(1), row(2, accused=twice)]),
                   {2: meant(1), 3: meant(2)}, found=frozenset({"RK134@3"}), file="corner_2026-07.xlsx"),
    ]  # fmt: skip


CASES = [*_ditto(), *_people(), *_dates(), *_numbers(), *_unseen()]
