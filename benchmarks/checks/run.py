"""Checks rows of `cases` with our backend and with Pandera's own, in turns: medians of CPU milliseconds.

    python benchmarks/checks/run.py [ROWS]

A share of the rows (none, 6 %, all) breaks a rule about two dates.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import polars as pl

from recordkit import checks
from recordkit.table_schema import table_schema
from table_frames import RULES, TABLES
from test_checks import batch
from test_table_schema import failures, native

TIMES = 5


def cases(rows: int, wrong: float) -> pl.DataFrame:
    """Cases of which a share was registered before it happened."""
    every = int(1 / wrong) if wrong else rows + 1
    days = [dt.date(2025, 1, 1) if wrong and not at % every else dt.date(2026, 7, 3) for at in range(rows)]
    frame = batch(
        "cases", record_id=[f"R{at}" for at in range(rows)], registered_on=days, fir_year=[2026] * rows,
        occurred_from=[dt.date(2026, 7, 1)] * rows, district=["Lahore"] * rows, province=["Punjab"] * rows,
    )  # fmt: skip
    return checks._with_derived({"cases": frame}, "cases", TABLES["cases"].derived("standardise", RULES))


def medians(frame: pl.DataFrame) -> dict[str, float]:
    """CPU milliseconds of both; they must find as much."""
    schemas: dict[str, Any] = {"ours": table_schema(TABLES["cases"], "standardise", RULES)}
    schemas["native"] = native(TABLES["cases"], "standardise")
    spent: dict[str, list[float]] = {name: [] for name in schemas}
    for _ in range(TIMES):
        found = set()
        for name, schema in schemas.items():
            before = time.process_time()
            found.add(failures(schema, frame).height)
            spent[name].append(1000 * (time.process_time() - before))
        assert len(found) == 1, found
    return {name: statistics.median(times) for name, times in spent.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=250_000)
    given = parser.parse_args()
    print("| rows | wrong | FusedBackend | Pandera's own |\n|---|---|---|---|")
    for wrong in (0, 1 / 17, 1):
        rows = given.rows if wrong < 1 else given.rows // 5  # Pandera's own keeps every wrong row as text
        told = medians(cases(rows, wrong))
        print(f"| {rows:,} | {wrong:.0%} | {told['ours']:.0f} | {told['native']:.0f} |", flush=True)
