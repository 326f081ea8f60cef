"""A row with an identifier, a date or a full name is a record; one that only looks like a row is none; both are told."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_files import Grid, codes, frame, mapped, only, planned, source

from recordkit import mapping
from senders import WIDE
from tried import examples

CASES = """
[[format]]
id = "f"
unit = "case"
columns = [
  { field = "serial" }, { field = "district" }, { field = "police_station" }, { field = "fir_no", required = true },
  { field = "registered_on", required = true }, { field = "accused" }, { field = "status" },
]
"""
PEOPLE = """
[[format]]
id = "f"
unit = "person"
columns = [
  { field = "name", required = true }, { field = "father_name" }, { field = "fir_no", required = true },
  { field = "cnic" }, { field = "age" },
]
"""
CASE_HEADER = ["S.No", "District", "Police Station", "FIR No", "Date", "Accused", "Status"]
PEOPLE_HEADER = ["Name", "Father Name", "FIR No", "CNIC", "Age"]
HEADS = ["District", "Murder", "Robbery", "Burglary", "Dacoity"]
WORDS = ["Total", "Mizan", "Kul", "Sum", "Majmua", "میزان", "کل", "Sub Total", "Grand Total", "Page", "Note", "Source"]


def done(form: str, grid: Grid) -> mapping.Mapped:
    file = source(grid)
    _, plan, _ = planned(file, only(form), "some")
    return mapped(plan, file.sheets[0].head())


def skipped(form: str, grid: Grid) -> dict[int, str]:
    return {row: code for row, code in done(form, grid).skipped.rows() if row > 1}


FIRST: list[list[str | None]] = [["1", "Kasur", "City", "1/26", "3-7-26", "Aslam", "Challan"]]
ONE: list[list[str | None]] = [["Aslam Khan", "Sher Khan", "1/26", "35202-1234567-1", "25"]]


@examples(80)
@given(
    word=st.sampled_from(WORDS),
    rest=st.sampled_from(["", " Khan", " Gul Khan", " خان"]),
    where=st.sampled_from(["accused", "district", "serial", "status"]),
    proof=st.sampled_from([("12/26", None), (None, "21-03-2026"), ("FIR 12/2026", "2026-03-21"), (None, "21 March 2026")]),
)
def test_a_row_with_an_identifier_or_a_date_is_never_skipped_whatever_words_are_in_it(
    word: str, rest: str, where: str, proof: tuple[str | None, str | None]
) -> None:
    row: dict[str, str | None] = dict.fromkeys(["serial", "district", "station", "fir", "date", "accused", "status"])
    row |= {"fir": proof[0], "date": proof[1], where: word + rest}
    footer = word in ("Page", "Note", "Source")
    if footer and proof[0] is None:
        return  # a footer may well have a date beside it
    assert skipped(CASES, [CASE_HEADER, *FIRST, list(row.values())]) == {}


@examples(40)
@given(word=st.sampled_from(WORDS[:9]), rest=st.sampled_from(["Khan", "Gul Khan", "خان ولد شیر"]), age=st.booleans())
def test_a_full_name_that_starts_with_a_totals_word_is_a_person(word: str, rest: str, age: bool) -> None:
    row = [f"{word} {rest}", None, None, None, "26" if age else None]
    assert skipped(PEOPLE, [PEOPLE_HEADER, *ONE, row]) == {}


@pytest.mark.parametrize("row", [["Mizan", None, "12", None, None], ["Kul", None, "7", None, None],
                                 ["Sum", "Sher", None, None, "26"], ["Mizan", None, None, "3520212345671", None]])  # fmt: skip
def test_a_person_of_one_name_beside_a_number_or_a_father_is_a_person_and_that_is_told(row: list[str | None]) -> None:
    result = done(PEOPLE, [PEOPLE_HEADER, *ONE, row])
    assert result.rows.height == 2
    assert "RK232" in codes(result.issues)


@pytest.mark.parametrize("row", [["Total", None, "2", None, None], ["Mizan", None, None, None, None],
                                 ["Total Kasur", None, "2", None, None], ["Grand Total", None, None, None, "51"]])  # fmt: skip
def test_a_total_of_a_list_of_people_is_still_one(row: list[str | None]) -> None:
    assert set(skipped(PEOPLE, [PEOPLE_HEADER, *ONE, *ONE, row])) == {4}


def test_every_skipped_row_has_its_reason_among_the_findings() -> None:
    grid: Grid = [
        ["OFFICE"], [], CASE_HEADER, *FIRST, CASE_HEADER, ["Sub Total", "1"], ["Total", "1"], ["Prepared by: x"],
        ["---", "---"], ["Nil"], [" "],
    ]  # fmt: skip
    result = done(CASES, grid)
    told = result.issues.filter(pl.col("row").is_not_null()).select("row", "code").rows()
    assert {(row, code) for row, code in result.skipped.rows()} <= set(told)
    assert max(Counter(told).values()) == 1


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["#meta+id", "#adm2", "#loc+ps", "#event+num", "#date", "#person +accused", "#status"], "RK236"),
        (["#meta", None, None, "#event", None, None, None], "RK236"),
        (["----", "--------", "----", "----", "----", "----", "----"], "RK237"),
        (["====", None, None, None, None, None, None], "RK237"),
        ([" ", None, "\xa0", None, None, None, None], "RK213"),
        (["\u200b", None, None, None, None, None, None], "RK213"),
        (["NIL", None, None, None, None, None, None], "RK238"),
        (["1", "Kasur", "City", "Nil", "Nil", "Nil", None], "RK238"),
        ([None, "Kasur", "Saddar", None, None, "NIL", None], "RK238"),
        (["No case registered during the month", None, None, None, None, None, None], "RK238"),
        ([None, "کوئی مقدمہ نہیں", None, None, None, None, None], "RK238"),
        (["Fuente: DIJIN"] * 7, "RK235"),
        ([None, None, None, None, None, None, "carried to the next page by the clerk"], "RK235"),
        (["* Provisional", None, None, None, None, None, None], "RK212"),
        (["(1) Excluding June", None, None, None, None, None, None], "RK212"),
        (["(5 rows)", None, None, None, None, None, None], "RK212"),
        ([None, "5 records listed.", None, None, None, None, None], "RK212"),
    ],
)
def test_what_is_no_record_is_skipped_by_what_it_is(cells: list[str | None], code: str) -> None:
    assert skipped(CASES, [CASE_HEADER, *FIRST, cells]) == {3: code}


@pytest.mark.parametrize(
    "cells",
    [
        ["2", "Kasur", "City", None, "3-7-26", "Nil", None],
        ["2", "Kasur", "City", "2/26", None, "#Aslam", None],
        [None, None, None, None, None, "Umar S/O Zaid", None],
        [None, "Kasur", None, None, None, None, None],
        ["2", "????", None, None, None, "???? ??? ????", None],
    ],
)
def test_records_that_lack_something_stay_to_be_judged(cells: list[str | None]) -> None:
    assert skipped(CASES, [CASE_HEADER, *FIRST, cells]) == {}


@pytest.mark.parametrize("name", ["totals", "footers", "texts", "tags", "rulers", "nil"])
def test_a_declaration_switches_each_of_them_off(name: str) -> None:
    rows = {"totals": ["Total", "1"], "footers": ["Prepared by: x"], "texts": ["a remark"], "tags": ["#a", "#b"],
            "rulers": ["-----"], "nil": ["NIL", "Kasur"]}  # fmt: skip
    form = CASES + f'rows = {{ off = ["{name}", "texts"] }}\n'
    with_it, without = skipped(form, [CASE_HEADER, *FIRST, rows[name]]), skipped(CASES, [CASE_HEADER, *FIRST, rows[name]])
    assert 3 in without
    assert with_it.get(3) in (None, "RK213")


# --------------------------------------------------------------------------------------------- totals by arithmetic

COUNTS = st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=9)
DISTRICTS = ["Lahore", "Kasur", "Okara", "Multan", "Sialkot", "Jhang", "Attock", "Chakwal", "Jhelum"]


@examples(60)
@given(counts=COUNTS)
def test_no_district_is_a_total_because_its_counts_are_those_of_others(counts: list[list[int]]) -> None:
    rows = [[name, *map(str, cells)] for name, cells in zip(DISTRICTS, counts, strict=False)]
    result = done(WIDE, [HEADS, *rows])
    assert result.rows.height == 4 * len(rows)
    assert "RK216" not in codes(result.issues)


@examples(60)
@given(counts=COUNTS, at=st.integers(0, 9), word=st.sampled_from(["TOTAL", "Grand Total", "Mizan", "کل میزان"]))
def test_a_written_total_anywhere_changes_no_count(counts: list[list[int]], at: int, word: str) -> None:
    places = [f"Block {letter}" for letter in "ABCDEFGHI"]
    rows = [[name, *map(str, cells)] for name, cells in zip(places, counts, strict=False)]
    sums = [word, *(str(sum(column)) for column in zip(*counts, strict=True))]
    plain = done(WIDE, [HEADS, *rows[:1], *rows[1:]])
    if "RK216" in codes(plain.issues):
        return  # without a written total the sum of all others may be one
    told = done(WIDE, [HEADS, *rows[:at], sums, *rows[at:]])
    wanted = Counter(plain.rows.select("district", "head", "count").rows())
    assert Counter(told.rows.filter(~pl.col("is_total")).select("district", "head", "count").rows()) == wanted


def test_the_number_of_records_that_a_row_stands_for_is_added_up() -> None:
    form = """
