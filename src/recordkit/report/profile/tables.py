"""The tables of a profile: each says how many of the records it counts do not say what it asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from recordkit.report.context import Context
from recordkit.report.coverage import complete_months
from recordkit.report.crosstab import Code, Side, cross
from recordkit.report.model import Chart, Column, Table
from recordkit.report.profile.declaration import BAND, Group, People, Profile, Profiles
from recordkit.report.profile.durations import BY_DAYS, SCHEMA, measured
from recordkit.report.profile.records import GROUP, Part
from recordkit.report.victims import bands

ROUTE = ("origin", "transit", "destination")
VICTIM = pl.col("role") == "victim"


def by_group(context: Context, profile: Profile, every: Part) -> Table:
    """A row for each group, side by side, without a sum."""
    lines = []
    for group in profile.group:
        part = every.of(group)
        with_victim = part.victims["case_id"].n_unique()
        accused = part.people.filter(~VICTIM).height
        numbers = (part.cases.height, part.victims.height, accused, part.cases.height - with_victim)
        lines.append((group.title.of(context.words.language), *numbers))
    names = ("cases", "victims", "accused", "cases_without_victim")
    frame = pl.DataFrame(lines, schema={"label": pl.String, **dict.fromkeys(names, pl.Int64)}, orient="row")
    columns = (context.column("label", "text", "group"), *(context.column(name) for name in names))
    return context.table("profile_groups", frame, columns, chart=Chart("bars", context.word("cases"), ("cases",)))


def by_month(context: Context, profile: Profile, every: Part) -> Table:
    """Months down, groups across; incomplete months are marked. Groups are not added up."""
    long = every.cases.group_by("period", GROUP).agg(pl.len().cast(pl.Int64).alias("count"))
    down = Side("period", {month: context.month_name(month) for month in context.scope}, context.word("month"))
    across = Side(GROUP, {one.key: one.title.of(context.words.language) for one in profile.group})
    crossed = cross(long, down, across, context.word("total"), "row")
    whole = complete_months(context)
    partial = pl.Series("partial", [month not in whole for month in context.scope], dtype=pl.Boolean)
    frame = crossed.frame.drop("total").head(len(context.scope)).with_columns(partial)
    chart = Chart("multiples", context.word("cases"), crossed.values, "partial")
    shown = frame.filter(pl.lit(long.height > 0))
    return context.table("profile_months", shown, crossed.columns[:-1], period=context.period, chart=chart)


def by_people(context: Context, one: People, part: Part) -> Table:
    """People of one role by one column, and by another across."""
    people = part.people.filter(pl.col("role") == one.role)
    across = one.across or None
    counted = people.group_by([name for name in (one.down, across) if name]).agg(pl.len().cast(pl.Int64).alias("count"))
    sides = [_side(context, one, name, counted) for name in (one.down, across or one.down)]
    if across is None:
        counted = counted.with_columns(pl.lit("all").alias("all"))
        sides[1] = Side("all", {"all": context.word("number")})
    crossed = cross(counted, sides[0], sides[1], context.word("total"), "column")
    columns = crossed.columns if across else crossed.columns[:-1]
    title = one.title.of(context.words.language)
    return context.table(
        "profile_people",
        crossed.frame if people.height else crossed.frame.clear(),
        columns,
        name=one.key,
        title=title,
        urdu=_urdu(context, one.title.ur),
        note=one.note.of(context.words.language) if one.note else "",
        chart=Chart("bars", title, (columns[-1].name,)),
        total_row=True,
        unknown=(int(people[one.down].is_null().sum()), people.height),
    )


def _urdu(context: Context, text: str) -> str | None:
    return None if context.words.language == "ur" else text


def _side(context: Context, one: People, name: str, counted: pl.DataFrame) -> Side:
    """The values of a column, named by its vocabulary, with those that are not known at the end."""
    heading = context.word(name)
    if name == BAND:
        unknown: Mapping[Code, str] = {None: context.word("unknown")}
        return Side(name, {**bands(context.words.age_bands), **unknown}, heading)
    vocabulary = one.vocabulary.get(name, name)
    codes = context.order(vocabulary, counted[name].unique().to_list())
    return Side(name, {code: context.label(vocabulary, code, "unknown") for code in codes}, heading)


def routes(context: Context, profiles: Profiles, part: Part) -> Table:
    """Where victims came from, were taken through, and to; a row for each way, the most frequent first."""
    victims = part.victims
    counted = victims.group_by(ROUTE).agg(pl.len().cast(pl.Int64).alias("victims"))
    counted = counted.filter(pl.any_horizontal(pl.col(ROUTE).is_not_null()))
    counted = counted.sort(pl.col("victims"), *ROUTE, descending=[True, False, False, False], nulls_last=True)
    ends = [pl.col(name) for name in ("origin", "destination")]
    countries = set(context.known.labels.filter(pl.col("vocabulary") == "country")["code"])
    foreign = sorted(countries - profiles.home)
    abroad = [end.is_in(foreign) for end in ends]
    kind = (
        pl.when(abroad[0] | abroad[1])
        .then(pl.lit(context.word("route_abroad")))
        .when(pl.all_horizontal(end.is_not_null() for end in ends))
        .then(pl.lit(context.word("route_internal")))
        .otherwise(pl.lit(context.word("unknown")))
    )
    named = [_places(context, counted[name], countries).alias(name) for name in ROUTE]
    frame = counted.with_columns(kind.alias("kind")).with_columns(named)
    columns = [*(context.column(name, "text") for name in ROUTE), context.column("kind", "text", "route")]
    columns.append(context.column("victims"))
    whole = victims.filter(pl.col("origin").is_not_null() & pl.col("destination").is_not_null()).height
    return context.table(
        "profile_routes", frame, columns, chart=_bars(context, "profile_routes", "victims"),
        unknown=(victims.height - whole, victims.height),
    )  # fmt: skip


def _places(context: Context, values: pl.Series, countries: set[str]) -> pl.Series:
    """Countries by their names; places at home as they are called."""
    known = [one for one in values.unique().drop_nulls() if one in countries]
    names = {one: context.label("country", one, "unknown") for one in known}
    return values.replace(names).fill_null(context.word("unknown"))


def _bars(context: Context, key: str, column: str) -> Chart:
    return Chart("bars", context.words.table[key].title, (column,))


def by_district(context: Context, part: Part) -> Table:
    """Districts, the most cases first: cases and victims, and what is known about where."""
    place = ["province", "district"]
    victims = part.victims.group_by("case_id").agg(pl.len().cast(pl.Int64).alias("victims"))
    counted = (
        part.cases.join(victims, on="case_id", how="left")
        .group_by(place)
        .agg(pl.len().cast(pl.Int64).alias("cases"), pl.col("victims").sum().cast(pl.Int64))
    )
    order, down = [pl.col("district").is_null(), pl.col("cases"), *map(pl.col, place)], [False, True, False, False]
    frame = counted.sort(order, descending=down, nulls_last=True)
    names = {one: context.province(one) for one in frame["province"].drop_nulls()}
    frame = frame.with_columns(
        pl.col("province").replace(names).fill_null(context.word("no_province")),
        pl.col("district").fill_null(context.word("unknown")),
    )
    columns = [context.column("district", "text"), context.column("province", "text")]
    columns += [context.column("cases"), context.column("victims")]
    return context.table(
        "profile_districts", frame, columns, chart=_bars(context, "profile_districts", "cases"),
        unknown=(int(part.cases["district"].is_null().sum()), part.cases.height),
    )  # fmt: skip


def durations(context: Context, profile: Profile, part: Part) -> Table:
    """A row for each time between two events, with its median and an interval."""
    language = context.words.language
    rows = [{"label": one.title.of(language), **measured(part.cases, one)} for one in profile.duration]
    frame = pl.DataFrame(rows, schema={"label": pl.String, **SCHEMA}).with_columns(
        pl.col("median", "low", "high").round(0).cast(pl.Int64)
    )
    columns = [context.column("label", "text", "from_to_event"), context.column("cases"), context.column("reached")]
    columns += [context.column("waiting"), context.column("no_day"), context.column("median", strong=True)]
    columns += [context.column("low", word="interval_low"), context.column("high", word="interval_high")]
    columns += [Column(f"by_{days}", context.word("reached_by", days=days), "share") for days in BY_DAYS]
    return context.table("profile_durations", frame if part.cases.height else frame.clear(), columns)


def outcomes(context: Context, profile: Profile, part: Part) -> Table:
    """How far the cases have come, each line as a share of all of them."""
    cases = part.cases
    lines = []
    for one in profile.outcome:
        reached = cases.filter(pl.col("status").is_in(one.status)) if one.status else cases
        lines.append((one.title.of(context.words.language), reached.height))
    unknown = (int(cases["status"].is_null().sum()), cases.height)
    return context.table(
        "profile_outcomes", **_funnel(context, "profile_outcomes", "cases", lines, cases.height), unknown=unknown
    )


def _funnel(context: Context, key: str, unit: str, lines: list[tuple[str, int]], every: int) -> dict[str, Any]:
    """The frame, columns and chart of lines that are shares of the same whole; no line where there is nothing."""
    frame = pl.DataFrame(lines, schema={"label": pl.String, unit: pl.Int64}, orient="row")
    frame = frame.with_columns((pl.col(unit) / every * 100).round(1).alias("share"))
    columns = [context.column("label", "text", "come_to"), context.column(unit), context.column("share", "share")]
    return {"frame": frame if every else frame.clear(), "columns": columns, "chart": _bars(context, key, unit)}


def path(context: Context, profile: Profile, part: Part) -> Table:
    """How far the victims have come, from identification to reintegration, and who was lost on the way."""
    victims = part.victims
    served = part.services.sort("started_on", "service_id", nulls_last=False)
    lines = []
    for step in profile.path:
        table = victims if step.table == "persons" else served
        table = table.group_by("person_id", maintain_order=True).last() if step.newest else table
        found = table
        if step.column:
            says = pl.col(step.column).is_not_null() & ~pl.col(step.column).is_in(step.but)
            found = table.filter(says & pl.col(step.column).is_in(step.codes) if step.codes else says)
        of = "mention_id" if step.table == "persons" else "person_id"
        reached = victims.join(found.select(of).unique(), on=of, how="semi")
        lines.append((step.title.of(context.words.language), reached.height))
    silent = victims.filter(pl.col("referral").is_null()).join(served, on="person_id", how="anti").height
    return context.table(
        "profile_path",
        **_funnel(context, "profile_path", "victims", lines, victims.height),
        unknown=(silent, victims.height),
        note=_unlinked(context),
    )


def _unlinked(context: Context) -> str:
    """How many services lead to no victim of a case: the path of these people is not known to be a victim's here."""
    services = context.edition.scan("services")
    if "mention_id" not in services.collect_schema().names():
        return ""
    counted = services.select(pl.len().alias("all"), pl.col("mention_id").is_null().sum().alias("lost")).collect()
    every, lost = counted.row(0)
    return context.word("services_unlinked", lost=lost, all=every) if lost else ""


