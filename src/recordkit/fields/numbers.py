"""Whole numbers, ages and counts. A blank is null and never zero."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import dispatch, particulars, text
from recordkit.reference import Reference

_PLAIN = r"^[+-]?[0-9]{1,18}(?:\.0+)?$"
# 12,345,678 and the South Asian 1,23,45,678.
_GROUPED = r"^[+-]?[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.0+)?$"
_SPACED = r"^[+-]?[1-9][0-9]{0,2}(?: [0-9]{3})+(?:\.0+)?$"  # 12 345; `plain` makes every kind of space one
_CLOSED = r"^([+-]?[0-9](?:[0-9, ]*[0-9])?) ?/ ?[-=]$"  # 1,234/-: nothing can be added behind it
# What a machine's arithmetic leaves of a whole number: 5.0000000001, 4.9999999999.
_NEARLY = r"^[+-]?[0-9]{1,15}\.(?:0{6,}|9{6,})[0-9]*$"
# A thousands mark with fewer than three digits behind it: a spreadsheet read 673,750 as a decimal and dropped
# zeros.
_LOST = r"^[0-9]{1,3}(?:,[0-9]{3})*[.,][0-9]{1,2}$"
_NO_WORD = r"[^\s\S]"  # without a reference no word is known
# Years of age that are believed: the oldest age that has been proven is 122.
OLDEST = 120
_LETTERED = r"^(?:[0-9]{1,2}[OoIlL|]|[OoIlL|][0-9]{1,2})(?:\s|$)"  # 3O
_JOINED = r"(\p{L})\s?[\-–]\s?()|()\s?[\-–]\s?(\p{L})"  # 3-three, Cases - 3; before a figure alone it is a sign
MOST = 9_999_999  # no office counts as many in a month; a longer number is that of a card or a telephone


def integer(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`value` Int64; `codes`: RK325 (trailing zeros lost), RK331 (unreadable)."""
    return _whole(text.plain(values, reference), "RK331")


@dataclass(frozen=True)
class CountWords:
    """What the words of a reference say beside a count; it can be compared, and written to JSON."""

    none: str = _NO_WORD  # a pattern of cells that say that there is none
    cases: str = _NO_WORD  # and of words that only say that cases are counted
    named: tuple[tuple[str, str], ...] = ()  # a word for a number, and its figure
    blank: tuple[str, ...] = ()  # words for nothing, as `text.fold` gives them
    errors: tuple[str, ...] = ()  # words of programs, in lower case


NO_WORDS = CountWords()


@lru_cache(maxsize=8)
def count_words(reference: Reference) -> CountWords:
    """The words of `count_word` and `number_word`, and those for nothing."""
    rows = reference.codes.filter(pl.col("vocabulary") == "number_word")
    spelt = tables.words(rows, ["code"], ["label", "variants"])
    named = tuple(zip(text.normal(spelt["word"]).str.to_lowercase(), spelt["code"], strict=True))
    none, cases = (particulars.words(reference, code, "count_word") for code in ("none", "case"))
    blank, errors = tuple(text.null_keys(reference)), tuple(text.error_words(reference))
    return CountWords(rf"^\s*(?:{none})[\s.]*$", rf"\b(?:{cases})\b\.?", named, blank, errors)


