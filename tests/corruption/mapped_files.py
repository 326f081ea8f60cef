"""Registers and statements whose trouble is their layout: letterheads, headers, totals, footers, blanks, dates."""

from __future__ import annotations

import books
from mapped import MappedCase
from suite import LOUD

HEAD = ["S.No", "FIR No", "Date", "District", "Police Station", "U/S", "Accused", "Status"]


def row(n: int, date: str | None = None, accused: str = "Ali S/O Zain", district: str = "Lahore") -> list[str]:
    """A record."""
    return [str(n), f"{n}/2026", date or f"{n + 12:02}/07/2026", district, "Raiwind", "302 PPC", accused, "challan"]


def meant(n: int, **changed: str | None) -> dict[str, str | None]:
    """What it means."""
    return {
        "fir_no": str(n),
        "fir_year": "2026",
        "registered_on": f"2026-07-{n + 12:02}",
        "district": "Lahore",
        **changed,
    }


def text(rows: list[list[str]]) -> str:
    """Lines."""
    return "".join(",".join(cells) + "\n" for cells in rows)


def register(
    name: str, before: list[list[str]], after: list[list[str]], found: str = "", **options: object
) -> MappedCase:
    """Lines before the header and after six records."""
    rows = [*before, HEAD, *map(row, range(1, 7)), *after]
    first = len(before) + 1
    return MappedCase(
        name, text(rows), {first + n: meant(n) for n in range(1, 7)}, None, frozenset(found.split()), **options
    )  # type: ignore[arg-type]


BLANK = [""] * 8


def _frames() -> list[MappedCase]:
    """What stands around the records."""
    spread = [HEAD[0], "FIR", *HEAD[2:]]
    return [
        register("a plain register", [], []),
        register("a letterhead of three rows", [["GOVERNMENT OF THE PUNJAB", *BLANK[1:]], ["Crime register", *BLANK[1:]], ["Month: July 2026", *BLANK[1:]]], []),
        register("a bare letterhead", [["GOVERNMENT OF THE PUNJAB"], ["Crime register for July 2026"], [""]], []),
        register("a letterhead that names district and station", [["District: Lahore", *BLANK[1:]], ["Police Station", "Raiwind", *BLANK[2:]]], []),
        register("a total with its word", [], [["Total", "6", *BLANK[2:]]]),
        register("a total with its word in another column", [], [["", "", "", "", "Grand Total", "6", "", ""]]),
        register("a total in Urdu", [], [["میزان", *BLANK[1:7], "6"]]),
        register("a total that is wrong", [], [["Total", "9", *BLANK[2:]]], "RK215@8"),
        register("a footer", [], [BLANK, ["Prepared by: Head Constable Aslam", *BLANK[1:]], ["Copy to: DIG Lahore", *BLANK[1:]]]),
        register("a footer of one cell", [], [["Prepared by: Head Constable Aslam"]]),
        register("notes below the total", [], [["Total", "6", *BLANK[2:]], ["Figures are provisional", *BLANK[1:]]]),
        register("blank rows at the end", [], [BLANK, BLANK, BLANK]),
        MappedCase("blank rows inside", text([HEAD, *map(row, range(1, 4)), BLANK, BLANK, *map(row, range(4, 7))]),
                   {**{n + 1: meant(n) for n in range(1, 4)}, **{n + 3: meant(n) for n in range(4, 7)}}),
        MappedCase("the header again on every page", text([HEAD, *map(row, range(1, 4)), HEAD, *map(row, range(4, 7))]),
                   {**{n + 1: meant(n) for n in range(1, 4)}, **{n + 2: meant(n) for n in range(4, 7)}}),
        MappedCase("two files one after the other", text([HEAD, *map(row, range(1, 4))]) + "\ufeff" + text([HEAD, *map(row, range(4, 7))]),
                   {**{n + 1: meant(n) for n in range(1, 4)}, **{n + 2: meant(n) for n in range(4, 7)}}),
        MappedCase("subtotals after every district",
                   text([HEAD, row(1), row(2), ["Lahore Total", "2", *BLANK[2:]], row(3, district="Kasur"), ["Sub Total", "1", *BLANK[2:]], ["Grand Total", "3", *BLANK[2:]]]),
                   {2: meant(1), 3: meant(2), 5: meant(3, district="Kasur")}),
        MappedCase("columns in another order", text([list(reversed(cells)) for cells in [HEAD, *map(row, range(1, 7))]]),
                   {n + 1: meant(n) for n in range(1, 7)}),
        MappedCase("a header that nobody knows", text([[*HEAD, "Zodiac"], *[[*row(n), "Leo"] for n in range(1, 7)]]),
                   {n + 1: meant(n) for n in range(1, 7)}, found=frozenset({"RK202"})),
        MappedCase("a header twice", text([[*HEAD, "Date"], *[[*row(n), row(n)[2]] for n in range(1, 7)]]),
                   {n + 1: meant(n) for n in range(1, 7)}, found=frozenset({"RK206"})),
        MappedCase("a header that was cut short", text([spread, *map(row, range(1, 7))]), {n + 1: meant(n) for n in range(1, 7)},
                   found=frozenset({"RK202", "RK203"}), want=LOUD),
        MappedCase("no header", text([*map(row, range(1, 7))]), {n: meant(n) for n in range(1, 7)}, found=frozenset({"RK201"}), want=LOUD),
        MappedCase("a table of something else", "pump,litres\n1,30\n2,40\n", {}, found=frozenset({"RK201"})),
        MappedCase("a header and nothing below", text([HEAD]), {}, found=frozenset({"RK121"})),
        MappedCase("people named like totals", text([HEAD, row(1, accused="Total Khan S/O Note Khan"), row(2, accused="Sum S/O Page")]),
                   {2: meant(1), 3: meant(2)}),
    ]  # fmt: skip


