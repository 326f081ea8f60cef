"""The ledger: JSON lines that are only ever appended, each quoting the sum of the line before.

`runs` tells who ran what, when, on which inputs, with which result. `decisions` holds human judgements.
`releases` tells what was given to the public, and who approved it.
A line is on the disk before `append` returns. A write that was cut off leaves a torn last line: readers
skip it and say so, and the next line acknowledges its bytes, so it cannot be taken for an edit.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recordkit import accounts, details, text_safety
from recordkit.errors import StoreLocked
from recordkit.store import disk, hash_chained_log
from recordkit.store.errors import StoreDamaged, StoreError, StoreLinked, unreadable, writes_to
from recordkit.store.hash_chained_log import BOOKS, LEDGER, Book, Entry, head_of, lost_tail, path
from recordkit.store.manifest import Decisions

__all__ = [
    "BOOKS", "Book", "Entry", "Run", "append", "decide", "decisions", "head_of", "holds", "lost_tail",
    "missing_entries", "noted", "path", "pointed", "read", "run", "withdraw", "withdrawn",
]  # fmt: skip

OURS = ("seq", "at", "who", "host", "previous", "quotes", "torn")


def read(root: Path, book: str) -> Book:
    """All entries of a book, oldest first; raises StoreDamaged if a line was edited, lost or moved."""
    try:
        data = disk.read_file(path(root, book))
    except FileNotFoundError:
        return Book([], [])
    except OSError as error:
        raise unreadable(details.text("the_ledger", book=book), error, details.text(LEDGER)) from None
    return hash_chained_log.parse(data, book)


def decisions(root: Path) -> tuple[list[Entry], Decisions]:
    """The human decisions now in force, and what the manifest must say of them."""
    book = read(root, "decisions")
    return book.entries, Decisions(entries=len(book.entries), head=book.head)


def holds(book: Book, quoted: Decisions) -> bool:
    """Does the book still hold the entries that an edition quotes?"""
    count = quoted.entries
    return count == 0 or (count <= len(book.sums) and book.sums[count - 1] == quoted.head)


def pointed(entries: Sequence[Entry]) -> list[str]:
    """The editions that `current` may name by the book of runs: first the last one confirmed, then all begun since."""
    confirmed = [at for at, entry in enumerate(entries) if entry["what"] in ("published", "rolled back")]
    since = entries[confirmed[-1] :] if confirmed else []
    return [str(entry["edition"]) for entry in since if entry["what"] in _POINTS]


_POINTS = ("published", "rolled back", "publishing", "rolling back", "pointer mended")


def missing_entries(known: Mapping[str, Book]) -> dict[str, str]:
    """Books that lack entries which another book quotes -> what is missing.

    Each line says how far the other books had come, so that whoever cuts the end off one, with its `.head`, has to
    rewrite all of them.
    """
    found: dict[str, str] = {}
    for name, book in known.items():
        for entry in book.entries:
            for other in entry.get("quotes", {}):
                if other in known and not _quoted_right(entry, known[other], other):
                    found.setdefault(other, details.text("lacks_quoted_entries", entry=entry["seq"], book=name))
    return found


def _quoted_right(entry: Entry, other: Book, name: str) -> bool:
    try:
        count, head = entry["quotes"][name]
        return holds(other, Decisions(entries=count, head=head))
    except (ValueError, TypeError, KeyError, IndexError):  # somebody else wrote that line
        return False


def _others(root: Path, book: str) -> dict[str, tuple[int, str]]:
    """How far the other books had come: the number of their entries, and the sum of the last."""
    heads = {other: head_of(root, other) for other in BOOKS if other != book}
    return {other: head for other, head in heads.items() if head is not None}


def append(root: Path, book: str, entry: Mapping[str, Any], wait: float = 60.0) -> Entry:
    """Append one entry; who, host and when are filled in. It is on the disk when this returns.

    Only the end of the book is read: what stands before is held by its sums, which every compile and `verify` check.
    Raises StoreLocked when another process holds the book for longer than `wait` seconds.
    """
    if taken := set(entry) & set(OURS):
        raise ValueError(f"keys of the ledger's own: {sorted(taken)}")
    file = path(root, book)
    with disk.private_umask(), writes_to(root), hash_chained_log.locked(file, wait) as handle:
        known = head_of(root, book)
        state = hash_chained_log.end(handle, book, known[0] if known else 0)
        full: Entry = {
            **entry,
            "seq": state.count + 1,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "who": accounts.current(),
            "host": socket.gethostname(),
            "previous": state.head,
            "quotes": _others(root, book),
        }
        if state.torn:
            full["torn"] = state.torn
        if missing := lost_tail(root, book, state):
            raise StoreDamaged(details.text("ledger_is_wrong", book=book, what=missing), details.text(LEDGER))
        start = b"\n" if state.unterminated else b""
        line = text_safety.json_text(disk.canonical_json(full).decode()).encode()
        disk.write_all(handle, start + line)
        os.fsync(handle)
        with suppress(OSError):  # a head that lags behind is still true
            hash_chained_log.write_head(file, full["seq"], disk.sha256_bytes(line[:-1]))
    return full


def decide(root: Path, left_id: str, right_id: str, verdict: str, why: str, **more: Any) -> Entry:
    """Record a human judgement on two records: same, different or unsure. Ids only, never names."""
    if verdict not in ("same", "different", "unsure"):
        raise ValueError(verdict)
    judged = {"left_id": left_id, "right_id": right_id, "verdict": verdict, "why": why}
    return append(root, "decisions", {"what": "link", **judged, **more})


def withdraw(root: Path, sha256: str, name: str, why: str, *, back: bool = False) -> Entry:
    """Record that a file was withdrawn by its sender, or (`back`) that it counts after all."""
    entry = {"what": "file", "sha256": sha256, "name": name, "verdict": "back" if back else "withdrawn", "why": why}
    return append(root, "decisions", entry)


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
    result = Run()
    try:
        yield result
    except BaseException as error:
        result.result = type(error).__name__
        with suppress(StoreError):
            append(root, "runs", {"what": "failed", "run": began["seq"], "result": result.result})
        raise
    append(root, "runs", {"what": "ended", "run": began["seq"], "result": result.result, **result.details})


def noted(root: Path, command: str, edition_id: str | None, asked: str = "") -> str:
    """Write down that an edition is about to be read, by whom and what of it: ids and names of figures only.

    Reading does not fail for want of this line: a read-only copy can be read. Returns why it is missing, or "". But
    raises StoreLinked for a link in the place of the ledger: that is no copy, and nobody would know who read.
    """
    entry = {"what": "read", "command": command, "edition": edition_id, "asked": asked}
    try:
        append(root, "runs", entry, wait=2.0)
    except StoreLinked:
        raise
    except (StoreError, StoreLocked) as error:
        return error.what
    return ""
