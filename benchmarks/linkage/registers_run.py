"""`recordkit dedupe`, the whole command, on the lists of registers.py, and Splink 5 on the same rows standardised by us.

    python registers_run.py ROWS SEED FOLDER [--lists people,fir,number] [--peer-python PYTHON] [--recordkit COMMAND]

One Markdown row for every list: precision, recall and F1 of the pairs and of B-cubed, the CPU seconds (of the user and of
the system) and the peak memory of the command; then, by kind of people, where pairs are wrong or missing. Nobody declares
the lists: what a column is, recordkit has to see. Splink (--peer-python: an interpreter that has it) gets the rows cleaned,
on our blocking rules, and is shown at the best of four thresholds; the cleaning is not counted in its CPU seconds.
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
from registers import LISTS, generate

HERE = Path(__file__).parent
RECORDKIT = [sys.executable, "-m", "recordkit"]


def dedupe(command: list[str], source: Path, out: Path, more: list[str]) -> tuple[pl.DataFrame, dict[str, float]]:
    """row_id and entity_id of every row, and what the command cost."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*command, "dedupe", str(source), "-o", str(out), *more], check=False, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    print(done.stdout.strip(), file=sys.stderr)
    spent = {"cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, "gb": after.ru_maxrss / 1e6}
    rows = pl.read_parquet(out)
    return rows.select(pl.col("row_id").cast(pl.Int64), "entity_id"), spent


def strata(table: pl.DataFrame) -> pl.DataFrame:
    """By kind of people: true and found pairs, precision and recall, and the false pairs."""
    flags = ("woman", "child", "moved", "card", "father")
    pairs = {key: table.join(table, on=key, suffix="_2").filter(pl.col("row_id") < pl.col("row_id_2")) for key in ("person", "entity_id")}
    true, found = pairs["person"], pairs["entity_id"]
    both, one = {name: pl.col(name) & pl.col(f"{name}_2") for name in flags}, {name: pl.col(name) | pl.col(f"{name}_2") for name in flags}
    kinds = {
        "all": pl.lit(True), "women": one["woman"], "children": one["child"], "one who moved": one["moved"], "cards on both sides": both["card"],
        "no card": ~one["card"], "a father missing": ~both["father"], "of one household": pl.col("home") == pl.col("home_2"),
    }  # fmt: skip
    rows = []
    for name, kind in kinds.items():
        t, f = true.filter(kind), found.filter(kind)
        hit, right = int((t["entity_id"] == t["entity_id_2"]).sum()), int((f["person"] == f["person_2"]).sum())
        rows.append((name, t.height, round(right / max(f.height, 1), 4), round(hit / max(t.height, 1), 4), f.height - right))
    return pl.DataFrame(rows, schema=["pairs", "true", "P", "R", "false"], orient="row")


def peer(mentions: pl.DataFrame, truth: pl.DataFrame, folder: Path, python: str) -> dict[str, Any]:
    """Splink at the best of its thresholds."""
    case = pl.concat_str("police_station", "fir_no", "fir_year", separator="/")
    plain = mentions.with_columns(case_id=case, case_date=pl.col("fir_date").str.to_date("%d-%m-%Y"), sex=pl.col("sex").str.slice(0, 1))
    plain.write_parquet(folder / "peer-raw.parquet")
    subprocess.run([sys.executable, str(HERE / "standard.py"), str(folder / "peer-raw.parquet"), str(folder / "peer-rows.parquet")], check=True)
    command = [python, str(HERE / "peer.py"), "ours", str(folder / "peer-rows.parquet"), str(folder / "peer-labels.parquet")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    table = pl.read_parquet(folder / "peer-labels.parquet").join(truth, on="row_id")
    every = [{"at": name, **measures(table[name], table["person"])} for name in table.columns if name.startswith("at_")]
    return {**json.loads(done.stdout.strip().splitlines()[-1]), **max(every, key=lambda one: one["pair_f1"])}


def row(title: str, found: dict[str, Any]) -> str:
    """One line of the table."""
    shown = [f"{found[name]:.4f}" for name in ("pair_p", "pair_r", "pair_f1", "bcubed_f1")]
    return "| " + " | ".join([title, *shown, f"{found['cpu']:.1f}", f"{found['gb']:.2f}"]) + " |"


def main() -> None:
    """Run what the command line asks for."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("rows", type=int)
    ask.add_argument("seed", type=int)
    ask.add_argument("folder", type=Path)
    ask.add_argument("--lists", default=",".join(LISTS))
    ask.add_argument("--peer-python")
    ask.add_argument("--recordkit", default=" ".join(RECORDKIT), help="the command, with what goes before `dedupe`")
    ask.add_argument("--options", default="", help="more options of dedupe")
    ask.add_argument("--strata", action="store_true", help="also by kind of people")
    given = ask.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    mentions, truth = generate(given.rows, given.seed)
    print("| list | pairs P | R | F1 | B-cubed F1 | CPU s | GB |\n|---|---|---|---|---|---|---|", flush=True)
    for name in given.lists.split(","):
        source = given.folder / f"{name}.csv"
        mentions.drop(LISTS[name]).write_csv(source)
        judged, spent = dedupe(given.recordkit.split(), source, given.folder / f"{name}.parquet", given.options.split())
        table = truth.join(judged, on="row_id", how="left")
        missing = table["entity_id"].null_count()
        table = table.with_columns(pl.coalesce("entity_id", pl.format("none {}", "row_id")))
        print(row(f"{name}.csv" + (f" ({missing} rows without an entity)" if missing else ""), {**measures(table["entity_id"], table["person"]), **spent}), flush=True)
        if given.strata:
            print(strata(table), flush=True)
    if given.peer_python:
        print(row("Splink 5", peer(mentions, truth, given.folder, given.peer_python)), flush=True)


if __name__ == "__main__":
    main()
