"""Returned figures beside compiled ones."""

from __future__ import annotations

import polars as pl

from recordkit.counts import reconcile
from recordkit.report.context import Context, span
from recordkit.report.model import Column, Group, Section, Table

TOTAL = "TOTAL"
SUM = "SUM"
LOOKS = {"agree": "good", "differ": "warn", "no return": "bad", "blank": "bad", "not compiled": "plain"}


def returns(context: Context, reconciled: pl.DataFrame) -> Section:
    """All heads together by province and month, the largest differences, and every figure, long."""
    words = context.words.section["returns"]
    tables = (_totals(context, reconciled), _differences(context, reconciled), _long(context, reconciled))
    return Section("returns", words.title, words.urdu, words.intro, (Group(tables),))


def reconciled(context: Context) -> pl.DataFrame:
    """The rows of `counts.reconcile` for the months of the report; without a chosen month, those of whole years too."""
    agencies = context.agencies or None
    rows = reconcile(context.edition.scan("returns"), context.edition.scan("counts"), agencies)
    wanted = pl.col("period").is_in(context.scope)
    if context.month is None:
        wanted = wanted | (pl.col("period").str.len_chars() != 7) | (not context.months)
    return rows.filter(wanted)


def _shown(context: Context, rows: pl.DataFrame) -> pl.DataFrame:
    """Codes as names, and how the status looks."""
    names = {key: context.agency(key) for key in rows["returned_by"].drop_nulls().unique()}
    months = {period: context.month_name(period) for period in rows["period"].unique()}
    heads = {code: context.label("head", code, "unclassified") for code in rows["head"].unique()}
    heads |= {SUM: context.word("sum_of_heads")}
    provinces = {name: context.province(name) for name in rows["province"].drop_nulls().unique()}
    place = pl.coalesce("district", pl.col("province").replace(provinces), pl.lit(context.word("whole_country")))
    return rows.with_columns(
        place.alias("place"),
        pl.col("returned_by").replace(names),
        pl.col("period").replace(months).alias("month"),
        pl.col("period").alias("cell"),
        pl.col("head").replace(heads),
        pl.col("status").replace(LOOKS).alias("status__state"),
    )


def _totals(context: Context, rows: pl.DataFrame) -> Table:
    """Places down, months across: returned / compiled, of the TOTAL head where it was given, else summed."""
    keys = ["level", "place", "returned_by"]
    whole = _whole(rows)
    cells = _shown(context, whole).with_columns(_as_text(context, whole))
    joined = (
        cells.group_by(*keys, "cell", "text")
        .agg(pl.col("basis").unique().sort().str.join(", "), pl.col("status__state").first().alias("look"))
        .sort("text")
        .group_by(*keys, "cell", maintain_order=True)
        .agg(_told_apart(), _worst(pl.col("look")))
    )
    frame = joined.select(keys).unique().sort(keys, nulls_last=True)
    columns = [context.column("place", "text"), context.column("returned_by", "text", aside=True)]
    periods = sorted(joined["cell"].unique())[-context.words.months_across :]
    for at, period in enumerate(periods):
        here = joined.filter(pl.col("cell") == period).drop("cell")
        here = here.rename({"text": f"v{at}", "look": f"v{at}__state"})
        frame = frame.join(here, on=keys, how="left", nulls_equal=True, maintain_order="left")
        columns.append(Column(f"v{at}", context.month_name(period), "code"))
    return context.table("returns_by_month", frame, columns, period=span(context.words, periods) if periods else None)


def _told_apart() -> pl.Expr:
    """The figures of one cell; several that differ each say how they came about."""
    text = pl.col("text")
    each = pl.concat_str(text, pl.lit(" ("), "basis", pl.lit(")")).str.join("; ")
    return pl.when(pl.len() > 1).then(each).otherwise(text.first()).alias("text")


