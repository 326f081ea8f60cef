"""Keys of rows as 64-bit codes: 0 where the row does not have the key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl
from polars.datatypes import DataType, DataTypeClass

from recordkit import stable_ids
from recordkit.stable_ids import U64

Types = Mapping[str, DataType | DataTypeClass]
_NOT_LETTERS = r"[^\p{L}\p{N}\p{M}]+"


def ensure(frame: pl.DataFrame, types: Types) -> pl.DataFrame:
    """`frame` with every column of `types`, null where the source did not have it."""
    absent = {name: dtype for name, dtype in types.items() if name not in frame.columns}
    if not absent:
        return frame
    return frame.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in absent.items())


def coalesced(column: str, folded: bool = True) -> pl.Expr:
    """The first of `a|b|c` that is not empty, as text; folded: letters and digits in lower case only.

    A later choice carries its name: the district of Lahore is not the division of Lahore.
    """
    choices = []
    for place, name in enumerate(column.split("|")):
        text = pl.col(name).cast(pl.String)
        if folded:
            text = text.str.to_lowercase().str.replace_all(_NOT_LETTERS, "")
        choices.append(pl.when(text != "").then(text if place == 0 else pl.lit(f"{name}\x1e") + text))
    return pl.coalesce(choices)


def codes(frame: pl.DataFrame, columns: Iterable[str], folded: bool = True) -> U64:
    """64-bit code of the values of `columns` in every row; 0 where one of them is empty."""
    parts = [coalesced(column, folded) for column in columns]
    text = frame.select(pl.concat_str(parts, separator="\x1f")).to_series()
    hashed = stable_ids.hash_text(text)
    hashed[text.is_null().to_numpy()] = 0
    return hashed


def only_when_empty(frame: pl.DataFrame, column: str | None, found: U64) -> U64:
    """`found`, but 0 in the rows where `column` has a value."""
    if column is None:
        return found
    return np.where(frame.get_column(column).is_null().to_numpy(), found, np.uint64(0))
