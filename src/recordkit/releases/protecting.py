"""The public tables of a release: counted, protected together with all of their unit, and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from recordkit import details, store
from recordkit.errors import BrokenLaw
from recordkit.releases.cells import Shape, all_cells, together
from recordkit.releases.declaration import Policy, Public
from recordkit.releases.feasibility import Seen, narrow_cells
from recordkit.releases.population import counted_rows, reporting_places
from recordkit.releases.suppression import Problem, protect
from recordkit.releases.system import Earlier, System, build

PUBLISHED, SUPPRESSED, NO_RETURN = "published", "suppressed", "no return"
Status = str
NOTHING: Mapping[str, pl.DataFrame] = {}


@dataclass(frozen=True)
class Protected:
    """A public table. `cells`: its levels (null: summed over), `count` as it is in truth, and `status`."""

    name: str
    public: Public
    about: str
    least: int
    shape: Shape
    cells: pl.DataFrame
    risk: Mapping[str, Any] = field(default_factory=dict)

    @property
    def readable(self) -> pl.DataFrame:
        """As its readers get it: levels, `count` (null where it is not published), `status`."""
        shown = pl.when(pl.col("status") == PUBLISHED).then(pl.col("count"))
        total = details.text("total")
        levels = [pl.col(level).fill_null(total) for level in self.shape.columns]
        return self.cells.select(*levels, shown.alias("count"), "status")


@dataclass(frozen=True)
class UnitRelease:
    """All tables that count one unit, and what the ledger keeps of them: every cell once, with its true count."""

    unit: str
    tables: Sequence[Protected]
    cells: pl.DataFrame  # levels, count, members, published, width, tables

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shapes of the tables by name."""
        return {one.name: one.shape for one in self.tables}


@dataclass(frozen=True)
class Known:
    """What readers have already: earlier releases of tables, and counts that microdata show."""

    earlier: Sequence[Earlier]
    shown: pl.DataFrame | None = None

    def marked(self, cells: pl.DataFrame, levels: Sequence[str], column: str) -> pl.DataFrame:
        """Cells with true in a new column where microdata show them."""
        if self.shown is None:
            return cells.with_columns(pl.lit(False).alias(column))
        padded = self.shown.with_columns(
            pl.lit(None, pl.String).alias(one) for one in levels if one not in self.shown.columns
        )
        others = [one for one in padded.columns if one not in (*levels, "count", "members")]
        same = [*levels, "count", "members"]
        own = padded.filter(*(pl.col(one).is_null() for one in others)).select(same).unique()
        return cells.join(
            own.with_columns(pl.lit(True).alias(column)), on=same, how="left", nulls_equal=True, maintain_order="left"
        ).with_columns(pl.col(column).fill_null(False))


NOBODY = Known(())


def shape_of(policy: Policy, table: Public) -> Shape:
    """The dimensions of a declared table."""
    dimensions = [policy.dimensions[name] for name in table.dimensions]
    least = tuple(len(one.levels) if not one.wider else 0 if one.total else 1 for one in dimensions)
    return Shape(tuple(one.levels for one in dimensions), least)


def protected_tables(
    edition: store.Edition,
    policy: Policy,
    names: Iterable[str],
    earlier: Mapping[str, Sequence[Earlier]],
    shown: Mapping[str, pl.DataFrame] = NOTHING,
) -> list[UnitRelease]:
    """The tables of these names, protected against whoever reads them together and with all `earlier` releases.

    earlier: unit -> the releases of the ledger; shown: unit -> counts that microdata show. Raises BrokenLaw when the
    check finds a cell that can be told: then nothing may be published.
    """
    wanted = [name for name in policy.tables if name in set(names)]
    units = dict.fromkeys(policy.tables[name].counts for name in wanted)
    of_unit = {unit: [name for name in wanted if policy.tables[name].counts == unit] for unit in units}
    return [
        _unit(edition, policy, unit, of_unit[unit], Known(earlier.get(unit, ()), shown.get(unit))) for unit in units
    ]


def counted_tables(
    edition: store.Edition, policy: Policy, names: Iterable[str]
) -> dict[str, tuple[pl.DataFrame, Shape]]:
    """Every cell of these tables as an edition has it, before any protection."""
    made = {}
    for name in names:
        table = policy.tables[name]
        shape = shape_of(policy, table)
        rows = counted_rows(edition, policy, table.counts, shape.columns)
        made[name] = (all_cells(rows, shape, shares=policy.largest(table) < 1), shape)
    return made


