"""The rows that a release counts: cases, victims or accused of an edition, with the levels that tables are made of."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from recordkit import details, store
from recordkit.counts.compiled import countable
from recordkit.counts.coverage import month_of_case
from recordkit.releases.declaration import Policy, Step

CONTRIBUTOR = "case_id"  # whose share of a cell is measured


def counted_rows(edition: store.Edition, policy: Policy, unit: str, levels: Iterable[str]) -> pl.LazyFrame:
    """A row for everything of this unit that the edition counts: `levels` as text, never null, and case_id.

    The same cases, victims and accused as in the table `counts`, so that totals are equal to it.
    """
    named = named_cases(edition)
    if unit != "case":
        people = edition.scan("persons").filter(pl.col("role").cast(pl.String) == unit)
        people = people.select(pl.all().name.map(lambda name: f"persons.{name}"))
        named = people.join(named, left_on="persons.case_id", right_on="cases.case_id", coalesce=False)
    return named.select(pl.col("cases.case_id").alias(CONTRIBUTOR), *(level_of(policy, one) for one in levels))


def named_cases(edition: store.Edition) -> pl.LazyFrame:
    """The cases that the edition counts, with columns called cases.*."""
    cases = countable(edition.scan("cases"), edition.scan("charges")).with_columns(month_of_case())
    return cases.select(pl.all().name.map(lambda name: f"cases.{name}"))


def reporting_places(edition: store.Edition, policy: Policy, levels: Iterable[str]) -> pl.DataFrame:
    """Every place and time, in these levels of cases, from which some case or enquiry was reported: elsewhere nothing
    is known, and a count of 0 would be wrong."""
    cases = edition.scan("cases").with_columns(month_of_case())
    named = cases.select(pl.all().name.map(lambda name: f"cases.{name}"))
    return named.select(level_of(policy, one) for one in levels).unique().collect()


def level_of(policy: Policy, level: str) -> pl.Expr:
    """The values of a level as text, never null, of rows whose columns are called cases.* and persons.*."""
    source = pl.col(policy.source(level))
    step = policy.steps[level][1] if level in policy.steps else Step(name=level)
    return _stepped(source, step).fill_null(details.text("not_stated")).alias(level)


def _stepped(source: pl.Expr, step: Step) -> pl.Expr:
    """The values of a column in one step of its ladder."""
    if step.bands:
        numbers = source.cast(pl.Int64)
        label: pl.Expr = pl.lit(None, pl.String)
        for first, after in zip(step.bands, [*step.bands[1:], None], strict=True):
            band = f"{first}+" if after is None else f"{first}-{after - 1}"
            label = pl.when(numbers >= first).then(pl.lit(band)).otherwise(label)
        return label
    text = source.cast(pl.String)
    if step.first_month:
        month = text.str.slice(5, 2).cast(pl.Int32, strict=False)
        began = text.str.slice(0, 4).cast(pl.Int32, strict=False) - (month < step.first_month).cast(pl.Int32)
        last = f"{(step.first_month + 10) % 12 + 1:02d}"
        return pl.format(f"{{}}-{step.first_month:02d}/{{}}-{last}", began, began + (1 if step.first_month > 1 else 0))
    if step.quarter:
        number = (text.str.slice(5, 2).cast(pl.Int32, strict=False) + 2) // 3
        return pl.format("{}-Q{}", text.str.slice(0, 4), number)
    return text.str.slice(0, step.signs) if step.signs else text
