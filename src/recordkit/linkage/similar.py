"""Jaro-Winkler similarity of names on pairs, through rapidfuzz's compiled `cpdist`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from recordkit.linkage.graph import Ints

Floats = npt.NDArray[np.float32]


def jaro_winkler(left: pl.Series, right: pl.Series) -> Floats:
    """Similarity of every pair of strings, 0..1; where one is null 0. Each distinct pair is compared once."""
    pairs = pl.DataFrame({"left": left, "right": right})
    distinct = pairs.unique().drop_nulls().sort("left", "right")
    found = cpdist(
        distinct.get_column("left").to_list(), distinct.get_column("right").to_list(),
        scorer=JaroWinkler.similarity, dtype=np.float32, workers=1,
    )  # fmt: skip
    scored = distinct.with_columns(pl.Series("similarity", found, dtype=pl.Float32))
    joined = pairs.join(scored, on=["left", "right"], how="left", maintain_order="left")
    return joined.get_column("similarity").fill_null(0.0).to_numpy()


def names(people: pl.DataFrame, left: Ints, right: Ints, least: float) -> npt.NDArray[np.bool_]:
    """The names (or their keys) are at least this similar, or one of them is missing."""
    a, b = pl.Series(left), pl.Series(right)
    best = np.zeros(len(left), np.float32)
    missing = np.zeros(len(left), np.bool_)
    for column in ("name", "name_key"):
        values = people.get_column(column)
        one, other = values.gather(a), values.gather(b)
        if column == "name":
            missing = (one.is_null() | other.is_null()).to_numpy()
        best = np.maximum(best, jaro_winkler(one, other))
    return missing | (best >= least)
