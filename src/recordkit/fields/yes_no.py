"""Yes or no, in the words of the vocabulary `yes_no`."""

from __future__ import annotations

import polars as pl

from recordkit.fields import vocabularies
from recordkit.reference import Reference


def clean(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`value` Boolean, `codes` (RK322: neither), `suggestion` (the nearest word)."""
    read = vocabularies.clean(values, "yes_no", reference)
    return read.with_columns(pl.col("value") == "yes")
