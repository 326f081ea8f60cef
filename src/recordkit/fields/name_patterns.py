"""The words around a name (S/O, @, r/o, caste, Mst., na-maloom …) as patterns, made from the reference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from recordkit import reference as tables
from recordkit.fields import particulars, pii_scan, text
from recordkit.reference import Reference

_BEFORE = r"(?:^|[\s,،(\-/])"
_BEHIND = r"(?:[\s.:,،)\-]+|$)"
_OPENS, _CLOSES = r"""(?:["“”«]|\s['‘`´]+)""", r"""["“”»'’`´]+"""
_QUOTED = rf"(?i)(\p{{L}}\p{{M}}*\.?)\s?[(]?{_OPENS}\s?(\p{{L}}[\p{{L}}\p{{M}} .]{{1,30}}?)\s?{_CLOSES}[)]?(?:\s|$)"
_SHORT_RANK = 4  # letters of an abbreviation that somebody may be called: Asi
_SIGNS = "@"  # needs no space around it


@dataclass(frozen=True, eq=False)
class Markers:
    """Patterns without capturing groups, each with the signs before and behind the word."""

    relation: str
    alias: str
    address: str
    dwelling: str  # of them, those that are no part of the address
    titled_address: str  # a title, such a word, and nothing or a relation: Mst. Sakinah; with groups before and behind
    resident: str  # the same at the start
    caste: str
    caste_around: str  # the same at the start or the end of a cell
    unknown: str
    unknown_keys: tuple[str, ...]  # its words as they are compared, whatever signs are in them
    late: str
    nobody: str
    reporter: str  # at the start: State through
    rank: str  # nothing but ranks of officers
    office: str  # an office, with what follows as its group
    ranked_inside: str  # a rank or an office inside a name, or a word for an office's place before one
    posted: str  # ranks or offices, and nothing behind them but names of places
    honorifics: str  # one or more, to be anchored at the start of a name
    only_titles: str  # titles that nobody is called, and nothing else
    perhaps_names: str  # of them, those that may be the first half of a name
    female_title: str  # at the start
    second_halves: str  # a word that is no name of a person by itself, alone
    behind: str  # ranks and professions behind a name, with groups: the name, the rank, what follows
    titles: str  # the same; parts of a name too, so that two words must be left
    relation_run: str  # at the start: two markers or more
    relative_labels: tuple[tuple[str, str], ...]  # relation, and at the start of a column what its header says again
    relations: tuple[tuple[str, str], ...]  # pattern of a marker alone, "father", "husband" or "guardian"
    males: str
    females: str
    female_names: str  # at the end of a name
    lists: str  # words that stand between two people
    company: str  # words that do so if a relation follows
    perhaps_and: str  # words that may stand between two people, or in a name
    marks: str  # letters and words that a list counts with
    several: str  # a relation of everybody named before it
    counted: str  # others, with or without their number, at the end of an entry
    particulars: str  # what else nobody knows of somebody unknown: an address
    unknown_particulars: str  # that, behind an unknown marker; with two groups, what stands around
    nameless: str  # nothing but words for people, their sex and their number
    number_words: tuple[tuple[str, str], ...]  # pattern and figure
    sexes: tuple[tuple[str, str], ...]  # sex and the words for somebody of it whom nobody names
    given: tuple[str, ...]  # given names that may stand alone, in lower case
    first: str  # the same as a pattern
    quoted: str  # a name in quotes behind another, with one group
    stroked: str  # Son/of: a relation of two words with a stroke between them, with two groups
    joined: str  # a relation written together with the name behind it, with two groups
    glued: str  # the same with the name before it, with three groups
    perhaps_glued: str  # a short pattern of cells that may have one
    procedure: str  # a word of procedure, or one that no name has, at whatever place
    roles: str  # what somebody is in the case, before a name; with one group, what follows
    role_behind: str  # the same behind a name
    called: str  # a word that names begin with
    certain: str  # at the start: one, before a name or its titles, which are its group
    beside_unknown: str  # unknown people at the end, behind a name; with one group, all of them
    place: str  # at the start: a district, a division, a province or a station that nobody is called
    whole_place: str  # such a place or any other, and nothing behind it but a word of an address
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
    people: str  # words for people, named or not
    until: str  # between the first and the last of a span
    related_kin: str  # at the start: brother of
    marks_of_letters: tuple[tuple[str, str, str], ...]  # S/O with other signs or no spaces: what, unless, becomes
    child_of: str  # the relation that `behind_name` becomes
    in_brackets: str  # what is said of somebody in brackets behind the name
    remark: str  # the same behind a comma, alone up to the next one or the end; with two groups, it and what ends it
    bracketed_remark: str
    nothing: tuple[str, ...]  # cells that say that there is no such thing, as they are compared
    ditto: str  # the same as of the person before, alone
    perhaps_ditto: str  # the same somewhere in a cell
    dashed_ditto: tuple[str, str]  # the same between dashes, where it may look like a relation (-do-); what it becomes
    known: tuple[str, ...]  # every single word of the tables that is no part of a name


@lru_cache(maxsize=8)
def read_name_patterns(reference: Reference) -> Markers:
    """The markers of a reference, made once."""
    words = _Words(reference)
    return Markers(
        **_of_relations(words),
        **_of_lists(words),
        **_of_names(words),
        **_of_unknown_people(words),
        **_of_no_people(words),
        **_of_kin(words),
        **_of_nothing(words),
        known=_no_names(words.rows, reference),
    )


class _Words:
    """The words around names by their kind, and what they mean."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.rows = _spelt(reference)
        self.relations = self.rows.filter(pl.col("kind") == "relation")
        self.nameless = self.rows.filter(pl.col("kind") == "nameless")
        self.figures = self.rows.filter(pl.col("kind") == "number word")
        self.roles, self.procedure = self.of("role word"), self.of("procedure word")
        self.people = [*self.of("people word"), *self.of("possessive"), *self.roles]
        # An entry of nothing but these names nobody.
        self.alone = [
            *self.people, *self.of("others marker"), *_words(self.nameless), *_words(self.figures),
            *self.of("unknown marker"), *self.procedure, *self.of("denied person"), *self.of("stray word"),
            *self.of("until word"),
        ]  # fmt: skip

    def of(self, kind: str) -> list[str]:
        """The words of one kind."""
        return _words(self.rows.filter(pl.col("kind") == kind))

    def any_of(self, kind: str) -> str:
        """One of the words of a kind, as a pattern."""
        return _alternation(self.of(kind))

    def around(self, code: str) -> list[str]:
        """The words of one code of `person_word`."""
        rows = self.reference.codes.filter(pl.col("vocabulary") == "person_word", pl.col("code") == code)
        long = tables.words(rows, ["code"], ["label", "variants"])
        found = set(text.plain(long["word"]).drop_nulls().str.to_lowercase().to_list())
        return sorted(found, key=lambda word: (-len(word), word))

    def label(self, code: str) -> str:
        """The word that a code of `person_word` is called by."""
        rows = self.reference.codes.filter(pl.col("vocabulary") == "person_word", pl.col("code") == code)
        return str(rows["label"].first() or "").lower()

    def meaning(self, meaning: str) -> list[str]:
        """The words that mean this, of every kind."""
        return _words(self.rows.filter(_means(meaning)))


def _means(meaning: str) -> pl.Expr:
    return pl.col("means").str.split(";").list.contains(meaning).fill_null(False)


def _of_relations(words: _Words) -> dict[str, Any]:
    """What follows a name: a relation, an alias, an address or a caste."""
    every = _words(words.relations)
    relation, resident, caste = _pattern(every), words.of("address marker"), words.any_of("caste marker")
    titles = _alternation(_words(words.rows.filter(pl.col("kind").str.starts_with("honorific"))))
    religion = rf"(?i)[,،]\s*({words.any_of('religion')})\s*[,،]({relation[4:]})"
    return {
        "relation": relation,
        "alias": _pattern(words.of("alias marker")),
        "relations": tuple(
            (_alone(_words(words.relations.filter(_means(name)))), name) for name in ("father", "husband", "guardian")
        ),
        "relation_run": rf"(?i)^[\s,(]*(?:(?:{_alternation(every)})[\s.:,)/\-]+){{2,}}",
        "relative_labels": tuple((kin, _label(words.around(kin))) for kin in ("father", "husband")),
        "several": _pattern(_words(words.relations.filter(_means("several")))),
        "stroked": _stroked(every),
        **dict(zip(("joined", "perhaps_glued", "glued"), _joined(words.relations, words.reference), strict=True)),
        "address": _pattern([*resident, *words.of("address start")]),
        "dwelling": _pattern(resident),
        "titled_address": rf"(?i)^((?:(?:{titles})[\s.:]+)+)((?:{_alternation(resident)})(?:\s*$|{relation[4:]}))",
        "resident": rf"(?i)^[\s,،(\-]*(?:{_alternation(resident)}){_BEHIND}",
        "caste": _pattern(words.of("caste marker")),
        "caste_around": rf"(?i)^[\s(]*(?:{caste}){_BEHIND}|\s+\(?(?:{caste})[\s.)]*$",
        "aside": _pattern(words.of("aside marker")),
        "religion": religion,
        "marks_of_letters": _marks_of_letters(words),
        "child_of": "child of",
    }


def _of_lists(words: _Words) -> dict[str, Any]:
    """What stands between people, and what says that there are others."""
    lists, company, people = words.any_of("list word"), words.any_of("company word"), _alternation(words.people)
    return {
        "lists": lists,
        "company": company,
        "marks": _alternation([*words.of("list mark"), *words.around("ordinal")]),
        "perhaps_and": _alternation(words.around("perhaps_and")),
        "until": words.any_of("until word"),
        "versus": rf"(?i)\s(?:{words.any_of('versus word')})[.\s]+",
        "through": words.any_of("through marker"),
        "counted": rf"(?i)(?:^[^\p{{L}}\p{{N}}]*|[\s,،;]+(?:{lists}|{company}|[&+])\s+)(?:{_behind_and(words.rows)})"
        r"[\s.)]*$"
        rf"|[\s,،;.&+(]*(?:{_BEFORE}(?:{lists}|{company}))?(?:(?:^|\s+)(?:{people}))*(?:(?:^|[\s,،;.&+(])[0-9]{{1,3}})?"
        # Not \b, where the word ends: in Urdu no automaton can look for it, and it took 400 times as long.
        rf"{_BEFORE}(?:{words.any_of('others marker')})"
        rf"(?:[\s.]+(?:[0-9]{{1,3}})?(?:\s*(?:{people}))*[\s.)]*|\)[\s.)]*)?$",
    }


def _of_names(words: _Words) -> dict[str, Any]:
    """What belongs to a name: titles, the words that names begin with, roles, the status in brackets."""
    kind, roles = pl.col("kind"), _alternation(words.roles)
    honorifics = _alternation(_words(words.rows.filter(kind.str.contains("^(?:honorific|rank|office)"))))
    titles = _alternation(_words(words.rows.filter(kind.is_in(["title", "title/caste"]))))
    given = _words(words.rows.filter(kind.str.starts_with("given"), ~_means("joined")))
    certain = _words(words.rows.filter(kind == "role word", _means("behind")))
    phrases = _alternation([word for word in words.roles if " " in word or not word.isascii() or word in certain])
    no_names = [*words.procedure, *words.roles, *words.of("description")]
    kin = _words(words.nameless.filter(_means("kin")))
    statuses = [word for word in _remarks(words) if word.isalpha() and word not in words.of("religion")]
    long = [word for word in [*no_names, *kin, *statuses] if len(word) > 3]
    long += [word for word in words.of("people word") if len(word) > 4]  # not Baby
    called = rf"(?:{_alternation(_words(words.rows.filter(kind.str.contains(_CALLED))))})(?:[\s.,]|$)"
    one = particulars.words(words.reference, "certain", "name_word")
    return {
        "certain": rf"(?i)^[\s(]*(?:{one})\s+((?:(?:{honorifics})[\s.:]+)*{called})",
        "late": _pattern(words.of("late marker")),
        "honorifics": rf"(?:(?:{honorifics})[\s.:]+)+",
        "only_titles": _run(_words(words.rows.filter(kind.str.starts_with("honorific"), ~_means("name")))),
        "perhaps_names": _alone(_words(words.rows.filter(kind.str.starts_with("honorific"), _means("name")))),
        "second_halves": _alone(_words(words.rows.filter(_no_name_alone()))),
        "behind": _behind(_words(words.rows.filter(kind.str.contains("^(?:honorific|rank|office)"), _means("behind")))),
        "titles": rf"(?:(?:{titles})[\s.:]+)+",
        "males": _alone(words.meaning("male")),
        "females": _alone(words.meaning("female")),
        "female_names": rf"(?i)(?:^|\s)(?:{words.any_of('suffix(f)')})$",
        "given": tuple(given),
        "first": _alternation(given),
        "called": called,
        "quoted": _QUOTED,
        "procedure": _pattern([*words.of("stray word"), *words.of("no name"), *words.of("denied person"), *long]),
        "female_title": rf"(?i)^[\s(]*(?:{words.any_of('honorific(f)')})[\s.:]+\p{{L}}",
        "roles": rf"(?i)^[\s(]*(?:(?:{roles})[\s.:)\-]+)+(\p{{L}}{{2}})",
        # One word behind a bare space may be all the surname that somebody has: it stays, and RK348 speaks of it.
        "role_behind": rf"(?i)(\p{{L}})(?:\s*[,(:\-][\s,(:\-]*(?:{roles})|\s+(?:{phrases}))[\s.)]*$",
        "in_brackets": rf"{roles}|{_alternation(_statuses(words))}|[A-Za-z]-?[0-9]{{1,2}}|[0-9]{{1,2}}",
        "remark": rf"(?i)\s*[,،;؛\n]\s*({_remark(words)})[\s.]*([,،;؛\n]|$)",
        "bracketed_remark": rf"(?i)\(\s*{_remark(words)}[\s.]*\)",
    }


def _of_unknown_people(words: _Words) -> dict[str, Any]:
    """People whom nobody names: their number, sex and description."""
    particulars = _alternation(words.around("particulars"))
    in_all, described = _alternation(words.alone), words.of("description")
    lists, company = words.any_of("list word"), words.any_of("company word")
    sexes = {
        "female": [*_words(words.nameless.filter(_means("female"))), *words.of("suffix(f)")],
        "male": _words(words.nameless.filter(_means("male"))),
        "transgender": _words(words.nameless.filter(_means("transgender"))),
    }
    return {
        "unknown": _pattern(words.of("unknown marker")),
        "unknown_keys": tuple(text.fold(pl.Series(words.of("unknown marker"))).drop_nulls().unique().sort()),
        "particulars": rf"(?i)(?:^|[^\p{{L}}])(?:{particulars})(?:[^\p{{L}}\p{{M}}]|$)",
        "unknown_particulars": rf"(?i)((?:^|[\s,(])(?:{words.any_of('unknown marker')}))"
        rf"(?:[\s,،/&]+(?:(?:{lists})\s+)?(?:{particulars}))+([\s.,)]|$)",
        "nameless": _run(words.alone),
        "people": _alternation([*words.people, *_words(words.nameless)]),
        "number_words": tuple(
            (rf"(?i)(?:^|\s)(?:{_alternation(_words(words.figures.filter(pl.col('means') == figure)))})\s", figure)
            for figure in words.figures["means"].unique().sort()
        ),
        "sexes": tuple(
            (code, rf"(?i)(?:^|[^\p{{L}}])(?:{_alternation(spelt)})(?:[^\p{{L}}]|$)") for code, spelt in sexes.items()
        ),
        "beside_unknown": rf"((?:(?:{in_all}|{company}|{lists})[\s.,/(-]+|[0-9]{{1,2}}\s+)*"
        rf"(?:{words.any_of('unknown marker')})(?:[\s.,)].*)?)$",
        "described": _run([*words.alone, *described, *words.of("thing word")]),
        "description": _pattern(described),
    }


def _of_no_people(words: _Words) -> dict[str, Any]:
    """What is no person: the State, a rank alone, a thing, a body, nobody."""
    nobody, only = words.of("no person"), words.of("no person alone")
    ranks, every = _alternation([*words.of("rank"), *words.of("office")]), _alternation(_places(words.reference))
    called = _words(words.rows.filter(pl.col("kind").str.contains(_CALLED)))
    places = _alternation([one for one in _places(words.reference) if one not in called])
    posts = particulars.words(words.reference, "office", "place_word")
    return {
        "nobody": rf"(?i)^(?:(?:{_alternation(nobody)}){_BEHIND}|(?:{_alternation(only)})[\s.]*$)",
        "reporter": rf"(?i)^(?:{_alternation([*nobody, *only])})[\s.:,]*(?:{words.any_of('through marker')})[\s.:]+",
        "rank": rf"(?i)^(?:(?:{ranks})[\s.:/]*)+$",
        "ranked_inside": rf"(?i)\p{{L}}\s+(?:{ranks})\s+\p{{L}}|^(?:{posts})\s",
        "office": rf"(?i)^[\s(]*(?:{words.any_of('office')})[\s.:,/-]+(\p{{L}}.*)$",
        "posted": rf"(?i)^[\s(]*(?:(?:{ranks})(?:[\s.:,/-]+|$))+(?:(?:{places})(?:[\s.:,/)-]+|$))*$",
        "whole_place": rf"(?i)^[\s(]*(?:{every})[\s.)]*(?:$|{_pattern(words.of('address start'))[4:]})",
        "place": rf"(?i)^[\s(]*(?:{places})(?:[\s.:,،/)-]|$)",
        "denied": _alone(words.of("denied person")),
        "things": _run([*words.of("thing word"), *words.people, *_words(words.figures)]),
        "body": rf"(?i)\p{{L}}[\s.)]+(?:{words.any_of('body word')})[\s.)]*$",
        "perhaps_body": rf"(?i)(?:^|\p{{L}}[\s.)]+)(?:{words.any_of('perhaps body word')})(?:[\s.)]*$|\s)",
    }


def _places(reference: Reference) -> list[str]:
    """The names of districts, divisions, provinces and stations, and words for parts of them."""
    named = {
        "districts": ["district", "aliases", "urdu_name"], "divisions": ["division", "aliases", "urdu"],
        "jurisdictions": ["jurisdiction", "aliases", "urdu"], "stations": ["station", "aliases", "urdu"],
    }  # fmt: skip
    listed = [tables.words(getattr(reference, name), columns[:1], columns)["word"] for name, columns in named.items()]
    areas = reference.codes.filter(pl.col("vocabulary") == "place_word")
    words = pl.concat([*listed, tables.words(areas, ["code"], ["variants"])["word"]])
    found = {one for one in text.plain(words).drop_nulls().str.to_lowercase().to_list() if len(one) > 1}
    return sorted(found, key=lambda one: (-len(one), one))


def _of_kin(words: _Words) -> dict[str, Any]:
    """Words of kin before a name (his brother Kashif) and between two (Aslam father Rasool)."""
    kin, possessive = words.meaning("kin"), words.any_of("possessive")
    behind_his = _alternation([*kin, *words.of("kin word behind his"), *_words(words.relations)])
    fathers = _alternation(_words(words.nameless.filter(_means("father"))))
    return {
        "possessive": possessive,
        "kin": rf"(?i)^[\s(]*(?:(?:{possessive})\s+(?:{behind_his})|(?:{_alternation(kin)}))[\s:,]+(\p{{L}}{{2}})",
        "kin_sexes": tuple(
            (code, rf"(?i)^[\s(]*(?:(?:{possessive})\s+)?(?:{_alternation(_words(_kin(words.rows, code)))})[\s:,]")
            for code in ("female", "male", "father", "husband")
        ),
        "behind_name": rf"(?i)(\p{{L}}{{2}}[)\s.,:]+)(?:{fathers})[\s:.]+(\p{{L}}{{2}})",
        "related_kin": rf"(?i)^[\s(]*(?:(?:{possessive})\s+)?(?:{behind_his})\s+(?:{words.any_of('stray word')})\s",
    }


def _of_nothing(words: _Words) -> dict[str, Any]:
    """What says of an alias, a caste, an address or a relative that there is none, or that it is the one before."""
    none = pl.Series(["0", *words.around("none"), *words.of("unknown marker")])
    ditto = _alternation(words.around("ditto"))
    more = _alternation([*words.around("particulars"), *words.roles])
    return {
        "nothing": tuple(text.fold(none).drop_nulls().unique().sort()),
        "dashed_ditto": (rf"(?i)[\-–—_]+\s?(?:{ditto})\s?(?:[.\-–—_]+|$)", f" {words.label('ditto')} "),
        "perhaps_ditto": rf"(?i)[^\p{{L}}](?:{ditto})(?:[^\p{{L}}\p{{M}}]|$)",
        "ditto": rf"(?i)^[^\p{{L}}]*(?:{ditto})(?:[^\p{{L}}\p{{M}}]+(?:{ditto}|{more}))*[^\p{{L}}]*$",
    }


def _label(labels: Sequence[str]) -> str:
    """One of some words; a plain word only before a sign: father of Umar is no father."""
    long = _alternation([one for one in labels if not (one.isascii() and one.isalpha())])
    return rf"(?i)^[\s(]*(?:(?:{_alternation(labels)})\s*[:=]|(?:{long})[\s.\-]+)[\s.:\-]*"


_CALLED = "^(?:given|compound|prefix|article|title$|title/caste$)"


def _run(words: Sequence[str]) -> str:
    """An entry of nothing but some words."""
    return rf"(?i)^[^\p{{L}}]*(?:(?:{_alternation(words)})(?:[^\p{{L}}\p{{M}}]+|$))+$"


def _statuses(words: _Words) -> list[str]:
    """The words of the status of a person."""
    rows = words.reference.codes.filter(pl.col("vocabulary") == "person_status")
    long = tables.words(rows, ["code"], ["code", "label", "variants"])
    return sorted(text.plain(long["word"]).drop_nulls().str.to_lowercase().unique())


def _remarks(words: _Words) -> list[str]:
    """Words that say what became of somebody, but those that somebody may be called (Bari) and figures."""
    called = set(pii_scan.names(words.reference))
    spelt = {*_statuses(words), *words.around("remark")}
    spelt = {word for word in spelt - called if re.search(r"[^\W\d_].*[^\W\d_]", word)}
    return sorted(spelt, key=lambda word: (-len(word), word))


def _remark(words: _Words) -> str:
    """A status, perhaps with the day, with words of procedure or with what follows it."""
    behind = particulars.words(words.reference, "behind", "code_detail")
    status, procedure = _alternation(_remarks(words)), _alternation(words.procedure)
    return rf"(?:{status})(?:[\s.:/\-]+(?:{status}|{behind}|{procedure}|[0-9][0-9./\-]*))*"


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


def _no_name_alone() -> pl.Expr:
    """Rows of words that are no name of a person by themselves: Muhammad, Khan, Bakhsh, Din."""
    kinds = ["second half", "suffix", "title", "title/caste", "title/surname"]
    return _means("joined") | _means("second") | pl.col("kind").is_in(kinds)


def _behind(words: Sequence[str]) -> str:
    """Ranks behind a name, perhaps with a number and what follows it; of short words, which may be names, only those
    behind two words or more."""
    short = [word for word in words if sum(map(str.isalpha, word)) <= _SHORT_RANK]
    long = [word for word in words if word not in short]
    number = r"(?:[\s./\-]*(?:no\.?\s*)?[0-9]{1,5}(?:/\p{L}{1,4})?)?"
    after = r"([\s.)]*|[\s,.(]+\p{L}.*)$"
    one, two = r"\p{L}[^@]*?\p{L}[.)]?", r"\p{L}[\p{L}\p{M}.]*\s+(?:[^@]*?\s)?\p{L}[\p{L}\p{M}]+[.)]?"
    of_any = rf"({one})[\s,(\-]+((?:{_alternation(long)}){number}){after}"
    return rf"(?i)^(?:{of_any}|({two})[\s,(\-]+((?:{_alternation(short)}){number}){after})"


def _marks_of_letters(words: _Words) -> tuple[tuple[str, str, str], ...]:
    """Slips in a mark of two letters (S/O, R/O): another sign between them (S//O, S|O, S,O, R-O), and no space
    before it (HamidS/O) or behind it (S/ORashid); a title that is written together with its name (MstNaila); a name
    that begins with a relation (Bin Yamin). Each is a pattern, one of cells in which it may be part of a name
    (Khalid/O, S/Omar), and what it becomes."""
    never = r"[^\s\S]"
    relations = _words(words.relations)
    pairs = sorted({word for word in [*relations, *words.of("address marker")] if re.fullmatch(r"[a-z]/o", word)})
    first = "".join(pair[0] for pair in pairs)
    either = f"[{first}{first.upper()}]"
    given = sorted(filter(str.isascii, _words(words.rows.filter(pl.col("kind").str.starts_with("given")))))
    ends = "|".join(re.escape(word) for word in given if word[-1] in first)
    begins = "|".join(re.escape(word) for word in given if word[0] == "o")
    titles = [word.rstrip(".") for word in _words(words.rows.filter(pl.col("kind").str.starts_with("honorific")))]
    titled = "|".join(f"{word.title()}|{word.upper()}" for word in titles if word.isascii() and word.isalpha())
    parts = [word.split(" ") for word in given if word.count(" ") == 1 and word.split(" ")[0] in relations]
    start, end = ("|".join(sorted({part[at] for part in parts})) or never for at in (0, 1))  # Bin Yamin
    stroke = r"\s?[/\\]{1,2}\s?"
    other_sign = rf"(\p{{L}}[\s.)]*\s)({either})(?:\s?[\\|,;]{{1,2}}\s?|//|\s?[-.]\s?)([oO])([\s.:]+\p{{L}}{{2}})"
    no_space_behind = rf"(^|\p{{L}}\s+)({either}){stroke}([oO])(\p{{Lu}}\p{{L}})"
    no_space_before = rf"(\p{{L}}{{2}})({either}[/\\]\s?[oO])([\s.:]+\p{{L}}|\p{{Lu}})"
    return (
        (other_sign, never, "${1}${2}/${3}${4}"),
        (no_space_behind, rf"(?i)\b{either}{stroke}(?:{begins})\b", "${1}${2}/${3} ${4}"),
        (no_space_before, rf"(?i)\b(?:{ends})[/\\]\s?o", "${1} ${2} ${3}"),
        (rf"(?i)\b({start}) ({end})\b", never, "${1}${2}"),
        (rf"(^|[\s,(])({titled})(\p{{Lu}}\p{{Ll}})", never, "${1}${2} ${3}"),
    )


def _joined(relations: pl.DataFrame, reference: Reference) -> tuple[str, str, str]:
    """A relation that is written together with the name behind it; a short pattern of one behind a name, and that.
    Only where the name is known: a name may have the same letters."""
    called = [name for name in pii_scan.names(reference) if re.fullmatch(r"[\u0600-\u06ff]{3,}", name)]
    words = [word for word in _words(relations) if re.fullmatch(r"[\u0600-\u06ff]{3,}", word)]
    names = sorted(set(text.plain(pl.Series(called)).to_list()))
    behind, before = rf"((?:{_alternation(names)})(?:\s|$))", rf"((?:^|\s)(?:{_alternation(names)}))"
    relation = rf"({_alternation(words)})"
    return rf"(\s){relation}{behind}", rf"[\u0600-\u06ff]{{3}}{relation}\s", rf"{before}{relation}(\s)"


def _no_names(rows: pl.DataFrame, reference: Reference) -> tuple[str, ...]:
    """Every run of letters of the words around names, in lower case."""
    # Brother of, driver of: no column keeps what these say.
    no_column = (pl.col("kind") == "relation") & pl.col("means").str.split(";").list.contains("other")
    rows = rows.filter(~no_column.fill_null(False))
    around = rows.filter(pl.col("kind").is_in(_NO_NAMES) | pl.col("kind").str.starts_with("honorific"))
    spelt = [*_words(around), *_words(rows.filter(pl.col("kind").is_in(["title", "title/caste"])))]
    particulars = tables.words(reference.codes.filter(pl.col("vocabulary") == "beside_name"), ["code"], ["variants"])
    spelt += text.plain(particulars["word"]).drop_nulls().str.to_lowercase().to_list()
    words = pl.Series("word", spelt, dtype=pl.String)
    given = _words(_spelt(reference).filter(pl.col("kind").str.starts_with("given")))  # Umar is a word for an age
    single = words.str.extract_all(r"[\p{L}\p{M}]+|[0-9]+").explode().drop_nulls().unique().sort()
    return tuple(single.filter(~single.is_in(given)))


def _of_kind(rows: pl.DataFrame, kind: str) -> list[str]:
    return _words(rows.filter(pl.col("kind") == kind))


def _words(rows: pl.DataFrame) -> list[str]:
    """The words of some rows of `_spelt`, the longest first."""
    found = set(rows["spelt"].explode(empty_as_null=True).drop_nulls().to_list())
    return sorted(found, key=lambda word: (-len(word), word))


@lru_cache(maxsize=8)
def _spelt(reference: Reference) -> pl.DataFrame:
    """The name_variants with `spelt` (List(String)): their words as they are compared, all made together."""
    rows = reference.name_variants.with_row_index("row")
    long = tables.words(rows, ["row"], ["canonical", "variants", "urdu"])
    # A sign such as @ has no letter and is blank to `plain`.
    sign = pl.when(pl.col("word").is_in(list(_SIGNS))).then("word")
    plain = pl.lit(text.plain(long["word"]).str.to_lowercase())
    compared = long.select("row", spelt=pl.coalesce(plain, sign)).drop_nulls().group_by("row").agg("spelt")
    return rows.join(compared, on="row", how="left", maintain_order="left").drop("row")


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
