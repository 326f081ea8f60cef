"""Findings as SARIF 2.1.0 (OASIS): a result for each example, every rule with its help."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from recordkit.findings.grouping import COMMA, Example, Group, Groups
from recordkit.issues import Rule
from recordkit.version import __version__
from recordkit.words import Language, Texts

_LEVELS = {"reject": "error", "flag": "warning", "note": "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(groups: Groups, texts: Texts) -> str:
    """One SARIF log with one run."""
    rules = list({one.rule.code: one.rule for one in groups.groups}.values())
    files = {sha256: at for at, sha256 in enumerate(groups.files)}
    results = [
        _result(one, example, [rule.code for rule in rules].index(one.rule.code), files, texts)
        for one in groups.groups
        for example in (one.examples[:1] if one.whole else one.examples)
    ]
    artifacts = [
        {"location": {"uri": quote(name)}, "hashes": {"sha-256": sha256}} for sha256, name in groups.files.items()
    ]
    described = [_rule(rule, texts.language) for rule in rules]
    driver = {"name": "recordkit", "semanticVersion": __version__, "rules": described}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": artifacts,
        "results": results,
        "properties": {"findings": dict(groups.counts)},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _rule(rule: Rule, language: Language) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.reason(language)},
        "fullDescription": {"text": f"{rule.reason(language)} Found when: {rule.condition}"},
        "help": {"text": rule.advice(language)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.level]},
    }


def _result(one: Group, example: Example, rule: int, files: dict[str, int], texts: Texts) -> dict[str, Any]:
    where = one.where(texts)
    if one.whole or example.row is None:
        where += f": {one.how_many(texts)}"
    else:
        where += COMMA[texts.language] + texts(texts.words.findings.row, row=str(example.row))
    message = ". ".join(part for part in (where, example.text(texts), one.rule.advice(texts.language)) if part)
    location: dict[str, Any] = {}
    if one.sha256 in files:
        place: dict[str, Any] = {"artifactLocation": {"uri": quote(one.file), "index": files[str(one.sha256)]}}
        if example.row is not None and not one.whole:
            place["region"] = {"startLine": example.row}
        location["physicalLocation"] = place
    if one.column or one.field:
        named = {"name": one.column or one.field}
        location["logicalLocations"] = [
            named | ({"fullyQualifiedName": f"{one.sheet}/{named['name']}"} if one.sheet else {})
        ]
    return {
        "ruleId": one.rule.code,
        "ruleIndex": rule,
        "level": _LEVELS[one.severity],
        "message": {"text": message},
        "locations": [location] if location else [],
        "properties": {"count": one.count},
    }
