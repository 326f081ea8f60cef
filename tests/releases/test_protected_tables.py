"""Nobody can be told from public tables: not by sums, not by tables that share cells, not by whoever knows one province."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordkit.releases import cells, feasibility, protecting, suppression, system
from recordkit.releases.cells import Shape
from recordkit.releases.solver import Program, Sparse
from tried import examples

NESTED = Shape((("province", "district"), ("sex",)), (0, 0))
LINKED = Shape((("province",), ("age",)), (0, 0))
CUBE = Shape((("province",), ("sex",), ("age",)), (0, 0, 0))


def table(counts: dict[tuple[str, ...], int], shape: Shape, least: int, width: int) -> pl.DataFrame:
    """All cells of a population given by its innermost counts, with what must not be published."""
    rows = [(*key, f"C{at:016x}") for at, (key, count) in enumerate(counts.items()) for _ in range(count)]
    frame = pl.DataFrame(rows, schema=[*shape.columns, "case_id"], orient="row", schema_overrides=dict.fromkeys(shape.columns, pl.String))
    made = cells.all_cells(frame.lazy(), shape, shares=False).drop("largest")
    few = (pl.col("count") > 0) & (pl.col("count") < least)
    return made.with_columns(unsafe=few, width=pl.lit(width))


def protected(made: dict[str, tuple[pl.DataFrame, Shape]], known: str = "") -> list[feasibility.Seen]:
    """The tables with what stays unpublished."""
    every = cells.together(made)
    whole = system.build(every, {name: shape for name, (_, shape) in made.items()}, [])
    hidden = protecting._hidden(whole, every, known)
    marked = every.join(hidden, on=list(whole.levels), nulls_equal=True, how="left").with_columns(published=~pl.col("hidden"))
    return [feasibility.Seen(name, marked.filter(pl.col("tables").list.contains(name)), shape) for name, (_, shape) in made.items()]


NESTED_KEYS = [(f"p{p}", f"p{p}d{d}", sex) for p in range(2) for d in range(2) for sex in "fm"]
CUBE_KEYS = [(f"p{p}", sex, age) for p in range(3) for sex in "fm" for age in "abc"]


def populations(keys: list[tuple[str, ...]]) -> st.SearchStrategy[dict[tuple[str, ...], int]]:
    counts = st.fixed_dictionaries(dict.fromkeys(keys, st.sampled_from([0, 0, 1, 2, 4, 7, 15, 40])))
    return counts.filter(lambda told: sum(told.values()) > 0)


@given(st.one_of(populations(NESTED_KEYS), populations(CUBE_KEYS)))
@examples(25)
def test_no_unpublished_cell_can_be_told_closer_than_its_width(counts: dict[tuple[str, ...], int]) -> None:
    shape = CUBE if set(counts) == set(CUBE_KEYS) else NESTED
    seen = protected({"one": (table(counts, shape, 3, 3), shape)})
    assert feasibility.narrow_cells(seen).height == 0
    cells_of = seen[0].cells
    assert cells_of.filter("published", pl.col("count").is_between(1, 2)).height == 0
    assert cells_of.filter(~pl.col("published"), pl.col("count") == 0).height == 0


def test_the_check_sees_a_cell_that_a_sum_gives_away() -> None:
    made = table({("p0", "p0d0", "f"): 2, ("p0", "p0d1", "f"): 30, ("p1", "p1d0", "f"): 40}, NESTED, 3, 3)
    careless = made.with_columns(published=~pl.col("unsafe"))
    found = feasibility.narrow_cells([feasibility.Seen("one", careless, NESTED)])
    assert set(zip(found["district"], found["sex"], found["low"], found["high"], strict=True)) == {
        ("p0d0", "f", 2.0, 2.0), ("p0d0", None, 2.0, 2.0)
    }  # fmt: skip


def test_two_tables_that_share_a_margin_protect_it_together() -> None:
    first = {("p0", "p0d0", "f"): 30, ("p0", "p0d0", "m"): 1, ("p1", "p1d0", "f"): 50, ("p1", "p1d0", "m"): 60}
    second = {("p0", "a"): 20, ("p0", "b"): 11, ("p1", "a"): 70, ("p1", "b"): 40}
    made = {"one": (table(first, NESTED, 3, 3), NESTED), "two": (table(second, LINKED, 3, 3), LINKED)}
    assert feasibility.narrow_cells(protected(made)).height == 0
    alone = protected({"one": made["one"]})[0]
    careless = [alone, feasibility.Seen("two", made["two"][0].with_columns(published=True), LINKED)]
    assert alone.cells.filter(~pl.col("published"), pl.col("sex").is_null(), pl.col("district").is_null()).height
    assert feasibility.narrow_cells(careless).height > 0


def test_whoever_knows_one_province_cannot_tell_the_others() -> None:
    counts = {(f"p{p}", f"p{p}d0", s): c for p, s, c in [(0, "f", 1), (0, "m", 20), (1, "f", 9), (1, "m", 20), (2, "f", 30), (2, "m", 25)]}
    made = {"one": (table(counts, NESTED, 3, 3), NESTED)}
    assert feasibility.narrow_cells(protected(made), "province").height > 0, "two provinces are enough for strangers"
    assert feasibility.narrow_cells(protected(made, "province"), "province").height == 0


def test_a_solution_in_halves_is_no_table() -> None:
    odd = Sparse(np.array([0, 0]), np.array([0, 1]), np.array([2.0, 2.0]), 1, 2)
    assert Program(odd, np.array([7.0]), np.ones(2), np.full(2, 9.0)).smallest_whole() is None
    assert Program(odd, np.array([8.0]), np.ones(2), np.full(2, 9.0)).smallest_whole() is not None


def test_a_figure_that_was_published_protects_nothing_any_more() -> None:
    counts = {("p0", "p0d0", "f"): 2, ("p0", "p0d1", "f"): 30, ("p0", "p0d2", "f"): 12, ("p1", "p1d0", "f"): 40}
    frame = table(counts, NESTED, 3, 3)
    every = cells.together({"one": (frame, NESTED)})
    before = every.with_columns(published=pl.col("district").eq_missing("p0d2"), tables=pl.col("tables"))
    earlier = system.Earlier("R1", before.select(*NESTED.columns, "count", "members", "published", "width", "tables"), {"one": NESTED})
    whole = system.build(every, {"one": NESTED}, [earlier])
    hidden = protecting._hidden(whole, every, "")
    assert hidden.filter("hidden", pl.col("district") == "p0d2").height == 0
    assert hidden.filter("hidden", pl.col("district") == "p0d0").height == 2
    assert whole.flags("waiting").sum() == every.filter(pl.col("count") > 0).height - 2


@pytest.mark.parametrize("width", [3, 11])
def test_cells_are_moved_by_their_whole_width(width: int) -> None:
    counts = {("p0", "p0d0", "f"): 2, ("p0", "p0d1", "f"): 30, ("p0", "p0d1", "m"): 12, ("p0", "p0d0", "m"): 40}
    every = cells.together({"one": (table(counts, NESTED, 3, width), NESTED)})
    whole = system.build(every, {"one": NESTED}, [])
    marked = whole.unknowns.join(every.select(*whole.levels, "unsafe"), on=list(whole.levels), nulls_equal=True, maintain_order="left")
    problem = suppression.Problem(whole, marked["unsafe"].to_numpy(), whole.counts == 0, whole.groups(""))
    hidden = suppression.protect(problem)
    assert not list(suppression.too_narrow(problem, hidden, suppression.OtherTables(problem)))
    assert list(suppression.too_narrow(problem, problem.unsafe, suppression.OtherTables(problem)))
