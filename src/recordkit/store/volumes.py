"""Whose a linked `quarantine` or `private` is, and which files in it are parts of editions: nothing else is deleted.

A folder to which one of the two links leads, or a volume that is mounted in their place, holds a marker with the place
of its store and the sum of the first line of its ledger. A copy of the store whose links lead to the same folder is at
another place, and a store made anew at the same place has another ledger: neither can write or delete there.
"""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path

from recordkit import details
from recordkit.store import disk, encryption, handles, layout, reading
from recordkit.store.errors import StoreError
from recordkit.store.layout import Layout
from recordkit.store.manifest import Manifest

MARKER = ".recordkit-volume"
STRANGE = "strange-"  # begins the names of folders for files that are not ours
_OF_VOLUMES = ("lost+found", ".snapshot", ".snapshots")  # what a filesystem has at its top
_PART = re.compile(r"[a-z][a-z0-9_]*/part-([0-9]{4}-[0-9]{2}-)?[0-9]+\.parquet")


def linked(places: Layout) -> list[Path]:
    """`quarantine` and `private`, as far as they are links that lead to a folder, or mounted volumes."""
    homes = (places.quarantine, places.private)
    return [home for home in homes if home.is_dir() and (home.is_symlink() or os.path.ismount(home))]


def why_foreign(places: Layout, home: Path) -> str | None:
    """Why what a link leads to is not this store's; None when its marker names this store, or there is none yet."""
    above = store_above(home.resolve())
    if above is not None and (home.is_symlink() or above != places.root.resolve()):
        return details.text("leads_into_store", path=above)
    if not (home / MARKER).exists() and not (home / MARKER).is_symlink():
        return None
    try:
        marker = disk.read_json(home / MARKER)
        owner, begun = marker["store"], marker.get("begun")
    except (OSError, ValueError, KeyError):
        return details.text("leads_to_unread", marker=MARKER)
    if owner != _name(places):
        return details.text("leads_to_folder_of", store=owner)
    same = begun is None or begun == _begun(places)
    return None if same else details.text("leads_to_former", store=owner)


def store_above(folder: Path) -> Path | None:
    """The store that a folder, with its links resolved, is or lies in; None outside of all stores."""
    for one in (folder, *folder.parents):
        if (one / "ledger" / "runs.jsonl").exists() or ((one / "ledger").is_dir() and (one / "editions").is_dir()):
            return one
    return None


def volume_above(folder: Path) -> Path | None:
    """The folder to which a link of a store leads that a folder, with its links resolved, is or lies in."""
    return next((one for one in (folder, *folder.parents) if os.path.lexists(one / MARKER)), None)


def refuse_foreign(places: Layout) -> None:
    """Raises StoreError, before anything is changed, for a link to what is another's or may be."""
    for home in linked(places):
        why = why_foreign(places, home)
        if why is None and not (home / MARKER).exists() and not _is_ours(places, home):
            why = details.text("leads_to_other_things")
        if why is not None:
            raise StoreError(details.text("link_is_foreign", path=home, why=why), details.text("rebind", marker=MARKER))


def claim(places: Layout) -> None:
    """Write the marker where there is none, or one of before the ledger's first line; only while holding the lock."""
    marker = {"store": _name(places)} | ({"begun": begun} if (begun := _begun(places)) else {})
    for home in linked(places):
        if not (home / MARKER).exists() or disk.read_json(home / MARKER) != marker:
            disk.replace_file(home / MARKER, disk.canonical_json(marker))


def parts(places: Layout, home: Path, edition_id: str) -> set[str] | None:
    """The files that an edition has in `home` (quarantine or private), relative to its folder there, by its manifest,
    also of one that was let go. None when no manifest tells."""
    folder, manifest = places.edition(edition_id), _manifest(places, edition_id)
    if manifest is None:
        return None
    if home == places.quarantine:
        tables = [manifest.quarantine] if manifest.quarantine is not None else []
    else:
        there = folder.is_dir()
        tables = [
            table
            for name, table in manifest.tables.items()
            if (disk.is_twin(folder / name) if there else name not in layout.PLAIN_TABLES)
        ]
    return {file.path for table in tables for file in table.files}


