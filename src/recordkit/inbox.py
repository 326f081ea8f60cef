"""Finds the files of an inbox and the month in which each was received."""

from __future__ import annotations

import re
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


@dataclass(frozen=True)
class PassedOver:
    """A name in the inbox that was not read, and why."""

    path: Path
    reason: str


def find(inboxes: Iterable[Path], through: str | None = None) -> tuple[list[Arrival], list[PassedOver]]:
    """Files below `inboxes` (or the files themselves), by month and name; with `through`, no later month.

    A symbolic link is not followed: it could lead anywhere. Raises UnreadableInput for a path that does not exist.
    """
    arrivals: dict[Path, Arrival] = {}
    passed: list[PassedOver] = []
    for inbox in inboxes:
        if not inbox.exists():
            raise UnreadableInput(
                f"there is nothing at {inbox}", "check the path; quote it if it holds spaces"
            )
        for path in [inbox] if inbox.is_file() else sorted(inbox.rglob("*")):
            reason = _why_not(path)
            if reason:
                passed.append(PassedOver(path, reason))
            elif path.is_file():
                arrivals[path.resolve()] = Arrival(path, month_of(path))
    chosen = [a for a in arrivals.values() if through is None or a.received is None or a.received <= through]
    return sorted(chosen, key=lambda a: (a.received or "", a.path.name, str(a.path))), passed


def month_of(path: Path) -> str | None:
    """The month in the name of the nearest folder above `path`, or None."""
    parents: Sequence[Path] = path.absolute().parents
    return next((parent.name for parent in parents if _MONTH.fullmatch(parent.name)), None)


def _why_not(path: Path) -> str:
    if path.is_symlink():
        return "a symbolic link is not followed: copy the file itself into the inbox"
    if path.is_file() and _NOT_SENT.search(path.name):
        return "a temporary or hidden file of another program"
    return ""
