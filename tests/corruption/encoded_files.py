"""Text in every encoding that arrives, damaged or mixed; and lines of fixed width."""

from __future__ import annotations

import codecs

from suite import LOUD, Case, case, table

URDU = [["نمبر", "نام", "ضلع"], ["۱", "محمد اسلم", "لاہور"], ["۲", "علی رضا", "گوجرانوالہ"], ["۳", "خدا بخش", "ملتان"]]
# cp1256 has no ی and no Urdu digits: what an old program writes instead.
ARABIC = [["نمبر", "نام", "ضلع"], ["1", "محمد اسلم", "لاھور"], ["2", "علي رضا", "گوجرانوالہ"], ["3", "خدا بخش", "ملتان"],
          ["4", "غلام رسول", "سرگودھا"], ["5", "چوہدري ڈاکٹر پرويز", "ژوب"]]  # fmt: skip
ARABIC_PAGES = ("iso8859-6", "mac_arabic")
LATIN = [["no", "name", "remark"], ["1", "José", "–"], ["2", "René “x”", "£5"], ["3", "Zoë", "½"]]
ASCII = [["no", "name", "place"], ["1", "Ali", "Lahore"], ["2", "Zain", "Multan"]]
UNICODE = {
    "UTF-8": ("utf-8", b""), "UTF-8 with BOM": ("utf-8", codecs.BOM_UTF8),
    "UTF-16LE": ("utf-16-le", b""), "UTF-16LE with BOM": ("utf-16-le", codecs.BOM_UTF16_LE),
    "UTF-16BE": ("utf-16-be", b""), "UTF-16BE with BOM": ("utf-16-be", codecs.BOM_UTF16_BE),
    "UTF-32LE with BOM": ("utf-32-le", codecs.BOM_UTF32_LE),
}  # fmt: skip


def text(rows: list[list[str]], delimiter: str = ";", end: str = "\r\n") -> str:
    """Lines."""
    return "".join(delimiter.join(line) + end for line in rows)


def _unicode() -> list[Case]:
    found = []
    for name, (encoding, bom) in UNICODE.items():
        for letters, rows in {"Urdu": URDU, "Latin": LATIN, "ASCII": ASCII}.items():
            data = bom + text(rows, "\t" if "16" in name else ";").encode(encoding)
            found.append(case(f"{letters} in {name}", "x.csv", data, table(rows)))
    return found


def _code_pages() -> list[Case]:
    wrong = "RK109 RK129"
    return [
        case("cp1252", "x.csv", text(LATIN).encode("cp1252"), table(LATIN), "RK129"),
        Case("cp1252, declared", "x.csv", text(LATIN).encode("cp1252"), {"": table(LATIN)}, options={"encoding": "cp1252"}),
        Case("latin-1, declared", "x.csv", text([*LATIN[:1], ["1", "José ½", "x"]]).encode("latin-1"),
             {"": table([LATIN[0], ["1", "José ½", "x"]])}, options={"encoding": "latin-1"}),
        case("cp1256", "x.csv", text(ARABIC).encode("cp1256"), table(ARABIC), "RK129"),
        case("cp1256 beside Latin words", "x.csv",
             text([["FIR", "Name", "PS"], ["1/26", "محمد", "City"], ["2/26", "اسلم خان", "Saddar"]]).encode("cp1256"),
             table([["FIR", "Name", "PS"], ["1/26", "محمد", "City"], ["2/26", "اسلم خان", "Saddar"]]), "RK129 RK146"),
        Case("cp1256, declared", "x.csv", text(ARABIC).encode("cp1256"), {"": table(ARABIC)}, options={"encoding": "windows-1256"}),
        Case("cp1256, declared as UTF-8", "x.csv", text(ARABIC).encode("cp1256"), {"": table(ARABIC)}, frozenset(wrong.split()),
             options={"encoding": "utf-8"}),
        Case("UTF-8, declared as cp1256", "x.csv", text(URDU).encode(), {"": table(URDU)}, frozenset({"RK109"}),
             options={"encoding": "cp1256"}),
        Case("UTF-16, declared as cp1252", "x.csv", text(LATIN).encode("utf-16"), {"": table(LATIN)}, frozenset({"RK109"}),
             options={"encoding": "cp1252"}),
        Case("ASCII, declared as UTF-16", "x.csv", text(ASCII).encode(), {"": table(ASCII)}, options={"encoding": "utf-16"}),
        Case("an encoding that does not exist", "x.csv", text(ASCII).encode(), {"": table(ASCII)}, frozenset({"RK101"}), LOUD,
             options={"encoding": "cp-nine"}),
        Case("a byte that cp1252 does not have", "x.csv", text(LATIN).encode("cp1252").replace(b"\xbd", b"\x81"),
             {"": table(LATIN)}, frozenset({"RK110@4"}), LOUD, options={"encoding": "cp1252"}),
    ]  # fmt: skip


