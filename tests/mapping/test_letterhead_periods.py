"""A letterhead that says a period which is no month is not made good by the month of the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

import recordkit
from senders import statements


@pytest.mark.parametrize(
    ("line", "period", "told"),
    [
        ("Statement for the quarter ending June 2026", None, 1),
        ("Crime from January to July 2026", None, 1),
        ("Comparative statement July 2026 / July 2025", None, 1),
        ("Weekly crime 20 to 26 July 2026", None, 1),
        ("1st half 2026", None, 1),
        ("Statement 7/26", None, 1),
        ("Crime statement of Jyly 2026", None, 1),
        ("Crime statement for the month of July", None, 1),
        ("Crime statement for the month of August", "2026-08", 0),
        ("Crime statement 31.7.26", "2026-07", 0),
        ("Crime statement for July 2026", "2026-07", 0),
        ("Office of the Superintendent", "2026-08", 0),
    ],
)
def test_the_period_of_a_letterhead(tmp_path: Path, line: str, period: str | None, told: int) -> None:
    overlay = statements(tmp_path, '["letterhead", "sheet", "file", "folder"]')
    (tmp_path / "2026-08").mkdir()
    file = tmp_path / "2026-08/zw_a.csv"
    file.write_text(f"{line},,\nDistrict,Murder,Robbery\nKasur,3,5\n", encoding="utf-8")
    found = recordkit.validate(file, schemas=[overlay], agency="statements_of")
    assert set(found.tables["returns"]["period"].to_list()) == {period}
    assert found.findings.filter(code="RK373").height == told


@pytest.mark.parametrize(
    ("folder", "name", "line", "period"),
    [
        ("inbox", "zw_a.csv", "Office of the Superintendent", None),
        ("2026-08", "zw_a.csv", "Office of the Superintendent", "2026-08"),
        ("inbox", "zw_a 2026-07.csv", "Office of the Superintendent", "2026-07"),
        ("inbox", "zw_a.csv", "Crime statement for July 2026", "2026-07"),
    ],
)
def test_a_statement_of_which_nothing_says_the_month_is_a_finding(
    tmp_path: Path, folder: str, name: str, line: str, period: str | None
) -> None:
    overlay = statements(tmp_path, '["letterhead", "sheet", "file", "folder"]')
    (tmp_path / folder).mkdir()
    file = tmp_path / folder / name
    file.write_text(f"{line},,\nDistrict,Murder,Robbery\nKasur,3,5\n", encoding="utf-8")
    found = recordkit.validate(file, schemas=[overlay], agency="statements_of")
    assert set(found.tables["returns"]["period"].to_list()) == {period}
    assert found.findings.filter(code="RK247").height == (period is None)
