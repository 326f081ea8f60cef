"""An edition of another format is told for what it is: whole but older, or newer; never changed, never misread."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from store_frames import case, publish, source

from recordkit import store
from recordkit.store import disk, manifest, reading

ONE = [case("C1", [("a.csv", 2)])]


def remade(root: Path, edition: store.Edition, **changes: object) -> str:
    """The edition as another version would have made it: keys added, or (None) not there; returns its id."""
    told = json.loads((edition.path / "manifest.json").read_bytes())
    for name, value in changes.items():
        if name == "corrected":
            for one in told["inputs"]:
                del one["rows"]["corrected"]
        elif name == "months":
            for table in (*told["tables"].values(), *([told["quarantine"]] if told["quarantine"] else [])):
                for file in table["files"]:
                    del file["month"]
        else:
            told[name] = value
    data = disk.canonical_json(told, indent=1)
    name = f"2026-06-r1-{disk.sha256_bytes(data)[:8]}"
    (edition.path / "manifest.json").write_bytes(data)
    edition.path.rename(edition.path.with_name(name))
    (root / "quarantine" / edition.id).rename(root / "quarantine" / name)
    (root / "current").write_text(name + "\n")
    entry = {"what": "published", "edition": name, "follows": None, "manifest_sha256": disk.sha256_bytes(data)}
    store.ledger.append(root, "runs", {**entry, "inputs": []})
    store.ledger.append(root, "runs", {"what": "retired", **_kept(root, edition.id)})
    return name


def _kept(root: Path, edition_id: str) -> dict[str, str]:
    (root / "ledger" / "retired").mkdir(exist_ok=True, mode=0o700)
    (root / "ledger" / "retired" / f"{edition_id}.json").write_bytes(b"{}")
    return {"edition": edition_id, "manifest_sha256": disk.sha256_bytes(b"{}")}


def test_an_older_edition_is_whole_and_said_to_be_older(tmp_path: Path) -> None:
    name = remade(tmp_path, publish(tmp_path, ONE, [source("a.csv")]), format=1, corrected=None)
    told = store.verify(tmp_path)
    assert told.damage == []
    assert any(name in note and "older version (format 1" in note for note in told.notes)
    with pytest.raises(store.StoreOlder, match=r"made by an older version \(format 1.*this one reads format 3"):
        reading.understood(store.open_edition(tmp_path, name))
    with pytest.raises(store.StoreOlder):
        store.diff(tmp_path)


def test_the_next_edition_follows_an_older_one_and_the_chain_is_whole(tmp_path: Path) -> None:
    name = remade(tmp_path, publish(tmp_path, ONE, [source("a.csv")]), format=1, corrected=None)
    second = publish(tmp_path, ONE, [source("a.csv"), source("b.csv")])
    assert second.manifest.previous is not None
    assert (second.manifest.previous.id, second.manifest.format) == (name, manifest.FORMAT)
    assert store.verify(tmp_path).damage == []
    assert store.rollback(tmp_path, name) == name
    assert store.retain(tmp_path, keep=1) == []


def test_an_edition_of_the_format_before_is_read_as_it_is(tmp_path: Path) -> None:
    """Format 3 changed how tables are cut into files, and no column."""
    name = remade(tmp_path, publish(tmp_path, ONE, [source("a.csv")]), format=2, months=None)
    told = store.verify(tmp_path)
    assert (told.damage, [note for note in told.notes if "older" in note]) == ([], [])
    assert reading.understood(store.open_edition(tmp_path, name)).scan("cases").collect().height == 1
    second = publish(tmp_path, ONE, [source("a.csv"), source("b.csv")])
    assert store.diff(tmp_path).a == name
    assert second.manifest.format == 3


def test_a_key_that_went_missing_from_todays_format_is_a_change(tmp_path: Path) -> None:
    edition = publish(tmp_path, ONE, [source("a.csv")])
    remade(tmp_path, edition, corrected=None)
    assert "was changed" in store.verify(tmp_path).damage[0].what


def test_a_changed_older_edition_is_damage(tmp_path: Path) -> None:
    name = remade(tmp_path, publish(tmp_path, ONE, [source("a.csv")]), format=1, corrected=None)
    path = tmp_path / "editions" / name / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"accepted": 1', b'"accepted": 7'))
    assert not store.verify(tmp_path).sound
    with pytest.raises(store.StoreDamaged):
        store.open_edition(tmp_path)


def test_a_newer_edition_is_refused_in_words_and_the_others_are_still_verified(tmp_path: Path) -> None:
    name = remade(tmp_path, publish(tmp_path, ONE, [source("a.csv")]), format=9, holidays=["Eid"])
    with pytest.raises(store.StoreNewer, match="newer version of recordkit"):
        store.open_edition(tmp_path)
    with pytest.raises(store.StoreNewer, match="newer version of recordkit"):
        publish(tmp_path, ONE, [source("b.csv")])
    told = store.verify(tmp_path)
    assert {(one.edition, "newer format" in one.what) for one in told.damage} == {(name, True)}


def test_a_flipped_bit_in_the_number_is_damage_and_not_a_newer_version(tmp_path: Path) -> None:
    edition = publish(tmp_path, ONE, [source("a.csv")])
    path = edition.path / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"format": 3', b'"format": 7'))
    with pytest.raises(store.StoreDamaged):
        store.open_edition(tmp_path)
