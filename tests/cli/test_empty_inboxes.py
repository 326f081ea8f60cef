"""An inbox in which nothing has arrived is no success: exit 3, no store, and what watches is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_decisions_and_ids import OVERLAY, row, sent

from recordkit import store
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
    good, stands = store.status.last(root), store.current_id(root)
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
    assert "failure" not in store.status.last(root)


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
    told = store.status.last(root)
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
