"""Totals by arithmetic: does a labelled total add up; is a row without a label the sum of those above it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from recordkit import issues
from recordkit.mapping.expressions import numbers, unreadable
from recordkit.mapping.model import Carry, SheetPlan
from recordkit.mapping.rows import SUBTOTAL, TOTAL

UNNAMED = "RK216"
ALIKE = 3  # columns in which an unlabelled row has to be the sum before it is called a total
TOTALS = (TOTAL, SUBTOTAL, UNNAMED)
Sums = dict[str, float]


@dataclass(frozen=True)
class State:
    """Sums before a row: of the whole sheet and since the last total; and cells that are no number."""

    rows: int
    block: int
    sums: Sums
    block_sums: Sums
    unread: dict[str, int]
    block_unread: dict[str, int]
    totals: int

    def beyond(self, part: Mapping[str, float], rows: int, total: bool) -> State:
        """The state after `rows` records with these sums, and, if `total`, after a total row."""
        sums = {n: self.sums.get(n, 0.0) + part.get(n, 0.0) for n in {*self.sums, *_names(part)}}
        block = {n: self.block_sums.get(n, 0.0) + part.get(n, 0.0) for n in {*self.block_sums, *_names(part)}}
        bad = {n: self.unread.get(n, 0) + int(part.get(f"{n}?", 0)) for n in sums}
        block_bad = {n: self.block_unread.get(n, 0) + int(part.get(f"{n}?", 0)) for n in sums}
        return State(
            self.rows + rows, 0 if total else self.block + rows, sums, {} if total else block,
            bad, {} if total else block_bad, self.totals + total,
        )  # fmt: skip


def _names(part: Mapping[str, float]) -> list[str]:
    return [name for name in part if not name.endswith("?")]


def summed(plan: SheetPlan, width: Sequence[str]) -> list[str]:
    """Columns whose sums are kept: counts of a return; else the columns that are left out or not known."""
    table = plan.tables[0]
    if plan.unit == "return":
        columns = [c.column for t in plan.tables for c in t.of("spread", "spread_total")]
        columns += [c.column for t in plan.tables for c in t.of("field") if c.field == "count"]
    else:
        columns = [c.column for c in table.of("ignored", "unknown", "blank")]
    return [name for name in dict.fromkeys(columns) if name in width]


def check(rows: pl.DataFrame, plan: SheetPlan, carry: Carry) -> tuple[pl.DataFrame, pl.DataFrame, Carry]:
    """`classify`'s frame with unlabelled totals marked RK216; findings RK215 and RK216; the new carry."""
    if plan.fixed:
        return rows, issues.empty(), _counted(rows, carry)
    names = summed(plan, rows.columns)
    rows = _mark_unnamed(rows, plan, names, carry)
    state = State(
        carry.rows, carry.block, carry.sums, carry.block_sums, carry.unread, carry.block_unread, carry.totals
    )  # fmt: skip
    found: list[pl.DataFrame] = []
    parts = _blocks(rows, names)
    for part in parts:
        state = state.beyond(part.sums, part.records, False)
        if part.total is not None:
            found += _compare(part.total, state, plan, names)
            state = state.beyond({}, 0, True)
    ended = carry.ended or bool((rows.get_column("code") == TOTAL).any())
    update = {
        "rows": state.rows, "block": state.block, "sums": state.sums, "block_sums": state.block_sums,
        "unread": state.unread, "block_unread": state.block_unread, "totals": state.totals, "ended": ended,
    }  # fmt: skip
    return rows, issues.concat(found), carry.model_copy(update=update)


def _counted(rows: pl.DataFrame, carry: Carry) -> Carry:
    return carry.model_copy(update={"rows": carry.rows + int(rows.get_column("code").is_null().sum())})


# ------------------------------------------------------------------------------------------- blocks


@dataclass(frozen=True)
class Block:
    """The records before one total row (or before the end of the batch), summed, and that total row."""

    sums: Sums
    records: int
    total: dict[str, object] | None