def _rows() -> list[MappedCase]:
    """What stands inside the records."""
    shifted = ["3", "", "3/2026", "15/07/2026", "Lahore", "Raiwind", "302 PPC", "Ali"]
    return [
        MappedCase("a row shifted by one cell", text([HEAD, row(1), row(2), shifted, row(4)]),
                   {2: meant(1), 3: meant(2), 4: meant(3), 5: meant(4)}, want=LOUD),
        MappedCase("a row that is too short", text([HEAD, row(1), row(2)[:5], row(3)]), {2: meant(1), 3: meant(2), 4: meant(3)},
                   found=frozenset({"RK111@3"}), want=LOUD),
        MappedCase("a row without its key", text([HEAD, row(1), ["2", "", "14/07/2026", "", "", "302 PPC", "Ali", ""], row(3)]),
                   {2: meant(1), 3: meant(2), 4: meant(3)}, want=LOUD),
        MappedCase("an impossible date", text([HEAD, row(1), row(2, "31/02/2026"), row(3)]),
                   {2: meant(1), 3: meant(2), 4: meant(3)}, want=LOUD),
        MappedCase("a date of the year 26", text([HEAD, row(1), row(2, "14/07/26"), row(3)]), {2: meant(1), 3: meant(2), 4: meant(3)}),
        MappedCase("months first in the whole file", text([HEAD, *[row(n, f"07/{n + 12:02}/2026") for n in range(1, 7)]]),
                   {n + 1: meant(n) for n in range(1, 7)}),
        MappedCase("a serial among dates", text([HEAD, row(1), row(2, "46217"), row(3)]), {2: meant(1), 3: meant(2), 4: meant(3)}),
        MappedCase("a date with letters for digits", text([HEAD, row(1), row(2, "l4/O7/2026"), row(3)]),
                   {2: meant(1), 3: meant(2), 4: meant(3)}, found=frozenset({"RK334@3"})),
    ]  # fmt: skip


def _cnics() -> list[MappedCase]:
    head = [*HEAD, "Accused CNIC"]
    good = {"cnics": "35202-1234567-1"}

    def one(name: str, cell: str, wanted: str | None, want: str = "right") -> MappedCase:
        rows = [head, [*row(1), "35202-1234567-1"], [*row(2), cell]]
        return MappedCase(name, text(rows), {2: meant(1, **good), 3: meant(2, cnics=wanted)}, want=want)

    return [
        one("a CNIC without dashes", "3520212345671", "35202-1234567-1"),
        one("a CNIC with an exponent and all its digits", "3.520212345671E+12", "35202-1234567-1"),
        one("a CNIC that is marked as a text", "'3520212345671", "35202-1234567-1"),
        one("a CNIC as a number with a point", "3520212345671.0", "35202-1234567-1"),
        one("a CNIC whose last digits are zeros", "3520210000000", "35202-1234567-1", LOUD),
        one("a CNIC that a spreadsheet shortened", "3.52021E+12", "35202-1234567-1", LOUD),
        one("a CNIC with a digit too few", "35202-123456-1", "35202-1234567-1", LOUD),
        MappedCase("CNICs as numbers in a workbook", books.xlsx([head, [*row(1), 3520212345671], [*row(2), 3520212345671.0]]),
                   {2: meant(1, **good), 3: meant(2, **good)}, file="corner_2026-07.xlsx"),
    ]  # fmt: skip


