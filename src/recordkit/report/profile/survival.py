"""Times to an event of which some have not happened yet: the Kaplan-Meier estimate, its median and an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import polars as pl

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Curve:
    """The share that is still waiting after each time at which an event happened, with its interval.

    time, share, low, high; the interval is that of log(-log(share)) with Greenwood's variance, so it stays in 0 to 1.
    """

    steps: pl.DataFrame

    def waiting(self, time: float) -> float:
        """The share that is still waiting after that time."""
        past = self.steps.filter(pl.col("time") <= time)
        return float(past["share"][-1]) if past.height else 1.0

    def quantile(self, part: float = 0.5, of: str = "share") -> float | None:
        """The first time by which at least `part` have got there; None where that many have not yet.

        of: "low" and "high" give the ends of the interval (Brookmeyer and Crowley).
        """
        there = self.steps.filter(pl.col(of) <= 1 - part + 1e-12)
        return float(there["time"][0]) if there.height else None


def kaplan_meier(times: Sequence[float] | pl.Series, happened: Sequence[bool] | pl.Series) -> Curve:
    """The curve of durations; where `happened` is false the event had not come by that time (it is censored)."""
    given = pl.DataFrame({"time": times, "happened": happened}, schema={"time": pl.Float64, "happened": pl.Boolean})
    at = (
        given.group_by("time")
        .agg(pl.col("happened").sum().cast(pl.Float64).alias("events"), pl.len().cast(pl.Float64).alias("left"))
        .sort("time")
        .with_columns((pl.col("left").sum() - pl.col("left").cum_sum() + pl.col("left")).alias("waiting"))
        .filter(pl.col("events") > 0)
    )
    risk, events = pl.col("waiting"), pl.col("events")
    steps = at.with_columns(
        (1 - events / risk).cum_prod().alias("share"),
        (events / (risk * (risk - events))).cum_sum().alias("greenwood"),
    )
    return Curve(steps.with_columns(*_interval()).select("time", "share", "low", "high"))


def _interval() -> tuple[pl.Expr, pl.Expr]:
    """Low and high end: where nobody is left waiting, no interval is known above 0."""
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share, inside = pl.col("share"), (pl.col("share") > 0) & (pl.col("share") < 1)
    width = z * pl.col("greenwood").sqrt() / share.log(math.e).abs()
    ends = [pl.when(inside).then(share.pow((sign * width).exp())).otherwise(share) for sign in (1, -1)]
    return ends[0].alias("low"), ends[1].alias("high")
