"""Plants canaries, values that stand nowhere else, into every cell of files of every kind, and finds them again."""

from __future__ import annotations

import csv
import gzip
import html
import io
import re
import unicodedata
import urllib.parse
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import polars as pl
import python_calamine
import xlwt

# What a sender writes into any column: by itself, beside what belongs there, as markup, as a formula, split.
SHAPES = (
    "{name} Khan", "{card}", "{bare}", "{phone}", "ZQ{digits}", "{name} s/o {name} CNIC {card} ph {phone}", "{was} {name}",
    "{name} {was}", "{was} ({name} {card})", "<b onclick=x>{name}</b>", '=HYPERLINK("http://x/?n={name}","click")',
    "{urdu} خان", "{was}\n{name}",
)  # fmt: skip
FEW = (SHAPES[0], SHAPES[2], SHAPES[5], SHAPES[6], SHAPES[11])
_VOWELS, _LETTERS, _URDU = "aeiou", "bdfgklmnprstv", "بتجدرسفکلمنوی"
_NAMES = re.compile(f"zq[{_VOWELS}][{_LETTERS}][{_VOWELS}][{_LETTERS}][{_VOWELS}]", re.IGNORECASE)
_IN_URDU = re.compile(f"ژڑ[{_URDU}]{{4}}")
# The digits of a canary behind those that are the same in all, or alone; in any digits of Unicode.
_NUMBERS = re.compile(r"(?:35202[-\s]?|300[-\s]?|zq|\*[-\s]?|(?<![\w.]))(\d{7})(?!\d{3})", re.IGNORECASE)
# Columns that are meant for people: header word -> what a good row has there.
_OWN = {
    "cnic|شناختی|client id": "{card}", "cell|phone|contact": "{phone}", "passport": "ZQ{digits}",
    "address|remark|facts|caste": "{name} street", "name|parentage|complain|accused|victim|مدعی|ملزم|مقتول|alias":
    "{name} Ahmad S/O {name} Khan @ {name}",
}  # fmt: skip


@dataclass
class Canaries:
    """where: canary (lower case, digits alone) -> where it was planted."""

    where: dict[str, str] = field(default_factory=dict)

    def fill(self, shape: str, place: str, was: str = "") -> str:
        """The shape with new canaries in it."""
        makers = {"name": self._name, "urdu": self._urdu, "digits": self._digits}
        makers |= {"card": lambda: f"35202-{self._digits()}-1", "bare": lambda: f"35202{self._digits()}1"}
        makers |= {"phone": lambda: f"0300-{self._digits()}"}
        text = re.sub(r"\{was\}", lambda _: was, shape)
        before = len(self.where)
        text = re.sub(r"\{(\w+)\}", lambda found: makers[found[1]](), text)
        for canary in list(self.where)[before:]:
            self.where[canary] = place
        return text

    def _name(self) -> str:
        return self._new("zq" + _spelt(len(self.where), _VOWELS, _LETTERS, _VOWELS, _LETTERS, _VOWELS)).capitalize()

    def _urdu(self) -> str:
        return self._new("ژڑ" + _spelt(len(self.where), _URDU, _URDU, _URDU, _URDU))

    def _digits(self) -> str:
        return self._new(str(1_000_003 + len(self.where) * 7_919 % 8_999_993))

    def _new(self, canary: str) -> str:
        assert canary not in self.where
        self.where[canary] = ""
        return canary

    def among(self, data: bytes) -> set[str]:
        """The canaries in some bytes, in whatever letters, digits, encoding or escape."""
        found: set[str] = set()
        for text in _read(data):
            plain = unicodedata.normalize("NFKC", text)
            found |= {name.lower() for name in _NAMES.findall(plain)} | set(_IN_URDU.findall(plain))
            found |= {"".join(str(int(digit)) for digit in digits) for digits in _NUMBERS.findall(plain)}
        return found & self.where.keys()


def _spelt(number: int, *alphabets: str) -> str:
    spelt = ""
    for alphabet in alphabets:
        number, at = divmod(number, len(alphabet))
        spelt += alphabet[at]
    assert number == 0
    return spelt


