"""Numbers of vehicles beside sections of law: Car No. LEA-7734 is no section 7734."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import dispatch, particulars, text
from recordkit.fields.own_threads import keeps_patterns
from recordkit.reference import Reference

_VOCABULARY = "vehicle_word"
_PLATE = r"([A-Z]{2,4})[\s\-]*(?:[0-9]{2}\s?-\s?)?[0-9]{1,5}\b"
_PLATE_BEHIND_WORDS = r"([A-Z]{2,4})-(?:[0-9]{2}-)?[0-9]{1,4}\b"


@keeps_patterns
def without_numbers(cells: pl.Series, reference: Reference) -> pl.Series:
    """Cells without the numbers of vehicles, engines and chassis that a word for one stands before; that word becomes
    the same for all. A cell in which the letters of a number are those of a law (car PPC 381-A) is left as it is."""
    things, patterns, label = _patterns(reference)
    asked = cells.str.contains(things).fill_null(False)
    for pattern in patterns if asked.any() else ():
        letters = cells.str.extract(pattern).str.to_uppercase()
        hit = asked & cells.str.contains(pattern) & ~letters.is_in(_no_plates(reference)).fill_null(False)
        cells = dispatch.where(cells, hit, dispatch.replace_all(pattern, f" {label} "))
    return cells


@lru_cache(maxsize=8)
def _patterns(reference: Reference) -> tuple[str, tuple[str, ...], str]:
    """Of cells that have a word for a vehicle; of such a word with its number, the letters of a plate as the group; and
    the word for all of them."""
    thing, number = (particulars.words(reference, code, _VOCABULARY) for code in ("vehicle", "number"))
    start = rf"(?i)(?:^|[^\p{{L}}\p{{M}}])(?:{thing})\b"
    more = rf"{start}(?:[\s.,:()/\-]+(?:{thing})\b)*"
    between, numbered = r"[\s.:#(\-]*", rf"(?:[\s.:#(\-]*\b(?:{number})(?:\b|[.#]))+[\s.:#(\-]*"
    named = rf"{more}{between}(?:(?:{number})(?:\b|[.#]){between})*{_PLATE}"
    behind_words = rf"{more}(?:\s+[\p{{L}}]+){{1,2}}[\s.:#(\-]+{_PLATE_BEHIND_WORDS}"
    bare = rf"{more}(?:{numbered}[0-9]{{1,12}}|{between}[0-9]{{4,12}})\b()"
    rows = reference.codes.filter(vocabulary=_VOCABULARY, code="vehicle")
    return start, (named, behind_words, bare), str(rows["label"].first() or "")


@lru_cache(maxsize=8)
def _no_plates(reference: Reference) -> list[str]:
    """Letters before a number that are a law's, or that only stand before sections."""
    laws = tables.words(reference.acts, ["act"], ["short", "aliases"])["word"].str.replace_all(r"[.\s]", "")
    rows = reference.codes.filter(pl.col("vocabulary") == _VOCABULARY, pl.col("code") != "vehicle")
    spelt = text.fold(tables.words(rows, ["code"], ["variants"])["word"]).drop_nulls()
    return sorted({*laws.str.to_uppercase(), *spelt.str.to_uppercase()})
