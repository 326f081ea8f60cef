"""An overlay that would put people's data in plain: with a store key set."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from recordkit.cli import app
from recordkit.declarations import PACKAGED
from senders import PEOPLE, declared

KEY = "k" * 32
ROWS = """District,Police Station,FIR No,Date of FIR,Under Section,Accused Name,Father Name,CNIC
Kasur,City Kasur,12/26,01.07.2026,379 PPC,Aslam Example,Bashir Example,35102-1234567-1
"""


@dataclass(frozen=True)
class Done:
    returncode: int
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """One command in this process, with a store key."""
    monkeypatch.setenv("RECORDKIT_STORE_KEY", KEY)

    def done(*arguments: object) -> Done:
        code = app.run([*map(str, arguments)])
        return Done(code, capsys.readouterr().err)

    return done


@pytest.fixture
def loosening(tmp_path: Path) -> Path:
    """An overlay in which the tables of people name nobody."""
    folder = tmp_path / "mine"
    (folder / "tables").mkdir(parents=True)
    declared(folder, "mine", PEOPLE)
    for name in ("persons", "identities", "services"):
        text = (PACKAGED / "tables" / f"{name}.toml").read_text(encoding="utf-8")
        for mask in ("initials", "cnic", "phone", "passport", "date", "hide"):
            text = text.replace(f'personal = "direct", mask = "{mask}"', 'personal = "none"')
        (folder / "tables" / f"{name}.toml").write_text(text, encoding="utf-8")
    inbox = tmp_path / "inbox" / "2026-07"
    inbox.mkdir(parents=True)
    (inbox / "mine.csv").write_text(ROWS, encoding="utf-8")
    return folder


def test_people_are_never_published_in_plain_because_an_overlay_says_so(
    tmp_path: Path, loosening: Path, run: Run
) -> None:
    store = tmp_path / "store"
    done = run("compile", tmp_path / "inbox", "--to", store, "--schemas", loosening)
    assert done.returncode == 2
    assert "columns.name.personal" in done.stderr
    assert '"none", was "direct"' in done.stderr
    assert "--allow-loosening" in done.stderr
    assert not (store / "current").exists()


def test_a_person_can_allow_it_and_it_is_told_and_in_the_ledger(tmp_path: Path, loosening: Path, run: Run) -> None:
    store = tmp_path / "store"
    done = run(
        "compile",
        tmp_path / "inbox",
        "--to",
        store,
        "--schemas",
        loosening,
        "--allow-loosening",
        "-q",
        "--format",
        "json",
    )
    assert done.returncode in (0, 1), done.stderr
    assert "--allow-loosening:" in done.stderr
    lines = [json.loads(line) for line in (store / "ledger" / "runs.jsonl").read_text(encoding="utf-8").splitlines()]
    (told,) = [line for line in lines if line["what"] == "loosened"]
    assert {"file": "persons.toml", "key": "columns.name.personal", "before": "direct", "after": "none"} in told[
        "settings"
    ]
    assert run("verify", store).returncode == 0
    assert "--allow-loosening" not in run("agency", "list").stderr


def test_every_command_that_takes_overlays_takes_the_flag() -> None:
    for name, command in app.leaves(app.made()).items():
        taken = {param.name for param in command.params}
        assert {"schemas", "allow_loosening"} <= taken, name


def test_no_settings_file_can_allow_it(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "recordkit.toml"
    file.write_text("allow-loosening = true\n", encoding="utf-8")
    file.chmod(0o644)
    done = run("agency", "list", "--config", file)
    assert done.returncode == 2
    assert "command line only" in done.stderr
