"""The company that people keep: mentions whose cases share other people are likelier to be one person."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from recordkit.linkage.engine import blocking
from recordkit.linkage.engine.encoded_table import Column
from recordkit.linkage.graph import Ints, group_starts
from recordkit.stable_ids import U64, mix

F32 = npt.NDArray[np.float32]
LEVELS = 4  # missing, nobody, one, two or more in common


def levels(group: Column, label: Ints, left: Ints, right: Ints) -> npt.NDArray[np.uint8]:
    """For every pair, how many others of the groups of both have one label. 0: one of the two was alone."""
    order, starts, sizes = _by_group(group)
    members = np.unique(_packed(group.codes, label))
    a, b = group.codes[left], group.codes[right]
    known = (a >= 0) & (b >= 0) & (a != b)
    level = np.zeros(len(left), np.uint8)
    rows = np.flatnonzero(known)
    rows = rows[(sizes[a[rows]] > 1) & (sizes[b[rows]] > 1)]
    common = np.zeros(len(left), np.int64)
    for at in range(0, len(rows), 500_000):
        part = rows[at : at + 500_000]
        common[part] = _common(
            group, label, order=order, starts=starts, sizes=sizes, members=members, left=left[part], right=right[part]
        )
    level[rows] = 1 + np.minimum(common[rows], 2)
    return level


def _by_group(group: Column) -> tuple[Ints, Ints, Ints]:
    """Rows ordered by group, where each group starts, its size."""
    order = np.argsort(group.codes, kind="stable")
    order = order[np.searchsorted(group.codes[order], 0) :]
    starts = group_starts(group.codes[order])
    sizes = np.diff(np.append(starts, len(order)))
    return order, starts, sizes


def _packed(codes: npt.NDArray[np.int32], label: Ints) -> U64:
    packed: U64 = (codes.astype(np.uint64) << np.uint64(32)) | label.astype(np.uint64)
    return packed


def _common(
    group: Column, label: Ints, *, order: Ints, starts: Ints, sizes: Ints, members: U64, left: Ints, right: Ints
) -> Ints:
    """Number of distinct labels of the group of `left`, without the pair's own, that are in the group of `right`."""
    mine = group.codes[left]
    counts = np.minimum(sizes[mine], 30)
    pair = np.repeat(np.arange(len(left)), counts)
    offset = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
    companion = label[order[starts[mine][pair] + offset]]
    other = (companion != label[left][pair]) & (companion != label[right][pair])
    wanted = _packed(group.codes[right][pair], companion)
    place = np.minimum(np.searchsorted(members, wanted), len(members) - 1)
    shared = other & (members[place] == wanted)
    once = np.unique((pair[shared] << 32) | companion[shared])
    return np.bincount(once >> 32, minlength=len(left))


def fit(level: npt.NDArray[np.uint8], weight: F32, others: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """Weights of the levels, by expectation-maximisation with the other evidence held as it is.

    others: how many further pairs, all but certainly not matches, have every level.
    """
    found = np.array([0.0, -1.0, 3.0, 3.0])
    for _ in range(12):
        match = 1 / (1 + np.exp2(-np.clip(weight + found[level], -60, 60)))
        m = np.bincount(level, weights=match, minlength=LEVELS)[1:] + 1.0
        u = np.bincount(level, weights=1 - match, minlength=LEVELS)[1:] + others[1:] + 1.0
        found[1:] = np.clip(np.log2(m / m.sum()) - np.log2(u / u.sum()), -2.0, 10.0)
    return tuple(float(bits) for bits in found)


def pairs(group: Column, label: Ints, code: U64, most: int) -> U64:
    """Packed pairs of rows with one code (not 0) of which one and the same third person was in both groups."""
    order, starts, sizes = _by_group(group)
    seen = np.bincount(label, minlength=len(label))
    rows = np.flatnonzero((group.codes >= 0) & (code != 0))
    rows = rows[sizes[group.codes[rows]] > 1]
    mine = group.codes[rows]
    counts = np.minimum(sizes[mine], 12)
    row = np.repeat(rows, counts)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    companion = label[order[np.repeat(starts[mine], counts) + offset]]
    useful = (companion != label[row]) & (seen[companion] > 1)
    row, companion = row[useful], companion[useful]
    keyed = mix(code[row] ^ mix(companion.astype(np.uint64) + np.uint64(1)))
    left, right = blocking.unpack(blocking.pairs(keyed, most)[0])
    packed = blocking.pack(row[left], row[right])
    return np.unique(packed[row[left] != row[right]])
