"""Where everything is in a store, and how a name becomes a path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from recordkit import details
from recordkit.store import disk, handles
from recordkit.store.errors import StoreError, StoreNotFound

EDITION_ID = re.compile(r"(?P<period>[0-9]{4}-[0-9]{2})-r(?P<revision>[1-9][0-9]*)-(?P<hash>[0-9a-f]{8})")
TABLE_NAME = re.compile(r"[a-z][a-z0-9_]*")

# Tables that hold no cell of a sender's file: they stay readable to all. Every other table, of whatever name, is
# encrypted when there is a key, and kept on another volume when the store has a folder (a link or a mount) `private`.
PLAIN_TABLES = frozenset({"counts", "models", "sources"})

_OURS = {"current", "editions", "quarantine", "private", "ledger", "cache", "run.json", "run.prom", "lock", ".tmp"}


@dataclass(frozen=True)
class Layout:
    """The fixed places of one store. Below it no link is followed but `quarantine` and `private`."""

    root: Path

    def __post_init__(self) -> None:
        """Whatever is done below the store from now on is done by handles."""
        handles.guard(self.root, ("quarantine", "private"))

    @property
    def current(self) -> Path:
        """Text file naming the newest edition."""
        return self.root / "current"

    @property
    def editions(self) -> Path:
        """Immutable editions by id."""
        return self.root / "editions"

    @property
    def quarantine(self) -> Path:
        """Quarantined rows by edition id; may be a link or a mount of another volume."""
        return self.root / "quarantine"

    @property
    def private(self) -> Path:
        """Person tables by edition id, when this folder exists; may be a link or a mount."""
        return self.root / "private"

    @property
    def ledger(self) -> Path:
        """Decisions and the run log."""
        return self.root / "ledger"

    @property
    def cache(self) -> Path:
        """Intermediate results; may be deleted at any time."""
        return self.root / "cache"

    @property
    def lock(self) -> Path:
        """The lock file; says who holds or held the store."""
        return self.root / "lock"

    def edition(self, edition_id: str) -> Path:
        """Folder of one edition; the id is checked, so it cannot lead elsewhere."""
        return self.editions / checked_id(edition_id)


def checked_id(edition_id: str) -> str:
    """The id itself if it looks like one."""
    if not EDITION_ID.fullmatch(edition_id):
        raise StoreNotFound(details.text("no_edition_id", id=edition_id), details.text("form_of_edition_id"))
    return edition_id


def create(root: Path) -> Layout:
    """Make the folders of a store that are missing; refuses a folder that holds something else."""
    if root.exists():
        if not root.is_dir():
            raise StoreError(details.text("store_is_file", path=root), details.text("choose_another_folder"))
        foreign = sorted(entry.name for entry in root.iterdir() if entry.name not in _OURS)
        if foreign and not (root / "editions").is_dir():
            raise StoreError(
                details.text("holds_other_things", path=root, name=foreign[0]),
                details.text("choose_empty_folder"),
            )
    layout = Layout(root)
    refuse_links(layout)
    require_volumes(layout)
    disk.make_folders(root)
    for folder in (layout.editions, layout.quarantine, layout.ledger, layout.cache):
        disk.make_folder(folder)
    return layout


def refuse_links(places: Layout) -> None:
    """Raises LinkInTheWay for a link in the place of any folder of the store, before anything is done in it.

    What is done later is done by handles and follows none either; here it is told before a line is written.
    """
    for path in links_in_the_way(places):
        raise handles.LinkInTheWay(path)


def links_in_the_way(places: Layout) -> list[Path]:
    """Links where folders of the store belong. `quarantine` and `private` themselves may be links."""
    homes = (places.editions, places.quarantine, places.private, places.ledger, places.cache)
    fixed = [*homes, places.ledger / "retired", *(home / disk.TEMP for home in (places.root, *homes))]
    ours = [(home, EDITION_ID) for home in (places.editions, places.quarantine, places.private)]
    named = [home / name for home, names in (*ours, (places.cache, _SHELF)) for name in _names(home, names)]
    return [path for path in (*fixed, *named) if _is_in_the_way(path)]


_SHELF = re.compile("[0-9a-f]{2}")  # of the cache


def _names(home: Path, pattern: re.Pattern[str]) -> list[str]:
    try:
        return [name for name in handles.names_in(home) if pattern.fullmatch(name)]
    except OSError:  # a link, which is told under its own name; or not ours to look at, which is told when it is used
        return []


def _is_in_the_way(path: Path) -> bool:
    """Is this very name a link? One of a folder above it is told under its own name."""
    try:
        handles.is_folder(path)
    except handles.LinkInTheWay as error:
        return str(error.filename) == str(path)
    except OSError:
        return False
    return False


def require_volumes(places: Layout) -> None:
    """Raises StoreError while a volume that holds parts of editions is away: they would be written in its place.

    A volume is there when it holds a part of some edition, or the folder `.tmp` that every publication leaves.
    """
    there = places.editions.iterdir() if places.editions.is_dir() else ()
    names = [entry.name for entry in there if EDITION_ID.fullmatch(entry.name)]
    linked = [name for name in names if any(map(disk.is_twin, places.edition(name).glob("*")))]
    for home, parts in ((places.quarantine, names), (places.private, linked)):
        leads_nowhere = home.is_symlink() and not home.exists()
        if leads_nowhere or (parts and not any((home / name).is_dir() for name in (".tmp", *parts))):
            raise StoreError(
                details.text("leads_nowhere", path=home),
                details.text("mount_or_make_folder", folder=f"{home}/.tmp"),
            )


def existing(root: Path) -> Layout:
    """The layout of a store that must be there."""
    if not (root / "editions").is_dir():
        raise StoreNotFound(details.text("no_store", path=root), details.text("compile_makes_one", path=root))
    return Layout(root)