def _strange() -> list[MappedCase]:
    """Rows that paper forms have and registers do not."""
    six = [row(n) for n in range(1, 7)]
    whole = {n + 1: meant(n) for n in range(1, 7)}
    below = {n + 2: meant(n) for n in range(1, 7)}
    wide = [["GOVERNMENT OF THE PUNJAB", *BLANK[1:]] for _ in range(12)]
    halves = {**{n + 1: meant(n) for n in range(1, 4)}, **{n + 3: meant(n) for n in range(4, 7)}}
    parents = ["", "", "", "Place", "Place", "", "Person", ""]
    carried = [["Carried forward", "3", *BLANK[2:]], ["Brought forward", "3", *BLANK[2:]]]
    return [
        MappedCase("columns that are numbered below the header", text([HEAD, [str(n) for n in range(1, 9)], *six]), below),
        MappedCase("columns that are numbered in brackets", text([HEAD, [f"({n})" for n in range(1, 9)], *six]), below),
        MappedCase("columns that are numbered in Urdu", text([HEAD, list("۱۲۳۴۵۶۷۸"), *six]), below),
        MappedCase("a letterhead of twelve rows", text([*wide, HEAD, *six]), {n + 13: meant(n) for n in range(1, 7)}),
        MappedCase("groups of columns above the header", text([parents, HEAD, *six]), below),
        MappedCase("carried and brought forward", text([HEAD, *six[:3], *carried, *six[3:]]), halves),
        MappedCase("a stray cell in the last column of a sheet", books.openpyxl_book([HEAD, *six], lambda book: book.active.__setitem__("XFD3", " ")),
                   whole, file="corner_2026-07.xlsx"),
        MappedCase("a total in roman Urdu", text([HEAD, *six, ["Kul", "6", *BLANK[2:]]]), whole),
        MappedCase("a number of rows without a word", text([HEAD, *six, ["", "6", *BLANK[2:]]]), whole, found=frozenset({"RK216@8"})),
        MappedCase("a number that is not that of the rows", text([HEAD, *six, ["", "7", *BLANK[2:]]]), whole, found=frozenset({"RK408@8"})),
        MappedCase("records above the header", text([*six, HEAD]), {n: meant(n) for n in range(1, 7)}, found=frozenset({"RK229@1"}), want=LOUD),
        MappedCase("a header with characters that nobody sees", text([["\u200b" + HEAD[0], "FIR\u00a0No", "\ufeffDate", *HEAD[3:]], *six]), whole),
    ]  # fmt: skip


HEADS = ["District", "Murder", "Attempt to Murder", "Robbery"]
LAHORE = {("Lahore", "Murder"): 5, ("Lahore", "Attempt to Murder"): 6, ("Lahore", "Robbery"): 7}
KASUR = {("Kasur", "Murder"): 1, ("Kasur", "Attempt to Murder"): 2, ("Kasur", "Robbery"): 3}
OKARA = {("Okara", "Murder"): 4, ("Okara", "Attempt to Murder"): 8, ("Okara", "Robbery"): 9}
ALL = {**LAHORE, **KASUR, **OKARA}
BODY = [["Lahore", "5", "6", "7"], ["Kasur", "1", "2", "3"], ["Okara", "4", "8", "9"]]


def statement(
    name: str,
    rows: list[list[str]],
    counts: dict[tuple[str, str], int] = ALL,
    found: str = "",
    want: str = "right",
    **more: object,
) -> MappedCase:
    """A statement."""
    return MappedCase(name, text(rows), None, counts, frozenset(found.split()), want, **more)  # type: ignore[arg-type]


