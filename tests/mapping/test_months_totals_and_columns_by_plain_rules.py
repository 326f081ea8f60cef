"""What lines say of months, what returned counts say of each other, which columns are used: each beside a plain rule."""

from __future__ import annotations

import calendar
import random
from typing import Any

import polars as pl
import pytest
from paper_files import CATALOGUE, frame, only, planned, source
from test_figures_that_are_no_counts import SPANS, WHOLE
from test_rows_one_by_one import plan as register

from recordkit import issues
from recordkit.agencies import periods
from recordkit.agencies.declaration import Join
from recordkit.agencies.headers import ColumnMatch
from recordkit.mapping import (
    block_sums,
    classify_rows,
    measures,
    model,
    planning,
    reshape,
    return_totals,
    stated_month,
    totals,
)
from recordkit.mapping.model import Carry, PlannedColumn, Table

MONTHS = CATALOGUE.months
PARTIAL, SEVERAL, OTHER = periods.PARTIAL, periods.SEVERAL, stated_month.OTHER


def why(*lines: str, period: str | None = "2026-07") -> str | None:
    return stated_month.unlike(lines, period, MONTHS)


# ------------------------------------------------------------------------------------------------ months


@pytest.mark.parametrize("line", [line for line in SPANS if "from,January" not in line])
def test_a_line_that_says_more_or_less_than_its_month_says_why(line: str) -> None:
    assert why(line) is not None
    assert why(line, period=None) is None
    assert why(line, period="2026") is None


@pytest.mark.parametrize("line", WHOLE)
def test_a_line_of_its_month_or_of_no_month_says_nothing(line: str) -> None:
    assert why(line) is None


@pytest.mark.parametrize("year", [2024, 2026])
@pytest.mark.parametrize("month", [2, 4, 7])
@pytest.mark.parametrize("form", ["{a} to {b} {name} {year}", "{a} - {b} {name}, {year}", "{name} {a} to {b}, {year}", "{name} {a} to {name} {b}, {year}",
                                  "{a} {name} to {b} {name} {year}", "{a}st of {name} until {b}th {name} {year}"])  # fmt: skip
def test_days_are_a_whole_month_from_its_first_to_its_last_and_else_a_part(year: int, month: int, form: str) -> None:
    name, last = calendar.month_name[month], calendar.monthrange(year, month)[1]
    for a, b in ((1, last), (2, last), (1, last - 1), (1, 1), (15, last)):
        line = form.format(a=a, b=b, name=name, year=year)
        assert why(line, period=f"{year}-{month:02}") == (None if (a, b) == (1, last) else PARTIAL), line


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("January to July 2026", SEVERAL), ("1 January to 31 July 2026", SEVERAL), ("July 2025 to July 2026", SEVERAL), ("July to July 2026", PARTIAL),
        ("since January 2026", SEVERAL), ("for seven months of 2026", SEVERAL), ("7 months of 2026", SEVERAL),
        ("June 2026", OTHER), ("June", OTHER),
        ("July", None), ("Month: 06/2026", OTHER), ("during the year 2026", SEVERAL), ("Year: 2026", None), ("5 June 2026", None), ("June 5, 2026", None),
        ("for the month ending June 30, 2026", OTHER), ("quarter ending June 2026", periods.QUARTER), ("01-06-2026", None), ("Crime 2026", None),
        ("June 2025", OTHER), ("July 2025", OTHER), ("No. 5512 of June 2026", None), ("x" * 110 + " June 2026", OTHER), ("x" * 111 + " June 2026", None),
    ],
)  # fmt: skip
def test_why_a_line_is_not_of_its_month(line: str, said: str | None) -> None:
    assert why(line) == said


def test_one_line_of_the_month_is_enough_and_the_first_span_is_told() -> None:
    assert why("June 2026", "July 2026") is None
    assert why("June 2026", "August 2026") == OTHER
    assert why("July 2026", "during the year 2026") is None
    assert why("January to July 2026", "1-15 July 2026") == SEVERAL
    assert why("1-15 July 2026", "January to July 2026") == PARTIAL
    assert why() is None


