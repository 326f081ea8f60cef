"""Damaged and merely odd delimited text."""

from __future__ import annotations

from suite import LOUD, Case, Table, case, table

HEAD = ["no", "fir", "date", "accused", "place", "status"]


def row(n: int) -> list[str]:
    """One record of the register."""
    return [str(n), f"{n}/2026", "03-07-2026", f"Muhammad Aslam {n}", "Lahore", "challan"]


def rows(*numbers: int) -> list[list[str]]:
    """Header and records."""
    return [HEAD, *map(row, numbers or range(1, 9))]


def text(cells: list[list[str]], delimiter: str = ",", end: str = "\n", quote: bool = False) -> str:
    """Lines without any care for what cells hold."""
    mark = '"' if quote else ""
    return "".join(delimiter.join(f"{mark}{cell}{mark}" for cell in line) + end for line in cells)


def changed(at: int, line: str, end: str = "\n", **options: object) -> str:
    """The register with physical line `at` (1-based) replaced."""
    lines = text(rows(), **options).splitlines()  # type: ignore[arg-type]
    lines[at - 1] = line
    return end.join(lines) + end


def with_cell(at: int, column: int, value: str) -> Table:
    """The truth of the register with one cell replaced."""
    meant = table(rows())
    meant[at][column] = value or None
    return meant


WHOLE = table(rows())


def _dialects() -> list[Case]:
    cases = [
        case(f"delimiter {name}", "x.csv", text(rows(), mark), WHOLE)
        for name, mark in {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}.items()
    ]
    cases += [
        case(f"every cell quoted, {name}", "x.csv", text(rows(), mark, quote=True), WHOLE)
        for name, mark in {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}.items()
    ]
    decimals = [["head", "rate", "share"], *[[f"h{n}", f"{n},5", f"0,{n}"] for n in range(1, 6)]]
    lists = [["no", "accused", "place"], *[[str(n), "Ali; Imran; Zain", "Lahore"] for n in range(1, 6)]]
    return [
        *cases,
        case("decimal commas between semicolons", "x.csv", text(decimals, ";"), table(decimals)),
        case("lists with semicolons between commas", "x.csv", text(lists), table(lists)),
        case("sections with pipes between tabs", "x.tsv",
             text([[*line[:4], "PPC:392|PPC:34", "x"] for line in rows()], "\t"),
             table([[*line[:4], "PPC:392|PPC:34", "x"] for line in rows()])),
        case("Excel's sep= line", "x.csv", "sep=;\n" + text(rows(), ";"), {1: ["sep="], **table(rows(), 2)}),
        case("spaces before opening quotes", "x.csv", text(rows(), ", ", quote=True), WHOLE),
        case("spaces after closing quotes", "x.csv", changed(3, '2,2/2026,"03-07-2026" ,"Muhammad Aslam 2"  ,Lahore,challan'),
             {**WHOLE, 3: [*row(2)[:2], "03-07-2026 ", "Muhammad Aslam 2  ", *row(2)[4:]]}),
        case("a delimiter at the end of every row", "x.csv", "\n".join(",".join(line) + "," for line in rows()) + "\n", WHOLE),
        case("a delimiter at the end of every record but not of the header", "x.csv",
             ",".join(HEAD) + "\n" + "\n".join(",".join(row(n)) + "," for n in range(1, 9)), WHOLE, "RK131@9"),
        case("a header that is longer than every record", "x.csv", ",".join([*HEAD, "remarks"]) + "\n" + text(rows()[1:]),
             {**WHOLE, 1: [*HEAD, "remarks"]}, "RK112@1", LOUD),
        case("one column", "x.csv", "name\nAli\nZain\n", table([["name"], ["Ali"], ["Zain"]])),
        case("a header alone", "x.csv", ",".join(HEAD) + "\n", table([HEAD])),
        case("a thousand columns", "x.csv", text([[f"c{n}" for n in range(1000)], [str(n) for n in range(1000)]]),
             table([[f"c{n}" for n in range(1000)], [str(n) for n in range(1000)]])),
        case("a table drawn with pipes", "x.txt", "| no | name |\n| 1 | Ali |\n| 2 | Zain |\n",
             table([["", " no ", " name ", ""], ["", " 1 ", " Ali ", ""], ["", " 2 ", " Zain ", ""]])),
    ]  # fmt: skip


