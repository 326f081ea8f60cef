"""Two header rows, a group's word over the words of its columns: the draft takes whose columns they are from the group."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from agencies.strangers import Sender, text, workbook
from agencies.test_drafting_strangers import drafted
from recordkit import ingest

ENGLISH = (
    ["FIR No", "Date", "District", "Sections", "Accused", None, None, "Victim", None, None, "Status"],
    [None, None, None, None, *["Name", "Father's Name", "CNIC"] * 2, None],
    ("accused", "victim"),
)
URDU = (
    ["مقدمہ نمبر", "تاریخ", "ضلع", "جرم", "ملزم", None, None, "مدعی", None, None, "کیفیت"],
    [None, None, None, None, *["نام", "ولدیت", "شناختی کارڈ نمبر"] * 2, None],
    ("accused", "complainant"),
)
MERGED = ("E1:G1", "H1:J1", *(f"{letter}1:{letter}2" for letter in "ABCDK"))


def rows() -> list[list[object]]:
    s = Sender()

    def person() -> list[object]:
        return [s.name(), s.name(), s.cnic()]

    return [
        [f"{at}/2026", s.day("%d-%m-%Y", month=7), "Lahore", "302 PPC", *person(), *person(), "Challan"]
        for at in range(1, 25)
    ]


@pytest.mark.parametrize("words", [ENGLISH, URDU], ids=["english", "urdu"])
@pytest.mark.parametrize("shape", ["merged", "first cell", "text", "letterhead"])
def test_two_groups_of_equal_columns_are_two_roles(
    words: tuple[list[str | None], list[str | None], tuple[str, str]], shape: str, tmp_path: Path
) -> None:
    upper, lower, roles = words
    table: list[list[object]] = [list(upper), list(lower), *rows()]
    if shape == "text":
        file = text(tmp_path / "july.csv", table)
    elif shape == "letterhead":
        file = text(tmp_path / "july.csv", [["Register of accused", *[None] * 10], [None] * 11, *table])
    else:
        file = workbook(tmp_path / "july.xlsx", {"July": table}, MERGED if shape == "merged" else ())
    _, agency, declared = drafted([file], tmp_path)
    kept: list[pl.DataFrame] = []
    (done,) = ingest.receive(
        file, declared, agency=agency.id, received="2026-07",
        keep=lambda name, frame: kept.append(frame) if name == "persons" else None,
    )  # fmt: skip
    assert (done.tally.accepted, done.tally.quarantined) == (24, 0)
    assert not set(done.issues["code"]) & {"RK202", "RK203", "RK204", "RK205", "RK206"}
    seen = pl.concat(kept).group_by("role").agg(pl.col("name", "relative_name", "cnic").count()).sort("role")
    assert seen.rows() == [(role, 24, 24, 24) for role in sorted(roles)]


def test_a_group_s_word_over_one_row_of_values_is_no_second_header(tmp_path: Path) -> None:
    table = [["FIR No", "Date", "District", "Accused", None], *[[*row[:3], row[4], row[6]] for row in rows()]]
    _, agency, _ = drafted([text(tmp_path / "july.csv", table)], tmp_path)
    assert agency.formats[0].header.rows == 1
