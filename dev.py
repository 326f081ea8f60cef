#!/usr/bin/env python3
"""Set recordkit up on a machine that has only Python, then run the sample job or the tests.

    python3 dev.py demo     set up, compile the sample inbox into ./store, print the report
    python3 dev.py test     set up with the development tools, run every check and test
    python3 dev.py docs     build the documentation site into ./site (open site/index.html)
    python3 dev.py lock     write both lock files anew from pyproject.toml

Everything is installed into ./.venv from the lock files, each package checked against its hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
ROOM = 6 << 30  # bytes of memory: what the tests write at a time is a small part of them
RECORDKIT = BIN / ("recordkit.exe" if os.name == "nt" else "recordkit")


def run(*command: str | Path, fine: tuple[int, ...] = (0,)) -> None:
    """Run one command in the project's folder; its failure is ours. `fine`: exit codes that are no failure."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if done.returncode not in fine:
        sys.exit(done.returncode)


def setup(lock: str) -> None:
    """Make ./.venv and install from `lock`, unless that very lock is installed already."""
    if sys.version_info < (3, 11):
        sys.exit(f"recordkit needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    wanted = hashlib.sha256((ROOT / lock).read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = VENV / f"installed-{lock}"
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return
    if not PYTHON.exists():
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
        if made.returncode:
            sys.exit("could not make ./.venv: on Debian or Ubuntu install the package python3-venv first")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if lock == "requirements-dev.lock":
        run(*pip, "--no-compile", "--require-hashes", "-r", lock)  # the tests keep bytecode elsewhere, of what they use
        run(*pip, "--no-deps", "--no-build-isolation", "-e", ".")  # its build backend is in this lock, too
    else:
        run(*pip, "--require-hashes", "-r", lock)
        run(*pip, "--no-deps", "-e", ".")
    stamp.write_text(wanted)


def demo() -> None:
    """Compile the sample inbox into ./store and say where the report is."""
    setup("requirements.lock")
    # Exit 3: the edition is published, and three files that were planted to be unreadable are named.
    run(RECORDKIT, "compile", "sample_data/inbox", "--to", "store", "--format", "text", fine=(0, 3))
    # With exit 3 the compile may also have stopped: an older store stands on files that are in no inbox any more.
    stopped = json.loads((ROOT / "store" / "run.json").read_text(encoding="utf-8")).get("error")
    if stopped:
        sys.exit(f"nothing was published, and a report would be of an older edition: {stopped}\n  fix: delete ./store")
    run(RECORDKIT, "report", "store", "--format", "text")


def test() -> None:
    """Lint, types, import rules, tests."""
    setup("requirements-dev.lock")
    # Many tests start the program: its modules are compiled once and not for each of them.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    bytecode = Path(os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "bytecode")))
    first = not bytecode.exists()
    types = subprocess.Popen([str(PYTHON), "-m", "mypy"], cwd=ROOT)
    try:
        run(PYTHON, "-m", "ruff", "check", ".")
        run(BIN / "lint-imports")
        if first:  # the tests are compiled on the other processor, once and not in each process that runs them
            collect = [str(PYTHON), "-m", "pytest", "--collect-only", *sys.argv[2:]]
            subprocess.run(collect, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
        if types.wait():
            sys.exit(types.returncode)
    finally:
        types.kill()
    # As many tests run at a time as there are processors: more threads of each would only wait for one.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    with in_memory() as place:
        os.environ["TMPDIR"] = place
        run(PYTHON, "-m", "pytest", "-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadgroup", *sys.argv[2:])


@contextmanager
def in_memory() -> Iterator[str]:
    """A folder for what tests write, in memory where that is no shortage: a disk lets them wait for every file that a
    store makes sure of."""
    memory, usual = Path("/dev/shm"), tempfile.gettempdir()  # noqa: S108
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    if "TMPDIR" in os.environ or not roomy or available() < ROOM:
        yield usual
        return
    with tempfile.TemporaryDirectory(prefix="recordkit-tests-", dir=memory, ignore_cleanup_errors=True) as place:
        yield place


def available() -> int:
    """Bytes of memory that processes may still take: what the system has left, and what a container is given."""
    system = re.search(r"MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"))
    given = [Path(name) for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")]
    limits = [limit.read_text(encoding="ascii").strip() for limit in given if limit.is_file()]
    return min([int(system[1]) << 10 if system else 0, *(int(limit) for limit in limits if limit.isdigit())])


def docs() -> None:
    """Build the documentation site; a link or an anchor that leads nowhere is an error."""
    setup("requirements-dev.lock")
    run(PYTHON, "-m", "zensical", "build", "--clean", "--strict")


def lock() -> None:
    """Resolve pyproject.toml again and write both lock files, with hashes (needs uv on the PATH)."""
    base = ["uv", "pip", "compile", "pyproject.toml", "--generate-hashes", "--universal", "--upgrade"]
    base += ["--python-version", "3.11", "--no-header", "--no-annotate", "--quiet"]
    run(*base, "-o", "requirements.lock")
    run(*base, "--group", "dev", "-o", "requirements-dev.lock")


if __name__ == "__main__":
    commands = {"demo": demo, "test": test, "docs": docs, "lock": lock}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]]()
