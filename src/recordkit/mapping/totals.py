"""Totals by arithmetic: does a labelled total add up; is a row without a label the sum of those above it?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

import polars as pl

from recordkit import details, issues
from recordkit.mapping import block_sums
from recordkit.mapping.block_sums import State
from recordkit.mapping.classify_rows import SUBTOTAL, TOTAL
from recordkit.mapping.model import Carry, SheetPlan, filled, loosely, numbers

UNNAMED = "RK216"
ALIKE = 3  # columns in which an unlabelled row has to be the sum before it is called a total
TOTALS = (TOTAL, SUBTOTAL, UNNAMED)


def check(rows: pl.DataFrame, plan: SheetPlan, carry: Carry) -> tuple[pl.DataFrame, pl.DataFrame, Carry]:
    """`classify`'s frame with unlabelled totals marked RK216; findings RK215 and RK216; the new carry."""
    if plan.fixed:
        records = int(rows.get_column("code").is_null().sum())
        return rows, issues.empty(), carry.model_copy(update={"rows": carry.rows + records})
    names = block_sums.columns(plan, rows.columns)
    numbered = block_sums.with_numbers(_counted(rows, carry), plan, names)
    of = places(plan, rows.columns) if plan.unit == "return" else []
    numbered = block_sums.mark(numbered, plan, names, of)
    if "unnamed_totals" not in plan.words.off:
        numbered = _mark_unnamed(numbered, plan, names, carry)
    state = State.of(carry)
    found: list[pl.DataFrame] = [block_sums.areas_among_districts(numbered, plan, names, of)]
    for block in block_sums.blocks(numbered, names, TOTALS):
        state = state.after(block)
        if block.total is not None:
            found += _compare(block.total, state, plan, names)
            state = state.closed()
    ended = carry.ended or bool((numbered.get_column("code") == TOTAL).any())
    after = state.into(carry).model_copy(update={"ended": ended})
    return numbered.select(rows.columns), issues.concat(found), after


# --------------------------------------------------------------------------------------- comparison


def _compare(
    total: dict[str, object], state: State, plan: SheetPlan, names: Sequence[str]
) -> list[pl.DataFrame]:
    """RK215 for every cell of a total row that is not the sum of its parts; RK216 for want of a label."""
    say = partial(issues.make, file_sha256=plan.file_sha256, sheet=plan.sheet, row=int(str(total["row"])))
    found = []
    if total["code"] == UNNAMED:
        found.append(say(UNNAMED, detail=details.text("unnamed_sum_row")))
    if plan.words.keep_totals or "sums" in plan.words.off:
        return found  # kept totals are compared with the whole return, see returns.py
    totals = {name: float(str(total[f"_n_{name}"])) for name in names if total[f"_n_{name}"] is not None}
    if plan.unit != "return" and not totals:
        return [*found, *_count_of_rows(total, state, say)]
    headers = {one.column: one.header for one in plan.tables[0].columns}
    for name, value in totals.items():
        sure, options = _options(name, state, str(total["code"]))
        if sure and value not in options:
            detail = details.text("says_sum", total=f"{value:g}", sum=f"{options[0]:g}")
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
    numbers_stated = frame.select(numbers("cell")).to_series().drop_nulls().to_list()
    wanted = state.rows if total["code"] == TOTAL else state.block
    if len(numbers_stated) != 1 or numbers_stated[0] in (state.rows, state.block):
        return []
    return [say("RK215", detail=details.text("says_rows", total=f"{numbers_stated[0]:g}", count=wanted))]