def _whole(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for a place, period, source and basis: its TOTAL, or all the heads it returned added up."""
    above = rows.filter(pl.col("level").is_in(["province", "national"]), pl.col("unit") == "case")
    sender = ["level", "period", "province", "returned_by"]
    came = above.filter(pl.col("basis") != "none")
    above = pl.concat(
        [came, above.filter(pl.col("basis") == "none").join(came, on=sender, how="anti", nulls_equal=True)]
    )
    keys = [*sender, "source", "basis"]
    totals = above.filter(pl.col("head") == TOTAL)
    heads = above.join(totals, on=keys, how="anti", nulls_equal=True)
    summed = heads.group_by(keys).agg(_sum_if_any("returned"), _sum_if_any("compiled"))
    summed = summed.with_columns(_status(), district=pl.lit(None, pl.String), head=pl.lit(SUM))
    columns = [*keys, "district", "head", "returned", "compiled", "status"]
    return pl.concat([totals.select(columns), summed.select(columns)])


def _status() -> pl.Expr:
    """The status of a sum of heads, as `reconcile` gives it to single ones."""
    return (
        pl.when(pl.col("basis") == "none")
        .then(pl.lit("no return"))
        .when(pl.col("returned").is_null())
        .then(pl.lit("blank"))
        .when(pl.col("compiled").is_null())
        .then(pl.lit("not compiled"))
        .when(pl.col("returned") == pl.col("compiled"))
        .then(pl.lit("agree"))
        .otherwise(pl.lit("differ"))
        .alias("status")
    )


def _as_text(context: Context, rows: pl.DataFrame) -> pl.Expr:
    """ "412 / 409", or the status in the place of a figure that was not returned."""
    numbers = {number: f"{number:,}" for name in ("returned", "compiled") for number in rows[name].drop_nulls()}
    figure = [
        pl.col(name).replace_strict(numbers, default="–", return_dtype=pl.String) for name in ("returned", "compiled")
    ]
    gone = pl.col("status").is_in(["no return", "blank"])
    status = pl.col("status").replace({one: context.word(f"return_{one}") for one in LOOKS})
    text = pl.when(gone).then(status).otherwise(figure[0])
    return pl.concat_str(text, pl.lit(" / "), figure[1]).alias("text")


def _covered(context: Context, rows: pl.DataFrame) -> str:
    """The months or years of the figures, in words."""
    periods = sorted(rows["period"].drop_nulls().unique())
    return span(context.words, periods) if periods else context.period


def _worst(look: pl.Expr) -> pl.Expr:
    ranked = {"plain": 0, "good": 1, "warn": 2, "bad": 3}
    return look.sort_by(look.replace_strict(ranked, return_dtype=pl.Int8)).last()


def _sum_if_any(column: str) -> pl.Expr:
    return pl.when(pl.col(column).is_not_null().any()).then(pl.col(column).sum()).alias(column)


def _differences(context: Context, rows: pl.DataFrame) -> Table:
    """The largest differences of single heads, by province or country."""
    wrong = rows.filter(
        pl.col("status") == "differ", pl.col("head") != TOTAL, pl.col("level").is_in(["province", "national"])
    )
    same = ["level", "period", "province", "head", "returned_by", "source", "returned", "compiled"]
    once = wrong.group_by(same).agg(
        pl.col("district", "difference", "status").first(), pl.col("basis").sort().str.join(", ")
    )
    ranked = once.sort(
        pl.col("difference").abs(), "period", "province", "head", "source", descending=[True, *[False] * 4]
    )
    largest = ranked.head(context.words.differences_shown)
    frame = _shown(context, largest)
    columns = (
        context.column("place", "text"),
        context.column("month", "text"),
        context.column("head", "text"),
        context.column("returned"),
        context.column("compiled"),
        context.column("difference", "change", strong=True),
        context.column("returned_by", "text", aside=True),
        context.column("source", "text", "returned_in", aside=True),
        context.column("basis", "text", "returned_as", aside=True),
    )
    return context.table("returns_by_head", frame, columns, period=_covered(context, rows))


def _long(context: Context, rows: pl.DataFrame) -> Table:
    frame = rows.with_columns(pl.col("compiled_by").list.join(", "))
    kinds = {"returned": "count", "blanks": "count", "compiled": "count", "difference": "change"}
    columns = [
        Column(name, name, "change" if kinds.get(name) == "change" else "count" if name in kinds else "text")
        for name in frame.columns
    ]
    return context.table("returns_long", frame, columns, data_only=True, period=_covered(context, rows))
