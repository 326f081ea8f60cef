"""Splink 5 on DuckDB as strong as we could make it: its own comparison library, term frequencies, many blocking rules.

python peer.py raw|tidy|ours ROWS.parquet LABELS.parquet      one process, so that CPU and memory are its own

raw: the columns as they are. tidy: small letters, markers and signs off, in one SQL statement, as a careful user would.
ours: rows standardised by recordkit, compared level by level as schemas/linkage.toml does, on the same blocking rules.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import polars as pl

THRESHOLDS = (0.5, 0.9, 0.99, 0.999)
TIDY = r"""
SELECT row_id, sex, district,
  lower(regexp_replace(name, '\s*@.*$', '')) AS name,
  lower(regexp_replace(parentage, '^(S/O|D/O|W/O|ولد|زوجہ)\s*', '')) AS parentage,
  regexp_replace(cnic, '[^0-9]', '', 'g') AS cnic,
  right(regexp_replace(phone, '[^0-9]', '', 'g'), 10) AS phone,
  try_strptime(date_of_birth, '%d-%m-%Y')::DATE AS date_of_birth,
  coalesce(year(try_strptime(date_of_birth, '%d-%m-%Y')), year(case_date) - CAST(age AS INT)) AS birth_year,
  lower(address) AS address
FROM rows
"""


def raw_settings(tidy: bool) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """Settings, training rules, deterministic rules."""
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    text = {"input_is_string": False} if tidy else {"input_is_string": True, "datetime_format": "%d-%m-%Y"}
    short = "substr(parentage, 1, 3)" if tidy else "substr(parentage, 1, 7)"
    comparisons = [
        cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.7]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("parentage", [0.95, 0.88, 0.7]).configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("cnic", [1, 2]),
        cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("date_of_birth", **text),
        cl.ExactMatch("sex"),
        cl.ExactMatch("district").configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("address", [0.92, 0.85]).configure(term_frequency_adjustments=True),
    ]
    rules = [
        block_on("cnic"), block_on("phone", "substr(name, 1, 3)"), block_on("name", "parentage"),
        block_on("name", "date_of_birth"), block_on("parentage", "date_of_birth"), block_on("name", "address"),
        block_on("date_of_birth", "district", "substr(name, 1, 3)"), block_on("parentage", "address"),
        block_on("name", "district", short), block_on("parentage", "district", "substr(name, 1, 3)"),
        block_on("substr(cnic, 1, 9)", "substr(name, 1, 3)"), block_on("substr(cnic, 7, 9)", "substr(name, 1, 3)"),
    ]  # fmt: skip
    if tidy:
        rules.append(block_on("name", "district", "birth_year"))
    made = _settings(SettingsCreator, comparisons, rules)
    training = [block_on("cnic"), block_on("name", "parentage"), block_on("parentage", "date_of_birth")]
    return made, training, [block_on("cnic", "name"), block_on("name", "parentage", "date_of_birth")]


def _settings(creator: Any, comparisons: list[Any], rules: list[Any]) -> Any:
    return creator(
        link_type="dedupe_only", unique_id_column_name="row_id", comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules, retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )  # fmt: skip


def _ladder(name: str, columns: list[str], similar: list[float]) -> Any:
    """Equal on one column after the other, each with its term frequency, then similar on the last."""
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl

    last = columns[-1]
    levels = [cll.NullLevel(last)]
    levels += [cll.ExactMatchLevel(column, term_frequency_adjustments=True) for column in columns]
    levels += [cll.JaroWinklerLevel(last, threshold) for threshold in similar]
    return cl.CustomComparison([*levels, cll.ElseLevel()], output_column_name=name)


def our_settings() -> tuple[dict[str, Any], list[Any], list[Any]]:
    """The evidence of schemas/linkage.toml in Splink's words."""
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    born = cl.CustomComparison(
        [
            cll.NullLevel("birth_year"),
            cll.ExactMatchLevel("date_of_birth", term_frequency_adjustments=True),
            cll.CustomLevel(
                "CASE WHEN day(date_of_birth_r) <= 12 THEN date_of_birth_l = make_date(year(date_of_birth_r), "
                "day(date_of_birth_r), month(date_of_birth_r)) ELSE FALSE END",
                "day and month turned",
            ),
            cll.CustomLevel("abs(birth_year_l - birth_year_r) <= 1", "within 1"),
            cll.CustomLevel("abs(birth_year_l - birth_year_r) <= 3", "within 3"),
            cll.ElseLevel(),
        ],
        output_column_name="born",
    )
    comparisons = [
        _ladder("name", ["name_text", "name_key", "name_sound"], [0.92, 0.85]),
        _ladder("father", ["father_text", "father_key", "father_sound"], [0.92, 0.85]),
        _ladder("husband", ["husband_key", "husband_sound"], [0.92]),
        cl.DamerauLevenshteinAtThresholds("cnic", [1, 2]),
        cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
        born,
        cl.ExactMatch("sex"),
        cl.ExactMatch("district").configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("address_key", [0.92, 0.85]).configure(term_frequency_adjustments=True),
    ]
    first, relative = "split_part(name_sound, ' ', 1)", "split_part(relative_sound, ' ', 1)"
    rules = [
        block_on("cnic"), block_on("phone", first), block_on("name_sound", "relative_sound"),
        block_on("name_sound", "date_of_birth"), block_on("relative_sound", "date_of_birth"),
        block_on("substr(cnic, 1, 7)", first), block_on("substr(cnic, 7, 7)"), block_on(first, relative, "district"),
        block_on("name_sound", "district", "birth_year"), block_on("name_sound", "address_key"),
        block_on(first, "strftime(date_of_birth, '%m%d')", "district"),
        block_on("relative_sound", "district", "birth_year"),
    ]  # fmt: skip
    made = _settings(SettingsCreator, comparisons, rules)
    training = [block_on("cnic"), block_on("name_sound", "relative_sound"), block_on("name_sound", "date_of_birth")]
    certain = [block_on("cnic", "name_sound"), block_on("name_sound", "relative_sound", "date_of_birth")]
    return made, training, certain


def run(kind: str, rows: str) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Labels at several thresholds, and what they cost: the clustering of one threshold is counted."""
    import duckdb
    from splink import DuckDBAPI, Linker

    frame = pl.read_parquet(rows).drop("true_person", strict=False)
    began = time.process_time()
    made, training, certain = our_settings() if kind == "ours" else raw_settings(kind == "tidy")
    table = frame.to_arrow()
    if kind == "tidy":
        with duckdb.connect() as base:
            table = base.register("rows", table).sql(TIDY).fetch_arrow_table()
    linker = Linker(DuckDBAPI().register(table), made)
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=5_000_000)
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=0.2)
    spent = time.process_time() - began
    out = frame.select("row_id")
    for threshold in THRESHOLDS:
        clock = time.process_time()
        done = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=threshold)
        part = pl.from_arrow(done.as_duckdbpyrelation().arrow())
        out = out.join(part.select("row_id", pl.col("cluster_id").alias(f"at_{threshold}")), on="row_id")
        if threshold == THRESHOLDS[0]:
            spent += time.process_time() - clock
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return out, {"cpu": spent, "gb": usage.ru_maxrss / 1e6, "rows": frame.height}


if __name__ == "__main__":
    labels, spent = run(sys.argv[1], sys.argv[2])
    labels.write_parquet(sys.argv[3])
    print(json.dumps(spent))