def count(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`read_counts` with the words of a reference."""
    return read_counts(values, count_words(reference))


@dispatch.remembered
def read_counts(values: pl.Series, words: CountWords) -> pl.DataFrame:
    """`value` Int64, from 0 to MOST; a stated nil is 0; words of `count_word` and `number_word` are read (`3 cases`,
    `2 (two)`, `no case`); `codes`: RK325 (trailing zeros lost), RK324 (unreadable, or the word is another number than
    the figure), RK242 (read without the mark of a footnote). Whatever reads a count reads it so: standardising, totals,
    reshaping and drafts.
    """
    values, marked = counts(values.cast(pl.String))
    written = text.plain(values)
    zeros = [word for word, figure in words.named if figure == "0"]
    nil = written.str.to_lowercase().str.strip_suffix(".").is_in(zeros)  # elsewhere a null word
    value = pl.select(pl.when(nil).then(pl.lit("0")).otherwise(written)).to_series()
    worded = value.str.contains(r"\p{L}").fill_null(False)
    if worded.any():
        value = dispatch.where(value, worded, lambda some: _without_nothing(some, words))
        value = dispatch.where(value, worded, lambda some: _without_words(some, words))
    out = _whole(value, "RK324")
    wrong = (~out["value"].is_between(0, MOST)).fill_null(False)
    read = marked & out["value"].is_not_null()
    codes = dispatch.merge_codes(out["codes"], dispatch.codes({"RK324": wrong, "RK242": read}))
    number = pl.select(pl.when(~wrong).then(out["value"])).to_series()
    return pl.DataFrame({"value": number, "codes": codes})


@dispatch.remembered
def age(values: pl.Series, reference: Reference | None = None) -> pl.DataFrame:
    """`value` Int64, whole years from 0 to 120; months and days are 0 years and up; `codes`: RK323 (unreadable),
    RK348 (a word for the sex beside it), RK365 (a letter in the place of a figure).
    """
    value = text.plain(values, reference)
    value, sexed = _without_sex(value, reference)
    lettered = value.str.contains(_LETTERED).fill_null(False)
    value = dispatch.where(value, lettered, dispatch.replace_all("[Oo]", "0"))
    value = dispatch.where(value, lettered, dispatch.replace_all("^([0-9]*)[IlL|]", "${1}1"))
    in_years, in_months, in_days = _ages(reference)
    months = value.str.extract(in_months).cast(pl.Int64) // 12
    young = pl.select(pl.when(value.str.contains(in_days)).then(pl.lit(0, pl.Int64))).to_series()
    years = value.str.extract(in_years).cast(pl.Int64)
    found = pl.select(pl.coalesce(years, months, young).alias("value")).to_series()
    found = pl.select(pl.when(found.is_between(0, OLDEST)).then(found)).to_series()
    known = found.is_not_null()
    codes = {"RK323": value.is_not_null() & ~known, "RK348": sexed & known, "RK365": lettered & known}
    return pl.DataFrame({"value": found, "codes": dispatch.codes(codes)})


def _without_sex(value: pl.Series, reference: Reference | None) -> tuple[pl.Series, pl.Series]:
    """Ages without a word for the sex at a side (56/M, Male 30), and which had one. A letter needs a sign: 6 M may be
    of months."""
    if reference is None:
        return value, value.clear(len(value)).is_not_null()
    sexes, long = _sexes(reference)
    before = rf"^(?:(?:{sexes})\s*[/,:\-][\s/,:\-]*|(?:{long})\b[\s.]*)([0-9][^/]*)$"
    behind = rf"^([0-9].*?)(?:\s*[/,(\-][\s/,(\-]*(?:{sexes})|\s+(?:{long}))[\s.)]*$"
    sex = rf"(?i){before}|{behind}"
    sexed = value.str.contains(sex).fill_null(False)
    return dispatch.where(value, sexed, lambda some: some.str.replace(sex, "${1}${2}")), sexed


@lru_cache(maxsize=8)
def _sexes(reference: Reference) -> tuple[str, str]:
    """Patterns of the words for a sex, and of those that are no single letters."""
    rows = reference.codes.filter(pl.col("vocabulary") == "sex", pl.col("code") != "unknown")
    listed = text.plain(tables.words(rows, ["code"], ["label", "variants"])["word"]).drop_nulls().unique()
    words = sorted(listed, key=lambda word: (-len(word), word))
    return "|".join(map(re.escape, words)), "|".join(re.escape(word) for word in words if word[2:])


def _without_nothing(values: pl.Series, words: CountWords) -> pl.Series:
    blank = text.fold(values).is_in(list(words.blank)) | values.str.to_lowercase().is_in(list(words.errors))
    return dispatch.unless(blank.fill_null(False), values)


def _without_words(values: pl.Series, words: CountWords) -> pl.Series:
    """The figure of a count that is written with words, where all of them say one number; other values as they are."""
    named = dict(words.named)
    spaced = values.str.to_lowercase().str.replace_all(_JOINED, "${1} ${4}").str.replace_all(r"[()\[\]{}:=]|/-", " ")
    spaced = spaced.str.strip_chars(" .")
    first = spaced.str.extract("^([^ ]+)")
    # FIR No. 3 is the number of one, not three of them.
    leads = first.str.contains("^[0-9]") | first.is_in(list(named))
    parts = spaced.str.replace_all(words.cases, " ").str.split(" ")
    figure = pl.element().replace_strict(named, default=pl.element()).str.strip_chars(".")
    figure = figure.str.replace("^0+([0-9])", "${1}")
    figures = parts.list.eval(figure.filter(figure != "")).list.unique()
    one = leads & (figures.list.len() == 1) & figures.list.first().str.contains(r"^[0-9][0-9,]*(?:\.0+)?$")
    return pl.select(
        pl.when(spaced.str.contains(words.none)).then(pl.lit("0")).when(one.fill_null(False))
        .then(figures.list.first()).otherwise(values)
    ).to_series()  # fmt: skip


@lru_cache(maxsize=8)
def _ages(reference: Reference | None) -> tuple[str, str, str]:
    """Patterns of an age in years, in months and in days; each has the number as its group."""
    codes = ("years", "months", "days", "old", "about", "half")
    years, months, days, old, about, half = (
        particulars.words(reference, code, "age_word") if reference is not None else _NO_WORD for code in codes
    )
    behind = rf"\.?(?:\s*(?:{old}))?(?:[\s,(]+(?:{about})[\s.)]*)?$"
    before = rf"(?i)^(?:{about})?[\s:.~]*"
    return (
        rf"{before}([0-9]{{1,3}})(?:\.[05]0*|\s+(?:{half})|\s*½)?\s*[/-]?\s*(?:{years})?{behind}",
        rf"(?i)^([0-9]{{1,2}})\s*(?:{months}){behind}",
        rf"(?i)^([0-9]{{1,3}})\s*(?:{days}){behind}",
    )


def _whole(value: pl.Series, unreadable: str) -> pl.DataFrame:
    figure = value.str.replace(_CLOSED, "${1}")
    grouped = figure.str.contains(_GROUPED) | figure.str.contains(_SPACED)
    digits = pl.select(
        pl.when(figure.str.contains(_PLAIN)).then(figure).when(grouped).then(figure.str.replace_all("[, ]", ""))
    ).to_series()
    number = digits.str.replace(r"\.0+$", "").str.strip_prefix("+").cast(pl.Int64, strict=False)
    nearly = pl.select(pl.when(figure.str.contains(_NEARLY)).then(figure)).to_series()
    number = pl.select(pl.coalesce(number, nearly.cast(pl.Float64).round(0).cast(pl.Int64)).alias("value")).to_series()
    lost = value.str.contains(_LOST) & number.is_null()
    bad = value.is_not_null() & number.is_null() & ~lost
    return pl.DataFrame({"value": number, "codes": dispatch.codes({"RK325": lost, unreadable: bad})})


_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_LETTERS = "abcdefgh"
_LOOSE = ("[.۔]", r"[\-–—:]")  # behind a figure they may be part of a value: 2.5
_NUMBERS: Mapping[str, int] = {
    **{str(at): at for at in range(100)},
    **{f"0{at}": at for at in range(10)},
    **{sign: at for at, sign in enumerate(_ROMAN, 1)},
    **{sign: at for at, sign in enumerate(_LETTERS, 1)},
}


def _counted(closed: str, opened: str = "") -> tuple[str, str]:
    """Figures that something closes: the first is 1, or 1 stands further behind."""
    one = rf"{opened}0?1\s?{closed}"
    before = rf"(?:(?:^|[\s;,،]){opened}|{opened.rstrip('?')})" if opened else r"(?:^|[\s;,،])"
    return rf"^(?:{one}|{opened}[0-9]{{1,2}}\s?{closed}.*[\s;,،]{one})", rf"{before}([0-9]{{1,2}})\s?{closed}\s*"


# What a cell that counts looks like, and every mark of that kind with its number as a group. The marks of one kind
# only: an address inside a list has numbers of its own.
KINDS = (
    # 1:20 2:21 is of ages or the like, and of nothing else: a value of more figures may hold such a sign.
    (
        r"^1\s?[:=\-–]\s?[0-9]{1,3}(?:[\s;,،]+[0-9]{1,2}\s?[:=\-–]\s?[0-9]{1,3})+$",
        r"(?:^|[\s;,،]+)([0-9]{1,2})\s?[:=\-–]\s?",
    ),
    _counted(r"[)\]}]", r"[(\[{]?"),
    *map(_counted, _LOOSE),
    (r"^#\s?1\b", r"(?:^|[\s;,،])#\s?([0-9]{1,2})[\s.):\-]*"),
    (r"(?i)^a\s?-?1\b.*\ba\s?-?2\b", r"(?i)\ba\s?-?([0-9]{1,2})\b[\s.):\-]*"),
    (r"(?i)^\(?i{1,3}\s?[).\-].*[\s;,،(]i{1,2}\s?[).\-]", r"(?i)(?:^|[\s;,،])\(?([ivx]{1,5})\s?[).\-]\s*"),
    (r"(?i)^\(?[ab]\s?\).*[\s;,،(][ab]\s?\)", r"(?i)(?:^|[\s;,،])\(?([a-z])\s?\)\s*"),
    (r"^[ab]\.\s.*[\s;,،][ab]\.\s", r"(?:^|[\s;,،])([a-h])\.\s+"),
    # Capitals may be initials: they count only behind a sign.
    (r"^[AB]\.\s.*[;,،]\s*[AB]\.\s", r"(?:^|[;,،]\s*)([A-H])\.\s+"),
)
# The same of people alone.
OF_PEOPLE = (
    # 1/2 may be a share, or the number of a house: strokes count only before names.
    (r"^0?1\s?/\s*\p{L}.*[\s;,،]0?2\s?/\s*\p{L}", r"(?:^|[\s;,،])([0-9]{1,2})\s?/\s*"),
    # A whole word behind an A and, somewhere, behind a B: no initials.
    (r"^A\.\s?\p{L}{3}.*\sB\.\s?\p{L}{3}", r"(?:^|[\s;,،])([A-H])\.\s?"),
    # The first has no mark, and the second is the second: Aslam ii) Akram.
    (r"(?i)^[^(\n]*\p{L}[\s,;،]+(?:\(?ii|b)\s?\)\s?\p{L}", r"(?i)[\s;,،]\(?([ivx]{1,4}|[b-h])\s?\)\s*"),
)
_OPEN, _CLOSE = "\ue001", "\ue002"


def read(cells: pl.Series) -> pl.DataFrame:
    """`numbers` List(Int64) and `values` List(String) of cells that count two things or more; null for all others."""
    marked = cells
    left = cells.is_not_null()
    for starts, mark in KINDS:
        mark = f"{mark[:-1]}+" if mark.endswith(tuple(rf"{closed}\s*" for closed in _LOOSE)) else mark
        hit = left & cells.str.contains(starts).fill_null(False)
        if hit.any():
            signed = f"{_OPEN}${{1}}{_CLOSE}"
            marked = dispatch.where(marked, hit, lambda s, m=mark, to=signed: s.str.replace_all(m, to))  # type: ignore[misc]
            left &= ~hit
    counts = marked.str.starts_with(_OPEN) & (marked.str.count_matches(_OPEN) > 1)
    parts = pl.when(counts).then(pl.lit(marked).str.slice(1).str.split(_OPEN))
    number = pl.element().str.extract(f"^(.*?){_CLOSE}").str.to_lowercase()
    value = pl.element().str.replace(f"^.*?{_CLOSE}", "").str.strip_chars(" \n;,،؛|/&")
    numbers = parts.list.eval(number.replace_strict(dict(_NUMBERS), default=None, return_dtype=pl.Int64))
    return pl.select(numbers.alias("numbers"), parts.list.eval(value).alias("values"))


_SIGNS = r"[*†‡§¶#]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\^\s*[A-Za-z0-9]"
_LETTER = r"\(\s*(?:[A-Za-z]|[ivxIVX]{1,4})\s*\)|\[\s*[A-Za-z]\s*\]"
_NUMBER = r"\(\s*[0-9]{1,2}\s*\)|\[\s*[0-9]{1,2}\s*\]"
OF_COUNT = rf"(?:\s*(?:{_SIGNS}|{_LETTER}))+\s*$"  # a number in brackets may be a part of the count: it is no mark
OF_NAME = rf"(?:\s*(?:{_SIGNS}|{_LETTER}|{_NUMBER}))+\s*$"
BEFORE = r"^\s*[*†‡§¶]+\s*"
_NAME = re.compile(OF_NAME)


def without_marks(text: str) -> str:
    """A name (a header, a place) without the footnote marks behind it."""
    return re.sub(BEFORE, "", _NAME.sub("", text)) or text


def names(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(names without footnote marks, which of them had some)."""
    return _taken_off(values, OF_NAME)


def counts(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(figures without footnote marks, which of them had some). What is no figure without its mark stays whole."""
    return _taken_off(values, OF_COUNT)


def _taken_off(values: pl.Series, pattern: str) -> tuple[pl.Series, pl.Series]:
    marked = (values.str.contains(pattern) | values.str.contains(BEFORE)).fill_null(False)
    if not marked.any():
        return values, marked
    bare = values.str.replace(pattern, "").str.replace(BEFORE, "")
    some = marked & bare.str.contains(r"[\p{L}\p{N}]").fill_null(False)
    return pl.select(pl.when(some).then(bare).otherwise(values).alias(values.name)).to_series(), some
