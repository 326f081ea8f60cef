"""The rule catalogue (schemas/rules.toml), read without the libraries that compute: `recordkit explain` is quick."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from recordkit import conditions, declarations, details
from recordkit.declarations import Declared
from recordkit.errors import DeclarationError
from recordkit.words import Language

Level = Literal["reading", "mapping", "value", "cross-field", "table"]
Severity = Literal["reject", "flag", "note"]
Stage = Literal["standardise", "link", "compile"]

LEVELS: dict[str, Level] = {"1": "reading", "2": "mapping", "3": "value", "4": "cross-field", "5": "table"}
CODES = re.compile(r"RK[1-5][0-9]{2}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Rule(Declared):
    """One documented rule. For a cross-field rule `condition` is SQL that is true when the row is WRONG."""

    code: str = ""  # set by the program: the key of [rules]
    name: str  # stable name, never reused
    level: Level  # follows from the code's first digit
    severity: Severity  # reject: quarantined; flag: accepted, somebody should look; note: for information
    routine: bool = False  # a note that asks nothing of anybody
    why: str  # for the clerk who made the file
    fix: str  # what to do
    why_ur: str = ""  # why, in Urdu
    fix_ur: str = ""  # what to do, in Urdu
    condition: str  # cross-field: SQL that is true when the row is wrong; else a sentence that says when
    table: str = ""  # cross-field rules only
    stage: Stage = "standardise"  # cross-field rules only: the stage after which the condition can be asked
    fields: tuple[str, ...] = ()  # what the rule looks at; the first is the `field` of its issues
    kind: str = ""  # value rules only: the kernel that raises it
    good: tuple[str | dict[str, Any], ...] = ()  # examples that the rule accepts: its tests
    bad: tuple[str | dict[str, Any], ...] = ()  # examples that it finds
    replaces: bool = False  # an overlay's rule takes the place of the packaged one

    @model_validator(mode="after")
    def _routine_is_a_note(self) -> Self:
        if self.routine and self.severity != "note":
            raise ValueError(details.text("routine_is_note"))
        return self

    def reason(self, language: Language) -> str:
        """Why this is a finding; in English where the rule has no Urdu."""
        return (language == "ur" and self.why_ur) or self.why

    def advice(self, language: Language) -> str:
        """What to do; in English where the rule has no Urdu."""
        return (language == "ur" and self.fix_ur) or self.fix

    @property
    def url(self) -> str:
        """Where it is documented with its examples, in the documentation of this version."""
        return f"docs/reference/rules.md#{self.code.lower()}"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not _NAME.fullmatch(self.name):
            raise ValueError(details.text("rule_name_form", name=self.name))
        if self.level == "cross-field":
            if not self.table or not self.fields:
                raise ValueError(details.text("cross_field_needs"))
            conditions.check(self.condition)
        elif self.table:
            raise ValueError(details.text("table_is_for_cross_field", level=self.level))
        if not self.good or not self.bad:
            raise ValueError(details.text("rule_needs_examples"))
        return self


class Derived(Declared):
    """A column that conditions may use, summed up from another table's rows of the same record or case."""

    table: str  # table that gets the column
    column: str  # its name
    source: str  # table whose rows are summed up
    stage: Stage = "standardise"  # stage at which it exists
    by: tuple[str, ...]  # columns that rows of both tables share
    type: Literal["int32", "bool", "date", "string"]  # of the result
    where: str = "TRUE"  # SQL: which rows of the other table count
    value: str  # SQL aggregate, for example COUNT(*)
    doc: str  # meaning
    empty: str = "NULL"  # SQL value where the other table has no row

    @model_validator(mode="after")
    def _parses(self) -> Self:
        for sql in (self.where, self.empty):
            conditions.check(sql)
        conditions.check(self.value, aggregate=True)
        return self


class RulesFile(Declared):
    """The whole of rules.toml."""

    derived: tuple[Derived, ...] = ()  # columns that conditions may use
    rules: dict[str, Rule] = Field(default_factory=dict)  # code -> rule


@dataclass(frozen=True)
class Overruled:
    """What an overlay changes of a rule below it: other rows are quarantined or flagged than without it."""

    file: Path
    rule: str  # its code; table.column of a derived column
    key: str
    before: str = ""  # of words that we give; a condition may hold anything, and is not told
    after: str = ""

    def entry(self) -> dict[str, str]:
        """What the ledger keeps of it."""
        entry = {"file": self.file.name, "rule": self.rule, "key": self.key}
        return entry | ({"before": self.before, "after": self.after} if self.before else {})

    def __str__(self) -> str:
        return str(self.text)

    @property
    def text(self) -> str:
        """What is changed, for people."""
        values = {"path": self.file, "rule": self.rule, "key": self.key}
        if not self.before:
            return details.text("changes_a_rule", **values)
        return details.text("changes_a_rule_to", **values, after=self.after, before=self.before)