def test_texts_of_rows_are_taken_cell_by_cell_line_by_line_and_alone() -> None:
    rows = frame([["Period from", "January", None], [None, None, None], ["Period from", None, "note"], ["a", None, None]], 3)
    assert measures._cells(rows) == ["Period from", "a", "January", "note"]
    assert measures._lines(rows) == ["Period from January", "", "Period from note", "a", "Period from January  Period from note a"]
    assert measures._lines(rows.select("row")) == [""]
    table = Table(header_rows=(4,), columns=())
    assert measures._notes(rows, table) == ["a"]
    assert measures._notes(rows, Table(header_rows=(6,), columns=())) == []
    assert measures._notes(frame([["only", None]], 5), table) == ["only"]
    assert measures._notes(rows.select("row"), table) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("figures in thousands", True), ("Figures_in_Thousands", True), ("figures in thousandsx", False), ("xfigures in thousands", False), ("up to July", True),
     ("upto_the July", False), ("up to 15 July", False), ("July", False)],
)  # fmt: skip
def test_words_of_measures_stand_alone_whatever_parts_them(text: str, found: bool) -> None:
    words = CATALOGUE.layout.words.model_copy(update={"scaled": ("figures in thousands",), "shares": (), "sums": (), "until": ("up to",)})
    assert bool(measures.pattern(words, ["july", "ju"]).search(text)) is found
    assert not measures.pattern(words, ["july"], explained=True).search("up to July")
    assert not measures.pattern(words, []).search("up to July")
    assert not measures._pattern([]).search(text)


# ------------------------------------------------------------------------------------------------ totals

COLUMNS = {
    "file_sha256": pl.String, "sheet": pl.String, "row": pl.Int64, "part": pl.Int32, "agency": pl.String, "format": pl.String, "period": pl.String,
    "province": pl.String, "district": pl.String, "head": pl.String, "count": pl.Int64, "is_total": pl.Boolean, "count_raw": pl.String,
    "province_raw": pl.String, "district_raw": pl.String,
}  # fmt: skip
Cell = dict[str, Any]


def cells_of(seed: int) -> list[Cell]:
    """Sheets of two senders: heads in rows, districts with their province's and the nation's totals in columns, some
    of them slips."""
    rng = random.Random(seed)
    found: list[Cell] = []
    for file, sender in (("f1", "a"), ("f2", "b"), ("f3", "b")):
        for row, head in enumerate(["Murder", "Robbery", "Theft", "TOTAL", "Murder"][: rng.choice([4, 5])], 2):
            places: list[tuple[str | None, str | None]] = [("P", "d1"), ("P", "d2"), ("P", None), ("Q", "d3"), ("Q", None), ("R", None), (None, None)]
            for part, (province, district) in enumerate(places):
                if rng.random() < 0.15:
                    continue
                size = {"d1": 1, "d2": 2, "d3": 3}.get(district or "", {"P": 3, "Q": 3, "R": 4}.get(province or "", 10))
                count: int | None = size * (3 if head == "TOTAL" else 1) + rng.choice([0, 0, 0, 1])
                count = None if rng.random() < 0.05 else count
                total = head == "TOTAL" or (district is None and province != "R")
                raw = None if count is None and rng.random() < 0.3 else str(count or "1,2")
                found.append({
                    "file_sha256": file, "sheet": "s", "row": row, "part": part, "agency": sender, "format": "f", "period": "2026-07", "province": province,
                    "district": district, "head": head, "count": count, "is_total": total, "count_raw": raw, "province_raw": None, "district_raw": district,
                })  # fmt: skip
    return found


def table_of(cell: Cell) -> tuple[Any, ...]:
    return cell["file_sha256"], cell["sheet"], cell["period"]


