"""What quarantine does: rows are kept out of an edition, as their raw cells and the rules that rejected them.

What decides is `sheet.py`: a finding of severity `reject`. A later file may bring a row corrected (`resubmissions.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from recordkit import details
from recordkit.errors import BrokenLaw

SCHEMA: dict[str, pl.DataType] = {
    "file_sha256": pl.String(),
    "sheet": pl.String(),
    "row": pl.Int64(),
    "agency": pl.String(),
    "format": pl.String(),
    "codes": pl.List(pl.String),
    "raw": pl.List(pl.Struct({"column": pl.String, "value": pl.String})),
}
Origin = Mapping[str, str | None]


def rows(
    batch: pl.DataFrame, reasons: pl.DataFrame, headers: Mapping[str, str], origin: Origin
) -> pl.DataFrame:
    """SCHEMA rows for the rows of `batch` (row, c1..cN) that `reasons` (row, codes) names.

    headers: column -> what the sender calls it; origin: file_sha256, sheet, agency, format.
    """
    cells = [name for name in batch.columns if name != "row"]
    raw = pl.concat_list(
        pl.struct(pl.lit(headers.get(name) or name).alias("column"), pl.col(name).alias("value"))
        for name in cells
    )
    chosen = batch.join(reasons, on="row", how="inner", maintain_order="left")
    return _placed(chosen.select("row", "codes", raw=raw), origin)


def ragged(rows: pl.DataFrame, origin: Origin) -> pl.DataFrame:
    """SCHEMA rows for rows that the reader quarantined (row, raw, code): their text as it stands in the file."""
    whole = pl.concat_list(pl.struct(pl.lit("whole row").alias("column"), pl.col("raw").alias("value")))
    return _placed(rows.select("row", codes=pl.concat_list("code"), raw=whole), origin)


def _placed(frame: pl.DataFrame, origin: Origin) -> pl.DataFrame:
    named = [
        pl.lit(origin.get(name), pl.String).alias(name)
        for name in ("file_sha256", "sheet", "agency", "format")
    ]
    return frame.with_columns(named).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


@dataclass(frozen=True)
class Tally:
    """Where the rows of one file, or of many, went."""

    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    skipped: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.read + other.read,
            self.accepted + other.accepted,
            self.quarantined + other.quarantined,
            self.skipped + other.skipped,
        )

    def check(self, name: str) -> None:
        """Raise BrokenLaw unless every row is accounted for exactly once."""
        ended = self.accepted + self.quarantined + self.skipped
        if self.read != ended:
            counts = {"accepted": self.accepted, "quarantined": self.quarantined, "skipped": self.skipped}
            raise BrokenLaw(details.text("rows_unaccounted", name=name, read=self.read, ended=ended, **counts))
