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

    en: tuple[str, ...]
    ur: tuple[str, ...]


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

    sheet: str
    sheet_ur: str
    suffix: str = Field(pattern=r"^[\w .()-]+$")  # a part of a file's name, which leads nowhere else
    comments: int = Field(ge=0)
    rows: int = Field(ge=1, le=1_000_000)
    title: Both
    steps: Steps
    heads: Heads
    severity: BySeverity
    generic: Generic
    whole: Both
    row: Both
    missing: Both

    def urdu(self, rule: Rule, severity: str) -> str:
        """What to do, in Urdu."""
        return rule.fix_ur or (self.generic.reject if severity == "reject" else self.generic.flag)

    def of_severity(self, severity: str) -> Both:
        """The word for a severity."""
        return self.severity.reject if severity == "reject" else self.severity.flag


def load(dirs: Sequence[Path]) -> Words:
    """annotate.toml of the last folder that has one."""
    return declarations.read_toml(declarations.files(dirs, "annotate.toml")["annotate.toml"], Words)
