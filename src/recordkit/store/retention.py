"""Going back to an earlier edition, and letting go of old ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from recordkit import details
from recordkit.store import disk, handles, layout, ledger, reading, volumes
from recordkit.store.errors import StoreDamaged, StoreError, StoreNotFound, writes_to
from recordkit.store.manifest import Input
from recordkit.store.recovery import is_whole, point_to, writing
from recordkit.store.verification import check_edition


def rollback(root: Path, edition_id: str) -> str:
    """Let `current` name an earlier edition, after every byte of it was checked. Nothing is deleted."""
    wanted = reading.open_edition(root, edition_id).id
    with writing(root), disk.private_umask(), writes_to(root):
        places = layout.existing(root)
        damage = next(check_edition(places, wanted), None)
        if damage is not None:
            raise StoreDamaged(
                details.text("edition_is_damaged", edition=wanted, path=damage.path, what=damage.what),
                details.text("roll_back_to_another"),
            )
        ledger.append(root, "runs", {"what": "rolling back", "edition": wanted})
        point_to(places, wanted)
        ledger.append(root, "runs", {"what": "rolled back", "edition": wanted})
    return wanted


def withdrawal(root: Path, file: str, why: str, *, back: bool = False) -> Input:
    """Write into the ledger that a file was withdrawn (or, `back`, that it counts again); returns the file.

    `file` is its name or the start of its SHA-256, and must be an input of some edition that was published.
    """
    with writing(root), disk.private_umask(), writes_to(root):
        known = {
            source.sha256: source
            for source in _ever_published(root)
            if source.name == file or (len(file) >= 8 and source.sha256.startswith(file.lower()))
        }
        if not known:
            raise StoreNotFound(
                details.text("made_of_no_such_file", path=root, file=file), details.text("give_name_or_sum")
            )
        if len(known) > 1:
            sums = ", ".join(sorted(sha256[:12] for sha256 in known))
            raise StoreNotFound(
                details.text("name_of_several", file=file), details.text("give_start_of_sum", sums=sums)
            )
        source = next(iter(known.values()))
        ledger.withdraw(root, source.sha256, source.name, why, back=back)
        return source


def _ever_published(root: Path) -> list[Input]:
    """The inputs of every edition: by the ledger, which knows lost and damaged ones, and by the manifests."""
    entries = [entry for entry in ledger.read(root, "runs").entries if entry["what"] == "published"]
    found = [Input(**source) for entry in entries for source in entry["inputs"]]
    for name in reading.editions(root):
        if is_whole(layout.Layout(root), name):
            found += reading.open_edition(root, name).manifest.inputs
    return found


def droppable(root: Path, keep: int) -> list[str]:
    """Editions that may go: all but the newest `keep`, the last of each month, the current, the last good.

    One whose manifest is damaged stays as well: nothing would be left to say what it was. While none is whole, all
    stay: editions share files, and one byte may be damaged in each of them.
    """
    if keep < 1:
        raise StoreError(details.text("keep_at_least_one"), details.text("give_one_or_more"))
    places = layout.existing(root)
    ordered = reading.editions(root)
    staying = set(ordered[-keep:])
    last_of_month = {name[:7]: name for name in ordered}
    staying |= set(last_of_month.values())
    current = reading.current_id(root)
    if current is not None:
        staying.add(current)
    good = next((name for name in reversed(ordered) if not any(check_edition(places, name))), None)
    if good is None:
        return []
    staying.add(good)
    return [name for name in ordered if name not in staying and is_whole(places, name)]


def retain(root: Path, keep: int, tell: Callable[[str], object] = lambda _: None) -> list[str]:
    """Delete what `droppable` names; the manifests stay in the ledger folder, so the chain stays whole.

    Of the quarantine and of what is private only files go that the edition's manifest lists; `tell` hears of the rest.
    """
    with writing(root), disk.private_umask(), writes_to(root):
        names = droppable(root, keep)
        for name in names:
            for left in _retire(layout.existing(root), name):
                tell(left)
    return names


def _retire(places: layout.Layout, name: str) -> list[str]:
    """Into the ledger first, then out of sight, then away: at every moment the store says what is true.

    Returns what was left, in words.
    """
    parts = {home: volumes.parts(places, home, name) for home in (places.private, places.quarantine)}
    manifest = disk.read_file(places.edition(name) / "manifest.json")
    saved = disk.make_folder(places.ledger / "retired") / f"{name}.json"
    if not saved.exists():
        disk.replace_file(saved, manifest)
    entry = {"what": "retired", "edition": name, "manifest_sha256": disk.sha256_bytes(manifest)}
    ledger.append(places.root, "runs", entry)
    known = volumes.own_files(places.edition(name), reading.open_edition(places.root, name).manifest)
    gone = disk.temp_folder(places.editions)
    strange = volumes.give_way(places.edition(name), known, gone)
    disk.remove(gone)
    there = [(home / name, known) for home, known in parts.items() if handles.is_folder(home / name)]
    left = [strange, *(volumes.let_go(folder, known) for folder, known in there)]
    return [words for words in left if words]