def _read(data: bytes) -> Iterator[str]:
    text = data.decode("utf-8", "replace")
    yield text
    if b"\0" in data:
        yield data.decode("utf-16-le", "replace")
        yield data[1:].decode("utf-16-le", "replace")
    if not text.isascii():
        yield data.decode("cp1256", "replace")
    if "\\u" in text:
        yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    if "&" in text:
        yield html.unescape(text)
    if "%" in text:
        yield urllib.parse.unquote(text)


def bytes_of(path: Path) -> Iterator[bytes]:
    """A file, and what it holds when it is unpacked or decoded."""
    data = path.read_bytes()
    yield data
    if data[:4] == b"PAR1":
        frame = pl.read_parquet(path)
        yield (frame.write_json() + "\n".join(frame.columns)).encode()
    elif data[:4] == b"ARRO":
        yield pl.read_ipc(path).write_json().encode()
    elif data[:2] == b"PK" and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name.encode() + b"\n" + archive.read(name)


def rows(
    canaries: Canaries, header: list[str], good: list[str], label: str, shapes: tuple[str, ...]
) -> list[list[str]]:
    """Good rows whose own personal cells hold canaries; rows with a canary in every shape in every other place."""
    made = [[_own(canaries, head, cell, label) for head, cell in zip(header, good, strict=True)] for _ in range(3)]
    for at, was in enumerate(good):
        for shape in shapes:
            told = canaries.fill(shape, f"{label}, column {at} [{header[at]}], {shape}", was)
            made.append([*good[:at], told, *good[at + 1 :]])
    width = len(good) - 1
    made.append([*good, canaries.fill("{name}", f"{label}, beyond the columns"), canaries.fill("{card}", label)])
    made.append([canaries.fill("{name} Khan", f"{label}, short row")])
    made.append([*[""] * width, canaries.fill("{name}", f"{label}, last cell alone")])
    made.append([canaries.fill("Prepared by {name} {phone}", f"{label}, below the table"), *[""] * width])
    return made


def _own(canaries: Canaries, header: str, was: str, label: str) -> str:
    shape = next((shape for words, shape in _OWN.items() if re.search(words, header, re.IGNORECASE)), None)
    return was if shape is None else canaries.fill(shape, f"{label}, own column {header}")


def text_file(
    canaries: Canaries, source: Path, to: Path, encoding: str, delimiter: str, header: int, shapes: tuple[str, ...]
) -> None:
    """A delimited file with planted rows behind the first of its own."""
    there = list(csv.reader(io.StringIO(source.read_bytes().decode(encoding)), delimiter=delimiter))
    planted = rows(canaries, there[header], there[header + 2], to.name, shapes)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows([*there[: header + 12], *planted])
    to.write_bytes(out.getvalue().encode(encoding, "replace"))


