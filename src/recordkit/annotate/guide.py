"""What the first sheet says, whoever writes it: what to do in both languages, then a line for every kind of finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from recordkit.annotate.marks import Marks
from recordkit.annotate.words import Both, Words
from recordkit.findings import Groups
from recordkit.findings.grouping import Group
from recordkit.ingest.resubmission import LINE
from recordkit.issues import Rules

WIDTHS = (22, 44, 14, 44, 44, 44, 44, 26)
URDU = (6, 7)  # columns of the list that run from right to left, from 1
MARKED = ("reject", "flag")
LINE_HEIGHT = 15  # points
Language = Literal["en", "ur"]


@dataclass(frozen=True)
class Line:
    """One line above the list."""

    text: str
    language: Language
    large: bool = False
    small: bool = False


@dataclass(frozen=True)
class Advice:
    """One line of the list; `target` is the sheet, row and column (from 1) of the first marked cell."""

    severity: str
    place: str
    target: tuple[str, int, int] | None
    count: int
    why: str
    fix: str
    why_ur: str
    fix_ur: str
    rule: str

    @property
    def height(self) -> int:
        """Points that the row needs so that every text in it can be read."""
        texts = (self.severity, self.place, "", self.why, self.fix, self.why_ur, self.fix_ur, self.rule)
        lines = max(-(-len(text) * 11 // (width * 10)) for text, width in zip(texts, WIDTHS, strict=True))
        return LINE_HEIGHT * max(2, lines)


@dataclass(frozen=True)
class Where:
    """A page of the workbook: how findings call it, its title, its marks, and rows that moved."""

    label: str
    title: str
    marks: Marks
    lines: Mapping[int, int]


def opening(file: str, corrects: str, agency: str | None, words: Words) -> list[Line]:
    """The lines above the list. The small one is what tells the workbook when it comes back."""
    found = [
        Line(words.title.en.format(file=file), "en", large=True),
        Line(words.title.ur.format(file=file), "ur", large=True),
        Line(LINE.format(sha256=corrects, agency=agency or "-"), "en", small=True),
    ]
    for english, urdu in zip(words.steps.en, words.steps.ur, strict=True):
        found += [Line(english, "en"), Line(urdu, "ur")]
    return found


def heads(words: Words) -> list[str]:
    """The heads of the list's columns."""
    told = words.heads
    every = (told.severity, told.place, told.count, told.why, told.fix, told.why_ur, told.fix_ur, told.rule)
    return [two(one) for one in every]


def advice(groups: Groups, pages: Sequence[Where], words: Words) -> list[Advice]:
    """A line for every group of findings that is to be corrected."""
    return [_advice(group, pages, words) for group in groups.groups if group.severity in MARKED]


def _advice(group: Group, pages: Sequence[Where], words: Words) -> Advice:
    rows = [one.row for one in group.examples if one.row is not None]
    shown = ", ".join(map(str, rows)) + (" …" if group.rows > len(rows) else "")
    place = Both(en=words.row.en.format(rows=shown), ur=words.row.ur.format(rows=shown)) if rows else words.whole
    parts = (group.sheet, group.column, two(place))
    detail = next((one.detail for one in group.examples if one.detail), None) if not rows else None
    return Advice(
        severity=group.severity,
        place=", ".join(part for part in parts if part)[:255],
        target=_target(group, pages),
        count=group.count,
        why=group.rule.why + (f" ({detail})" if detail else ""),
        fix=group.rule.fix,
        why_ur=group.rule.why_ur,
        fix_ur=words.urdu(group.rule, group.severity),
        rule=f"{group.rule.code} {group.rule.name}",
    )


def _target(group: Group, pages: Sequence[Where]) -> tuple[str, int, int] | None:
    page = next((one for one in pages if one.label == group.sheet), None)
    row = next((one.row for one in group.examples if one.row is not None), None)
    if page is None or row is None:
        return None
    return page.title, page.lines.get(row, row), page.marks.columns.get(group.column or "", 0) + 1


def comment(mark: Mapping[str, object], rules: Rules, words: Words) -> str:
    """What the comment on a marked cell says."""
    parts: list[str] = []
    for code in _texts(mark["codes"]):
        rule = rules[code]
        parts += [f"{rule.code} {rule.name}", rule.why, rule.fix, rule.why_ur, words.urdu(rule, str(mark["severity"]))]
    parts += _texts(mark["details"])
    parts += [f"{one} ?" for one in _texts(mark["suggestions"])]
    return "\n".join(part for part in parts if part)[:32_000]


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def two(both: Both) -> str:
    """A text in both languages, in one line."""
    return " / ".join(part for part in (both.en, both.ur) if part)
