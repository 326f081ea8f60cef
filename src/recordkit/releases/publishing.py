"""Writes a release: first what it risks, for those who decide; when they have signed, the ledger and the folder."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import details, store, text_safety
from recordkit.errors import RecordkitError
from recordkit.releases import history
from recordkit.releases.protecting import Protected
from recordkit.store import disk, workspace
from recordkit.store.errors import writes_result
from recordkit.version import __version__

FORMAT = 1
MANIFEST = "release.json"


@dataclass(frozen=True)
class Draft:
    """A release before anybody approved it: nothing of it is on a disk.

    `risk`: what it risks, in numbers; `described`: what its manifest says of it; `files`: makes its files, by the day;
    `remembered`: what the ledger needs to hold later releases against it, as a frame and in words.
    """

    edition: store.Edition
    product: str
    declarations_sha256: str
    earlier: tuple[str, ...]  # releases of the ledger that it was held against
    needs_second: bool  # is it about victims or children?
    risk: list[dict[str, Any]]
    described: Mapping[str, Any]
    files: Callable[[str], dict[str, bytes]]
    tables: Sequence[Protected]  # of a release of tables
    rows: Mapping[str, pl.DataFrame]  # of a release of microdata, by file: null where a value is withheld
    remembered: Callable[[], tuple[pl.DataFrame, dict[str, Any]]]


def publish(root: Path, to: Path, made: Draft, approved: str, second: str) -> dict[str, Any]:
    """Write the ledger and then the folder, all or nothing; returns its manifest.

    Raises RecordkitError without the names that are needed, or when something is at `to` already. A folder that could
    not be written leaves a release in the ledger: later ones are held against it, which is safe.
    """
    signed = _signed(made, approved, second)
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise RecordkitError(details.text("release_there", path=to), details.text("new_folder"))
    workspace.refuse_store(to)
    published = datetime.now(UTC).date().isoformat()
    files = made.files(published)
    sums = {name: disk.sha256_bytes(data) for name, data in sorted(files.items())}
    facts = _facts(made, sums, published)
    with _new_folder(to) as work, store.writing(root):
        if made.earlier != history.names(root):
            raise RecordkitError(details.text("released_meanwhile"), details.text("run_again"))
        frame, remembered = made.remembered()
        cells = history.keep_cells(root, facts["release"], frame)
        entry = {**facts, **signed, "cells_sha256": cells, **remembered, "risk": made.risk}
        line = history.add(root, entry)
        manifest = {**facts, "ledger": {"entry": line.number, "sha256": line.sum}}
        for name, data in files.items():
            disk.write_file(work / name, data)
        disk.write_file(work / MANIFEST, disk.canonical_json(manifest, indent=1))
    return manifest


def same_name(one: str, other: str) -> bool:
    """Are two names one person's, but for capitals, spaces and forms of letters?"""
    folded = ["".join(unicodedata.normalize("NFKC", text).casefold().split()) for text in (one, other)]
    return folded[0] == folded[1]


def _signed(made: Draft, approved: str, second: str) -> dict[str, str]:
    """Who approved it, as the ledger keeps it."""
    if not text_safety.shows(approved):
        raise RecordkitError(details.text("not_approved"), details.text("approve_it"))
    if made.needs_second and not text_safety.shows(second):
        raise RecordkitError(details.text("needs_second"), details.text("give_second"))
    if second and same_name(approved, second):
        raise RecordkitError(details.text("second_is_first"), details.text("give_second"))
    return {"approved_by": approved, **({"second": second} if second else {})}


def _facts(made: Draft, sums: Mapping[str, str], published: str) -> dict[str, Any]:
    facts = {
        "format": FORMAT,
        "product": made.product,
        "published": published,
        "edition": made.edition.id,
        "manifest_sha256": made.edition.manifest.sha256,
        "declarations_sha256": made.declarations_sha256,
        "recordkit": __version__,
        **made.described,
        "files": dict(sums),
    }
    return {"release": f"R{len(made.earlier) + 1:04d}-{disk.sha256_bytes(disk.canonical_json(facts))[:8]}", **facts}


@contextmanager
def _new_folder(to: Path) -> Iterator[Path]:
    with (
        disk.private_umask(),
        writes_result(to),
        workspace.sibling_workspace(disk.make_folders(to.absolute().parent)) as place,
    ):
        work = disk.make_folder(place / "release")
        yield work
        disk.seal(work)
        disk.move_folder(work, to.absolute())
