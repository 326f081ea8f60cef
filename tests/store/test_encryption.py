"""Encryption of the person tables, and keyed pseudonyms."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import polars as pl
import pytest
from store_frames import case, source, tables

from recordkit import store
from recordkit.errors import RecordkitError
from recordkit.store import encryption, layout

SECRET = "abcdefghijklmnopqrstuvwxyz012345"
OTHER = "abcdefghijklmnopqrstuvwxyz012346"
CANARY = "Zarghuna-Canary"
PEOPLE = pl.DataFrame({"mention_id": ["M1", "M2"], "name": [CANARY, "Aslam"]})
ONE = [case("C1", [("a.csv", 2)])]


def publish(root: Path) -> store.Edition:
    made = store.publish(
        root, {**tables(ONE), "persons": PEOPLE},
        inputs=[source("a.csv").model_copy(update={"rows": store.Rows(read=2, accepted=1, quarantined=1)})],
        schemas_sha256="s", quarantine=pl.DataFrame({"raw": [CANARY]}),
    )  # fmt: skip
    assert made is not None
    return made


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "secret.key"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    monkeypatch.setenv("RECORDKIT_STORE_KEY_FILE", str(path))
    return path


def everything(root: Path) -> bytes:
    return b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())


def test_without_a_key_nothing_is_encrypted(tmp_path: Path) -> None:
    made = publish(tmp_path / "store")
    assert CANARY.encode() in everything(tmp_path / "store")
    assert made.manifest.tables["persons"].key is None


def test_with_a_key_people_quarantine_and_cache_are_unreadable_on_the_disk(tmp_path: Path, key: Path) -> None:
    root = tmp_path / "store"
    made = publish(root)
    cache_key = store.cache_key("x")
    store.open_cache(root).put(cache_key, {"persons": PEOPLE})
    assert CANARY.encode() not in everything(root)
    assert SECRET.encode() not in everything(root)
    assert made.scan("persons").collect().equals(PEOPLE)
    assert made.scan_quarantine().collect()["raw"].to_list() == [CANARY]
    found = store.open_cache(root).get(cache_key)
    assert found is not None
    assert found.frames["persons"].collect().equals(PEOPLE)
    assert store.verify(root).sound


def test_every_table_is_encrypted_but_those_without_a_cell_of_a_sender(tmp_path: Path, key: Path) -> None:
    from recordkit import declarations
    from recordkit import tables as declared

    naming = declared.naming_people(declared.load(declarations.folders()))
    assert {"persons", "identities", "services"} <= naming
    assert not layout.PLAIN_TABLES & naming
    frames = {name: pl.DataFrame({"x": [CANARY]}) for name in ("services", "cases", "links", "a_table_of_an_overlay")}
    plain = {name: pl.DataFrame({"x": [1]}) for name in layout.PLAIN_TABLES}
    inputs = [source("a.csv")]
    made = store.publish(tmp_path / "store", {**frames, **plain}, inputs=inputs, schemas_sha256="s")
    assert made is not None
    assert {name for name, table in made.manifest.tables.items() if table.key} == set(frames)
    assert CANARY.encode() not in everything(tmp_path)
    named = store.publish(tmp_path / "two", plain, inputs=inputs, schemas_sha256="s", personal=frozenset({"counts"}))
    assert named is not None
    assert {name for name, table in named.manifest.tables.items() if table.key} == {"counts"}


def test_the_other_tables_are_read_without_the_key(tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "store"
    made = publish(root)
    monkeypatch.delenv("RECORDKIT_STORE_KEY_FILE")
    opened = store.open_edition(root)
    assert opened.scan("counts").collect().height == 1
    assert store.verify(root).sound
    with pytest.raises(RecordkitError, match="encrypted with key"):
        opened.scan("persons")
    monkeypatch.setenv("RECORDKIT_STORE_KEY", OTHER)
    with pytest.raises(RecordkitError, match="key given is"):
        opened.scan("persons")
    assert made.id == opened.id


def test_an_encrypted_edition_has_the_same_id_every_time(tmp_path: Path, key: Path) -> None:
    one, two = publish(tmp_path / "one"), publish(tmp_path / "two")
    assert one.id == two.id
    assert one.files("persons")[0].read_bytes() != two.files("persons")[0].read_bytes()


def test_damage_to_an_encrypted_file_is_found_and_rebuilt(tmp_path: Path, key: Path) -> None:
    root = tmp_path / "store"
    made = publish(root)
    for path in (made.files("persons")[0], made.quarantine_path / "rows" / "part-00000.parquet"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        assert [damage.what for damage in store.verify(root).damage] == ["bytes changed"]
        assert publish(root).id == made.id
        assert store.verify(root).sound
    (made.path / "sealed.json").write_text("{}")
    assert {damage.path for damage in store.verify(root).damage} == {"sealed.json"}


def test_a_damaged_edition_is_made_again_under_another_key_with_its_old_id(
    tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "store"
    made = publish(root)
    for damaged in ("persons/part-00000.parquet", "manifest.json", "sealed.json"):
        key.write_text(f"{OTHER}\n{SECRET}\n")
        (made.path / damaged).write_bytes(b"x")
        again = publish(root)
        assert (again.id, again.made_with) == (made.id, {None, encryption.parse(OTHER).id})
        assert store.verify(root).sound
        key.write_text(f"{OTHER}\n")
        assert again.scan("persons").collect().equals(PEOPLE)


def test_a_damaged_list_of_sums_does_not_keep_anybody_from_the_plain_tables(tmp_path: Path, key: Path) -> None:
    root, plain = tmp_path / "store", "counts/part-00000.parquet"
    made = publish(root)
    listed = encryption.read(made.path, made.manifest)
    listed.files[plain] = encryption.Seal(1, hashlib.sha256(b"x").hexdigest(), "x")
    text = listed.to_bytes(made.manifest)  # it would let anybody put another file in the place of the counts
    for data in (b"", b"{}", text):
        (made.path / "sealed.json").write_bytes(data)
        opened = store.open_edition(root)
        assert opened.scan("counts").collect().height == 1
        with pytest.raises(store.StoreDamaged):
            opened.scan("persons")
        (made.path / plain).write_bytes(b"x")
        assert {one.path for one in store.verify(root).damage} == {"sealed.json", plain}
        assert publish(root).id == made.id
        assert store.verify(root).sound


def test_a_list_without_keys_as_older_versions_wrote_it_is_read(tmp_path: Path, key: Path) -> None:
    root = tmp_path / "store"
    made = publish(root)
    told = json.loads((made.path / "sealed.json").read_text())
    assert set(told["keys"].values()) == {encryption.parse(SECRET).id}
    del told["keys"], told["sum"]
    (made.path / "sealed.json").write_text(json.dumps(told))
    assert store.verify(root).sound
    assert store.open_edition(root).scan("persons").collect().equals(PEOPLE)


def test_pyarrow_and_duckdb_read_an_encrypted_table_with_the_key(tmp_path: Path, key: Path) -> None:
    import duckdb
    import pyarrow.parquet as pq
    import pyarrow.parquet.encryption as pe

    path = publish(tmp_path / "store").files("persons")[0]
    properties = pe.create_decryption_properties(footer_key=SECRET.encode())
    assert pq.ParquetFile(path, decryption_properties=properties).read().num_rows == 2
    base = duckdb.connect()
    base.execute(f"PRAGMA add_parquet_key('k', '{SECRET}')")
    query = f"select name from read_parquet('{path}', encryption_config={{footer_key: 'k'}}) order by 1"
    assert base.execute(query).fetchall() == [("Aslam",), (CANARY,)]


def test_a_cache_made_with_another_key_is_a_miss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache_key = store.cache_key("x")
    store.open_cache(tmp_path).put(cache_key, {"persons": PEOPLE})
    monkeypatch.setenv("RECORDKIT_STORE_KEY", SECRET)
    assert store.open_cache(tmp_path).get(cache_key) is None
    assert CANARY.encode() not in everything(tmp_path)


@pytest.mark.parametrize("text", ["", "short", SECRET + "6", "has a blank in it, which is not ok"])
def test_a_key_of_another_form_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(RecordkitError, match="32 printable") as error:
        encryption.parse(text)
    assert not text or text not in error.value.what + error.value.fix


def test_a_key_file_that_others_can_read_is_refused(key: Path) -> None:
    key.chmod(0o644)
    with pytest.raises(RecordkitError, match="read by others"):
        encryption.find_key(encryption.STORE)


@pytest.mark.parametrize("name", ["RECORDKIT_STORE_KEY", "RECORDKIT_STORE_KEY_FILE"])
@pytest.mark.parametrize("value", ["", " ", "\n"])
def test_a_variable_that_is_set_and_empty_does_not_switch_encryption_off(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(RecordkitError, match="set and empty"):
        encryption.find_key(encryption.STORE)


def test_a_pipe_a_folder_and_a_huge_file_are_no_key_files_and_are_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir(mode=0o700)
    (tmp_path / "huge").write_bytes(b"a" * 10_000)
    (tmp_path / "empty").write_bytes(b"\n")
    for name in ("huge", "empty"):
        (tmp_path / name).chmod(0o600)
    for name, what in (("pipe", "plain file"), ("folder", "directory"), ("huge", "too large"), ("empty", "32 print")):
        monkeypatch.setenv("RECORDKIT_STORE_KEY_FILE", str(tmp_path / name))
        with pytest.raises(RecordkitError, match=what):
            encryption.find_key(encryption.STORE)


def test_the_first_key_of_a_file_encrypts_and_all_of_them_open(
    tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = publish(tmp_path / "old")
    key.write_text(f"{OTHER}\n{SECRET}\n")
    new = publish(tmp_path / "new")
    assert new.made_with == {None, encryption.parse(OTHER).id}
    for made in (old, new):
        assert made.scan("persons").collect().height == 2
    encryption.ready(old.made_with | new.made_with)
    key.write_text(f"{OTHER}\n")
    with pytest.raises(RecordkitError, match="the key given is"):
        encryption.ready(old.made_with)


def test_a_key_never_shows_itself() -> None:
    found = encryption.parse(SECRET)
    assert SECRET not in repr(found)
    assert len(found.id) == 8


def test_pseudonyms_are_equal_for_equal_values_and_differ_with_key_and_kind() -> None:
    values = pl.Series("cnic", ["35202-1234567-1", None, "35202-1234567-1", "35202-1234567-3"])
    one = encryption.pseudonyms(values, encryption.parse(SECRET), "cnic")
    assert one.to_list()[0] == one.to_list()[2] != one.to_list()[3]
    assert one.to_list()[1] is None
    assert one.name == "cnic"
    other = encryption.pseudonyms(values, encryption.parse(OTHER), "cnic")
    phone = encryption.pseudonyms(values, encryption.parse(SECRET), "phone")
    assert len({one[0], other[0], phone[0]}) == 3


def test_a_pseudonym_is_not_a_plain_hash() -> None:
    value = "35202-1234567-1"
    made = encryption.pseudonyms(pl.Series([value]), encryption.parse(SECRET), "cnic")[0]
    assert made not in {hashlib.new(name, value.encode()).hexdigest()[:24] for name in ("sha256", "md5", "sha1")}


def test_a_file_of_keys_is_read_up_to_the_largest_size_and_no_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys"
    path.write_text(("a" * 32 + "\n").ljust(128, "\n") * 32, encoding="ascii")
    path.chmod(0o600)
    assert path.stat().st_size == encryption.LARGEST == 4096
    monkeypatch.setenv("RECORDKIT_STORE_KEY_FILE", str(path))
    assert len(encryption.find_keys(encryption.STORE)) == 32
    with path.open("a", encoding="ascii") as file:
        file.write("\n")
    with pytest.raises(RecordkitError, match="too large"):
        encryption.find_keys(encryption.STORE)
