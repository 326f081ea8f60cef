"""What of the other columns has to be withheld: what a class would tell of its people, and what singles a record out.

First, for each class, every sensitive column in which its people have too much in common (l) or differ too much from
all (t). Then records are divided column by column, the most important first, only where k of them have a value in
common and k or none stay behind: in the end each record has all its columns in common with k.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from recordkit import details
from recordkit.releases.declaration import CHARGES, Policy
from recordkit.releases.generalising import CLASS, NEAR, QUASI, Classes, level_column, person_quasi
from recordkit.releases.records import AND, RECORD, WEIGHT, Plan, Records

GROUP, VALUE, HIDDEN = "group", "value", "hidden"


@dataclass(frozen=True)
class Restricted:
    """Records of which a column may not be shown: a table left out such a count."""

    column: str  # full name
    levels: frozenset[str]  # only where all these steps are shown
    records: frozenset[int]


@dataclass(frozen=True)
class Shown:
    """The records in classes, at their steps: `cases` (with class, weight and, for each shown column, its value or null
    where it is withheld), and `people` the same. `classes_withheld`: column -> in how many classes l or t withholds it;
    `share` and `distance`: the largest in a class of which the column is shown."""

    plan: Plan
    cases: pl.DataFrame
    people: pl.DataFrame
    charges: pl.DataFrame
    classes_withheld: Mapping[str, int]
    share: Mapping[str, float]
    distance: Mapping[str, float]


def shown_of(records: Records, classes: Classes, policy: Policy, unshown: Sequence[Restricted], k: int) -> Shown:
    """Every record that is in a class, with what may be shown of it."""
    plan = records.plan
    cases = at_steps(records.cases.join(classes.frame, on=RECORD), plan, list(plan.of_cases))
    people = records.people
    if plan.product.people:
        people = at_steps(people.join(classes.frame, on=RECORD), plan, list(plan.of_people))
        people = people.with_columns(person_quasi(plan, people).alias(QUASI))
    bad, share, distance = _disclosing(records, cases, people, policy)
    values = _values(plan, cases, people)
    refused = _may_not(values, bad, unshown, plan, policy)
    visible = _split(values, refused, list(plan.product.shown), k)
    count = {column: len(found) for column, found in bad.items()}
    cases, people = (_withheld(frame, visible, plan, home) for frame, home in ((cases, "cases"), (people, "persons")))
    charges = records.charges
    if plan.product.charges:
        open_ = visible.filter(pl.col(CHARGES).is_not_null()).select(RECORD)
        charges = charges.join(open_, on=RECORD, how="semi")
        cases = cases.drop(CHARGES).join(visible.select(RECORD, CHARGES), on=RECORD, maintain_order="left")
    return Shown(plan, cases, people, charges, count, share, distance)


def at_steps(frame: pl.DataFrame, plan: Plan, ladders: Iterable[str]) -> pl.DataFrame:
    """Steps finer than the level of the record's class become null; the levels go."""
    both = {**plan.of_cases, **plan.of_people}
    steps = [
        pl.when(pl.col(level_column(name)) <= at).then(pl.col(step.name)).alias(step.name)
        for name in ladders
        for at, step in enumerate(both[name].steps)
    ]
    return frame.with_columns(steps)


# ------------------------------------------------------------------------------------------------- l and t


def _disclosing(
    records: Records, cases: pl.DataFrame, people: pl.DataFrame, policy: Policy
) -> tuple[dict[str, set[int]], dict[str, float], dict[str, float]]:
    """Column -> classes that tell too much in it; the largest share and distance of the others."""
    product = records.plan.product
    bad: dict[str, set[int]] = {}
    share: dict[str, float] = {}
    distance: dict[str, float] = {}
    for full in product.shown:
        if full not in records.plan.sensitive:
            continue
        home, _, column = full.partition(".")
        frame, every = (people, records.people) if home == "persons" else (cases, records.cases)
        keys = [CLASS, QUASI] if home == "persons" else [CLASS]
        judged = judge(frame, every, keys, column or full)
        wrong = (pl.col("over") > 1 / product.l + NEAR) | (pl.col("distance") > product.t + NEAR)
        bad[full] = set(judged.filter(wrong)[CLASS].to_list())
        fine = judged.filter(~pl.col(CLASS).is_in(sorted(bad[full])))
        share[full], distance[full] = (float(fine[one].max() or 0.0) for one in ("over", "distance"))  # type: ignore[arg-type]
    for full in list(bad):  # what tells a withheld column is withheld as well
        for teller in _tellers(policy, full):
            if teller in product.shown:
                bad.setdefault(teller, set()).update(bad[full])
    return bad, share, distance


