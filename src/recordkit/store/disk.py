"""Private and durable files: what is written is on the disk before anything points to it.

Folders are 0700 and files 0600 whatever the umask is. A name is changed only by an atomic rename, and
the folder that holds the name is flushed after it, so a power cut leaves the old state or the new one.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any

FOLDER_MODE = 0o700
FILE_MODE = 0o600
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


@contextmanager
def private_umask() -> Iterator[None]:
    """Nothing made in this block can be read by anybody else, not even for a moment."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def make_folder(path: Path) -> Path:
    """Make one private folder and flush its name; one that is there is left as it is.

    The folder above must be there: a store that was moved away during a run is not made again in its old place.
    """
    if not path.is_dir():
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)
        path.chmod(FOLDER_MODE)
        flush(path.parent)
    return path


def make_folders(path: Path) -> Path:
    """Make a private folder and all that are missing above it."""
    if not path.parent.exists():
        make_folders(path.parent)
    return make_folder(path)


def temp_folder(parent: Path) -> Path:
    """A new private folder under `parent`/.tmp: on the same filesystem as the place it is meant for."""
    path = make_folder(parent / ".tmp") / secrets.token_hex(8)
    path.mkdir(mode=FOLDER_MODE)
    path.chmod(FOLDER_MODE)
    return path


def flush(path: Path) -> None:
    """Force one file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_file(path: Path, data: bytes) -> None:
    """Write a new private file in full and flush it; never follows a link, never overwrites."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW, FILE_MODE)
    try:
        os.fchmod(handle, FILE_MODE)
        write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write every byte, however short the single writes are."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def replace_file(path: Path, data: bytes) -> None:
    """Put new content in place of `path` in one step that a power cut cannot split."""
    temp = temp_folder(path.parent)
    try:
        write_file(temp / path.name, data)
        os.replace(temp / path.name, path)
        flush(path.parent)
    finally:
        shutil.rmtree(temp, ignore_errors=True)


def move_file(source: Path, target: Path) -> None:
    """Give a finished file its name, in the place of one that is there, in one step; flush the name."""
    os.replace(source, target)
    flush(target.parent)


def move_folder(source: Path, target: Path) -> None:
    """Give a finished folder its final name: flushed before, and its name flushed after."""
    os.rename(source, target)
    flush(target.parent)


def seal(folder: Path) -> None:
    """Make all below `folder` private and flush it, deepest first; links have no content of their own."""
    for root, folders, files in os.walk(folder, topdown=False):
        for path in [Path(root) / name for name in (*folders, *files)]:
            if not path.is_symlink():
                path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
                flush(path)
    flush(folder)


def remove(path: Path) -> None:
    """Delete a folder, a file or a link that nothing points to; flush the folder that held it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
    flush(path.parent)


def discard(path: Path) -> None:
    """Delete a folder that was only for a while, as far as it can be deleted."""
    shutil.rmtree(path, ignore_errors=True)


def open_plain(path: Path, flags: int) -> int:
    """The descriptor of a plain file. OSError for a link, a pipe, a device: they lead away, or wait for ever."""
    handle = os.open(path, flags | os.O_NONBLOCK | _NOFOLLOW, FILE_MODE)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, "not a plain file", path)


@contextmanager
def plain_file(path: Path) -> Iterator[BufferedReader]:
    """A plain file, opened for reading. OSError for what is none."""
    with os.fdopen(open_plain(path, os.O_RDONLY), "rb") as file:
        yield file


def read_file(path: Path) -> bytes:
    """All bytes of a plain file."""
    with plain_file(path) as file:
        return file.read()


def sha256_file(path: Path) -> str:
    """The sum of a plain file's bytes as they are on the disk now."""
    with plain_file(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_bytes(data: bytes) -> str:
    """The sum of some bytes."""
    return hashlib.sha256(data).hexdigest()


def canonical_json(value: Any, *, indent: int | None = None) -> bytes:
    """One value, one spelling: sorted keys, no blanks (or an indent for people), UTF-8, newline-ended."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=separators, indent=indent)
    return text.encode() + b"\n"


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file that holds one object; ValueError if it does not."""
    value = json.loads(read_file(path))
    if not isinstance(value, dict):
        raise ValueError(path.name)
    return value


def files_below(folder: Path) -> list[str]:
    """Relative names of all files below `folder`, sorted; links to folders right below it are followed."""
    found: list[str] = []
    for root, folders, files in os.walk(folder, followlinks=True):
        here = Path(root)
        folders[:] = [name for name in folders if here == folder or not (here / name).is_symlink()]
        found += [(here / name).relative_to(folder).as_posix() for name in files]
    return sorted(found)


def is_private(path: Path) -> bool:
    """Nobody but the owner may read, write or enter."""
    return not stat.S_IMODE(path.stat().st_mode) & 0o077
