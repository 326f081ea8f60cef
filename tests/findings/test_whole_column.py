"""When a finding is about the column and not about its rows."""

from __future__ import annotations

import pytest

from recordkit import declarations, issues, words
from recordkit.findings import grouping

RULES = issues.catalogue([declarations.PACKAGED])
FILE = "a" * 64


def said(wrong: int, records: int | None, column: str | None = "Date") -> str:
    found = issues.concat(issues.make("RK302", file_sha256=FILE, row=at + 2, column=column) for at in range(wrong))
    rows = {} if records is None else {FILE: records}
    (group,) = grouping.group(RULES.rate(found), {FILE: "a.csv"}, rows, RULES, limit=5).groups
    return group.how_many(words.english())


@pytest.mark.parametrize(
    ("wrong", "records", "whole"),
    [(90, 100, True), (89, 100, False), (10, 11, True), (10, 10, True), (9, 9, False), (10, 12, False), (100, 100, True)],
)
def test_it_is_the_column_from_nine_rows_in_ten_on_and_at_least_ten(wrong: int, records: int, whole: bool) -> None:
    assert said(wrong, records) == (f"the whole column: {wrong:,} rows" if whole else f"{wrong} rows")


def test_without_a_column_or_without_a_count_of_records_it_is_the_rows() -> None:
    assert said(100, 100, column=None) == "100 rows"
    assert said(100, None) == "100 rows"


def test_twice_in_a_row_counts_once_for_the_column() -> None:
    found = issues.concat(issues.make("RK302", file_sha256=FILE, row=2 + at // 2, column="Date") for at in range(20))
    (group,) = grouping.group(RULES.rate(found), {FILE: "a.csv"}, {FILE: 20}, RULES, limit=5).groups
    assert group.how_many(words.english()) == "20 times in 10 rows"