def place_of(cell: Cell) -> tuple[Any, ...]:
    return cell["province"] or "", cell["district"]


def sums_by_hand(cells: list[Cell]) -> list[tuple[Cell, str, int]]:
    """Every total that can be judged, along which axis, and the sum of its parts."""
    found = []
    sums = {(table_of(one), place_of(one)) for one in cells if one["is_total"] and one["head"] != "TOTAL"}
    for total in cells:
        if total["count"] is None:
            continue
        here = [one for one in cells if table_of(one) == table_of(total)]
        if total["head"] == "TOTAL":
            parts = [one for one in here if place_of(one) == place_of(total) and one["head"] != "TOTAL"]
            found.append((total, "heads", parts))
        if total["is_total"] and (table_of(total), place_of(total)) in sums:
            atoms = [one for one in here if one["head"] == total["head"] and (table_of(one), place_of(one)) not in sums]
            near = [one for one in atoms if one["district"] is not None and place_of(one)[0] == place_of(total)[0]]
            found.append((total, "places", near or atoms))
    return [
        (total, axis, sum(one["count"] for one in parts)) for total, axis, parts in found
        if len(parts) >= 2 and all(one["count"] is not None for one in parts)
    ]  # fmt: skip


def told_by_hand(cells: list[Cell]) -> list[tuple[Any, ...]]:
    """code, file, row, value of RK506, RK241 and RK517."""
    cells = [one for one in cells if one["count"] is not None or one["count_raw"] is not None]
    told = [("RK506", total) for total, _, parts in sums_by_hand(cells) if parts != total["count"]]
    for one in cells:
        if not one["is_total"] and one["district"] is not None:
            same = [
                other for other in cells
                if not other["is_total"] and (table_of(other), place_of(other), other["head"]) == (table_of(one), place_of(one), one["head"])
            ]  # fmt: skip
            if len({other["row"] for other in same}) > 1 and len({other["count"] for other in same}) > 1:
                told.append(("RK241", one))
        if one["count"] is not None and any(
            other["count"] not in (None, one["count"]) and other["agency"] != one["agency"] and other["period"] == one["period"]
            and (place_of(other), other["head"]) == (place_of(one), one["head"])
            for other in cells
        ):  # fmt: skip
            told.append(("RK517", one))
    return [(code, one["file_sha256"], one["row"], None if one["count"] is None else str(one["count"])) for code, one in told]


@pytest.mark.parametrize("seed", range(6))
def test_totals_repeated_rows_and_other_senders_are_told_as_adding_up_tells_them(seed: int) -> None:
    cells = cells_of(seed)
    found = return_totals.check(pl.DataFrame(cells, schema=COLUMNS))
    mine = found.filter(pl.col("code") != "RK516").select("code", "file_sha256", "row", "value").rows()
    assert sorted(mine, key=str) == sorted(told_by_hand(cells), key=str)
    assert {"RK506", "RK517"} <= {code for code, *_ in mine}
    shuffled = random.Random(seed).sample(cells, len(cells))
    order = ["code", "file_sha256", "row", "detail", "value"]
    assert return_totals.check(pl.DataFrame(shuffled, schema=COLUMNS)).sort(order).equals(found.sort(order))


def grid(rng: random.Random, file: str, sender: str) -> list[Cell]:
    """Heads in rows, two provinces and the nation in columns; a blank may be filled with the figure above it."""
    figures = {head: {"N": rng.choice([0, 2, 3]), "S": rng.choice([0, 2, 3])} for head in ("Murder", "Robbery", "Theft")}
    figures["TOTAL"] = {place: sum(one[place] for one in figures.values()) for place in "NS"}
    made: list[Cell] = []
    for row, (head, said) in enumerate(figures.items(), 2):
        for part, (place, count) in enumerate((said | {"All": sum(said.values())}).items()):
            value = count + rng.choice([0, 0, 0, 0, 1, -1])
            if rng.random() < 0.15:
                continue
            made.append({
                "file_sha256": file, "sheet": "", "row": row, "part": part, "agency": sender, "format": "f", "period": "2020", "province": place, "district": None,
                "head": head, "count": max(value, 0), "is_total": place == "All" or head == "TOTAL", "count_raw": "x", "province_raw": None, "district_raw": None,
            })  # fmt: skip
    return made


