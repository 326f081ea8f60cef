"""Totals by arithmetic: does a labelled total add up; is a row without a label the sum of those above it?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

import polars as pl

from recordkit import issues
from recordkit.mapping import sums
from recordkit.mapping.expressions import numbers
from recordkit.mapping.model import Carry, SheetPlan
from recordkit.mapping.rows import SUBTOTAL, TOTAL
from recordkit.mapping.sums import State

UNNAMED = "RK216"
ALIKE = 3  # columns in which an unlabelled row has to be the sum before it is called a total
TOTALS = (TOTAL, SUBTOTAL, UNNAMED)


def check(rows: pl.DataFrame, plan: SheetPlan, carry: Carry) -> tuple[pl.DataFrame, pl.DataFrame, Carry]:
    """`classify`'s frame with unlabelled totals marked RK216; findings RK215 and RK216; the new carry."""
    if plan.fixed:
        records = int(rows.get_column("code").is_null().sum())
        return rows, issues.empty(), carry.model_copy(update={"rows": carry.rows + records})
    names = sums.columns(plan, rows.columns)
    told = _mark_unnamed(sums.with_numbers(rows, plan, names), plan, names, carry)
    state = State.of(carry)
    found: list[pl.DataFrame] = []
    for block in sums.blocks(told, names, TOTALS):
        state = state.after(block)
        if block.total is not None:
            found += _compare(block.total, state, plan, names)
            state = state.closed()
    ended = carry.ended or bool((told.get_column("code") == TOTAL).any())
    after = state.into(carry).model_copy(update={"ended": ended})
    return told.select(rows.columns), issues.concat(found), after


# --------------------------------------------------------------------------------------- comparison


def _compare(
    total: dict[str, object], state: State, plan: SheetPlan, names: Sequence[str]
) -> list[pl.DataFrame]:
    """RK215 for every cell of a total row that is not the sum of its parts; RK216 for want of a label."""
    say = partial(issues.make, file_sha256=plan.file_sha256, sheet=plan.sheet, row=int(str(total["row"])))
    found = []
    if total["code"] == UNNAMED:
        found.append(say(UNNAMED, detail="the row is the sum of the rows above it and does not say so"))
    if plan.words.keep_totals:
        return found  # kept totals are compared with the whole return, see returns.py
    told = {name: float(str(total[f"_n_{name}"])) for name in names if total[f"_n_{name}"] is not None}
    if plan.unit != "return" and not told:
        return [*found, *_count_of_rows(total, state, say)]
    headers = {one.column: one.header for one in plan.tables[0].columns}
    for name, value in told.items():
        sure, options = _options(name, state, str(total["code"]))
        if sure and value not in options:
            detail = f"says {value:g}, the rows add up to {options[0]:g}"
            found.append(say("RK215", column=headers.get(name), field="count", detail=detail))
    return found


def _options(name: str, state: State, code: str) -> tuple[bool, list[float]]:
    """(every cell was a number, the sums that a total may be: of its block, of everything if it is grand)."""
    block = (state.block_sums.get(name, 0.0), state.block_unread.get(name, 0))
    whole = (state.sums.get(name, 0.0), state.unread.get(name, 0))
    choices = [whole] if not state.block else [whole, block] if code in (TOTAL, UNNAMED) else [block]
    return all(not bad for _, bad in choices), [value for value, _ in choices]


def _count_of_rows(
    total: dict[str, object], state: State, say: partial[pl.DataFrame]
) -> list[pl.DataFrame]:
    """A register's total is the number of its rows, written anywhere in the total row."""
    cells = [str(value) for name, value in total.items() if re.fullmatch(r"c[0-9]+", name) and value]
    frame = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
    told = frame.select(numbers("cell")).to_series().drop_nulls().to_list()
    wanted = state.rows if total["code"] == TOTAL else state.block
    if len(told) != 1 or told[0] in (wanted, state.block):
        return []
    return [say("RK215", detail=f"says {told[0]:g} rows, there are {wanted}")]


# ------------------------------------------------------------------------------------------ unnamed


def _mark_unnamed(
    rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str], carry: Carry
) -> pl.DataFrame:
    """Rows that are the sum of the rows above them, in their block or in the sheet. One more total means looking
    once more."""
    if len(names) < ALIKE:
        return rows
    while (found := _first_unnamed(rows, plan, names, carry)) is not None:
        code = pl.when(pl.col("row") == found).then(pl.lit(UNNAMED)).otherwise("code").alias("code")
        rows = rows.with_columns(code)
    return rows


def _first_unnamed(
    rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str], carry: Carry
) -> int | None:
    record = pl.col("code").is_null()
    is_total = pl.col("code").is_in(TOTALS).fill_null(False)
    used = rows.filter(record | is_total).with_columns(_without_key(plan).alias("_keyless"))
    if not used.filter(record & pl.col("_keyless")).height:
        return None
    used = used.with_columns((is_total.cum_sum() - is_total.cast(pl.UInt32)).alias("_block"))
    first = pl.col("_block") == 0
    counted = {name: pl.when(record).then(pl.col(f"_n_{name}")).fill_null(0) for name in names}
    in_block = {
        name: value.cum_sum().over("_block")
        - value
        + pl.when(first).then(carry.block_sums.get(name, 0.0)).otherwise(0.0)
        for name, value in counted.items()
    }
    in_sheet = {name: value.cum_sum() - value + carry.sums.get(name, 0.0) for name, value in counted.items()}
    before = record.cast(pl.Int64).cum_sum().over("_block") - 1
    before += pl.when(first).then(carry.block).otherwise(0)
    before_all = record.cast(pl.Int64).cum_sum() - 1 + carry.rows
    is_sum = (_sums_up(in_block, plan) & (before >= 2)) | (_sums_up(in_sheet, plan) & (before_all >= 2))
    hit = used.filter(record & pl.col("_keyless") & is_sum)
    return int(hit.get_column("row")[0]) if hit.height else None


def _sums_up(above: Mapping[str, pl.Expr], plan: SheetPlan) -> pl.Expr:
    """Enough of a row's numbers are what stands above them added up."""
    told = pl.sum_horizontal((pl.col(f"_n_{name}") > 0).fill_null(False) for name in above)
    equal = pl.sum_horizontal(
        ((pl.col(f"_n_{name}") == value) & (value > 0)).fill_null(False) for name, value in above.items()
    )
    return (equal >= ALIKE) & ((equal * 10 >= told * 8) if plan.unit == "return" else (equal * 2 >= told))


def _without_key(plan: SheetPlan) -> pl.Expr:
    """In a register only a row that lacks every required field can be a total; in a return any row can."""
    if plan.unit == "return":
        return pl.lit(True)
    needed = [one.column for one in plan.tables[0].of("field") if one.field in plan.required]
    return pl.all_horizontal(pl.col(name).is_null() for name in needed) if needed else pl.lit(False)
