"""The records that microdata are made of: a case with its people and sections, at every step of the ladders.

A record is a case; of a case with many people every one is a record by itself. `weight` makes people who are in several
cases, and cases that are several records, count once: in a class of weight k there are k cases of different people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import polars as pl

from recordkit import details, store
from recordkit.releases.declaration import CHARGES, Ladder, Microdata, Policy
from recordkit.releases.population import level_of, named_cases

RECORD, WEIGHT, LINKED = "record", "weight", "linked"
CASE, PERSON = "case_id", "person_id"
MANY = "many"  # people of a case that was cut
BETWEEN = "\x1f"  # between values that are compared as one
AND = "\x1e"  # between people of one record


@dataclass(frozen=True)
class Plan:
    """What one product shows: its ladders, those of cases and those of people, and all other columns."""

    product: Microdata
    of_cases: Mapping[str, Ladder]
    of_people: Mapping[str, Ladder]
    sensitive: frozenset[str]  # full names of shown columns that l and t are about

    @cached_property
    def case_steps(self) -> list[str]:
        """Columns of all steps of the case's ladders, the widest first."""
        return [step.name for one in self.of_cases.values() for step in reversed(one.steps)]

    @cached_property
    def person_steps(self) -> list[str]:
        """The same of the ladders of people."""
        return [step.name for one in self.of_people.values() for step in reversed(one.steps)]

    def shown(self, home: str) -> list[str]:
        """Names of the shown columns of cases or persons."""
        return [name for table, _, name in (full.partition(".") for full in self.product.shown) if table == home]

    def steps_from(self, ladder: str, level: int) -> list[str]:
        """The columns of a ladder that are shown at a level: its step of that number, and all wider ones."""
        both = {**self.of_cases, **self.of_people}
        return [step.name for step in both[ladder].steps[level:]]


@dataclass(frozen=True)
class Records:
    """`cases`: a row for each record with its case, steps and shown columns; `people`: one for each person, with the
    record; `charges`: one for each section of a record."""

    plan: Plan
    cases: pl.DataFrame
    people: pl.DataFrame
    charges: pl.DataFrame


def plan_of(policy: Policy, wanted: Microdata) -> Plan:
    """What a declared product shows."""
    home = {name: policy.ladders[name].of.partition(".")[0] for name in wanted.quasi}
    ladders = [
        {name: policy.ladders[name] for name in wanted.quasi if home[name] == table} for table in ("cases", "persons")
    ]
    sensitive = {
        full for full in wanted.shown if policy.classes.get(tuple(full.split(".", 1))) == "sensitive"  # type: ignore[arg-type]
    }
    if any(policy.classes[CHARGES, column] == "sensitive" for column in wanted.charges):
        sensitive.add(CHARGES)
    return Plan(wanted, ladders[0], ladders[1], frozenset(sensitive))


def records_of(edition: store.Edition, policy: Policy, wanted: Microdata, without: Collection[str]) -> Records:
    """All records of an edition, but for the cases of these ids: an earlier release has them."""
    plan = plan_of(policy, wanted)
    columns = [f"cases.{name}" for name in plan.shown("cases")]
    stated = [pl.col(full).cast(pl.String).fill_null(details.text("not_stated")) for full in columns]
    whole = named_cases(edition).filter(~pl.col("cases.case_id").is_in(sorted(without)))
    cases = whole.select(
        pl.col("cases.case_id").alias(CASE), *(level_of(policy, one) for one in plan.case_steps),
        *(one.alias(full.partition(".")[2]) for one, full in zip(stated, columns, strict=True)),
    ).collect()  # fmt: skip
    cases = cases.sort(CASE).with_columns(charges_of(edition, cases, wanted.charges))
    if not wanted.people:
        numbered = cases.with_row_index(RECORD).with_columns(pl.lit(1.0).alias(WEIGHT), pl.lit("").alias(LINKED))
        return Records(plan, numbered, pl.DataFrame(schema={RECORD: pl.UInt32}), _sections(edition, numbered, wanted))
    people = _people(edition, policy, plan, cases)
    return _with_people(edition, plan, cases, people)


