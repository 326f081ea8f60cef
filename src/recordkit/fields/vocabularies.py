"""Coded fields: a word in any spelling becomes the code of its vocabulary, or a finding with the nearest
word.
"""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import dispatch, nearest, particulars, statutes, text
from recordkit.reference import Reference

_SECTIONS = r"[(\[][^()\[\]]*[0-9][^()\[\]]*[)\]]"
_NUMBERS = ("role",)  # vocabularies whose words may be numbered
_BESIDE = ("role",)  # vocabularies of which a word may stand beside another
_DETAILED = ("status", "person_status", "outcome", "service", "referral", "sex", "victim_status", "stage", "country")
_MISSPELT = (
    "status", "person_status", "victim_status", "outcome", "service", "referral", "stage", "exploitation", "means",
)  # fmt: skip  # vocabularies whose words no other word resembles by accident
_REMARKED = ("status",)  # vocabularies of which a word may stand before a remark of its own
_WHOLE_NAMES = ("country",)  # vocabularies of which brackets are a part of a word: Congo (Kinshasa)
_BRACKETS = r"\s*[(\[][^()\[\]]*[)\]]\s*$"
_REMARK = r"\s*(?:[,;،؛:(\[]|\s[\-–—]+\s)\s*(\p{L}.*)$"
_FIGURES = r"[\s,:\-–]+[0-9][0-9/.\-\s]*$"
_PARTS = r"[/,،;|+&()\[\]{}\n]"


@dispatch.remembered
def clean(values: pl.Series, vocabulary: str, reference: Reference) -> pl.DataFrame:
    """`value` (a code of the vocabulary), `codes` (RK322: no word of it; RK348: another word beside it; RK355: one of
    several; RK363: a letter of it is wrong), `suggestion` (the nearest label)."""
    written = text.normal(values)
    value = nearest.find_meanings(text.fold(written), _words(reference, vocabulary))
    if vocabulary in _NUMBERS and (value.is_null() & written.is_not_null()).any():
        bare = nearest.find_meanings(
            text.fold(written.str.replace(_numbered(reference), "")), _words(reference, vocabulary)
        )
        value = pl.select(pl.coalesce(value, bare)).to_series()
    with_words = of_several = pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(value))
    if vocabulary in _BESIDE and (value.is_null() & written.is_not_null()).any():
        first = _first_of_several(written, value.is_null(), vocabulary, reference)
        of_several, value = first.is_not_null(), dispatch.coalesce(value, first)
        found = _beside_one_word(written, value.is_null(), vocabulary, reference)
        with_words = value.is_null() & found["value"].is_not_null() & found["left"]
        value = pl.select(pl.coalesce(value, found["value"])).to_series()
    if vocabulary in _DETAILED and (value.is_null() & written.is_not_null()).any():
        bare = _without_details(written, vocabulary, reference)
        with_words |= value.is_null() & bare.is_not_null()
        value = dispatch.coalesce(value, bare)
    # Looked up first: a word such as "none" may be a code here and a blank elsewhere.
    unknown = written.is_not_null() & value.is_null() & ~text.is_null_word(written, reference).fill_null(False)
    misspelt = pl.zeros(len(value), dtype=pl.Boolean, eager=True)
    if vocabulary in _MISSPELT and unknown.any():
        asked = unknown & ~written.str.contains(_denied(reference))  # No bail is one letter away from On bail
        meant = nearest.one_letter_away(dispatch.unless(~asked, text.fold(written)), _words(reference, vocabulary))
        misspelt, value = meant.is_not_null(), dispatch.coalesce(value, meant)
        unknown &= ~misspelt
    suggestion = nearest.nearest(written, unknown | misspelt, _spellings(reference, vocabulary))
    codes = dispatch.codes({"RK322": unknown, "RK348": with_words, "RK355": of_several, "RK363": misspelt})
    return pl.DataFrame({"value": value, "codes": codes, "suggestion": suggestion})


