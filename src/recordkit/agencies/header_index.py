"""A format's header words, folded once: what may each of them mean?"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal, TypeVar

from recordkit import details
from recordkit.agencies.declaration import Format
from recordkit.agencies.header_words import (  # fmt: skip
    MOST_HEADER,
    Layout,
    Synonyms,
    fold,
    fold_all,
    fold_numbered,
    month_patterns,
    nearest,
    numbered,
    parts,
    rate_pattern,
)
from recordkit.fields.numbers import without_marks

Kind = Literal["field", "ignored", "spread", "spread_total", "unknown", "ambiguous", "duplicate", "blank"]
_SECTIONS = re.compile(r"[(\[][^()\[\]]*\d[^()\[\]]*[)\]]")  # Murder (302)
SPREAD = ("spread", "spread_total")
Key = TypeVar("Key", str, frozenset[str])
DECLARED, GENERAL, LIKEWISE = 3, 2, 1  # how strongly a word means a field; LIKEWISE: it has the words of one


@dataclass(frozen=True)
class Target:
    """One thing that a header word may mean."""

    kind: Kind
    field: str | None
    strength: int
    after: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Forms:
    """The forms of a header that are looked up: folded, its number taken out, and without sections and footnotes."""

    word: str
    stem: str
    number: int | None
    bare: tuple[str, ...]


@lru_cache(maxsize=20_000)
def forms(header: str) -> Forms:
    """The forms of one header: it is compared with many formats."""
    word = fold(header)
    stem, number = numbered(word)
    bare = fold_all([without_sections(header), without_marks(header)])
    return Forms(word, stem, number, tuple(one for one in dict.fromkeys(bare) if one != word))


def fold_forms(headers: Iterable[str]) -> None:
    """Fold all forms and words of many headers at once: one by one they would be dear."""
    distinct = list(dict.fromkeys(headers))
    bare = [change(header) for header in distinct for change in (without_sections, without_marks)]
    short = [header for header in distinct if len(header) <= MOST_HEADER and not any(char.isdigit() for char in header)]
    fold_all([*distinct, *bare, *(part for header in short for part in parts(header))])


@dataclass(frozen=True)
class Index:
    """A format's words, folded: built once per format."""

    form: Format
    targets: Mapping[str, tuple[Target, ...]]
    counted: Mapping[str, tuple[Target, ...]]  # words with {n}
    spread: tuple[re.Pattern[str], ...] = ()
    general: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # for suggestions only
    nameless: str = ""  # why columns without a header are left out, when the format says so
    rate: re.Pattern[str] | None = None  # words of what is no count: per cents, rates, sums of several months
    counts: frozenset[str] = frozenset()  # headers that are declared as counts, whatever words are in them
    senses: Mapping[frozenset[str], tuple[Target, ...]] = field(default_factory=dict)  # words, in whatever order
    layout: Layout | None = None

    def candidates(self, header: str) -> tuple[tuple[Target, ...], int | None]:
        """What one header may mean, and its number when it is a counted one."""
        spelt = forms(header)
        if spelt.word in self.targets:
            return self.targets[spelt.word], None
        if spelt.number is not None and spelt.stem in self.counted:
            return self.counted[spelt.stem], spelt.number
        for bare in spelt.bare:
            if any(target.kind in SPREAD for target in self.targets.get(bare, ())):
                return self.targets[bare], None
        if any(pattern.search(header) for pattern in self.spread):
            return (Target("spread", None, GENERAL),), None
        return (), None

    def likewise(self, header: str) -> tuple[Target, ...]:
        """What a header may mean that nobody declared, but that has the words of one that is: `Name of the Accused`."""
        words = self.layout.words.sense(header) if self.layout and self.senses else frozenset()
        return self.senses.get(words, ())

    def may_mean(self, header: str) -> bool:
        """Whether a header has any meaning."""
        return bool(self.candidates(header)[0] or self.likewise(header))

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Fields behind which some words mean something else."""
        return frozenset(target.after for targets in self.targets.values() for target in targets if target.after)

    def no_count(self, header: str) -> bool:
        """The header says a share, a rate or a sum of several months, and is not declared as a count."""
        return bool(self.rate and self.rate.search(header)) and _plain(header) not in self.counts


def _sense(word: str, layout: Layout) -> frozenset[str]:
    """The words of a declared header; none where a single one is left that stands for others: `Reported`."""
    found = layout.words.sense(word)
    return found if len(found) > 1 or fold(word) in found else frozenset()


def _of_roles(
    form: Format, synonyms: Synonyms, layout: Layout, declared: Container[frozenset[str]]
) -> list[tuple[frozenset[str], Target]]:
    """The words of what stands beside people, each a word for the thing with one for the role, in whatever order: the
    card of the accused (`accused_cnic`) has the words of `cnic` and of `accused`."""
    sense, found = layout.words.sense, []
    for column in form.columns:
        role, _, thing = column.field.partition("_")
        if not column.synonyms or role not in synonyms.words or thing not in synonyms.words:
            continue
        roles = {one for word in synonyms.words[role] if len(one := sense(word)) == 1}
        things = {one for word in (*synonyms.words[thing], *column.headers) if (one := sense(word))}
        spelt = {words | who for words in things for who in roles if not words & frozenset().union(*roles)}
        target = Target("field", column.field, LIKEWISE, column.after)
        found += [(key, target) for key in sorted(spelt, key=sorted) if key not in declared]
    return found


def _plain(header: str) -> str:
    return " ".join(header.lower().split())


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
    fold_all([part for word, target in words if "{n}" not in word and target.field for part in parts(word)])
    fields = [(_sense(word, layout), target) for word, target in words if "{n}" not in word and target.field]
    likewise = [(key, replace(target, strength=LIKEWISE)) for key, target in fields if key]
    likewise += _of_roles(form, synonyms, layout, {key for key, _ in likewise})
    targets = {**{word: (target,) for word, target in spread.items()}, **plain}
    nameless = next((one.reason for one in form.ignore if "" in one.headers), "")
    return Index(
        form, targets, counted, _spread_patterns(form, known), synonyms.fields, nameless,
        rate=rate_pattern(layout.words, () if _by_period(form) else known.get("months", ())),
        counts=_declared_counts(form), senses=_grouped(likewise), layout=layout,
    )  # fmt: skip


def _by_period(form: Format) -> bool:
    """The columns of a return are months: one that names two is a period, and no sum of others."""
    return form.reshape.unpivot is not None and "period" in form.reshape.unpivot.into


def _declared_counts(form: Format) -> frozenset[str]:
    unpivot = form.reshape.unpivot
    declared = [*unpivot.headers, *unpivot.totals] if unpivot else []
    declared += [word for column in form.columns if column.field == "count" for word in column.headers]
    return frozenset(_plain(word) for word in declared)


def without_sections(header: str) -> str:
    """A head without the sections in brackets behind it."""
    return _SECTIONS.sub(" ", header)


def _grouped(words: Sequence[tuple[Key, Target]]) -> dict[Key, tuple[Target, ...]]:
    found: dict[Key, list[Target]] = {}
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
    fold_all([*unpivot.headers, *totals])
    return spread | {fold(word): Target("spread_total", None, DECLARED) for word in totals}


def _spread_patterns(form: Format, known: Mapping[str, frozenset[str]]) -> tuple[re.Pattern[str], ...]:
    unpivot = form.reshape.unpivot
    if unpivot is None:
        return ()
    kinds = {"years": r"^\s*(19|20)\d\d\s*$", "numbers": r"^\s*\d+\s*$"}
    texts = [kinds[kind] for kind in unpivot.known if kind in kinds] + [unpivot.pattern or ""]
    texts += month_patterns(known.get("months", ())) if "months" in unpivot.known else ()
    return tuple(re.compile(text) for text in texts if text)


def suggest(header: str, words: Index) -> str | None:
    """What an unknown header resembles: a field that the format has, else a field that it could have."""
    suggested = resembled(header, words)
    return suggested[1] if suggested else None


def resembled(header: str, words: Index) -> tuple[str, str] | None:
    """(field, or what else its words are, and how that is said) for an unknown header that resembles a known one."""
    word = fold(header)
    if word in words.general:
        field = words.general[word][0]
        return field, details.text("means_elsewhere", field=field)
    known = nearest(word, words.targets)
    if known:
        target = words.targets[known[0]][0]
        means = target.field or target.kind
        return means, details.text("resembles_header_of", field=means)
    general = nearest(word, words.general)
    if not general:
        return None
    field = words.general[general[0]][0]
    return field, details.text("resembles_header_of", field=field)
