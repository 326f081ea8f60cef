"""The report on a terminal: what fits its width; the page and the workbook hold the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl
from rich import box
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType, RenderResult
from rich.table import Table as Grid
from rich.text import Text

from recordkit.report import model
from recordkit.report.model import Column, Figures, Group, Headline, Section, Table
from recordkit.report.words import Words

STYLES = {"good": "green", "warn": "yellow", "bad": "bold red", "none": "dim", "plain": ""}
MOST_MONTHS = 6  # months side by side
GAP = 2  # right of a column, besides the one that the frame takes
WIDEST = 34  # a text cell wider than this is folded
NARROW = 16  # and where there is little room, one wider than this


@dataclass(frozen=True)
class Terminal:
    """The report as something that rich prints, in the width that the console has."""

    figures: Figures

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Everything goes out as plain text: markup or escapes in a name do nothing."""
        figures = self.figures
        yield Text(f"{figures.title}, {figures.period}", style="bold")
        yield Text(f"{figures.words('edition', edition=figures.edition)}\n", style="dim")
        yield _headlines(figures.headlines)
        for notice in figures.attention:
            yield Text.assemble(("! ", "yellow"), notice.text)
        for section in figures.sections:
            yield from _section(section, options.max_width, figures.words)
        yield Text(f"\n{figures.standing}\n{figures.legend}", style="dim")


def terminal(figures: Figures) -> Terminal:
    """`console.print(terminal(figures))` shows the report."""
    return Terminal(figures)


def _headlines(headlines: Sequence[Headline]) -> Grid:
    grid = Grid.grid(padding=(0, GAP))
    for one in headlines:
        value = Text(one.value, style=f"bold {STYLES[one.state]}")
        grid.add_row(Text(one.label), value, Text(one.note, style="dim"))
        for change in one.changes:
            grid.add_row(Text(""), Text(""), Text(change, style="dim"))
    return grid


def _section(section: Section, width: int, words: Words) -> Iterator[RenderableType]:
    yield Text(f"\n{section.title}", style="bold underline")
    if len(section.groups) > 1:
        yield from (_in_one_line(group, words) for group in section.groups)
        yield Text(_facts(section.groups[0].tables[-1], words), style="dim")
        return
    for table in section.tables:
        if table.terminal and not table.data_only and table.filled:
            yield from _table(table, width, words)
        elif table.terminal and not table.data_only:
            yield Text(f"\n{table.title}: {table.empty}")


def _facts(table: Table, words: Words) -> str:
    facts = f"{words('counts').lower()}: {table.unit} · {table.period} · {table.source}"
    return " · ".join(filter(None, [facts, model.not_known(table, words)]))


def _in_one_line(group: Group, words: Words) -> Text:
    """The sums of a group of tables, each with its unit."""
    table = next((table for table in group.tables[::-1] if table.filled and table.total_row), None)
    if table is None:
        return Text.assemble((f"{group.title}: ", "bold"), (words("none"), "dim"))
    sums = table.frame.row(-1, named=True)
    parts = [f"{model.text(sums[c.name], c)} {c.label.lower()}" for c in table.columns if c.kind == "count"]
    return Text.assemble((f"{group.title}: ", "bold"), ", ".join(parts))


def _table(table: Table, width: int, words: Words) -> Iterator[RenderableType]:
    if table.chart is not None and table.chart.kind == "multiples":
        table = _turned(table)
    columns, left_out = _fitting(table, width)
    grid = Grid(box=box.SIMPLE_HEAD, padding=(0, GAP, 0, 0), pad_edge=False)
    for column, wide in zip(columns, _widths(table, columns, width), strict=True):
        side: JustifyMethod = "right" if column.kind in model.NUMBERS else "left"
        grid.add_column(Text(column.label), justify=side, overflow="fold", width=wide)
    last = table.frame.height - 1
    for at, row in enumerate(table.frame.iter_rows(named=True)):
        total = table.total_row and at == last
        found = [_cell(row, column) for column in columns]
        grid.add_row(*found, style="bold" if total else "", end_section=table.total_row and at == last - 1)
    yield Text(f"\n{table.title}", style="bold")
    yield grid
    more = f" · {words('hidden_columns', count=left_out)}" if left_out else ""
    yield Text(_facts(table, words) + more, style="dim")


def _cell(row: dict[str, object], column: Column) -> Text:
    value = row[column.name]
    state = row.get(f"{column.name}__state") or ("none" if value is None else "plain")
    return Text(model.text(value, column), style=STYLES[str(state)])


def _turned(table: Table) -> Table:
    """Months across and heads down: only the newest months, and then the sum of all of them."""
    rows = table.frame.to_dicts()
    months = rows[:-1][-MOST_MONTHS:] if table.total_row else rows[-MOST_MONTHS:]
    across = [*months, *(rows[-1:] if table.total_row else [])]
    heads = [column for column in table.columns if column.kind == "count"]
    values = {f"m{at}": [row[head.name] for head in heads] for at, row in enumerate(across)}
    frame = pl.DataFrame({"label": [head.label for head in heads], **values})
    columns = [Column("label", "", "text")]
    columns += [Column(f"m{at}", row["label"]) for at, row in enumerate(across)]
    return replace(table, frame=frame, columns=tuple(columns))


def _fitting(table: Table, width: int) -> tuple[list[Column], int]:
    """The columns that fit: all, those not marked as aside, those folded, or only the first and the strong."""
    every = list(table.columns)
    brief = [column for column in every if not column.aside]
    least = [column for at, column in enumerate(every) if at == 0 or column.strong]
    for columns, widest in ((every, WIDEST), (brief, WIDEST), (brief, NARROW)):
        if sum(_wide(table, column, widest) + GAP + 1 for column in columns) <= width:
            return columns, len(every) - len(columns)
    chosen = least if len(least) > 1 else _newest(table, brief, width)
    return chosen, len(every) - len(chosen)


def _newest(table: Table, columns: list[Column], width: int) -> list[Column]:
    """The first column and as many of the last as fit: of months side by side, the newest."""
    room = width - _wide(table, columns[0], NARROW) - GAP - 1
    shown: list[Column] = []
    for column in reversed(columns[1:]):
        room -= _wide(table, column, NARROW) + GAP + 1
        if room < 0:
            break
        shown.insert(0, column)
    return [columns[0], *shown]


def _widths(table: Table, columns: Sequence[Column], width: int) -> list[int]:
    """The width of each column: what its cells need, then what its label and longest cell would like."""
    room = width - len(columns) * (GAP + 1)
    widths = [_wide(table, column, WIDEST) for column in columns]
    if sum(widths) > room:
        widths = [_wide(table, column, NARROW) for column in columns]
    spare = room - sum(widths)
    if spare < 0:  # one column that is wider than the terminal: fold it
        widest = widths.index(max(widths))
        widths[widest] = max(widths[widest] + spare, 8)
    for at, column in enumerate(columns):
        more = min(max(_longest(table, column), len(column.label)) - widths[at], max(spare, 0))
        if more > 0:
            widths[at] += more
            spare -= more
    return widths


def _longest(table: Table, column: Column) -> int:
    return max((len(model.text(value, column)) for value in table.frame[column.name]), default=0)


def _wide(table: Table, column: Column, widest: int) -> int:
    words = max((len(word) for word in column.label.split()), default=0)
    return max(min(_longest(table, column), widest), words)
