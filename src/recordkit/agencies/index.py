"""A format's header words, folded once: what may each of them mean?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from recordkit.agencies.declaration import Format
from recordkit.agencies.words import Layout, Synonyms, fold, fold_numbered, nearest, numbered

Kind = Literal["field", "ignored", "spread", "spread_total", "unknown", "ambiguous", "duplicate", "blank"]
_SECTIONS = re.compile(r"[(\[][^()\[\]]*\d[^()\[\]]*[)\]]")  # Murder (302)
DECLARED, GENERAL = 2, 1  # how strongly a word means a field


@dataclass(frozen=True)
class Target:
    """One thing that a header word may mean."""

    kind: Kind
    field: str | None
    strength: int
    after: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Index:
    """A format's words, folded: built once per format."""

    form: Format
    targets: Mapping[str, tuple[Target, ...]]
    counted: Mapping[str, tuple[Target, ...]]  # words with {n}
    spread: tuple[re.Pattern[str], ...] = ()
    general: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # for suggestions only
    nameless: str = ""  # why columns without a header are left out, when the format says so

    def candidates(self, header: str) -> tuple[tuple[Target, ...], int | None]:
        """What one header may mean, and its number when it is a counted one."""
        word = fold(header)
        if word in self.targets:
            return self.targets[word], None
        stem, number = numbered(word)
        if number is not None and stem in self.counted:
            return self.counted[stem], number
        bare = fold(without_sections(header))
        if bare != word and any(target.kind == "spread" for target in self.targets.get(bare, ())):
            return self.targets[bare], None
        if any(pattern.search(header) for pattern in self.spread):
            return (Target("spread", None, GENERAL),), None
        return (), None


def index(
    form: Format,
    synonyms: Synonyms,
    layout: Layout,
    known: Mapping[str, frozenset[str]],
    head_totals: Sequence[str],
) -> Index:
    """Header words of a format: declared ones, general synonyms of its fields, ignored and spread ones."""
    words: list[tuple[str, Target]] = []
    for column in form.columns:
        target = Target("field", column.field, DECLARED, column.after)
        words += [(word, target) for word in column.headers]
        if column.synonyms:
            general = Target("field", column.field, GENERAL, column.after)
            words += [(word, general) for word in synonyms.words.get(column.field, ())]
    for ignored in form.ignore:
        target = Target("ignored", None, DECLARED, ignored.after, ignored.reason)
        words += [(word, target) for word in ignored.headers]
    plain = _grouped([(fold(word), target) for word, target in words if "{n}" not in word])
    counted = _grouped([(fold_numbered(word), target) for word, target in words if "{n}" in word])
    spread = _spread_words(form, layout, known, head_totals)
    targets = {**{word: (target,) for word, target in spread.items()}, **plain}
    nameless = next((one.reason for one in form.ignore if "" in one.headers), "")
    return Index(form, targets, counted, _spread_patterns(form), synonyms.fields, nameless)


def without_sections(header: str) -> str:
    """A head without the sections in brackets behind it."""
    return _SECTIONS.sub(" ", header)


def _grouped(words: Sequence[tuple[str, Target]]) -> dict[str, tuple[Target, ...]]:
    found: dict[str, list[Target]] = {}
    for word, target in words:
        same = [one for one in found.get(word, []) if (one.kind, one.field) == (target.kind, target.field)]
        if word and not same:
            found.setdefault(word, []).append(target)
    return {word: tuple(targets) for word, targets in found.items()}


def _spread_words(
    form: Format, layout: Layout, known: Mapping[str, frozenset[str]], head_totals: Sequence[str]
) -> dict[str, Target]:
    unpivot = form.reshape.unpivot
    if unpivot is None:
        return {}
    listed = [word for kind in unpivot.known for word in sorted(known.get(kind, ()))]
    spread = {word: Target("spread", None, GENERAL) for word in listed}
    spread |= {fold(word): Target("spread", None, DECLARED) for word in unpivot.headers}
    totals = [*layout.words.total, *form.rows.total, *unpivot.totals]
    totals += head_totals if "heads" in unpivot.known else ()
    return spread | {fold(word): Target("spread_total", None, DECLARED) for word in totals}


def _spread_patterns(form: Format) -> tuple[re.Pattern[str], ...]:
    unpivot = form.reshape.unpivot
    if unpivot is None:
        return ()
    kinds = {"years": r"^\s*(19|20)\d\d\s*$", "numbers": r"^\s*\d+\s*$"}
    texts = [kinds[kind] for kind in unpivot.known if kind in kinds] + [unpivot.pattern or ""]
    return tuple(re.compile(text) for text in texts if text)


def suggest(header: str, words: Index) -> str | None:
    """What an unknown header resembles: a field that the format has, else a field that it could have."""
    told = resembled(header, words)
    return told[1] if told else None


def resembled(header: str, words: Index) -> tuple[str, str] | None:
    """(field, or what else its words are, and how that is said) for an unknown header that resembles a known one."""
    word = fold(header)
    if word in words.general:
        field = words.general[word][0]
        return field, f"means {field} elsewhere"
    known = nearest(word, words.targets)
    if known:
        target = words.targets[known[0]][0]
        means = target.field or target.kind
        return means, f"resembles a header of {means}"
    general = nearest(word, words.general)
    return (words.general[general[0]][0], f"resembles a header of {words.general[general[0]][0]}") if general else None