def _counted(rows: pl.DataFrame, carry: Carry) -> pl.DataFrame:
    """Rows that may be a total or a record by the name of one (`maybe`): a total when their number is how many records
    stand above, in all or since the last total. There are few; each is judged by what became of those before it."""
    if not rows.get_column("maybe").any():
        return rows
    names = [name for name in rows.columns if re.fullmatch(r"c[0-9]+", name)]
    record = pl.col("code").is_null() & ~pl.col("maybe")
    above = record.cast(pl.Int64).cum_sum()
    ended = pl.when(pl.col("code").is_in(TOTALS)).then(above).forward_fill()
    only = pl.concat_list(numbers(name) for name in names).list.drop_nulls()
    cells = filled(names).alias("_n")
    doubtful = rows.with_columns(above.alias("_above"), ended.alias("_ended"), only.alias("_only"), cells)
    columns = ("row", "_above", "_ended", "_only", "_n")
    counted, start = 0, carry.rows - carry.block
    last: int | None = None
    found: list[int] = []
    for row, count, end, values, full in doubtful.filter("maybe").select(columns).rows():
        if end != last:  # a total stands between this one and the one before
            start, last = carry.rows + end + counted, end
        whole = carry.rows + count + counted
        if len(values) == 1 and full == 2 and whole and values[0] in (whole, whole - start):
            found.append(row)
            start = whole
        else:
            counted += 1
    code = pl.when(pl.col("row").is_in(found)).then(pl.lit(TOTAL)).otherwise("code").alias("code")
    return rows.with_columns(code) if found else rows


# ------------------------------------------------------------------------------------------ unnamed


def _mark_unnamed(
    rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str], carry: Carry
) -> pl.DataFrame:
    """Rows that are the sum of other rows and do not say so. One more total means looking once more."""
    if plan.unit != "return":
        rows = _lone_count(rows, plan, carry)
    if len(names) < (1 if plan.unit == "return" else ALIKE):
        return rows
    if plan.unit == "return" and not carry.rows and (first := _sum_of_the_rest(rows, plan, names)) is not None:
        rows = _marked(rows, first)
    while (found := _first_unnamed(rows, plan, names, carry)) is not None:
        rows = _marked(rows, found)
    return rows


def _marked(rows: pl.DataFrame, row: int) -> pl.DataFrame:
    code = pl.when(pl.col("row") == row).then(pl.lit(UNNAMED)).otherwise("code").alias("code")
    return rows.with_columns(code)


def _lone_count(rows: pl.DataFrame, plan: SheetPlan, carry: Carry) -> pl.DataFrame:
    """The number of the records above it, alone in the row below them: a register's total."""
    names = [name for name in rows.columns if re.fullmatch(r"c[0-9]+", name)]
    record = pl.col("code").is_null()
    above = record.cast(pl.Int64).cum_sum() - 1 + carry.rows
    number = numbers("_only").cast(pl.Int64, strict=False)
    lone = rows.with_columns(above.alias("_above"), pl.coalesce(names).alias("_only")).filter(
        record & (filled(names) == 1) & (number == pl.col("_above")) & (pl.col("_above") >= 2)
    )
    return _marked(rows, int(lone.get_column("row")[-1])) if lone.height else rows


def _sum_of_the_rest(rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str]) -> int | None:
    """The first record when it is the sum of all those below it: a total that stands at the top."""
    bare, real = _bare(plan, rows.columns), _real(plan, rows.columns)
    used = rows.filter(pl.col("code").is_null()).with_columns(bare.alias("_bare"), real.alias("_real"))
    if used.height < 3:
        return None
    first, rest = used.head(1), used.slice(1)
    filled = [name for name in names if (first.get_column(f"_n_{name}").item() or 0) > 0]
    equal = all(rest.get_column(f"_n_{name}").sum() == first.get_column(f"_n_{name}").item() for name in filled)
    full = [name for name in filled if (rest.get_column(f"_n_{name}") > 0).sum() > 1]
    sums_up = len(full) >= ALIKE and rest.height >= ALIKE and not first.get_column("_real").item()
    sure = bool(first.get_column("_bare").item()) or sums_up
    return int(first.get_column("row").item()) if filled and equal and sure else None


def _first_unnamed(
    rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str], carry: Carry
) -> int | None:
    """The first record that is the sum of those above it, since the last total or in the whole sheet."""
    record = pl.col("code").is_null()
    is_total = pl.col("code").is_in(TOTALS).fill_null(False)
    used = rows.filter(record | is_total).with_columns(
        (_without_key(plan) & ~_real(plan, rows.columns)).alias("_keyless"), _bare(plan, rows.columns).alias("_bare")
    )
    if not used.filter(record & pl.col("_keyless")).height:
        return None
    used = used.with_columns((is_total.cum_sum() - is_total.cast(pl.UInt32)).alias("_block"))
    filled = pl.sum_horizontal((pl.col(f"_n_{name}") > 0).fill_null(False) for name in names)
    hits = [_is_sum(plan, names, filled, carry, whole) for whole in (False, True)]
    hit = used.filter(record & pl.col("_keyless") & pl.any_horizontal(hits))
    return int(hit.get_column("row")[0]) if hit.height else None


