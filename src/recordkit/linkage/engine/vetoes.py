"""Which pairs the declaration says cannot be one, by the levels of their comparisons and by their columns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from recordkit.linkage.engine import blocking, comparison_levels
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.model_spec import ModelSpec, Veto
from recordkit.linkage.graph import Ints
from recordkit.stable_ids import U64

Matrix = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]


def forbidden(table: Table, spec: ModelSpec, left: Ints, right: Ints, matrix: Matrix) -> Bools:
    """Pairs that a veto forbids. matrix: the level of every comparison (rows x comparisons)."""
    found = np.zeros(len(matrix), np.bool_)
    for veto in spec.vetoes:
        if veto.most is None:
            found |= holds(table, spec, veto, left, right, matrix=matrix)
    return found


def holds(table: Table, spec: ModelSpec, veto: Veto, left: Ints, right: Ints, *, matrix: Matrix) -> Bools:
    """Pairs of which every comparison that a veto names is at a level that it names, and its conditions hold."""
    found = np.ones(len(matrix), np.bool_)
    for place, one in enumerate(spec.comparisons):
        if one.name in veto.when:
            found &= np.isin(matrix[:, place], [one.level_names.index(level) for level in veto.when[one.name]])
    if veto.where:
        rows = np.flatnonzero(found)
        found[rows] = comparison_levels.all_hold(table, veto.where, left[rows], right[rows])
    return found


def unlike(table: Table, spec: ModelSpec, packed: U64) -> tuple[U64, Mapping[str, U64]]:
    """Packed pairs that are one in no cluster; and of them those that are shown as related, by the veto's name."""
    cannot_link = np.zeros(0, np.uint64)
    shown: dict[str, U64] = {}
    for veto in spec.vetoes:
        if veto.related:
            pairs = _at(table, spec, veto.when, packed)
            pairs = pairs[comparison_levels.all_hold(table, veto.where, *blocking.unpack(pairs))]
            cannot_link = np.union1d(cannot_link, pairs)
            shown[veto.name] = np.union1d(shown.get(veto.name, cannot_link[:0]), _at(table, spec, veto.related, pairs))
    return cannot_link, shown


def _at(table: Table, spec: ModelSpec, wanted: Mapping[str, tuple[str, ...]], packed: U64) -> U64:
    """The pairs of which every named comparison is at one of the named levels."""
    for one in spec.comparisons:
        if one.name in wanted:
            level = comparison_levels.levels(table, one, *blocking.unpack(packed))
            packed = packed[np.isin(level, [one.level_names.index(name) for name in wanted[one.name]])]
    return packed
