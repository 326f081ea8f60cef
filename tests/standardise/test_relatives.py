"""People of a list with one row per person: what each of their cells says is kept or told."""

from __future__ import annotations

from pathlib import Path

import pytest

from recordkit import declarations, ingest

LIST = """Name,Parentage,FIR No,PS,District,Date,Role,Sections
Ali Khan,{parentage},1/2026,City,Kasur,03-10-2026,accused,302 PPC
Bilal Khan,S/O Karim Bakhsh,2/2026,City,Kasur,03-10-2026,accused,302 PPC
"""


@pytest.mark.parametrize(("parentage", "rows"), [("12345", [2]), ("S/O Rahim", []), ("", [])])
def test_a_relative_of_whom_no_name_can_be_read_is_told_at_its_cell(
    tmp_path: Path, parentage: str, rows: list[int]
) -> None:
    (tmp_path / "accused.csv").write_text(LIST.format(parentage=parentage), encoding="utf-8")
    (one,) = ingest.receive(tmp_path / "accused.csv", ingest.declare(declarations.folders(())))
    assert one.tally.accepted == 2
    told = one.issues.filter(code="RK329")
    assert told.select("column", "row").rows() == [("Parentage", row) for row in rows]
