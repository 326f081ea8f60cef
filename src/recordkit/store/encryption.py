"""The list beside a manifest of how encrypted files are on the disk: their sums, and the key that opens each.

Encryption never gives the same bytes twice, and keys are changed: neither shows in the manifest, which sums the files
as they are without encryption. While `recordkit retain --rekey` works, a file may have one of two sums: the one before
(`files`), or the one announced (`next`).
"""

from __future__ import annotations

import hmac
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import details
from recordkit.store import disk
from recordkit.store.errors import StoreDamaged, StoreError, broken
from recordkit.store.layout import PLAIN_TABLES
from recordkit.store.manifest import FileSum, Manifest, Table

NAME = "sealed.json"
QUARANTINE = "quarantine/"  # stands before the names of files of the quarantine


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
        data: dict[str, Any] = {
            "edition": manifest.edition_id,
            "manifest_sha256": manifest.sha256,
            "files": {name: {"bytes": one.bytes, "sha256": one.sha256} for name, one in self.files.items()},
            "keys": {name: one.key for name, one in self.files.items()},
        }
        if self.next:
            data["next"] = {name: vars(one) for name, one in self.next.items()}
        return disk.canonical_json({**data, "sum": _sum(data)}, indent=1)


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
        data = json_of(path, manifest)
        if "keys" in data and data.pop("sum") != _sum(data):
            raise ValueError(NAME)
        keys = {**published, **data.get("keys", {})}  # lists of older builds have neither keys nor a sum
        files = {name: _seal({**one, "key": keys[name]}) for name, one in data["files"].items()}
        found = Sealed(files, {name: _seal(one) for name, one in data.get("next", {}).items()})
        if set(published) - set(found.files) or {*found.files, *found.next} - closed:
            raise ValueError(NAME)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreDamaged(
            broken(details.text("part_of_edition", path=NAME, edition=manifest.edition_id), error),
            details.text("verify_lists_damage"),
        ) from None
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
    data = disk.read_json(path)
    if data["manifest_sha256"] != manifest.sha256:
        raise ValueError(path.name)
    return data


def _sum(data: Mapping[str, Any]) -> str:
    """The list's own sum: nothing else would notice a flipped bit in the id of a key."""
    return disk.sha256_bytes(disk.canonical_json(data))


def _seal(data: Mapping[str, Any]) -> Seal:
    kinds = {"bytes": int, "sha256": str, "key": str}
    if set(data) != set(kinds) or not all(isinstance(data[name], kind) for name, kind in kinds.items()):
        raise ValueError(NAME)
    return Seal(**data)


def state(
    path: Path, folder: Path, manifest: Manifest, name: str, file: FileSum, *, sums: disk.Sums | None = None
) -> Seal | None:
    """The state that a file is in, of those that the list of the edition in `folder` names; None: in none of them.

    The list is read again when it changed meanwhile: keys may be changed while somebody reads. OSError when the file
    cannot be read or is missing; StoreDamaged when the list is. sums: those of files that other editions hold as well.
    """
    may: list[Seal] = []
    while True:
        before, may = may, states(folder, manifest, name, file)
        if may == before:
            return None
        size = path.lstat().st_size
        sha256 = disk.sha256_file(path, sums) if size in {one.bytes for one in may} else ""
        found = next((one for one in may if (one.bytes, one.sha256) == (size, sha256)), None)
        if found is not None:
            return found


# RECORDKIT_STORE_KEY[_FILE] encrypts the person tables; RECORDKIT_PSEUDONYM_KEY[_FILE] makes pseudonyms.
STORE = "RECORDKIT_STORE_KEY"
PSEUDONYM = "RECORDKIT_PSEUDONYM_KEY"
_FORM = re.compile(r"[!-~]{32}")
LARGEST = 4096  # bytes of a key file: more than a hundred keys


@dataclass(frozen=True)
class Key:
    """A secret and its public id; never shows itself."""

    id: str
    secret: bytes = field(repr=False)


def find_key(name: str) -> Key | None:
    """The key to use, of those that the environment names; None if it names none."""
    return next(iter(find_keys(name)), None)


