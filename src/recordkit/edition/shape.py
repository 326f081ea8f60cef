"""The declared shape of the edition's tables."""

from __future__ import annotations

import polars as pl

from recordkit import tables


def final(frame: pl.DataFrame, table: tables.Table) -> pl.DataFrame:
    """The declared columns of the edition, sorted by every plain column so that equal rows give equal bytes."""
    schema = table.polars("compile")
    kept = tables.conform(frame.select(name for name in frame.columns if name in schema), table, "compile")
    plain = [name for name, kind in schema.items() if not kind.is_nested() and name not in table.key]
    return kept.sort(*table.key, *plain, nulls_last=True, maintain_order=True)
