"""An analysts' copy: pseudonyms that join, nothing that names anybody, readable by anything."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from recordkit import analysts, declarations, store, tables
from recordkit.analysts import Treatment
from recordkit.cli.app import run
from recordkit.store import encryption

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
    analysts.write(store.open_edition(root), to, TABLES, analysts.load(DIRS, TABLES), encryption.parse(secret))
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
    assert people["age"].to_list() == ["30-34", "30-34"]
    assert cases.item(0, "district") == "Kasur"


def many() -> dict[str, pl.DataFrame]:
    """Four stations of two districts with the numbers 1 to 40 each, a file whose name names somebody, and a model."""
    cases = [
        row(
            "cases", case_id=f"C{at:016x}", agency="a", agencies=["a"], district=f"D{at // 80}", police_station=f"P{at // 40 % 2}",
            fir_no=str(at % 40 + 1), fir_year=2026, registered_on=date(2026, 7, 1) + timedelta(at % 40), period="2026-07",
        )
        for at in range(160)
    ]  # fmt: skip
    name = "Zqname Khan.csv"
    return {
        "cases": pl.concat(cases),
        "sources": row("sources", file_sha256="a" * 64, name=name, member=name, duplicate_of=name, received=name),
        "returns": row("returns", file_sha256="a" * 64, source=name, sheet=name, count=3),
        "issues": row("issues", file_sha256="a" * 64, sheet=name, column=name, detail=name, code="RK301"),
        "models": row("models", model="person", part="level", name="age", place=1),
    }


@pytest.fixture
def numbered(tmp_path: Path) -> Path:
    made = store.Input(sha256="a" * 64, name="a.csv", period="2026-07", rows=store.Rows(read=1, accepted=1))
    store.publish(tmp_path / "numbered", many(), inputs=[made], schemas_sha256="s")
    return tmp_path / "numbered"


def in_order_of_truth(copied: Path) -> pl.DataFrame:
    """The copied cases with the number that each has in truth, and their place in the copy."""
    truth = many()["cases"].select("fir_no", true="case_id")
    made = encryption.pseudonyms(truth["true"], encryption.parse(ONE), "case")
    found = pl.read_parquet(copied / "cases").with_row_index("place")
    number = truth.select(pl.col("fir_no").cast(pl.Int64).alias("number"), made.alias("case_id"))
    return found.join(number, on="case_id", maintain_order="left")


def test_neither_order_nor_frequency_tells_a_number_or_a_station(numbered: Path, tmp_path: Path) -> None:
    found = in_order_of_truth(copy(numbered, tmp_path / "copy"))
    assert found["fir_no"].n_unique() == 160  # the number 1 of two stations has two pseudonyms
    assert found["police_station"].n_unique() == 4
    often = found.with_columns(often=pl.len().over("fir_no"), rank=pl.col("fir_no").rank("dense"))
    for told in ("rank", "place"):
        assert abs(often.select(pl.corr("number", told, method="spearman")).item()) < 0.25, told
    assert often["often"].n_unique() == 1


def test_rows_stand_in_the_order_of_their_pseudonyms(numbered: Path, root: Path, tmp_path: Path) -> None:
    found = pl.read_parquet(copy(numbered, tmp_path / "1") / "cases")
    assert found["case_id"].is_sorted()
    people = pl.read_parquet(copy(root, tmp_path / "2") / "persons")
    assert people["mention_id"].is_sorted()


def test_the_order_of_several_pseudonyms_in_a_cell_tells_nothing_of_the_order_of_what_they_stand_for(
    tmp_path: Path,
) -> None:
    made = store.Input(sha256="a" * 64, name="a.csv", period="2026-07", rows=store.Rows(read=1, accepted=1))
    written = [f"35202-88776{at:02d}-1" for at in range(30)]
    for at, order in enumerate((written, written[::-1])):
        person = row("identities", person_id="P" + "2" * 16, name="Zqname Khan", cnics=order)
        store.publish(tmp_path / f"store{at}", {"identities": person}, inputs=[made], schemas_sha256="s")
    copied = [copy(tmp_path / f"store{at}", tmp_path / f"copy{at}") for at in (0, 1)]
    told = [pl.read_parquet(one / "identities")["cnics"].to_list()[0] for one in copied]
    assert told[0] == told[1] == sorted(told[0])
    assert len(set(told[0])) == 30


def test_names_of_files_and_sheets_are_gone_and_models_can_be_read(numbered: Path, tmp_path: Path) -> None:
    made = copy(numbered, tmp_path / "copy")
    assert "Zqname" in everything(numbered)
    assert "Zqname" not in everything(made)
    assert pl.read_parquet(made / "models")["name"].to_list() == ["age"]
    files = [pl.read_parquet(made / name)["file_sha256"].item(0) for name in ("sources", "returns", "issues")]
    assert len(set(files)) == 1
    assert "a" * 64 not in files


@pytest.mark.parametrize(
    ("precision", "day", "month", "age"),
    [
        ("day", date(2026, 7, 1), "2026-07", "31"), (None, date(2026, 6, 29), "2026-07", "30-34"),
        ("month", date(2026, 7, 1), "2026-07", "30-34"), ("quarter", date(2026, 7, 1), "2026-Q3", "30-39"),
        ("year", date(2026, 1, 1), "2026", "30-39"),
    ],
)  # fmt: skip
def test_dates_months_and_ages_are_as_coarse_as_was_asked(
    precision: str | None, day: date, month: str, age: str, numbered: Path, root: Path, tmp_path: Path
) -> None:
    policy = analysts.load(DIRS, TABLES).by(precision)
    for name in ("numbered", "store"):
        analysts.write(store.open_edition(tmp_path / name), tmp_path / f"of {name}", TABLES, policy, encryption.parse(ONE))
    cases = pl.read_parquet(tmp_path / "of numbered" / "cases")
    assert cases["registered_on"].min() == day
    assert cases["period"].unique().to_list() == [month]
    assert pl.read_parquet(tmp_path / "of store" / "persons")["age"].unique().to_list() == [age]


def test_an_age_that_few_reach_is_in_one_band_and_what_is_no_month_is_left_out() -> None:
    from recordkit.analysts.coarsening import coarse

    frame = pl.DataFrame({"age": [0, 4, 5, 84, 85, 120, None], "period": ["2026-07", "Ali", None, "2026-13", *[""] * 3]})
    for precision, ages in (("week", ["0-4", "0-4", "5-9", "80-84", "85+", "85+", None]), ("day", ["0", "4", "5", "84", "85+", "85+", None])):
        made = frame.select(coarse(name, kind, precision) for name, kind in frame.schema.items())
        assert made["age"].to_list() == ages
        assert made["period"].to_list() == ["2026-07", *[None] * 6]


def test_what_stands_alone_is_counted_and_two_copies_are_joined_on_it(numbered: Path, tmp_path: Path) -> None:
    one, two = (pl.read_parquet(copy(numbered, tmp_path / n, key) / "cases") for n, key in (("1", ONE), ("2", TWO)))
    plain = ["district", "registered_on"]
    told = analysts.unique_rows(one.lazy(), [*plain, "no such column"])
    assert told == {"rows": 160, "alone": 0, "k": 10}  # two stations, and the first week has five days
    lonely = one.unique("registered_on", keep="first").lazy()
    assert analysts.unique_rows(lonely, plain)["alone"] == lonely.collect().height
    assert set(one["case_id"]).isdisjoint(two["case_id"])


@pytest.mark.parametrize("how", ["drop", "no ids", "pseudonym", "within all"])
def test_a_copy_under_any_tighter_policy_can_be_made(root: Path, tmp_path: Path, how: str) -> None:
    """Whatever an overlay leaves out or hides, no other column needs it, and nothing more is shown."""
    known = analysts.load(DIRS, TABLES)
    tighter = {
        name: {
            column: Treatment("drop", why="x")
            if how == "drop" or (how == "no ids" and column.endswith("_id"))
            else Treatment("pseudonym", "other")
            if how == "pseudonym" and one.how in ("keep", "coarsen") and TABLES[name].polars("compile")[column] == pl.String
            else replace(one, within=tuple(other for other, kind in TABLES[name].polars("compile").items() if not kind.is_nested()))
            if how == "within all" and one.how == "pseudonym"
            else one
            for column, one in columns.items()
        }
        for name, columns in known.tables.items()
    }
    made = tmp_path / "copy"
    analysts.write(store.open_edition(root), made, TABLES, replace(known, tables=tighter), encryption.parse(ONE))
    assert not [name for name in NAMES if name in everything(made)]
    kept = {column for path in made.rglob("*.parquet") for column in pl.read_parquet_schema(path)}
    assert bool(kept) == (how != "drop")
    assert how != "no ids" or not [name for name in kept if name.endswith("_id")]


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
    assert (told["key"], told["edition"]) == (encryption.parse(ONE).id, store.current_id(root))
    assert (told["precision"], told["kind"]) == ("week", "restricted microdata for named analysts; not a release")
    assert told["alone"]["persons"] == {"rows": 2, "alone": 0, "k": 2}
    columns = told["columns"]["persons"]
    assert set(columns) == set(TABLES["persons"].polars("compile"))
    assert columns["cnic"] == {"how": "pseudonym", "kind": "cnic"}
    dropped = {name for name, one in columns.items() if one["how"] == "drop"}
    assert {"address", "date_of_birth", "name_raw", "sex_raw", "source_rows"} <= dropped
    assert all(columns[name]["why"] for name in dropped)
    for path in [made, *made.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert not list(tmp_path.glob(".tmp"))


def test_duckdb_and_pyarrow_read_the_copy(root: Path, tmp_path: Path) -> None:
    import duckdb
    import pyarrow.dataset as ds

    made = copy(root, tmp_path / "copy")
    assert duckdb.sql(f"select count(*) from '{made}/persons/*.parquet'").fetchall() == [(2,)]
    assert ds.dataset(made / "persons").to_table().num_rows == 2


def test_the_copy_says_what_its_columns_are_and_how_they_were_treated(root: Path, tmp_path: Path) -> None:
    schema = pq.read_schema(copy(root, tmp_path / "copy") / "persons" / "part-00000.parquet")
    policy = {name: one.how for name, one in analysts.load(DIRS, TABLES).tables["persons"].items() if one.how != "drop"}
    told = {one.name: (one.metadata[b"doc"].decode(), one.metadata[b"treatment"].decode()) for one in schema}
    assert told == {name: (TABLES["persons"].column(name).doc, how) for name, how in policy.items()}
    assert {how for _, how in told.values()} == {"keep", "coarsen", "pseudonym"}
    assert schema.metadata[b"row"].decode() == TABLES["persons"].row


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
    assert (line["command"], line["asked"]) == ("pseudonymise", f"key {encryption.parse(ONE).id}, precision week")


def test_a_failed_copy_leaves_nothing(root: Path, tmp_path: Path) -> None:
    next((root / "editions").glob("*/persons/*")).write_bytes(b"x")
    with pytest.raises(store.StoreDamaged):
        copy(root, tmp_path / "copy")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store"]