def _quotes() -> list[Case]:
    swallowed = text(rows()).splitlines()
    swallowed[2] = '2,2/2026,03-07-2026,"Muhammad Aslam 2,Lahore,challan'
    swallowed[7] = '7,7/2026,03-07-2026,Muhammad Aslam 7",Lahore,challan'
    pair = list(swallowed)
    pair[7] = ",".join(row(7))
    pair[3] = '3,3/2026,03-07-2026,Muhammad Aslam 3",Lahore,challan'
    ten = text([HEAD, *map(row, range(1, 40))]).splitlines()
    ten[5], ten[16] = (
        '5,"5/2026,03-07-2026,Muhammad Aslam 5,Lahore,challan',
        '16,"16/2026",03-07-2026,Muhammad Aslam 16,Lahore,challan',
    )
    lines = "RK114@3 RK114@4 RK114@5 RK114@6 RK114@7 RK114@8"
    return [
        case("doubled quotes", "x.csv", changed(3, '2,2/2026,03-07-2026,"Ali ""Kala""",Lahore,challan'), with_cell(3, 3, 'Ali "Kala"')),
        case("delimiters and line ends inside quotes", "x.csv",
             changed(3, '2,2/2026,03-07-2026,Ali,"Street 3,\r\nModel Town,\nLahore",challan'),
             {**{n: cells for n, cells in WHOLE.items() if n < 3}, 3: ["2", "2/2026", "03-07-2026", "Ali", "Street 3,\nModel Town,\nLahore", "challan"],
              **{n + 2: cells for n, cells in WHOLE.items() if n > 3}}),
        case("a quote as a letter in an unquoted cell", "x.csv", changed(3, '2,2/2026,03-07-2026,Ali 5\'6",6" pipe,challan'),
             {**WHOLE, 3: ["2", "2/2026", "03-07-2026", "Ali 5'6\"", '6" pipe', "challan"]}),
        case("apostrophes are letters", "x.csv", changed(3, "2,2/2026,03-07-2026,'Ali',Lahore,challan"), with_cell(3, 3, "'Ali'")),
        case("curly quotes are letters", "x.csv", changed(3, "2,2/2026,03-07-2026,“Ali”,Lahore,challan"), with_cell(3, 3, "“Ali”")),
        case("quotes that hold nothing", "x.csv", changed(3, '2,2/2026,03-07-2026,"",Lahore,challan'), with_cell(3, 3, "")),
        case("a formula that keeps zeros", "x.csv", changed(3, '2,="0012",03-07-2026,Ali,Lahore,challan'),
             {**WHOLE, 3: ["2", '="0012"', "03-07-2026", "Ali", "Lahore", "challan"]}),
        case("a quote closed rows later", "x.csv", "\n".join(swallowed) + "\n", WHOLE, lines, LOUD),
        case("a quote closed in the next row", "x.csv", "\n".join(pair) + "\n", WHOLE, "RK114@3 RK114@4", LOUD),
        case("a quote closed ten rows later by one that opens", "x.csv", "\n".join(ten) + "\n",
             table([HEAD, *map(row, range(1, 40))]), "RK113@6", LOUD),
        case("a quote that never closes", "x.csv", changed(4, '3,3/2026,03-07-2026,"Muhammad Aslam 3,Lahore,challan'), WHOLE, "RK113@4", LOUD),
        case("a quote that never closes in the last row", "x.csv", changed(9, '8,8/2026,03-07-2026,"Muhammad Aslam 8,Lahore,challan'),
             WHOLE, "RK113@9", LOUD),
        case("a lost closing quote among quotes", "x.csv",
             changed(4, '"3","3/2026","03-07-2026","Muhammad Aslam 3,"Lahore","challan"', quote=True), WHOLE, "RK113@4", LOUD),
        case("a lost last quote among quotes", "x.csv",
             changed(4, '"3","3/2026","03-07-2026","Muhammad Aslam 3","Lahore","challan', quote=True), WHOLE, "RK113@4", LOUD),
        case("a lost opening quote among quotes", "x.csv",
             changed(4, '"3","3/2026","03-07-2026",Muhammad Aslam 3","Lahore","challan"', quote=True), with_cell(4, 3, 'Muhammad Aslam 3"')),
        case("text after a closing quote", "x.csv", changed(4, '3,3/2026,03-07-2026,"Aslam" Kala,Lahore,challan'),
             with_cell(4, 3, '"Aslam" Kala'), "RK113@4", LOUD),
        case("quotes escaped by backslashes", "x.csv", changed(4, r'3,3/2026,03-07-2026,"Ali \"Kala\" x",Lahore,challan'),
             with_cell(4, 3, 'Ali "Kala" x'), "RK113@4", LOUD),
        case("quotes inside quotes", "x.csv", changed(4, '3,3/2026,03-07-2026,"Ali "Kala" x",Lahore,challan'),
             with_cell(4, 3, 'Ali "Kala" x'), "RK113@4", LOUD),
    ]  # fmt: skip


