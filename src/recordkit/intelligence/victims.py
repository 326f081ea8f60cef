"""The follow-up of victims: what happened to each on which day, what is due, who was lost, who is a victim again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from recordkit.intelligence import folder
from recordkit.intelligence.declaration import Victims
from recordkit.store.reading import Edition
from recordkit.words import Language

KIND = "restricted follow-up of victims for a named person; not a release"
TIMELINE = ("person_id", "day", "what", "case_id", "service_id", "service", "outcome", "provider")
FOLLOW_UP = (
    "person_id", "what", "since", "days", "service_id", "service", "provider", "outcome", "victim_ref",
)  # fmt: skip


@dataclass(frozen=True)
class FollowUp:
    """What is known of victims on one day."""

    on: date
    timeline: pl.DataFrame  # TIMELINE, by person and day
    follow_up: pl.DataFrame  # FOLLOW_UP: due, overdue, silent, lost; the longest since first
    repeat: pl.DataFrame  # person_id, cases, first, last: victims in two cases and more
    unlinked: int  # services that lead to no victim of a case
    victims: int  # people who are a victim in any case


def follow_up(edition: Edition, declared: Victims, on: date | None = None) -> FollowUp:
    """The follow-up as it was on a day; without one on the last day of the newest month of which a file came."""
    day = on or newest_day(edition)
    people = _people(edition)
    services = _services(edition, people)
    unlinked = edition.scan("services").select(pl.col("mention_id").is_null().sum()).collect().item()
    return FollowUp(
        day, _timeline(people, services), _due(services, declared, day), _repeat(people), int(unlinked),
        people["person_id"].n_unique(),
    )  # fmt: skip


def newest_day(edition: Edition) -> date:
    """The last day of the newest month of which a file came; 1 January 1970 for an edition without any."""
    month = (pl.col("period").cast(pl.String) + "-01").str.to_date("%Y-%m-%d", strict=False)
    found = edition.scan("sources").select(month.max().dt.month_end()).collect().item()
    return found if isinstance(found, date) else date(1970, 1, 1)


def _people(edition: Edition) -> pl.DataFrame:
    """Every mention of everybody who is a victim anywhere: person_id, mention_id, role, case_id, registered_on."""
    persons = edition.scan("persons").select("mention_id", "person_id", "case_id", pl.col("role").cast(pl.String))
    victims = persons.filter(pl.col("role") == "victim").select("person_id").unique()
    cases = edition.scan("cases").select("case_id", "registered_on")
    return persons.join(victims, on="person_id", how="semi").join(cases, on="case_id", how="left").collect()


def _services(edition: Edition, people: pl.DataFrame) -> pl.DataFrame:
    """The services of these people, the oldest first."""
    columns = (
        "service_id", "case_id", "mention_id", "victim_ref", "service", "provider", "started_on", "ended_on", "outcome",
        "follow_up_on", "period",
    )  # fmt: skip
    own = people.select("mention_id", "person_id").lazy()
    services = edition.scan("services").select(columns).join(own, on="mention_id")
    codes = pl.col("service", "outcome", "period").cast(pl.String)
    return services.with_columns(codes).sort("person_id", "started_on", "service_id", nulls_last=True).collect()


def _timeline(people: pl.DataFrame, services: pl.DataFrame) -> pl.DataFrame:
    called = pl.col("role").replace({"victim": "case"}).alias("what")
    roles = people.select("person_id", pl.col("registered_on").alias("day"), called, "case_id")
    parts = [roles]
    for column, what in (("started_on", "started"), ("follow_up_on", "follow_up"), ("ended_on", "ended")):
        found = services.filter(pl.col(column).is_not_null())
        lines = found.select(
            "person_id", pl.col(column).alias("day"), pl.lit(what).alias("what"), "case_id", "service_id", "service",
            "outcome" if what == "ended" else pl.lit(None, pl.String).alias("outcome"), "provider",
        )  # fmt: skip
        parts.append(lines)
    lines = pl.concat(parts, how="diagonal_relaxed")
    return lines.select(TIMELINE).sort("person_id", "day", "what", "case_id", "service_id", nulls_last=True)


def _due(services: pl.DataFrame, declared: Victims, on: date) -> pl.DataFrame:
    """What somebody has to do something about: of each victim the newest service says where the victim stands."""
    known = services.filter(pl.col("started_on").is_null() | (pl.col("started_on") <= on))
    newest = known.group_by("person_id", maintain_order=True).last()
    today, outcome = pl.lit(on), pl.col("outcome")
    reported = (pl.col("period") + "-01").str.to_date("%Y-%m-%d", strict=False).dt.month_end()
    what = (
        pl.when(outcome.is_in(declared.lost))
        .then(pl.lit("lost"))
        .when(outcome.is_in(declared.over))
        .then(pl.lit(None, pl.String))
        .when(pl.col("follow_up_on") < today)
        .then(pl.lit("overdue"))
        .when(pl.col("follow_up_on") >= today)
        .then(pl.lit("due"))
        .when((outcome == "ongoing") & ((today - reported).dt.total_days() > declared.silent_days))
        .then(pl.lit("silent"))
        .otherwise(pl.lit(None, pl.String))
    )
    since = (
        pl.when(pl.col("what").is_in(["overdue", "due"]))
        .then(pl.col("follow_up_on"))
        .when(pl.col("what") == "silent")
        .then(reported)
        .otherwise(pl.coalesce("ended_on", "follow_up_on", "started_on"))
    )
    asked = newest.with_columns(what.alias("what")).filter(pl.col("what").is_not_null())
    days = (today - pl.col("since")).dt.total_days().alias("days")
    found = asked.with_columns(since.alias("since")).with_columns(days).select(FOLLOW_UP)
    return found.sort("what", "days", "person_id", descending=[False, True, False], nulls_last=True)


def _repeat(people: pl.DataFrame) -> pl.DataFrame:
    victims = people.filter(pl.col("role") == "victim")
    cases = victims.group_by("person_id").agg(
        pl.col("case_id").n_unique().cast(pl.Int64).alias("cases"),
        pl.col("registered_on").min().alias("first"),
        pl.col("registered_on").max().alias("last"),
    )
    return cases.filter(pl.col("cases") > 1).sort("cases", "person_id", descending=[True, False])


def files(found: FollowUp, declared: Victims, language: Language) -> dict[str, bytes]:
    """File name -> bytes: the timeline, what is due, and who is a victim again; what happened is said in words."""
    called = {key: both.of(language) for key, both in declared.what.items()}
    named = pl.col("what").replace(called)
    return {
        "timeline.csv": folder.table(found.timeline.with_columns(named)),
        "follow_up.csv": folder.table(found.follow_up.with_columns(named)),
        "repeat.csv": folder.table(found.repeat),
    }
