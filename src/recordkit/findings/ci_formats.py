"""Findings as workflow commands of GitHub Actions: one annotation for each rule in each column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from recordkit.findings.grouping import COMMA, Example, Group, Groups
from recordkit.issues import Rule
from recordkit.version import __version__
from recordkit.words import Language, Texts

_COMMANDS = {"reject": "error", "flag": "warning", "note": "notice"}


def github(groups: Groups, texts: Texts) -> str:
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


_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(groups: Groups, texts: Texts) -> str:
    """One document. Rejects and flags are failures; notes pass, with their text as output."""
    root = Element("testsuites", name="recordkit")
    for sha256, name in groups.files.items():
        _suite(root, name, [one for one in groups.groups if one.sha256 == sha256], texts)
    homeless = [one for one in groups.groups if one.sha256 not in groups.files]
    if homeless:
        _suite(root, texts(texts.words.findings.compiled), homeless, texts)
    suites = root.findall("testsuite")
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, name: str, groups: list[Group], texts: Texts) -> None:
    failures = sum(one.severity != "note" for one in groups)
    suite = SubElement(root, "testsuite", name=_legal(name))
    counts = {"tests": max(len(groups), 1), "failures": failures, "errors": 0, "skipped": 0, "time": 0}
    for key, value in counts.items():
        suite.set(key, str(value))
    if not groups:
        SubElement(suite, "testcase", name=texts(texts.words.findings.none), classname=_legal(name), time="0")
    for one in groups:
        _case(suite, one, name, texts)


def _case(suite: Element, one: Group, file: str, texts: Texts) -> None:
    title = " ".join(part for part in (one.rule.code, one.rule.name, one.sheet, one.column or one.field) if part)
    case = SubElement(suite, "testcase", name=_legal(title), classname=_legal(file), time="0")
    body = "\n".join(_body(one, texts))
    if one.severity == "note":
        SubElement(case, "system-out").text = _legal(body)
        return
    message = f"{one.how_many(texts)}: {one.rule.reason(texts.language)}"
    failure = SubElement(case, "failure", type=one.severity, message=_legal(message))
    failure.text = _legal(body)


def _body(one: Group, texts: Texts) -> Iterable[str]:
    words = texts.words.findings
    yield f"{one.where(texts)}: {one.how_many(texts)}"
    yield texts(words.why, why=one.rule.reason(texts.language))
    yield texts(words.fix, fix=one.rule.advice(texts.language))
    for example in one.examples:
        row = texts(words.row, row=str(example.row)) if example.row is not None else ""
        yield "  " + ": ".join(part for part in (row, example.text(texts)) if part)


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


_LEVELS = {"reject": "error", "flag": "warning", "note": "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(groups: Groups, texts: Texts) -> str:
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
