"""Reading editions: every file is compared with its manifest before the first row is read from it.

A flipped bit in a Parquet file is read by every engine as wrong data without an error, so the sums are
the only guard. A file is summed once per opened edition.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from recordkit import details
from recordkit.store import disk, encryption, layout
from recordkit.store.errors import (
    StoreDamaged,
    StoreFailed,
    StoreNewer,
    StoreNotFound,
    StoreOlder,
    broken,
    reads_from,
    unreadable,
)
from recordkit.store.manifest import FORMAT, OLDEST_READ, FileSum, Manifest, Table


@dataclass(frozen=True)
class Edition:
    """One immutable edition."""

    id: str
    path: Path
    quarantine_path: Path
    manifest: Manifest
    verify: bool = True
    _checked: dict[Path, str | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def tables(self) -> list[str]:
        """Names of the tables."""
        return sorted(self.manifest.tables)

    @property
    def is_older(self) -> bool:
        """Is its format too old to be read? Its tables may lack columns, or hold them in another sense."""
        return self.manifest.format < OLDEST_READ

    @property
    def made_with(self) -> set[str | None]:
        """Ids of the keys that its files are encrypted with now; None: a file is not encrypted."""
        found = encryption.read(self.path, self.manifest)
        return {
            one.key for name, file, _ in encryption.all_files(self.manifest) for one in found.may_be(name, file)
        }

    def is_encrypted(self, table: str) -> bool:
        """Is a file of this table encrypted now? After a change of keys that is not what the manifest says."""
        files = self._table(table).files
        return any(
            one.key for file in files for one in encryption.states(self.path, self.manifest, file.path, file)
        )

    def files(self, table: str) -> list[Path]:
        """Paths of a table's files, compared with the manifest."""
        return list(self._sound(self.path, self._table(table)))

    def scan(self, table: str) -> pl.LazyFrame:
        """A table as a LazyFrame. An encrypted one needs its key, from the environment."""
        return _scan(self._sound(self.path, self._table(table)))

    def scan_changed(self, table: str, other: Edition) -> pl.LazyFrame:
        """The rows of a table that stand in files which another edition does not have: all that may differ."""
        known, mine = {(one.path, one.sha256) for one in other._table(table).files}, self._table(table)
        files = [one for one in mine.files if (one.path, one.sha256) not in known]
        if not files:
            return self.scan(table).head(0)
        return _scan(self._sound(self.path, mine.model_copy(update={"files": files})))

    def _part(self, path: str) -> str:
        return details.text("part_of_edition", path=path, edition=self.id)

    def scan_quarantine(self) -> pl.LazyFrame:
        """The rows that were not accepted, raw, with the rules they broke. Personal data."""
        if self.manifest.quarantine is None:
            raise StoreNotFound(details.text("no_quarantine", edition=self.id))
        return _scan(self._sound(self.quarantine_path, self.manifest.quarantine, encryption.QUARANTINE))

    def _table(self, name: str) -> Table:
        if name not in self.manifest.tables:
            raise StoreNotFound(
                details.text("edition_has_no_table", edition=self.id, table=name),
                details.text("it_has", names=", ".join(self.tables)),
            )
        return self.manifest.tables[name]

    def _sound(self, folder: Path, table: Table, prefix: str = "") -> dict[Path, str | None]:
        """Path -> the key that opens it, of every file of a table, after each was compared with its sum."""
        for file in table.files:
            path = folder / file.path
            if path not in self._checked:
                self._checked[path] = self._key_of(path, prefix + file.path, file)
        return {folder / file.path: self._checked[folder / file.path] for file in table.files}

    def _key_of(self, path: Path, name: str, file: FileSum) -> str | None:
        if not self.verify:
            return encryption.states(self.path, self.manifest, name, file)[0].key
        try:
            found = encryption.state(path, self.path, self.manifest, name, file)
        except FileNotFoundError:
            what = details.text("part_is_missing", what=self._part(file.path))
            raise StoreDamaged(what, details.text("verify_lists_damage")) from None
        except OSError as error:
            raise unreadable(self._part(file.path), error, details.text("verify_lists_damage")) from None
        if found is None:
            what = details.text("part_is_damaged", what=self._part(file.path))
            raise StoreDamaged(what, details.text("verify_lists_damage"))
        return found.key


