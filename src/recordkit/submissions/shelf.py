"""Standardised files: from the cache where they are there, else read now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import details, issues, store, tables, text_safety
from recordkit.errors import UnreadableInput
from recordkit.inbox import SkippedFile
from recordkit.ingest import Declarations, Received, cross_file, quarantine, receive
from recordkit.submissions.inputs import Wanted

TABLES = ("cases", "charges", "persons", "services", "returns", "issues", "quarantine")
GIVEN = "given"  # rows that other files may join


@dataclass(frozen=True)
class Entry:
    """One input as the cache holds it."""

    item: Wanted
    frames: Mapping[str, pl.LazyFrame]
    sources: Sequence[Mapping[str, Any]]
    awaits: Sequence[str]

    def side(self) -> cross_file.Side | None:
        """What its rows give to others, if anything."""
        if GIVEN not in self.frames:
            return None
        return cross_file.Side(self.item.sha256, self.item.received, self.frames[GIVEN].collect())


class Shelf:
    """Standardised files, from the cache or read now; what is missing and what was skipped is kept here."""

    def __init__(self, declared: Declarations, cache: store.Cache, schemas: str) -> None:
        self.declared, self.cache = declared, cache
        self.parts = (schemas, store.code_version().sha256)
        self.keys: set[str] = set()
        self.lost: list[str] = []
        self.skipped: list[SkippedFile] = []

    def entry(self, item: Wanted, sides: Sequence[cross_file.Side] = ()) -> Entry | None:
        """The entry of a file, joined with `sides`; None when it is lost or skipped."""
        key = self._key(item, sides)
        self.keys.add(key)
        cached = self.cache.get(key)
        if cached is None and item.path is None:
            self.lost.append(item.name)
            return None
        if cached is None and item.path is not None:
            try:
                cached = _standardised(item, item.path, self.declared, cache=self.cache, key=key, sides=sides)
            except UnreadableInput as error:  # gone, changed, or the machine failed us: nothing is known of the file
                if item.is_current:
                    self.lost.append(item.name)
                else:
                    reason = details.text("left_for_next_run", what=error.what)
                    self.skipped.append(SkippedFile(item.path, reason, lost=True))
                return None
        assert cached is not None
        return Entry(item, cached.frames, cached.note["sources"], cached.note.get("awaits", ()))

    def new(self, items: Sequence[Wanted]) -> list[Wanted]:
        """Files that are still to be read, each content once."""
        unread = {item.sha256: item for item in reversed(items) if item.path and not self.cache.has(self._key(item))}
        return [item for item in items if unread.get(item.sha256) is item]

    def _key(self, item: Wanted, sides: Sequence[cross_file.Side] = ()) -> str:
        given = [[side.sha256 for side in sides]] if sides else []
        return store.cache_key("records", item.sha256, item.name, item.received, *self.parts, *given)

    def joined(self, entry: Entry, sides: Sequence[cross_file.Side]) -> Entry:
        """The entry with the rows that other files give; itself where they give none."""
        return (self.entry(entry.item, sides) or entry) if sides else entry


def _standardised(
    item: Wanted, path: Path, declared: Declarations, *, cache: store.Cache, key: str, sides: Sequence[cross_file.Side]
) -> store.Cached:
    """Read one file and keep what came of it in the cache."""
    frames_of: dict[str, list[pl.DataFrame]] = {name: [] for name in (*TABLES, GIVEN)}
    done = receive(
        path, declared, received=item.received, keep=lambda name, frame: frames_of[name].append(frame), sides=sides
    )
    for one in done:
        if one.sha256 != item.sha256:
            raise UnreadableInput(details.text("changed_while_read", path=item.name), details.text("wait_for_transfer"))
        frames_of["issues"].append(one.issues)
    frames = {
        name: pl.concat(parts, how="diagonal_relaxed") if parts else empty(name, declared)
        for name, parts in frames_of.items()
        if parts or name != GIVEN
    }
    awaits = sorted({name for one in done for name in one.awaits})
    return cache.put(key, frames, {"sources": [_source(one, item) for one in done], "awaits": awaits})


def empty(name: str, declared: Declarations) -> pl.DataFrame:
    """No rows of a table as the row stages hand it out."""
    if name == "issues":
        return issues.empty()
    if name == "quarantine":
        return pl.DataFrame(schema=quarantine.SCHEMA)
    return tables.empty(declared.tables[name], "standardise")


def _source(one: Received, item: Wanted) -> dict[str, Any]:
    return {
        "file_sha256": one.sha256,
        "name": text_safety.file_name(one.name),
        "member": text_safety.file_name(one.member) if one.member else one.member,
        "received": item.received,
        "agency": one.agency,
        "format": "+".join(one.formats) or None,
        "period": one.period,
        "kind": one.kind,
        "encoding": one.encoding,
        "sheets": len(one.sheets),
        "readable": one.readable,
        "rows_read": one.tally.read,
        "rows_accepted": one.tally.accepted,
        "rows_quarantined": one.tally.quarantined,
        "rows_skipped": one.tally.skipped,
        "duplicate_of": None,
        "corrects": one.corrects,
    }
