"""The ledger: JSON lines that are only ever appended, each quoting the sum of the line before.

`runs` tells who ran what, when, on which inputs, with which result. `decisions` holds human judgements.
A line is on the disk before `append` returns. A write that was cut off leaves a torn last line: readers
skip it and say so, and the next line acknowledges its bytes, so it cannot be taken for an edit. Beside each
book a `.head` says how long the book is and the sum of its last line, so that a lost tail is seen.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recordkit.errors import StoreLocked
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
        data = disk.read_file(path(root, book))
    except FileNotFoundError:
        return Book([], [])
    except OSError as error:
        raise StoreDamaged(f"The ledger of {book} cannot be read: {error.strerror}.", _LEDGER) from None
    return _parse(data, book)


def decisions(root: Path) -> tuple[list[Entry], Decisions]:
    """The human decisions now in force, and what the manifest must say of them."""
    book = read(root, "decisions")
    return book.entries, Decisions(entries=len(book.entries), head=book.head)


def holds(book: Book, quoted: Decisions) -> bool:
    """Does the book still hold the entries that an edition quotes?"""
    count = quoted.entries
    return count == 0 or (count <= len(book.sums) and book.sums[count - 1] == quoted.head)


def lost_tail(root: Path, book: str, state: Book) -> str:
    """What is missing at the end of a book, by the `.head` beside it; empty if nothing is, or the head is torn."""
    told = head_of(root, book)
    if told is None:
        return ""
    count, head = told
    if count > len(state.sums):
        return f"{count - len(state.sums)} entries at the end are lost"
    return "" if count == 0 or state.sums[count - 1] == head else "is not the book that its .head speaks of"


def head_of(root: Path, book: str) -> tuple[int, str] | None:
    """How long the book was and the sum of its last line when it was last written; None if that is not known."""
    try:
        told = json.loads(disk.read_file(_head_file(path(root, book))))
        count, head = int(told["entries"]), str(told["head"])
        return (count, head) if told == _head(count, head) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def append(root: Path, book: str, entry: Mapping[str, Any], wait: float = 60.0) -> Entry:
    """Append one entry; who, host and when are filled in. It is on the disk when this returns.

    Raises StoreLocked when another process holds the book for longer than `wait` seconds.
    """
    if taken := set(entry) & set(OURS):
        raise ValueError(f"keys of the ledger's own: {sorted(taken)}")
    file = path(root, book)
    with disk.private_umask(), writes_to(root), _locked_book(file, wait) as handle:
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
        if missing := lost_tail(root, book, state):
            raise StoreDamaged(f"The ledger of {book}: {missing}.", _LEDGER)
        start = b"\n" if state.unterminated else b""
        line = disk.canonical_json(full)
        disk.write_all(handle, start + line)
        os.fsync(handle)
        with suppress(OSError):  # a head that lags behind is still true
            _write_head(file, full["seq"], disk.sha256_bytes(line[:-1]))
    return full


def _head_file(file: Path) -> Path:
    return file.with_suffix(".head")


def _head(count: int, head: str) -> Entry:
    """With a sum of its own: a head that was cut off or rotted says nothing, instead of something wrong."""
    told = f"{count:012d}"
    return {"entries": told, "head": head, "sum": disk.sha256_bytes(f"{told}{head}".encode())[:16]}


def _write_head(file: Path, count: int, head: str) -> None:
    """In place and of one length, under the book's lock: a sector is written whole or not at all."""
    data = disk.canonical_json(_head(count, head))
    handle = os.open(_head_file(file), os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), disk.FILE_MODE)
    try:
        os.pwrite(handle, data, 0)
        os.fsync(handle)
    finally:
        os.close(handle)


def decide(root: Path, left_id: str, right_id: str, verdict: str, why: str, **more: Any) -> Entry:
    """Record a human judgement on two records: same, different or unsure. Ids only, never names."""
    if verdict not in ("same", "different", "unsure"):
        raise ValueError(verdict)
    judged = {"left_id": left_id, "right_id": right_id, "verdict": verdict, "why": why}
    return append(root, "decisions", {"what": "link", **judged, **more})


def withdraw(root: Path, sha256: str, name: str, why: str, *, back: bool = False) -> Entry:
    """Record that a file was withdrawn by its sender, or (`back`) that it counts after all."""
    told = {"what": "file", "sha256": sha256, "name": name, "verdict": "back" if back else "withdrawn", "why": why}
    return append(root, "decisions", told)


def withdrawn(entries: Sequence[Entry]) -> dict[str, str]:
    """Sum of every withdrawn file -> why; the last word on a file counts."""
    last = {str(entry["sha256"]): entry for entry in entries if entry["what"] == "file"}
    return {sha256: str(entry["why"]) for sha256, entry in last.items() if entry["verdict"] == "withdrawn"}


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


def noted(root: Path, command: str, edition_id: str | None, asked: str = "") -> str:
    """Write down that an edition is about to be read, by whom and what of it: ids and names of figures only.

    Reading never fails for want of this line: a read-only copy can be read. Returns why it is missing, or "".
    """
    entry = {"what": "read", "command": command, "edition": edition_id, "asked": asked}
    try:
        append(root, "runs", entry, wait=2.0)
    except (StoreError, StoreLocked) as error:
        return error.what
    return ""


@contextmanager
def _locked_book(file: Path, wait: float) -> Iterator[int]:
    """The book's descriptor, open for appending, held against other writers."""
    disk.make_folder(file.parent)
    is_new = not file.exists()
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(file, flags, disk.FILE_MODE)
    try:
        _lock(handle, file, wait)
        if is_new:
            disk.flush(file.parent)
        yield handle
    finally:
        os.close(handle)


def _lock(handle: int, file: Path, wait: float) -> None:
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise StoreLocked(f"{file} is held by another process.", "Try later.") from None
            time.sleep(0.02)
        else:
            return


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
    """The account that the system knows us by; never USER or LOGNAME, which anybody can set."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = f"uid {os.getuid()}"
    behind = os.environ.get("SUDO_USER", "")
    return f"{name} (sudo by {behind})" if behind else name
