"""A probabilistic linker of lists: Fellegi and Sunter's model, declared in TOML, fitted from the list itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from recordkit.linkage.engine import (
    blocking,
    calibration,
    clusters,
    collective_evidence,
    expectation_maximisation,
    match_weights,
    splink_export,
    vetoes,
)
from recordkit.linkage.engine.clusters import Constraints
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.fitted_model import Model, declared
from recordkit.linkage.engine.match_weights import Scored
from recordkit.linkage.engine.model_spec import ModelSpec
from recordkit.linkage.engine.rule_costs import rule_costs
from recordkit.linkage.graph import Ints
from recordkit.stable_ids import U64

__all__ = ["Constraints", "Match", "Model", "ModelSpec", "advice", "fit", "match", "splink_settings"]

splink_settings = splink_export.splink_settings

# Bits above the threshold that make somebody sure enough to be company: in the first round, and in the next,
# which already knows the company of the first.
SURE = (6.0, 2.0)
# Pairs by which a fitted model is examined. Working size, not tuned.
SAMPLE = 400_000


@dataclass(frozen=True)
class Match:
    """label: smallest row of the cluster of every row. scored and extra: pairs at or above `review` and their
    collective evidence. split: rows whose component was split. blocks: what every blocking rule gave. related: packed
    pairs that a veto keeps two and that are shown as related, by the veto's name. table: the list as it was
    compared."""

    label: Ints
    scored: Scored
    extra: npt.NDArray[np.float32]
    model: Model
    split: Ints
    blocks: pl.DataFrame
    related: Mapping[str, U64] = field(default_factory=dict)
    table: Table | None = None

    def as_data(self) -> dict[str, Any]:
        """The model and what every blocking rule gave, as JSON-able data."""
        return {**self.model.as_data(), "blocks": self.blocks.to_dicts()}


def match(
    frame: pl.DataFrame,
    spec: ModelSpec,
    model: Model | None = None,
    *,
    limits: Constraints | None = None,
    new: npt.NDArray[np.bool_] | None = None,
    earlier: Ints | None = None,
) -> Match:
    """Which rows of `frame` are one. The order of the rows decides only which row names a cluster.

    `model`: a fitted model to use again. With `new` (rows that have arrived) and `earlier` (labels of the
    others), old rows are not compared with each other: their clusters hold unless new rows contradict.
    """
    table = Table(frame)
    decided = limits or Constraints.none()
    if new is not None and earlier is not None:
        nodes = np.flatnonzero(~new & (earlier != np.arange(table.height)))
        known = blocking.pack(earlier[nodes], nodes)
        decided = Constraints(np.union1d(decided.same, known), decided.different)
    blocked = blocking.block(table, spec, new)
    fitted = model or declared(spec) or _fit(table, spec, blocked.pairs)
    unlike, related = vetoes.unlike(table, spec, blocked.pairs)
    decided = replace(decided, different=np.union1d(decided.different, unlike))
    scored = match_weights.score(table, fitted, blocked.pairs, spec.review)
    extra = np.zeros(len(scored.left), np.float32)
    if spec.group is not None:
        fitted, scored, extra = _with_company(table, fitted, scored, decided, pairs=blocked.pairs, new=new)
    label, split = clusters.cluster(table, fitted, scored, extra, decided, threshold=spec.threshold, new=new)
    return Match(label, scored, extra, fitted, split, blocked.report, related, table)


def fit(frame: pl.DataFrame, spec: ModelSpec) -> Model:
    """Only the model: m, u and the prior."""
    table = Table(frame)
    return _fit(table, spec, blocking.block(table, spec).pairs)


def advice(frame: pl.DataFrame, spec: ModelSpec, model: Model | None = None) -> pl.DataFrame:
    """What every blocking rule of `spec` costs and brings in this list: `advising.blocks`."""
    table = Table(frame)
    return rule_costs(table, spec, model or _fit(table, spec, blocking.block(table, spec).pairs))


def _fit(table: Table, spec: ModelSpec, pairs: npt.NDArray[np.uint64]) -> Model:
    """m and u by rule, then all together on a sample of the candidate pairs, with the prior."""
    fitted = expectation_maximisation.fit(table, spec).with_prior(0.0)
    step = max(len(pairs) // SAMPLE, 1)
    sample = match_weights.score(table, fitted, pairs[::step], None)
    kinship = match_weights.household_weight(table, fitted, sample.left, sample.right, sample.levels)
    refined = expectation_maximisation.refine(
        fitted, sample.weight, kinship, sample.levels, step=step, rows=table.height
    )
    return calibration.calibrate(table, refined, pairs)


def _with_company(
    table: Table,
    model: Model,
    scored: Scored,
    decided: Constraints,
    *,
    pairs: npt.NDArray[np.uint64],
    new: npt.NDArray[np.bool_] | None,
) -> tuple[Model, Scored, npt.NDArray[np.float32]]:
    """Cluster the sure pairs, weigh who was named together, also for pairs that no other rule would have
    compared; and once more with what that has shown."""
    group = table.column(model.spec.group or "")
    extra = np.zeros(len(scored.left), np.float32)
    fixed = model.company
    if (group.counts < 2).all():  # nobody is named with anybody: there is nothing to weigh
        return replace(model, company=fixed or (0.0,) * collective_evidence.LEVELS), scored, extra
    blocked = len(scored.left)  # only pairs found without company can tell what company is worth
    step = max(len(pairs) // (SAMPLE // 4), 1)
    low = match_weights.score(table, model, pairs[::step] if not fixed else pairs[:0], None)
    low = low.select(low.weight < model.spec.review)
    for margin in SURE:
        label, _ = clusters.cluster(
            table, model, scored, extra, decided, threshold=model.spec.threshold + margin, new=new
        )
        level = collective_evidence.levels(group, label, scored.left, scored.right)
        others = np.bincount(
            collective_evidence.levels(group, label, low.left, low.right), minlength=collective_evidence.LEVELS
        )
        weights = fixed or collective_evidence.fit(
            level[:blocked], scored.weight[:blocked], (others * step).astype(np.float64)
        )
        model = replace(model, company=weights)
        scored, level = _company_pairs(table, model, scored, level=level, label=label, new=new)
        extra = np.array(weights, np.float32)[level]
    chosen = scored.weight + extra >= model.spec.review
    return model, scored.select(chosen), extra[chosen]


def _company_pairs(
    table: Table,
    model: Model,
    scored: Scored,
    *,
    level: npt.NDArray[np.uint8],
    label: Ints,
    new: npt.NDArray[np.bool_] | None,
) -> tuple[Scored, npt.NDArray[np.uint8]]:
    """The scored pairs and those of `company_blocks`, with the level of company of each."""
    spec = model.spec
    if not spec.company_blocks:
        return scored, level
    group = table.column(spec.group or "")
    found = [
        collective_evidence.pairs(group, label, table.hashes(column), spec.most_in_block)
        for column in spec.company_blocks
    ]
    fresh = np.setdiff1d(np.concatenate(found), blocking.pack(scored.left, scored.right))
    if new is not None:
        left, right = blocking.unpack(fresh)
        fresh = fresh[new[left] | new[right]]
    scored = match_weights.join(scored, match_weights.score(table, model, fresh, spec.review - max(model.company)))
    return scored, collective_evidence.levels(group, label, scored.left, scored.right)
