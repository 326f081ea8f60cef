"""A private folder beside the place of a result: work is done in it, and what a killed run left in one is cleared.

A folder is held by a lock on itself, which goes with its process; so one that is free belongs to nobody.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from recordkit.store import disk, volumes
from recordkit.store.errors import StoreError

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
        disk.discard(path)
        os.close(handle)


class ResultInStore(StoreError):
    """What a user names for a result lies in a store, where recordkit alone writes."""

    exit_code = 2


def refuse_store(path: Path) -> None:
    """Raises ResultInStore for the place of a result in any store."""
    root = volumes.store_above(path.absolute().parent.resolve())
    if root is not None:
        raise ResultInStore(f"{path}: a result cannot be written into a store ({root}).", "Choose another place.")


@contextmanager
def result(path: Path, *, mode: int = disk.FILE_MODE) -> Iterator[BinaryIO]:
    """The file that a user names for a result: written beside its place, for its owner alone, and named when it is
    whole. The folder that it goes into is made if it is missing.

    A pipe, a device or a standard stream (/dev/stdout) is written itself. Raises LinkInTheWay for any other link, and
    OSError: then nothing has changed.
    """
    refuse_store(path)
    special = disk.open_special(path)
    if special is not None:
        with os.fdopen(special, "wb") as file:
            yield file
        return
    folder = disk.make_folders(path.absolute().parent)
    with beside(folder) as place:
        with disk.new_file(place / "result") as file:
            yield file
        disk.open_special(path)  # what stands there now
        disk.move_file(place / "result", folder / path.name, mode=mode)


def clear(parent: Path) -> None:
    """Delete what killed runs left in `parent`; what cannot be deleted stays for the next."""
    for name in disk.names_in(parent):
        if not (name.startswith(PREFIX) and disk.is_temp(name.removeprefix(PREFIX))):
            continue
        with suppress(OSError):
            handle = _held(parent / name)
            try:
                disk.remove(parent / name)
            finally:
                os.close(handle)


def _new(parent: Path) -> tuple[Path, int]:
    """A folder and the descriptor that holds it; made again if another run cleared it before it was held."""
    while True:
        path = disk.make_folder(parent / f"{PREFIX}{secrets.token_hex(8)}", durable=False)
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