def workbook(canaries: Canaries, source: Path, to: Path, shapes: tuple[str, ...]) -> None:
    """An xlsx with planted rows, far cells, comments, a hidden sheet, and an author."""
    book = openpyxl.load_workbook(source)
    for sheet in book.worksheets:
        label = f"{to.name}/{sheet.title}"
        there = [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]
        at = max(range(min(len(there), 12)), key=lambda n: (sum(map(bool, there[n])), -n))
        for row in rows(canaries, there[at], there[at + 2], label, shapes):
            sheet.append([openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", cell) or None for cell in row])
        sheet.cell(sheet.max_row + 40, len(there[at]) + 25, canaries.fill("{name} {card}", f"{label}, far cell"))
        sheet.cell(at + 2, 1).comment = openpyxl.comments.Comment(
            canaries.fill("{name} {card}", f"{label}, comment"), canaries.fill("{name}", f"{label}, its author")
        )
    hidden = book.create_sheet("hidden")
    hidden.sheet_state = "hidden"
    hidden.append([canaries.fill(shape, f"{to.name}, hidden sheet") for shape in SHAPES[:3]])
    bare = book.create_sheet("bare")
    for _ in range(4):
        bare.append([canaries.fill(shape, f"{to.name}, sheet without header") for shape in (*SHAPES[:4], SHAPES[11])])
    book.properties.creator = canaries.fill("{name}", f"{to.name}, author")
    book.save(to)


def old_workbook(canaries: Canaries, source: Path, to: Path, shapes: tuple[str, ...]) -> None:
    """An xls with planted rows."""
    read = python_calamine.CalamineWorkbook.from_path(str(source))
    name = read.sheet_names[0]
    there = [[str(cell) for cell in row] for row in read.get_sheet_by_name(name).to_python(skip_empty_area=False)]
    at = max(range(min(len(there), 12)), key=lambda n: (sum(map(bool, there[n])), -n))
    book = xlwt.Workbook()
    sheet = book.add_sheet(name)
    for number, row in enumerate([*there[: at + 12], *rows(canaries, there[at], there[at + 2], to.name, shapes)]):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.save(str(to))


def fixed(canaries: Canaries, source: Path, to: Path, starts: list[tuple[int, int]]) -> None:
    """Lines of fixed width, a canary in each field that is long enough."""
    lines = source.read_bytes().decode("cp1256").splitlines()
    good, made = lines[0].ljust(214), lines[:8]
    for start, length in (one for one in starts if one[1] >= 8):
        for shape in ("{name}", "{digits}", "{bare}"):
            told = canaries.fill(shape, f"{to.name}, field at {start}, {shape}").upper()
            if len(told) <= length:
                made.append(good[: start - 1] + told.ljust(length) + good[start - 1 + length :])
    made.append(good + canaries.fill("{name}", f"{to.name}, too long"))
    made.append(canaries.fill("{name}", f"{to.name}, too short"))
    to.write_bytes("\r\n".join([*made, f"T{len(made):07d}", ""]).encode("cp1256"))


def damaged(path: Path, to: Path, all_ways: bool) -> None:
    """The file without its header, with an open quote and in an archive; in all ways also cut off, with flipped bits,
    with bad bytes, and as something else than its name says."""
    data = path.read_bytes()
    lines = data.split(b"\n")
    made = {
        f"{path.stem} headless{path.suffix}": b"\n".join(lines[9:]),
        f"{path.stem} quotes{path.suffix}": b"\n".join([*lines[:14], b'"' + lines[14], *lines[15:]]),
        f"{path.stem}.zip": _zipped({path.name: data, "cut.xlsx": data[:300]}),
    }
    if all_ways:
        flipped = bytearray(data)
        for at in range(97, len(data), max(98, len(data) // 30)):
            flipped[at] ^= 1 << at % 8
        made |= {
            f"{path.stem} cut{path.suffix}": data[: len(data) * 2 // 3],
            f"{path.stem} flipped{path.suffix}": bytes(flipped),
            f"{path.stem} bytes{path.suffix}": data.replace(b"Zq", b"\xffZq\x81\x00", 9),
            f"{path.stem} named.xlsx": data,
            f"{path.stem} page.xls": _page(data.decode("utf-8", "replace")).encode(),
            f"{path.name}.gz": gzip.compress(data),
        }
    for name, content in made.items():
        (to / name).write_bytes(content)


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _page(text: str) -> str:
    """Delimited text as a table of a web page."""
    cells = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in csv.reader(io.StringIO(text)))
    return f"<html><body><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table></body></html>"


def list_of_a_stranger(canaries: Canaries, to: Path, header: bool = True) -> None:
    """A list that no declaration fits."""
    shapes = ("{name} Khan", "{name}", "{card}", "{phone}", "{name} road", "03/07/2026", "302 PPC", "{name}", "Lahore")
    words = ["Full Name", "Father", "NIC", "Mobile", "Where", "When", "Law", "Status", "Zone"]
    made = [
        [canaries.fill(shape, f"{to.name}, {word}") for shape, word in zip(shapes, words, strict=True)]
        for _ in range(20)
    ]
    with to.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([words, *made] if header else made)
