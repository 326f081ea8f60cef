"""What an overlay may only tighten: the settings that keep people's data masked, encrypted, left out or limited.

Every such setting is in `SETTINGS`, with its order. An overlay's value is held against the value of the layers below it
before anything is read with it; a looser one is an error, unless a person allowed it on the command line.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recordkit import declarations, details, text_safety
from recordkit.declarations import Declared
from recordkit.errors import DeclarationError

FILE = "protection.toml"
FLAG = "--allow-loosening"
ABSENT, THERE = "not there", "there"

Tree = Mapping[str, Any]  # a parsed TOML file
Tighter = Callable[[Any, Any], bool]  # (before, after): is `after` no looser than `before`?


@dataclass(frozen=True)
class Setting:
    """A key that protects. `file` and `key` may hold *, for any one name; `default`: what it means when left out."""

    file: str
    key: str
    tighter: Tighter
    order: str
    about: str  # name of the text that says what it protects
    default: Any = ABSENT

    @property
    def protects(self) -> str:
        """What it protects, in words."""
        return details.text(self.about)


@dataclass(frozen=True)
class Loosening:
    """One setting that an overlay makes looser than it was."""

    file: Path
    key: str
    before: Any
    after: Any
    protects: str

    def entry(self) -> dict[str, str]:
        """What the ledger keeps of it."""
        entry = {"file": self.file.name, "key": self.key, "before": self.before, "after": self.after}
        return {name: str(value) for name, value in entry.items()}

    def __str__(self) -> str:
        return str(self.text)

    @property
    def text(self) -> str:
        """What is looser, for people."""
        values = {"after": _shown(self.after), "before": _shown(self.before), "protects": self.protects}
        return details.text("is_looser", path=self.file, key=self.key, **values)


def _shown(value: Any) -> str:
    if value in (THERE, ABSENT):
        return details.text("is_there" if value == THERE else "is_not_there")
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


# ------------------------------------------------------------------------------------------------- orders


def rising(*order: Any) -> Tighter:
    """Of these values the later ones are tighter; any other value is looser than all."""

    def tighter(before: Any, after: Any) -> bool:
        known = [order.index(value) if value in order else -1 for value in (before, after)]
        return known[1] >= known[0]

    return tighter


def at_most(before: Any, after: Any) -> bool:
    """A limit, which may only fall."""
    numbers = all(isinstance(value, (int, float)) for value in (before, after))
    return bool(after <= before) if numbers else before == after


def at_least(before: Any, after: Any) -> bool:
    """A threshold (k), which may only rise."""
    numbers = all(isinstance(value, (int, float)) for value in (before, after))
    return bool(after >= before) if numbers else before == after


def same(before: Any, after: Any) -> bool:
    """Neither value is tighter than the other."""
    return bool(before == after)


def same_or(*tightest: Any) -> Tighter:
    """As before, or one of the tightest values."""
    return lambda before, after: after == before or after in tightest


def filled(_before: Any, after: Any) -> bool:
    """Any text, but not none."""
    return isinstance(after, str) and after != ABSENT and text_safety.shows(after)


def _masked_type(before: Any, after: Any) -> bool:
    return before not in MASKED_TYPES or after == before


def _stays(before: Any, after: Any) -> bool:
    """A column that names somebody cannot be taken out: its table would no longer count as one that names people."""
    kind = before.get("personal") if isinstance(before, Mapping) else None
    return kind in (None, "none") or after != ABSENT


# Field types whose values are masked in findings whatever the field (findings/masking.py).
MASKED_TYPES = ("people", "relative", "cnics", "phones", "passport", "text", "reference")
# Types of columns and fields that are no text.
NO_TEXT = ("int32", "int64", "float64", "bool", "date", "count", "year", "age", "period", "yes_no", "money")
_CLASSES = ("none", "indirect", "direct")


def _of_columns(file: str) -> tuple[Setting, ...]:
    return (
        Setting(file, "columns.*.personal", rising(*_CLASSES), "none < indirect < direct", "protects_by_class"),
        Setting(file, "columns.*.mask", same_or("hide"), "as before, or hide", "protects_shown_values", "hide"),
        Setting(
            file, "columns.*.until", rising("compile", "link", "standardise"), "compile < link < standardise",
            "protects_edition", "compile",
        ),
        Setting(file, "columns.*.raw", same, "as before", "protects_raw_cell", False),
        Setting(file, "columns.*", _stays, "a personal column stays", "protects_encryption"),
    )  # fmt: skip


# The register. A file whose loader holds overlays against the layer below itself is in GUARDED.
SETTINGS: tuple[Setting, ...] = (
    *_of_columns("tables/*.toml"),
    Setting("tables/*.toml", "table", same, "as before", "protects_encryption"),
    *_of_columns("origin.toml"),
    Setting("intake.toml", "*.*.personal", rising(False, True), "false < true", "protects_findings", False),
    Setting("intake.toml", "*.*.type", _masked_type, "a type that is masked stays", "protects_findings"),
    Setting("linkage.toml", "review.most", at_most, "may fall", "protects_shown_pairs", 100_000),
    Setting("linkage.toml", "people.most_in_block", at_most, "may fall", "protects_time_and_memory", 200),
    Setting("linkage.toml", "people.largest_cluster", at_most, "may fall", "protects_time_and_memory", 400),
    Setting("annotate.toml", "rows", at_most, "may fall", "protects_rows_sent_back"),
    Setting("annotate.toml", "comments", at_most, "may fall", "protects_comments_sent_back"),
    *(
        Setting("report.toml", f"{key}{ending}", filled, "any text, never blank", why)
        for key in ("banner", "standing")
        for ending, why in (("", "protects_notice"), ("_ur", "protects_urdu_notice"))
    ),
)


# ------------------------------------------------------------------------------------------------- overlays


def loosenings(dirs: Sequence[Path]) -> list[Loosening]:
    """What the overlays make looser than the layer below each of them, in the order of the layers and files."""
    if len(dirs) < 2:
        return []
    known = words_of(dirs)
    below: dict[str, Tree] = {}
    found: list[Loosening] = []
    for layer, folder in enumerate(dirs):
        for name, path in declarations.files([folder], "**/*.toml").items():
            if not any(fnmatch.fnmatchcase(name, one.file) for one in SETTINGS):
                continue
            tree = declarations.load_toml(path)
            if layer:
                found += compared(path, name, below, tree, known)
            below[name] = tree
    return found


def compared(path: Path, name: str, below: Mapping[str, Tree], tree: Tree, words: PersonalWords) -> Iterator[Loosening]:
    """What one file of an overlay, by its name below schemas/, makes looser than the files of the layers below it."""
    settings = [one for one in SETTINGS if fnmatch.fnmatchcase(name, one.file)]
    before = below.get(name)
    if before is not None:
        yield from _held(path, settings, before, tree)
    yield from _new(path, name, before or {}, tree, words)
    yield from _unmasking(path, name, before or {}, tree, below.get("intake.toml", {}))


def check(dirs: Sequence[Path], *, allow: bool = False) -> tuple[Loosening, ...]:
    """What is looser than below, when that is allowed. Raises DeclarationError with all of it when it is not."""
    found = loosenings(dirs)
    if found and not allow:
        raise DeclarationError(
            details.text("overlay_may_not_loosen", slips=details.listed([one.text for one in found])),
            details.text("take_keys_out", flag=FLAG),
        )
    return tuple(found)


def entry(command: str, found: Iterable[Loosening]) -> dict[str, Any]:
    """The ledger's line about a run that a person allowed to loosen: keys and values of settings, no data."""
    return {"what": "loosened", "command": command, "settings": [one.entry() for one in found]}


