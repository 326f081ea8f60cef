"""One new edition of a store, or nothing new."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import details, pipeline
from recordkit.api.editions import Edition
from recordkit.api.validation import Paths, as_paths, declared_in, explained
from recordkit.errors import RecordkitError
from recordkit.ingest import Declarations
from recordkit.pipeline import Outcome
from recordkit.plurals import counted
from recordkit.readers import machine_memory


class Compiled:
    """The result of a compile.

    edition: the new Edition; None when nothing was new. current: id of the store's current edition.
    counts: what `recordkit compile --format json` prints: published, inputs, new_inputs, rows_read, rows_accepted,
    rows_quarantined, rows_skipped, unreadable, tables …
    unreadable: names of files that could not be read. skipped: (name, reason) of files that were not read at all.
    repaired: what was repaired in the store before.
    """

    def __init__(self, root: Path, outcome: Outcome, declare: Callable[[], Declarations]) -> None:
        self._root, self._declare = root, declare
        self.current = outcome.current
        self.counts = counts(outcome)
        self.unreadable = tuple(outcome.unreadable)
        self.skipped = tuple((one.name, one.reason) for one in outcome.skipped)
        self.repaired = tuple(outcome.repaired)
        self.edition = Edition(root, outcome.edition, declare) if outcome.edition is not None else None

    @cached_property
    def findings(self) -> pl.DataFrame:
        """The findings of the new edition (its table `issues`, with name, message and fix), without values."""
        if self.edition is None:
            return explained(pl.DataFrame(schema={"code": pl.String, "file_sha256": pl.String}), {}, self._declare())
        names = self.edition["sources"].select("file_sha256", "name").collect()
        return explained(self.edition["issues"].collect(), dict(names.rows()), self._declare())

    def __repr__(self) -> str:
        return f"<recordkit.Compiled: {self._summary()}>"

    def _repr_html_(self) -> str:
        """The new edition's tables, for a notebook."""
        tables_of = "" if self.edition is None else self.edition._repr_html_()
        return f"<p>{html.escape(self._summary())}</p>{tables_of}"

    def _summary(self) -> str:
        read, accepted, quarantined, skipped = (
            f"{self.counts[name]:,}" for name in ("rows_read", "rows_accepted", "rows_quarantined", "rows_skipped")
        )
        if self.edition is None:
            return f"nothing new, edition {self.current} stays current"
        rows = f"{read} rows = {accepted} accepted + {quarantined} quarantined + {skipped} skipped"
        return f"edition {self.edition.id}, {counted(self.counts['inputs'], 'file')}, {rows}"


def counts(done: Outcome) -> dict[str, Any]:
    """A compile as one flat record: what a cron job logs."""
    sizes = done.edition.manifest.tables if done.edition else {}
    return {
        "published": done.edition.id if done.edition else None,
        "current": done.current,
        "inputs": done.inputs,
        "new_inputs": done.fresh,
        "rows_read": done.tally.read,
        "rows_accepted": done.tally.accepted,
        "rows_quarantined": done.tally.quarantined,
        "rows_skipped": done.tally.skipped,
        "rows_corrected": done.corrected,
        "unreadable": len(done.unreadable),
        "unreadable_before": len(done.known),
        "passed_over": len(done.skipped),
        "not_arrived": sum(skip.missing for skip in done.skipped),
        "not_read": sorted([*done.unreadable, *(one.name for one in done.skipped if one.lost)]),
        "tables": {name: table.rows for name, table in sorted(sizes.items())},
        "laws": [{"law": law.law, "left": law.left, "right": law.right} for law in done.laws],
    }


def refuse_engine(engine: str) -> None:
    """Raises RecordkitError for an engine that does not exist: "local" is the only one."""
    if engine != "local":
        raise RecordkitError(details.text("no_such_engine", engine=engine), details.text("use_one_of", names="local"))


def compile(
    inboxes: Paths,
    *,
    to: str | Path,
    schemas: Paths = (),
    through: str | None = None,
    memory: str | None = None,
    incremental: bool = False,
    processes: int | None = None,
    engine: str = "local",
) -> Compiled:
    """Read all new files, link them, and publish one new edition in the store `to`, as `recordkit compile` does.

    inboxes: a folder, or several. schemas: folders of declarations laid over the packaged ones. through: only files
    received up to this month (YYYY-MM). memory: read within this much, such as "8GB" (a workbook that needs more is
    refused with RK123). incremental: compare new people with all others, but not those others again.
    processes: how many read files at once (None: as many as pay). engine: "local".
    Raises StoreLocked when another compile runs, UnreadableInput when no file has arrived, DeclarationError for a
    mistake in a declaration, StoreError and BrokenLaw when nothing was published.

    >>> done = compile("inbox", to="store")  # the same files as before
    >>> done
    <recordkit.Compiled: nothing new, edition 2026-07-r1-... stays current>
    >>> done.counts["new_inputs"]
    0
    """
    refuse_engine(engine)
    root, declared = Path(to), declared_in(schemas)
    with machine_memory.limited(memory):
        done = pipeline.compile(
            as_paths(inboxes),
            root,
            declared,
            through=through,
            starting=lambda _total: lambda _name: None,
            incremental=incremental,
            processes=processes,
        )
    return Compiled(root, done, lambda: declared)
