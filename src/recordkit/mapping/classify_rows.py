"""Says of every row of a batch whether it is a record, and if not, what it is (a code of the RK2xx range)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from recordkit.fields import text
from recordkit.mapping import record_evidence, rows_without_records
from recordkit.mapping.model import (
    NUMERIC,
    Carry,
    PlannedColumn,
    RowWords,
    SheetPlan,
    alternatives,
    filled,
    lone,
    loose_cells,
)

LETTERHEAD, HEADER, REPEATED, ABOVE, STRUCK = "RK207", "RK208", "RK209", "RK229", "RK143"
TOTAL, SUBTOTAL, FOOTER, BLANK, TRAILER, BANNER = "RK210", "RK211", "RK212", "RK213", "RK214", "RK223"
OTHER_TEXTS = 2  # a total row may name a place and a period beside its label, not more
FOOTER_CELLS = 3
BELOW_HEADER = 3  # rows in which the numbers of the columns may stand


def classify(batch: pl.DataFrame, plan: SheetPlan, carry: Carry) -> pl.DataFrame:
    """`batch` with `code` (null: a record), `label` (folded label of a total), one `_b<i>` per banner, and `maybe`: a
    record with a total's word for a name and a bare number, which only counting tells from a total."""
    names = [name for name in batch.columns if name != "row"]
    found = (
        pl.when(pl.col("row").is_in(_numbered(batch, plan, names))).then(pl.lit(HEADER))
        .when(pl.col("row").is_in(_above(batch, plan, names))).then(pl.lit(ABOVE))
        .otherwise(_plain(plan, names, _repeated(batch, plan)))
    )  # fmt: skip
    coded = batch.with_columns(found.alias("code"), *_banners(plan, names))
    coded = rows_without_records.without_words(coded, plan, names)
    labelled = _labels(coded.filter(_doubtful(plan, names)), plan, names)
    joined = coded.join(labelled, on="row", how="left", maintain_order="left")
    code = pl.coalesce("code", "label_code")
    rows = joined.with_columns(code.alias("code"), pl.col("maybe").fill_null(False)).drop("label_code")
    return rows_without_records.texts(_after_the_end(rows, plan, names, carry), plan, names)


# ---------------------------------------------------------------------------------- by place and shape


def _plain(plan: SheetPlan, names: Sequence[str], repeated: Sequence[int]) -> pl.Expr:
    """What can be said of a row by its number, its shape and its first cell; `repeated` rows repeat a header."""
    rows = [row for table in plan.tables for row in table.header_rows]
    first = pl.coalesce(names) if names else pl.lit(None, pl.String)
    blank = pl.all_horizontal(pl.col(name).is_null() for name in names)
    code = pl.when(pl.col("row").is_in(rows)).then(pl.lit(HEADER)).when(blank).then(pl.lit(BLANK))
    code = code.when(pl.col("row") < min(rows, default=0)).then(pl.lit(LETTERHEAD))
    code = code.when(pl.col("row").is_in(plan.struck_rows)).then(pl.lit(STRUCK))
    if plan.words.trailer:
        code = code.when(first.str.contains(plan.words.trailer)).then(pl.lit(TRAILER))
    code = code.when(pl.col("row").is_in(repeated)).then(pl.lit(REPEATED))
    for banner in plan.reshape.banner:
        code = code.when(lone(names) & first.str.contains(banner.pattern)).then(pl.lit(BANNER))
    if plan.words.comment:
        code = code.when(first.str.contains(plan.words.comment)).then(pl.lit(FOOTER))
    return code.otherwise(pl.lit(None, pl.String))


def _numbered(batch: pl.DataFrame, plan: SheetPlan, names: Sequence[str]) -> list[int]:
    """Rows right below a header that number its columns: 1 2 3, (1) (2) (3), a b c."""
    found = []
    for table in plan.tables:
        named = sum(bool(one.header) for one in table.columns)
        below = pl.col("row").is_between(table.first_row, table.first_row + BELOW_HEADER - 1)
        for row, *cells in batch.filter(below).select("row", *names).rows() if table.header_rows else ():
            marks = [re.sub(r"[^\w]", "", cell) for cell in cells if cell]
            plain = text.normal(pl.Series(marks, dtype=pl.String)).fill_null("").to_list()
            if len(marks) >= max(3, named) and _consecutive(plain):
                found.append(row)
    return found


