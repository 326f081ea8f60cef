"""Header words and the words of table layout: how they are folded, and what each may mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TypeVar

import polars as pl
from pydantic import Field
from rapidfuzz import fuzz, process

from recordkit import declarations
from recordkit.declarations import Declared
from recordkit.fields import text
from recordkit.reference import Reference

MOST_HEADER = 80  # characters: a longer cell is a text and no header
MOST_NUMBER = 4  # digits of a number in a header; what is longer is a number of its own
MOST_DATED_HEADER = 2 * MOST_HEADER  # with the date behind it: `Pending as on 30th of September 2026`
MOST_REMEMBERED = 100_000  # folded words: the first rows of a file are compared with many formats
_FOLDED: dict[str, str] = {}
# The order of dates that a header states is no part of its name: Date (mm/dd/yyyy), Date DD-MM-YY.
_DATE_ORDER = (
    r"(?i)^(.*\p{L}\W*[\s(\[{])(?:d{1,2}[-/., ]m{1,3}[-/., ]y{1,4}|m{1,3}[-/., ]d{1,2}[-/., ]y{1,4}"
    r"|y{1,4}[-/., ]m{1,3}[-/., ]d{1,2}|y{1,4}[-/., ]d{1,2}[-/., ]m{1,3})[\s)\]}]*$"
)

_DAY = r"\d{1,2}[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ]\d{2,4}"
SPOKEN = 3  # letters that the words of a header have at least, to be looked for without their order
RESEMBLES = 78.0  # rapidfuzz ratio (0-100) above which a header is said to resemble another


class Words(Declared):
    """Labels of rows that are not records."""

    total: tuple[str, ...]  # label of a total row
    subtotal: tuple[str, ...]  # label of a row that adds up a part
    neutral: tuple[str, ...]  # may stand with a total's word
    footer: tuple[str, ...]  # a short row that starts so is a footer
    nil: tuple[str, ...] = ()  # a row that reports that nothing happened
    rate: tuple[str, ...] = ()  # a column or row of rates: no counts
    scaled: tuple[str, ...] = ()  # figures are multiples, such as thousands (RK390)
    shares: tuple[str, ...] = ()  # figures are shares or rates (RK390)
    sums: tuple[str, ...] = ()  # figures are sums of several months (RK390)
    others: tuple[str, ...] = ()  # figures count something else than registered cases (RK390)
    registered: tuple[str, ...] = ()  # beside those, figures may count registered cases all the same
    until: tuple[str, ...] = ()  # in front of a month: all months up to it
    span: tuple[str, ...] = ()  # between two months: all from one to the other
    ditto: tuple[str, ...]  # a cell that repeats the cell above
    several: tuple[str, ...] = ()  # with the name of a place: all of its districts
    small: tuple[str, ...]  # words of a header without meaning
    joining: tuple[str, ...] = ()  # words of a header that only join others
    as_on: tuple[str, ...] = ()  # words in front of the day on which a header was true
    same: Mapping[str, str] = Field(default_factory=dict)  # word -> word of the same meaning
    # word -> words with which it says nothing about the column
    beside: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)

    @cached_property
    def sense(self) -> Callable[[str], frozenset[str]]:
        """The words of a header, one form of each, without those that only join others and those that a column holds
        beside what it is about: `Name of the Accused(s) & Parentage` -> name, accused. Empty when it has figures."""
        as_on = "|".join(map(re.escape, self.as_on))
        dated = re.compile(rf"(?i)[\s(]+(?:{as_on})\W*{_DAY}\W*$") if as_on else None
        companions_of = {word: frozenset(companions) for word, companions in self.beside.items()}
        joining = frozenset(self.joining)
        sense = partial(_sense_of, dated=dated, joining=joining, same=self.same, companions_of=companions_of)
        return lru_cache(maxsize=20_000)(sense)


class Choose(Declared):
    """Weights and thresholds of the choice of a format."""

    accept: float  # score from which a format fits
    accept_named: float  # the same when the agency is given
    margin: float  # two senders closer than this are not distinguished: the agency must be given
    header_share: float  # weight of the share of the file's headers that the format knows
    required_share: float  # weight of the share of required columns that the file has
    expected_share: float  # weight of the share of other columns that the file has
    kind_differs: float  # added when the kind of file is another
    sheet_name: float  # added when the sheet's name fits
    file_name: float  # added when the file's name fits
    places_fit: float  # added when districts are of the agency's province
    places_differ: float  # added when they are not
    values_fit: float  # added when values fit their patterns
    values_differ: float  # added when they do not
    place_lost: float  # added when a column means a place for which the format has no column
    out_of_date: float  # added when the month is outside valid_from and valid_to


class Drift(Declared):
    """When a file counts as different from its declaration (RK222)."""

    missing: float  # share of expected columns that are missing (RK222)
    unknown: float  # share of columns that are unknown (RK222)


class Needs(Declared):
    """Fields of which a unit needs some."""

    of: tuple[str, ...]  # the fields
    least: int  # how many of them a row needs


class Drafting(Declared):
    """What drafts know about rows in general."""

    person: Needs  # fields of which a person's row needs some
    service: Needs  # fields of which a service's row needs some
    many_victims: tuple[str, ...]  # headers of a number of victims
    many_accused: tuple[str, ...]  # headers of a number of accused
    many_people: tuple[str, ...]  # headers of a number of people


class Layout(Declared):
    """schemas/layout.toml."""

    words: Words  # words of rows that are not records, and of headers
    choose: Choose  # weights of the choice of a format
    drift: Drift  # when a file has drifted from its declaration
    drafting: Drafting  # what drafts know


def load_layout(dirs: Sequence[Path]) -> Layout:
    """layout.toml of the last folder that has one."""
    return declarations.read_toml(declarations.files(dirs, "layout.toml")["layout.toml"], Layout)


def rate_pattern(words: Words, months: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern, for `re` and for polars, of what says that figures are no counts: `%`, `rate`, `Jan to Mar`."""
    spelt = [*words.rate, *words.others, *(word for word in words.scaled if re.match(r"\w", word))]
    signs = [re.escape(word) for word in spelt if not re.search(r"\w", word)]
    spoken = [r"\s*".join(map(re.escape, word.split())) for word in spelt if re.search(r"\w", word)]
    named = "|".join(sorted((month for month in months if len(month) > 2), key=lambda month: (-len(month), month)))
    if named and words.span:
        between = "|".join(map(re.escape, words.span))
        spoken.append(rf"(?:{named})\.?\W*(?:\d{{2,4}})?\s*(?:[-–—/]|{between})\s*(?:{named})")
    parts = [*signs, *([rf"(?:^|\W)(?:{'|'.join(spoken)})(?:\W|$)"] if spoken else [])]
    return re.compile(f"(?i)(?:{'|'.join(parts)})") if parts else None