def filled_by_hand(cells: list[Cell]) -> set[tuple[Any, ...]]:
    """Of which cells two of three signs say that somebody filled a blank: file, row, value."""
    off: dict[Any, int] = {}
    for total, axis, parts in sums_by_hand(cells):
        off[table_of(total), place_of(total) if axis == "heads" else total["head"]] = total["count"] - parts
    atoms = [one for one in cells if not one["is_total"] and one["head"] != "TOTAL" and one["count"] > 0]
    found = set()
    for one in atoms:
        by_heads, by_places = off.get((table_of(one), place_of(one))), off.get((table_of(one), one["head"]))
        known = [each for each in (by_heads, by_places) if each is not None]
        contradicted = bool(known) and len(set(known)) == 1 and known[0] != 0 and one["count"] + known[0] >= 0
        column = sorted((other for other in atoms if (table_of(other), place_of(other)) == (table_of(one), place_of(one))), key=lambda other: other["row"])
        at = column.index(one)
        repeated = one["count"] in [other["count"] for other in column[max(at - 1, 0) : at] + column[at + 1 : at + 2]]
        senders = {other["agency"] for other in cells} - {one["agency"]}
        blank = any(
            any(other["agency"] == sender and other["head"] == one["head"] for other in cells)
            and any(other["agency"] == sender and place_of(other) == place_of(one) for other in cells)
            and not any(other["agency"] == sender and (place_of(other), other["head"]) == (place_of(one), one["head"]) for other in cells)
            for sender in senders
        )  # fmt: skip
        if contradicted + repeated + blank >= 2 and (contradicted or blank):
            found.add((one["file_sha256"], one["row"], str(one["count"])))
    return found


def test_a_cell_of_which_two_signs_say_that_a_blank_was_filled_is_told() -> None:
    seen = 0
    for seed in range(25):
        rng = random.Random(seed)
        cells = grid(rng, "f1", "a") + grid(rng, "f2", "b")
        found = return_totals.check(pl.DataFrame(cells, schema=COLUMNS)).filter(code="RK516")
        wanted = filled_by_hand(cells)
        assert set(found.select("file_sha256", "row", "value").rows()) == wanted, seed
        seen += len(wanted)
    assert seen > 20


@pytest.mark.parametrize("turned", [False, True])
def test_a_districts_cell_is_held_against_the_total_of_its_own_province(turned: bool) -> None:
    """Of two provinces the second one's total leaves 3 for a cell that says 5, as the cell below it does."""
    figures = {"Murder": [3, 4, 7, 5, 5, 8], "Robbery": [1, 2, 3, 2, 5, 7]}
    places = [("P", "d1"), ("P", "d2"), ("P", None), ("Q", "d3"), ("Q", "d4"), ("Q", None)]
    cells = [
        {"file_sha256": "f", "sheet": "s", "row": row, "part": part, "agency": "a", "format": "f", "period": "2026-07", "province": province, "district": district,
         "head": head, "count": count, "is_total": district is None, "count_raw": "x", "province_raw": None, "district_raw": district}
        for row, (head, counts) in enumerate(figures.items(), 2)
        for part, ((province, district), count) in enumerate(zip(places, counts, strict=True))
    ]  # fmt: skip
    found = return_totals.check(pl.DataFrame(cells[:: -1 if turned else 1], schema=COLUMNS)).filter(code="RK516")
    assert found.select("row", "value").rows() == [(2, "5")]
    assert "d4, Murder: the totals leave 3" in found["detail"][0]


