"""The standardised records of every input of an edition: from the cache where they are there, else read now."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import details, issues, store, tables, text_safety
from recordkit.errors import UnreadableInput
from recordkit.inbox import Arrival, SkippedFile
from recordkit.ingest import Declarations, Received, Tally, cross_file, quarantine, receive

Advance = Callable[[str], None]
TABLES = ("cases", "charges", "persons", "services", "returns", "issues", "quarantine")
GIVEN = "given"  # rows that other files may join

# One row per input file (or member of an archive), as the edition's `sources`.
SOURCES = pl.Schema(
    {
        "file_sha256": pl.String,
        "name": pl.String,
        "member": pl.String,
        "received": pl.String,
        "agency": pl.String,
        "format": pl.String,
        "period": pl.String,
        "kind": pl.String,
        "encoding": pl.String,
        "sheets": pl.Int32,
        "readable": pl.Boolean,
        "rows_read": pl.Int64,
        "rows_accepted": pl.Int64,
        "rows_quarantined": pl.Int64,
        "rows_skipped": pl.Int64,
        "duplicate_of": pl.String,
        "corrects": pl.String,
    }
)


@dataclass(frozen=True)
class Wanted:
    """One input of an edition; `path` is None when it is no longer in the inbox and only stands in the edition."""

    sha256: str
    name: str
    received: str | None
    path: Path | None
    is_current: bool = False


@dataclass(frozen=True)
class Records:
    """All inputs together: the frames of every table (lazy, submission level) and one sources row per input."""

    frames: Mapping[str, pl.LazyFrame]
    sources: pl.DataFrame
    keys: frozenset[str]
    skipped: tuple[SkippedFile, ...] = ()

    @property
    def inputs(self) -> list[store.Input]:
        """The inputs as a manifest lists them: an archive is one input, whatever it holds."""
        whole = self.sources.group_by("file_sha256", "name", "received", maintain_order=True).agg(
            pl.col("agency", "format").drop_nulls().first(), pl.col("period").max(), pl.col("^rows_.*$").sum()
        )
        return [_input(row) for row in whole.to_dicts()]

    @property
    def tally(self) -> Tally:
        """Where all rows went."""
        sums = self.sources.select(pl.col("^rows_(read|accepted|quarantined|skipped)$").sum()).row(0)
        return Tally(*sums)

    @property
    def unreadable(self) -> list[str]:
        """Names of the files of which nothing could be read."""
        return self.sources.filter(~pl.col("readable")).get_column("name").to_list()


def wanted(
    arrivals: Sequence[Arrival],
    current: Sequence[store.Input],
    through: str | None,
    withdrawn: Mapping[str, str] | None = None,
) -> tuple[list[Wanted], list[SkippedFile]]:
    """Arrivals and what the current edition already stands on, once each, in order of month, name, content.

    A file that cannot be opened is skipped, named, and does not stop the others. withdrawn: sum of a file that its
    sender took back -> why; it is in no new edition, whether it is in the inbox or not.
    """
    gone = withdrawn or {}
    stands = {(old.sha256, old.name, old.received) for old in current if old.sha256 not in gone}
    found = {}
    closed: list[SkippedFile] = []
    for arrival in arrivals:
        try:
            digest = _digest(arrival.path)
        except OSError as error:
            reason = details.text("file_not_opened", reason=error.strerror)
            closed.append(SkippedFile(arrival.path, reason, lost=True))
            continue
        if digest in gone:
            closed.append(SkippedFile(arrival.path, details.text("withdrawn_because", why=gone[digest])))
            continue
        identity = (digest, arrival.name, arrival.received)
        found[identity] = Wanted(*identity, arrival.path, identity in stands)
    for identity in stands:
        if through is None or identity[2] is None or identity[2] <= through:
            found.setdefault(identity, Wanted(*identity, None, is_current=True))
    return sorted(found.values(), key=lambda w: (w.received or "", w.name, w.sha256)), closed


def _digest(path: Path) -> str:
    """The sum of a plain file; one that turned into a link or a pipe since it was found is not opened."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0))
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, details.text("not_plain_file"))
        return hashlib.file_digest(file, "sha256").hexdigest()


