"""How much memory this machine gives to a process: its own, or what a container (cgroup v2 or v1) leaves of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from recordkit import details
from recordkit.errors import RecordkitError
from recordkit.readers.model import Limits

CGROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")
# Shares of the memory: one workbook's reader, and what is held of a file besides.
READER, EXPANDED, TEXT, BYTES = 2, 4, 8, 16


def within(limits: Limits, memory: int | None = None) -> Limits:
    """`limits`, none of them larger than its share of `memory` (default: of this machine's)."""
    memory = memory or available()
    if memory is None:
        return limits
    return replace(
        limits,
        workbook_memory=min(limits.workbook_memory, memory // READER),
        workbook_expanded=min(limits.workbook_expanded, memory // EXPANDED),
        workbook_text=min(limits.workbook_text, memory // TEXT),
        workbook_bytes=min(limits.workbook_bytes, memory // BYTES),
        html_bytes=min(limits.html_bytes, memory // BYTES),
        apart_bytes=min(limits.apart_bytes, memory // BYTES),
        of_machine=limits.of_machine or memory // READER < limits.workbook_memory,
    )


_ASKED: ContextVar[int | None] = ContextVar("memory", default=None)
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)I?B?", re.IGNORECASE)


@contextmanager
def limited(memory: str | None) -> Iterator[None]:
    """In this block no more than `memory` ("8GB", "500 MB") is taken for granted, however much the machine has."""
    token = _ASKED.set(_ASKED.get() if memory is None else _bytes(memory))
    try:
        yield
    finally:
        _ASKED.reset(token)


def _bytes(text: str) -> int:
    """Raises RecordkitError for a text that is no size."""
    read = _SIZE.fullmatch(text.strip())
    if read is None or float(read[1]) == 0:
        raise RecordkitError(details.text("no_amount_of_memory", text=text), details.text("write_as_memory"))
    return int(float(read[1]) * 1024 ** " KMGT".index(read[2].upper() or " "))


def available() -> int | None:
    """Bytes of memory that this process may use; None where the system does not say."""
    return min((size for size in (_ASKED.get(), _of_machine()) if size is not None), default=None)


@lru_cache(maxsize=1)
def _of_machine() -> int | None:
    return min((*_physical(), *_granted(CGROUPS, OWN_GROUPS)), default=None)


def _physical() -> Iterator[int]:
    try:
        yield os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # on Windows
        return


def _granted(root: Path, own: Path) -> Iterator[int]:
    """The limits of every control group that this process is in, outer ones too."""
    try:
        lines = own.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = (*line.split(":", 2), "", "")[:3]
        if not controllers:
            yield from _limits_above(root, path, "memory.max")
        elif "memory" in controllers.split(","):
            yield from _limits_above(root / "memory", path, "memory.limit_in_bytes")


def _limits_above(root: Path, path: str, name: str) -> Iterator[int]:
    """Inside a container the path is the host's, and its own group is mounted at the root."""
    parts = [part for part in path.split("/") if part not in ("", "..")]
    for depth in range(len(parts) + 1):
        try:
            text = root.joinpath(*parts[:depth], name).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            continue
        if text.isdigit():  # "max": no limit
            yield int(text)
