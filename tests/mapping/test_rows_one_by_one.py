"""What a single row is: each decision by a row that has just enough for it, and by its neighbour that has not."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from paper_files import Grid, frame, mapped

from recordkit.mapping import batches, classify_rows, repeated_headers, totals
from recordkit.mapping.model import Carry, PlannedColumn, RowWords, SheetPlan, Table

Row = list[str | None]
FIELDS = ("district", "police_station", "fir_no", "registered_on", "accused", "status")
HEADERS = ("District", "Police Station", "FIR No", "Date", "Accused", "Status")
TYPES = {"fir_no": "fir", "registered_on": "date", "accused": "people", "cnic": "cnics", "father_name": "relative",
         "serial": "ignore"}  # fmt: skip
WORDS = RowWords(
    total=("grand total", "total", "mizan", "sum"), subtotal=("sub total",), declared_total=("whole country",),
    neutral=("cases", "rows"), footer=("prepared by", "note"), ditto=('"', "do"), nil=("no case", "nil"),
    known=("kalat", "total kalat"), districts=("kalat",), rate="(?i)per cent",
)  # fmt: skip
ONE: Row = ["Kalat", "City", "1/26", "3-7-26", "Aslam Khan", "Challan"]


def plan(fields: tuple[str, ...] = FIELDS, headers: tuple[str, ...] = HEADERS, **more: Any) -> SheetPlan:
    """A register whose header stands in row 3."""
    columns = tuple(
        PlannedColumn(column=f"c{at}", header=header, kind="field" if field else "unknown", field=field or None)
        for at, (field, header) in enumerate(zip(fields, headers, strict=True), 1)
    )
    data: dict[str, Any] = {
        "file": "f", "file_sha256": "f" * 64, "sheet": "s", "agency": "a", "format": "f", "unit": "case",
        "tables": (Table(header_rows=(3,), columns=columns),), "fields": tuple(f for f in fields if f),
        "required": ("fir_no",), "places": ("district", "police_station"), "types": TYPES, "words": WORDS,
        "headers": dict(zip(fields, headers, strict=True)),
    }  # fmt: skip
    return SheetPlan.model_validate(data | more)


def code(row: Row, of: SheetPlan | None = None, at: int = 5, above: Grid = (), carry: Carry | None = None) -> str | None:
    """What one row is, below some others."""
    width = max(len(row), len((of or plan()).tables[0].columns))
    batch = frame([*above, [*row, *[None] * (width - len(row))]], at - len(above))
    return classify_rows.classify(batch, of or plan(), carry or Carry()).get_column("code").to_list()[-1]


# ------------------------------------------------------------------------------------- by place and shape


@pytest.mark.parametrize(
    ("row", "at", "expected"),
    [
        (["OFFICE OF THE SSP"], 2, "RK207"), (["OFFICE OF THE SSP", "Kalat"], 2, "RK207"), (list(HEADERS), 3, "RK208"),
        ([None], 2, "RK213"), ([None], 5, "RK213"), (ONE, 5, None), (ONE, 4, None),
    ],
)  # fmt: skip
def test_above_the_header_stands_the_letterhead_and_below_it_the_records(row: Row, at: int, expected: str | None) -> None:
    assert code(row, at=at) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2", "3", "4", "5", "6"], True), (["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"], True), (list("abcdef"), True),
        (list("ABCDEF"), True), (["a.", "b.", "c.", "d.", "e.", "f."], True), (["1", "2", "3", "4", "5"], False),
        (["2", "3", "4", "5", "6", "7"], False), (["1", "2", "3", "4", "6", "5"], False), (list("abcdeg"), False),
        (["0", "1", "2", "3", "4", "5"], False), (["ab", "cd", "ef", None, None, None], False),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("at", "near"), [(4, True), (6, True), (7, False)])
def test_the_numbers_of_the_columns_stand_in_the_three_rows_below_the_header(
    cells: Row, expected: bool, at: int, near: bool
) -> None:
    assert (code(cells, at=at) == "RK208") is (expected and near)


def test_two_numbers_are_not_enough_to_number_columns_and_three_are() -> None:
    for count, expected in ((2, None), (3, "RK208")):
        of = plan(("serial", "", "")[:count], ("S.No", "", "")[:count], required=())
        assert code(["1", "2", "3"][:count], of, at=4) == expected


@pytest.mark.parametrize(
    ("cells", "record"),
    [
        (ONE, True), (["Kalat", "City", "1/26", "3-7-26"], True), (["Kalat", "City", "1/26"], False),
        (["Kalat", "City", "one", "3-7-26"], False), (["Kalat", "City", "one", "third", "Aslam", "Challan"], False),
        (["Kalat", "Kalat", "1/26", "3-7-26", None, "1/26"], False), (["1", "2", "3", "4"], True),
    ],
)  # fmt: skip
def test_a_row_above_the_header_as_full_as_it_and_with_figures_is_like_a_record(cells: Row, record: bool) -> None:
    assert code(cells, at=2) == ("RK229" if record else "RK207")


@pytest.mark.parametrize(
    ("cells", "repeated"),
    [
        (list(HEADERS), True), ([" District ", "Police Station", "FIR No", "Date"], True),
        (["District", "Police Station", "FIR No", "x", "y", "z"], False),
        (["x", "y", "FIR No", "Date", "Accused", "Status"], True), (["District", "Police Station"], False),
        (["Police Station", "District", "Date", "FIR No"], False),
    ],
)  # fmt: skip
def test_a_row_with_three_fifths_of_the_header_repeats_it(cells: Row, repeated: bool) -> None:
    assert (code(cells) == "RK209") is repeated


def test_of_a_short_header_two_words_repeat_it_and_of_a_header_of_one_nothing_does() -> None:
    two = plan(("district", "fir_no"), ("District", "FIR No"))
    assert code(["District", "FIR No"], two) == "RK209"
    assert code(["District", "1/26"], two) is None
    one = plan(("fir_no",), ("FIR No",))
    assert code(["FIR No"], one) != "RK209"
    without = two.model_copy(update={"tables": (two.tables[0].model_copy(update={"header_rows": ()}),)})
    assert code(["District", "FIR No"], without) != "RK209"


def test_what_is_struck_through_a_trailer_a_banner_and_a_comment_are_told_by_their_signs() -> None:
    of = plan(struck_rows=(5,), reshape={"banner": [{"into": "period", "pattern": "^Month: (?P<value>.+)"}]},
              words=WORDS.model_copy(update={"trailer": "^T(?P<count>[0-9]+)", "comment": "^--"}))  # fmt: skip
    assert code(ONE, of, at=5) == "RK143"
    assert code(ONE, of, at=6) is None
    assert code(["T12"], of, at=6) == "RK214"
    assert code(["Month: July"], of, at=6) == "RK223"
    assert code(["Month: July", None, "Month: July"], of, at=6) == "RK223", "one merged cell"
    assert code(["Month: July", "City", "1/26", "3-7-26"], of, at=6) is None
    assert code(["-- by the clerk"], of, at=6) == "RK212"


# --------------------------------------------------------------------------------------------- by label


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["Total", None, "7"], "RK210"), (["TOTAL:", None, "7"], "RK210"), (["Total Cases", None, "7"], "RK210"),
        (["Total 7"], "RK210"), (["Grand Total", None, "7"], "RK210"), (["Kalat Total", None, "7"], "RK211"),
        (["Total of Kalat", None, "7"], "RK211"), (["Sub Total", None, "7"], "RK211"), (["Whole Country", None, "7"], "RK210"),
        (["Total Sub Total", None, "7"], "RK211"), (["Whole Country Total", None, "7"], "RK211"),
        (["Total", "July", None, "of Kalat", None, "7"], "RK210"), (["Subtotals", None, "7"], None),
        (["Totally", None, "7"], None), (["The total is"], "RK235"), ([None, None, "Total", None, None, "7"], "RK210"),
        (["Total", "a", None, "b", "c", "7"], None), (["Total", "a", None, "7", None, "b"], "RK210"),
        (["Total", "City", "1/26"], None), (["Total", "City", None, "3-7-26"], None),
    ],
)  # fmt: skip
def test_a_totals_word_with_neutral_ones_is_the_total_with_others_a_parts_and_with_evidence_none(
    cells: Row, expected: str | None
) -> None:
    assert code(cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["Prepared by: the clerk"], "RK212"), (["Note: provisional", "x", "y"], None), (["Note", None, None, None, "x"], "RK212"),
        (["Note", "x", None, None, "y"], "RK212"), (["Note", "x", None, None, "y", "z"], None), (["Notes"], "RK235"),
        (["Note", None, "1/26"], None), (["Note: see 1/26"], "RK212"), (["See note"], "RK235"),
        (["Prepared by: the clerk"] * 6, "RK212"),
    ],
)  # fmt: skip
def test_a_footer_starts_with_its_word_and_has_at_most_three_cells_and_no_number(cells: Row, expected: str | None) -> None:
    assert code(cells) == expected


@pytest.mark.parametrize(("off", "cells"), [("totals", ["Total", None, "7"]), ("totals", ["Sub Total", None, "7"]),
                                            ("footers", ["Note", None, None, None, "x"])])  # fmt: skip
def test_labels_that_a_declaration_switches_off_make_no_total_and_no_footer(off: str, cells: Row) -> None:
    assert code(cells) is not None
    assert code(cells, plan(words=WORDS.model_copy(update={"off": (off,)}))) is None


@pytest.mark.parametrize("cells", [["A", "Total", "1/26", "3-7-26", "x", "y"], ["A", "b", "c", "3rd", "Total", "y"]])
def test_a_full_row_is_no_total_whatever_words_are_in_it(cells: Row) -> None:
    assert code(cells) is None


def test_a_word_for_a_name_and_a_bare_number_may_be_a_total_and_only_counting_tells() -> None:
    batch = frame([[None, None, "12", None, "Mizan", None], [None, None, None, None, "Mizan", None], ONE], 5)
    found = classify_rows.classify(batch, plan(), Carry())
    assert found.get_column("maybe").to_list() == [True, False, False]
    assert found.get_column("code").to_list() == [None, "RK210", None]


@pytest.mark.parametrize(
    ("carry", "above", "expected"),
    [(Carry(), [], None), (Carry(ended=True), [], "RK212"), (Carry(), [["Total", None, "7", None, None, None]], "RK212"),
     (Carry(), [["Sub Total", None, "7", None, None, None]], None)],
)  # fmt: skip
def test_a_single_text_below_the_grand_total_is_a_footer(carry: Carry, above: Grid, expected: str | None) -> None:
    # a name alone is a person to be judged, above the total
    assert code([None, None, None, None, "Umar Khan", None], above=above, carry=carry) == expected
    assert code([None, None, None, None, "Umar Khan", "x"], above=above, carry=carry) is None
    assert code([None, None, "12", None, None, None], above=above, carry=carry) is None, "a number is no text"


# ------------------------------------------------------------------------------------ rows without a word of a total


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["-----"], "RK237"), (["--", "--"], "RK213"), (["---", "x"], None), ([" ", "."], "RK213"), (["?"], None),
        (['"', '"', '"', '"', '"'], None), ([None, " do "], None), ([".", '"'], None), (["*", "|||"], "RK237"),
        (["#adm2", "#loc", "#event"], "RK236"), (["#adm2"], "RK212"), (["#adm2", "City", "1/26"], None),
        (["#adm2 +code", "# date"], "RK236"), (["#1", "#2"], None),
        (["Nil"], "RK238"), (["NIL", "Nil", None, "nil"], "RK238"), (["Kalat", None, "Nil"], "RK238"),
        (["Kalat", None, "Nil", None, "Aslam"], None), (["Nil", None, "1/26"], None), (["Nil", None, None, "3-7-26"], None),
        (["No case was registered in July"], "RK238"), (["No case was registered", "in July"], None),
        (["No case " + "x" * 57], None), (["No case " + "x" * 56], "RK238"), (["Nilofar", None, None, None, None, "x"], None),
    ],
)  # fmt: skip
def test_rulers_tags_blanks_and_the_words_for_nothing(cells: Row, expected: str | None) -> None:
    found = code(cells)
    assert found == expected or (expected is None and found == "RK235"), found


@pytest.mark.parametrize(("off", "cells", "expected"), [("tags", ["#adm2", "#loc", "#event"], None), ("nil", ["Kalat", None, "Nil"], None),
                                                        ("rulers", ["-----"], "RK213"), ("texts", ["a remark"], None)])  # fmt: skip
def test_each_of_them_can_be_switched_off(off: str, cells: Row, expected: str | None) -> None:
    assert code(cells) not in (None, "RK213")
    assert code(cells, plan(words=WORDS.model_copy(update={"off": (off,)}))) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([None, None, None, None, None, "carried over"], "RK235"), ([None, None, None, None, "Umar Khan"], None),
        ([None, None, None, None, "Umar Khan", "x"], None), (["Kalat"], None), (["Total Kalat"], "RK211"),
        ([None, None, None, None, None, "12"], None), (["remark"] * 6, "RK235"), ([None, None, None, None, "Umar", "Umar"], "RK235"),
        (["* provisional"], "RK212"), (["(1) without June"], "RK212"), (["1 includes June"], "RK212"), (["1 Includes June"], "RK235"),
        (["(5 rows)"], "RK212"), (["5 Cases Listed"], "RK212"), (["5 Cases Were Listed"], "RK235"),
        ([None, None, "See 12/26"], None), ([None, None, "see there"], "RK235"), ([None, None, "(1) see 12/26"], "RK212"),
        ([None, None, None, "* in July"], "RK212"),
    ],
)  # fmt: skip
def test_one_text_in_a_row_is_a_text_a_footnote_or_what_its_column_says(cells: Row, expected: str | None) -> None:
    assert code(cells) == expected


def test_a_merged_cell_of_any_column_is_a_text_and_one_that_is_filled_down_is_none() -> None:
    alone: Row = [None, None, None, None, "Umar Khan", None]
    assert code(alone, plan(merged=(5,))) == "RK235"
    assert code(alone, plan(merged=(4,))) is None
    station: Row = [None, "New Station", None, None, None, None]
    assert code(station) == "RK235"
    assert code(station, plan(reshape={"fill_down": ["police_station"]})) is None


@pytest.mark.parametrize(("count", "expected"), [(2, None), (3, "RK235")])
def test_a_text_in_a_sheet_of_two_columns_may_be_a_record(count: int, expected: str | None) -> None:
    fields = ("fir_no", "status", "place")[:count]
    assert code([None, "remark", None][:count], plan(fields, ("FIR No", "Status", "Where")[:count])) == expected


@pytest.mark.parametrize(("unit", "cells", "expected"), [("return", ["Per cent of cases", "3"], "RK243"), ("return", ["Murder", "3"], None),
                                                         ("return", ["Kalat", "per cent"], None), ("return", ["Nil", "3"], None)])  # fmt: skip
def test_a_row_of_rates_is_told_by_the_column_of_places_or_heads(unit: str, cells: Row, expected: str | None) -> None:
    of = plan(("head", "count"), ("Head", "Cases"), unit=unit, required=("head",))
    assert code(cells, of) == expected


# ---------------------------------------------------------------------------------------------- whole batches


def done(grid: Grid, of: SheetPlan | None = None, size: int | None = None) -> Any:
    return mapped(of or plan(), frame(grid, 4), size)


def told(result: Any, *codes: str) -> list[tuple[Any, ...]]:
    return result.issues.filter(pl.col("code").is_in(codes)).select("row", "code", "detail").rows()


@pytest.mark.parametrize("size", [None, 1, 2])
def test_blanks_take_the_value_above_but_none_of_another_group(size: int | None) -> None:
    of = plan(reshape={"fill_down": ["district", "police_station"]})
    grid: Grid = [
        [None, None, "0/26", "3-7-26", "x", "y"], ["Kalat", "City", "1/26", "3-7-26", "x", "y"],
        [None, None, "2/26", "3-7-26", "x", "y"], ["Quetta", None, "3/26", "3-7-26", "x", "y"],
        [None, "Saddar", "4/26", "3-7-26", "x", "y"], [None, None, "5/26", "3-7-26", "x", "y"],
        ["Kalat", None, "6/26", "3-7-26", "x", "y"],
    ]  # fmt: skip
    assert done(grid, of, size).rows.select("district", "police_station").rows() == [
        (None, None), ("Kalat", "City"), ("Kalat", "City"), ("Quetta", None), ("Quetta", "Saddar"), ("Quetta", "Saddar"),
        ("Kalat", None),
    ]  # fmt: skip


@pytest.mark.parametrize("size", [None, 1, 3])
def test_a_banner_holds_for_the_rows_below_it(size: int | None) -> None:
    of = plan(reshape={"banner": [{"into": "period", "pattern": "^Month: (?P<value>.+)"}, {"into": "office", "pattern": "^Office .+"}]},
              fields=(*FIELDS,))  # fmt: skip
    of = of.model_copy(update={"fields": (*FIELDS, "period", "office")})
    grid: Grid = [ONE, ["Month: July"], ONE, ["Office A"], ONE, ["Month: May"], ONE]
    grid = [[*row, *[None] * (6 - len(row))] for row in grid]
    result = done(grid, of, size)
    assert result.rows.select("period", "office").rows() == [
        (None, None), ("July", None), ("July", "Office A"), ("May", "Office A")
    ]  # fmt: skip
    assert [code for _, code in result.skipped.rows()] == ["RK223"] * 3


@pytest.mark.parametrize(("last", "detail"), [("T2", None), ("T3", "the trailer says 3 records, there are 2"), ("T0", "the trailer says 0 records, there are 2")])
@pytest.mark.parametrize("size", [None, 1])
def test_a_trailer_counts_the_records_above_it_and_none_below(last: str, detail: str | None, size: int | None) -> None:
    of = plan(words=WORDS.model_copy(update={"trailer": "^T(?P<count>[0-9]+)"}))
    result = done([ONE, ONE, [last, *[None] * 5], ONE], of, size)
    assert told(result, "RK127") == ([(6, "RK127", detail)] if detail else [])
    none = done([ONE], of, size)
    assert [(row, code) for row, code, _ in told(none, "RK127")] == [(None, "RK127")]
    assert "1 records" in told(none, "RK127")[0][2]


def test_lines_are_cut_where_the_declaration_says_and_gaps_are_left_out() -> None:
    cuts = [{"field": "accused", "start": 9, "length": 5}, {"field": "fir_no", "start": 2, "length": 4},
            {"field": "status", "start": 14, "length": 1}]  # fmt: skip
    of = plan(("fir_no", "accused", "status"), ("", "", ""), cuts=cuts, widths=(14, 15))
    of = of.model_copy(update={"tables": (of.tables[0].model_copy(update={"header_rows": ()}),)})
    rows = frame([["x1/26 yyASLAMC"], ["x1/26 yyASLAMC."], ["x1/26 yyASLAM"], ["x1/26 yyASLAMC.."]], 1)
    result = mapped(of, rows)
    assert result.rows.select("fir_no", "accused", "status").rows()[:2] == [("1/26", "ASLAM", "C")] * 2
    assert told(result, "RK111", "RK112") == [(3, "RK111", "13 characters"), (4, "RK112", "16 characters")]


@pytest.mark.parametrize(
    ("grid", "carry", "row"),
    [
        ([ONE, [None, None, None, None, "Umar Khan", "x"]], Carry(), 5), ([[None, None, None, None, "Umar Khan", "x"]], Carry(), None),
        ([[None, None, None, None, "Umar Khan", "x"]], Carry(has_case=True), 4),
        ([ONE, [None, None, "2/26", None, "Umar Khan", "x"]], Carry(), None), ([ONE, [None, None, None, None, None, "12"]], Carry(), None),
        ([ONE, ["Kalat", None, None, None, "Umar Khan", "x"]], Carry(), None),
    ],
)  # fmt: skip
def test_a_person_without_a_case_below_one_that_has_one_is_told(grid: Grid, carry: Carry, row: int | None) -> None:
    found = batches.map_batch(frame(grid, 4), plan(), carry).issues.filter(code="RK239")
    assert found.get_column("row").to_list() == ([] if row is None else [row])
    assert all('"fir_no"' in detail and "fill_down" in detail for detail in found.get_column("detail"))
    down = plan(reshape={"fill_down": ["fir_no"]})
    assert not batches.map_batch(frame(grid, 4), down, carry).issues.filter(code="RK239").height


def test_a_batch_says_whether_a_case_was_seen_and_which_columns_without_a_header_have_values() -> None:
    of = plan(tables=(plan().tables[0].model_copy(update={"columns": plan().tables[0].columns[:5]}),))
    carry = batches.map_batch(frame([ONE], 4), of).carry
    assert (carry.has_case, carry.nameless) == (True, ("c6",))
    again = batches.map_batch(frame([ONE], 5), of, carry)
    assert not again.issues.filter(code="RK202").height
    assert batches.map_batch(frame([ONE], 4), of).issues.filter(code="RK202").get_column("column").to_list() == ["c6"]
    other = batches.map_batch(frame([[None, None, None, None, "Umar Khan", None]], 4), of).carry
    assert (other.has_case, other.nameless) == (False, ())
    skipped = batches.map_batch(frame([[None] * 5 + ["Total"]], 4), of)
    assert skipped.carry.nameless == (), "a total is no record"


def test_a_text_alone_in_its_row_is_looked_at_but_a_merged_one_is_not() -> None:
    lone: Row = [None, None, None, None, None, "carried over"]
    for cells, merged, severity in ((lone, (), "flag"), (lone, (4,), None), (["remark"] * 6, (), None)):
        found = batches.map_batch(frame([cells], 4), plan(merged=merged)).issues.filter(code="RK235")
        assert (found.get_column("severity").to_list() == ["flag"]) is (severity == "flag")


def test_a_record_with_a_totals_word_and_a_row_above_the_header_are_told() -> None:
    word: Row = [None, "City", "7/26", None, "Total Khan", None]
    assert [row for row, *_ in told(done([ONE, word]), "RK232")] == [5]
    assert told(done([ONE]), "RK232", "RK229", "RK143") == []
    above = batches.map_batch(frame([ONE], 2), plan())
    assert above.issues.filter(code="RK229").get_column("row").to_list() == [2]


@pytest.mark.parametrize(
    ("cells", "told_of"),
    [(["Kalat", "Murder", "3"], False), ([None, "Murder", "3"], True), (["Kalat", None, "3"], True), ([None, None, "3"], True),
     ([None, "Murder", None], False), (["Total", None, "3"], False)],
)  # fmt: skip
def test_counts_without_a_place_or_a_head_are_told(cells: Row, told_of: bool) -> None:
    of = plan(("district", "head", "count"), ("District", "Head", "Cases"), unit="return", required=("district",))
    result = done([["Kalat", "Murder", "1"], ["Kalat", "Theft", "5"], cells], of)
    assert ([row for row, *_ in told(result, "RK228")] == [6]) is told_of


def test_the_columns_of_places_and_heads_count_only_where_a_row_says_them() -> None:
    of = plan(("district", "head", "count"), ("District", "Head", "Cases"), unit="return", required=("district",))
    assert (totals.places(of, ["c1", "c2"]), totals.heads(of, ["c1", "c2"])) == (["c1"], ["c2"])
    assert (totals.places(of, ["c2"]), totals.heads(of, ["c1"])) == ([], [])
    by_banner = of.model_copy(update={"reshape": plan(reshape={"banner": [{"into": "head", "pattern": "^H"}, {"into": "district", "pattern": "^D"}]}).reshape})  # fmt: skip
    assert (totals.places(by_banner, ["c1"]), totals.heads(by_banner, ["c2"])) == ([], [])
    spread = of.model_copy(update={"reshape": plan(reshape={"unpivot": {"into": ["district"], "known": ["districts"]}}).reshape})
    assert (totals.places(spread, ["c1"]), totals.heads(spread, ["c2"])) == ([], ["c2"])


def test_mapping_a_batch_again_gives_the_same_rows() -> None:
    of = plan(reshape={"fill_down": ["district"]})
    for grid in ([ONE, [None, *ONE[1:]], [None] * 6, ["Total", None, "2", None, None, None]], [ONE], [[None] * 6]):
        batch, carry = frame(grid, 4), Carry(fill={"c1": "Quetta"})
        once = batches.map_batch(batch, of, carry)
        for known in (once, batches.held(once)):
            again = batches.map_again(batch, of, carry, known)
            assert again.rows.equals(once.rows)
            assert again.skipped.equals(once.skipped)


def test_nothing_is_held_of_blank_rows_between_the_two_passes() -> None:
    """A file of millions of line feeds has as many of them."""
    of, blank = plan(), [None] * 6
    batch = frame([ONE, *[blank] * 50, ["Total", None, "2", None, None, None], *[blank] * 50, ONE], 4)
    once = batches.map_batch(batch, of, Carry())
    known = batches.held(once)
    assert known.rows.height + known.skipped.height + known.marks.height < 5
    again = batches.map_again(batch, of, Carry(), known)
    assert again.rows.equals(once.rows)
    assert again.skipped.equals(once.skipped)
    assert again.skipped.height == 101


@pytest.mark.parametrize("size", [None, 1, 2])
def test_a_ditto_mark_says_what_stands_above_it_and_nothing_where_nothing_does(size: int | None) -> None:
    cells = ['"', "City", "do", '"', None, "do", "Saddar", '"']
    grid = [["Kalat", cell, "1/26", "3-7-26", "Aslam Khan", "x"] for cell in cells]
    found = done(grid, None, size).rows.get_column("police_station").to_list()
    assert found == [None, "City", "City", "City", None, None, "Saddar", "Saddar"]


# ------------------------------------------------------------------------------------------- exchanged columns


def turned(cells: Row, of: SheetPlan | None = None, at: int = 5) -> repeated_headers._Turn | None:
    table = (of or plan()).tables[0]
    found = repeated_headers._turns(frame([cells], at), table, repeated_headers._words(table))
    return found[0] if found else None


def test_a_header_in_another_order_says_where_every_column_stands() -> None:
    turn = turned(["Police Station", "District", "FIR No", "Date", "Accused", "Status"])
    assert turn is not None
    assert {name: stands for name, stands in (turn.order or {}).items() if name != stands} == {"c1": "c2", "c2": "c1"}
    assert turn.detail == "Police Station stands in c1; District stands in c2"
    same = turned(list(HEADERS))
    assert same is not None
    assert (same.order, same.detail) == ({}, "")


@pytest.mark.parametrize(
    ("cells", "header"),
    [
        (["Police Station", "District"], True), (["Police Station", "District", "x"], True),
        (["Police Station", "District", "x", "y"], False), (["Police Station", "x"], False), (["Status"], False),
        (["Police Station", "District", "FIR No", "x", "y"], True), (["Police Station", "District", "FIR No", "x", "y", "z"], False),
    ],
)  # fmt: skip
def test_two_words_and_three_fifths_of_a_row_make_it_a_header(cells: Row, header: bool) -> None:
    assert (turned([*cells, *[None] * (6 - len(cells))]) is not None) is header
    assert turned([*cells, *[None] * (6 - len(cells))], at=3) is None, "not above the first record"


def test_a_new_word_takes_its_column_away_and_a_word_twice_leaves_nothing_clear() -> None:
    turn = turned(["District", "Police Station", "FIR No", "Date", "Released", "Status"])
    assert turn is not None
    assert (turn.order or {})["c5"] is None
    assert turn.detail == "Released (c5) is new and not used"
    twice = turned(["District", "District", "FIR No", "Date", "Accused", "Status"])
    assert twice is not None
    assert (twice.order, twice.detail) == (None, "two columns mean what District means above")


def test_cells_are_put_where_the_first_header_has_them_from_the_second_on_in_batches_of_any_size() -> None:
    header: Row = ["Police Station", "District", "FIR No", "Date", "Accused", "Status"]
    other: Row = ["City", "Kalat", "2/26", "3-7-26", "Umar", "Challan"]
    grid = [ONE, header, other, list(HEADERS), ONE]
    for size in (1, 2, 5):
        batch = frame(grid, 4)
        parts = list(repeated_headers.aligned([batch[at : at + size] for at in range(0, 5, size)], plan()))
        rows = pl.concat([one.rows for one in parts])
        assert rows.select("c1", "c2").rows() == [("Kalat", "City"), ("District", "Police Station"), ("Kalat", "City"),
                                                  ("District", "Police Station"), ("Kalat", "City")]  # fmt: skip
        assert [row for one in parts for row in one.findings.select("row", "code").rows()] == [(5, "RK233")]


def test_below_a_header_that_names_a_column_twice_every_row_is_told_until_the_next() -> None:
    twice: Row = ["District", "District", "FIR No", "Date", "Accused", "Status"]
    for size in (1, 6):
        batch = frame([ONE, twice, ONE, ONE, list(HEADERS), ONE], 4)
        parts = list(repeated_headers.aligned([batch[at : at + size] for at in range(0, 6, size)], plan()))
        found = [row for one in parts for row in one.findings.select("row", "code").rows()]
        assert found == [(5, "RK233"), (6, "RK234"), (7, "RK234")]


@pytest.mark.parametrize("more", [{"reshape": {"tables": True}}, {"tables": plan().tables * 2}])
def test_a_sheet_with_declared_tables_stays_as_it_is(more: dict[str, Any]) -> None:
    header: Row = ["Police Station", "District", "FIR No", "Date", "Accused", "Status"]
    batch = frame([header, ONE], 4)
    (part,) = repeated_headers.aligned([batch], plan(**more))
    assert part.rows.equals(batch)
    assert not part.findings.height


def test_a_word_that_stands_in_two_columns_of_the_first_header_says_nothing() -> None:
    of = plan(headers=("Name", "Name", "FIR No", "Date", "Accused", "Status"))
    assert set(repeated_headers._words(of.tables[0]).values()) == {"c3", "c4", "c5", "c6"}
    bare = of.tables[0].model_copy(update={"header_rows": ()})
    assert repeated_headers._words(bare) == {}
