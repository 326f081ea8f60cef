"""Counts with words beside them are read by totals as by the table: one reader for all."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recordkit
import tried
from recordkit import declarations, reference
from recordkit.agencies.headers import unnamed_totals
from recordkit.fields import numbers
from recordkit.mapping.model import SheetPlan
from senders import statements

REFERENCE = reference.load([declarations.PACKAGED])
FORMS = ["{}", "{} cases", "{}-cases", "{} مقدمات", "{} FIRs only", "({})", "{}*", "{}.0"]


def _findings(folder: Path, total: str) -> list[str]:
    overlay = statements(folder, '["file"]')
    file = folder / "zw_a 2026-07.csv"
    rows = ["District,Murder,Robbery", "Kasur,3 cases,۵", "Okara,no case,2 (two)", "Lahore,دو مقدمات,N.K", f"Total,{total},7"]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = recordkit.validate(file, schemas=[overlay], agency="statements_of")
    assert found.tables["returns"].filter(~pl.col("is_total"))["count"].to_list() == [3, 5, 0, 2, 2, None]
    return [row["code"] for row in found.findings.to_dicts() if row["code"] == "RK215"]


@pytest.mark.parametrize(("total", "wrong"), [("5", False), ("5 cases", False), ("پانچ", False), ("6 cases", True), ("9", True)])
def test_the_total_of_counts_in_words_is_checked(tmp_path: Path, total: str, wrong: bool) -> None:
    assert bool(_findings(tmp_path, total)) is wrong


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from(FORMS)), min_size=4, max_size=8))
@tried.examples(20)
def test_a_column_that_is_the_sum_of_counts_in_words_is_a_total(rows: list[tuple[int, int, str]]) -> None:
    frame = pl.DataFrame(
        {"a": [form.format(one) for one, _, form in rows], "b": [str(other) for _, other, _ in rows],
         "c": [form.format(one + other) for one, other, form in rows]}
    )  # fmt: skip
    assert unnamed_totals(frame, ["a", "b"], ["c"], REFERENCE) == ["c"]


def test_the_words_of_counts_survive_a_trip_through_json() -> None:
    words = numbers.count_words(REFERENCE)
    plan = SheetPlan(
        file="a", file_sha256="0", sheet="", agency="a", format="b", unit="return", tables=(), fields=(), count_words=words
    )
    assert SheetPlan.model_validate_json(plan.model_dump_json()).count_words == words
