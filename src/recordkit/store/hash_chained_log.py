"""A book of the ledger: JSON lines, each quoting the sum of the line before, read whole or from its end.

Beside each book a `.head` says how long the book is and the sum of its last line, so that a lost tail is seen.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recordkit import details
from recordkit.errors import StoreLocked
from recordkit.store import disk, layout
from recordkit.store.errors import StoreDamaged

BOOKS = ("runs", "decisions", "releases")
WINDOW = 64 * 1024  # bytes of the end of a book that an append looks at
Entry = dict[str, Any]

LEDGER = "restore_ledger"  # name of the text that says what to do


@dataclass(frozen=True)
class Book:
    """A book as it is on the disk: whole entries, the sum of each line, torn bytes at the end.

    Of a book that was read from its end, `before` entries were not read; `previous` is the sum that the first one
    read quotes.
    """

    entries: list[Entry]
    sums: list[str]
    torn: int = 0
    unterminated: bool = False
    before: int = 0
    previous: str = ""

    @property
    def count(self) -> int:
        """How many entries the book has."""
        return self.before + len(self.sums)

    @property
    def head(self) -> str:
        """The sum of the last line: it stands for all lines before it."""
        return self.sum_of(self.count) or ""

    def sum_of(self, number: int) -> str | None:
        """The sum of an entry's line, by its number; of entry 0 the empty one; None if it is not known here."""
        if number == self.before:
            return self.previous
        return self.sums[number - 1 - self.before] if self.before < number <= self.count else None


def path(root: Path, book: str) -> Path:
    """The file of a book."""
    if book not in BOOKS:
        raise ValueError(book)
    return layout.Layout(root).ledger / f"{book}.jsonl"


def parse(data: bytes, book: str, *, is_end: bool = False) -> Book:
    """Walk the chain: each line quotes the one before, carries the next number, owns up to torn bytes.

    is_end: `data` begins somewhere within a line, which is left out. Raises StoreDamaged when the chain is broken.
    """
    entries: list[Entry] = []
    sums: list[str] = []
    before, previous, torn = 0, "", 0
    lines = data.split(b"\n")
    for line in lines[1:] if is_end else lines:
        entry = _entry(line)
        if entry is None:
            torn += len(line)
            continue
        if is_end and not entries:
            before, previous = _place(entry)
            torn = entry.get("torn", 0)
        header = (entry.get("previous"), entry.get("seq"), entry.get("torn", 0))
        if header != (sums[-1] if sums else previous, before + len(entries) + 1, torn):
            raise StoreDamaged(
                details.text("ledger_changed_at", book=book, entry=before + len(entries) + 1), details.text(LEDGER)
            )
        entries.append(entry)
        sums.append(disk.sha256_bytes(line))
        torn = 0
    return Book(entries, sums, torn, bool(lines[-1]), before, previous)


def _place(entry: Entry) -> tuple[int, str]:
    """How many entries stand before this one, and the sum of the last of them, by what it says itself."""
    number, previous = entry.get("seq"), entry.get("previous")
    return (number - 1, previous) if isinstance(number, int) and isinstance(previous, str) else (0, "")


def end(handle: int, book: str, count: int) -> Book:
    """The end of an open book: enough to know its last entry and entry `told`. What stands before is not read."""
    size, window = os.fstat(handle).st_size, WINDOW
    while window < size:
        found = parse(_read(handle, size - window, window), book, is_end=True)
        if found.entries and count >= found.before:
            return found
        window *= 4
    return parse(_read(handle, 0, size), book)


def _read(handle: int, start: int, size: int) -> bytes:
    parts, got = [], 0
    while got < size and (part := os.pread(handle, size - got, start + got)):
        parts.append(part)
        got += len(part)
    return b"".join(parts)


def _entry(line: bytes) -> Entry | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def lost_tail(root: Path, book: str, state: Book) -> str:
    """What is missing at the end of a book, by the `.head` beside it; empty if nothing is, or the head is torn."""
    expected = head_of(root, book)
    if expected is None:
        return ""
    count, head = expected
    if count > state.count:
        return details.text("entries_lost", count=count - state.count)
    return "" if count == 0 or state.sum_of(count) == head else details.text("not_the_book_of_head")


def head_of(root: Path, book: str) -> tuple[int, str] | None:
    """How long the book was and the sum of its last line when it was last written; None if that is not known."""
    try:
        stored = json.loads(disk.read_file(_head_file(path(root, book))))
        count, head = int(stored["entries"]), str(stored["head"])
        return (count, head) if stored == _head(count, head) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_head(file: Path, count: int, head: str) -> None:
    """In place and of one length, under the book's lock: a sector is written whole or not at all."""
    data = disk.canonical_json(_head(count, head))
    place = _head_file(file)
    if os.path.lexists(place) and (not stat.S_ISREG(place.lstat().st_mode) or place.lstat().st_nlink > 1):
        disk.remove(place)  # a link or a pipe, or the name of a file that has another one: nothing of ours
    handle = disk.open_plain(place, os.O_WRONLY | os.O_CREAT)
    try:
        os.pwrite(handle, data, 0)
        os.fsync(handle)
    finally:
        os.close(handle)


def _head_file(file: Path) -> Path:
    return file.with_suffix(".head")


def _head(count: int, head: str) -> Entry:
    """With a sum of its own: a head that was cut off or rotted says nothing, instead of something wrong."""
    number = f"{count:012d}"
    return {"entries": number, "head": head, "sum": disk.sha256_bytes(f"{number}{head}".encode())[:16]}


@contextmanager
def locked(file: Path, wait: float) -> Iterator[int]:
    """The book's descriptor, open for appending, held against other writers for at most `wait` seconds."""
    disk.make_folder(file.parent)
    is_new = not file.exists()
    handle = _of_one_name(file, wait)
    try:
        if is_new:
            disk.flush(file.parent)
        yield handle
    finally:
        os.close(handle)


def _of_one_name(file: Path, wait: float) -> int:
    """The book, open and locked; one that has another name elsewhere gets a file of its own first."""
    while True:
        handle = disk.open_plain(file, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        try:
            _lock(handle, file, wait)
            if disk.is_at(handle, file):
                if not disk.has_other_names(handle):
                    return handle
                disk.replace_file(file, _read(handle, 0, os.fstat(handle).st_size))
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _lock(handle: int, file: Path, wait: float) -> None:
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise StoreLocked(details.text("held_by_another", path=file), details.text("try_later")) from None
            time.sleep(0.02)
        else:
            return
