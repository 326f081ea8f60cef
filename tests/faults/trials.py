"""Trials: break a compile in one way, let the next one run, and see that nothing was lost.

Every trial starts from the same store with one edition and a decision, and an inbox with one new file.
The yardstick is what an undisturbed compile makes of it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from small_compile import compile_inbox

import shared
from recordkit import store
from recordkit.store.volumes import STRANGE

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
HEAD = "fir_no,district,npb_head,name\n"
JUNE = HEAD + "1/26,Lahore,Murder,Aslam\n2/26,Kasur,Robbery,Bilal\n,Kasur,Robbery,Chand\n"
JULY = HEAD + "3/26,Lahore,Murder,Dawood\n2/26,Kasur,Dacoity,Bilal\n"


def contents(folder: Path) -> dict[str, str]:
    """Relative name and sum of every file below a folder, without those that were kept because they are not ours."""
    return {name: told for name, told in _everything(folder).items() if not name.startswith(STRANGE)}


def strange(folder: Path) -> dict[str, str]:
    """`contents` of the files that were kept because they are not ours."""
    return {name: told for name, told in _everything(folder).items() if name.startswith(STRANGE)}


def _everything(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def put(inbox: Path, month: str, name: str, text: str) -> None:
    """Put a file into the inbox."""
    (inbox / month).mkdir(parents=True, exist_ok=True)
    (inbox / month / name).write_text(text)


def freeze_code(folder: Path) -> None:
    """A copy of the program: its sum is part of an edition, so nobody may edit it between two runs. It is compiled for
    processes that are started with an environment of their own."""
    for name in ("src/recordkit", "schemas"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    compiling = [sys.executable, "-m", "compileall", "-q", str(folder / "src")]
    subprocess.run(compiling, check=True, env={"PATH": "/usr/bin:/bin"})


def frozen_code(temporary: pytest.TempPathFactory) -> Path:
    """The copy of this run, made once."""
    return shared.once(temporary, "code", freeze_code) / "src"


@dataclass
class World:
    """A store with an edition, an inbox with something new, and what an undisturbed compile makes of them."""

    home: Path
    inbox: Path
    base: Path
    old_id: str
    new_id: str
    source: Path
    editions: dict[str, str] = field(default_factory=dict)
    quarantine: dict[str, str] = field(default_factory=dict)
    seconds: float = 1.0

    @classmethod
    def build(cls, home: Path, source: Path) -> World:
        """Make it below `home`, with a copy of the program."""
        inbox, base, whole = home / "inbox", home / "base", home / "whole"
        bare = cls(home, inbox, base, "", "", source)
        put(inbox, "2026-06", "punjab.csv", JUNE)
        old = bare.run(base)
        assert old.returncode == 0, old.stderr
        store.ledger.decide(base, "C1", "C2", "different", "other mother's name")
        put(inbox, "2026-07", "punjab.csv", JULY)
        shutil.copytree(base, whole)
        new = bare.run(whole)
        assert new.returncode == 0, new.stderr
        return replace(
            bare,
            old_id=old.stdout.strip(),
            new_id=new.stdout.strip(),
            editions=contents(whole / "editions"),
            quarantine=contents(whole / "quarantine"),
        )

    def command(self, root: Path, inbox: Path | None = None) -> list[str]:
        """The command line of the small compile."""
        return [sys.executable, str(HERE / "small_compile.py"), str(inbox or self.inbox), str(root)]

    def bare(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """A bare environment, as cron's."""
        bare = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(self.source), "POLARS_MAX_THREADS": "1"}
        return {**bare, **(extra or {})}

    def start(self, root: Path, inbox: Path | None = None, **extra: str) -> subprocess.Popen[str]:
        """Start the small compile."""
        return subprocess.Popen(
            self.command(root, inbox),
            env=self.bare(extra),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, root: Path, inbox: Path | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run the small compile to its end."""
        process = self.start(root, inbox, **extra)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def fresh(self, name: str, parent: Path | None = None, like: Path | None = None) -> Path:
        """A copy of the store (or of another one) to break."""
        root = (parent or self.home) / name
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(like or self.base, root, symlinks=True)
        return root

    def old_is_whole(self, root: Path) -> None:
        """The edition from before is as it was, and the pointer names it or the finished new one."""
        before = {name: told for name, told in self.editions.items() if name.startswith(self.old_id)}
        now = {n: t for n, t in contents(root / "editions").items() if n.startswith(self.old_id)}
        assert now == before
        assert store.current_id(root) in (self.old_id, self.new_id)
        store.open_edition(root).scan("cases").collect()

    def next_run_completes(self, root: Path) -> None:
        """The next run gives the very edition of an undisturbed one; no row, no entry, no leftover."""
        decided, seen = store.ledger.read(root, "decisions"), store.ledger.read(root, "runs")
        assert compile_inbox(self.inbox, root) in (self.new_id, "nothing new")  # only what broke was another process
        assert store.current_id(root) == self.new_id
        assert contents(root / "editions") == self.editions
        assert contents(root / "quarantine") == self.quarantine
        assert store.ledger.read(root, "decisions").entries == decided.entries
        assert store.ledger.read(root, "runs").entries[: len(seen.entries)] == seen.entries
        assert not list(root.glob("**/.tmp/*"))
        told = store.verify(root)
        assert told.damage == []

    def survives(self, root: Path) -> None:
        """After any fault: the old edition is whole, the next run completes, the inbox is untouched."""
        before = contents(self.inbox)
        self.old_is_whole(root)
        self.next_run_completes(root)
        assert contents(self.inbox) == before


def build_shim(folder: Path) -> Path | None:
    """Compile the shim; None without a C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    target = folder / "shim.so"
    source = str(HERE / "shim.c")
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(target), source, "-ldl"],
        check=True,
        capture_output=True,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    return target


def shimmed(shim: Path, root: Path, at: int, how: str, *, sticky: bool = False) -> dict[str, str]:
    """The environment that makes the `at`-th call on a store fail."""
    told = {"LD_PRELOAD": str(shim), "FAULT_UNDER": str(root), "FAULT_AT": str(at), "FAULT_HOW": how}
    return {**told, "FAULT_STICKY": "1"} if sticky else told
