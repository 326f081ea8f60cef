"""A word of a coded field with a date, a section, an office or a remark behind it, and words that take it back."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tried
from recordkit.fields import fir, passports, vocabularies
from recordkit.reference import Reference

READ = [
    ("status", "Acquitted u/s 249-A", "acquitted"), ("status", "Transferred to FIA", "transferred"),
    ("status", "Complete challan 14-07-26", "challan_complete"), ("status", "Untraced (A class)", "untraced"),
    ("status", "Convicted (5 years)", "convicted"), ("person_status", "Arrested on 3-7-26", "arrested"),
    ("country", "Afghan National", "AFG"), ("country", "Indian citizen", "IND"), ("sex", "female (minor)", "female"),
    ("service", "Legal aid (court)", "legal"),
]  # fmt: skip
KNOWN = [
    ("status", "Compromised", "compounded"), ("status", "Sent up", "challan_complete"), ("sex", "Femal", "female"),
    ("person_status", "In judicial lock up", "arrested"), ("service", "Skills training", "vocational"),
    ("country", "Irani", "IRN"), ("country", "Congo (Kinshasa)", "COD"), ("sex", "Boy child", "male"),
    ("role", "Sub-agent", "accused"), ("role", "سب ایجنٹ", "accused"), ("role", "PO", "accused"),
]  # fmt: skip
REFUSED = [
    ("status", "Challan to be submitted"), ("status", "not challaned"), ("status", "Convicted (acquitted)"),
    ("person_status", "Arrested (bail)"), ("country", "Korea (North)"), ("sex", "male (female)"), ("sex", "M/F"),
    ("head", "Murder (attempt)"), ("head", "Theft (Cattle) by night"),
]  # fmt: skip


@pytest.mark.parametrize(("vocabulary", "cell", "code"), READ)
def test_a_word_is_read_and_what_stands_behind_it_is_told(
    vocabulary: str, cell: str, code: str, tables: Reference
) -> None:
    row = vocabularies.clean(pl.Series([cell]), vocabulary, tables).row(0, named=True)
    assert (row["value"], row["codes"]) == (code, ["RK348"])


@pytest.mark.parametrize(("vocabulary", "cell", "code"), KNOWN)
def test_usual_spellings_are_words_of_their_vocabulary(
    vocabulary: str, cell: str, code: str, tables: Reference
) -> None:
    row = vocabularies.clean(pl.Series([cell]), vocabulary, tables).row(0, named=True)
    assert (row["value"], row["codes"]) == (code, [])


@pytest.mark.parametrize(("vocabulary", "cell"), REFUSED)
def test_a_remark_that_takes_the_word_back_or_makes_another_of_it_leaves_none(
    vocabulary: str, cell: str, tables: Reference
) -> None:
    row = vocabularies.clean(pl.Series([cell]), vocabulary, tables).row(0, named=True)
    assert (row["value"], row["codes"]) == (None, ["RK322"])


@given(
    number=st.integers(1, 4000),
    sides=st.sampled_from(["[]", "()", "{}", "<>", "``", '""', "''", "[ ]"]),
)
@tried.examples(24)
def test_a_number_of_a_case_is_the_same_between_brackets_and_quotes(number: int, sides: str, tables: Reference) -> None:
    cells = pl.Series([f"{number}/26", f"{sides[:-1]}{number}/26{sides[-1]}"])
    first, second = fir.clean(cells, tables).select("fir_no", "fir_year", "codes").rows()
    assert first == second


@pytest.mark.parametrize(
    ("cell", "number", "codes"),
    [
        ("AB1234567 (expired)", "AB1234567", ["RK348"]), ("old AB1234567", "AB1234567", ["RK348"]),
        ("AB1234567", "AB1234567", []), ("AB1234567, CD7654321", None, ["RK308"]), ("expired", None, ["RK308"]),
    ],
)  # fmt: skip
def test_a_passport_among_words_is_read_and_the_words_are_told(
    cell: str, number: str | None, codes: list[str], tables: Reference
) -> None:
    row = passports.clean(pl.Series([cell]), tables).row(0, named=True)
    assert (row["passport"], row["codes"]) == (number, codes)


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("Murder (302)", []), ("302 PPC Murder", ["RK348"]), ("302/34 PPC - Murder", ["RK348"]), ("Murder 302/34 PPC", ["RK348"]),
        ("Murder u/s 302", ["RK348"]), ("U/S 302 PPC Murder", ["RK348"]), ("Murder بجرم 302", ["RK348"]),
    ],
)  # fmt: skip
def test_a_head_stands_beside_its_sections(cell: str, codes: list[str], tables: Reference) -> None:
    assert vocabularies.head(pl.Series([cell]), tables).rows() == [("Murder", codes, None)]


@pytest.mark.parametrize("cell", ["Murder 9", "3 others", "Murder,0,6", "302 PPC went home"])
def test_figures_beside_a_head_are_no_sections_without_an_act(cell: str, tables: Reference) -> None:
    assert vocabularies.head(pl.Series([cell]), tables).select("value", "codes").rows() == [(None, ["RK322"])]
