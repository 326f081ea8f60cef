"""The lock: one writer, gone with its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from recordkit import store
from recordkit.errors import StoreLocked
from recordkit.store import lock

HOLD = """
import sys, time; from pathlib import Path; from recordkit.store import lock
with lock.hold(Path(sys.argv[1])):
    print("held", flush=True)
    {then}
    time.sleep(60)
"""


def holder(root: Path, then: str = "pass") -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(then=then), str(root)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_held_store_names_its_holder_and_exits_75(tmp_path: Path) -> None:
    process = holder(tmp_path)
    try:
        with (
            pytest.raises(StoreLocked, match=rf"process {process.pid} on .* seconds") as error,
            store.writing(tmp_path),
        ):
            pass
        assert error.value.exit_code == 75
    finally:
        process.kill()
        process.wait()


def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with store.writing(tmp_path):
        assert lock.holder(tmp_path).pid == os.getpid()


def test_a_child_of_a_killed_holder_does_not_keep_the_lock(tmp_path: Path) -> None:
    process = holder(tmp_path, then="import os; os.fork()")
    process.kill()
    process.wait()
    with store.writing(tmp_path, wait=2):
        pass


def test_waiting_gets_the_lock_when_it_becomes_free(tmp_path: Path) -> None:
    process = holder(tmp_path)
    began = time.monotonic()
    os.kill(process.pid, signal.SIGKILL)
    with store.writing(tmp_path, wait=10):
        assert time.monotonic() - began < 5
    process.wait()


def test_holding_twice_in_one_process_is_one_holding(tmp_path: Path) -> None:
    with store.writing(tmp_path), store.writing(tmp_path):
        assert lock.is_held(tmp_path)
    assert not lock.is_held(tmp_path)


def test_a_deleted_lock_file_does_not_let_two_in(tmp_path: Path) -> None:
    with store.writing(tmp_path):
        pass
    (tmp_path / "lock").unlink()
    process = holder(tmp_path)
    try:
        with pytest.raises(StoreLocked), store.writing(tmp_path):
            pass
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("ahead", [0, 300, 90_000])
def test_a_clock_set_back_gives_no_negative_age(ahead: int) -> None:
    assert lock.age(datetime.now(UTC) + timedelta(seconds=ahead)) == "0 seconds"


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"pid": "x"}'])
def test_an_unreadable_lock_file_still_says_something(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "lock").write_bytes(text)
    assert str(lock.holder(tmp_path)) == "another process"


@pytest.mark.parametrize("how", ["folder", "pipe"])
def test_what_stands_in_the_place_of_the_lock_is_named_and_not_waited_for(tmp_path: Path, how: str) -> None:
    with lock.hold(tmp_path):
        pass
    file = tmp_path / "lock"
    file.unlink()
    {"folder": file.mkdir, "pipe": lambda: os.mkfifo(file)}[how]()
    with pytest.raises(store.StoreFailed, match="in lock: "), lock.hold(tmp_path):
        pass


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"), (119, "119 seconds"), (120, "2 minutes"), (7199, "119 minutes"), (7200, "2 hours"),
        (90_000, "25 hours"),
    ],
)  # fmt: skip
def test_an_age_is_said_in_the_unit_that_fits_it(seconds: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            assert tz is UTC
            return now

    monkeypatch.setattr(lock, "datetime", Stopped)
    assert lock.age(now - timedelta(seconds=seconds)) == words
