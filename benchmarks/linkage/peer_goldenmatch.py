"""goldenmatch with Splink's model, as its own converter makes it of the one that peer.py trains on raw, tidied rows.

python peer_goldenmatch.py ROWS.parquet LABELS.parquet      one process, so that CPU and memory are its own
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import peer
import polars as pl


def trained(table: Any) -> dict[str, Any]:
    """Splink's settings with fitted m and u."""
    from splink import DuckDBAPI, Linker

    made, training, certain = peer.raw_settings(tidy=True)
    linker = Linker(DuckDBAPI().register(table), made)
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=5_000_000)
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found: dict[str, Any] = linker.misc.save_model_to_json()
    return found


def run(rows: str) -> tuple[pl.DataFrame, dict[str, Any]]:
    """A label per row, and what it cost beside the training, which is Splink's."""
    import duckdb
    import goldenmatch

    frame = pl.read_parquet(rows).drop("true_person", strict=False)
    with duckdb.connect() as base:
        tidy = base.register("rows", frame.to_arrow()).sql(peer.TIDY).fetch_arrow_table()
    converted = goldenmatch.from_splink(trained(tidy))
    table = pl.from_arrow(tidy).with_columns(pl.all().cast(pl.String))
    began = time.process_time()
    done = goldenmatch.dedupe_df(table, config=converted.config, confidence_required=False, allow_red_config=True)
    spent = time.process_time() - began
    label = list(range(frame.height))
    for cluster in done.clusters.values():
        members = cluster["members"] if isinstance(cluster, dict) else cluster.members
        for member in members:
            label[member] = min(members)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    labels = table.select(pl.col("row_id").cast(frame.schema["row_id"]), goldenmatch=pl.Series(label))
    return labels, {"cpu": spent, "gb": usage.ru_maxrss / 1e6, "rows": frame.height}


if __name__ == "__main__":
    labels, spent = run(sys.argv[1])
    labels.write_parquet(sys.argv[2])
    print(json.dumps(spent))
