"""Bytes that can be opened again and again, wherever they are: on disk, inside gzip, inside a zip."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from recordkit import details
from recordkit.errors import UnreadableInput
from recordkit.readers.errors import Refused
from recordkit.readers.model import Limits

Opener = Callable[[], BinaryIO]


@dataclass(frozen=True)
class Blob:
    """One file's bytes. `name` is what it calls itself; container and member say where it was found."""

    name: str
    open: Opener
    size: int | None = None  # None: known only after reading
    container: str | None = None
    member: str | None = None

    def start(self, n: int = 1 << 16) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(n)

    def everything(self, limit: int) -> bytes:
        """All bytes, or Refused RK123 when they are more than `limit`."""
        with self.open() as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise Refused("RK123", "larger_than", count=limit)
        return data


def on_disk(path: Path) -> Blob:
    """A file on disk. It is an error when it is missing, no plain file, or changes while it is being read."""
    before = _stat(path)

    def opener() -> BinaryIO:
        try:  # a pipe that took the file's place since would make a plain open wait for ever
            stream = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb")
        except OSError as error:
            raise UnreadableInput(f"{path}: {error.strerror}", details.text("check_permissions")) from error
        now = os.fstat(stream.fileno())
        if not stat.S_ISREG(now.st_mode) or _looks(now) != _looks(before):
            stream.close()
            raise UnreadableInput(details.text("changed_while_read", path=path), details.text("wait_for_transfer"))
        return stream

    return Blob(path.name, opener, before.st_size)


def _looks(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns


def _stat(path: Path) -> os.stat_result:
    try:
        found = path.stat()
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror}", details.text("check_name_and_permissions")) from error
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableInput(details.text("no_plain_file", path=path), details.text("give_file_or_folder"))
    return found


class Expanding(io.RawIOBase):
    """A decompressing stream that counts: too much, or far too much for its size, is Refused."""

    def __init__(self, stream: BinaryIO, packed: int, limits: Limits) -> None:
        self._stream = stream
        self._packed = max(packed, 1)
        self._limits = limits
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        try:
            data = self._stream.read(min(len(view), 1 << 20))
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            raise Refused("RK103", "damaged_after", count=self._count, error=type(error).__name__) from error
        self._count += len(data)
        self._check()
        view[: len(data)] = data
        return len(data)

    def _check(self) -> None:
        limits = self._limits
        if self._count > limits.expanded_bytes:
            raise Refused("RK105", "expands_to_more", count=limits.expanded_bytes)
        if self._count > limits.ratio_floor and self._count > limits.ratio * self._packed:
            raise Refused("RK105", "expands_times", count=limits.ratio)

    def close(self) -> None:
        self._stream.close()
        super().close()


def expanding(stream: BinaryIO, packed: int, limits: Limits) -> BinaryIO:
    """`stream` under the limits, buffered."""
    return io.BufferedReader(Expanding(stream, packed, limits), 1 << 20)


def gunzipped(blob: Blob, packed: int, limits: Limits) -> Blob:
    """What a gzip file holds."""

    def opener() -> BinaryIO:
        return expanding(gzip.GzipFile(fileobj=blob.open()), packed, limits)  # type: ignore[arg-type]

    name = blob.name.removesuffix(".gz").removesuffix(".GZ")
    container = "+".join(part for part in (blob.container, "gzip") if part)
    return Blob(name, opener, None, container, blob.member)