def _held(path: Path, settings: Iterable[Setting], before: Tree, after: Tree) -> Iterator[Loosening]:
    for one in settings:
        for key in _expanded(one.key.split("."), (before, after)):
            old, new = _value(before, key, one), _value(after, key, one)
            if old != ABSENT and not one.tighter(old, new):
                was, now = (THERE if isinstance(value, Mapping) else value for value in (old, new))
                yield Loosening(path, ".".join(key), was, now, one.protects)


def _expanded(pattern: Sequence[str], trees: Sequence[Tree]) -> Iterator[tuple[str, ...]]:
    """Every key path of this pattern that one of the trees has."""
    if not pattern:
        yield ()
        return
    names = [pattern[0]] if pattern[0] != "*" else dict.fromkeys(name for tree in trees for name in tree)
    for name in names:
        inner = [tree[name] for tree in trees if name in tree and isinstance(tree[name], Mapping)]
        for rest in _expanded(pattern[1:], inner):
            yield (name, *rest)


def _value(tree: Tree, key: Sequence[str], setting: Setting) -> Any:
    """The value at a key; the default where its owner leaves it out, ABSENT where there is no owner."""
    here: Any = tree
    for part in key[:-1]:
        here = here.get(part) if isinstance(here, Mapping) else None
    if not isinstance(here, Mapping):
        return setting.default if "*" not in setting.key else ABSENT
    return here.get(key[-1], setting.default)


