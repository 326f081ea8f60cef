"""No text of a sender becomes a formula: what starts one is the same for every CSV and workbook that we write."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest

from recordkit import formulas
from recordkit.cli import output


def test_the_pattern_and_the_list_are_one() -> None:
    signs = pl.Series([chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000])
    assert sorted(signs.filter(signs.str.contains(formulas.PATTERN))) == sorted(formulas.STARTS)


@pytest.mark.parametrize("start", formulas.STARTS)
def test_a_cell_of_any_listing_stays_text(start: str) -> None:
    told = output.rows([{"name": f"{start}cmd|' /C calc'!A0", "parts": [f"{start}1+1", "x"], "count": -3}], "csv")
    (row,) = csv.DictReader(io.StringIO(told))
    assert not row["name"].startswith(formulas.STARTS)
    assert not row["parts"].startswith(formulas.STARTS)
    assert row["count"] == "-3"
