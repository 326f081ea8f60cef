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


# Lines above a statement of July 2026, whose file says so; whether its figures are the counts of that month.
SPANS = [
    "Crime statement from January to July 2026", "January 2026 - July 2026", "Crime for the period 01-01-2026 to 31-07-2026",
    "Statement since 01.01.2026", "Crime Statement upto 31-07-2026", "for seven months of 2026", "Crime during the year 2026",
    "during 2026", "Annual crime statement 2026", "Weekly crime statement 24-07-2026 to 31-07-2026", "Fortnightly report July 2026",
    "1-15 July 2026", "24 July to 31 July 2026", "from 1.7.2026 to 15.7.2026", "Crime statement for the month of June 2026",
    "Month: 06/2026", "June", "1st to 30th June 2026", "01-06-2026 to 30-06-2026", "w.e.f. 01-01-2026", "July 2026 upto 20th",
    "From July 2026 till date", "1 January to 31 July 2026", "July 2025 & July 2026", "نقشہ جرائم یکم جنوری تا 31 جولائی 2026",
    "نقشہ جرائم یکم تا 15 جولائی 2026", "سات ماہ 2026", "سال 2026 کے دوران", "Period from,January,to July 2026",
]  # fmt: skip
WHOLE = [
    "Crime statement for the month of July 2026", "1st to 31st July 2026", "01-07-2026 to 31-07-2026", "Gilgit the 05-08-2026",
    "July 01 to July 31, 2026", "No.5512-18/CRC/2025-26", "No. 4512/GB/08/2026", "Dated Gilgit the 5th August, 2026", "Year: 2026",
    "Position as on 31.07.2026", "Crime Statement 2026", "for the month ending 31st July 2026", "یکم جولائی سے 31 جولائی 2026 تک",
    "ماہانہ نقشہ جرائم بابت ماہ جولائی 2026", "Crimes during July 2026", "Police Since 1949", "Cases registered and accused arrested",
]  # fmt: skip
OTHER_THINGS = [
    "Pending cases July 2026", "Arrests made in July 2026", "Accused arrested July 2026", "Cases challaned", "Disposal of cases",
    "زیر التوا مقدمات", "گرفتاریاں جولائی", "Giraftarian July 2026",
]  # fmt: skip


def _under(tmp_path: Path, line: str) -> recordkit.Validated:
    line = line if "," in line and "from," in line else f'"{line}",,'
    return _validated(tmp_path, f"{line}\nDistrict,Murder,Robbery\nKasur,3,5\nOkara,1,2\n")


@pytest.mark.parametrize("line", [*SPANS, *OTHER_THINGS])
def test_figures_of_another_span_or_of_other_things_are_kept_and_not_counted(tmp_path: Path, line: str) -> None:
    found = _under(tmp_path, line)
    assert found.tables["returns"]["count"].to_list() == [None] * 4
    assert sorted(found.tables["returns"]["count_raw"].to_list()) == ["1", "2", "3", "5"]
    assert found.findings.filter(code="RK390").height == 1


@pytest.mark.parametrize("line", WHOLE)
def test_figures_of_the_month_of_the_file_are_counts_whatever_else_is_written(tmp_path: Path, line: str) -> None:
    found = _under(tmp_path, line)
    assert sorted(found.tables["returns"]["count"].to_list()) == [1, 2, 3, 5]
    assert found.findings.filter(code="RK390").is_empty()


@pytest.mark.parametrize("header", ["Murder (arrested)", "Accused arrested", "Pending cases", "گرفتار"])
def test_a_column_of_other_things_holds_no_counts_and_explains_the_letterhead(tmp_path: Path, header: str) -> None:
    text = f"Crimes and arrests July 2026,,,\nDistrict,Murder,Robbery,{header}\nKasur,3,5,60\n"
    found = _validated(tmp_path, text)
    assert sorted(found.tables["returns"]["count"].to_list()) == [3, 5]
    assert found.findings.filter(code="RK390").is_empty()
    assert found.findings.filter(code="RK202").height == 1
