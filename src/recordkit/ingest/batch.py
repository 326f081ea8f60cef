"""Runs a batch of files through the row stages, publishing nothing; files that join others run when those are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from recordkit import details, inbox
from recordkit.errors import UnreadableInput
from recordkit.ingest import cross_file
from recordkit.ingest.collector import Sink
from recordkit.ingest.config import Declarations
from recordkit.ingest.sheet import Keep
from recordkit.ingest.source_file import Received, keep_nothing, receive


def receive_files(
    paths: Sequence[Path],
    declared: Declarations,
    agency: str | None,
    advance: Callable[[str], None],
    *, most: int | None = None,
    sinks: Callable[[Path], Sink | None] = lambda _path: None,
    keeps: Callable[[Path], Keep] = lambda _path: keep_nothing,
) -> tuple[list[Received], list[inbox.SkippedFile]]:
    """What came of every file below `paths`, and the names that were skipped: bytes that were read under another
    name are among these.

    most: see `receive`. sinks(path) is asked for what takes the findings of a file whenever it is run: what it took
    of that file before does not count any more. keeps(path) likewise for what takes the frames of a file.
    """
    arrivals, skipped = inbox.find_files(paths, dirs=declared.dirs)
    done: dict[Path, list[Received]] = {}
    sides: dict[str, cross_file.Side] = {}
    first_of: dict[str, inbox.Arrival] = {}
    reading = _Reading(declared, agency, most, sinks, keeps)
    for arrival in arrivals:
        try:
            read, rows = reading.first(arrival)
        except UnreadableInput as error:
            reading.forget(arrival)
            skipped.append(inbox.SkippedFile(arrival.path, error.what, lost=True))
            advance(arrival.path.name)
            continue
        first = first_of.setdefault(read[0].sha256, arrival)
        if first is not arrival:  # as compile: the same bytes are reported once, and counted once
            reading.forget(arrival)
            skipped.append(inbox.SkippedFile(arrival.path, details.text("same_bytes", file=first.name)))
            continue
        done[arrival.path] = read
        if rows is not None:
            sides[str(arrival.path)] = cross_file.Side(read[0].sha256, arrival.received, rows)
        advance(arrival.path.name)
    for arrival in arrivals:
        awaits = [name for one in done.get(arrival.path, []) for name in one.awaits]
        if needs := cross_file.providers(awaits, sides):
            done[arrival.path] = reading.again(arrival, needs)
    return [one for of_file in done.values() for one in of_file], skipped


@dataclass(frozen=True)
class _Reading:
    """How every file of a batch is read."""

    declared: Declarations
    agency: str | None
    most: int | None
    sinks: Callable[[Path], Sink | None]
    keeps: Callable[[Path], Keep]

    def first(self, arrival: inbox.Arrival) -> tuple[list[Received], pl.DataFrame | None]:
        """A file on its own, and its rows that other files may join."""
        given: list[pl.DataFrame] = []
        keep = self.keeps(arrival.path)
        read = receive(
            arrival.path, self.declared, agency=self.agency, received=arrival.received, keep=_keeping(given, keep),
            most=self.most, sink=self.sinks(arrival.path), wanted=("given",) if keep is keep_nothing else None,
        )  # fmt: skip
        return read, pl.concat(given, how="diagonal") if given else None

    def again(self, arrival: inbox.Arrival, sides: Sequence[cross_file.Side]) -> list[Received]:
        """A file with the rows of those that it joins."""
        return receive(
            arrival.path, self.declared, agency=self.agency, received=arrival.received, keep=self.keeps(arrival.path),
            sides=sides, most=self.most, sink=self.sinks(arrival.path),
        )  # fmt: skip

    def forget(self, arrival: inbox.Arrival) -> None:
        """Nothing that was taken of a file counts."""
        self.sinks(arrival.path)
        self.keeps(arrival.path)


def _keeping(given: list[pl.DataFrame], keep: Keep) -> Keep:
    """Puts the rows that other files may join into `given`; hands everything else to `keep`."""

    def both(name: str, frame: pl.DataFrame) -> None:
        if name == "given":
            given.append(frame)
        else:
            keep(name, frame)

    return both
