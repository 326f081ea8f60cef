"""Rows that are known without a total's word: tags, rulers, rows of nothing, rows of text."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from recordkit.fields.own_threads import keeps_patterns
from recordkit.mapping import record_evidence
from recordkit.mapping.model import NUMERIC, SheetPlan, alternatives, filled, lone, loose_cells

BLANK, FOOTER = "RK213", "RK212"
TEXT, TAGS, RULER, NIL, RATE = "RK235", "RK236", "RK237", "RK238", "RK243"
SHORT = 64  # bytes of a cell that may say that there is nothing
# Humanitarian Exchange Language: #adm2, #date+reported.
_TAG = r"^\s*#\s*\p{L}[\p{L}\p{N}_]*(?:\s*\+\s*\p{L}[\p{L}\p{N}_]*)*\s*$"
_DRAWN = r"[-=_+|*~.:·\x{2010}-\x{2015}\x{2500}-\x{257f}]{3,}"
_MEANINGFUL = r"[\p{L}\p{N}?\x{fffd}]"  # a question mark may stand for a lost letter
# * † ‡ § # ¹ (1) [a] a/ ^a 1) in front of a text
FOOTNOTE = (
    r"^\s*(?:[*†‡§¶#]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[(\[]\s*[\p{L}\p{N}]{1,2}\s*[)\]]|\p{L}/|\^\s*[\p{L}\p{N}]|\d{1,2}\s*[.):=-])"
    r"\s*[-:=]?\s*\p{L}"
)
LOOSE_FOOTNOTE = r"^\s*\d{1,2}\s+\p{Ll}"  # 1 includes two cases of June
FEW = 3  # columns from which on a single text makes no record


@keeps_patterns
def without_words(rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str]) -> pl.DataFrame:
    """`code` for rows below the header that hold nothing to be seen, a ruler, tags, or the words for nothing."""
    if plan.fixed or not names:
        return rows
    off = plan.words.off
    found = [pl.when(pl.col("row").is_in(_unmeaning(rows, plan, names))).then(_drawn(names, off))]
    if "tags" not in off and any(table.header_rows for table in plan.tables):
        tags = pl.all_horizontal(pl.col(name).str.contains(_TAG).fill_null(True) for name in names)
        some = pl.coalesce(names).str.starts_with("#") & (filled(names) >= min(2, len(names)))
        found.append(pl.when(some & tags).then(pl.lit(TAGS)))
    if "nil" not in off and plan.unit != "return" and plan.words.nil:
        found.append(pl.when(pl.col("row").is_in(_nil(rows, plan, names))).then(pl.lit(NIL)))
    labels = [name for name in _labels(plan) if name in names]
    if plan.words.rate and "rates" not in off and labels:
        rated = pl.any_horizontal(pl.col(name).str.contains(plan.words.rate).fill_null(False) for name in labels)
        found.append(pl.when(rated).then(pl.lit(RATE)))
    return rows.with_columns(pl.coalesce("code", *found).alias("code"))


def _labels(plan: SheetPlan) -> list[str]:
    """The columns of a return that say what a row counts."""
    fields = {*plan.places, "head"}
    return [one.column for table in plan.tables for one in table.of("field") if one.field in fields]


def _unmeaning(rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str]) -> list[int]:
    """Rows whose cells hold no letter and no digit: stray spaces, dashes, lines. Ditto marks do mean something."""
    ditto = list(plan.words.ditto)
    first = pl.coalesce(names)
    some = rows.filter(pl.col("code").is_null() & first.is_not_null() & ~first.str.contains(_MEANINGFUL))
    cells = [pl.col(name).str.contains(_MEANINGFUL) | pl.col(name).str.strip_chars().is_in(ditto) for name in names]
    return some.filter(~pl.any_horizontal(cell.fill_null(False) for cell in cells)).get_column("row").to_list()


def _drawn(names: Sequence[str], off: Sequence[str]) -> pl.Expr:
    if "rulers" in off:
        return pl.lit(BLANK)
    drawn = pl.any_horizontal(pl.col(name).str.contains(_DRAWN).fill_null(False) for name in names)
    return pl.when(drawn).then(pl.lit(RULER)).otherwise(pl.lit(BLANK))


def _nil(rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str]) -> list[int]:
    """Rows that say that there is nothing, and where: no number, date or person stands in them."""
    words = alternatives(plan.words.nil)
    telling = record_evidence.columns(plan, names)
    bare = [(~pl.col(name).str.contains(r"\p{N}")).fill_null(True) for name in telling]
    bare += [(pl.col(name).str.len_bytes() <= SHORT).fill_null(True) for name in names]
    some = loose_cells(rows.filter(pl.col("code").is_null(), *bare), names)
    says = {name: pl.col(f"_l_{name}").str.contains(f"^(?:{words})$").fill_null(False) for name in names}
    starts = pl.coalesce(f"_l_{name}" for name in names).str.contains(f"^(?:{words})(?: |$)")
    where = _places(plan, names)
    quiet = [pl.col(name).is_null() | says[name] for name in names if name not in where]
    nil = pl.any_horizontal(says.values()) & pl.all_horizontal(quiet)
    return some.filter(nil | (lone(names) & starts)).get_column("row").to_list()


def _places(plan: SheetPlan, names: Sequence[str]) -> set[str]:
    """Columns that say where and which row, not what."""
    fields = {*plan.places, *(name for name, kind in plan.types.items() if kind in ("ignore", "period"))}
    columns = {one.column for table in plan.tables for one in table.of("field") if one.field in fields}
    return columns & set(names)


def texts(rows: pl.DataFrame, plan: SheetPlan, names: Sequence[str]) -> pl.DataFrame:
    """`code` for rows that are one text: a merged cell, a footnote, a remark below the table."""
    if plan.fixed or "texts" in plan.words.off or len(names) < FEW:
        return rows
    first = pl.coalesce(names)
    single = pl.col("code").is_null() & lone(names) & ~first.str.contains(NUMERIC)
    some = rows.filter(single & ~pl.col("maybe"))
    if not some.height:
        return rows
    some = loose_cells(some, names)
    merged = pl.col("row").is_in(plan.merged) | (filled(names) > 1)
    counted = rf"^[0-9]+ (?:{alternatives(plan.words.neutral)})(?: \p{{L}}+)?$"  # (5 rows), 5 records listed.
    note = first.str.contains(FOOTNOTE) | first.str.contains(LOOSE_FOOTNOTE)
    note |= pl.coalesce(f"_l_{name}" for name in names).str.contains(counted)
    columns, people = record_evidence.columns(plan, names), record_evidence.people(plan, names)
    alone = [
        pl.col(name).is_not_null() & (note | ~pl.col(name).str.contains(r"\p{N}") if name in columns else pl.lit(True))
        for name in names
        if name not in people and name not in _kept(plan)
    ]
    free = pl.any_horizontal(one.fill_null(False) for one in alone) if alone else pl.lit(False)
    known = pl.coalesce(f"_l_{name}" for name in names).is_in([*plan.words.known, *plan.words.total])
    text = merged | (free & ~known)
    code = pl.when(text & note & ~known).then(pl.lit(FOOTER)).when(text).then(pl.lit(TEXT))
    found = some.select("row", code.alias("_text"))
    joined = rows.join(found, on="row", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("code", "_text").alias("code")).drop("_text")


def _kept(plan: SheetPlan) -> set[str]:
    """Columns in which a single value is one for the rows below it."""
    down = set(plan.reshape.fill_down)
    return {one.column for table in plan.tables for one in table.of("field") if one.field in down}
