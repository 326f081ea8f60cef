"""Turns the record rows of one table into records: select, split, join, several in a row, expand, spread."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

import polars as pl

from recordkit import details, issues
from recordkit.agencies.declaration import Join, Split
from recordkit.fields import numbers
from recordkit.mapping.model import MOST_COPIES, Carry, PlannedColumn, SheetPlan, Table

UNCOUNTED = "RK231"
TWIN = "twin"  # the detail of a spread column that says the same as another one
FLAGS = ("of_heads", "unsure")  # of a return's cell: a sum of some heads; one of two that say the same


def records(
    rows: pl.DataFrame, plan: SheetPlan, table: Table, sides: Sides
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(row, part, the plan's fields (and is_total for returns) of the record rows of one table; what got lost).

    Lost: row, code, detail of joins that found nothing or too much, and of multiplicities that cannot be believed.
    """
    found = select(rows, plan, table)
    found = _split(found, plan.reshape.split)
    found, lost = joined(found, plan.reshape.join, sides)
    found = _several(found, plan, table)
    found, uncounted = _expanded(found, plan.reshape.expand, plan.count_words)
    found = _spread(found, plan, table)
    given = {name: pl.lit(value, pl.String) for name, value in plan.constants.items()}
    own = {name: pl.col(name) for name in given if name in found.columns}
    constants = [pl.coalesce(own.get(name, value), value).alias(name) for name, value in given.items()]
    return _numbered(found.with_columns(constants), plan), pl.concat([lost, uncounted])


def select(rows: pl.DataFrame, plan: SheetPlan, table: Table) -> pl.DataFrame:
    """The sheet's columns under their fields' names; counted and spread columns keep their own for now."""
    by_field: dict[str, list[PlannedColumn]] = {}
    for one in table.of("field"):
        if one.field and one.column in rows.columns and one.number is None:
            by_field.setdefault(one.field, []).append(one)
    named = [_one_field(name, columns, plan) for name, columns in by_field.items()]
    needed = [one.column for one in table.of("spread", "spread_total") if one.column in rows.columns]
    needed += [one.column for one in table.of("field") if one.number is not None and one.column in rows.columns]
    made = [name for name in rows.columns if name.startswith("_f_")]
    banners = [pl.col(name).alias(name.removeprefix("_f_")) for name in made]
    banners = [column for column in banners if column.meta.output_name() not in by_field]
    return rows.select("row", "is_total", *needed, *named, *banners)


def _one_field(name: str, columns: Sequence[PlannedColumn], plan: SheetPlan) -> pl.Expr:
    cells = [_meant(pl.col(one.column), plan.values_of_columns.get(one.header, {})) for one in columns]
    value = cells[0]
    if len(cells) > 1:
        filled = pl.any_horizontal(cell.is_not_null() for cell in cells)
        text = pl.concat_str(cells, separator=plan.joins.get(name, " "), ignore_nulls=True)
        value = pl.when(filled).then(text)
    if name in plan.places:  # the label of a total that is kept is no place
        value = pl.when(~(pl.col("is_total") & pl.col("_labelled").eq(columns[0].column))).then(value)
    return value.alias(name)


def _meant(cell: pl.Expr, values: Mapping[str, str]) -> pl.Expr:
    """A cell of a column whose values are declared for it alone; what is not declared stays as it is."""
    if not values:
        return cell
    known = {value.strip().lower(): meant or None for value, meant in values.items()}
    return cell.str.strip_chars().str.to_lowercase().replace_strict(known, default=cell, return_dtype=pl.String)


# --------------------------------------------------------------------------------------- single ops


def _split(rows: pl.DataFrame, splits: Sequence[Split]) -> pl.DataFrame:
    """Named groups of a pattern become fields; a cell that does not match goes to `otherwise`, whole."""
    for split in splits:
        cell = pl.col(split.field) if split.field in rows.columns else pl.lit(None, pl.String)
        groups = list(re.compile(split.pattern).groupindex.items())
        taken = {name: cell.str.extract(split.pattern, at) for name, at in groups}
        if split.otherwise:
            unmatched = pl.when(~cell.str.contains(split.pattern)).then(cell)
            matched = taken.get(split.otherwise)
            taken[split.otherwise] = unmatched if matched is None else pl.coalesce(matched, unmatched)
        rows = rows.with_columns(value.alias(name) for name, value in taken.items())
    return rows


