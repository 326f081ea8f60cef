"""The words around findings: both languages fill in the same, and Urdu keeps one word for one thing."""

import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, ValidationError

from recordkit import declarations, words
from recordkit.annotate import guide as annotate
from recordkit.words import Both, Texts

WORDS = words.load([declarations.PACKAGED])
NEVER = [word for term in WORDS.terms.values() for word in term.never]
ARABIC = re.compile("[\u064a\u0643\u0647\u0649\u0629\u0660-\u0669\u06f0-\u06f9]")  # look-alikes, other digits


def every(value: object) -> Iterator[Both]:
    """All texts of a declaration."""
    if isinstance(value, Both):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from every(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from every(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from every(one)


@pytest.mark.parametrize("file", [WORDS, annotate.load([declarations.PACKAGED])], ids=["words", "annotate"])
def test_urdu_is_in_urdus_letters_with_one_word_for_one_thing(file: BaseModel) -> None:
    urdu = [one.ur for one in every(file) if one.ur]
    assert len(urdu) > 10
    for text in urdu:
        assert not ARABIC.search(text)
        assert not set(re.findall(r"[\u0600-\u06ff]+", text.replace("،", " ").replace("۔", " "))) & set(NEVER)


def test_a_text_that_fills_in_something_else_in_urdu_is_refused() -> None:
    with pytest.raises(ValidationError, match="fill in different"):
        Both(en="row {row}", ur="سطر {rows}")


def test_the_english_is_shown_where_there_is_no_urdu() -> None:
    assert Texts(WORDS, "ur")(Both(en="row {row}", ur=""), row=3) == "row 3"


def test_numbers_have_commas_and_one_is_not_many() -> None:
    texts = Texts(WORDS, "en")
    assert texts.counted(WORDS.findings.files, 1) == "1 file"
    assert texts.counted(WORDS.findings.files, 1234) == "1,234 files"
    assert Texts(WORDS, "ur").counted(WORDS.findings.files, 2) == "2 فائلیں"


def test_a_detail_is_told_in_urdu_with_what_it_fills_in() -> None:
    assert WORDS.detail("6 cells, the header has 5", "ur") == "6 خانے، عنوان میں 5 ہیں"
    assert WORDS.detail("6 cells, the header has 5", "en") == "6 cells, the header has 5"
    assert WORDS.detail("something that nobody has translated", "ur") == "something that nobody has translated"
