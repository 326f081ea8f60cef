"""Numbers of the columns that totals are about, and their sums block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from recordkit import issues
from recordkit.fields import nearest
from recordkit.fields import numbers as kernels
from recordkit.mapping.model import MOST_COPIES, Carry, SheetPlan, alternatives, loosely, numbers

Sums = dict[str, float]


def columns(plan: SheetPlan, present: Sequence[str]) -> list[str]:
    """Columns whose sums are kept: counts of a return; else the columns that are left out or not known."""
    if plan.unit == "return":
        found = [c.column for t in plan.tables for c in t.of("spread", "spread_total")]
        found += [c.column for t in plan.tables for c in t.of("field") if c.field == "count"]
    else:
        found = [c.column for c in plan.tables[0].of("ignored", "unknown", "blank")]
        found += copies(plan)
    return [name for name in dict.fromkeys(found) if name in present]


def copies(plan: SheetPlan) -> list[str]:
    """The column that says for how many records a row stands."""
    helper = plan.reshape.expand
    return [one.column for one in plan.tables[0].of("field") if helper and one.field == helper]


def with_numbers(rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str]) -> pl.DataFrame:
    """`rows` with `_n_<name>` Float64 and `_x_<name>` Boolean: filled and no number.

    Counts of a return are read as standardising reads them; other columns only need plain numbers.
    """
    if plan.unit != "return":
        many = copies(plan)
        values = [(_records(name) if name in many else numbers(name)).alias(f"_n_{name}") for name in names]
        filled = {name: pl.col(name).is_not_null() for name in names}
        strange = [
            (filled[name] & numbers(name).is_null() & pl.lit(name not in many)).alias(f"_x_{name}") for name in names
        ]
        return rows.with_columns(*values, *strange)
    made: list[pl.Series] = []
    declared = plan.values.get("count", {})
    for name in names:
        read = kernels.read_counts(nearest.aliased(rows.get_column(name), declared), plan.count_words)
        made.append(read.get_column("value").cast(pl.Float64).alias(f"_n_{name}"))
        unread = (read.get_column("codes").list.len() > 0) & read.get_column("value").is_null()
        made.append(unread.alias(f"_x_{name}"))
    return rows.with_columns(made)


def _records(name: str) -> pl.Expr:
    """For how many records a row stands, as reshaping believes it; what a total row says, as it says it."""
    count = numbers(name)
    believed = count.is_between(1, MOST_COPIES) & (count == count.floor())
    return pl.when(pl.col("code").is_not_null()).then(count).when(believed).then(count).otherwise(1.0)


@dataclass(frozen=True)
class State:
    """What stands above a row: records, sums and unreadable cells, in the sheet and since the last total."""

    rows: int
    block: int
    sums: Sums
    block_sums: Sums
    unread: dict[str, int]
    block_unread: dict[str, int]
    full: dict[str, int]  # column -> records that count something there
    block_full: dict[str, int]

    @staticmethod
    def of(carry: Carry) -> State:
        """The state that a batch starts with."""
        return State(
            carry.rows, carry.block, carry.sums, carry.block_sums, carry.unread, carry.block_unread, carry.full,
            carry.block_full,
        )  # fmt: skip

    def into(self, carry: Carry) -> Carry:
        """The carry with this state."""
        return carry.model_copy(
            update={
                "rows": self.rows, "block": self.block, "sums": self.sums, "block_sums": self.block_sums,
                "unread": self.unread, "block_unread": self.block_unread,
                "full": self.full, "block_full": self.block_full,
            }
        )  # fmt: skip

    def after(self, block: Block) -> State:
        """The state below the records of a block."""
        return State(
            self.rows + block.records,
            self.block + block.records,
            _added(self.sums, block.sums),
            _added(self.block_sums, block.sums),
            {name: self.unread.get(name, 0) + count for name, count in block.unread.items()},
            {name: self.block_unread.get(name, 0) + count for name, count in block.unread.items()},
            {name: self.full.get(name, 0) + count for name, count in block.full.items()},
            {name: self.block_full.get(name, 0) + count for name, count in block.full.items()},
        )

    def closed(self) -> State:
        """The state below a total row: a new block begins."""
        return State(self.rows, 0, self.sums, {}, self.unread, {}, self.full, {})


def _added(left: Sums, right: Sums) -> Sums:
    return {name: left.get(name, 0.0) + value for name, value in right.items()}


@dataclass(frozen=True)
class Block:
    """The records up to one total row (or to the end of the batch), summed, and that total row's cells."""

    records: int
    sums: Sums
    unread: dict[str, int]
    full: dict[str, int]
    total: dict[str, object] | None


