"""A list without a column is told so once, and not in every row."""

from pathlib import Path

import pytest

from recordkit import declarations, ingest
from senders import declared

DECLARATION = """
id = "short"
name = "Short lists"
kind = "police"
province = "Punjab"

[[format]]
id = "list"
unit = "case"
file = { kinds = ["delimited"] }
columns = [
  { field = "fir_no", required = true },
  { field = "registered_on", required = true, date_order = "dmy" },
  { field = "police_station", required = true },
  { field = "district", required = true },
  { field = "sections", optional = true },
]
"""
ROWS = "".join(f"{number}/2026,0{number}-10-2026,City,Kasur\n" for number in range(1, 8))


def found(folder: Path, text: str, most: int | None) -> list[tuple[int | None, str | None]]:
    overlay = declared(folder / "mine", "short", DECLARATION)
    sent = folder / "list.csv"
    sent.write_text(text, encoding="utf-8")
    (done,) = ingest.receive(sent, ingest.declare([declarations.PACKAGED, overlay]), agency="short", most=most)
    assert done.tally.accepted == 7
    return done.issues.filter(code="RK410").select("row", "detail").rows()


@pytest.mark.parametrize("most", [None, 2])
def test_what_no_column_holds_is_said_once_with_the_number_of_records(tmp_path: Path, most: int | None) -> None:
    told = found(tmp_path, "FIR No,Date,PS,District\n" + ROWS, most)
    assert told == [(None, "7 records; the sheet has no column for it")]


def test_blank_cells_of_a_column_that_is_there_are_said_row_by_row(tmp_path: Path) -> None:
    rows = ROWS.replace("Kasur\n", "Kasur,\n").replace("Kasur,\n", "Kasur,379 PPC\n", 5)
    told = found(tmp_path, "FIR No,Date,PS,District,Sections\n" + rows, None)
    assert told == [(7, None), (8, None)]
