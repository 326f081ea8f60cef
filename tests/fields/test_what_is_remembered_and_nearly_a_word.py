"""The last value on this side of what the kernels remember, ask, call near or put in another's place, and the first on the other."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import dispatch, nearest, numbers, text, vocabularies
from recordkit.reference import Reference

TEXT = pl.String


def counting() -> tuple[dispatch.Kernel, list[list[str | None]]]:
    asked: list[list[str | None]] = []

    @dispatch.remembered
    def kernel(values: pl.Series, *more: str, **named: str) -> pl.DataFrame:
        asked.append(values.to_list())
        ending = "".join((*more, *named.values()))
        return pl.DataFrame({"out": values + ending})

    return kernel, asked


def asked_again(
    kernel: dispatch.Kernel, asked: list[list[str | None]], values: list[str | None], *more: str
) -> list[str | None]:
    asked.clear()
    assert kernel(pl.Series(values, dtype=TEXT), *more)["out"].to_list() == [
        None if one is None else one + "".join(more) for one in values
    ]
    return [one for part in asked for one in part]


def test_a_value_of_the_longest_length_is_remembered_and_a_longer_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "LONGEST", 5)
    kernel, asked = counting()
    values: list[str | None] = ["five5", "sixsix", None, "سس", "سسس"]  # the last has six bytes
    assert asked_again(kernel, asked, values) == values
    assert asked_again(kernel, asked, values) == ["sixsix", "سسس"]


def test_as_many_values_are_remembered_as_there_is_room_for_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "MOST", 3)
    kernel, asked = counting()
    assert asked_again(kernel, asked, ["a", "b"]) == ["a", "b"]
    assert asked_again(kernel, asked, ["c", "d", "a"]) == ["c", "d"]
    assert asked_again(kernel, asked, ["a", "b", "c", "d"]) == ["d"]
    assert asked_again(kernel, asked, ["e", "d", "c"]) == ["e", "d"]


def test_the_oldest_arguments_are_forgotten_first_and_only_beyond_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "MEMORIES", 2)
    kernel, asked = counting()
    for more in "pq":
        asked_again(kernel, asked, ["a"], more)
    assert [asked_again(kernel, asked, ["a"], more) for more in "pq"] == [[], []]
    assert asked_again(kernel, asked, ["a"], "r") == ["a"]
    assert [asked_again(kernel, asked, ["a"], more) for more in "qrp"] == [[], [], ["a"]]


def test_named_arguments_are_known_whatever_their_order() -> None:
    kernel, asked = counting()
    kernel(pl.Series(["a"]), one="1", two="2")
    asked.clear()
    kernel(pl.Series(["a"]), two="2", one="1")
    assert [one for part in asked for one in part] == []
    assert kernel(pl.Series(["a"]), one="2", two="2")["out"].to_list() == ["a22"]
    assert dispatch.remembers(kernel)
    assert not dispatch.remembers(numbers.integer)


def test_each_distinct_value_is_cleaned_once_and_a_blank_one_is_always_known() -> None:
    asked: list[list[str | None]] = []

    def kernel(values: pl.Series) -> pl.DataFrame:
        asked.append(values.to_list())
        return pl.DataFrame({"out": values.str.to_uppercase().fill_null("blank")})

    made = dispatch.Cleaned(pl.Series("cells", ["b", "a", "b"]), kernel)
    assert made.of(pl.Series("x", ["a", None, "b", "a"]))["out"].to_list() == ["A", "blank", "B", "A"]
    assert asked == [[None, "b", "a"]]


@pytest.mark.parametrize(("more", "untouched"), [(0, True), (1, False)])
def test_a_series_is_short_up_to_its_length(more: int, untouched: bool) -> None:
    assert dispatch.untouched(pl.Series(["a"] * (dispatch.SHORT + more)), "b") is untouched
    assert dispatch.SHORT == 256


def test_only_values_of_the_mask_are_asked_and_a_blank_says_no() -> None:
    seen: list[str | None] = []

    def has(values: pl.Series) -> pl.Series:
        seen.extend(values.to_list())
        return values.str.contains("a")

    values = pl.Series(["a", "a", None, "b"])
    assert dispatch.asked(values, pl.Series([True, False, True, True]), has).to_list() == [True, False, False, False]
    assert seen == ["a", None, "b"]
    assert dispatch.asked(values, pl.Series([False] * 4), has).to_list() == [False] * 4
    assert seen == ["a", None, "b"]
    assert dispatch.unless(pl.Series([True, False, None, False]), values).to_list() == [None, "a", None, "b"]
    assert dispatch.coalesce(pl.Series("one", [None, "x"], dtype=TEXT), pl.Series("two", ["y", "z"])).to_list() == [
        "y",
        "x",
    ]


WORDS = pl.DataFrame(
    {
        "w": ["bail", "arrested", "absconder", "released", "related", "sector 14", "report"],
        "m": ["B", "A", "X", "R", "S", "14", "A"],
    }
)


@pytest.mark.parametrize(
    ("word", "away", "less"),
    [
        ("arrestd", "A", "A"), ("arrestedd", "A", "A"), ("arrestad", "A", None), ("arerested", "A", "A"), ("arretsed", "A", None),
        ("arreszed", "A", None), ("bial", None, None), ("bailx", "B", "B"), ("releated", None, "S"), ("sector15", None, None),
        ("repor", "A", "A"), ("repo", None, None), ("arrested", "A", "A"), (None, None, None),
    ],
)  # fmt: skip
def test_one_letter_away_is_one_slip_from_words_of_one_meaning_only(
    word: str | None, away: str | None, less: str | None
) -> None:
    table = nearest.lookup(WORDS, "w", "m")
    cells = pl.Series([word, "nothing like it"], dtype=TEXT)
    assert nearest.one_letter_away(cells, table).to_list() == [away, None]
    assert nearest.one_letter_less(cells, table).to_list() == [less, None]
    assert nearest.one_letter_away(cells, nearest.Lookup([], [])).to_list() == [None, None]


def test_an_alias_stands_for_a_cell_as_it_is_or_folded_and_an_empty_one_makes_it_blank() -> None:
    aliases = {"Lhr ": "Lahore", "-": "", "FSD": "Faisalabad", "n.k.": ""}
    cells = pl.Series("v", ["Lhr", " lhr", "LHR", "-", "fsd", "other", "N.K.", None])
    assert nearest.aliased(cells, aliases).to_list() == ["Lahore"] * 3 + [None, "Faisalabad", "other", None, None]
    assert nearest.aliased(cells, {}) is cells


@pytest.mark.parametrize(
    ("raw", "value", "codes"),
    [
        ("O3", 3, ["RK365"]), ("3O", 30, ["RK365"]), ("1|", 11, ["RK365"]), ("12l", None, ["RK323"]), ("12O", 120, ["RK365"]), ("3O yrs", 30, ["RK365"]),
        ("3Oyrs", None, ["RK323"]), ("120/M", 120, ["RK348"]), ("121/M", None, ["RK323"]), ("M/30", 30, ["RK348"]), ("M 30", None, ["RK323"]),
        ("female30", None, ["RK323"]), ("female. 30", 30, ["RK348"]), ("30 female", 30, ["RK348"]),
    ],
)  # fmt: skip
def test_a_letter_for_a_figure_and_a_sex_beside_an_age_are_told(
    raw: str, value: int | None, codes: list[str], tables: Reference
) -> None:
    found = numbers.age(pl.Series([raw]), tables).row(0, named=True)
    assert (found["value"], found["codes"]) == (value, codes)


@pytest.mark.parametrize(
    ("cell", "numbered"),
    [
        ("1) Aslam 2) Akram", [(1, "Aslam"), (2, "Akram")]), ("1) Aslam", None), ("2) Aslam 1) Akram", [(2, "Aslam"), (1, "Akram")]),
        ("2) Aslam 3) Akram", None), ("(1) Aslam; (2) Akram;", [(1, "Aslam"), (2, "Akram")]), ("i) Aslam ii) Akram iii) X", [(1, "Aslam"), (2, "Akram"), (3, "X")]),
        ("1. Aslam 2. Akram", [(1, "Aslam"), (2, "Akram")]), ("1:20 2:21", [(1, "20"), (2, "21")]), ("A1 Aslam A2 Akram", [(1, "Aslam"), (2, "Akram")]),
        ("a) Aslam b) Akram", [(1, "Aslam"), (2, "Akram")]), ("A. Aslam, B. Akram", [(1, "Aslam"), (2, "Akram")]), ("A. Aslam B. Akram", None),
        (None, None), ("", None), ("Aslam", None), ("#1 Aslam #2 Akram", [(1, "Aslam"), (2, "Akram")]),
    ],
)  # fmt: skip
def test_a_cell_that_counts_is_parted_at_its_marks(cell: str | None, numbered: list[tuple[int, str]] | None) -> None:
    found = numbers.read(pl.Series([cell, "x"], dtype=TEXT)).row(0)
    assert found == ((None, None) if numbered is None else tuple(map(list, zip(*numbered, strict=True))))


@pytest.mark.parametrize(
    ("raw", "name", "count"),
    [
        ("Okara²", "Okara", None), ("Okara (1)", "Okara", None), ("* Okara", "Okara", None), ("Okara (a)", "Okara", None), ("12*", "12", 12),
        ("12 (1)", "12", None), ("12 (a)", "12", 12), ("*", "*", None), ("†12", "12", 12), ("Okara", "Okara", None),
    ],
)  # fmt: skip
def test_the_mark_of_a_footnote_is_taken_off_where_something_is_left(raw: str, name: str, count: int | None) -> None:
    assert numbers.without_marks(raw) == name
    bare, marked = numbers.names(pl.Series([raw, "x"]))
    assert (bare.to_list(), marked.to_list()) == ([name, "x"], [name != raw, False])
    assert numbers.read_counts(pl.Series([raw]), numbers.NO_WORDS)["value"].to_list() == [count]
    assert numbers.read_counts(pl.Series([raw]), numbers.NO_WORDS)["codes"].to_list() == [
        ["RK242"] if count else ["RK324"] if raw != "*" else []
    ]


def test_a_long_column_is_put_right_as_a_short_one_whatever_stands_in_it(tables: Reference) -> None:
    cells = [
        "see https://police.gov.pk/fir?no=12", "www.fia.gov.pk?case=7", "Asl?m Kh?n", "Aslam", "a  b\nc", "Caf\u0065\u0301", "x\u200by", "&amp; Sons",
        None, "", "-", "N.A.", "علي", "number?", "???",
    ]  # fmt: skip
    short = text.normal(pl.Series(cells), tables)
    long = text.normal(pl.Series(cells * (dispatch.SHORT // len(cells) + 1)), tables)
    assert long.head(len(cells)).to_list() == short.to_list()
    assert short[0] == cells[0]
    lined = text.normal(pl.Series(cells * 20), tables, keep_lines=True).head(len(cells)).to_list()
    assert lined == text.normal(pl.Series(cells), tables, keep_lines=True).to_list()


def test_of_a_list_the_suggestion_is_that_of_the_first_part_that_has_one(tables: Reference) -> None:
    found = vocabularies.clean_list(pl.Series(["sexual; labourr", "sexual; labour", "labourr"]), "exploitation", tables)
    alone = vocabularies.clean(pl.Series(["labourr"]), "exploitation", tables)["suggestion"][0]
    assert alone is not None
    assert found["suggestion"].to_list() == [alone, None, alone]


@pytest.mark.parametrize("many", [1, dispatch.SHORT + 1])
def test_figures_and_signs_of_other_scripts_and_widths_are_the_plain_ones(many: int, tables: Reference) -> None:
    figures = ["".join(chr(first + at) for at in range(10)) for first in (0x30, 0x660, 0x6F0, 0xFF10)]
    cells = pl.Series([*figures, "１２／２６－Ａ", "۱۲⁄۲۶", "٣٫٥", "١٬٠٠٠"] * many)
    assert text.plain(cells, tables).head(8).to_list() == ["0123456789"] * 4 + ["12/26-A", "12/26", "3.5", "1,000"]
    assert text.fold(cells).head(5).to_list() == ["0123456789"] * 4 + [text.fold(pl.Series(["12/26-A"]))[0]]
