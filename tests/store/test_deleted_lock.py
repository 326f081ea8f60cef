"""A lock file that somebody deletes: two writers never both believe that they hold the store."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from recordkit import store
from recordkit.store import lock


def test_a_file_deleted_between_opening_and_locking_it_is_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lock.hold(tmp_path):
        pass
    real, replaced = fcntl.flock, []

    def flock(handle: int, how: int) -> None:
        if not replaced:
            replaced.append(handle)
            (tmp_path / "lock").unlink()
        real(handle, how)

    monkeypatch.setattr(lock.fcntl, "flock", flock)
    with lock.hold(tmp_path):
        handle = os.open(tmp_path / "lock", os.O_RDWR)  # what the next writer would open
        try:
            with pytest.raises(BlockingIOError):
                real(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(handle)
    assert len(replaced) == 1


@pytest.mark.parametrize("instead", [True, False])
def test_a_run_whose_lock_file_was_deleted_stops_before_it_writes_more(tmp_path: Path, instead: bool) -> None:
    with lock.hold(tmp_path):
        lock.still_there(tmp_path)
        (tmp_path / "lock").unlink()
        if instead:
            (tmp_path / "lock").touch()
        with pytest.raises(store.StoreFailed, match="moved, deleted or replaced"):
            lock.still_there(tmp_path)
        with pytest.raises(store.StoreFailed, match="moved, deleted or replaced"), lock.hold(tmp_path):
            pass
    assert not lock.is_held(tmp_path)
    with lock.hold(tmp_path):
        lock.still_there(tmp_path)
