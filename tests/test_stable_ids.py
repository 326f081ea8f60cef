"""Ids are functions of what the source said."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from recordkit import stable_ids

CELLS = st.lists(st.tuples(st.none() | st.text(max_size=30), st.none() | st.text(max_size=30)), max_size=30)


def ids(frame: pl.DataFrame, period: str = "2026-07") -> list[str]:
    hashes = stable_ids.row_hashes(frame)
    return stable_ids.record_ids(hashes, agency="a", unit="case", period=period).to_list()


def frame(rows: list[tuple[str | None, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"x": pl.String, "y": pl.String}, orient="row")


MASK = 2**64 - 1
P1, P2 = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F


def plain_mix(x: int) -> int:
    x = ((x ^ (x >> 33)) * 0xFF51AFD7ED558CCD) & MASK
    x = ((x ^ (x >> 33)) * 0xC4CEB9FE1A85EC53) & MASK
    return x ^ (x >> 33)


def plain_hash(text: str) -> int:
    """The written definition, one number at a time."""
    raw = text.encode()
    words = [int.from_bytes(raw[at : at + 8], "little") for at in range(0, len(raw), 8)]
    return plain_mix(
        ((len(raw) + 1) * P2 + sum(plain_mix((w + (j + 1) * P1) & MASK) for j, w in enumerate(words))) & MASK
    )


@given(st.lists(st.text(max_size=60), max_size=20))
def test_the_hash_is_the_one_that_is_written_down(texts: list[str]) -> None:
    assert stable_ids.hash_text(pl.Series(texts, dtype=pl.String)).tolist() == [
        plain_hash(text) for text in texts
    ]


def test_the_ids_of_a_known_row_never_change() -> None:
    assert ids(frame([("12/26", "City")])) == ["R28172a5f3b2139a8"]


@given(CELLS)
def test_every_row_has_its_own_id(rows: list[tuple[str | None, str | None]]) -> None:
    assert len(set(ids(frame(rows)))) == len(rows)


@given(CELLS)
def test_ids_do_not_depend_on_the_order_of_columns_or_on_blank_ones(
    rows: list[tuple[str | None, str | None]],
) -> None:
    table = frame(rows)
    turned = table.select("y", "x").with_columns(z=pl.lit(None, dtype=pl.String))
    assert ids(table) == ids(turned)


@given(CELLS, CELLS)
def test_hashes_of_batches_are_the_hashes_of_the_whole(
    left: list[tuple[str | None, str | None]], right: list[tuple[str | None, str | None]]
) -> None:
    whole = stable_ids.row_hashes(frame(left + right))
    assert whole.to_list() == [*stable_ids.row_hashes(frame(left)), *stable_ids.row_hashes(frame(right))]


@given(st.lists(st.text(max_size=40), unique=True, max_size=50))
def test_different_texts_have_different_hashes(texts: list[str]) -> None:
    assert len(set(stable_ids.hash_text(pl.Series(texts, dtype=pl.String)).tolist())) == len(texts)


def test_identical_rows_stay_apart_and_come_back_the_same() -> None:
    rows = frame([("12", "City"), ("12", "City"), ("13", "City")])
    assert len(set(ids(rows))) == 3
    assert ids(rows) == ids(rows)


def test_another_period_is_another_record() -> None:
    assert ids(frame([("12", "City")])) != ids(frame([("12", "City")]), period="2026-08")


def test_derived_ids_keep_their_prefix_and_null() -> None:
    made = stable_ids.person_ids(pl.Series(["m1", None, "m1"]))
    assert made[0] == made[2]
    assert made[1] is None
    assert made[0][0] == "P"
    assert len(made[0]) == 17


def test_what_a_row_says_can_be_taken_out_of_its_id_whatever_the_month() -> None:
    hashes = pl.Series([1, 2, 2**64 - 1, 12345678901234567890], dtype=pl.UInt64)
    for period in ("2026-07", ""):
        ids = stable_ids.record_ids(hashes, agency="a", unit="case", period=period)
        assert stable_ids.contents(ids, agency="a", unit="case", period=period).to_list() == hashes.to_list()
    again = stable_ids.record_ids(pl.Series([5, 5], dtype=pl.UInt64), agency="a", unit="case", period="")
    assert stable_ids.contents(again, agency="a", unit="case", period="").to_list()[0] == 5


def test_duplicated_hashes_are_those_that_polars_finds() -> None:
    for values in ([], [7], [1, 2, 1, 3, 3, 3, 2**64 - 1], list(range(50))):
        hashes = pl.Series(values, dtype=pl.UInt64)
        assert stable_ids.duplicated(hashes).to_list() == hashes.is_duplicated().to_list()
