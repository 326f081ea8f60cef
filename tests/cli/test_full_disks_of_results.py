"""Results on a full disk: every command says so in one line, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

import in_process

HEADER = "Name,Father Name,CNIC,DOB,Mark"
ROWS = [f"Person Example,Father Example,,01-02-19{at % 90 + 10},{sha256(bytes([at])).hexdigest()}" for at in range(200)]
REGISTER = Path(__file__).resolve().parents[2] / "sample_data/inbox/2026-08/levies_cases_2026-08.csv"


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A disk of two pages."""
    place = tmp_path / "full"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", place], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no right to mount")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("dedupe people.csv -o full/people.parquet", 2),
        ("dedupe people.csv -o people.parquet --splink full", 2),
        ("validate register.csv --annotate full", 2),
        ("validate register.csv --format json -o full/findings.json", 2),
    ],
    ids=lambda value: str(value).split(" full")[0],
)
def test_a_full_disk_is_called_so_whatever_a_library_makes_of_it(
    full: Path, tmp_path: Path, command: str, code: int
) -> None:
    """polars tells a full disk as a "transport error", and a workbook thrown away fails again with a traceback."""
    (tmp_path / "people.csv").write_text("\n".join([HEADER, *ROWS]), encoding="utf-8")
    (tmp_path / "register.csv").write_bytes(REGISTER.read_bytes())
    if "--annotate" in command:  # what a library leaves behind is told when a process ends
        ours = [sys.executable, "-m", "recordkit", *command.split()]
        done = subprocess.run(ours, cwd=tmp_path, capture_output=True, text=True, check=False)
    else:
        done = in_process.run(*command.split(), cwd=tmp_path)
    assert (done.returncode, "the disk is full" in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    assert [path.name for path in full.iterdir()] == []


def test_a_copy_for_analysts_on_a_full_disk_says_so_as_every_result_does(full: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox" / "2026-08"
    inbox.mkdir(parents=True)
    (inbox / REGISTER.name).write_bytes(REGISTER.read_bytes())
    keys = {**os.environ, "RECORDKIT_PSEUDONYM_KEY": "abcdefghijklmnopqrstuvwxyz012345"}
    for command in ("compile inbox --to store", "pseudonymise store --to full/copy"):
        done = in_process.run(*command.split(), cwd=tmp_path, env=keys)
    assert (done.returncode, "cannot be written: the disk is full" in done.stderr) == (2, True), done.stderr
    assert list(full.iterdir()) == []