def _blocks(rows: pl.DataFrame, names: Sequence[str]) -> list[Block]:
    """Records are summed per block by one group-by; only the total rows themselves are looked at singly."""
    used = rows.filter(pl.col("code").is_null() | pl.col("code").is_in(TOTALS))
    is_total = pl.col("code").is_not_null()
    used = used.with_columns((is_total.cum_sum() - is_total.cast(pl.UInt32)).alias("_block"))
    sums = [numbers(name).sum().alias(name) for name in names]
    bad = [unreadable(name).sum().cast(pl.Float64).alias(f"{name}?") for name in names]
    records = used.filter(~is_total).group_by("_block").agg(pl.len().alias("_records"), *sums, *bad)
    totals = used.filter(is_total).select("_block", "row", "code", "label", *names)
    by_block = {row["_block"]: row for row in records.to_dicts()}
    last = {row["_block"]: row for row in totals.to_dicts()}
    blocks: list[Block] = []
    for at in sorted({*by_block, *last}):
        part = by_block.get(at, {})
        counted = int(part.get("_records", 0))
        cleaned = {name: float(part.get(name) or 0) for name in [*names, *(f"{n}?" for n in names)]}
        blocks.append(Block(cleaned if part else {}, counted, last.get(at)))
    return blocks


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
    headers = {one.column: one.header for one in plan.tables[0].columns}
    told = {name: _number(total[name]) for name in names}
    if plan.unit != "return" and not any(value is not None for value in told.values()):
        return [*found, *_count_of_rows(total, state, plan, say)]
    for name, value in told.items():
        if value is None or not state.sums:
            continue
        sure, options = _options(name, state, str(total["code"]))
        if sure and value not in options:
            text = f"says {value:g}, the rows add up to {options[0]:g}"
            found.append(say("RK215", column=headers.get(name), field="count", detail=text))
    return found


def _options(name: str, state: State, code: str) -> tuple[bool, list[float]]:
    """(every cell was a number, the sums that a total may be: of its block, of everything if it is grand)."""
    block = (state.block_sums.get(name, 0.0), state.block_unread.get(name, 0))
    whole = (state.sums.get(name, 0.0), state.unread.get(name, 0))
    if code == SUBTOTAL:
        choices = [block] if state.block else [whole]
    else:
        choices = [whole, block] if state.block else [whole]
    return all(not bad for _, bad in choices), [value for value, _ in choices]


def _count_of_rows(
    total: dict[str, object], state: State, plan: SheetPlan, say: partial[pl.DataFrame]
) -> list[pl.DataFrame]:
    """A register's total is the number of its rows, written anywhere in the total row."""
    cells = [_number(value) for name, value in total.items() if name.startswith("c") and name[1:].isdigit()]
    told = [value for value in cells if value is not None]
    if len(told) != 1:
        return []
    options = {float(state.block)} if total["code"] == SUBTOTAL else {float(state.rows), float(state.block)}
    if told[0] in options:
        return []
    wanted = state.block if total["code"] == SUBTOTAL else state.rows
    return [say("RK215", detail=f"says {told[0]:g} rows, there are {wanted}")]


def _number(cell: object) -> float | None:
    frame = pl.DataFrame({"cell": [cell]}, schema={"cell": pl.String})
    value = frame.select(numbers("cell")).item()
    return None if value is None else float(value)


# ------------------------------------------------------------------------------------------ unnamed


def _mark_unnamed(rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str], carry: Carry) -> pl.DataFrame:
    """Rows that are the sum of the rows above them in their block. One more total means looking once more."""
    if len(names) < ALIKE:
        return rows
    while True:
        found = _first_unnamed(rows, plan, names, carry)
        if found is None:
            return rows
        code = pl.when(pl.col("row") == found).then(pl.lit(UNNAMED)).otherwise("code").alias("code")
        rows = rows.with_columns(code)


def _first_unnamed(rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str], carry: Carry) -> int | None:
    is_total = pl.col("code").is_in(TOTALS).fill_null(False)
    used = rows.filter(pl.col("code").is_null() | is_total)
    if plan.unit != "return":
        needed = [one.column for one in plan.tables[0].of("field") if one.field in plan.required]
        lacks = pl.all_horizontal(pl.col(name).is_null() for name in needed) if needed else pl.lit(False)
        if not used.filter(pl.col("code").is_null() & lacks).height:
            return None
    else:
        lacks = pl.lit(True)
    block = is_total.cum_sum() - is_total.cast(pl.UInt32)
    values = [numbers(name).alias(name) for name in names]
    used = used.with_columns(block.alias("_block"), lacks.alias("_lacks"), *values)
    record, first = pl.col("code").is_null(), pl.col("_block") == 0
    above = [
        pl.col(name).fill_null(0).cum_sum().over("_block")
        - pl.col(name).fill_null(0)
        + pl.when(first).then(carry.block_sums.get(name, 0.0)).otherwise(0.0)
        for name in names
    ]
    before = record.cast(pl.Int64).cum_sum().over("_block") - 1
    before += pl.when(pl.col("_block") == 0).then(carry.block).otherwise(0)
    told = pl.sum_horizontal((pl.col(n) > 0).fill_null(False) for n in names)
    equal = pl.sum_horizontal(
        ((pl.col(n) == s) & (pl.col(n) > 0)).fill_null(False) for n, s in zip(names, above, strict=True)
    )
    enough = (equal * 10 >= told * 8) if plan.unit == "return" else (equal * 2 >= told)
    hit = used.filter(record & pl.col("_lacks") & (before >= 2) & (equal >= ALIKE) & enough)
    return int(hit.get_column("row")[0]) if hit.height else None
