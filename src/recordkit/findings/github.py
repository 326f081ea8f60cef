"""Findings as workflow commands of GitHub Actions: one annotation for each rule in each column."""

from __future__ import annotations

from recordkit.findings.grouping import Group, Groups
from recordkit.words import Texts

_COMMANDS = {"reject": "error", "flag": "warning", "note": "notice"}


def render(groups: Groups, texts: Texts) -> str:
    """One line for each group, most serious first (GitHub shows ten of a kind)."""
    return "".join(_line(one, texts) + "\n" for one in groups.groups if not one.routine)


def _line(one: Group, texts: Texts) -> str:
    first = one.examples[0] if one.examples else None
    properties = {"file": one.file, "title": f"{one.rule.code} {one.rule.name}"}
    if first is not None and first.row is not None and one.file:
        properties["line"] = str(first.row)
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    example = first.text(texts) if first else ""
    fix = texts(texts.words.findings.fix, fix=one.rule.advice(texts.language))
    parts = [f"{one.where(texts)}: {one.how_many(texts)}", example, one.rule.reason(texts.language), fix]
    return f"::{_COMMANDS[one.severity]} {given}::{_data(chr(10).join(part for part in parts if part))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
