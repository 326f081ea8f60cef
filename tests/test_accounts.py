"""Who runs the program."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordkit import accounts


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "_login", lambda: None)
    monkeypatch.setattr(accounts, "_ancestors", lambda: iter(()))
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
    monkeypatch.setattr(accounts, "_is_borrowed", lambda _told: True)
    assert accounts.current() == f"{_own()} (sudo by ehsan)"
    assert accounts.person(accounts.current()) == "ehsan"


def _process(folder: Path, name: str, parent: int) -> Path:
    folder.mkdir()
    (folder / "comm").write_text(f"{name}\n")
    (folder / "stat").write_text(f"1 ({name} :) x) S {parent} 1 1")
    return folder


def test_a_variable_alone_makes_nobody_somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 987_654)
    monkeypatch.setenv("SUDO_USER", "boss")
    assert accounts.current() == "uid 987654 (says: boss)"
    assert accounts.person(accounts.current()) == "uid 987654"


def test_sudo_above_the_process_is_believed_and_only_when_it_is_roots(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 987_654)
    monkeypatch.setenv("SUDO_USER", "ehsan")
    sudo, shell = _process(tmp_path / "1", "sudo", 0), _process(tmp_path / "2", "bash", 1)
    monkeypatch.setattr(accounts, "_ancestors", lambda: iter((shell, sudo)))
    owner = os.stat(sudo).st_uid
    assert accounts.person(accounts.current()) == ("ehsan" if owner == 0 else "uid 987654")
    os.chown(sudo, 12_345, -1) if owner == 0 else None
    assert accounts.person(accounts.current()) == "uid 987654"


def test_who_logged_in_wins_over_who_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    own = pwd.getpwuid(os.getuid())
    monkeypatch.setattr(accounts, "_login", lambda: own.pw_uid)
    monkeypatch.setenv("SUDO_USER", "no-such-account")
    assert accounts.current() == f"{own.pw_name} (says: no-such-account)"
    monkeypatch.setenv("SUDO_USER", own.pw_name)
    assert accounts.person(accounts.current()) == own.pw_name


def test_the_processes_above_are_followed_to_the_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _process(tmp_path / str(os.getppid()), "bash", 7)
    _process(tmp_path / "7", "sudo", 0)
    monkeypatch.undo()
    monkeypatch.setattr(accounts, "_PROCESSES", tmp_path)
    assert [place.name for place in accounts._ancestors()] == [str(os.getppid()), "7"]


def test_an_account_without_a_name_is_told_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 987_654)
    assert accounts.current() == "uid 987654"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_a_name_that_somebody_made_up_is_one_plain_word(name: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUDO_USER", name)
        patch.setattr(accounts, "_is_borrowed", lambda _told: True)
        behind = accounts.person(accounts.current())
    assert len(behind) == len(name)
    assert not set(behind) & set(" ()\n\r\t\u202e\u2028")
