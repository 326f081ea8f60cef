"""A linked `private` or `quarantine` belongs to one store: no other one, and no copy, writes or deletes there."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from store_frames import case, source, tables

from recordkit import store
from recordkit.cli import output as out
from recordkit.errors import RecordkitError
from recordkit.store import disk, volumes

PEOPLE = pl.DataFrame({"mention_id": ["M1"], "name": ["Aslam"]})
ASIDE = pl.DataFrame(schema={"raw": pl.String})


def publish(root: Path, *names: str) -> None:
    frames = {**tables([case(f"C{at}", [(name, 2)]) for at, name in enumerate(names)]), "persons": PEOPLE}
    inputs = [source(name) for name in names]
    assert store.publish(root, frames, inputs=inputs, schemas_sha256="s", quarantine=ASIDE) is not None


def content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A store with two editions of a month; what is private is on another volume."""
    root = tmp_path / "live"
    (tmp_path / "volume").mkdir()
    root.mkdir()
    (root / "private").symlink_to(tmp_path / "volume")
    publish(root, "a")
    publish(root, "a", "b")
    return root


def test_a_copy_whose_links_lead_to_the_live_volume_deletes_nothing_there(live: Path, tmp_path: Path) -> None:
    shutil.copytree(live, tmp_path / "copy", symlinks=True)
    before = content(tmp_path / "volume")
    for act in (
        lambda: store.retain(tmp_path / "copy", 1), lambda: publish(tmp_path / "copy", "c"),
        lambda: store.rollback(tmp_path / "copy", store.editions(live)[0]),
        lambda: store.withdrawal(tmp_path / "copy", "a", "why"),
    ):  # fmt: skip
        with pytest.raises(RecordkitError, match=f"belongs to the store {live}") as told:
            act()
        assert told.value.exit_code == 4
        assert volumes.MARKER in told.value.fix
    assert content(tmp_path / "volume") == before
    assert any("belongs to the store" in one.what for one in store.verify(tmp_path / "copy").damage)
    found = store.verify(live)
    assert found.sound
    assert any("outside of the store" in note for note in found.notes)


def test_a_link_into_another_store_or_to_a_folder_of_other_things_is_refused(live: Path, tmp_path: Path) -> None:
    shutil.copytree(live, tmp_path / "other", symlinks=True)
    (tmp_path / "things" / store.editions(live)[0]).mkdir(parents=True)
    for target in (tmp_path / "other" / "editions", tmp_path / "things"):
        (target / store.editions(live)[0] / "canary.txt").write_text("theirs")
        (live / "private").unlink()
        (live / "private").symlink_to(target)
        before = content(target)
        with pytest.raises(RecordkitError, match=r"leads into the store|holds other things"):
            store.retain(live, 1)
        assert content(target) == before


def test_a_store_of_before_adopts_its_volume_and_one_that_was_moved_says_how(live: Path, tmp_path: Path) -> None:
    (tmp_path / "volume" / volumes.MARKER).unlink()
    publish(live, "a", "b", "c")
    assert (tmp_path / "volume" / volumes.MARKER).is_file()
    moved = live.rename(tmp_path / "moved")
    with pytest.raises(RecordkitError, match="belongs to the store"):
        store.retain(moved, 1)
    (tmp_path / "volume" / volumes.MARKER).unlink()
    assert len(store.retain(moved, 1)) == 2
    assert store.verify(moved).sound


def test_only_files_that_the_manifest_lists_are_deleted_and_the_rest_is_told(live: Path, tmp_path: Path) -> None:
    first = store.editions(live)[0]
    (tmp_path / "volume" / first / "persons" / "canary.txt").write_text("theirs")
    told: list[str] = []
    assert store.retain(live, 1, told.append) == [first]
    assert [path.name for path in (tmp_path / "volume" / first).rglob("*") if path.is_file()] == ["canary.txt"]
    assert told == [f"private/{first} keeps 1 files that no manifest of this store lists"]


def test_a_result_is_not_written_into_a_store(live: Path) -> None:
    before = content(live)
    for path in (live / "current", live / "editions" / "new" / "out.csv", live / "ledger" / "runs.jsonl"):
        with pytest.raises(RecordkitError, match="a result cannot be written into a store") as told:
            out.write("x", path)
        assert told.value.exit_code == 2
    assert content(live) == before


def test_a_store_made_anew_at_the_same_place_is_another_one(live: Path, tmp_path: Path) -> None:
    before = content(tmp_path / "volume")
    live.rename(tmp_path / "old")
    live.mkdir()
    (live / "private").symlink_to(tmp_path / "volume")
    (live / "ledger").mkdir()
    (live / "ledger" / "runs.jsonl").write_bytes(b'{"what":"another"}\n')
    with pytest.raises(RecordkitError, match="belongs to another store, which was at") as told:
        publish(live, "a")
    assert volumes.MARKER in told.value.fix
    assert content(tmp_path / "volume") == before
    shutil.rmtree(live)
    (tmp_path / "old").rename(live)
    publish(live, "a", "b", "c")


@pytest.mark.parametrize("marker", [None, "another", "unreadable", "ours"])
def test_another_volume_mounted_in_the_place_of_private_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marker: str | None
) -> None:
    root = tmp_path / "store"
    private = root / "private"
    private.mkdir(parents=True)
    (private / "lost+found").mkdir()
    monkeypatch.setattr("os.path.ismount", lambda path: Path(path) == private)
    publish(root, "a")
    publish(root, "a", "b")
    assert (private / volumes.MARKER).is_file()
    if marker != "ours":
        shutil.move(private, tmp_path / "away")
        private.mkdir()
        (private / ".tmp").mkdir()
        (private / "theirs.txt").write_bytes(b"theirs")
    if marker == "another":
        (private / volumes.MARKER).write_text('{"store": "/elsewhere"}')
    if marker == "unreadable":
        (private / volumes.MARKER).write_text("{")
    before = content(private)
    if marker == "ours":
        assert len(store.retain(root, 1)) == 1
        assert store.verify(root).sound
        return
    for act in (lambda: publish(root, "a", "b", "c"), lambda: store.retain(root, 1)):
        with pytest.raises(RecordkitError, match=r"belongs to|holds other things|cannot be read") as told:
            act()
        assert told.value.exit_code == 4
    assert content(private) == before


def test_the_marker_of_before_is_completed_and_a_link_into_the_own_store_is_refused(live: Path, tmp_path: Path) -> None:
    marker = tmp_path / "volume" / volumes.MARKER
    marker.write_bytes(disk.canonical_json({"store": str(live)}))
    publish(live, "a", "b", "c")
    assert set(disk.read_json(marker)) == {"store", "begun"}
    (live / "private").unlink()
    (live / "private").symlink_to(live / "editions")
    with pytest.raises(RecordkitError, match="leads into the store"):
        store.retain(live, 1)
