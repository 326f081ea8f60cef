"""The ledger: JSON lines that are only ever appended, each quoting the sum of the line before.

`runs` tells who ran what, when, on which inputs, with which result. `decisions` holds human judgements.
A line is on the disk before `append` returns. A write that was cut off leaves a torn last line: readers
skip it and say so, and the next line acknowledges its bytes, so it cannot be taken for an edit.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recordkit.store import disk, layout
from recordkit.store.errors import StoreDamaged, StoreError, writes_to
from recordkit.store.manifest import Decisions

BOOKS = ("runs", "decisions")
OURS = ("seq", "at", "who", "host", "previous", "torn")
Entry = dict[str, Any]


@dataclass(frozen=True)
class Book:
    """One book as it is on the disk: whole entries, the sum of each line, torn bytes at the end."""

    entries: list[Entry]
    sums: list[str]
    torn: int = 0
    unterminated: bool = False

    @property
    def head(self) -> str:
        """The sum of the last line: it stands for all lines before it."""
        return self.sums[-1] if self.sums else ""


def path(root: Path, book: str) -> Path:
    """The file of a book."""
    if book not in BOOKS:
        raise ValueError(book)
    return layout.Layout(root).ledger / f"{book}.jsonl"


def read(root: Path, book: str) -> Book:
    """All entries of a book, oldest first; raises StoreDamaged if a line was edited, lost or moved."""
    try:
        data = path(root, book).read_bytes()
    except FileNotFoundError:
        return Book([], [])
    return _parse(data, book)


def decisions(root: Path) -> tuple[list[Entry], Decisions]:
    """The human decisions now in force, and what the manifest must say of them."""
    book = read(root, "decisions")
    return book.entries, Decisions(entries=len(book.entries), head=book.head)


def append(root: Path, book: str, entry: Mapping[str, Any]) -> Entry:
    """Append one entry; who, host and when are filled in. It is on the disk when this returns."""
    if taken := set(entry) & set(OURS):
        raise ValueError(f"keys of the ledger's own: {sorted(taken)}")
    file = path(root, book)
    with disk.private_umask(), writes_to(root), _locked_book(file) as handle:
        data = _whole(handle)
        state = _parse(data, book)
        full: Entry = {
            **entry,
            "seq": len(state.entries) + 1,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "who": _user(),
            "host": socket.gethostname(),
            "previous": state.head,
        }
        if state.torn:
            full["torn"] = state.torn
        start = b"\n" if state.unterminated else b""
        disk.write_all(handle, start + disk.canonical_json(full))
        os.fsync(handle)
    return full


def decide(root: Path, left_id: str, right_id: str, verdict: str, why: str, **more: Any) -> Entry:
    """Record a human judgement on two records: same, different or unsure. Ids only, never names."""
    if verdict not in ("same", "different", "unsure"):
        raise ValueError(verdict)
    judged = {"left_id": left_id, "right_id": right_id, "verdict": verdict, "why": why}
    return append(root, "decisions", {"what": "link", **judged, **more})


@dataclass
class Run:
    """What a command says of itself when it ends; ids, counts and base names only."""

    result: str = "done"
    details: Entry = field(default_factory=dict)


@contextmanager
def run(root: Path, command: str, inputs: Sequence[Mapping[str, Any]] = ()) -> Iterator[Run]:
    """Write a command's start and end into the run log; a killed one has a start without an end."""
    began = append(root, "runs", {"what": "started", "command": command, "inputs": list(inputs)})
    told = Run()
    try:
        yield told
    except BaseException as error:
        told.result = type(error).__name__
        with suppress(StoreError):
            append(root, "runs", {"what": "failed", "run": began["seq"], "result": told.result})
        raise
    append(root, "runs", {"what": "ended", "run": began["seq"], "result": told.result, **told.details})


@contextmanager
def _locked_book(file: Path) -> Iterator[int]:
    """The book's descriptor, open for appending, held against other writers."""
    disk.make_folder(file.parent)
    is_new = not file.exists()
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(file, flags, disk.FILE_MODE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if is_new:
            disk.flush(file.parent)
        yield handle
    finally:
        os.close(handle)


def _whole(handle: int) -> bytes:
    size = os.fstat(handle).st_size
    parts, got = [], 0
    while got < size and (part := os.pread(handle, size - got, got)):
        parts.append(part)
        got += len(part)
    return b"".join(parts)


def _parse(data: bytes, book: str) -> Book:
    """Walk the chain: each line quotes the one before, carries the next number, owns up to torn bytes."""
    entries: list[Entry] = []
    sums: list[str] = []
    torn = 0
    lines = data.split(b"\n")
    for line in lines:
        entry = _entry(line)
        if entry is None:
            torn += len(line)
            continue
        told = (entry.get("previous"), entry.get("seq"), entry.get("torn", 0))
        if told != (sums[-1] if sums else "", len(entries) + 1, torn):
            raise StoreDamaged(f"The ledger of {book} was changed at entry {len(entries) + 1}.", _LEDGER)
        entries.append(entry)
        sums.append(disk.sha256_bytes(line))
        torn = 0
    return Book(entries, sums, torn, unterminated=bool(lines[-1]))


_LEDGER = "Restore the ledger folder from a copy: decisions cannot be computed again."


def _entry(line: bytes) -> Entry | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
