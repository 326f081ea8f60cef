"""The shape of a report: headings, small frames and how their columns are meant. No figure is made here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import polars as pl

from recordkit.report.words import Words

Kind = Literal["text", "count", "change", "share", "code"]
Drawing = Literal["columns", "multiples", "bars"]
State = Literal["plain", "good", "warn", "bad"]


class EditionLike(Protocol):
    """Anything with an id that can scan the tables of an edition."""

    @property
    def id(self) -> str: ...

    def scan(self, table: str) -> pl.LazyFrame: ...


@dataclass(frozen=True)
class Column:
    """A column of a table. In "count" and "change" a null is "not known", never zero.

    A frame may hold beside `name` a column `name__state` (plain, good, warn, bad): how its cells look.
    """

    name: str  # set by the program: the key of [columns]
    label: str
    kind: Kind = "count"
    strong: bool = False
    aside: bool = False  # left out where there is little room


@dataclass(frozen=True)
class Chart:
    """How a table is drawn. `values` are count columns; `marked` a Boolean one: rows that are incomplete.

    columns: one column chart of values[0] over the rows. multiples: a small one for each of `values`.
    bars: a bar beside each cell of values[0]. The table always stands beside the drawing.
    """

    kind: Drawing
    label: str
    values: tuple[str, ...]
    marked: str | None = None


@dataclass(frozen=True)
class Table:
    """A titled frame that says what it counts, over which period, from which edition and table."""

    key: str
    title: str
    unit: str
    period: str
    source: str
    columns: tuple[Column, ...]
    frame: pl.DataFrame
    urdu: str | None = None
    note: str = ""
    empty: str = ""
    chart: Chart | None = None
    total_row: bool = False  # the last row is the sum of the others
    data_only: bool = False  # long tables: workbook, JSON and CSV only
    terminal: bool = True
    unknown: tuple[int, int] | None = None  # how many of how many records do not say what the table asks
    trace: str = ""  # the command that walks one of its figures back to the rows of files

    @property
    def filled(self) -> bool:
        """Whether there is anything to show."""
        return self.frame.height > 0

    @property
    def shown(self) -> pl.DataFrame:
        """The frame's columns that are shown, in order."""
        return self.frame.select(column.name for column in self.columns)


@dataclass(frozen=True)
class Group:
    """Tables under one small heading (a tier); most sections have one nameless group."""

    tables: tuple[Table, ...]
    title: str = ""
    urdu: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the report."""

    key: str
    title: str
    urdu: str | None
    intro: str
    groups: tuple[Group, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables of the section."""
        return tuple(table for group in self.groups for table in group.tables)


@dataclass(frozen=True)
class Headline:
    """One large figure at the top."""

    label: str
    value: str
    note: str = ""
    state: State = "plain"
    key: str = ""  # its permanent anchor: figure-KEY
    changes: tuple[str, ...] = ()  # the newest month beside the month before and the same month of the year before
    trace: str = ""  # the command that walks its newest month back to the rows of files


@dataclass(frozen=True)
class Notice:
    """Something that somebody should look at, and the key of the section that shows it."""

    text: str
    section: str


@dataclass(frozen=True)
class Figures:
    """Everything a report shows, ready for any output."""

    title: str
    urdu: str | None
    edition: str
    month: str | None
    period: str
    banner: str  # at the head of the page, and of every printed one
    standing: str
    legend: str
    headlines: tuple[Headline, ...]
    attention: tuple[Notice, ...]
    sections: tuple[Section, ...]
    words: Words  # for what stands around the figures

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables in order."""
        return tuple(table for section in self.sections for table in section.tables)

    def table(self, key: str) -> Table:
        """The table of that key."""
        return next(table for table in self.tables if table.key == key)


def not_known(table: Table, words: Words) -> str:
    """How much of what the table counts does not say what it asks; nothing where it was not asked."""
    if table.unknown is None or not table.unknown[1]:
        return ""
    missing, every = table.unknown
    return words("not_known_of", missing=missing, all=every, share=f"{100 * missing / every:.0f}")


NOTHING = "–"  # not known: never zero
NUMBERS = frozenset({"count", "change", "share"})


def text(value: Any, column: Column) -> str:
    """A value as people read it: 1,234, +12, 3.4, or a dash where nothing is known."""
    if value is None:
        return "" if column.kind == "text" else NOTHING
    if column.kind == "count":
        return f"{value:,}"
    if column.kind == "change":
        return f"{value:+,}".replace("-", "−") if value else "0"
    if column.kind == "share":
        return f"{value:.1f}"
    return str(value)
