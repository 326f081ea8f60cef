"""How good the linker is, from the labelled samples in the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl

from recordkit.linkage import human_decisions

LABELLED = {
    "left_id": pl.String, "right_id": pl.String, "said": pl.Boolean, "verdict": pl.String, "share": pl.Float64,
    "probability": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Band:
    """Of the answers to pairs of a probability from low to high: the mean probability, and the share that people called
    the same, with bounds."""

    low: float
    high: float
    answers: int
    promised: float
    same: tuple[float, float, float]


@dataclass(frozen=True)
class Quality:
    """Of one sample (of one kind, drawn from one edition with one seed): answers and the two shares with bounds. curve:
    the calibration by bands of probability; none of answers from before it was noted."""

    edition: str
    kind: str
    seed: int
    answers: int
    unsure: int
    precision: tuple[float, float, float]
    recall: tuple[float, float, float]
    curve: tuple[Band, ...] = ()


def measured(entries: Sequence[Mapping[str, Any]]) -> list[Quality]:
    """Precision and recall of every labelled sample. Of several answers to one pair the last that stands counts."""
    undone = {entry["undoes"] for entry in entries if entry.get("what") == "undo"}
    samples: dict[tuple[str, str, int], dict[tuple[str, str], tuple[Any, ...]]] = {}
    for entry in entries:
        drawn = entry.get("sample")
        if drawn and entry["seq"] not in undone:
            pair = (entry["left_id"], entry["right_id"])
            key = (drawn["edition"], entry["kind"], drawn["seed"])
            row = (*pair, drawn["said"], entry["verdict"], drawn["share"], drawn.get("probability"))
            samples.setdefault(key, {})[pair] = row
    found = []
    for (edition, kind, seed), rows in sorted(samples.items()):
        frame = pl.DataFrame(list(rows.values()), schema=LABELLED, orient="row")
        unsure = frame.filter(pl.col("verdict") == "unsure").height
        shares = human_decisions.quality(frame)
        curve = tuple(_curve(frame))
        found.append(Quality(edition, kind, seed, frame.height, unsure, shares["precision"], shares["recall"], curve))
    return found


def _curve(labelled: pl.DataFrame) -> Iterator[Band]:
    """The bands from which a sample is drawn, those without an answer left out."""
    known = labelled.filter(pl.col("verdict") != "unsure").drop_nulls("probability")
    for low, high in pairwise((0.0, *human_decisions.BANDS, 1.0)):
        above = (pl.col("probability") > low) | (low == 0)
        band = known.filter(above & (pl.col("probability") <= high))
        if band.height:
            same = band.filter(pl.col("verdict") == "same").height / band.height
            promised = float(band.select(pl.col("probability").mean()).item())
            yield Band(low, high, band.height, promised, human_decisions.wilson(same, band.height))