@dataclass(frozen=True, eq=False)  # two are one if they are the same object
class Rules:
    """The catalogue: rules by code, sorted, and the derived columns that their conditions use."""

    by_code: Mapping[str, Rule]
    derived: tuple[Derived, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)  # code, or table.column of a derived one -> where it stands
    overruled: tuple[Overruled, ...] = ()  # told in every run, and in the ledger

    def __getitem__(self, code: str) -> Rule:
        """The rule of a code (any case) or of a stable name; raises DeclarationError with the nearest one."""
        wanted = code.strip()
        names = {rule.name: rule for rule in self.by_code.values()}
        found = self.by_code.get(wanted.upper()) or names.get(wanted.lower())
        if found is None:
            guess = declarations.nearest(wanted, [*self.by_code, *names])
            raise DeclarationError(
                details.text("no_rule", code=code), details.text("mean", guess=guess) if guess else ""
            )
        return found

    def cross_field(self, table: str, stage: Stage) -> list[Rule]:
        """The cross-field rules of one table that can be asked at one stage."""
        rules = self.by_code.values()
        return [rule for rule in rules if rule.table == table and rule.stage == stage]


def catalogue(dirs: Sequence[Path]) -> Rules:
    """Merge every folder's rules.toml by code. Redefining a rule needs `replaces = true`."""
    rules: dict[str, Rule] = {}
    derived: dict[tuple[str, str], Derived] = {}
    origin: dict[str, Path] = {}
    changed: list[Overruled] = []
    for path in declarations.layers(dirs, "rules.toml"):
        parsed = declarations.read_toml(path, RulesFile)
        changed += _overruled(path, parsed, rules, derived)
        derived |= {(column.table, column.column): column for column in parsed.derived}
        origin |= {f"{column.table}.{column.column}": path for column in parsed.derived}
        for code, rule in parsed.rules.items():
            _refuse_clash(code, rule, path, origin)
            rules[code] = rule.model_copy(update={"code": code})
            origin[code] = path
    declarations.unique(((rule.name, origin[code]) for code, rule in rules.items()), "kind_rule_name")
    return Rules(dict(sorted(rules.items())), tuple(derived.values()), origin, tuple(changed))


def entry(command: str, found: Sequence[Overruled]) -> dict[str, Any]:
    """The ledger's line about a run in which overlays change rules."""
    return {"what": "overruled", "command": command, "rules": [one.entry() for one in found]}


_DECIDES = ("severity", "routine")  # of every rule; in a cross-field rule, what is asked and when, too
_ASKS = ("condition", "table", "stage")
_SUMS = ("source", "stage", "by", "type", "where", "value", "empty")


def _overruled(
    path: Path, file: RulesFile, rules: Mapping[str, Rule], derived: Mapping[tuple[str, str], Derived]
) -> Iterator[Overruled]:
    """What one layer changes of the rules and derived columns of the layers below it."""
    for code, after in file.rules.items():
        before = rules.get(code)
        if before is None:
            continue
        for key in (*_DECIDES, *(_ASKS if before.level == "cross-field" else ())):
            old, new = getattr(before, key), getattr(after, key)
            if old != new:
                values = (str(old).lower(), str(new).lower()) if key in _DECIDES else ("", "")
                yield Overruled(path, code, key, *values)
    for column in file.derived:
        below = derived.get((column.table, column.column))
        for key in _SUMS if below is not None else ():
            if getattr(below, key) != getattr(column, key):
                yield Overruled(path, f"{column.table}.{column.column}", key)


def _refuse_clash(code: str, rule: Rule, path: Path, origin: Mapping[str, Path]) -> None:
    if not CODES.fullmatch(code):
        raise DeclarationError(details.text("no_rule_code", path=path, code=code), details.text("form_of_rule_code"))
    if LEVELS[code[2]] != rule.level:
        values = {"range": LEVELS[code[2]], "level": rule.level}
        raise DeclarationError(details.text("rule_out_of_range", path=path, code=code, **values))
    if code in origin and not rule.replaces:
        what = details.text("rule_declared_twice", code=code, first=origin[code], second=path)
        raise DeclarationError(what, details.text("say_that_it_replaces"))
    if rule.replaces and code not in origin:
        raise DeclarationError(details.text("replaces_nothing", path=path, code=code))
