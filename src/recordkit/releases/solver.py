"""A linear programme over HiGHS: sums that hold, bounds, and a whole-numbered solution for each objective."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from recordkit import details
from recordkit.errors import RecordkitError

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
NEAR = 1e-6  # so near to a whole number is one
INFINITE = 1e30
GAP = 0.3  # a whole-numbered solution may cost so much more than the least: any will do that is far enough
SECONDS = 1.0  # of a search for one


@dataclass(frozen=True)
class Sparse:
    """Rows of a matrix: entry (row[i], column[i]) is value[i]."""

    row: Places
    column: Places
    value: Numbers
    rows: int
    columns: int

    def times(self, solution: Numbers) -> Numbers:
        """The product with a vector."""
        return np.bincount(self.row, self.value * solution[self.column], self.rows).astype(np.float64)


class Program:
    """`matrix` x = `right`, lower <= x <= upper. The same model is solved again and again for other objectives."""

    def __init__(self, matrix: Sparse, right: Numbers, lower: Numbers, upper: Numbers) -> None:
        highs = _highs()
        self._kinds = highs.HighsVarType
        self._optimal = highs.HighsModelStatus.kOptimal
        # The class beneath: the one above it writes a banner on standard output, where data goes, before it can be
        # silenced.
        self._model = highs.Highs.__base__()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1), ("mip_rel_gap", GAP)):
            self._model.setOptionValue(option, value)
        self._columns, self._matrix, self._right = matrix.columns, matrix, right
        self._model.passModel(_described(highs, matrix, right, lower, upper))

    def bound(self, columns: Places, lower: Numbers, upper: Numbers) -> None:
        """Other bounds for some columns."""
        if len(columns):
            self._model.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def cost(self, columns: Places, cost: Numbers) -> None:
        """Another objective in some columns; from the last solution to its new one are few steps."""
        self._model.changeColsCost(len(columns), columns.astype(np.int32), cost)

    def smallest(self) -> Numbers | None:
        """A solution of least cost; None when there is none."""
        self._model.run()
        if self._model.getModelStatus() != self._optimal:
            return None
        return np.asarray(self._model.getSolution().col_value)

    def smallest_whole(self, *, search: bool = True) -> Numbers | None:
        """A solution in whole numbers, of low cost if not of the least; None when none is found in a second.

        Counts of people have no halves: what fits with halves only is no table. Without `search` only the solution of
        least cost is looked at.
        """
        found = self.smallest()
        if found is None or bool(np.all(np.abs(found - np.round(found)) < NEAR)):
            return None if found is None else np.round(found)
        if not search:
            return None
        every = np.arange(self._columns, dtype=np.int32)
        self._model.setOptionValue("time_limit", self._model.getRunTime() + SECONDS)
        self._model.changeColsIntegrality(self._columns, every, np.full(self._columns, self._kinds.kInteger))
        self._model.run()
        rounded = np.round(np.asarray(self._model.getSolution().col_value))
        fits = len(rounded) == self._columns and self._fits(rounded)
        self._model.changeColsIntegrality(self._columns, every, np.full(self._columns, self._kinds.kContinuous))
        self._model.setOptionValue("time_limit", INFINITE)
        return rounded if fits else None

    def _fits(self, solution: Numbers) -> bool:
        return bool(np.all(np.abs(self._matrix.times(solution) - self._right) < NEAR))


def _described(highs: Any, matrix: Sparse, right: Numbers, lower: Numbers, upper: Numbers) -> Any:
    order = np.lexsort((matrix.column, matrix.row))
    model = highs.HighsLp()
    model.num_col_, model.num_row_ = matrix.columns, matrix.rows
    model.col_cost_ = np.zeros(matrix.columns)
    model.col_lower_, model.col_upper_ = lower, np.minimum(upper, highs.kHighsInf)
    model.row_lower_, model.row_upper_ = right, right
    model.a_matrix_.format_ = highs.MatrixFormat.kRowwise
    model.a_matrix_.num_col_, model.a_matrix_.num_row_ = matrix.columns, matrix.rows
    model.a_matrix_.start_ = np.searchsorted(matrix.row[order], np.arange(matrix.rows + 1)).astype(np.int32)
    model.a_matrix_.index_ = matrix.column[order].astype(np.int32)
    model.a_matrix_.value_ = matrix.value[order]
    return model


def _highs() -> Any:
    """The library, which only this command needs."""
    try:
        import highspy
    except ImportError:
        raise RecordkitError(details.text("no_solver"), details.text("install_release")) from None
    return highspy
