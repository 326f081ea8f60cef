"""Small column charts as inline SVG, drawn when the report is made: nothing is fetched, nothing runs."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from recordkit.report.cell_text import NOTHING
from recordkit.report.words import Words

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
        _column(SIDE + at * step, step, value, most, marked[at], at in numbered) for at, value in enumerate(values)
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


def _column(x: float, step: float, value: int | None, most: int, marked: bool, numbered: bool) -> Markup:
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
    told = [
        f"{label}: {words('not_known') if value is None else f'{value:,}'}{partly if part else ''}"
        for label, value, part in zip(labels, values, marked, strict=True)
    ]
    return "; ".join(told)
