"""A private folder beside the place of a result: work is done in it, and what a killed run left in one is cleared.

A folder is held by a lock on itself, which goes with its process; so one that is free belongs to nobody.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import BinaryIO

from recordkit import details
from recordkit.errors import RecordkitError
from recordkit.store import disk, handles, volumes
from recordkit.store.errors import StoreError, reason, writes_result

PREFIX = ".recordkit-"


@contextmanager
def sibling_workspace(parent: Path) -> Iterator[Path]:
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


class ResultInTheWay(StoreError):
    """What a user names for a result would change what the command reads, or what recordkit alone writes."""

    exit_code = 2


_READ: ContextVar[tuple[Path, ...]] = ContextVar("read", default=())  # files and folders that this command reads


@contextmanager
def reading(paths: Iterable[Path]) -> Iterator[None]:
    """In this block no result takes the place of one of these files, or of a file in one of these folders."""
    token = _READ.set((*_READ.get(), *paths))
    try:
        yield
    finally:
        _READ.reset(token)


def refuse(path: Path) -> None:
    """Raises ResultInTheWay for the place of a result that is an input of this command, or lies in a store."""
    refuse_store(path)
    own = next((one for one in _READ.get() if _takes_the_place(path, one)), None)
    if own is not None:
        what = details.text("result_over_input", path=path)
        if own != path:
            what = details.text("result_over_input_at", path=path, input=own)
        raise ResultInTheWay(what, details.text("name_of_its_own"))


def refuse_store(path: Path) -> None:
    """Raises ResultInTheWay for the place of a result in any store, or on a volume of one; for a link, of which
    somebody else may have chosen where it leads; and for a place in a closed folder, for nobody can tell what it is
    in, as for one that cannot be written to."""
    try:
        disk.refuse_link(path)
        folder = path.resolve() if path.is_dir() else path.absolute().parent.resolve()
        root = volumes.store_above(folder) or volumes.volume_above(folder)
    except OSError as error:
        what = details.text("result_not_written", path=path, reason=reason(error))
        raise ResultInTheWay(what, details.text("choose_other_place")) from None
    if root is not None:
        what = details.text("result_in_store", path=path, store=root)
        raise ResultInTheWay(what, details.text("choose_other_place"))


def _takes_the_place(path: Path, read: Path) -> bool:
    """Is this name of a result a file that is read: itself, or one in a folder that is read?"""
    try:
        if read.is_dir():
            here = path.absolute().parent.resolve() / path.name
            return path.is_file() and here.is_relative_to(read.resolve())
        return path.samefile(read)
    except OSError:  # one of them is not there
        return False


@contextmanager
def result(path: Path, *, mode: int = disk.FILE_MODE) -> Iterator[BinaryIO]:
    """The file that a user names for a result: written beside its place, for its owner alone, and named when it is
    whole. The folder that it goes into is made if it is missing.

    A pipe, a device or a standard stream (/dev/stdout) is written itself. Raises ResultInTheWay (see `refuse`),
    LinkInTheWay for any other link, and OSError: then nothing has changed.
    """
    refuse(path)
    special = disk.open_special(path)
    if special is not None:
        with os.fdopen(special, "wb") as file:
            yield file
        return
    folder = disk.make_folders(path.absolute().parent)
    with sibling_workspace(folder) as place:
        with disk.new_file(place / "result") as file:
            yield file
        disk.open_special(path)  # what stands there now
        disk.move_file(place / "result", folder / path.name, mode=mode)


@contextmanager
def new_folder(to: Path) -> Iterator[Path]:
    """A private folder that gets the name `to` at the end, flushed, or goes; one of a killed run goes as well.

    Raises RecordkitError where something is there already, and ResultInTheWay for a place in a store.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise RecordkitError(details.text("is_there_already", path=to), details.text("choose_new_folder"))
    refuse_store(to)
    with disk.private_umask(), writes_result(to), sibling_workspace(disk.make_folders(to.absolute().parent)) as place:
        work = disk.make_folder(place / "copy")
        yield work
        disk.seal(work)
        disk.move_folder(work, to.absolute())


def clear(parent: Path) -> None:
    """Delete what killed runs left in `parent`; what cannot be deleted stays for the next."""
    for name in handles.names_in(parent):
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
