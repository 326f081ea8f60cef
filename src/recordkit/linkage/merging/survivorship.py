"""Field by field, the newest value that is not empty, or by another rule; and where every value came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import polars as pl

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


# How several values become one, oldest first: `merge` of a column's declaration. Of equals the later one stands.
RULES: Mapping[str, Callable[[pl.Expr], pl.Expr]] = {
    "newest": lambda said: said.last(),
    "earliest": lambda said: said.first(),
    "most_stated": lambda said: said.mode(maintain_order=True).last(),
    "longest": lambda said: said.sort_by(said.str.len_chars(), maintain_order=True).last(),
    "largest": lambda said: said.max(),
    "smallest": lambda said: said.min(),
    "union": lambda said: said.list.explode(keep_nulls=False, empty_as_null=False).unique().sort(),
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
    several = ready.filter(~pl.col("_alone")).drop("_alone")
    merged = several.group_by(by, maintain_order=True).agg(
        RULES[merges.get(name, "newest")](pl.col(name).drop_nulls()).alias(name) for name in columns
    )
    return pl.concat([alone, merged.select(alone.columns)]).sort(by)


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


def values_of(frame: pl.DataFrame, *without: str) -> list[str]:
    """The columns of a submission frame that hold something said, not where it was said."""
    return [name for name in frame.columns if name not in PROVENANCE and name not in without]
