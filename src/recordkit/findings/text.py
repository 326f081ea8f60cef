"""Findings for people: by rule, with what, where, why, how to fix it and examples."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from recordkit.findings.grouping import COMMA, Group, Groups
from recordkit.words import Texts

_STYLES = {"reject": "bold red", "flag": "yellow", "note": "dim"}
MANY = 3  # columns of one sheet that are named one by one


def render(groups: Groups, width: int, colour: bool, texts: Texts) -> str:
    """Plain text; with colour for a terminal. What senders wrote is never read as markup."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    out = io.StringIO()
    words = texts.words.findings
    console = Console(file=out, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    telling = [one for one in groups.groups if not one.routine]
    for (_, severity), same_rule in groupby(telling, key=lambda one: (one.rule.code, one.severity)):
        same = list(same_rule)
        rule, total = same[0].rule, sum(one.count for one in same)
        head = Text(f"{rule.code} {rule.name}", style="bold")
        head.append(f"  {texts(getattr(words.severity, severity))}", style=_STYLES[severity])
        console.print(head.append(f"  {total:,}", style="bold"))
        console.print(Padding(Text(rule.reason(texts.language)), (0, 0, 0, 2)))
        if severity != "note":
            console.print(Padding(Text(texts(words.fix, fix=rule.advice(texts.language))), (0, 0, 0, 2)))
        for columns in _together(same, texts):
            for indent, line in columns:
                console.print(Padding(Text(line, style="dim" if indent > 2 else ""), (0, 0, 0, indent)))
        console.print()
    if routine := _routine(groups, texts):
        console.print(Text(routine, style="dim"))
    console.print(Text(_sums(groups, texts)))
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


def _together(groups: list[Group], texts: Texts) -> Iterator[list[tuple[int, str]]]:
    """The lines of every group; many columns of one sheet of which the same is said once are one line."""
    for _, found in groupby(groups, key=lambda one: (one.file, one.sheet, one.column is not None and one.rows == 0)):
        same = list(found)
        if len(same) <= MANY or same[0].rows or same[0].column is None:
            yield from (_lines(one, texts) for one in same)
            continue
        names = ", ".join(f'"{one.column}"' for one in same)
        columns = texts(texts.words.findings.columns, count=len(same), names=names)
        yield [(2, f"{same[0].sheet_of(texts)}: {columns}"), *((4, text) for text in _resembling(same, texts))]


def _resembling(groups: list[Group], texts: Texts) -> Iterator[str]:
    """What is suggested for some of the columns."""
    for one in groups:
        if suggestion := next((example.suggestion for example in one.examples if example.suggestion), None):
            yield f'"{one.column}": {texts(texts.words.findings.suggestion, suggestion=suggestion)}'


def _lines(one: Group, texts: Texts) -> list[tuple[int, str]]:
    """(indent, text) of one place and its examples."""
    words = texts.words.findings
    lines = [(2, f"{one.where(texts)}: {one.how_many(texts)}")]
    shown = [(example.row, example.text(texts)) for example in one.examples]
    shown = [(row, text) for row, text in shown if text or row is not None]
    if one.severity == "note":
        shown = [(row, text) for row, text in shown if text][:1]
    for row, text in shown:
        place = texts(words.row, row=str(row)) if row is not None else ""
        lines.append((4, ": ".join(part for part in (place, text) if part)))
    left = one.count - len(one.examples)
    if left > 0 and one.severity != "note" and not one.whole:
        lines.append((4, texts(words.more, count=left)))
    return lines


def _routine(groups: Groups, texts: Texts) -> str:
    """What asks nothing of anybody, in one line."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in groups.groups:
        if one.routine:
            counts[one.rule.name, one.rule.code] += one.count
    comma = COMMA[texts.language]
    kinds = comma.join(f"{count:,} {name} ({code})" for (name, code), count in counts.most_common())
    return texts(texts.words.findings.routine, kinds=kinds) if kinds else ""


def _sums(groups: Groups, texts: Texts) -> str:
    words = texts.words.findings
    counted = [
        texts.counted(getattr(words, f"{severity}s"), count) for severity, count in groups.counts.items() if count
    ]
    files = texts.counted(words.files, len(groups.files))
    return f"{files}: {COMMA[texts.language].join(counted) or texts(words.none)}"
