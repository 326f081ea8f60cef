"""Small column charts as inline SVG, drawn when the report is made: nothing is fetched, nothing runs."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from recordkit.report.cells import NOTHING

WIDTH, HEIGHT = 320, 134  # units of the drawing; it scales to its place
TOP, BOTTOM, SIDE = 24, 22, 4
MOST_LABELS = 6

HATCH = Markup(
    '<svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="hatch" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">'
    '<rect class="hatch-back" width="6" height="6"/><rect class="hatch-line" width="3" height="6"/>'
    "</pattern></defs></svg>"
)


def columns(
    key: str, title: str, labels: Sequence[str], values: Sequence[int | None], marked: Sequence[bool] = ()
) -> Markup:
    """A chart with a column for each label; a null is a dash on the base line; marked ones are hatched."""
    step = (WIDTH - 2 * SIDE) / max(len(values), 1)
    most = max((value for value in values if value is not None), default=0) or 1
    room = HEIGHT - TOP - BOTTOM
    marked = marked or [False] * len(values)
    parts = [
        _column(SIDE + at * step, step, room * (value or 0) / most, value, marked[at], len(values))
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
        desc=_described(labels, values, marked),
        x1=SIDE,
        x2=WIDTH - SIDE,
        base=HEIGHT - BOTTOM,
        columns=Markup("").join(parts),
        labels=Markup("").join(_labels(labels, step)),
    )


def _column(x: float, step: float, height: float, value: int | None, marked: bool, many: int) -> Markup:
    base = HEIGHT - BOTTOM
    wide = step * 0.72
    middle = x + step / 2
    number = NOTHING if value is None else f"{value:,}"
    written = Markup('<text class="value" x="{x:.1f}" y="{y:.1f}">{number}</text>').format(
        x=middle, y=base - height - 5, number=number
    )
    bar = Markup('<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="2"/>').format(
        kind="part" if marked else "whole", x=middle - wide / 2, y=base - height, w=wide, h=height
    )
    return (bar if value else Markup("")) + (written if many <= 2 * MOST_LABELS else Markup(""))


def _labels(labels: Sequence[str], step: float) -> list[Markup]:
    """Labels below the columns: every one, or as many as there is room for."""
    every = -(-len(labels) // MOST_LABELS) or 1
    return [
        Markup('<text class="label" x="{x:.1f}" y="{y}">{label}</text>').format(
            x=SIDE + (at + 0.5) * step, y=HEIGHT - 6, label=label
        )
        for at, label in enumerate(labels)
        if at % every == 0
    ]


def _described(labels: Sequence[str], values: Sequence[int | None], marked: Sequence[bool]) -> str:
    """The chart in words, for those who do not see it."""
    told = [
        f"{label}: {'not known' if value is None else f'{value:,}'}{' (incomplete)' if part else ''}"
        for label, value, part in zip(labels, values, marked, strict=True)
    ]
    return "; ".join(told)
