"""The words around a name (S/O, @, r/o, caste, Mst., na-maloom …) as patterns, made from the reference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import pii_scan, text
from recordkit.reference import Reference

_BEFORE = r"(?:^|[\s,،(\-/])"
_BEHIND = r"(?:[\s.:,،)\-]+|$)"
_OPENS, _CLOSES = r"""(?:["“”«]|\s['‘`´]+)""", r"""["“”»'’`´]+"""
_QUOTED = rf"(?i)(\p{{L}}\p{{M}}*\.?)\s?[(]?{_OPENS}\s?(\p{{L}}[\p{{L}}\p{{M}} .]{{1,30}}?)\s?{_CLOSES}[)]?(?:\s|$)"
_SIGNS = "@"  # needs no space around it


@dataclass(frozen=True, eq=False)
class Markers:
    """Patterns without capturing groups, each with the signs before and behind the word."""

    relation: str
    alias: str
    address: str
    dwelling: str  # of them, those that are no part of the address
    resident: str  # the same at the start
    caste: str
    unknown: str
    others: str
    late: str
    nobody: str
    reporter: str  # at the start: State through
    rank: str  # nothing but ranks of officers
    honorifics: str  # one or more, to be anchored at the start of a name
    titles: str  # the same; parts of a name too, so that two words must be left
    relations: tuple[tuple[str, str], ...]  # pattern of a marker alone, "father", "husband" or "guardian"
    males: str
    females: str
    female_names: str  # at the end of a name
    any_marker: str
    lists: str  # words that stand between two people
    company: str  # words that do so if a relation follows
    marks: str  # letters that a list counts with
    several: str  # a relation of everybody named before it
    counted: str  # others, with or without their number, at the end of an entry
    nameless: str  # nothing but words for people, their sex and their number
    number_words: tuple[tuple[str, str], ...]  # pattern and figure
    sexes: tuple[tuple[str, str], ...]  # sex and the words for somebody of it whom nobody names
    given: tuple[str, ...]  # given names that may stand alone, in lower case
    first: str  # the same as a pattern
    quoted: str  # a name in quotes behind another, with one group
    stroked: str  # Son/of: a relation of two words with a stroke between them, with two groups
    joined: str  # a relation written together with the name behind it, with two groups
    procedure: str  # a word of procedure, or one that no name has, at whatever place
    roles: str  # what somebody is in the case, before a name; with one group, what follows
    role_behind: str  # the same behind a name
    people: str  # words for people, named or not
    until: str  # between the first and the last of several
    called: str  # a word that names begin with
    beside_unknown: str  # unknown people at the end, behind a name; with one group, all of them
    denied: str  # there is nobody, and no victim either
    things: str  # nothing but things, animals, the public, a known body
    body: str  # the name of a company at its end
    perhaps_body: str  # a word that ends the name of a body, or of somebody
    described: str  # nothing but words that say who somebody is
    description: str  # one of them
    kin: str  # at the start: his brother, before a name
    kin_sexes: tuple[tuple[str, str], ...]  # code and pattern: female, male, father, husband
    behind_name: str  # Father, between two names; with two groups
    aside: str  # nationality: what follows is no part of a name
    religion: str  # between commas, before a relation; with two groups
    versus: str
    through: str  # by whom somebody acts
    possessive: str
    related_kin: str  # at the start: brother of
    child_of: str  # the relation that `behind_name` becomes
    in_brackets: str  # what is said of somebody in brackets behind the name
    known: tuple[str, ...]  # every single word of the tables that is no part of a name


@lru_cache(maxsize=8)
def read_name_patterns(reference: Reference) -> Markers:
    """The markers of a reference, made once."""
    rows = reference.name_variants
    relation_rows = rows.filter(pl.col("kind") == "relation")
    kind = pl.col("kind")
    honorifics = _alternation(_words(rows.filter(kind.str.contains("^(?:honorific|rank)"))))
    titles = _alternation(_words(rows.filter(kind.is_in(["title", "title/caste"]))))
    nobody, only = _of_kind(rows, "no person"), _of_kind(rows, "no person alone")
    through, procedure = _of_kind(rows, "through marker"), _of_kind(rows, "procedure word")
    sex = pl.col("means").str.split(";").list.contains
    stray, until = _of_kind(rows, "stray word"), _of_kind(rows, "until word")
    relation, alias = _pattern(_words(relation_rows)), _pattern(_of_kind(rows, "alias marker"))
    playing = _of_kind(rows, "role word")
    people = [*_of_kind(rows, "people word"), *_of_kind(rows, "possessive"), *playing]
    others = _of_kind(rows, "others marker")
    nameless = rows.filter(kind == "nameless")
    denied, described = _of_kind(rows, "denied person"), _of_kind(rows, "description")
    figures = rows.filter(kind == "number word")
    unknown = _of_kind(rows, "unknown marker")
    alone = [*people, *others, *_words(nameless), *_words(figures), *unknown, *procedure, *denied, *stray, *until]
    in_all = _alternation(alone)
    roles = _alternation(playing)
    phrases = _alternation([word for word in playing if " " in word or not word.isascii()])
    kin = _words(rows.filter(sex("kin").fill_null(False)))
    behind_his = [*kin, *_of_kind(rows, "kin word behind his"), *_words(relation_rows)]
    possessive = _alternation(_of_kind(rows, "possessive"))
    fathers = _alternation(_words(nameless.filter(sex("father").fill_null(False))))
    things = _of_kind(rows, "thing word")
    lists, company = _alternation(_of_kind(rows, "list word")), _alternation(_of_kind(rows, "company word"))
    resident, caste = _of_kind(rows, "address marker"), _pattern(_of_kind(rows, "caste marker"))
    address = _pattern([*resident, *_of_kind(rows, "address start")])
    return Markers(
        relation=relation,
        alias=alias,
        address=address,
        dwelling=_pattern(resident),
        resident=rf"(?i)^[\s,،(\-]*(?:{_alternation(resident)}){_BEHIND}",
        caste=caste,
        unknown=_pattern(_of_kind(rows, "unknown marker")),
        others=_pattern(_of_kind(rows, "others marker")),
        late=_pattern(_of_kind(rows, "late marker")),
        nobody=rf"(?i)^(?:(?:{_alternation(nobody)}){_BEHIND}|(?:{_alternation(only)})[\s.]*$)",
        reporter=rf"(?i)^(?:{_alternation([*nobody, *only])})[\s.:,]*(?:{_alternation(through)})[\s.:]+",
        rank=rf"(?i)^(?:(?:{_alternation(_of_kind(rows, 'rank'))})[\s.:/]*)+$",
        honorifics=rf"(?:(?:{honorifics})[\s.:]+)+",
        titles=rf"(?:(?:{titles})[\s.:]+)+",
        relations=tuple(
            (f"(?i)^[^\\p{{L}}]*(?:{_alternation(_words(relation_rows.filter(meant)))})[^\\p{{L}}]*$", name)
            for name in ("father", "husband", "guardian")
            for meant in [pl.col("means").str.split(";").list.contains(name)]
        ),
        males=_alone(_words(rows.filter(sex("male").fill_null(False)))),
        females=_alone(_words(rows.filter(sex("female").fill_null(False)))),
        female_names=rf"(?i)(?:^|\s)(?:{_alternation(_words(rows.filter(kind == 'suffix(f)')))})$",
        any_marker=f"(?:{relation[4:]}|{alias[4:]})",
        lists=lists,
        company=company,
        marks=_alternation(_of_kind(rows, "list mark")),
        several=_pattern(_words(relation_rows.filter(sex("several").fill_null(False)))),
        counted=rf"(?i)(?:^[^\p{{L}}\p{{N}}]*|[\s,،;]+(?:{lists}|{company}|[&+])\s+)(?:{_behind_and(rows)})"
        r"[\s.)]*$"
        rf"|[\s,،;.&+(]*(?:{_BEFORE}(?:{lists}|{company}))?(?:(?:^|\s+)(?:{_alternation(people)}))*(?:[\s&+]*[0-9]{{1,3}})?"
        rf"{_BEFORE}(?:{_alternation(others)})[\s.]*(?:[0-9]{{1,3}})?(?:\s*(?:{_alternation(people)}))*[\s.)]*$",
        nameless=rf"(?i)^[^\p{{L}}]*(?:(?:{in_all})(?:[^\p{{L}}\p{{M}}]+|$))+$",
        number_words=tuple(
            (rf"(?i)(?:^|\s)(?:{_alternation(_words(figures.filter(pl.col('means') == figure)))})\s", figure)
            for figure in figures["means"].unique().sort()
        ),
        sexes=tuple(
            (code, rf"(?i)(?:^|[^\p{{L}}])(?:{_alternation(words)})(?:[^\p{{L}}]|$)")
            for code, words in (
                ("female", [*_words(nameless.filter(sex("female"))), *_of_kind(rows, "suffix(f)")]),
                ("male", _words(nameless.filter(sex("male")))),
                ("transgender", _words(nameless.filter(sex("transgender")))),
            )
        ),
        given=tuple(_words(rows.filter(kind.str.starts_with("given"), ~sex("joined").fill_null(False)))),
        quoted=_QUOTED,
        stroked=_stroked(_words(relation_rows)),
        joined=_joined(relation_rows, reference),
        procedure=_pattern([*stray, *denied, *(word for word in [*procedure, *playing] if len(word) > 3)]),
        roles=rf"(?i)^[\s(]*(?:(?:{roles})[\s.:)\-]+)+(\p{{L}}{{2}})",
        people=_alternation([*people, *_words(nameless)]),
        until=_alternation(until),
        # One word behind a bare space may be all the surname that somebody has: it stays, and RK348 speaks of it.
        role_behind=rf"(?i)(\p{{L}})(?:\s*[,(:\-][\s,(:\-]*(?:{roles})|\s+(?:{phrases}))[\s.)]*$",
        first=_alternation(_words(rows.filter(kind.str.starts_with("given"), ~sex("joined").fill_null(False)))),
        called=rf"(?:{_alternation(_words(rows.filter(kind.str.contains(_CALLED))))})(?:[\s.,]|$)",
        beside_unknown=rf"((?:(?:{in_all}|{company}|{lists})[\s.,/(-]+|[0-9]{{1,2}}\s+)*(?:{_alternation(unknown)})"
        r"(?:[\s.,)].*)?)$",
        denied=rf"(?i)^[^\p{{L}}]*(?:{_alternation(denied)})[^\p{{L}}]*$",
        things=_run([*things, *people, *_words(figures)]),
        body=rf"(?i)\p{{L}}[\s.)]+(?:{_alternation(_of_kind(rows, 'body word'))})[\s.)]*$",
        perhaps_body=rf"(?i)(?:^|\p{{L}}[\s.)]+)(?:{_alternation(_of_kind(rows, 'perhaps body word'))})(?:[\s.)]*$|\s)",
        described=_run([*alone, *described, *things]),
        description=_pattern(described),
        kin=rf"(?i)^[\s(]*(?:(?:{possessive})\s+(?:{_alternation(behind_his)})|(?:{_alternation(kin)}))"
        r"[\s:,]+(\p{L}{2})",
        kin_sexes=tuple(
            (code, rf"(?i)^[\s(]*(?:(?:{possessive})\s+)?(?:{_alternation(_words(_kin(rows, code)))})[\s:,]")
            for code in ("female", "male", "father", "husband")
        ),
        behind_name=rf"(?i)(\p{{L}}{{2}}[)\s.,:]+)(?:{fathers})[\s:.]+(\p{{L}}{{2}})",
        aside=_pattern(_of_kind(rows, "aside marker")),
        religion=rf"(?i)[,،]\s*({_alternation(_of_kind(rows, 'religion'))})\s*[,،]({relation[4:]})",
        versus=rf"(?i)\s(?:{_alternation(_of_kind(rows, 'versus word'))})[.\s]+",
        through=_alternation(through),
        possessive=possessive,
        related_kin=rf"(?i)^[\s(]*(?:(?:{possessive})\s+)?(?:{_alternation(behind_his)})\s+(?:{_alternation(stray)})\s",
        child_of="child of",
        in_brackets=rf"{roles}|{_statuses(reference)}|[A-Za-z]-?[0-9]{{1,2}}|[0-9]{{1,2}}",
        known=_no_names(rows, reference),
    )


_CALLED = "^(?:given|compound|prefix|article|title$|title/caste$)"


def _run(words: Sequence[str]) -> str:
    """An entry of nothing but some words."""
    return rf"(?i)^[^\p{{L}}]*(?:(?:{_alternation(words)})(?:[^\p{{L}}\p{{M}}]+|$))+$"


def _statuses(reference: Reference) -> str:
    """The words of the status of a person."""
    rows = reference.codes.filter(pl.col("vocabulary") == "person_status")
    long = tables.words(rows, ["code"], ["code", "label", "variants"])
    return _alternation(sorted(text.plain(long["word"]).drop_nulls().str.to_lowercase().unique()))


def _kin(rows: pl.DataFrame, code: str) -> pl.DataFrame:
    """The words of kin of a sex, or for a father or a husband."""
    means = pl.col("means").str.split(";").list.contains(code)
    return rows.filter(pl.col("kind").str.contains("^(?:kin word|nameless|relation$)"), means.fill_null(False))


_NO_NAMES = (
    "relation", "alias marker", "address marker", "caste marker", "unknown marker", "others marker", "late marker",
    "no person", "no person alone",
    "others in company", "through marker", "rank", "list word", "company word", "list mark", "people word", "nameless",
    "number word", "role word", "possessive",
)  # fmt: skip


def _behind_and(rows: pl.DataFrame) -> str:
    """The words of others who need an "and" before them, without it."""
    return _alternation([word.partition(" ")[2] for word in _of_kind(rows, "others in company")])


def _stroked(relations: Sequence[str]) -> str:
    parts = [word.rpartition(" ") for word in relations if re.fullmatch(r"[^\W\d_]{2,} [^\W\d_]{2,}", word)]
    first, last = (_alternation(sorted({part[at] for part in parts})) for at in (0, 2))
    return rf"(?i)\b({first})\s?[/\\]\s?({last})\b"


def _joined(relations: pl.DataFrame, reference: Reference) -> str:
    """Only where what is behind the relation is a name that is known: a name may begin with the same letters."""
    called = [name for name in pii_scan.names(reference) if re.fullmatch(r"[\u0600-\u06ff]{3,}", name)]
    words = [word for word in _words(relations) if re.fullmatch(r"[\u0600-\u06ff]{3,}", word)]
    names = sorted(set(text.plain(pl.Series(called)).to_list()))
    return rf"(\s)({_alternation(words)})((?:{_alternation(names)})(?:\s|$))"


def _no_names(rows: pl.DataFrame, reference: Reference) -> tuple[str, ...]:
    """Every run of letters of the words around names, in lower case."""
    # Brother of, driver of: no column keeps what these say.
    no_column = (pl.col("kind") == "relation") & pl.col("means").str.split(";").list.contains("other")
    rows = rows.filter(~no_column.fill_null(False))
    around = rows.filter(pl.col("kind").is_in(_NO_NAMES) | pl.col("kind").str.starts_with("honorific"))
    told = [*_words(around), *_words(rows.filter(pl.col("kind").is_in(["title", "title/caste"])))]
    beside = tables.words(reference.codes.filter(pl.col("vocabulary") == "beside_name"), ["code"], ["variants"])
    words = pl.Series("word", [*told, *text.plain(beside["word"]).drop_nulls().str.to_lowercase()], dtype=pl.String)
    return tuple(words.str.extract_all(r"[\p{L}\p{M}]+|[0-9]+").explode().drop_nulls().unique().sort())


def _of_kind(rows: pl.DataFrame, kind: str) -> list[str]:
    return _words(rows.filter(pl.col("kind") == kind))


def _words(rows: pl.DataFrame) -> list[str]:
    long = tables.words(rows, ["canonical"], ["canonical", "variants", "urdu"])
    found = set(text.plain(long["word"]).drop_nulls().str.to_lowercase().to_list())
    # A sign such as @ has no letter and is blank to `plain`.
    found |= {word for word in long["word"].to_list() if word in _SIGNS}
    return sorted(found, key=lambda word: (-len(word), word))


def _alternation(words: Sequence[str]) -> str:
    return "|".join(_spelling(word) for word in words) or r"[^\s\S]"


def _spelling(word: str) -> str:
    """A word's pattern: spaces around a stroke, points and spaces that may be left out."""
    out = []
    for sign in word.strip(":."):
        if sign in "/\\":
            out.append(r"\s?[/\\]\s?")
        elif sign == ".":
            out.append(r"\.?\s?")
        elif sign in " -":
            out.append(r"[\s\-]{1,2}" if sign == " " else r"[\s\-]?")
        else:
            out.append(re.escape(sign))
    return "".join(out)


def _pattern(words: Sequence[str]) -> str:
    signs = [word for word in words if word in _SIGNS]
    spelt = [word for word in words if word not in _SIGNS]
    parts = [rf"{_BEFORE}(?:{_alternation(spelt)}){_BEHIND}", *(rf"\s*{re.escape(sign)}\s*" for sign in signs)]
    return f"(?i){'|'.join(parts)}" if len(parts) == 1 else f"(?i)(?:{'|'.join(parts)})"


def _alone(words: Sequence[str]) -> str:
    return rf"(?i)^[^\p{{L}}]*(?:{_alternation(words)})[^\p{{L}}]*$"
