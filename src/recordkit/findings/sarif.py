"""Findings as SARIF 2.1.0 (OASIS): a result for each example, every rule with its help."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from recordkit.findings.grouping import Example, Group, Groups
from recordkit.issues import Rule
from recordkit.version import __version__

_LEVELS = {"reject": "error", "flag": "warning", "note": "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(groups: Groups) -> str:
    """One SARIF log with one run."""
    rules = list({one.rule.code: one.rule for one in groups.groups}.values())
    files = {sha256: at for at, sha256 in enumerate(groups.files)}
    results = [
        _result(one, example, [rule.code for rule in rules].index(one.rule.code), files)
        for one in groups.groups
        for example in (one.examples[:1] if one.whole else one.examples)
    ]
    artifacts = [
        {"location": {"uri": quote(name)}, "hashes": {"sha-256": sha256}} for sha256, name in groups.files.items()
    ]
    driver = {"name": "recordkit", "semanticVersion": __version__, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": artifacts,
        "results": results,
        "properties": {"findings": dict(groups.counts)},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.why},
        "fullDescription": {"text": f"{rule.why} Found when: {rule.condition}"},
        "help": {"text": rule.fix},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.level]},
    }


def _result(one: Group, example: Example, rule: int, files: dict[str, int]) -> dict[str, Any]:
    said = f"{one.where}: {one.how_many}" if one.whole or example.row is None else f"{one.where}, row {example.row}"
    message = ". ".join(part for part in (said, example.said, one.rule.fix) if part)
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
