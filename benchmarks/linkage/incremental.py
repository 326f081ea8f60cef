"""A new month against a standing list: what it costs, and whether it finds the same people as comparing everything.

    python benchmarks/linkage/incremental.py 500000 20000 [WORKDIR]

standing rows, new rows. Each way is a process of its own; the model of the standing list is used for the new month.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from generate import generate
from measures import measures

from recordkit import declarations, linkage
from recordkit.linkage import engine, models_table

HERE = Path(__file__).parent


def spec() -> engine.ModelSpec:
    """The declaration of people."""
    found = linkage.load([declarations.PACKAGED]).people
    if found is None:
        raise SystemExit("schemas/linkage.toml declares no model of people")
    return found


def prepare(standing: int, new: int, folder: Path) -> Path:
    """Rows standardised by us, in random order: the first `standing` of them were there before."""
    raw, ready = folder / "raw.parquet", folder / "ready.parquet"
    generate(standing + new).write_parquet(raw)
    subprocess.run([sys.executable, str(HERE / "standard.py"), str(raw), str(ready)], check=True)
    order = np.random.default_rng(3).permutation(standing + new)
    pl.read_parquet(ready)[order].write_parquet(ready)
    return raw


def way(name: str, standing: int, folder: Path) -> dict[str, Any]:
    """Run one of: before (the standing list alone, which leaves its labels and model), full, incremental."""
    rows = pl.read_parquet(folder / "ready.parquet").with_columns(role=pl.lit("accused"))
    frame = rows.head(standing) if name == "before" else rows
    declared = spec()
    model, new, labels = None, None, None
    if name == "incremental":
        data = models_table.data(pl.read_parquet(folder / "models.parquet"), "person")
        model = engine.Model.from_data(data, declared)
        before = pl.read_parquet(folder / "before.parquet")["label"].to_numpy()
        labels = np.concatenate([before, np.arange(standing, rows.height)])
        new = np.arange(rows.height) >= standing
    began = time.process_time()
    found = engine.match(frame, declared, model, limits=None, new=new, earlier=labels)
    spent = time.process_time() - began
    frame.select("row_id", label=pl.Series(found.label)).write_parquet(folder / f"{name}.parquet")
    if name == "before":
        models_table.table("person", found.model.as_data()).write_parquet(folder / "models.parquet")
    pairs = int(found.blocks["pairs"].sum())
    return {"way": name, "cpu": spent, "gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, "pairs": pairs}


def compare(standing: int, new: int, folder: Path) -> None:
    """Print what each way cost and found."""
    raw = prepare(standing, new, folder)
    truth = pl.read_parquet(raw, columns=["row_id", "true_person"])
    for name in ("before", "full", "incremental"):
        command = [sys.executable, __file__, "--way", name, str(standing), str(folder)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        cost = json.loads(done.stdout.strip().splitlines()[-1])
        table = pl.read_parquet(folder / f"{name}.parquet").join(truth, on="row_id")
        told = measures(table["label"], table["true_person"])
        print(f"{name:<12} {cost['cpu']:6.1f} CPU s  {cost['gb']:.2f} GB  {cost['pairs']:>11,} pairs"
              f"  against the truth: pair P {told['pair_p']:.4f} R {told['pair_r']:.4f} F1 {told['pair_f1']:.4f}"
              f"  exact clusters F1 {told['cluster_f1']:.4f}")  # fmt: skip
    both = pl.read_parquet(folder / "full.parquet").join(
        pl.read_parquet(folder / "incremental.parquet"), on="row_id", suffix="_inc"
    )
    same = measures(both["label_inc"], both["label"])
    print(f"incremental against full: pair F1 {same['pair_f1']:.4f}, exact clusters F1 {same['cluster_f1']:.4f}")


if __name__ == "__main__":
    if sys.argv[1] == "--way":
        print(json.dumps(way(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))))
    else:
        place = Path(sys.argv[3] if len(sys.argv) > 3 else "incremental-benchmark")
        place.mkdir(parents=True, exist_ok=True)
        compare(int(sys.argv[1]), int(sys.argv[2]), place)
