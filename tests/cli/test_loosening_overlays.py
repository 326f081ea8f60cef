"""An overlay that would put people's data in plain: real processes, with a store key set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from recordkit.declarations import PACKAGED

KEY = "k" * 32
ROWS = """District,Police Station,FIR No,Date of FIR,Under Section,Accused Name,Father Name,CNIC
Kasur,City Kasur,12/26,01.07.2026,379 PPC,Aslam Example,Bashir Example,35102-1234567-1
"""
AGENCY = """id = "mine"
name = "Mine"
kind = "police"
[[format]]
id = "list"
unit = "person"
columns = [
  { field = "district", headers = ["District"] }, { field = "police_station", headers = ["Police Station"] },
  { field = "fir_no", headers = ["FIR No"] }, { field = "registered_on", headers = ["Date of FIR"] },
  { field = "sections", headers = ["Under Section"] }, { field = "name", headers = ["Accused Name"] },
  { field = "father_name", headers = ["Father Name"] }, { field = "cnic", headers = ["CNIC"] },
]
constants = { role = "accused" }
"""


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"RECORDKIT_STORE_KEY": KEY}
    command = [sys.executable, "-m", "recordkit", *map(str, arguments)]
    return subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=600, check=False, stdin=subprocess.DEVNULL
    )


@pytest.fixture
def loosening(tmp_path: Path) -> Path:
    """An overlay in which the tables of people name nobody."""
    folder = tmp_path / "mine"
    (folder / "tables").mkdir(parents=True)
    (folder / "agencies").mkdir()
    (folder / "agencies" / "mine.toml").write_text(AGENCY, encoding="utf-8")
    for name in ("persons", "identities", "services"):
        text = (PACKAGED / "tables" / f"{name}.toml").read_text(encoding="utf-8")
        for mask in ("initials", "cnic", "phone", "passport", "date", "hide"):
            text = text.replace(f'personal = "direct", mask = "{mask}"', 'personal = "none"')
        (folder / "tables" / f"{name}.toml").write_text(text, encoding="utf-8")
    inbox = tmp_path / "inbox" / "2026-07"
    inbox.mkdir(parents=True)
    (inbox / "mine.csv").write_text(ROWS, encoding="utf-8")
    return folder


def test_people_are_never_published_in_plain_because_an_overlay_says_so(tmp_path: Path, loosening: Path) -> None:
    store = tmp_path / "store"
    done = run("compile", tmp_path / "inbox", "--to", store, "--schemas", loosening)
    assert done.returncode == 2
    assert "columns.name.personal" in done.stderr
    assert '"none", was "direct"' in done.stderr
    assert "--allow-loosening" in done.stderr
    assert not (store / "current").exists()


def test_a_person_can_allow_it_and_it_is_told_and_in_the_ledger(tmp_path: Path, loosening: Path) -> None:
    store = tmp_path / "store"
    done = run(
        "compile", tmp_path / "inbox", "--to", store, "--schemas", loosening, "--allow-loosening", "-q", "--format", "json"
    )
    assert done.returncode in (0, 1), done.stderr
    assert "--allow-loosening:" in done.stderr
    lines = [json.loads(line) for line in (store / "ledger" / "runs.jsonl").read_text(encoding="utf-8").splitlines()]
    (told,) = [line for line in lines if line["what"] == "loosened"]
    assert {"file": "persons.toml", "key": "columns.name.personal", "before": "direct", "after": "none"} in told["settings"]
    assert run("verify", store).returncode == 0
    assert "--allow-loosening" not in run("agency", "list").stderr


def test_every_command_that_takes_overlays_takes_the_flag() -> None:
    for command in ("inspect", "validate", "dedupe", "compile", "report", "review", "pseudonymise", "agency list"):
        assert "--allow-loosening" in run(*command.split(), "--help").stdout


def test_no_settings_file_can_allow_it(tmp_path: Path) -> None:
    file = tmp_path / "recordkit.toml"
    file.write_text("allow-loosening = true\n", encoding="utf-8")
    file.chmod(0o644)
    done = run("agency", "list", "--config", file)
    assert done.returncode == 2
    assert "command line only" in done.stderr
