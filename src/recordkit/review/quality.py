"""How good the linker is, from the labelled samples in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from recordkit.linkage import human_decisions

LABELLED = {"left_id": pl.String, "right_id": pl.String, "said": pl.Boolean, "verdict": pl.String, "share": pl.Float64}


@dataclass(frozen=True)
class Quality:
    """Of one sample (of one kind, drawn from one edition with one seed): answers and the two shares with bounds."""

    edition: str
    kind: str
    seed: int
    answers: int
    unsure: int
    precision: tuple[float, float, float]
    recall: tuple[float, float, float]


def measured(entries: Sequence[Mapping[str, Any]]) -> list[Quality]:
    """Precision and recall of every labelled sample. Of several answers to one pair the last that stands counts."""
    undone = {entry["undoes"] for entry in entries if entry.get("what") == "undo"}
    samples: dict[tuple[str, str, int], dict[tuple[str, str], tuple[Any, ...]]] = {}
    for entry in entries:
        drawn = entry.get("sample")
        if drawn and entry["seq"] not in undone:
            pair = (entry["left_id"], entry["right_id"])
            key = (drawn["edition"], entry["kind"], drawn["seed"])
            samples.setdefault(key, {})[pair] = (*pair, drawn["said"], entry["verdict"], drawn["share"])
    found = []
    for (edition, kind, seed), rows in sorted(samples.items()):
        frame = pl.DataFrame(list(rows.values()), schema=LABELLED, orient="row")
        unsure = frame.filter(pl.col("verdict") == "unsure").height
        shares = human_decisions.quality(frame)
        found.append(Quality(edition, kind, seed, frame.height, unsure, shares["precision"], shares["recall"]))
    return found