def exact_tables(edition: store.Edition, policy: Policy, names: Iterable[str]) -> list[Protected]:
    """The tables of these names with every count as it is: for the house, never to be published."""
    found = []
    for name, (frame, shape) in counted_tables(edition, policy, names).items():
        table = policy.tables[name]
        unheard = pl.when(_unheard(frame, policy, edition)).then(pl.lit(NO_RETURN)).otherwise(pl.lit(PUBLISHED))
        cells = frame.with_columns(status=unheard)
        found.append(Protected(name, table, policy.about(table), policy.least(table), shape, cells))
    return found


def _unit(edition: store.Edition, policy: Policy, unit: str, names: Sequence[str], readers: Known) -> UnitRelease:
    earlier = readers.earlier
    made = {name: (_judged(policy, policy.tables[name], frame), shape)
            for name, (frame, shape) in counted_tables(edition, policy, names).items()}  # fmt: skip
    every = _revised(together(made), earlier)
    system = build(every, {name: shape for name, (_, shape) in made.items()}, earlier)
    others = [level for level in system.levels if level not in every.columns]  # of earlier releases alone
    every = every.with_columns(pl.lit(None, pl.String).alias(level) for level in others)
    stays = _hidden(system, every, _known(policy, names), readers)
    hidden = every.join(stays, on=list(system.levels), nulls_equal=True, how="left", maintain_order="left")
    unheard = _unheard(hidden, policy, edition)
    cells = hidden.with_columns(published=~pl.col("hidden"), unheard=unheard)
    tables = [_table(policy, name, made[name][1], cells) for name in names]
    columns = cells.select(*system.levels, "count", "members", "published", "width", "tables")
    released = UnitRelease(unit, tables, columns)
    _check(released, readers, _known(policy, names))
    return released


def _judged(policy: Policy, table: Public, frame: pl.DataFrame) -> pl.DataFrame:
    """What must not be published of a table by itself: counts of few, and of many whom one case makes many."""
    least, some = policy.least(table), pl.col("count") > 0
    mostly_one = pl.col("largest") > policy.largest(table)
    return frame.select(
        pl.all().exclude("largest"), pl.lit(least).alias("least"), pl.lit(policy.width(table)).alias("width"),
        (some & (pl.col("count") < least)).alias("few"), (some & mostly_one).alias("one_case"),
        pl.lit(policy.holds(table)).alias("held"),
    )  # fmt: skip


def _revised(every: pl.DataFrame, earlier: Sequence[Earlier]) -> pl.DataFrame:
    """`revised`: an earlier release published another count, from which this one differs by few."""
    revised = every.with_columns(revised=pl.lit(False))
    levels = [name for name in every.columns if every[name].dtype == pl.String]
    for one in earlier:
        missing = [pl.lit(None, pl.String).alias(level) for level in levels if level not in one.cells.columns]
        others = [name for name, kind in one.cells.schema.items() if kind == pl.String and name not in levels]
        same_levels = one.cells.filter("published", *(pl.col(name).is_null() for name in others))
        before = same_levels.with_columns(missing).select(*levels, pl.col("count").alias("before"))
        revised = revised.join(before, on=levels, how="left", nulls_equal=True, maintain_order="left")
        change = (pl.col("count") - pl.col("before")).abs()
        few = pl.col("held") & (change > 0) & (change < pl.col("least"))
        revised = revised.with_columns(revised=pl.col("revised") | few.fill_null(False)).drop("before")
    return revised.with_columns(unsafe=pl.col("few") | pl.col("one_case") | pl.col("revised"))


def _hidden(system: System, every: pl.DataFrame, known: str, readers: Known = NOBODY) -> pl.DataFrame:
    """The cells of this release that stay unpublished: levels and `hidden`."""
    on = [*system.levels, "count", "members"]
    marked = system.unknowns.join(
        every.select(*on, "unsafe"), on=on, how="left", nulls_equal=True, maintain_order="left"
    )
    seen = readers.marked(system.unknowns, system.levels, "seen")["seen"].to_numpy().astype(np.bool_)
    fixed = system.implied(system.flags("before") | seen | (system.counts == 0))
    unsafe = marked["unsafe"].fill_null(False).to_numpy().astype(np.bool_)
    problem = Problem(system, (unsafe | system.flags("waiting")) & ~fixed, fixed, system.groups(known))
    # What an earlier release published stays known; published again it tells nothing, but not below today's minimum.
    stays = protect(problem) | unsafe
    return system.unknowns.with_columns(hidden=pl.Series(stays)).filter("now").select(*system.levels, "hidden")


