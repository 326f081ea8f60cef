"""Publishing an edition: all or nothing.

Everything is written and flushed in temporary folders beside its final place. Then the folders get their
names, quarantine first and the edition last, and only then `current` is replaced. A process that dies, or
a machine that stops, at any point leaves the old edition current and whole.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from recordkit import details
from recordkit.store import (
    disk,
    encryption,
    files_by_month,
    handles,
    layout,
    ledger,
    lineage,
    lock,
    reading,
    recovery,
    sharing,
    spooling,
    verification,
    volumes,
)
from recordkit.store.errors import StoreDamaged, StoreError, writes_to
from recordkit.store.manifest import (
    Decisions,
    FileSum,
    Input,
    Law,
    Manifest,
    Table,
    check_laws,
    code_version,
    fingerprint,
    newest_period,
    sort_inputs,
)
from recordkit.store.parquet import Frame
from recordkit.store.reading import Edition

Reports = Callable[[Edition], Mapping[str, bytes | Path]]

REPORTS = "reports"


def nothing_new(
    root: Path,
    inputs: Sequence[Input],
    *,
    schemas_sha256: str,
    decisions: Decisions | None = None,
    options: Mapping[str, str] | None = None,
) -> bool:
    """Would a compile of these files give the current edition again? Only sha256, name and received count."""
    if not (root / "editions").is_dir():
        return False
    now = decisions if decisions is not None else ledger.decisions(root)[1]
    wanted = fingerprint(list(inputs), schemas_sha256, now, dict(options or {}), code_version())
    try:
        name = reading.current_id(root)
        if name is None or reading.open_edition(root, name).manifest.fingerprint() != wanted:
            return False
    except StoreDamaged:
        return False
    return verification.is_sound(root, name)


def publish(
    root: Path,
    tables: Mapping[str, Frame],
    *,
    inputs: Sequence[Input],
    schemas_sha256: str,
    quarantine: Frame | None = None,
    laws: Sequence[Law] = (),
    decisions: Decisions | None = None,
    options: Mapping[str, str] | None = None,
    reports: Reports | None = None,
    personal: frozenset[str] = frozenset(),
    described: Mapping[str, pa.Schema] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Edition | None:
    """Publish one new edition and return it, or None if it would be the current one again.

    `tables` are sorted by the caller; the same rows give the same bytes. `reports` is called with the
    finished, not yet published edition and returns files for its `reports/` folder. All tables are encrypted and
    kept apart but layout.PLAIN_TABLES, and these as well when they are in `personal`: tables that name people.
    `described`: schemas whose metadata becomes that of the files of the table (and of `quarantine`) of that name.
    A table with the column files_by_month.MONTH is cut into files by it. A file of the current edition that has the
    same bytes becomes a file of the new one as well.
    `tell` is called with words about what was found in the place of an edition that was damaged, and kept.
    """
    with recovery.writing(root), disk.private_umask(), writes_to(root):
        now = decisions if decisions is not None else ledger.decisions(root)[1]
        if nothing_new(root, inputs, schemas_sha256=schemas_sha256, decisions=now, options=options):
            return None
        work = _Work(layout.Layout(root), (frozenset(tables) - layout.PLAIN_TABLES) | personal)
        try:
            work.write_tables(tables, quarantine, described or {})
            manifest = _manifest(
                work, inputs, schemas_sha256=schemas_sha256, laws=laws, decisions=now, options=dict(options or {})
            )
            work.finish(manifest, reports)
            _install(work, manifest, tell)
        finally:
            work.discard()
        recovery.log_publication(work.places, manifest.edition_id, manifest)
        return reading.open_edition(root, manifest.edition_id)


class _Work:
    """The temporary folders of one publication, one on every volume that gets a part of the edition."""

    def __init__(self, places: layout.Layout, personal: frozenset[str]) -> None:
        self.places = places
        self.personal = personal
        self.made: list[Path] = []
        self.edition = self.temp(places.editions)
        self.quarantine = self.temp(places.quarantine)
        self.private = self.temp(places.private) if handles.is_folder(places.private) else None
        self.key = encryption.find_key(encryption.STORE)
        self.earlier = sharing.Earlier(places)
        self.tables: dict[str, Table] = {}
        self.rows: Table | None = None
        self.seals: dict[str, encryption.Seal] = {}

    def temp(self, home: Path) -> Path:
        """One more temporary folder; it goes with the work."""
        self.made.append(disk.temp_folder(home))
        return self.made[-1]

    def write_tables(
        self, tables: Mapping[str, Frame], quarantine: Frame | None, described: Mapping[str, pa.Schema]
    ) -> None:
        """Write every table, those about people to their own volume if there is one."""
        for name in sorted(tables):
            if not layout.TABLE_NAME.fullmatch(name) or name == REPORTS:
                raise StoreError(details.text("no_name_for_table", name=name))
            private = self.private is not None and name in self.personal
            home = self.private if self.private is not None and private else self.edition
            key = self.key if name in self.personal else None
            self.tables[name] = self._written(home, name, tables[name], key, described.get(name))
        if quarantine is not None:
            notes = described.get("quarantine")
            self.rows = self._written(self.quarantine, "rows", quarantine, self.key, notes)

    def _written(
        self, home: Path, name: str, frame: Frame, key: encryption.Key | None, notes: pa.Schema | None
    ) -> Table:
        """One table, written; of each file that the edition before has as well there is one, with a name in both."""
        spooling_here = functools.partial(spooling.spool, self.places.root)
        table = files_by_month.write(home, name, frame, key, spooling_here, described=notes)
        prefix = encryption.QUARANTINE if home == self.quarantine else ""
        for file in table.files:
            self.earlier.share(home / file.path, prefix + file.path, file, key)
        return table

    def finish(self, manifest: Manifest, reports: Reports | None) -> None:
        """Add links, manifest and reports, and flush it all."""
        if self.private is not None:
            for name in sorted(self.personal & set(self.tables)):
                disk.link(self.edition / name, Path("..", "..", handles.PRIVATE_FOLDER, manifest.edition_id, name))
        disk.write_file(self.edition / "manifest.json", manifest.to_bytes())
        self._write_sealed(manifest)
        if reports is not None:
            self._write_reports(manifest, reports)
        for folder in self.folders():
            disk.seal(folder)

    def _write_sealed(self, manifest: Manifest) -> None:
        """Encryption never gives the same bytes twice, so its sums stand beside the manifest, not in it."""
        data = {
            name: encryption.Seal.of(path, table.key) for name, path, _, table in self._files() if table.key is not None
        }
        if data:
            disk.write_file(self.edition / encryption.NAME, encryption.Sealed(data).to_bytes(manifest))
        self.seals = data

    def _files(self) -> Iterator[tuple[str, Path, FileSum, Table]]:
        """Name in the list of states, path, sum and table of every file that was written."""
        for name, table in self.tables.items():
            home = self.private if self.private is not None and name in self.personal else self.edition
            yield from ((file.path, home / file.path, file, table) for file in table.files)
        rows = self.rows
        if rows is not None:
            yield from ((encryption.QUARANTINE + one.path, self.quarantine / one.path, one, rows) for one in rows.files)

    def whole(self) -> sharing.Whole:
        """The files that were written, for editions that hold the same and have them damaged."""
        return {
            (name, file.bytes, file.sha256): (
                path, self.seals.get(name, encryption.Seal(file.bytes, file.sha256, None))
            )
            for name, path, file, _ in self._files()
        }  # fmt: skip

    def _write_reports(self, manifest: Manifest, reports: Reports) -> None:
        """Reports quote the edition's id, so they have a list of sums of their own."""
        draft = Edition(manifest.edition_id, self._readable(), self.quarantine, manifest, verify=False)
        folder = disk.make_folder(self.edition / REPORTS)
        sums = {}
        for name, content in sorted(reports(draft).items()):
            if Path(name).name != name:
                raise StoreError(details.text("no_name_for_report", name=name))
            data = content if isinstance(content, bytes) else content.read_bytes()
            disk.write_file(folder / name, data)
            sums[f"{REPORTS}/{name}"] = _sums_of(folder / name)
        _write_listing(folder / "sums.json", manifest, sums)

    def _readable(self) -> Path:
        """A folder with all tables: before publication the links to the other volume lead nowhere yet."""
        if self.private is None:
            return self.edition
        view = self.temp(self.places.editions)
        if (self.edition / encryption.NAME).exists():
            disk.write_file(view / encryption.NAME, disk.read_file(self.edition / encryption.NAME))
        for name in self.tables:
            home = self.private if name in self.personal else self.edition
            disk.link(view / name, (home / name).resolve())
        return view

    def folders(self) -> list[Path]:
        """All folders in the order in which they get their names."""
        return [self.quarantine, *([self.private] if self.private else []), self.edition]

    def known(self, home: Path, manifest: Manifest) -> set[str]:
        """The files that belong to the folder of this edition in one of the places."""
        if home == self.places.editions:
            mine = self.places.edition(manifest.edition_id)
            return volumes.own_files(mine, manifest) | set(disk.files_below(self.edition))
        private = [self.tables[name] for name in self.personal & set(self.tables)]
        tables = [self.rows] if home == self.places.quarantine else private
        return {file.path for table in tables if table is not None for file in table.files}

    def discard(self) -> None:
        """Delete what is still temporary; after a publication only empty places are left."""
        with suppress(OSError):  # what cannot be cleared now stays announced, and the next run clears it
            recovery.clear_unfinished(self.places)
            for name in filter(recovery.announced, handles.names_in(self.places.root / disk.TEMP)):
                disk.discard(self.places.root / disk.TEMP / name)
        for folder in self.made:
            disk.discard(folder)
        for home in (self.places.root, self.places.editions):  # on other volumes it tells that the volume is there
            disk.discard_empty(home / disk.TEMP)


