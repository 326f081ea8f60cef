"""Coded fields: a word in any spelling becomes the code of its vocabulary, or a finding with the nearest
word.
"""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import dispatch, nearest, text
from recordkit.reference import Reference

_SECTIONS = r"[(\[][^()\[\]]*[0-9][^()\[\]]*[)\]]"
_NUMBERED = r"(?i)[\s\-]*(?:no\.?|nos\.?|number|#|نمبر)?[\s\-]*\(?[0-9]{1,2}\)?$"  # Witness No. 2, PW-3
_NUMBERS = ("role",)  # vocabularies whose words may be numbered
_BETWEEN = r"\s*[;,،/|+&\n]\s*|\s+(?:and|aur|اور)\s+"


@dispatch.remembered
def clean(values: pl.Series, vocabulary: str, reference: Reference) -> pl.DataFrame:
    """`value` (a code of the vocabulary), `codes` (RK322: no word of it), `suggestion` (the nearest label)."""
    written = text.normal(values)
    value = nearest.find_meanings(text.fold(written), _words(reference, vocabulary))
    if vocabulary in _NUMBERS and (value.is_null() & written.is_not_null()).any():
        bare = nearest.find_meanings(text.fold(written.str.replace(_NUMBERED, "")), _words(reference, vocabulary))
        value = pl.select(pl.coalesce(value, bare)).to_series()
    # Looked up first: a word such as "none" may be a code here and a blank elsewhere.
    unknown = written.is_not_null() & value.is_null() & ~text.is_null_word(written, reference).fill_null(False)
    suggestion = nearest.nearest(written, unknown, _spellings(reference, vocabulary))
    return pl.DataFrame({"value": value, "codes": dispatch.codes({"RK322": unknown}), "suggestion": suggestion})


@dispatch.remembered
def head(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`clean` of a head, which may have its sections in brackets: `Murder (302)`."""
    written = clean(values, "head", reference)
    sections = written["value"].is_null() & values.str.contains(_SECTIONS).fill_null(False)
    if not sections.any():
        return written
    bare = clean(values.str.replace_all(_SECTIONS, " "), "head", reference)
    taken = sections & bare["value"].is_not_null()
    return pl.select(
        pl.when(taken).then(bare[name]).otherwise(written[name]).alias(name) for name in written.columns
    )


@dispatch.remembered
def clean_list(values: pl.Series, vocabulary: str, reference: Reference) -> pl.DataFrame:
    """`clean` for cells with several words: `value` is their codes, sorted and joined with `;`.

    A cell that is one word of the vocabulary as a whole is not split. RK322 when any part is unknown.
    """
    whole = clean(values, vocabulary=vocabulary, reference=reference)
    apart = text.normal(values, reference, keep_lines=True).str.replace_all(_BETWEEN, "\n")
    several = ((whole["codes"].list.len() > 0) & apart.str.contains("\n", literal=True)).fill_null(False)
    if not several.any():
        return whole
    parts = pl.DataFrame({"cell": several.arg_true(), "part": apart.filter(several).str.split("\n")})
    parts = parts.explode("part").with_columns(pl.col("part").str.strip_chars(" "))
    found = parts.with_columns(clean(parts["part"], vocabulary=vocabulary, reference=reference))
    joined = found.group_by("cell", maintain_order=True).agg(
        pl.col("value").drop_nulls().unique().sort().str.join(";").replace("", None),
        pl.col("codes").list.explode(keep_nulls=False, empty_as_null=False).unique(),
        pl.col("suggestion").drop_nulls().first(),
    )
    one = whole.with_row_index("cell").with_columns(pl.col("cell").cast(joined["cell"].dtype))
    kept = one.filter(~several)
    return pl.concat([kept, joined.select(kept.columns)]).sort("cell").drop("cell")


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
