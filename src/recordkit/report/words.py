"""The words of the report (schemas/report.toml): titles, notes, what is shown and how much of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from recordkit.declarations import Declared, files, folders, read_toml
from recordkit.errors import DeclarationError


class SectionWords(Declared):
    """Heading of a section."""

    title: str
    urdu: str | None = None
    intro: str = ""


class TableWords(Declared):
    """Heading of a table, with what every table must state: its unit and its source."""

    title: str
    unit: str
    source: str
    urdu: str | None = None
    note: str = ""
    empty: str = "Nothing to show."


class TierWords(Declared):
    """A group of offences shown apart."""

    title: str
    urdu: str | None = None
    note: str = ""
    headline: bool = False


class Words(Declared):
    """All of report.toml."""

    title: str
    urdu: str | None = None
    standing: str
    legend: str
    months_shown: int = Field(ge=1)
    months_across: int = Field(ge=1)
    findings_shown: int = Field(ge=1)
    differences_shown: int = Field(ge=1)
    age_bands: tuple[int, ...] = Field(min_length=1)
    word: dict[str, str]
    section: dict[str, SectionWords]
    table: dict[str, TableWords]
    tier: dict[str, TierWords]


def load(dirs: Sequence[Path] | None = None) -> Words:
    """report.toml of the last folder that has one."""
    found = files(folders() if dirs is None else dirs, "report.toml")
    if "report.toml" not in found:
        raise DeclarationError("report.toml is in no folder of declarations", "reinstall recordkit")
    return read_toml(found["report.toml"], Words)
