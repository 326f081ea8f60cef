"""What mapping works with: the plan of a sheet, what is carried from batch to batch, and what comes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl
from pydantic import Field

from recordkit.agencies.declaration import Detection, Reshape, Unit
from recordkit.agencies.header_index import Kind
from recordkit.declarations import Declared
from recordkit.fields import text
from recordkit.fields.numbers import NO_WORDS, CountWords

MOST_COPIES = 10_000  # a multiplicity above this is taken for a slip: the row stands for one record


class PlannedColumn(Declared):
    """One column of the sheet and what is done with it."""

    column: str
    header: str
    kind: Kind
    field: str | None = None
    levels: tuple[str, ...] = ()
    number: int | None = None
    detail: str = ""


class Table(Declared):
    """The columns that hold from one header on; a sheet has one table, or several below each other."""

    header_rows: tuple[int, ...]
    columns: tuple[PlannedColumn, ...]

    @property
    def first_row(self) -> int:
        """The first physical row that can be a record."""
        return max(self.header_rows, default=0) + 1

    def of(self, *kinds: Kind) -> list[PlannedColumn]:
        """The columns of these kinds."""
        return [one for one in self.columns if one.kind in kinds]


class RowWords(Declared):
    """Folded words (lower case, single spaces) and patterns that mark rows which are not records."""

    total: tuple[str, ...] = ()
    declared_total: tuple[str, ...] = ()
    subtotal: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    ditto: tuple[str, ...] = ()  # as cells write them, case and all
    comment: str | None = None
    trailer: str | None = None
    keep_totals: bool = False
    nil: tuple[str, ...] = ()  # words of a register's row that says that there is nothing
    rate: str | None = None  # pattern of the label of a row of per cents, rates, running totals: no counts
    districts: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()  # divisions and provinces that are no district too
    several: tuple[str, ...] = ()  # words for a whole area: region, range
    known: tuple[str, ...] = ()  # names of places and heads: what stands beside a total, and is no person
    off: tuple[Detection, ...] = ()  # what the declaration wants no row taken for


class Cut(Declared):
    """One column of a fixed-width line, 1-based."""

    field: str
    start: int
    length: int


class SheetPlan(Declared):
    """Everything that `map_batch` needs to know about a sheet; it survives a trip through JSON."""

    file: str
    file_sha256: str
    sheet: str
    agency: str
    format: str
    unit: Unit
    tables: tuple[Table, ...]
    fields: tuple[str, ...]  # the String columns of the rows, in this order
    required: tuple[str, ...] = ()
    places: tuple[str, ...] = ()  # fields that are places: a label of a total is none
    types: dict[str, str] = Field(default_factory=dict)  # field -> its type in intake.toml
    merged: tuple[int, ...] = ()  # rows in which cells of several columns are one
    headers: dict[str, str] = Field(default_factory=dict)  # field -> header in this sheet
    values: dict[str, dict[str, str]] = Field(default_factory=dict)  # field -> raw -> canonical
    verbatim: dict[str, str] = Field(default_factory=dict)  # field -> pattern of numbers that are kept as written
    patterns: dict[str, str] = Field(default_factory=dict)  # field -> what its values look like
    date_orders: dict[str, str] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    joins: dict[str, str] = Field(default_factory=dict)  # field -> text that joins its several columns
    # header -> what its cells mean, for a field of which several columns are declared with `values` of their own
    values_of_columns: dict[str, dict[str, str]] = Field(default_factory=dict)
    words: RowWords = RowWords()
    count_words: CountWords = NO_WORDS  # what words beside a count say, for every reader of counts
    reshape: Reshape = Reshape()
    cuts: tuple[Cut, ...] = ()
    widths: tuple[int, ...] = ()
    gives: tuple[str, ...] = ()  # fields that other formats take from these rows
    says_total: bool = False  # a return that writes its totals: nothing else is one because of its sums
    struck_rows: tuple[int, ...] = ()  # every cell of them is struck through: no records
    epoch: int = 1900  # the year from which the workbook counts its days
    no_counts: str | None = None  # where the statement says that its figures are no counts of one month, and how
    period: str | None = None
    period_source: str | None = None
    period_unread: str | None = None  # where a period is said that is none, and why; then `period` is nobody's guess

    @property
    def gives_present(self) -> tuple[str, ...]:
        """Those of `gives` that the sheet has."""
        return tuple(name for name in self.gives if name in self.fields)

    @property
    def fixed(self) -> bool:
        """Rows are lines that are cut by position."""
        return bool(self.cuts)


class Carry(Declared):
    """What one batch leaves for the next."""

    rows: int = 0  # records so far
    block: int = 0  # records since the last total row
    sums: dict[str, float] = Field(default_factory=dict)  # column -> sum of the records so far
    block_sums: dict[str, float] = Field(default_factory=dict)
    unread: dict[str, int] = Field(default_factory=dict)  # column -> cells that are no number, so far
    block_unread: dict[str, int] = Field(default_factory=dict)
    fill: dict[str, str | None] = Field(default_factory=dict)
    above: dict[str, str | None] = Field(default_factory=dict)  # column -> its last cell that is no ditto mark
    banner: dict[str, str | None] = Field(default_factory=dict)
    full: dict[str, int] = Field(default_factory=dict)  # column -> records that count something, so far
    block_full: dict[str, int] = Field(default_factory=dict)
    ended: bool = False  # a grand total was seen
    trailer: bool = False
    nameless: tuple[str, ...] = ()  # columns without a header in which a value was seen
    has_case: bool = False  # a record that tells its case was seen


SKIPPED_SCHEMA = {"row": pl.Int64, "code": pl.String}


@dataclass(frozen=True)
class Mapped:
    """What became of a batch: every row of it is in `rows` (any part) or in `skipped`, never in both."""

    rows: pl.DataFrame  # row Int64, part Int32, the plan's fields (String); of a return reshape.FLAGS too
    skipped: pl.DataFrame  # SKIPPED_SCHEMA
    issues: pl.DataFrame  # ISSUE_SCHEMA
    carry: Carry
    ditto: tuple[str, ...]  # columns in which some cell repeats the one above by a mark
    marks: pl.DataFrame  # row, code, label and banners of the rows that have any: what `map_again` need not find again


NUMBER = r"^-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?$"
NUMERIC = r"^[-+0-9۰-۹٠-٩., ]*[0-9۰-۹٠-٩][-+0-9۰-۹٠-٩., ]*$"


def loosely(column: pl.Expr) -> pl.Expr:
    """Normal text for comparing labels: small letters, letters and digits only, single spaces."""
    return column.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()


def loose_cells(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """`rows` with `_l_<name>` for every column named: the text that labels are looked for in."""
    normal = [text.normal(rows.get_column(name)).alias(f"_l_{name}") for name in names]
    return rows.with_columns(normal).with_columns(loosely(pl.col(f"_l_{name}")) for name in names)


def loose(words: Iterable[str]) -> tuple[str, ...]:
    """`loose_cells` for declared words, longest first, each once."""
    frame = pl.DataFrame({"word": list(words)}, schema={"word": pl.String})
    spelt = [word for word in loose_cells(frame, ["word"]).get_column("_l_word").to_list() if word]
    return tuple(sorted(dict.fromkeys(spelt), key=lambda word: (-len(word), word)))


def numbers(name: str) -> pl.Expr:
    """A column as Float64: thousands commas only where they belong; anything else is null, never a guess."""
    cell = pl.col(name).str.strip_chars()
    plain = pl.when(cell.str.contains(NUMBER)).then(cell.str.replace_all(",", "", literal=True))
    return plain.cast(pl.Float64, strict=False)


def filled(names: Sequence[str]) -> pl.Expr:
    """How many cells of a row are not null."""
    return pl.sum_horizontal(pl.col(name).is_not_null() for name in names)


def lone(names: Sequence[str]) -> pl.Expr:
    """Only one value stands in the row (once, or repeated by a merged cell)."""
    first = pl.coalesce(names)
    return first.is_not_null() & pl.all_horizontal((pl.col(n) == first).fill_null(True) for n in names)


def alternatives(words: Sequence[str]) -> str:
    """A pattern that matches any of the words, and nothing when there is none."""
    return "|".join(re.escape(word) for word in words) or r"\z."