def _known(policy: Policy, names: Iterable[str]) -> str:
    """The level of which somebody may know all cells of one value; the first table that declares one speaks for all."""
    return next((policy.tables[name].known for name in names if policy.tables[name].known), "")


def _unheard(cells: pl.DataFrame, policy: Policy, edition: store.Edition) -> pl.Series:
    """Cells of a place and time from which nothing was reported: blank is not zero."""
    where = [name for name in cells.columns if name in policy.steps and policy.is_place_or_time(name)]
    reporting = reporting_places(edition, policy, where)
    numbered = cells.with_row_index("row").filter(pl.col("count") == 0)
    found = []
    for part in _by_depth(numbered, where):
        named = [name for name in where if part[name][0] is not None]
        if named:
            found.append(part.join(reporting.select(named).unique(), on=named, how="anti")["row"])
    rows = pl.concat(found) if found else pl.Series("row", [], pl.UInt32)
    return pl.Series("unheard", np.isin(np.arange(cells.height), rows.to_numpy()))


def _by_depth(cells: pl.DataFrame, where: Sequence[str]) -> list[pl.DataFrame]:
    """The cells, cut by which of these levels they sum over."""
    if not where or not cells.height:
        return []
    marks = [pl.col(name).is_null().alias(f"sums_{name}") for name in where]
    return cells.with_columns(marks).partition_by([f"sums_{name}" for name in where], maintain_order=True)


def _table(policy: Policy, name: str, shape: Shape, cells: pl.DataFrame) -> Protected:
    table = policy.tables[name]
    own = cells.filter(pl.col("tables").list.contains(name))
    status = (
        pl.when("hidden").then(pl.lit(SUPPRESSED)).when("unheard").then(pl.lit(NO_RETURN)).otherwise(pl.lit(PUBLISHED))
    )
    own = own.with_columns(status=status).sort(shape.columns, nulls_last=False, maintain_order=True)
    primary = own.select(pl.col("few"), pl.col("one_case") & ~pl.col("few"), pl.col("revised") & ~pl.col("few"))
    few, one_case, revised = (int(str(primary[column].sum())) for column in primary.columns)
    hidden = own.filter(pl.col("status") == SUPPRESSED)
    risk = {
        "cells": own.height,
        "not_zero": own.filter(pl.col("count") > 0).height,
        "below_minimum": few,
        "of_one": own.filter(pl.col("count") == 1).height,
        "one_case": one_case,
        "changed_by_few": revised,
        "complementary": hidden.filter(~pl.col("unsafe")).height,
        "suppressed": hidden.height,
        "no_return": own.filter(pl.col("status") == NO_RETURN).height,
        "width": policy.width(table),
        "largest": policy.largest(table),
    }
    shown = own.select(*shape.columns, "count", "members", "status", "width")
    return Protected(name, table, policy.about(table), policy.least(table), shape, shown, risk)


def seen_tables(unit: UnitRelease, readers: Known) -> list[Seen]:
    """This release and the earlier ones as the check reads them; what microdata show is known."""
    earlier = readers.earlier
    marked = [readers.marked(one.cells, one.shape.columns, "seen") for one in unit.tables]
    public = (pl.col("status") != SUPPRESSED) | pl.col("seen")
    now = [
        Seen(one.name, cells.with_columns(published=public), one.shape)
        for one, cells in zip(unit.tables, marked, strict=True)
    ]
    return now + [
        Seen(name, before.cells.filter(pl.col("tables").list.contains(name)), shape, before.release)
        for before in earlier
        for name, shape in before.shapes.items()
    ]


def _check(unit: UnitRelease, readers: Known, known: str) -> None:
    """The independent check; it decides. Nobody is told which cell it was."""
    found = narrow_cells(seen_tables(unit, readers), known)
    if found.height:
        raise BrokenLaw(
            details.text("cells_can_be_told", count=found.height, tables=", ".join(unit.shapes)),
            details.text("widen_tables"),
        )
