"""Bytes of a text in any encoding -> UTF-8 in chunks of whole lines, with every line end made a line feed."""

from __future__ import annotations

import codecs
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from recordkit.readers.encodings import Decision, is_foreign
from recordkit.readers.errors import Refused

CHUNK = 4 << 20
MOST_LINES = 400_000  # in a chunk: a line takes memory of its own, however short it is
# A byte that cannot be decoded becomes one of the very last code points, which no file uses; the line that
# holds it is quarantined. (A file that does use them is quarantined too: loud, not wrong.)
MARK = 0x10FF00
_JOINED = re.compile(rb"\xef(?:\xad[\x90-\xbf]|[\xae-\xb7].|\xb9[\xb0-\xbf]|\xba.|\xbb[\x80-\xbe])", re.DOTALL)
MARKS = f"[{chr(MARK)}-{chr(MARK + 0xFF)}]"


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(chr(MARK + byte) for byte in bad), error.end


codecs.register_error("recordkit.mark", _mark)


def _marked(block: bytes, encoding: str) -> bytes:
    return block.decode(encoding, "recordkit.mark").encode("utf-8")


def _of_few_lines(chunk: bytes) -> Iterator[bytes]:
    """The chunk, cut where it has more lines than are held at once: a megabyte of line feeds is a million rows."""
    if chunk.count(b"\n") <= MOST_LINES:
        yield chunk
        return
    middle = chunk.find(b"\n", len(chunk) // 2) + 1
    if not 0 < middle < len(chunk):
        middle = chunk.rfind(b"\n", 0, len(chunk) // 2) + 1
    yield from _of_few_lines(chunk[:middle])
    yield from _of_few_lines(chunk[middle:])


@dataclass
class LineEnds:
    """How lines end, counted while they are read."""

    crlf: int = 0
    lf: int = 0
    cr: int = 0
    final: bool = True  # the last line ends in a line end

    @property
    def lines(self) -> int:
        """How many."""
        return self.crlf + self.lf + self.cr


@dataclass
class Text:
    """A text that can be read from the start again and again; every pass fills what stands below the first two."""

    decision: Decision
    line_bytes: int
    ends: LineEnds = field(default_factory=LineEnds)
    foreign: array[int] = field(default_factory=lambda: array("q"))  # lines read in the decision's legacy encoding
    joined: int | None = None  # the first line with letters in the shapes that they have when joined

    def chunks(self, stream: BinaryIO) -> Iterator[bytes]:
        """UTF-8, line feeds only, every chunk but the last one ends in a line feed."""
        self.ends, self.foreign, self.joined = LineEnds(), array("q"), None
        stream.read(self.decision.skip)
        encoding = self.decision.encoding
        blocks = self._wide(stream) if encoding.startswith("utf-") and encoding != "utf-8" else None
        last = b""
        for chunk in blocks or self._narrow(stream):
            last = chunk or last
            if self.joined is None and not chunk.isascii() and (found := _JOINED.search(chunk)):
                before = chunk[: found.start()]
                self.joined = self.ends.lines + 1 + (before.count(b"\n") or before.count(b"\r"))
            yield from _of_few_lines(self._one_line_end(chunk))
        self.ends.final = last.endswith((b"\n", b"\r"))

    def _narrow(self, stream: BinaryIO) -> Iterator[bytes]:
        """Encodings in which a line end is one byte that means nothing else."""
        for block in self._whole_lines(iter(lambda: stream.read(CHUNK), b"")):
            yield block if self.decision.valid or block.isascii() else self._decoded(block)

    def _decoded(self, block: bytes) -> bytes:
        if self.decision.encoding == "utf-8":
            try:
                block.decode("utf-8")
            except UnicodeDecodeError:
                return self._by_line(block) if self.decision.legacy else _marked(block, "utf-8")
            return block
        return _marked(block, self.decision.encoding)

    def _by_line(self, block: bytes) -> bytes:
        """Each line in the one of the two encodings that it is in for certain; where neither is, bytes are marked."""
        assert self.decision.legacy
        lines = block.splitlines(keepends=True)
        for at, line in enumerate(lines):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                foreign = is_foreign(line)
                lines[at] = _marked(line, self.decision.legacy if foreign else "utf-8")
                if foreign:
                    self.foreign.append(self.ends.lines + at + 1)
        return b"".join(lines)

    def _wide(self, stream: BinaryIO) -> Iterator[bytes]:
        """UTF-16 and UTF-32: decoded first, then cut into lines."""
        return self._whole_lines(self._transcoded(stream))

    def _transcoded(self, stream: BinaryIO) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self.decision.encoding)("recordkit.mark")
        while block := stream.read(CHUNK):
            yield decoder.decode(block).encode("utf-8")
        if rest := decoder.decode(b"", final=True):
            yield rest.encode("utf-8")

    def _whole_lines(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Cut after line ends; a carriage return at the very end waits for what follows it."""
        rest = b""
        for block in blocks:
            cut = block.rfind(b"\n") + 1 or block.rfind(b"\r", 0, len(block) - 1) + 1
            if not cut:
                rest += block
            else:
                yield rest + block[:cut]
                rest = block[cut:]
            if len(rest) > self.line_bytes:
                raise Refused("RK101", "long_line", count=self.line_bytes)
        if rest:
            yield rest

    def _one_line_end(self, chunk: bytes) -> bytes:
        returns = chunk.count(b"\r") if b"\r" in chunk else 0
        pairs = chunk.count(b"\r\n") if returns else 0
        self.ends.crlf += pairs
        self.ends.cr += returns - pairs
        self.ends.lf += chunk.count(b"\n") - pairs
        if not returns:
            return chunk
        chunk = chunk.replace(b"\r\n", b"\n")
        return chunk.replace(b"\r", b"\n") if returns > pairs else chunk