[[format]]
id = "f"
unit = "case"
columns = [
  { field = "police_station", headers = ["FIR Place"], required = true }, { field = "registered_on", required = true },
  { field = "_many", headers = ["Many"], required = true },
]
reshape = { expand = "_many" }
"""
    rows: Grid = [["FIR Place", "Date", "Many"], ["City", "3-7-26", "2"], ["Saddar", "4-7-26", "1"]]
    assert "RK215" not in codes(done(form, [*rows, ["TOTAL", None, "3"]]).issues)
    assert "RK215" in codes(done(form, [*rows, ["TOTAL", None, "4"]]).issues)
    off = form + 'rows = { off = ["sums"] }\n'
    assert "RK215" not in codes(done(off, [*rows, ["TOTAL", None, "4"]]).issues)


# ------------------------------------------------------------------------------------------------- exchanged columns


def aligned(form: str, grid: Grid, size: int = 99) -> tuple[list[tuple[object, ...]], list[str]]:
    file = source(grid)
    _, plan, _ = planned(file, only(form), "some")
    batch = frame(grid)
    parts = list(mapping.aligned([batch[at : at + size] for at in range(0, batch.height, size)], plan))
    rows = pl.concat([part.rows for part in parts])
    return mapped(plan, rows).rows.select("fir_no", "accused", "status").rows(), [
        code for part in parts for code in part.findings.get_column("code")
    ]


@examples(40)
@given(order=st.permutations(range(7)), size=st.integers(1, 6))
def test_rows_below_a_second_header_are_read_by_it_in_any_order(order: list[int], size: int) -> None:
    row = ["2", "Kasur", "City", "2/26", "4-7-26", "Tariq Khan", "Untraced"]
    header, again = [CASE_HEADER[at] for at in order], [row[at] for at in order]
    rows, told = aligned(CASES, [CASE_HEADER, *FIRST, header, again], size)
    assert rows == [("1/26", "Aslam", "Challan"), ("2/26", "Tariq Khan", "Untraced")]
    assert told == ([] if order == sorted(order) else ["RK233"])


def test_rows_below_a_header_that_names_a_column_twice_are_put_aside() -> None:
    header = ["S.No", "District", "Police Station", "FIR No", "Date", "Accused", "Accused"]
    row = ["2", "Kasur", "City", "2/26", "4-7-26", "Tariq", "Bilal"]
    _, told = aligned(CASES, [CASE_HEADER, *FIRST, header, row, CASE_HEADER, *FIRST])
    assert told == ["RK233", "RK234"]


def test_a_new_word_in_a_second_header_gives_its_cells_to_no_other_column() -> None:
    header = ["S.No", "District", "Police Station", "FIR No", "Date", "Released", "Status"]
    row = ["2", "Kasur", "City", "2/26", "4-7-26", "Tariq", "Challan"]
    rows, _ = aligned(CASES, [CASE_HEADER, *FIRST, header, row])  # told by the further header: test_further_headers.py
    assert rows[1] == ("2/26", None, "Challan")
