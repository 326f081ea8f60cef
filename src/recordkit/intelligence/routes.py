"""Ways on which victims are taken: origin, transit and destination that go together more than chance joins them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from recordkit.counts.coverage import month_of_case
from recordkit.intelligence import chance
from recordkit.intelligence.declaration import Routes
from recordkit.intelligence.statements import Statement
from recordkit.store.reading import Edition

ROUTE = ["origin", "transit", "destination"]
WAY = ["transit", "destination"]
SIGN = " → "
CASES = pl.col("case_id")


def find(edition: Edition, declared: Routes, tiers: Sequence[str]) -> tuple[list[Statement], tuple[int, int]]:
    """Routes of the victims of these tiers, the surest first; and how many of how many there are.

    A case counts once on a route, however many victims it has: they were taken together. A route is compared with how
    many cases of other origins go the same way. Routes that no case took were compared as well.
    """
    victims = _victims(edition, tiers)
    routes = _compared(victims)
    if routes.is_empty():
        return [], (0, 0)
    p = [chance.drawn(*row) for row in routes.select("cases", "of", "on_way", "every").iter_rows()]
    possible = routes["origin"].n_unique() * routes.select(WAY).n_unique()
    tested = routes.with_columns(pl.Series("q", chance.adjusted(np.array(p), possible)))
    stated = tested.filter(
        pl.col("q") <= declared.false_share,
        pl.col("victims") >= declared.least_victims,
        pl.col("cases") >= declared.least_cases,
        pl.col("cases") >= declared.least_ratio * pl.col("expected"),
    ).sort("q", "victims", *ROUTE, descending=[False, True, False, False, False], nulls_last=True)
    return [_statement(row, victims) for row in stated.to_dicts()], (stated.height, possible)


def _victims(edition: Edition, tiers: Sequence[str]) -> pl.DataFrame:
    """person_id, case_id, period and the route, of every victim whose two ends are known."""
    cases = edition.scan("cases").filter(pl.col("tip_tier").cast(pl.String).is_in(list(tiers)))
    own = cases.select("case_id", month_of_case())
    persons = edition.scan("persons").filter(pl.col("role").cast(pl.String) == "victim")
    rows = persons.select("person_id", "case_id", pl.col(ROUTE).cast(pl.String)).join(own, on="case_id")
    return rows.filter(pl.col("origin").is_not_null(), pl.col("destination").is_not_null()).collect()


def _compared(victims: pl.DataFrame) -> pl.DataFrame:
    """The route, victims, cases, first, last; of, on_way, every: cases from its origin, on its way, and all."""
    routes = victims.group_by(ROUTE).agg(
        pl.col("person_id").n_unique().alias("victims"), CASES.n_unique().cast(pl.Int64).alias("cases"),
        pl.col("period").min().alias("first"), pl.col("period").max().alias("last"),
    )  # fmt: skip
    count = pl.col("cases").sum()
    sums = {"of": count.over("origin"), "on_way": count.over(WAY), "every": count}
    expected = pl.col("of") * pl.col("on_way") / pl.col("every")
    return routes.with_columns(**sums).with_columns(expected=expected.round(1)).sort(ROUTE, nulls_last=True)


def _statement(row: dict[str, object], victims: pl.DataFrame) -> Statement:
    mine = victims.filter(pl.col(name).eq_missing(pl.lit(row[name])) for name in ROUTE)
    places = [str(row[name]) for name in ROUTE if row[name] is not None]
    q = float(str(row["q"]))
    figures = {name: row[name] for name in ("victims", "cases", "expected", "first", "last")}
    figures["chance"] = chance.percent(q)
    return Statement(
        "route", SIGN.join(places), (), tuple(sorted(mine["case_id"].unique())), (), figures, chance=q
    )  # fmt: skip