def test_counts_without_their_raw_cells_are_judged_all_the_same() -> None:
    cells = [one for one in cells_of(1) if one["count"] is not None]
    whole = return_totals.check(pl.DataFrame(cells, schema=COLUMNS))
    bare = return_totals.check(pl.DataFrame(cells, schema=COLUMNS).drop("count_raw", "province_raw", "district_raw"))
    assert bare.select("code", "row", "value").rows() == whole.select("code", "row", "value").rows()
    named = [one | {"province": None, "province_raw": f" {one['province'] or ''} "} for one in cells]
    other = return_totals.check(pl.DataFrame(named, schema=COLUMNS))
    assert sorted(other.select("code", "row", "value").rows()) == sorted(whole.select("code", "row", "value").rows())
    assert return_totals.check(pl.DataFrame(schema=COLUMNS)).height == 0


# ----------------------------------------------------------------------------------------------- columns


def column(name: str, kind: str, field: str | None = None, **more: Any) -> ColumnMatch:
    return ColumnMatch(name, more.pop("header", name.upper()), (), kind, field, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hidden", "kinds"),
    [((), ["field", "duplicate", "duplicate"]), (("c1",), ["duplicate", "field", "duplicate"]), (("c1", "c2"), ["duplicate", "duplicate", "field"]),
     (("c2",), ["field", "duplicate", "duplicate"]), (("c1", "c2", "c3"), ["field", "duplicate", "duplicate"])],
)  # fmt: skip
def test_of_columns_of_one_meaning_the_first_that_people_see_is_used(hidden: tuple[str, ...], kinds: list[str]) -> None:
    columns = [column("c1", "field", "a"), column("c2", "duplicate", "a", detail="x"), column("c3", "duplicate", "a"), column("c4", "duplicate", "b"), column("c5", "unknown")]
    found = planning._visible_first(columns, hidden)
    assert [one.kind for one in found] == [*kinds, "duplicate", "unknown"]
    assert [one.column for one in found] == [one.column for one in columns]
    used = next(one for one in found if one.kind == "field")
    assert used.detail == ""


def test_a_word_is_known_however_it_is_cased_and_wide_cells_by_their_rows() -> None:
    assert planning._cased(["as Above", "do"]) == ("as Above", "as above", "AS ABOVE", "As above", "As Above", "do", "DO", "Do")
    sheet = source([["a"]]).sheets[0]
    object.__setattr__(sheet, "filled", [((2, 4), ("c1", "c3")), ((4, 5), ("c2", "c2")), ((9, 9), ("c1", "c2"))])
    assert planning._across(sheet) == (2, 3, 4, 9)
    assert planning._distinct_cells(frame([["x", "y"], ["y", None]])) == ["x", "y"]


READING = periods.Reading


@pytest.mark.parametrize(
    ("said", "period", "told"),
    [
        ([], None, None), ([("file", READING())], "2026-07", None), ([("file", READING(None, periods.YEARLESS, 7))], "2026-07", None),
        ([("file", READING(None, periods.YEARLESS, 6))], "2026-07", "file"), ([("sheet", READING(None, periods.QUARTER))], "2026-07", "sheet"),
        ([("file", READING(None, periods.YEARLESS, 7))], None, "file"), ([("file", READING(None, periods.YEARLESS, 7))], "2026", "file"),
        ([("file", READING()), ("letterhead", READING(None, periods.PARTIAL)), ("sheet", READING(None, periods.QUARTER))], "2026-07", "letterhead"),
    ],
)  # fmt: skip
def test_a_name_that_says_no_month_is_told_unless_it_is_the_month_of_the_folder(said: list[Any], period: str | None, told: str | None) -> None:
    found = planning.unread(said, period)
    assert (found is None) is (told is None)
    if told is not None:
        from recordkit import details

        code = next(one.why for where, one in said if where == told)
        names = {"sheet": "sheet_name_why", "file": "file_name_why", "letterhead": "letterhead_why"}
        assert found == details.text(names[told], why=details.text(code))


