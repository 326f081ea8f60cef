"""`intelligence` and `victims`: a new private folder, a line in the ledger before it, counts alone on the terminal."""

import json
import stat
from pathlib import Path

import pytest
from test_decisions_and_ids import compiled, row, sent

from recordkit import store
from recordkit.cli.app import run


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    inbox = tmp_path_factory.mktemp("restricted") / "inbox"
    sent(inbox, "2026-07", row("123"), row("132").replace("Lahore,Raiwind", "Karachi South,Saddar"))
    return compiled(inbox)[0]


@pytest.mark.parametrize("command", ["intelligence", "victims"])
def test_the_folder_is_new_private_and_in_the_ledger_with_whom_it_is_for(root: Path, tmp_path: Path, command: str) -> None:
    to = tmp_path / "out"
    assert run([command, str(root), "--to", str(to), "--for", "A. Analyst", "-q"]) == 0
    assert stat.S_IMODE(to.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in to.iterdir()} == {0o600}
    manifest = json.loads((to / "manifest.json").read_text())
    assert manifest["for"] == "A. Analyst"
    assert set(manifest["files"]) == {path.name for path in to.iterdir()} - {"manifest.json"}
    entry = store.ledger.read(root, "runs").entries[-1]
    assert (entry["what"], entry["command"], entry["for"]) == ("restricted", command, "A. Analyst")
    assert run([command, str(root), "--to", str(to), "--for", "A. Analyst", "-q"]) == 2  # something is there


@pytest.mark.parametrize("command", ["intelligence", "victims"])
def test_for_nobody_nothing_is_written(root: Path, tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, str(root), "--to", str(tmp_path / "out"), "--for", "  "]) == 2
    assert not (tmp_path / "out").exists()
    assert "--for" in capsys.readouterr().err


def test_somebody_in_two_provinces_is_found_with_a_grade_and_named_only_when_asked(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["intelligence", str(root), "--to", str(tmp_path / "a"), "--for", "A. Analyst", "--format", "json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)[0]["provinces"] == 2  # two people with cards, in Punjab and in Sindh
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "a").iterdir()]
    assert all(name not in text for name in ("Aslam", "35202") for text in (*texts, printed.out, printed.err))
    assert run(["intelligence", str(root), "--to", str(tmp_path / "b"), "--for", "A. Analyst", "--with-names", "-q"]) == 0
    assert "Muhammad Aslam" in (tmp_path / "b" / "people.csv").read_text(encoding="utf-8")
    assert store.ledger.read(root, "runs").entries[-1]["names"] is True
    assert "Aslam" not in capsys.readouterr().out


def test_a_store_is_no_place_for_it(root: Path) -> None:
    assert run(["victims", str(root), "--to", str(root / "editions" / "x"), "--for", "B. Officer", "-q"]) == 2
    assert not (root / "editions" / "x").exists()


def test_a_day_that_is_none_is_refused(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["victims", str(root), "--to", str(tmp_path / "v"), "--for", "B. Officer", "--on", "31.10.2026"]
    assert run(asked) == 2
    assert "31.10.2026" in capsys.readouterr().err


def test_a_ledger_that_cannot_be_written_leaves_nothing(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise store.StoreError("the ledger is closed", "")

    monkeypatch.setattr(store.ledger, "append", refuse)
    assert run(["victims", str(root), "--to", str(tmp_path / "v"), "--for", "B. Officer", "-q"]) != 0
    assert not (tmp_path / "v").exists()
