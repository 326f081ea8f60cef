"""Small submission frames for tests: only the columns that a test speaks of."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import polars as pl

from recordkit import declarations, tables
from recordkit.linkage import mentions, quoted_numbers

TABLES = tables.load([declarations.PACKAGED])
_serial = count()


def case(**cells: Any) -> dict[str, Any]:
    """A submission of FIR 12/2026 of PS City, Gujrat, registered on 3 July, with changes."""
    base: dict[str, Any] = {
        "record_id": f"R{next(_serial):06d}", "file_sha256": "f1", "sheet": "", "row": 1, 
        "agency": "punjab",
        "period": "2026-07", "received": "2026-07", "stage": "case",
        "province": "Punjab", "division": "Gujrat",
        "district": "Gujrat", "police_station": "City", "fir_no": "12", "fir_year": 2026,
        "registered_on": date(2026, 7, 3), "references": [],
    }  # fmt: skip
    return base | cells


def person(record: dict[str, Any], position: int = 0, **cells: Any) -> dict[str, Any]:
    """An accused of that submission."""
    role = cells.get("role", "accused")
    base = {name: record[name] for name in ("record_id", "file_sha256", "sheet", "row", "agency", "period", "received")}
    base |= {"mention_ref": f"{record['record_id']}:{role}:{position}", "position": position, "role": role}
    return base | cells


def cases_frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """The rows with the types of a cases frame."""
    schema = {name: quoted_numbers.COLUMNS[name] for name in quoted_numbers.COLUMNS if any(name in row for row in rows)}
    return pl.DataFrame(rows, schema=schema) if rows else pl.DataFrame(schema=quoted_numbers.COLUMNS)


def persons_frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """The rows with the types of a persons frame."""
    schema = {name: mentions.COLUMNS[name] for name in mentions.COLUMNS if any(name in row for row in rows)}
    return pl.DataFrame(rows, schema=schema) if rows else pl.DataFrame(schema=mentions.COLUMNS)
