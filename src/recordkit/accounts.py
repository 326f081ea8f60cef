"""Who runs the program: the account that the system knows, and the person behind it when it was borrowed.

The only place that says so: the ledger, reviews and the list of trusted folders name people by it.
"""

from __future__ import annotations

import os
import pwd
import re

_BORROWED = ("SUDO_USER", "DOAS_USER")  # who asked for another account; sudo and doas set them
_BEHIND = re.compile(r"^(?P<account>.*?) \(sudo by (?P<person>[^()]+)\)$")
_STRANGE = re.compile(r"[^\w.@\\$-]")


def current() -> str:
    """The account of this process, as the ledger keeps it: "ali", or "root (sudo by ali)".

    Never USER or LOGNAME, which anybody can set. Who is behind it is what sudo says; it stands beside the account.
    """
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = f"uid {os.getuid()}"
    behind = next((told for variable in _BORROWED if (told := os.environ.get(variable, ""))), "")
    return f"{name} (sudo by {_STRANGE.sub('?', behind)})" if behind else name


def person(account: str) -> str:
    """The person of an account as `current` tells it: "ali" of "root (sudo by ali)", with and without sudo the same."""
    found = _BEHIND.fullmatch(account)
    return found["person"] if found else account
