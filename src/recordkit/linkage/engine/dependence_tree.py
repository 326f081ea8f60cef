"""What implies what by chance: a postcode its town, a town its county. Counted once, not twice.

Fellegi and Sunter's sums take agreements of strangers for independent. For comparisons that are `shared` (places, above
all) the joint frequency of two columns is counted, and the tree of the strongest dependences (Chow and Liu, 1968) says
how many bits an agreement on both has too many.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from recordkit.linkage.engine.encoded_table import RARITY, Column, Table
from recordkit.linkage.engine.model_spec import Comparison, ModelSpec
from recordkit.linkage.graph import Ints

F32 = npt.NDArray[np.float32]
# Dependence below this is not modelled: by judgement.
LEAST_BITS = 0.3
# Chance agreements on both must outnumber those of one person's own rows and of households by far to be told from them.
LEAST_PAIRS_BY_ROW = 50.0


@dataclass(frozen=True)
class Nested:
    """Two comparisons (by place) and the bits that strangers' agreements on both have too many on average."""

    first: int
    second: int
    bits: float


def find_dependences(table: Table, spec: ModelSpec) -> tuple[Nested, ...]:
    """The tree of dependences between the shared comparisons, strongest first; empty where there are none."""
    places = [place for place, one in enumerate(spec.comparisons) if one.shared and _on_equality(one)]
    known = [place for place in places if len(table.column(spec.comparisons[place].column).counts) > 1]
    measured = []
    for a, b in combinations(known, 2):
        joint, bits = _lift(table.column(spec.comparisons[a].column), table.column(spec.comparisons[b].column))
        if bits > LEAST_BITS and joint * table.height >= LEAST_PAIRS_BY_ROW:
            measured.append((joint * bits, Nested(a, b, bits)))
    tree = {place: place for place in known}  # the smallest place of the tree that every place is in
    dependences = []
    for _, one in sorted(measured, key=lambda each: (-each[0], each[1].first, each[1].second)):
        low, high = sorted((tree[one.first], tree[one.second]))
        if low != high:
            tree = {place: low if root == high else root for place, root in tree.items()}
            dependences.append(one)
    return tuple(dependences)


def too_many(table: Table, spec: ModelSpec, nested: Nested, *, left: Ints, right: Ints, rows: Ints) -> F32:
    """Bits counted twice by the pairs `rows`, which agree on both comparisons.

    Where a comparison weighs rare values more, the rarity of the two values together takes the place of each one's.
    """
    one, other = spec.comparisons[nested.first], spec.comparisons[nested.second]
    bits = np.full(len(rows), nested.bits, np.float32)
    weighed = [each for each in (one, other) if each.levels[0].tf]
    if weighed:
        codes, rarity = _joint(table, one, other)
        bits -= rarity[codes[left[rows]]]
    for each in weighed:
        column = table.column(each.column)
        bits += column.rarity[column.codes[left[rows]]]
    return bits


def _on_equality(one: Comparison) -> bool:
    return one.levels[0].test == "equal" and one.levels[0].column in (None, one.column)


def _lift(one: Column, other: Column) -> tuple[float, float]:
    """Share of random pairs that agree on both, and the bits by which that is more than if they were independent."""
    both = (one.codes >= 0) & (other.codes >= 0)
    if both.sum() < 2:
        return 0.0, 0.0
    a, b = one.codes[both].astype(np.int64), other.codes[both].astype(np.int64)
    joint, first, second = (_agreeing(values) for values in ((a << 32) | b, a, b))
    return joint, float(np.log2(joint / (first * second))) if joint * first * second > 0 else 0.0


def _agreeing(values: Ints) -> float:
    counts = np.unique(values, return_counts=True)[1].astype(np.float64)
    return float((counts * (counts - 1)).sum() / (len(values) * (len(values) - 1.0)))


def _joint(table: Table, one: Comparison, other: Comparison) -> tuple[npt.NDArray[np.int64], F32]:
    """Code of the two values together by row (-1 where one is missing), and the rarity of every code."""
    a, b = table.column(one.column).codes, table.column(other.column).codes
    codes = np.full(len(a), -1, np.int64)
    both = (a >= 0) & (b >= 0)
    packed = (a[both].astype(np.int64) << 32) | b[both].astype(np.int64)
    _, codes[both], counts = np.unique(packed, return_inverse=True, return_counts=True)
    share = counts / max(counts.sum(), 1)
    usual = float((share**2).sum())
    return codes, np.clip(np.log2(usual / share), -RARITY, RARITY).astype(np.float32)
