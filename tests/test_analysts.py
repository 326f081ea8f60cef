"""An analysts' copy: pseudonyms that join, nothing that names anybody, readable by anything."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import polars as pl
import pytest

from recordkit import analysts, declarations, store, tables
from recordkit.cli.app import run
from recordkit.errors import DeclarationError, RecordkitError
from recordkit.store import keys

ONE, TWO = "abcdefghijklmnopqrstuvwxyz012345", "abcdefghijklmnopqrstuvwxyz012346"
NAMES = ("Zqname Khan", "Zqfather", "35202-8877665-1", "+923005544332", "ZQ1234567", "Zqroad", "Zqraw", "Zqstatus",
         "Zqcaste", "Zqstation", "Zqprovider")  # fmt: skip
DIRS = declarations.folders()
TABLES = tables.load(DIRS)


def row(table: str, **values: object) -> pl.DataFrame:
    """One row of a declared table."""
    schema = TABLES[table].polars("compile")
    return pl.DataFrame({name: [values.get(name)] for name in schema}, schema=schema)


def frames() -> dict[str, pl.DataFrame]:
    source = [{"file_sha256": "a" * 64, "sheet": "", "row": 7}]
    person = {
        "case_id": "C" + "1" * 16, "person_id": "P" + "2" * 16, "role": "accused", "name": "Zqname Khan",
        "relative_name": "Zqfather", "cnic": "35202-8877665-1", "phone": "+923005544332", "passport": "ZQ1234567",
        "phones": ["+923005544332"], "aliases": ["Zqname Khan", "Zqfather"], "address": "Zqroad", "name_raw": "Zqraw",
        "sex_raw": "Zqstatus", "caste": "Zqcaste", "age": 31, "source_rows": source, "mention_refs": ["R1:accused:0"],
    }  # fmt: skip
    people = [
        row("persons", mention_id="M" + "3" * 16, **person),
        row("persons", mention_id="M" + "4" * 16, **{**person, "cnic": None, "aliases": []}),
    ]
    return {
        "persons": pl.concat(people),
        "cases": row("cases", case_id="C" + "1" * 16, fir_no="123", district="Kasur", source_rows=source, police_station="Zqstation"),
        "services": row("services", service_id="S" + "5" * 16, provider="Zqprovider", source_rows=source),
        "identities": row("identities", person_id="P" + "2" * 16, name="Zqname Khan", cnics=["35202-8877665-1"]),
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = store.Input(sha256="a" * 64, name="a.csv", period="2026-07", rows=store.Rows(read=1, accepted=1))
    store.publish(tmp_path / "store", frames(), inputs=[made], schemas_sha256="s")
    return tmp_path / "store"


def copy(root: Path, to: Path, secret: str = ONE) -> Path:
    analysts.write(store.open_edition(root), to, TABLES, analysts.load(DIRS, TABLES), keys.parse(secret))
    return to


def everything(folder: Path) -> str:
    parquet = "".join(pl.read_parquet(path).write_json() for path in folder.rglob("*.parquet"))
    return parquet + "".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())


def test_no_name_and_no_number_is_left(root: Path, tmp_path: Path) -> None:
    told = everything(copy(root, tmp_path / "copy"))
    assert not [name for name in NAMES if name in told]
    assert ONE not in told
    assert "a" * 64 not in told
    assert all(name in everything(root) for name in NAMES[:6])


def test_records_are_joined_by_their_pseudonyms_in_all_tables(root: Path, tmp_path: Path) -> None:
    made = copy(root, tmp_path / "copy")
    people, cases, identities = (pl.read_parquet(made / name) for name in ("persons", "cases", "identities"))
    assert people.join(cases, on="case_id").height == 2
    assert people.join(identities, on="person_id").height == 2
    assert people.drop_nulls("cnic").item(0, "cnic") == identities.item(0, "cnics")[0]
    assert people["cnic"].null_count() == 1
    assert people["name"].n_unique() == 1
    assert sorted(people["aliases"].list.len()) == [0, 2]
    assert people["age"].to_list() == [31, 31]
    assert cases.item(0, "district") == "Kasur"


def test_another_key_gives_other_pseudonyms_and_the_same_key_the_same_bytes(root: Path, tmp_path: Path) -> None:
    one, again, other = (copy(root, tmp_path / n, key) for n, key in (("1", ONE), ("2", ONE), ("3", TWO)))
    same = {path.relative_to(one): path.read_bytes() for path in one.rglob("*") if path.is_file()}
    assert same == {path.relative_to(again): path.read_bytes() for path in again.rglob("*") if path.is_file()}
    for column in ("name", "cnic", "case_id", "person_id"):
        a, b = (set(pl.read_parquet(x / "persons")[column].drop_nulls()) for x in (one, other))
        assert a.isdisjoint(b)


def test_the_manifest_tells_the_key_and_what_became_of_every_column(root: Path, tmp_path: Path) -> None:
    made = copy(root, tmp_path / "copy")
    told = json.loads((made / "manifest.json").read_text())
    assert (told["key"], told["edition"]) == (keys.parse(ONE).id, store.current_id(root))
    assert told["pseudonyms"]["persons"]["cnic"] == "cnic"
    assert {"address", "date_of_birth", "name_raw", "sex_raw", "source_rows"} <= set(told["dropped"]["persons"])
    for path in [made, *made.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert not list(tmp_path.glob(".tmp"))


def test_every_direct_column_of_every_table_is_a_pseudonym_or_gone() -> None:
    policy = analysts.load(DIRS, TABLES)
    for table in TABLES.values():
        plan = analysts.plan(table, policy)
        shown = [name for name in plan.kept if name not in plan.kinds]
        assert not [name for name in shown if table.column(name).personal == "direct"]
        assert not [name for name in shown if name.endswith("_raw")]
        assert {*plan.kept, *plan.dropped} == {column.name for column in table.at("compile")}


def test_duckdb_and_pyarrow_read_the_copy(root: Path, tmp_path: Path) -> None:
    import duckdb
    import pyarrow.dataset as ds

    made = copy(root, tmp_path / "copy")
    assert duckdb.sql(f"select count(*) from '{made}/persons/*.parquet'").fetchall() == [(2,)]
    assert ds.dataset(made / "persons").to_table().num_rows == 2


def test_the_command_wants_a_key_of_its_own_and_a_new_folder(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["pseudonymise", str(root), "--to", str(tmp_path / "copy"), "--format", "json"]
    assert run(command) == 2
    assert "RECORDKIT_PSEUDONYM_KEY_FILE" in capsys.readouterr().err
    monkeypatch.setenv("RECORDKIT_PSEUDONYM_KEY", ONE)
    monkeypatch.setenv("RECORDKIT_STORE_KEY", ONE)
    assert run(command) == 2
    monkeypatch.setenv("RECORDKIT_STORE_KEY", TWO)
    assert run(command) == 0
    assert json.loads(capsys.readouterr().out)[0]["persons"] == 2
    assert run(command) == 2
    line = store.ledger.read(root, "runs").entries[-2]
    assert (line["command"], line["asked"]) == ("pseudonymise", f"key {keys.parse(ONE).id}")


def test_a_failed_copy_leaves_nothing(root: Path, tmp_path: Path) -> None:
    next((root / "editions").glob("*/persons/*")).write_bytes(b"x")
    with pytest.raises(store.StoreDamaged):
        copy(root, tmp_path / "copy")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store"]


def test_a_slip_in_the_policy_names_the_nearest_column(tmp_path: Path) -> None:
    (tmp_path / "analysts.toml").write_text('[pseudonyms]\ncnic = ["cnik"]\n[drop]\n')
    with pytest.raises(DeclarationError, match="cnik"):
        analysts.load([*DIRS, tmp_path], TABLES)
    (tmp_path / "analysts.toml").write_text('[pseudonyms]\nage = ["age"]\n[drop]\n')
    with pytest.raises(RecordkitError, match="no text"):
        analysts.load([*DIRS, tmp_path], TABLES)
