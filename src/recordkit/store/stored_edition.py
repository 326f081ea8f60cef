"""An edition that stays in the store while single files of it get other bytes: another key, or the right ones again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recordkit import details
from recordkit.store import disk, encryption, layout
from recordkit.store.encryption import QUARANTINE, Seal, Sealed
from recordkit.store.errors import StoreDamaged, StoreNewer
from recordkit.store.manifest import FileSum, Manifest


@dataclass(frozen=True)
class StoredEdition:
    """One edition of the store; without a manifest when that, or its list of states, is damaged."""

    id: str
    places: layout.Layout
    manifest: Manifest | None
    listed: Sealed

    @classmethod
    def of(cls, places: layout.Layout, edition_id: str) -> StoredEdition:
        """The edition of this id, with its manifest and list if they are whole."""
        folder = places.edition(edition_id)
        try:
            manifest = Manifest.load(folder / "manifest.json")
            return cls(edition_id, places, manifest, encryption.read(folder, manifest))
        except (StoreDamaged, StoreNewer):
            return cls(edition_id, places, None, Sealed())

    @property
    def folder(self) -> Path:
        """The folder of the edition itself."""
        return self.places.edition(self.id)

    def files(self) -> Iterator[tuple[Path, str, FileSum]]:
        """Path, name in the list and sum in the manifest of every file of a table and of the quarantine."""
        for name, file, _ in encryption.all_files(self.manifest) if self.manifest is not None else ():
            aside = name.startswith(QUARANTINE)
            yield (self.places.quarantine / self.id if aside else self.folder) / file.path, name, file

    def closed(self) -> Iterator[tuple[Path, str, FileSum]]:
        """Those of them that are encrypted when there is a key."""
        plain = encryption.open_to_all(self.manifest) if self.manifest is not None else ()
        yield from (one for one in self.files() if one[1] not in plain)

    def now(self, path: Path, name: str, file: FileSum) -> Seal | None:
        """The state in which a file is; None when it is damaged or missing."""
        assert self.manifest is not None
        try:
            return encryption.state(path, self.folder, self.manifest, name, file)
        except (OSError, StoreDamaged):
            return None

    def tell(self) -> None:
        """Put the list of states in the place of the one before."""
        assert self.manifest is not None
        temp = disk.temp_folder(self.places.editions)
        try:
            disk.write_file(temp / encryption.NAME, self.listed.to_bytes(self.manifest))
            disk.move_file(temp / encryption.NAME, self.folder / encryption.NAME)
        finally:
            disk.discard(temp)

    def put(self, fresh: Path, path: Path, name: str, state: Seal) -> None:
        """Give a finished file the place of one of this edition: announced in the list, put there, and told."""
        if state in (self.listed.files.get(name), Seal(state.bytes, state.sha256, None)):
            disk.move_file(fresh, path)
            return
        self.listed.next[name] = state
        self.tell()
        disk.move_file(fresh, path)
        self.listed.files[name] = self.listed.next.pop(name)
        self.tell()

    def home(self, path: Path) -> Path:
        """The part of the store in which a file lies: what takes its place is written on the same volume."""
        real = path.parent.resolve()
        for home in (self.places.quarantine, self.places.private, self.places.editions):
            if home.is_dir() and real.is_relative_to(home.resolve() / self.id):
                return home
        raise StoreDamaged(details.text("leads_out", path=path), details.text("restore_from_copy"))
