"""Findings as JUnit XML: a test suite for each file, a test case for each rule in each of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from recordkit.findings.grouping import Group, Groups

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(groups: Groups) -> str:
    """One document. Rejects and flags are failures; notes pass, with their text as output."""
    root = Element("testsuites", name="recordkit")
    for sha256, name in groups.files.items():
        _suite(root, name, [one for one in groups.groups if one.sha256 == sha256])
    homeless = [one for one in groups.groups if one.sha256 not in groups.files]
    if homeless:
        _suite(root, "the compiled whole", homeless)
    suites = root.findall("testsuite")
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, name: str, groups: list[Group]) -> None:
    failures = sum(one.severity != "note" for one in groups)
    suite = SubElement(root, "testsuite", name=_legal(name))
    counts = {"tests": max(len(groups), 1), "failures": failures, "errors": 0, "skipped": 0, "time": 0}
    for key, value in counts.items():
        suite.set(key, str(value))
    if not groups:
        SubElement(suite, "testcase", name="no findings", classname=_legal(name), time="0")
    for one in groups:
        _case(suite, one, name)


def _case(suite: Element, one: Group, file: str) -> None:
    title = " ".join(part for part in (one.rule.code, one.rule.name, one.sheet, one.column or one.field) if part)
    case = SubElement(suite, "testcase", name=_legal(title), classname=_legal(file), time="0")
    body = "\n".join(_body(one))
    if one.severity == "note":
        SubElement(case, "system-out").text = _legal(body)
        return
    failure = SubElement(case, "failure", type=one.severity, message=_legal(f"{one.how_many}: {one.rule.why}"))
    failure.text = _legal(body)


def _body(one: Group) -> Iterable[str]:
    yield f"{one.where}: {one.how_many}"
    yield f"Why: {one.rule.why}"
    yield f"Fix: {one.rule.fix}"
    for example in one.examples:
        row = f"row {example.row}" if example.row is not None else ""
        yield "  " + ": ".join(part for part in (row, example.said) if part)


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
