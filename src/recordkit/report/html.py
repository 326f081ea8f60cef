"""The report as one self-contained page: no script, no font or picture from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from recordkit import text_safety
from recordkit.report import cell_text, svg
from recordkit.report.model import Column, Figures, Table
from recordkit.report.words import Words

HERE = Path(__file__).parent
MONTH_WIDE = len("Jul 2026")  # so short a text is not broken over two lines


@dataclass(frozen=True)
class Cell:
    """One cell as the page shows it. `bar` is a share of the largest value, 0 to 100, or None."""

    text: str
    kind: str
    state: str
    bar: float | None = None


def html(figures: Figures) -> str:
    """The page."""
    urdu = figures.words.language == "ur"
    style = Markup((HERE / "page.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
    return _page(urdu=urdu).render(
        figures=figures, style=style, hatch=svg.HATCH, rows=_rows, charts=_charts, wide=_wide, shown=_shown,
        words=figures.words, direction="rtl" if urdu else "ltr",
    )


@lru_cache(maxsize=2)
def _page(*, urdu: bool) -> jinja2.Template:
    """The template in either direction: compiling it takes longer than filling it."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["mixed"] = text_safety.isolated if urdu else str
    return environment.get_template("page.html.j2")


def _shown(tables: tuple[Table, ...]) -> list[Table]:
    """The tables of a page: long ones are for the workbook."""
    return [table for table in tables if not table.data_only]


def _wide(table: Table) -> bool:
    """Whether a table needs the width of the page for itself."""
    words = sum(column.kind in ("text", "code") for column in table.columns)
    return len(table.columns) > 5 or words > 2 or bool(table.chart and table.chart.kind == "multiples")


def _rows(table: Table) -> Iterator[tuple[bool, list[Cell]]]:
    """Whether a row is the sum, and its cells."""
    last = table.frame.height - 1
    barred = table.chart.values[0] if table.chart and table.chart.kind == "bars" else None
    most = _most(table, barred) if barred else 0
    for at, row in enumerate(table.frame.iter_rows(named=True)):
        total = table.total_row and at == last
        yield (
            total,
            [_cell(row, column, None if total or column.name != barred else most) for column in table.columns],
        )


def _cell(row: dict[str, Any], column: Column, most: int | None) -> Cell:
    value = row[column.name]
    state = row.get(f"{column.name}__state") or ("none" if value is None else "plain")
    bar = 100 * (value or 0) / most if most else None
    text = cell_text.text(value, column)
    short = len(text) <= MONTH_WIDE
    return Cell(text.replace(" ", "\u00a0") if short else text, column.kind, state, bar)


def _most(table: Table, name: str) -> int:
    values = table.frame[name][:-1] if table.total_row else table.frame[name]
    return int(values.max() or 0)  # type: ignore[arg-type]


def _charts(table: Table, words: Words) -> list[Markup]:
    """The drawings of a table: none, one, or one for each of its value columns."""
    if table.chart is None or table.chart.kind == "bars":
        return []
    frame = table.frame[:-1] if table.total_row else table.frame
    labels = frame["label"].to_list()
    marked = frame[table.chart.marked].to_list() if table.chart.marked else []
    names = {column.name: column.label for column in table.columns}
    return [
        svg.columns(
            f"{table.key}-{at}",
            names[value] if table.chart.kind == "multiples" else table.chart.label,
            labels,
            frame[value].to_list(),
            marked,
            words=words,
        )
        for at, value in enumerate(table.chart.values)
    ]
