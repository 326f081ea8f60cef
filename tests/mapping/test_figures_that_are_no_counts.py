"""What the lines around a statement say of its figures: thousands, shares and sums of months are never counts."""

from __future__ import annotations

from pathlib import Path

import pytest

import recordkit
from senders import statements

LINES = [
    "Figures in thousands", "(Figures in '000)", "Crime Statement July 2026 (in lakh)", "Figures in Lacs", "Percentage of cases",
    "Crime (per cent)", "Cumulative statement", "Progressive crime position", "Crime up to the month of July 2026",
    "Crime statement upto July", "Crime per 100,000 persons", "اعداد ہزاروں میں", "جرائم فیصد", "ماہ تک کل جرائم",
    "Tadad hazaron mein", "Jaraim fisad",
]  # fmt: skip


def _validated(tmp_path: Path, text: str, name: str = "zw_a_2026-07.csv", more: str = "") -> recordkit.Validated:
    overlay = statements(tmp_path, '["file", "folder"]')
    if more:
        path = next(overlay.rglob("statements_of.toml"))
        path.write_text(path.read_text("utf-8") + more, "utf-8")
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return recordkit.validate(file, schemas=[overlay], agency="statements_of")


@pytest.mark.parametrize("line", LINES)
def test_figures_under_such_a_letterhead_are_kept_and_not_counted(tmp_path: Path, line: str) -> None:
    found = _validated(tmp_path, f'"{line}",,\nDistrict,Murder,Robbery\nKasur,3,5\nOkara,1,2\n')
    assert found.tables["returns"]["count"].to_list() == [None] * 4
    assert sorted(found.tables["returns"]["count_raw"].to_list()) == ["1", "2", "3", "5"]
    assert found.findings.filter(code="RK390").height == 1


@pytest.mark.parametrize(
    "line", ["Crime Statement July 2026", "Office of the D.I.G. Lakhi", "Crime for the month 2026-07"]
)
def test_figures_under_another_letterhead_are_counts(tmp_path: Path, line: str) -> None:
    found = _validated(tmp_path, f"{line},,\nDistrict,Murder,Robbery\nKasur,3,5\n")
    assert sorted(found.tables["returns"]["count"].to_list()) == [3, 5]
    assert found.findings.filter(code="RK390").is_empty()


def test_a_column_that_says_so_itself_explains_the_letterhead(tmp_path: Path) -> None:
    text = "Crime with percentage,,,\nDistrict,Murder,Robbery,Murder %\nKasur,3,5,60\n"
    found = _validated(tmp_path, text)
    assert sorted(found.tables["returns"]["count"].to_list()) == [3, 5]
    assert found.findings.filter(code="RK390").is_empty()


def test_the_name_of_the_file_and_a_note_at_the_end_say_so_too(tmp_path: Path) -> None:
    table = "District,Murder,Robbery\nKasur,3,5\nOkara,1,2\n"
    named = _validated(tmp_path, table, "zw_cumulative_2026-07.csv")
    assert named.tables["returns"]["count"].null_count() == 4
    noted = _validated(tmp_path, table + "Note: figures in thousands,,\n")
    assert noted.tables["returns"]["count"].null_count() == 4
