"""Amounts of money, and yes or no, as offices write them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordkit import declarations, reference
from recordkit.fields import money, yes_no

REFERENCE = reference.load(declarations.folders())


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("Rs. 1,50,000/-", 150_000.0), ("PKR 2500", 2_500.0), ("Rs.500/=", 500.0), ("1.5 lakh", 150_000.0), ("Rs 75,000 only", 75_000.0),
        ("2 crore 50 lakh", 25_000_000.0), ("۵۰۰۰ روپے", 5_000.0), ("3 لاکھ", 300_000.0), ("1,234,567.50", 1_234_567.5),
        ("1,2,3", 123.0), ("50K", 50_000.0), ("0", 0.0),
    ],
)  # fmt: skip
def test_an_amount_is_read_with_its_words_and_groups(cell: str, amount: float) -> None:
    made = money.clean(pl.Series([cell]), REFERENCE)
    assert (made["value"][0], made["codes"].to_list()) == (amount, [[]])


@pytest.mark.parametrize("cell", ["two or three", "500 or 600", "Rs", "-500", "12/2026", "lakh", "500 goats"])
def test_what_is_no_single_amount_is_null_and_told(cell: str) -> None:
    assert money.clean(pl.Series([cell]), REFERENCE).row(0) == (None, ["RK331"])


@given(st.lists(st.text(max_size=12), max_size=5))
def test_no_text_is_too_strange_for_an_amount_and_a_blank_is_none(cells: list[str]) -> None:
    made = money.clean(pl.Series("value", [*cells, None], dtype=pl.String), REFERENCE)
    assert made.height == len(cells) + 1
    assert made.row(-1) == (None, [])


@pytest.mark.parametrize(("cell", "said"), [("Haan", True), ("NO", False), ("نہیں", False), ("y", True), (None, None)])
def test_yes_and_no_are_read_in_their_words(cell: str | None, said: bool | None) -> None:
    assert yes_no.clean(pl.Series("value", [cell], dtype=pl.String), REFERENCE)["value"].to_list() == [said]


def test_neither_yes_nor_no_is_null_and_told() -> None:
    assert yes_no.clean(pl.Series(["perhaps"]), REFERENCE).select("value", "codes").row(0) == (None, ["RK322"])
