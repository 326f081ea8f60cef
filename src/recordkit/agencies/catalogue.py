"""The declared agencies with everything that a header or a value is compared to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from recordkit import declarations
from recordkit.agencies.declaration import Agency, Format
from recordkit.agencies.index import Index, index
from recordkit.agencies.words import Layout, Synonyms, fold, fold_all, load_layout, load_synonyms
from recordkit.errors import DeclarationError


@dataclass(frozen=True)
class Catalogue(Mapping[str, Agency]):
    """Agency id -> agency, and the general words around them."""

    agencies: Mapping[str, Agency]
    files: Mapping[str, Path]
    synonyms: Synonyms
    layout: Layout
    known: Mapping[str, frozenset[str]]  # kind of word ("heads", "districts" ...) -> folded words
    months: Mapping[str, int]  # folded month name -> 1..12
    places: Mapping[str, frozenset[str]]  # folded name of a district -> folded provinces that have one
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
        hint = f"did you mean '{guess}'?" if guess else "`recordkit agency list` shows the declared ones"
        raise DeclarationError(f"no agency '{agency_id}' is declared", hint)


def load(dirs: Sequence[Path]) -> Catalogue:
    """Every agencies/*.toml of `dirs` (a later folder's file replaces the same name), strictly parsed."""
    paths = declarations.files(dirs, "agencies/*.toml")
    parsed = {path: declarations.read_toml(path, Agency) for path in paths.values()}
    declarations.unique([(agency.id, path) for path, agency in parsed.items()], "agency")
    synonyms = load_synonyms(dirs)
    places, known = _places(dirs)
    months = _months(dirs)
    known |= {"heads": _vocabulary(dirs, "head"), "months": frozenset(months)}
    layout = load_layout(dirs)
    agencies = {agency.id: agency for agency in sorted(parsed.values(), key=lambda one: one.id)}
    return Catalogue(
        agencies=agencies,
        files={agency.id: path for path, agency in parsed.items()},
        synonyms=synonyms,
        layout=layout,
        known=known,
        months=months,
        places=places,
        indexes={
            (agency.id, form.id): index(form, synonyms, layout, known)
            for agency in agencies.values()
            for form in agency.formats
        },
    )


def province_of(agency: Agency, form: Format) -> str | None:
    """The province that a format's rows belong to, when one is declared."""
    return form.constants.get("province", agency.province)


def _parts(cells: Sequence[str | None]) -> list[str]:
    return [part for cell in cells if cell for part in cell.split(";") if part.strip()]


def _vocabulary(dirs: Sequence[Path], vocabulary: str) -> frozenset[str]:
    codes = declarations.read_csv(dirs, "reference/codes.csv", ["vocabulary", "code"])
    rows = codes.filter(pl.col("vocabulary") == vocabulary, pl.col("code") != "TOTAL")
    words = _parts([cell for row in rows.select("code", "label", "variants").iter_rows() for cell in row])
    return frozenset(word for word in fold_all(words) if word)


def _months(dirs: Sequence[Path]) -> dict[str, int]:
    months = declarations.read_csv(dirs, "reference/months.csv", ["month"])
    return {
        fold(word): int(number)
        for number, name, variants in months.select("month", "name", "variants").iter_rows()
        for word in _parts([name, variants])
    }


def _places(dirs: Sequence[Path]) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Folded district words with the provinces that have them; folded words of districts, provinces."""
    districts = declarations.read_csv(dirs, "reference/districts.csv", ["province", "district", "valid_from"])
    columns = ["district", "urdu_name", "aliases", "local_aliases", "former_names"]
    found: dict[str, set[str]] = {}
    for province, *cells in districts.select("province", *columns).iter_rows():
        for word in fold_all(_parts(cells)):
            found.setdefault(word, set()).add(fold(province))
    lands = declarations.read_csv(dirs, "reference/jurisdictions.csv", ["jurisdiction"])
    named = lands.select("jurisdiction", "urdu", "aliases", "former_names").iter_rows()
    words = _parts([cell for row in named for cell in row])
    known = {"districts": frozenset(found), "provinces": frozenset(fold_all(words))}
    return {word: frozenset(provinces) for word, provinces in found.items()}, known
