"""Files that are not recordkit's: whatever is made again, replaced or let go around them, they stay and are told."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from store_frames import case, source, tables

from recordkit import store
from recordkit.store import disk, volumes

PEOPLE = pl.DataFrame({"mention_id": ["M1"], "name": ["Aslam"]})
ASIDE = pl.DataFrame(schema={"raw": pl.String})


def publish(root: Path, *names: str, told: list[str] | None = None) -> None:
    frames = {**tables([case(f"C{at}", [(name, 2)]) for at, name in enumerate(names)]), "persons": PEOPLE}
    inputs = [source(name) for name in names]
    said = told if told is not None else []
    reports = {"a.html": b"report"}
    store.publish(
        root, frames, inputs=inputs, schemas_sha256="s", quarantine=ASIDE, reports=lambda _: reports, tell=said.append
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store with two editions of a month, and a folder `private`."""
    (tmp_path / "store" / "private").mkdir(parents=True)
    publish(tmp_path / "store", "a")
    publish(tmp_path / "store", "a", "b")
    return tmp_path / "store"


PLACES = [
    "editions/{0}/canary.txt", "editions/{0}/cases/canary.txt", "editions/{0}/reports/canary.txt",
    "editions/{0}/new/canary.txt", "private/{0}/canary.txt", "private/{0}/persons/canary.txt",
    "quarantine/{0}/canary.txt", "quarantine/{0}/rows/canary.txt", "quarantine/{0}/rows/part-00009.parquet",
]  # fmt: skip


def found(root: Path) -> list[Path]:
    """Where the planted files are, outside of folders that are cleared."""
    paths = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink() and ".tmp" not in path.parts]
    return [path for path in paths if path.read_bytes() == b"theirs"]


@pytest.mark.parametrize("place", PLACES)
def test_they_stay_when_a_damaged_edition_is_made_again(root: Path, place: str) -> None:
    now = store.current_id(root)
    assert now is not None
    planted = root / place.format(now)
    planted.parent.mkdir(exist_ok=True)
    planted.write_bytes(b"theirs")
    part = next((root / "editions" / now / "cases").glob("part-*"))
    part.write_bytes(b"damaged")
    told: list[str] = []
    publish(root, "a", "b", told=told)
    (kept,) = {path.resolve() for path in found(root)}
    assert kept.name == planted.name
    (said,) = told
    assert "1 files that are not recordkit's were kept" in said
    assert kept.parts[len(root.parts) + 1] in said
    seen = store.verify(root)
    assert seen.sound, seen.damage
    assert any(kept.parts[len(root.parts) + 1] in note for note in seen.notes)
    again: list[str] = []
    publish(root, "a", "b", "c", told=again)
    assert again == []
    assert found(root)


def test_nothing_is_kept_where_nothing_strange_was(root: Path) -> None:
    now = store.current_id(root)
    next((root / "editions" / str(now) / "cases").glob("part-*")).write_bytes(b"damaged")
    told: list[str] = []
    publish(root, "a", "b", told=told)
    assert told == []
    assert not list(root.rglob("strange-*"))


@pytest.mark.parametrize("place", PLACES)
def test_they_stay_when_an_edition_is_let_go(root: Path, place: str) -> None:
    old = store.editions(root)[0]
    planted = root / place.format(old)
    planted.parent.mkdir(exist_ok=True)
    planted.write_bytes(b"theirs")
    (root / "current").write_text(store.editions(root)[1] + "\n")
    told: list[str] = []
    assert store.retain(root, 1, told.append) == [old]
    assert [path.name for path in found(root)] == [planted.name]
    assert len(told) == 1
    assert not [path for path in root.rglob("persons/part-00000.parquet") if old in str(path)]
    assert store.verify(root).sound


def test_a_folder_in_the_place_of_current_keeps_what_is_in_it(root: Path) -> None:
    (root / "current").unlink()
    (root / "current").mkdir()
    (root / "current" / "canary.txt").write_bytes(b"theirs")
    publish(root, "a", "b", "c")
    publish(root, "a", "b", "c", "d")
    assert [path.parent.name for path in found(root)] == ["strange-current-1"]
    assert any("strange-current-1" in note for note in store.verify(root).notes)


def test_names_for_them_do_not_run_out(tmp_path: Path) -> None:
    for at in (1, 2):
        (tmp_path / f"{volumes.STRANGE}x-{at}").mkdir()
    assert volumes.free_name(tmp_path / "x").name == "strange-x-3"
    assert not disk.is_temp(volumes.free_name(tmp_path / "x").name)
