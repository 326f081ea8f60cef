"""The report as one self-contained page: no script, no font or picture from elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from recordkit import text_safety
from recordkit.report import machine_readable, model
from recordkit.report.model import NOTHING, Column, Figures, Table
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
        figures=figures,
        style=style,
        hatch=HATCH,
        rows=_rows,
        charts=_charts,
        wide=_wide,
        shown=_shown,
        words=figures.words,
        not_known=model.not_known,
        download=_download,
        banner_css=_css_text(figures.banner),
        direction="rtl" if urdu else "ltr",
    )


def _download(table: Table) -> str:
    """The table as a file inside the page: UTF-8 with its mark, which spreadsheets need to read Urdu."""
    return base64.b64encode(machine_readable.table_csv(table).encode("utf-8-sig")).decode("ascii")


def _css_text(text: str) -> Markup:
    """A text as a string of CSS: every letter by its number, so that nothing in it can end the string or the style."""
    return Markup('"{}"').format(Markup("").join(Markup("\\{:06x}").format(ord(letter)) for letter in text))


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


def _cell(row: dict[str, Any], column: Column, most: float | None) -> Cell:
    value = row[column.name]
    state = row.get(f"{column.name}__state") or ("none" if value is None else "plain")
    bar = 100 * (value or 0) / most if most else None
    text = model.text(value, column)
    short = len(text) <= MONTH_WIDE
    return Cell(text.replace(" ", "\u00a0") if short else text, column.kind, state, bar)


def _most(table: Table, name: str) -> float:
    values = table.frame[name][:-1] if table.total_row else table.frame[name]
    return float(values.max() or 0)  # type: ignore[arg-type]


def _charts(table: Table, words: Words) -> list[Markup]:
    """The drawings of a table: none, one, or one for each of its value columns."""
    if table.chart is None or table.chart.kind == "bars":
        return []
    frame = table.frame[:-1] if table.total_row else table.frame
    labels = frame["label"].to_list()
    marked = frame[table.chart.marked].to_list() if table.chart.marked else []
    names = {column.name: column.label for column in table.columns}
    return [
        columns(
            f"{table.key}-{at}",
            names[value] if table.chart.kind == "multiples" else table.chart.label,
            labels,
            frame[value].to_list(),
            marked,
            words=words,
        )
        for at, value in enumerate(table.chart.values)
    ]


WIDTH, HEIGHT = 320, 134  # units of the drawing; it scales to its place
TOP, BOTTOM, SIDE = 24, 22, 4
MOST_LABELS = 6
ROOM_FOR_A_LABEL = 130

HATCH = Markup(
    '<svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="hatch" width="5" height="5" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">'
    '<rect class="hatch-back" width="5" height="5"/><rect class="hatch-line" width="1.4" height="5"/>'
    "</pattern></defs></svg>"
)


def columns(
    key: str, title: str, labels: Sequence[str], values: Sequence[int | None], marked: Sequence[bool] = (),
    *, words: Words,
) -> Markup:  # fmt: skip
    """A chart with a column for each label; a null is a dash on the base line; marked ones are hatched."""
    step = (WIDTH - 2 * SIDE) / max(len(values), 1)
    most = max((value for value in values if value is not None), default=0)
    marked = marked or [False] * len(values)
    few = len(values) <= 2 * MOST_LABELS
    numbered = {at for at in range(len(values)) if few or at == _first(values, most)}
    parts = [
        _column(SIDE + at * step, step, value, most, marked=marked[at], numbered=at in numbered)
        for at, value in enumerate(values)
    ]
    return Markup(
        '<svg class="chart" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{key}-t {key}-d">'
        '<title id="{key}-t">{title}</title><desc id="{key}-d">{desc}</desc>'
        '<line class="base" x1="{x1}" x2="{x2}" y1="{base}" y2="{base}"/>{columns}{labels}</svg>'
    ).format(
        w=WIDTH,
        h=HEIGHT,
        key=key,
        title=title,
        desc=_described(labels, values, marked, words),
        x1=SIDE,
        x2=WIDTH - SIDE,
        base=HEIGHT - BOTTOM,
        columns=Markup("").join(parts),
        labels=Markup("").join(_labels(labels, step, f"{words.month_names()[0]} ")),
    )


def _first(values: Sequence[int | None], wanted: int) -> int:
    return next((at for at, value in enumerate(values) if value == wanted), 0)


def _column(x: float, step: float, value: int | None, most: int, *, marked: bool, numbered: bool) -> Markup:
    base = HEIGHT - BOTTOM
    height = (base - TOP) * (value or 0) / (most or 1)
    wide, middle = step * 0.72, x + step / 2
    number = NOTHING if value is None else f"{value:,}"
    written = Markup('<text class="value" x="{x:.1f}" y="{y:.1f}">{number}</text>').format(
        x=middle, y=base - height - 5, number=number
    )
    bar = Markup('<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="2"/>').format(
        kind="part" if marked else "whole", x=middle - wide / 2, y=base - height, w=wide, h=height
    )
    return (bar if value else Markup("")) + (written if numbered else Markup(""))


def _labels(labels: Sequence[str], step: float, january: str) -> list[Markup]:
    """Labels below the columns: all of a few (a year only where it changes), else the first and each January."""
    if len(labels) <= MOST_LABELS:
        words = [label.rpartition(" ") for label in labels]
        years = ["", *(year for _, _, year in words)]
        drawn = {
            at: labels[at] if not month or year != years[at] else month for at, (month, _, year) in enumerate(words)
        }
    else:
        drawn = {at: label.removeprefix(january) for at, label in enumerate(labels) if label.startswith(january)}
        if min(drawn, default=len(labels)) * step > ROOM_FOR_A_LABEL:
            drawn[0] = labels[0]
    return [_label(at, text, step, len(labels) > MOST_LABELS) for at, text in sorted(drawn.items())]


def _label(at: int, text: str, step: float, from_its_edge: bool) -> Markup:
    x = SIDE + (at if from_its_edge else at + 0.5) * step
    edge = " edge" if from_its_edge else ""
    place = Markup('<text class="label{edge}" x="{x:.1f}" y="{y}">{text}</text>')
    tick = Markup('<line class="base" x1="{x:.1f}" x2="{x:.1f}" y1="{a}" y2="{b}"/>')
    drawn = place.format(edge=edge, x=x, y=HEIGHT - 6, text=text)
    return drawn + tick.format(x=x, a=HEIGHT - BOTTOM, b=HEIGHT - BOTTOM + 5) if from_its_edge else drawn


def _described(labels: Sequence[str], values: Sequence[int | None], marked: Sequence[bool], words: Words) -> str:
    """The chart in words, for those who do not see it."""
    partly = f" ({words('incomplete')})"
    parts = [
        f"{label}: {words('not_known') if value is None else f'{value:,}'}{partly if part else ''}"
        for label, value, part in zip(labels, values, marked, strict=True)
    ]
    return "; ".join(parts)
