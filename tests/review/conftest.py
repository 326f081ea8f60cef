"""A store with one small edition: four people in two cases, two pairs to judge, one pair joined."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from recordkit import declarations, stable_ids, store, tables

DECLARED = tables.load([declarations.PACKAGED])
FILE = hashlib.sha256(b"june.csv").hexdigest()
A, B, C, D = "R00000000000000a0", "R00000000000000b0", "R00000000000000c0", "R00000000000000d0"


def link(kind: str, left: str, right: str, probability: float, reasons: Sequence[str]) -> dict[str, Any]:
    """One row of `links` or `review`."""
    made = stable_ids.link_ids(pl.Series([kind]), pl.Series([left]), pl.Series([right]))[0]
    return {
        "link_id": made, "kind": kind, "left_id": left, "right_id": right, "match_weight": 1.0,
        "probability": probability, "decision": "auto", "reasons": list(reasons),
    }  # fmt: skip


def case(number: int, record: str, fir: str, **cells: Any) -> dict[str, Any]:
    """One case of one submission."""
    return {
        "case_id": f"C{number:016x}", "agency": "punjab", "agencies": ["punjab"], "stage": "case",
        "province": "Punjab", "district": "Gujrat", "police_station": "City", "fir_no": fir, "fir_year": 2026,
        "registered_on": date(2026, 6, 3), "principal_act": "PPC 1860", "principal_section": "302",
        "npb_head": "Murder", "submissions": 1, "first_seen": "2026-06", "last_changed": "2026-06",
        "period": "2026-06", "records": [record], "related_cases": [],
        "source_rows": [{"file_sha256": FILE, "sheet": "", "row": number}],
    } | cells  # fmt: skip


def person(number: int, case_number: int, ref: str, name: str, **cells: Any) -> dict[str, Any]:
    """One mention, a person of its own."""
    return {
        "mention_id": f"M{number:016x}", "case_id": f"C{case_number:016x}", "person_id": f"P{number:016x}",
        "role": "accused", "name": name, "relative_name": "Bashir", "cnic": "34201-1234567-1", "agencies": ["punjab"],
        "first_seen": "2026-06", "last_seen": "2026-06", "mention_refs": [ref],
        "source_rows": [{"file_sha256": FILE, "sheet": "", "row": case_number}],
    } | cells  # fmt: skip


def frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows in the schema of an edition's table."""
    schema = DECLARED[name].polars("compile")
    filled = [{column: row.get(column) for column in schema} for row in rows]
    return pl.DataFrame(filled, schema=schema, orient="row").sort(DECLARED[name].key)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The store."""
    people = [
        person(1, 1, f"{A}:accused:0", "=Aslam+1"), person(2, 2, f"{B}:accused:0", "Aslam"),
        person(3, 1, f"{A}:accused:1", "Imran"), person(4, 2, f"{B}:accused:1", "Imran"),
        person(5, 3, f"{C}:accused:0", "Nadeem", cnic=None),
    ]  # fmt: skip
    identities = [
        {"person_id": one["person_id"], "name": one["name"], "mentions": 1, "cases": 1, "agencies": ["punjab"],
         "provinces": ["Punjab"], "first_seen": "2026-06", "last_seen": "2026-06", "names": [], "roles": []}
        for one in people
    ]  # fmt: skip
    charges = [
        {"case_id": f"C{n:016x}", "act": "PPC 1860", "section": "302", "first_seen": "2026-06", "is_principal": True,
         "source_rows": []}
        for n in (1, 2, 3)
    ]  # fmt: skip
    made = {
        "cases": [case(1, A, "12"), case(2, B, "21"), case(3, C, "99", province="Sindh", npb_head="Robbery", records=[C, D])],
        "charges": charges, "persons": people, "identities": identities,
        "links": [
            link("person", f"{A}:accused:1", f"{B}:accused:1", 0.9, ["prior -8.00", "name: same key +11.00"]),
            link("case", C, D, 0.99, ["prior -8.00", "number: one slip +9.00"]),
        ],
        "review": [
            link("case", A, B, 0.5, ["number one slip apart"]),
            link("person", f"{A}:accused:0", f"{B}:accused:0", 0.4, ["prior -8.00", "name: similar +7.40"]),
            link("person", f"{A}:accused:0", f"{C}:accused:0", 0.1, ["prior -8.00"]),
        ],
    }  # fmt: skip
    home = tmp_path / "store"
    source = store.Input(
        sha256=FILE, name="june.csv", agency="punjab", format="fir", period="2026-06", received="2026-06",
        rows=store.Rows(read=3, accepted=3),
    )  # fmt: skip
    store.publish(
        home, {name: frame(name, rows) for name, rows in made.items()}, inputs=[source], schemas_sha256="s1"
    )
    return home