def _beside_one_word(written: pl.Series, asked: pl.Series, vocabulary: str, reference: Reference) -> pl.DataFrame:
    """`value`, `left` (a word is not used) of cells in which one word of the vocabulary, or several of one meaning,
    stand with at most one other word: Child victim, Deceased/Injured, Main Accused (arrested). Not beside a word that
    makes somebody else of it: father of the victim."""
    cells = pl.DataFrame({"at": pl.int_range(len(written), eager=True), "part": written}).filter(asked)
    parts = cells.with_columns(pl.col("part").str.replace_all(_PARTS, "\n").str.split("\n")).explode("part")
    parts = parts.with_columns(pl.col("part").str.strip_chars(" .:-")).filter(pl.col("part") != "")
    words = pl.col("part").str.split(" ")
    parts = parts.with_columns(
        without_first=words.list.slice(1).list.join(" "),
        without_last=words.list.head(words.list.len() - 1).list.join(" "),
        first=words.list.first(),
        last=words.list.last(),
        one=words.list.len() == 1,
    )
    known = _words(reference, vocabulary)
    whole, behind, before = (
        pl.lit(nearest.find_meanings(text.fold(parts[name]), known))
        for name in ("part", "without_first", "without_last")
    )
    value = pl.coalesce(whole, behind, before)
    left = (
        pl.when(whole.is_not_null()).then(None).when(behind.is_not_null()).then("first").when(before.is_not_null())
        .then("last").otherwise("part")
    )  # fmt: skip
    read = parts.select("at", value=value, left=left, long=value.is_null() & ~pl.col("one"))
    denied = pl.lit(text.fold(read["left"]).is_in(_others(reference)))
    judged = (
        read.with_columns(denied=denied.fill_null(False))
        .group_by("at")
        .agg(
            pl.col("value").drop_nulls().n_unique().alias("n"),
            pl.col("value").drop_nulls().first(),
            pl.col("left").count().alias("rest"),
            (pl.col("denied") | pl.col("long")).any().alias("not"),
        )
    )
    good = (pl.col("n") == 1) & (pl.col("rest") <= 1) & ~pl.col("not")
    read = judged.select("at", value=pl.when(good).then("value"), left=good & (pl.col("rest") > 0))
    every = pl.DataFrame({"at": pl.int_range(len(written), eager=True)})
    joined = every.join(read, on="at", how="left", maintain_order="left")
    return joined.select("value", pl.col("left").fill_null(False))


def _first_of_several(written: pl.Series, asked: pl.Series, vocabulary: str, reference: Reference) -> pl.Series:
    """Of cells with several words of the vocabulary and no other (Victim/Complainant), the code that comes first in it;
    null for all others."""
    cells = pl.DataFrame({"at": pl.int_range(len(written), eager=True), "part": written}).filter(asked)
    split = pl.col("part").str.replace_all(rf"{between(reference)}|{_PARTS}|\s?-\s?", "\n").str.split("\n")
    parts = cells.with_columns(split).explode("part").with_columns(pl.col("part").str.strip_chars(" .:"))
    parts = parts.filter(pl.col("part") != "")
    order = reference.codes.filter(pl.col("vocabulary") == vocabulary)["code"].unique(maintain_order=True)
    known = nearest.find_meanings(text.fold(parts["part"]), _words(reference, vocabulary))
    places = pl.int_range(len(order), eager=True)
    place = pl.lit(known).replace_strict(order, places, default=None, return_dtype=pl.Int64)
    judged = (
        parts.select("at", place=place)
        .group_by("at")
        .agg(
            pl.when(pl.col("place").is_not_null().all() & (pl.col("place").n_unique() > 1))
            .then(pl.col("place").min())
            .alias("place")
        )
    )
    every = pl.DataFrame({"at": pl.int_range(len(written), eager=True)})
    found = every.join(judged, on="at", how="left", maintain_order="left")["place"]
    return pl.select(pl.lit(order).gather(pl.lit(found)).alias("value")).to_series() if len(found) else written


