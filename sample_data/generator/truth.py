"""What is true of the inbox: every row, every cleaned value, every case, mention, charge, service and return."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from .cells import Item, Raw, Row, Said
from .inbox import Columns


@dataclass
class File:
    """One file of the inbox. `code` says why it cannot be read; `codes` are its other planted defects."""

    path: str
    agency: str = ""
    format: str = ""
    kind: str = ""
    encoding: str = ""
    period: str = ""
    code: str = ""
    duplicate_of: str = ""
    codes: tuple[str, ...] = ()
    id: str = ""

    @property
    def received(self) -> str:
        """The month folder in which it lies."""
        return self.path.split("/")[0]


@dataclass
class Submission:
    """An accepted row in its place."""

    file: File
    sheet: str
    period: str
    row: Row
    columns: Columns
    at: int

    @property
    def ref(self) -> str:
        """file id|sheet|row."""
        return f"{self.file.id}|{self.sheet}|{self.row.line}"

    @property
    def age(self) -> tuple[str, str, str, str, int]:
        """Order of submissions: the last one is the newest."""
        return (self.file.received, self.period, self.file.agency, self.file.path, self.at)

    @property
    def found(self) -> str:
        """The case that exact linking can find: the true one, unless the row hides it."""
        return self.row.found or (self.row.case.cid if self.row.case else "")


@dataclass
class Return:
    """One count that an agency reported."""

    agency: str
    period: str
    province: str
    district: str
    head: str
    count: int | None
    is_total: bool
    ref: str
    head_raw: str
    district_raw: str
    count_raw: str


@dataclass
class Truth:
    """Collected while the files are written."""

    files: list[File] = field(default_factory=list)
    rows: list[tuple[str, str, int, str, str, str, str]] = field(default_factory=list)
    cells: list[tuple[str, str, int, int, str, str, str]] = field(default_factory=list)
    defects: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)

    def file(self, file: File) -> File:
        """Note a file, and what was done to it."""
        self.files.append(file)
        file.id = f"f{len(self.files):02}"
        for code in (file.code, *file.codes):
            if code:
                self.defect(file.path, "", "", "", code)
        return file

    def defect(self, path: str, sheet: str, row: int | str, column: str, code: str) -> None:
        """A planted defect and the rule that should find it. Blank row or column: the whole file."""
        known = next(file.id for file in reversed(self.files) if file.path == path)
        self.defects.append((known, sheet, str(row), column, code))

    def sheet(self, file: File, name: str, items: Sequence[Item], columns: Columns, period: str = "") -> None:
        """Note every line of one sheet after it was written."""
        headers = {intake: header for header, intake in columns}
        for at, item in enumerate(items):
            if not isinstance(item, Row):
                self.rows.append((file.id, name, item.line, "skipped", item.code, "", ""))
                continue
            cid = item.case.cid if item.case else ""
            self.rows.append((file.id, name, item.line, item.disposition, item.code, cid, item.unit))
            if item.disposition != "accepted":
                self.defect(file.path, name, item.line, "", item.code)
                continue
            for code in (*item.codes, *judged(item)):
                self.defect(file.path, name, item.line, "", code)
            if item.unit == "return":
                continue
            self.submissions.append(Submission(file, name, period or file.period, item, columns, at))
            self._cells(file, name, item, headers)

    def _cells(self, file: File, sheet: str, row: Row, headers: Mapping[str, str]) -> None:
        for name, cell in row.cells.items():
            if name not in headers:
                continue
            for code in cell.codes:
                # A rule over several fields may point at any of them.
                self.defect(file.path, sheet, row.line, "" if code.startswith("RK4") else headers[name], code)
            for column, value in cell.out.items():
                self._cell(file, sheet, row, column, shown(cell.raw), value)
        for column, value in row.out.items():
            self._cell(file, sheet, row, column, "", value)
        everybody: dict[str, list[Said]] = {}
        for one in row.people():
            everybody.setdefault(one.role, []).append(one)
        for role, people in everybody.items():
            for column in sorted({name for one in people for name in one.out}):
                joined = " + ".join(one.out.get(column, "") for one in people)
                name = column if row.unit == "service" else f"{role}.{column}"
                self._cell(file, sheet, row, name, "", joined)

    def _cell(self, file: File, sheet: str, row: Row, column: str, raw: str, value: str) -> None:
        self.cells.append((file.id, sheet, row.line, 0, column, raw, value))


def judged(row: Row) -> list[str]:
    """Defects that follow from the true values of a row."""
    values, found = row.values(), []
    day, registered = values.get("occurred_from", ""), values.get("registered_on", "")
    if day and registered and day > registered:
        found.append("RK401")
    if ("PPC 1860 369-A" in values.get("charges", "")) and registered >= "2018-06-01":
        found.append("RK317")
    for one in row.people():
        born = one.out.get("date_of_birth", "")
        cnic, sex = one.out.get("cnic", ""), one.out.get("sex", "")
        if one.role == "accused" and born and registered and one.person.age(date.fromisoformat(registered)) < 18:
            found.append("RK406")
        if cnic and sex in {"male", "female"} and (int(cnic[-1]) % 2 == 1) != (sex == "male"):
            found.append("RK404")
        if born.endswith("-01-01"):
            found.append("RK423")
    return found


def shown(raw: Raw) -> str:
    """A raw cell as a reader gives it."""
    if isinstance(raw, date):
        return raw.isoformat()
    return "" if raw is None else str(raw)


def table(path: Path, header: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """Write one CSV of the truth; `.gz` is compressed, always to the same bytes."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    data = buffer.getvalue().encode("utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