def booked(context: Context, part: Part) -> Table:
    """Victims who are an accused as well: in the same case, in another one, in either."""
    victims = part.victims.select("mention_id", "person_id", "case_id", "named")
    pairs = victims.join(part.elsewhere.rename({"case_id": "accused_in"}), on="person_id")
    same = pairs.filter(pl.col("case_id") == pl.col("accused_in"))["mention_id"].n_unique()
    other = pairs.filter(pl.col("case_id") != pl.col("accused_in"))["mention_id"].n_unique()
    lines = [(context.word("booked_same"), same), (context.word("booked_other"), other)]
    lines.append((context.word("booked_either"), pairs["mention_id"].n_unique()))
    frame = pl.DataFrame(lines, schema={"label": pl.String, "victims": pl.Int64}, orient="row")
    columns = (context.column("label", "text", "booked_as"), context.column("victims"))
    nameless = int((~victims["named"]).sum())
    shown = frame if victims.height else frame.clear()
    return context.table("profile_booked", shown, columns, unknown=(nameless, victims.height))


def definitions(context: Context, profile: Profile) -> Table:
    """How the figures are made, in words."""
    language = context.words.language
    lines = [(one.term.of(language), one.text.of(language)) for one in profile.definition]
    frame = pl.DataFrame(lines, schema={"term": pl.String, "how": pl.String}, orient="row")
    columns = (context.column("term", "text", "what"), context.column("how", "text", "how_counted"))
    return context.table("profile_definitions", frame, columns, terminal=False)


def of_group(context: Context, profiles: Profiles, profile: Profile, group: Group, every: Part) -> list[Table]:
    """All tables of one group, in the order of the page."""
    part = every.of(group)
    tables = [by_people(context, one, part) for one in profile.people]
    tables += [routes(context, profiles, part)] if profile.routes else []
    tables += [by_district(context, part)]
    tables += [durations(context, profile, part)] if profile.duration else []
    tables += [outcomes(context, profile, part)] if profile.outcome else []
    tables += [path(context, profile, part)] if profile.path else []
    return [*tables, booked(context, part)]
