"""What can go wrong with a store, each with a way out."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from recordkit import details
from recordkit.errors import RecordkitError
from recordkit.store import handles


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


class StoreLinked(StoreFailed):
    """A link stands where a part of the store belongs: nothing was done through it."""


# What the system says, and what helps: names of texts.
_FIXES = {
    errno.ENOSPC: ("disk_full", "free_space_run_again"),
    errno.EDQUOT: ("quota_used_up", "free_space_run_again"),
    errno.EROFS: ("disk_read_only", "mount_writable"),
    errno.EACCES: ("permission_denied", "run_as_owner"),
    errno.EPERM: ("permission_denied", "run_as_owner"),
    errno.EIO: ("disk_error", "check_the_disk"),
}


_FULL = (errno.ENOSPC, errno.EDQUOT)
# Libraries pass on what the system said in words of their own, often without its number.
_NUMBER = re.compile(r"(?:os error|errno) (\d+)", re.IGNORECASE)
_WORDS = {
    **{os.strerror(number).casefold(): number for number in _FIXES},
    "disk full": errno.ENOSPC,
    "not enough space": errno.ENOSPC,
    "no space left": errno.ENOSPC,
    "quota exceeded": errno.EDQUOT,
    "failed to write whole buffer": errno.ENOSPC,  # a write that took nothing more
}
ROOM = 64 * 1024  # bytes: with less than that a disk is full, whatever a write that failed was told


def number(error: BaseException) -> int:
    """What the system said was wrong, wherever in a chain of errors and in whatever words; 0 if nothing says it.

    A full disk anywhere in the chain is what the rest comes from.
    """
    found = [one for link in _chain(error) for one in _numbers(link)]
    return next((one for one in found if one in _FULL), next(iter(found), 0))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, what it was raised from, and what was being handled when it was raised."""
    seen: list[BaseException] = []
    ahead: list[BaseException | None] = [error]
    while ahead:
        one = ahead.pop(0)
        if one is not None and one not in seen:
            seen.append(one)
            ahead += [one.__cause__, one.__context__]
            yield one


def _numbers(error: BaseException) -> Iterator[int]:
    if isinstance(error, OSError) and error.errno:
        yield error.errno
    elif isinstance(error, RecordkitError):  # its words are ours, and may quote the name of a file
        return
    text = str(error)
    yield from (int(one) for one in _NUMBER.findall(text))
    yield from (code for words, code in _WORDS.items() if words in text.casefold())


def is_full(error: BaseException) -> bool:
    """Did it fail for want of room on a disk, or of quota?"""
    return number(error) in _FULL


def reason(error: BaseException) -> str:
    """Why a write failed, in words that do not depend on the library that wrote."""
    if isinstance(error, handles.LinkInTheWay):
        return details.text("links_not_followed")
    code = number(error)
    if code in _FIXES:
        return details.text(_FIXES[code][0])
    return getattr(error, "strerror", None) or (os.strerror(code) if code else type(error).__name__)


_CLOSED = {errno.EACCES, errno.EPERM}


def unreadable(what: str, error: OSError, fix: str) -> StoreError:
    """Not allowed to read it, or no room for what reading needs, is no damage; anything else is, and `fix` helps."""
    if is_full(error):
        return StoreFailed(
            details.text("part_unread", what=what, reason=reason(error)), details.text(_FIXES[number(error)][1])
        )
    if error.errno in _CLOSED:
        return StoreFailed(
            details.text("part_unread", what=what, reason=details.text("permission_denied")),
            details.text("run_as_owner"),
        )
    return StoreDamaged(
        details.text("part_unread", what=what, reason=error.strerror or details.text("a_file_is_gone")), fix
    )


def broken(what: str, error: BaseException) -> str:
    """Whether a small file of ours is damaged, or a link stands in its place."""
    return details.text("part_is_link" if isinstance(error, handles.LinkInTheWay) else "part_is_damaged", what=what)


@contextmanager
def reads_from(store: Path) -> Iterator[None]:
    """An OSError in this block is a look into the store that was refused, or failed."""
    try:
        yield
    except handles.LinkInTheWay as error:
        raise linked(Path(str(error.filename))) from None
    except OSError as error:
        raise unreadable(details.text("the_store", path=store), error, details.text("moved_meanwhile")) from None


def write_failed(store: Path, error: BaseException) -> StoreFailed:
    """Put an error of a write into words; the old edition is still the current one."""
    if isinstance(error, handles.LinkInTheWay):
        return linked(Path(str(error.filename)))
    code = number(error)
    if code == 0 and _has_no_room(store):
        code = errno.ENOSPC
    why = details.text(_FIXES[code][0]) if code in _FIXES else reason(error)
    fix = details.text(_FIXES[code][1] if code in _FIXES else "nothing_was_lost")
    if part := _part(store, error):
        return StoreFailed(details.text("part_not_written", path=store, part=part, reason=why), fix)
    return StoreFailed(details.text("store_not_written", path=store, reason=why), fix)


def linked(path: Path) -> StoreLinked:
    """A link in the place of something of ours: what is behind it is not ours to read, to write or to delete."""
    return StoreLinked(
        details.text("link_in_store", path=path),
        details.text("remove_the_link"),
    )


def _has_no_room(store: Path) -> bool:
    with suppress(OSError):
        volume = os.statvfs(store)
        return volume.f_bavail * volume.f_frsize < ROOM or (volume.f_files > 0 and volume.f_favail == 0)
    return False


def _part(store: Path, error: BaseException) -> str:
    """Which part of the store it was: it may stand on a volume of its own, with another owner."""
    name = getattr(error, "filename", None)
    path = Path(name) if isinstance(name, str | Path) else store
    part = path.relative_to(store).parts[:1] if path.is_relative_to(store) else ()
    return part[0] if part else ""


@contextmanager
def writes_to(store: Path) -> Iterator[None]:
    """An OSError in this block is a write to the store that failed; so is any error that a full disk is behind."""
    try:
        yield
    except RecordkitError:
        raise
    except OSError as error:
        raise write_failed(store, error) from None
    except Exception as error:
        if not is_full(error):
            raise
        raise write_failed(store, error) from None


@contextmanager
def writes_result(place: Path) -> Iterator[None]:
    """An OSError in this block is a write to a result that a user named, which failed; so is any error that a full disk
    is behind. The place is the user's word: exit 2, whichever command and library wrote."""
    try:
        yield
    except RecordkitError:
        raise
    except Exception as error:
        hidden = number(error) == 0 and _has_no_room(place.absolute().parent)  # libraries do not always say it
        if not (hidden or isinstance(error, OSError) or is_full(error)):
            raise
        why = details.text("disk_full") if hidden else reason(error)
        raise RecordkitError(
            details.text("not_written_to", path=place, reason=why), details.text("choose_another_place")
        ) from error
