"""Texts of declarations are filled in by name and in no other way: an overlay cannot make them reach or grow."""

import pytest
from pydantic import ValidationError

from recordkit.details import fill
from recordkit.words import Both


def test_every_name_is_filled_in() -> None:
    assert fill("{one} of {other}, {one}", {"one": 1, "other": "x"}) == "1 of x, 1"


def test_a_value_with_braces_is_not_filled_in_again() -> None:
    assert fill("{one}", {"one": "{other}", "other": "secret"}) == "{other}"


def test_a_name_that_has_no_value_stays_as_it_is() -> None:
    assert fill("{one} {other}", {"one": 1}) == "1 {other}"


@pytest.mark.parametrize("text", ["{one:>999999999}", "{one.__class__}", "{one[0]}", "{one!r}", "{", "one }", "{{one}}"])
def test_braces_that_hold_more_than_a_name_are_refused_and_never_followed(text: str) -> None:
    assert fill(text, {"one": "x"}) in (text, "{x}")
    with pytest.raises(ValidationError, match="braces hold the name"):
        Both(en=text, ur=text)
