"""The one module that makes, replaces or removes files: private, durable, and never through a link.

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
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO

from recordkit import details
from recordkit.store.handles import PRIVATE_FOLDER, LinkInTheWay, folder_above, is_folder, mode_of, opened

FOLDER_MODE = 0o700
FILE_MODE = 0o600
TEMP = ".tmp"
_PLAIN = os.O_NOFOLLOW | os.O_NONBLOCK  # a link leads away, and a pipe is waited for


@contextmanager
def private_umask() -> Iterator[None]:
    """Nothing made in this block can be read by anybody else, not even for a moment."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


# ------------------------------------------------------------------------------------------ folders and names


def make_folder(path: Path, *, durable: bool = True) -> Path:
    """Make one private folder and flush its name; one that is there is left as it is.

    The folder above must be there: a store that was moved away during a run is not made again in its old place.
    """
    if not path.name or is_folder(path):
        return path
    with folder_above(path) as (above, name):
        os.mkdir(name, FOLDER_MODE, dir_fd=above)
        made = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)
        try:
            os.fchmod(made, FOLDER_MODE)
        finally:
            os.close(made)
        if durable:
            _flush(above)
    return path


def make_folders(path: Path) -> Path:
    """Make a private folder and all that are missing above it."""
    if not path.parent.exists():
        make_folders(path.parent)
    return make_folder(path)


def temp_folder(parent: Path) -> Path:
    """A new private folder under `parent`/.tmp: on the same filesystem as the place it is meant for."""
    return make_folder(make_folder(parent / TEMP) / secrets.token_hex(8), durable=False)


def is_temp(name: str) -> bool:
    """Is this a name that `temp_folder` gives? Nothing else in a `.tmp` is ours."""
    return len(name) == 16 and set(name) <= set("0123456789abcdef")


def flush(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    with opened(folder) as handle:
        _flush(handle)


def _flush(handle: int) -> None:
    listed = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=handle)
    try:
        os.fsync(listed)
    finally:
        os.close(listed)


def seal(folder: Path) -> None:
    """Make all below `folder` private and flush it, deepest first; links have no content of their own."""

    def failed(error: OSError) -> None:
        raise error

    with folder_above(folder) as (above, name):
        for _, folders, files, here in os.fwalk(name, topdown=False, onerror=failed, dir_fd=above):
            for one in (*folders, *files):
                if not stat.S_ISLNK(mode_of(here, one)):
                    _seal_one(here, one)
            os.fsync(here)


def _seal_one(here: int, name: str) -> None:
    handle = os.open(name, os.O_RDONLY | _PLAIN, dir_fd=here)
    try:
        os.fchmod(handle, FOLDER_MODE if stat.S_ISDIR(os.fstat(handle).st_mode) else FILE_MODE)
        os.fsync(handle)
    finally:
        os.close(handle)


# ------------------------------------------------------------------------------------------ writing


