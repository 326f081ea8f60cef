"""Rows below the first header that name columns otherwise: what stands below them is read by them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from paper_files import CATALOGUE

import recordkit
from recordkit.mapping import repeated_headers
from senders import statements

SAID = {
    word for one in CATALOGUE.indexes.values() for column in one.form.columns for word in (*column.headers, column.field)
}
KASUR = "District,Murder,Robbery\nKasur,3,5\n"


def counted(folder: Path, text: str) -> tuple[set[tuple[str, str | None, int | None]], list[tuple[int, str]]]:
    """(district, head, count) of a statement, and row and severity of its RK233."""
    overlay = statements(folder, '["file"]')
    file = folder / "zw_2026-07.csv"
    file.write_text(text, encoding="utf-8")
    found = recordkit.validate(file, schemas=[overlay], agency="statements_of")
    rows = found.tables["returns"].select("district", "head", "count").rows()
    told = found.findings.filter(code="RK233").select("row", "severity").rows()
    return set(rows), told


@pytest.mark.parametrize(
    ("below", "header", "right"),
    [
        ("Zila,Rahzani,Qatl\nOkara,4,1\n", 3, {("Okara", "Robbery", 4), ("Okara", "Murder", 1)}),
        (",,\nDistrict,Burglary,Dacoity\nOkara,4,1\n", 4, {("Okara", "Burglary", 4), ("Okara", "Dacoity", 1)}),
        ("District,Robbery,Murder\nOkara,4,1\n", 3, {("Okara", "Robbery", 4), ("Okara", "Murder", 1)}),
        ("District,Burglary,Widgets\nOkara,4,1\n", 3, {("Okara", "Burglary", 4)}),
    ],
)
def test_rows_below_a_second_header_are_read_by_it(
    tmp_path: Path, below: str, header: int, right: set[tuple[str, str, int]]
) -> None:
    rows, told = counted(tmp_path, KASUR + below)
    assert rows == {("Kasur", "Murder", 3), ("Kasur", "Robbery", 5)} | right
    assert told == [(header, "flag")]


def test_below_a_header_of_words_that_nobody_knows_nothing_is_counted(tmp_path: Path) -> None:
    rows, told = counted(tmp_path, KASUR + "District,Widgets,Gadgets\nOkara,4,1\n")
    assert {row for row in rows if row[2] is not None} == {("Kasur", "Murder", 3), ("Kasur", "Robbery", 5)}
    assert told == [(3, "flag")]


def test_a_repeated_header_with_blanks_or_a_row_of_nothing_is_no_other_header(tmp_path: Path) -> None:
    rows, told = counted(tmp_path, KASUR + "District,Murder,Robbery\nOkara,4,1\nLahore,nil,nil\n")
    assert {("Okara", "Murder", 4), ("Okara", "Robbery", 1)} <= rows
    assert told == []


def test_the_quick_look_at_the_cells_of_a_large_batch_misses_no_word_that_is_known() -> None:
    words = {cell for text in SAID for cell in (text, text.upper(), f" {text}#", f"{text} 2", f"{text} ۳", f"{text} x")}
    cells = pl.Series(sorted(words))
    known = 0
    for one in CATALOGUE.indexes.values():
        asked = set(repeated_headers._perhaps_known(cells, one))
        meant = {cell for cell in words if one.candidates(cell)[0]}
        known += len(meant)
        assert meant <= asked
        assert one.form.reshape.unpivot is not None or asked == meant
    assert known > 500
