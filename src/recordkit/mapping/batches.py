"""Maps one batch after the other: every row becomes records or is skipped with a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import polars as pl

from recordkit import details, issues
from recordkit.agencies import headers
from recordkit.fields import numbers
from recordkit.mapping import block_sums, record_evidence, reshape, rows_without_records, totals
from recordkit.mapping.classify_rows import ABOVE, BANNER, BLANK, STRUCK, TRAILER, classify
from recordkit.mapping.model import MOST_COPIES, Carry, Mapped, SheetPlan, Table, filled, loose_cells
from recordkit.mapping.reshape import NO_SIDES, Sides
from recordkit.readers import split_fixed

# What the rows of one case have in common, outermost first.
CASE = ("province", "district", "police_station", "fir_no", "fir_year", "registered_on", "sections")


def map_batch(
    batch: pl.DataFrame,
    plan: SheetPlan,
    carry: Carry | None = None,
    sides: Sides = NO_SIDES,
) -> Mapped:
    """(row, c1..cN) -> records under canonical names, and the rows that are none.

    Give each batch the carry of the one before. `sides` holds, by format, the mapped rows of the sheets that
    the plan joins.
    """
    carry = carry or Carry()
    batch = _narrowed(batch, plan)
    rows = classify(batch, plan, carry)
    rows, found, after = totals.check(rows, plan, carry)
    findings = [found, *_trailer(rows, plan, after.rows), *_lengths(rows, plan)]
    findings += _nameless(rows, plan, carry)
    findings += _like_records(rows, plan)
    findings += [*_named_like_totals(rows, plan), *_continued(rows, plan, carry)]
    repeated = reshape.columns(rows, plan)
    findings += reshape.ditto_findings(rows.filter(_kept(plan)), plan, repeated)
    mapped, new_findings, after = _records(rows, plan, carry=carry, after=after, sides=sides, repeated=repeated)
    findings += new_findings
    skipped = rows.filter(~_kept(plan)).select("row", "code")
    after = after.model_copy(
        update={
            "trailer": carry.trailer or bool((rows.get_column("code") == TRAILER).any()),
            "nameless": tuple(sorted({*carry.nameless, *_with_values(rows, plan)})),
            "has_case": carry.has_case or _tells_a_case(rows, plan),
        }
    )
    findings += _skipped(rows, plan, findings)
    marked = rows.select("row", *_marks(rows)).filter(pl.any_horizontal(pl.col(_marks(rows)).is_not_null()))
    return Mapped(mapped, skipped, issues.concat(findings), after, repeated, marked)


def map_again(
    batch: pl.DataFrame,
    plan: SheetPlan,
    carry: Carry,
    once: Mapped,
    sides: Sides = NO_SIDES,
) -> Mapped:
    """The batch once more, as `map_batch` mapped it with this carry; `once` as it is, or as `held` keeps it."""
    names = _marks(once.marks)
    rows = (
        batch.join(once.marks, on="row", how="left", maintain_order="left")
        if once.marks.height
        else batch.with_columns(pl.lit(None, pl.String).alias(name) for name in names)
    )
    cells = [name for name in _narrowed(batch, plan).columns if name != "row"]
    blank = pl.col("code").is_null() & pl.all_horizontal(pl.col(name).is_null() for name in cells)
    rows = rows.with_columns(pl.when(blank).then(pl.lit(BLANK)).otherwise("code").alias("code"))
    mapped, _, _ = _records(rows, plan, carry=carry, after=carry, sides=sides, repeated=once.ditto)
    skipped = rows.filter(~_kept(plan)).select("row", "code")
    return Mapped(mapped, skipped, once.issues, once.carry, once.ditto, once.marks)


def held(mapped: Mapped) -> Mapped:
    """What `map_again` has to be told of a batch, and no row of it: of blank rows, of which a file may have millions,
    nothing."""
    more = [pl.col(name).is_not_null() for name in _marks(mapped.marks) if name != "code"]
    marks = mapped.marks.filter(pl.any_horizontal(pl.col("code").ne_missing(BLANK), *more))
    return replace(mapped, rows=mapped.rows.clear(), skipped=mapped.skipped.clear(), marks=marks)


def _marks(rows: pl.DataFrame) -> list[str]:
    """The columns in which `classify` says what a row is."""
    return [name for name in rows.columns if re.fullmatch("code|label|_b[0-9]+", name)]


def _kept(plan: SheetPlan) -> pl.Expr:
    """Rows that become records; total rows among them where a plan keeps those."""
    records = pl.col("code").is_null()
    return records | pl.col("code").is_in(totals.TOTALS) if plan.words.keep_totals else records


def _records(
    rows: pl.DataFrame, plan: SheetPlan, *, carry: Carry, after: Carry, sides: Sides, repeated: Sequence[str]
) -> tuple[pl.DataFrame, Sequence[pl.DataFrame], Carry]:
    """The records of classified rows, what was found, and `after` with what they leave to the next."""
    rows, after = _banners(rows, plan, carry, after)
    data = _labelled(rows.filter(_kept(plan)), plan)
    data, after = reshape.written_out(data, plan, repeated, after)
    data, after = _filled_down(_cut(data, plan), plan, after)
    parts = _by_table(data, plan.tables) or [(data, plan.tables[0])]
    mapped, lost = zip(*(reshape.records(part, plan, table, sides) for part, table in parts), strict=True)
    findings = [*_placeless(data, plan), *(reshape.join_findings(one, plan) for one in lost if one.height)]
    return pl.concat(mapped), findings, after


def finish(plan: SheetPlan, carry: Carry) -> pl.DataFrame:
    """Findings that only the end of a sheet shows."""
    if plan.words.trailer and not carry.trailer:
        detail = details.text("no_trailer", count=carry.rows)
        return issues.make("RK127", file_sha256=plan.file_sha256, sheet=plan.sheet, detail=detail)
    return issues.empty()


# ------------------------------------------------------------------------------------------- steps


def _narrowed(batch: pl.DataFrame, plan: SheetPlan) -> pl.DataFrame:
    """Without the blank columns far to the right: a stray cell in the last column of a sheet makes thousands."""
    planned = {one.column for table in plan.tables for one in table.columns}
    near = {one.name for one in headers.looked_at(batch).get_columns()}
    return batch.select(name for name in batch.columns if name in near or name in planned)


def _by_table(rows: pl.DataFrame, tables: Sequence[Table]) -> list[tuple[pl.DataFrame, Table]]:
    """The rows of each table; a table ends where the next one's header stands."""
    starts = [table.first_row for table in tables]
    ends: list[int | None] = [*starts[1:], None]
    parts = []
    for table, start, end in zip(tables, starts, ends, strict=True):
        inside = pl.col("row") >= start
        part = rows.filter(inside if end is None else inside & (pl.col("row") < end))
        if part.height:
            parts.append((part, table))
    return parts