def judge(frame: pl.DataFrame, every: pl.DataFrame, keys: Sequence[str], column: str) -> pl.DataFrame:
    """For each group of `keys`: `over` (the largest share of a stated value that more have than of all) and `distance`
    (half the sum of the differences of the shares of all values)."""
    not_stated = ["", details.text("not_stated")]
    overall = every.group_by(column).agg((pl.len() / every.height).alias("of all"))
    found = frame.group_by(*keys, column).len().with_columns((pl.col("len") / pl.sum("len").over(keys)).alias("share"))
    found = found.join(overall, on=column, how="left").with_columns(pl.col("of all").fill_null(0.0))
    stated = pl.col("share").filter((pl.col("share") > pl.col("of all") + NEAR) & ~pl.col(column).is_in(not_stated))
    absent = 1 - pl.col("of all").sum()
    return found.group_by(keys).agg(
        stated.max().fill_null(0.0).alias("over"),
        (((pl.col("share") - pl.col("of all")).abs().sum() + absent) / 2).alias("distance"),
    )


def _tellers(policy: Policy, full: str) -> list[str]:
    return [teller for teller, follows in policy.tells.items() if full in follows]


# ------------------------------------------------------------------------------------------------- k of whole records


def _values(plan: Plan, cases: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """For every record, by full name, its value in each shown column: of people those of all, in one order."""
    of_cases = [full for full in plan.product.shown if _home(full) != "persons"]
    own = [pl.col(full.partition(".")[2] or full).alias(full) for full in of_cases]
    values = cases.select(RECORD, CLASS, WEIGHT, *plan.case_steps, *own)
    if not plan.product.people:
        return values
    names = plan.shown("persons")
    ordered = people.sort(RECORD, QUASI, *names)
    steps = [pl.col(step).is_not_null().any().alias(step) for step in plan.person_steps]
    joined = [pl.col(name).str.join(AND).alias(f"persons.{name}") for name in names]
    of_people = ordered.group_by(RECORD, maintain_order=True).agg(*steps, *joined)
    return values.with_columns(pl.col(plan.case_steps).is_not_null()).join(of_people, on=RECORD, maintain_order="left")


def _home(full: str) -> str:
    return full.partition(".")[0]


def _may_not(
    values: pl.DataFrame, bad: Mapping[str, set[int]], unshown: Sequence[Restricted], plan: Plan, policy: Policy
) -> dict[str, pl.Expr]:
    """Column -> in which records it must not be shown."""
    found = {full: pl.col(CLASS).is_in(sorted(bad.get(full, ()))) for full in plan.product.shown}
    steps = {*plan.case_steps, *plan.person_steps}
    for one in unshown:
        stated = [
            pl.col(level) if values[level].dtype == pl.Boolean else pl.col(level).is_not_null()
            for level in sorted(one.levels & steps)
        ]
        here = pl.all_horizontal(pl.col(RECORD).is_in(sorted(one.records)), *stated)
        for full in (one.column, *_tellers(policy, one.column)):
            if full in found:
                found[full] |= here
    return found


def _split(values: pl.DataFrame, may_not: Mapping[str, pl.Expr], order: Sequence[str], k: int) -> pl.DataFrame:
    """The values that are shown; null where they are withheld."""
    frame = values.with_columns(pl.col(CLASS).alias(GROUP))
    for full in order:
        frame = frame.with_columns(may_not[full].alias(HIDDEN), pl.col(full).alias(VALUE))
        weight = pl.col(WEIGHT).filter(~pl.col(HIDDEN)).sum().over(GROUP, VALUE)
        frame = frame.with_columns(weight.alias("value_weight"))
        frame = frame.with_columns((~pl.col(HIDDEN) & (pl.col("value_weight") >= k - NEAR)).alias("large"))
        frame = frame.with_columns(pl.col(WEIGHT).filter(~pl.col("large")).sum().over(GROUP).alias("behind"))
        short = pl.col("large") & (pl.col("behind") > NEAR) & (pl.col("behind") < k - NEAR)
        frame = frame.with_columns(short.alias("short"))
        least = pl.col("value_weight").filter("short").min().over(GROUP)
        frame = frame.with_columns((pl.col("short") & (pl.col("value_weight") <= least + NEAR)).alias("short"))
        stays = pl.col("short") & (pl.col(VALUE) == pl.col(VALUE).filter("short").min().over(GROUP))
        shown = pl.when(pl.col("large") & ~stays).then(VALUE)
        frame = frame.with_columns(shown.alias(full))
        frame = frame.with_columns(pl.struct(GROUP, full).rank("dense").alias(GROUP))
    return frame.select(RECORD, *order)


def _withheld(frame: pl.DataFrame, visible: pl.DataFrame, plan: Plan, home: str) -> pl.DataFrame:
    """Values that are withheld become null."""
    names = plan.shown(home)
    if not names:
        return frame
    marks = visible.select(RECORD, *(pl.col(f"{home}.{name}").is_null().alias(f"{name} {HIDDEN}") for name in names))
    joined = frame.join(marks, on=RECORD, maintain_order="left")
    return joined.with_columns(
        pl.when(~pl.col(f"{name} {HIDDEN}")).then(pl.col(name)).alias(name) for name in names
    ).drop(f"{name} {HIDDEN}" for name in names)
