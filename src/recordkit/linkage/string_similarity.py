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


def cores(
    people: pl.DataFrame, left: Ints, right: Ints, weightless: tuple[str, ...], least: float
) -> npt.NDArray[np.bool_]:
    """The words that only one of two keys has, without `weightless` ones, are this similar, one has all words of the
    other, or one name is missing. Ghulam Nadeem and Ghulam Rehmat are not alike for what both begin with."""
    table = core_keys(people.get_column("name_key"), weightless)
    one, other = (table.get_column("core").gather(pl.Series(side)) for side in (left, right))
    words = pl.DataFrame({"a": one.str.split(" "), "b": other.str.split(" ")})
    common = pl.col("a").list.set_intersection("b").list.len()
    inside = words.select(common == pl.min_horizontal(pl.col("a").list.n_unique(), pl.col("b").list.n_unique()))
    missing = (one.is_null() | other.is_null()).to_numpy()
    found: npt.NDArray[np.bool_] = missing | inside.to_series().fill_null(False).to_numpy()
    rest = [pl.col(a).list.set_difference(b).list.join(" ") for a, b in (("a", "b"), ("b", "a"))]
    only = words.select(one=rest[0], other=rest[1])
    return found | (jaro_winkler(only["one"], only["other"]) >= least)


def core_keys(values: pl.Series, weightless: tuple[str, ...]) -> pl.DataFrame:
    """core: the key without its weightless words, unless it has no others; sound: also without vowels inside; known:
    the words that keep theirs, because a known name of the same consonants is another name (Rashid and Rasheed)."""
    distinct = pl.DataFrame({"key": values.unique()}).drop_nulls()
    words = pl.col("key").str.split(" ")
    heavy = words.list.set_difference(list(weightless)).list.len() > 0
    pattern = r"\b(?:" + "|".join(weightless) + r")\b" if weightless else r"$^"
    core = pl.when(heavy).then(pl.col("key").str.replace_all(pattern, "")).otherwise("key")
    table = distinct.with_columns(core.str.replace_all(" +", " ").str.strip_chars(" ").alias("core")).with_columns(
        sound=pl.col("core").str.replace_all(r"\B[aeiou]+", ""),
        known=pl.col("core").str.extract_all(r"\S+[aeiou]\S*").list.join(" ").replace("", None),
    )
    return values.rename("key").to_frame().join(table, on="key", how="left", maintain_order="left")
