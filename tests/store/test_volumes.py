"""Parts of a store on volumes of their own: nothing is written in their place while they are away."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from store_frames import case, source, tables

from recordkit import store
from recordkit.errors import RecordkitError

PEOPLE = pl.DataFrame({"mention_id": ["M1"], "name": ["Aslam"]})
ONE, TWO = source("a.csv"), source("b.csv", "2026-07")


def publish_people(root: Path, *inputs: store.Input) -> store.Edition:
    cases = [case(f"C{at}", [(one.name, 2)]) for at, one in enumerate(inputs)]
    frames = {**tables(cases), "persons": PEOPLE}
    aside = pl.DataFrame(schema={"raw": pl.String})
    made = store.publish(root, frames, inputs=inputs, schemas_sha256="s", quarantine=aside)
    assert made is not None
    return made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store with one edition, its people and its quarantine on other volumes."""
    root = tmp_path / "store"
    for name in ("store", "private", "quarantine"):
        (tmp_path / name).mkdir()
    for name in ("private", "quarantine"):
        (root / name).symlink_to(tmp_path / name)
    publish_people(root, ONE)
    return root


def names(folder: Path) -> set[str]:
    return {path.as_posix() for path in folder.rglob("*") if path.suffix == ".parquet"}


@pytest.mark.parametrize("name", ["private", "quarantine"])
@pytest.mark.parametrize("mounted", ["as a link", "in its place"])
def test_nothing_is_written_in_the_place_of_a_volume_that_is_away(root: Path, name: str, mounted: str) -> None:
    home = root.parent / name
    home.rename(root.parent / "away")
    if mounted == "in its place":  # an empty folder is what is left of a mount
        (root / name).unlink()
        (root / name).mkdir()
    before = names(root)
    for inputs in ([ONE], [ONE, TWO]):
        with pytest.raises(RecordkitError, match=f"{name} leads nowhere, or holds nothing") as told:
            publish_people(root, *inputs)
        assert "Mount its volume" in told.value.fix
    assert names(root) == before
    assert not list((root / name).glob("*"))
    (root / name).rmdir() if mounted == "in its place" else None
    (root.parent / "away").rename(root / name if mounted == "in its place" else home)
    publish_people(root, ONE, TWO)
    assert store.verify(root).sound


def test_a_link_that_leads_nowhere_is_told_before_the_first_edition(tmp_path: Path) -> None:
    root = tmp_path / "store"
    root.mkdir()
    (root / "private").symlink_to(tmp_path / "not mounted")
    with pytest.raises(RecordkitError, match="private leads nowhere"):
        publish_people(root, ONE)
    assert not names(root)


@pytest.mark.parametrize("name", ["private", "quarantine"])
def test_what_was_on_a_lost_volume_is_made_again_when_that_is_asked_for(root: Path, name: str) -> None:
    (root.parent / name).rename(root.parent / "lost")
    (root.parent / name / ".tmp").mkdir(parents=True)
    publish_people(root, ONE)
    assert store.verify(root).sound


def test_an_error_names_the_part_of_the_store_that_belongs_to_somebody_else(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mkdir = os.mkdir

    def refused(name: str, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        if Path(os.readlink(f"/proc/self/fd/{dir_fd}")).parts[-2:] == ("private", ".tmp"):
            raise PermissionError(13, "Permission denied", name)
        mkdir(name, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "mkdir", refused)
    with pytest.raises(RecordkitError, match="could not be written, in private: permission denied"):
        publish_people(root, ONE, TWO)
