"""A change of keys: every file of the kept editions gets the new key, at every moment all is whole and can be read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from store_frames import case, source, tables

from recordkit import store
from recordkit.cli.app import run
from recordkit.store import encryption

OLD, NEW, CANARY = "o" * 32, "n" * 32, "Zarghuna-Canary"
PEOPLE = pl.DataFrame({"mention_id": ["M1", "M2"], "name": [CANARY, "Aslam"], "aliases": [["x"], []]})
# Everything that changes what is in a folder or a file goes through one of these, or through the Parquet writer.
CALLS = ("replace", "rename", "mkdir", "unlink", "rmdir", "write", "link", "symlink")


class Killed(BaseException):
    """The process is dead: whatever it does from now on does not happen."""


def publish(root: Path, *names: str) -> store.Edition:
    inputs = [
        source(name).model_copy(update={"rows": store.Rows(read=2, accepted=1, quarantined=1)}) for name in names
    ]
    frames = {**tables([case(f"C{name}", [(name, 2)]) for name in names]), "persons": PEOPLE}
    quarantine = pl.DataFrame({"raw": [CANARY] * len(names)})
    made = store.publish(root, frames, inputs=inputs, schemas_sha256="s", quarantine=quarantine)
    assert made is not None
    return made


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with an edition in plain and one under the old key, whose tables of people are on another volume."""
    root = tmp_path / "store"
    publish(root, "a.csv")
    monkeypatch.setenv("RECORDKIT_STORE_KEY", OLD)
    (tmp_path / "volume").mkdir()
    (root / "private").symlink_to(tmp_path / "volume")
    publish(root, "a.csv", "b.csv")
    store.open_cache(root).put(store.cache_key("x"), {"persons": PEOPLE})
    return root


def parquet_files(root: Path) -> list[Path]:
    return [path for home in (root, root.parent / "volume") for path in home.rglob("*.parquet")]


def manifests(root: Path) -> dict[str, bytes]:
    return {name: (root / "editions" / name / "manifest.json").read_bytes() for name in store.editions(root)}


def readable(root: Path) -> None:
    """Every edition, with the keys that the environment names."""
    for name in store.editions(root):
        edition = store.open_edition(root, name)
        assert edition.scan("persons").collect().equals(PEOPLE)
        assert edition.scan_quarantine().collect().height == len(edition.manifest.inputs)
        assert edition.scan("cases").collect().height == len(edition.manifest.inputs)


