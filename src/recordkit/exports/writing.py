"""Writes an export: for the house with every count, or, approved, as a release whose counts passed its check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import details, releases, store
from recordkit.errors import RecordkitError
from recordkit.exports.declaration import Standard
from recordkit.exports.entities import Keyed, entities_of
from recordkit.exports.figures import figure_of, mapping_of, unmapped_of
from recordkit.exports.records import empty_fields, mapping_of_fields, records_of, released_of
from recordkit.releases import Policy
from recordkit.releases.protecting import Protected, exact_tables
from recordkit.store import disk, workspace
from recordkit.store.errors import writes_result
from recordkit.version import __version__

FORMAT = 1
MANIFEST = "export.json"
HOUSE, RESTRICTED = "house", "restricted"


@dataclass(frozen=True)
class Export:
    """What is exported: the figures by file name, how values were mapped, and what could not be."""

    name: str
    standard: Standard
    figures: Mapping[str, pl.DataFrame]
    unmapped: pl.DataFrame
    lines: Mapping[str, pl.Series] = field(default_factory=dict)  # name of a file -> one document a line

    @property
    def files(self) -> dict[str, bytes]:
        """All its files."""
        walks = pl.concat([mapping_of(self.standard), mapping_of_fields(self.standard)])
        frames = {**self.figures, "mapping": walks, "unmapped": self.unmapped}
        written = {f"{self.name}_{file}.csv": frame.write_csv().encode() for file, frame in frames.items()}
        return written | {file: "".join(f"{one}\n" for one in lines).encode() for file, lines in self.lines.items()}


def for_the_house(edition: store.Edition, policy: Policy, name: str, standard: Standard) -> Export:
    """All figures with every count, however small."""
    wide = standard.policy(policy)
    wanted = dict.fromkeys(figure.table for figure in standard.figures.values())
    return _export(name, standard, exact_tables(edition, wide, wanted))


def records(
    frames: Mapping[str, pl.DataFrame], named: tuple[str, Standard], home: str, keyed: Keyed, edition: str
) -> Export:
    """Records in the standard's fields, from the tables of an analysts' copy. home: the country of places at home;
    keyed: makes the ids of entities; edition: where they are from."""
    name, standard = named
    files, unknown = records_of(standard, frames, home)
    empty = pl.concat([unmapped_of(standard, {}, ()), empty_fields(standard), unknown])
    lines = {standard.entities: entities_of(standard, frames, home, keyed, edition)} if standard.entities else {}
    return Export(name, standard, files, empty, lines)


def _export(name: str, standard: Standard, tables: Sequence[Protected]) -> Export:
    known = {table.name: table for table in tables}
    figures = {
        file: figure_of(standard, figure, known[figure.table])
        for file, figure in standard.figures.items()
        if figure.table in known
    }
    left_out = [file for file in standard.figures if file not in figures]
    return Export(name, standard, figures, unmapped_of(standard, known, left_out))


def for_others(
    root: Path, edition: store.Edition, policy: Policy, named: tuple[str, Standard], dirs: Sequence[Path]
) -> tuple[releases.Draft, Export]:
    """The figures of public tables, as a release of these tables: sums of published counts tell nothing more.

    Raises RecordkitError when no figure is of a public table.
    """
    name, standard = named
    wanted = list(dict.fromkeys(one.table for one in standard.figures.values() if one.table in policy.tables))
    if not wanted:
        why = standard.house_only.en if standard.house_only else ""
        raise RecordkitError(details.text("export_is_for_house", name=name), why)
    made = releases.draft(root, edition, policy, wanted, dirs)
    export = _export(name, standard, made.tables)
    files = made.files
    return replace(made, files=lambda day: {**files(day), **export.files}), export


def of_microdata(
    root: Path, edition: store.Edition, policy: Policy, named: tuple[str, Standard], dirs: Sequence[Path]
) -> tuple[releases.Draft, Export]:
    """Released microdata with its people in the standard's fields beside them: they say nothing more."""
    name, standard = named
    made = releases.draft_microdata(root, edition, policy, standard.microdata, dirs)
    empty = pl.concat([unmapped_of(standard, {}, ()), empty_fields(standard)])
    export = Export(name, standard, {"victims": released_of(standard, made.rows)}, empty)
    files = made.files
    return replace(made, files=lambda day: {**files(day), **export.files}), export


def write(to: Path, edition: store.Edition, export: Export, key: str = "") -> dict[str, Any]:
    """Write an export for the house into a new folder, all or nothing; returns its manifest. key: of pseudonyms."""
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise RecordkitError(details.text("release_there", path=to), details.text("new_folder"))
    workspace.refuse_store(to)
    columns = ["period", "agency", "districts_reporting", "districts_expected"]
    coverage = edition.scan("counts").select(columns).unique().sort(columns).collect()
    files = {**export.files, "coverage.csv": coverage.write_csv().encode()}
    standard = export.standard
    manifest = {
        "format": FORMAT, "standing": RESTRICTED if key else HOUSE, "key": key or None, "standard": export.name,
        "title": standard.title.model_dump(),
        "version": standard.version, "url": standard.url, "coverage": standard.coverage.model_dump(),
        "edition": edition.id, "manifest_sha256": edition.manifest.sha256, "recordkit": __version__,
        "files": {name: disk.sha256_bytes(data) for name, data in sorted(files.items())},
    }  # fmt: skip
    with (
        disk.private_umask(),
        writes_result(to),
        workspace.sibling_workspace(disk.make_folders(to.absolute().parent)) as place,
    ):
        work = disk.make_folder(place / "export")
        for name, data in files.items():
            disk.write_file(work / name, data)
        disk.write_file(work / MANIFEST, disk.canonical_json(manifest, indent=1))
        disk.seal(work)
        disk.move_folder(work, to.absolute())
    return manifest
