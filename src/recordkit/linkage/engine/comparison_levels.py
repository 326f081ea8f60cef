"""Levels of agreement of pairs: integers first, strings only where no equality has decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein
from rapidfuzz.process import cpdist

from recordkit.linkage.engine.encoded_table import Column, Table
from recordkit.linkage.engine.model_spec import CHEAP, Comparison, Condition, Level
from recordkit.linkage.graph import Ints

Levels = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Values = npt.NDArray[np.float32]
Measured = dict[tuple[str, str], Values]
MISSING = 0  # then 1..n: the declared levels; n + 1: else
# A level that no test has given yet; the largest value of an 8-bit integer.
UNDECIDED = 255


def levels(table: Table, one: Comparison, left: Ints, right: Ints) -> Levels:
    """Level of every pair, strings included."""
    level = cheap(table, one, left, right)
    finish(table, one, left, right, level)
    return level


def cheap(table: Table, comparison: Comparison, left: Ints, right: Ints) -> Levels:
    """Level of every pair from integer tests alone; UNDECIDED where a string test may still apply."""
    own = table.column(comparison.column).codes
    a, b = own[left], own[right]
    level = np.full(len(left), UNDECIDED, np.uint8)
    level[(a < 0) | (b < 0)] = MISSING
    if comparison.where:
        level[~all_hold(table, comparison.where, left, right, comparison.column)] = MISSING
    for place, one in enumerate(comparison.levels, start=1):
        if not one.cheap:
            return level
        open_ = level == UNDECIDED
        if one.test == "equal" and one.column in (None, comparison.column) and not (one.also or one.negated):
            holds = (a == b) & open_
        else:
            rows = np.flatnonzero(open_)
            holds = np.zeros(len(left), np.bool_)
            holds[rows] = _level_holds(table, one, left[rows], right[rows], comparison.column)
        level[holds] = place
    level[level == UNDECIDED] = len(comparison.levels) + 1
    return level


def finish(table: Table, comparison: Comparison, left: Ints, right: Ints, level: Levels) -> None:
    """Decide the UNDECIDED pairs in place, level by level in the declared order."""
    measured: Measured = {}
    rows = np.flatnonzero(level == UNDECIDED)
    started = False
    state = np.full(len(rows), UNDECIDED, np.uint8)
    for place, one in enumerate(comparison.levels, start=1):
        started = started or not one.cheap
        if not started or not len(rows):
            continue
        open_ = state == UNDECIDED
        state[open_ & _level_holds(table, one, left[rows], right[rows], comparison.column, measured=measured)] = place
    state[state == UNDECIDED] = len(comparison.levels) + 1
    level[rows] = state


def all_hold(table: Table, conditions: Sequence[Condition], left: Ints, right: Ints, own: str = "") -> Bools:
    """The pairs of which every condition holds; `own`: the column of those that name none."""
    rows = np.arange(len(left))
    for one in conditions:
        rows = rows[_holds(table, one, left[rows], right[rows], own, measured={})]
    found = np.zeros(len(left), np.bool_)
    found[rows] = True
    return found


def _level_holds(
    table: Table, one: Level, left: Ints, right: Ints, own: str, *, measured: Measured | None = None
) -> Bools:
    found = _holds(table, one, left, right, own, measured={} if measured is None else measured)
    if one.also:
        rows = np.flatnonzero(found)
        found[rows] = all_hold(table, one.also, left[rows], right[rows], own)
    return found


def _holds(table: Table, one: Condition, left: Ints, right: Ints, own: str, *, measured: Measured) -> Bools:
    """Pairs of which a condition holds. `measured`: what other tests of the same pairs have measured."""
    if one.test in CHEAP:
        found = _cheap_test(table, one, left, right, own)
    else:
        found = _string_test(table, one, left, right, own, measured=measured)
    return ~found if one.negated else found


def _cheap_test(table: Table, one: Condition, left: Ints, right: Ints, own: str) -> Bools:
    name = one.column or own
    if one.test in ("crossed", "either"):
        return _crossed(table, one.test, name, one.other or own, left=left, right=right)
    column = table.column(name)
    a, b = column.codes[left], column.codes[right]
    if one.test == "present":
        holds: Bools = (a >= 0) | (b >= 0)
        return holds
    holds = (a >= 0) & (b >= 0)
    if not len(column.values) or one.test == "known":
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
    """The values of two columns have changed places; or (either) one row's value is the other row's other one. Of
    lists, some of their elements."""
    if isinstance(table.frame.schema.get(name), pl.List):
        a, b = pl.Series(left), pl.Series(right)
        one, two = table.frame.get_column(name), table.frame.get_column(other)
        there, back = _common(one.gather(a), two.gather(b)) > 0, _common(two.gather(a), one.gather(b)) > 0
    else:
        first, second = table.hashes(name), table.hashes(other)
        there = (first[left] == second[right]) & (first[left] != 0)
        back = (second[left] == first[right]) & (second[left] != 0)
    found: Bools = there & back if test == "crossed" else there | back
    return found


def _string_test(table: Table, one: Condition, left: Ints, right: Ints, own: str, *, measured: Measured) -> Bools:
    name = one.column or own
    column = table.column(name)
    a, b = column.codes[left], column.codes[right]
    known = (a >= 0) & (b >= 0)
    if (name, one.test) not in measured:
        values = np.zeros(len(a), np.float32)
        if known.any():
            values[known] = _on_distinct(column, a[known], b[known], _MEASURES[one.test])
        measured[name, one.test] = values
    value = measured[name, one.test]
    near = value <= one.at_most if one.test in ("edits", "slip") else value >= (one.at_least or 1.0)
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


def _swapped(left: pl.Series, right: pl.Series) -> Values:
    """1 where two characters beside each other have changed places: one slip of the pen, and two edits without it."""
    plain = np.asarray(cpdist(left.to_list(), right.to_list(), scorer=Levenshtein.distance, workers=1))
    found: Values = ((_edits(left, right) == 1) & (plain == 2)).astype(np.float32)
    return found


def _elements(values: pl.Series) -> pl.Series:
    """The elements of lists; the words of texts."""
    return values if isinstance(values.dtype, pl.List) else values.str.split(" ")


def _common(left: pl.Series, right: pl.Series) -> Values:
    """Number of common elements of two lists."""
    lists = pl.DataFrame({"a": left, "b": right})
    common = pl.col("a").list.set_intersection("b").list.len()
    return lists.select(common.cast(pl.Float32)).to_series().fill_null(0).to_numpy()


def _contains(left: pl.Series, right: pl.Series) -> Values:
    """1 where every word (or element) of the shorter one is in the longer, else the share that is."""
    words = pl.DataFrame({"a": _elements(left), "b": _elements(right)})
    common = pl.col("a").list.set_intersection("b").list.len()
    shorter = pl.min_horizontal(pl.col("a").list.n_unique(), pl.col("b").list.n_unique())
    return words.select((common / shorter).cast(pl.Float32)).to_series().fill_null(0).to_numpy()


def _tokens(left: pl.Series, right: pl.Series) -> Values:
    """Common words over all words."""
    words = pl.DataFrame({"a": _elements(left), "b": _elements(right)})
    common, every = pl.col("a").list.set_intersection("b"), pl.col("a").list.set_union("b")
    return words.select((common.list.len() / every.list.len()).cast(pl.Float32)).to_series().fill_null(0).to_numpy()


def _contradicts(left: pl.Series, right: pl.Series) -> Values:
    """1 where two lists of elements KEY, U+001E, VALUE have a key in common with different values, else 0."""
    keys = pl.element().str.split("\x1e").list.first()
    one, other = (side.list.eval(keys) for side in (left, right))
    found: Values = (_common(one, other) > _common(left, right)).astype(np.float32)
    return found


def _slip(left: pl.Series, right: pl.Series) -> Values:
    """Slips in the one word that differs, where at least one of the two is no known name (it has a star); else 9."""
    words = pl.LazyFrame({"a": left, "b": right}).select(pl.col("a", "b").str.split(" "))
    plain = pl.element().str.strip_chars_end("*")
    words = words.with_columns(c=pl.col("a").list.eval(plain), d=pl.col("b").list.eval(plain))
    only = words.select(
        "a", "b", c=pl.col("c").list.set_difference("d"), d=pl.col("d").list.set_difference("c")
    ).with_row_index("row")
    differing = only.filter(pl.col("c").list.len() == 1, pl.col("d").list.len() == 1)
    differing = differing.with_columns(pl.col("c", "d").list.first())
    starred = [pl.col(side).list.contains(pl.col(word) + "*") for side, word in (("a", "c"), ("b", "d"))]
    one = differing.filter(pl.any_horizontal(starred)).collect()
    found = np.full(len(left), 9, np.float32)
    found[one.get_column("row").to_numpy()] = _edits(one.get_column("c"), one.get_column("d"))
    return found


def _begins(left: pl.Series, right: pl.Series) -> Values:
    """Letters of the shorter text where the longer one begins with it, as a name with its initial; else 0."""
    texts = pl.DataFrame({"a": left.cast(pl.String), "b": right.cast(pl.String)})
    letters = pl.min_horizontal(pl.col("a").str.len_chars(), pl.col("b").str.len_chars())
    begins = pl.col("a").str.starts_with(pl.col("b")) | pl.col("b").str.starts_with(pl.col("a"))
    return texts.select((begins * letters).cast(pl.Float32)).to_series().fill_null(0).to_numpy()


_MEASURES: dict[str, Callable[[pl.Series, pl.Series], Values]] = {
    "similar": _similar, "edits": _edits, "swapped": _swapped, "contains": _contains, "shares": _common,
    "contradicts": _contradicts, "tokens": _tokens, "begins": _begins,
    "slip": _slip,
}  # fmt: skip
