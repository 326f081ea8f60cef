"""The words that people are shown (schemas/words.toml), in English and Urdu.

To add an Urdu message: the head of words.toml says in which file it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator

from recordkit import declarations, details
from recordkit.declarations import Declared
from recordkit.details import BLANK, Text, fill

Language = Literal["en", "ur"]
SURE = 6  # letters that a text shares with a value by no chance
LANGUAGES: tuple[Language, ...] = ("en", "ur")


class Both(Declared):
    """One text in both languages. `{names}` in it are filled in; both languages have the same ones."""

    en: str  # in English
    ur: str  # in Urdu

    @model_validator(mode="after")
    def _same_blanks(self) -> Self:
        filled = [text for text in (self.en, self.ur) if "{" in text or "}" in text]  # most have nothing to fill in
        if filled and self.en and self.ur and set(BLANK.findall(self.en)) != set(BLANK.findall(self.ur)):
            raise ValueError(details.text("different_blanks", names="{names}", en=self.en, ur=self.ur))
        for text in filled:
            if set("{}") & set(BLANK.sub("", text)):
                raise ValueError(details.text("braces_hold_names", text=text[:60]))
        return self

    def of(self, language: Language) -> str:
        """The text in one language; in the other one where it has none."""
        return (self.ur or self.en) if language == "ur" else (self.en or self.ur)


def _pattern(english: str) -> re.Pattern[str]:
    """A text with anything in the place of its blanks."""
    parts = BLANK.split(english)
    seen: set[str] = set()
    for at in range(1, len(parts), 2):
        name = parts[at]
        parts[at] = f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
        seen.add(name)
    return re.compile("".join(part if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.S)


class Counted(Declared):
    """A text for one, and a text for any other number."""

    one: Both  # for one
    many: Both  # for any other number


class Term(Declared):
    """The Urdu word for a thing, and words for it that are not used here."""

    ur: str  # the Urdu word
    never: tuple[str, ...] = ()  # words that are not used for it


class Severities(Declared):
    """A text for each severity."""

    reject: Both
    flag: Both
    note: Both


class Findings(Declared):
    """Texts around findings."""

    severity: Severities
    why: Both
    fix: Both
    sheet: Both
    column: Both
    row: Both
    compiled: Both
    columns: Both
    whole_column: Both
    once: Both
    times: Both
    one_row: Both
    rows: Both
    times_in_rows: Both
    more: Both
    suggestion: Both
    routine: Both
    none: Both
    files: Counted
    rejects: Counted
    flags: Counted
    notes: Counted


class Commands(Declared):
    """What single commands say."""

    rows: Both
    read: Counted
    written: Both
    rules: Counted
    code: Both
    severity: Both
    rule: Both
    why: Both
    fix: Both
    condition: Both
    good: Both
    bad: Both


class Words(Declared):
    """The whole of words.toml."""

    latin: tuple[str, ...]  # words in Latin letters that may stand in Urdu text
    by_name: tuple[str, ...] = ()  # texts whose few words stand in many others: found by their name alone
    terms: Mapping[str, Term]  # thing -> its Urdu word
    findings: Findings  # texts around findings
    commands: Commands  # texts of single commands
    inspect: Mapping[str, Both]  # names of what inspect shows
    details: Mapping[str, Both] = {}  # what findings add to their rule
    messages: Mapping[str, Both] = {}  # what errors and commands say
    values: Mapping[str, str] = {}  # words in results: what is compared, degrees, rules of links, changes -> the Urdu
    fields: Mapping[str, str] = {}  # columns of records as people are shown them -> the Urdu
    system: Mapping[str, str] = {}  # what the operating system says of files -> its Urdu

    @property
    def texts(self) -> Mapping[str, Both]:
        """Every text that the program uses by its name."""
        return {**self.details, **self.messages}

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """Name and English of every text as a pattern, the one with the most letters of its own first."""
        found = {name: one for name, one in self.texts.items() if name not in self.by_name}
        fixed = {name: len(BLANK.sub("", one.en)) for name, one in found.items()}
        return [(name, _pattern(self.texts[name].en)) for name in sorted(fixed, key=lambda one: -fixed[one])]

    def detail(self, text: str, language: Language, *, within: bool = False) -> str:
        """A detail of a finding, or a message, in one language, from the packaged English that the program makes.

        `within`: it is what another text fills in, and may be a sender's own words: few letters alike are chance.
        """
        packaged, mine = english().words, self.texts
        if language == "en" and mine == packaged.texts:
            return text
        if isinstance(text, Text) and text.name in mine:
            values = {name: self._value(one, language) for name, one in text.values.items()}
            return fill(mine[text.name].of(language), values)
        if text in self.system:
            return self.system[text] if language == "ur" else text
        for name, pattern in packaged._patterns:
            found = pattern.fullmatch(text)
            if not found or name not in mine:
                continue
            letters = len(re.findall("[A-Za-z]", BLANK.sub("", packaged.texts[name].en)))
            if not within or letters == 0 or letters >= SURE:
                filled = {one: self.detail(value, language, within=True) for one, value in found.groupdict().items()}
                return fill(mine[name].of(language), filled)
        return text

    def _value(self, value: object, language: Language) -> object:
        """What a text fills in, in one language where it is a text itself."""
        return self.detail(value, language, within=True) if isinstance(value, str) else value


@dataclass(frozen=True)
class Texts:
    """The words in one language."""

    words: Words
    language: Language

    def __call__(self, text: Both, **values: object) -> str:
        """A text with its blanks filled in; whole numbers get commas between thousands."""
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        return fill(text.of(self.language), shown)

    def message(self, name: str, /, **values: object) -> str:
        """The text of that name, as this language has it."""
        return self(self.words.texts[name], **values)

    def translated(self, text: str) -> str:
        """What the program says in English (a finding's detail, an error), in this language."""
        return self.words.detail(text, self.language)

    def value(self, text: str) -> str:
        """A word of a result: what is compared of two records, a degree of it, a rule that joins them, a change."""
        urdu = self.words.values.get(text) if self.language == "ur" else None
        return urdu or self.translated(text)

    def field(self, name: str) -> str:
        """A column of records, as the head of its values."""
        plain = name.replace("_", " ")
        return self.words.fields.get(name, plain) if self.language == "ur" else plain

    def counted(self, text: Counted, count: int) -> str:
        """A number of something."""
        return self(text.one if count == 1 else text.many, count=count)


def load(dirs: Sequence[Path]) -> Words:
    """words.toml of the last folder that has one. Raises DeclarationError."""
    return declarations.read_toml(declarations.files(dirs, "words.toml")["words.toml"], Words)


@cache
def english() -> Texts:
    """The packaged English: what is shown when nobody asks for anything else."""
    return Texts(load([declarations.PACKAGED]), "en")
