"""The words of the annotated workbook (schemas/annotate.toml), in English and Urdu."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from recordkit import declarations
from recordkit.declarations import Declared
from recordkit.issues import Rule
from recordkit.words import Both

__all__ = ["Both", "Words", "load"]


class Steps(Declared):
    """The same steps in both languages."""

    en: tuple[str, ...]  # in English
    ur: tuple[str, ...]  # in Urdu


class Heads(Declared):
    """Column heads of the list."""

    severity: Both
    place: Both
    count: Both
    why: Both
    fix: Both
    why_ur: Both
    fix_ur: Both
    rule: Both


class BySeverity(Declared):
    """A word for each severity that is marked."""

    reject: Both
    flag: Both


class Generic(Declared):
    """What to do, in Urdu, for a rule that does not say it."""

    reject: str
    flag: str


class Words(Declared):
    """All of annotate.toml."""

    sheet: str  # name of the first sheet
    sheet_ur: str  # the same in Urdu
    suffix: str = Field(pattern=r"^[\w .()-]+$")  # a part of a file's name, which leads nowhere else
    comments: int = Field(ge=0)  # cells of a workbook that get a comment, at most
    rows: int = Field(ge=1, le=1_000_000)  # a larger file goes back with its marked rows only
    title: Both  # first line
    steps: Steps  # what the sender does
    heads: Heads  # heads of the list of findings
    severity: BySeverity  # words for red and yellow
    generic: Generic  # advice in Urdu for rules that have none
    whole: Both  # text for a finding about the whole file
    row: Both  # text for a finding about a row
    missing: Both  # text for a finding about a missing column

    def urdu(self, rule: Rule, severity: str) -> str:
        """What to do, in Urdu."""
        return rule.fix_ur or (self.generic.reject if severity == "reject" else self.generic.flag)

    def of_severity(self, severity: str) -> Both:
        """The word for a severity."""
        return self.severity.reject if severity == "reject" else self.severity.flag


def load(dirs: Sequence[Path]) -> Words:
    """annotate.toml of the last folder that has one."""
    return declarations.read_toml(declarations.files(dirs, "annotate.toml")["annotate.toml"], Words)
