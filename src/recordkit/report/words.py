"""The words of the report (schemas/report.toml): titles, notes, what is shown and how much of it, in two languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from pydantic import Field

from recordkit import details
from recordkit.declarations import Declared, files, folders, read_toml
from recordkit.details import fill
from recordkit.errors import DeclarationError
from recordkit.words import Both, Language

MONTHS_OF_A_YEAR = 12


class _Worded(Declared):
    """Texts in English, each with its Urdu as `<name>_ur`; the Urdu of `title` is `urdu`."""

    title: str  # heading
    urdu: str | None = None  # heading in Urdu

    def of(self, language: Language) -> Self:
        """The same with Urdu in the place of the English, where there is any."""
        if language == "en":
            return self
        spelt = {name: getattr(self, f"{name}_ur", "") for name in type(self).model_fields}
        texts = {name: text for name, text in spelt.items() if text}
        return self.model_copy(update=texts | {"title": self.urdu or self.title, "urdu": None})


class SectionWords(_Worded):
    """Heading of a section."""

    intro: str = ""  # text below the heading
    intro_ur: str = ""  # the same in Urdu


class TableWords(_Worded):
    """Heading of a table, with what every table must state: its unit and its source."""

    unit: str  # unit of the figures
    unit_ur: str = ""  # the same in Urdu
    source: str  # where the figures are from
    source_ur: str = ""  # the same in Urdu
    note: str = ""  # text below the table
    note_ur: str = ""  # the same in Urdu
    empty: str  # text in place of an empty table
    empty_ur: str = ""  # the same in Urdu


class TierWords(_Worded):
    """A group of offences shown apart."""

    note: str = ""  # text below the heading
    note_ur: str = ""  # the same in Urdu
    headline: bool = False  # the figure is shown at the top of the report


class Months(Declared):
    """The names of the months, January first."""

    en: tuple[str, ...] = Field(min_length=MONTHS_OF_A_YEAR, max_length=MONTHS_OF_A_YEAR)  # in English, January first
    ur: tuple[str, ...] = Field(min_length=MONTHS_OF_A_YEAR, max_length=MONTHS_OF_A_YEAR)  # in Urdu


class Words(_Worded):
    """All of report.toml."""

    banner: str  # words at the head of the page and of every printed page: for whom it is not
    banner_ur: str = ""  # the same in Urdu
    standing: str  # line of the page that names the edition
    standing_ur: str = ""  # the same in Urdu
    legend: str  # what the signs of the tables mean
    legend_ur: str = ""  # the same in Urdu
    months_shown: int = Field(ge=1)  # months of the tables
    months_across: int = Field(ge=1)  # months that stand side by side
    findings_shown: int = Field(ge=1)  # rows of the table of findings
    differences_shown: int = Field(ge=1)  # rows of the table of differences
    age_bands: tuple[int, ...] = Field(min_length=1)  # first age of every band
    months: Months  # names of the months
    word: dict[str, Both]  # small texts
    section: dict[str, SectionWords]  # headings of sections
    table: dict[str, TableWords]  # headings of tables
    tier: dict[str, TierWords]  # groups of offences that are shown apart
    label: dict[str, dict[str, str]] = Field(default_factory=dict)  # vocabulary -> code -> its name in Urdu
    language: Language = "en"  # set by the program, not in the file

    def of(self, language: Language) -> Self:
        """All words in one language."""
        parts = {
            "section": {key: one.of(language) for key, one in self.section.items()},
            "table": {key: one.of(language) for key, one in self.table.items()},
            "tier": {key: one.of(language) for key, one in self.tier.items()},
            "language": language,
        }
        return super().of(language).model_copy(update=parts)

    def __call__(self, key: str, **values: object) -> str:
        """One of the small words, filled in; whole numbers get commas between thousands."""
        text = self.word[key].of(self.language) if key in self.word else key.replace("_", " ")
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        return fill(text, shown) if shown else text

    def named(self, vocabulary: str, code: str) -> str | None:
        """The name of a code in this language, where report.toml has one."""
        return self.label.get(vocabulary, {}).get(code) if self.language == "ur" else None

    def month_names(self) -> tuple[str, ...]:
        """The months in the language."""
        return self.months.ur if self.language == "ur" else self.months.en


def load(dirs: Sequence[Path] | None = None, language: Language = "en") -> Words:
    """report.toml of the last folder that has one, in one language. Raises DeclarationError."""
    found = files(folders() if dirs is None else dirs, "report.toml")
    if "report.toml" not in found:
        raise DeclarationError(
            details.text("in_no_folder", name="report.toml", folders=", ".join(map(str, dirs or ()))),
            details.text("reinstall"),
        )
    return read_toml(found["report.toml"], Words).of(language)
