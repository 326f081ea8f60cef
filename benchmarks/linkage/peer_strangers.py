"""Splink 5 on the rows that `recordkit dedupe --splink FOLDER` has written, with comparisons of its own library.

    python peer_strangers.py FOLDER      labels.parquet beside settings.json, and the CPU seconds on standard output
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

THRESHOLDS = (0.5, 0.9, 0.99, 0.999)
NAMES = ("usual_name", "middle_name", "surname", "full_name", "street", "town")
CODES = ("birth_date", "postcode", "phone", "email", "identifier")
PLAIN = ("sex", "suffix", "race", "birth_year", "age", "birth_place", "street_number", "state")


def comparisons(known: list[str]) -> list[Any]:
    """Similar names, codes with one or two slips, equality of the rest; rare values count more."""
    import splink.comparison_library as cl

    made = [cl.JaroWinklerAtThresholds(name, [0.92, 0.85]) for name in NAMES if name in known]
    made += [cl.DamerauLevenshteinAtThresholds(name, [1, 2]) for name in CODES if name in known]
    made += [cl.ExactMatch(name) for name in PLAIN if name in known]
    return [one.configure(term_frequency_adjustments=True) for one in made]


def run(folder: Path) -> float:
    """Write the labels; CPU seconds up to the clusters of the first threshold."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    rows = pl.read_parquet(folder / "rows.parquet").with_columns(pl.col(pl.Date).cast(pl.String))
    known = [name for name in rows.columns if rows[name].null_count() < rows.height]
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    rules = [one["blocking_rule"] for one in settings["blocking_rules_to_generate_predictions"]]
    rules = [rule for rule in rules if "(" not in rule and set(re.findall(r'l\."(\w+)"', rule)) <= set(known)]
    began = time.process_time()
    linker = Linker(DuckDBAPI().register(rows.to_arrow()), SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="record_id", comparisons=comparisons(known),
        blocking_rules_to_generate_predictions=rules,
    ))  # fmt: skip
    other = next(name for name in ("birth_date", "birth_year", "postcode") if name in known)
    linker.training.estimate_probability_two_random_records_match([block_on("usual_name", "surname", other)], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=2_000_000)
    for rule in (block_on("usual_name", "surname"), block_on("surname", other), block_on("usual_name", other)):
        with contextlib.suppress(ValueError):  # Splink gives up a rule on which a level's share falls to nothing
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=0.2)
    out = rows.select("record_id")
    spent = 0.0
    for threshold in THRESHOLDS:
        done = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=threshold)
        part = pl.from_arrow(done.as_duckdbpyrelation().arrow())
        out = out.join(part.select("record_id", pl.col("cluster_id").alias(f"at_{threshold}")), on="record_id")
        spent = spent or time.process_time() - began
    out.write_parquet(folder / "labels.parquet")
    return spent


if __name__ == "__main__":
    print(json.dumps({"cpu": run(Path(sys.argv[1]))}))
