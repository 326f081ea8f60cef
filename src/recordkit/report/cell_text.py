"""How a cell is written for people."""

from __future__ import annotations

from typing import Any

from recordkit.report.model import Column

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
