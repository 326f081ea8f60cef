"""Reading editions: every file is compared with its manifest before the first row is read from it.

A flipped bit in a Parquet file is read by every engine as wrong data without an error, so the sums are
the only guard. A file is summed once per opened edition.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from recordkit.store import disk, keys, layout
from recordkit.store.errors import (
    StoreDamaged,
    StoreFailed,
    StoreNewer,
    StoreNotFound,
    StoreOlder,
    reads_from,
    unreadable,
)
from recordkit.store.manifest import FORMAT, FileSum, Manifest, Table


@dataclass(frozen=True)
class Edition:
    """One immutable edition."""

    id: str
    path: Path
    quarantine_path: Path
    manifest: Manifest
    verify: bool = True
    _checked: set[Path] = field(default_factory=set, repr=False, compare=False)

    @property
    def tables(self) -> list[str]:
        """Names of the tables."""
        return sorted(self.manifest.tables)

    @property
    def is_older(self) -> bool:
        """Is its format older than this program's? Its tables may lack columns, or hold them in another sense."""
        return self.manifest.format < FORMAT

    def files(self, table: str) -> list[Path]:
        """Paths of a table's files, compared with the manifest."""
        if table not in self.manifest.tables:
            raise StoreNotFound(f"Edition {self.id} has no table {table!r}.", f"It has: {', '.join(self.tables)}.")
        return self._sound(self.path, self.manifest.tables[table])

    def scan(self, table: str) -> pl.LazyFrame:
        """A table as a LazyFrame."""
        return self._scan(self.files(table), self.manifest.tables[table])

    def scan_quarantine(self) -> pl.LazyFrame:
        """The rows that were not accepted, raw, with the rules they broke. Personal data."""
        if self.manifest.quarantine is None:
            raise StoreNotFound(f"Edition {self.id} keeps no quarantine.")
        kept = self.manifest.quarantine
        return self._scan(self._sound(self.quarantine_path, kept, "quarantine/"), kept)

    def _scan(self, paths: list[Path], table: Table) -> pl.LazyFrame:
        """An encrypted table needs its key, from the environment."""
        return pl.scan_parquet(paths, glob=False, decryption=keys.for_reading(table.key))

    def _sound(self, folder: Path, table: Table, prefix: str = "") -> list[Path]:
        wanted = [file for file in table.files if self.verify and folder / file.path not in self._checked]
        for file in on_disk(self.path, self.manifest, table, prefix) if wanted else []:
            _compare(folder / file.path, file, self.id)
            self._checked.add(folder / file.path)
        return [folder / file.path for file in table.files]


def listing(path: Path, manifest: Manifest) -> dict[str, FileSum]:
    """Sums that stand beside a manifest; raises StoreDamaged if they are not this manifest's."""
    try:
        told = json_object(path)
        if told["manifest_sha256"] != manifest.sha256:
            raise ValueError(path.name)
        return {name: FileSum(path=name, **sums) for name, sums in told["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise StoreDamaged(f"{path.name} of edition {manifest.edition_id} is damaged.", _DAMAGED) from None


def on_disk(folder: Path, manifest: Manifest, table: Table, prefix: str = "") -> list[FileSum]:
    """The sums that a table's files must have on the disk; those of an encrypted one are in sealed.json."""
    if table.key is None:
        return table.files
    sealed = listing(folder / "sealed.json", manifest)
    return [file.model_copy(update=_of(sealed, prefix + file.path, manifest)) for file in table.files]


def _of(sealed: dict[str, FileSum], name: str, manifest: Manifest) -> dict[str, int | str]:
    if name not in sealed:
        raise StoreDamaged(f"sealed.json of edition {manifest.edition_id} is damaged.", _DAMAGED)
    return {"bytes": sealed[name].bytes, "sha256": sealed[name].sha256}


def _compare(path: Path, file: FileSum, edition_id: str) -> None:
    try:
        sound = path.lstat().st_size == file.bytes and disk.sha256_file(path) == file.sha256
    except FileNotFoundError:
        raise StoreDamaged(f"{file.path} of edition {edition_id} is missing.", _DAMAGED) from None
    except OSError as error:
        raise unreadable(f"{file.path} of edition {edition_id}", error, _DAMAGED) from None
    if not sound:
        raise StoreDamaged(f"{file.path} of edition {edition_id} is damaged.", _DAMAGED)


_DAMAGED = "`recordkit verify` lists all damage and the inputs that rebuild the edition."


def current_id(root: Path) -> str | None:
    """The id that `current` names; None if nothing has been published yet."""
    with reads_from(root):
        places = layout.existing(root)
    try:
        text = disk.read_file(places.current)
    except FileNotFoundError:
        if any(layout.EDITION_ID.fullmatch(entry.name) for entry in places.editions.iterdir()):
            raise StoreDamaged(f"{places.current} is missing.", _POINTER) from None
        return None
    except OSError as error:
        raise unreadable(str(places.current), error, _POINTER) from None
    name = text.decode("ascii", "replace").removesuffix("\n")
    with reads_from(root):
        named = layout.EDITION_ID.fullmatch(name) and places.edition(name).is_dir()
    if not named:
        raise StoreDamaged(f"{places.current} does not name an edition.", _POINTER)
    return name


_POINTER = (
    "The next `recordkit compile` repairs it from the ledger if the edition is there (is its volume mounted?); "
    "or name an edition with --edition."
)


def open_edition(root: Path, edition_id: str | None = None, *, verify: bool = True) -> Edition:
    """Open the current edition, or the one named by its id or by the unique start of it."""
    with reads_from(root):
        places = layout.existing(root)
    if edition_id is None:
        wanted = current_id(root)
        if wanted is None:
            raise StoreNotFound(f"Nothing has been published in {root} yet.", "Run `recordkit compile` first.")
    else:
        with reads_from(root):
            wanted = _full_id(places, edition_id)
    return load(places.edition(wanted), places, wanted, verify=verify)


def understood(edition: Edition) -> Edition:
    """The edition itself; raises StoreOlder when its tables are not those that this program knows."""
    if edition.is_older:
        made = f"format {edition.manifest.format}, recordkit {edition.manifest.code.version}"
        raise StoreOlder(
            f"Edition {edition.id} was made by an older version ({made}); this one reads format {FORMAT}.",
            "`recordkit compile` makes the edition of today from the same inputs. `verify`, `rollback` and `retain`"
            " take the older one as it is; to look into it, use the version that made it.",
        )
    return edition


def load(folder: Path, places: layout.Layout, edition_id: str, *, verify: bool = True) -> Edition:
    """An edition in `folder`, after its manifest was compared with its id."""
    manifest = Manifest.load(folder / "manifest.json")
    if manifest.edition_id != edition_id:
        raise StoreDamaged(f"The manifest in {folder} belongs to {manifest.edition_id}.", _DAMAGED)
    return Edition(edition_id, folder, places.quarantine / edition_id, manifest, verify)


def json_object(path: Path) -> dict[str, Any]:
    """A JSON file that holds one object; ValueError if it does not."""
    value = json.loads(disk.read_file(path))
    if not isinstance(value, dict):
        raise ValueError(path.name)
    return value


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
        raise StoreNotFound(f"{wanted!r} is the start of several editions.", f"They are: {', '.join(fitting)}.")
    raise StoreNotFound(f"There is no edition {wanted!r}.", f"There are: {', '.join(sorted(names)) or 'none'}.")
