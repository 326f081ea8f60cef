"""What a published file says of its table and columns: any engine finds it, and it stays through a change of keys."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from store_frames import case, source, tables

from recordkit import store
from recordkit.store import encryption, parquet, verification

PEOPLE = pl.DataFrame({"mention_id": ["M1", "M2"], "age": [31, None], "aliases": [["x"], []], "free": ["a", "b"]})
TOLD = {
    "mention_id": {"doc": "one mention: ہر ذکر", "personal": "indirect"},
    "age": {"doc": "age when reported", "personal": "indirect", "unit": "years"},
    "aliases": {"doc": "other names", "personal": "direct", "vocabulary": "none"},
}
TABLE = {"table": "persons", "row": "one mention", "doc": "people of\ncases"}


def described(columns: Mapping[str, Mapping[str, str]] = TOLD, table: Mapping[str, str] = TABLE) -> pa.Schema:
    return pa.schema([pa.field(name, pa.null(), metadata=dict(notes)) for name, notes in columns.items()], table)


def publish(root: Path, *names: str, notes: Mapping[str, pa.Schema] | None = None) -> store.Edition:
    inputs = [source(name).model_copy(update={"rows": store.Rows(read=2, accepted=1, quarantined=1)}) for name in names]
    frames = {**tables([case(f"C{name}", [(name, 2)]) for name in names]), "persons": PEOPLE}
    raw = pl.DataFrame({"raw": ["x"] * len(names)})
    made = store.publish(root, frames, inputs=inputs, schemas_sha256="s", quarantine=raw, described=notes)
    assert made is not None
    return made


NOTES = {"persons": described(), "quarantine": described({"raw": {"doc": "the row as it was sent"}}, {})}


def columns_of(path: Path, key: str | None = None) -> dict[str, dict[str, str]]:
    found = pq.read_schema(path, decryption_properties=encryption.for_arrow(key))
    return {one.name: {k.decode(): v.decode() for k, v in one.metadata.items()} for one in found if one.metadata}


def sums(folder: Path, notes: pa.Schema | None) -> list[str]:
    folder.mkdir()
    return [file.sha256 for file in parquet.write_table(folder, "t", PEOPLE, described=notes).files]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    parquet.write_table(tmp_path, "persons", PEOPLE, described=described())
    return tmp_path / "persons" / "part-00000.parquet"


def test_pyarrow_reads_the_description_of_the_table_and_of_each_column(written: Path) -> None:
    schema = pq.read_schema(written)
    notes = {name: dict(schema.field(name).metadata or {}) for name in schema.names}
    assert notes == {name: {k.encode(): v.encode() for k, v in TOLD.get(name, {}).items()} for name in PEOPLE.columns}
    assert {name: schema.metadata[name.encode()].decode() for name in TABLE} == TABLE
    assert pl.DataFrame(pl.from_arrow(pq.read_table(written))).equals(PEOPLE)


def test_duckdb_reads_the_description_of_the_table_and_of_each_column(written: Path) -> None:
    with duckdb.connect() as connection:
        names = connection.execute(f"SELECT name FROM parquet_schema('{written}')").fetchall()
        pairs = connection.execute(f"SELECT key, value FROM parquet_kv_metadata('{written}')").fetchall()
        ages = connection.execute(f"SELECT age FROM '{written}' ORDER BY age").fetchall()
    told = {bytes(key).decode(): bytes(value).decode() for key, value in pairs}
    assert {name for (name,) in names} >= set(PEOPLE.columns)
    assert {name: told[name] for name in TABLE} == TABLE
    assert json.loads(told["columns"]) == TOLD
    assert ages == [(31,), (None,)]


def test_polars_reads_the_description_and_the_rows(written: Path) -> None:
    told = pl.read_parquet_metadata(written)
    assert {name: told[name] for name in TABLE} == TABLE
    assert json.loads(told["columns"]) == TOLD
    assert pl.read_parquet(written).equals(PEOPLE)
    assert pl.read_parquet(written).schema == PEOPLE.schema


def test_the_order_in_which_a_description_is_given_does_not_show_in_the_bytes(tmp_path: Path) -> None:
    turned = described(
        {name: dict(reversed(notes.items())) for name, notes in reversed(TOLD.items())}, dict(reversed(TABLE.items()))
    )
    one = sums(tmp_path / "one", described())
    assert sums(tmp_path / "two", turned) == one
    assert sums(tmp_path / "other", described(table={"doc": "else"})) != one


def test_without_a_description_and_with_one_of_other_columns_only_a_file_has_its_bytes_of_before(
    tmp_path: Path,
) -> None:
    plain = sums(tmp_path / "plain", None)
    assert sums(tmp_path / "foreign", described({"elsewhere": {"doc": "x"}}, {})) == plain
    assert set(pl.read_parquet_metadata(tmp_path / "plain" / "t" / "part-00000.parquet")) == {"ARROW:schema"}


def test_every_file_of_a_table_and_one_without_rows_is_described(tmp_path: Path) -> None:
    parquet.write_table(tmp_path, "many", PEOPLE, described=described(), rows_per_file=1)
    parquet.write_table(tmp_path, "none", PEOPLE.clear(), described=described())
    files = [*sorted((tmp_path / "many").iterdir()), *(tmp_path / "none").iterdir()]
    assert len(files) == 3
    assert all(columns_of(path) == TOLD for path in files)


def test_an_encrypted_file_is_described_and_summed_as_without_encryption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = publish(tmp_path / "plain", "a.csv", notes=NOTES)
    monkeypatch.setenv("RECORDKIT_STORE_KEY", "o" * 32)
    closed = publish(tmp_path / "closed", "a.csv", notes=NOTES)
    path = closed.path / "persons" / "part-00000.parquet"
    with pytest.raises(OSError, match="ncrypt"):
        pq.read_schema(path)
    assert columns_of(path, closed.manifest.tables["persons"].key) == TOLD
    assert closed.manifest.tables["persons"].files == plain.manifest.tables["persons"].files


def test_a_change_of_keys_keeps_the_descriptions_and_the_sums_with_and_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "store"
    undescribed = publish(root, "a.csv")  # as an edition of before
    monkeypatch.setenv("RECORDKIT_STORE_KEY", "o" * 32)
    edition = publish(root, "a.csv", "b.csv", notes=NOTES)
    monkeypatch.setenv("RECORDKIT_STORE_KEY", "n" * 32 + "\n" + "o" * 32)
    assert [one.damaged for one in store.rekey(root)] == [(), ()]
    key = encryption.parse("n" * 32).id
    assert columns_of(edition.path / "persons" / "part-00000.parquet", key) == TOLD
    assert columns_of(root / "quarantine" / edition.id / "rows" / "part-00000.parquet", key) == {
        "raw": {"doc": "the row as it was sent"}
    }
    assert columns_of(undescribed.path / "persons" / "part-00000.parquet", key) == {}
    assert all(verification.is_sound(root, one.id) for one in (undescribed, edition))
    assert store.open_edition(root).scan("persons").collect().equals(PEOPLE)


def test_a_frame_as_bytes_is_a_parquet_file_with_the_same_rows() -> None:
    made = parquet.in_memory(PEOPLE)
    assert pl.read_parquet(made).equals(PEOPLE)
    assert pq.ParquetFile(BytesIO(made)).metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_failed_write_keeps_the_number_that_the_engine_said_and_makes_up_none() -> None:
    full = parquet.write_error(OSError("No space left on device (os error 28): part-00000.parquet"))
    assert full.errno == errno.ENOSPC
    unknown = parquet.write_error(OSError("something else"))
    assert unknown.errno is None
    assert str(unknown)
