"""Small field types at their edges: numbers, cards, slips of spreadsheets, sections taken back, words that are near."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest

from recordkit import details
from recordkit.fields import cnic, dispatch, nearest, numbers, section_changes, spreadsheet_dates
from recordkit.fields.section_changes import ACT, SECTION, SIGNS, STOP
from recordkit.reference import Reference

TEXT = pl.String


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [("9999999", 9_999_999, None), ("10000000", None, "RK324"), ("0", 0, None), ("-1", None, "RK324"), ("+7", 7, None), ("-0", 0, None),
     ("1,23,456", 123_456, None), ("1,2,345", None, "RK324"), ("1,2345", None, "RK324"), ("12.50", None, "RK325"), ("12.500", None, "RK324"),
     ("1,23", None, "RK325"), ("4.999999", 5, None), ("4.99999", None, "RK324"), ("4.0000001", 4, None), ("1 234", 1_234, None),
     ("1 23", None, "RK324"), ("12/-", 12, None), ("12/", None, "RK324"), ("12.000", 12, None)],
)  # fmt: skip
def test_a_count_is_a_whole_number_up_to_the_most_that_is_believed(
    raw: str, value: int | None, code: str | None
) -> None:
    assert numbers.read_counts(pl.Series([raw]), numbers.NO_WORDS).row(0) == (value, [code] if code else [])


@pytest.mark.parametrize(
    ("raw", "value"),
    [("0", 0), ("120", 120), ("121", None), ("11 months", 0), ("12 months", 1), ("23 months", 1), ("24 months", 2), ("99 days", 0),
     ("25.5", 25), ("25.7", None), ("1000", None), ("-5", None)],
)  # fmt: skip
def test_an_age_is_whole_years_from_none_to_the_oldest(raw: str, value: int | None, tables: Reference) -> None:
    assert numbers.age(pl.Series([raw]), tables).row(0) == (value, [] if value is not None else ["RK323"])


@pytest.mark.parametrize(
    ("raw", "card", "code"),
    [("12345-1234567-1", None, "RK306"), ("12345-1234568-1", "12345-1234568-1", None), ("01234-5678901-2", None, "RK306"),
     ("98765-4321098-7", None, "RK306"), ("98765-4321098-6", "98765-4321098-6", "RK307"), ("22222-2222222-2", None, "RK306"),
     ("22222-2222222-1", "22222-2222222-1", None), ("02222-2222222-1", "02222-2222222-1", "RK307"), ("3.520212345671E+12", "35202-1234567-1", None),
     ("3.52021234567E+12", None, "RK305"), ("3,520,212,345,671", "35202-1234567-1", None), ("1-1234567-35202", None, "RK352"),
     ("352021-234567-1", "35202-1234567-1", "RK351"), ("35202-1234567-1 Aslam", "35202-1234567-1", "RK348"),
     ("35202-1234567-1 35202-1234568-1", None, "RK304"), ("3520212345671.", "35202-1234567-1", None)],
)  # fmt: skip
def test_a_card_is_a_dummy_a_slip_or_itself(raw: str, card: str | None, code: str | None, tables: Reference) -> None:
    found = cnic.clean(pl.Series([raw]), tables).row(0, named=True)
    assert (found["cnic"], found["codes"]) == (card, [code] if code else [])
    assert (found["document"] == "cnic") is (card is not None)
    if code == "RK352":
        assert found["suggestion"] == "20253-7654321-1"


@pytest.mark.parametrize("last", range(10))
def test_the_last_digit_of_a_card_is_odd_for_men_however_it_is_written(last: int, tables: Reference) -> None:
    for raw in (f"35202-1234567-{last}", f"352021234567{last}"):
        assert cnic.clean(pl.Series([raw]), tables)["sex_hint"].to_list() == ["male" if last % 2 else "female"]


@pytest.mark.parametrize(
    ("raw", "year", "number"),
    [("Dec-26", "12/26", "12/26"), ("dec 2026", "12/26", "12/26"), ("03-Apr", None, "3/4"), ("12-Jan", None, "12/1"), ("13-Jan", "1/13", "13/1"),
     ("26-Jan", "1/26", "26/1"), ("2026-12-01", "12/26", "12/26"), ("2026-01-13", "1/13", "1/13"), ("2026-01-12", None, None),
     ("2026-01-12 00:00:00", None, None), ("2026-01-13 10:00", None, None), ("12/26", None, None), ("Foo-26", None, None)],
)  # fmt: skip
def test_what_a_spreadsheet_took_for_a_date_is_told_as_it_was_typed_where_that_can_be_said(
    raw: str, year: str | None, number: str | None
) -> None:
    cells = pl.Series([raw, None], dtype=TEXT)
    assert spreadsheet_dates.proposed(cells, "year").to_list() == [year, None]
    assert spreadsheet_dates.proposed(cells, "number").to_list() == [number, None]
    looks = raw[:2] not in ("12/", "Fo") or raw == "12-Jan"
    looks &= not raw.endswith("10:00") and raw not in ("12/26", "Foo-26")
    assert spreadsheet_dates.cause(cells).to_list() == [details.text("taken_for_date") if looks else None, None]


DELETED, ADDED, INSTEAD, REPLACED, DOUBT = (
    SIGNS[name] for name in ("deleted", "added", "instead_of", "replaced", "doubtful")
)
S, A = SECTION, ACT


@pytest.mark.parametrize(
    ("kinds", "gone"),
    [
        ([S, A], set()), ([S, DOUBT], None), ([S, ADDED, S], set()), ([S, A, DELETED], {0}), ([S, S, A, DELETED], {0, 1}), ([S, S, DELETED], {0, 1}),
        ([S, STOP, S, DELETED], {2}), ([S, A, DELETED, S, A, ADDED], {0}), ([DELETED, S, A, S], {1}), ([DELETED, S, S, A, ADDED, S], {1, 2}),
        ([ADDED, S, DELETED, S], {3}), ([S, DELETED, S, ADDED, S], None), ([S, DELETED, S], {0}), ([S, A, INSTEAD, S, A], {3}),
        ([S, INSTEAD, S, S, A, S], {2, 3}), ([S, A, REPLACED, S, A], {0}), ([S, A, S, A, REPLACED, S], {2}), ([S, DOUBT, S, DELETED], {2}),
    ],
)  # fmt: skip
def test_a_cell_takes_back_the_sections_that_its_words_speak_of(kinds: list[str], gone: set[int] | None) -> None:
    found = section_changes.undone(list(enumerate(kinds)))
    assert (None if found is None else set(found)) == gone


def test_a_section_is_gone_where_it_stood_before_the_sign_and_stands_where_it_comes_back() -> None:
    kinds = {0: S, 1: A, 2: DELETED, 3: S, 4: S}
    tokens = pl.DataFrame({"row": [0] * 5 + [1] * 2, "at": [*kinds, 0, 1], "kind": [*kinds.values(), S, A]})
    sections = pl.DataFrame(
        {"row": [0, 0, 0, 1], "at": [0, 3, 4, 0], "act": ["P"] * 4, "section": ["302", "324", "302", "302"]}
    )
    left, told = section_changes.sections_left(sections, tokens)
    assert left.select("row", "at", "section").rows() == [(0, 3, "324"), (0, 4, "302"), (1, 0, "302")]
    assert told.rows() == [(0, False)]
    doubtful = pl.DataFrame({"row": [5, 5], "at": [0, 1], "kind": [S, DOUBT]})
    assert section_changes.sections_left(sections, doubtful)[1].rows() == [(5, True)]


def test_every_value_is_parsed_by_the_first_shape_that_it_has_and_stands_where_it_stood() -> None:
    def named(name: str) -> dispatch.Parser:
        return lambda values: pl.DataFrame({"by": pl.Series([name] * len(values), dtype=TEXT), "value": values})

    for cells in (["a1", None, "1", "b", "a", "2a"], ["1"], [None], []):
        values = pl.Series(cells, dtype=TEXT)
        found = dispatch.by_shape(values, [("[0-9]", named("figure")), ("a", named("letter"))], named("other"))
        by = [
            "other" if one is None else "figure" if any(map(str.isdigit, one)) else "letter" if "a" in one else "other"
            for one in cells
        ]
        assert found.rows() == list(zip(by, cells, strict=True))


@pytest.mark.parametrize("flags", list(product([True, False, None], repeat=2)))
def test_the_codes_of_a_row_are_the_flags_that_are_true_in_their_order(flags: tuple[bool | None, bool | None]) -> None:
    one, other = (pl.Series([flag, True], dtype=pl.Boolean) for flag in flags)
    found = dispatch.codes({"RK2": one, "RK1": other}).to_list()
    assert found == [[code for code, flag in zip(("RK2", "RK1"), flags, strict=True) if flag], ["RK2", "RK1"]]
    assert dispatch.codes({"RK2": pl.Series([flags[0]], dtype=pl.Boolean)}).to_list() == [["RK2"] if flags[0] else []]
    merged = dispatch.merge_codes(pl.Series([["b"]]), pl.Series([["a", "b"]]))
    assert merged.to_list() == [["b", "a"]]


def test_only_where_a_mask_holds_values_change() -> None:
    values = pl.Series("v", ["a", "b", None])
    upper = lambda some: some.str.to_uppercase()  # noqa: E731
    assert dispatch.where(values, pl.Series([True, None, False]), upper).to_list() == ["A", "b", None]
    assert dispatch.where(values, pl.Series([False, None, False]), upper) is values
    assert dispatch.where(values, pl.Series([True] * 3), upper).to_list() == ["A", "B", None]
    assert values.to_list() == ["a", "b", None]


@pytest.mark.parametrize(
    ("word", "meant"),
    [("gujrat", "Gujrat"), ("gujrt", "Gujrat"), ("gx", None), ("xyz", None), ("gujranwla", "Gujranwala"), (None, None)],
)
def test_a_word_is_near_another_from_three_quarters_on_and_never_when_it_has_two_letters(
    word: str | None, meant: str | None
) -> None:
    known = nearest.spellings(
        pl.DataFrame({"w": ["Gujrat", "Gujranwala", "GX1"], "s": ["Gujrat", "Gujranwala", "G"]}), "w", "s"
    )
    cells = pl.Series([word, "gujrat"], dtype=TEXT)
    assert nearest.nearest(cells, pl.Series([True, False]), known).to_list() == [meant, None]
    assert nearest.nearest(cells, pl.Series([True, True]), nearest.Spellings([], [])).to_list() == [None, None]
    assert nearest.CUTOFF == 75


def test_the_first_meaning_of_a_word_stands_and_an_alias_of_nothing_makes_a_blank() -> None:
    table = nearest.lookup(pl.DataFrame({"w": ["A b", "AB", None], "m": ["1", "2", "3"]}), "w", "m")
    assert (table.words, table.meanings) == (["ab"], ["1"])
    assert nearest.find_meanings(pl.Series(["ab", "x", None], dtype=TEXT), table).to_list() == ["1", None, None]
    assert nearest.find_meanings(pl.Series(["ab"]), nearest.Lookup([], [])).to_list() == [None]
    cells = pl.Series("c", ["x", " X ", "-", "y", None], dtype=TEXT)
    assert nearest.aliased(cells, {"X": "ten", "-": ""}).to_list() == ["ten", "ten", None, "y", None]
    assert nearest.aliased(cells, {}) is cells


@pytest.mark.parametrize(
    ("raw", "years"),
    [("25 approx", 25), ("25 (approx.)", 25), ("25 years approx", 25), ("25 تقریباً", 25), ("25 Qzwv", None), ("25 or 26", None),
     ("25 approx dead", None)],
)  # fmt: skip
def test_a_word_for_about_may_stand_behind_an_age_and_no_other(raw: str, years: int | None, tables: Reference) -> None:
    assert numbers.age(pl.Series([raw]), tables).row(0) == (years, [] if years else ["RK323"])
