"""One writer at a time: a lock held by the process itself, so it goes when the process goes.

`flock` needs no cleaning after a kill or a power cut. The file's text is only for people: it names the
holder. The file is never deleted, because deleting it would let two processes hold two different locks.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recordkit import details
from recordkit.errors import StoreLocked
from recordkit.store import disk, layout, volumes
from recordkit.store.errors import StoreFailed, writes_to

_held: dict[Path, int] = {}


@dataclass(frozen=True)
class Holder:
    """Who holds (or last held) the lock, as far as the file tells."""

    pid: int | None
    host: str | None
    started: datetime | None

    def __str__(self) -> str:
        return str(self.text)

    @property
    def text(self) -> str:
        """Who it is, for people."""
        known = details.text("process_on", pid=self.pid, host=self.host) if self.pid else ""
        who = known or details.text("another_process")
        return details.text("for_some_time", who=who, age=age(self.started)) if self.started else who


def age(started: datetime) -> str:
    """How long ago, in words; a clock that was set back gives no negative age."""
    seconds = max(0, int((datetime.now(UTC) - started).total_seconds()))
    if seconds < 120:
        return details.text("seconds", count=seconds)
    if seconds < 7200:
        return details.text("minutes", count=seconds // 60)
    return details.text("hours", count=seconds // 3600)


def holder(root: Path) -> Holder:
    """What the lock file says; an empty or torn one says nothing."""
    try:
        facts: dict[str, Any] = json.loads(disk.read_file(layout.Layout(root).lock))
        return Holder(int(facts["pid"]), str(facts["host"]), datetime.fromisoformat(facts["started"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder(None, None, None)


@contextmanager
def hold(root: Path, wait: float = 0.0) -> Iterator[layout.Layout]:
    """Hold the store for writing; inside the same process it may be nested.

    Makes the store if it is not there. Raises StoreLocked after `wait` seconds of somebody else's holding.
    """
    key = root.resolve()
    if key in _held:
        still_there(root)
        yield layout.Layout(root)
        return
    with disk.private_umask(), writes_to(root):
        volumes.refuse_foreign(layout.Layout(root))
        places = layout.create(root)
        handle = _acquire(places, wait)
    _held[key] = handle
    try:
        _sign(handle)
        with disk.private_umask(), writes_to(root):
            volumes.claim(places)
        yield places
    finally:
        del _held[key]
        with suppress(OSError):
            os.ftruncate(handle, 0)
        os.close(handle)


def still_there(root: Path) -> None:
    """Raises StoreFailed if the store that this process holds was moved, deleted or replaced since."""
    handle = _held.get(root.resolve())
    if handle is not None and not disk.is_at(handle, layout.Layout(root).lock):
        raise StoreFailed(
            details.text("store_moved", path=root),
            details.text("move_stores_later"),
        )


def is_held(root: Path) -> bool:
    """Does this very process hold the store?"""
    return root.resolve() in _held


def _acquire(places: layout.Layout, wait: float) -> int:
    """The descriptor of the locked lock file."""
    until = time.monotonic() + wait
    while True:
        handle = disk.open_plain(places.lock, os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            if time.monotonic() >= until:
                raise _locked(places.root) from None
            time.sleep(0.05)
            continue
        except OSError:
            os.close(handle)
            raise
        if disk.is_at(handle, places.lock):
            if not disk.has_other_names(handle):
                return handle
            disk.remove(places.lock)  # the name alone, while it is held: nobody else is in
        os.close(handle)  # somebody deleted the file between our open and our lock: take the new one


def _sign(handle: int) -> None:
    """Write who we are; a lock works without it, so a full disk is no reason to fail here."""
    text = disk.canonical_json(
        {"pid": os.getpid(), "host": socket.gethostname(), "started": datetime.now(UTC).isoformat()}
    )
    with suppress(OSError):
        os.ftruncate(handle, 0)
        os.pwrite(handle, text, 0)


def _locked(root: Path) -> StoreLocked:
    for _ in range(10):  # the holder may be just about to sign
        if holder(root).pid is not None:
            break
        time.sleep(0.05)
    return StoreLocked(
        details.text("store_in_use", path=root, holder=holder(root).text),
        details.text("try_later_or_end"),
    )


def _forget_in_child() -> None:
    """A forked child must not keep its parent's lock alive after the parent is killed."""
    for handle in _held.values():
        with suppress(OSError):
            os.close(handle)
    _held.clear()


os.register_at_fork(after_in_child=_forget_in_child)