FORM = """
[[format]]
id = "f"
unit = "case"
columns = [{ field = "fir_no", required = true }, { field = "status" }, { field = "remarks" }, { field = "complainant" }, { field = "accused", optional = true }]
"""


@pytest.mark.parametrize(("unknown", "missing", "told"), [(1, 0, 0), (2, 0, 0), (3, 0, 0), (4, 0, 1), (0, 2, 0), (0, 3, 1), (9, 3, 2)])
def test_columns_drift_where_more_than_the_declared_share_is_strange_or_missing(unknown: int, missing: int, told: int) -> None:
    catalogue = only(FORM)
    limits = catalogue.layout.drift.model_copy(update={"unknown": 0.5, "missing": 0.5})
    object.__setattr__(catalogue, "layout", catalogue.layout.model_copy(update={"drift": limits}))
    form = catalogue["some"].formats[0]
    columns = [column(f"c{at}", "unknown") for at in range(unknown)] + [column("k1", "field", "fir_no"), column("k2", "field", "status")]
    columns += [column("b", "blank"), column("u", "unknown", detail="said")][: 1 if unknown < 3 else 2]
    assert len(list(planning._drift(columns, form, missing, catalogue))) == told


def test_widths_are_those_declared_or_up_to_the_last_cut() -> None:
    cut = '\n[[format]]\nid = "f"\nunit = "case"\ncolumns = [{ field = "fir_no", start = 1, length = 5 }, { field = "status", start = 7, length = 10 }]\n'
    catalogue = only(cut)
    made = planning._fixed(catalogue["some"].formats[0])
    assert [(cut.field, cut.start, cut.length) for cut in made["cuts"]] == [("fir_no", 1, 5), ("status", 7, 10)]
    assert made["widths"] == (16,)
    plain = only(FORM)["some"].formats[0]
    assert planning._fixed(plain) == {"cuts": (), "widths": ()}


def test_a_plan_has_the_fields_that_its_sheet_has_and_says_what_each_is() -> None:
    form = FORM.replace('{ field = "status" }', '{ field = "status", values = { "Done" = "x" }, verbatim = "[A-Z]+", pattern = "a.*" }')
    _, plan, findings = planned(source([["FIR No", "Status", "Accused", "Clerk"], ["1/26", "Done", "Ali", "z"]]), only(form), "some")
    assert plan.fields[:2] == ("fir_no", "status")
    assert "complainant" not in plan.fields
    assert plan.required == ("fir_no",)
    assert (plan.headers, plan.values, plan.verbatim, plan.patterns) == (
        {"fir_no": "FIR No", "status": "Status", "accused": "Accused"}, {"status": {"Done": "x"}}, {"status": "[A-Z]+"}, {"status": "a.*"},
    )  # fmt: skip
    assert plan.types["fir_no"] == "fir"
    missing = findings.filter(pl.col("code").is_in(["RK203", "RK204"])).select("code", "field").rows()
    assert missing == [("RK204", "remarks"), ("RK204", "complainant")]


# ------------------------------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("cell", "number"),
    [("12", 12.0), (" 1,234 ", 1234.0), ("1,23", None), ("12,345,678.5", 12345678.5), ("-3", -3.0), ("1.", None), ("", None), ("x", None), (None, None), ("1234,567", None), ("0.5", 0.5)],
)
def test_a_cell_is_a_number_where_its_commas_belong(cell: str | None, number: float | None) -> None:
    assert pl.DataFrame({"c": [cell]}, schema={"c": pl.String}).select(model.numbers("c")).item() == number


@pytest.mark.parametrize(
    ("cells", "filled", "lone"),
    [([None, None, None], 0, False), (["a", None, None], 1, True), (["a", None, "a"], 2, True), (["a", "b", None], 2, False), ([None, "b", None], 1, True)],
)
def test_a_row_has_so_many_cells_and_perhaps_one_value_alone(cells: list[str | None], filled: int, lone: bool) -> None:
    row = pl.DataFrame([cells], schema=dict.fromkeys("abc", pl.String), orient="row")
    assert row.select(model.filled(list("abc"))).item() == filled
    assert row.select(model.lone(list("abc"))).item() is lone