def blocks(rows: pl.DataFrame, names: Sequence[str], totals: Sequence[str]) -> list[Block]:
    """Records are summed by one group-by; only the total rows themselves are looked at singly."""
    used = rows.filter(pl.col("code").is_null() | pl.col("code").is_in(totals))
    is_total = pl.col("code").is_not_null()
    used = used.with_columns((is_total.cum_sum() - is_total.cast(pl.UInt32)).alias("_block"))
    sums = [pl.col(f"_n_{name}").sum().alias(name) for name in names]
    unread = [pl.col(f"_x_{name}").sum().alias(f"{name}?") for name in names]
    full = [(pl.col(f"_n_{name}") > 0).sum().alias(f"{name}+") for name in names]
    records = used.filter(~is_total).group_by("_block").agg(pl.len().alias("_records"), *sums, *unread, *full)
    by_block = {row["_block"]: row for row in records.to_dicts()}
    endings = {row["_block"]: row for row in used.filter(is_total).to_dicts()}
    nothing = {"_records": 0, **dict.fromkeys(names, 0.0), **{f"{name}{sign}": 0 for name in names for sign in "?+"}}
    return [
        Block(
            int(part["_records"]),
            {name: float(part[name]) for name in names},
            {name: int(part[f"{name}?"]) for name in names},
            {name: int(part[f"{name}+"]) for name in names},
            endings.get(at),
        )
        for at in sorted({*by_block, *endings})
        for part in [by_block.get(at, nothing)]
    ]


SUM, BESIDE = "RK245", "RK246"


def mark(rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str], places: Sequence[str]) -> pl.DataFrame:
    """`rows` with RK245 on every record of a whole area that is the sum of the districts above or below it.

    names: columns that are counted, with `_n_<name>`. places: columns of the place of a row.
    """
    if not names or len(places) != 1 or "areas" in plan.words.off:
        return rows
    record = pl.col("code").is_null()
    marked = rows.with_columns(_area(plan, places[0]).alias("_area"))
    if not marked.filter(record & pl.col("_area")).height:
        return rows
    total = pl.col("code").is_in(["RK210", "RK211", "RK216"]).fill_null(False)
    marked = marked.with_columns((pl.col("_area") | total).cum_sum().alias("_block"))
    sums = [pl.col(f"_n_{name}").sum().alias(name) for name in names]
    parts = marked.filter(record & ~pl.col("_area"))
    blocks = parts.group_by("_block").agg(pl.len().alias("_of"), *sums)
    whole = parts.select(pl.len().cast(pl.UInt32).alias("_of"), *sums)
    areas = marked.filter(record & pl.col("_area")).select("row", "_block", *(f"_n_{name}" for name in names))
    below = areas.join(blocks, on="_block", how="left")
    above = areas.join(blocks.with_columns(pl.col("_block") + 1), on="_block", how="left")
    every = areas.join(whole, how="cross")
    equal = pl.all_horizontal((pl.col(f"_n_{name}").fill_null(0) == pl.col(name)).fill_null(False) for name in names)
    counted = pl.any_horizontal((pl.col(f"_n_{name}") > 0).fill_null(False) for name in names)
    hits = [one.filter(equal & counted & (pl.col("_of") > 0)).get_column("row") for one in (below, above, every)]
    found = pl.concat(hits).unique().implode()
    return rows.with_columns(pl.when(pl.col("row").is_in(found)).then(pl.lit(SUM)).otherwise("code").alias("code"))


def areas_among_districts(
    rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str], places: Sequence[str]
) -> pl.DataFrame:
    """RK246 for every record of a whole area that is counted beside rows of districts."""
    if not names or len(places) != 1 or "areas" in plan.words.off:
        return issues.empty()
    records = rows.filter(pl.col("code").is_null()).with_columns(_area(plan, places[0]).alias("_area"))
    areas = records.filter(
        pl.col("_area") & pl.any_horizontal((pl.col(f"_n_{name}") > 0).fill_null(False) for name in names)
    )
    if not areas.height or not records.filter(_district(plan, places[0])).height:
        return issues.empty()
    headers = {one.column: one.header for one in plan.tables[0].columns}
    made = areas.select(
        "row", code=pl.lit(BESIDE), field=pl.lit("district"), value=pl.col(places[0]),
        column=pl.lit(headers.get(places[0]), pl.String), file_sha256=pl.lit(plan.file_sha256),
        sheet=pl.lit(plan.sheet),
    )  # fmt: skip
    return issues.conform(made)


def _area(plan: SheetPlan, place: str) -> pl.Expr:
    """The place is a division or a province and no district: by its name, or by a word such as Region beside it."""
    text, words = loosely(pl.col(place)), alternatives(plan.words.several)
    bare = text.str.replace_all(rf"(?:^(?:{words}) | (?:{words})$)", "").str.strip_chars()
    named = (bare != text) & bare.is_in([*plan.words.known, *plan.words.districts])
    return ((named | text.is_in(plan.words.areas)) & ~_district(plan, place)).fill_null(False)


def _district(plan: SheetPlan, place: str) -> pl.Expr:
    return loosely(pl.col(place)).is_in(plan.words.districts).fill_null(False)
