"""Cases by month, head and province; the trafficking tiers, each alone; the status of cases."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from recordkit.report import comparison
from recordkit.report.context import Context
from recordkit.report.coverage import complete_months, nil_months
from recordkit.report.crosstab import Code, Side, cross
from recordkit.report.model import Chart, Column, Group, Section, Table

UNITS: dict[Code, str] = {"case": "cases", "charge": "charges", "victim": "victims", "accused": "accused"}


def cases(context: Context) -> Section:
    """Cases by month and head, by head and province, by month and province; what is counted; every count, long."""
    words = context.words.section["cases"]
    tables = (_by_month(context), _by_head(context), _by_province(context), _counted(context), _long(context))
    return Section("cases", words.title, words.urdu, words.intro, (Group(tables),))


def tiers(context: Context) -> Section:
    """One group per tier: no table holds two of them, so that nobody adds them up."""
    words = context.words.section["tiers"]
    found = context.cube.filter(pl.col("classification") == "tip_tier", pl.col("period").is_in(context.months))
    keys = dict.fromkeys([*context.words.tier, *found["code"].drop_nulls().unique().sort()])
    groups = tuple(
        _tier(context, key, found.filter(pl.col("code") == key), key if key in context.words.tier else f"tier_{at}")
        for at, key in enumerate(keys)
    )
    return Section("tiers", words.title, words.urdu, words.intro, groups)


def status(context: Context) -> Section:
    """Status of cases by agency; enquiries in a table of their own."""
    words = context.words.section["status"]
    tables = (
        _by_status(context, "status", context.cases),
        _by_status(context, "enquiries", context.enquiries),
    )
    return Section("status", words.title, words.urdu, words.intro, (Group(tables),))


def principal(context: Context) -> pl.DataFrame:
    """The rows of `counts` whose unit is case, under the national heads: period, agency, province, code, count …"""
    return context.cube.filter(pl.col("classification") == "npb_head", pl.col("unit") == "case")


def _months(context: Context) -> Side:
    return Side("period", {month: context.month_name(month) for month in context.months}, context.word("month"))


def _heads(context: Context, long: pl.DataFrame, heading: str = "") -> Side:
    codes = context.order("head", long["code"].unique().to_list())
    return Side("code", {code: context.label("head", code, "unclassified") for code in codes}, heading)


def _provinces(context: Context, long: pl.DataFrame, heading: str = "") -> Side:
    codes = long["province"].unique().sort(nulls_last=True).to_list()
    names = {code: context.province(code) if code else context.word("no_province") for code in codes}
    return Side("province", names, heading)


def _by_month(context: Context) -> Table:
    """Months down, heads across."""
    long = principal(context)
    inside = long.filter(pl.col("period").is_in(context.months))
    crossed = cross(inside, _months(context), _heads(context, inside), context.word("total"))
    title = context.words.table["cases_by_month"].title
    chart = Chart("multiples", title, ("total", *crossed.values), "partial") if inside.height else None
    return context.table(
        "cases_by_month",
        _with_partial(context, crossed.frame) if inside.height else crossed.frame.clear(),
        crossed.columns if inside.height else (),
        note=_outside(context, long),
        period=context.window,
        chart=chart,
        total_row=True,
        trace=_example(context, inside, "code", classification="npb_head"),
    )


def _with_partial(context: Context, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of months, and of their sum, with `partial`: the month is incomplete."""
    whole = complete_months(context)
    partial = [month not in whole for month in context.months] + [False]
    return frame.with_columns(pl.Series("partial", partial if frame.height else [], dtype=pl.Boolean))


def _example(context: Context, long: pl.DataFrame, part: str, **cell: str) -> str:
    """The command that traces a figure of the newest month that has any: of the most frequent value of `part`."""
    fits = [pl.col("period").is_in(context.scope), pl.col("count") > 0, pl.col(part).is_not_null()]
    fits += [pl.col("unit") == "case"] if "unit" in long.columns else []
    cells = long.lazy().filter(fits).group_by("period", part).agg(pl.col("count").sum())
    found = cells.sort("period", "count", part, descending=[True, True, False]).head(1).collect().to_dicts()
    if not found:
        return ""
    first = found[0]
    return comparison.trace(period=first["period"], unit="case", **cell, **{part: first[part]})


def _outside(context: Context, long: pl.DataFrame) -> str:
    """What the months shown leave out, in words."""
    left_out = [
        f"{context.word(key)}: {number:,}" for key, number in _left_out(context, context.months, long) if number
    ]
    return context.word("not_in_table", parts="; ".join(left_out)) if left_out else ""


def _left_out(context: Context, months: Sequence[str], long: pl.DataFrame) -> list[tuple[str, int]]:
    """Cases registered before and after some months that follow each other, and those of which no month is known."""
    period, parts = pl.col("period"), [("undated", pl.col("period").is_null())]
    if months:
        newest = context.sources["period"].cast(pl.String).max()
        after = "after" if isinstance(newest, str) and months[-1] < newest else "later"
        parts = [("earlier", period < months[0]), (after, period > months[-1]), *parts]
    return [(key, int(long.filter(where)["count"].sum())) for key, where in parts]


