"""`alerts` and `compile --alerts`: counts and ids once, the words in the restricted folder alone, and nothing that can fail a compile."""

import json
from pathlib import Path

import pytest
from test_decisions_and_ids import OVERLAY, row, sent

from recordkit import store
from recordkit.cli import restricted
from recordkit.cli.app import run

ALERT = """version = 1
[[alert]]
key = "two_provinces"
kind = "provinces"
figure = "count"
least = 2
grow = 2.0
grades = ["A", "B"]
title = { en = "in two provinces", ur = "دو صوبوں میں" }
"""


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("alerts")
    (folder / "alerts.toml").write_text(ALERT, "utf-8")
    return ["--schemas", OVERLAY, "--schemas", str(folder)]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    sent(tmp_path / "inbox", "2026-07", row("123"), row("132").replace("Lahore,Raiwind", "Karachi South,Saddar"))
    return tmp_path / "inbox"


def test_new_alerts_are_printed_once_as_counts_and_ids_and_are_in_words_in_the_folder(
    inbox: Path, tmp_path: Path, schemas: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "store"
    assert run(["compile", str(inbox), "--to", str(root), *schemas, "--alerts", "--format", "json"]) == 0
    printed = capsys.readouterr()
    ids = json.loads(printed.out)[0]["alerts"]["two_provinces"]
    assert len(ids) == 2
    assert "Aslam" not in printed.out + printed.err
    assert run(["alerts", str(root), *schemas, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"alert": "two_provinces", "ids": []}]
    to = tmp_path / "out"
    assert run(["intelligence", str(root), "--to", str(to), "--for", "A. Analyst", *schemas, "-q"]) == 0
    rows = json.loads((to / "alerts.json").read_text("utf-8"))
    assert sorted(one["id"] for one in rows) == sorted(ids)
    assert all("2 provinces" in one["says"] and one["cases"] and not one["fresh"] for one in rows)
    assert "alerts.json" in json.loads((to / "manifest.json").read_text("utf-8"))["files"]


def test_the_command_ends_with_1_while_there_are_new_ones_and_says_them_in_either_language(
    inbox: Path, tmp_path: Path, schemas: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "store"
    assert run(["compile", str(inbox), "--to", str(root), *schemas, "-q", "-o", str(tmp_path / "c")]) == 0
    assert store.ledger.read(root, "runs").entries[-1].get("what") != "alerts"
    assert run(["alerts", str(root), *schemas, "--lang", "ur"]) == 1
    assert "دو صوبوں میں: " in capsys.readouterr().out
    assert run(["alerts", str(root), *schemas]) == 0
    assert "0 new alerts of 2" in capsys.readouterr().out
    assert run(["verify", str(root), "-q"]) == 0


def test_a_slip_in_the_alerts_is_told_before_a_compile_and_nothing_that_comes_after_it_fails_it(
    inbox: Path, tmp_path: Path, schemas: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "alerts.toml").write_text(ALERT.replace('"count"', '"counts"'), "utf-8")
    root = tmp_path / "store"
    assert run(["compile", str(inbox), "--to", str(root), "--schemas", OVERLAY, "--schemas", str(wrong), "--alerts"]) == 2
    assert not (root / "current").exists()

    def fails(*_: object) -> None:
        raise store.StoreError("the ledger is closed", "")

    monkeypatch.setattr(restricted, "raised", fails)
    assert run(["compile", str(inbox), "--to", str(root), *schemas, "--alerts", "-q", "-o", str(tmp_path / "c")]) == 0
    assert "the ledger is closed" in capsys.readouterr().err
    assert (root / "current").exists()