def _scan(files: Mapping[Path, str | None]) -> pl.LazyFrame:
    """Files in their order; while keys are changed, those of one table may need two."""
    parts: list[tuple[str | None, list[Path]]] = []
    for path, key in files.items():
        if not parts or parts[-1][0] != key:
            parts.append((key, []))
        parts[-1][1].append(path)
    scans = [pl.scan_parquet(paths, glob=False, decryption=encryption.for_reading(key)) for key, paths in parts]
    return scans[0] if len(scans) == 1 else pl.concat(scans)


def listing(path: Path, manifest: Manifest) -> dict[str, FileSum]:
    """Sums that stand beside a manifest; raises StoreDamaged if they are not this manifest's."""
    try:
        data = encryption.json_of(path, manifest)
        return {name: FileSum(path=name, **sums) for name, sums in data["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = details.text("part_of_edition", path=path.name, edition=manifest.edition_id)
        raise StoreDamaged(broken(what, error), details.text("verify_lists_damage")) from None




def current_id(root: Path) -> str | None:
    """The id that `current` names; None if nothing has been published yet."""
    with reads_from(root):
        places = layout.existing(root)
    try:
        text = disk.read_file(places.current)
    except FileNotFoundError:
        if any(layout.EDITION_ID.fullmatch(entry.name) for entry in places.editions.iterdir()):
            raise StoreDamaged(details.text("part_is_missing", what=places.current), details.text(_POINTER)) from None
        return None
    except OSError as error:
        raise unreadable(str(places.current), error, details.text(_POINTER)) from None
    name = text.decode("ascii", "replace").removesuffix("\n")
    with reads_from(root):
        named = layout.EDITION_ID.fullmatch(name) and places.edition(name).is_dir()
    if not named:
        raise StoreDamaged(details.text("names_no_edition", path=places.current), details.text(_POINTER))
    return name


_POINTER = "compile_repairs_pointer"  # name of the text that says what to do


def open_edition(root: Path, edition_id: str | None = None, *, verify: bool = True) -> Edition:
    """Open the current edition, or the one named by its id or by the unique start of it."""
    with reads_from(root):
        places = layout.existing(root)
    if edition_id is None:
        wanted = current_id(root)
        if wanted is None:
            raise StoreNotFound(details.text("nothing_published", path=root), details.text("compile_first"))
    else:
        with reads_from(root):
            wanted = _full_id(places, edition_id)
    return load(places.edition(wanted), places, wanted, verify=verify)


def understood(edition: Edition) -> Edition:
    """The edition itself; raises StoreOlder when its tables are not those that this program knows."""
    if edition.is_older:
        made = {"format": edition.manifest.format, "version": edition.manifest.code.version}
        raise StoreOlder(
            details.text("edition_of_older_version", edition=edition.id, **made, known=FORMAT),
            details.text("compile_makes_it_new"),
        )
    return edition


def load(folder: Path, places: layout.Layout, edition_id: str, *, verify: bool = True) -> Edition:
    """An edition in `folder`, after its manifest was compared with its id."""
    manifest = Manifest.load(folder / "manifest.json")
    if manifest.edition_id != edition_id:
        raise StoreDamaged(
            details.text("manifest_of_another", path=folder, edition=manifest.edition_id),
            details.text("verify_lists_damage"),
        )
    return Edition(edition_id, folder, places.quarantine / edition_id, manifest, verify)


def editions(root: Path) -> list[str]:
    """Ids of all editions that are there, oldest first: by their place in the chain, then by id."""
    with reads_from(root):
        places = layout.existing(root)
        found = [entry.name for entry in places.editions.iterdir() if layout.EDITION_ID.fullmatch(entry.name)]

    def place(edition_id: str) -> tuple[int, str]:
        try:
            return Manifest.load(places.edition(edition_id) / "manifest.json").sequence, edition_id
        except (StoreDamaged, StoreFailed):
            return 0, edition_id
        except StoreNewer:  # whatever it follows, it was made last
            return sys.maxsize, edition_id

    return sorted(found, key=place)


def _full_id(places: layout.Layout, wanted: str) -> str:
    if layout.EDITION_ID.fullmatch(wanted) and places.edition(wanted).is_dir():
        return wanted
    names = [entry.name for entry in places.editions.iterdir() if layout.EDITION_ID.fullmatch(entry.name)]
    fitting = sorted(name for name in names if name.startswith(wanted))
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise StoreNotFound(
            details.text("start_of_several", text=wanted), details.text("they_are", names=", ".join(fitting))
        )
    there = ", ".join(sorted(names)) or details.text("none_there")
    raise StoreNotFound(details.text("no_edition", edition=wanted), details.text("there_are", names=there))
