"""Who runs the program: the account that the system knows, and the person behind it when it was borrowed.

The only place that says so: the ledger, reviews and the list of trusted folders name people by it.
"""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Iterator
from pathlib import Path

_BORROWED = ("SUDO_USER", "DOAS_USER")  # who asked for another account; sudo and doas set them
_LENDERS = ("sudo", "doas")
_BEHIND = re.compile(r"^(?P<account>.*?) \(sudo by (?P<person>[^()]+)\)$")
_STRANGE = re.compile(r"[^\w.@\\$-]")
_NO_LOGIN = 2**32 - 1  # what the kernel says of a process that nobody logged in for
_PROCESSES = Path("/proc")


def current() -> str:
    """The account of this process, as the ledger keeps it: "ali", or "root (sudo by ali)".

    Never USER or LOGNAME, which anybody can set. SUDO_USER can be set by anybody too: it is believed of root, who may
    do anything, and below a process of sudo's; else "ali (says: boss)" keeps the claim, and ali is who did it.
    """
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = f"uid {os.getuid()}"
    given = next((given for variable in _BORROWED if (given := os.environ.get(variable, ""))), "")
    if not given:
        return name
    behind = _STRANGE.sub("?", given)
    return f"{name} (sudo by {behind})" if _is_borrowed(given) else f"{name} (says: {behind})"


def person(account: str) -> str:
    """The person of an account as `current` tells it: "ali" of "root (sudo by ali)", with and without sudo the same."""
    found = _BEHIND.fullmatch(account)
    return found["person"] if found else account.partition(" (says: ")[0]


def _is_borrowed(name: str) -> bool:
    """Is there more than a variable to say that `told` asked for this account?"""
    login = _login()
    if login is not None:
        try:
            return pwd.getpwnam(name).pw_uid == login
        except (KeyError, ValueError):
            return False
    return os.getuid() == 0 or any(_lends(process) for process in _ancestors())


def _login() -> int | None:
    """The uid that logged in, where the kernel knows it: no later change of accounts changes it."""
    try:
        login = int((_PROCESSES / "self" / "loginuid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return None if login == _NO_LOGIN else login


def _ancestors() -> Iterator[Path]:
    """The processes above this one, the nearest first."""
    process = os.getppid()
    for _ in range(64):
        if process <= 0:
            return
        place = _PROCESSES / str(process)
        yield place
        try:
            process = int((place / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            return


def _lends(process: Path) -> bool:
    """Is it a process of sudo's or doas's? Anybody may name a process so, but only root's belong to root."""
    try:
        named = (process / "comm").read_text(encoding="utf-8", errors="replace").strip() in _LENDERS
        return named and process.stat().st_uid == 0
    except OSError:
        return False