def _unknown_pages() -> list[Case]:
    """Code pages that are not guessed: their lines are quarantined, never read as if they were another one."""
    latin = [["no", "name", "x"], *[[str(n), "José Müller", "naïve"] for n in range(1, 6)]]
    arabic = [["no", "name", "x"], *[[str(n), "محمد عثمان علي", "صدر"] for n in range(1, 6)]]
    lines = frozenset({"RK147", *(f"RK110@{n}" for n in range(2, 7))})
    found = [
        Case(f"{name}, not declared", "x.csv", text(rows).encode(name), {"": table(rows)}, lines, LOUD)
        for name, rows in {"cp437": latin, "cp850": latin, "mac-roman": latin, "cp720": arabic}.items()
    ]
    found += [
        case(f"{name}, not declared", "x.csv", text(arabic).encode(name), table(arabic), "RK129")
        for name in ARABIC_PAGES
    ]
    found += [
        Case(f"{name}, declared", "x.csv", text(arabic).encode(name), {"": table(arabic)}, options={"encoding": name})
        for name in ARABIC_PAGES
    ]
    both = text(ASCII, "\t", "\n").encode("utf-16") + codecs.BOM_UTF16_BE + text(ASCII, "\t", "\n").encode("utf-16-be")
    return [
        *found,
        Case("cp437, declared", "x.csv", text(latin).encode("cp437"), {"": table(latin)}, options={"encoding": "cp437"}),
        case("UTF-7", "x.csv", text(URDU).encode("utf-7"), table(URDU), "RK101", LOUD),
        case("UTF-16LE, then UTF-16BE", "x.csv", both, {**table(ASCII), 4: ["all of the second part"]}, "RK110@4 RK103@4", LOUD),
        case("UTF-8 in more bytes than needed", "x.csv", b"a;b\n1;\xc0\xafx\n2;y\n", table([["a", "b"], ["1", "/x"], ["2", "y"]]), "RK147 RK110@2", LOUD),
        case("noise of one byte", "x.csv", b"\xff" * 5000, table(ASCII), "RK128", LOUD),
    ]  # fmt: skip


def _deep(body: str, bad: bytes) -> bytes:
    lines = [f"{n};{body}{n};Lahore" for n in range(1, 20_000)]
    data = ("no;name;place\n" + "\n".join(lines) + "\n").encode()
    at = data.index(b"\n15000;") + 7
    return data[:at] + bad + data[at:]


def _deep_truth(body: str) -> list[list[str]]:
    return [["no", "name", "place"], *[[str(n), f"{body}{n}", "Lahore"] for n in range(1, 20_000)]]


