"""A change of keys as a command of its own, killed for real at calls on the store: nothing is lost, the next goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from trials import World, shimmed

from faults import Tools
from recordkit import store

OLD, NEW = "o" * 32, "n" * 32


def rekey(world: World, root: Path, keys: str, **extra: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "recordkit", "retain", str(root), "--rekey", "--format", "json"]
    env = world.bare({"RECORDKIT_STORE_KEY": keys, **extra})
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=world.home)


def rows(root: Path) -> int:
    """All rows of all tables and of the quarantine, with the keys of this process."""
    edition = store.open_edition(root)
    scans = [edition.scan_quarantine(), *map(edition.scan, edition.tables)]
    return sum(scan.select(pl.len()).collect().item() for scan in scans)


@pytest.fixture
def encrypted(world: World) -> Path:
    """A store under the old key."""
    root = world.home / "encrypted"
    done = world.run(root, RECORDKIT_STORE_KEY=OLD)
    assert done.returncode == 0, done.stderr
    return root


def survives_kills(world: World, tools: Tools, encrypted: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    assert tools.shim is not None
    counted, both = world.fresh("counted rekey", like=encrypted), f"{NEW}\n{OLD}"
    count = world.home / "calls of rekey"
    done = rekey(world, counted, both, FAULT_COUNT=str(count), **shimmed(tools.shim, counted, 0, "none"))
    assert done.returncode == 0, done.stderr
    calls = int(count.read_text())
    assert calls > 50
    tries = min(most, calls)
    for at in sorted({1 + number * calls // tries for number in range(tries)}):
        root = world.fresh("killed rekey", like=encrypted)
        monkeypatch.setenv("RECORDKIT_STORE_KEY", both)
        before = rows(root)
        rekey(world, root, both, **shimmed(tools.shim, root, at, "kill"))
        assert store.verify(root).damage == [], at
        assert rows(root) == before, at
        done = rekey(world, root, both)
        assert done.returncode == 0, (at, done.stderr)
        monkeypatch.setenv("RECORDKIT_STORE_KEY", NEW)
        assert (store.verify(root).damage, rows(root)) == ([], before), at
        assert not list(root.glob("**/.tmp/*")), at


def test_a_change_of_keys_survives_a_sample_of_kills(
    world: World, tools: Tools, encrypted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tools.shim is None:
        pytest.skip("needs a C compiler")
    survives_kills(world, tools, encrypted, monkeypatch, most=2)


@pytest.mark.slow
def test_a_change_of_keys_survives_a_kill_at_every_call(
    world: World, tools: Tools, encrypted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tools.shim is None:
        pytest.skip("needs a C compiler")
    survives_kills(world, tools, encrypted, monkeypatch, most=10_000)