def all_under_the_new_key(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing opens with the old key any more, all with the new one; no name is on the disk; nothing is left over."""
    monkeypatch.setenv("RECORDKIT_STORE_KEY", NEW)
    told = store.verify(root)
    assert told.damage == []
    assert not [note for note in told.notes if "lies outside of the store" not in note]
    readable(root)
    for path in parquet_files(root):
        assert CANARY.encode() not in path.read_bytes()
        if path.parent.name in store.layout.PLAIN_TABLES:
            continue
        with pytest.raises(pl.exceptions.ComputeError):
            pl.scan_parquet(path, decryption=pl.ParquetDecryptionProperties(footer_key=OLD.encode())).collect()
    assert not [left for home in (root, root.parent / "volume") for left in home.rglob(".tmp/*")]


def test_after_a_change_of_keys_no_file_of_a_kept_edition_opens_with_the_old_one(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = manifests(old)
    monkeypatch.setenv("RECORDKIT_STORE_KEY", f"{NEW}\n{OLD}")
    assert [one.files for one in store.rekey(old, dry_run=True)] == [3, 3]
    assert [(one.files, one.damaged) for one in store.rekey(old)] == [(3, ()), (3, ())]
    assert [one.files for one in store.rekey(old)] == [0, 0]
    assert manifests(old) == before
    assert store.open_cache(old).get(store.cache_key("x")) is None
    lines = [entry for entry in store.ledger.read(old, "runs").entries if entry["what"] == "rekeyed"]
    assert [(entry["key"], entry["files"]) for entry in lines] == [(encryption.parse(NEW).id, 3)] * 2
    all_under_the_new_key(old, monkeypatch)
    publish(old, "a.csv", "b.csv", "c.csv")
    all_under_the_new_key(old, monkeypatch)


@contextmanager
def calls(patched: Callable[[Callable[..., Any], str], Callable[..., Any]]) -> Iterator[None]:
    """Every call that changes the disk goes through `patched`."""
    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, patched(getattr(os, name), name))
        patch.setattr(store.parquet, "_write_file", patched(store.parquet._write_file, "parquet"))
        yield


def killed(root: Path, at: int) -> bool:
    """Change the keys until the `at`-th call; whether the run got that far."""
    count = 0

    def patched(call: Callable[..., Any], _name: str) -> Callable[..., Any]:
        def counted(*arguments: Any, **more: Any) -> Any:
            nonlocal count
            count += 1
            if count >= at:
                raise Killed
            return call(*arguments, **more)

        return counted

    with calls(patched):
        try:
            store.rekey(root)
        except Killed:
            return True
    return False


@pytest.mark.parametrize("stride", [9, pytest.param(1, marks=pytest.mark.slow)], ids=["some steps", "every step"])
def test_a_kill_at_any_step_loses_nothing_and_the_next_run_goes_on(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stride: int
) -> None:
    before, at, both = manifests(old), 0, f"{NEW}\n{OLD}"
    while True:
        at += stride
        monkeypatch.setenv("RECORDKIT_STORE_KEY", both)
        shutil.rmtree(tmp_path / "trial", ignore_errors=True)
        for name in ("store", "volume"):
            shutil.copytree(tmp_path / name, tmp_path / "trial" / name, symlinks=True)
        root = tmp_path / "trial" / "store"
        (root / "private").unlink()
        (root / "private").symlink_to(tmp_path / "trial" / "volume")
        (tmp_path / "trial" / "volume" / ".recordkit-volume").unlink()  # it is this copy's now
        died = killed(root, at)
        assert store.verify(root).damage == [], at
        readable(root)
        assert all(one.damaged == () for one in store.rekey(root)), at
        assert manifests(root) == before
        all_under_the_new_key(root, monkeypatch)
        if not died:
            break
    assert at > 60


def test_verify_and_every_reader_find_all_whole_between_any_two_steps(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECORDKIT_STORE_KEY", f"{NEW}\n{OLD}")
    moments, looking = 0, False

    def patched(call: Callable[..., Any], _name: str) -> Callable[..., Any]:
        def watched(*arguments: Any, **more: Any) -> Any:
            nonlocal moments, looking
            if not looking:
                looking, moments = True, moments + 1
                assert store.verify(old).damage == []
                readable(old)
                looking = False
            return call(*arguments, **more)

        return watched

    with calls(patched):
        store.rekey(old)
    assert moments > 60
    all_under_the_new_key(old, monkeypatch)


def test_a_reader_that_read_the_list_before_a_file_was_replaced_reads_the_list_again(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECORDKIT_STORE_KEY", f"{NEW}\n{OLD}")
    read, done = encryption.read, []

    def late(folder: Path, manifest: store.Manifest) -> encryption.Sealed:
        """The list as it was, and then the keys are changed under the reader's hands."""
        found = read(folder, manifest)
        if not done:
            done.append(True)
            store.rekey(old)
        return found

    monkeypatch.setattr(encryption, "read", late)
    assert store.open_edition(old).scan("persons").collect().equals(PEOPLE)
    assert done


def test_a_damaged_file_is_left_and_named_and_all_others_get_the_key(
    old: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECORDKIT_STORE_KEY", f"{NEW}\n{OLD}")
    first, current = store.editions(old)
    (old / "editions" / first / "persons" / "part-00000.parquet").write_bytes(b"x")
    assert run(["retain", str(old), "--rekey", "--format", "text"]) == 4
    said = capsys.readouterr()
    assert f"{first}: persons/part-00000.parquet" in said.err
    assert "5 files encrypted anew" in said.out
    monkeypatch.setenv("RECORDKIT_STORE_KEY", NEW)
    assert store.open_edition(old, current).scan("persons").collect().equals(PEOPLE)
    assert len(store.verify(old).damage) == 1
    (old / "editions" / current / "sealed.json").write_text("{}")
    assert store.rekey(old)[1].damaged == ("manifest.json or sealed.json",)


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_dry_run_counts_and_names_what_the_run_then_does_and_leaves_and_changes_nothing(
    old: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    monkeypatch.setenv("RECORDKIT_STORE_KEY", f"{NEW}\n{OLD}")
    first, second = (store.open_edition(old, name) for name in store.editions(old))
    for path in (first.files("persons")[0], next(second.quarantine_path.rglob("*.parquet"))):
        path.write_bytes(b"x") if harm == "changed" else path.unlink()
    before = {path: path.read_bytes() for path in parquet_files(old)}
    told = [(one.edition, one.files, len(one.damaged)) for one in store.rekey(old, dry_run=True)]
    assert told == [(first.id, 2, 1), (second.id, 2, 1)]
    assert {path: path.read_bytes() for path in parquet_files(old)} == before
    (second.path / "manifest.json").write_bytes(b"{}")
    dry = store.rekey(old, dry_run=True)
    assert [(one.files, one.damaged[0].split("/")[0]) for one in dry] == [(0, "manifest.json or sealed.json"), (2, "persons")]
    lines = len(store.ledger.read(old, "runs").entries)
    (old / "current").write_text(f"{first.id}\n")
    assert store.rekey(old) == dry
    assert [entry["what"] for entry in store.ledger.read(old, "runs").entries[lines:]] == ["rekeyed"]


def test_that_a_file_opens_is_tried_and_not_believed(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that calls an old key the new one, for a slip of whoever wrote it, must not cost the data."""
    monkeypatch.setenv("RECORDKIT_STORE_KEY", f"{NEW}\n{OLD}")
    name = store.editions(old)[1]
    edition = store.open_edition(old, name)
    listed = encryption.read(edition.path, edition.manifest)
    wrong = {one: encryption.Seal(seal.bytes, seal.sha256, encryption.parse(NEW).id) for one, seal in listed.files.items()}
    (edition.path / "sealed.json").write_bytes(encryption.Sealed(wrong).to_bytes(edition.manifest))
    assert [one.damaged for one in store.rekey(old)] == [(), ()]
    all_under_the_new_key(old, monkeypatch)


def test_a_flipped_bit_in_the_id_of_a_key_is_seen(old: Path) -> None:
    path = old / "editions" / store.editions(old)[1] / "sealed.json"
    path.write_text(path.read_text().replace(encryption.parse(OLD).id, encryption.parse(NEW).id, 1))
    assert {one.path for one in store.verify(old).damage} == {"sealed.json"}


@pytest.mark.parametrize("elsewhere", [False, True], ids=["the only one", "whole in another edition"])
def test_a_file_whose_rows_are_not_those_of_the_manifest_is_left_or_got_from_another_edition(
    old: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    """Another file under the old key, with its sum in the list: whoever has the key could have put it there."""
    monkeypatch.setenv("RECORDKIT_STORE_KEY", f"{NEW}\n{OLD}")
    edition = store.open_edition(old)
    path = edition.files("persons")[0]
    if not elsewhere:
        store.open_edition(old, store.editions(old)[0]).files("persons")[0].unlink()
    path.unlink()
    PEOPLE.head(1).write_parquet(path, encryption=pl.ParquetEncryptionProperties(footer_key=OLD.encode()))
    path.chmod(0o600)
    listed = encryption.read(edition.path, edition.manifest)
    listed.files["persons/part-00000.parquet"] = encryption.Seal.of(path, encryption.parse(OLD).id)
    (edition.path / "sealed.json").write_bytes(listed.to_bytes(edition.manifest))
    assert store.rekey(old)[1].damaged == (() if elsewhere else ("persons/part-00000.parquet",))
    if elsewhere:
        assert store.open_edition(old).scan("persons").collect().equals(PEOPLE)
        assert store.verify(old).damage == []


def test_without_a_key_or_without_the_older_one_nothing_is_changed(
    old: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in parquet_files(old)}
    monkeypatch.setenv("RECORDKIT_STORE_KEY", NEW)
    assert run(["retain", str(old), "--rekey"]) == 4
    assert "encrypted with key" in capsys.readouterr().err
    monkeypatch.delenv("RECORDKIT_STORE_KEY")
    assert run(["retain", str(old), "--rekey"]) == 4
    assert "no key to encrypt with" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in parquet_files(old) if "cache" not in path.parts} == {
        path: data for path, data in before.items() if "cache" not in path.parts
    }
    assert run(["retain", str(old)]) == 2


def test_retain_lets_go_of_old_editions_first_and_says_what_it_did(
    old: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECORDKIT_STORE_KEY", f"{NEW}\n{OLD}")
    command = ["retain", str(old), "--keep", "1", "--rekey", "--format", "json"]
    assert run([*command, "--dry-run"]) == 0
    assert '"rekeyed": false' in capsys.readouterr().out
    assert run(command) == 0
    assert '"rekeyed": true' in capsys.readouterr().out
    assert len(store.editions(old)) == 1
    all_under_the_new_key(old, monkeypatch)


def test_sql_over_a_rekeyed_edition_needs_the_key_only_for_what_it_names(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recordkit import declarations, sql
    from recordkit import tables as declared

    monkeypatch.setenv("RECORDKIT_STORE_KEY", f"{NEW}\n{OLD}")
    store.rekey(old)
    known = declared.load(declarations.folders())
    first = store.open_edition(old, store.editions(old)[0])  # its manifest calls all its tables plain
    assert first.is_encrypted("persons")
    assert not first.is_encrypted("counts")
    assert sql.query(first, "select count(*) as n from persons", known)["n"].to_list() == [2]
    monkeypatch.delenv("RECORDKIT_STORE_KEY")
    assert sql.query(first, "select count(*) as n from counts", known)["n"].to_list() == [1]
    with pytest.raises(store.StoreError, match="encrypted with key"):
        sql.query(first, "select count(*) from persons", known)
