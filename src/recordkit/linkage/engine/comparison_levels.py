"""Levels of agreement of pairs: integers first, strings only where no equality has decided."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from recordkit.linkage.engine.encoded_table import Column, Table
from recordkit.linkage.engine.model_spec import CHEAP, Comparison, Level
from recordkit.linkage.graph import Ints

Levels = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Values = npt.NDArray[np.float32]
MISSING = 0  # then 1..n: the declared levels; n + 1: else
# A level that no test has given yet; the largest value of an 8-bit integer.
UNDECIDED = 255


def cheap(table: Table, comparison: Comparison, left: Ints, right: Ints) -> Levels:
    """Level of every pair from integer tests alone; UNDECIDED where a string test may still apply."""
    own = table.column(comparison.column).codes
    a, b = own[left], own[right]
    level = np.full(len(left), UNDECIDED, np.uint8)
    level[(a < 0) | (b < 0)] = MISSING
    for place, one in enumerate(comparison.levels, start=1):
        if one.test not in CHEAP:
            return level
        open_ = level == UNDECIDED
        if one.test == "equal" and one.column in (None, comparison.column):
            holds = (a == b) & open_
        else:
            rows = np.flatnonzero(open_)
            holds = np.zeros(len(left), np.bool_)
            holds[rows] = _cheap_test(table, comparison, one, left[rows], right[rows])
        level[holds] = place
    level[level == UNDECIDED] = len(comparison.levels) + 1
    return level


def finish(table: Table, comparison: Comparison, left: Ints, right: Ints, level: Levels) -> None:
    """Decide the UNDECIDED pairs in place, level by level in the declared order."""
    measured: dict[tuple[str, str], Values] = {}
    rows = np.flatnonzero(level == UNDECIDED)
    started = False
    state = np.full(len(rows), UNDECIDED, np.uint8)
    for place, one in enumerate(comparison.levels, start=1):
        started = started or one.test not in CHEAP
        if not started or not len(rows):
            continue
        open_ = state == UNDECIDED
        if one.test in CHEAP:
            holds = _cheap_test(table, comparison, one, left[rows], right[rows])
        else:
            holds = _string_test(table, comparison, one=one, left=left[rows], right=right[rows], measured=measured)
        state[open_ & holds] = place
    state[state == UNDECIDED] = len(comparison.levels) + 1
    level[rows] = state


def _cheap_test(table: Table, comparison: Comparison, one: Level, left: Ints, right: Ints) -> Bools:
    name = one.column or comparison.column
    if one.test in ("crossed", "either"):
        return _crossed(table, one.test, name, one.other or comparison.column, left=left, right=right)
    column = table.column(name)
    a, b = column.codes[left], column.codes[right]
    holds: Bools = (a >= 0) & (b >= 0)
    if not len(column.values):
        return holds
    if one.test == "equal":
        holds &= a == b
    elif one.test == "differ":
        holds &= a != b
    elif one.test == "turned":
        holds &= column.turned[a] == b
    elif one.test == "within":
        holds &= np.abs(column.numbers[a] - column.numbers[b]) <= one.at_most
    else:
        year, month, day = (part[a] == part[b] for part in column.parts)
        holds &= year & month | year & day | month & day
    return holds


def _crossed(table: Table, test: str, name: str, other: str, *, left: Ints, right: Ints) -> Bools:
    """The values of two columns have changed places; or (either) one row's value is the other row's other one."""
    first, second = table.hashes(name), table.hashes(other)
    there = (first[left] == second[right]) & (first[left] != 0)
    back = (second[left] == first[right]) & (second[left] != 0)
    found: Bools = there & back if test == "crossed" else there | back
    return found


def _string_test(
    table: Table,
    comparison: Comparison,
    *,
    one: Level,
    left: Ints,
    right: Ints,
    measured: dict[tuple[str, str], Values],
) -> Bools:
    name = one.column or comparison.column
    column = table.column(name)
    a, b = column.codes[left], column.codes[right]
    known = (a >= 0) & (b >= 0)
    if (name, one.test) not in measured:
        values = np.zeros(len(a), np.float32)
        if known.any():
            values[known] = _on_distinct(column, a[known], b[known], _MEASURES[one.test])
        measured[name, one.test] = values
    value = measured[name, one.test]
    near = value <= one.at_most if one.test == "edits" else value >= (one.at_least or 1.0)
    holds: Bools = known & near
    return holds


def _on_distinct(
    column: Column, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32],
    measure: Callable[[pl.Series, pl.Series], Values],
) -> Values:  # fmt: skip
    """Measure every distinct pair of values once."""
    packed = (np.minimum(a, b).astype(np.int64) << 32) | np.maximum(a, b)
    distinct, place = np.unique(packed, return_inverse=True)
    left = column.values.gather(pl.Series(distinct >> 32))
    right = column.values.gather(pl.Series(distinct & 0xFFFFFFFF))
    return measure(left, right)[place]


def _similar(left: pl.Series, right: pl.Series) -> Values:
    return np.asarray(
        cpdist(left.to_list(), right.to_list(), scorer=JaroWinkler.similarity, dtype=np.float32, workers=1)
    )


def _edits(left: pl.Series, right: pl.Series) -> Values:
    found = cpdist(left.to_list(), right.to_list(), scorer=OSA.distance, score_cutoff=4, dtype=np.int32, workers=1)
    return np.asarray(found).astype(np.float32)


def _contains(left: pl.Series, right: pl.Series) -> Values:
    """1 where every word of the shorter text is a word of the longer, else the share that is."""
    words = pl.DataFrame({"a": left.str.split(" "), "b": right.str.split(" ")})
    common = pl.col("a").list.set_intersection("b").list.len()
    shorter = pl.min_horizontal(pl.col("a").list.n_unique(), pl.col("b").list.n_unique())
    return words.select((common / shorter).cast(pl.Float32)).to_series().fill_null(0).to_numpy()


def _tokens(left: pl.Series, right: pl.Series) -> Values:
    """Common words over all words."""
    words = pl.DataFrame({"a": left.str.split(" "), "b": right.str.split(" ")})
    common, every = pl.col("a").list.set_intersection("b"), pl.col("a").list.set_union("b")
    return words.select((common.list.len() / every.list.len()).cast(pl.Float32)).to_series().fill_null(0).to_numpy()


def _shares(left: pl.Series, right: pl.Series) -> Values:
    """Number of common elements of two lists."""
    lists = pl.DataFrame({"a": left, "b": right})
    common = pl.col("a").list.set_intersection("b").list.len()
    return lists.select(common.cast(pl.Float32)).to_series().fill_null(0).to_numpy()


def _begins(left: pl.Series, right: pl.Series) -> Values:
    """Letters of the shorter text where the longer one begins with it, as a name with its initial; else 0."""
    texts = pl.DataFrame({"a": left.cast(pl.String), "b": right.cast(pl.String)})
    letters = pl.min_horizontal(pl.col("a").str.len_chars(), pl.col("b").str.len_chars())
    begins = pl.col("a").str.starts_with(pl.col("b")) | pl.col("b").str.starts_with(pl.col("a"))
    return texts.select((begins * letters).cast(pl.Float32)).to_series().fill_null(0).to_numpy()


_MEASURES: dict[str, Callable[[pl.Series, pl.Series], Values]] = {
    "similar": _similar, "edits": _edits, "contains": _contains, "shares": _shares, "tokens": _tokens,
    "begins": _begins,
}  # fmt: skip
