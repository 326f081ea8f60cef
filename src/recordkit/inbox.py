"""Finds the files of an inbox and the month in which each was received."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from recordkit.errors import UnreadableInput

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
# Left behind by office programs, file managers and half-done copies: never a sender's file.
_NOT_SENT = re.compile(r"^(\.|~\$)|\.(part|tmp|crdownload|swp)$|^(Thumbs\.db|desktop\.ini)$", re.IGNORECASE)


@dataclass(frozen=True)
class Arrival:
    """One file of the inbox. `received` is the nearest folder above it whose name is a month, if any."""

    path: Path
    received: str | None

    @property
    def name(self) -> str:
        """The name as it may be printed."""
        return _printable(self.path.name)


# A name that breaks out of a line of a log, or that no table can hold.
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True)
class PassedOver:
    """A name in the inbox that was not read, and why; `lost`: it may hold records, so somebody has to look."""

    path: Path
    reason: str
    lost: bool = False

    @property
    def name(self) -> str:
        """The name as it may be printed."""
        return _printable(self.path.name)


def _printable(name: str) -> str:
    """Control characters and bytes that are not UTF-8 escaped."""
    return _UNWRITABLE.sub(lambda found: f"\\x{ord(found.group()) & 0xFF:02x}", name)


def find(inboxes: Iterable[Path], through: str | None = None) -> tuple[list[Arrival], list[PassedOver]]:
    """Files below `inboxes` (or the files themselves), by month and name; with `through`, no later month.

    A symbolic link is not followed: it could lead anywhere. Pipes, devices, folders that may not be entered and names
    that cannot be written down are passed over and named. Raises UnreadableInput for a path that does not exist.
    """
    arrivals: dict[Path, Arrival] = {}
    passed: list[PassedOver] = []
    for inbox in inboxes:
        if not inbox.exists():
            raise UnreadableInput(
                f"there is nothing at {inbox}", "check the path; quote it if it holds spaces"
            )
        for path in sorted(_below(inbox, passed)) if inbox.is_dir() else [inbox]:
            out = _why_not(path)
            if out is not None:
                passed.append(out)
            else:
                arrivals[path.resolve()] = Arrival(path, month_of(path))
    chosen = [a for a in arrivals.values() if through is None or a.received is None or a.received <= through]
    return sorted(chosen, key=lambda a: (a.received or "", a.path.name, str(a.path))), passed


def month_of(path: Path) -> str | None:
    """The month in the name of the nearest folder above `path`, or None."""
    parents: Sequence[Path] = path.absolute().parents
    return next((parent.name for parent in parents if _MONTH.fullmatch(parent.name)), None)


def _below(folder: Path, passed: list[PassedOver]) -> Iterable[Path]:
    """Everything below a folder but folders; one that cannot be listed is passed over."""

    def closed(error: OSError) -> None:
        reason = f"the folder cannot be listed ({error.strerror}): check its permissions"
        passed.append(PassedOver(Path(error.filename), reason, lost=True))

    for here, folders, files in os.walk(folder, onerror=closed):
        links = [name for name in folders if (Path(here) / name).is_symlink()]
        yield from (Path(here) / name for name in (*files, *links))


def _why_not(path: Path) -> PassedOver | None:
    """Why a path is not read, or None."""
    if _NOT_SENT.search(path.name):
        return PassedOver(path, "a temporary or hidden file of another program")
    try:
        kind = path.lstat().st_mode
    except OSError as error:
        return PassedOver(path, f"cannot be looked at ({error.strerror})", lost=True)
    if stat.S_ISLNK(kind):
        return PassedOver(path, "a symbolic link is not followed: copy the file itself into the inbox", lost=True)
    if not stat.S_ISREG(kind):
        return PassedOver(path, "not a plain file: a pipe, a socket or a device", lost=True)
    if _UNWRITABLE.search(path.name):
        return PassedOver(path, "its name holds control characters or is not UTF-8: rename it", lost=True)
    return None
