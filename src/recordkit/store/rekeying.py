"""A change of keys for the editions that are kept: every closed file is encrypted anew with the first key.

File by file: the new one is written beside, read back and compared; its sum is announced in sealed.json; it takes the
place of the old one; then the old sum goes. At every moment each file is in a state that sealed.json names and opens
with one of the keys, and whoever comes after a kill goes on from what is on the disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recordkit import details
from recordkit.store import cache, disk, encryption, layout, ledger, parquet, reading
from recordkit.store.encryption import Key, Seal, Sealed
from recordkit.store.errors import StoreDamaged, StoreError, StoreNewer, reads_from, writes_to
from recordkit.store.manifest import FileSum, Manifest
from recordkit.store.recovery import writing


@dataclass(frozen=True)
class Rekeyed:
    """What became of one edition: how many files got the key (or would), and which are damaged and were left."""

    edition: str
    files: int
    damaged: tuple[str, ...] = ()


def rekey(root: Path, *, dry_run: bool = False) -> list[Rekeyed]:
    """Encrypt with the first key all that is closed in every edition and was not encrypted with it.

    Files that were published in plain before there was a key are encrypted as well. The cache forgets what was made
    with other keys. Raises StoreError when a key is missing, before anything is changed. dry_run: only counts.
    """
    key = encryption.find_key(encryption.STORE)
    if key is None:
        raise StoreError(
            details.text("no_key_to_encrypt"), details.text("set_both_keys", variable=f"{encryption.STORE}_FILE")
        )
    if dry_run:
        with reads_from(root):
            return [_pending(one, key) for one in _editions(root)]
    with writing(root), disk.private_umask(), writes_to(root):
        work = _editions(root)
        encryption.ready(one for edition in work for one in edition.in_use())
        done = [_rekeyed(one, key) for one in work]
        cache.open_cache(root).prune(only=key.id)
    return done


@dataclass(frozen=True)
class _Edition:
    """One edition whose keys are changed; without a manifest when that is damaged."""

    id: str
    places: layout.Layout
    manifest: Manifest | None
    listed: Sealed

    @property
    def folder(self) -> Path:
        return self.places.edition(self.id)

    def closed(self) -> Iterator[tuple[Path, str, FileSum]]:
        """Path, name in the list and sum in the manifest of every file that is encrypted when there is a key."""
        if self.manifest is None:
            return
        plain = encryption.open_to_all(self.manifest)
        for name, file, _ in encryption.all_files(self.manifest):
            quarantined = name.startswith(encryption.QUARANTINE)
            if name not in plain:
                yield (self.places.quarantine / self.id if quarantined else self.folder) / file.path, name, file

    def in_use(self) -> set[str | None]:
        return {one.key for _, name, file in self.closed() for one in self.listed.may_be(name, file)}

    def now(self, path: Path, name: str, file: FileSum) -> Seal | None:
        """The state in which a file is; None when it is damaged or missing."""
        assert self.manifest is not None
        try:
            return encryption.state(path, self.folder, self.manifest, name, file)
        except OSError:
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


def _editions(root: Path) -> list[_Edition]:
    """Every edition, with its manifest and list if they are whole."""
    places = layout.existing(root)
    found = []
    for name in reading.editions(root):
        try:
            manifest = Manifest.load(places.edition(name) / "manifest.json")
            found.append(_Edition(name, places, manifest, encryption.read(places.edition(name), manifest)))
        except (StoreDamaged, StoreNewer):
            found.append(_Edition(name, places, None, Sealed()))
    return found


def _pending(edition: _Edition, key: Key) -> Rekeyed:
    states = {name: edition.now(path, name, file) for path, name, file in edition.closed()}
    damaged = tuple(name for name, now in states.items() if now is None)
    files = sum(now is not None and now.key != key.id for now in states.values())
    return Rekeyed(edition.id, files, damaged if edition.manifest else (details.text("manifest_or_sealed"),))


def _rekeyed(edition: _Edition, key: Key) -> Rekeyed:
    """Every file of one edition in turn; what is damaged is left as it is, for `compile` to make again."""
    files, damaged = 0, [] if edition.manifest else [details.text("manifest_or_sealed")]
    for path, name, file in edition.closed():
        try:
            now = _settled(edition, path, name, file)
            if now.key != key.id:
                _replace(edition, path, name, file, now=now, key=key)
                files += 1
        except StoreDamaged:
            damaged.append(name)
    if files:
        entry = {"what": "rekeyed", "edition": edition.id, "key": key.id, "files": files}
        ledger.append(edition.places.root, "runs", entry)
    return Rekeyed(edition.id, files, tuple(damaged))


def _settled(edition: _Edition, path: Path, name: str, file: FileSum) -> Seal:
    """The state of a file, alone in the list after a kill left it two; raises StoreDamaged when it is in none.

    That it opens is tried, not believed: an older key goes when this is done.
    """
    found = edition.now(path, name, file)
    if found is None:
        raise StoreDamaged(details.text("damaged_or_missing", path=name, edition=edition.id))
    fitting = (
        [found.key]
        if found.key is None
        else [found.key, *(one.id for one in encryption.find_keys(encryption.STORE))]
    )
    opening = next((one for one in fitting if parquet.opens(path, one)), "")
    if opening == "":
        raise StoreDamaged(details.text("opens_with_no_key", path=name, edition=edition.id))
    now = Seal(found.bytes, found.sha256, opening)
    announced = edition.listed.next.pop(name, None)
    if announced is not None or now != found:
        if now.key is not None:
            edition.listed.files[name] = now
        edition.tell()
    return now


def _replace(edition: _Edition, path: Path, name: str, file: FileSum, *, now: Seal, key: Key) -> None:
    """One file: written beside, compared, announced, put in its place, and told."""
    temp = disk.temp_folder(_home(edition, path))
    try:
        fresh = temp / path.name
        plain = parquet.rewrite(path, now.key, fresh, key)
        if plain != file.sha256 and edition.manifest and edition.manifest.code.polars == parquet.ENGINE:
            raise StoreDamaged(details.text("not_what_manifest_sums", path=name, edition=edition.id))
        edition.listed.next[name] = Seal.of(fresh, key.id)
        edition.tell()
        disk.move_file(fresh, path)
        edition.listed.files[name] = edition.listed.next.pop(name)
        edition.tell()
    finally:
        disk.discard(temp)


def _home(edition: _Edition, path: Path) -> Path:
    """The part of the store in which a file lies: what takes its place is written on the same volume."""
    places, real = edition.places, path.parent.resolve()
    for home in (places.quarantine, places.private, places.editions):
        if home.is_dir() and real.is_relative_to(home.resolve() / edition.id):
            return home
    raise StoreDamaged(details.text("leads_out", path=path), details.text("restore_from_copy"))
