"""What must not be one: registrations too far apart, rows of one list, rows that agree where they may not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from linkage_frames import case, cases_frame, persons_frame

from recordkit import declarations, linkage
from recordkit.linkage import engine
from recordkit.linkage.engine.model_spec import ModelSpec

SPEC = linkage.load([declarations.PACKAGED])
DAYS = SPEC.cases.contradiction_days
FIRST = date(2026, 1, 2)


def groups(*days: int) -> list[int]:
    """For reports of one number registered so many days after the first: which case each is, from 0."""
    rows = [
        case(registered_on=FIRST + timedelta(days=after), period=f"2026-{at + 1:02d}", status=f"s{at}")
        for at, after in enumerate(days)
    ]
    linked = linkage.link(cases_frame(rows), pl.DataFrame(), persons_frame([]), SPEC, None)
    members = dict(linked.case_members.iter_rows())
    ids = [members[row["record_id"]] for row in rows]
    return [list(dict.fromkeys(ids)).index(one) for one in ids]


def test_one_number_is_one_case_up_to_the_declared_days_and_two_a_day_later() -> None:
    assert DAYS == 60
    assert groups(0, DAYS) == [0, 0]
    assert groups(0, DAYS + 1) == [0, 1]


def test_the_days_count_between_neighbours_not_from_the_first_to_the_last() -> None:
    assert groups(0, DAYS, 2 * DAYS) == [0, 0, 0]
    assert groups(0, DAYS, 2 * DAYS + 1) == [0, 0, 1]
    assert groups(0, DAYS + 1, 2 * DAYS + 1) == [0, 1, 1]


def test_the_order_in_which_reports_arrive_changes_no_case() -> None:
    assert groups(DAYS + 2, 0, 1) == [0, 1, 1]


# ------------------------------------------------------------------------------------ rows of one list

ROWS = [
    ("anna bilal carla", "1970", "11111111", "old", "K1"),
    ("anna bilal carla", "1970", "11111111", "new", "K1"),
    ("anna bilal carla", "1970", "11111111", "new", "K2"),
    ("emil farid gul", "1980", "22222222", "old", None),
    ("emil farid gul", "1980", "22222222", "old", None),
    ("hina imran lal", "1990", "33333333", None, "K3"),
    ("hina imran lal", "1990", "33333333", None, "K3"),
]
BASE: dict[str, Any] = {
    "threshold": 2.0,
    "block": [{"columns": ["name"]}],
    "comparison": [
        {"name": one, "column": one, "level": [{"name": "equal", "test": "equal"}]} for one in ("name", "born", "number")
    ],
}


def labels(**limits: Any) -> list[int]:
    frame = pl.DataFrame(ROWS, schema=["name", "born", "number", "list", "key"], orient="row")
    found = engine.match(frame, ModelSpec.model_validate(BASE | limits)).label
    return [list(found).index(one) for one in found]


def test_without_a_limit_equal_rows_are_one() -> None:
    assert labels() == [0, 0, 0, 3, 3, 5, 5]


def test_of_two_lists_one_to_one_no_two_rows_of_one_list_are_one() -> None:
    found = labels(one_to_one="list")
    assert found[1] != found[2]
    assert found[3] != found[4], "a pair of one list alone"
    assert found[0] in (found[1], found[2]), "a row of the other list is still found"
    assert found[5] == found[6], "a row of no list is bound by none"


@pytest.mark.parametrize("columns", [("list",), ("list", "key"), ("key",)])
def test_rows_that_agree_on_all_columns_of_apart_are_never_one(columns: tuple[str, ...]) -> None:
    found = labels(apart=columns)
    place = {"list": 3, "key": 4}
    values = [tuple(row[place[name]] for name in columns) for row in ROWS]
    for a in range(len(ROWS)):
        for b in range(a):
            agree = values[a] == values[b] and None not in values[a]
            assert not (agree and found[a] == found[b]), (a, b)
    assert (found[5] == found[6]) is (None in values[5])
    assert (found[3] == found[4]) is (None in values[3])


def test_apart_goes_before_one_to_one() -> None:
    found = labels(apart=("key",), one_to_one="list")
    assert found[3] == found[4]
