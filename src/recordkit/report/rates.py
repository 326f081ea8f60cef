"""Cases for each 100,000 people, by province and by district as it was bounded when its people were counted."""

from __future__ import annotations

import polars as pl

from recordkit.report.context import COMMA, Context
from recordkit.report.model import Chart, Column, Group, Section, Table

PER = 100_000
PLACE = ["province", "district"]


def rates(context: Context) -> Section:
    """The section: provinces, then districts. Where nobody counted the people, the rate is a dash."""
    words = context.words.section["rates"]
    cases = _cases(context)
    return Section(
        "rates",
        words.title,
        words.urdu,
        words.intro,
        (Group((_provinces(context, cases), _districts(context, cases))),),
    )


def _cases(context: Context) -> pl.DataFrame:
    """period, province, district, code, count: the cases of the scope by national head."""
    counts = context.edition.scan("counts").filter(
        pl.col("classification").cast(pl.String) == "npb_head",
        pl.col("unit").cast(pl.String) == "case",
        pl.col("period").cast(pl.String).is_in(context.scope),
    )
    keys = pl.col("period", *PLACE, "code").cast(pl.String)
    return counts.group_by(keys).agg(pl.col("count").sum()).collect(engine="streaming")


def per_people(count: pl.Expr, people: pl.Expr) -> pl.Expr:
    """How many for each 100,000 people, to one decimal place."""
    return (count * PER / people).round(1)


def _wide(context: Context, cases: pl.DataFrame, keys: list[str]) -> tuple[pl.DataFrame, list[Column]]:
    """cases, rate, and the rate of each head, of rows that hold `people`."""
    codes = context.order("head", cases["code"].drop_nulls().unique().to_list())
    people = pl.col("people").first()
    rates = [
        per_people(pl.col("count").filter(pl.col("code") == code).sum(), people).alias(f"r{at}")
        for at, code in enumerate(codes)
    ]
    count = pl.col("count").sum()
    frame = cases.group_by(keys).agg(people, count.alias("cases"), per_people(count, people).alias("rate"), *rates)
    columns = [context.column("people"), context.column("cases"), context.column("rate", "share", strong=True)]
    columns += [
        Column(f"r{at}", context.label("head", code, "unclassified"), "share", aside=True)
        for at, code in enumerate(codes)
    ]
    return frame, columns


def _provinces(context: Context, cases: pl.DataFrame) -> Table:
    known = context.known.population.filter(pl.col("district").is_null()).select("province", "people")
    frame, columns = _wide(context, cases.join(known, on="province", how="left"), ["province"])
    names = {one: context.province(one) for one in frame["province"].drop_nulls()}
    frame = frame.sort("province", nulls_last=True).with_columns(
        pl.col("province").replace(names).fill_null(context.word("no_province")).alias("label")
    )
    heading = context.column("label", "text", "province")
    note = _counted(context)
    return context.table(
        "rates_by_province", frame, [heading, *columns], note=note, chart=_bars(context, "rates_by_province")
    )


def _bars(context: Context, key: str) -> Chart:
    return Chart("bars", context.words.table[key].title, ("rate",))


def _counted(context: Context) -> str:
    """On which day the people were counted."""
    days = context.known.population["counted_on"].drop_nulls().unique().sort().to_list()
    return context.word("counted_on", days=COMMA[context.words.language].join(days)) if days else ""


def _districts(context: Context, cases: pl.DataFrame) -> Table:
    known = context.known.population.filter(pl.col("district").is_not_null()).select(*PLACE, "counted_as", "people")
    joined = cases.join(known, on=PLACE, how="left").with_columns(pl.coalesce("counted_as", "district").alias("area"))
    frame, columns = _wide(context, joined, ["province", "area"])
    months = joined.group_by("province", "area").agg(pl.col("period").n_unique().alias("months"))
    frame = frame.join(months, on=["province", "area"], nulls_equal=True)
    of = len(context.scope)
    seen = pl.format("{}/{}", pl.col("months"), pl.lit(of))
    looks = pl.when(pl.col("months") < of).then(pl.lit("warn")).otherwise(pl.lit("plain"))
    names = {one: context.province(one) for one in frame["province"].drop_nulls()}
    order, down = (
        [pl.col("area").is_null(), pl.col("rate"), pl.col("province"), pl.col("area")],
        [False, True, False, False],
    )
    frame = frame.sort(order, descending=down, nulls_last=True).with_columns(
        pl.col("area").fill_null(context.word("unknown")).alias("label"),
        pl.col("province").replace(names).fill_null(context.word("no_province")),
        seen.alias("seen"),
        looks.alias("seen__state"),
    )
    heads = [context.column("label", "text", "district"), context.column("province", "text")]
    heads.append(context.column("seen", "code", "months_with_cases"))
    return context.table(
        "rates_by_district", frame, [*heads, *columns], note=_moved(context, joined), terminal=False,
        chart=_bars(context, "rates_by_district"),
    )  # fmt: skip


def _moved(context: Context, joined: pl.DataFrame) -> str:
    """Which districts are counted with the one that they were split from."""
    moved = joined.filter(pl.col("area") != pl.col("district")).select("district", "area").unique().sort("district")
    pairs = [context.word("counted_with", district=one, area=area) for one, area in moved.iter_rows()]
    return context.word("split_since", pairs=COMMA[context.words.language].join(pairs)) if pairs else ""
