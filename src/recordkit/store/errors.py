"""What can go wrong with a store, each with a way out."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recordkit.errors import RecordkitError


class StoreError(RecordkitError):
    """The store is not what it should be, or could not be written: nothing was published."""

    exit_code = 4


class StoreNotFound(StoreError):
    """There is no store, no edition, or no table of that name."""

    exit_code = 2


class StoreDamaged(StoreError):
    """Bytes on the disk differ from what the manifest or the ledger says."""


class StoreOlder(StoreError):
    """An edition was made by an older version of recordkit, in another format: it is whole, and read no more."""


class StoreNewer(StoreError):
    """An edition was made by a newer version of recordkit, in a format that this one does not know."""


class StoreFailed(StoreError):
    """The operating system refused a write (full, failing, read-only, forbidden) or a look (forbidden)."""


_FIXES = {
    errno.ENOSPC: ("the disk is full", "Free some space and run the same command again."),
    errno.EDQUOT: ("the disk quota is used up", "Free some space and run the same command again."),
    errno.EROFS: ("the disk is read-only", "Mount it writable and run the same command again."),
    errno.EACCES: ("permission denied", "Run as the owner of the store, or correct its permissions."),
    errno.EPERM: ("permission denied", "Run as the owner of the store, or correct its permissions."),
    errno.EIO: ("the disk reports an error", "Check the disk, then run `recordkit verify` on the store."),
}


_CLOSED = {errno.EACCES, errno.EPERM}


def unreadable(what: str, error: OSError, fix: str) -> StoreError:
    """Not allowed to read it is no damage; anything else is, and `fix` says what helps."""
    if error.errno in _CLOSED:
        return StoreFailed(f"{what} cannot be read: permission denied.", _FIXES[errno.EACCES][1])
    return StoreDamaged(f"{what} cannot be read: {error.strerror or 'a file of it is gone'}.", fix)


_AWAY = "Was something in it deleted or moved meanwhile? Run the same command again; if it fails, `recordkit verify`."


@contextmanager
def reads_from(store: Path) -> Iterator[None]:
    """An OSError in this block is a look into the store that was refused, or failed."""
    try:
        yield
    except OSError as error:
        raise unreadable(f"The store {store}", error, _AWAY) from None


def write_failed(store: Path, error: OSError) -> StoreFailed:
    """Put an OSError of a write into words; the old edition is still the current one."""
    reason, fix = _FIXES.get(error.errno or 0, (error.strerror or type(error).__name__, ""))
    return StoreFailed(
        f"The store {store} could not be written{_place(store, error)}: {reason}. The edition before is untouched.",
        fix or "Nothing was lost: run the same command again when the cause is removed.",
    )


def _place(store: Path, error: OSError) -> str:
    """Which part of the store it was: it may stand on a volume of its own, with another owner."""
    path = Path(str(error.filename)) if isinstance(error.filename, str | Path) else store
    part = path.relative_to(store).parts[:1] if path.is_relative_to(store) else ()
    return f", in {part[0]}" if part else ""


@contextmanager
def writes_to(store: Path) -> Iterator[None]:
    """An OSError in this block is a write to the store that failed."""
    try:
        yield
    except OSError as error:
        raise write_failed(store, error) from None
