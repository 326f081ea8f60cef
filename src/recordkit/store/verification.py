"""Every byte of every edition against its manifest, the chain of manifests, the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recordkit import details
from recordkit.store import disk, encryption, layout, ledger, reading, volumes
from recordkit.store.errors import StoreDamaged, StoreError, StoreFailed, StoreNewer, reads_from
from recordkit.store.manifest import FORMAT, OLDEST_READ, Decisions, FileSum, Manifest


@dataclass(frozen=True)
class Damage:
    """One thing that is not as it was written: where, and what."""

    edition: str
    path: str
    what: str


@dataclass
class Verified:
    """What was looked at and what was found."""

    editions: list[str] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    damage: list[Damage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rebuild: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    sums: disk.Sums = field(default_factory=dict, repr=False)  # a file that editions share is read once

    @property
    def sound(self) -> bool:
        """Is all as it was written?"""
        return not self.damage


def verify(root: Path) -> Verified:
    """Read everything in a store; never writes. `rebuild` names the inputs of every damaged edition."""
    with reads_from(root):
        places = layout.existing(root)
    verified = Verified(editions=reading.editions(root))
    for path in layout.links_in_the_way(places):
        verified.damage.append(Damage("", str(path.relative_to(root)), details.text("link_for_folder")))
    _check_volumes(places, verified)
    books = {book: _book(root, book, verified) for book in ledger.BOOKS}
    _check_pointer(root, verified, books["runs"])
    for edition_id in verified.editions:
        found = list(check_edition(places, edition_id, verified))
        verified.damage += found
        if found:
            verified.rebuild[edition_id] = _rebuild(places, edition_id, books["runs"])
    _check_chain(places, verified, books)
    _check_quotes(books, verified)
    _check_retired(places, verified, books["runs"])
    _check_strays(places, verified)
    return verified


def is_sound(root: Path, edition_id: str) -> bool:
    """Is every byte of an edition as it was written?"""
    return not any(check_edition(layout.Layout(root), edition_id))


def check_edition(places: layout.Layout, edition_id: str, verified: Verified | None = None) -> Iterator[Damage]:
    """What is wrong with one edition, its quarantine and its reports."""
    verified = verified or Verified()
    folder, quarantine_folder = places.edition(edition_id), places.quarantine / edition_id
    try:
        manifest = Manifest.load(folder / "manifest.json")
    except (StoreDamaged, StoreFailed) as error:
        yield Damage(edition_id, "manifest.json", error.what)
        return
    except StoreNewer:
        yield Damage(edition_id, "manifest.json", details.text("newer_format", format=FORMAT))
        return
    if manifest.edition_id != edition_id:
        yield Damage(edition_id, "manifest.json", details.text("belongs_to", edition=manifest.edition_id))
        return
    tables, quarantine = list(manifest.tables.values()), manifest.quarantine
    known = {"manifest.json"}
    try:
        encryption.read(folder, manifest)
        known |= {encryption.NAME} if (folder / encryption.NAME).exists() else set()
    except StoreDamaged as error:
        known.add(encryption.NAME)
        yield Damage(edition_id, encryption.NAME, error.what)
    for name, file, _ in encryption.all_files(manifest):
        path = quarantine_folder / file.path if name.startswith(encryption.QUARANTINE) else folder / file.path
        yield from _check_sealed(path, folder, manifest, name=name, file=file, verified=verified)
    known |= {file.path for table in tables for file in table.files}
    reports = _report_sums(folder, manifest)
    if reports is None:
        linked = (folder / "reports" / "sums.json").is_symlink()
        yield Damage(
            edition_id, "reports/sums.json", details.text("link_not_file" if linked else "changed_or_unreadable")
        )
    for file in reports or []:
        yield from _check_file(folder, file, edition_id, verified)
    known |= {"reports/sums.json"} if reports != [] else set()
    known |= {file.path for file in reports or []}
    yield from _extra(folder, known, edition_id)
    quarantined = {file.path for file in quarantine.files} if quarantine else set()
    yield from _extra(quarantine_folder, quarantined, edition_id, "quarantine/")


def _check_sealed(
    path: Path, folder: Path, manifest: Manifest, *, name: str, file: FileSum, verified: Verified
) -> Iterator[Damage]:
    """A file of a table: in a state that sealed.json names, or as in the manifest."""
    verified.files += 1
    try:
        size = path.lstat().st_size
        verified.bytes += size
        if path.is_symlink():
            yield Damage(manifest.edition_id, name, details.text("link_not_file"))
        elif encryption.state(path, folder, manifest, name, file, sums=verified.sums) is None:
            sizes = {one.bytes for one in encryption.states(folder, manifest, name, file)}
            what = (
                details.text("bytes_changed")
                if size in sizes
                else details.text("bytes_instead", size=size, bytes=min(sizes))
            )
            yield Damage(manifest.edition_id, name, what)
    except StoreDamaged:
        return  # the list is damaged, and that is told already
    except FileNotFoundError:
        yield Damage(manifest.edition_id, name, details.text("is_missing"))
    except OSError as error:
        yield Damage(manifest.edition_id, name, details.text("is_unreadable", reason=error.strerror))


def _check_file(folder: Path, file: FileSum, edition_id: str, verified: Verified) -> Iterator[Damage]:
    path = folder / file.path
    verified.files += 1
    try:
        size = path.lstat().st_size
        verified.bytes += size
        if path.is_symlink():
            yield Damage(edition_id, file.path, details.text("link_not_file"))
        elif size != file.bytes:
            yield Damage(edition_id, file.path, details.text("bytes_instead", size=size, bytes=file.bytes))
        elif disk.sha256_file(path) != file.sha256:
            yield Damage(edition_id, file.path, details.text("bytes_changed"))
    except FileNotFoundError:
        yield Damage(edition_id, file.path, details.text("is_missing"))
    except OSError as error:
        yield Damage(edition_id, file.path, details.text("is_unreadable", reason=error.strerror))


def _extra(folder: Path, known: set[str], edition_id: str, prefix: str = "") -> Iterator[Damage]:
    for name in disk.files_below(folder):
        if name not in known:
            yield Damage(edition_id, prefix + name, details.text("does_not_belong"))


def _report_sums(folder: Path, manifest: Manifest) -> list[FileSum] | None:
    """Sums of the reports; empty without reports, None if the list itself is not to be trusted."""
    path = folder / "reports" / "sums.json"
    if not path.exists():
        return []
    try:
        return list(reading.listing(path, manifest).values())
    except StoreDamaged:
        return None


def _book(root: Path, book: str, verified: Verified) -> ledger.Book:
    try:
        read = ledger.read(root, book)
    except StoreError as error:
        verified.damage.append(Damage("", f"ledger/{book}.jsonl", error.what))
        return ledger.Book([], [])
    if missing := ledger.lost_tail(root, book, read):
        verified.damage.append(Damage("", f"ledger/{book}.jsonl", missing))
    if read.sums and ledger.head_of(root, book) is None:
        verified.notes.append(details.text("head_is_torn", book=book))
    if read.torn and not missing:
        verified.notes.append(details.text("ends_torn", book=book, count=read.torn))
    return read


def _check_quotes(books: dict[str, ledger.Book], verified: Verified) -> None:
    """Books quote one another; of one that is damaged already there is nothing more to say."""
    damaged = {damage.path for damage in verified.damage}
    for book, missing in ledger.missing_entries(books).items():
        if f"ledger/{book}.jsonl" not in damaged:
            verified.damage.append(Damage("", f"ledger/{book}.jsonl", missing))


def _check_pointer(root: Path, verified: Verified, runs: ledger.Book) -> None:
    try:
        now = reading.current_id(root)
    except StoreError as error:
        verified.damage.append(Damage("", "current", error.what))
        return
    may, known = ledger.pointed(runs.entries), {entry.get("edition") for entry in runs.entries}
    if may and now in known and now not in may:
        what = details.text("names_older", edition=now, current=may[0])
        verified.damage.append(Damage("", "current", what))


def _check_chain(places: layout.Layout, verified: Verified, books: dict[str, ledger.Book]) -> None:
    """Every edition follows one whose sum it quotes, and the ledger knows all of them."""
    entries = books["runs"].entries
    published = {str(e["edition"]): str(e["manifest_sha256"]) for e in entries if e["what"] == "published"}
    announced = {str(e["edition"]) for e in entries if e["what"] == "publishing"}
    retired = {str(e["edition"]) for e in entries if e["what"] == "retired"}
    sums: dict[str, str] = {}
    for edition_id in verified.editions:
        manifest = _loaded(places.edition(edition_id) / "manifest.json")
        if manifest is None:
            continue
        sums[edition_id] = manifest.sha256
        if manifest.format < OLDEST_READ:
            made = {"format": manifest.format, "version": manifest.code.version}
            verified.notes.append(details.text("was_made_by_older", edition=edition_id, **made))
        _check_link(manifest, sums, retired, verified)
        _check_decisions(edition_id, manifest.decisions, books["decisions"], verified)
        if published.get(edition_id) is None and edition_id in announced:
            verified.notes.append(details.text("not_finished_in_ledger", edition=edition_id))
        elif published.get(edition_id) is None:
            verified.damage.append(Damage("", "ledger/runs.jsonl", details.text("does_not_know", edition=edition_id)))
        elif published[edition_id] != manifest.sha256:
            verified.damage.append(Damage(edition_id, "manifest.json", details.text("differs_from_ledger")))
    for edition_id in sorted(set(published) - retired - set(verified.editions)):
        verified.damage.append(Damage(edition_id, ".", details.text("is_missing")))
        verified.rebuild[edition_id] = _rebuild(places, edition_id, books["runs"])


def _check_retired(places: layout.Layout, verified: Verified, runs: ledger.Book) -> None:
    """The manifests of editions that were let go are what is left of them."""
    for entry in runs.entries:
        if entry["what"] == "retired":
            name = f"retired/{entry['edition']}.json"
            try:
                sound = disk.sha256_file(places.ledger / name) == entry["manifest_sha256"]
            except OSError:
                sound = False
            if not sound:
                verified.damage.append(Damage("", f"ledger/{name}", details.text("missing_or_changed")))


def _check_link(manifest: Manifest, sums: dict[str, str], retired: set[str], verified: Verified) -> None:
    before = manifest.previous
    if before is None or before.id in retired:
        return
    if sums.get(before.id) != before.manifest_sha256:
        what = details.text("does_not_follow", edition=before.id)
        verified.damage.append(Damage(manifest.edition_id, "manifest.json", what))


def _check_decisions(edition_id: str, quoted: Decisions, book: ledger.Book, verified: Verified) -> None:
    """Editions quote the length and the head of the decisions that they were made with."""
    if not ledger.holds(book, quoted):
        what = details.text("lacks_decisions", edition=edition_id)
        verified.damage.append(Damage("", "ledger/decisions.jsonl", what))


def _check_volumes(places: layout.Layout, verified: Verified) -> None:
    """Parts outside of the store are told: who copies the store has to copy them as well."""
    for home in volumes.linked(places):
        why = volumes.why_foreign(places, home)
        if why is not None:
            verified.damage.append(Damage("", home.name, details.text("not_to_this", why=why)))
        verified.notes.append(details.text("lies_outside", name=home.name, path=home.resolve()))


def _check_strays(places: layout.Layout, verified: Verified) -> None:
    """Leftovers and open permissions are notes; unknown things among the editions are damage."""
    strange = [path for home in (places.root, places.editions) for path in sorted(home.glob(f"{volumes.STRANGE}*"))]
    verified.notes += [details.text("holds_strangers", path=path.relative_to(places.root)) for path in strange]
    for entry in sorted(places.editions.iterdir()):
        if entry in strange:
            continue
        if entry.name != ".tmp" and not layout.EDITION_ID.fullmatch(entry.name):
            verified.damage.append(Damage("", f"editions/{entry.name}", details.text("does_not_belong")))
    homes = [home for home in (places.quarantine, places.private) if home.is_dir()]
    for home in homes:
        try:
            names = sorted(entry.name for entry in home.iterdir())
        except OSError as error:
            verified.damage.append(Damage("", home.name, details.text("is_unreadable", reason=error.strerror)))
            continue
        unknown = [name for name in names if name not in (".tmp", volumes.MARKER, *verified.editions)]
        verified.notes += [details.text("has_no_edition", path=f"{home.name}/{name}") for name in unknown]
    verified.notes += [
        details.text("open_to_others", path=path.relative_to(places.root))
        for home in (places.editions, places.ledger, *homes)
        for path in (home, *sorted(home.rglob("*")))
        if not path.is_symlink() and _is_open(path)
    ]


def _is_open(path: Path) -> bool:
    try:
        return not disk.is_private(path)
    except OSError:  # what may not be looked at is not open to others by us
        return False


def _loaded(path: Path) -> Manifest | None:
    try:
        return Manifest.load(path)
    except StoreError:
        return None


def _rebuild(places: layout.Layout, edition_id: str, runs: ledger.Book) -> list[dict[str, Any]]:
    """The inputs of an edition, by its manifest or else by the ledger."""
    manifest = _loaded(places.edition(edition_id) / "manifest.json")
    if manifest is not None and manifest.edition_id == edition_id:
        return [{"sha256": source.sha256, "name": source.name} for source in manifest.inputs]
    for entry in runs.entries:
        if entry["what"] == "published" and entry["edition"] == edition_id:
            return list(entry["inputs"])
    return []
