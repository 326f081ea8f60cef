"""A year beside a place of a statement of counts is never used in silence."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit import declarations, ingest, standardise

DECLARED = ingest.declare(declarations.folders())


def counted(place: str, period: str | None = "2026-07") -> tuple[str | None, int | None, list[str]]:
    keys = dict.fromkeys(standardise.KEYS, "1") | {"row": 1, "part": 0, "period": period}
    rows = pl.DataFrame([keys | {"province": "Punjab", "district": place, "head": "Murder", "count": "4"}])
    rows = rows.with_columns(pl.col("period").cast(pl.String))
    done = standardise.standardise(rows, standardise.Asked("return", {"district": standardise.Use("District")}, "a.csv"), DECLARED)
    frame, codes = done.frames["returns"], [code for one in done.findings for code in one["code"]]
    return frame["district"].item(), frame["count"].item(), codes


@pytest.mark.parametrize(
    "place", ["Kasur 2025", "Kasur (2025)", "2025 Kasur", "Kasur, 2025", "Kasur 2025-26", "Kasur 2026-27", "قصور ۲۰۲۵"]
)
def test_a_count_of_another_year_is_none_of_this_month(place: str) -> None:
    _, count, codes = counted(place)
    assert count is None
    assert "RK393" in codes


def test_a_year_without_a_month_of_the_statement_is_told() -> None:
    assert counted("Kasur 2025", None)[1] is None


@pytest.mark.parametrize("place", ["Kasur", "Kasur 2026", "Kasur (2026)"])
def test_a_count_of_the_year_of_the_statement_is_counted(place: str) -> None:
    district, count, codes = counted(place)
    assert (district, count) == ("Kasur", 4)
    assert "RK393" not in codes