def find_keys(name: str) -> list[Key]:
    """The keys in `<name>_FILE`, or in `<name>` itself, the one to use first; none if neither is set.

    A variable that is set and empty is an error: a lost secret must not switch encryption off in silence.
    """
    path, text = os.environ.get(f"{name}_FILE"), os.environ.get(name)
    for variable, value in ((f"{name}_FILE", path), (name, text)):
        if value is not None and not value.strip():
            raise StoreError(details.text("key_set_and_empty", variable=variable), details.text("give_it_its_value"))
    if path is not None:
        text = _from_file(Path(path))
    return [] if text is None else [parse(line) for line in text.splitlines() if line.strip()] or [parse("")]


def parse(text: str) -> Key:
    """The key written in `text`."""
    if not _FORM.fullmatch(text.strip()):
        raise StoreError(details.text("form_of_key"), details.text("make_key"))
    secret = text.strip().encode()
    return Key(hmac.digest(secret, b"recordkit key id", "sha256").hex()[:8], secret)


def _from_file(path: Path) -> str:
    """What the file holds. It may be a link, as secrets often are, but not a pipe: that would be waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise StoreError(details.text("key_file_not_plain", path=path), details.text("make_key"))
            if stat.S_IMODE(status.st_mode) & 0o077:
                raise StoreError(details.text("key_file_open", path=path), details.text("chmod_600", path=path))
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise StoreError(details.text("key_file_large", path=path), details.text("make_key"))
        return data.decode("ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else details.text("is_not_text")
        raise StoreError(details.text("key_file_unread", path=path, reason=reason), details.text("make_key")) from None


def for_writing(key: Key | None) -> pl.ParquetEncryptionProperties | None:
    """What the Parquet writer takes: a uniform key, which every engine can read."""
    return pl.ParquetEncryptionProperties(footer_key=key.secret) if key else None


def for_reading(key_id: str | None) -> pl.ParquetDecryptionProperties | None:
    """What the Parquet reader takes for files made with the key of this id (None: not encrypted)."""
    return None if key_id is None else pl.ParquetDecryptionProperties(footer_key=_secret(key_id))


def for_arrow(key_id: str | None) -> Any:
    """What pyarrow's reader takes, which shows the metadata of columns; the same as `for_reading` otherwise."""
    from pyarrow.parquet import encryption

    return None if key_id is None else encryption.create_decryption_properties(_secret(key_id))


def _secret(key_id: str) -> bytes:
    """The key of this id; raises StoreError when it is not among those given."""
    known = {key.id: key for key in find_keys(STORE)}
    if not known:
        raise StoreError(
            details.text("encrypted_with", key=key_id), details.text("set_key_file", variable=f"{STORE}_FILE")
        )
    if key_id not in known:
        raise StoreError(
            details.text("encrypted_with_other", key=key_id, given=", ".join(known)),
            details.text("set_key_file_of_both", variable=f"{STORE}_FILE"),
        )
    return known[key_id].secret


def ready(made_with: Iterable[str | None]) -> None:
    """Raise StoreError unless what was made with these keys (ids; None: without) can be read and followed.

    What follows an encrypted edition is never written in plain: a variable that cron does not have would leave
    people's names on the disk, in silence.
    """
    for key_id in sorted({one for one in made_with if one}):
        for_reading(key_id)


def pseudonyms(values: pl.Series, key: Key, kind: str) -> pl.Series:
    """A keyed pseudonym for each value, equal for equal values; null stays null.

    `kind` keeps a CNIC and a phone of the same digits apart. Without the key, trying all CNICs is of no use.
    """
    distinct = values.drop_nulls().unique()
    salt = kind.encode() + b"\0"
    made = [hmac.digest(key.secret, salt + str(value).encode(), "sha256").hex()[:24] for value in distinct]
    table = pl.DataFrame({"value": distinct, "pseudonym": pl.Series(made, dtype=pl.String)})
    joined = values.rename("value").to_frame().join(table, on="value", how="left", maintain_order="left")
    return joined["pseudonym"].rename(values.name)
