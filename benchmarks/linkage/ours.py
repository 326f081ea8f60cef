"""recordkit on standardised rows, with schemas/linkage.toml.

    python ours.py ROWS.parquet LABELS.parquet      one process, so that CPU and memory are its own
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import numpy as np
import polars as pl

from recordkit import declarations, linkage
from recordkit.linkage import engine
from recordkit.linkage.engine import blocking
from recordkit.linkage.engine.encoded_table import Table


def run(rows: str) -> tuple[pl.DataFrame, dict[str, Any], engine.Match]:
    """Labels at the declared threshold, and what they cost. Every mention here is an accused."""
    spec = linkage.load([declarations.PACKAGED]).people
    if spec is None:
        raise SystemExit("schemas/linkage.toml declares no model of people")
    began = time.process_time()
    frame = pl.read_parquet(rows).with_columns(role=pl.lit("accused"))
    found = engine.match(frame, spec)
    spent = time.process_time() - began
    usage = resource.getrusage(resource.RUSAGE_SELF)
    labels = frame.select("row_id", ours=pl.Series(found.label))
    return labels, {"cpu": spent, "gb": usage.ru_maxrss / 1e6, "rows": frame.height}, found


def blocking_recall(rows: str, truth: pl.Series) -> float:
    """Share of the true pairs that any rule compares. The truth is used here only, after the run."""
    spec = linkage.load([declarations.PACKAGED]).people
    assert spec is not None
    _, who = np.unique(truth.to_numpy(), return_inverse=True)
    true = blocking.pairs(who.astype(np.uint64) + np.uint64(1), 10_000)[0]
    found = blocking.block(Table(pl.read_parquet(rows)), spec).pairs
    place = np.minimum(np.searchsorted(found, true), max(len(found) - 1, 0))
    return float((found[place] == true).mean())


if __name__ == "__main__":
    labels, spent, _ = run(sys.argv[1])
    labels.write_parquet(sys.argv[2])
    print(json.dumps(spent))