def _shapes() -> list[Case]:
    blank_inside = [*rows()[:4], [""] * 6, *rows()[4:]]
    heads = ["GOVERNMENT OF THE PUNJAB", "Monthly crime register", "Month: July 2026"]
    return [
        case("a short row", "x.csv", changed(5, "4,4/2026,03-07-2026,Muhammad Aslam 4"), WHOLE, "RK111@5", LOUD),
        case("a long row: a comma without quotes", "x.csv", changed(5, "4,4/2026,03-07-2026,Aslam,Model Town, Lahore,challan"),
             {**WHOLE, 5: ["4", "4/2026", "03-07-2026", "Aslam", "Model Town, Lahore", "challan"]}, "RK112@5", LOUD),
        case("a record broken over two lines without quotes", "x.csv",
             changed(5, "4,4/2026,03-07-2026,Muhammad\nAslam 4,Lahore,challan"),
             {**{n: cells for n, cells in WHOLE.items() if n < 5}, 5: row(4), **table(rows()[5:], 7)}, "RK111@5 RK111@6", LOUD),
        case("a row shifted by an extra delimiter", "x.csv", changed(5, "4,,4/2026,03-07-2026,Muhammad Aslam 4,Lahore,challan"),
             WHOLE, "RK112@5", LOUD),
        case("some rows short", "x.csv", text(rows(1, 2, 3, 4, 5)) + "".join(f"{n},{n}/2026\n" for n in range(6, 9)),
             WHOLE, "RK111@7 RK111@8 RK111@9", LOUD),
        case("blank rows inside", "x.csv", text(blank_inside), {n: c for n, c in table(blank_inside).items() if n != 5}),
        case("empty lines inside", "x.csv", text(rows()[:4]) + "\n\n" + text(rows()[4:]), {**table(rows()[:4]), **table(rows()[4:], 7)}),
        case("lines of spaces", "x.csv", text(rows()[:4]) + "   \n\t\n" + text(rows()[4:]), {**table(rows()[:4]), **table(rows()[4:], 7)}),
        case("a bare letterhead", "x.csv", "\n".join(heads) + "\n\n" + text(rows()),
             {**table([[line] for line in heads]), **table(rows(), 5)}),
        case("a letterhead filled up with delimiters", "x.csv", "".join(line + ",,,,,\n" for line in heads) + text(rows()),
             {**table([[line] for line in heads]), **table(rows(), 4)}),
        case("a letterhead with two cells", "x.csv", "District,Lahore\nMonth,July 2026\n" + text(rows()),
             {1: ["District", "Lahore"], 2: ["Month", "July 2026"], **table(rows(), 3)}),
        case("a footer of one cell", "x.csv", text(rows()) + "Total records: 8\nPrepared by: the moharrar\n",
             {**WHOLE, 10: ["Total records: 8"], 11: ["Prepared by: the moharrar"]}),
        case("a footer without a line end", "x.csv", text(rows()) + "End of report", {**WHOLE, 10: ["End of report"]}),
        case("a narrow total row", "x.csv", text(rows()) + "Total,8\n", {**WHOLE, 10: ["Total", "8"]}, "RK111@10", LOUD),
        case("a file that ends inside a row", "x.csv", text(rows()) + "9,9/2026,03-0", {**WHOLE, 10: row(9)}, "RK111@10 RK103@10", LOUD),
        case("a file that ends inside the first cell", "x.csv", text([[f"{n}{cell}" if at == 0 else cell for at, cell in enumerate(line)]
             for n, line in enumerate(rows(), 10)]) + "19",
             {**table([[f"{n}{cell}" if at == 0 else cell for at, cell in enumerate(line)] for n, line in enumerate(rows(), 10)]), 10: ["198", "x"]},
             "RK111@10 RK103@10", LOUD),
        case("comment-like cells", "x.csv", changed(3, "#2,//2,--3,;4,%5,*6"), {**WHOLE, 3: ["#2", "//2", "--3", ";4", "%5", "*6"]}),
        case("two tables of different width", "x.csv", text(rows()) + "\n" + "head,count\nMurder,3\nTheft,9\n",
             {**WHOLE, 11: ["head", "count"], 12: ["Murder", "3"], 13: ["Theft", "9"]}, "RK111@11 RK111@12 RK111@13", LOUD),
        case("a long cell", "x.csv", changed(3, f"2,2/2026,03-07-2026,{'x' * 300_000},Lahore,challan"), with_cell(3, 3, "x" * 300_000)),
        case("text late in a numeric column", "x.csv", "no,n\n" + "".join(f"{n},{n}\n" for n in range(1, 5000)) + "5000,not known\n",
             table([["no", "n"], *[[str(n), str(n)] for n in range(1, 5000)], ["5000", "not known"]])),
        case("numbers that lost digits, zeros that count, words for nothing", "x.csv",
             changed(3, "2,007,3.52021E+12,N/A,NULL,-"), {**WHOLE, 3: ["2", "007", "3.52021E+12", "N/A", "NULL", "-"]}),
    ]  # fmt: skip