def own_files(folder: Path, manifest: Manifest) -> set[str]:
    """What belongs in the folder of an edition itself; of its reports, those that their list tells."""
    files = {file.path for table in manifest.tables.values() for file in table.files}
    reports = folder / "reports" / "sums.json"
    try:
        names = {"reports/sums.json", *reading.listing(reports, manifest)} if reports.exists() else set()
    except StoreError:
        names = {"reports/sums.json"}
    return {"manifest.json", encryption.NAME, *files, *names}


def strangers(folder: Path, known: set[str] | None) -> list[str]:
    """Files below an edition's folder that are not among its parts; of an edition without a manifest, by their form."""
    there = disk.files_below(folder)
    return [name for name in there if not (_PART.fullmatch(name) if known is None else name in known)]


def let_go(folder: Path, known: set[str] | None) -> str:
    """Delete an edition's parts; what else lies there stays, and is told in the words returned."""
    staying = strangers(folder, known)
    if not staying:
        gone = disk.temp_folder(folder.parent)  # out of sight in one step
        disk.move_folder(folder, gone / folder.name)
        disk.remove(gone)
        return ""
    disk.remove_files(folder, set(disk.files_below(folder)) - set(staying))
    return details.text("keeps_unlisted", path=f"{folder.parent.name}/{folder.name}", count=len(staying))


def give_way(folder: Path, known: set[str], temp: Path) -> str:
    """Free the name of an edition's damaged folder for the one that was made again, in one step.

    It goes to `temp`, which is deleted later; with files that are none of the edition's it stays, under a name of
    its own, with these files alone. The words returned say what stays.
    """
    # What is behind links stays there.
    links = {name for name in handles.names_in(folder) if disk.is_twin(folder / name)}
    staying = [name for name in strangers(folder, known | links) if name.partition("/")[0] not in links]
    if not staying:
        disk.move_folder(folder, temp / folder.name)
        return ""
    place = free_name(folder)
    disk.move_folder(folder, place)
    disk.remove_files(place, set(disk.files_below(place)) - set(staying))
    return _kept(place, len(staying))


def free_name(path: Path) -> Path:
    """A name beside `path`, which nothing has yet, for what lies under it and is not ours."""
    names = (f"{STRANGE}{path.name}-{at}" for at in itertools.count(1))
    return next(place for name in names if not os.path.lexists(place := path.with_name(name)))


def _kept(place: Path, files: int) -> str:
    shown = Path(*place.parts[-2:])
    return details.text("strangers_kept", count=files, path=shown)


def _is_ours(places: Layout, home: Path) -> bool:
    """Is all that lies in a folder without a marker what this store has put there?"""
    for name in handles.names_in(home):
        if name == disk.TEMP or name in _OF_VOLUMES or name.startswith(STRANGE):
            continue
        if not layout.EDITION_ID.fullmatch(name) or not handles.is_folder(home / name):
            return False
        known = parts(places, home, name)
        if known is None and not _is_known(places, name):
            return False
        if strangers(home / name, known):
            return False
    return True


def _is_known(places: Layout, edition_id: str) -> bool:
    """Is there something of an edition whose manifest cannot be read: its folder, or the word that it was coming?"""
    return places.edition(edition_id).is_dir() or (places.root / disk.TEMP / f"installing-{edition_id}").exists()


def _manifest(places: Layout, edition_id: str) -> Manifest | None:
    for path in (places.edition(edition_id) / "manifest.json", places.ledger / "retired" / f"{edition_id}.json"):
        try:
            return Manifest.load(path)
        except (StoreError, OSError):
            continue
    return None


def _begun(places: Layout) -> str | None:
    """What tells this store from every other one: the sum of the first line of its ledger, once there is one."""
    try:
        with disk.plain_file(places.ledger / "runs.jsonl") as file:
            first = file.readline()
    except OSError:
        return None
    return disk.sha256_bytes(first) if first.endswith(b"\n") else None


def _name(places: Layout) -> str:
    return str(places.root.resolve())
