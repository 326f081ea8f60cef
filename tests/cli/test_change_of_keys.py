"""Encryption over months, by the command line: a key that is missing, one that is changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from recordkit import store
from recordkit.cli.app import run

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data" / "inbox"
OLD, NEW = "o" * 32, "n" * 32
NAMES = ("Saeed Shah", "Asghar Shah")  # in the first row of the register of August


def receive(inbox: Path, month: str) -> None:
    """The register of one month."""
    (inbox / month).mkdir(parents=True)
    shutil.copy(SAMPLES / month / f"levies_cases_{month}.csv", inbox / month)


def names_in(root: Path) -> list[str]:
    """Every file below a store in which somebody's name can be read."""
    files = [path for path in root.rglob("*") if path.is_file()]
    return [str(path) for path in files if any(name.encode() in path.read_bytes() for name in NAMES)]


def test_after_an_encrypted_edition_nothing_is_written_in_plain_and_a_new_key_follows_an_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox, root = tmp_path / "inbox", tmp_path / "store"
    receive(inbox, "2026-08")
    compile_ = ["compile", str(inbox), "--to", str(root), "--format", "json", "-q"]
    assert run(compile_) == 0  # before there was a key
    monkeypatch.setenv("RECORDKIT_STORE_KEY", OLD)
    receive(inbox, "2026-09")
    assert run(compile_) == 0
    encrypted = store.current_id(root)
    ids = set(store.open_edition(root).scan("persons").collect()["person_id"])

    receive(inbox, "2026-10")
    for wrong in (None, "x" * 32, ""):
        monkeypatch.delenv("RECORDKIT_STORE_KEY")
        if wrong is not None:
            monkeypatch.setenv("RECORDKIT_STORE_KEY", wrong)
        else:
            monkeypatch.delenv("RECORDKIT_STORE_KEY", raising=False)
        capsys.readouterr()
        assert run(compile_) == 4
        assert "RECORDKIT_STORE_KEY" in capsys.readouterr().err
        assert store.current_id(root) == encrypted
        monkeypatch.setenv("RECORDKIT_STORE_KEY", OLD)

    monkeypatch.setenv("RECORDKIT_STORE_KEY", f"{NEW}\n{OLD}")
    assert run(compile_) == 0
    now = store.open_edition(root)
    assert now.made_with == {None, store.encryption.parse(NEW).id}
    assert ids & set(now.scan("persons").collect()["person_id"])
    for command in (["verify"], ["diff"], ["report", "--month", "2026-10"]):
        assert run([*command, str(root), "--format", "json", "-o", str(tmp_path / "out")]) == 0, command
    plain = store.editions(root)[0]
    kept = [path for path in names_in(root) if plain not in path]
    assert kept == []
    assert not any(OLD in path.read_text("latin-1") for path in root.rglob("*") if path.is_file())

    monkeypatch.setenv("RECORDKIT_STORE_KEY", NEW)
    assert now.scan("persons").select(pl.len()).collect().item() > 100
    with pytest.raises(store.StoreError, match="encrypted with key"):
        store.open_edition(root, encrypted).scan("persons")
    assert json.loads((root / "run.json").read_text())["exit"] == 0