def _without_details(written: pl.Series, vocabulary: str, reference: Reference) -> pl.Series:
    """The code of a word of the vocabulary that stands in front of a remark in brackets, a date, or what follows a
    preposition: Untraced (A class), Complete challan 14-07-26, Transferred to FIA; of a country, behind the word for a
    way: via Iran. Not where the remark is a word of another code itself, or takes the first word back (Challan to be
    submitted)."""
    known = _words(reference, vocabulary)
    behind = particulars.words(reference, "behind", "code_detail")
    denied = _denied(reference)
    phrase = rf"(?i)[\s,(\-–]+(?:{behind})\b.*$"
    on_the_way = rf"(?i)^(?:{particulars.words(reference, 'on_the_way', 'place_word')})\s+"
    patterns = [phrase, _FIGURES, on_the_way] if vocabulary in _WHOLE_NAMES else [_BRACKETS, phrase, _FIGURES]
    found = []
    for pattern in patterns:
        left = written.str.replace(pattern, "")
        rest = written.str.extract(f"({pattern})").str.replace_all(r"[(\[)\]]", "")
        code = nearest.find_meanings(text.fold(left), known)
        code = dispatch.unless(rest.str.contains(denied).fill_null(False), code)
        other = nearest.find_meanings(text.fold(rest), known)
        if pattern == on_the_way:
            other = other.clear(len(other))
        found.append(pl.select(pl.when(other.is_null() | (other == code)).then(code)).to_series())
    if vocabulary in _REMARKED:
        found.append(_before_remark(written, vocabulary, reference))
    return dispatch.coalesce(*found)


def _numbered(reference: Reference) -> str:
    """The number of one of several: Witness No. 2, PW-3."""
    number = particulars.words(reference, "number", "fir_word")
    return rf"(?i)[\s\-]*(?:#|(?:{number})\.?)?[\s\-]*\(?[0-9]{{1,2}}\)?$"


def between(reference: Reference) -> str:
    """A pattern of what stands between two words of one cell."""
    return rf"(?i)\s*[;,،/|+&\n]\s*|\s+(?:{particulars.words(reference, 'joined', 'code_detail')})\s+"


def _denied(reference: Reference) -> str:
    """A pattern of the words that take a word back."""
    return rf"(?i)\b(?:{particulars.words(reference, 'denied', 'code_detail')})\b"


def _before_remark(written: pl.Series, vocabulary: str, reference: Reference) -> pl.Series:
    """The code of a word in front of a sign and a remark: Untraced - file returned by court is none, for the remark may
    undo it. What is awaited undoes no open status: U/I - FSL report awaited."""
    known = _words(reference, vocabulary)
    code = nearest.find_meanings(text.fold(written.str.replace(_REMARK, "")), known)
    if code.null_count() == len(code):
        return code
    remark = written.str.extract(_REMARK)
    words = remark.str.to_lowercase().str.extract_all(r"[\p{L}\p{M}/.\-]+")
    spelt = pl.DataFrame({"word": words}).with_row_index("at").explode("word")
    other = nearest.find_meanings(text.fold(spelt["word"]), known)
    named = pl.DataFrame({"at": spelt["at"], "other": other}).group_by("at", maintain_order=True).agg("other")["other"]
    of_others = pl.select(pl.lit(named).list.drop_nulls().list.unique().list.set_difference(pl.concat_list(code)))
    undone = rf"(?i)\b(?:{particulars.words(reference, 'undone', 'code_detail')})\b"
    undoes = remark.str.contains(_denied(reference)) | remark.str.contains(undone)
    rows = reference.codes.filter(pl.col("vocabulary") == vocabulary, pl.col("note").str.contains("^open(?:;|$)"))
    open_yet = code.is_in(rows["code"].implode()) & ~remark.str.contains(undone)
    good = (of_others.to_series().list.len() == 0) & (~undoes | open_yet)
    return dispatch.unless(~good.fill_null(False), code)


@lru_cache(maxsize=8)
def _others(reference: Reference) -> list[str]:
    """Folded words beside a role that make somebody else of it."""
    return text.fold(_long(reference, "role_word")["word"]).drop_nulls().unique().sort().to_list()


