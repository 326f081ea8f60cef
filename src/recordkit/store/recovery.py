"""What the next run does under the lock after one that died: clear its leftovers, mend the pointer."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from recordkit import details
from recordkit.store import disk, handles, layout, ledger, reading, volumes
from recordkit.store.errors import StoreDamaged, StoreNewer, writes_to
from recordkit.store.lock import hold, is_held
from recordkit.store.manifest import Manifest


@contextmanager
def writing(root: Path, wait: float = 0.0) -> Iterator[list[str]]:
    """Hold the store for writing, clean; yields what had to be repaired. May be nested."""
    nested = is_held(root)
    with hold(root, wait) as places:
        with writes_to(root):
            done = [] if nested else recover(places)
        yield done


def recover(places: layout.Layout) -> list[str]:
    """Bring a store to a clean state; what was done, in words. Call it only while holding the lock."""
    done = clear_unfinished(places)
    done += clear_temporary(places)
    done += repair_pointer(places)
    books = {book: ledger.read(places.root, book) for book in ledger.BOOKS}
    _refuse_older_ledger(places, books)
    done += repair_older_pointer(places, books["runs"])
    done += clear_retired(places, books["runs"])
    done += _log_silent_publication(places, books["runs"])
    return done


def _refuse_older_ledger(places: layout.Layout, books: Mapping[str, ledger.Book]) -> None:
    """What a ledger no longer knows would be lost for good by going on: decisions, and who published what."""
    tails = {book: ledger.lost_tail(places.root, book, state) for book, state in books.items()}
    missing = [
        details.text("of_book", book=book, what=lost)
        for book, lost in (*tails.items(), *ledger.missing_entries(books).items())
        if lost
    ]
    try:
        now = reading.current_id(places.root)
        edition = reading.open_edition(places.root, now) if now else None
    except StoreDamaged:
        edition = None
    if edition is not None:
        known = {entry.get("edition") for entry in books["runs"].entries}
        missing += [] if edition.id in known else [details.text("runs_do_not_know", edition=edition.id)]
        quoted = edition.manifest.decisions
        if not ledger.holds(books["decisions"], quoted):
            missing.append(details.text("decisions_lacking", edition=edition.id))
    if missing:
        raise StoreDamaged(
            details.text("ledger_is_older", what=missing[0]),
            details.text("restore_newer_ledger"),
        )


def clear_temporary(places: layout.Layout) -> list[str]:
    """Delete the unfinished folders of killed runs, by the names that we give them; what else lies there is told."""
    done = []
    homes = (places.root, places.editions, places.quarantine, places.private, places.cache, places.ledger)
    for temp in (home / disk.TEMP for home in homes):
        for name in handles.names_in(temp):
            if disk.is_temp(name) or announced(name):
                disk.remove(temp / name)
                done.append(details.text("removed_unfinished"))
            else:
                place = temp.relative_to(places.root)
                done.append(details.text("all_but_other_names", path=place))
    return done


def announce(places: layout.Layout, edition_id: str) -> Path:
    """Say on the disk that folders of this edition are about to get their names."""
    marker = disk.make_folder(places.root / disk.TEMP) / f"{_INSTALLING}{edition_id}"
    disk.discard(marker)
    disk.write_file(marker, b"")
    disk.flush(marker.parent)
    return marker


def announced(name: str) -> str | None:
    """The edition that a marker of this name announces; None for any other name."""
    edition_id = name.removeprefix(_INSTALLING)
    return edition_id if edition_id != name and layout.EDITION_ID.fullmatch(edition_id) else None


def clear_unfinished(places: layout.Layout) -> list[str]:
    """Delete the quarantine and person tables of an announced edition that never came to be.

    Only of an announced one: a folder without an edition may also mean that the editions are on a volume
    that is not mounted.
    """
    done = []
    for name in filter(None, map(announced, handles.names_in(places.root / disk.TEMP))):
        for home in (places.quarantine, places.private):
            if not handles.is_folder(places.edition(name)) and handles.is_folder(home / name):
                left = volumes.let_go(home / name, None)
                done.append(left or details.text("removed_never_finished", path=f"{home.name}/{name}"))
    return done


def clear_retired(places: layout.Layout, runs: ledger.Book) -> list[str]:
    """Delete what a `retain` that was killed has left of editions that are gone: rows of people."""
    done = []
    for name in sorted({str(entry["edition"]) for entry in runs.entries if entry["what"] == "retired"}):
        for home in (places.quarantine, places.private):
            if not handles.is_folder(places.edition(name)) and handles.is_folder(home / name):
                left = volumes.let_go(home / name, volumes.parts(places, home, name))
                done.append(left or details.text("removed_let_go", path=f"{home.name}/{name}"))
    return done


_INSTALLING = "installing-"


def repair_pointer(places: layout.Layout) -> list[str]:
    """Point a damaged `current` to the last edition that the ledger knows, else to the newest whole.

    Where nothing was ever published, what stands in its place goes: else no compile would ever end. Raises StoreDamaged
    when editions were published and none is there: to begin anew would lose ids and rows.
    """
    try:
        named = reading.current_id(places.root) is not None
    except StoreDamaged:
        named = False
    if named:
        return []
    wanted = _last_known(places)
    if wanted is not None:
        return _point_again(places, wanted, details.text("current_was_damaged"))
    if ledger.pointed(ledger.read(places.root, "runs").entries) or layout.EDITION_ID.fullmatch(_pointer_text(places)):
        raise StoreDamaged(
            details.text("no_edition_is_whole", path=places.root),
            details.text("restore_editions"),
        )
    if not os.path.lexists(places.current):
        return []
    _free_pointer(places)
    disk.discard(places.current)
    return [details.text("current_named_nothing")]


def _pointer_text(places: layout.Layout) -> str:
    try:
        return disk.read_file(places.current).decode("ascii", "replace").strip()
    except OSError:
        return ""


def repair_older_pointer(places: layout.Layout, runs: ledger.Book) -> list[str]:
    """Point `current` to the edition that the ledger calls current, if it names one of before: an older copy."""
    try:
        now = reading.current_id(places.root)
    except StoreDamaged:
        return []
    wanted = ledger.pointed(runs.entries)
    if now is None or not wanted or now in wanted or not is_whole(places, wanted[0]):
        return []
    return _point_again(places, wanted[0], details.text("current_was_older", edition=now))


def _point_again(places: layout.Layout, wanted: str, why: str) -> list[str]:
    point_to(places, wanted)
    ledger.append(places.root, "runs", {"what": "pointer mended", "edition": wanted})
    return [details.text("names_again", why=why, edition=wanted)]


def point_to(places: layout.Layout, edition_id: str) -> None:
    """Let `current` name an edition, in one step; a folder of that name is no pointer and gives way first."""
    _free_pointer(places)
    disk.replace_file(places.current, edition_id.encode() + b"\n")


def _free_pointer(places: layout.Layout) -> None:
    if places.current.is_dir() and not places.current.is_symlink():
        disk.move_folder(places.current, volumes.free_name(places.current))


def _last_known(places: layout.Layout) -> str | None:
    """The edition that was current: by the ledger, else the whole edition furthest along the chain."""
    for entry in reversed(ledger.read(places.root, "runs").entries):
        if entry["what"] in ("published", "rolled back") and is_whole(places, str(entry["edition"])):
            return str(entry["edition"])
    whole = [name for name in reading.editions(places.root) if is_whole(places, name)]
    return whole[-1] if whole else None


def is_whole(places: layout.Layout, edition_id: str) -> bool:
    """Is the edition's manifest there, unchanged, and of a format that is known?"""
    try:
        return Manifest.load(places.edition(edition_id) / "manifest.json").edition_id == edition_id
    except (StoreDamaged, StoreNewer):
        return False


def _log_silent_publication(places: layout.Layout, runs: ledger.Book) -> list[str]:
    """A run that died between the pointer and the ledger published all the same: write it down."""
    try:
        now = reading.current_id(places.root)
    except StoreDamaged:
        return []
    known = {entry.get("edition") for entry in runs.entries if entry["what"] != "publishing"}
    if now is None or now in known:
        return []
    edition = reading.open_edition(places.root, now)
    log_publication(places, now, edition.manifest, late=True)
    return [details.text("wrote_publication", edition=now)]


def log_publication(places: layout.Layout, edition_id: str, manifest: Manifest, *, late: bool = False) -> None:
    """The ledger's line about a new edition: ids, sums and counts only."""
    entry = {
        "what": "published",
        "edition": edition_id,
        "manifest_sha256": manifest.sha256,
        "follows": manifest.previous.id if manifest.previous else None,
        "decisions": manifest.decisions.model_dump(),  # these and the options: a damaged manifest cannot tell them
        "options": manifest.options,
        "inputs": [source.model_dump(include={"sha256", "name", "received"}) for source in manifest.inputs],
        "rows": {name: table.rows for name, table in sorted(manifest.tables.items())},
    }
    ledger.append(places.root, "runs", {**entry, "late": True} if late else entry)
