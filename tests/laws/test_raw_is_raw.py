"""Raw is raw: every `_raw` column of every table holds the cell as the reader gave it, sign by sign."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

from laws import registers
from recordkit import readers
from tried import examples

# Letters of Arabic keyboards and code pages, joiners, spaces that are none, joined shapes, digits, line ends.
STRANGE = [
    "ي", "ی", "ك", "ک", "ه", "ہ", "ة", "ﻣﺤﻤﺪ", "ﷲ", "\u00a0", "\u200c", "\u200f", "\u202b", " ", "  ", "\t", "\r\n", "\n",
    "٣", "۳", "３", "é", "e\u0301", "’", "–", "ـ", "َ", "\ufeff", "Ali", "302 PPC", "12/2026", "03-07-2026", "male", "4",
    "0300-1234567", "Lahore", "35202-1234567-1", "S/O", ",", ";", "@", "&amp;",
]  # fmt: skip
cells = st.lists(st.sampled_from(STRANGE), max_size=5).map("".join)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("all_fields")


def _read(path: Path) -> dict[int, dict[str, str | None]]:
    """Row -> header -> cell, as the reader gives them."""
    (source,) = readers.open_all(path)
    (sheet,) = source.sheets
    rows = [row for batch in sheet.batches() for row in batch.to_dicts()]
    names = {key: value for key, value in rows[0].items() if key != "row"}
    return {row["row"]: {str(names[key]): row[key] for key in names} for row in rows[1:]}


# Text between tabs is read by what reads text between commas: of one unit, which is enough to see it.
FILES = [*((unit, suffix) for unit in registers.UNITS for suffix in (".csv", ".xlsx")), ("case", ".tsv")]


@pytest.mark.parametrize(("unit", "suffix"), FILES)
@examples(2, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_every_raw_value_is_its_cell_as_the_reader_gave_it(
    unit: str, suffix: str, folder: Path, data: st.DataObject
) -> None:
    names = registers.fields(unit)
    rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(names, cells)), min_size=4, max_size=12))
    unmarked = str.maketrans({"\t": " ", "\ufeff": ""})  # of these two, readers of text know what they mean
    rows = [{name: cell.translate(unmarked) for name, cell in row.items()} for row in rows]
    rows = [{**row, "agency_ref": f"A{at}", "district": row.get("district") or "Kasur"} for at, row in enumerate(rows)]
    path = registers.write(folder / f"all_{unit}{suffix}", unit, rows)
    read = _read(path)
    made, _, done = registers.run(path, unit, folder)
    assert done.tally.read == len(read) + 1
    for name, frame in made.items():
        if name == "quarantine":
            for row in frame.to_dicts():
                given_cells = {one["column"]: one["value"] for one in row["raw"]}
                assert given_cells == read.get(row["row"], given_cells)
            continue
        for row in frame.to_dicts():
            cell_of = read[row["row"]]
            for column in [one for one in row if one.endswith("_raw")]:
                assert row[column] is None or row[column] in cell_of.values(), (name, column, row[column])


def test_the_raw_value_of_a_person_in_a_cell_is_the_whole_cell(folder: Path) -> None:
    accused = " علي\u200c S/O كريم\u00a0، Imran S/O ﻣﺤﻤﺪ "
    cnics = "35202-1234567-1\u200f ; 35202-7654321-3 "
    row = {
        "fir_no": " ٣/2026", "registered_on": "03-07-2026\u00a0", "district": "Lahore ", "police_station": "Raiwind",
        "sections": " ٣٠٢ / ٣٤ PPC ", "accused": accused, "accused_cnic": cnics, "victim": "Noor", "victim_age": " ٢٥ ",
        "victim_sex": "female\u200c",
    }  # fmt: skip
    path = registers.write(folder / "all_case_people.csv", "case", [row, {**row, "fir_no": "4/2026"}])
    made, _, _ = registers.run(path, "case", folder)
    first = pl.col("row") == 2
    people = made["persons"].filter(first).sort("role", "position").to_dicts()
    assert [(one["role"], one["name_raw"]) for one in people] == [
        ("accused", accused), ("accused", accused), ("victim", "Noor"),
    ]  # fmt: skip
    assert [one["cnic_raw"] for one in people] == [cnics, cnics, None]
    assert (people[2]["age_raw"], people[2]["sex_raw"]) == (" ٢٥ ", "female\u200c")
    charges = made["charges"].filter(first)
    assert charges["section_raw"].to_list() == [row["sections"]] * 2
    (case,) = made["cases"].filter(first).to_dicts()
    assert (case["fir_no_raw"], case["registered_on_raw"], case["district_raw"]) == (
        row["fir_no"], row["registered_on"], row["district"],
    )  # fmt: skip


def test_the_raw_value_of_a_number_in_a_workbook_is_the_number_in_plain_decimals(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["a", "b", "c", "d"])
    book.active.append([3520212345671, 12.5, 302, 1e20])
    book.active["C2"].number_format = '"Rs "0.00'
    book.save(tmp_path / "numbers.xlsx")
    read = _read(tmp_path / "numbers.xlsx")
    assert read[2] == {"a": "3520212345671", "b": "12.5", "c": "302", "d": "100000000000000000000"}
