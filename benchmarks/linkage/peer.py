"""Splink 5 on DuckDB with the settings its documentation recommends, on raw or on standardised rows.

python peer.py raw|ours ROWS.parquet LABELS.parquet      one process, so that CPU and memory are its own
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import polars as pl


def settings(kind: str) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """Settings, training rules, deterministic rules."""
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    name, relative = ("name", "parentage") if kind == "raw" else ("name_key", "relative_key")
    if kind == "raw":
        born = cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%d-%m-%Y")
    else:
        born = cl.DateOfBirthComparison("date_of_birth", input_is_string=False)
    short = 5 if kind == "raw" else 2  # raw relatives begin with S/O
    thresholds = [0.92, 0.88, 0.7] if kind == "raw" else [0.95, 0.88]
    comparisons = [
        cl.JaroWinklerAtThresholds(name, thresholds).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds(relative, thresholds).configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("cnic", [1, 2]),
        cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
        born,
        cl.ExactMatch("sex"),
        cl.ExactMatch("district").configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("address", [0.92, 0.85]).configure(term_frequency_adjustments=True),
    ]
    rules = [
        block_on("cnic"), block_on("phone"), block_on(name, relative), block_on(name, "date_of_birth"),
        block_on(relative, "date_of_birth"), block_on(name, "address"), block_on("date_of_birth", "district"),
        block_on(name, "district", f"substr({relative}, 1, {short})"),
        block_on(relative, "district", f"substr({name}, 1, {short})"),
        block_on("substr(cnic, 1, 9)", f"substr({name}, 1, 3)"),
    ]  # fmt: skip
    made = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="row_id", comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
    )  # fmt: skip
    training = [block_on("cnic"), block_on(name, relative), block_on(relative, "date_of_birth")]
    return made, training, [block_on("cnic", name), block_on(name, relative, "date_of_birth")]


def run(kind: str, rows: str) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Labels at several thresholds, and what they cost."""
    from splink import DuckDBAPI, Linker

    frame = pl.read_parquet(rows).drop("true_person", strict=False)
    began = time.process_time()
    made, training, certain = settings(kind)
    api = DuckDBAPI()
    linker = Linker(api.register(frame.to_arrow()), made)
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=2_000_000)
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=0.2)
    labels = {}
    cost = 0.0
    for threshold in (0.5, 0.9, 0.99):
        clock = time.process_time()
        done = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=threshold)
        table = pl.from_arrow(done.as_duckdbpyrelation().arrow()) if hasattr(done, "as_duckdbpyrelation") else done
        labels[f"at_{threshold}"] = table
        cost = time.process_time() - clock
        if threshold == 0.5:
            spent = time.process_time() - began
    del cost
    usage = resource.getrusage(resource.RUSAGE_SELF)
    out = None
    for name, table in labels.items():
        part = pl.DataFrame(table).select("row_id", pl.col("cluster_id").alias(name))
        out = part if out is None else out.join(part, on="row_id")
    return out, {"cpu": spent, "gb": usage.ru_maxrss / 1e6, "rows": frame.height}


if __name__ == "__main__":
    labels, spent = run(sys.argv[1], sys.argv[2])
    labels.write_parquet(sys.argv[3])
    print(json.dumps(spent))
