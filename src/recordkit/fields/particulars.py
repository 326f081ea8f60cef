"""What stands next to a name in its cell and has columns of its own: a card, a telephone, an age."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import dispatch, text
from recordkit.reference import Reference

VOCABULARY = "beside_name"
_EDGE = r"(?:^|[\s,،;(\[/|•~*#–—.\-])"
# Written as a card is, or backwards; written as a mobile telephone or an international number is, whole or not.
_CARD = r"\b(?:[0-9]{5}[\s\-][0-9]{7}[\s\-][0-9]|[0-9]\-[0-9]{7}\-[0-9]{5}|[0-9]{13})\b"
_PHONE = r"(?:(?:\+|\b00)92[\s\-]?|\b92|\b0)3[0-9]{2}[\s\-]?[0-9]{4,9}\b|\+[1-9][0-9][0-9\s\-]{6,12}[0-9]\b"
# Waqas (25) s/o Nasir (55): the first is the person's.
_BRACKETED = r"\([1-9][0-9]\)"
_TWO_AGES = rf"\p{{L}}\s?{_BRACKETED}[^()]*\p{{L}}\s?{_BRACKETED}"
_NOTHING = r"[^\s\S]"
_NUMBER = r"\+?[0-9][0-9\-\s.]{2,18}[0-9]\b"


@dataclass(frozen=True)
class Patterns:
    """Each without a group that captures; `age` with one: the number and its unit."""

    card: str
    phone: str
    age: str
    any: str
    months: str  # the unit of an age that is not of years
    bare_age: str  # an age without a word before it
    word: str  # that a card, a telephone or an age follows
    empty: str  # such a word with nothing behind it, or a word for nothing


@lru_cache(maxsize=8)
def patterns(reference: Reference) -> Patterns:
    """The patterns of a reference, made once."""
    card, phone, age, years = (words(reference, code) for code in ("card", "phone", "age", "years"))
    behind = r"[\s.:#\-]*"
    cards = rf"(?:{_EDGE}(?:{card}){behind}{_NUMBER}|{_CARD})"
    phones = rf"(?:{_EDGE}(?:{phone}){behind}{_NUMBER}|{_PHONE})"
    months = _months(reference)
    unit = rf"(?:\s*[\-/]?\s*(?:(?:{years})(?:\s*old)?|{months})(?:\b|$))"
    digits = r"[0-9]{1,3}"
    ages = rf"(?:{_EDGE}(?:{age}){behind}{digits}{unit}?\b|\b{digits}{unit})"
    whole = f"(?i)(?:{cards}|{phones}|{ages})"
    word = rf"{card}|{phone}|{_without_names(reference, age)}"
    blank = rf"[(\[]?\s?(?:{text.null_words(reference)})\s?[)\]/]?"
    empty = rf"{_EDGE}(?:{word})\b[\s.:#\-]*(?:no\b[\s.:#\-]*)?(?:{blank}(?:[\s,.;)\-]|$)|$)"
    return Patterns(
        f"(?i){cards}", f"(?i){phones}", f"(?i){ages}", whole, months, rf"(?i)\b{digits}{unit}", f"(?i)\\b(?:{word})",
        f"(?i){empty}",
    )  # fmt: skip


def _without_names(reference: Reference, words: str) -> str:
    """Those of the words of a pattern that nobody is called: Umar is an age only with its number."""
    called = reference.name_variants.filter(pl.col("kind").str.starts_with("given"))
    names = set(tables.words(called, ["canonical"], ["canonical", "variants", "urdu"])["word"].str.to_lowercase())
    return "|".join(word for word in words.split("|") if word not in names) or r"[^\s\S]"


@lru_cache(maxsize=8)
def phone_words(reference: Reference) -> str:
    """A pattern of the words that only say that a number is of a telephone: those next to names, and of headers."""
    headers = reference.header_synonyms.filter(pl.col("field").str.contains("phone"))
    columns = [name for name in ("variants", "hints") if name in headers.columns]
    listed = tables.words(headers, ["field"], columns)["word"]
    parts = {part.strip(".#:/()") for word in listed for part in word.lower().split()} - {""}
    spelt = "|".join(_letters(part) for part in sorted(parts, key=lambda part: (-len(part), part)) if part.isalpha())
    return f"{words(reference, 'phone')}|{spelt}"


def _months(reference: Reference) -> str:
    units = "|".join(words(reference, code, "age_word") for code in ("months", "days"))
    return rf"(?:{units})(?:\s*(?:{words(reference, 'old', 'age_word')}))?"


BORDER = r"(?-u:\b)"  # of Latin letters and figures: to find borders of Urdu letters takes some hundred times as long


def alone(reference: Reference, vocabulary: str, *codes: str, before: bool = True, behind: bool = True) -> str:
    """A group of the words of some codes that stand alone: Latin ones with a border `before` and `behind` them. Words
    of other letters as they are."""
    words = any_word(reference, vocabulary, *codes).split("|")
    latin, others = ([one for one in words if one.isascii() is ascii] for ascii in (True, False))
    return f"(?:{'|'.join([bordered(latin, before=before, behind=behind), *others])})"


def bordered(latin: Sequence[str], *, before: bool = True, behind: bool = True) -> str:
    """A pattern of Latin words that stand alone; of nothing where there are none."""
    start, end = (BORDER if asked else "" for asked in (before, behind))
    return f"{start}(?:{'|'.join(latin)}){end}" if latin else _NOTHING


def any_word(reference: Reference, vocabulary: str, *codes: str) -> str:
    """A pattern, without its own group, of the words of several codes, the longest first."""
    each = {one for code in codes for one in words(reference, code, vocabulary).split("|")} - {_NOTHING}
    return "|".join(sorted(each, key=lambda one: (-len(one), one))) or _NOTHING


@lru_cache(maxsize=256)
def words(reference: Reference, code: str, vocabulary: str = VOCABULARY) -> str:
    """A pattern, without its own group, of the words of one code of a vocabulary; of nothing where it has none."""
    rows = reference.codes.filter(pl.col("vocabulary") == vocabulary, pl.col("code") == code)
    long = tables.words(rows, ["code"], ["variants"])
    plain = set(text.plain(long["word"]).drop_nulls().str.to_lowercase().to_list())
    spelt = [r"\s*".join(_letters(part) for part in word.split()) for word in sorted(plain, key=lambda w: (-len(w), w))]
    return "|".join(spelt) or _NOTHING


def _letters(word: str) -> str:
    return "".join(rf"\{sign}?" if sign in "./" else re.escape(sign) for sign in word)


def taken(entries: pl.Series, reference: Reference, relation: str = r"[^\s\S]") -> pl.DataFrame:
    """`left` (the entry without them), `card`, `phone`, `age`: as written, null where the entry has none.

    `; ` stands between the cards or telephones of one entry. A word for an age may be a name (Umar): right behind a
    `relation`, and alone, it is one.
    """
    found = patterns(reference)
    none = pl.Series("none", [None], dtype=pl.String).new_from_index(0, len(entries))
    some = entries.str.contains("[0-9]").fill_null(False)
    if not some.any():
        return pl.DataFrame({"left": entries, "card": none, "phone": none, "age": none})
    out: dict[str, pl.Series] = {}
    left = entries
    for name, pattern in (("card", found.card), ("phone", found.phone)):
        digits = pl.element().str.extract(r"(\+?[0-9].*[0-9])")
        written = left.str.extract_all(pattern).list.eval(digits).list.drop_nulls()
        out[name] = pl.select(pl.when(written.list.len() > 0).then(written.list.join("; "))).to_series()
        left = dispatch.where(left, out[name].is_not_null(), lambda s, p=pattern: s.str.replace_all(p, " "))  # type: ignore[misc]
    stated = left.str.extract_all(found.age).list.first()
    paired = (left.str.contains(_TWO_AGES) & stated.is_null()).fill_null(False)
    stated = dispatch.coalesce(stated, dispatch.unless(~paired, left.str.extract(rf"({_BRACKETED})")))
    number, months = stated.str.extract("([0-9]{1,3})"), stated.str.extract(rf"(?i)({found.months})")
    stated_age = pl.concat_str([number, months.fill_null("")], separator=" ").str.strip_chars(" ")
    out["age"] = pl.select(stated_age).to_series()
    short = dispatch.where(left, stated.is_not_null() & ~paired, lambda s: s.str.replace(found.age, " "))
    short = dispatch.where(short, paired, lambda s: s.str.replace(_BRACKETED, " "))
    nobody = ~short.str.contains(r"\p{L}") | short.str.contains(rf"{relation}\s*$")
    is_name = stated.str.contains(r"\p{L}.*[0-9]") & nobody
    named = pl.lit(is_name.fill_null(False))
    bare = left.str.replace(found.bare_age, " ")
    out["age"] = pl.select(pl.when(~named | pl.lit(left != bare)).then(out["age"]).alias("age")).to_series()
    left = pl.select(pl.when(named).then(bare).otherwise(short).alias("left")).to_series()
    left = left.str.replace_all(r"\(\s*\)|\[\s*\]", " ").str.replace_all(" +", " ").str.strip_chars(" ,،;")
    return pl.DataFrame({"left": left, **out})


def without_empty(entries: pl.Series, reference: Reference) -> pl.Series:
    """Entries without the words of a form that nothing was written behind: CNIC Nil, Cell No., age N/A."""
    found = patterns(reference)
    # Ends of words are slow to search for in Urdu: only entries with the letters are asked for them.
    perhaps = entries.str.contains(found.word.replace(r"\b", ""))
    some = dispatch.asked(entries, perhaps, lambda few: few.str.contains(found.word))
    for _ in range(2):  # what ends one match begins the next: CNIC Nil Cell Nil
        entries = dispatch.where(entries, some, dispatch.replace_all(found.empty, " "))
    return entries


def any_taken(found: pl.DataFrame) -> pl.Series:
    """Whether an entry had a card, a telephone or an age."""
    return found.select(pl.any_horizontal(pl.col(part).is_not_null() for part in ("card", "phone", "age"))).to_series()
