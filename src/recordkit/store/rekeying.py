"""A change of keys for the editions that are kept: every closed file is encrypted anew with the first key.

File by file: the new one is written beside, read back and compared; its sum is announced in sealed.json; it takes the
place of the old one; then the old sum goes. At every moment each file is in a state that sealed.json names and opens
with one of the keys, and whoever comes after a kill goes on from what is on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recordkit import details
from recordkit.store import cache, disk, encryption, layout, ledger, parquet, reading
from recordkit.store.encryption import Key, Seal
from recordkit.store.errors import StoreDamaged, StoreError, reads_from, writes_to
from recordkit.store.manifest import FileSum
from recordkit.store.recovery import writing
from recordkit.store.stored_edition import StoredEdition


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
        encryption.ready(one for edition in work for one in _in_use(edition))
        ready: Done = {}
        done = [_rekeyed(one, key, ready) for one in work]
        cache.open_cache(root).prune(only=key.id)
    return done


def _editions(root: Path) -> list[StoredEdition]:
    """Every edition."""
    places = layout.existing(root)
    return [StoredEdition.of(places, name) for name in reading.editions(root)]


def _in_use(edition: StoredEdition) -> set[str | None]:
    return {one.key for _, name, file in edition.closed() for one in edition.listed.may_be(name, file)}


def _pending(edition: StoredEdition, key: Key) -> Rekeyed:
    states = {name: edition.now(path, name, file) for path, name, file in edition.closed()}
    damaged = tuple(name for name, now in states.items() if now is None)
    files = sum(now is not None and now.key != key.id for now in states.values())
    return Rekeyed(edition.id, files, damaged if edition.manifest else (details.text("manifest_or_sealed"),))


Done = dict[tuple[str, str], tuple[Path, Seal]]  # name and sum of a file with the new key -> where it is, and how


def _rekeyed(edition: StoredEdition, key: Key, done: Done) -> Rekeyed:
    """Every file of one edition in turn; what is damaged is left as it is, for `compile` to make again."""
    files, damaged = 0, [] if edition.manifest else [details.text("manifest_or_sealed")]
    for path, name, file in edition.closed():
        try:
            now = _settled(edition, path, name, file)
            if now.key != key.id:
                _replace(edition, path, name, file, now=now, key=key, done=done)
                files += 1
        except StoreDamaged:
            damaged.append(name)
    if files:
        entry = {"what": "rekeyed", "edition": edition.id, "key": key.id, "files": files}
        ledger.append(edition.places.root, "runs", entry)
    return Rekeyed(edition.id, files, tuple(damaged))


def _settled(edition: StoredEdition, path: Path, name: str, file: FileSum) -> Seal:
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


def _replace(edition: StoredEdition, path: Path, name: str, file: FileSum, *, now: Seal, key: Key, done: Done) -> None:
    """One file: written beside, compared, announced, put in its place, and told. One that another edition has as well
    is written once."""
    temp = disk.temp_folder(edition.home(path))
    try:
        fresh = temp / path.name
        state = done.get((name, file.sha256))
        if state is None or not disk.second_name(state[0], fresh):
            plain = parquet.rewrite(path, now.key, fresh, key)
            if plain != file.sha256 and edition.manifest and edition.manifest.code.polars == parquet.ENGINE:
                raise StoreDamaged(details.text("not_what_manifest_sums", path=name, edition=edition.id))
            state = (path, Seal.of(fresh, key.id))
        edition.put(fresh, path, name, state[1])
        done[name, file.sha256] = (path, state[1])
    finally:
        disk.discard(temp)
