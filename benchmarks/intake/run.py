"""The whole comparison in one run, as a Markdown table: CPU seconds, memory and the ratio to the floor.

    python benchmarks/intake/run.py [ROWS ...] [--folder DIR] [--peers PYTHON] [--peer-rows N]

ROWS: 100000 and 1000000 unless given; 10000000 is the size of the promise (5 GB of files). Each tool is a process of its
own with two threads. --peers: a Python in which duckdb, dataframely, frictionless and great_expectations are installed;
they are no dependencies of this project. They are run up to --peer-rows rows (100000 unless given).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from generate import generate

HERE = Path(__file__).parent
PEERS = ("duckdb", "dataframely", "frictionless", "great_expectations")
Spent = tuple[float, float]  # CPU seconds, GB


def timed(command: list[str]) -> tuple[Spent, str]:
    """Run a process; its CPU seconds, its largest memory, what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "POLARS_MAX_THREADS": "2", "PYTHONPATH": str(HERE.parents[1] / "src")},
    )  # fmt: skip
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        return (float("nan"), float("nan")), ""
    cpu = max(used.ru_utime + used.ru_stime, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return (cpu, used.ru_maxrss / 1e6), said


def ours(path: Path) -> tuple[Spent, str]:
    """`recordkit validate`, from the shell's point of view."""
    command = [sys.executable, "-m", "recordkit", "validate", str(path), "--schemas", str(HERE / "schemas")]
    spent, said = timed([*command, "--format", "text", "--no-progress"])
    return spent, said.strip().splitlines()[-1] if said else "failed"


def python(script: str, *arguments: str, using: str = sys.executable) -> tuple[Spent, str]:
    """A script beside this one; what it found, from the JSON that it prints."""
    spent, said = timed([using, str(HERE / script), *arguments])
    if not said:
        return spent, "failed"
    told = json.loads(said.strip().splitlines()[-1])
    return spent, f"{told.get('rules', told.get('checks'))} checks, {len(told['found'])} of them broken"


def compare(rows: int, folder: Path, peers: str | None, most: int) -> list[str]:
    """Lines of the table for one size."""
    lines = []
    for kind in ("clean", "dirty"):
        path = folder / f"{kind}-{rows}" / "register-2026-09.csv"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            generate(rows, path, kind == "dirty")
        tools = [("plain polars (floor)", python("floor.py", str(path))), ("recordkit validate", ours(path))]
        if peers and rows <= most:
            tools += [(name, python("peer.py", name, str(path), using=peers)) for name in PEERS]
        floor = tools[0][1][0][0]
        for name, ((cpu, gb), said) in tools:
            line = f"| {rows:,} | {kind} | {name} | {cpu:.1f} | {cpu / floor:.2f} | {gb:.2f} | {said} |"
            print(line, flush=True)
            lines.append(line)
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, default=Path("intake-benchmark"))
    parser.add_argument("--peers")
    parser.add_argument("--peer-rows", type=int, default=100_000)
    given = parser.parse_args()
    print("| rows | file | tool | CPU s | times the floor | GB | |\n|---|---|---|---|---|---|---|")
    for size in given.rows:
        compare(size, given.folder, given.peers, given.peer_rows)
