"""Numbers of which either part can be the year, and numbers typed with other strokes, letters or words of date."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import fir
from recordkit.reference import Reference

# number, year of the row's date, year of the file, number read, its year, whether it is in doubt
EITHER = [
    ("2043/2026", None, 2026, "2043", 2026, False),
    ("1990/2026", None, 2026, "1990", 2026, False),
    ("1995/26-A", 2026, 2026, "1995-A", 2026, False),
    ("1995/26-A", None, 2026, "1995-A", 2026, False),
    ("2011/26-A", 2026, 2026, "2011-A", 2026, False),
    ("1995/2026-A", 2026, 2026, "1995-A", 2026, False),
    ("1995/2026 (A)", 2026, 2026, "1995-A", 2026, False),
    ("1995/26-اے", 2026, 2026, "1995-A", 2026, False),
    ("1995/26 U/S 302 PPC", 2026, 2026, "1995", 2026, False),
    ("2021/26", 2021, 2026, "26", 2021, False),
    ("2026/12", None, 2026, "12", 2026, False),
    ("2026/17", 2026, 2026, "17", 2026, False),
    ("2025/2026", None, 2026, "2025", 2026, True),
    ("2026/2025", None, 2026, "2025", 2026, True),
    ("2024/2025", 2026, 2026, "2025", 2024, True),
    ("2025/2026", 2026, 2026, "2025", 2026, False),
    ("2043/2026", None, None, "2026", 2043, True),
]


@pytest.mark.parametrize(("written", "dated", "sent", "number", "year", "doubtful"), EITHER)
def test_the_part_that_can_be_the_year_is_the_year(
    written: str, dated: int | None, sent: int | None, number: str, year: int, doubtful: bool, tables: Reference
) -> None:
    years = (pl.Series([one], dtype=pl.Int32) for one in (dated, sent))
    row = fir.with_likely_year(fir.clean(pl.Series([written]), tables), *years).row(0, named=True)
    assert (row["fir_no"], row["fir_year"], "RK360" in row["codes"]) == (number, year, doubtful)
    assert (row["suggestion"] == f"{number}/{year}") is doubtful


@pytest.mark.parametrize(
    ("written", "dated", "number", "year"),
    [
        ("67/206", 2026, "67", None), ("67/206", None, "67", None), ("67/206", 1967, "206", 1967),
        ("26/206", 2026, "206", 2026), ("26 / 226", 2025, "26", None), ("FIR No. 45/202", 2026, "45", None),
    ],
)  # fmt: skip
def test_a_year_that_lost_a_figure_is_no_number_unless_the_date_says_so(
    written: str, dated: int | None, number: str, year: int | None, tables: Reference
) -> None:
    years = (pl.Series([one], dtype=pl.Int32) for one in (dated, 2026))
    row = fir.with_likely_year(fir.clean(pl.Series([written]), tables), *years).row(0, named=True)
    assert (row["fir_no"], row["fir_year"], "RK392" in row["codes"]) == (number, year, True)
    assert row["suggestion"] == (f"{number}/{year}" if year else number)


TYPED = [
    ("545/2O26", "545", 2026, ["RK334"]),
    ("5O5/2026", "505", 2026, ["RK334"]),
    ("54O/26", "540", 2026, ["RK334"]),
    ("5l5/2026", "515", 2026, ["RK334"]),
    ("545/2O2O", "545", 2020, ["RK334"]),
    ("545/202O", "545", 2020, ["RK334"]),
    ("Case FIR No.543 of 15-10-2026", "543", 2026, ["RK366"]),
    ("FIR No. 544 of 16.10.26", "544", 2026, ["RK366"]),
    ("۴۲۸؍۲۶", "428", 2026, []),
    ("428∕2026", "428", 2026, []),
    ("428⁄26", "428", 2026, []),
    ("123 of 2024", "123", 2024, []),
    ("123-O/2026", "123-O", 2026, []),
    ("123 I/26", "123-I", 2026, []),
]


@pytest.mark.parametrize(("written", "number", "year", "codes"), TYPED)
def test_a_number_is_read_whatever_its_stroke_and_a_letter_for_a_figure_is_told(
    written: str, number: str, year: int, codes: list[str], tables: Reference
) -> None:
    row = fir.clean(pl.Series([written]), tables).row(0, named=True)
    assert (row["fir_no"], row["fir_year"], row["codes"]) == (number, year, codes)
