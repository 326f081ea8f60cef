"""Marks of footnotes beside sections, and names of laws with another year or of another province."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import offences
from recordkit.reference import Reference


def _read(cell: str, tables: Reference) -> tuple[list[tuple[str | None, str]], list[str]]:
    row = offences.parse(pl.Series([cell]), tables).row(0, named=True)
    return [(one["act"], one["section"]) for one in row["charges"]], row["codes"]


@pytest.mark.parametrize("mark", ["*", "#", "¹", "†", " *", "**", "²", "^", "!"])
def test_a_mark_beside_a_section_is_told_and_hides_nothing(mark: str, tables: Reference) -> None:
    for cell in (f"379{mark} PPC", f"379 PPC{mark}", f"{mark}379 PPC"):
        if cell[0] not in "¹²":  # before a figure it may be one of its own
            assert _read(cell, tables) == ([("PPC 1860", "379")], ["RK341"]), cell
    assert _read(f"379{mark}, 411{mark} PPC", tables) == ([("PPC 1860", "379"), ("PPC 1860", "411")], ["RK341"])


@pytest.mark.parametrize(
    "cell",
    ["4 Sindh Child Marriage Restraint Act 2016", "4 Punjab CMRA 2013", "4 Child Marriage Restraint Act, 2013", "9 KP CNSA 2019",
     "20 PECA 2001", "13 Arms Ordinance No. 5 of 1999", "5 Sindh Gambling Ordinance", "4 Punjab Child Marriage Restraint Act 2015"],
)  # fmt: skip
def test_a_law_with_another_year_or_of_another_province_is_not_the_known_one(cell: str, tables: Reference) -> None:
    charges, codes = _read(cell, tables)
    assert [act for act, _ in charges] == [None]
    assert "RK315" in codes


@pytest.mark.parametrize(
    ("cell", "act"),
    [
        ("4 Child Marriage Restraint Act 1929", "Child Marriage Restraint Act 1929"), ("9-C CNSA 1997", "CNSA 1997"),
        ("13 Arms Ordinance No. 20 of 1965", "Arms Ordinance 1965"), ("13 Sindh Arms Act 2013", "Sindh Arms Act 2013"),
        ("302 PPC 2026", "PPC 1860"), ("13 KP Arms Act", "KP Arms Act 2013"), ("3 PTPA 2018", "PTPA 2018"),
        ("5 Punjab Gambling Ordinance 1978", "Prevention of Gambling Ord. 1978 (Punjab)"), ("22 EO-79", "Emigration Ord. 1979"),
    ],
)  # fmt: skip
def test_a_law_with_its_own_year_and_province_is_itself(cell: str, act: str, tables: Reference) -> None:
    assert {one for one, _ in _read(cell, tables)[0]} == {act}


def test_every_law_of_the_reference_is_itself_with_its_year_and_no_other(tables: Reference) -> None:
    dated = tables.acts.filter(pl.col("act").str.contains(r" (?:18|19|20)[0-9]{2}$"), pl.col("assumed").is_null())[
        "act"
    ]
    own, other = ([f"3 {act}" for act in dated], [f"3 {act[:-4]}2024" for act in dated])
    read = offences.parse(pl.Series([*own, *other]), tables)["charges"].list.eval(pl.element().struct.field("act"))
    assert read.to_list() == [*([act] for act in dated), *([None] for _ in dated)]


@pytest.mark.parametrize(
    ("cell", "charges"),
    [
        ("381-APPC", [("PPC 1860", "381-A")]), ("381APPC", [("PPC 1860", "381-A")]), ("365-BPPC/34", [("PPC 1860", "365-B"), ("PPC 1860", "34")]),
        ("9-CCNSA", [("CNSA 1997", "9(c)")]), ("379, 381-APPC", [("PPC 1860", "379"), ("PPC 1860", "381-A")]),
        ("15-AA", [("KP Arms Act 2013", "15")]), ("3-PSMA", [("PSMA 2018", "3")]), ("406PPC", [("PPC 1860", "406")]), ("13SAA", [("Sindh Arms Act 2013", "13")]),
    ],
)  # fmt: skip
def test_the_letter_of_a_section_is_its_own_where_the_act_is_written_together_with_it(
    cell: str, charges: list[tuple[str, str]], tables: Reference
) -> None:
    assert _read(cell, tables) == (charges, [])


@pytest.mark.parametrize(
    "cell",
    [
        "4 Sindh Child Marriage Restraint Act 2013",
        "4 Sindh CMRA 2013",
        "4 Sindh Child Marriages Restraint Act",
        "4 SCMRA 2013",
    ],
)
def test_the_law_of_sindh_on_the_marriage_of_children_is_its_own(cell: str, tables: Reference) -> None:
    assert _read(cell, tables) == ([("Sindh Child Marriages Restraint Act 2013", "4")], [])
