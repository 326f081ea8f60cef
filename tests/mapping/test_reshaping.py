"""Rows that hold several records, or records that are spread over columns, come out as one record each."""

from __future__ import annotations

import polars as pl
from paper_files import Grid, frame, mapped, only, planned, source

from recordkit import mapping


def records(form: str, grid: Grid, size: int | None = None) -> list[dict[str, object]]:
    file = source(grid)
    _, plan, _ = planned(file, only(form), "some")
    return mapped(plan, file.sheets[0].head(), size).rows.to_dicts()


def test_heads_side_by_side_become_one_row_each_and_a_blank_stays_blank() -> None:
    form = """
[[format]]
id = "f"
unit = "return"
constants = { province = "Sindh" }
columns = [{ field = "district", required = true }]
reshape = { unpivot = { into = ["head"], known = ["heads"], headers = ["Narcotics"] } }
"""
    found = records(form, [["District", "Murder", "Narcotics", "Total"], ["Sukkur", "1,204", None, "1204"]])
    assert [(r["part"], r["head"], r["count"], r["is_total"], r["province"]) for r in found] == [
        (0, "Murder", "1,204", False, "Sindh"),
        (1, "Narcotics", None, False, "Sindh"),
        (2, "Total", "1204", True, "Sindh"),
    ]


def test_a_header_over_two_rows_spreads_into_two_fields() -> None:
    form = """
[[format]]
id = "f"
unit = "return"
header = { rows = 2 }
columns = [{ field = "district", required = true }]
reshape = { unpivot = { into = ["head", "period"], pattern = "20[0-9]{2}" } }
"""
    grid: Grid = [
        ["District", "Murder", "Murder", "Robbery", "Robbery"],
        [None, "Jan 2025", "Jan 2026", "Jan 2025", "Jan 2026"],
        ["Sukkur", "1", "2", "3", "4"],
    ]
    found = records(form, grid)
    assert [(r["head"], r["period"], r["count"]) for r in found] == [
        ("Murder", "Jan 2025", "1"), ("Murder", "Jan 2026", "2"),
        ("Robbery", "Jan 2025", "3"), ("Robbery", "Jan 2026", "4"),
    ]  # fmt: skip


def test_a_year_alone_in_a_row_is_the_period_of_the_rows_below_also_in_the_next_batch() -> None:
    form = """
[[format]]
id = "f"
unit = "return"
columns = [{ field = "head", required = true, headers = ["Type of Crime"] }]
[format.reshape]
banner = [{ into = "period", pattern = "^(19|20)[0-9]{2}$" }]
unpivot = { into = ["province"], known = ["provinces"] }
"""
    grid: Grid = [
        ["Type of Crime", "Punjab", "Sindh"], ["2018", None, None], ["Murder", "1", "2"], ["Robbery", "3", "4"],
        ["2019", None, None], ["Murder", "5", "6"],
    ]  # fmt: skip
    for size in (None, 1, 2, 3):
        found = records(form, grid, size)
        assert [r["period"] for r in found] == ["2018"] * 4 + ["2019"] * 2


def test_a_second_table_below_the_first_has_its_own_columns() -> None:
    form = """
[[format]]
id = "f"
unit = "return"
columns = [{ field = "period", required = true, headers = ["Year"] }]
reshape = { tables = true, unpivot = { into = ["head"], known = ["heads"] } }
"""
    grid: Grid = [["Year", "Murder", "Dacoity"], ["2010", "1", "2"], ["Year", "Robbery", "Others"], ["2010", "3", "4"]]
    for size in (None, 1, 3):
        found = records(form, grid, size)
        assert [(r["row"], r["head"], r["count"]) for r in found] == [
            (2, "Murder", "1"), (2, "Dacoity", "2"), (4, "Robbery", "3"), (4, "Others", "4"),
        ]  # fmt: skip


def test_a_cell_is_split_by_a_pattern_and_kept_whole_when_it_does_not_match() -> None:
    form = """
[[format]]
id = "f"
unit = "case"
columns = [{ field = "_both", required = true, headers = ["FIR No & Date"], synonyms = false }, { field = "district" }]
[[format.reshape.split]]
field = "_both"
pattern = '^(?P<fir_no>\\S+)\\s+dt\\.?\\s*(?P<registered_on>.+)$'
otherwise = "fir_no"
"""
    found = records(form, [["FIR No & Date", "District"], ["12/26 dt 3-7-26", "Swat"], ["13/26", "Swat"]])
    assert [(r["fir_no"], r["registered_on"]) for r in found] == [("12/26", "3-7-26"), ("13/26", None)]
    assert "_both" not in found[0]


