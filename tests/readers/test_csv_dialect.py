"""Chunks that are told to be sound by their bytes alone are exactly what looking at every line says of them."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordkit.readers import csv_dialect, csv_records

CELL = st.sampled_from(["", "a", "ab c", '"x, y"', '"a ""b"""', '""', 'a"b', '"a\nb"', ' "s"', '"s" ', "é", "\0", '"'])
LINES = st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=6)


@given(LINES, st.integers(2, 4))
def test_what_is_called_sound_is_sound_when_every_line_is_looked_at(rows: list[list[str]], width: int) -> None:
    chunk = "".join(",".join(row) + "\n" for row in rows).encode()
    lines = csv_dialect.lines(chunk, ",", width)
    if lines is None:
        return
    done, left, after = csv_records._cut(chunk, 1, csv_records.Dialect(",", width, 1000), True)
    assert not left
    assert done.sound
    assert done.height == lines == after - 1
    assert (done.frame["fields"] == width).all()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a,b\nc,d\n", 2),
        ('a,"b, c"\n"d",e\n', 2),
        (",\n,\n", 2),
        ('"",""\n', 1),
        ("a,b\nc\n", None),
        ("a,b,c\nd\n", None),  # as many cells as two rows of two, and neither row is one
        ("a,b", None),
        ('a,"b\nc"\n', None),
        ('a,b"c\n', None),
        ("a,\0\n", None),
    ],
)
def test_plain_lines_are_counted_and_others_left_to_a_closer_look(text: str, lines: int | None) -> None:
    assert csv_dialect.lines(text.encode(), ",", 2) == lines


def test_the_head_of_a_sound_chunk_has_its_text() -> None:
    chunk = b'a,"b, c"\nd,e\n'
    (part,) = csv_records.records([chunk], csv_records.Dialect(",", 2, 1000))
    assert part.sound
    assert part.slice(1, 1).frame.select("row", "text").rows() == [(2, "d,e")]
    assert part.frame["row"].dtype == pl.Int64
