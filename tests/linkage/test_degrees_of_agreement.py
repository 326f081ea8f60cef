"""What is said of two cases: each degree of agreement by a pair that has it, and the nearest pair that has not."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from recordkit.linkage import incident_comparisons

STATION = {"agency": "punjab", "province": "Punjab", "district": "Gujrat", "police_station": "City", "year": "2026"}
TEXT, TEXTS = pl.String, pl.List(pl.String)
SCHEMA = {
    **dict.fromkeys(STATION, TEXT), "number": TEXT, "moved": pl.Boolean, "registered_on": pl.Date,
    "occurred_from": pl.Date, **dict.fromkeys(("sections", "names", "cards", "carded", "held", "others", "accused"), TEXTS),
}  # fmt: skip
AWAY = {"police_station": "Saddar"}
FIA = {"agency": "fia", "police_station": "Circle"}


def said(measure: str, one: dict[str, Any], other: dict[str, Any], where: dict[str, Any] | None = None) -> str | None:
    rows = [STATION | {"moved": False} | one, STATION | {"moved": False} | (where or {}) | other]
    left, right = (
        pl.DataFrame([row], schema=SCHEMA).rename(lambda name, side=side: f"{name}_{side}")
        for row, side in zip(rows, "lr", strict=True)
    )
    told = incident_comparisons.MEASURES[measure](pl.concat([left, right], how="horizontal")).to_list()
    back = incident_comparisons.MEASURES[measure](
        pl.concat([left, right], how="horizontal").rename(lambda name: name[:-1] + {"l": "r", "r": "l"}[name[-1]])
    ).to_list()
    assert told == back, "which of the two stands first says nothing"
    return told[0]


def day(registered: int | None, occurred: int | None = None) -> dict[str, Any]:
    return {
        "registered_on": date(2026, 7, registered) if registered else None,
        "occurred_from": date(2026, 7, occurred) if occurred else None,
    }


@pytest.mark.parametrize(
    ("one", "other", "where", "expected"),
    [
        (day(10, 3), day(10, 3), AWAY, "both days"),
        (day(10, 3), day(11, 3), {}, "one event, registered twice"),
        (day(10, 3), day(11, 3), AWAY, "day of the event"),
        (day(10, 3), day(10, 4), AWAY, "another event"),
        (day(10, 3), day(10), AWAY, "day of registration"),
        (day(10), day(10, 3), AWAY, "day of registration"),
        (day(10, 3), day(13), AWAY, "within days"),
        (day(10, 3), day(14), AWAY, "far apart"),
        (day(10), day(14), {}, "far apart"),
        (day(10), day(14), FIA, None),
        (day(10), day(14) | {"moved": True}, AWAY, None),
        (day(10), day(13), FIA, "within days"),
    ],
)
def test_the_days_of_two_cases(
    one: dict[str, Any], other: dict[str, Any], where: dict[str, Any], expected: str
) -> None:
    assert said("when", one, other, where) == expected


@pytest.mark.parametrize(
    ("measure", "one", "other", "expected"),
    [
        ("charges", "", "", None), ("charges", "a", "", None), ("charges", "ab", "ab", "the same"),
        ("charges", "ab", "abc", "one within the other"), ("charges", "ab", "bc", "some in common"),
        ("charges", "ab", "cd", "none in common"),
        ("people", "a", "", None), ("people", "ab", "ab", "everybody"), ("people", "ab", "abc", "everybody"),
        ("people", "a", "a", "the only one"), ("people", "a", "ab", "one, and more on one side"),
        ("people", "abc", "abd", "two or more"), ("people", "ab", "ac", "one of several"),
    ],
)  # fmt: skip
def test_what_two_cases_have_in_common(measure: str, one: str, other: str, expected: str | None) -> None:
    name = {"charges": "sections", "people": "names"}[measure]
    assert said(measure, {name: list(one)}, {name: list(other)}) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("", "a", None), ("ab", "ab", "two or more"), ("ab", "bc", "one"), ("a", "b", "none in common")],
)
def test_the_cards_of_two_cases(one: str, other: str, expected: str | None) -> None:
    nobody = {"carded": [], "held": []}
    assert said("cards", {"cards": list(one), **nobody}, {"cards": list(other), **nobody}) == expected


@pytest.mark.parametrize(
    ("others", "accused", "expected"),
    [
        (("a", "a"), ("x", "x"), "accuser and accused"), (("a", "b"), ("xy", "xy"), "several accused"),
        (("a", "b"), ("xy", "xz"), "one accused"), (("a", "a"), ("x", "y"), "accuser only"),
        (("a", "b"), ("x", "y"), "nobody"), (("a", ""), ("x", "x"), None), (("a", "a"), ("x", ""), None),
    ],
)  # fmt: skip
def test_the_parties_of_two_cases(others: tuple[str, str], accused: tuple[str, str], expected: str | None) -> None:
    one, other = ({"others": list(o), "accused": list(a)} for o, a in zip(others, accused, strict=True))
    assert said("parties", one, other, AWAY) == expected
    assert said("parties", one, other) is None, "at one station the numbers tell"


@pytest.mark.parametrize(
    ("measure", "column"), [("charges", "sections"), ("people", "names"), ("cards", "cards"), ("parties", "accused")]
)
def test_nothing_is_said_of_what_one_side_does_not_have(measure: str, column: str) -> None:
    everything = {name: ["a"] for name in ("sections", "names", "cards", "carded", "held", "others", "accused")}
    assert said(measure, everything, everything | {column: None}, AWAY) is None
    assert said(measure, everything, everything | {column: []}, AWAY) is None
