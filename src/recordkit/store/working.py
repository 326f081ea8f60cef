"""A private folder beside the place of a result: work is done in it, and what a killed run left in one is cleared.

A folder is held by a lock on itself, which goes with its process; so one that is free belongs to nobody.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from recordkit.store import disk

PREFIX = ".recordkit-"


@contextmanager
def beside(parent: Path) -> Iterator[Path]:
    """A new private folder in `parent`, gone at the end with all that was not moved out of it.

    Folders of this kind that no living process holds are cleared first. `parent` must be there.
    """
    clear(parent)
    path, handle = _new(parent)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(handle)


def clear(parent: Path) -> None:
    """Delete what killed runs left in `parent`; what cannot be deleted stays for the next."""
    for left in sorted(parent.glob(f"{PREFIX}*")):
        with suppress(OSError):
            handle = _held(left)
            try:
                shutil.rmtree(left)
            finally:
                os.close(handle)


def _new(parent: Path) -> tuple[Path, int]:
    """A folder and the descriptor that holds it; made again if another run cleared it before it was held."""
    while True:
        path = parent / f"{PREFIX}{secrets.token_hex(8)}"
        path.mkdir(mode=disk.FOLDER_MODE)
        handle = _held(path, wait=True)
        if path.is_dir():
            return path, handle
        os.close(handle)


def _held(path: Path, *, wait: bool = False) -> int:
    """The descriptor of a folder, locked; OSError when another process holds it, or it is a link."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(handle)
        raise
    return handle