@dispatch.remembered
def head(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`clean` of a head, which may have its sections beside it: `Murder (302)`; RK348: `302 PPC Murder`, `Murder u/s
    302/34`."""
    written = clean(values, "head", reference)
    sections = written["value"].is_null() & values.str.contains("[0-9]").fill_null(False)
    if not sections.any():
        return written
    before, behind = _sections_beside(reference)
    alone = text.plain(values.filter(sections)).str.replace_all(_SECTIONS, " ")
    alone = alone.str.replace(before, "").str.replace(behind, "")
    bare = clean(dispatch.where(values, sections, lambda _: alone), "head", reference)
    taken = sections & bare["value"].is_not_null()
    more = dispatch.codes({"RK348": taken & ~values.str.contains(_SECTIONS)})
    bare = bare.with_columns(dispatch.merge_codes(bare["codes"], more))
    return pl.select(pl.when(taken).then(bare[name]).otherwise(written[name]).alias(name) for name in written.columns)


@lru_cache(maxsize=8)
def _sections_beside(reference: Reference) -> tuple[str, str]:
    """Patterns of sections, perhaps with their act, in front of a word and behind it."""
    under = particulars.alone(reference, "section_word", "sections_follow")
    figures = r"[0-9]{1,4}[0-9A-Z/,&()\s\-]*?"
    act = rf"(?:{statutes.laws(reference).latin})"
    listed = rf"(?:(?:{under}[\s.]*)?{figures}{act}|{under}[\s.]*{figures})"
    return rf"(?i)^\s*{listed}[\s.:,;\-]+", rf"(?i)[\s.:,;\-]+{listed}\s*$"


@dispatch.remembered
def clean_list(values: pl.Series, vocabulary: str, reference: Reference) -> pl.DataFrame:
    """`clean` for cells with several words: `value` is their codes, sorted and joined with `;`.

    A cell that is one word of the vocabulary as a whole is not split. RK322 when any part is unknown.
    """
    whole = clean(values, vocabulary=vocabulary, reference=reference)
    split = text.normal(values, reference, keep_lines=True).str.replace_all(between(reference), "\n")
    listed = ((whole["codes"].list.len() > 0) & split.str.contains("\n", literal=True)).fill_null(False)
    if not listed.any():
        return whole
    parts = pl.DataFrame({"cell": listed.arg_true(), "part": split.filter(listed).str.split("\n")})
    parts = parts.explode("part").with_columns(pl.col("part").str.strip_chars(" "))
    found = parts.with_columns(clean(parts["part"], vocabulary=vocabulary, reference=reference))
    joined = found.group_by("cell", maintain_order=True).agg(
        pl.col("value").drop_nulls().unique().sort().str.join(";").replace("", None),
        pl.col("codes").list.explode(keep_nulls=False, empty_as_null=False).unique(),
        pl.col("suggestion").drop_nulls().first(),
    )
    one = whole.with_row_index("cell").with_columns(pl.col("cell").cast(joined["cell"].dtype))
    single = one.filter(~listed)
    return pl.concat([single, joined.select(single.columns)]).sort("cell").drop("cell")


def status_of_class(values: pl.Series, reference: Reference) -> pl.Series:
    """The status that a class of final report stands for: the status that has "A class" among its words."""
    word = pl.select(pl.when(values.is_not_null()).then(values + " class")).to_series()
    return nearest.find_meanings(text.fold(word), _words(reference, "status")).alias("status")


@lru_cache(maxsize=64)
def _words(reference: Reference, vocabulary: str) -> nearest.Lookup:
    return nearest.lookup(_long(reference, vocabulary), "word", "code")


@lru_cache(maxsize=64)
def _spellings(reference: Reference, vocabulary: str) -> nearest.Spellings:
    rows = reference.codes.filter(pl.col("vocabulary") == vocabulary)
    return nearest.spellings(tables.words(rows, ["label"], ["label", "variants"]), "word", "label")


def _long(reference: Reference, vocabulary: str) -> pl.DataFrame:
    rows = reference.codes.filter(pl.col("vocabulary") == vocabulary)
    return tables.words(rows, ["code"], ["code", "label", "variants"])