def month_patterns(months: Iterable[str]) -> list[str]:
    """Patterns of headers that name one month of one year: `Jan 2026`, `January-26`, `2026-01`, `01/2026`."""
    named = "|".join(map(re.escape, sorted(months, key=lambda month: (-len(month), month))))
    month, year = r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
    words = [rf"(?i)^\W*(?:{named})\W*(?:{year}|\d\d)\W*$", rf"(?i)^\W*{year}\W*(?:{named})\W*$"] if named else []
    return [*words, rf"^\W*{year}[-/.]{month}(?:-01(?:[ T]00:00(?::00)?)?)?\W*$", rf"^\W*{month}[-/.]{year}\W*$"]


def parts(header: str) -> list[str]:
    """The words that the sense of a header is made of, as written."""
    return _PARTS.findall(header.replace("#", " no "))


def _sense_of(
    header: str, dated: re.Pattern[str] | None, joining: frozenset[str], same: Mapping[str, str],
    companions_of: Mapping[str, frozenset[str]],
) -> frozenset[str]:  # fmt: skip
    if len(header) > MOST_DATED_HEADER:  # before any pattern: its time may grow with the square of the length
        return frozenset()
    bare = dated.sub("", header) if dated else header
    if len(bare) > MOST_HEADER or any(char.isdigit() for char in bare):
        return frozenset()
    words = [_singular(part) for part in fold_all(parts(bare)) if part]
    plain = frozenset(same.get(part, part) for part in words if part not in joining) - {""}
    return plain - {word for word, companions in companions_of.items() if word in plain and plain & companions}


def fold(word: str) -> str:
    """One header as it is compared: `F.I.R. No` -> `firno`, `S#` -> `sno`, `Date & Time` -> `dateandtime`."""
    return fold_all([word])[0]


