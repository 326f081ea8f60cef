"""What was found in one file: all of it, or exact counts and the first few of each kind when all would be too much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from recordkit import issues
from recordkit.fields import dispatch
from recordkit.issues import Rules

KIND = ("file_sha256", "sheet", "column", "field", "code", "severity")
# How often each kind of finding was made, and in how many rows.
COUNTS = pl.Schema({**dict.fromkeys(KIND, pl.String), "count": pl.UInt32, "rows": pl.UInt32})
Sink = Callable[[pl.DataFrame], None]  # takes findings

SPARE = 4  # times as many are kept as are asked for, up to so many more: of one row's findings any may come first
MORE = 1_000


QUARANTINING = pl.Schema({"row": pl.Int64, "code": pl.String})  # rows that a finding puts aside


@dataclass
class Collected:
    """Takes findings batch by batch. `most`: how many of one kind are kept; None: every one, and none is counted.

    sink: is given every finding (ISSUE_SCHEMA, rated), whatever is kept.
    """

    rules: Rules
    most: int | None
    sink: Sink | None = None
    _kept: list[pl.DataFrame] = field(default_factory=list)
    _counts: list[pl.DataFrame] = field(default_factory=list)
    _taken: dict[tuple[str | None, ...], int] = field(default_factory=dict)

    def add(self, *found: pl.DataFrame) -> pl.DataFrame:
        """Take findings (ISSUE_SCHEMA) of some rows, of each kind all that there are of these rows; gives ASIDE.

        Findings of one kind are dealt with soonest when they come in a frame of their own.
        """
        given = [one for one in found if one.height]
        if self.sink is not None and given:
            self.sink(self.rules.rate(issues.concat(given)))
        if self.most is not None:
            parts = [self._sampled(one, self.most) for one in _each_code_once(given)]
            return pl.concat([QUARANTINING.to_frame(), *parts])
        if not given:
            return QUARANTINING.to_frame()
        rated = self.rules.rate(issues.concat(given))
        self._kept += [rated] if rated.height else []
        return quarantining(rated)

    def _sampled(self, found: pl.DataFrame, most: int) -> pl.DataFrame:
        """Count findings and keep the first of each kind; gives ASIDE."""
        enough = min(SPARE * most, most + MORE)
        varying = [name for name in KIND if found.get_column(name).n_unique() > 1]
        sums = [
            pl.len().alias("count"),
            pl.col("row").drop_nulls().n_unique().alias("rows"),
            pl.col("at").filter(pl.col("row").is_null()).head(enough).alias("whole"),
            pl.col("at").drop_nulls().bottom_k_by("row", enough).alias("first"),
            *(pl.col(name).first() for name in KIND if name not in varying),
        ]
        by: list[str | pl.Expr] = [*varying] or [pl.lit(0).alias("all")]
        summed = found.with_row_index("at").group_by(by, maintain_order=True).agg(sums)
        wanted = summed.lazy().filter(pl.Series(self._wanted(summed, enough), dtype=pl.Boolean))
        listed = wanted.select(at=pl.concat_list("whole", "first")).explode("at").drop_nulls("at").unique("at")
        chosen = listed.sort("at").collect().to_series()
        # Written anew: a selection of texts would keep the whole batch that it was taken from.
        self._kept.append(dispatch.copied(self.rules.rate(found[chosen])))
        rated = self.rules.rate(summed.select("code", "severity"))["severity"]
        counts = summed.with_columns(rated).select(pl.col(name).cast(kind) for name, kind in COUNTS.items())
        self._counts.append(dispatch.copied(counts))
        return quarantining(self.rules.rate(found)) if "reject" in rated else QUARANTINING.to_frame()

    def _wanted(self, summed: pl.DataFrame, enough: int) -> list[bool]:
        """Of which kinds some must still be kept: rows come in their order, so that the first come first."""
        wanted = []
        for *kind, count in summed.select(*KIND, "count").rows():
            before = self._taken.get(tuple(kind), 0)
            wanted.append(before < enough)
            self._taken[tuple(kind)] = before + count
        return wanted

    def found(self) -> pl.DataFrame:
        """The findings that were kept (ISSUE_SCHEMA, rated)."""
        return issues.concat(self._kept)

    def counts(self) -> pl.DataFrame | None:
        """COUNTS of all findings, also of those that were not kept; None when all were kept."""
        if self.most is None:
            return None
        every = pl.concat([pl.DataFrame(schema=COUNTS), *self._counts])
        return every.group_by(KIND, maintain_order=True).agg(pl.col("count", "rows").sum())


def _each_code_once(given: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """The same findings in frames of which no code is in two of them: a row that has one in both is one row."""
    groups: list[tuple[set[str], list[pl.DataFrame]]] = []
    for one in given:
        codes, frames = set(one["code"].unique()), [one]
        shared = [group for group in groups if group[0] & codes]
        groups = [group for group in groups if not group[0] & codes]
        # In the order in which they were given: what is kept of a kind are its first rows.
        groups.append(
            (codes.union(*(group[0] for group in shared)), [*(f for group in shared for f in group[1]), *frames])
        )
    return [issues.concat(frames) if len(frames) > 1 else frames[0] for _, frames in groups]


def quarantining(rated: pl.DataFrame) -> pl.DataFrame:
    """ASIDE of rated findings."""
    if "reject" not in rated.get_column("severity"):
        return QUARANTINING.to_frame()
    reject = (pl.col("severity") == "reject") & pl.col("row").is_not_null()
    return rated.filter(reject).select("row", "code")