def charges_of(edition: store.Edition, cases: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """All sections of every case as one text, in the order of `cases`."""
    if not columns:
        return pl.Series(CHARGES, [""] * cases.height, pl.String)
    of_case = _named_sections(edition, columns).select(CASE, pl.concat_str(columns, separator=BETWEEN).alias(CHARGES))
    joined = of_case.group_by(CASE).agg(pl.col(CHARGES).sort().str.join(AND)).collect()
    return cases.select(CASE).join(joined, on=CASE, how="left", maintain_order="left")[CHARGES].fill_null("")


def _named_sections(edition: store.Edition, columns: Sequence[str]) -> pl.LazyFrame:
    stated = [pl.col(one).cast(pl.String).fill_null(details.text("not_stated")) for one in columns]
    return edition.scan("charges").select(pl.col(CASE).cast(pl.String), *stated).unique()


def _sections(edition: store.Edition, cases: pl.DataFrame, wanted: Microdata) -> pl.DataFrame:
    if not wanted.charges:
        return pl.DataFrame(schema={RECORD: pl.UInt32})
    sections = _named_sections(edition, wanted.charges).collect()
    return cases.select(RECORD, CASE).join(sections, on=CASE).drop(CASE)


def _people(edition: store.Edition, policy: Policy, plan: Plan, cases: pl.DataFrame) -> pl.DataFrame:
    """The people of these cases in the role of the product."""
    rows = edition.scan("persons").filter(pl.col("role").cast(pl.String) == plan.product.people)
    named = rows.select(pl.all().name.map(lambda name: f"persons.{name}"))
    shown = [
        pl.col(f"persons.{name}").cast(pl.String).fill_null(details.text("not_stated")).alias(name)
        for name in plan.shown("persons")
    ]
    ids = [pl.col(f"persons.{one}").cast(pl.String).alias(one) for one in (CASE, PERSON, "mention_id")]
    steps = [level_of(policy, one) for one in plan.person_steps]
    people = named.select(*ids, *steps, *shown).collect()
    return people.join(cases.select(CASE), on=CASE, how="semi").sort(CASE, "mention_id").drop("mention_id")


def _with_people(edition: store.Edition, plan: Plan, cases: pl.DataFrame, people: pl.DataFrame) -> Records:
    number = pl.len().over(CASE)
    cut = number > plan.product.together
    alone = pl.when(cut).then(pl.int_range(pl.len()).over(CASE)).otherwise(0)
    linked = pl.when(cut).then(pl.lit(MANY)).otherwise(number.cast(pl.String)).alias(LINKED)
    placed = people.with_columns(alone.alias("alone"), linked)
    keys = placed.select(CASE, "alone", LINKED).unique().sort(CASE, "alone").with_row_index(RECORD)
    placed = placed.join(keys, on=[CASE, "alone", LINKED], maintain_order="left").drop("alone", LINKED)
    numbered = keys.drop("alone").join(cases, on=CASE, maintain_order="left")
    weighed = numbered.join(_weights(placed), on=RECORD, maintain_order="left")
    return Records(plan, weighed, placed, _sections(edition, weighed, plan.product))


def _weights(people: pl.DataFrame) -> pl.DataFrame:
    """`record`, `weight`: its part of the group that holds all records which people or cases join."""
    links = people.select(RECORD, CASE, PERSON).with_columns(pl.col(RECORD).cast(pl.Int64).alias("group"))
    before = -1
    while (total := int(links["group"].sum())) != before:  # the least number of a group spreads through it
        before = total
        for key in (RECORD, CASE, PERSON):
            links = links.with_columns(pl.col("group").min().over(key))
    groups = links.select(RECORD, "group").unique()
    return groups.select(RECORD, (1 / pl.len().over("group")).alias(WEIGHT))


def levels_of(plan: Plan) -> list[dict[str, int]]:
    """Every choice of a level for each ladder; one past the last step shows nothing of it."""
    both = {**plan.of_cases, **plan.of_people}
    names = list(both)
    return [
        dict(zip(names, chosen, strict=True))
        for chosen in product(*(range(len(both[name].steps) + 1) for name in names))
    ]
