"""The words around values are data: an overlay adds one, and the patterns made of them are fast in Urdu too."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations, reference
from recordkit.fields import (
    fir,
    fir_patterns,
    fir_quotes,
    name_patterns,
    particulars,
    place_patterns,
    places,
    statutes,
)
from recordkit.reference import Reference

CODES = "vocabulary,code,label,variants,note,source\n"
MORE = (
    "station_word,police_station,Police station,PS;police station;comisaria;تھانہ,,a test\n"
    "station_word,rangers,Rangers,rangers;رینجرز,,a test\n"
    "unit_word,between,Between,and;vel,,a test\n"
    "fir_word,case,FIR,FIR;expediente;شکایت,,a test\n"
    "fir_word,date,Date,dated;fecha,,a test\n"
    "fir_word,under,Under,u/s;articulo,,a test\n"
)
STATIONS = (
    "province,district,station,aliases,urdu,kind,source\n"
    "Punjab,Kasur,Rangers Kasur,,رینجرز قصور,rangers,a test\n"
    "Punjab,Kasur,Canal Camp,,,police_station,a test\n"
)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """The reference with words that an overlay adds for a station, a force, two places in a cell and a case."""
    folder = tmp_path_factory.mktemp("overlay")
    (folder / "reference").mkdir()
    (folder / "reference" / "codes.csv").write_text(CODES + MORE, encoding="utf-8")
    (folder / "reference" / "stations.csv").write_text(STATIONS, encoding="utf-8")
    return reference.load(declarations.folders([Path(folder)]))


def station(written: str, known: Reference, sender: str | None = None) -> str:
    none = pl.lit(None, pl.String)
    asked = pl.DataFrame({"district": ["Kasur"], "police_station": [written]})
    asked = asked.with_columns(province=none, division=none, on_date=pl.lit(None, pl.Date))
    return str(places.resolve(asked, known, sender)["police_station"].item())


def test_an_overlay_adds_a_word_for_a_station(ours: Reference, tables: Reference) -> None:
    assert station("Comisaria Canal Camp", ours) == "Canal Camp"
    assert station("Comisaria Canal Camp", tables) == "Comisaria Canal Camp"
    assert fir.clean(pl.Series(["12/26 Comisaria Canal Camp"]), ours)["office"].to_list() == ["Canal Camp"]


@pytest.mark.parametrize(
    "written", ["Rangers Kasur", "Rangers PS Kasur", "rangers station Kasur", "رینجرز تھانہ قصور", "رینجرز قصور"]
)
def test_an_overlay_adds_a_force_with_stations_of_its_own(written: str, ours: Reference) -> None:
    assert station(written, ours) == "Rangers Kasur"
    assert station("Kasur", ours, "rangers") == "Rangers Kasur"
    assert station("Kasur", ours) != "Rangers Kasur"


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("Expediente 45/26", 2026),
        ("شکایت 45/26", 2026),
        ("Expediente 45 fecha 3.4.26", 2026),
        ("45/26 articulo 302", 2026),
    ],
)
def test_an_overlay_adds_words_for_a_case_its_date_and_its_sections(written: str, year: int, ours: Reference) -> None:
    found = fir.clean(pl.Series([written]), ours).row(0, named=True)
    assert (found["fir_no"], found["fir_year"], found["others"]) == ("45", year, [])
    if "302" not in written:
        (refs,) = fir_quotes.references(pl.Series([f"wanted {written}"]), ours)["refs"].to_list()
        assert [(one["fir_no"], one["fir_year"]) for one in refs] == [("45", year)]


def test_an_overlay_adds_a_word_between_two_places(ours: Reference) -> None:
    found = places.named(pl.Series(["Kasur vel Okara"]), ours)
    assert found["codes"].to_list() == [["RK374"]]


def test_a_word_with_any_sign_is_a_word_and_no_pattern(tables: Reference) -> None:
    row = tables.codes.filter(vocabulary="fir_word", code="case").with_columns(variants=pl.lit("FIR;Caso (+;C++"))
    known = dataclasses.replace(tables, codes=pl.concat([tables.codes.filter(~pl.col("code").eq("case")), row]))
    assert fir.clean(pl.Series(["Caso (+ 45/26"]), known)["fir_no"].to_list() == ["45"]


URDU = re.compile(r"[\u0620-\u064a\u066e-\u06d3]")
BORDER = re.compile(r"(?<!\\)(?:\\\\)*\\[bB]")
# These still look for borders of words: they are asked of few cells. The list may only become shorter.
SLOW = {
    "particulars.card", "particulars.phone", "particulars.age", "particulars.any", "particulars.bare_age",
    "particulars.word", "particulars.empty", "names.stroked", "laws.urdu",
}  # fmt: skip


def patterns(made: object, name: str) -> Iterator[tuple[str, str]]:
    """Every text of a record of patterns, with the name of its field."""
    if isinstance(made, str):
        yield name, made
    elif dataclasses.is_dataclass(made):
        for field in dataclasses.fields(made):
            yield from patterns(getattr(made, field.name), f"{name}.{field.name}")
    elif isinstance(made, (tuple, list)):
        for one in made:
            yield from patterns(one, name)


def test_no_pattern_looks_for_the_borders_of_urdu_words(tables: Reference) -> None:
    """To find them takes the automaton up to 400 times as long; `(?-u:\\b)`, of Latin letters, costs nothing."""
    made = [
        ("fir", fir_patterns.read_fir_patterns(tables)),
        ("places", place_patterns.read_place_patterns(tables)),
        ("names", name_patterns.read_name_patterns(tables)),
        ("particulars", particulars.patterns(tables)),
        ("laws", statutes.laws(tables)),
    ]
    found = {
        name
        for room, record in made
        for name, pattern in patterns(record, room)
        if URDU.search(pattern) and BORDER.search(pattern.replace(particulars.BORDER, ""))
    }
    assert found == SLOW