def test_words_are_compared_without_signs_and_the_longest_first() -> None:
    assert model.loose(["Sub-Total:", "TOTAL", "total", "--", "Grand  Total"]) == ("grand total", "sub total", "total")
    assert model.alternatives(["a.b", "c"]) == r"a\.b|c"
    assert pl.Series(["", "x"]).str.contains(f"^(?:{model.alternatives([])})$").to_list() == [False, False]
    planned_column = PlannedColumn(column="c1", header="A", kind="field", field="a")
    table = Table(header_rows=(2, 3), columns=(planned_column, planned_column.model_copy(update={"kind": "ignored"})))
    assert (table.first_row, len(table.of("field")), len(table.of("field", "ignored"))) == (4, 1, 2)
    assert Table(header_rows=(), columns=()).first_row == 1
    assert issues.empty().height == 0


@pytest.mark.parametrize(("above", "below", "says"), [("Total", "Kasur", False), ("Office", "Total", True), ("Office", "Kasur", False)])
def test_a_return_says_that_a_row_is_a_total_only_below_its_header(above: str, below: str, says: bool) -> None:
    form = '\n[[format]]\nid = "f"\nunit = "return"\ncolumns = [{ field = "district" }, { field = "head" }, { field = "count" }]\n'
    catalogue = only(form)
    sheet = source([[above, None, None], ["District", "Head", "Count"], [below, "Murder", "3"]]).sheets[0]
    columns = tuple(PlannedColumn(column=f"c{at}", header=name, kind="field", field=name) for at, name in enumerate(("district", "head", "count"), 1))
    table = Table(header_rows=(2,), columns=columns)
    assert planning._says_total(sheet, catalogue["some"].formats[0], table, catalogue) is says
    assert not planning._says_total(sheet, only(FORM)["some"].formats[0], table, catalogue), "a register"


