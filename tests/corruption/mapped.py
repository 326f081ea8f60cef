"""Judges a file by what becomes of its rows: records with their values, counts, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl
from suite import LOUD, RIGHT, SILENT, Verdict

from recordkit import declarations, ingest

Record = Mapping[str, str | None]
OVERLAY = Path(__file__).parent / "schemas"


@dataclass(frozen=True)
class MappedCase:
    """A file of the agency `corner`, what each of its rows means, and the findings (code or code@row) that must come.

    records: row -> field -> value as text; counts: (district, head) -> count, totals and blanks left out.
    """

    name: str
    data: str | bytes
    records: Mapping[int, Record] | None = None
    counts: Mapping[tuple[str, str], int] | None = None
    found: frozenset[str] = frozenset()
    want: str = RIGHT
    file: str = "corner_2026-07.csv"


@cache
def declared() -> ingest.Declarations:
    """Packaged declarations and the made-up agency."""
    return ingest.declare([declarations.PACKAGED, OVERLAY])


def judge(one: MappedCase, folder: Path) -> Verdict:
    """Run the row stages and compare."""
    path = folder / one.file
    path.write_bytes(one.data.encode() if isinstance(one.data, str) else one.data)
    kept: dict[str, list[pl.DataFrame]] = {}
    (done,) = ingest.receive(
        path, declared(), agency="corner", keep=lambda name, frame: kept.setdefault(name, []).append(frame)
    )
    found = done.issues.select("row", "code", "severity").rows()
    rows = {row for row, _, severity in found if row is not None and severity in ("reject", "flag")}
    whole = any(row is None and severity in ("reject", "flag") for row, _, severity in found)
    lacking = any(code == "RK203" for row, code, _ in found if row is None)  # a required column: said of every row at once
    differences = _records(one, kept, rows, lacking) if one.records is not None else _counts(one, kept, rows, whole)
    silent = [text for text, covered in differences if not covered]
    score = SILENT if silent else LOUD if differences else RIGHT
    codes = frozenset(code if row is None else f"{code}@{row}" for row, code, _ in found)
    return Verdict(score, codes, tuple(text for text, _ in differences))


def _together(kept: Mapping[str, list[pl.DataFrame]], name: str) -> pl.DataFrame:
    return (
        pl.concat(kept[name], how="diagonal_relaxed")
        if kept.get(name)
        else pl.DataFrame({"row": []}, schema={"row": pl.Int64})
    )


def _records(
    one: MappedCase, kept: Mapping[str, list[pl.DataFrame]], flagged: set[int], lacking: bool
) -> list[tuple[str, bool]]:
    """(difference, whether a finding of that row covers it)."""
    assert one.records is not None
    cases, persons, apart = (_together(kept, name) for name in ("cases", "persons", "quarantine"))
    came = {row["row"]: row for row in cases.to_dicts()}
    people = persons.group_by("row").agg(pl.col("cnic"), pl.col("name")).to_dicts() if persons.height else []
    for row in people:
        came[row["row"]] |= {"cnics": ";".join(cnic or "" for cnic in row["cnic"]), "names": ";".join(name or "" for name in row["name"])}
    quarantined = set(apart.get_column("row"))
    differences = []
    for row in sorted({*one.records, *came}):
        meant, found = one.records.get(row), came.get(row)
        if meant is None:
            differences.append((f"row {row} is no record and became one", row in flagged))
        elif found is None:
            differences.append((f"row {row} is a record and did not become one", row in quarantined | flagged))
        else:
            wrong = {field: found.get(field) for field, value in meant.items() if _text(found.get(field)) != value}
            if wrong:
                differences.append((f"row {row}: {wrong}", row in flagged or lacking))
    return differences


def _counts(
    one: MappedCase, kept: Mapping[str, list[pl.DataFrame]], flagged: set[int], whole: bool
) -> list[tuple[str, bool]]:
    assert one.counts is not None
    returns, apart = _together(kept, "returns"), _together(kept, "quarantine")
    came: dict[tuple[str, str], list[int]] = {}
    rows: dict[tuple[str, str], int] = {}
    for row in returns.to_dicts():
        key = (row["district"] or row["district_raw"] or "", row["head"] or row["head_raw"] or "")
        rows[key] = row["row"]
        if row["count"] is not None and not row["is_total"]:
            came.setdefault(key, []).append(row["count"])
    loud = whole or apart.height > 0
    return [
        (f"{key}: meant {one.counts.get(key)}, came {came.get(key)}", loud or rows.get(key) in flagged)
        for key in sorted({*one.counts, *came})
        if came.get(key) != ([one.counts[key]] if key in one.counts else None)
    ]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
