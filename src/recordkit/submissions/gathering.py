"""All inputs of an edition together: the frames of every table, and what became of every file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from recordkit import details, issues, store
from recordkit.errors import UnreadableInput
from recordkit.inbox import SkippedFile
from recordkit.ingest import Declarations, Tally, cross_file
from recordkit.submissions import workers
from recordkit.submissions.inputs import Wanted
from recordkit.submissions.shelf import TABLES, Entry, Shelf, empty

Advance = Callable[[str], None]

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


def gather(
    items: Sequence[Wanted], declared: Declarations, cache: store.Cache, schemas: str, advance: Advance,
    *, processes: int | None = 1,
) -> Records:  # fmt: skip
    """Standardise what is not in the cache; put all inputs' frames together.

    Files that join tables of other files are standardised when those are known; what the others gave is a part of
    their key in the cache. processes: how many standardise files at once; None: as many as pay. Raises UnreadableInput
    when an input of the current edition is neither in the inbox nor in the cache.
    """
    shelf = Shelf(declared, cache, schemas)
    first: dict[str, str] = {}
    duplicates: list[Wanted] = []
    done: list[Entry] = []
    new = shelf.new(items)
    count = workers.wanted_count(new, processes)
    with workers.standardising(new, declared, cache.root, count) as ready:
        for item in items:
            if item.sha256 in first:
                duplicates.append(item)
                continue
            ready(item)
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


def _together(name: str, parts: list[pl.LazyFrame], declared: Declarations) -> pl.LazyFrame:
    return pl.concat(parts, how="diagonal_relaxed") if parts else empty(name, declared).lazy()


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
