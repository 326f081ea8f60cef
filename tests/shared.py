"""What is dear to make and read by many tests: one process of a run makes it, the others wait for it."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def once(temporary: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of this run, which `make` fills. Who changes what is in it takes a copy first."""
    base = temporary.getbasetemp()
    home = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, made = home / name, home / f"{name}.made"
    with (home / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # one that failed half-way is no start
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


def sample_store(temporary: pytest.TempPathFactory) -> Path:
    """The store of the whole sample inbox, made by as many threads as anybody's. Three of its files cannot be read, so
    the exit code is 3."""

    def compiled(folder: Path) -> None:
        command = ["-m", "recordkit", "compile", str(ROOT / "sample_data" / "inbox"), "--to", str(folder / "store")]
        env = {name: value for name, value in os.environ.items() if name != "POLARS_MAX_THREADS"}
        done = subprocess.run([sys.executable, *command, "--no-progress"], cwd=ROOT, capture_output=True, text=True, env=env)
        assert done.returncode == 3, done.stdout + done.stderr

    return once(temporary, "samples", compiled) / "store"
