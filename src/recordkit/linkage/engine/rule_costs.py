"""What each blocking rule costs and finds: its pairs, its largest block, and the matches that no other rule gives."""

from __future__ import annotations

import numpy as np
import polars as pl

from recordkit.linkage.engine import match_weights
from recordkit.linkage.engine.blocking import candidates, keys
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.fitted_model import Model
from recordkit.linkage.engine.model_spec import ModelSpec
from recordkit.linkage.graph import group_starts


def rule_costs(table: Table, spec: ModelSpec, model: Model) -> pl.DataFrame:
    """One row per rule: rule, pairs, largest (rows of its largest block), blocks_capped and rows_capped (left out
    as too large), alone (pairs that no other rule gives), matches and matches_alone (expected, by the model)."""
    made, sizes, rows = [], [], []
    for rule in spec.blocks:
        found, capped, left_out = candidates(table, rule, spec.most_in_block)
        made.append(found)
        ordered = np.sort(keys(table, rule)[1])
        starts = group_starts(ordered)
        sizes.append(int(np.diff(np.append(starts, len(ordered))).max(initial=0)))
        rows.append(("+".join(rule.columns), len(found), sizes[-1], capped, left_out))
    every, counts = np.unique(np.concatenate(made), return_counts=True) if made else (np.zeros(0, np.uint64), [])
    scored = match_weights.score(table, model, every, None)
    chance = 1 / (1 + np.exp2(-np.clip(scored.weight.astype(np.float64), -60, 60)))
    report = pl.DataFrame(rows, schema=["rule", "pairs", "largest", "blocks_capped", "rows_capped"], orient="row")
    alone, matches, only = [], [], []
    for found in made:
        place = np.searchsorted(every, found)
        single = np.asarray(counts)[place] == 1
        alone.append(int(single.sum()))
        matches.append(round(float(chance[place].sum()), 1))
        only.append(round(float(chance[place[single]].sum()), 1))
    return report.with_columns(
        pl.Series("alone", alone, pl.Int64), pl.Series("matches", matches, pl.Float64),
        pl.Series("matches_alone", only, pl.Float64),
    )  # fmt: skip