def _is_sum(plan: SheetPlan, names: Sequence[str], filled: pl.Expr, carry: Carry, whole: bool) -> pl.Expr:
    """Whether a row is the sum of the records above it: all of them, or those since the last total row."""
    record = pl.col("code").is_null()
    first = pl.lit(True) if whole else pl.col("_block") == 0
    sums_above = carry.sums if whole else carry.block_sums

    def before(values: pl.Expr, carried: float) -> pl.Expr:
        running = values.cum_sum() if whole else values.cum_sum().over("_block")
        return running - values + pl.when(first).then(carried).otherwise(0)

    counted = {name: pl.when(record).then(pl.col(f"_n_{name}")).fill_null(0) for name in names}
    above = {name: before(value, sums_above.get(name, 0.0)) for name, value in counted.items()}
    rows_above = before(record.cast(pl.Int64), carry.rows if whole else carry.block)
    same = {name: ((pl.col(f"_n_{name}") == value) & (value > 0)).fill_null(False) for name, value in above.items()}
    equal = pl.sum_horizontal(same.values())
    # What is equal to one row above is no sum of several: it says nothing where the others are blank or 0.
    counting = carry.full if whole else carry.block_full
    full = {name: (value > 0).cast(pl.Int64) for name, value in counted.items()}
    many = {name: before(value, counting.get(name, 0)) > 1 for name, value in full.items()}
    proved = pl.sum_horizontal(same[name] & many[name] for name in names)
    if plan.unit != "return":
        return (rows_above >= 2) & (equal >= ALIKE) & (equal * 2 >= filled) & (proved >= ALIKE)
    bare = pl.col("_bare") & (rows_above >= 1) & (filled >= 1) & (equal == filled)
    return bare | ((rows_above >= 2) & (proved >= ALIKE) & (equal * 10 >= filled * 8))


def places(plan: SheetPlan, present: Sequence[str]) -> list[str]:
    """The columns of a return that say the place of a row; none when the place is said elsewhere too."""
    elsewhere = {one.into for one in plan.reshape.banner}
    if plan.reshape.unpivot:
        elsewhere |= set(plan.reshape.unpivot.into)
    if elsewhere & set(plan.places):
        return []
    found = [one.column for table in plan.tables for one in table.of("field") if one.field in plan.places]
    return [name for name in dict.fromkeys(found) if name in present]


def heads(plan: SheetPlan, present: Sequence[str]) -> list[str]:
    """The columns of a return that say the head of a row; none when it is said elsewhere."""
    if any(one.into == "head" for one in plan.reshape.banner):
        return []
    found = [one.column for table in plan.tables for one in table.of("field") if one.field == "head"]
    return [name for name in dict.fromkeys(found) if name in present]


def _bare(plan: SheetPlan, present: Sequence[str]) -> pl.Expr:
    """The row says no place, where rows of this return do."""
    names = places(plan, present) if plan.unit == "return" and not plan.reshape.fill_down else []
    return pl.all_horizontal(pl.col(name).is_null() for name in names) if names else pl.lit(False)


def _without_key(plan: SheetPlan) -> pl.Expr:
    """In a register only a row that lacks every required field can be a total; in a return any row can."""
    if plan.unit == "return":
        return pl.lit(True)
    if plan.fixed:  # its lines are not cut yet
        return pl.lit(False)
    needed = [one.column for one in plan.tables[0].of("field") if one.field in plan.required]
    return pl.all_horizontal(pl.col(name).is_null() for name in needed) if needed else pl.lit(False)


def _real(plan: SheetPlan, present: Sequence[str]) -> pl.Expr:
    """The row of a return is a district, or has a name where other rows say that they are totals."""
    names = places(plan, present) if plan.unit == "return" else []
    if not names:
        return pl.lit(False)
    if plan.says_total:
        return pl.any_horizontal(pl.col(name).is_not_null() for name in names)
    loose = (loosely(pl.col(name)) for name in names)
    return pl.any_horizontal(one.is_in(list(plan.words.districts)).fill_null(False) for one in loose)
