"""Findings as JUnit XML: a test suite for each file, a test case for each rule in each of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from recordkit.findings.grouping import Group, Groups
from recordkit.words import Texts

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(groups: Groups, texts: Texts) -> str:
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