def test_blank_cells_take_the_value_above_where_that_is_declared() -> None:
    form = """
[[format]]
id = "f"
unit = "case"
columns = [{ field = "district", required = true }, { field = "fir_no", required = true }]
reshape = { fill_down = ["district"] }
"""
    grid: Grid = [["District", "FIR No"], ["Swat", "1/26"], [None, "2/26"], ["Dir", "3/26"], [None, "4/26"]]
    for size in (None, 1, 2):
        assert [r["district"] for r in records(form, grid, size)] == ["Swat", "Swat", "Dir", "Dir"]


def test_a_value_is_not_filled_down_into_the_next_group() -> None:
    form = """
[[format]]
id = "f"
unit = "case"
columns = [
  { field = "district", required = true },
  { field = "police_station", required = true },
  { field = "fir_no", required = true },
]
reshape = { fill_down = ["district", "police_station"] }
"""
    lines = [("Swat", "City"), (None, None), ("Swat", None), ("Dir", None), (None, None), (None, "Saddar"), (None, None)]
    grid: Grid = [["District", "PS", "FIR No"], *[[*line, f"{n}/26"] for n, line in enumerate(lines, start=1)]]
    for size in (None, 1, 2, 3):
        found = records(form, grid, size)
        assert [r["district"] for r in found] == ["Swat"] * 3 + ["Dir"] * 4
        assert [r["police_station"] for r in found] == ["City"] * 3 + [None] * 2 + ["Saddar"] * 2


def test_equal_records_counted_in_a_column_are_all_kept() -> None:
    form = """
[[format]]
id = "f"
unit = "person"
columns = [{ field = "role", required = true }, { field = "_many", headers = ["No of Victims"] }]
reshape = { expand = "_many" }
"""
    found = records(form, [["Role", "No of Victims"], ["Victim", "3"], ["Victim", None], ["Accused", "x"]])
    assert [(r["row"], r["part"]) for r in found] == [(2, 0), (2, 1), (2, 2), (3, 0), (4, 0)]


def test_a_multiplicity_that_cannot_be_believed_is_told_at_its_place() -> None:
    form = """
[[format]]
id = "f"
unit = "person"
columns = [{ field = "role", required = true }, { field = "_many", headers = ["No of Victims"] }]
reshape = { expand = "_many" }
"""
    cells = ["2", "۳", "2.0", "0", "-2", "1.5", None, "many", "900000"]
    grid: Grid = [["Role", "No of Victims"], *[["Victim", cell] for cell in cells]]
    file = source(grid)
    _, plan, _ = planned(file, only(form), "some")
    done = mapped(plan, file.sheets[0].head())
    parts = done.rows.group_by("row", maintain_order=True).len()["len"].to_list()
    assert parts == [2, 3, 2, 1, 1, 1, 1, 1, 1]
    told = done.issues.filter(code="RK231")
    assert told["row"].to_list() == [5, 6, 7, 8, 9, 10]
    assert set(told["column"]) == {"No of Victims"}


def test_numbered_column_groups_are_one_record_each() -> None:
    form = """
[[format]]
id = "f"
unit = "person"
columns = [
  { field = "fir_no", required = true },
  { field = "name", headers = ["Accused {n} Name"], synonyms = false },
  { field = "cnic", headers = ["Accused {n} CNIC"], synonyms = false },
]
reshape = { records = ["name", "cnic"] }
"""
    grid: Grid = [
        ["FIR No", "Accused 1 Name", "Accused 1 CNIC", "Accused 2 Name", "Accused 2 CNIC"],
        ["1/26", "A", "111", "B", None],
        ["2/26", None, None, None, None],
    ]
    found = records(form, grid)
    assert [(r["row"], r["part"], r["fir_no"], r["name"], r["cnic"]) for r in found] == [
        (2, 0, "1/26", "A", "111"), (2, 1, "1/26", "B", None), (3, 0, "2/26", None, None),
    ]  # fmt: skip


