"""The list beside a manifest of how encrypted files are on the disk: their sums, and the key that opens each.

Encryption never gives the same bytes twice, and keys are changed: neither shows in the manifest, which sums the files
as they are without encryption. While `recordkit retain --rekey` works, a file may have one of two sums: the one before
(`files`), or the one announced (`next`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recordkit.store import disk
from recordkit.store.errors import StoreDamaged
from recordkit.store.layout import PLAIN_TABLES
from recordkit.store.manifest import FileSum, Manifest, Table

NAME = "sealed.json"
QUARANTINE = "quarantine/"  # stands before the names of files of the quarantine
_RESTORE = "`recordkit verify` lists all damage and the inputs that rebuild the edition."


@dataclass(frozen=True)
class Seal:
    """One state of a file on the disk: its size and sum, and the id of its key (None: not encrypted)."""

    bytes: int
    sha256: str
    key: str | None

    @classmethod
    def of(cls, path: Path, key: str | None) -> Seal:
        """The state of a file now."""
        return cls(path.stat().st_size, disk.sha256_file(path), key)


@dataclass
class Sealed:
    """The states that the encrypted files of one edition may have, by name; empty when none is encrypted."""

    files: dict[str, Seal] = field(default_factory=dict)
    next: dict[str, Seal] = field(default_factory=dict)

    def may_be(self, name: str, file: FileSum) -> list[Seal]:
        """The states that a file may have: as announced, as listed, or as in the manifest if it was never encrypted."""
        now = self.files.get(name, Seal(file.bytes, file.sha256, None))
        return [now, *([self.next[name]] if name in self.next else [])]

    def to_bytes(self, manifest: Manifest) -> bytes:
        """The list, tied to its manifest."""
        told: dict[str, Any] = {
            "edition": manifest.edition_id,
            "manifest_sha256": manifest.sha256,
            "files": {name: {"bytes": one.bytes, "sha256": one.sha256} for name, one in self.files.items()},
            "keys": {name: one.key for name, one in self.files.items()},
        }
        if self.next:
            told["next"] = {name: vars(one) for name, one in self.next.items()}
        return disk.canonical_json({**told, "sum": _sum(told)}, indent=1)


def all_files(manifest: Manifest) -> Iterator[tuple[str, FileSum, Table]]:
    """The name in the list, the sum in the manifest and the table of every file of an edition and its quarantine."""
    for table in manifest.tables.values():
        yield from ((file.path, file, table) for file in table.files)
    if manifest.quarantine is not None:
        yield from ((QUARANTINE + file.path, file, manifest.quarantine) for file in manifest.quarantine.files)


def read(folder: Path, manifest: Manifest) -> Sealed:
    """The list of an edition in `folder`; raises StoreDamaged when it is lost, torn, or another manifest's."""
    path = folder / NAME
    published = {name: table.key for name, _, table in all_files(manifest) if table.key}
    closed = {name for name, _, _ in all_files(manifest)} - open_to_all(manifest)
    if not published and not path.is_symlink() and not path.exists():
        return Sealed()
    try:
        told = json_of(path, manifest)
        if "keys" in told and told.pop("sum") != _sum(told):
            raise ValueError(NAME)
        keys = {**published, **told.get("keys", {})}  # lists of older builds have neither keys nor a sum
        files = {name: _seal({**one, "key": keys[name]}) for name, one in told["files"].items()}
        found = Sealed(files, {name: _seal(one) for name, one in told.get("next", {}).items()})
        if set(published) - set(found.files) or {*found.files, *found.next} - closed:
            raise ValueError(NAME)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise StoreDamaged(f"{NAME} of edition {manifest.edition_id} is damaged.", _RESTORE) from None
    return found


def open_to_all(manifest: Manifest) -> set[str]:
    """Files that were published in plain and stay so: the manifest alone says how they are on the disk."""
    tables = [table for name, table in manifest.tables.items() if name in PLAIN_TABLES and not table.key]
    return {file.path for table in tables for file in table.files}


def states(folder: Path, manifest: Manifest, name: str, file: FileSum) -> list[Seal]:
    """The states that a file of the edition in `folder` may have, the one that is listed first."""
    if name in open_to_all(manifest):
        return Sealed().may_be(name, file)
    return read(folder, manifest).may_be(name, file)


def json_of(path: Path, manifest: Manifest) -> dict[str, Any]:
    """A JSON file that is tied to a manifest; ValueError if it is another one's."""
    told = disk.read_json(path)
    if told["manifest_sha256"] != manifest.sha256:
        raise ValueError(path.name)
    return told


def _sum(told: Mapping[str, Any]) -> str:
    """The list's own sum: nothing else would notice a flipped bit in the id of a key."""
    return disk.sha256_bytes(disk.canonical_json(told))


def _seal(told: Mapping[str, Any]) -> Seal:
    kinds = {"bytes": int, "sha256": str, "key": str}
    if set(told) != set(kinds) or not all(isinstance(told[name], kind) for name, kind in kinds.items()):
        raise ValueError(NAME)
    return Seal(**told)


def state(path: Path, folder: Path, manifest: Manifest, name: str, file: FileSum) -> Seal | None:
    """The state that a file is in, of those that the list of the edition in `folder` names; None: in none of them.

    The list is read again when it changed meanwhile: keys may be changed while somebody reads. OSError when the file
    cannot be read or is missing; StoreDamaged when the list is.
    """
    may: list[Seal] = []
    while True:
        before, may = may, states(folder, manifest, name, file)
        if may == before:
            return None
        size = path.lstat().st_size
        sha256 = disk.sha256_file(path) if size in {one.bytes for one in may} else ""
        found = next((one for one in may if (one.bytes, one.sha256) == (size, sha256)), None)
        if found is not None:
            return found