# ------------------------------------------------------------------------------------------------- new columns


class PersonalWords(Declared):
    """[personal] of protection.toml; the keys are explained there."""

    identifiers: tuple[str, ...] = ()  # words in names of personal columns of any type
    people: tuple[str, ...] = ()  # words in names of personal text columns
    things: tuple[str, ...] = ()  # words in front of which `name` names no person


class File(Declared):
    """The whole of protection.toml."""

    personal: PersonalWords  # words that show that a column is personal


def words_of(dirs: Sequence[Path]) -> PersonalWords:
    """The words of all layers together; only the packaged layer says what names no person."""
    layers = [declarations.read_toml(path, File).personal for path in declarations.layers(dirs, FILE)]
    return PersonalWords(
        identifiers=tuple(word for one in layers for word in one.identifiers),
        people=tuple(word for one in layers for word in one.people),
        things=layers[0].things,
    )


def looks_personal(name: str, kind: str, words: PersonalWords) -> bool:
    """Does a column of this name and type look as if it named or reached somebody?"""
    parts = name.casefold().split("_")
    if kind not in NO_TEXT:
        pairs = zip(["", *parts], parts, strict=False)
        named = [part for before, part in pairs if not _of_a_thing(before, part, words)]
        if "".join(parts) in words.people or any(_is(part, word) for part in named for word in words.people):
            return True
    joined = [*parts, "".join(parts)]
    return any(_is(part, word) for part in joined for word in words.identifiers)


def _of_a_thing(before: str, part: str, words: PersonalWords) -> bool:
    return part in ("name", "names") and before in words.things


def _is(part: str, word: str) -> bool:
    return part == word or (len(word) >= 4 and (part.startswith(word) or part.endswith(word)))


def _new(path: Path, name: str, before: Tree, after: Tree, words: PersonalWords) -> Iterator[Loosening]:
    """New columns and fields that look personal and are declared as if they named nobody."""
    is_intake = name == "intake.toml"
    for key, one in _entries(after, "*" if is_intake else "columns"):
        if _is_in(before, key):
            continue
        kind, personal = str(one.get("type", "")), one.get("personal", ABSENT)
        plain = not personal or personal == ABSENT if is_intake else personal in ("none", ABSENT)
        if plain and not (is_intake and kind in MASKED_TYPES) and looks_personal(key[1], kind, words):
            why = details.text("named_as_personal")
            least = details.text("at_least_indirect")
            yield Loosening(path, f"{'.'.join(key)}.personal", least, personal, why)


def _unmasking(path: Path, name: str, before: Tree, after: Tree, intake: Tree) -> Iterator[Loosening]:
    """New columns named as a masked field of intake.toml, or filled from one: a finding has one mask for both."""
    if not name.startswith("tables/") and name != "origin.toml":
        return
    fields = [(key[1], one) for key, one in _entries(intake, "*")]
    masked = {field for field, one in fields if one.get("personal") or one.get("type") in MASKED_TYPES}
    for key, entry in _entries(after, "columns"):
        field = entry.get("field", key[1])
        filled = {one.partition(".")[0] for one in ([field] if isinstance(field, str) else field)}
        if {key[1], *filled} & masked and not _is_in(before, key) and entry.get("personal") != "direct":
            why = details.text("field_is_masked")
            yield Loosening(path, f"{'.'.join(key)}.personal", "direct", entry.get("personal", ABSENT), why)


def _entries(tree: Tree, group: str) -> Iterator[tuple[tuple[str, ...], Tree]]:
    """Every column of a table, or field of a unit, with its place; what is no table itself is left to its model."""
    for key in _expanded([group, "*"], [tree]):
        one = tree[key[0]][key[1]]
        if isinstance(one, Mapping):
            yield key, one


def _is_in(tree: Tree, key: Sequence[str]) -> bool:
    group = tree.get(key[0])
    return isinstance(group, Mapping) and key[1] in group
