"""Findings for people: by rule, with what, where, why, how to fix it and examples."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from recordkit.findings.grouping import Group, Groups

_STYLES = {"reject": "bold red", "flag": "yellow", "note": "dim"}
MANY = 3  # columns of one sheet that are named one by one
_MEANING = {"reject": "put aside", "flag": "kept, look at it", "note": "for information"}


def render(groups: Groups, width: int, colour: bool) -> str:
    """Plain text; with colour for a terminal. What senders wrote is never read as markup."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    telling = [one for one in groups.groups if not one.routine]
    for (_, severity), several in groupby(telling, key=lambda one: (one.rule.code, one.severity)):
        same = list(several)
        rule, total = same[0].rule, sum(one.count for one in same)
        head = Text(f"{rule.code} {rule.name}", style="bold")
        head.append(f"  {severity} ({_MEANING[severity]})", style=_STYLES[severity])
        console.print(head.append(f"  {total:,}", style="bold"))
        console.print(Padding(Text(rule.why), (0, 0, 0, 2)))
        if severity != "note":
            console.print(Padding(Text(f"Fix: {rule.fix}"), (0, 0, 0, 2)))
        for several_columns in _together(same):
            for indent, line in several_columns:
                console.print(Padding(Text(line, style="dim" if indent > 2 else ""), (0, 0, 0, indent)))
        console.print()
    if routine := _routine(groups):
        console.print(Text(routine, style="dim"))
    console.print(Text(_sums(groups)))
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def _together(groups: list[Group]) -> Iterator[list[tuple[int, str]]]:
    """The lines of every group; many columns of one sheet of which the same is said once are one line."""
    for _, found in groupby(groups, key=lambda one: (one.file, one.sheet, one.column is not None and one.rows == 0)):
        same = list(found)
        if len(same) <= MANY or same[0].rows or same[0].column is None:
            yield from (_lines(one) for one in same)
            continue
        names = ", ".join(f'"{one.column}"' for one in same)
        place = same[0].where.rsplit(", column ", 1)[0]
        yield [(2, f"{place}: {len(same)} columns: {names}"), *((4, said) for said in _resembling(same))]


def _resembling(groups: list[Group]) -> Iterator[str]:
    """What is suggested for some of the columns."""
    for one in groups:
        if told := next((example.suggestion for example in one.examples if example.suggestion), None):
            yield f'"{one.column}": did you mean {told}?'


def _lines(one: Group) -> list[tuple[int, str]]:
    """(indent, text) of one place and its examples."""
    lines = [(2, f"{one.where}: {one.how_many}")]
    shown = [example for example in one.examples if example.row is not None or example.said]
    if one.severity == "note":
        shown = [example for example in shown if example.said][:1]
    for example in shown:
        row = f"row {example.row}" if example.row is not None else ""
        lines.append((4, ": ".join(part for part in (row, example.said) if part)))
    left = one.count - len(one.examples)
    if left > 0 and one.severity != "note" and not one.whole:
        lines.append((4, f"and {left:,} more"))
    return lines


def _routine(groups: Groups) -> str:
    """What asks nothing of anybody, in one line."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in groups.groups:
        if one.routine:
            counts[one.rule.name, one.rule.code] += one.count
    said = ", ".join(f"{count:,} {name} ({code})" for (name, code), count in counts.most_common())
    return f"Nothing to do about: {said}" if said else ""


def _sums(groups: Groups) -> str:
    files = f"{len(groups.files)} file{'' if len(groups.files) == 1 else 's'}"
    counted = [f"{count:,} {severity}{'' if count == 1 else 's'}" for severity, count in groups.counts.items() if count]
    return f"{files}: {', '.join(counted)}" if counted else f"{files}: no findings"
