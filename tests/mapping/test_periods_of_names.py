"""What the name of a file says of its month: right where it is certain, else none and a finding."""

from __future__ import annotations

from pathlib import Path

import pytest

import recordkit
from senders import statements

RIGHT = [
    ("zw_07-26.csv", "2026-07"), ("zw_26-07.csv", "2026-07"), ("zw_12.25.csv", "2025-12"),
    ("zw month 7 of 2026.csv", "2026-07"), ("zw Month No 7, 2026.csv", "2026-07"),
    ("zw_01-31 July 2026.csv", "2026-07"), ("zw 1st to 31st July 2026.csv", "2026-07"),
    ("zw_01-07-2026 to 31-07-2026.csv", "2026-07"), ("zw_July 2026 upto 31-07-2026.csv", "2026-07"),
    ("zw_31.7.26.csv", "2026-07"), ("zw_Jly_2026.csv", "2026-07"), ("zw_31-7-26.csv", "2026-07"), ("zw_Jhang 2026 (1).csv", "2026"), ("zw_2026 v2.csv", "2026"),
]  # fmt: skip
UNCLEAR = [
    "zw_upto July.csv", "zw_upto July 2026.csv", "zw_2026 upto July.csv", "zw_till 15-07-2026.csv", "zw_01-15 July.csv",
    "zw_01-15 July 2026.csv", "zw 1st to 15th of July 2026.csv", "zw_01-07-2026 to 15-07-2026.csv", "zw_2607.csv",
    "zw_0726.csv", "zw_07-08.csv", "zw week 30.csv", "zw_W30.csv", "zw_wk30_2026.csv", "zw_1935-07.csv", "zw_1901.csv",
    "zw_2031-07.csv", "zw_Jyly_2026.csv", "zw Julu 2026.csv", "zw_Augist-26.csv", "zw Setpembr 2026.csv", "zw 7 2026.csv",
    "zw 7th month 2026.csv", "zw_2026_7.csv", "zw Mai 2026.csv",
]  # fmt: skip


def _periods(tmp_path: Path, name: str, folder: str = "2026-08") -> tuple[set[str | None], int]:
    overlay = statements(tmp_path, '["sheet", "file", "letterhead", "folder"]')
    (tmp_path / folder).mkdir()
    file = tmp_path / folder / name
    file.write_text("District,Murder,Robbery\nKasur,3,5\n", encoding="utf-8")
    found = recordkit.validate(file, schemas=[overlay], agency="statements_of")
    return set(found.tables["returns"]["period"].to_list()), found.findings.filter(code="RK373").height


@pytest.mark.parametrize(("name", "period"), RIGHT)
def test_a_month_that_is_certain_is_read(tmp_path: Path, name: str, period: str) -> None:
    assert _periods(tmp_path, name) == ({period}, 0)


@pytest.mark.parametrize("name", UNCLEAR)
def test_a_period_that_is_not_certain_is_none_and_told(tmp_path: Path, name: str) -> None:
    assert _periods(tmp_path, name) == ({None}, 1)


@pytest.mark.parametrize("name", ["zw_statement.csv", "zw_July.csv", "zw_4512.csv", "zw_part 3.csv"])
def test_a_name_without_another_period_is_of_the_month_of_its_folder(tmp_path: Path, name: str) -> None:
    assert _periods(tmp_path, name, "2026-07") == ({"2026-07"}, 0)


def test_the_years_that_are_believed_are_data(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference/period_words.csv").write_text("kind,word,source\nyears ahead,9,test\n", encoding="utf-8")
    assert _periods(tmp_path, "zw_2031-07.csv") == ({"2031-07"}, 0)
