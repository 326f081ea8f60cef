"""A whole name is taken apart the same way however it is written."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.lists import declared_list

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