def _labelled(rows: pl.DataFrame, plan: SheetPlan) -> pl.DataFrame:
    """`is_total`, and `_labelled`: the column in which a kept total row has its label."""
    is_total = pl.col("code").is_not_null()
    names = [one.column for table in plan.tables for one in table.of("field") if one.column in rows.columns]
    if not plan.words.keep_totals or not names:
        return rows.with_columns(is_total.alias("is_total"), pl.lit("").alias("_labelled"))
    names = list(dict.fromkeys(names))
    rows = loose_cells(rows, names)
    holds = [
        pl.when(is_total & (pl.col(f"_l_{name}") == pl.col("label"))).then(pl.lit(name)) for name in names
    ]
    found = pl.coalesce(holds)
    return rows.with_columns(is_total.alias("is_total"), found.fill_null("").alias("_labelled"))


def _cut(rows: pl.DataFrame, plan: SheetPlan) -> pl.DataFrame:
    """Fixed width: the line becomes c1..cN, one per declared column."""
    if not plan.fixed:
        return rows
    widths: list[int] = []
    keep: list[str] = []
    at = 1
    for cut in sorted(plan.cuts, key=lambda one: one.start):
        if cut.start > at:
            widths.append(cut.start - at)
        widths.append(cut.length)
        keep.append(f"c{len(widths)}")
        at = cut.start + cut.length
    pieces = split_fixed(rows.select("row", "c1"), widths)
    order = [cut.field for cut in sorted(plan.cuts, key=lambda one: one.start)]
    columns = [(one.column, one.field) for one in plan.tables[0].columns if one.field]
    named = [pieces.get_column(keep[order.index(name)]).alias(column) for column, name in columns]
    return rows.drop("c1").with_columns(named)