def _sums_of(path: Path) -> dict[str, int | str]:
    return {"bytes": path.stat().st_size, "sha256": disk.sha256_file(path)}


def _write_listing(path: Path, manifest: Manifest, sums: dict[str, dict[str, int | str]]) -> None:
    """Sums of files that the manifest cannot hold, tied to that manifest."""
    listing = {"edition": manifest.edition_id, "manifest_sha256": manifest.sha256, "files": sums}
    disk.write_file(path, disk.canonical_json(listing, indent=1))


def _manifest(
    work: _Work,
    inputs: Sequence[Input],
    *,
    schemas_sha256: str,
    laws: Sequence[Law],
    decisions: Decisions,
    options: dict[str, str],
) -> Manifest:
    ordered = sort_inputs(list(inputs))
    draft = Manifest(
        **lineage.root(newest_period(ordered)),
        code=code_version(),
        schemas_sha256=schemas_sha256,
        decisions=decisions,
        options=options,
        inputs=ordered,
        tables=work.tables,
        quarantine=work.rows,
        laws=check_laws(ordered, work.rows.rows if work.rows else None, list(laws)),
    )
    return lineage.placed(work.places, draft)


def _install(work: _Work, manifest: Manifest, tell: Callable[[str], None]) -> None:
    """Give the folders their names and point `current` to the edition: the last step is the only one seen."""
    name, places = manifest.edition_id, work.places
    lock.still_there(places.root)
    there, notes = handles.is_folder(places.edition(name)), list[str]()
    entry = {"what": "publishing", "edition": name, "manifest_sha256": manifest.sha256}
    ledger.append(places.root, "runs", entry)  # so an edition that the ledger does not know has lost its line
    if not there or any(verification.check_edition(places, name)):
        if there or work.earlier.damaged:  # other editions may hold the same files; after a kill it is done again
            mended = sharing.mend(places, work.whole(), name)
            notes += [details.text("edition_mended", edition=one) for one in mended]
        recovery.announce(places, name)
        homes = [places.quarantine, *([places.private] if work.private else []), places.editions]
        for folder, home in zip(work.folders(), homes, strict=True):
            if handles.is_folder(home / name):  # damaged: ours has the same manifest, and its bytes are good
                notes.append(volumes.give_way(home / name, work.known(home, manifest), work.temp(home)))
            disk.move_folder(folder, home / name)
    recovery.point_to(places, name)
    for words in filter(None, notes):
        tell(words)
