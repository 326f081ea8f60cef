"""Which files an edition is made of, and the sum of the declarations that read them."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from recordkit import details, store
from recordkit.inbox import Arrival, SkippedFile


@dataclass(frozen=True)
class Wanted:
    """One input of an edition; `path` is None when it is no longer in the inbox and only stands in the edition."""

    sha256: str
    name: str
    received: str | None
    path: Path | None
    is_current: bool = False


def wanted(
    arrivals: Sequence[Arrival],
    current: Sequence[store.Input],
    through: str | None,
    withdrawn: Mapping[str, str] | None = None,
) -> tuple[list[Wanted], list[SkippedFile]]:
    """Arrivals and what the current edition already stands on, once each, in order of month, name, content.

    A file that cannot be opened is skipped, named, and does not stop the others. withdrawn: sum of a file that its
    sender took back -> why; it is in no new edition, whether it is in the inbox or not.
    """
    gone = withdrawn or {}
    stands = {(old.sha256, old.name, old.received) for old in current if old.sha256 not in gone}
    found = {}
    closed: list[SkippedFile] = []
    for arrival in arrivals:
        try:
            digest = _digest(arrival.path)
        except OSError as error:
            reason = details.text("file_not_opened", reason=error.strerror)
            closed.append(SkippedFile(arrival.path, reason, lost=True))
            continue
        if digest in gone:
            closed.append(SkippedFile(arrival.path, details.text("withdrawn_because", why=gone[digest])))
            continue
        identity = (digest, arrival.name, arrival.received)
        found[identity] = Wanted(*identity, arrival.path, identity in stands)
    for identity in stands:
        if through is None or identity[2] is None or identity[2] <= through:
            found.setdefault(identity, Wanted(*identity, None, is_current=True))
    return sorted(found.values(), key=lambda w: (w.received or "", w.name, w.sha256)), closed


def _digest(path: Path) -> str:
    """The sum of a plain file; one that turned into a link or a pipe since it was found is not opened."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0))
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, details.text("not_plain_file"))
        return hashlib.file_digest(file, "sha256").hexdigest()


def schemas_sha256(dirs: Sequence[Path]) -> str:
    """The sum of every declaration, overlays in their order: another schema is another edition."""
    digest = hashlib.sha256()
    for at, folder in enumerate(dirs):
        for path in sorted(p for p in folder.rglob("*") if p.suffix in (".toml", ".csv") and p.is_file()):
            digest.update(f"{at}:{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
