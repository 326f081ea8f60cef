"""Prints findings: grouped by rule for people, one by one for programs, in the forms that CI systems read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from recordkit import text_safety, words
from recordkit.findings import ci_formats, masking, tabular, text
from recordkit.findings.grouping import Groups, group
from recordkit.findings.masking import Masks, masks
from recordkit.findings.spill import Spill, private_place
from recordkit.issues import Rules
from recordkit.words import Texts

__all__ = [
    "FORMATS",
    "LISTS",
    "Groups",
    "Masks",
    "Spill",
    "group",
    "listed",
    "masks",
    "private_place",
    "render",
    "shown",
]  # fmt: skip

# Forms that list findings one by one; the others show examples of each kind and its exact count.
LISTS = ("json", "jsonl", "csv")
FORMATS = ("text", "json", "jsonl", "csv", "junit", "sarif", "github")


def render(
    issues: pl.DataFrame,
    files: Mapping[str, str],
    rules: Rules,
    form: str,
    *,
    masks: Masks,
    rows: Mapping[str, int] | None = None,
    show_values: bool = False,
    limit: int = 5,
    counts: pl.DataFrame | None = None,
    width: int = 100,
    colour: bool = False,
    texts: Texts | None = None,
) -> str:
    """The findings (ISSUE_SCHEMA) as one text.

    files: SHA-256 -> name of every file looked at, also those without findings. rows: SHA-256 -> records in it.
    masks: what `masks(tables, intake)` gives; values are masked by it unless `show_values`. limit: examples for
    each rule in one column of one file; counts are exact whatever the limit. counts: what `group` takes them from when
    `issues` are only examples. json, jsonl and csv hold every finding that they are given. texts: the language of the
    other forms, English when it is not given.
    """
    findings = shown(rules, masks, show_values)(rules.rate(issues))
    named = {sha256: text_safety.plain(name) for sha256, name in files.items()}
    if form in LISTS:
        return tabular.render(findings, named, rules, form)
    safe = None if counts is None else masking.safe(counts)
    groups = group(findings, named, rows or {}, rules, limit=limit, counts=safe)
    texts = texts or words.english()
    if form == "text":
        return text.render(groups, width, colour, texts)
    machine = {"junit": ci_formats.junit, "sarif": ci_formats.sarif, "github": ci_formats.github}
    return machine[form](groups, texts)


def shown(rules: Rules, masks: Masks, show_values: bool = False) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Rated findings as they may be shown: nothing in them steers a terminal, values are masked unless asked for."""

    def masked(issues: pl.DataFrame) -> pl.DataFrame:
        safe = masking.safe(issues)
        return safe if show_values else masking.masked(safe, masks, rules)

    return masked


def listed(
    spill: Spill, files: Mapping[str, str], rules: Rules, form: str, totals: tabular.Totals = ()
) -> Iterator[str]:
    """Every finding that was kept, in one of LISTS, in pieces.

    files: SHA-256 -> name. totals: of each file, for json.
    """
    named = {sha256: text_safety.plain(name) for sha256, name in files.items()}
    return tabular.pieces(spill.ordered(named), named, rules, form, totals)