def _banners(
    rows: pl.DataFrame, plan: SheetPlan, carry: Carry, after: Carry
) -> tuple[pl.DataFrame, Carry]:
    """The value of the last banner row above, per declared banner, as a column `_f_<field>`."""
    last_banner: dict[str, str | None] = dict(carry.banner)
    for at, banner in enumerate(plan.reshape.banner):
        text = pl.when(pl.col("code") == BANNER).then(pl.col(f"_b{at}"))
        value = text.forward_fill().fill_null(pl.lit(last_banner.get(banner.into), pl.String))
        rows = rows.with_columns(value.alias(f"_f_{banner.into}"))
        if rows.height:
            last_banner[banner.into] = rows.get_column(f"_f_{banner.into}")[-1]
    return rows, after.model_copy(update={"banner": last_banner})


def _filled_down(rows: pl.DataFrame, plan: SheetPlan, after: Carry) -> tuple[pl.DataFrame, Carry]:
    """Declared columns take the last value above where they are blank.

    They are declared from the outermost inwards, and a value goes no further than its group: below the head of
    another district stands no station of the one before.
    """
    filled = dict(after.fill)
    rows = rows.with_columns(_group=pl.lit(0, pl.UInt32))
    for name in plan.reshape.fill_down:
        columns = [c.column for table in plan.tables for c in table.of("field") if c.field == name]
        for column in dict.fromkeys(columns):
            above = pl.lit(filled.get(column), pl.String)
            first = pl.when(pl.col("_group") == 0).then(above)
            rows = rows.with_columns(pl.col(column).forward_fill().over("_group").fill_null(first))
            turned = pl.col(column).ne_missing(pl.col(column).shift(1, fill_value=above))
            rows = rows.with_columns(pl.col("_group") + turned.cast(pl.UInt32).cum_sum())
            if rows.height:
                filled[column] = rows.get_column(column)[-1]
    return rows.drop("_group"), after.model_copy(update={"fill": filled})


# ---------------------------------------------------------------------------------------- findings


def _trailer(rows: pl.DataFrame, plan: SheetPlan, records: int) -> list[pl.DataFrame]:
    """RK127: the trailer's record count is not the number of records above it."""
    pattern = plan.words.trailer
    group = re.compile(pattern).groupindex.get("count") if pattern else None
    if pattern is None or group is None:
        return []
    names = [name for name in rows.columns if re.fullmatch(r"c[0-9]+", name)]
    lines = rows.filter(pl.col("code") == TRAILER).select(
        "row", pl.coalesce(names).str.extract(pattern, group).cast(pl.Int64, strict=False).alias("said")
    )
    above = rows.filter(pl.col("code").is_null()).get_column("row")
    later = [int((above > row).sum()) for row in lines.get_column("row").to_list()]
    return [
        issues.make(
            "RK127", file_sha256=plan.file_sha256, sheet=plan.sheet, row=row,
            detail=details.text("trailer_says", total=text, count=records - after),
        )
        for (row, text), after in zip(lines.rows(), later, strict=True)
        if text != records - after
    ]  # fmt: skip


