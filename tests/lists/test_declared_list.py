"""A whole name is taken apart the same way however it is written."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit import declarations, reference
from recordkit.lists import declared_list
from recordkit.lists.declared_list import ListSpec

WRITTEN = ["SMITH, JOHN A", "Mr John A. Smith", "John A. Smith Jr.", "SMITH, JOHN A, JR", "Cher", None]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("family", ["SMITH", "Smith", "Smith", "SMITH", None, None]),
        ("given", ["JOHN", "John", "John", "JOHN", "Cher", None]),
        ("middle", ["A", "A.", "A.", "A", None, None]),
        ("suffix", [None, None, "jr", "jr", None, None]),
    ],
)
def test_every_part_is_found_before_and_after_a_comma(part: str, expected: list[str | None]) -> None:
    assert declared_list.part(pl.Series(WRITTEN, dtype=pl.String), part).to_list() == expected


@pytest.mark.parametrize(("old", "read"), [(0, 0), (1, 0), (3, 3), (200, 200)])
def test_dates_before_1850_are_read_where_they_are_more_than_slips(old: int, read: int) -> None:
    born = [f"{1600 + n}-08-01" for n in range(old)] + [f"{1860 + n % 100}-0{1 + n // 100}-03" for n in range(200 - old)]
    raw = pl.DataFrame({"DOB": born, "file": "a"})
    spec = ListSpec.model_validate({"column": ({"name": "born", "kind": "date", "headers": ("DOB",)},)})
    found = declared_list.prepare(raw, spec, {}, reference.load([declarations.PACKAGED]))["born"]
    assert found.dt.year().lt(1850).sum() == read
    assert found.dt.year().ge(1850).sum() == 200 - old
