"""What was found in one file: all of it, or exact counts and the first few of each kind when all would be too much."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from recordkit import issues
from recordkit.issues import Rules

KIND = ("file_sha256", "sheet", "column", "field", "code", "severity")
# How often each kind of finding was made, and in how many rows.
COUNTS = pl.Schema({**dict.fromkeys(KIND, pl.String), "count": pl.UInt32, "rows": pl.UInt32})
SPARE = 4  # times as many are kept as are asked for: of one row's findings any may come first


@dataclass
class Collected:
    """Takes findings batch by batch. `most`: how many of one kind are kept; None: every one, and none is counted."""

    rules: Rules
    most: int | None
    _kept: list[pl.DataFrame] = field(default_factory=list)
    _counts: list[pl.DataFrame] = field(default_factory=list)

    def add(self, found: pl.DataFrame) -> pl.DataFrame:
        """Take findings (ISSUE_SCHEMA) of some rows, all that there are of these rows; gives them rated."""
        rated = self.rules.rate(found)
        if not rated.height:
            return rated
        if self.most is None:
            self._kept.append(rated)
            return rated
        varying = [name for name in KIND if rated.get_column(name).n_unique() > 1] or ["code"]
        grouped = rated.with_row_index("at").group_by(varying, maintain_order=True)
        summed = grouped.agg(
            pl.len().alias("count"),
            pl.col("row").drop_nulls().n_unique().alias("rows"),
            pl.col("at").filter(pl.col("row").is_null()).head(SPARE * self.most).alias("whole"),
            pl.col("at").drop_nulls().bottom_k_by("row", SPARE * self.most).alias("first"),
            *(pl.col(name).first() for name in KIND if name not in varying),
        )
        chosen = summed.select(at=pl.concat_list("whole", "first")).explode("at").drop_nulls("at").unique("at")
        self._kept.append(rated[chosen["at"].sort()])
        self._counts.append(summed.select(pl.col(name).cast(kind) for name, kind in COUNTS.items()))
        return rated

    def found(self) -> pl.DataFrame:
        """The findings that were kept (ISSUE_SCHEMA, rated)."""
        return issues.concat(self._kept)

    def counts(self) -> pl.DataFrame | None:
        """COUNTS of all findings, also of those that were not kept; None when all were kept."""
        if self.most is None:
            return None
        every = pl.concat([pl.DataFrame(schema=COUNTS), *self._counts])
        return every.group_by(KIND, maintain_order=True).agg(pl.col("count", "rows").sum())
