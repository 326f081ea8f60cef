"""How one column is cleaned: once per distinct value, joined back, its findings kept with their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from recordkit.fields import dates, dispatch, doubts, nearest, text
from recordkit.reference import Reference

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
    """How one file says one field: its header there, the declared value aliases, the order and zone of its dates, the
    pattern of its numbers."""

    header: str
    values: Mapping[str, str] = field(default_factory=dict)
    date_order: dates.DateOrder | str | None = None
    zone: str | None = None
    epoch: int = 1900
    verbatim: str | None = None  # a pattern: a number of a case that has it is kept as written
    pattern: str | None = None  # what values look like


Uses = Mapping[str, Use]


_CELL = "cell\x1f"  # before the name of a field: what stands in the file where the declaration reads something else

# Where nearly all of many values are different, finding the distinct ones saves nothing.
MANY = 4_096
MOSTLY = 0.7


def on_distinct(rows: pl.DataFrame, columns: Sequence[str], kernel: Kernel) -> pl.DataFrame:
    """The kernel's output for every row of `rows`, computed once per distinct combination of `columns`."""
    values = rows.select(columns)
    if values.height > MANY and max(values.select(pl.all().approx_n_unique()).row(0)) > MOSTLY * values.height:
        return kernel(values)
    distinct = values.unique(maintain_order=True)
    cleaned = kernel(distinct)
    if distinct.height <= 1:
        return _repeated(cleaned, rows.height)
    keys = {name: f"__{name}" for name in columns}
    numbered = distinct.rename(keys).with_row_index("__at")
    place = values.rename(keys).join(
        numbered, on=list(keys.values()), how="left", nulls_equal=True, maintain_order="left"
    )["__at"]
    return cleaned[place]


def declared(rows: pl.DataFrame, uses: Uses) -> pl.DataFrame:
    """`rows` as their declaration reads them: its `values` in the place of the cells, which `raw` still gives."""
    changed: list[pl.Series] = []
    for name, use in uses.items():
        if use.values and name in rows.columns and name not in KEYS:
            cells = rows.get_column(name)
            changed += [cells.alias(f"{_CELL}{name}"), nearest.aliased(cells, use.values)]
    return rows.with_columns(changed)


def without_doubts(rows: pl.DataFrame, names: Sequence[str], uses: Uses) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """`rows` without the question marks beside the values of these fields, which `raw` still gives; RK384 for each."""
    changed, found = [], []
    marked = rows.select(pl.col(name).str.contains(doubts.MARK).any() for name in names)
    for name in (one.name for one in marked if one.item()):
        bare, doubted = doubts.without_marks(declared_strings(rows, name))
        if doubted.any():
            changed.append(bare.alias(name))
            if f"{_CELL}{name}" not in rows.columns:
                changed.append(rows[name].alias(f"{_CELL}{name}"))
            codes = pl.DataFrame({"codes": dispatch.codes({"RK384": doubted})})
            found.append(findings(rows, name, uses, codes))
    return rows.with_columns(changed), found


def of_programs(rows: pl.DataFrame, uses: Uses, reference: Reference) -> list[pl.DataFrame]:
    """RK381 for every cell of a mapped field that is a word of a program, such as #BEZUG! or undefined: it is null.

    Errors in the English of spreadsheets are told when the file is read (RK119).
    """
    words = text.of_programs(reference)
    there = {name: raw_name(rows, name) for name in uses if name in rows.columns and name not in KEYS}
    holds = rows.select(pl.col(cell).is_in(words).any() for cell in there.values())
    found = []
    for name in (one for one, cell in there.items() if holds[cell].item()):
        codes = pl.DataFrame({"codes": dispatch.codes({"RK381": raw(rows, name).is_in(words)})})
        found.append(findings(rows, name, uses, codes))
    return found


def raw_name(rows: pl.DataFrame, name: str) -> str:
    """The column that holds the strings of an intake field as they stand in the file."""
    return f"{_CELL}{name}" if has_declared_values(rows, name) else name


