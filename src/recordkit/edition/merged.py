"""Submissions made into the rows of an edition, a range of cases at a time: all about a case is in one part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from recordkit import details, linkage, ranking, store, tables
from recordkit.edition import findings, months
from recordkit.errors import BrokenLaw
from recordkit.ingest import Declarations
from recordkit.linkage import merging


@dataclass(frozen=True)
class Merged:
    """tables: lazy, from the spool, in the order of the edition, most with the month of each row (store.MONTH). found:
    findings of the rows. laws: none is lost."""

    tables: Mapping[str, pl.LazyFrame]
    found: list[pl.DataFrame]
    laws: tuple[store.Law, ...]


def merge(
    frames: Mapping[str, pl.LazyFrame], linked: linkage.Linked, services: pl.DataFrame, declared: Declarations,
    spool: store.Spool,
) -> Merged:  # fmt: skip
    """cases, charges, persons, identities, services from what was linked.

    frames: submissions, lazily. services: as `merging.placed_services` makes them.
    """
    parts = spool.parts_for(max(linked.case_members.height, linked.mention_members.height))
    laws = _dealt(frames, linked, spool, parts)
    how = declared.tables
    rank, related = ranking.load(declared.dirs), merging.related(linked)
    found, victims = [], []
    for part in range(parts):
        placed = spool.part("placed_cases", part)
        charges = with_principal(merging.charges(spool.part("placed_charges", part), how["charges"]), rank)
        mine = related.join(placed.select("case_id"), on="case_id", how="semi")
        cases = _tiered(_headed(merging.cases(placed, how["cases"], mine, charges)), charges)
        persons = merging.persons(spool.part("placed_persons", part), how["persons"])
        made = {"cases": cases, "charges": charges, "persons": persons}
        ready = {name: declared_shape(frame, declared.tables[name]) for name, frame in made.items()}
        found += [findings.of_tables(ready, declared), findings.of_history(placed, how["cases"])]
        victims.append(persons.join(services.select("case_id"), on="case_id", how="semi"))
        dated = months.of_cases(ready["cases"])
        spool.add("cases", part, dated)
        spool.add("charges", part, months.as_case(ready["charges"], dated))
        spool.deal("dealt_persons", months.as_case(ready["persons"], dated), "mention_id", parts)
        spool.deal("people", _of_people(persons, cases, how["identities"]), "person_id", parts)
    for name in ("placed_cases", "placed_charges", "placed_persons"):
        spool.drop(name)
    for part in range(parts):
        people = declared_shape(merging.identities(spool.part("people", part), how["identities"]), how["identities"])
        found.append(findings.of_tables({"identities": people}, declared))
        spool.add("identities", part, people)
        spool.add("persons", part, _in_order(spool.part("dealt_persons", part), declared.tables["persons"]))
    for name in ("dealt_persons", "people"):
        spool.drop(name)
    joined = pl.concat(victims, how="diagonal_relaxed")
    attached = declared_shape(merging.services(services, joined), declared.tables["services"])
    found.append(findings.of_tables({"services": attached}, declared))
    whole = {name: spool.scan(name) for name in ("cases", "charges", "persons", "identities")}
    return Merged({**whole, "services": months.by_period(attached).lazy()}, found, laws)


def _dealt(
    frames: Mapping[str, pl.LazyFrame], linked: linkage.Linked, spool: store.Spool, parts: int
) -> tuple[store.Law, ...]:
    """Every submission put into the part of its case, and the laws that say so."""
    placed = {
        "cases": linked.in_cases(frames["cases"]),
        "charges": linked.in_cases(frames["charges"]),
        "persons": linked.as_mentions(frames["persons"]),
    }
    rows = {name: spool.cut(f"placed_{name}", frame, "case_id", parts) for name, frame in placed.items()}
    read = {name: int(frames[name].select(pl.len()).collect().item()) for name in ("cases", "persons")}
    return (
        store.Law(
            law="cases-linked-once", left=read["cases"], right=rows["cases"],
            what=details.text("law_cases_once"),
        ),
        store.Law(
            law="mentions-linked-once", left=read["persons"], right=rows["persons"],
            what=details.text("law_mentions_once"),
        ),
    )  # fmt: skip


def with_principal(charges: pl.DataFrame, rank: ranking.Ranking) -> pl.DataFrame:
    """`is_principal`: the most serious charge of each case by ranking.toml; ties by act and section, as text."""
    first = (
        charges.select("case_id", "act", "section", rank=rank.rank(charges), at=pl.int_range(pl.len()))
        .drop_nulls("rank")
        .sort("case_id", "rank", "act", "section", "at", nulls_last=True)
        .unique("case_id", keep="first", maintain_order=True)
    )
    return charges.with_columns(pl.int_range(pl.len()).is_in(first["at"].implode()).alias("is_principal"))


def _headed(cases: pl.DataFrame) -> pl.DataFrame:
    """A case without a readable charge is counted under the head that its sender gave, if any."""
    if "crime_head" not in cases.columns:
        return cases
    return cases.with_columns(pl.coalesce("npb_head", "crime_head").alias("npb_head"))


def _tiered(cases: pl.DataFrame, charges: pl.DataFrame) -> pl.DataFrame:
    """`tip_tier` of a case: the first tier (A before B before C) of any of its charges, so that trafficking charged
    beside a murder is still seen; the tiers are published apart from the heads."""
    tiers = charges.group_by("case_id").agg(pl.col("tip_tier").min())
    return cases.drop("tip_tier", strict=False).join(tiers, on="case_id", how="left", maintain_order="left")


def _of_people(persons: pl.DataFrame, cases: pl.DataFrame, identities: tables.Table) -> pl.DataFrame:
    """What identities are made of, with the province of each mention's case."""
    placed = persons.drop("province", strict=False).join(
        cases.select("case_id", "province"), on="case_id", how="left", maintain_order="left"
    )
    wanted = dict.fromkeys(["person_id", *(one.of for one in identities.summaries)])
    return placed.select(name for name in wanted if name in placed.columns)


def _in_order(dealt: pl.DataFrame, table: tables.Table) -> pl.DataFrame:
    """People of a range of mentions, sorted. A mention is in one case: two parts cannot both have made it."""
    persons = declared_shape(dealt, table)
    if persons["mention_id"].is_duplicated().any():
        raise BrokenLaw(details.text("mention_in_two_cases"))
    months_of = dealt.select("mention_id", store.MONTH)
    return persons.join(months_of, on="mention_id", how="left", maintain_order="left")


def declared_shape(frame: pl.DataFrame, table: tables.Table) -> pl.DataFrame:
    """The declared columns of the edition, sorted by every plain column so that equal rows give equal bytes."""
    schema = table.polars("compile")
    conformed = tables.conform(frame.select(name for name in frame.columns if name in schema), table, "compile")
    plain = [name for name, kind in schema.items() if not kind.is_nested() and name not in table.key]
    return conformed.sort(*table.key, *plain, nulls_last=True, maintain_order=True)