def _line_ends() -> list[Case]:
    mixed = "".join(",".join(line) + end for line, end in zip(rows(), ["\r\n", "\n", "\r"] * 3, strict=True))
    return [
        case("CR LF", "x.csv", text(rows(), end="\r\n"), WHOLE),
        case("CR alone", "x.csv", text(rows(), end="\r"), WHOLE, "RK116"),
        case("mixed line ends", "x.csv", mixed, WHOLE, "RK124"),
        case("line ends CR CR LF", "x.csv", text(rows(), end="\r\r\n"), {2 * n - 1: cells for n, cells in WHOLE.items()}, "RK124"),
        case("no line end at the end", "x.csv", text(rows()).removesuffix("\n"), WHOLE, "RK131@9"),
        case("the end mark of DOS", "x.csv", text(rows(), end="\r\n") + "\x1a", WHOLE),
        case("a page feed inside", "x.csv", changed(4, "\x0c" + ",".join(row(3))), with_cell(4, 0, "\x0c3"), "RK301@4"),
        case("line separators of Unicode are told", "x.csv", changed(4, "3,3/2026,03-07-2026,a\u2028b\x85c\x0bd,Lahore,challan"),
             with_cell(4, 3, "a\u2028b\x85c\x0bd"), "RK301@4"),
        case("a NUL inside a cell", "x.csv", changed(4, "3,3/2026,03-07-2026,Ali\x00Khan,Lahore,challan"),
             with_cell(4, 3, "Ali Khan"), "RK108@4", LOUD),
        case("a line of NULs", "x.csv", changed(4, "\x00" * 30), WHOLE, "RK108@4", LOUD),
        *[
            case(f"lines that end in U+{ord(end):04X}", "x.csv", text(rows(), end=end), WHOLE, "RK128" if end in "\x0b\x1e" else "RK101", LOUD)
            for end in ("\x0b", "\x0c", "\x1e", "\x85", "\u2028", "\u2029")
        ],
        case("a file that ends inside the last cell", "x.csv", text(rows())[:-6], {**WHOLE, 9: [*row(8)[:5], "challan"]}, "RK131@9", LOUD),
        case("a tail of NULs", "x.csv", text(rows()) + "\x00" * 64, WHOLE, "RK108@10"),
    ]  # fmt: skip


def _headers() -> list[Case]:
    """Headers that are narrower than the records: which cell is the one too many, nobody can know."""
    comma = [[*row(n)[:3], "Aslam", " Zain", *row(n)[4:]] for n in range(1, 9)]
    names = [[str(n), *row(n)] for n in range(1, 9)]
    found = " ".join(f"RK112@{n}" for n in range(2, 10))
    split = {1: HEAD, **{n + 1: [*row(n)[:3], "Aslam, Zain", *row(n)[4:]] for n in range(1, 9)}}
    some = [*[[*row(n), ""] for n in range(1, 8)], [*row(8), "note"]]
    return [
        case("a comma without quotes in every record", "x.csv", text([HEAD, *comma]), split, found, LOUD),
        case("row names without a header", "x.csv", text([HEAD, *names]), {1: HEAD, **table(names, 2)}, found, LOUD),
        case("a note beside one record, without a header", "x.csv", text([HEAD, *some]), {**WHOLE, 9: [*row(8), "note"]}, "RK112@9", LOUD),
        case("a letterhead of two words above a narrow header", "x.csv", "Month,July\nDistrict,Murder,Theft\nLahore,1,2\nOkara,3,4\n",
             table([["Month", "July"], ["District", "Murder", "Theft"], ["Lahore", "1", "2"], ["Okara", "3", "4"]])),
        case("lines that stand in quotes as a whole", "x.csv", "".join('"' + line.replace('"', '""') + '"\n' for line in
             text([*rows()[:3], [*row(3)[:3], '"Ali, ""Kala"""', *row(3)[4:]]]).splitlines()),
             table([*rows()[:3], [*row(3)[:3], 'Ali, "Kala"', *row(3)[4:]]]), "RK133"),
        case("delimiter tilde", "x.txt", text(rows(), "~"), WHOLE),
        case("delimiter caret", "x.txt", text(rows(), "^"), WHOLE),
    ]  # fmt: skip


CASES = [*_dialects(), *_headers(), *_quotes(), *_shapes(), *_line_ends()]
