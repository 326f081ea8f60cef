"""A headline's newest month beside the month before it and the same month of the year before."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace

import polars as pl

from recordkit.report.context import Context
from recordkit.report.model import NOTHING, Headline

YEAR = 12  # months


@dataclass(frozen=True)
class Comparison:
    """What months are compared with.

    whole: the months of which everybody reported; received: those of which any file came.
    """

    context: Context
    whole: frozenset[str]
    received: frozenset[str]

    def of(self, shown: Headline, counts: pl.DataFrame, cell: dict[str, str]) -> Headline:
        """The headline with its changes and the command that traces its newest month.

        counts: period, count … of what it counts; cell: the parts of the figure but its month. A month of which no
        file came is not known, and never zero: cases of it that came late are no count of it.
        """
        if not self.context.scope:
            return shown
        newest, word = self.context.scope[-1], self.context.word
        number = self._count(counts, newest)
        now = word("newest_month", month=self._named(newest), count=NOTHING if number is None else number)
        lines = [now, *(self._against(counts, _earlier(newest, back), number) for back in (1, YEAR))]
        return replace(shown, changes=tuple(lines), trace=trace(period=newest, **cell) if number else "")

    def _against(self, counts: pl.DataFrame, month: str, number: int | None) -> str:
        before = self._count(counts, month)
        if before is None:
            return self.context.word("against_nothing", month=self.context.month_name(month))
        change = NOTHING if number is None else _change(number, before)
        return self.context.word("against_month", month=self._named(month), count=before, change=change)

    def _count(self, counts: pl.DataFrame, month: str) -> int | None:
        if month not in self.received:
            return None
        return int(counts.filter(pl.col("period") == month)["count"].sum())

    def _named(self, month: str) -> str:
        name = self.context.month_name(month)
        return name if month in self.whole else self.context.word("month_incomplete", month=name)


def _change(number: int, before: int) -> str:
    """ "−50, −7 %"; of nothing there is no share."""
    share = f", {100 * (number - before) / before:+.0f} %" if before else ""
    return f"{number - before:+,}{share}".replace("-", "−")


def trace(**cell: str | None) -> str:
    """The command that walks a figure back to the rows of files; what a sender wrote is quoted for a shell."""
    return " ".join(["recordkit trace STORE", *(shlex.quote(f"{name}={value or ''}") for name, value in cell.items())])


def _earlier(month: str, back: int) -> str:
    months = YEAR * int(month[:4]) + int(month[5:]) - 1 - back
    return f"{months // YEAR:04}-{months % YEAR + 1:02}"