def write_file(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write a new private file in full and flush it; never follows a link, never overwrites."""
    with new_file(path, durable=durable) as file:
        write_all(file.fileno(), data)


@contextmanager
def new_file(path: Path, *, durable: bool = True) -> Iterator[BinaryIO]:
    """A new private file, open for writing and flushed at the end; never follows a link, never overwrites."""
    with folder_above(path) as (above, name):
        handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE, dir_fd=above)
    with os.fdopen(handle, "w+b") as file:
        os.fchmod(handle, FILE_MODE)
        yield file
        file.flush()
        if durable:
            os.fsync(handle)


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
        move_file(temp / path.name, path)
    finally:
        discard(temp)


def move_file(source: Path, target: Path, *, mode: int = FILE_MODE) -> None:
    """Give a finished file its name, in the place of one that is there; a link of that name goes as the name it is."""
    with folder_above(source) as (here, name), folder_above(target) as (there, final):
        handle = os.open(name, os.O_RDONLY | _PLAIN, dir_fd=here)
        try:
            os.fchmod(handle, mode)
        finally:
            os.close(handle)
        os.replace(name, final, src_dir_fd=here, dst_dir_fd=there)
        _flush(there)


def move_folder(source: Path, target: Path, *, durable: bool = True) -> None:
    """Give a finished folder its final name: flushed before, and its name flushed after."""
    with folder_above(source) as (here, name), folder_above(target) as (there, final):
        os.rename(name, final, src_dir_fd=here, dst_dir_fd=there)
        if durable:
            _flush(there)


def place_new(source: Path, folder: Path, candidates: Iterable[str]) -> Path:
    """Give a finished file the first of some names that nothing in `folder` has yet: half of one is never seen."""
    for name in candidates:
        with folder_above(source) as (here, made), opened(folder) as there:
            try:
                os.link(made, name, src_dir_fd=here, dst_dir_fd=there, follow_symlinks=False)
            except FileExistsError:
                continue
            except OSError:  # a filesystem without second names
                if mode_of(there, name):
                    continue
                os.rename(made, name, src_dir_fd=here, dst_dir_fd=there)
            return folder / name
    raise AssertionError("names do not end")


def second_name(path: Path, target: Path) -> bool:
    """Give a finished file one more name; False where it can have none: on another volume, on a filesystem of none."""
    with folder_above(path) as (here, name), folder_above(target) as (there, final):
        try:
            os.link(name, final, src_dir_fd=here, dst_dir_fd=there, follow_symlinks=False)
        except OSError:
            return False
    return True


def share(path: Path, fresh: Path) -> bool:
    """Let a name that is not visible yet be one more of the file `path` of the same bytes; False: it stays as it is."""
    other = fresh.with_name(f"{fresh.name}.shared")
    if not second_name(path, other):
        return False
    with folder_above(fresh) as (above, name):
        os.replace(other.name, name, src_dir_fd=above, dst_dir_fd=above)
    return True


def link(path: Path, target: Path) -> None:
    """Make a link of ours, to a folder on another volume."""
    with folder_above(path) as (above, name):
        os.symlink(target, name, target_is_directory=True, dir_fd=above)


def is_twin(path: Path) -> bool:
    """Is this the link of an edition to its own table among those of personal data?"""
    return path.is_symlink() and path.readlink() == Path("..", "..", PRIVATE_FOLDER, *path.parts[-2:])


def open_special(path: Path) -> int | None:
    """The descriptor of a pipe, a device or a standard stream that a user names for a result; None for a plain name.

    Raises LinkInTheWay for any other link: what is written for a user is never written through one.
    """
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISLNK(mode):
        refuse_link(path)
        return os.open(path, os.O_WRONLY | os.O_APPEND)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return None if stat.S_ISREG(mode) else os.open(path, os.O_WRONLY | os.O_NOFOLLOW)


def refuse_link(path: Path) -> None:
    """Raises LinkInTheWay for any link but a standard stream that a user names for a result, file or folder."""
    if path.is_symlink() and not _is_the_systems(path):
        raise LinkInTheWay(path)


def _is_the_systems(path: Path) -> bool:
    """/dev/stdout, /dev/fd/3, /proc/self/fd/1: links that lead to what this process has open already."""
    home = path.parent.resolve()
    return home == Path("/dev") or home.is_relative_to("/proc")


# ------------------------------------------------------------------------------------------ removing


def remove(path: Path) -> None:
    """Delete a folder with all below it, a file, or a link as the name it is; flush the folder that held it."""
    with folder_above(path) as (above, name):
        if stat.S_ISDIR(mode_of(above, name)):
            shutil.rmtree(name, dir_fd=above)
        else:
            os.unlink(name, dir_fd=above)
        _flush(above)


def remove_files(folder: Path, names: Iterable[str]) -> None:
    """Delete some files below a folder, by their relative names, and every folder in which nothing is left."""
    for name in sorted(names):
        remove(folder / name)
    for here, _, _ in os.walk(folder, topdown=False):
        discard_empty(Path(here))


def discard(path: Path) -> None:
    """Delete what was only for a while, as far as it can be deleted."""
    with suppress(OSError), folder_above(path) as (above, name):
        if stat.S_ISDIR(mode_of(above, name)):
            shutil.rmtree(name, ignore_errors=True, dir_fd=above)
        else:
            os.unlink(name, dir_fd=above)


def discard_empty(folder: Path) -> None:
    """Delete a folder if nothing is in it."""
    with suppress(OSError), folder_above(folder) as (above, name):
        os.rmdir(name, dir_fd=above)


# ------------------------------------------------------------------------------------------ reading


def open_plain(path: Path, flags: int) -> int:
    """The descriptor of a plain file. OSError for a link, a pipe, a device: they lead away, or wait for ever."""
    with folder_above(path) as (above, name):
        try:
            handle = os.open(name, flags | _PLAIN, FILE_MODE, dir_fd=above)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise LinkInTheWay(path) from None
            raise
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    raise OSError(errno.EINVAL, details.text("not_plain_file"), str(path))


def is_at(handle: int, path: Path) -> bool:
    """Is this still the file of that name?"""
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def has_other_names(handle: int) -> bool:
    """Has the file another name somewhere (a hard link: a backup made with `cp -al`, or planted)? What is written in
    place would change it there too."""
    return os.fstat(handle).st_nlink > 1


@contextmanager
def plain_file(path: Path) -> Iterator[BufferedReader]:
    """A plain file, opened for reading. OSError for what is none."""
    with os.fdopen(open_plain(path, os.O_RDONLY), "rb") as file:
        yield file


def read_file(path: Path) -> bytes:
    """All bytes of a plain file."""
    with plain_file(path) as file:
        return file.read()


Sums = dict[tuple[int, int, int, int], str]  # a file, whatever its names, its size and its last change -> its sum


def sha256_file(path: Path, known: Sums | None = None) -> str:
    """The sum of a plain file's bytes as they are on the disk now; of a file with several names, from `known`."""
    with plain_file(path) as file:
        is_ = os.fstat(file.fileno())
        place = (is_.st_dev, is_.st_ino, is_.st_size, is_.st_mtime_ns)
        if known is not None and place in known:
            return known[place]
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if known is not None and is_.st_nlink > 1:
        known[place] = found
    return found


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
    """Relative names of all files below `folder`, sorted; a link to a folder is a name, and not entered unless it is an
    edition's own."""
    found: list[str] = []
    for root, folders, files in os.walk(folder, followlinks=True):
        here = Path(root)
        led = [name for name in folders if (here / name).is_symlink() and not (here == folder and is_twin(here / name))]
        folders[:] = [name for name in folders if name not in led]
        found += [(here / name).relative_to(folder).as_posix() for name in (*files, *led)]
    return sorted(found)


def is_private(path: Path) -> bool:
    """Nobody but the owner may read, write or enter."""
    return not stat.S_IMODE(path.stat().st_mode) & 0o077
