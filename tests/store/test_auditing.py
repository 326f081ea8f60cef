"""Who read what, when: reading commands leave a line in the ledger, and read on where they cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from store_frames import case, publish, source

from recordkit import store
from recordkit.cli.app import run

CELL = ["period=2026-06", "unit=case", "classification=npb_head", "code=Murder"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    publish(tmp_path / "store", [case("C1", [("june.csv", 2)])], [source("june.csv")])
    return tmp_path / "store"


def read_lines(root: Path) -> list[tuple[str, str]]:
    entries = store.ledger.read(root, "runs").entries
    return [(entry["command"], entry["asked"]) for entry in entries if entry["what"] == "read"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["trace", "C1"], ("trace", "C1")),
        (["trace", *CELL], ("trace", " ".join(CELL))),
        (["diff"], ("diff", "")),
    ],
    ids=lambda value: value[0],
)
def test_a_reading_command_is_written_down(root: Path, arguments: list[str], line: tuple[str, str]) -> None:
    assert run([arguments[0], str(root), *arguments[1:], "--format", "json"]) == 0
    assert read_lines(root) == [line]
    assert store.verify(root).sound


def test_what_was_typed_by_mistake_is_not_remembered(root: Path) -> None:
    assert run(["trace", str(root), "Muhammad Aslam"]) == 2
    assert read_lines(root) == [("trace", "something else")]


def test_a_store_that_cannot_be_written_is_read_and_says_so(root: Path) -> None:
    """A copy on a read-only volume: root gives up its right to ignore permissions."""
    (root / "ledger" / "runs.jsonl").chmod(0o400)
    before = (root / "ledger" / "runs.jsonl").read_bytes()
    code = (
        "import ctypes, sys; libc = ctypes.CDLL(None); [libc.prctl(24, c, 0, 0, 0) for c in (1, 2)]\n"
        "import os; os.execv(sys.executable, [sys.executable, '-m', 'recordkit', *sys.argv[1:]])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "trace", root, "C1", "--format", "jsonl"],
        capture_output=True, text=True, check=False, env={**os.environ},
    )  # fmt: skip
    assert (done.returncode, "june.csv" in done.stdout) == (0, True)
    assert "not written into the ledger" in done.stderr
    assert (root / "ledger" / "runs.jsonl").read_bytes() == before


def test_values_shown_from_files_are_remembered_by_the_store_in_the_environment(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recordkit.cli import storing

    storing.unmasked("validate", 3)
    assert read_lines(root) == []
    monkeypatch.setenv("RECORDKIT_STORE", str(root))
    storing.unmasked("validate", 3)
    assert read_lines(root) == [("validate", "--show-values, 3 files")]
