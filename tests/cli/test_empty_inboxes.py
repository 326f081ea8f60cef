"""An inbox in which nothing has arrived is no success: exit 3, no store, and what watches is told."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from test_decisions_and_ids import OVERLAY, row, sent

from recordkit import pipeline, store
from recordkit.cli.app import run


def compile_(inbox: Path, root: Path, *more: str) -> int:
    return run(["compile", str(inbox), "--to", str(root), "--schemas", str(OVERLAY), *more])


@pytest.mark.parametrize("left", [None, ".DS_Store", "2026-07", "a.csv.part"])
def test_no_store_is_made_of_an_inbox_in_which_nothing_has_arrived(
    tmp_path: Path, left: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox, root = tmp_path / "inbox", tmp_path / "store"
    inbox.mkdir()
    if left is not None:
        (inbox / left).write_text("x") if "." in left else (inbox / left).mkdir()
    assert compile_(inbox, root) == 3
    said = capsys.readouterr()
    assert "fix: " in said.err
    assert "None" not in said.out + said.err
    assert not root.exists()


def test_a_store_keeps_its_edition_and_the_time_of_its_last_success_when_the_inbox_is_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox, root = tmp_path / "inbox", tmp_path / "store"
    sent(inbox, "2026-07", row("123"))
    assert compile_(inbox, root) == 0
    good, stands = store.run_status.last(root), store.current_id(root)
    inbox.rename(tmp_path / "away")
    inbox.mkdir()
    capsys.readouterr()
    assert compile_(inbox, root) == 3
    assert f"Edition {stands} stands unchanged" in capsys.readouterr().err
    told = json.loads((root / "run.json").read_text())
    assert (told["exit"], told["failure"], told["last_success"]) == (3, "EmptyInbox", good["last_success"])
    inbox.rmdir()
    (tmp_path / "away").rename(inbox)
    assert compile_(inbox, root, "--format", "text") == 0
    assert "Nothing new" in capsys.readouterr().out
    assert "failure" not in store.run_status.last(root)


def test_what_has_arrived_is_compiled_and_what_is_on_its_way_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox, root = tmp_path / "inbox", tmp_path / "store"
    sent(inbox, "2026-07", row("123"))
    for name in ("late.csv.icloud", "Unconfirmed 1.crdownload", "x.xlsx.filepart"):
        (inbox / "2026-07" / name).write_text("x")
    assert compile_(inbox, root, "--quiet") == 3
    said = capsys.readouterr().err
    assert said.count("expected and missing: ") == 3
    told = store.run_status.last(root)
    assert (told["not_arrived"], told["inputs"]) == (3, 1)
    assert told["not_read"] == ["Unconfirmed 1.crdownload", "late.csv.icloud", "x.xlsx.filepart"]
    assert told["last_success"]
    assert compile_(inbox, root) == 3


@pytest.mark.parametrize("command", ["validate", "inspect"])
def test_an_empty_folder_is_no_success_of_other_commands_either(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, str(tmp_path)]) == 3
    assert "there is no file in it" in capsys.readouterr().err


def closed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """What a folder that may not be read is to whoever is not root."""
    asked, listed = os.access, os.scandir

    def access(path: Any, mode: int, **more: Any) -> bool:
        return Path(str(path)) != folder and asked(path, mode, **more)

    def scandir(path: Any = ".") -> Any:
        if not isinstance(path, int) and Path(os.fsdecode(path)) == folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return listed(path)

    monkeypatch.setattr(os, "access", access)
    monkeypatch.setattr(os, "scandir", scandir)


def test_an_inbox_that_cannot_be_read_is_named_as_one_that_is_not_mounted_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, root = tmp_path / "inbox", tmp_path / "store"
    sent(inbox, "2026-07", row("123"))
    closed(monkeypatch, inbox)
    assert compile_(inbox, root) == 3
    said = capsys.readouterr().err
    assert "inbox: the folder cannot be listed (Permission denied)" in said
    assert "fix: " in said
    assert not root.exists()
    assert run(["validate", str(inbox)]) == 3


def test_an_overlay_that_cannot_be_read_is_not_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it tightens would be plain."""
    tables = tmp_path / "mine" / "tables"
    tables.mkdir(parents=True)
    sent(tmp_path / "inbox", "2026-07", row("123"))
    closed(monkeypatch, tables)
    assert run(["validate", str(tmp_path / "inbox"), "--schemas", str(tmp_path / "mine")]) == 2
    assert f"the declarations in {tables} cannot be listed" in capsys.readouterr().err


def test_a_place_that_may_not_be_entered_is_no_fault_of_recordkit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_arguments: object, **_named: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(tmp_path / "store"))

    sent(tmp_path / "inbox", "2026-07", row("123"))
    monkeypatch.setattr(pipeline, "compile", refused)
    assert compile_(tmp_path / "inbox", tmp_path / "store") == 4
    said = capsys.readouterr().err
    assert f"{tmp_path / 'store'}: permission denied" in said
    assert "internal error" not in said


def test_a_first_compile_of_an_empty_file_leaves_a_sound_store_and_the_next_one_publishes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox, root = tmp_path / "inbox", tmp_path / "store"
    (inbox / "2026-07").mkdir(parents=True)
    (inbox / "2026-07" / "example_2026-07.csv").write_text("")
    assert compile_(inbox, root, "--format", "text") == 3
    said = capsys.readouterr()
    assert "None" not in said.out
    assert "could not be read: example_2026-07.csv" in said.err
    for command in (["verify", str(root)], ["report", str(root)], ["query", str(root), "select 1"]):
        assert run(command) in (0, 1, 2, 3, 4)
        assert "internal error" not in capsys.readouterr().err
    sent(inbox, "2026-07", row("123"), name="_again")
    assert compile_(inbox, root) == 3  # the empty file is still one that was sent
    assert store.verify(root).sound
    assert store.open_edition(root).scan("cases").collect().height == 1
    assert run(["withdraw", str(root), "example_2026-07.csv", "--why", "empty"]) == 0
    assert compile_(inbox, root) == 0
