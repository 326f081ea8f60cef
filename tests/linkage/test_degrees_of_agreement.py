"""What is said of two cases: each degree of agreement by a pair that has it, and the nearest pair that has not."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from recordkit import declarations, linkage
from recordkit.linkage.engine import comparison_levels
from recordkit.linkage.engine.encoded_table import Table

SPEC = linkage.load([declarations.PACKAGED]).incidents
assert SPEC is not None
COMPARISONS = {one.name: one for one in SPEC.comparisons}
STATION = {"agency": "punjab", "province": "Punjab", "district": "Gujrat", "station": "City|Gujrat", "year": "2026"}
TEXT, TEXTS = pl.String, pl.List(pl.String)
LISTS = ("sections", "names", "cards", "held", "others", "accused")
SCHEMA = {
    **dict.fromkeys(STATION, TEXT), "number": TEXT, "serial": pl.Int64, "moved": TEXT, "registered_on": pl.Date,
    "occurred_from": pl.Date, **dict.fromkeys(LISTS, TEXTS),
}  # fmt: skip
AWAY = {"station": "Saddar|Gujrat"}
FIA = {"agency": "fia", "station": "Circle|fia"}


def said(measure: str, one: dict[str, Any], other: dict[str, Any], where: dict[str, Any] | None = None) -> str | None:
    """The degree that [incidents] of linkage.toml gives two cases; None where it says nothing."""
    rows = [STATION | {"registered_on": date(2026, 7, 1)} | one, STATION | {"registered_on": date(2026, 7, 1)} | (where or {}) | other]
    plain = [{name: None if value == [] else value for name, value in row.items()} for row in rows]
    comparison = COMPARISONS[measure]
    there, back = comparison_levels.levels(Table(pl.DataFrame(plain, schema=SCHEMA)), comparison, np.array([0, 1]), np.array([1, 0]))
    assert there == back, "which of the two stands first says nothing"
    told = comparison.level_names[there]
    neutral = {level.name for level in comparison.levels if level.neutral}
    return None if told == "missing" or told in neutral else told


def numbered(text: str) -> dict[str, Any]:
    return {"number": text, "serial": None if text.startswith("enquiry") else int("".join(filter(str.isdigit, text)))}


@pytest.mark.parametrize(
    ("one", "other", "where", "expected"),
    [
        ("123", "123", {}, "equal"), ("123", "132", {}, "two digits turned"), ("1234", "1324", {}, "two digits turned"),
        ("12", "21", {}, "two digits turned"), ("123", "124", {}, "neighbours"), ("123", "128", {}, "neighbours"),
        ("123", "129", {}, "one slip"), ("123", "1123", {}, "one slip"), ("99", "100", {}, "neighbours"),
        ("123", "456", {}, "different"), ("enquiry 45", "enquiry 54", {}, "two digits turned"),
        ("enquiry 45", "45", {}, "different"), ("enquiry 45", "enquiry 46", {}, "one slip"),
        ("123", "132", AWAY, None), ("123", "132", {"year": "2025"}, None),
        ("900719925474099301", "900719925474099308", {}, "neighbours"),
    ],
)  # fmt: skip
def test_the_numbers_of_two_cases(one: str, other: str, where: dict[str, Any], expected: str | None) -> None:
    assert said("number", numbered(one), numbered(other), where) == expected


@pytest.mark.parametrize(
    ("one", "where", "expected"),
    [
        ({}, {}, "the same station"), ({}, {"agency": "fia"}, "the same station"), ({}, FIA, "another agency"),
        ({}, FIA | {"province": None}, "another agency"), ({}, FIA | {"province": "Sindh"}, "another station"),
        ({}, AWAY, "another station"), ({"moved": "yes"}, AWAY, "sent elsewhere"), ({}, AWAY | {"moved": "yes"}, "sent elsewhere"),
        ({"station": None}, {"station": None}, "another station"),
    ],
)  # fmt: skip
def test_the_places_of_two_cases(one: dict[str, Any], where: dict[str, Any], expected: str) -> None:
    assert said("place", one, {}, where) == expected


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
        (day(10), day(14) | {"moved": "yes"}, AWAY, None),
        (day(10), day(14) | {"moved": "yes"}, {}, "far apart"),
        (day(10), day(14) | {"agency": "fia"}, {}, "far apart"),
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
    assert said("cards", {"cards": list(one)}, {"cards": list(other)}) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (["A\x1e1"], ["A\x1e2"], "another card"), (["A\x1e1", "B\x1e2"], ["A\x1e2"], "another card"),
        (["A\x1e1", "A\x1e2"], ["A\x1e2"], "none in common"), (["A\x1e1"], ["B\x1e2"], "none in common"),
        (["A\x1e1"], [], "none in common"),
    ],
)  # fmt: skip
def test_one_name_with_two_cards_is_told_from_two_people(one: list[str], other: list[str], expected: str) -> None:
    assert said("cards", {"cards": ["x"], "held": one}, {"cards": ["y"], "held": other}) == expected


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
    everything = {name: ["a"] for name in LISTS}
    assert said(measure, everything, everything | {column: None}, AWAY) is None
    assert said(measure, everything, everything | {column: []}, AWAY) is None
