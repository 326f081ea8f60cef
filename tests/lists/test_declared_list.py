"""A whole name is taken apart the same way however it is written."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit import declarations, reference
from recordkit.lists import declared_list
from recordkit.lists.declared_list import ListSpec

WRITTEN = ["SMITH, JOHN A", "Mr John A. Smith", "John A. Smith Jr.", "SMITH, JOHN A, JR", "Cher", None]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("family", ["SMITH", "Smith", "Smith", "SMITH", None, None]),
        ("given", ["JOHN", "John", "John", "JOHN", "Cher", None]),
        ("middle", ["A", "A.", "A.", "A", None, None]),
        ("suffix", [None, None, "jr", "jr", None, None]),
    ],
)
def test_every_part_is_found_before_and_after_a_comma(part: str, expected: list[str | None]) -> None:
    assert declared_list.part(pl.Series(WRITTEN, dtype=pl.String), part).to_list() == expected


@pytest.mark.parametrize(("old", "read"), [(0, 0), (1, 0), (3, 3), (200, 200)])
def test_dates_before_1850_are_read_where_they_are_more_than_slips(old: int, read: int) -> None:
    born = [f"{1600 + n}-08-01" for n in range(old)] + [f"{1860 + n % 100}-0{1 + n // 100}-03" for n in range(200 - old)]
    raw = pl.DataFrame({"DOB": born, "file": "a"})
    spec = ListSpec.model_validate({"column": ({"name": "born", "kind": "date", "headers": ("DOB",)},)})
    found = declared_list.prepare(raw, spec, {}, reference.load([declarations.PACKAGED]))["born"]
    assert found.dt.year().lt(1850).sum() == read
    assert found.dt.year().ge(1850).sum() == 200 - old


NAMED = {"column": ({"name": "postcode", "kind": "code", "headers": ("post code", "zip")}, {"name": "town"}), "idle_words": ("raw", "fake")}


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (["postcode_fake"], "postcode_fake"), (["Zip (raw)"], "Zip (raw)"), (["postcode", "postcode_fake"], "postcode"),
        (["postcode_fake", "zip raw"], "postcode_fake"), (["raw_postcode", "postcode raw"], None), (["postcode area"], None),
        (["fake"], None),
    ],
)  # fmt: skip
def test_a_word_that_says_nothing_hides_no_header(headers: list[str], found: str | None) -> None:
    assert declared_list.sources(headers, ListSpec.model_validate(NAMED)).get("postcode") == found


WHOLE = {
    "column": (
        {"name": "full", "kind": "name", "headers": ("full name",)},
        {"name": "given", "kind": "name", "of": "full", "part": "given", "headers": ("first name",)},
        {"name": "middle", "kind": "name", "of": "full", "part": "middle"},
        {"name": "family", "kind": "name", "of": "full", "part": "family", "headers": ("surname",)},
    )
}


def test_a_whole_name_is_kept_where_its_parts_have_columns_of_their_own() -> None:
    raw = pl.DataFrame({"full name": ["John Adam Smith"], "first name": ["John"], "surname": ["Smith"], "file": "a"})
    spec, known = ListSpec.model_validate(WHOLE), reference.load([declarations.PACKAGED])
    assert declared_list.prepare(raw, spec, {}, known)["full"].to_list() == ["john adam smith"]
    alone = declared_list.prepare(raw.select("full name", "file"), spec, {}, known)
    assert alone.select("full", "given", "middle", "family").row(0) == (None, "john", "adam", "smith")