def _consecutive(marks: Sequence[str]) -> bool:
    """1, 2, 3 … or a, b, c …"""
    if all(re.fullmatch(r"[0-9]{1,3}", mark) for mark in marks):
        return [int(mark) for mark in marks] == list(range(1, len(marks) + 1))
    letters = "abcdefghijklmnopqrstuvwxyz"
    return "".join(marks).lower() == letters[: len(marks)] and all(len(mark) == 1 for mark in marks)


def _above(batch: pl.DataFrame, plan: SheetPlan, names: Sequence[str]) -> list[int]:
    """Rows above the first header that are as full as it is and have figures: records, not a letterhead."""
    header = min((row for table in plan.tables for row in table.header_rows), default=0)
    above = batch.filter(pl.col("row") < header)
    if not above.height:
        return []
    named = sum(bool(one.header) for one in plan.tables[0].columns)
    return [row for row, *cells in above.select("row", *names).rows() if _like_a_record(cells, named)]


def _like_a_record(cells: Sequence[str | None], named: int) -> bool:
    """As full as the header, with figures in a quarter of its cells; a merged cell is repeated and counts once."""
    values = {cell for cell in cells if cell}
    figures = sum(any(char.isdigit() for char in value) for value in values)
    return len(values) >= max(4, named * 4 // 5) and figures >= max(2, len(values) // 4)


def _repeated(batch: pl.DataFrame, plan: SheetPlan) -> list[int]:
    """Rows that repeat a header: at least two and three fifths of its cells."""
    found: set[int] = set()
    for table in plan.tables:
        known = [one for one in table.columns if one.header and one.column in batch.columns]
        if len(known) < 2 or not table.header_rows:
            continue
        least = max(2, -(-len(known) * 3 // 5))
        # Of so many cells at least one has to be right, so only rows in which one is are looked at further.
        some = batch.filter(pl.any_horizontal(_same(one) for one in known[: len(known) - least + 1]))
        hits = pl.sum_horizontal(_same(one) for one in known)
        found.update(some.filter(hits >= least).get_column("row"))
    return sorted(found)


def _same(column: PlannedColumn) -> pl.Expr:
    """The cell says what the header says."""
    texts = sorted({*column.levels, column.header})
    return pl.col(column.column).str.strip_chars().is_in(texts).fill_null(False)


def _banners(plan: SheetPlan, names: Sequence[str]) -> list[pl.Expr]:
    """The value that a banner row sets, one column per declared banner."""
    first = pl.coalesce(names)
    return [
        pl.when(lone(names) & first.str.contains(banner.pattern))
        .then(first.str.extract(banner.pattern, _group(banner.pattern)))
        .alias(f"_b{at}")
        for at, banner in enumerate(plan.reshape.banner)
    ]


def _group(pattern: str) -> int:
    return re.compile(pattern).groupindex.get("value", 0)


# ------------------------------------------------------------------------------------------ by label


def _doubtful(plan: SheetPlan, names: Sequence[str]) -> pl.Expr:
    """Rows that may carry a label instead of a record: short ones, ones that lack what a record needs."""
    undecided = pl.col("code").is_null()
    if plan.fixed:
        return pl.lit(False)
    if plan.unit == "return":
        return undecided
    few = filled(names) * 2 <= len(names)
    merged = pl.any_horizontal(pl.lit(False), *((pl.col(a) == pl.col(b)).fill_null(False) for a, b in pairwise(names)))
    return undecided & (few | merged | _lacking(plan))


def _lacking(plan: SheetPlan) -> pl.Expr:
    """A required field is blank; a line of fixed width is not cut yet, so nothing is known of its fields."""
    if plan.fixed:
        return pl.lit(False)
    needed = [one.column for one in plan.tables[0].of("field") if one.field in plan.required]
    return pl.any_horizontal(pl.col(name).is_null() for name in needed) if needed else pl.lit(False)


_LABELLED = {"row": pl.Int64(), "label_code": pl.String(), "label": pl.String(), "maybe": pl.Boolean()}


def _labels(rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str]) -> pl.DataFrame:
    """row, label_code, label, maybe for the rows among `rows` that are totals, subtotals or footers, and for the
    records that have the words of one (without a code).
    """
    words = plan.words
    totals, subtotals = alternatives((*words.total, *words.declared_total)), alternatives(words.subtotal)
    rows = rows.filter(_may_hold_a_label(words, names))
    if rows.is_empty():
        return pl.DataFrame(schema=_LABELLED | {"row": rows.schema["row"]})
    rows = loose_cells(rows, names)
    folded = {name: pl.col(f"_l_{name}") for name in names}
    is_label = {
        name: text.str.contains(rf"^(?:{totals}|{subtotals})(?: |$)|(?:^| )(?:{totals}|{subtotals})$")
        for name, text in folded.items()
    }
    label = pl.coalesce(pl.when(is_label[name]).then(folded[name]) for name in names)
    where = pl.coalesce(pl.when(is_label[name]).then(pl.lit(name)) for name in names)
    rows = rows.with_columns(label.alias("label"), where.alias("_where"))
    others = pl.sum_horizontal(
        (pl.col(n).is_not_null() & ~pl.col(n).str.contains(NUMERIC) & (folded[n] != pl.col("label")))
        .fill_null(False)
        .cast(pl.Int32)
        for n in names
    )
    total = pl.col("label").is_not_null() & (others <= OTHER_TEXTS)
    numbered = record_evidence.by_number(plan, names)
    record = numbered | record_evidence.by_date(plan, names) | record_evidence.by_name(plan, names)
    maybe = total & ~record & record_evidence.perhaps(plan, names)
    footer = _footer(plan, names) & (lone(names) | ~numbered)
    code = pl.when(total & ~record & ~maybe).then(_total_code(plan)).when(footer & ~total).then(pl.lit(FOOTER))
    wanted = pl.when(~code.is_in(_never(plan))).then(code)
    found = rows.with_columns(wanted.alias("label_code"), maybe.alias("maybe"), total.alias("_total"))
    found = found.filter(pl.col("label_code").is_not_null() | pl.col("_total"))
    own_label = pl.when((pl.col("label_code") != FOOTER).fill_null(True)).then("label").alias("label")
    return found.select("row", "label_code", own_label, "maybe")


def _never(plan: SheetPlan) -> list[str]:
    """Codes that the declaration switches off."""
    switches = {"totals": (TOTAL, SUBTOTAL), "footers": (FOOTER,)}
    return [code for name, codes in switches.items() if name in plan.words.off for code in codes]


def _may_hold_a_label(words: RowWords, names: Sequence[str]) -> pl.Expr:
    """Whether any cell may hold one of the words once it is folded: one word of each stands in plain ASCII, or a cell
    has other characters. A sieve only: it spares most rows the folding of all their cells.
    """
    every = (*words.total, *words.declared_total, *words.subtotal, *words.footer)
    pieces = sorted({max(word.split(" "), key=len) for word in every if word.isascii()})
    whole = pl.concat_str(names, separator="|", ignore_nulls=True)
    a_word = rf"(?i)(?:^|[^a-z0-9])(?:{alternatives(pieces)})(?:[^a-z0-9]|$)"
    return whole.str.contains("[^ -~]") | whole.str.contains(a_word)


def _total_code(plan: SheetPlan) -> pl.Expr:
    """A label that is a total word and nothing else is the total; with more words, a part's."""
    words = plan.words
    rest = pl.col("label")
    for spelt in (alternatives(words.total), alternatives(words.neutral)):
        rest = rest.str.replace_all(rf"(?:^| )(?:{spelt})(?: (?:{spelt}))*(?: |$)", " ")
    bare = rest.str.replace_all(r"[ 0-9]", "") == ""
    subtotal = pl.col("label").str.contains(rf"(?:^| )(?:{alternatives(words.subtotal)})(?: |$)")
    declared = pl.col("label").is_in(list(words.declared_total))
    return pl.when(declared | (bare & ~subtotal)).then(pl.lit(TOTAL)).otherwise(pl.lit(SUBTOTAL))


def _footer(plan: SheetPlan, names: Sequence[str]) -> pl.Expr:
    first = pl.coalesce(f"_l_{name}" for name in names)
    starts = first.str.contains(rf"^(?:{alternatives(plan.words.footer)})(?: |$)")
    lacks = _lacking(plan) if plan.required else pl.lit(True)
    return starts & (lone(names) | ((filled(names) <= FOOTER_CELLS) & lacks))


def _after_the_end(rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str], carry: Carry) -> pl.DataFrame:
    """A single text below the grand total is a footer, whatever it says."""
    if plan.fixed or plan.reshape.banner or len(names) < 2:
        return rows
    total = (pl.col("code") == TOTAL).fill_null(False)
    ended = pl.lit(carry.ended) | total.cum_sum().cast(pl.Boolean)
    text = pl.col("code").is_null() & lone(names) & ~pl.coalesce(names).str.contains(NUMERIC)
    return rows.with_columns(pl.when(ended & text).then(pl.lit(FOOTER)).otherwise("code").alias("code"))