def fold_all(words: Sequence[str | None]) -> list[str]:
    """`fold` for many words at once; null and words without a letter or digit give ""."""
    new = [word for word in dict.fromkeys(words) if word and word not in _FOLDED]
    if new:
        if len(_FOLDED) > MOST_REMEMBERED:
            _FOLDED.clear()
        _FOLDED.update(zip(new, fold_cells(pl.Series("word", new, dtype=pl.String)).to_list(), strict=True))
    return [_FOLDED[word] if word else "" for word in words]


def fold_cells(cells: pl.Series) -> pl.Series:
    """`fold_all` of a column, which is not remembered: most of its cells are no headers."""
    named = cells.str.replace_all("#", " no", literal=True).str.replace(_DATE_ORDER, "${1}")
    return text.fold(named).fill_null("")


def numbered(word: str) -> tuple[str, int | None]:
    """A folded header with its number taken out: `accused2name` -> (`accused{n}name`, 2)."""
    found = re.search(r"\d+", word)
    if not found or len(found.group()) > MOST_NUMBER:
        return word, None
    return word[: found.start()] + "{n}" + word[found.end() :], int(found.group())


def fold_numbered(word: str) -> str:
    """A declared header with {n} as `numbered` gives it; others as `fold` does."""
    if "{n}" not in word:
        return fold(word)
    before, after = word.split("{n}", 1)
    return fold(before) + "{n}" + fold(after)


@dataclass(frozen=True)
class Synonyms:
    """The general header words: field -> words as written, folded word -> fields.

    Hints are weaker: words that mean a field in some files. With them, and with the words of a header whatever
    their order, a declaration is drafted; nothing is mapped by them.
    """

    words: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, tuple[str, ...]]
    weak: Mapping[str, tuple[str, ...]]  # field -> hints as written
    little: tuple[str, ...]  # words that carry no meaning

    @cached_property
    def small(self) -> frozenset[str]:
        """The words that carry no meaning, folded."""
        return frozenset(fold_all(self.little))

    @cached_property
    def hints(self) -> Mapping[str, tuple[str, ...]]:
        """Folded hint -> fields."""
        return _meanings(self.weak, fold_all)

    @cached_property
    def spoken(self) -> Mapping[frozenset[str], tuple[str, ...]]:
        """The words of a general word or hint, without order -> fields."""
        every = {name: (*words, *self.weak.get(name, ())) for name, words in self.words.items()}
        fold_all([part for texts in every.values() for text in texts for part in _PARTS.findall(text)])
        meanings = _meanings(every, lambda texts: [self.header_terms(text) for text in texts])
        return {words: names for words, names in meanings.items() if len("".join(words)) >= SPOKEN}

    def header_terms(self, header: str) -> frozenset[str]:
        """`DateReported`, `date_of_report`, `Reported dates` -> their words, one form of each, without small ones."""
        words = fold_all(_PARTS.findall(header))
        return frozenset(_singular(word) for word in words if word and word not in self.small)


def synonyms_of(tables: Reference, layout: Layout) -> Synonyms:
    """The table of header synonyms; the name of a field is a word for it too."""
    table = tables.header_synonyms
    columns = ["field", "variants", *(["hints"] if "hints" in table.columns else [])]
    rows = [(name, *(_listed(cell) for cell in cells)) for name, *cells in table.select(columns).iter_rows()]
    words = {name: (name, *variants) for name, variants, *_ in rows}
    weak = {name: hints for name, _, *more in rows for hints in more}
    fold_all([text for texts in (*words.values(), *weak.values()) for text in texts])  # all at once: a call is dear
    return Synonyms(words, _meanings(words, fold_all), weak, layout.words.small)


def _listed(cell: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (cell or "").split(";") if part.strip())


Key = TypeVar("Key", str, frozenset[str])


def _meanings(
    words: Mapping[str, Sequence[str]], keys: Callable[[Sequence[str]], Sequence[Key]]
) -> dict[Key, tuple[str, ...]]:
    """Key of a word -> the fields that have the word."""
    found: dict[Key, list[str]] = {}
    for name, texts in words.items():
        for key in dict.fromkeys(keys(texts)):
            if key:
                found.setdefault(key, []).append(name)
    return {key: tuple(names) for key, names in found.items()}


_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+")


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")) else word


def nearest(word: str, known: Iterable[str]) -> tuple[str, float] | None:
    """The known folded word most like `word` and how like it is (0-100); None when none resembles it."""
    if len(word) < 3:
        return None
    found = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=RESEMBLES)
    return (str(found[0]), float(found[1])) if found else None
