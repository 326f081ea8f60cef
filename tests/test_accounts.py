"""Who runs the program."""

from __future__ import annotations

import os
import pwd

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordkit import accounts


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SUDO_USER", "DOAS_USER"):
        monkeypatch.delenv(name, raising=False)


def _own() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def test_the_account_is_the_systems_and_not_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "LOGNAME", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody_else")
    assert accounts.current() == _own()
    assert accounts.person(accounts.current()) == _own()


@pytest.mark.parametrize("variable", ["SUDO_USER", "DOAS_USER"])
def test_behind_a_borrowed_account_stands_a_person(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "ehsan")
    assert accounts.current() == f"{_own()} (sudo by ehsan)"
    assert accounts.person(accounts.current()) == "ehsan"


def test_an_account_without_a_name_is_told_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 987_654)
    assert accounts.current() == "uid 987654"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_a_name_that_somebody_made_up_is_one_plain_word(name: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUDO_USER", name)
        behind = accounts.person(accounts.current())
    assert len(behind) == len(name)
    assert not set(behind) & set(" ()\n\r\t\u202e\u2028")
