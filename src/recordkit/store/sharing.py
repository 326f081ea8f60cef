"""Files that two editions have in common: the new edition gets one more name of the file that is there.

A name can be taken away, and another file can be put in its place, without a change for the edition that has the
other name. Only a changed byte is changed for both: so what is made again for one edition is given to all that held it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from recordkit.store import disk, layout, reading
from recordkit.store.encryption import Key, Seal
from recordkit.store.errors import StoreError
from recordkit.store.manifest import FileSum
from recordkit.store.stored_edition import StoredEdition


class Earlier:
    """The files of the current edition, for the one that follows; none when there is no edition, or no manifest."""

    def __init__(self, places: layout.Layout) -> None:
        self.damaged = False  # was a file met that should have had these bytes?
        try:
            name = reading.current_id(places.root)
            self._current = StoredEdition.of(places, name) if name else None
        except StoreError:
            self._current = None
        files = self._current.files() if self._current is not None else ()
        self._known = {name: (path, file) for path, name, file in files}

    def share(self, fresh: Path, name: str, file: FileSum, key: Key | None) -> bool:
        """Let the new file `fresh` be the file of the same name and bytes that is there already, if that is sound.

        name, file: as in the list of states and in the manifest. key: what it is encrypted with; the other has to be
        so as well.
        """
        path, was = self._known.get(name, (None, None))
        if self._current is None or path is None or was is None or (was.bytes, was.sha256) != (file.bytes, file.sha256):
            return False
        state = self._current.now(path, name, was)
        self.damaged |= state is None
        return state is not None and state.key == (key.id if key else None) and disk.share(path, fresh)


Whole = Mapping[tuple[str, int, str], tuple[Path, Seal]]  # name, bytes and sum in the manifest -> where, and how


def mend(places: layout.Layout, whole: Whole, besides: str) -> list[str]:
    """Give whole files to all editions but `besides` that hold the same and have them damaged; returns their ids.

    A file that is encrypted in one of the two only stays as it is, and so does one of a damaged list of states.
    """
    mended = []
    for name in reading.editions(places.root):
        try:
            other = StoredEdition.of(places, name)
        except StoreError:
            continue
        for path, part, file in other.files() if name != besides else ():
            source, state = whole.get((part, file.bytes, file.sha256), (None, None))
            if source is None or state is None or other.now(path, part, file) is not None:
                continue
            if (state.key is None) == (part not in other.listed.files):
                with suppress(OSError, StoreError):  # an edition that cannot be mended stops nothing
                    _give(other, source, path, part, state)
                    mended.append(name)
    return sorted(set(mended))


def _give(other: StoredEdition, source: Path, path: Path, name: str, state: Seal) -> None:
    """Put a file of one edition into the place of the damaged one of another."""
    temp = disk.temp_folder(other.home(path))
    try:
        fresh = temp / path.name
        if not disk.second_name(source, fresh):
            disk.write_file(fresh, disk.read_file(source))
        other.put(fresh, path, name, state)
    finally:
        disk.discard(temp)
