"""What other programs leave in cells is no part of the text."""

from __future__ import annotations

import re

import polars as pl
import pytest

from recordkit import text_safety
from recordkit.fields import text


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("Ali<br>Umar", "Ali\nUmar"), ("Ali<BR />Umar", "Ali\nUmar"), ("<b>Kashif</b>", "Kashif"),
        ("<s>661/26</s> 662/26", "662/26"), ("a_x000D_\nb", "a\nb"), ("Zain\\nUmar", "Zain\nUmar"),
        ("12/26\\r\\n13/26", "12/26\n13/26"), ("a < b > c", "a < b > c"), ("<unknown>", "<unknown>"), ("#12", "#12"),
        ("#NAME?", None), (" #REF! ", None), ("Err:502", None), ("#DIV/0!", None), ("???? ???", None),
        ("Mu?ammad", "Mu\ufffdammad"), ("why?", "why?"), ("#N/A in words", "#N/A in words"),
    ],
)  # fmt: skip
def test_marks_of_other_programs_are_no_text(cell: str, wanted: str | None) -> None:
    once = text.normal(pl.Series([cell]), keep_lines=True)
    assert once.to_list() == [wanted]
    assert text.normal(once, keep_lines=True).to_list() == [wanted]


@pytest.mark.parametrize(("cell", "flagged"), [("???? ???", True), ("Mu?ammad", True), ("why?", False), ("Aslam", False)])
def test_a_letter_that_was_lost_is_flagged(cell: str, flagged: bool) -> None:
    assert (text.clean(pl.Series([cell]))["codes"].to_list() == [["RK301"]]) is flagged


def test_no_sign_that_may_not_be_shown_stays_in_a_cleaned_cell() -> None:
    unsafe = [chr(code) for code in range(0x110000) if re.fullmatch(text_safety.UNSAFE, chr(code))]
    assert "\U000e0041" in unsafe
    cells = pl.Series([f"Gul{sign}berg" for sign in unsafe])
    assert set(text.normal(cells)) <= {"Gulberg", "Gul berg"}
    assert set(text.normal(cells, keep_lines=True)) <= {"Gulberg", "Gul berg", "Gul\nberg"}
    assert text.normal(cells[:100]).to_list() == text.normal(cells)[:100].to_list()
