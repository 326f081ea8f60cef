"""The units and the crontab line of the how-to: what systemd takes, and what the program knows."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer

from recordkit.cli import app

HOW_TO = Path(__file__).parents[1] / "docs" / "how-to"
UNITS = sorted((HOW_TO / "systemd").iterdir())
PROGRAM = "/opt/recordkit/bin/recordkit"


def _commands() -> list[str]:
    """Every line that starts the program, in units and crontab."""
    pages = [*UNITS, HOW_TO / "run-from-cron.md"]
    found = [line for page in pages for line in re.findall(rf"{PROGRAM} (.*)", page.read_text(encoding="utf-8"))]
    return [re.sub(r"\s*(>>|2>|\|).*", "", line) for line in found]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_takes_the_unit(unit: Path, tmp_path: Path) -> None:
    """All of them together, with a program that is there in the place of ours."""
    for one in UNITS:
        (tmp_path / one.name).write_text(one.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", f"./{unit.name}"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", _commands())
def test_the_program_knows_every_option_of_the_line(command: str) -> None:
    words = command.split()
    known = typer.main.get_command(app.app).commands[words[0]]  # type: ignore[attr-defined]
    options = {name for param in known.params for name in (*param.opts, *param.secondary_opts)}
    assert {word for word in words if word.startswith("-")} <= options


def test_there_are_lines_to_try() -> None:
    assert len(_commands()) >= 4
