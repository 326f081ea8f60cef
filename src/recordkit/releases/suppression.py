"""Complementary suppression: which further cells stay unpublished, so that sums do not give away those that must be.

A quick rule per sum comes first; then, for every cell that is still too narrow, a linear programme gives the cheapest
other table that a reader could not tell from the true one, and the cells that differ in it are not published either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from recordkit.releases.solver import INFINITE, NEAR, Numbers, Places, Program, Sparse
from recordkit.releases.system import Flags, System

FIRST = 1000.0  # what one more of the cell in question is worth, when one of any other costs 1
SEVERAL = 4  # cells that one solution for many has to help, else they are tried one by one
HIDDEN = 1e-3  # what a change of a cell costs that is unpublished anyhow


@dataclass(frozen=True)
class Problem:
    """Which unknowns must not be published, and which cannot be left out any more."""

    system: System
    unsafe: Flags
    fixed: Flags  # published in an earlier release, or 0
    groups: Places  # of every unknown, of whom somebody may know all others of its group; -1: none

    @property
    def may_hide(self) -> Flags:
        """Cells of this release that can be left unpublished."""
        return self.system.flags("now") & ~self.fixed


def protect(problem: Problem) -> Flags:
    """All unknowns that stay unpublished: `unsafe`, and what protects them.

    A cell that cannot be protected stays too narrow: `feasibility` finds it, and nothing is released.
    """
    hidden, others = problem.unsafe.copy(), OtherTables(problem)
    while True:
        hidden = by_sums(problem, hidden)
        before = int(hidden.sum())
        for cell, group in list(too_narrow(problem, hidden, others)):
            hidden |= moved(problem, hidden, cell, group)
        if int(hidden.sum()) == before:
            return hidden


def by_sums(problem: Problem, hidden: Flags) -> Flags:
    """Add cells to every sum that gives its hidden parts away by itself, until none does."""
    system, hidden = problem.system, hidden.copy()
    counts, widths = system.counts, system.widths
    parts = _parts_of_sums(system)
    while True:
        changed = False
        for whole, part in zip(system.wholes, parts, strict=True):
            inside = part[hidden[part] & ~problem.fixed[part]]
            if not len(inside) or (hidden[whole] and not problem.fixed[whole]):
                continue
            missing = _missing(counts, float(widths[inside].max()), inside, problem.groups)
            if missing <= 0:
                continue
            free = part[~hidden[part] & problem.may_hide[part]]
            if len(free):
                enough = free[counts[free] - 1 >= missing]
                hidden[enough[np.argmin(counts[enough])] if len(enough) else free[np.argmax(counts[free])]] = True
                changed = True
            elif problem.may_hide[whole]:
                hidden[whole] = changed = True
        if not changed:
            return hidden


def _missing(counts: Numbers, width: float, inside: Places, groups: Places) -> float:
    """By how much the hidden parts of a published sum can move too little; for whoever knows one group as well."""
    room = counts[inside] - 1
    left = [(len(inside), float(room.sum()))]
    mine = groups[inside]
    if len(np.unique(mine[mine >= 0])) > 1:
        left += [(int((mine != one).sum()), float(room[mine != one].sum())) for one in np.unique(mine[mine >= 0])]
    return max(width - (total if number > 1 else 0.0) for number, total in left if number)


def _parts_of_sums(system: System) -> list[Places]:
    own = system.sums.value > 0
    order = np.argsort(system.sums.row[own], kind="stable")
    starts = np.searchsorted(system.sums.row[own][order], np.arange(1, system.sums.rows))
    return np.split(system.sums.column[own][order], starts)


# ------------------------------------------------------------------------------------------------- who is too narrow


class OtherTables:
    """Tables that give all that is published, as their differences from the true one. They stay so when less is
    published, and for a reader who knows one group when they do not differ there."""

    def __init__(self, problem: Problem) -> None:
        self._groups, self._number = problem.groups, len(problem.groups)
        self._found: list[tuple[Places, Numbers, frozenset[int]]] = []

    def add(self, places: Places, change: Numbers) -> None:
        """One more of them."""
        differ = np.flatnonzero(change)
        if len(differ):
            self._found.append((places[differ], change[differ], frozenset(self._groups[places[differ]].tolist())))

    def spread(self, group: int) -> tuple[Numbers, Numbers]:
        """By how much less and more every unknown can be, for a reader who knows a group (-1: none)."""
        low, high = np.zeros(self._number), np.zeros(self._number)
        for places, change, touched in self._found:
            if group < 0 or group not in touched:
                low[places] = np.minimum(low[places], change)
                high[places] = np.maximum(high[places], change)
        return low, high


def too_narrow(problem: Problem, hidden: Flags, others: OtherTables) -> Iterator[tuple[int, int]]:
    """Hidden cells that a reader can tell to less than their width, each with the group that the reader knows (-1)."""
    unknown = np.flatnonzero(hidden & ~problem.fixed)
    mine = problem.groups[unknown]
    for group in (-1, *np.unique(mine[mine >= 0])):
        free = np.ones(len(unknown), np.bool_) if group < 0 else mine != group
        search = _Search(problem.system, unknown, free, others, int(group))
        # Of a sum over all groups the rest alone is new to who knows one, and that is no cell: its parts are looked at.
        targets = free if group < 0 else free & (mine >= 0)
        search.together(targets)
        search.one_by_one(targets)
        yield from ((int(unknown[one]), int(group)) for one in search.narrow(targets))


class _Search:
    """The search for other tables over what is not published, for one reader."""

    def __init__(self, system: System, unknown: Places, free: Flags, others: OtherTables, group: int) -> None:
        self._unknown, self._others, self._group, self._number = unknown, others, group, len(unknown)
        self._widths = system.widths[unknown]
        low, high = others.spread(group)
        self._low, self._high = low[unknown], high[unknown]
        more, less = np.where(free, INFINITE, 0.0), np.where(free, system.counts[unknown] - 1, 0.0)
        self._upper = np.concatenate([more, less])
        matrix = _of_unknowns(system, unknown)
        self._program = Program(matrix, np.zeros(matrix.rows), np.zeros(2 * self._number), self._upper)
        self._program.cost(np.arange(2 * self._number), np.ones(2 * self._number))

    def narrow(self, targets: Flags) -> Places:
        """Targets that no tables were found for that are far enough apart."""
        return np.flatnonzero(targets & (self._high - self._low < self._widths))

    def together(self, targets: Flags) -> None:
        """Many narrow cells at once, in directions by chance, as long as that helps several."""
        chance, before = np.random.default_rng(1), self._number + SEVERAL
        while len(left := self.narrow(targets)) and before - len(left) >= SEVERAL:
            before = len(left)
            ways = left + self._number * chance.integers(0, 2, len(left))
            self._towards(ways, -FIRST * chance.uniform(0.5, 1.5, len(ways)))

    def one_by_one(self, targets: Flags) -> None:
        """For each as much more of it as possible, up to its width, with little other change; then less of it."""
        for search in (False, True):  # most have whole numbers at once; a search for them takes a hundred times as long
            for one in self.narrow(targets):
                for way in (one, self._number + one):
                    if self._high[one] - self._low[one] < self._widths[one]:
                        self._towards(np.array([way]), np.array([-FIRST]), search=search)

    def _towards(self, ways: Places, worth: Numbers, *, search: bool = True) -> None:
        """Look for a table that differs most in these ways (of more, then of less), and learn from it."""
        program, number = self._program, self._number
        opposite = (ways + number) % (2 * number)  # else a cell would be worth more by being more and less at once
        program.bound(ways, np.zeros(len(ways)), np.minimum(self._widths[ways % number], self._upper[ways]))
        program.bound(opposite, np.zeros(len(ways)), np.zeros(len(ways)))
        program.cost(ways, worth)
        found = program.smallest_whole(search=search)
        program.cost(ways, np.ones(len(ways)))
        for both in (ways, opposite):
            program.bound(both, np.zeros(len(ways)), self._upper[both])
        if found is not None:
            change = found[:number] - found[number:]
            self._low, self._high = np.minimum(self._low, change), np.maximum(self._high, change)
            self._others.add(self._unknown, change)


def _of_unknowns(system: System, unknown: Places) -> Sparse:
    """Every sum of what is not published, in terms of how much more and how much less each is than it is in truth."""
    place = np.full(system.sums.columns, -1)
    place[unknown] = np.arange(len(unknown))
    here = place[system.sums.column] >= 0
    rows, row = np.unique(system.sums.row[here], return_inverse=True)
    column, value = place[system.sums.column[here]], system.sums.value[here]
    return Sparse(
        np.concatenate([row, row]), np.concatenate([column, column + len(unknown)]), np.concatenate([value, -value]),
        len(rows), 2 * len(unknown),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------- what protects it


def moved(problem: Problem, hidden: Flags, cell: int, group: int) -> Flags:
    """The cells that change in the cheapest table in which `cell` is larger by its width and all sums hold.

    Nothing that is fixed changes, and nothing of the group that a reader knows. None when there is no such table.
    """
    system = problem.system
    free = problem.may_hide | (hidden & ~problem.fixed)
    if group >= 0:
        free &= problem.groups != group
    place = np.flatnonzero(free)
    at = np.full(len(free), -1)
    at[place] = np.arange(len(place))
    if at[cell] < 0:
        return np.zeros(len(free), np.bool_)
    counts, number = system.counts[place], len(place)
    cost = np.where(hidden[place], HIDDEN, 1 + np.log2(1 + counts))
    lower, upper = np.zeros(2 * number), np.concatenate([np.full(number, INFINITE), counts - 1])
    lower[at[cell]] = upper[at[cell]] = system.widths[cell]
    upper[number + at[cell]] = 0
    matrix = _of_unknowns(system, place)
    program = Program(matrix, np.zeros(matrix.rows), lower, upper)
    program.cost(np.arange(2 * number), np.concatenate([cost, cost]))
    found = program.smallest()
    changed = np.zeros(len(free), np.bool_)
    if found is not None:
        changed[place] = np.abs(found[:number] - found[number:]) > NEAR
    return changed
