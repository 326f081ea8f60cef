"""The records that a profile counts: its cases, their people and services, read once, without names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from recordkit.report.context import Context
from recordkit.report.profile.declaration import BAND, Group, Profile
from recordkit.report.victims import age_band

CASES = (
    "case_id", "period", "province", "district", "registered_on", "occurred_from", "occurred_to", "status",
    "last_changed", "challan_on",
)  # fmt: skip
PEOPLE = (
    "mention_id", "case_id", "person_id", "role", "sex", "nationality", "origin", "transit", "destination", "means",
    "exploitation", "victim_status", "referral", "person_status",
)  # fmt: skip
SERVICES = ("service_id", "mention_id", "service", "outcome", "started_on", "period")
GROUP = "group_key"
DATES = ("registered_on", "occurred_from", "occurred_to", "challan_on")


@dataclass(frozen=True)
class Part:
    """What one group, or the whole profile, is made of. No frame holds a name, a number of a card or an address."""

    cases: pl.DataFrame  # CASES, group_key, reported: the last month in which a file told of the case
    people: pl.DataFrame  # PEOPLE, band, named, group_key: the victims and accused of these cases
    services: pl.DataFrame  # SERVICES, person_id: of these victims, in whatever case the service was recorded
    elsewhere: pl.DataFrame  # person_id, case_id: every case in which one of these victims is an accused

    @property
    def victims(self) -> pl.DataFrame:
        """The victims, once in each case."""
        return self.people.filter(pl.col("role") == "victim")

    def of(self, group: Group) -> Part:
        """The part of one group."""
        mine = pl.col(GROUP) == group.key
        people = self.people.filter(mine)
        victims = people.filter(pl.col("role") == "victim").select("person_id").unique()
        return Part(
            self.cases.filter(mine),
            people,
            self.services.join(victims, on="person_id", how="semi"),
            self.elsewhere.join(victims, on="person_id", how="semi"),
        )


def read(context: Context, profile: Profile) -> Part:
    """The records of the months that the report covers."""
    cases = _cases(context, profile)
    people = _people(context, profile, cases)
    victims = people.filter(pl.col("role") == "victim").select("person_id").unique().lazy()
    accused = context.edition.scan("persons").filter(pl.col("role").cast(pl.String) == "accused")
    elsewhere = accused.join(victims, on="person_id", how="semi").select("person_id", "case_id").collect()
    return Part(cases, people, _services(context, victims), elsewhere)


def _cases(context: Context, profile: Profile) -> pl.DataFrame:
    counted = context.cases.filter(pl.col("period").is_in(context.scope))
    code = pl.col(profile.column).cast(pl.String)
    if profile.only is not None:
        counted = counted.filter(pl.col(profile.only.column).cast(pl.String).is_in(profile.only.codes))
    listed = {one: group.key for group in profile.group for one in group.codes}
    rest = next((group.key for group in profile.group if not group.codes), None)
    key = code.replace_strict(listed, default=rest, return_dtype=pl.String)
    cases = present(counted.with_columns(key.alias(GROUP)), CASES, (GROUP, "source_rows"))
    cases = cases.filter(pl.col(GROUP).is_not_null())
    return cases.join(_reported(context, cases), on="case_id", how="left").drop("source_rows").collect()


def _reported(context: Context, cases: pl.LazyFrame) -> pl.LazyFrame:
    """case_id, reported: a case of which no file told any more was last seen then."""
    rows = cases.select("case_id", pl.col("source_rows").list.eval(pl.element().struct.field("file_sha256")))
    periods = context.edition.scan("sources").select("file_sha256", pl.col("period").cast(pl.String).alias("month"))
    files = rows.explode("source_rows").unique().join(periods, left_on="source_rows", right_on="file_sha256")
    return files.group_by("case_id").agg(pl.col("month").max().alias("reported"))


def _people(context: Context, profile: Profile, cases: pl.DataFrame) -> pl.DataFrame:
    people = context.edition.scan("persons").filter(pl.col("role").cast(pl.String).is_in(["victim", "accused"]))
    own = cases.select("case_id", GROUP, "registered_on").lazy()
    joined = people.join(own, on="case_id").with_columns(
        age_band(context.words.age_bands).alias(BAND), pl.col("name").is_not_null().alias("named")
    )
    extra = sorted({name for one in profile.people for name in (one.down, one.across) if name} - {*PEOPLE, BAND})
    return present(joined, (*PEOPLE, *extra), (BAND, "named", GROUP)).collect()


def _services(context: Context, victims: pl.LazyFrame) -> pl.DataFrame:
    """The services of these people: a shelter may have recorded one under another case of the same person."""
    people = context.edition.scan("persons").join(victims, on="person_id", how="semi")
    own = people.select("mention_id", "person_id")
    return present(context.edition.scan("services"), SERVICES).join(own, on="mention_id").collect()


def present(frame: pl.LazyFrame, wanted: Sequence[str], also: Sequence[str] = ()) -> pl.LazyFrame:
    """These columns as text, dates and lists; one that this edition does not have is not known."""
    there = frame.collect_schema().names()
    absent = {name: pl.Date if name in DATES else pl.String for name in wanted}
    columns = [
        (pl.col(name) if name in DATES or name.endswith("_on") else pl.col(name).cast(pl.String))
        if name in there
        else pl.lit(None, absent[name]).alias(name)
        for name in wanted
    ]
    return frame.select(*columns, *also)