def _several(rows: pl.DataFrame, plan: SheetPlan, table: Table) -> pl.DataFrame:
    """Column groups "accused 1 ...", "accused 2 ...": one record per filled group, the first always."""
    counted = [one for one in table.of("field") if one.number is not None and one.column in rows.columns]
    if not counted:
        return rows
    columns = [one.column for one in counted]
    shared = [name for name in rows.columns if name not in columns]
    numbers = sorted({one.number for one in counted if one.number is not None})
    groups = []
    for at, number in enumerate(numbers):
        own = {one.field: one.column for one in counted if one.number == number and one.field}
        renamed = [pl.col(column).alias(name) for name, column in own.items()]
        group = rows.select(*shared, *renamed, pl.lit(at).alias("_group"))
        filled = pl.lit(at == 0) | pl.any_horizontal(pl.col(list(own)).is_not_null())
        groups.append(group.filter(filled))
    return pl.concat(groups, how="diagonal").sort("row", "_group", maintain_order=True).drop("_group")


def _expanded(
    rows: pl.DataFrame, helper: str | None, words: numbers.CountWords
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A row that stands for n equal records becomes n records: they are real, each one is kept.

    Where no such number stands, the row is one record, and that is told (row, code, detail).
    """
    if helper is None or helper not in rows.columns:
        return rows, pl.DataFrame(schema={"row": pl.Int64, "code": pl.String, "detail": pl.String})
    count = numbers.read_counts(rows.get_column(helper), words)["value"]
    believed = count.is_between(1, MOST_COPIES).fill_null(False)
    why = (
        pl.when(pl.lit(count) > MOST_COPIES).then(details.column("more_than", count=pl.lit(MOST_COPIES)))
        .when(pl.lit(count) == 0).then(details.column("zero"))
        .when(pl.col(helper).is_null()).then(details.column("blank"))
        .otherwise(details.column("no_whole_number"))
    )  # fmt: skip
    findings = rows.select("row", code=pl.lit(UNCOUNTED), detail=why)
    copies = pl.select(pl.when(believed).then(count).otherwise(1).alias("_copies")).to_series()
    listed = rows.with_columns(pl.int_ranges(0, copies).alias("_copy"))
    return listed.explode("_copy").drop("_copy"), findings.filter(~believed)


def _spread(rows: pl.DataFrame, plan: SheetPlan, table: Table) -> pl.DataFrame:
    """Columns that are values become rows, in the order of the columns. A blank cell stays a blank count."""
    unpivot = plan.reshape.unpivot
    columns = [one for one in table.of("spread", "spread_total") if one.column in rows.columns]
    if unpivot is None or not columns:
        return rows
    names = [one.column for one in columns]
    others = [name for name in rows.columns if name not in names]
    numbered = rows.with_row_index("_at")
    long = numbered.unpivot(names, index=["_at", *others], variable_name="_column", value_name=unpivot.value)
    order = {name: at for at, name in enumerate(names)}
    long = long.with_columns(pl.col("_column").replace_strict(order, return_dtype=pl.Int32).alias("_order"))
    totals = [one.column for one in columns if one.kind == "spread_total"]
    twins = [one.column for one in columns if one.kind == "spread" and one.detail == TWIN]
    long = long.with_columns(
        *(_level(at, name, columns, plan) for at, name in enumerate(unpivot.into)),
        (pl.col("is_total") | pl.col("_column").is_in(totals)).alias("is_total"),
        (pl.col("_column").is_in(totals) & pl.lit(unpivot.into == ("head",))).alias("of_heads"),
        pl.col("_column").is_in(twins).alias("unsure"),
    )
    return long.sort("_at", "_order").drop("_at", "_order", "_column")


def _level(at: int, name: str, columns: Sequence[PlannedColumn], plan: SheetPlan) -> pl.Expr:
    """The header text of one level as a value; a total column's own words are given by `total_value`."""
    unpivot = plan.reshape.unpivot
    assert unpivot is not None
    many = len(unpivot.into) > 1
    texts: dict[str, str | None] = {}
    for one in columns:
        text = one.levels[at] if many and at < len(one.levels) else one.header
        if one.kind == "spread_total" and at == 0 and unpivot.total_value is not None:
            text = unpivot.total_value
        texts[one.column] = text or None
    return pl.col("_column").replace_strict(texts, default=None, return_dtype=pl.String).alias(name)


def _numbered(rows: pl.DataFrame, plan: SheetPlan) -> pl.DataFrame:
    """The plan's columns in order, and `part` counting the records of one source row from 0."""
    missing = [pl.lit(None, pl.String).alias(name) for name in plan.fields if name not in rows.columns]
    many = plan.reshape.unpivot or plan.reshape.records or plan.reshape.expand
    part = (pl.int_range(pl.len()).over("row") if many else pl.lit(0)).cast(pl.Int32).alias("part")
    flag = ["is_total", *FLAGS] if plan.unit == "return" else []
    missing += [pl.lit(False).alias(name) for name in FLAGS if name not in rows.columns]
    return rows.with_columns(missing).with_columns(part).select("row", "part", *plan.fields, *flag)


Sides = Mapping[str, pl.DataFrame]  # format -> its mapped rows, with the fields that others take
NO_SIDES: Sides = {}
MISSING, AMBIGUOUS = "RK225", "RK226"
NORMAL = "_key_{}"


def joined(rows: pl.DataFrame, joins: Sequence[Join], sides: Sides) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows with the fields of every join, findings: row, code, detail). What a row itself says wins.

    A join whose side is not there leaves the rows as they are: RK227 is said of the sheet, not of its rows.
    """
    found = []
    for join in joins:
        if join.format in sides:
            rows, lost = _one(rows, join, sides[join.format])
            found.append(lost)
    empty = pl.DataFrame(schema={"row": pl.Int64, "code": pl.String, "detail": pl.String})
    return rows, pl.concat([empty, *found])


def _one(rows: pl.DataFrame, join: Join, other: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    present = [name for name in join.fields if name in other.columns]
    keys = [NORMAL.format(name) for name in join.key]
    unique = _by_key(other, join.key, keys, present)
    keyed = rows.with_columns(_normal(rows, name).alias(key) for name, key in zip(join.key, keys, strict=True))
    both = keyed.join(unique, on=keys, how="left", maintain_order="left")
    complete = pl.all_horizontal(pl.col(key).is_not_null() for key in keys)
    missing = pl.when(complete & pl.col("_rows").is_null()).then(pl.lit(MISSING))
    code = missing.when(pl.col("_rows") > 1).then(pl.lit(AMBIGUOUS))
    where = pl.lit(details.text("key_of_format", key=" + ".join(join.key), format=join.format))
    lost = both.select("row", code.alias("code"), where.alias("detail")).drop_nulls("code").unique(maintain_order=True)
    values = [
        pl.coalesce(*([name] if name in rows.columns else []), f"_j_{name}").alias(name) for name in present
    ]
    return both.with_columns(values).drop([*keys, "_rows", *(f"_j_{name}" for name in present)]), lost


def _by_key(other: pl.DataFrame, key: Sequence[str], keys: Sequence[str], present: Sequence[str]) -> pl.DataFrame:
    """One row for every key: `_j_<field>`, and in `_rows` how many different rows it names; several give nulls."""
    named = other.with_columns(_normal(other, name).alias(new) for name, new in zip(key, keys, strict=True))
    distinct = named.select(*keys, *(pl.col(name).alias(f"_j_{name}") for name in present)).drop_nulls(keys).unique(
        maintain_order=True
    )
    taken = [pl.when(pl.len() == 1).then(pl.col(f"_j_{name}").first()).alias(f"_j_{name}") for name in present]
    return distinct.group_by(keys, maintain_order=True).agg(*taken, pl.len().alias("_rows"))


def _normal(rows: pl.DataFrame, name: str) -> pl.Expr:
    """A key as it is compared: small letters, no blanks around it."""
    if name not in rows.columns:
        return pl.lit(None, pl.String)
    cell = pl.col(name).str.strip_chars().str.to_lowercase()
    return pl.when(cell != "").then(cell)


def join_findings(lost: pl.DataFrame, plan: SheetPlan) -> pl.DataFrame:
    """ISSUE_SCHEMA rows for what got lost in reshaping: at the key of a join, or at the column of a multiplicity."""
    key = plan.reshape.join[0].key[0] if plan.reshape.join else None
    of_join = pl.col("code").is_in([MISSING, AMBIGUOUS])
    field = pl.when(of_join).then(pl.lit(key, pl.String)).otherwise(pl.lit(plan.reshape.expand, pl.String))
    headers = {name: plan.headers.get(name, name) for name in (key, plan.reshape.expand) if name}
    return issues.conform(
        lost.with_columns(
            field.replace(headers).alias("column"),
            field.alias("field"),
            pl.lit(plan.file_sha256).alias("file_sha256"),
            pl.lit(plan.sheet).alias("sheet"),
        )
    )


def without(plan: SheetPlan, sides: Sides) -> pl.DataFrame:
    """RK227 for every join of the sheet whose other table has not come."""
    say = partial(issues.make, "RK227", file_sha256=plan.file_sha256, sheet=plan.sheet)
    missing = [join for join in plan.reshape.join if join.format not in sides]
    return issues.concat(
        say(field=one.key[0], detail=details.text("no_table_of_format", format=one.format, place=_place(one)))
        for one in missing
    )


def _place(join: Join) -> str:
    where = {"file": "in_this_file", "month": "in_this_file_or_month", "sender": "from_this_sender"}
    return details.text(where[join.within])


MARK = "RK230"


def columns(rows: pl.DataFrame, plan: SheetPlan) -> tuple[str, ...]:
    """The columns that mean something and in which a ditto mark stands."""
    if plan.fixed or not plan.words.ditto:
        return ()
    names = [name for name in _named(plan) if name in rows.columns]
    marks = list(plan.words.ditto)
    some = rows.select(pl.col(name).is_in(marks).any() for name in names).row(0) if names else ()
    return tuple(name for name, found in zip(names, some, strict=True) if found)


def _named(plan: SheetPlan) -> list[str]:
    return list(dict.fromkeys(one.column for table in plan.tables for one in table.of("field")))


def written_out(
    rows: pl.DataFrame, plan: SheetPlan, repeated: Sequence[str], carry: Carry
) -> tuple[pl.DataFrame, Carry]:
    """Records with the cell of the record above in place of every mark; below nothing it becomes blank.

    The carry keeps the last cell of each column for the next batch.
    """
    marks = list(plan.words.ditto)
    named = [name for name in _named(plan) if name in rows.columns] if plan.words.ditto and not plan.fixed else []
    for name in repeated:
        marked = pl.col(name).is_in(marks)
        cell = pl.when(~marked.fill_null(False)).then(pl.col(name).fill_null(""))
        above = cell.forward_fill().fill_null(pl.lit(carry.above.get(name) or ""))
        rows = rows.with_columns(pl.when(above != "").then(above).alias(name))
    last = dict(zip(named, rows.select(named).row(-1), strict=True)) if named and rows.height else {}
    return rows, carry.model_copy(update={"above": {**carry.above, **last}})


def ditto_findings(records: pl.DataFrame, plan: SheetPlan, repeated: Sequence[str]) -> list[pl.DataFrame]:
    """RK230 for every mark."""
    headers = {one.column: one for table in plan.tables for one in table.columns}
    marks = list(plan.words.ditto)
    return [
        issues.conform(
            records.filter(pl.col(name).is_in(marks)).select(
                "row",
                code=pl.lit(MARK),
                file_sha256=pl.lit(plan.file_sha256),
                sheet=pl.lit(plan.sheet),
                column=pl.lit(headers[name].header),
                field=pl.lit(headers[name].field, pl.String),
                value=pl.col(name),
            )
        )
        for name in repeated
    ]