def gather(
    items: Sequence[Wanted], declared: Declarations, cache: store.Cache, schemas: str, advance: Advance
) -> Records:
    """Standardise what is not in the cache; put all inputs' frames together.

    Files that join tables of other files are standardised when those are known; what the others gave is a part of
    their key in the cache. Raises UnreadableInput when an input of the current edition is neither in the inbox nor
    in the cache.
    """
    shelf = _Shelf(declared, cache, schemas)
    first: dict[str, str] = {}
    duplicates: list[Wanted] = []
    done: list[_Entry] = []
    for item in items:
        if item.sha256 in first:
            duplicates.append(item)
            continue
        entry = shelf.entry(item)
        if entry is not None:
            first[item.sha256] = item.name
            done.append(entry)
            advance(item.name)
    sides = {entry.item.sha256: side for entry in done if (side := entry.side()) is not None}
    done = [shelf.joined(entry, cross_file.providers(entry.awaits, sides)) for entry in done]
    if shelf.lost:
        raise UnreadableInput(
            details.text(
                "files_neither_there_nor_kept",
                count=len(shelf.lost),
                names=", ".join(shelf.lost[:5]) + (" ..." if len(shelf.lost) > 5 else ""),
            ),
            details.text("give_inbox_with_them"),
        )
    sources = [row for entry in done for row in entry.sources]
    sources += [_duplicate(item, first[item.sha256], sources) for item in duplicates]
    findings = [declared.rules.rate(issues.make("RK122", file_sha256=item.sha256)).lazy() for item in duplicates]
    table = pl.DataFrame(sources, schema=SOURCES, orient="row").sort(
        "received", "name", "file_sha256", "member", nulls_last=False
    )
    frames = {name: [entry.frames[name] for entry in done] for name in TABLES}
    frames["issues"] += findings
    together = {name: _together(name, parts, declared) for name, parts in frames.items()}
    return Records(together, table, frozenset(shelf.keys), tuple(shelf.skipped))


@dataclass(frozen=True)
class _Entry:
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


class _Shelf:
    """Standardised files, from the cache or read now; what is missing and what was skipped is kept here."""

    def __init__(self, declared: Declarations, cache: store.Cache, schemas: str) -> None:
        self.declared, self.cache = declared, cache
        self.parts = (schemas, store.code_version().sha256)
        self.keys: set[str] = set()
        self.lost: list[str] = []
        self.skipped: list[SkippedFile] = []

    def entry(self, item: Wanted, sides: Sequence[cross_file.Side] = ()) -> _Entry | None:
        """The entry of a file, joined with `sides`; None when it is lost or skipped."""
        given = [[side.sha256 for side in sides]] if sides else []
        key = store.cache_key("records", item.sha256, item.name, item.received, *self.parts, *given)
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
        return _Entry(item, cached.frames, cached.note["sources"], cached.note.get("awaits", ()))

    def joined(self, entry: _Entry, sides: Sequence[cross_file.Side]) -> _Entry:
        """The entry with the rows that other files give; itself where they give none."""
        return (self.entry(entry.item, sides) or entry) if sides else entry


def schemas_sha256(dirs: Sequence[Path]) -> str:
    """The sum of every declaration, overlays in their order: another schema is another edition."""
    digest = hashlib.sha256()
    for at, folder in enumerate(dirs):
        for path in sorted(p for p in folder.rglob("*") if p.suffix in (".toml", ".csv") and p.is_file()):
            digest.update(f"{at}:{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


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
        name: pl.concat(parts, how="diagonal_relaxed") if parts else _empty(name, declared)
        for name, parts in frames_of.items()
        if parts or name != GIVEN
    }
    awaits = sorted({name for one in done for name in one.awaits})
    return cache.put(key, frames, {"sources": [_source(one, item) for one in done], "awaits": awaits})


def _together(name: str, parts: list[pl.LazyFrame], declared: Declarations) -> pl.LazyFrame:
    return pl.concat(parts, how="diagonal_relaxed") if parts else _empty(name, declared).lazy()


def _empty(name: str, declared: Declarations) -> pl.DataFrame:
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


def _duplicate(item: Wanted, of: str, sources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A file whose bytes came under another name before: nothing in it is read again."""
    same = [one for one in sources if one["file_sha256"] == item.sha256]
    blank: dict[str, Any] = dict.fromkeys(SOURCES)
    zero = dict.fromkeys(("rows_read", "rows_accepted", "rows_quarantined", "rows_skipped"), 0)
    known = {"file_sha256": item.sha256, "name": item.name, "received": item.received}
    is_ = {name: same[0][name] if same else None for name in ("agency", "format", "period", "kind", "encoding")}
    return {**blank, **zero, **known, **is_, "readable": True, "sheets": 0, "duplicate_of": of}


def _input(row: Mapping[str, Any]) -> store.Input:
    rows = store.Rows(
        read=row["rows_read"], accepted=row["rows_accepted"], quarantined=row["rows_quarantined"],
        corrected=row.get("rows_corrected", 0), skipped=row["rows_skipped"],
    )  # fmt: skip
    named = {name: row[name] for name in ("name", "received", "agency", "format", "period")}
    return store.Input(sha256=row["file_sha256"], rows=rows, **named)
