"""The principle: what stands in a cell and is not used is a finding.

A valid value is joined with something that is no part of it. Either that something stands in a cleaned column of the
row's records, or a finding stands on that row and field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from laws import registers
from recordkit import declarations, readers, reference

pytestmark = pytest.mark.xdist_group("nothing unused")  # the process that reads the files
REFERENCE = reference.load([declarations.PACKAGED])
BASE = {
    "fir_no": "{n}/2026", "registered_on": "03-07-2026", "district": "Lahore", "police_station": "Raiwind",
    "sections": "302 PPC", "role": "accused", "name": "Bashir Ahmad", "service": "shelter", "started_on": "03-07-2026",
    "victim_ref": "V{n}", "head": "Murder", "count": "4", "accused": "Bashir Ahmad",
}  # fmt: skip
VALID = {
    "text": ["Canal Road"], "place": ["Lahore"], "fir": ["12/2026"], "year": ["2026"], "date": ["03-07-2026"],
    "sections": ["302 PPC", "324 PPC"], "reference": ["FIR 12/2026 PS Raiwind"], "people": ["Imran S/O Karim"],
    "relative": ["Karim Bakhsh"], "cnics": ["35202-1234567-1"], "phones": ["0300-1234567"], "passport": ["AB1234567"],
    "age": ["25"], "country_or_place": ["Dubai"], "count": ["7"],
}  # fmt: skip
JUNK = ("Qzwv", "86429", "سیڈجق")
JOINTS = (" ", ", ", "; ", " / ", "\n")
# Fields that are declared to be in no table: they are read to recognise a format, and said so in intake.toml.
IN_NO_TABLE = {"circle", "remarks", "occurred_time", "place", "distance_from_ps", "officer"}


def values(kind: Any) -> list[str]:
    """Valid values of an intake field."""
    if kind.type == "code":
        words = REFERENCE.codes.filter(pl.col("vocabulary") == kind.vocabulary)
        return words["code"].head(1).to_list()
    return VALID[kind.type]


def _rows(unit: str, field: str) -> list[dict[str, str]]:
    """A row for every valid value joined with every piece of junk; nothing else differs."""
    valid = ["Punjab"] if field == "province" else values(registers.FIELDS.fields(unit)[field])
    cells = [
        cell
        for value in valid
        for junk in JUNK
        for joint in JOINTS
        for cell in (f"{value}{joint}{junk}", f"{junk}{joint}{value}")
    ]
    base = {name: text for name, text in BASE.items() if name in registers.fields(unit)}
    first = 100 * (1 + registers.fields(unit).index(field))  # each row is another case
    alone = valid[:1] * 2  # what is found in a valid value is not about the junk; twice, it is no single one
    cells = [*alone, *cells]
    return [{**{k: v.format(n=at) for k, v in base.items()}, field: cell} for at, cell in enumerate(cells, first)]


def _letters(texts: Iterable[Any]) -> str:
    return "\n".join(re.sub(r"[\W_]+", "", str(text)).lower() for text in texts)


def _used(frame: pl.DataFrame) -> dict[int, str]:
    """Row -> letters and digits of its cleaned columns."""
    origin = {"row", "record_id", "file_sha256", "sheet", "agency", "format", "mention_ref", "part", "position"}
    names = [name for name in frame.columns if name not in origin and not name.endswith(("_raw", "_written"))]
    used: dict[int, str] = {}
    for row in frame.select("row", *names).to_dicts():  # several people of one row
        used[row["row"]] = f"{used.get(row['row'], '')}\n{_letters(row[name] for name in names)}"
    return used


@cache
def lost(unit: str, folder: Path) -> dict[str, list[str]]:
    """Field -> its cells of which the junk is neither used nor told. The rows of all fields are in one file."""
    rows = [(field, row) for asked, field in FIELDS if asked == unit for row in _rows(unit, field)]
    path = registers.write(folder / f"{unit}.csv", unit, [row for _, row in rows])
    made, found, _ = registers.run(path, unit, folder)
    told: dict[tuple[int, str], set[str]] = {}
    for row in found.to_dicts():
        for name in (row["field"], row["column"]):
            told.setdefault((row["row"], name), set()).add(row["code"])
    used: dict[int, str] = {}
    for name, frame in made.items():
        if name not in ("quarantine", "given"):
            for row, text in _used(frame).items():
                used[row] = used.get(row, "") + "\n" + text
    (sheet,) = readers.open_all(path)[0].sheets
    cells = {row["row"]: row for batch in sheet.batches() for row in batch.to_dicts() if row["row"] > 1}
    assert len(cells) == len(rows)
    wrong: dict[str, list[str]] = {field: [] for field, _ in rows}
    plain: dict[str, set[str]] = {}  # what is found in a field's valid value alone
    for (at, row), (field, _) in zip(sorted(cells.items()), rows, strict=True):
        cell = row[f"c{registers.fields(unit).index(field) + 1}"]
        junk = next((one for one in JUNK if one in cell), None)
        codes = told.get((at, field), set()) | told.get((at, registers.header(field)), set())
        if junk is None:
            plain.setdefault(field, set()).update(codes)
        elif not codes - plain[field] and _letters([junk]) not in used.get(at, ""):
            wrong[field].append(cell)
    return wrong


FIELDS = [
    (unit, field)
    for unit in registers.UNITS
    for field, kind in registers.FIELDS.fields(unit).items()
    if kind.type not in ("ignore", "period")  # ignored by name; months of rows have a test of their own
    and field not in IN_NO_TABLE
    # A field is cleaned by one piece of code whatever the unit of the row is.
    and unit == next(one for one in registers.UNITS if field in registers.fields(one))
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("unused")


@pytest.mark.parametrize(("unit", "field"), FIELDS, ids=[f"{unit}-{field}" for unit, field in FIELDS])
def test_what_is_not_used_of_a_cell_is_told(unit: str, field: str, folder: Path) -> None:
    wrong = lost(unit, folder)[field]
    assert not wrong, wrong
