"""The folders whose settings file its user has allowed: a private list in the user's own configuration folder.

A folder is known by its resolved path, and its file by the sum of its text: a changed file has to be allowed again.
Who allowed it, and when, stands beside.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from recordkit import accounts, details
from recordkit.errors import DeclarationError

LIST = "trusted.json"
LARGEST = 1 << 20  # bytes of the list


def folder() -> Path | None:
    """The user's configuration folder of recordkit, whether it is there or not; None without a home."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    if base and Path(base).is_absolute():  # the XDG base directory specification: a relative one is ignored
        return Path(base) / "recordkit"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home / ".config" / "recordkit" if home.is_absolute() else None


def allows(place: Path, digest: str) -> bool:
    """Has the user allowed this folder's settings file, as it is now?"""
    return read().get(str(place.resolve()), {}).get("sha256") == digest


def entry(digest: str) -> dict[str, str]:
    """What the list keeps of a file that is allowed now."""
    return {"sha256": digest, "who": accounts.current(), "at": datetime.now(UTC).isoformat(timespec="seconds")}


def read() -> dict[str, dict[str, str]]:
    """Resolved folder -> what `entry` kept. Raises DeclarationError when others can write the list."""
    own = folder()
    path = own / LIST if own else None
    if path is None or not path.exists():
        return {}
    fix = details.text("delete_list", path=path)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_uid not in (0, os.getuid()) or status.st_mode & 0o022:
                raise DeclarationError(details.text("list_by_somebody", path=path), fix)
            known = json.loads(file.read(LARGEST))
    except (OSError, ValueError, RecursionError) as error:
        raise DeclarationError(details.text("list_unread", path=path), fix) from error
    if not isinstance(known, dict) or not all(isinstance(one, dict) for one in known.values()):
        raise DeclarationError(details.text("no_list_of_folders", path=path), fix)
    return known


def write(known: Mapping[str, dict[str, str]]) -> Path:
    """Put the list in place in one step; only its owner can read it. Returns where it is."""
    from recordkit.store import disk  # here: --help must not wait for polars

    own = folder()
    if own is None:
        raise DeclarationError(details.text("no_home_folder"), details.text("set_config_home"))
    try:
        disk.make_folders(own)
        disk.replace_file(own / LIST, disk.canonical_json(dict(known), indent=1))
    except OSError as error:
        what = details.text("not_written_to", path=own / LIST, reason=error.strerror)
        raise DeclarationError(what, details.text("check_permissions")) from error
    return own / LIST
