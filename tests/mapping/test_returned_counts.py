"""Returned counts are checked against each other once all files are known."""

from __future__ import annotations

import polars as pl

from recordkit.mapping import return_totals

SCHEMA = {
    "file_sha256": pl.String, "sheet": pl.String, "row": pl.Int64, "part": pl.Int32, "agency": pl.String,
    "format": pl.String, "period": pl.String, "province": pl.String, "district": pl.String, "head": pl.String,
    "count": pl.Int64, "is_total": pl.Boolean, "count_raw": pl.String, "province_raw": pl.String,
}  # fmt: skip


def table(file: str, grid: dict[str, dict[str, int | str | None]], source: str = "a") -> pl.DataFrame:
    """{head: {place: count}} as returns; "All" is the place and TOTAL the head of sums; text is unreadable."""
    rows = []
    for row, (head, cells) in enumerate(grid.items(), start=2):
        for part, (place, count) in enumerate(cells.items()):
            if count is None:
                continue
            number = count if isinstance(count, int) else None
            total = place == "All" or head == "TOTAL"
            rows.append(
                (file, "", row, part, "pbs", source, "2020", place, None, head, number, total, str(count), place)
            )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def told(frame: pl.DataFrame) -> list[tuple[str, int, str]]:
    return return_totals.check(frame).select("code", "row", "detail").rows()


GOOD: dict[str, dict[str, int | str | None]] = {
    "Murder": {"North": 3, "South": 4, "All": 7},
    "Robbery": {"North": 5, "South": 6, "All": 11},
    "TOTAL": {"North": 8, "South": 10, "All": 18},
}


def test_a_table_that_adds_up_has_no_findings() -> None:
    assert told(table("f", GOOD)) == []


def test_a_cell_that_breaks_both_of_its_totals_is_named_along_both() -> None:
    wrong = GOOD | {"Murder": {"North": 3, "South": 9, "All": 7}}
    assert told(table("f", wrong)) == [
        ("RK506", 2, "2020, All, Murder: says 7, its 2 places add up to 12"),
        ("RK506", 4, "2020, South, TOTAL: says 10, its 2 heads add up to 15"),
    ]


def test_a_blank_that_somebody_filled_with_the_value_above_is_suspicious() -> None:
    blank = GOOD | {"Robbery": {"North": 5, "South": None, "All": 7}, "TOTAL": {"North": 8, "South": 6, "All": 14}}
    filled = blank | {"Robbery": {"North": 5, "South": 4, "All": 7}}
    both = pl.concat([table("f1", blank, "first"), table("f2", filled, "second")])
    found = [row for row in told(both) if row[0] == "RK516"]
    assert found == [
        ("RK516", 3, "2020, South, Robbery: the totals leave 2 for this cell; it repeats the cell next to it; "
         "pbs/first has it blank")
    ]  # fmt: skip


def test_one_total_is_enough_to_contradict_a_cell_that_repeats_its_neighbour() -> None:
    cells: dict[str, dict[str, int | str | None]] = {"Murder": {"North": 3, "South": 4}, "Robbery": {"North": 5, "South": 4}}
    by_heads = cells | {"TOTAL": {"North": 8, "South": 6}}
    by_places = {head: row | {"All": total} for (head, row), total in zip(cells.items(), (7, 7), strict=True)}
    for grid, found in ((by_heads, {("South", "Murder"), ("South", "Robbery")}), (by_places, {("South", "Robbery")})):
        place = [detail.split(": ")[0].split(", ")[1:] for code, _, detail in told(table("f", grid)) if code == "RK516"]
        assert {(where, head) for where, head in place} == found


def test_a_true_zero_and_a_true_repetition_are_not_suspicious() -> None:
    same = {
        "Murder": {"North": 3, "South": 0, "All": 3},
        "Robbery": {"North": 3, "South": 0, "All": 3},
        "TOTAL": {"North": 6, "South": 0, "All": 6},
    }
    assert told(table("f", same)) == []


def test_sources_that_differ_are_each_told_of_the_other() -> None:
    other = {"Murder": {"All": 9}, "Robbery": {"All": 11}}
    found = told(pl.concat([table("f1", GOOD, "first"), table("f2", other, "second")]))
    assert found == [
        ("RK517", 2, "2020, All, Murder: 7 here, 9 in pbs/second"),
        ("RK517", 2, "2020, All, Murder: 9 here, 7 in pbs/first"),
    ]


def test_a_corrected_file_of_the_same_source_is_no_disagreement() -> None:
    corrected = {"Murder": {"All": 9}}
    assert told(pl.concat([table("f1", GOOD), table("f2", corrected)])) == []


def test_an_unreadable_part_makes_no_sum_wrong() -> None:
    lost = GOOD | {"Murder": {"North": 3, "South": "673,75", "All": 7}}
    assert told(table("f", lost)) == []


def test_a_province_total_is_about_its_districts() -> None:
    rows = [
        ("f", "", 2, 0, "s", "sindh", "2026-07", "Sindh", "Sukkur", "Murder", 2, False, "2", "Sindh"),
        ("f", "", 2, 1, "s", "sindh", "2026-07", "Sindh", "Thatta", "Murder", 3, False, "3", "Sindh"),
        ("f", "", 2, 2, "s", "sindh", "2026-07", "Sindh", None, "Murder", 6, True, "6", "Sindh"),
    ]
    found = told(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    assert found == [("RK506", 2, "2026-07, Sindh, Murder: says 6, its 2 places add up to 5")]


def test_no_returns_give_no_findings() -> None:
    assert return_totals.check(pl.DataFrame(schema=SCHEMA)).height == 0