def _damage() -> list[Case]:
    urdu = text(URDU, end="\n").encode()
    half = "".join(f"{n};José {n};x\n" for n in range(10))
    meant = [*URDU, *[[str(n), f"José {n}", "x"] for n in range(10)]]
    mixed = frozenset({"RK115", *(f"RK115@{n}" for n in range(5, 15))})
    old = [[f"{n}", name, "صدر"] for n in range(8) for name in ("محمد اسلم", "علي رضا خان")]
    pasted = frozenset({"RK115", *(f"RK115@{n}" for n in range(5, 21))})
    both = frozenset({"RK115", *(f"RK115@{n}" for n in range(5, 21)), "RK110@21"})
    torn = "9;محمد;".encode() + "اسلم خان\n".encode("cp1256")
    unknown = frozenset({"RK115", *(f"RK110@{n}" for n in range(5, 21))})
    concatenated = codecs.BOM_UTF8 + text(LATIN).encode() + codecs.BOM_UTF8 + text(LATIN).encode()
    return [
        case("one bad byte deep in UTF-8", "x.csv", lambda: _deep("محمد ", b"\xe9"), table(_deep_truth("محمد ")), "RK110 RK110@15001", LOUD),
        case("one bad byte deep in ASCII", "x.csv", lambda: _deep("Ali ", b"\x92"), table(_deep_truth("Ali ")), "RK110 RK110@15001", LOUD),
        Case("UTF-8, then cp1252", "x.csv", urdu + half.encode("cp1252"), {"": table(meant)}, mixed),
        *[Case(f"UTF-8, then {page}", "x.csv", urdu + text(old, end="\n").encode(page), {"": table([*URDU, *old])}, pasted)
          for page in ("cp1256", *ARABIC_PAGES)],
        Case("cp1256, then UTF-8", "x.csv", text(old, end="\n").encode("cp1256") + urdu, {"": table([*old, *URDU])},
             frozenset({"RK115", *(f"RK115@{n}" for n in range(1, 17))})),
        Case("UTF-8, then cp1256, declared as cp1256", "x.csv", urdu + text(old, end="\n").encode("cp1256"),
             {"": table([*URDU, *old])}, pasted, options={"encoding": "cp1256"}),
        Case("UTF-8, then cp1256, then both in one line", "x.csv", urdu + text(old, end="\n").encode("cp1256") + torn,
             {"": table([*URDU, *old, ["9", "محمد", "اسلم خان"]])}, both, LOUD),
        Case("UTF-8, then cp720", "x.csv", urdu + text(old, end="\n").encode("cp720"), {"": table([*URDU, *old])}, unknown, LOUD),
        case("letters in their joined shapes", "x.csv", text([["a", "b"], ["ﻣﺤﻤﺪ", "1"], ["ﺻﺪﺭ", "2"]]),
             table([["a", "b"], ["ﻣﺤﻤﺪ", "1"], ["ﺻﺪﺭ", "2"]]), "RK148"),
        case("a UTF-8 character cut in two", "x.csv", urdu.replace("لاہور".encode(), "لاہور".encode()[:-1]), table(URDU), "RK110 RK110@2", LOUD),
        case("UTF-16 that ends inside a character", "x.csv", text(LATIN, end="\n").encode("utf-16")[:-3],
             table(LATIN), "RK110@4 RK103@4", LOUD),
        case("UTF-16 with half of a pair", "x.csv", text(URDU, end="\n").encode("utf-16-le").replace("رضا".encode("utf-16-le"), b"\x00\xd8x\x00"),
             table(URDU), "RK110@3", LOUD),
        case("two files with BOM, one after the other", "x.csv", concatenated,
             {**table(LATIN), **table([["\ufeffno", *LATIN[0][1:]], *LATIN[1:]], 5)}),
        case("letters of both scripts in decomposed form", "x.csv", text([["a", "b", "c"], ["e\u0301", "ا\u0653", "x"]]),
             table([["a", "b", "c"], ["e\u0301", "ا\u0653", "x"]])),
        case("zero-width and non-breaking characters", "x.csv", text([["a", "b", "c"], ["x\u200cy", "1\u00a0000", "\u200fz"]]),
             table([["a", "b", "c"], ["x\u200cy", "1\u00a0000", "\u200fz"]])),
        case("the replacement character, already there", "x.csv", text([["a", "b"], ["Jos\ufffd", "1"]]),
             table([["a", "b"], ["Jos\ufffd", "1"]]), "RK301@2"),
        case("UTF-8 saved again as if it were cp1252", "x.csv", text([["a", "b"], ["JosÃ©", "1"]]), table([["a", "b"], ["JosÃ©", "1"]]),
             "RK134@2"),
    ]  # fmt: skip


LINES = [
    f"{n:04}{name:<20}{place:<12}{n:03}"
    for n, name, place in [(1, "MUHAMMAD ASLAM", "LAHORE"), (2, "IMRAN", "OKARA"), (3, "GHULAM", "QUETTA")]
]


def _fixed() -> list[Case]:
    def lines(found: list[str]) -> dict[int, list[str | None]]:
        return table([[line] for line in found])

    urdu = [f"{n:04}{name:<12}{place:<10}" for n, name, place in [(1, "محمد اسلم", "لاھور"), (2, "غلام رسول", "ملتان")]]
    return [
        case("fixed width", "x.txt", "\r\n".join(LINES) + "\r\n", lines(LINES)),
        case("fixed width with a trailer", "x.txt", "\r\n".join([*LINES, "TRAILER 000003"]) + "\r\n", lines([*LINES, "TRAILER 000003"])),
        case("fixed width, spaces at the end cut off", "x.txt", "\n".join(line.rstrip("0123456789 ") for line in LINES) + "\n",
             lines([line.rstrip("0123456789 ") for line in LINES])),
        case("fixed width with quotes and commas", "x.txt", '0001"ALI" KHAN, M.      LAHORE\n0002IMRAN               OKARA\n0003GHULAM              QUETTA\n',
             lines(['0001"ALI" KHAN, M.      LAHORE', "0002IMRAN               OKARA", "0003GHULAM              QUETTA"])),
        case("fixed width in cp1256", "x.txt", ("\n".join(urdu) + "\n").encode("cp1256"), lines(urdu), "RK129"),
        case("fixed width with the end mark of DOS", "x.txt", "\r\n".join(LINES) + "\r\n\x1a", {**lines(LINES), 4: ["\x1a"]}),
        Case("fixed width with a comma in every line, declared", "x.txt", b"01A,B\n02C,D\n", {"": lines(["01A,B", "02C,D"])},
             options={"delimiter": ""}),
    ]  # fmt: skip


CASES = [*_unicode(), *_code_pages(), *_unknown_pages(), *_damage(), *_fixed()]