# ------------------------------------------------------------------------- joins, labels and what stands above


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_a_row_takes_the_fields_of_the_one_row_that_its_key_names(seed: int, own: bool) -> None:
    rng = random.Random(seed)
    side = pl.DataFrame([(rng.choice(["a", "A ", "b", "c", None]), rng.choice(["x", "y"]), rng.choice(["1", None])) for _ in range(7)],
                        schema={"key": pl.String, "value": pl.String, "more": pl.String}, orient="row")  # fmt: skip
    cells = [(at // 2, at % 2, rng.choice(["a", "b", "c", "d", None]), rng.choice(["mine", None])) for at in range(12)]
    rows = pl.DataFrame(cells, schema={"row": pl.Int64, "part": pl.Int32, "key": pl.String, "value": pl.String}, orient="row")
    rows = rows if own else rows.drop("value")
    join = Join(format="x", key=("key",), fields=("value", "more", "absent"))
    found, lost = reshape.joined(rows, [join], {"x": side})
    named: dict[str, set[tuple[str | None, str | None]]] = {}
    for key, *values in side.rows():
        if key is not None:
            named.setdefault(key.strip().lower(), set()).add((values[0], values[1]))
    told: set[tuple[int, str]] = set()
    for (row, _, key, mine), one in zip(cells, found.iter_rows(named=True), strict=True):
        means = named.get(key or "", set())
        if key is not None and len(means) != 1:
            told.add((row, reshape.AMBIGUOUS if means else reshape.MISSING))
        value, more = next(iter(means)) if key is not None and len(means) == 1 else (None, None)
        assert (one["value"], one["more"]) == ((mine if own else None) or value, more)
    assert sorted(lost.select("row", "code").rows()) == sorted(told), "once for every row, whatever it became"
    assert found.columns == [*rows.columns, *(name for name in ("value", "more") if name not in rows.columns)]
    same, none = reshape.joined(rows, [join], {})
    assert same.equals(rows)
    assert none.height == 0


def test_a_totals_word_among_three_other_texts_is_no_label() -> None:
    batch = frame([["Total", "a", None, "b", "c", "7"], ["Total", "a", None, "b", None, "7"], ["x", "y", "1/26", "z", "u", "v"]], 5)
    found = classify_rows.classify(batch, register(), Carry())
    assert found.select("code", "label", "maybe").rows() == [(None, None, False), ("RK210", "total", False), (None, None, False)]


def test_what_stands_above_a_row_is_added_up_in_all_and_since_the_last_total() -> None:
    carry = Carry(rows=3, block=1, sums={"a": 5.0}, block_sums={"a": 2.0}, unread={"a": 1}, block_unread={}, full={"a": 3}, block_full={"a": 1})
    block = block_sums.Block(2, {"a": 4.0, "b": 1.0}, {"a": 0, "b": 2}, {"a": 2, "b": 1}, None)
    state = block_sums.State.of(carry).after(block)
    wanted = {"rows": 5, "block": 3, "sums": {"a": 9.0, "b": 1.0}, "block_sums": {"a": 6.0, "b": 1.0}, "unread": {"a": 1, "b": 2}, "block_unread": {"a": 0, "b": 2},
              "full": {"a": 5, "b": 1}, "block_full": {"a": 3, "b": 1}}  # fmt: skip
    assert {name: getattr(state, name) for name in wanted} == wanted
    assert {name: getattr(state.into(carry), name) for name in wanted} == wanted
    again = state.closed().after(block)
    assert (again.rows, again.block, again.sums, again.block_sums) == (7, 2, {"a": 13.0, "b": 2.0}, block.sums)
    assert (again.unread, again.block_unread, again.full, again.block_full) == ({"a": 1, "b": 4}, block.unread, {"a": 7, "b": 2}, block.full)


def test_in_a_register_only_a_row_without_all_that_is_required_may_be_a_sum() -> None:
    rows = frame([["Kalat", None, None], [None, "City", "1/26"], [None, None, None]], 5)

    def keyless(of: Any) -> list[bool]:
        return rows.with_columns(k=totals._without_key(of))["k"].to_list()

    assert keyless(register(required=("fir_no",))) == [True, False, True]
    assert keyless(register(required=("fir_no", "district"))) == [False, False, True]
    assert keyless(register(required=())) == [False] * 3
    assert keyless(register(unit="return")) == [True] * 3


@pytest.mark.parametrize("says_total", [True, False])
def test_a_row_of_a_return_is_a_district_or_says_no_place(says_total: bool) -> None:
    of = register(unit="return", says_total=says_total)
    rows = frame([["Kalat", None], ["Nowhere", None], [None, "City"], [None, None]], 5)
    names = list(rows.columns)
    found = rows.select(totals._bare(of, names).alias("bare"), totals._real(of, names).alias("real"))
    assert found["bare"].to_list() == [False, False, False, True]
    assert found["real"].to_list() == ([True, True, True, False] if says_total else [True, False, False, False])
    assert totals.places(of, names) == ["c1", "c2"]
    assert totals.places(of, ["c2"]) == ["c2"]
    banner = register(unit="return", reshape={"banner": [{"into": "district", "pattern": "x"}]})
    assert totals.places(banner, names) == []
    assert rows.with_columns(b=totals._bare(banner, names), r=totals._real(banner, names)).select("b", "r").unique().rows() == [(False, False)]
    down = register(unit="return", reshape={"fill_down": ["district"]})
    assert rows.with_columns(b=totals._bare(down, names))["b"].to_list() == [False] * 4
    assert totals.heads(of, names) == []
    assert rows.with_columns(b=totals._bare(register(), names), r=totals._real(register(), names)).select("b", "r").unique().rows() == [(False, False)]
