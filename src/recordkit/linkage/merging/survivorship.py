"""Field by field, the newest value that is not empty, or by another rule; and where every value came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import polars as pl

from recordkit import tables
from recordkit.linkage import graph

ORDER = ("received", "period", "agency", "file_sha256", "sheet", "row", "part", "record_id")
_ORDER_TYPES = dict.fromkeys(ORDER, pl.String) | {"row": pl.Int64, "part": pl.Int32}
SOURCE = pl.Struct({"file_sha256": pl.String, "sheet": pl.String, "row": pl.Int64})
SUPERSEDED = "superseded"  # the file came back corrected: it has a word only where no other has
NEWEST: Mapping[str, str] = MappingProxyType({})  # every column merged by the newest value
PROVENANCE = frozenset({*ORDER, "format", "unit", "source_rows", SUPERSEDED})


def oldest_first(frame: pl.DataFrame, *first: str) -> pl.DataFrame:
    """`frame` sorted by `first`, then from the oldest submission to the newest; `received` is never null."""
    known = graph.ensure(frame, _ORDER_TYPES).with_columns(pl.coalesce("received", "period").alias("received"))
    ties = [name for name in ("role", "position") if name in frame.columns]
    return known.sort(*first, *ORDER, *ties, nulls_last=False)


# How the values of a group become one, oldest first: `merge` of a column's declaration. Of equals the later one stands.
RULES: Mapping[str, Callable[[pl.Expr], pl.Expr]] = {
    "newest": lambda values: values.last(),
    "earliest": lambda values: values.first(),
    "most_stated": lambda values: values.mode(maintain_order=True).last(),
    "longest": lambda values: values.sort_by(values.str.len_chars(), maintain_order=True).last(),
    "largest": lambda values: values.max(),
    "smallest": lambda values: values.min(),
    "union": lambda values: values.list.explode(keep_nulls=False, empty_as_null=False).unique().sort(),
    "distinct": lambda values: values.n_unique().cast(pl.Int32),
    "rows": lambda _: pl.len().cast(pl.Int32),
}


def newest(
    frame: pl.DataFrame, by: Sequence[str], columns: Sequence[str], merges: Mapping[str, str] = NEWEST
) -> pl.DataFrame:
    """One row per `by`, sorted: the last non-null value of every column, or what `merges` says of it (RULES). `frame`
    is sorted oldest first.

    Lists count as values when they hold something. Rows that are alone are passed through untouched.
    """
    ready = frame.select(
        *by, *(_empty_list_is_null(frame, name) for name in columns), _alone=pl.len().over(list(by)) == 1
    )
    alone = ready.filter("_alone").drop("_alone")
    repeated = ready.filter(~pl.col("_alone")).drop("_alone")
    merged = repeated.group_by(by, maintain_order=True).agg(
        RULES[merges.get(name, "newest")](pl.col(name).drop_nulls()).alias(name) for name in columns
    )
    return pl.concat([alone, merged.select(alone.columns)]).sort(by)


def summed(frame: pl.DataFrame, by: Sequence[str], table: tables.Table) -> pl.DataFrame:
    """One row per `by`: the columns that `table` makes of others (`of`) by their rules. `frame` is sorted oldest first;
    a column of it that is not there has said nothing."""
    frame = graph.ensure(frame, {one.of: one.dtype for one in table.summaries})
    lists = [one for one in table.summaries if one.merge == "union" and isinstance(frame.schema[one.of], pl.List)]
    own_rule = {one.name for one in table.summaries if one in lists or one.merge in ("most_written", "fullest")}
    plain = [_summary(one).alias(one.name) for one in table.summaries if one.name not in own_rule]
    found = frame.group_by(by).agg(plain)
    for one in lists:
        flat = frame.select(*by, pl.col(one.of).alias(one.name)).explode(one.name).drop_nulls(one.name).unique()
        sorted_values = flat.group_by(by).agg(pl.col(one.name).sort())
        found = found.join(sorted_values, on=by, how="left").with_columns(pl.col(one.name).fill_null([]))
    return _with_most_written(found, frame, by, table)


def _summary(one: tables.Column) -> pl.Expr:
    """What a column makes of the values of another: all of them as a list, or one by its rule."""
    values = pl.col(one.of).drop_nulls()
    if one.merge == "strongest":
        places = list(range(len(one.values)))
        place = values.replace_strict(one.values, places, default=None, return_dtype=pl.Int32)
        return place.min().replace_strict(places, one.values, default=None, return_dtype=pl.String)
    return values.unique().sort() if one.merge == "union" else RULES[one.merge](values)


def _with_most_written(
    found: pl.DataFrame, frame: pl.DataFrame, by: Sequence[str], table: tables.Table
) -> pl.DataFrame:
    """`found` with the values that are written most often, each with what is said together with it."""
    for one in table.summaries:
        together = table.facts.get(one.fact)
        if one.merge not in ("most_written", "fullest") or (together and one.name not in together.key):
            continue
        others = [name for name in table.merged_together(one.fact) if name != one.name] if one.fact else []
        written = {other.name: other.of for other in table.summaries if other.name in (one.name, *others)}
        values = frame.select(*by, *(pl.col(of).alias(name) for name, of in written.items()))
        best = _most_written(values, by, [one.name, *others], fullest=one.merge == "fullest")
        found = found.join(best, on=by, how="left")
    return found


def _most_written(frame: pl.DataFrame, by: Sequence[str], columns: list[str], *, fullest: bool) -> pl.DataFrame:
    """The most frequent value of the first column, with what stands beside it; of equals the longer text. `fullest`: a
    first of January only where there is nothing else: it often means that only the year was known."""
    first, *_ = columns
    value = pl.col(first)
    rough = (value.dt.month() == 1) & (value.dt.day() == 1) if fullest else pl.lit(False)
    counted = frame.drop_nulls(first).group_by(*by, *columns).len()
    order = dict.fromkeys([*by, "rough"], False) | {"len": True, "long": True} | dict.fromkeys(columns, False)
    return (
        counted.with_columns(rough=rough, long=pl.lit(0) if fullest else value.cast(pl.String).str.len_chars())
        .sort(list(order), descending=list(order.values()))
        .unique(by, keep="first", maintain_order=True)
        .select(*by, *columns)
    )


def _empty_list_is_null(frame: pl.DataFrame, name: str) -> pl.Expr:
    if isinstance(frame.schema[name], pl.List):
        return pl.when(pl.col(name).list.len() > 0).then(name).alias(name)
    return pl.col(name)


def origin(frame: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """One row per `by`: source_rows, sorted and distinct."""
    rows = frame.select(*by, pl.struct("file_sha256", "sheet", "row").alias("source_rows"))
    return (
        rows.unique().sort(*by, "source_rows").group_by(by, maintain_order=True).agg(pl.col("source_rows").cast(SOURCE))
    )


def values_of(frame: pl.DataFrame, table: tables.Table, *without: str) -> list[str]:
    """The columns of a submission frame that hold something said, not where it was said, and that are merged."""
    own_rule = {*without, *table.key, *(one.name for one in table.summaries)}
    own_rule |= {name for name, rule in table.merges.items() if rule == "none"}
    return [name for name in frame.columns if name not in PROVENANCE and name not in own_rule]
