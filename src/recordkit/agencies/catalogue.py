"""The declared agencies with everything that a header or a value is compared to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

import polars as pl

from recordkit import declarations, details, reference
from recordkit.agencies import periods
from recordkit.agencies.declaration import Agency, Format, load_agencies
from recordkit.agencies.header_index import Index, index
from recordkit.agencies.header_words import Layout, Synonyms, fold, fold_all, load_layout, synonyms_of
from recordkit.errors import DeclarationError


@dataclass(frozen=True)
class Catalogue(Mapping[str, Agency]):
    """Agency id -> agency, and the general words around them."""

    agencies: Mapping[str, Agency]
    files: Mapping[str, Path]
    reference: reference.Reference
    synonyms: Synonyms
    layout: Layout
    known: Mapping[str, frozenset[str]]  # kind of word ("heads", "districts" ...) -> folded words
    months: periods.Calendar  # folded month name -> 1..12, and the other words for periods
    places: Mapping[str, frozenset[str]]  # folded name of a district -> folded provinces that have one
    head_totals: tuple[str, ...]  # words for the head that is the sum of all heads
    indexes: Mapping[tuple[str, str], Index]  # (agency, format) -> its header words

    def __getitem__(self, key: str) -> Agency:
        return self.agencies[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.agencies)

    def __len__(self) -> int:
        return len(self.agencies)

    def named(self, agency_id: str) -> Agency:
        """The agency with this id; an unknown id is an error that names the nearest."""
        if agency_id in self.agencies:
            return self.agencies[agency_id]
        guess = declarations.nearest(agency_id, self.agencies)
        hint = details.text("did_you_mean", guess=guess) if guess else details.text("list_agencies")
        raise DeclarationError(details.text("no_such_agency", agency=agency_id), hint)


def load(dirs: Sequence[Path]) -> Catalogue:
    """Every agencies/*.toml of `dirs` (a later folder's file replaces the same name), strictly parsed."""
    agencies, files = load_agencies(dirs)
    return assemble(agencies, files, reference.load(dirs), load_layout(dirs))


@dataclass(frozen=True, eq=False)
class _General:
    """What the reference tables and the layout say of headers and places, whatever the agency."""

    layout: Layout
    synonyms: Synonyms
    known: Mapping[str, frozenset[str]]
    months: periods.Calendar
    places: Mapping[str, frozenset[str]]
    head_totals: tuple[str, ...]


def assemble(
    agencies: Mapping[str, Agency], files: Mapping[str, Path], tables: reference.Reference, layout: Layout
) -> Catalogue:
    """A catalogue of these agencies."""
    general = _general(tables, declarations.Itself(layout))
    forms = {(agency.id, form.id): form for agency in agencies.values() for form in agency.formats}
    fold_all([word for form in forms.values() for word in form.header_words()])
    indexes = {place: _index(declarations.Itself(form), general) for place, form in forms.items()}
    return Catalogue(
        agencies, files, tables, general.synonyms, layout, general.known, general.months, general.places,
        general.head_totals, indexes,
    )  # fmt: skip


@lru_cache(maxsize=declarations.REMEMBERED)
def _general(tables: reference.Reference, layout: declarations.Itself) -> _General:
    declared = cast("Layout", layout.held)
    synonyms, calendar = synonyms_of(tables, declared), periods.calendar(tables)
    return _General(declared, synonyms, _known(tables), calendar, _places(tables), _head_totals(tables))


@lru_cache(maxsize=256)
def _index(form: declarations.Itself, general: _General) -> Index:
    return index(cast("Format", form.held), general.synonyms, general.layout, general.known, general.head_totals)


def province_of(agency: Agency, form: Format) -> str | None:
    """The province that a format's rows belong to, when one is declared."""
    return form.constants.get("province", agency.province)


def _words(frame: pl.DataFrame, columns: Sequence[str], meaning: str) -> list[tuple[str, str]]:
    """(folded word, meaning) for every word in `columns` of a reference table."""
    pairs = reference.words(frame, [meaning], columns).select("word", meaning).rows()
    return list(zip(fold_all([word for word, _ in pairs]), (meant for _, meant in pairs), strict=True))


def _known(tables: reference.Reference) -> dict[str, frozenset[str]]:
    """Folded words by kind: what the columns of a wide table may be called."""
    heads = tables.codes.filter(pl.col("vocabulary") == "head", pl.col("code") != "TOTAL")
    lands, places = tables.jurisdictions, tables.districts
    return {
        "heads": frozenset(w for w, _ in _words(heads, ["code", "label", "variants"], "code")),
        "provinces": frozenset(w for w, _ in _words(lands, _LAND, "jurisdiction")),
        "districts": frozenset(w for w, _ in _words(places, _DISTRICT, "district")),
        "months": frozenset(periods.calendar(tables)),
    }


def _head_totals(tables: reference.Reference) -> tuple[str, ...]:
    total = tables.codes.filter(pl.col("vocabulary") == "head", pl.col("code") == "TOTAL")
    return tuple(reference.words(total, ["code"], ["code", "label", "variants"]).get_column("word").to_list())


_LAND = ["jurisdiction", "urdu", "aliases", "former_names"]
_DISTRICT = ["district", "urdu_name", "aliases", "local_aliases", "former_names"]


def _places(tables: reference.Reference) -> dict[str, frozenset[str]]:
    """Folded district words with the folded provinces that have them."""
    found: dict[str, set[str]] = {}
    for word, province in _words(tables.districts, _DISTRICT, "province"):
        found.setdefault(word, set()).add(fold(province))
    return {word: frozenset(provinces) for word, provinces in found.items()}
