"""The whole comparison in one run, as a Markdown table.

    python benchmarks/linkage/run.py 1000000 [WORKDIR]

Every tool is a process of its own. The truth is kept in the generator's file and read again only to measure.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
from febrl import run as febrl
from generate import generate
from measures import measures
from ours import blocking_recall

HERE = Path(__file__).parent
COLUMNS = ("pair_p", "pair_r", "pair_f1", "cluster_p", "cluster_r", "cluster_f1", "bcubed_f1")


def child(script: str, *arguments: object) -> dict[str, Any]:
    """Run one tool; the last line that it prints is what it cost."""
    command = [sys.executable, str(HERE / script), *(str(one) for one in arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def compare(rows: int, folder: Path) -> list[dict[str, Any]]:
    """One row per tool and threshold."""
    raw, ready = folder / f"raw-{rows}.parquet", folder / f"standardised-{rows}.parquet"
    truth = generate(rows)
    truth.write_parquet(raw)
    subprocess.run([sys.executable, str(HERE / "standard.py"), str(raw), str(ready)], check=True)
    known = truth.select("row_id", "true_person")
    found: list[dict[str, Any]] = []
    for tool, script, arguments in (
        ("recordkit", "ours.py", [ready]),
        ("Splink 5, rows standardised by us", "peer.py", ["ours", ready]),
        ("Splink 5, raw rows", "peer.py", ["raw", raw]),
    ):
        labels = folder / f"labels-{script}-{arguments[0]}.parquet".replace("/", "_")
        spent = child(script, *arguments, labels)
        table = pl.read_parquet(labels).join(known, on="row_id")
        found += [
            {"tool": tool, "at": name, **spent, **measures(table[name], table["true_person"])}
            for name in table.columns
            if name not in ("row_id", "true_person")
        ]
    recall = blocking_recall(str(ready), truth["true_person"])
    print(f"blocking recall of recordkit: {recall:.4f}\n")
    return found


def markdown(rows: list[dict[str, Any]]) -> str:
    """The table."""
    head = ["tool", "threshold", *COLUMNS, "CPU s", "GB"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = [row["tool"], row["at"], *(f"{row[name]:.4f}" for name in COLUMNS)]
        lines.append("| " + " | ".join([*cells, f"{row['cpu']:.0f}", f"{row['gb']:.2f}"]) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    place = Path(sys.argv[2] if len(sys.argv) > 2 else "linkage-benchmark")
    place.mkdir(parents=True, exist_ok=True)
    print(markdown(compare(int(sys.argv[1]), place)))
    print()
    for row in febrl():
        print({key: round(value, 5) if isinstance(value, float) else value for key, value in row.items()})
