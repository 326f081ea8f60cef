"""Writes a release: first what it risks, for those who decide; when they have signed, the ledger and the folder."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import declarations, details, store, text_safety
from recordkit.errors import RecordkitError
from recordkit.releases import history
from recordkit.releases.declaration import FILE, VULNERABLE, Policy
from recordkit.releases.protecting import Protected, UnitRelease, protected_tables
from recordkit.store import disk, parquet, workspace
from recordkit.store.errors import writes_result
from recordkit.version import __version__

FORMAT = 1
MANIFEST = "release.json"
PRODUCT = "tables"


@dataclass(frozen=True)
class Draft:
    """A release before anybody approved it: nothing of it is on a disk."""

    edition: store.Edition
    units: Sequence[UnitRelease]
    declarations_sha256: str
    earlier: tuple[str, ...]  # releases of the ledger that it was held against

    @property
    def tables(self) -> list[Protected]:
        """All its tables."""
        return [table for unit in self.units for table in unit.tables]

    @property
    def needs_second(self) -> bool:
        """Is any table about victims or children?"""
        return any(one.about in VULNERABLE for one in self.tables)

    @property
    def risk(self) -> list[dict[str, Any]]:
        """The risk of every table, in numbers."""
        return [{"table": one.name, "about": one.about, "minimum": one.least, **one.risk} for one in self.tables]


def draft(root: Path, edition: store.Edition, policy: Policy, names: Sequence[str], dirs: Sequence[Path]) -> Draft:
    """Count and protect the tables of these names (all without any), against every release of the ledger."""
    unknown = [name for name in names if name not in policy.tables]
    if unknown:
        guess = declarations.nearest(unknown[0], policy.tables)
        raise RecordkitError(
            details.text("no_public_table", name=unknown[0], file=FILE),
            details.text("did_you_mean", guess=guess) if guess else ", ".join(policy.tables),
        )
    earlier = history.earlier(root)
    units = protected_tables(edition, policy, names or list(policy.tables), earlier)
    known = tuple(dict.fromkeys(one.release for of_table in earlier.values() for one in of_table))
    return Draft(edition, units, _declared(dirs), known)


def publish(root: Path, to: Path, made: Draft, approved: str, second: str) -> dict[str, Any]:
    """Write the ledger and then the folder, all or nothing; returns its manifest.

    Raises RecordkitError without the names that are needed, or when something is at `to` already. A folder that could
    not be written leaves a release in the ledger: later ones are held against it, which is safe.
    """
    signed = _signed(made, approved, second)
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise RecordkitError(details.text("release_there", path=to), details.text("new_folder"))
    workspace.refuse_store(to)
    files = {name: data for table in made.tables for name, data in _files(table)} | _coverage(made.edition)
    sums = {name: disk.sha256_bytes(data) for name, data in sorted(files.items())}
    facts = _facts(made, sums)
    with _new_folder(to) as work, store.writing(root):
        if made.earlier != tuple(line.entry["release"] for line in history.lines(root)):
            raise RecordkitError(details.text("released_meanwhile"), details.text("run_again"))
        cells = history.keep_cells(root, facts["release"], made.units)
        entry = {**facts, **signed, "cells_sha256": cells, "shapes": history.shapes(made.units), "risk": made.risk}
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


def _declared(dirs: Sequence[Path]) -> str:
    """The sum of all that release.toml says in its layers."""
    parts = [path.read_bytes() for path in declarations.layers(dirs, FILE)]
    return disk.sha256_bytes(b"\0".join(parts))


def _facts(made: Draft, sums: Mapping[str, str]) -> dict[str, Any]:
    tables = {
        one.name: {
            "title": one.public.title.model_dump(),
            "counts": one.public.counts,
            "minimum": one.least,
            "width": one.risk["width"],
            "largest_share_of_one_case": one.risk["largest"],
            "rows": one.cells.height,
        }
        for one in made.tables
    }
    facts = {
        "format": FORMAT,
        "product": PRODUCT,
        "edition": made.edition.id,
        "manifest_sha256": made.edition.manifest.sha256,
        "declarations_sha256": made.declarations_sha256,
        "recordkit": __version__,
        "tables": tables,
        "files": dict(sums),
    }
    return {"release": f"R{len(made.earlier) + 1:04d}-{disk.sha256_bytes(disk.canonical_json(facts))[:8]}", **facts}


def _files(table: Protected) -> Iterator[tuple[str, bytes]]:
    readable = table.readable.with_columns(unit=pl.lit(table.public.counts))
    yield f"{table.name}.csv", readable.write_csv().encode()
    yield f"{table.name}.parquet", parquet.in_memory(readable)


def _coverage(edition: store.Edition) -> dict[str, bytes]:
    """How many districts stand behind every month of every agency."""
    columns = ["period", "agency", "districts_reporting", "districts_expected"]
    frame = edition.scan("counts").select(columns).unique().sort(columns).collect()
    return {"coverage.csv": frame.write_csv().encode()}


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
