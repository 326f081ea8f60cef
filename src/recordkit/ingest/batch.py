"""Runs several files through the row stages and publishes nothing; files that join others run when these are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    arrivals, passed = inbox.find_files(paths, dirs=declared.dirs)
    done: dict[Path, list[Received]] = {}
    sides: dict[str, cross_file.Side] = {}
    first_of: dict[str, inbox.Arrival] = {}
    for arrival in arrivals:
        given: list[pl.DataFrame] = []

        taking = keeps(arrival.path)
        keep = _keeping(given, taking)

        try:
            read = receive(
                arrival.path, declared, agency=agency, received=arrival.received, keep=keep, most=most,
                sink=sinks(arrival.path), wanted=("given",) if taking is keep_nothing else None,
            )  # fmt: skip
        except UnreadableInput as error:
            sinks(arrival.path)
            keeps(arrival.path)
            passed.append(inbox.SkippedFile(arrival.path, error.what, lost=True))
        else:
            first = first_of.setdefault(read[0].sha256, arrival)
            if first is not arrival:  # as compile: the same bytes are told of once, and counted once
                sinks(arrival.path)
                keeps(arrival.path)
                passed.append(inbox.SkippedFile(arrival.path, details.text("same_bytes", file=first.name)))
                continue
            done[arrival.path] = read
            if given:
                rows = pl.concat(given, how="diagonal")
                sides[str(arrival.path)] = cross_file.Side(read[0].sha256, arrival.received, rows)
        advance(arrival.path.name)
    for arrival in arrivals:
        awaits = [name for one in done.get(arrival.path, []) for name in one.awaits]
        if needs := cross_file.providers(awaits, sides):
            done[arrival.path] = receive(
                arrival.path, declared, agency=agency, received=arrival.received, keep=keeps(arrival.path),
                sides=needs, most=most, sink=sinks(arrival.path),
            )  # fmt: skip
    return [one for many in done.values() for one in many], passed


def _keeping(given: list[pl.DataFrame], keep: Keep) -> Keep:
    """Puts the rows that other files may join into `given`; hands everything else to `keep`."""

    def both(name: str, frame: pl.DataFrame) -> None:
        if name == "given":
            given.append(frame)
        else:
            keep(name, frame)

    return both
