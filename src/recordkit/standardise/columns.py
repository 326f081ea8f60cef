"""How one column is cleaned: once per distinct value, joined back, its findings kept with their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from recordkit.fields import dates, text

Kernel = Callable[[pl.DataFrame], pl.DataFrame]

# Where a record came from. Every typed frame starts with these columns.
KEYS = ("record_id", "file_sha256", "sheet", "row", "part", "agency", "format", "period")

FINDING_SCHEMA = pl.Schema(
    {
        "sheet": pl.String,
        "row": pl.Int64,
        "column": pl.String,
        "field": pl.String,
        "code": pl.String,
        "value": pl.String,
        "detail": pl.String,
        "suggestion": pl.String,
    }
)


@dataclass(frozen=True)
class Use:
    """How one file says one field: the header it has there, the declared value aliases, the order of its dates."""

    header: str
    values: Mapping[str, str] = field(default_factory=dict)
    date_order: dates.DateOrder | str | None = None


Uses = Mapping[str, Use]


def on_distinct(rows: pl.DataFrame, columns: Sequence[str], kernel: Kernel) -> pl.DataFrame:
    """The kernel's output for every row of `rows`, computed once per distinct combination of `columns`."""
    distinct = rows.select(columns).unique(maintain_order=True)
    cleaned = kernel(distinct)
    # The kernel may give its columns the names of the raw ones: keys get names that it cannot use.
    keys = {name: f"__{name}" for name in columns}
    keyed = pl.concat([distinct.rename(keys), cleaned], how="horizontal")
    joined = rows.select(columns).rename(keys).join(
        keyed, on=list(keys.values()), how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.select(cleaned.columns)


def raw(rows: pl.DataFrame, name: str) -> pl.Series:
    """The strings of one intake field; all null when the file has no such column."""
    if name in rows.columns:
        return rows.get_column(name)
    return pl.Series(name, [None] * rows.height, dtype=pl.String)


def aliased(values: pl.Series, aliases: Mapping[str, str]) -> pl.Series:
    """`values` with the declaration's aliases put in their place; compared after folding case and letter forms."""
    if not aliases:
        return values
    folded = text.fold(values)
    table = dict(zip(text.fold(pl.Series(list(aliases))).to_list(), aliases.values(), strict=True))
    return (
        folded.replace_strict(table, default=None, return_dtype=pl.String)
        .fill_null(values)
        .alias(values.name)
    )


def clean(
    rows: pl.DataFrame, name: str, uses: Uses, kernel: Callable[[pl.Series], pl.DataFrame]
) -> pl.DataFrame:
    """The kernel's columns for one intake field of every row, value aliases applied first; kernel sees no null."""
    values = raw(rows, name).alias("value")
    use = uses.get(name)
    if use is not None:
        values = aliased(values, use.values)
    return on_distinct(values.to_frame(), ["value"], lambda d: kernel(d.get_column("value")))


def findings(
    rows: pl.DataFrame,
    name: str,
    uses: Uses,
    cleaned: pl.DataFrame,
    values: pl.Series | None = None,
) -> pl.DataFrame:
    """One FINDING_SCHEMA row for every code in `cleaned.codes`; `values` are the raw cells (default: the field's)."""
    use = uses.get(name)
    has = cleaned.get_column("codes").list.len() > 0
    blank = pl.lit(None, pl.String)
    suggestion = (
        pl.Series("suggestion", cleaned["suggestion"])
        if "suggestion" in cleaned.columns
        else blank.alias("suggestion")
    )
    found = rows.select("sheet", "row").with_columns(
        pl.lit(use.header if use else None, pl.String).alias("column"),
        pl.lit(name).alias("field"),
        cleaned.get_column("codes").alias("code"),
        (raw(rows, name) if values is None else values).alias("value"),
        blank.alias("detail"),
        suggestion,
    )
    listed = found.filter(has).explode("code")
    return listed.select(pl.col(column).cast(kind) for column, kind in FINDING_SCHEMA.items())
