"""What stands in a cell beside a cell of several people: whose each value is, by number or by place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from recordkit.fields import dispatch, numbers, particulars, text
from recordkit.fields.kinds import Kernel
from recordkit.reference import Reference
from recordkit.standardise.clean_columns import each
from recordkit.standardise.source_rows import SourceRows

_NUMBERING = r"(?i)(?:^|[\s;,،])\(?(?:\d{1,2}[\)\.]|[ivx]{1,4}\))(?:\s|$)"


@dataclass(frozen=True)
class NumberedColumn:
    """A cell beside a cell of people: the fields of both, which of the people can own a value of it, the code of a
    wrong number of values, and what judges a value that is given to nobody."""

    source: SourceRows
    people: str
    field: str
    owners: pl.Series
    code: str
    judged: Kernel


def cut(cells: pl.Series, reference: Reference) -> pl.Series:
    """The values of a cell, numbering taken off. A word for nothing that holds a separator (N/A) is one value."""
    blank = rf"(?i)(^|[\s;,،])(?:{_blanks(reference)})(?:[\s;,،]|$)"
    cells = dispatch.where(cells, cells.str.contains(blank), lambda some: _without(blank, some))
    bare = cells.str.replace_all(_NUMBERING, "\n").str.replace_all(_separator(reference), "\n")
    return bare.str.strip_chars("\n ").str.split("\n")


def _separator(reference: Reference) -> str:
    """Between the identifiers of several people in one cell; numbering such as "2)" goes with it."""
    return rf"(?i)[\n;,،؛/|&]+|\s(?:{particulars.words(reference, 'joined', 'code_detail')})\s"


def _without(blank: str, cells: pl.Series) -> pl.Series:
    for _ in range(2):  # matches do not overlap: N/A, N/A
        cells = cells.str.replace_all(blank, "${1}-;").str.replace(";$", "")
    return cells


@lru_cache(maxsize=8)
def _blanks(reference: Reference) -> str:
    """A pattern of the words that mean blank and hold a separator."""
    words = reference.null_words["word"]
    parted = words.filter(words.str.contains(r"\p{L}") & words.str.contains(_separator(reference))).to_list()
    return "|".join(re.escape(word) for word in sorted(parted, key=lambda word: (-len(word), word))) or r"[^\s\S]"


def in_order(column: NumberedColumn) -> pl.Series:
    """The values of a cell, one for each person of the row: as many as people, or as people who can own one (the
    others then have none). Nulls when the numbers do not agree: that is found, and what is wrong with each value."""
    cell = column.source.strings(column.field)
    if cell.null_count() == len(cell):
        return _nothing_for_each(column.owners)
    short = cell.str.contains("/", literal=True) & ~cell.str.contains("[0-9]")
    cell = dispatch.where(cell, short, lambda some: text.normal(some, column.source.reference))  # N/A
    if cell.null_count() == len(cell):
        return _nothing_for_each(column.owners)
    values = cut(cell, column.source.reference)
    table = pl.DataFrame({"cell": cell, "values": values, "known": column.owners}).with_row_index("at")
    table = table.with_columns(
        pl.col("values").list.eval(pl.element().str.strip_chars().replace("", None)),
        people=pl.col("known").list.len(),
        named=pl.col("known").list.sum(),
    )
    written = pl.col("values").list.len()
    # One person with several numbers keeps them together: two phones are normal, and the field type says what they are.
    alone = pl.col("named") == 1
    wrong = (written != pl.col("people")) & (written != pl.col("named"))
    table = table.with_columns(_by_number(column, cell, table["values"]))
    numbered = pl.col("order").is_not_null() & ~alone
    bad = pl.col("cell").is_not_null() & ~alone & pl.when(numbered).then("astray").otherwise(wrong)
    given_to_nobody = table.filter(bad).select("at", "values")
    if given_to_nobody.height:
        faults = _faults(given_to_nobody, column)
        codes = table.select("at").join(faults, on="at", how="left", maintain_order="left").drop("at")
        column.source.tell(column.field, codes.with_columns(pl.col("codes").fill_null([])))
    place = pl.int_range(pl.len()).over("at")
    among_known = pl.col("known").cum_sum().over("at") - 1
    at_place = pl.col("values").list.get(place, null_on_oob=True)
    of_known = pl.when("known").then(pl.col("values").list.get(among_known, null_on_oob=True))
    by_number = pl.col("ordered").list.get(pl.col("order").list.get(place, null_on_oob=True), null_on_oob=True)
    long = table.explode("known").drop_nulls("known")
    value = (
        pl.when(alone).then(pl.when("known").then("cell"))
        .when(numbered).then(pl.when("known", ~pl.col("astray")).then(by_number))
        .when(written == pl.col("people")).then(at_place)
        .when(written == pl.col("named")).then(of_known)
    )  # fmt: skip
    lists = long.with_columns(value.alias("value")).group_by("at", maintain_order=True).agg("value")
    joined = table.select("at").join(lists, on="at", how="left", maintain_order="left")["value"]
    return joined.fill_null(pl.lit([], pl.List(pl.String)))


def _nothing_for_each(owners: pl.Series) -> pl.Series:
    """A null for each person of the row: the cells are blank, as in most files those of most fields are."""
    blank = pl.when(pl.element().is_null()).then(pl.lit("")).otherwise(pl.lit(None, pl.String))
    each = pl.col("owners").list.drop_nulls().list.eval(blank).fill_null(pl.lit([], pl.List(pl.String)))
    return owners.to_frame("owners").select(value=each).to_series()


def _by_number(column: NumberedColumn, cells: pl.Series, values: pl.Series) -> pl.DataFrame:
    """Where the values of a cell, or the people, are numbered and do not stand in the order 1, 2, 3, or `values` (cut
    without regard to numbers) are others: `ordered` (the
    values), `order` (for every person the place of the value of the same number; null: none has it) and `astray` (a
    number stands twice, or is that of nobody who can own a value). Nulls elsewhere.
    """
    shared = ((column.owners.list.len() > 1) & cells.is_not_null()).arg_true()
    out = _out_of_order(column, cells, shared, values) if len(shared) else pl.DataFrame(schema=_ORDER)
    every = pl.DataFrame({"at": pl.int_range(len(cells), dtype=pl.UInt32, eager=True)})
    return every.join(out, on="at", how="left", maintain_order="left").drop("at")


_ORDER: dict[str, pl.DataType | type[pl.DataType]] = {
    "at": pl.UInt32, "ordered": pl.List(pl.String), "order": pl.List(pl.Int64), "astray": pl.Boolean,
}  # fmt: skip


def _out_of_order(column: NumberedColumn, cells: pl.Series, places: pl.Series, values: pl.Series) -> pl.DataFrame:
    """The rows among `places` (_ORDER) that `_by_number` speaks of."""
    number = numbers.read(text.normal(cells.gather(places), keep_lines=True))
    frame = pl.DataFrame({"at": places, "mine": number["numbers"], "ordered": number["values"]})
    frame = frame.with_columns(column.owners.gather(places).alias("owner"), cut=values.gather(places))
    frame = frame.filter(pl.col("mine").is_not_null())
    if frame.is_empty():
        return pl.DataFrame(schema=_ORDER)
    people = text.normal(column.source.strings(column.people).gather(frame["at"]), keep_lines=True)
    counted = pl.int_ranges(1, pl.col("owner").list.len() + 1, dtype=pl.Int64)
    frame = frame.with_columns(numbers.read(people)["numbers"].alias("theirs")).with_columns(
        theirs=pl.when(pl.col("theirs").list.len() == pl.col("owner").list.len()).then("theirs").otherwise(counted)
    )
    in_order = pl.int_ranges(1, pl.col("mine").list.len() + 1, dtype=pl.Int64)
    others = pl.col("ordered").list.join("\n") != pl.col("cut").list.join("\n")
    frame = frame.filter((pl.col("mine") != in_order) | (pl.col("theirs") != counted) | others.fill_null(True))
    mine = frame.select("at", number="mine", place=pl.int_ranges(0, pl.col("mine").list.len(), dtype=pl.Int64))
    mine = mine.explode("number", "place").unique(["at", "number"], keep="first")
    people_of = frame.select("at", "owner", number="theirs").explode("number", "owner")
    paired = people_of.join(mine, on=["at", "number"], how="left", maintain_order="left")
    order = paired.group_by("at").agg("place", used=pl.col("place").filter("owner").count())
    done = frame.join(order, on="at")
    astray = pl.col("used") != pl.col("mine").list.len()
    return done.select("at", "ordered", order="place", astray=astray).cast(dict(_ORDER))  # type: ignore[arg-type]


def _faults(cells: pl.DataFrame, column: NumberedColumn) -> pl.DataFrame:
    """at, codes: `code` for every cell, and what is wrong with the values in it, which nobody else will judge."""
    values = cells.explode("values").drop_nulls("values")
    wrong = values.select("at", codes=each(values["values"], column.judged)["codes"]).explode("codes")
    every = pl.concat([cells.select("at", codes=pl.lit(column.code)), wrong.drop_nulls("codes")])
    return every.group_by("at").agg(pl.col("codes").unique().sort())
