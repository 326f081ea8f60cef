"""Where cases are more than chance: hot spots, places that are new, and cases that follow each other at one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from recordkit.counts import Reporter, countable
from recordkit.counts.coverage import month_of_case
from recordkit.intelligence import chance
from recordkit.intelligence.declaration import Kind, Offence, Places
from recordkit.intelligence.statements import Statement
from recordkit.intelligence.whole_months import whole_months
from recordkit.store.reading import Edition

LEVELS: dict[str, list[str]] = {
    "police_station": ["province", "district", "police_station"], "district": ["province", "district"],
}  # fmt: skip
TESTED: dict[str, Any] = {
    "kind": pl.String, "offence": pl.String, "level": pl.String, "province": pl.String, "district": pl.String,
    "police_station": pl.String, "month": pl.String, "months": pl.Int64, "cases": pl.Int64, "of": pl.Int64,
    "expected": pl.Float64, "p": pl.Float64, "q": pl.Float64, "stated": pl.Boolean,
}  # fmt: skip
KINDS: tuple[Kind, ...] = ("hot_spot", "emerging", "near_repeat")
SMOOTH = 5.0  # cases that are added to both sides of a month's index: few cases say little about a month


@dataclass(frozen=True)
class Found:
    """Statements about places, every test that was made, and how common each kind is."""

    statements: tuple[Statement, ...]
    tested: pl.DataFrame  # TESTED
    base: dict[Kind, tuple[int, int]]
    month: str | None  # the newest month of which a file came
    not_whole: int = 0  # districts whose newest month is not whole: of them nothing is called new


@dataclass(frozen=True)
class Window:
    """The cases of whole months, place by place."""

    cases: pl.DataFrame  # case_id, province, district, police_station, period, day, npb_head, tip_tier
    whole: pl.DataFrame  # province, district, period
    months: list[str]  # sorted; the last one is the newest
    districts: pl.DataFrame  # province, district of every case of these months, whole or not


@dataclass(frozen=True)
class Grid:
    """Places by months: `count` is 0 where `whole` is False."""

    places: pl.DataFrame
    count: chance.Ints
    whole: np.typing.NDArray[np.bool_] = field(repr=False)


def find(edition: Edition, declared: Places, agencies: Mapping[str, Reporter], districts: pl.DataFrame) -> Found:
    """Every place whose cases are more than chance gives, the strongest first; months that are not whole are left out.

    agencies, districts: what is expected of whom (declarations). Cases count where they are registered.
    """
    window = _window(edition, declared, agencies, districts)
    if not window.months:
        return Found((), pl.DataFrame(schema=TESTED), dict.fromkeys(KINDS, (0, 0)), None)
    tests = []
    for level, keys in LEVELS.items():
        every = _grid(window, window.cases, keys)
        for one in declared.offence:
            grid = _grid(window, _of(window.cases, one), keys)
            tests += [_hot(grid, every, one, level, declared), _emerging(grid, one, level, window, declared)]
    risen = _adjusted(pl.concat(tests), declared).filter(pl.col("kind") == "emerging", "stated")
    tests += [_near(window, one, risen, declared) for one in declared.offence]
    tested = _adjusted(pl.concat([pl.DataFrame(schema=TESTED), *tests]), declared)
    made = _statements(tested.filter("stated"), window, declared)
    base: dict[Kind, tuple[int, int]] = {
        kind: (sum(one.kind == kind for one in made), tested.filter(pl.col("kind") == kind).height) for kind in KINDS
    }
    newest = window.whole.filter(pl.col("period") == window.months[-1])
    not_whole = window.districts.join(newest, on=["province", "district"], how="anti").height
    return Found(tuple(made), tested, base, window.months[-1], not_whole)


def _window(
    edition: Edition, declared: Places, agencies: Mapping[str, Reporter], districts: pl.DataFrame
) -> Window:
    """The newest month of which a file came, and the months before it."""
    text = pl.col("agency", "province", "district", "police_station", "npb_head", "tip_tier").cast(pl.String)
    known_day = pl.when(pl.col("occurred_from") == pl.col("occurred_to")).then("occurred_from")
    cases = (
        countable(edition.scan("cases"), edition.scan("charges"))
        .select(
            "case_id", text, pl.col("agencies").cast(pl.List(pl.String)), month_of_case(), "registered_on",
            pl.coalesce(known_day, "registered_on").alias("day"),
        )
        .filter(pl.col("district").is_not_null())
        .collect()
    )  # fmt: skip
    sources = edition.scan("sources").collect()
    whole = whole_months(cases, sources, agencies, districts)
    months = sorted(whole["period"].unique())[-1 - declared.months :]
    inside = pl.col("period").is_in(months)
    whole, cases = whole.filter(inside), cases.filter(inside)
    districts = cases.select("province", "district").unique()
    return Window(cases.join(whole, on=["province", "district", "period"], how="semi"), whole, months, districts)


def _of(cases: pl.DataFrame, one: Offence) -> pl.DataFrame:
    return cases.filter(pl.col(one.column).is_in(one.codes))


def _grid(window: Window, cases: pl.DataFrame, keys: list[str]) -> Grid:
    """Every place of any case in the window, in the same order for all offences."""
    places = window.cases.select(keys).drop_nulls().unique().sort(keys).with_row_index("place")
    months = pl.DataFrame({"period": window.months}).with_row_index("at")
    shape = (places.height, months.height)
    count, whole = np.zeros(shape, np.int64), np.zeros(shape, bool)
    cells = cases.join(places, on=keys).join(months, on="period").group_by("place", "at").len()
    count[cells["place"].to_numpy(), cells["at"].to_numpy()] = cells["len"].to_numpy()
    known = places.join(window.whole, on=["province", "district"]).join(months, on="period")
    whole[known["place"].to_numpy(), known["at"].to_numpy()] = True
    return Grid(places.drop("place"), count, whole)


def _hot(grid: Grid, every: Grid, one: Offence, level: str, declared: Places) -> pl.DataFrame:
    """Places where the offence is a larger share of all cases than elsewhere in the province, month after month."""
    cases, of = grid.count.sum(axis=1), every.count.sum(axis=1)
    share = _elsewhere(grid.places, cases, of)
    expected = of * share
    spread = _spread(grid.count, grid.whole * _index(grid))
    steady = (grid.count > 0).sum(axis=1) >= declared.steady * grid.whole.sum(axis=1)
    asked = of >= declared.least_cases
    p = _at_least(cases[asked], of[asked], declared.least_ratio * share[asked], spread)
    stated = steady & (cases >= declared.least_cases)
    values = {"months": grid.whole.sum(axis=1), "cases": cases, "of": of, "expected": expected, "stated": stated}
    return _tested("hot_spot", one, level, grid, values, asked=asked, p=p)


def _at_least(cases: chance.Ints, of: chance.Ints, share: chance.Floats, spread: float) -> list[float]:
    rows = zip(cases.tolist(), of.tolist(), share.tolist(), strict=True)
    return [chance.at_least(seen, every, part, spread) for seen, every, part in rows]


def _elsewhere(places: pl.DataFrame, cases: chance.Ints, of: chance.Ints) -> chance.Floats:
    """The share of an offence among the cases of the other places of the province; none of them is half a case."""
    found = places.with_columns(cases=pl.Series(cases), of=pl.Series(of))
    rest = [(pl.col(name).sum().over("province") - pl.col(name)).alias(name) for name in ("cases", "of")]
    found = found.with_columns(rest).select((pl.col("cases") + 0.5) / (pl.col("of") + 1))
    return found.to_series().to_numpy()


def _emerging(grid: Grid, one: Offence, level: str, window: Window, declared: Places) -> pl.DataFrame:
    """Places with more cases in the newest month than the months before, and the month in the country, give."""
    before, index = grid.whole[:, :-1], _index(grid)
    months = before.sum(axis=1)
    newest, earlier = grid.count[:, -1], (grid.count[:, :-1] * before).sum(axis=1)
    weight = (before * index[:-1]).sum(axis=1)
    share = index[-1] / (index[-1] + weight)
    of = newest + earlier
    asked = grid.whole[:, -1] & (months >= declared.least_months) & (of >= declared.least_cases)
    spread = _spread(grid.count[asked, :-1], before[asked] * index[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(weight > 0, earlier * index[-1] / weight, 0.0)
    p = _at_least(newest[asked], of[asked], share[asked], spread)
    stated = newest >= declared.least_cases
    values = {"months": months, "cases": newest, "of": of, "expected": expected, "stated": stated}
    made = _tested("emerging", one, level, grid, values, asked=asked, p=p)
    return made.with_columns(pl.lit(window.months[-1]).alias("month"))


def _index(grid: Grid) -> chance.Floats:
    """How many cases each month has of those that its places have in a usual month: 1 is a usual month."""
    with np.errstate(invalid="ignore"):
        usual = np.nan_to_num(grid.count.sum(axis=1) / grid.whole.sum(axis=1))
    expected = (grid.whole * usual[:, None]).sum(axis=0)
    return np.asarray((grid.count.sum(axis=0) + SMOOTH) / (expected + SMOOTH))


def _spread(count: chance.Ints, weight: chance.Floats) -> float:
    """Variance for each unit of the mean, of the months of places: 1 is what chance alone gives (Poisson)."""
    whole = weight > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = count.sum(axis=1, keepdims=True) * weight / weight.sum(axis=1, keepdims=True)
        squares = np.where(mean > 0, (count - mean) ** 2 / mean, 0.0)
    free = (np.maximum(whole.sum(axis=1) - 1, 0) * (count.sum(axis=1) > 0)).sum()
    return max(1.0, float(squares.sum() / free)) if free else 1.0


def _near(window: Window, one: Offence, risen: pl.DataFrame, declared: Places) -> pl.DataFrame:
    """Stations where cases follow each other more closely than the days of their district's cases give.

    The newest month of a station that has risen is left out: it is stated by itself.
    """
    keys = LEVELS["police_station"]
    own = risen.filter(pl.col("offence") == one.key).rename({"month": "period"})
    cases = _of(window.cases, one).drop_nulls([*keys, "day"]).join(own, on=[*keys, "period"], how="anti")
    if cases.is_empty():
        return pl.DataFrame(schema=TESTED)
    places = cases.select(keys).unique().sort(keys).with_row_index("place")
    coded = cases.join(places, on=keys).with_columns(
        pl.struct(keys[:2]).rank("dense").alias("stratum"), (pl.col("day") - pl.col("day").min()).dt.total_days()
    )
    place, stratum, day = (coded[name].cast(pl.Int64).to_numpy() for name in ("place", "stratum", "day"))
    found = chance.knox(place, stratum, day, declared.near_days, permutations=declared.permutations, seed=declared.seed)
    cases_at = np.bincount(place, minlength=places.height)
    asked = cases_at >= declared.least_cases
    values = {
        "months": np.full(places.height, len(window.months)), "cases": found.pairs, "of": cases_at,
        "expected": found.expected, "stated": found.pairs >= declared.least_cases,
    }  # fmt: skip
    grid = Grid(places.drop("place"), found.pairs, asked)
    return _tested("near_repeat", one, "police_station", grid, values, asked=asked, p=found.p[asked])


def _tested(
    kind: Kind, one: Offence, level: str, grid: Grid, values: Mapping[str, Any], *, asked: Any, p: Any
) -> pl.DataFrame:
    """Rows of TESTED, without q."""
    columns = {name: pl.Series(np.asarray(column)[asked]) for name, column in values.items()}
    rows = grid.places.filter(pl.Series(asked)).with_columns(p=pl.Series(np.asarray(p, np.float64)), **columns)
    rows = rows.with_columns(kind=pl.lit(kind), offence=pl.lit(one.key), level=pl.lit(level))
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in TESTED.items() if name not in rows.columns]
    return rows.with_columns(absent).select(pl.col(name).cast(dtype) for name, dtype in TESTED.items())


def _adjusted(tested: pl.DataFrame, declared: Places) -> pl.DataFrame:
    """With q over all tests of a kind and level, and stated only where it is small; the surest first."""
    every = tested.partition_by("kind", "level", maintain_order=True)
    parts = [part.with_columns(pl.Series("q", chance.adjusted(part["p"].to_numpy()))) for part in every]
    whole = pl.concat([tested.clear(), *parts])
    stated = pl.col("stated") & (pl.col("q") <= declared.false_share)
    order = ["kind", "q", "p", "level", "offence", *LEVELS["police_station"]]
    return whole.with_columns(stated.alias("stated"), pl.col("expected").round(2)).sort(order, nulls_last=True)


def _statements(rows: pl.DataFrame, window: Window, declared: Places) -> list[Statement]:
    named = {one.key: one for one in declared.offence}
    made = []
    for row in rows.to_dicts():
        one, keys = named[row["offence"]], LEVELS[row["level"]]
        cases = _of(window.cases, one).filter(pl.col(key) == row[key] for key in keys)
        if row["kind"] == "emerging":
            cases = cases.filter(pl.col("period") == row["month"])
        subject = ", ".join(row[key] for key in reversed(keys))
        figures = {
            "offence": one.title, "count": row["cases"], "of": row["of"], "expected": row["expected"],
            "before": row["of"] - row["cases"], "months": row["months"], "month": row["month"],
            "days": declared.near_days, "chance": chance.percent(row["q"]),
        }  # fmt: skip
        ids = tuple(sorted(cases["case_id"]))
        made.append(Statement(row["kind"], subject, (), ids, (), figures, chance=row["q"]))
    return made