def _counted(context: Context) -> Table:
    """From the rows of the table of cases to the number of cases that stands in every other table."""
    long = principal(context)
    entries, enquiries = (
        int(frame.select(pl.len()).collect().item()) for frame in (context.edition.scan("cases"), context.enquiries)
    )
    counted, shown = (int(frame["count"].sum()) for frame in (long, long.filter(pl.col("period").is_in(context.scope))))
    steps = [("enquiries", enquiries), ("no_crime", entries - enquiries - counted)]
    steps += _left_out(context, context.scope, long)
    lines = [(context.word("entries"), entries)]
    lines += [(f"− {context.word(key)}", number) for key, number in steps if number]
    lines += [(f"= {context.word('counted')}", shown)]
    frame = pl.DataFrame(lines, schema={"label": pl.String, "cases": pl.Int64}, orient="row")
    columns = (Column("label", "", "text"), context.column("cases", word="number"))
    return context.table("counted", frame if entries else frame.clear(), columns, total_row=True)


def _by_head(context: Context) -> Table:
    long = principal(context).filter(pl.col("period").is_in(context.scope))
    heads = _heads(context, long, context.word("head"))
    crossed = cross(long, heads, _provinces(context, long), context.word("total"), "column")
    chart = Chart("bars", context.words.table["cases_by_head"].title, ("total",))
    trace = _example(context, long, "code", classification="npb_head")
    return context.table("cases_by_head", crossed.frame, crossed.columns, chart=chart, total_row=True, trace=trace)


def _by_province(context: Context) -> Table:
    """Months down, provinces across: empty where nothing came from a province, 0 where it said nil."""
    long = principal(context).filter(pl.col("period").is_in(context.months)).select("period", "province", "count")
    trace = _example(context, long, "province", classification="npb_head")
    nil = nil_months(context).select("period", "province", pl.lit(0, pl.Int64).alias("count"))
    long = pl.concat([long, nil.filter(pl.col("period").is_in(context.months))])
    crossed = cross(long, _months(context), _provinces(context, long), context.word("total"), "no")
    frame = crossed.frame if long.height else crossed.frame.clear()
    return context.table(
        "cases_by_province", frame, crossed.columns, period=context.window, total_row=True, terminal=False, trace=trace
    )


def _long(context: Context) -> Table:
    frame = (
        context.cube.filter(pl.col("period").is_in(context.months))
        .sort("period", "agency", "province", "unit", "classification", "code", nulls_last=True)
        .select("period", "agency", "province", "unit", "classification", "code", "count")
    )
    columns = [Column(name, name, "text") for name in frame.columns[:-1]]
    columns.append(Column("count", "count"))
    return context.table("counts_long", frame, columns, period=context.window, data_only=True)


def _tier(context: Context, key: str, found: pl.DataFrame, name: str) -> Group:
    """A tier; `name` is its key made for ids."""
    words = context.words.tier.get(key)
    title = words.title if words else key
    units = Side("unit", {unit: context.word(word) for unit, word in UNITS.items()})
    by_month = _without_total(context, found, _months(context), units)
    scoped = found.filter(pl.col("period").is_in(context.scope))
    by_province = _without_total(context, scoped, _provinces(context, scoped, context.word("province")), units)
    chart = Chart("columns", context.word("cases_by_month", title=title), ("v0",), "partial")
    trace = _example(context, found, "code", classification="tip_tier")
    tables = (
        context.table(
            "tier_by_month",
            _with_partial(context, by_month[0]),
            by_month[1],
            name=f"{name}_by_month",
            title=context.word("month_by_month", title=title),
            chart=chart,
            period=context.window,
            total_row=True,
            terminal=False,
            trace=trace,
        ),
        context.table(
            "tier_by_province",
            *by_province,
            name=f"{name}_by_province",
            title=context.word("by_province", title=title),
            total_row=True,
        ),
    )
    return Group(tables, title, words.urdu if words else None, words.note if words else "")


def _without_total(
    context: Context, long: pl.DataFrame, down: Side, units: Side
) -> tuple[pl.DataFrame, tuple[Column, ...]]:
    """A cross table of units: cases, charges and people are never added to each other."""
    if not long.height:
        return pl.DataFrame({"label": []}, schema={"label": pl.String}), ()
    crossed = cross(long, down, units, context.word("total"), "row")
    return crossed.frame.drop("total"), crossed.columns[:-1]


def _by_status(context: Context, key: str, cases: pl.LazyFrame) -> Table:
    counted = (
        cases.filter(pl.col("period").is_in(context.scope))
        .group_by(pl.col("status", "agency").cast(pl.String))
        .agg(pl.len().cast(pl.Int64).alias("count"))
        .collect(engine="streaming")
    )
    statuses = context.order("status", counted["status"].unique().to_list())
    names = {code: context.label("status", code, "no_status") for code in statuses}
    down = Side("status", names, context.word("status"))
    agencies = counted["agency"].unique().sort(nulls_last=True).to_list()
    across = Side("agency", {code: context.agency(code) if code else context.word("unknown") for code in agencies})
    crossed = cross(counted, down, across, context.word("total"), "column")
    chart = Chart("bars", context.words.table[key].title, ("total",))
    return context.table(key, crossed.frame, crossed.columns, chart=chart, total_row=True)
