"""Files read by more than one process give what one process gives, whatever becomes of the others."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations, inbox, store, submissions
from recordkit.ingest import Declarations
from recordkit.ingest.config import declare
from recordkit.submissions import shelf, workers
from recordkit.submissions.inputs import Wanted

SAMPLE = Path(__file__).parents[2] / "sample_data" / "inbox" / "2026-07"
FILES = ("Railways_Police_Cases_July_2026.xlsx", "levies_cases_2026-07.csv")
Gathered = tuple[dict[str, pl.DataFrame], pl.DataFrame, list[str]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An inbox with a workbook, a list, the same list again, and two files that nobody can read."""
    folder = tmp_path_factory.mktemp("inbox") / "2026-07"
    folder.mkdir()
    for name in FILES:
        shutil.copy(SAMPLE / name, folder / name)
    shutil.copy(SAMPLE / FILES[1], folder / "the same again.csv")
    (folder / "torn.xlsx").write_bytes(b"PK\x03\x04" + b"torn" * 40)
    (folder / "ledger.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    return folder.parent


@pytest.fixture(scope="module")
def known() -> Declarations:
    return declare([declarations.PACKAGED])


def gathered(files: Path, known: Declarations, root: Path, processes: int) -> Gathered:
    wanted, _ = submissions.wanted(inbox.find_files([files])[0], [], None)
    seen: list[str] = []
    schemas = submissions.schemas_sha256(known.dirs)
    read = submissions.gather(wanted, known, store.open_cache(root), schemas, seen.append, processes=processes)
    return {name: frame.collect() for name, frame in read.frames.items()}, read.sources, seen


@pytest.fixture(scope="module")
def by_one(files: Path, known: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Gathered:
    return gathered(files, known, tmp_path_factory.mktemp("one"), 1)


def same(one: Gathered, other: Gathered) -> bool:
    frames = all(one[0][name].equals(other[0][name]) for name in one[0])
    return frames and one[1].equals(other[1]) and one[2] == other[2]


def commands(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Instead of the worker, a program of another kind is started."""
    monkeypatch.setattr(workers, "_command", lambda _declared, _cache: [sys.executable, "-c", program])


def test_two_processes_give_what_one_gives(
    files: Path, known: Declarations, by_one: Gathered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    kept = workers._asked
    monkeypatch.setattr(workers, "_asked", lambda process, item: made.append(process.pid) or kept(process, item))
    assert by_one[0]["persons"].height > 0
    assert same(by_one, gathered(files, known, tmp_path, 2))
    assert len(set(made)) == 2


def test_what_the_processes_made_is_not_made_again(
    files: Path, known: Declarations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = store.open_cache(tmp_path)
    wanted, _ = submissions.wanted(inbox.find_files([files])[0], [], None)
    with workers.standardising(wanted, known, cache.root, 2) as ready:
        for item in wanted:
            ready(item)
    monkeypatch.setattr(shelf, "receive", lambda *_args, **_more: pytest.fail("read again"))
    read = submissions.gather(wanted, known, cache, submissions.schemas_sha256(known.dirs), lambda _name: None)
    assert read.sources.height == len(wanted)


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit(1)",
        "import sys; sys.stdin.readline(); raise SystemExit(1)",
        "import sys\nfor line in sys.stdin: print('done', flush=True)",
    ],
    ids=["ends at once", "ends at its first file", "does nothing"],
)
def test_processes_that_do_not_do_their_work_change_nothing(
    program: str, files: Path, known: Declarations, by_one: Gathered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands(monkeypatch, program)
    assert same(by_one, gathered(files, known, tmp_path, 2))


def test_a_machine_that_starts_no_process_changes_nothing(
    files: Path, known: Declarations, by_one: Gathered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_command", lambda _declared, _cache: [str(tmp_path / "no program")])
    assert same(by_one, gathered(files, known, tmp_path, 2))


def test_a_process_that_ends_is_followed_by_another_but_not_for_ever(
    files: Path, known: Declarations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands(monkeypatch, "raise SystemExit(1)")
    started: list[object] = []
    real = workers._started
    monkeypatch.setattr(workers, "_started", lambda command, count: started.append(command) or real(command, count))
    items = [Wanted(f"{number:064x}", "a.csv", None, files / "a.csv") for number in range(30)]
    with workers.standardising(items, known, tmp_path, 2) as ready:
        for item in items:
            ready(item)
    assert len(started) == workers.ENOUGH * 2


def test_no_process_outlives_the_block_even_in_the_middle_of_a_file(
    files: Path, known: Declarations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands(monkeypatch, "import time; time.sleep(600)")
    pids: list[int] = []
    real = workers._started

    def started(command: list[str], count: int) -> subprocess.Popen[str] | None:
        process = real(command, count)
        pids.extend([process.pid] if process else [])
        return process

    monkeypatch.setattr(workers, "_started", started)
    items = [Wanted(f"{number:064x}", "a.csv", None, files / "a.csv") for number in range(2)]

    def interrupted() -> None:
        with workers.standardising(items, known, tmp_path, 2):
            while len(pids) < 2:
                time.sleep(0.01)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_worker_ends_when_the_one_who_asked_was_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time\nfrom recordkit import declarations\nfrom recordkit.ingest.config import declare\n"
        "from recordkit.submissions import workers\n"
        "made = workers._started(workers._command(declare([declarations.PACKAGED]), workers.ROOT), 2)\n"
        "print(made.pid, flush=True)\ntime.sleep(600)\n"
    )
    asks = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert asks.stdout is not None
    pid = int(asks.stdout.readline())
    asks.send_signal(signal.SIGKILL)
    asks.wait()
    asks.stdout.close()
    for _ in range(3000):  # it ends when it has read its declarations and finds nobody there
        if not Path(f"/proc/{pid}").exists() or "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
            return
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the worker went on")


def test_few_small_files_are_read_by_one_process_and_many_by_as_many_as_the_machine_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(8)))
    monkeypatch.setattr(workers.machine_memory, "available", lambda: 64 << 30)
    small = tmp_path / "small.csv"
    small.write_text("a\n")
    items = [Wanted(f"{number:064x}", "small.csv", None, small) for number in range(200)]
    assert workers.wanted_count(items[:5], None) == 1
    assert workers.wanted_count(items, None) == 8
    assert workers.wanted_count(items, 3) == 3
    assert workers.wanted_count(items[:2], 3) == 2
    assert workers.wanted_count([], None) < 2
    monkeypatch.setattr(workers.machine_memory, "available", lambda: 9 << 30)
    assert workers.wanted_count(items, None) == 2
    monkeypatch.setattr(workers.machine_memory, "available", lambda: None)
    assert workers.wanted_count(items, None) == 1
