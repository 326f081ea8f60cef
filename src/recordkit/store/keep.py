"""Going back to an earlier edition, and letting go of old ones."""

from __future__ import annotations

from pathlib import Path

from recordkit.store import disk, layout, ledger, reading
from recordkit.store.errors import StoreDamaged, StoreError, writes_to
from recordkit.store.recover import point_to, writing
from recordkit.store.verifying import check_edition


def rollback(root: Path, edition_id: str) -> str:
    """Let `current` name an earlier edition, after every byte of it was checked. Nothing is deleted."""
    wanted = reading.open_edition(root, edition_id).id
    with writing(root), disk.private_umask(), writes_to(root):
        places = layout.existing(root)
        damage = next(check_edition(places, wanted), None)
        if damage is not None:
            raise StoreDamaged(f"{wanted} is damaged ({damage.path}: {damage.what}).", "Roll back to another edition.")
        point_to(places, wanted)
        ledger.append(root, "runs", {"what": "rolled back", "edition": wanted})
    return wanted


def droppable(root: Path, keep: int) -> list[str]:
    """Editions that may go: all but the newest `keep`, the last of each month, the current, the last good."""
    if keep < 1:
        raise StoreError("At least one edition has to be kept.", "Give 1 or more.")
    places = layout.existing(root)
    ordered = reading.editions(root)
    kept = set(ordered[-keep:])
    last_of_month = {name[:7]: name for name in ordered}
    kept |= set(last_of_month.values())
    current = reading.current_id(root)
    if current is not None:
        kept.add(current)
    good = next((name for name in reversed(ordered) if not any(check_edition(places, name))), None)
    if good is not None:
        kept.add(good)
    return [name for name in ordered if name not in kept]


def retain(root: Path, keep: int) -> list[str]:
    """Delete what `droppable` names; the manifests stay in the ledger folder, so the chain stays whole."""
    with writing(root), disk.private_umask(), writes_to(root):
        names = droppable(root, keep)
        for name in names:
            _retire(layout.existing(root), name)
    return names


def _retire(places: layout.Layout, name: str) -> None:
    """Into the ledger first, then out of sight, then away: at every moment the store says what is true."""
    manifest = (places.edition(name) / "manifest.json").read_bytes()
    saved = disk.make_folder(places.ledger / "retired") / f"{name}.json"
    if not saved.exists():
        disk.replace_file(saved, manifest)
    entry = {"what": "retired", "edition": name, "manifest_sha256": disk.sha256_bytes(manifest)}
    ledger.append(places.root, "runs", entry)
    for home in (places.editions, places.private, places.quarantine):
        if (home / name).is_dir():
            gone = disk.temp_folder(home)
            disk.move_folder(home / name, gone / name)
            disk.remove(gone)
