"""recordkit and Splink 5 on the lists of strangers.py, each at its default, as a Markdown table.

    python strangers_run.py FOLDER SEED [--peer-python PYTHON]

recordkit: the command line as a user types it, `recordkit dedupe LIST --linkage english`. Splink (peer_strangers.py):
the same rows as recordkit has cleaned them, on its blocking rules, with comparisons of Splink's own library; the best of
four thresholds is shown.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
from measures import measures

HERE = Path(__file__).parent


def ours(source: Path, folder: Path) -> tuple[pl.DataFrame, float]:
    """record_id and entity_id of every row in the list's order, and the CPU seconds of the whole command."""
    out = folder / f"{source.stem}.out.parquet"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "recordkit", "dedupe", str(source), "--linkage", "english", "-q", "-o", str(out)]
    subprocess.run([*command, "--splink", str(folder / source.stem)], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return pl.read_parquet(out, columns=["record_id", "entity_id"]), cpu


def peer(python: str, prepared: Path) -> tuple[pl.DataFrame, float]:
    """record_id and a label per threshold."""
    command = [python, str(HERE / "peer_strangers.py"), str(prepared)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    cpu: float = json.loads(done.stdout.strip().splitlines()[-1])["cpu"]
    return pl.read_parquet(prepared / "labels.parquet"), cpu


def line(name: str, tool: str, found: dict[str, float], cpu: float) -> str:
    """A row of the table."""
    shown = " | ".join(f"{found[key]:.3f}" for key in ("pair_p", "pair_r", "pair_f1", "group_f1", "bcubed_f1"))
    return f"| {name} | {tool} | {shown} | {cpu:.1f} |"


def main() -> None:
    """Make the lists, run both tools on each, print a row as soon as it is known."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", type=Path)
    ask.add_argument("seed", type=int)
    ask.add_argument("--peer-python", default=sys.executable, help="an interpreter that has Faker and Splink")
    given = ask.parse_args()
    subprocess.run([given.peer_python, str(HERE / "strangers.py"), str(given.folder), str(given.seed)], check=True)
    print("| list | tool | pairs P | R | F1 | exact clusters F1 | B-cubed F1 | CPU s |\n|---|---|---|---|---|---|---|---|")
    for truth in sorted(given.folder.glob("*.truth.parquet")):
        source = truth.with_name(truth.name.replace(".truth.parquet", ".csv"))
        rows, cpu = ours(source, given.folder)
        known = rows.with_columns(pl.read_parquet(truth)["who"])
        print(line(source.stem, "recordkit", measures(known["entity_id"], known["who"]), cpu), flush=True)
        labels, cpu = peer(given.peer_python, given.folder / source.stem)
        both = known.join(labels, on="record_id")
        every: list[dict[str, Any]] = [{"at": at, **measures(both[at], both["who"])} for at in labels.columns if at.startswith("at_")]
        best = max(every, key=lambda one: one["pair_f1"])
        print(line("", f"Splink 5, {best['at'].replace('_', ' ')}", best, cpu), flush=True)


if __name__ == "__main__":
    main()
