"""Files are standardised on all cores: other processes fill the cache, and whoever gathers finds them there.

A process that ends, or that cannot read a file, costs nothing but time: what is not in the cache is read by the one who
gathers. So a result is the same with any number of processes, and no error has two ways to its words.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, local

from recordkit.ingest import Declarations
from recordkit.readers import machine_memory
from recordkit.submissions.inputs import Wanted

Ready = Callable[[Wanted], None]  # returns when no other process is busy with the file
ROOT = Path(__file__).resolve().parents[2]
# Measured on files of the sample and of benchmarks/compile: what a process costs before its first file (imports and
# declarations), and what a file costs, in seconds of one core.
START, FILE, BYTES = 1.0, 0.2, 80_000
ENOUGH = 3  # processes that may end one after the other for each that was asked for
MEMORY = 4 << 30  # bytes that a process may need at worst: a workbook with its reader


def wanted_count(items: Sequence[Wanted], asked: int | None) -> int:
    """How many processes to use for these files: as many as were asked for, else as many as pay."""
    if asked is not None:
        return min(asked, len(items))
    memory = machine_memory.available()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    most = min(cores, len(items), memory // MEMORY if memory else 1)
    work = sum(FILE + _size(one.path) / BYTES for one in items)
    return most if work > 2 * most * START else 1


def _size(path: Path | None) -> int:
    try:
        return path.stat().st_size if path is not None else 0
    except OSError:
        return 0


@contextmanager
def standardising(items: Sequence[Wanted], declared: Declarations, cache: Path, count: int) -> Iterator[Ready]:
    """In this block `count` processes put the files into the cache, in the order of `items`; one is none."""
    if count < 2:
        yield lambda _item: None
        return
    team = _Team(_command(declared, cache), count)
    pool = ThreadPoolExecutor(count, thread_name_prefix="standardise")
    try:
        busy: dict[Wanted, Future[None]] = {item: pool.submit(team.deal_with, item) for item in items}
        yield lambda item: busy[item].result() if item in busy else None
    finally:
        team.end()
        pool.shutdown(cancel_futures=True)


class _Team:
    """Processes, one for each thread that asks. None is started once the team has ended."""

    def __init__(self, command: Sequence[str], count: int) -> None:
        self.command, self.count = command, count
        self._lock, self._own = Lock(), local()
        self._started: list[subprocess.Popen[str]] = []
        self._ended = False

    def deal_with(self, item: Wanted) -> None:
        """Have this thread's process standardise a file; the next file after its end gets a new one."""
        process = getattr(self._own, "process", None) or self._start()
        self._own.process = process if process is not None and _asked(process, item) else None

    def end(self) -> None:
        """End all processes, whatever they are at: the cache takes a file whole or not at all."""
        with self._lock:
            self._ended = True
        for process in self._started:
            process.kill()
            process.wait()
            for end in (process.stdin, process.stdout):
                with suppress(OSError):
                    if end is not None:
                        end.close()

    def _start(self) -> subprocess.Popen[str] | None:
        with self._lock:
            spent = self._ended or len(self._started) >= ENOUGH * self.count
            process = None if spent else _started(self.command, self.count)
            self._started += [process] if process is not None else []
            return process


def _command(declared: Declarations, cache: Path) -> list[str]:
    memory = machine_memory.available()
    loosening = "yes" if declared.loosened else "no"
    dirs = [str(folder.absolute()) for folder in declared.dirs]
    module = "recordkit.submissions.worker"
    return [sys.executable, "-m", module, str(cache.absolute()), str(memory or ""), loosening, *dirs]


def _started(command: Sequence[str], count: int) -> subprocess.Popen[str] | None:
    """A process; None where the machine starts none. Its stderr is dropped: it may quote a file."""
    cores = os.cpu_count() or 1
    path = os.pathsep.join(part for part in (str(ROOT), os.environ.get("PYTHONPATH", "")) if part)
    env = {**os.environ, "PYTHONPATH": path, "POLARS_MAX_THREADS": str(max(1, cores // count))}
    try:
        return subprocess.Popen(  # noqa: S603  our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env,
            encoding="ascii",
        )  # fmt: skip
    except OSError:
        return None


def _asked(process: subprocess.Popen[str], item: Wanted) -> bool:
    """Has the process dealt with the file? False: it has ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    asked = {"sha256": item.sha256, "name": item.name, "received": item.received, "path": str(item.path)}
    try:
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        return bool(process.stdout.readline())
    except (OSError, ValueError):
        return False