def raw(rows: pl.DataFrame, name: str) -> pl.Series:
    """The strings of one intake field as they stand in the file; all null when it has no such column."""
    cells = raw_name(rows, name)
    return rows.get_column(cells).alias(name) if cells in rows.columns else declared_strings(rows, name)


def has_declared_values(rows: pl.DataFrame, name: str) -> bool:
    """Whether the declaration reads any values of a field as something else: else `raw` is what kernels clean."""
    return f"{_CELL}{name}" in rows.columns


def declared_strings(rows: pl.DataFrame, name: str) -> pl.Series:
    """The strings of one intake field as the declaration reads them: what kernels clean."""
    if name in rows.columns:
        return rows.get_column(name)
    return pl.Series(name, [None], dtype=pl.String).new_from_index(0, rows.height)


def each(values: pl.Series, kernel: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """The kernel's columns for every value, each distinct one cleaned once; one that remembers sees to it itself."""
    if values.null_count() == len(values):
        return of_nothing("", kernel, len(values))
    if dispatch.remembers(kernel):
        return kernel(values)
    return on_distinct(values.alias("value").to_frame(), ["value"], lambda d: kernel(d.get_column("value")))


def of_nothing(name: str, kernel: Callable[[pl.Series], pl.DataFrame], height: int) -> pl.DataFrame:
    """What a kernel makes of blank cells, which no reference table and no date of a file changes. Most fields are in
    most files absent: it is made once."""
    key = (name, *_named(kernel))
    if key not in _OF_NOTHING:
        made = kernel(pl.Series("value", [None], dtype=pl.String))
        if "<locals>" in getattr(key[1], "__qualname__", "<locals>"):
            return _repeated(made, height)  # another function each time: it would be kept for nobody
        _OF_NOTHING[key] = made
    return _repeated(_OF_NOTHING[key], height)


_OF_NOTHING: dict[tuple[object, ...], pl.DataFrame] = {}


def _named(kernel: Callable[[pl.Series], pl.DataFrame]) -> tuple[object, ...]:
    """A kernel and the words that it was given: a vocabulary, a relation."""
    if not isinstance(kernel, partial):
        return (kernel,)
    given = [*enumerate(kernel.args), *sorted(kernel.keywords.items())]
    return (kernel.func, *(one for one in given if isinstance(one[1], str)))


def _repeated(one: pl.DataFrame, height: int) -> pl.DataFrame:
    """A frame of one row as a frame of many; without a query, which would cost more than a short column."""
    return pl.DataFrame([column.new_from_index(0, height) for column in one]) if one.height else one


def findings(
    rows: pl.DataFrame,
    name: str,
    uses: Uses,
    cleaned: pl.DataFrame,
    values: pl.Series | None = None,
) -> pl.DataFrame:
    """One FINDING_SCHEMA row for every code in `cleaned.codes`; `values` are the raw cells (default: the field's)."""
    use = uses.get(name)
    if not has_codes(cleaned):
        return pl.DataFrame(schema=FINDING_SCHEMA)
    blank = pl.lit(None, pl.String)
    with_value = [
        pl.Series(name, cleaned[name]) if name in cleaned.columns else blank.alias(name)
        for name in ("detail", "suggestion")
    ]
    found = rows.lazy().select(
        "sheet",
        "row",
        pl.lit(use.header if use else None, pl.String).alias("column"),
        pl.lit(name).alias("field"),
        cleaned.get_column("codes").alias("code"),
        (raw(rows, name) if values is None else values).alias("value"),
        *with_value,
    )
    listed = found.filter(pl.col("code").list.len() > 0).explode("code")
    shaped = listed.select(pl.col(column).cast(kind) for column, kind in FINDING_SCHEMA.items())
    return shaped.collect(optimizations=pl.QueryOptFlags.none())


def has_codes(cleaned: pl.DataFrame) -> bool:
    """Whether `codes` of any row holds a code. A short column is looked through without a query."""
    codes = cleaned.get_column("codes")
    return any(codes.to_list()) if len(codes) <= dispatch.SHORT else bool((codes.list.len() > 0).any())
