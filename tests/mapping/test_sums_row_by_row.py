"""Totals and sums of a sheet beside a reading of it row by row, as a clerk with a pencil would do it."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest
from paper_files import frame

from recordkit import issues
from recordkit.mapping import block_sums, totals
from recordkit.mapping.classify_rows import SUBTOTAL, TOTAL
from recordkit.mapping.model import Carry, PlannedColumn, RowWords, SheetPlan, Table
from recordkit.mapping.totals import UNNAMED

Row = list[str | None]
COUNTS = ("c2", "c3", "c4", "c5")
DISTRICTS = ("kalat", "quetta", "zhob")


def plan(unit: str = "return", first: str = "district", **more: Any) -> SheetPlan:
    """A sheet whose first column says which row it is, and whose others are counted."""
    kind = "spread" if unit == "return" else "ignored"
    columns = [PlannedColumn(column="c1", header="Key", kind="field", field=first)]
    columns += [PlannedColumn(column=name, header=f"H{name}", kind=kind) for name in COUNTS]  # type: ignore[arg-type]
    data: dict[str, Any] = {
        "file": "f", "file_sha256": "f" * 64, "sheet": "s", "agency": "a", "format": "f", "unit": unit,
        "tables": (Table(header_rows=(1,), columns=tuple(columns)),), "fields": (first,), "required": (first,),
        "places": ("district",), "words": RowWords(districts=DISTRICTS),
    }  # fmt: skip
    return SheetPlan.model_validate(data | more)


def coded(rows: list[tuple[str | None, Row]], start: int = 2) -> pl.DataFrame:
    table = frame([[*cells, *[None] * (1 + len(COUNTS) - len(cells))] for _, cells in rows], start)
    return table.with_columns(
        pl.Series("code", [code for code, _ in rows], dtype=pl.String), pl.lit(False).alias("maybe"),
        pl.lit(None, pl.String).alias("label"),
    )  # fmt: skip


def marked(rows: list[tuple[str | None, Row]], of: SheetPlan, carry: Carry | None = None) -> list[int]:
    """The rows, counted from 0, that are found to be sums without a word."""
    found = totals.check(coded(rows), of, carry or Carry())[0]
    return [at for at, code in enumerate(found.get_column("code").to_list()) if code == UNNAMED]


# ------------------------------------------------------------------------------------------- written totals


def pencil(rows: list[tuple[str | None, Row]], first_row: int = 2) -> set[tuple[int, str, str]]:
    """(row, header, detail) of every cell of a total that is neither the sum of its block nor, if grand, of all."""
    whole, block, n = dict.fromkeys(COUNTS, 0), dict.fromkeys(COUNTS, 0), 0
    found = set()
    for at, (code, cells) in enumerate(rows):
        said = {name: int(cell) for name, cell in zip(COUNTS, cells[1:], strict=True) if cell is not None}
        if code is None:
            n += 1
            for name, value in said.items():
                whole[name] += value
                block[name] += value
            continue
        for name, value in said.items():
            options = [block[name]] if code == SUBTOTAL else [whole[name], block[name]]
            options = options if n else [whole[name]]
            if value not in options:
                found.add((at + first_row, f"H{name}", f"says {value}, the rows add up to {options[0]}"))
        block, n = dict.fromkeys(COUNTS, 0), 0
    return found


def random_sheet(seed: int, subtotals: bool = True) -> list[tuple[str | None, Row]]:
    rng = random.Random(seed)
    rows: list[tuple[str | None, Row]] = []
    for _ in range(30):
        code = rng.choice([None, None, None, TOTAL, SUBTOTAL if subtotals else TOTAL])
        cells: Row = [str(rng.randrange(6)) if rng.random() < 0.8 else None for _ in COUNTS]
        if code and rng.random() < 0.8:
            above = [cells for code, cells in rows if code is None]
            cells = [str(sum(int(row[at] or 0) for row in above)) for at in range(1, 5)]
        rows.append((code, [f"place {len(rows)}", *cells]))
    return rows


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("size", [99, 7, 1])
def test_a_written_total_is_that_of_its_block_or_a_grand_one_of_all_in_batches_of_any_size(seed: int, size: int) -> None:
    rows, of = random_sheet(seed), plan(words=RowWords(districts=DISTRICTS, off=("unnamed_totals",)))
    carry, found = Carry(), []
    for at in range(0, len(rows), size):
        _, told, carry = totals.check(coded(rows[at : at + size], at + 2), of, carry)
        found.append(told)
    told = issues.concat(found)
    assert set(told.get_column("code")) <= {"RK215"}
    assert set(told.select("row", "column", "detail").rows()) == pencil(rows)
    assert pencil(rows)
    records = [cells for code, cells in rows if code is None]
    assert carry.rows == len(records)
    assert carry.ended is any(code == TOTAL for code, _ in rows)
    for at, name in enumerate(COUNTS, 1):
        assert carry.sums.get(name, 0) == sum(int(row[at] or 0) for row in records)
        assert carry.full.get(name, 0) == sum(int(row[at] or 0) > 0 for row in records)


def test_a_total_over_a_cell_that_is_no_number_is_not_compared() -> None:
    of = plan("case", "fir_no", words=RowWords(off=("unnamed_totals",)))
    rows: list[tuple[str | None, Row]] = [
        (None, ["1", "2", "x", "1", "1"]), (SUBTOTAL, [None, "3", "3", "1", "1"]),
        (None, ["2", "1", "1", "1", "1"]), (SUBTOTAL, [None, "1", "2", "1", "1"]), (TOTAL, [None, "4", "9", "2", "2"]),
    ]  # fmt: skip
    _, told, _ = totals.check(coded(rows), of, Carry())
    assert told.select("row", "column").rows() == [(3, "Hc2"), (5, "Hc3"), (6, "Hc2")]


@pytest.mark.parametrize("words", [RowWords(keep_totals=True), RowWords(off=("sums",))])
def test_totals_that_are_kept_or_not_to_be_summed_are_not_compared_here(words: RowWords) -> None:
    rows: list[tuple[str | None, Row]] = [(None, ["a", "1", "1", "1", "1"]), (TOTAL, [None, "9", "9", "9", "9"])]
    assert not totals.check(coded(rows), plan(words=words), Carry())[1].height


@pytest.mark.parametrize(
    ("code", "cell", "before", "detail"),
    [
        (TOTAL, "5", 0, None), (TOTAL, "2", 0, None), (TOTAL, "4", 0, "says 4 rows, there are 5"),
        (SUBTOTAL, "2", 0, None), (SUBTOTAL, "5", 0, None), (SUBTOTAL, "3", 0, "says 3 rows, there are 2"),
        (TOTAL, "15", 10, None), (TOTAL, "5", 10, "says 5 rows, there are 15"), (TOTAL, "many", 0, None),
        (TOTAL, None, 0, None),
    ],
)  # fmt: skip
def test_a_registers_total_is_the_number_of_all_rows_or_of_those_since_the_last(
    code: str, cell: str | None, before: int, detail: str | None
) -> None:
    of = plan("case", "fir_no", words=RowWords(off=("unnamed_totals",)))
    record: tuple[str | None, Row] = (None, ["1/26"])
    rows: list[tuple[str | None, Row]] = [*[record] * 3, (SUBTOTAL, ["Sub Total"]), *[record] * 2, (code, [cell or "Total"])]
    rows[-1] = (code, ["Total" if cell is None else cell])
    said = totals.check(coded(rows), of, Carry(rows=before))[1]
    assert said.select("row", "code", "detail").rows() == ([(8, "RK215", detail)] if detail else [])


def test_two_numbers_in_a_registers_total_say_nothing() -> None:
    of = plan("case", "fir_no", tables=(Table(header_rows=(1,), columns=plan("case", "fir_no").tables[0].columns[:1]),))
    rows: list[tuple[str | None, Row]] = [(None, ["1/26"]), (TOTAL, ["7", "9"])]
    assert not totals.check(coded(rows), of, Carry())[1].height


# ------------------------------------------------------------------------------------------ sums without a word


def unnamed(rows: list[Row], unit: str, carry: Carry | None = None) -> list[int]:
    """By plain loops: the rows that are the sum of the records above, in all or since the last such row."""
    carry, sums = carry or Carry(), set[int]()
    while True:
        hit = next((at for at in range(len(rows)) if at not in sums and _is_sum(rows, at, sums, unit, carry)), None)
        if hit is None:
            return sorted(sums)
        sums.add(hit)


def _is_sum(rows: list[Row], at: int, sums: set[int], unit: str, carry: Carry) -> bool:
    key, *cells = rows[at]
    if (unit == "return" and (key or "").lower() in DISTRICTS) or (unit != "return" and key is not None):
        return False
    values = [int(cell or 0) for cell in cells]
    told = sum(value > 0 for value in values)
    last = max((one for one in sums if one < at), default=-1)
    for start, whole in ((last + 1, False), (0, True)):
        above = [row for one, row in enumerate(rows[:at]) if one >= start and one not in sums]
        carried = (carry.sums if whole else carry.block_sums) if whole or last < 0 else {}
        counted = (carry.full if whole else carry.block_full) if whole or last < 0 else {}
        many = len(above) + ((carry.rows if whole else carry.block) if whole or last < 0 else 0)
        equal = proved = 0
        for place, name in enumerate(COUNTS, 1):
            numbers = [int(row[place] or 0) for row in above]
            total = sum(numbers) + carried.get(name, 0)
            same = total > 0 and values[place - 1] == total and rows[at][place] is not None
            equal += same
            proved += same and sum(one > 0 for one in numbers) + counted.get(name, 0) > 1
        if unit != "return":
            if many >= 2 and equal >= 3 and equal * 2 >= told and proved >= 3:
                return True
        elif (key is None and many >= 1 and told >= 1 and equal == told) or (
            many >= 2 and proved >= 3 and equal * 10 >= told * 8
        ):
            return True
    return False


def sheet_with_sums(seed: int, keys: list[str | None]) -> list[Row]:
    """Small counts, and among them rows that are sums of those above, or nearly."""
    rng = random.Random(seed)
    rows: list[Row] = [["kalat", "1", "0", "2", "1"]]
    start = 0
    for _ in range(7):
        cells = [rng.choice(["0", "0", "1", "2", None]) for _ in COUNTS]
        if rng.random() < 0.5:
            cells = [str(sum(int(row[at] or 0) for row in rows[rng.choice([0, start]) :])) for at in range(1, 5)]
            if rng.random() < 0.5:
                cells[rng.randrange(4)] = rng.choice(["0", None, "9"])
            start = len(rows) + 1
        rows.append([rng.choice(keys), *cells])
    return rows


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(("unit", "keys"), [("return", ["kalat", "zone", None]), ("case", ["1/26", None, None])])
def test_a_sum_without_a_word_is_found_as_adding_up_finds_it(unit: str, keys: list[str | None], seed: int) -> None:
    rows = sheet_with_sums(seed, keys)
    rows[0][0] = keys[0]
    of = plan(unit, "district" if unit == "return" else "fir_no")
    carry = Carry(rows=2, block=1, sums=dict.fromkeys(COUNTS, 1.0), block_sums={"c2": 1.0}, full={"c2": 2, "c3": 1},
                  block_full={"c2": 1}) if seed % 2 else Carry(rows=1)  # fmt: skip
    assert marked([(None, row) for row in rows], of, carry) == unnamed(rows, unit, carry)


def test_the_sheets_of_that_law_have_sums_and_near_sums() -> None:
    found = [len(unnamed(sheet_with_sums(seed, ["zone", None]), "return")) for seed in range(40)]
    assert 0 in found
    assert max(found) >= 2


@pytest.mark.parametrize(
    ("top", "rest", "found"),
    [
        ([None, "3", "0", "0", "0"], [["a", "1"], ["b", "2"]], True),
        ([None, "4", "0", "0", "0"], [["a", "1"], ["b", "2"]], False),
        ([None, "3", "0", "0", "0"], [["a", "3"]], False),
        ([None, "0", "0", "0", "0"], [["a", "0"], ["b", "0"]], False),
        (["all", "3", "3", "3"], [["a", "1", "1", "1"], ["b", "1", "1", "1"], ["c", "1", "1", "1"]], True),
        (["all", "3", "3"], [["a", "1", "1"], ["b", "1", "1"], ["c", "1", "1"]], False),
        (["all", "3", "3", "3"], [["a", "2", "2", "2"], ["b", "1", "1", "1"]], False),
        (["all", "3", "3", "3"], [["a", "1", "1", "3"], ["b", "1", "1", "0"], ["c", "1", "1", "0"]], False),
        (["kalat", "3", "3", "3"], [["a", "1", "1", "1"], ["b", "1", "1", "1"], ["c", "1", "1", "1"]], False),
    ],
)
def test_a_total_at_the_top_is_the_sum_of_all_below_it(top: Row, rest: list[Row], found: bool) -> None:
    assert (0 in marked([(None, row) for row in [top, *rest]], plan())) is found
    later = marked([(None, row) for row in [top, *rest]], plan(), Carry(rows=4))
    assert 0 not in later, "only of a whole sheet"


@pytest.mark.parametrize(
    ("cells", "found"),
    [(["3"], True), ([None, "3"], True), (["2"], False), (["4"], False), (["3", "3"], False), (["three"], False)],
)
def test_the_number_of_the_rows_above_it_alone_in_a_row_is_a_total(cells: Row, found: bool) -> None:
    rows: list[tuple[str | None, Row]] = [(None, [f"{at}/26", "x"]) for at in range(3)]
    of = plan("case", "fir_no")
    assert marked([*rows, (None, cells)], of) == ([3] if found else [])
    assert marked([*rows[:1], (None, cells)], of, Carry(rows=2)) == ([1] if found else [])


@pytest.mark.parametrize(("above", "found"), [(2, True), (1, False)])
def test_one_record_above_its_number_is_no_proof(above: int, found: bool) -> None:
    rows: list[tuple[str | None, Row]] = [(None, [f"{at}/26", "x"]) for at in range(above)]
    assert bool(marked([*rows, (None, [str(above)])], plan("case", "fir_no"))) is found


def test_of_two_such_numbers_the_last_is_the_total() -> None:
    rows: list[tuple[str | None, Row]] = [(None, ["1/26", "x"]), (None, ["2/26", "x"]), (None, ["2"]), (None, ["3"])]
    assert marked(rows, plan("case", "fir_no")) == [3]


def test_a_declaration_switches_sums_without_a_word_off_and_lines_of_fixed_width_have_none() -> None:
    rows: list[tuple[str | None, Row]] = [(None, ["a", *"1234"]), (None, ["b", *"1234"]), (None, [None, *"2468"])]
    assert marked(rows, plan()) == [2]
    assert marked(rows, plan(words=RowWords(off=("unnamed_totals",)))) == []
    fixed = plan(cuts=({"field": "district", "start": 1, "length": 3},))
    _, told, carry = totals.check(coded([*rows, (TOTAL, [])]), fixed, Carry(rows=4))
    assert (told.height, carry.rows) == (0, 7)


def test_a_place_that_other_rows_say_is_a_total_makes_none_of_a_named_row() -> None:
    rows: list[tuple[str | None, Row]] = [(None, ["a", *"1234"]), (None, ["b", *"1234"]), (None, ["zone", *"2468"])]
    assert marked(rows, plan()) == [2]
    assert marked(rows, plan(says_total=True)) == []


# ---------------------------------------------------------------------------------------- rows that may be a total


def counted(rows: list[tuple[str | None, bool, Row]], carry: Carry | None = None) -> list[int]:
    table = coded([(code, cells) for code, _, cells in rows]).with_columns(
        pl.Series("maybe", [maybe for _, maybe, _ in rows])
    )
    found = totals._counted(table, carry or Carry()).get_column("code").to_list()
    return [at for at, (code, maybe, _) in enumerate(rows) if maybe and found[at] == TOTAL and code is None]


RECORD: tuple[str | None, bool, Row] = (None, False, ["Aslam", "1/26"])


@pytest.mark.parametrize(
    ("rows", "carry", "found"),
    [
        ([RECORD, RECORD, (None, True, ["Mizan", "2"])], Carry(), [2]),
        ([RECORD, RECORD, (None, True, ["Mizan", "3"])], Carry(), []),
        ([(None, True, ["Mizan", "0"])], Carry(), []),
        ([RECORD, RECORD, (None, True, ["Mizan", "2", "x"])], Carry(), []),
        ([RECORD, RECORD, (None, True, ["Mizan", "2", "2"])], Carry(), []),
        # who was taken for a record is counted below, and who was not is not
        ([RECORD, (None, True, ["Mizan", "7"]), (None, True, ["Mizan", "2"])], Carry(), [2]),
        ([RECORD, (None, True, ["Mizan", "1"]), RECORD, (None, True, ["Kul", "1"]), (None, True, ["Kul", "2"])], Carry(), [1, 3, 4]),
        ([RECORD, (None, True, ["Mizan", "1"]), RECORD, (None, True, ["Kul", "2"])], Carry(), [1, 3]),
        ([RECORD, RECORD, (SUBTOTAL, False, ["Total"]), RECORD, (None, True, ["Kul", "1"])], Carry(), [4]),
        ([RECORD, RECORD, (SUBTOTAL, False, ["Total"]), RECORD, (None, True, ["Kul", "3"])], Carry(), [4]),
        ([RECORD, RECORD, (SUBTOTAL, False, ["Total"]), RECORD, (None, True, ["Kul", "2"])], Carry(), []),
        ([RECORD, (None, True, ["Mizan", "6"])], Carry(rows=5, block=2), [1]),
        ([RECORD, (None, True, ["Mizan", "3"])], Carry(rows=5, block=2), [1]),
        ([RECORD, (None, True, ["Mizan", "1"])], Carry(rows=5, block=2), []),
        ([(None, True, ["Mizan", "9"]), RECORD, (SUBTOTAL, False, ["Total"]), RECORD, (None, True, ["Kul", "1"])], Carry(), [4]),
    ],
)  # fmt: skip
def test_a_word_for_a_name_beside_the_number_of_the_records_above_is_a_total(
    rows: list[tuple[str | None, bool, Row]], carry: Carry, found: list[int]
) -> None:
    assert counted(rows, carry) == found


# --------------------------------------------------------------------------------------------------- areas

AREAS = RowWords(
    districts=DISTRICTS, areas=("balochistan", "kalat division"), several=("region", "division"), known=("mekran",)
)


def area_codes(rows: list[tuple[str | None, Row]], **more: Any) -> list[str | None]:
    of = plan(words=AREAS, **more)
    told = block_sums.with_numbers(coded(rows), of, COUNTS)
    return block_sums.mark(told, of, COUNTS, ["c1"]).get_column("code").to_list()


@pytest.mark.parametrize(
    ("name", "counts", "found"),
    [
        ("Balochistan", "3456", True), ("Mekran Region", "3456", True), ("Region Kalat", "3456", True),
        ("Kalat Division", "3456", True), ("Mekran", "3456", False), ("Unknown Region", "3456", False),
        ("Zhob", "3456", False), (None, "3456", False), ("Balochistan", "3457", False), ("Region", "3456", False),
    ],
)
def test_an_area_that_is_the_sum_of_its_districts_is_no_district(name: str | None, counts: str, found: bool) -> None:
    districts: list[tuple[str | None, Row]] = [(None, ["Kalat", *"1234"]), (None, ["Quetta", *"2222"])]
    code = "RK245" if found else None
    assert area_codes([*districts, (None, [name, *counts])]) == [None, None, code]
    assert area_codes([(None, [name, *counts]), *districts]) == [code, None, None]


def test_an_area_is_compared_with_the_districts_next_to_it_and_with_all() -> None:
    a: tuple[str | None, Row] = (None, ["Kalat", *"1100"])
    b: tuple[str | None, Row] = (None, ["Quetta", *"0022"])
    zone: tuple[str | None, Row] = (None, ["Mekran Region", *"0022"])
    first: tuple[str | None, Row] = (None, ["Kalat Division", *"1100"])
    whole: tuple[str | None, Row] = (None, ["Balochistan", *"1122"])
    assert area_codes([a, first, b, zone, whole]) == [None, "RK245", None, "RK245", "RK245"]
    assert area_codes([a, (TOTAL, ["Total", *"1100"]), b, zone]) == [None, TOTAL, None, "RK245"]
    assert area_codes([a, (None, ["Balochistan", *"0000"])]) == [None, None], "nothing is no sum"
    assert area_codes([(None, ["Kalat", *"1000"]), (None, ["Balochistan", *"1000"])]) == [None, "RK245"], "one is"
    assert area_codes([(None, ["Kalat", *"0000"]), (None, ["Balochistan", *"0000"])]) == [None, None]
    assert area_codes([(None, ["Balochistan", *"1100"])]) == [None]


def test_an_area_beside_districts_is_a_finding_and_one_that_says_nothing_is_none() -> None:
    of = plan(words=AREAS)
    rows = [(None, ["Kalat", *"1234"]), (None, ["Balochistan", *"9999"]), (None, ["Mekran Region", *"0000"]),
            ("RK245", ["Kalat Division", *"1234"])]  # fmt: skip
    told = block_sums.with_numbers(coded(rows), of, COUNTS)  # type: ignore[arg-type]
    found = block_sums.areas_among_districts(told, of, COUNTS, ["c1"])
    assert found.select("row", "code", "value", "column").rows() == [(3, "RK246", "Balochistan", "Key")]
    assert not block_sums.areas_among_districts(told.filter(pl.col("row") > 2), of, COUNTS, ["c1"]).height
    off = plan(words=AREAS.model_copy(update={"off": ("areas",)}))
    assert not block_sums.areas_among_districts(told, off, COUNTS, ["c1"]).height
    assert block_sums.mark(told, off, COUNTS, ["c1"]).equals(told)


# ----------------------------------------------------------------------------------------- what is counted


def test_only_a_grand_total_ends_a_sheet() -> None:
    record: tuple[str | None, Row] = (None, ["a", *"1234"])
    assert not totals.check(coded([record, (SUBTOTAL, ["Total a", *"1234"])]), plan(), Carry())[2].ended
    assert totals.check(coded([record, (TOTAL, ["Total", *"1234"])]), plan(), Carry())[2].ended
    assert totals.check(coded([record]), plan(), Carry(ended=True))[2].ended


def test_what_is_counted_are_the_counts_of_a_return_and_the_unused_columns_of_a_register() -> None:
    assert block_sums.columns(plan(), ["c1", "c3", "c5"]) == ["c3", "c5"]
    register = plan("case", "fir_no")
    assert block_sums.columns(register, ["c1", *COUNTS]) == list(COUNTS)
    assert block_sums.copies(register) == []
    several = plan("case", "fir_no", reshape={"expand": "fir_no"})
    assert (block_sums.copies(several), block_sums.columns(several, ["c1", "c2"])) == (["c1"], ["c2", "c1"])
    assert block_sums.copies(plan("case", "fir_no", reshape={"expand": "other"})) == []


def test_a_row_stands_for_as_many_records_as_it_says_if_that_can_be_believed() -> None:
    of = plan("case", "fir_no", reshape={"expand": "fir_no"})
    cells = ["2", "0", "10000", "10001", "1.5", "many", None, "1,000"]
    rows: list[tuple[str | None, Row]] = [(None, [cell]) for cell in cells]
    table = block_sums.with_numbers(coded([*rows, (TOTAL, ["0"])]), of, ["c1", "c2"])
    assert table.get_column("_n_c1").to_list() == [2, 1, 10_000, 1, 1, 1, 1, 1_000, 0]
    assert not table.get_column("_x_c1").any()


def test_a_cell_that_is_filled_and_no_number_is_counted_as_unread() -> None:
    cells = ["2", "x", None, "1,00", "-3", "1,000.5"]
    rows: list[tuple[str | None, Row]] = [(None, ["k", cell]) for cell in cells]
    register = block_sums.with_numbers(coded(rows), plan("case", "fir_no"), COUNTS)
    assert register.get_column("_x_c2").to_list() == [False, True, False, True, False, False]
    assert register.get_column("_n_c2").to_list() == [2, None, None, None, -3, 1000.5]
    counts = block_sums.with_numbers(coded(rows[:3]), plan(values={"count": {"x": "7"}}), COUNTS)
    assert counts.get_column("_n_c2").to_list() == [2, 7, None], "a declared word for a number is one"
    plain = block_sums.with_numbers(coded(rows[:3]), plan(), COUNTS)
    assert plain.get_column("_x_c2").to_list() == [False, True, False]
