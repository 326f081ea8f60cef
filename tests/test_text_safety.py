"""No text of a sender becomes a formula, steers a terminal, breaks out of a line or hides, in whatever we write."""

from __future__ import annotations

import csv
import io
import json
import tomllib
import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordkit import text_safety
from recordkit.cli import output


def test_the_pattern_and_the_list_are_one() -> None:
    signs = pl.Series([chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000])
    assert sorted(signs.filter(signs.str.contains(text_safety.FORMULA))) == sorted(text_safety.FORMULA_STARTS)


@pytest.mark.parametrize("start", text_safety.FORMULA_STARTS)
def test_a_cell_of_any_listing_stays_text(start: str) -> None:
    told = output.rows([{"name": f"{start}cmd|' /C calc'!A0", "parts": [f"{start}1+1", "x"], "count": -3}], "csv")
    (row,) = csv.DictReader(io.StringIO(told))
    assert not row["name"].startswith(text_safety.FORMULA_STARTS)
    assert not row["parts"].startswith(text_safety.FORMULA_STARTS)
    assert row["count"] == "-3"


# By the Unicode standard: controls, formats (marks of direction, joiners, tags), separators of lines and paragraphs. Of
# the formats, signs that are seen (of Arabic numbers, of music) are no danger.
SEEN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
HIDDEN = [
    chr(code) for code in range(0x110000)
    if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp") and code not in SEEN
    and not 0x13430 <= code < 0x13460 and not 0x1BCA0 <= code < 0x1BCB0 and not 0x1D173 <= code < 0x1D17B
]  # fmt: skip
TEXTS = st.text(st.one_of(st.sampled_from(HIDDEN), st.sampled_from("ab=\"'\\اب \u200c"), st.characters()))
WRITABLE = TEXTS.filter(lambda text: not any("\ud800" <= sign <= "\udfff" for sign in text))


def unsafe(text: str, allowed: str = "") -> str:
    """The signs of a text that nobody should be shown."""
    return "".join(sign for sign in text if sign in set(HIDDEN) - set(allowed))


@pytest.mark.parametrize("sign", HIDDEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_no_form_lets_a_hidden_sign_through(sign: str) -> None:
    text = f"a{sign}b"
    assert not unsafe(text_safety.plain(text), "\t\n")
    assert not unsafe(text_safety.coloured(text), "\t\n")
    assert not unsafe(text_safety.cell(text), "\t\n")
    shown = (text_safety.one_line, text_safety.file_name, text_safety.printable, text_safety.toml_string)
    for form in (*shown, text_safety.toml_literal):
        assert not unsafe(form(text)), form.__name__
    column = pl.DataFrame({"x": [text]}).select(text_safety.plain_column(pl.col("x")))["x"].item()
    assert not unsafe(column, "\t\n")


@given(WRITABLE)
def test_a_column_is_made_plain_as_a_text_is(text: str) -> None:
    column = pl.DataFrame({"x": [text]}).select(text_safety.plain_column(pl.col("x")))["x"].item()
    assert column == text_safety.plain(text)
    assert text_safety.plain(column) == column
    assert not unsafe(column, "\t\n\u200c\u200d")


@given(WRITABLE)
def test_toml_and_json_say_the_same_as_before(text: str) -> None:
    for form in (text_safety.toml_string, text_safety.toml_literal):
        told = form(text)
        assert tomllib.loads(f"x = {told}") == {"x": text}
        assert not unsafe(told)
    told = text_safety.json_text(json.dumps(text, ensure_ascii=False))
    assert json.loads(told) == text
    assert not unsafe(told)


@given(TEXTS)
def test_a_name_of_a_file_can_be_written_anywhere(text: str) -> None:
    name = text_safety.file_name(text)
    name.encode("utf-8")
    assert not unsafe(name, "\u200c\u200d")


def test_a_joiner_stays_between_the_letters_that_it_shapes_and_nowhere_else() -> None:
    assert text_safety.plain("می\u200cخواہم") == "می\u200cخواہم"
    assert text_safety.plain("a\u200cdmin a\u200d \u200cب") == "a\ufffddmin a\ufffd \ufffdب"
    assert text_safety.one_line("می\u200cخواہم\n") == "می\u200cخواہم "


def test_what_is_walked_through_comes_out_on_one_line() -> None:
    frame = pl.DataFrame({"x": ["a\nb\u202ec"], "n": [1]})
    assert text_safety.lined((frame,))[0].to_dicts() == [{"x": "a b c", "n": 1}]
