"""What a release of microdata risks and what it is good for, in numbers, for whoever decides and whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from recordkit.releases.generalising import CLASS, QUASI, level_column, person_quasi
from recordkit.releases.microdata import Product, shares_in_classes
from recordkit.releases.records import AND, BETWEEN, LINKED, RECORD, WEIGHT, Plan
from recordkit.releases.withholding import at_steps


def risk_of(product: Product) -> dict[str, Any]:
    """The risk that somebody is found, and what would be learned.

    prosecutor: somebody who knows that a person is in the release; journalist: who only knows that the person is in the
    edition, which has more records; marketer: the share of all records that could be found. Each is a probability.
    """
    records, plan = product.records, product.plan
    classes = product.shown.cases.group_by(CLASS).agg(pl.sum(WEIGHT), pl.len().alias("records"))
    released, every = product.cases.height, records.cases.height
    population = population_of_classes(product)
    least, smallest = _least(classes[WEIGHT]), _least(population["population"])
    shown = [*plan.case_steps, *plan.person_steps]
    return {
        "table": product.name, "about": plan.product.people or "case", "minimum": product.k,
        "records": every, "released": released, "not_released": every - released, "classes": classes.height,
        "smallest_class": round(least, 2),
        "unique_by_quasi_identifiers": _unique(product, shown),
        "unique_by_all": _unique(product, [*shown, *plan.shown("cases"), *plan.shown("persons")]),
        "prosecutor": _rounded(1 / least if least else 0), "journalist": _rounded(1 / smallest if smallest else 0),
        "marketer": _rounded(classes.height / released if released else 0),
        "l_share": {name: _rounded(share) for name, share in shares_in_classes(product).items()},
        "t_distance": {name: _rounded(distance) for name, distance in product.shown.distance.items()},
        "withheld_in_classes": dict(product.shown.classes_withheld),
        "shown_of_all": _rounded(product.classes.bits),
    }  # fmt: skip


def _least(values: pl.Series) -> float:
    return float(values.min() or 0)  # type: ignore[arg-type]


def _rounded(value: float) -> float:
    return round(float(value), 4)


def _unique(product: Product, columns: Sequence[str]) -> int:
    """Records of the edition that nobody else has all these columns in common with, before anything is done."""
    records = product.records
    own = records.cases.select(RECORD, LINKED, *(name for name in columns if name in records.cases.columns))
    signs = _signs(own, records.people, [name for name in columns if name not in own.columns])
    return int((signs.group_by("sign").len()["len"] == 1).sum())


def _signs(cases: pl.DataFrame, people: pl.DataFrame, of_people: Sequence[str]) -> pl.DataFrame:
    """`record`, `sign`: these columns of a record and of all its people as one text."""
    texts = [pl.col(name).fill_null("") for name in cases.columns if name != RECORD]
    own = cases.select(RECORD, pl.concat_str(texts, separator=BETWEEN).alias("sign"))
    if not of_people:
        return own
    row = pl.concat_str([pl.col(name).fill_null("") for name in of_people], separator=BETWEEN).alias("row")
    rows = people.select(RECORD, row).group_by(RECORD).agg(pl.col("row").sort().str.join(AND))
    both = own.join(rows, on=RECORD, how="left")
    return both.select(RECORD, pl.concat_str("sign", pl.col("row").fill_null(""), separator=AND).alias("sign"))


def population_of_classes(product: Product) -> pl.DataFrame:
    """`class`, `population`: how many records of the edition have what the class shows, released or not."""
    plan, records, levels = product.plan, product.records, product.classes.frame
    names = [level_column(name) for name in (*plan.of_cases, *plan.of_people)]
    found = [pl.DataFrame(schema={CLASS: pl.Int64, "population": pl.UInt32})]
    for part in levels.partition_by(names, maintain_order=True) if levels.height else []:
        chosen = [pl.lit(part[name][0]).alias(name) for name in names]
        cases = at_steps(records.cases.with_columns(chosen), plan, list(plan.of_cases))
        signs = _signs(cases.select(RECORD, LINKED, *plan.case_steps), *_quasi_of_people(product, chosen, plan))
        number = signs.with_columns(pl.len().over("sign").alias("population"))
        own = part.select(RECORD, CLASS).join(number, on=RECORD)
        found.append(own.group_by(CLASS).agg(pl.col("population").first()))
    return pl.concat(found)


def _quasi_of_people(
    product: Product, chosen: Sequence[pl.Expr], plan: Plan
) -> tuple[pl.DataFrame, list[str]]:
    if not plan.product.people:
        return product.records.people, []
    people = at_steps(product.records.people.with_columns(chosen), plan, list(plan.of_people))
    return people.with_columns(person_quasi(plan, people).alias(QUASI)), [QUASI]


def utility_of(product: Product) -> list[dict[str, Any]]:
    """For every column: the share of all rows of the edition of which it is shown, how far the shares of its values are
    from those of the edition (half the sum of the differences), and how far they would be if only records were left out
    and no value withheld: the bias of that. Rounded, so that no count can be made of them."""
    plan, records, shown = product.plan, product.records, product.shown
    found = []
    parts: Mapping[str, tuple[pl.DataFrame, pl.DataFrame, list[str]]] = {
        "cases": (records.cases, shown.cases, [*plan.case_steps, *plan.shown("cases")]),
        "people": (records.people, shown.people, [*plan.person_steps, *plan.shown("persons")]),
    }
    for every, visible, columns in parts.values():
        released = every.join(visible.select(RECORD).unique(), on=RECORD, how="semi") if columns else every
        for name in columns:
            stated = visible[name].drop_nulls()
            found.append(
                {
                    "column": name,
                    "shown": round(stated.len() / every.height, 2) if every.height else 0.0,
                    "distance": round(_distance(every[name], stated), 2),
                    "bias_of_records_left_out": round(_distance(every[name], released[name]), 2),
                }
            )
    return found


def _distance(one: pl.Series, other: pl.Series) -> float:
    """Half the sum of the differences between the shares of all values; 1 where nothing is shown."""
    if not one.len() or not other.len():
        return 0.0 if one.len() == other.len() else 1.0
    shares = [
        series.to_frame("value").group_by("value").agg((pl.len() / series.len()).alias(name))
        for name, series in (("one", one), ("other", other))
    ]
    both = shares[0].join(shares[1], on="value", how="full", coalesce=True).fill_null(0.0)
    return float((both["one"] - both["other"]).abs().sum()) / 2