def _lengths(rows: pl.DataFrame, plan: SheetPlan) -> list[pl.DataFrame]:
    """RK111, RK112: a record of a fixed-width file that is shorter or longer than declared."""
    if not plan.fixed or not plan.widths:
        return []
    lines = rows.filter(pl.col("code").is_null()).select("row", pl.col("c1").str.len_chars().alias("n"))
    short, long = pl.col("n") < min(plan.widths), pl.col("n") > max(plan.widths)
    wrong = lines.filter(short | long).with_columns(
        pl.when(short).then(pl.lit("RK111")).otherwise(pl.lit("RK112")).alias("code"),
        details.column("characters", count="n").alias("detail"),
        pl.lit(plan.file_sha256).alias("file_sha256"),
        pl.lit(plan.sheet).alias("sheet"),
    )
    return [issues.conform(wrong)]


def _like_records(rows: pl.DataFrame, plan: SheetPlan) -> list[pl.DataFrame]:
    """RK229: rows above the header that look like records. RK143: rows that are struck through."""
    above = rows.filter(pl.col("code").is_in([ABOVE, STRUCK])).select("row", "code")
    named = above.with_columns(file_sha256=pl.lit(plan.file_sha256), sheet=pl.lit(plan.sheet))
    return [issues.conform(named)] if above.height else []