def _statements() -> list[MappedCase]:
    return [
        statement("a plain statement", [HEADS, *BODY]),
        statement("a total row", [HEADS, *BODY, ["Total", "10", "16", "19"]]),
        statement("a total column", [[*HEADS, "Total"], *[[*line, str(sum(map(int, line[1:])))] for line in BODY]]),
        statement("totals in rows and columns", [[*HEADS, "Total"], *[[*line, str(sum(map(int, line[1:])))] for line in BODY], ["Total", "10", "16", "19", "45"]]),
        statement("a total row that does not add up", [HEADS, *BODY, ["Total", "11", "16", "19"]], found="RK215@5"),
        statement("a total row without a word", [HEADS, *BODY, ["", "10", "16", "19"]], found="RK216@5"),
        statement("a total row under another name", [HEADS, *BODY, ["Punjab", "10", "16", "19"]], found="RK245@5"),
        statement("a total column without a word", [[*HEADS, "All"], *[[*line, str(sum(map(int, line[1:])))] for line in BODY]]),
        statement("subtotals of regions", [HEADS, BODY[0], BODY[1], ["Lahore Region Total", "6", "8", "10"], BODY[2], ["Sahiwal Region Total", "4", "8", "9"], ["Grand Total", "10", "16", "19"]]),
        statement("blanks that are no zeros", [HEADS, BODY[0], ["Kasur", "1", "", "3"], BODY[2]], {key: n for key, n in ALL.items() if key != ("Kasur", "Attempt to Murder")}),
        statement("a dash for nothing", [HEADS, BODY[0], ["Kasur", "1", "-", "3"], BODY[2]], {key: n for key, n in ALL.items() if key != ("Kasur", "Attempt to Murder")}),
        statement("zeros that are counts", [HEADS, BODY[0], ["Kasur", "1", "0", "3"], BODY[2]], {**ALL, ("Kasur", "Attempt to Murder"): 0}),
        statement("a total of two heads without a word", [["District", "Murder"], ["Lahore", "5"], ["Kasur", "1"], ["Okara", "4"], ["", "10"]],
                  {key: n for key, n in ALL.items() if key[1] == "Murder"}, "RK216@5"),
        statement("a total without a word that does not add up", [HEADS, *BODY, ["", "10", "16", "20"]], found="RK228@5"),
        statement("counts without a district", [HEADS, BODY[0], ["", "1", "2", "3"], BODY[2]], found="RK228@3", want="loud"),
        statement("a total at the top", [HEADS, ["Total", "10", "16", "19"], *BODY]),
        statement("a total at the top without a word", [HEADS, ["", "10", "16", "19"], *BODY], found="RK216@2"),
        statement("a total at the top under another name", [HEADS, ["Punjab", "10", "16", "19"], *BODY], found="RK245@2"),
        statement("subtotals and a total without words", [HEADS, *BODY[:2], ["", "6", "8", "10"], BODY[2], ["", "10", "16", "19"]], found="RK216@4 RK216@6"),
        statement("subtotals under other names", [HEADS, *BODY[:2], ["Lahore Range", "6", "8", "10"], BODY[2], ["", "10", "16", "19"]], found="RK245@4 RK216@6"),
        statement("a district twice", [HEADS, *BODY, BODY[0]], found="RK501@2 RK501@5", want="loud"),
        statement("columns that are numbered", [HEADS, ["1", "2", "3", "4"], *BODY]),
        MappedCase("thousands with commas", 'District,Murder,Robbery\nLahore,"1,205",7\nKasur,1,3\n', None,
                   {("Lahore", "Murder"): 1205, ("Lahore", "Robbery"): 7, ("Kasur", "Murder"): 1, ("Kasur", "Robbery"): 3}),
        MappedCase("thousands that lost zeros", 'District,Murder,Robbery\nLahore,"673,75",7\nKasur,1,3\n', None,
                   {("Lahore", "Murder"): 67375, ("Lahore", "Robbery"): 7, ("Kasur", "Murder"): 1, ("Kasur", "Robbery"): 3}, want=LOUD),
        MappedCase("a count in words", "District,Murder,Robbery\nLahore,five,7\nKasur,1,3\n", None,
                   {("Lahore", "Murder"): 5, ("Lahore", "Robbery"): 7, ("Kasur", "Murder"): 1, ("Kasur", "Robbery"): 3}),
        MappedCase("counts in Urdu digits", "District,Murder,Robbery\nLahore,۱۲,۷\nKasur,۱,۳\n", None,
                   {("Lahore", "Murder"): 12, ("Lahore", "Robbery"): 7, ("Kasur", "Murder"): 1, ("Kasur", "Robbery"): 3}),
        statement("a letterhead and a footer", [["CRIME STATEMENT JULY 2026", "", "", ""], HEADS, *BODY, ["Prepared by: DSP", "", "", ""]]),
        MappedCase("a statement in a workbook with a merged title", books.openpyxl_book(
            [["CRIME STATEMENT", None, None, None], HEADS, ["Lahore", 5, 6, 7], ["Kasur", 1, 2, 3], ["Okara", 4, 8, 9], ["Total", 10, 16, 19]],
            lambda book: book.active.merge_cells("A1:D1")), None, ALL, file="corner_2026-07.xlsx"),
    ]  # fmt: skip


CASES = [*_frames(), *_rows(), *_strange(), *_cnics(), *_statements()]
