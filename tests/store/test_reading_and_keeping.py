"""Reading, verifying, rolling back, retiring."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from store_frames import case, publish, source, tables

from recordkit import store
from recordkit.errors import RecordkitError

ONE = [case("C1", [("a.csv", 2)])]


def two_editions(root: Path) -> tuple[store.Edition, store.Edition]:
    first = publish(root, ONE, [source("a.csv")])
    return first, publish(root, ONE, [source("a.csv"), source("b.csv")])


def flip(path: Path, at: int = 40) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 4
    path.write_bytes(data)


def alone(path: Path) -> Path:
    """The file with a name in no other edition."""
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data)
    path.chmod(0o600)
    return path


def test_a_table_with_a_flipped_bit_is_not_read(tmp_path: Path) -> None:
    first, _ = two_editions(tmp_path)
    flip(first.files("cases")[0])
    opened = store.open_edition(tmp_path, first.id)
    assert opened.scan("counts").collect().height == 1
    with pytest.raises(store.StoreDamaged, match="damaged"):
        opened.scan("cases")


def test_a_manifest_with_a_flipped_bit_is_not_believed(tmp_path: Path) -> None:
    first, _ = two_editions(tmp_path)
    text = (first.path / "manifest.json").read_text()
    (first.path / "manifest.json").write_text(text.replace('"accepted": 1', '"accepted": 2'))
    with pytest.raises(store.StoreDamaged):
        store.open_edition(tmp_path, first.id)


def test_a_forged_edition_that_fits_itself_does_not_fit_the_chain(tmp_path: Path) -> None:
    first, second = two_editions(tmp_path)
    other = publish(tmp_path / "other", [case("C9", [("z.csv", 1)])], [source("a.csv")])
    (first.path / "manifest.json").write_bytes((other.path / "manifest.json").read_bytes())
    told = {damage.edition for damage in store.verify(tmp_path).damage}
    assert {first.id, second.id} == told


def test_an_edition_is_found_by_the_unique_start_of_its_id(tmp_path: Path) -> None:
    first, second = two_editions(tmp_path)
    assert store.open_edition(tmp_path, "2026-06-r2").id == second.id
    assert store.open_edition(tmp_path).id == second.id
    with pytest.raises(RecordkitError, match="several"):
        store.open_edition(tmp_path, "2026-06")
    with pytest.raises(RecordkitError, match="no edition"):
        store.open_edition(tmp_path, "../2026-06")
    assert first.id != second.id


def test_verify_names_every_kind_of_damage_and_the_inputs_that_rebuild_it(tmp_path: Path) -> None:
    first, second = two_editions(tmp_path)
    flip(first.path / "cases" / "part-00000.parquet")
    (first.path / "counts" / "part-00000.parquet").unlink()
    (second.path / "cases" / "part-00001.parquet").write_bytes(b"PAR1")
    told = store.verify(tmp_path)
    assert {(d.edition, d.path, d.what) for d in told.damage} == {
        (first.id, "cases/part-00000.parquet", "bytes changed"),
        (second.id, "cases/part-00000.parquet", "bytes changed"),  # the same rows: one file with two names
        (first.id, "counts/part-00000.parquet", "missing"),
        (second.id, "cases/part-00001.parquet", "does not belong here"),
    }
    assert [source["name"] for source in told.rebuild[first.id]] == ["a.csv"]
    assert [source["name"] for source in told.rebuild[second.id]] == ["a.csv", "b.csv"]


def test_verify_of_a_sound_store_counts_every_byte(tmp_path: Path) -> None:
    two_editions(tmp_path)
    told = store.verify(tmp_path)
    assert told.sound
    assert told.bytes == sum(p.stat().st_size for p in (tmp_path / "editions").rglob("*.parquet"))
    assert told.notes == []


def test_a_lost_edition_is_missed(tmp_path: Path) -> None:
    first, _ = two_editions(tmp_path)
    shutil.rmtree(first.path)
    told = store.verify(tmp_path)
    assert (first.id, "missing") in {(d.edition, d.what) for d in told.damage}
    assert [source["name"] for source in told.rebuild[first.id]] == ["a.csv"]


def test_a_damaged_manifest_is_rebuilt_from_the_same_inputs_only(tmp_path: Path) -> None:
    _, second = two_editions(tmp_path)
    whole = (second.path / "manifest.json").read_bytes()
    (second.path / "manifest.json").write_bytes(whole[:100])
    assert [source.name for source in store.current_inputs(tmp_path)] == ["a.csv", "b.csv"]
    with pytest.raises(store.StoreDamaged, match="do not rebuild"):
        publish(tmp_path, ONE, [source("a.csv"), source("c.csv")])
    again = publish(tmp_path, ONE, [source("a.csv"), source("b.csv")])
    assert again.id == second.id
    assert (second.path / "manifest.json").read_bytes() == whole
    assert store.verify(tmp_path).sound


def test_rollback_names_an_earlier_whole_edition_and_deletes_nothing(tmp_path: Path) -> None:
    first, second = two_editions(tmp_path)
    assert store.rollback(tmp_path, first.id) == first.id
    assert store.current_id(tmp_path) == first.id
    assert store.open_edition(tmp_path, second.id).scan("cases").collect().height == 1
    assert store.ledger.read(tmp_path, "runs").entries[-1]["what"] == "rolled back"
    assert store.verify(tmp_path).sound


def test_rollback_refuses_a_damaged_edition(tmp_path: Path) -> None:
    first, second = two_editions(tmp_path)
    flip(first.path / "cases" / "part-00000.parquet")
    with pytest.raises(store.StoreDamaged, match="is damaged"):
        store.rollback(tmp_path, first.id)
    assert store.current_id(tmp_path) == second.id


def test_retention_keeps_the_newest_the_last_of_each_month_and_the_current(tmp_path: Path) -> None:
    june = [publish(tmp_path, ONE, [source(f"{n}.csv")]).id for n in range(3)]
    july = [publish(tmp_path, ONE, [source(f"{n}.csv", "2026-07")]).id for n in range(3)]
    store.rollback(tmp_path, june[1])
    gone = store.retain(tmp_path, keep=1)
    assert gone == [june[0], july[0], july[1]]
    assert store.editions(tmp_path) == [june[1], june[2], july[2]]
    told = store.verify(tmp_path)
    assert told.sound, told.damage
    assert (tmp_path / "ledger" / "retired" / f"{june[0]}.json").is_file()


def test_retention_never_drops_the_last_good_edition(tmp_path: Path) -> None:
    ids = [publish(tmp_path, ONE, [source(f"{n}.csv")]).id for n in range(3)]
    for name in ids[1:]:
        flip(alone(tmp_path / "editions" / name / "cases" / "part-00000.parquet"))
    assert store.retain(tmp_path, keep=1) == [ids[1]]
    assert store.open_edition(tmp_path, ids[0]).scan("cases").collect().height == 1


def test_retention_drops_nothing_while_no_edition_is_whole(tmp_path: Path) -> None:
    """A byte of a file that all editions hold is changed in all of them: what is whole of each may be of use."""
    ids = [publish(tmp_path, ONE, [source(f"{n}.csv")]).id for n in range(3)]
    flip(tmp_path / "editions" / ids[1] / "cases" / "part-00000.parquet")
    assert store.retain(tmp_path, keep=1) == []
    assert store.editions(tmp_path) == ids


def test_retention_keeps_every_ledger_entry(tmp_path: Path) -> None:
    for n in range(3):
        publish(tmp_path, ONE, [source(f"{n}.csv")])
    before = store.ledger.read(tmp_path, "runs").entries
    store.retain(tmp_path, keep=1)
    assert store.ledger.read(tmp_path, "runs").entries[: len(before)] == before
    with pytest.raises(RecordkitError, match="At least one"):
        store.retain(tmp_path, keep=0)


def test_the_edition_after_a_retired_one_still_follows_it(tmp_path: Path) -> None:
    first, second = two_editions(tmp_path)
    store.retain(tmp_path, keep=1)
    assert store.editions(tmp_path) == [second.id]
    third = publish(tmp_path, ONE, [source("c.csv")])
    assert third.id.startswith("2026-06-r3-")
    assert store.verify(tmp_path).sound
    assert first.id not in store.editions(tmp_path)


def test_what_a_killed_retention_leaves_of_people_goes_with_the_next_run(tmp_path: Path) -> None:
    """Killed after the edition went and before its quarantine did: the ledger says that it was let go."""
    first, second = two_editions(tmp_path)
    aside = tmp_path / "quarantine" / first.id
    (tmp_path / "private" / first.id).mkdir(parents=True)
    kept = tmp_path / "kept"
    shutil.copytree(aside, kept)
    store.retain(tmp_path, keep=1)
    shutil.copytree(kept, aside)
    (tmp_path / "private" / first.id).mkdir(parents=True, exist_ok=True)
    with store.writing(tmp_path) as done:
        assert any("was let go" in line for line in done)
    assert not aside.exists()
    assert not (tmp_path / "private" / first.id).exists()
    assert (tmp_path / "quarantine" / second.id).is_dir()


def test_an_edition_whose_manifest_is_damaged_is_not_let_go(tmp_path: Path) -> None:
    ids = [publish(tmp_path, ONE, [source(f"{n}.csv")]).id for n in range(3)]
    flip(tmp_path / "editions" / ids[0] / "manifest.json")
    (tmp_path / "editions" / ids[1] / "manifest.json").unlink()
    assert store.retain(tmp_path, keep=1) == []


@pytest.mark.parametrize("how", ["changed", "lost"])
def test_the_manifest_of_an_edition_that_was_let_go_is_verified(tmp_path: Path, how: str) -> None:
    first, _ = two_editions(tmp_path)
    store.retain(tmp_path, keep=1)
    kept = tmp_path / "ledger" / "retired" / f"{first.id}.json"
    flip(kept) if how == "changed" else kept.unlink()
    assert [damage.path for damage in store.verify(tmp_path).damage] == [f"ledger/retired/{first.id}.json"]


@pytest.mark.parametrize("how", ["link", "loop", "pipe", "folder"])
@pytest.mark.parametrize("which", ["table", "manifest", "report list", "pointer", "ledger"])
def test_a_file_that_became_something_else_is_damage_and_is_never_waited_for(
    tmp_path: Path, which: str, how: str
) -> None:
    """A link to the very same bytes too: what it leads to may change at any time."""
    root = tmp_path / "store"
    made = publish(root, ONE, [source("a.csv")], reports=lambda _: {"summary.html": b"<p>"})
    places = {
        "table": made.files("cases")[0], "manifest": made.path / "manifest.json", "pointer": root / "current",
        "report list": made.path / "reports" / "sums.json", "ledger": store.ledger.path(root, "runs"),
    }  # fmt: skip
    victim = places[which]
    victim.rename(tmp_path / "same")
    if how == "link":
        victim.symlink_to(tmp_path / "same")
    elif how == "loop":
        victim.symlink_to(victim.name)
    elif how == "pipe":
        os.mkfifo(victim)
    else:
        victim.mkdir()
    told = store.verify(root)
    assert not told.sound
    assert any(victim.name in damage.path or which == "pointer" for damage in told.damage)
    if which != "ledger":
        again = {"inputs": [source("a.csv")], "schemas_sha256": "s1"}
        store.publish(root, tables(ONE), reports=lambda _: {"summary.html": b"<p>"}, **again)
        assert store.verify(root).sound
        assert (tmp_path / "same").exists()
