"""Which rows are one case and which mentions are one person. Pure functions of frames; nothing is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from recordkit import stable_ids
from recordkit.linkage import cases as case_linking
from recordkit.linkage import deterministic as person_linking
from recordkit.linkage import engine, human_decisions, incidents, mentions, models_table, quoted_numbers
from recordkit.linkage import person_linkage as people_linking
from recordkit.linkage.edges import concat
from recordkit.linkage.explanation import explain, waterfall
from recordkit.linkage.graph import Ints
from recordkit.linkage.incremental import Increment, reopened
from recordkit.linkage.persistent_ids import PublishedIds, carry
from recordkit.linkage.spec import LinkageSpec, load

__all__ = [
    "NEEDED", "Increment", "LinkageSpec", "Linked", "PublishedIds", "carry", "compared", "explain", "link", "load",
    "reopened", "waterfall",
]  # fmt: skip

# The columns that `link` and `carry` read of each table, where it has them: the rest need not be in memory.
NEEDED = {
    "cases": (*quoted_numbers.COLUMNS, "occurred_from"),
    "charges": ("record_id", "act", "section"),
    "persons": (*mentions.COLUMNS, "unknown"),
}


@dataclass(frozen=True)
class Linked:
    """What belongs together.

    case_members: record_id, case_id, one row per record_id.
    mention_members: mention_ref, mention_id, person_id, case_id, one row per mention_ref.
    links: the columns of the edition's `links`; left and right are record_ids or mention_refs.
    findings: record_id, code, field, detail.
    review: pairs of mentions, and of records of cases, in the grey zone: the columns of links, for people to judge.
    model: the fitted model as data (JSON), empty when nothing was fitted. models: the same as rows of `models`.
    """

    case_members: pl.DataFrame
    mention_members: pl.DataFrame
    links: pl.DataFrame
    findings: pl.DataFrame
    review: pl.DataFrame
    model: Mapping[str, Any] = field(default_factory=dict)
    models: pl.DataFrame = field(default_factory=lambda: models_table.table("", {}))

    def in_cases(self, submissions: pl.LazyFrame) -> pl.LazyFrame:
        """Submissions of cases or charges, each with its case_id."""
        return submissions.join(self.case_members.lazy(), on="record_id", how="inner", maintain_order="left")

    def as_mentions(self, submissions: pl.LazyFrame) -> pl.LazyFrame:
        """Submissions of people, each with its mention_id, person_id and case_id."""
        members = self.mention_members.lazy()
        ids = [name for name in ("mention_id", "person_id", "case_id") if name in submissions.collect_schema()]
        return submissions.drop(ids).join(members, on="mention_ref", how="inner", maintain_order="left")


def link(
    cases: pl.DataFrame,
    charges: pl.DataFrame,
    persons: pl.DataFrame,
    spec: LinkageSpec,
    decisions: pl.DataFrame | None = None,
    *,
    model: engine.Model | None = None,
    since: Increment | None = None,
    asks: bool = True,
) -> Linked:
    """Case, mention and person of every row. The result does not depend on the order of any input.

    `model`: a model of persons fitted before (`engine.Model.from_data`), used again as it is. `since`: the edition
    before; only mentions that it does not have are compared, with all, and its model is used. `asks`: whether anybody
    wants to know what people should judge; without, no pair of people is in `review`.
    """
    decided = human_decisions.empty() if decisions is None else decisions
    found = case_linking.link(cases, spec.cases, decided)
    people = mentions.distinct(persons, found.members)
    one = incidents.link(cases, charges, people, found, spec, decisions=decided)
    members, people = one.members(found.members), one.members(people)
    mention, merged = mentions.merge(people, spec.mentions)
    if since is not None and spec.people is not None:
        fitted_before = models_table.data(since.models, "person")
        model = engine.Model.from_data(fitted_before, spec.people) if fitted_before else model
    found_people = people_linking.link(people, mention, cases, spec, decided, known=model, since=since, asks=asks)
    member_of = _members(people, mention, found_people.label)
    joined, doubtful = found_people.links, found_people.review
    if since is not None:
        joined, doubtful = since.carried(joined, doubtful, member_of)
    fitted = found_people.model()
    asked, left_out = human_decisions.shortlist(pl.concat([one.review, doubtful]), decided, spec.review.most)
    links = [
        _still_two(found.links, members),
        one.links,
        _strongest([concat([merged, found_people.certain]).table(people, "person", "mention_ref"), joined]),
    ]
    return Linked(
        case_members=members.sort("record_id"),
        mention_members=member_of,
        links=pl.concat(links).sort("link_id"),
        findings=pl.concat([
            found.findings, one.findings, found_people.findings(), person_linking.findings(people, found_people.label)
        ]).unique().sort("code", "record_id", "detail"),
        review=asked,
        model=fitted,
        models=pl.concat([
            models_table.table("person", fitted), models_table.table("case", one.model),
            models_table.queue_row("person", asked.height, left_out),
        ]),
    )  # fmt: skip


def compared(cases: pl.DataFrame, persons: pl.DataFrame, spec: LinkageSpec) -> pl.DataFrame:
    """The mentions as the model of people compares them, one row each: mention_ref, then the model's columns."""
    found = case_linking.link(cases, spec.cases, human_decisions.empty())
    people = mentions.distinct(persons, found.members)
    mention, _ = mentions.merge(people, spec.mentions)
    firsts = np.unique(mention)
    frame = people_linking.prepare(people_linking.one_row_each(people, mention, cases), spec.persons.weightless)
    refs = people.get_column("mention_ref").gather(pl.Series(firsts))
    return frame.select(refs.alias("mention_ref"), pl.all())


def _still_two(links: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Without the related pairs that have turned out to be one case."""
    case_of = {"left_id": "left_case", "right_id": "right_case"}
    cases_of = links.select("link_id", "kind", *case_of)
    for side, name in case_of.items():
        cases_of = cases_of.join(members.rename({"record_id": side, "case_id": name}), on=side, how="left")
    one = cases_of.filter((pl.col("kind") == "related") & (pl.col("left_case") == pl.col("right_case")))
    return links.join(one.select("link_id"), on="link_id", how="anti")


def _members(people: pl.DataFrame, mention: Ints, person: Ints) -> pl.DataFrame:
    """mention_ref, mention_id, person_id, case_id: ids from the oldest mention of each."""
    refs = people.get_column("mention_ref")
    return people.select("mention_ref", "case_id").select(
        "mention_ref",
        stable_ids.mention_ids(refs.gather(pl.Series(mention))),
        stable_ids.person_ids(refs.gather(pl.Series(person))),
        "case_id",
    ).sort("mention_ref")  # fmt: skip


def _strongest(tables: list[pl.DataFrame]) -> pl.DataFrame:
    """One row per pair: a join by rule before one by weight."""
    return pl.concat(tables).unique("link_id", keep="first", maintain_order=True)