def _skipped(rows: pl.DataFrame, plan: SheetPlan, found: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """The reason of every row that is skipped, as a finding; one that was told with more words is not told again."""
    parts = [one.select("row", "code") for one in found if one.height]
    aside = rows.filter(~_kept(plan))
    names = [name for name in rows.columns if re.fullmatch(r"c[0-9]+", name)]
    loud = (pl.col("code") == rows_without_records.TEXT) & (pl.lit(plan.unit != "return") & (filled(names) == 1))
    severity = pl.when(loud & ~pl.col("row").is_in(plan.merged)).then(pl.lit("flag"))
    reasons = aside.select("row", "code", severity.alias("severity"))
    if parts:
        reasons = reasons.join(pl.concat(parts), on=["row", "code"], how="anti", maintain_order="left")
    named = reasons.with_columns(file_sha256=pl.lit(plan.file_sha256), sheet=pl.lit(plan.sheet))
    return [issues.conform(named)] if reasons.height else []


def _named_like_totals(rows: pl.DataFrame, plan: SheetPlan) -> list[pl.DataFrame]:
    """RK232: records in which a total's word stands."""
    records = rows.filter(pl.col("code").is_null() & pl.col("label").is_not_null())
    named = records.select("row", code=pl.lit("RK232"), file_sha256=pl.lit(plan.file_sha256), sheet=pl.lit(plan.sheet))
    return [issues.conform(named)] if records.height else []


def _tells_a_case(rows: pl.DataFrame, plan: SheetPlan) -> bool:
    """Does a record of these rows have anything that tells its case?"""
    names = [name for name in rows.columns if re.fullmatch(r"c[0-9]+", name)]
    telling = [name for name in record_evidence.case(plan, names) if name not in record_evidence.people(plan, names)]
    if not telling:
        return False
    some = pl.any_horizontal(pl.col(name).is_not_null() for name in telling)
    return bool(rows.select((pl.col("code").is_null() & some).any()).item())


def _continued(rows: pl.DataFrame, plan: SheetPlan, carry: Carry) -> list[pl.DataFrame]:
    """RK239: a person and no case, below a row that has one; the rows above need not be in this batch."""
    names = [name for name in rows.columns if re.fullmatch(r"c[0-9]+", name)]
    people = record_evidence.people(plan, names)
    telling = [name for name in record_evidence.case(plan, names) if name not in people]
    if plan.unit == "return" or plan.fixed or not people or not telling:
        return []
    down = [field for field in CASE if field in plan.headers]
    if not down or set(down) & set(plan.reshape.fill_down):
        return []
    person = pl.any_horizontal(pl.col(name).is_not_null() for name in people)
    bare = pl.all_horizontal(pl.col(name).is_null() for name in telling)
    record = pl.col("code").is_null()
    above = (record & ~bare).cum_sum().shift(1, fill_value=0) > 0
    hit = rows.filter(record & person & bare & (above | pl.lit(carry.has_case)))
    detail = details.text("fill_down", declaration=f"reshape.fill_down = {json.dumps(down)}")
    finding = hit.select("row", code=pl.lit("RK239"), detail=pl.lit(detail), sheet=pl.lit(plan.sheet))
    return [issues.conform(finding.with_columns(file_sha256=pl.lit(plan.file_sha256)))] if hit.height else []


def _placeless(data: pl.DataFrame, plan: SheetPlan) -> list[pl.DataFrame]:
    """RK228: a row of a return that has counts, and none of the places or no head where the other rows have one."""
    if plan.unit != "return" or not data.height:
        return []
    names = block_sums.columns(plan, data.columns)
    wanted = [totals.places(plan, data.columns), totals.heads(plan, data.columns)]
    absent = [pl.all_horizontal(pl.col(name).is_null() for name in columns) for columns in wanted if columns]
    if not names or not absent:
        return []
    bare = pl.any_horizontal(absent)
    counted = pl.any_horizontal(pl.col(name).is_not_null() for name in names)
    rows = data.filter(bare & counted & ~pl.col("is_total")).select("row", code=pl.lit("RK228"))
    named = rows.with_columns(file_sha256=pl.lit(plan.file_sha256), sheet=pl.lit(plan.sheet))
    return [issues.conform(named)] if rows.height else []


def _with_values(rows: pl.DataFrame, plan: SheetPlan) -> list[str]:
    """Columns without a header that hold a value in some record."""
    if plan.fixed:
        return []
    named = {one.column for table in plan.tables for one in table.columns if one.kind != "blank"}
    names = [name for name in rows.columns if re.fullmatch(r"c[0-9]+", name) and name not in named]
    data = rows.filter(pl.col("code").is_null())
    return [name for name in names if data.get_column(name).null_count() < data.height]


def _nameless(rows: pl.DataFrame, plan: SheetPlan, carry: Carry) -> list[pl.DataFrame]:
    """RK202 once for every column that has values and no header."""
    say = partial(issues.make, "RK202", file_sha256=plan.file_sha256, sheet=plan.sheet)
    new = [name for name in _with_values(rows, plan) if name not in carry.nameless]
    return [say(column=name, detail=details.text("values_without_header")) for name in new]


def pieces(batch: pl.DataFrame, plan: SheetPlan, most: int) -> Iterator[pl.DataFrame]:
    """The rows in their order; a piece becomes about `most` records at most, or is one row."""
    width = _width(plan)
    if batch.is_empty() or (width == 1 and plan.reshape.expand is None):
        yield batch
        return
    weights = batch.select("row", weight=_copies(batch, plan) * width)["weight"]
    at = (weights.cum_sum() - weights) // most
    starts = [*at.rle().struct.field("len").cum_sum().shift(1, fill_value=0), batch.height]
    for start, end in pairwise(starts):
        yield batch.slice(start, end - start)


def _width(plan: SheetPlan) -> int:
    """Into how many records the columns of a row may spread."""
    spread = [len(table.of("spread", "spread_total")) for table in plan.tables]
    groups = [len({one.number for one in table.of("field")}) for table in plan.tables]
    return max([1, *spread, *groups])


def _copies(batch: pl.DataFrame, plan: SheetPlan) -> pl.Expr:
    """For how many records a row stands; the most that is believed where no column of its own says so."""
    helper = plan.reshape.expand
    if helper is None:
        return pl.lit(1, pl.Int64)
    given = {one.column for table in plan.tables for one in table.of("field") if one.field == helper}
    cells = [batch.get_column(name) for name in batch.columns if name in given]
    if not cells:
        return pl.lit(MOST_COPIES, pl.Int64)
    counts = [pl.lit(numbers.read_counts(cell, plan.count_words)["value"].cast(pl.Int64)) for cell in cells]
    believed = [pl.when(count.is_between(1, MOST_COPIES)).then(count).otherwise(1) for count in counts]
    return pl.max_horizontal(believed)