def test_fields_of_another_sheet_are_joined_by_a_key_and_the_rows_own_value_wins() -> None:
    form = """
[[format]]
id = "people"
unit = "person"
columns = [{ field = "fir_no", required = true }, { field = "name" }, { field = "sections", optional = true }]
reshape = { join = [{ format = "cases", key = ["fir_no"], fields = ["sections", "registered_on"] }] }

[[format]]
id = "cases"
unit = "case"
columns = [{ field = "fir_no" }, { field = "sections" }, { field = "registered_on" }, { field = "victim", required = true }]
"""
    _, plan, _ = planned(source([["FIR No", "Name", "U/S"], ["1/26", "A", None]]), only(form), "some")
    side = pl.DataFrame(
        {"fir_no": ["1/26 ", "2/26", "4/26", "4/26"], "sections": ["302", "379", "x", "y"], "registered_on": list("acde")}
    )
    batch = frame([["1/26", "A", None], ["2/26", "B", "380"], ["3/26", "C", None], ["4/26", "D", None]], 2)
    found = mapping.map_batch(batch, plan, None, {"cases": side})
    assert found.rows.select("sections", "registered_on").rows() == [("302", "a"), ("380", "c"), (None, None), (None, None)]
    lost = found.issues.filter(pl.col("code").is_in(["RK225", "RK226"]))
    assert lost.select("row", "code", "column").rows() == [(4, "RK225", "FIR No"), (5, "RK226", "FIR No")]


def test_a_constant_fills_blanks_and_never_overwrites() -> None:
    form = """
[[format]]
id = "f"
unit = "case"
constants = { area = "A" }
columns = [{ field = "fir_no", required = true }, { field = "area" }]
"""
    assert [r["area"] for r in records(form, [["FIR No", "Area"], ["1/26", "B"], ["2/26", None]])] == ["B", "A"]


def test_several_columns_of_one_field_are_joined_in_their_order() -> None:
    form = """
[[format]]
id = "f"
unit = "case"
columns = [{ field = "fir_no", required = true }, { field = "remarks", headers = ["Brief", "Note"], joined = "; " }]
"""
    found = records(form, [["FIR No", "Brief", "Note"], ["1/26", "a", "b"], ["2/26", None, "c"], ["3/26", None, None]])
    assert [r["remarks"] for r in found] == ["a; b", "c", None]


def test_kept_totals_are_records_that_say_so() -> None:
    form = """
[[format]]
id = "f"
unit = "return"
rows = { keep_totals = true }
columns = [{ field = "district", required = true }]
reshape = { unpivot = { into = ["head"], known = ["heads"] } }
"""
    found = records(form, [["District", "Murder", "Robbery"], ["Swat", "1", "2"], ["Total", "1", "2"]])
    assert [(r["district"], r["is_total"]) for r in found] == [
        ("Swat", False), ("Swat", False), (None, True), (None, True),
    ]  # fmt: skip


def test_rows_that_become_very_many_records_are_taken_a_few_at_a_time() -> None:
    form = """
[[format]]
id = "f"
unit = "person"
columns = [{ field = "role", required = true }, { field = "_many", headers = ["No of Victims"] }]
reshape = { expand = "_many" }
"""
    cells = ["2", "9000", "x", "9000", None, "3", "900000", "9000", "1"]
    file = source([["Role", "No of Victims"], *[["Victim", cell] for cell in cells]])
    _, plan, _ = planned(file, only(form), "some")
    batch = file.sheets[0].head()
    cut = list(mapping.pieces(batch, plan, 10_000))
    assert pl.concat(cut).equals(batch)
    assert len(cut) > 2
    assert max(mapped(plan, piece).rows.height for piece in cut) < 20_000


def test_columns_that_become_rows_are_counted_when_a_batch_is_cut() -> None:
    form = """
[[format]]
id = "f"
unit = "return"
columns = [{ field = "district", required = true }]
reshape = { unpivot = { into = ["head"], known = ["heads"] } }
"""
    file = source([["District", "Murder", "Robbery", "Burglary"], *[["Swat", "1", "2", "3"]] * 40])
    _, plan, _ = planned(file, only(form), "some")
    batch = file.sheets[0].head()
    cut = list(mapping.pieces(batch, plan, 30))
    assert pl.concat(cut).equals(batch)
    assert [piece.height for piece in cut] == [10, 10, 10, 10, 1]
